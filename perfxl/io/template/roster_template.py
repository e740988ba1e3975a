"""The roster workbook: empty, or filled with units. Nothing is locked: it is the officer's own list."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.forms.parts import Column, Kind, Table
from perfxl.core.grid.cells import Value, column_letters, quoted_sheet
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
from perfxl.io.template.template_pen import (
    AMOUNT_FORMAT,
    FONT,
    TEXT_FORMAT,
    Look,
    Pen,
    height_of,
    prompt,
    prompt_amount,
    set_base_font,
)
from perfxl.io.workbooks.reproducible import workbook_bytes

# As far as the dropdown and the hints go; more rows are read all the same.
_ROWS = 2000
# Empty rows drawn below the records, to begin with.
_BLANK_ROWS = 20
_FIRST = HEADER_ROW + 1

_TITLE = Look(size=16, bold=True, border="", horizontal="left", wrap=False)
_NOTE = Look(size=9, colour="FF595959", border="", horizontal="left", wrap=False)
_HEADER = Look(bold=True, fill="FFDDE7F0")
_NEEDED = Look(bold=True, fill="FFDDE7F0", colour="FFB3261E")
_GUIDE_TEXT = Look(border="", horizontal="left", vertical="top")
_GUIDE_HEAD = Look(size=12, bold=True, border="", horizontal="left", wrap=False)
_LOOKS = {
    Kind.CODE: Look(number_format=TEXT_FORMAT, wrap=False),
    Kind.AMOUNT: Look(number_format=AMOUNT_FORMAT, horizontal="right"),
}
_TEXT = Look(horizontal="left", indent=1)

_GUIDE = (
    (
        "这是什么",
        "下发绩效文本之前填写的单位名单和项目控制数。程序照它为每个单位生成一个工作簿，以后按它催报、核对。",
    ),
    ("怎么填", "“单位”表每个单位一行；“项目”表每个项目一行，没有项目的单位不用写，会得到一张空白项目表。"),
    ("红色的标题", "必须填写，其余选填。列的顺序可以调整，也可以加自己的列；标题的文字不要改。"),
    ("从别处粘贴", "可以。单位编码、项目编码请按文本粘贴，以免丢掉前面的 0；合并单元格表示“同上”。"),
    ("金额", "以万元为单位。预算数等于财政资金加其他资金；只填预算数的，由单位自己分财政资金和其他资金。"),
    (
        "控制数",
        "这里填写的项目编码、项目名称、预算数、财政资金、其他资金下发后在单位的表中锁定，回收时逐项核对。",
    ),
    (
        "上年文件",
        "填了就把上年的项目、指标、措施结转到新文件；年度、金额、支出计划清空，含有上年字样的单元格标出来。",
    ),
    ("下发", "填好后运行：perfxl distribute 花名册.xlsx 下发 --year 2024。有错误时全部列出，什么也不写。"),
)


def roster_workbook(units: Sequence[RosterUnit] = ()) -> bytes:
    """The roster as `.xlsx` with these units and their projects; the same input gives the same bytes."""
    book = Workbook()
    book.remove(book.active)
    set_base_font(book)
    pen = Pen(book)
    unit_rows = [_unit_values(unit) for unit in units]
    project_rows = [values for unit in units for values in _project_values(unit)]
    _draw_guide(pen, book.create_sheet(ROSTER_GUIDE))
    _draw_table(pen, book.create_sheet(UNITS), UNIT_TABLE, "单位花名册", unit_rows)
    _draw_table(pen, book.create_sheet(PROJECTS), PROJECT_TABLE, "项目控制数", project_rows)
    book.active = 1
    # openpyxl draws the first sheet as chosen too.
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == 1
    book.properties.creator = "perfxl"
    return workbook_bytes(book)


def _unit_values(unit: RosterUnit) -> dict[str, Value]:
    return {
        "unit_code": unit.code,
        "unit_name": unit.name,
        "department": unit.department,
        "contact": unit.contact,
        "phone": unit.phone,
        "last_year_file": unit.last_year_file,
    }


def _project_values(unit: RosterUnit) -> list[dict[str, Value]]:
    return [
        {
            "unit_code": unit.code,
            "project_code": project.code,
            "project_name": project.name,
            **{key: getattr(project, key) for key in AMOUNTS},
            "purpose": project.purpose,
            "sub_objective": project.sub_objective,
        }
        for project in unit.projects
    ]


def _draw_table(
    pen: Pen, sheet: Worksheet, table: Table, title: str, rows: Sequence[dict[str, Value]]
) -> None:
    last = table.columns[-1].last
    pen.put(sheet, "A1", title, _TITLE)
    pen.put(sheet, "A2", _note(table), _NOTE)
    sheet.row_dimensions[1].height, sheet.row_dimensions[HEADER_ROW].height = 30, 26
    for column in table.columns:
        letters = column.first
        dimension = sheet.column_dimensions[letters]
        dimension.width = column.width
        look = _look(column)
        # Below the drawn rows too, a code that is typed or pasted stays a text.
        dimension.number_format = look.number_format
        dimension.font = Font(name=FONT, size=look.size)
        pen.put(sheet, f"{letters}{HEADER_ROW}", column.label, _HEADER if column.optional else _NEEDED)
        for row in range(_FIRST, _FIRST + len(rows) + _BLANK_ROWS):
            values = rows[row - _FIRST] if row - _FIRST < len(rows) else {}
            pen.put(sheet, f"{letters}{row}", values.get(column.key), look)
        _help(sheet, column, table)
    for row, values in enumerate(rows, _FIRST):
        needed = (height_of(str(values.get(c.key) or ""), c.width) for c in table.columns)
        sheet.row_dimensions[row].height = max(20.0, *needed)
    for row in range(_FIRST + len(rows), _FIRST + len(rows) + _BLANK_ROWS):
        sheet.row_dimensions[row].height = 20
    sheet.freeze_panes = f"C{_FIRST}"
    for selection in sheet.sheet_view.selection:
        selection.activeCell = selection.sqref = f"A{_FIRST}"
    sheet.sheet_view.showGridLines = False
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{_FIRST + len(rows) + _BLANK_ROWS - 1}"
    _set_page(sheet, f"A1:{last}{_FIRST + max(len(rows), _BLANK_ROWS) - 1}")


def _note(table: Table) -> str:
    if table is UNIT_TABLE:
        return "红色标题必填。编码前 3 位相同的单位属于同一主管部门；“上年文件”写路径，填了就结转上年内容。"
    return "红色标题必填。金额单位：万元。预算数＝财政资金＋其他资金。没有项目的单位不用写。"


def _look(column: Column) -> Look:
    centred = column.key in ("contact", "unit_code")
    return _LOOKS.get(column.kind, Look() if centred else _TEXT)


def _help(sheet: Worksheet, column: Column, table: Table) -> None:
    """What to write, said when a cell is entered; a value that cannot be is warned about, never banned."""
    cell, area = f"{column.first}{_FIRST}", f"{column.first}{_FIRST}:{column.first}{_FIRST + _ROWS - 1}"
    if column.kind is Kind.AMOUNT:
        prompt_amount(sheet, area, column.label, column.hint)
    elif column.key == "unit_code" and table is PROJECT_TABLE:
        header = f"{quoted_sheet(UNITS)}!$A${HEADER_ROW}"
        filled = f"COUNTA({quoted_sheet(UNITS)}!$A${_FIRST}:$A${_FIRST + _ROWS - 1})"
        prompt(
            sheet,
            area,
            column.label,
            column.hint,
            type="list",
            formula1=f"OFFSET({header},1,0,MAX(1,{filled}),1)",
            error="“单位”表中没有这个编码。仍要保留请选“是”。",
        )
    elif column.key == "unit_code":
        formula = f"AND(LEN(TRIM({cell}))=6,COUNTIF($A${_FIRST}:$A${_FIRST + _ROWS - 1},{cell})=1)"
        error = "单位编码为 6 位数字，每个单位只写一行。仍要保留请选“是”。"
        prompt(sheet, area, column.label, column.hint, type="custom", formula1=formula, error=error)
    elif column.key == "project_code":
        formula, error = f"LEN(TRIM({cell}))=21", "项目编码为 21 位。仍要保留请选“是”。"
        prompt(sheet, area, column.label, column.hint, type="custom", formula1=formula, error=error)
    else:
        prompt(sheet, area, column.label, column.hint)


def _draw_guide(pen: Pen, sheet: Worksheet) -> None:
    widths = (18.0, 12.0, 76.0)
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[column_letters(index)].width = width
    pen.put(sheet, "A1", "花名册填写说明", _TITLE)
    sheet.row_dimensions[1].height = 34
    row = 2
    for heading, text in _GUIDE:
        pen.put(sheet, f"A{row}", heading, Look(bold=True, border="", horizontal="left", vertical="top"))
        pen.put(sheet, f"B{row}:C{row}", text, _GUIDE_TEXT)
        sheet.row_dimensions[row].height = height_of(text, sum(widths[1:])) + 4
        row += 1
    for name, table in ((UNITS, UNIT_TABLE), (PROJECTS, PROJECT_TABLE)):
        row += 1
        pen.put(sheet, f"A{row}", f"“{name}”表的各列", _GUIDE_HEAD)
        sheet.row_dimensions[row].height = 22
        for column in table.columns:
            row += 1
            pen.put(sheet, f"A{row}", column.label, Look(horizontal="left"))
            pen.put(sheet, f"B{row}", "选填" if column.optional else "必填", Look())
            text = column.hint.removeprefix("选填。")
            pen.put(sheet, f"C{row}", text, _TEXT)
            sheet.row_dimensions[row].height = height_of(text, widths[2])
    sheet.sheet_view.showGridLines = False
    _set_page(sheet, f"A1:C{row}")


def _set_page(sheet: Worksheet, area: str) -> None:
    """A4, one page wide, the tables landscape and with their header on every page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "portrait" if sheet.title == ROSTER_GUIDE else "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    sheet.print_area = area
    if sheet.title != ROSTER_GUIDE:
        sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
