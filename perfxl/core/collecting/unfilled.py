"""Whether a returned workbook is as it was handed out: nobody filled anything in."""

from __future__ import annotations

from perfxl.core.collecting.alterations import altered_since_sent
from perfxl.core.forms.content_digest import content_digest
from perfxl.core.forms.file_identity import Identity
from perfxl.core.forms.records import Department, NoteKind, Submission

# What stands on every form as handed out, whoever fills it in: the heads, and figures made by formulas.
_OF_THE_HEAD = frozenset(("unit_line", "unit_of_account", "unit_of_account.again"))
_BY_THE_UNIT = ("compiled_by", "reviewed_by")
_STRAY = (NoteKind.UNCLAIMED, NoteKind.UNKNOWN_COLUMN)


def is_unfilled(submission: Submission, identity: Identity | None) -> bool:
    """Whether every field says what it said when the workbook was handed out.

    Only a workbook with that memory can be: of any other nobody knows what its unit filled in. One
    typed word makes the difference, also one between the fields. Workbooks of versions that did not
    remember what they said are unfilled where all is blank but the prefilled figures.
    """
    if identity is None or submission.cover is None or not submission.projects:
        return False
    if any(note.kind in _STRAY for note in submission.notes) or altered_since_sent(submission, identity):
        return False
    if identity.content is not None:
        return identity.content == content_digest(submission)
    if any(submission.cover.typed.get(key) for key in _BY_THE_UNIT):
        return False
    for project in submission.projects:
        remembered = {one.field for one in identity.prefilled if one.sheet == project.sheet}
        if project.indicators or not set(project.typed) <= remembered | _OF_THE_HEAD:
            return False
    return _nothing_of_the_department(submission.department)


def _nothing_of_the_department(department: Department | None) -> bool:
    if department is None:
        return True
    if department.overall_objective or "declared_total" in department.typed or department.sub_objectives:
        return False
    # The template names the usual measures.
    return not any(one.text for one in department.implementation_measures)
