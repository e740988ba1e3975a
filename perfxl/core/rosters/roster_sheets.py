"""The roster as sheets: empty, or filled with units. Nothing is locked: it is the officer's own list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from perfxl.core.forms.parts import Column, Kind, Table
from perfxl.core.grid.cells import Value, quoted_sheet
from perfxl.core.grid.change import DrawnSheet, Entry, Page, Style
from perfxl.core.rosters.read_roster import RosterUnit
from perfxl.core.rosters.roster_form import (
    AMOUNTS,
    HEADER_ROW,
    PROJECT_TABLE,
    PROJECTS,
    ROSTER_GUIDE,
    UNIT_TABLE,
    UNITS,
)
from perfxl.core.rosters.roster_rows import UNIT_TEXTS
from perfxl.core.sheets.drawing import Drawing
from perfxl.core.sheets.heights import height_of
from perfxl.core.sheets.template.entry_help import amount_entry, listed
from perfxl.core.sheets.template.template_styles import AMOUNT_FORMAT, LABEL, LEFT, OPEN, PLAIN, TEXT_FORMAT

# As far as the dropdown and the hints go; more rows are read all the same.
_ROWS = 2000
# Empty rows drawn below the records, to begin with.
_BLANK_ROWS = 20
_FIRST = HEADER_ROW + 1

_TITLE = replace(OPEN, size=16, bold=True, horizontal="left", wrap=False)
_NOTE = replace(OPEN, size=9, colour="595959", horizontal="left", wrap=False)
_HEADER = replace(LABEL, fill="DDE7F0")
_NEEDED = replace(_HEADER, colour="B3261E")
_GUIDE_TEXT = replace(OPEN, horizontal="left", vertical="top")
_GUIDE_LABEL = replace(_GUIDE_TEXT, bold=True)
_GUIDE_HEAD = replace(OPEN, size=12, bold=True, horizontal="left", wrap=False)
_LOOKS = {
    Kind.CODE: replace(PLAIN, number_format=TEXT_FORMAT, wrap=False),
    Kind.AMOUNT: replace(PLAIN, number_format=AMOUNT_FORMAT, horizontal="right"),
}
_TEXT = replace(LEFT, indent=1)
_PAGE = Page(left_right=0.5, top=0.6, bottom=0.7, header=0.5, foot=0.5, footer="第 &P 页 共 &N 页")
_KEEP = "仍要保留请选“是”。"

_UNITS_NOTE = "红色标题必填。编码前 3 位相同的单位属于同一主管部门；“上年文件”写路径，填了就结转上年内容。"
_PROJECTS_NOTE = "红色标题必填。金额单位：万元。预算数＝财政资金＋其他资金。没有项目的单位不用写。"
_GUIDE = (
    ("这是什么", "下发绩效文本之前填写的单位名单和项目控制数。程序照它为每个单位生成一个工作簿，以后按它催报、核对。"),
    ("怎么填", "“单位”表每个单位一行；“项目”表每个项目一行，没有项目的单位不用写，会得到一张空白项目表。"),
    ("红色的标题", "必须填写，其余选填。列的顺序可以调整，也可以加自己的列；标题的文字不要改。"),
    ("从别处粘贴", "可以。单位编码、项目编码请按文本粘贴，以免丢掉前面的 0；合并单元格表示“同上”。"),
    ("金额", "以万元为单位。预算数等于财政资金加其他资金；只填预算数的，由单位自己分财政资金和其他资金。"),
    ("控制数", "这里填写的项目编码、项目名称、预算数、财政资金、其他资金下发后在单位的表中锁定，回收时逐项核对。"),
    ("上年文件", "填了就把上年的项目、指标、措施结转到新文件；年度、金额、支出计划清空，含有上年字样的单元格标出来。"),
    ("下发", "填好后运行：perfxl distribute 花名册.xlsx 下发 --year 2024。有错误时全部列出，什么也不写。"),
)


def roster_sheets(units: Sequence[RosterUnit] = ()) -> tuple[DrawnSheet, ...]:
    """How to fill it in, the units, and their projects."""
    unit_rows: list[dict[str, Value]] = [
        {"unit_code": unit.code, "unit_name": unit.name, **{key: getattr(unit, key) for key in UNIT_TEXTS}}
        for unit in units
    ]
    project_rows: list[dict[str, Value]] = [
        {
            "unit_code": unit.code,
            "project_code": one.code,
            "project_name": one.name,
            **{key: getattr(one, key) for key in (*AMOUNTS, "purpose", "sub_objective")},
        }
        for unit in units
        for one in unit.projects
    ]
    return (
        _guide(),
        _table(UNITS, UNIT_TABLE, "单位花名册", _UNITS_NOTE, unit_rows),
        _table(PROJECTS, PROJECT_TABLE, "项目控制数", _PROJECTS_NOTE, project_rows),
    )


def _table(name: str, table: Table, title: str, note: str, rows: Sequence[Mapping[str, Value]]) -> DrawnSheet:
    sheet = Drawing(name, (column.width for column in table.columns))
    sheet.put("A1", title, _TITLE)
    sheet.put("A2", note, _NOTE)
    sheet.set_height(1, 30)
    sheet.set_height(HEADER_ROW, 26)
    last, bottom = table.columns[-1].last, _FIRST + len(rows) + _BLANK_ROWS - 1
    for column in table.columns:
        sheet.put(f"{column.first}{HEADER_ROW}", column.label, _HEADER if column.optional else _NEEDED)
    for row in range(_FIRST, bottom + 1):
        values = rows[row - _FIRST] if row - _FIRST < len(rows) else {}
        for column in table.columns:
            sheet.put(f"{column.first}{row}", values.get(column.key), _look(column))
        needed = (height_of(str(values.get(c.key) or ""), c.width) for c in table.columns) if values else ()
        sheet.set_height(row, max((20.0, *needed)))
    sheet.entries += (_help(column, table) for column in table.columns)
    return sheet.sheet(
        # Below the drawn rows too, a code that is typed or pasted stays a text.
        column_styles={column.first: _look(column) for column in table.columns},
        freeze=f"C{_FIRST}",
        begin=f"A{_FIRST}",
        filter=f"A{HEADER_ROW}:{last}{bottom}",
        page=_PAGE,
        print_area=f"A1:{last}{_FIRST + max(len(rows), _BLANK_ROWS) - 1}",
        header_rows=(HEADER_ROW, HEADER_ROW),
    )


def _look(column: Column) -> Style:
    centred = column.key in ("contact", "unit_code")
    return _LOOKS.get(column.kind, PLAIN if centred else _TEXT)


def _help(column: Column, table: Table) -> Entry:
    """What to write, said when a cell is entered; a value that cannot be is warned about, never banned."""
    cell, area = f"{column.first}{_FIRST}", f"{column.first}{_FIRST}:{column.first}{_FIRST + _ROWS - 1}"
    label, hint = column.label, column.hint
    if column.kind is Kind.AMOUNT:
        return amount_entry(area, label, hint)
    if column.key == "unit_code" and table is PROJECT_TABLE:
        header = f"{quoted_sheet(UNITS)}!$A${HEADER_ROW}"
        filled = f"COUNTA({quoted_sheet(UNITS)}!$A${_FIRST}:$A${_FIRST + _ROWS - 1})"
        check = listed(f"OFFSET({header},1,0,MAX(1,{filled}),1)")
        return Entry(area, label, hint, check, f"“单位”表中没有这个编码。{_KEEP}")
    if column.key == "unit_code":
        formula = f"AND(LEN(TRIM({cell}))=6,COUNTIF($A${_FIRST}:$A${_FIRST + _ROWS - 1},{cell})=1)"
        check = {"type": "custom", "formula1": formula}
        return Entry(area, label, hint, check, f"单位编码为 6 位数字，每个单位只写一行。{_KEEP}")
    if column.key == "project_code":
        check = {"type": "custom", "formula1": f"LEN(TRIM({cell}))=21"}
        return Entry(area, label, hint, check, f"项目编码为 21 位。{_KEEP}")
    return Entry(area, label, hint)


def _guide() -> DrawnSheet:
    widths = (18.0, 12.0, 76.0)
    sheet = Drawing(ROSTER_GUIDE, widths)
    sheet.put("A1", "花名册填写说明", _TITLE)
    sheet.set_height(1, 34)
    for row, (heading, text) in enumerate(_GUIDE, 2):
        sheet.put(f"A{row}", heading, _GUIDE_LABEL)
        sheet.put(f"B{row}:C{row}", text, _GUIDE_TEXT)
        sheet.set_height(row, height_of(text, sum(widths[1:])) + 4)
    row = len(_GUIDE) + 2
    for name, table in ((UNITS, UNIT_TABLE), (PROJECTS, PROJECT_TABLE)):
        row += 1
        sheet.put(f"A{row}", f"“{name}”表的各列", _GUIDE_HEAD)
        sheet.set_height(row, 22)
        for column in table.columns:
            row += 1
            sheet.put(f"A{row}", column.label, LEFT)
            sheet.put(f"B{row}", "选填" if column.optional else "必填", PLAIN)
            text = column.hint.removeprefix("选填。")
            sheet.put(f"C{row}", text, _TEXT)
            sheet.set_height(row, height_of(text, widths[2]))
    return sheet.sheet(page=replace(_PAGE, landscape=False), print_area=f"A1:C{row}")
