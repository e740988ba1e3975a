"""Rows, columns and cells put in, taken out, moved, merged and hidden."""

from __future__ import annotations

from itertools import chain
from typing import Any

from .addresses import COLUMNS, ROWS, Area, area_at
from .calls import uno_of
from .formulas import to_excel, to_office
from .office_errors import UnoError, UnsupportedError
from .parents import ParentRange, ParentSheet


def insert(sheet: ParentSheet, area: Area, shift: str | None) -> None:
    """Whole rows or columns where the area is that, else cells, which move others down or to the right."""
    _change(sheet, area, shift, ("down", "right"), ("insertByIndex", "insertCells", "CellInsertMode"))


def delete(sheet: ParentSheet, area: Area, shift: str | None) -> None:
    """Whole rows or columns where the area is that, else cells, whose place others take from below or right."""
    _change(sheet, area, shift, ("up", "left"), ("removeByIndex", "removeRange", "CellDeleteMode"))


def _change(
    sheet: ParentSheet, area: Area, shift: str | None, shifts: tuple[str, str], calls: tuple[str, str, str]
) -> None:
    """shifts: where cells may move, for wide and for high areas. calls: for lines, for cells, and its modes."""
    of_lines, of_cells, modes = calls
    uno = sheet.uno
    change: Any
    arguments: tuple[Any, ...]
    if area.columns == COLUMNS:
        change, arguments = getattr(uno.getRows(), of_lines), (area.row - 1, area.rows)
    elif area.rows == ROWS:
        change, arguments = getattr(uno.getColumns(), of_lines), (area.column - 1, area.columns)
    else:
        shift = shift or shifts[area.columns < area.rows]
        if shift not in shifts:
            raise ValueError(f"shift must be {shifts[0]!r} or {shifts[1]!r}.")
        # Cell by cell LibreOffice asks for no permission.
        sheet.require_changeable()
        mode = uno_of(uno).Enum(f"com.sun.star.sheet.{modes}", shift.upper())
        address = uno.getCellRangeByPosition(*area.bounds).getRangeAddress()
        change, arguments = getattr(uno, of_cells), (address, mode)
    sheet.book.require_writable()
    try:
        change(*arguments)
    except UnoError:
        # A protected sheet may allow it, so it is asked why only afterwards.
        sheet.require_changeable()
        raise


def copy(source: ParentRange, target: ParentRange) -> None:
    """Contents and looks, to where the target begins; also into another book, there as values and looks."""
    target.sheet.require_changeable()
    if target.sheet.book is not source.sheet.book:
        raise UnsupportedError("Cells are copied within one book only. Copy the sheet instead.")
    place = target(1).uno.getCellAddress()
    source.sheet.uno.copyRange(place, source.uno.getRangeAddress())


def move(source: ParentRange, target: ParentRange) -> None:
    """Contents and looks; formulas that refer to the cells follow them."""
    source.sheet.require_changeable()
    target.sheet.require_changeable()
    source.sheet.uno.moveRange(target(1).uno.getCellAddress(), source.uno.getRangeAddress())


def hidden(lines: Any, count: int) -> bool | None:
    """Of rows or columns; None where some are hidden and some are not."""
    states = {not lines.getByIndex(index).IsVisible for index in range(count)}
    return states.pop() if len(states) == 1 else None


def merged_area(sheet: ParentSheet, area: Area) -> Area:
    """The merged cells that the first cell of the area belongs to; the cell alone where it is not merged."""
    cell = sheet.uno.getCellRangeByPosition(*Area(area.row, area.column, 1, 1).bounds)
    cursor = sheet.uno.createCursorByRange(cell)
    cursor.collapseToMergedArea()
    return area_at(cursor.getRangeAddress())


def all_merged(cells: ParentRange) -> bool | None:
    """True where all are one merged area, False where none is merged, None in between."""
    if merged_area(cells.sheet, cells.area) == cells.area:
        return True
    return None if merged_areas(cells.sheet, cells.area) else False


def merged_areas(sheet: ParentSheet, within: Area) -> list[Area]:
    """Every merged area that touches a part of the sheet; the calls grow with the different looks and merges."""
    looks = sheet.uno.getCellRangeByPosition(*within.bounds).getUniqueCellFormatRanges()
    found: list[Area] = []
    covered: set[tuple[int, int]] = set()
    for index in range(looks.getCount()):
        for address in looks.getByIndex(index).getRangeAddresses():
            alike = area_at(address)
            if sheet.uno.getCellRangeByPosition(*alike.bounds).getIsMerged() is False:
                continue
            for row, column in alike.cells():
                if (row, column) not in covered:
                    area = merged_area(sheet, Area(row, column, 1, 1))
                    covered.update(area.cells())
                    found += [area] if area.rows * area.columns > 1 else []
    return found


def edge(sheet: ParentSheet, area: Area, down: int, right: int) -> Area:
    """Where Ctrl and an arrow lead from the first cell: to the last filled one before a blank, or to the next."""
    row, column = area.row, area.column
    last = sheet.used_area
    strip = Area(1, column, last.last_row, 1) if down else Area(row, 1, 1, last.last_column)
    data = sheet.uno.getCellRangeByPosition(*strip.bounds).getDataArray()
    filled = {number for number, value in enumerate(chain.from_iterable(data), 1) if value != ""}
    place, step = (row, down) if down else (column, right)
    if place in filled and place + step in filled:
        while place + step in filled:
            place += step
    else:
        beyond = [number for number in filled if (number - place) * step > 0]
        border = (ROWS if down else COLUMNS) if step > 0 else 1
        place = min(beyond, key=lambda number: abs(number - place), default=border)
    return Area(place, column, 1, 1) if down else Area(row, place, 1, 1)


def array_formula(cells: Any) -> str | None:
    """The array formula that the cells are, in Excel's notation; None where they are none."""
    found = cells.getArrayFormula()
    return to_excel(found) if found else None


def set_array_formula(cells: Any, formula: str) -> None:
    """Make the cells one array formula."""
    cells.setArrayFormula(to_office(formula))
