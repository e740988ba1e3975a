"""Cells as people see them: what every backend turns a workbook into.

Rows and columns count from 1, as people and Excel do; addresses are written `C5`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import TypeAlias

Value: TypeAlias = str | int | float | Decimal | bool | datetime | date | time | timedelta | None
Position: TypeAlias = tuple[int, int]

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


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
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def address(position: Position) -> str:
    """(5, 3) → `C5`."""
    row, column = position
    return f"{column_letters(column)}{row}"


def position(cell: str) -> Position:
    """`C5` or `$C$5` → (5, 3). ValueError for anything else."""
    match = _ADDRESS.fullmatch(cell)
    if match is None:
        raise ValueError(f"not a cell address: {cell!r}")
    return int(match[2]), column_number(match[1])


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, text: str) -> Area:
        """`A4` or `A5:A6` → the area, whichever corners are named."""
        first, _, last = text.upper().partition(":")
        row, column = position(first)
        other_row, other_column = position(last or first)
        return cls(*(min(row, other_row), min(column, other_column)), *(max(row, other_row), max(column, other_column)))

    def __str__(self) -> str:
        first, last = address((self.top, self.left)), address((self.bottom, self.right))
        return first if first == last else f"{first}:{last}"

    def __contains__(self, at: Position) -> bool:
        return self.top <= at[0] <= self.bottom and self.left <= at[1] <= self.right

    def overlaps(self, other: Area) -> bool:
        """Whether they share a cell."""
        columns = self.left <= other.right and other.left <= self.right
        return columns and self.top <= other.bottom and other.top <= self.bottom

    @property
    def first(self) -> Position:
        """The top left cell."""
        return self.top, self.left

    @property
    def fixed(self) -> str:
        """As a formula names it that keeps it wherever it is copied to: `$A$1:$K$9`."""
        first = f"${column_letters(self.left)}${self.top}"
        return f"{first}:${column_letters(self.right)}${self.bottom}"

    @property
    def is_cell(self) -> bool:
        """Whether it is one cell only."""
        return self.first == (self.bottom, self.right)


class WhyUnread(Enum):
    """Why nothing is read from a cell that holds something."""

    COVERED = "被合并单元格遮住"
    STRUCK_OUT = "加了删除线"
    PICTURE = "是图片，不是文字"


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell, as a person sees it.

    value: what is stored: a number also where a day or a percentage is shown; of a text all of it, also
        what nobody sees. None for an error and for a formula that was never calculated.
    shown: what a person sees where that is something else: the number format carried out, struck-out and
        invisible characters left out, raised digits as `¹`. None where it is the value itself.
    formula: the cell holds a formula.
    error: an Excel error such as `#REF!`; value is then None.
    """

    value: Value
    shown: str | None = None
    formula: bool = False
    error: str | None = None

    @property
    def shows_nothing(self) -> bool:
        """Whether the cell is as good as blank: one sees nothing in it, and no number but 0 is hidden there."""
        return not self.text and (isinstance(self.value, str) or self.value == 0)

    @property
    def text(self) -> str:
        """What one reads in the cell, without blanks at the ends; `""` when there is nothing."""
        if self.error is not None:
            return self.error
        return shown(self.value) if self.shown is None else self.shown.strip()


def shown(value: Value) -> str:
    """A value as a person reads it: 96.0 → `96`, None → `""`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime) and value.time() == time():
        # A day: Excel keeps days as points in time at midnight.
        return value.date().isoformat()
    return str(value).strip()


@dataclass(frozen=True)
class Sheet:
    """One worksheet as a sparse grid; blank cells are absent, those with invisible characters only too.

    unread: cells that hold something which nobody sees or which is no longer meant; they are not in `cells`.
    """

    name: str
    cells: Mapping[Position, Cell]
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    unread: Mapping[Position, tuple[Cell, WhyUnread]] = field(default_factory=dict)

    def text(self, at: Position) -> str:
        """The text at a position, `""` where the cell is blank."""
        cell = self.cells.get(at)
        return "" if cell is None else cell.text

    def extent(self, at: Position) -> Area:
        """The merged area that begins at a position, else the position alone."""
        return self._merged_at.get(at) or Area(*at, *at)

    def lost(self) -> Iterator[tuple[Position, Cell, WhyUnread]]:
        """What is not read and stands nowhere else, top down: not what a merge covers and shows all the same."""
        for at, (cell, why) in sorted(self.unread.items(), key=lambda item: item[0]):
            if why is not WhyUnread.COVERED or cell.text != self.text(self.first_of(at)):
                yield at, cell, why

    def first_of(self, at: Position) -> Position:
        """The cell that shows what a merged area shows; the position itself outside of one."""
        return next((area.first for area in self.merged if at in area), at)

    @cached_property
    def _merged_at(self) -> Mapping[Position, Area]:
        return {area.first: area for area in reversed(self.merged)}

    def row(self, number: int) -> Iterator[tuple[int, Cell]]:
        """The filled cells of a row, left to right."""
        return iter(self._rows.get(number, ()))

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The numbers of the rows that hold anything, top down."""
        return tuple(self._rows)

    def rows_between(self, first: int, last: int) -> tuple[int, ...]:
        """The same, from one row to another, ends included."""
        return self.rows[bisect_left(self.rows, first) : bisect_right(self.rows, last)]

    @cached_property
    def _rows(self) -> Mapping[int, tuple[tuple[int, Cell], ...]]:
        rows: dict[int, list[tuple[int, Cell]]] = {}
        for (number, column), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            rows.setdefault(number, []).append((column, cell))
        return {number: tuple(cells) for number, cells in rows.items()}


@dataclass(frozen=True)
class Workbook:
    """All worksheets, in workbook order."""

    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, None when there is none."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def quoted_sheet(name: str) -> str:
    """A sheet name as formulas write it, always quoted: `'1.工会保障项目'`."""
    return "'" + name.replace("'", "''") + "'"


def place(sheet: str, cell: str) -> str:
    """A cell of a sheet as formulas and links write it: `'1.工会保障项目'!C5`."""
    return f"{quoted_sheet(sheet)}!{cell}"
