"""校验结果: the findings as a sheet of the workbook, with its colours on the forms and the unit's answers.

The cells of the forms light up through conditional formats that look themselves up in this sheet:
no cell of the unit is touched, and clearing the list clears the colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.findings_columns import COLUMNS, CONTENT_COLUMN, CONTENT_HEADER, MARK_COLUMN, WIDTH
from perfxl.core.forms.own_sheets import FINDINGS_TITLE, own_mark
from perfxl.core.forms.records import Submission
from perfxl.core.forms.settings import Settings
from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.core.grid.cells import Sheet, Value, column_letters, place
from perfxl.core.grid.change import Change, DrawnSheet, SheetCell
from perfxl.core.rules.answers import content_cell, kept_content_cell, unmatched
from perfxl.core.rules.findings_in_words import cell_runs, headline
from perfxl.core.rules.local_decisions import decisions
from perfxl.core.sheets.colours import MARKS, highlights, marks
from perfxl.core.sheets.heights import LINE_HEIGHT, lines

_ANSWERED_BEFORE = "以下问题已不再出现，原来填写的单位说明保留备查"
_NOT_BY_WORDS = "错误不能用说明代替，请更正。"
_LOCAL_STYLE = "note_wrapped"

Row = tuple[SheetCell | None, ...]


def results_change(
    submission: Submission,
    findings: Sequence[Finding],
    previous: Sheet | None = None,
    settings: Settings | None = None,
    name: str = FINDINGS,
) -> Change:
    """The 校验结果 sheet and its colours. previous: the sheet that stands there now, for its answers.
    name: of the sheet, where the usual one is taken.

    Answers to findings that are gone are kept below the list: nothing a unit wrote is lost. What a
    bureau decided about the rules (settings) stands below the headline.
    """
    found = sorted(findings, key=lambda finding: finding.severity.weight)
    numbers = {sheet: number for number, sheet in enumerate(submission.sheets, 1)}
    local = decisions(settings) if settings is not None else ()
    head = 3 + len(local)
    listed = [_row(number, finding) for number, finding in enumerate(found, 1)]
    rows: list[Row] = [
        _line(FINDINGS_TITLE, "title"),
        _line(headline(found), "headline"),
        *(_line(f"{decision}。", _LOCAL_STYLE) for decision in local),
        tuple(SheetCell(column.header, style="header") for column in COLUMNS),
        *listed,
    ]
    filled = len(rows)
    contents = [content_cell(finding) for finding in found]
    kept, kept_contents = _kept_answers(found, previous)
    rows += kept
    contents += kept_contents
    lit = marks(found, numbers)
    last, mark = column_letters(WIDTH), column_letters(MARK_COLUMN)
    across = sum(column.width for column in COLUMNS)
    heights: dict[int, float] = {1: 28, 2: 22}
    heights |= {row: lines(text, across) * LINE_HEIGHT for row, text in enumerate(local, 3)}
    heights |= {head: 20, **{row: _height(cells) for row, cells in enumerate(listed, head + 1)}}
    sheet = DrawnSheet(
        name=name,
        rows=_with_hidden(rows, lit, contents, head),
        widths=(*(column.width for column in COLUMNS), 2, 10, 10),
        merges=tuple(f"A{row}:{last}{row}" for row in (1, *range(3, head))),
        heights=heights,
        header_rows=(head, head),
        freeze=f"A{head + 1}",
        filter=f"A{head}:{last}{filled}" if found else None,
        hidden_columns=(mark, column_letters(CONTENT_COLUMN)),
        names={MARKS: f"{mark}{head + 1}:{mark}{head + max(len(lit), 1)}"},
        print_area=f"A1:{last}{len(rows)}",
    )
    return Change(sheets=(sheet,), highlights=highlights(submission, numbers))


# ------------------------------------------------------------------------------------------ the list


def _row(number: int, finding: Finding) -> tuple[SheetCell, ...]:
    others = f"\n（另有 {'、'.join(cell_runs(finding.cells[1:]))}）" if len(finding.cells) > 1 else ""
    values: dict[str, Value] = {
        "number": number,
        "severity": finding.severity.label,
        "rule": finding.rule,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "field": finding.label,
        "actual": finding.actual,
        "message": finding.message + others,
        "hint": _advice(finding),
        "basis": finding.basis,
        "explanation": finding.explanation,
    }
    styles = {"severity": finding.severity.value}
    links = {"cell": place(finding.sheet, finding.cell) if finding.sheet and finding.cell else None}
    return tuple(SheetCell(values[c.key], style=styles.get(c.key, c.style), link=links.get(c.key)) for c in COLUMNS)


def _advice(finding: Finding) -> str:
    """The hint; to an error that was answered also that this does not help."""
    useless = finding.severity is Severity.ERROR and finding.explanation is not None
    return f"{finding.hint}\n{_NOT_BY_WORDS}" if useless else finding.hint


def _line(text: str, style: str) -> Row:
    return (SheetCell(text, style=style), *[None] * (WIDTH - 1))


def _height(row: Sequence[SheetCell]) -> float:
    """A height per row: not every spreadsheet program fits rows to their text on opening."""
    cells = zip(row, COLUMNS, strict=True)
    needed = max(lines(cell.value, column.width) for cell, column in cells if isinstance(cell.value, str))
    # A long text breaks where its words allow, which takes more lines than counting tells.
    return max(2, needed + needed // 4) * LINE_HEIGHT


def _with_hidden(
    rows: Sequence[Row], lit: Sequence[SheetCell], contents: Sequence[SheetCell | None], head: int
) -> tuple[Row, ...]:
    """The rows with the two hidden columns beside them: the marks, and what each finding is about."""
    beside = [own_mark(FINDINGS), *[None] * (head - 2), SheetCell(CONTENT_HEADER, style="mark"), *contents]
    every = zip_longest(rows, [*[None] * head, *lit], beside)
    return tuple((*(row or [None] * WIDTH), None, mark, content) for row, mark, content in every)


# --------------------------------------------------------------------------------------- the answers


def _kept_answers(findings: Sequence[Finding], previous: Sheet | None) -> tuple[list[Row], list[SheetCell | None]]:
    """The answers to findings that are gone, in the columns they had, and the content they were for."""
    gone = unmatched(findings, previous)
    if not gone:
        return [], []
    rows: list[Row] = [(None,) * WIDTH, _line(_ANSWERED_BEFORE, "note")]
    contents: list[SheetCell | None] = [None, None]
    for answer in gone:
        rule, sheet, cell = answer.key
        values = {
            "rule": rule,
            "sheet": sheet,
            "cell": cell,
            "field": answer.field,
            "actual": answer.actual,
            "message": answer.message,
            "explanation": answer.text,
        }
        rows.append(
            tuple(
                SheetCell(values.get(column.key), style="input" if column.key == "explanation" else "text")
                for column in COLUMNS
            )
        )
        contents.append(kept_content_cell(answer))
    return rows, contents
