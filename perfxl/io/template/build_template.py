"""The standard workbook: drawn from the layout, filled from a submission, the same bytes every time."""

from __future__ import annotations

from openpyxl import Workbook

from perfxl.core.forms.file_identity import Controls
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.placement import placed, project_sheet_names
from perfxl.core.forms.records import Submission
from perfxl.core.forms.sheet_names import COVER, DEPARTMENT, GUIDE, IDENTITY, LISTS
from perfxl.core.grid.cells import Change
from perfxl.core.sheets.summary import summary_sheet
from perfxl.io.ooxml.change_workbook import changed
from perfxl.io.template.template_cover import draw_cover
from perfxl.io.template.template_department import draw_department
from perfxl.io.template.template_guide import draw_guide
from perfxl.io.template.template_lists import draw_identity, draw_lists
from perfxl.io.template.template_pen import Pen, set_base_font
from perfxl.io.template.template_project import draw_project
from perfxl.io.workbooks.reproducible import with_cached_values, workbook_bytes

__all__ = ["build_template", "project_sheet_names"]


def build_template(submission: Submission, framework: Framework, controls: Controls | None = None) -> bytes:
    """The standard workbook as `.xlsx`, filled with what the submission says; blank fields stay blank.

    The same input gives the same bytes. Every formula carries the value that Excel will calculate.
    The records need no addresses: they get those of the template (`placement.placed`).
    controls: the fields that are handed out as 控制数: locked, and remembered in `_perfxl`. None locks
    nothing and remembers all that is filled in.
    """
    submission = placed(submission, framework)
    book = Workbook()
    book.remove(book.active)
    set_base_font(book)
    pen = Pen(book)
    draw_cover(pen, book.create_sheet(COVER), submission, framework)
    draw_guide(pen, book.create_sheet(GUIDE), framework)
    draw_department(pen, book.create_sheet(DEPARTMENT), submission)
    for project in submission.projects:
        locked = (controls or {}).get(project.number, frozenset())
        draw_project(pen, book.create_sheet(project.sheet), project, submission, framework, locked)
    draw_lists(pen, book.create_sheet(LISTS), framework)
    draw_identity(pen, book.create_sheet(IDENTITY), submission, controls)
    book.active = 0
    book.properties.creator = "perfxl"
    drawn = with_cached_values(workbook_bytes(book), pen.cached)
    return changed(drawn, Change(sheets=(summary_sheet(submission, framework),)))
