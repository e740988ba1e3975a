"""The sheets of the standard workbook, in their order."""

from __future__ import annotations

from perfxl.core.forms.file_identity import Controls
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.placement import placed
from perfxl.core.forms.records import Department, Submission
from perfxl.core.grid.change import DrawnSheet
from perfxl.core.sheets.summary import summary_sheet
from perfxl.core.sheets.template.cover_sheet import cover_sheet
from perfxl.core.sheets.template.form_sheet import form_sheet
from perfxl.core.sheets.template.guide_sheet import guide_sheet
from perfxl.core.sheets.template.hidden_sheets import identity_sheet, lists_sheet


def standard_sheets(
    submission: Submission, framework: Framework, controls: Controls | None = None
) -> tuple[DrawnSheet, ...]:
    """The standard workbook, filled with what the submission says; blank fields stay blank.

    The records need no addresses: they get those of the blank sheets (`placement.placed`).
    controls: the fields that are handed out as 控制数: locked, and remembered in `_perfxl`. None locks
    nothing and remembers all that is filled in.
    """
    text = placed(submission, framework)
    locked = controls or {}
    return (
        cover_sheet(text, framework),
        guide_sheet(text, framework),
        form_sheet(text.department or Department(), text, framework),
        summary_sheet(text, framework),
        *(form_sheet(project, text, framework, locked.get(project.number, frozenset())) for project in text.projects),
        lists_sheet(framework),
        identity_sheet(text, controls),
    )
