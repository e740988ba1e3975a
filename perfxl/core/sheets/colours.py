"""The colours of 校验结果 on the forms: conditional formats that look themselves up in a list of marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.records import Submission
from perfxl.core.grid.cells import place
from perfxl.core.grid.change import Highlight, SheetCell

MARKS = "perfxl_marks"

_COLOURS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.INFO: "DDEBF7"}


def marks(findings: Sequence[Finding], numbers: Mapping[str, int]) -> list[SheetCell]:
    """One mark per lit cell, `E6!C5`, for findings that come errors first. numbers: of the sheets.

    A formula keeps a mark at its cell when rows are inserted later.
    """
    cells: dict[tuple[str, str], Severity] = {}
    for finding in findings:
        for cell in finding.cells:
            # The worst of a cell gives its colour.
            cells.setdefault((finding.sheet or "", cell), finding.severity)
    made = []
    for (sheet, cell), severity in cells.items():
        if sheet in numbers:
            target, start = place(sheet, cell), _start(severity, numbers[sheet])
            formula = f'"{start}"&ADDRESS(ROW({target}),COLUMN({target}),4)'
            made.append(SheetCell(f"{start}{cell}", formula, "mark"))
    return made


def highlights(submission: Submission, numbers: Mapping[str, int]) -> tuple[Highlight, ...]:
    """Colours on every sheet that can have findings, so that the next check needs no others."""
    sheets = {project.sheet for project in submission.projects}
    sheets |= {total.sheet for total in submission.totals}
    sheets |= {part.sheet for part in (submission.department, submission.cover) if part is not None}
    return tuple(
        Highlight(
            sheet, f'COUNTIF({MARKS},"{_start(severity, number)}"&ADDRESS(ROW(A1),COLUMN(A1),4))>0', colour, MARKS
        )
        for sheet, number in numbers.items()
        if sheet in sheets
        for severity, colour in _COLOURS.items()
    )


def _start(severity: Severity, number: int) -> str:
    return f"{severity.value[0].upper()}{number}!"
