"""What was located on a sheet: a form's labels, its value cells and its tables, each with its position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perfxl.core.forms.parts import Form, Table
from perfxl.core.grid.cells import Cell, Position, Sheet
from perfxl.core.grid.text import label_key

_COUNTING = ("序号",)


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column of a sheet's table that the form does not have: its header, and where it lies."""

    header: str
    first: int
    last: int

    @property
    def counts(self) -> bool:
        """Whether it only numbers the rows: nothing is lost with it."""
        return label_key(self.header) in _COUNTING


@dataclass
class LocatedTable:
    """A table on a sheet. spans: column key → (first, last) sheet column. rows: where records may be.

    header, header_end: the rows of its header. unknown: the columns that the form does not have.
    """

    table: Table
    header: int
    cells: Mapping[str, Position]
    spans: Mapping[str, tuple[int, int]]
    rows: list[int] = field(default_factory=list)
    header_end: int = 0
    unknown: tuple[UnknownColumn, ...] = ()

    def unknown_at(self, column: int) -> UnknownColumn | None:
        """The unknown column that a column of the sheet belongs to, None where there is none."""
        return next((one for one in self.unknown if one.first <= column <= one.last), None)

    def at(self, sheet: Sheet, row: int, key: str) -> Position:
        """The cell of a column in a row: the first filled one of its span."""
        first, last = self.spans[key]
        return next(((row, c) for c in range(first, last + 1) if sheet.text((row, c))), (row, first))


@dataclass
class Located:
    """A form on a sheet: its labels, its value cells (blank ones too) and its tables.

    values: the cell of each value, of one in several cells the first. parts: all its filled cells, where
    they are several. headings: labels below a field's label that only say which of two values it is.
    first, last: the rows from the first label to the end of its content. head: the rows above the
    first label that belong to it (title, unit line).
    """

    sheet: Sheet
    form: Form
    labels: dict[str, Position]
    tables: dict[str, LocatedTable]
    values: dict[str, Position] = field(default_factory=dict)
    parts: dict[str, tuple[Position, ...]] = field(default_factory=dict)
    headings: list[Position] = field(default_factory=list)
    first: int = 0
    last: int = 0
    head: list[int] = field(default_factory=list)

    def cell(self, key: str) -> Cell | None:
        """The filled cell of a field, None where it is blank or its label is missing."""
        at = self.values.get(key)
        return None if at is None else self.sheet.cells.get(at)

    def cells_of(self, key: str) -> tuple[Position, ...]:
        """All cells of a field's value, in reading order; one where it is blank, none without its label."""
        at = self.values.get(key)
        return self.parts.get(key) or (() if at is None else (at,))
