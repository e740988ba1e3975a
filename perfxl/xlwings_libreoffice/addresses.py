"""Where cells are: A1 addresses as Excel writes them, and rectangles of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from .office_errors import UnsupportedError

ROWS, COLUMNS = 1_048_576, 16_384

_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?", re.IGNORECASE)
_WHOLE_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})", re.IGNORECASE)
_WHOLE_ROWS = re.compile(r"\$?([0-9]+):\$?([0-9]+)")


class Area(NamedTuple):
    """A rectangle of cells. Rows and columns count from 1; there may be no rows or columns in it."""

    row: int
    column: int
    rows: int
    columns: int

    @classmethod
    def between(cls, row1: int, column1: int, row2: int, column2: int) -> Area:
        """The rectangle that two cells span, in whatever order they are given."""
        row, column = min(row1, row2), min(column1, column2)
        return cls(row, column, abs(row2 - row1) + 1, abs(column2 - column1) + 1)

    @property
    def last_row(self) -> int:
        """The number of the last row."""
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        """The number of the last column."""
        return self.column + self.columns - 1

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, counted from 0: what `getCellRangeByPosition` takes."""
        return self.column - 1, self.row - 1, self.last_column - 1, self.last_row - 1

    def spanning(self, other: Area) -> Area:
        """The smallest rectangle that holds both."""
        return Area.between(
            min(self.row, other.row),
            min(self.column, other.column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )

    def cells(self) -> Iterator[tuple[int, int]]:
        """Row and column of every cell in it, row by row."""
        return product(range(self.row, self.last_row + 1), range(self.column, self.last_column + 1))

    def address(self, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
        """`$A$1:$B$2`; whole columns `$A:$B` and whole rows `$1:$2` as Excel writes them."""
        row_mark, column_mark = "$" * row_absolute, "$" * column_absolute
        rows = [f"{row_mark}{row}" for row in (self.row, self.last_row)]
        columns = [f"{column_mark}{column_letters(column)}" for column in (self.column, self.last_column)]
        if self.columns == COLUMNS:
            return ":".join(rows)
        if self.rows == ROWS:
            return ":".join(columns)
        first, last = columns[0] + rows[0], columns[1] + rows[1]
        return first if first == last else f"{first}:{last}"


def area_of(address: str) -> Area | None:
    """`A1`, `$A$1:B2`, `A:B` or `1:3` → the area; None for anything else, such as a name.

    Raises `UnsupportedError` for several areas at once (`A1,C3`), IndexError outside the sheet.
    """
    if "," in address:
        raise UnsupportedError(f"A range of several areas ({address}) is not supported. Use one range per area.")
    if found := _CELLS.fullmatch(address):
        column, row = column_number(found[1]), int(found[2])
        last_column, last_row = (column_number(found[3]), int(found[4])) if found[3] else (column, row)
    elif found := _WHOLE_COLUMNS.fullmatch(address):
        row, last_row = 1, ROWS
        column, last_column = column_number(found[1]), column_number(found[2])
    elif found := _WHOLE_ROWS.fullmatch(address):
        row, last_row = int(found[1]), int(found[2])
        column, last_column = 1, COLUMNS
    else:
        return None
    check_position(row, column)
    check_position(last_row, last_column)
    return Area.between(row, column, last_row, last_column)


def area_at(address: Any) -> Area:
    """The area of a `com.sun.star.table.CellRangeAddress`."""
    return Area.between(address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1)


def ranges_of(document: Any, uno: Any, sheet: int, areas: Iterable[Area], *, merged: bool) -> Any:
    """Several areas of a sheet, counted from 0, as one `com.sun.star.sheet.SheetCellRanges`.

    merged: neighbours become one area.
    """
    addresses = []
    for area in areas:
        made = uno.createUnoStruct("com.sun.star.table.CellRangeAddress")
        made.Sheet = sheet
        made.StartColumn, made.StartRow, made.EndColumn, made.EndRow = area.bounds
        addresses.append(made)
    cells = document.createInstance("com.sun.star.sheet.SheetCellRanges")
    cells.addRangeAddresses(tuple(addresses), merged)
    return cells


def check_position(row: int, column: int) -> None:
    """IndexError, in xlwings' words, for a cell that no sheet has."""
    if row < 1 or column < 1:
        raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
    if row > ROWS or column > COLUMNS:
        raise IndexError(f"Row {row}, column {column} is outside the sheet.")


def column_letters(column: int) -> str:
    """1 → `A`, 27 → `AA`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
