"""下发清单: which unit was sent which file with which projects, and a column to tick what came back.

Two sheets as data. The sums are formulas over the list of projects, so that anyone can follow them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from perfxl.core.forms.records import Project
from perfxl.core.forms.totals import total
from perfxl.core.grid.cells import Sheet, column_letters, quoted_sheet
from perfxl.core.grid.change import DrawnSheet, SheetCell
from perfxl.core.grid.table_header import find_header, spellings
from perfxl.core.sheets.drawing import padded
from perfxl.core.sheets.heights import LINE_HEIGHT, lines

SENT_LIST = "下发清单"
SENT_PROJECTS = "下发项目"

_CODE = re.compile(r"[0-9]{6}")
_TITLE = re.compile(r"(\d{4})年.*下发清单")
_HEADER_ROW = 3
_FIRST = _HEADER_ROW + 1
_HEADER_HEIGHT = 24.0
_LOWEST = 20.0

# key → header, width, style. The digest stands right of what is printed: it is for the program.
_COLUMNS: Mapping[str, tuple[str, float, str]] = {
    "number": ("序号", 5, "number"),
    "code": ("单位编码", 9, "centre"),
    "name": ("单位名称", 25, "text"),
    "department": ("主管部门", 18, "text"),
    "contact": ("联系人", 9, "centre"),
    "phone": ("电话", 14, "centre"),
    "file": ("文件", 31, "link"),
    "projects": ("项目数", 7, "number"),
    "budget": ("预算合计（万元）", 13, "amount"),
    "returned": ("报送", 7, "input"),
    "remark": ("备注", 15, "input"),
    "digest": ("校验码（SHA-256，程序用）", 30, "note"),
}
_PROJECT_COLUMNS: Mapping[str, tuple[str, float, str]] = {
    "code": ("单位编码", 9, "centre"),
    "name": ("单位名称", 35, "text"),
    "project_code": ("项目编码", 24, "code"),
    "project_name": ("项目名称", 34, "text"),
    "total_budget": ("预算数", 12, "amount"),
    "fiscal_funds": ("财政资金", 12, "amount"),
    "other_funds": ("其他资金", 12, "amount"),
    "sub_objective": ("对应分项", 20, "text"),
}
_LETTERS = {key: column_letters(number) for number, key in enumerate(_COLUMNS, 1)}
_PROJECT_LETTERS = {key: column_letters(number) for number, key in enumerate(_PROJECT_COLUMNS, 1)}
_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")


@dataclass(frozen=True, slots=True)
class SentProject:
    """A project as a unit was sent it; blank is None."""

    project_code: str | None
    project_name: str | None
    total_budget: Decimal | None
    fiscal_funds: Decimal | None
    other_funds: Decimal | None
    sub_objective: str | None


def sent_projects(projects: Iterable[Project]) -> tuple[SentProject, ...]:
    """The projects of a workbook, without the blank form of a unit that has none."""
    return tuple(
        SentProject(**{known.name: getattr(one, known.name) for known in fields(SentProject)})
        for one in projects
        if one.project_name or one.project_code
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit and what it was sent. file: path from the list's folder, with `/`. digest: of the file as it was
    handed out last, None where it never was. projects: as in its workbook. reason: why it was not made now.
    """

    code: str
    name: str
    department: str
    contact: str | None
    phone: str | None
    file: str
    digest: str | None
    projects: tuple[SentProject, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What an earlier list says of a unit: its file and digest, and what the officer wrote beside it."""

    file: str | None
    digest: str | None
    returned: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class SentList:
    """An earlier list: its year, None where its title says none, and what it says by the units' codes."""

    year: int | None = None
    units: Mapping[str, Listed] = field(default_factory=dict)


def sent_sheets(sent: Sequence[Sent], year: int, before: SentList) -> tuple[DrawnSheet, ...]:
    """Both sheets, units in the given order. before: the earlier list; what was ticked there is kept."""
    return _list(sent, year, before.units), _projects(sent, year)


def read_sent_list(sheet: Sheet) -> SentList | None:
    """What a list says; None for a sheet that is no such list."""
    names = spellings((key, label) for key, (label, _, _) in _COLUMNS.items())
    enough = {"code", "file", "digest"}
    header = find_header(sheet, names, lambda found: enough <= found.keys(), within=_HEADER_ROW + 2)
    if header is None:
        return None
    columns, told = header.columns, ("file", "digest", "returned", "remark")
    units = {
        code: Listed(*(sheet.text((row, columns[key])) or None if key in columns else None for key in told))
        for row in sheet.rows
        if row > header.row and _CODE.fullmatch(code := sheet.text((row, columns["code"])))
    }
    year = next((match for row in sheet.rows if (match := _TITLE.match(sheet.text((row, 1))))), None)
    return SentList(int(year[1]) if year else None, units)


# ------------------------------------------------------------------------------------------ the sheets


def _list(sent: Sequence[Sent], year: int, before: Mapping[str, Listed]) -> DrawnSheet:
    width, last = len(_COLUMNS), _FIRST + len(sent) - 1
    last_project = _FIRST + sum(len(one.projects) for one in sent) - 1
    rows = [_row(number, one, before.get(one.code), last_project) for number, one in enumerate(sent, 1)]
    departments = len({one.code[:3] for one in sent})
    note = f"{departments} 个部门，{len(sent)} 个单位。收到后在“报送”栏打勾或写日期。金额单位：万元。"
    printed = _LETTERS["remark"]
    return DrawnSheet(
        name=SENT_LIST,
        rows=(
            padded([SheetCell(f"{year}年绩效文本下发清单", style="title")], width),
            padded([SheetCell(note, style="note")], width),
            tuple(SheetCell(header, style="header") for header, _, _ in _COLUMNS.values()),
            *rows,
            _sums(sent, last),
        ),
        widths=tuple(width for _, width, _ in _COLUMNS.values()),
        merges=(f"A1:{printed}1",),
        heights={1: 28, _HEADER_ROW: _HEADER_HEIGHT + 8}
        | {_FIRST + index: _height(row, _COLUMNS) for index, row in enumerate(rows)},
        header_rows=(_HEADER_ROW, _HEADER_ROW),
        freeze=f"D{_FIRST}",
        filter=f"A{_HEADER_ROW}:{_LETTERS['digest']}{last}",
        print_area=f"A1:{printed}{last + 1}",
    )


def _row(number: int, one: Sent, before: Listed | None, last_project: int) -> tuple[SheetCell, ...]:
    row = _FIRST + number - 1
    code, budget = (_project_area(key, last_project) for key in ("code", "total_budget"))
    own, sums = f"{_LETTERS['code']}{row}", _budget(one)
    name = one.file.rpartition("/")[2]
    cells = {
        "number": SheetCell(number),
        "code": SheetCell(one.code),
        "name": SheetCell(one.name),
        "department": SheetCell(one.department),
        "contact": SheetCell(one.contact),
        "phone": SheetCell(one.phone),
        "file": SheetCell(f"未生成：{one.reason}")
        if one.reason
        else SheetCell(name, f'HYPERLINK("{one.file}","{name}")'),
        "projects": SheetCell(len(one.projects), f"COUNTIF({code},{own})"),
        "budget": SheetCell(sums, f"SUMIF({code},{own},{budget})"),
        "returned": SheetCell(before.returned if before else None),
        "remark": SheetCell(before.remark if before else None),
        "digest": SheetCell(one.digest),
    }
    styles = {key: style for key, (_, _, style) in _COLUMNS.items()}
    if one.reason:
        styles["file"] = "error"
    return tuple(replace(cell, style=styles[key]) for key, cell in cells.items())


def _sums(sent: Sequence[Sent], last: int) -> tuple[SheetCell | None, ...]:
    def area(key: str) -> str:
        return f"{_LETTERS[key]}{_FIRST}:{_LETTERS[key]}{last}"

    count, budget = sum(len(one.projects) for one in sent), total(_budget(one) for one in sent)
    cells = {
        "number": SheetCell("合计", style="sum_text"),
        "projects": SheetCell(count, f"SUBTOTAL(109,{area('projects')})", "sum_number"),
        "budget": SheetCell(budget, f"SUBTOTAL(109,{area('budget')})", "sum_amount"),
    }
    printed = list(_COLUMNS)[:-1]
    return (*(cells.get(key, SheetCell(style="sum_text")) for key in printed), None)


def _projects(sent: Sequence[Sent], year: int) -> DrawnSheet:
    records = [(one, project) for one in sent for project in one.projects]
    last = _FIRST + len(records) - 1
    width = len(_PROJECT_COLUMNS)
    rows = [_project_row(one, project) for one, project in records]
    sums = {"code": SheetCell("合计", style="sum_text")}
    for key in _AMOUNTS:
        letter = _PROJECT_LETTERS[key]
        formula = f"SUBTOTAL(109,{letter}{_FIRST}:{letter}{last})" if records else None
        sums[key] = SheetCell(total(getattr(p, key) for _, p in records), formula, "sum_amount")
    return DrawnSheet(
        name=SENT_PROJECTS,
        rows=(
            padded([SheetCell(f"{year}年绩效文本下发项目", style="title")], width),
            padded([SheetCell("金额单位：万元。空白为没有下发控制数，由单位填写。", style="note")], width),
            tuple(SheetCell(header, style="header") for header, _, _ in _PROJECT_COLUMNS.values()),
            *rows,
            tuple(sums.get(key, SheetCell(style="sum_text")) for key in _PROJECT_COLUMNS),
        ),
        widths=tuple(width for _, width, _ in _PROJECT_COLUMNS.values()),
        merges=(f"A1:{column_letters(width)}1",),
        heights={1: 28, _HEADER_ROW: _HEADER_HEIGHT}
        | {_FIRST + index: _height(row, _PROJECT_COLUMNS) for index, row in enumerate(rows)},
        header_rows=(_HEADER_ROW, _HEADER_ROW),
        freeze=f"C{_FIRST}",
        filter=f"A{_HEADER_ROW}:{column_letters(width)}{last}" if records else None,
        after=SENT_LIST,
    )


def _project_row(one: Sent, project: SentProject) -> tuple[SheetCell, ...]:
    values = {"code": one.code, "name": one.name}
    return tuple(
        SheetCell(values[key] if key in values else getattr(project, key), style=style)
        for key, (_, _, style) in _PROJECT_COLUMNS.items()
    )


def _project_area(key: str, last: int) -> str:
    """A column of 下发项目; of one blank row where nothing was sent."""
    letter = _PROJECT_LETTERS[key]
    return f"{quoted_sheet(SENT_PROJECTS)}!${letter}${_FIRST}:${letter}${max(last, _FIRST)}"


def _budget(one: Sent) -> Decimal:
    return total(p.total_budget for p in one.projects)


def _height(row: Sequence[SheetCell], columns: Mapping[str, tuple[str, float, str]]) -> float:
    """A height per row: not every spreadsheet program fits rows to their text on opening."""
    wrapped = [
        lines(cell.value, width)
        for cell, (_, width, style) in zip(row, columns.values(), strict=True)
        if isinstance(cell.value, str) and style != "note"
    ]
    return max(_LOWEST, LINE_HEIGHT * max(wrapped, default=1))
