"""Sheets of an open workbook → cells, with a number of calls that does not grow with the texts.

Per sheet: one read of the values and one of the formulas; where a formula gives nothing, one more that
tells errors; and some calls per look of cells or per run of cells with one look (`looks`). So the findings
are those of the saved file, cell by cell.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import xlwings

from perfxl.core.forms.own_sheets import own_kind
from perfxl.core.forms.sheet_names import FINDINGS, IDENTITY, LISTS
from perfxl.core.grid.cell_looks import CellLook, cell_look
from perfxl.core.grid.cells import Area, Cell, Position, Sheet, Value, WhyUnread
from perfxl.core.grid.merges import take_covered
from perfxl.core.grid.text import visible
from perfxl.io.files.size_count import Held
from perfxl.io.live.program import Program

# Beyond this a used range is mostly formats, and the program is asked where the content ends.
_LARGE = 100_000
_HIDDEN = (False, 0, 2)
# Nothing is read as a number from these, and no label; nor from the list of findings.
_PLAIN_SHEETS = (LISTS, IDENTITY)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell knows no time zone)


def read_sheet(sheet: xlwings.Sheet, program: Program, held: Held) -> Sheet:
    """One worksheet, very hidden ones too. held: what the sheets before it hold.

    PerfxlError, with what to do, for a workbook over the limits that hold for files.
    """
    name = str(sheet.name)
    hidden = sheet.visible in _HIDDEN
    area = _filled_area(sheet, program, held)
    block = sheet.range((area.top, area.left), (area.bottom, area.right))
    cells = read_cells(block, area, program)
    for cell in cells.values():
        held.add_text(len(cell.value) if isinstance(cell.value, str) else 1)
    held.add_cells(len(cells))
    merged: list[Area] = []
    unread: dict[Position, tuple[Cell, WhyUnread]] = {}
    plain = hidden and name in _PLAIN_SHEETS
    if not plain and own_kind(Sheet(name, cells)) != FINDINGS:
        for look in program.looks(block, cells):
            shown = cell_look(look.code)
            for at in look.cells:
                cells[at] = _looking(cells[at], shown)
                if look.struck_out:
                    unread[at] = cells.pop(at), WhyUnread.STRUCK_OUT
            merged += (one for one in look.merged if not one.is_cell)
        take_covered(cells, unread, merged)
    return Sheet(name, cells, tuple(merged), hidden, unread)


def read_cells(block: xlwings.Range, area: Area, program: Program) -> dict[Position, Cell]:
    """The filled cells of an area, without the formats of numbers."""
    values = block.options(ndim=2).value
    formulas = rows_of(block.formula)
    errors: list[list[str | None]] | None = None
    cells: dict[Position, Cell] = {}
    for i, (row, texts) in enumerate(zip(values, formulas, strict=True)):
        for j, (value, text) in enumerate(zip(row, texts, strict=True)):
            at = area.top + i, area.left + j
            error = None
            if _no_value(value):
                if text in ("", None):
                    continue
                errors = program.errors(block) if errors is None else errors
                error = errors[i][j]
                if error is None:
                    continue
            formula = is_formula(text, value)
            if error is not None:
                cells[at] = Cell(None, formula=formula, error=error)
            elif not (isinstance(value, str) and not visible(value).strip()):
                cells[at] = Cell(_value(value), formula=formula)
    return cells


def is_formula(text: Any, value: Any) -> bool:
    """Whether what stands in a cell is a formula: a text that begins with `=` shows itself."""
    return isinstance(text, str) and text.startswith(("=", "{=")) and text != value


def _no_value(value: Any) -> bool:
    # Errors that xlwings does not know come as whole numbers; all other numbers are floats.
    return value is None or (type(value) is int and value < -(2**30))


def _value(value: Any) -> Value:
    """A value as a file's reader gives it: amounts of money, days and times as the numbers that are stored."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _DAY_ZERO) / timedelta(days=1)
    if isinstance(value, str | int | float | bool):
        return value
    return str(value)


def rows_of(values: Any) -> list[list[Any]]:
    """A block as rows, whether the program gives a cell, a row or rows."""
    if not isinstance(values, list | tuple):
        return [[values]]
    if values and not isinstance(values[0], list | tuple):
        return [list(values)]
    return [list(row) for row in values]


def _filled_area(sheet: xlwings.Sheet, program: Program, held: Held) -> Area:
    """The area to read. A million formatted blank rows are not read."""
    used = sheet.used_range
    (height, width), top, left = used.shape, used.row, used.column
    area = Area(top, left, top + height - 1, left + width - 1)
    if height * width > _LARGE:
        bottom, right = program.content_end(sheet)
        area = Area(min(top, bottom), min(left, right), bottom, right)
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    held.add_area(str(sheet.name), height, width, (area.bottom, area.right))
    return area


def _looking(cell: Cell, look: CellLook) -> Cell:
    if isinstance(cell.value, str):
        seen = look.text(visible(cell.value))
        return cell if seen == cell.value else replace(cell, shown=seen)
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return cell
    return replace(cell, shown=look.number(cell.value))
