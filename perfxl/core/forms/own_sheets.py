"""Which sheets of a unit's workbook perfxl made: it writes these anew, and never another, whatever its name.

A sheet of ours bears a mark in a hidden column, a plain text that every spreadsheet program keeps, and
its header. Those of versions without the mark are known by title and header, and so is the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from perfxl.core.forms.findings_columns import COLUMNS
from perfxl.core.forms.sheet_names import FINDINGS, GUIDE, GUIDE_HEADERS, SUMMARY
from perfxl.core.forms.summary_columns import fixed_columns
from perfxl.core.grid.cells import Sheet, Workbook, column_letters
from perfxl.core.grid.change import DrawnSheet, SheetCell
from perfxl.core.grid.safe_names import free_sheet_name
from perfxl.core.grid.text import label_key

SUMMARY_TITLE = "部门汇总表"
FINDINGS_TITLE = "校验结果"

# What the sheets are called where the names are free, and the titles that they begin with.
_TITLES = {SUMMARY: SUMMARY_TITLE, FINDINGS: FINDINGS_TITLE, GUIDE: GUIDE}
# Free names differ from what spreadsheet programs call a copy: a copy is the person's own.
_NAME = re.compile(rf"({'|'.join(_TITLES)})(?:（[0-9]{{1,3}}）)?")
_HEADER_WITHIN = 40


def own_mark(name: str) -> SheetCell:
    """What stands in the first row of a hidden column of a sheet of ours. name: SUMMARY or FINDINGS."""
    return SheetCell(_mark(name), style="mark")


def own_sheet(workbook: Workbook, name: str) -> Sheet | None:
    """The sheet of ours, None where there is none. name: what it is called where that name is free."""
    own = [sheet for sheet in workbook.sheets if own_kind(sheet) == name]
    return next((sheet for sheet in own if sheet.name == name), own[0] if own else None)


def own_kind(sheet: Sheet) -> str | None:
    """SUMMARY, FINDINGS or GUIDE for a sheet that perfxl made, None for every other."""
    match = _NAME.fullmatch(sheet.name)
    if match is None:
        return None
    name = match[1]
    first = {cell.text for _, cell in sheet.row(1)}
    # Where somebody put something else in the place of our list, what stands there is theirs.
    known = _mark(name) in first or sheet.text((1, 1)) == _TITLES[name]
    rows = (sheet.row(row) for row in sheet.rows[:_HEADER_WITHIN]) if known else ()
    has_header = any(_headers(name) <= {label_key(cell.text) for _, cell in row} for row in rows)
    return name if has_header else None


def units_sheets(workbook: Workbook) -> tuple[Sheet, ...]:
    """The sheets that perfxl did not write: a form may stand on any of them."""
    return tuple(sheet for sheet in workbook.sheets if own_kind(sheet) is None)


def name_of_own(workbook: Workbook, name: str) -> str:
    """What our sheet is or will be called: a free name where another sheet bears the usual one."""
    own = own_sheet(workbook, name)
    if own is not None:
        return own.name
    return free_sheet_name(name, {sheet.name.casefold() for sheet in workbook.sheets})


def elsewhere(sheets: Iterable[DrawnSheet]) -> list[str]:
    """A sentence for each sheet of ours that could not have its usual name."""
    return [
        f"工作簿里原有的“{match[1]}”表不是本程序生成的，没有改动；本次写在“{sheet.name}”表。"
        for sheet in sheets
        if (match := _NAME.fullmatch(sheet.name)) and match[1] != sheet.name
    ]


def marked(sheet: DrawnSheet, name: str) -> DrawnSheet:
    """The sheet with its mark in a hidden column right of its table, one column off."""
    width = max(len(row) for row in sheet.rows)
    first, *others = ((*row, *[None] * (width - len(row))) for row in sheet.rows)
    rows = ((*first, None, own_mark(name)), *others)
    hidden = (*sheet.hidden_columns, column_letters(width + 2))
    area = sheet.print_area or f"A1:{column_letters(width)}{len(rows)}"
    return replace(sheet, rows=rows, widths=(*sheet.widths, 2, 10), hidden_columns=hidden, print_area=area)


def _mark(name: str) -> str:
    return f"perfxl:{name}"


@cache
def _headers(name: str) -> frozenset[str]:
    columns = COLUMNS if name == FINDINGS else fixed_columns()
    headers = GUIDE_HEADERS if name == GUIDE else [column.header for column in columns]
    return frozenset(map(label_key, headers))
