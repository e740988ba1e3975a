"""Workbooks that perfxl itself made for the officer: they are nobody's text, whatever they are called.

Known by what stands in them, so that renaming and saving in another program change nothing.
"""

from __future__ import annotations

import re

from perfxl.core.grid.cells import Sheet, Workbook
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import label_key

SUMMARY_OF_UNITS = "各单位汇总"
OPINION = "退回意见"
SENT_LIST = "下发清单"
ROSTER = "花名册"

_HEADER_WITHIN = 15
_OPINION_TITLE = re.compile(r"关于(?:\d{4}年)?部门预算绩效文本的(?:退回修改意见|修改意见|核对结果)")


class OwnWorkbookError(PerfxlError):
    """A workbook of perfxl's own where a unit's text is wanted. kind: which, one of those above."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"这是{kind}，不是单位的绩效文本，没有处理。请选择单位填报的工作簿。")
        self.kind = kind


def own_workbook(workbook: Workbook) -> str | None:
    """Which workbook of perfxl's own this is, None for any other; meant for those without a project form."""
    # Only the few workbooks without a form come here: what tells rosters need not be loaded for the others.
    from perfxl.core.forms.collected_columns import UNIT_COLUMNS  # noqa: PLC0415
    from perfxl.core.sheets.sent_list import read_sent_list  # noqa: PLC0415

    of_units = {label_key(column.header) for column in UNIT_COLUMNS}
    for sheet in workbook.sheets:
        if _has_header(sheet, of_units):
            return SUMMARY_OF_UNITS
        if _OPINION_TITLE.fullmatch(sheet.text((1, 1))):
            return OPINION
        if read_sent_list(sheet) is not None:
            return SENT_LIST
    return ROSTER if _is_roster(workbook) else None


def _is_roster(workbook: Workbook) -> bool:
    """Whether it is a roster made from the empty one: somebody's own list of units may be a text in another form."""
    from perfxl.core.rosters.roster_form import PROJECT_TABLE, PROJECTS, UNIT_TABLE, UNITS  # noqa: PLC0415

    for name, table in ((UNITS, UNIT_TABLE), (PROJECTS, PROJECT_TABLE)):
        sheet = workbook.sheet(name)
        if sheet is None or not _has_header(sheet, {label_key(column.label) for column in table.columns}):
            return False
    return True


def _has_header(sheet: Sheet, headers: set[str]) -> bool:
    return any(headers <= {label_key(cell.text) for _, cell in sheet.row(row)} for row in sheet.rows[:_HEADER_WITHIN])
