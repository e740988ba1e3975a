"""Putting a sheet together, area by area: what comes out is data that any backend draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from perfxl.core.grid.cells import Area, Value
from perfxl.core.grid.change import Condition, DrawnSheet, Entry, SheetCell, Style
from perfxl.core.sheets.heights import HIGHEST_ROW


def padded(cells: Sequence[SheetCell | None], width: int) -> tuple[SheetCell | None, ...]:
    """A row filled up with empty cells."""
    return (*cells, *[None] * (width - len(cells)))


class Drawing:
    """A sheet being put together."""

    def __init__(self, name: str, widths: Iterable[float]) -> None:
        """An empty sheet with columns of these widths."""
        self.name = name
        self.widths = tuple(widths)
        self.heights: dict[int, float] = {}
        self.growing: set[int] = set()
        self.entries: list[Entry] = []
        self.conditions: list[Condition] = []
        self._cells: dict[tuple[int, int], SheetCell] = {}
        self._merges: list[str] = []

    def put(self, area: str, value: Value, style: str | Style, formula: str | None = None) -> None:
        """A value, or a formula and what it gives, in the first cell of an area, which is merged and looks
        the same throughout.
        """
        where = Area.of(area)
        if not where.is_cell:
            self._merges.append(area)
        for row in range(where.top, where.bottom + 1):
            for column in range(where.left, where.right + 1):
                self._cells[row, column] = SheetCell(style=style)
        self._cells[where.first] = SheetCell(value, formula, style)

    def set_height(self, row: int, height: float) -> None:
        """The height of a row, whatever is typed into it."""
        self.heights[row] = min(height, HIGHEST_ROW)

    def at_least(self, row: int, height: float) -> None:
        """The same, where it is not higher already."""
        self.set_height(row, max(height, self.heights.get(row, 0.0)))

    def set_growing_height(self, row: int, height: float) -> None:
        """A height to begin with; the row grows when more is typed into it."""
        self.set_height(row, height)
        self.growing.add(row)

    def sheet(self, **how: Any) -> DrawnSheet:
        """The sheet. how: the other fields of `DrawnSheet`."""
        bottom = max(row for row, _ in self._cells)
        right = max(column for _, column in self._cells)
        rows = tuple(
            tuple(self._cells.get((row, column)) for column in range(1, right + 1)) for row in range(1, bottom + 1)
        )
        return DrawnSheet(
            self.name,
            rows,
            self.widths,
            tuple(self._merges),
            heights=self.heights,
            growing=frozenset(self.growing),
            entries=tuple(self.entries),
            conditions=tuple(self.conditions),
            **how,
        )
