"""校验结果: the findings as a sheet of the workbook, its colours on the forms, and the unit's answers.

The cells of the forms light up through conditional formats that look themselves up in this sheet:
no cell of the unit is touched, and clearing the list clears the colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perfxl.core.cells import (
    Change,
    Highlight,
    OwnedSheet,
    Sheet,
    SheetCell,
    column_letters,
    place,
)
from perfxl.core.findings import Finding, Severity, counts
from perfxl.core.layout import FINDINGS
from perfxl.core.model import Submission
from perfxl.core.text import LINE_HEIGHT, label_key, lines

MARKS = "perfxl_marks"

_COLOURS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.INFO: "DDEBF7"}
_HEADER_ROW = 3
_NOTHING_FOUND = "校验通过：没有发现问题。"
_ANSWERED_BEFORE = "以下问题已不再出现，原来填写的单位说明保留备查"


@dataclass(frozen=True)
class _Column:
    key: str
    header: str
    width: float
    style: str


_COLUMNS = (
    _Column("number", "序号", 6, "number"),
    _Column("severity", "严重程度", 9, "centre"),
    _Column("rule", "规则", 8, "centre"),
    _Column("sheet", "工作表", 18, "text"),
    _Column("cell", "单元格", 9, "link_centre"),
    _Column("field", "字段", 14, "text"),
    _Column("actual", "当前值", 20, "text"),
    _Column("message", "问题", 38, "text"),
    _Column("hint", "修改建议", 38, "text"),
    _Column("basis", "依据", 18, "text"),
    _Column("explanation", "单位说明", 24, "input"),
)
_WIDTH = len(_COLUMNS)
# One empty column keeps the marks away from the table.
_MARK_COLUMN = _WIDTH + 2

# What tells an answer's finding again on the next check.
Key = tuple[str, str, str]


def headline(findings: Sequence[Finding]) -> str:
    """`4 个错误，42 个警告，22 个提示：先改这 4 个错误`, or `校验通过`. Errors, warnings, infos in this order."""
    counted = counts(tuple(findings))
    if not findings:
        return _NOTHING_FOUND
    said = "，".join(f"{counted[s.value]} 个{s.label}" for s in Severity if counted[s.value])
    if counted["error"]:
        return f"{said}：先改这 {counted['error']} 个错误"
    if counted["warning"]:
        return f"没有错误；{said}：请逐条核对，确有原因的在“单位说明”中写明"
    return f"校验通过；{said}，供参考"


def results_change(
    submission: Submission, findings: Sequence[Finding], previous: Sheet | None = None
) -> Change:
    """The 校验结果 sheet and its colours. previous: the sheet that stands there now, for its answers.

    Answers to findings that are gone are kept below the list: nothing a unit wrote is lost.
    """
    found = sorted(findings, key=lambda finding: finding.severity.weight)
    numbers = {sheet: number for number, sheet in enumerate(submission.sheets, 1)}
    rows: list[tuple[SheetCell | None, ...]] = [
        _line("校验结果", "title"),
        _line(headline(found), "headline"),
        tuple(SheetCell(column.header, style="header") for column in _COLUMNS),
        *(_row(number, finding) for number, finding in enumerate(found, 1)),
    ]
    filled = len(rows)
    rows += _kept_answers(found, previous)
    marks = _marks(found, numbers)
    width = _MARK_COLUMN if marks else _WIDTH
    area = f"{column_letters(_MARK_COLUMN)}{_HEADER_ROW + 1}"
    area += f":{column_letters(_MARK_COLUMN)}{_HEADER_ROW + max(len(marks), 1)}"
    last = column_letters(_WIDTH)
    sheet = OwnedSheet(
        name=FINDINGS,
        rows=tuple(
            _with_mark(i, rows, marks, width) for i in range(max(len(rows), len(marks) + _HEADER_ROW))
        ),
        widths=(*(column.width for column in _COLUMNS), 2, 10)[:width],
        merges=(f"A1:{last}1",),
        heights={1: 28, 2: 22, _HEADER_ROW: 20, **_heights(found)},
        header_rows=(_HEADER_ROW, _HEADER_ROW),
        freeze=f"A{_HEADER_ROW + 1}",
        filter=f"A{_HEADER_ROW}:{last}{filled}" if found else None,
        hidden_columns=(column_letters(_MARK_COLUMN),) if marks else (),
        names={MARKS: area},
        print_area=f"A1:{last}{len(rows)}",
    )
    return Change(sheets=(sheet,), highlights=_highlights(submission, numbers))


def with_explanations(findings: Iterable[Finding], previous: Sheet | None) -> tuple[Finding, ...]:
    """The findings with what the unit answered last time in 单位说明; an error stays an error.

    An answer belongs to its rule, sheet and cell; where rows or sheets have moved since, to its rule
    and field, if only one answer and one finding are left for these.
    """
    answers = _answers(previous)
    found = tuple(findings)
    exact = {_key(f): answers[_key(f)] for f in found if _key(f) in answers}
    left = {key: answer for key, answer in answers.items() if key not in exact}
    moved: dict[Key, _Answer] = {}
    for finding in found:
        if _key(finding) in exact:
            continue
        same = [a for k, a in left.items() if (k[0], a.field) == (finding.rule, finding.label or "")]
        rivals = [
            f for f in found if f.rule == finding.rule and f.label == finding.label and _key(f) not in exact
        ]
        if len(same) == len(rivals) == 1:
            moved[_key(finding)] = same[0]
    return tuple(
        finding.model_copy(update={"explanation": answer.text})
        if (answer := exact.get(_key(finding)) or moved.get(_key(finding)))
        else finding
        for finding in found
    )


# ------------------------------------------------------------------------------------------ the list


def _row(number: int, finding: Finding) -> tuple[SheetCell, ...]:
    others = f"\n（另有 {'、'.join(finding.cells[1:])}）" if len(finding.cells) > 1 else ""
    link = place(finding.sheet, finding.cell) if finding.sheet and finding.cell else None
    values = {
        "number": SheetCell(number),
        "severity": SheetCell(finding.severity.label, style=finding.severity.value),
        "rule": SheetCell(finding.rule),
        "sheet": SheetCell(finding.sheet),
        "cell": SheetCell(finding.cell, link=link),
        "field": SheetCell(finding.label),
        "actual": SheetCell(finding.actual),
        "message": SheetCell(finding.message + others),
        "hint": SheetCell(finding.hint),
        "basis": SheetCell(finding.basis),
        "explanation": SheetCell(finding.explanation),
    }
    return tuple(
        SheetCell(
            values[column.key].value,
            style=values[column.key].style if column.key == "severity" else column.style,
            link=values[column.key].link,
        )
        for column in _COLUMNS
    )


def _line(text: str, style: str) -> tuple[SheetCell | None, ...]:
    return (SheetCell(text, style=style), *[None] * (_WIDTH - 1))


def _heights(findings: Sequence[Finding]) -> dict[int, float]:
    """A height per row: not every spreadsheet program fits rows to their text on opening."""
    widths = {column.key: column.width for column in _COLUMNS}
    heights = {}
    for number, finding in enumerate(findings, 1):
        others = f"（另有 {'、'.join(finding.cells[1:])}）" if len(finding.cells) > 1 else ""
        texts = {
            "message": finding.message,
            "hint": finding.hint,
            "actual": finding.actual or "",
            "sheet": finding.sheet or "",
            "field": finding.label or "",
            "basis": finding.basis,
            "explanation": finding.explanation or "",
        }
        needed = {key: lines(text, widths[key]) for key, text in texts.items()}
        needed["message"] += lines(others, widths["message"]) if others else 0
        heights[_HEADER_ROW + number] = max(2, *needed.values()) * LINE_HEIGHT
    return heights


# ----------------------------------------------------------------------------------------- the marks


def _marks(findings: Sequence[Finding], numbers: Mapping[str, int]) -> list[SheetCell]:
    """One mark per lit cell, `E6!C5`. A formula keeps it at its cell when rows are inserted later."""
    cells: dict[tuple[str, str], Severity] = {}
    for finding in findings:
        for cell in finding.cells:
            # Findings come errors first: the worst of a cell gives its colour.
            cells.setdefault((finding.sheet or "", cell), finding.severity)
    marks = []
    for (sheet, cell), severity in cells.items():
        if sheet in numbers:
            target, start = place(sheet, cell), _start(severity, numbers[sheet])
            formula = f'"{start}"&ADDRESS(ROW({target}),COLUMN({target}),4)'
            marks.append(SheetCell(f"{start}{cell}", formula, "mark"))
    return marks


def _start(severity: Severity, number: int) -> str:
    return f"{severity.value[0].upper()}{number}!"


def _with_mark(
    index: int,
    rows: Sequence[tuple[SheetCell | None, ...]],
    marks: Sequence[SheetCell],
    width: int,
) -> tuple[SheetCell | None, ...]:
    row = rows[index] if index < len(rows) else (None,) * _WIDTH
    mark = marks[index - _HEADER_ROW] if 0 <= index - _HEADER_ROW < len(marks) else None
    return row if width == _WIDTH else (*row, None, mark)


def _highlights(submission: Submission, numbers: Mapping[str, int]) -> tuple[Highlight, ...]:
    """Colours on every sheet that can have findings, so that the next check needs no others."""
    sheets = {project.sheet for project in submission.projects}
    sheets |= {total.sheet for total in submission.totals}
    sheets |= {part.sheet for part in (submission.department, submission.cover) if part is not None}
    return tuple(
        Highlight(
            sheet,
            f'COUNTIF({MARKS},"{_start(severity, number)}"&ADDRESS(ROW(A1),COLUMN(A1),4))>0',
            colour,
            MARKS,
        )
        for sheet, number in numbers.items()
        if sheet in sheets
        for severity, colour in _COLOURS.items()
    )


# --------------------------------------------------------------------------------------- the answers


@dataclass(frozen=True)
class _Answer:
    field: str
    message: str
    text: str


def _key(finding: Finding) -> Key:
    return finding.rule, finding.sheet or "", finding.cell or ""


def _answers(previous: Sheet | None) -> dict[Key, _Answer]:
    """The answers on a 校验结果 sheet, its columns found by their headers."""
    if previous is None:
        return {}
    headers = {label_key(column.header): column.key for column in _COLUMNS}
    columns: dict[str, int] = {}
    answers: dict[Key, _Answer] = {}
    for row in previous.rows:
        if not columns:
            found = {headers[k]: c for c, cell in previous.row(row) if (k := label_key(cell.text)) in headers}
            columns = found if {"rule", "explanation"} <= found.keys() else {}
            continue
        texts = {key: previous.text((row, column)) for key, column in columns.items()}
        if texts["explanation"] and texts["rule"]:
            key = texts["rule"], texts.get("sheet", ""), texts.get("cell", "")
            message = texts.get("message", "").partition("\n")[0]
            answers[key] = _Answer(texts.get("field", ""), message, texts["explanation"])
    return answers


def _kept_answers(findings: Sequence[Finding], previous: Sheet | None) -> list[tuple[SheetCell | None, ...]]:
    """The answers to findings that are gone, in the columns they had."""
    said = {finding.explanation for finding in findings}
    gone = {key: a for key, a in _answers(previous).items() if a.text not in said}
    if not gone:
        return []
    rows = [(None,) * _WIDTH, _line(_ANSWERED_BEFORE, "note")]
    for (rule, sheet, cell), answer in gone.items():
        values = {
            "rule": rule,
            "sheet": sheet,
            "cell": cell,
            "field": answer.field,
            "message": answer.message,
            "explanation": answer.text,
        }
        rows.append(
            tuple(
                SheetCell(values.get(column.key), style="input" if column.key == "explanation" else "text")
                for column in _COLUMNS
            )
        )
    return rows
