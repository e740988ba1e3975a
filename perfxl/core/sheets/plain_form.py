"""The form as an accountant types it by hand: no template, no metadata, nothing but the forms."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from perfxl.core.forms.records import Indicator, Project, Submission
from perfxl.core.grid.cells import Value
from perfxl.core.grid.change import DrawnSheet, Page, Style
from perfxl.core.sheets.drawing import Drawing

# Labels as they come out of people's hands: blanks, line breaks, other punctuation.
_LABELS = {
    "A3": "项目编码",
    "D3": "项目名称",
    "A4:A5": "预算规模及\n资金用途",
    "B4": "预算数",
    "D4": "其中：财政 资金",
    "F4": "其他资金",
    "A6:A7": "资金支出计\n划(%)",
    "B6:C6": "3 月底",
    "D6:E6": "6 月底",
    "F6": "10月底",
    "G6": "12月底",
    "A8": "绩效目标",
}
_HEADERS = {
    "A": "一级指标",
    "B": "二级指标",
    "C": "三级指标",
    "D:E": "绩效指标描述",
    "F": "指标值",
    "G": "指标值确定依\n据",
}
_PLAN_CELLS = ("B7:C7", "D7:E7", "F7", "G7")
_HEADER_ROW = 9
_LONGEST_NAME = 6
_WIDTHS = (12, 14, 18, 13, 12, 14, 16)

_CELL = Style(horizontal="center", size=10.5, line="000000")
_PERCENT = replace(_CELL, number_format="0%")
_TITLE = replace(_CELL, size=16, bold=True, border="")
_LINE = replace(_CELL, horizontal="left", wrap=False, border="")
_PAGE = Page(landscape=False, left_right=0.75, top=1, bottom=1, header=0.5, foot=0.5, footer="")


def plain_sheets(submission: Submission) -> tuple[DrawnSheet, ...]:
    """One sheet per project and nothing else, typed as people type.

    一级指标 cells are merged, percentages are what Excel makes of “50%”, amounts are bare numbers.
    """
    return tuple(map(_drawn, submission.projects))


def _drawn(project: Project) -> DrawnSheet:
    name = (project.project_name or f"项目{project.number}")[:_LONGEST_NAME]
    sheet = Drawing(f"{project.number}{name}", _WIDTHS)
    sheet.put("A1:G1", f"{project.number}.{project.project_name}绩效目标表", _TITLE)
    sheet.put("A2:E2", project.unit_line, _LINE)
    sheet.put("F2", project.form.counted_in, _LINE)
    for area, label in _LABELS.items():
        sheet.put(area, label, _CELL)
    values: dict[str, Value] = {
        "B3:C3": project.project_code,
        "E3:G3": project.project_name,
        "C4": project.total_budget,
        "E4": project.fiscal_funds,
        "G4": project.other_funds,
        "B5:G5": project.purpose,
        "B8:G8": project.objective,
    }
    for area, value in values.items():
        sheet.put(area, value, _CELL)
    for area, share in zip(_PLAN_CELLS, project.spending_plan, strict=True):
        # What Excel makes of “50%” when it is typed.
        sheet.put(area, None if share is None else share / 100, _PERCENT)
    _draw_indicators(sheet, project.indicators)
    return sheet.sheet(page=_PAGE)


def _draw_indicators(sheet: Drawing, indicators: tuple[Indicator, ...]) -> None:
    for area, label in _HEADERS.items():
        sheet.put(_across(area, _HEADER_ROW), label, _CELL)
    row = _HEADER_ROW
    for category, group in groupby(indicators, key=lambda one: one.category):
        top = row + 1
        for one in group:
            row += 1
            texts = (one.subcategory, one.name, one.definition, one.target, one.target_basis)
            for area, text in zip(list(_HEADERS)[1:], texts, strict=True):
                sheet.put(_across(area, row), text, _CELL)
        sheet.put(f"A{top}:A{row}", category, _CELL)


def _across(columns: str, row: int) -> str:
    first, _, last = columns.partition(":")
    return f"{first}{row}:{last or first}{row}"
