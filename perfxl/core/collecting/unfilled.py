"""Whether a returned workbook is as it was handed out: nobody filled anything in."""

from __future__ import annotations

from perfxl.core.collecting.alterations import altered_since_sent
from perfxl.core.identity import Identity
from perfxl.core.model import Department, NoteKind, Project, Submission
from perfxl.core.text import squeezed

# What stands on every form as handed out, whoever fills it in: the heads, and figures made by formulas.
_OF_THE_HEAD = frozenset(("unit_line", "unit_of_account", "unit_of_account.again"))
_BY_THE_UNIT = ("compiled_by", "reviewed_by")
_STRAY = (NoteKind.UNCLAIMED, NoteKind.UNKNOWN_COLUMN)


def is_unfilled(submission: Submission, identity: Identity | None) -> bool:
    """Whether every field is blank or still what the workbook remembers that it was handed out with.

    Only a workbook with that memory can be: of any other nobody knows what its unit filled in. One
    typed word makes the difference, also one between the fields. A workbook that last year's text was
    carried over into is never unfilled: what it was handed out with is not all remembered.
    """
    if identity is None or submission.cover is None or not submission.projects:
        return False
    if any(note.kind in _STRAY for note in submission.notes) or altered_since_sent(submission, identity):
        return False
    if any(submission.cover.typed.get(key) for key in _BY_THE_UNIT):
        return False
    given: set[str] = set()
    for project in submission.projects:
        remembered = {
            one.field: one.value
            for one in (*identity.prefilled, *identity.given)
            if one.sheet == project.sheet
        }
        if not _as_given(project, remembered):
            return False
        given.add(squeezed(remembered.get("sub_objective", "")))
    return _nothing_of_the_department(submission.department, given)


def _as_given(project: Project, remembered: dict[str, str]) -> bool:
    if project.indicators or not set(project.typed) <= {*remembered, *_OF_THE_HEAD}:
        return False
    # Those that are not compared above: long texts and names.
    texts = {key: remembered.get(key) for key in ("purpose", "sub_objective")}
    return all(squeezed(getattr(project, key) or "") == squeezed(text or "") for key, text in texts.items())


def _nothing_of_the_department(department: Department | None, given: set[str]) -> bool:
    if department is None:
        return True
    if department.overall_objective or "declared_total" in department.typed:
        return False
    if any(
        one.objective or one.indicators or squeezed(one.name or "") not in given
        for one in department.sub_objectives
    ):
        return False
    # The template names the usual measures.
    return not any(one.text for one in department.implementation_measures)
