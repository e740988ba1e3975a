"""The form as an accountant types it by hand: no template, no metadata, nothing but the forms."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from perfxl.core.forms.records import Indicator, Project, Submission
from perfxl.core.forms.registry import PROJECT_FORM

if TYPE_CHECKING:
    # openpyxl is slow to import and only needed when such a workbook is made.
    from openpyxl.worksheet.worksheet import Worksheet


# Labels as they come out of people's hands: blanks, line breaks, other punctuation.
_LABELS = {
    "A3": "项目编码",
    "D3": "项目名称",
    "A4": "预算规模及\n资金用途",
    "B4": "预算数",
    "D4": "其中：财政 资金",
    "F4": "其他资金",
    "A6": "资金支出计\n划(%)",
    "B6": "3 月底",
    "D6": "6 月底",
    "F6": "10月底",
    "G6": "12月底",
    "A8": "绩效目标",
}
_MERGED = ("B3:C3", "E3:G3", "A4:A5", "B5:G5", "A6:A7", "B6:C6", "D6:E6", "B7:C7", "D7:E7", "B8:G8")
_HEADERS = {
    "A": "一级指标",
    "B": "二级指标",
    "C": "三级指标",
    "D": "绩效指标描述",
    "F": "指标值",
    "G": "指标值确定依\n据",
}
_PLAN_CELLS = ("B7", "D7", "F7", "G7")
_HEADER_ROW = 9
_LONGEST_NAME = 6


def plain_workbook(submission: Submission) -> bytes:
    """An `.xlsx` with one sheet per project and nothing else, typed as people type; always the same bytes.

    一级指标 cells are merged, percentages are what Excel makes of “50%”, amounts are bare numbers.
    """
    import openpyxl

    from perfxl.io.workbooks.reproducible import workbook_bytes

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type, unused-ignore]
    for project in submission.projects:
        name = (project.project_name or f"项目{project.number}")[:_LONGEST_NAME]
        _draw(workbook.create_sheet(f"{project.number}{name}"), project)
    return workbook_bytes(workbook)


def _draw(sheet: Worksheet, project: Project) -> None:
    sheet["A1"] = f"{project.number}.{project.project_name}绩效目标表"
    sheet.merge_cells("A1:G1")
    sheet["A2"] = project.unit_line
    sheet.merge_cells("A2:E2")
    sheet["F2"] = PROJECT_FORM.counted_in
    for cell, label in _LABELS.items():
        sheet[cell] = label
    for area in _MERGED:
        sheet.merge_cells(area)
    values = {
        "B3": project.project_code,
        "E3": project.project_name,
        "C4": _number(project.total_budget),
        "E4": _number(project.fiscal_funds),
        "G4": _number(project.other_funds),
        "B5": project.purpose,
        "B8": project.objective,
    }
    for cell, value in values.items():
        sheet[cell] = value
    for cell, share in zip(_PLAN_CELLS, project.spending_plan, strict=True):
        # What Excel makes of “50%” when it is typed.
        sheet[cell] = None if share is None else float(share / 100)
        sheet[cell].number_format = "0%"
    _draw_indicators(sheet, project.indicators)
    _look(sheet)


def _draw_indicators(sheet: Worksheet, indicators: tuple[Indicator, ...]) -> None:
    for column, label in _HEADERS.items():
        sheet[f"{column}{_HEADER_ROW}"] = label
    sheet.merge_cells(f"D{_HEADER_ROW}:E{_HEADER_ROW}")
    row = _HEADER_ROW
    for category, group in groupby(indicators, key=lambda one: one.category):
        top = row + 1
        sheet[f"A{top}"] = category
        for indicator in group:
            row += 1
            sheet[f"B{row}"] = indicator.subcategory
            sheet[f"C{row}"] = indicator.name
            sheet[f"D{row}"] = indicator.definition
            sheet.merge_cells(f"D{row}:E{row}")
            sheet[f"F{row}"] = indicator.target
            sheet[f"G{row}"] = indicator.target_basis
        if row > top:
            sheet.merge_cells(f"A{top}:A{row}")


def _look(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    thin = Side(style="thin")
    for letter, width in zip("ABCDEFG", (12, 14, 18, 13, 12, 14, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=1, max_row=sheet.max_row, max_col=7):
        for cell in row:
            cell.font = Font(name="宋体", size=10.5)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
            if cell.row > 2:
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    sheet["A1"].font = Font(name="宋体", size=16, bold=True)
    sheet["A2"].alignment = Alignment(horizontal="left")
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
