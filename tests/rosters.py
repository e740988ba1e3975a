"""Rosters written as tables, in the officer's language, saved as real workbooks.

    | 单位编码 | 单位名称 | 主管部门 |
    | 116001   | 甲单位   | 某某局   |

is one sheet from its first row on. What looks like a number is one; `'116001` stays a text; a blank cell
is blank; `^` continues the merged cell above.
"""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def write_roster(path: Path, **sheets: str) -> Path:
    """A workbook with these sheets, in this order."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        _draw(book.create_sheet(name), table)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _draw(sheet, table: str) -> None:
    rows = [line.strip().strip("|").split("|") for line in table.strip().splitlines()]
    tops: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            text = cell.strip()
            if text == "^":
                continue
            _merge(sheet, column, tops.get(column, number), number - 1)
            tops[column] = number
            sheet.cell(number, column).value = _value(text)
    for column, top in tops.items():
        if rows[-1][column - 1].strip() == "^":
            _merge(sheet, column, top, len(rows))


def _merge(sheet, column: int, first: int, last: int) -> None:
    if last > first:
        sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)


def _value(text: str) -> object:
    if text.startswith("'"):
        return text[1:]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text or None
