"""A workbook as cells, and what people do to it, done to the cells alone: fast, for many cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from places import place

from perfxl.core.grid.cells import Area, Cell, Position, Sheet, Workbook

Move = Callable[[int], int | None]


def _moved(sheet: Sheet, row: Move, column: Move) -> Sheet:
    cells: dict[Position, Cell] = {}
    for (r, c), cell in sheet.cells.items():
        new = row(r), column(c)
        if new[0] is not None and new[1] is not None:
            cells[new[0], new[1]] = cell
    merged = []
    for area in sheet.merged:
        rows = [n for r in range(area.top, area.bottom + 1) if (n := row(r)) is not None]
        columns = [n for c in range(area.left, area.right + 1) if (n := column(c)) is not None]
        if rows and columns and len(rows) * len(columns) > 1:
            merged.append(Area(rows[0], columns[0], rows[-1], columns[-1]))
            if area.first in sheet.cells and row(area.top) is None:
                # Excel moves the text of a merged area whose first row goes.
                cells.setdefault((rows[0], columns[0]), sheet.cells[area.first])
    return Sheet(sheet.name, cells, tuple(merged), sheet.hidden)


def insert_rows(sheet: Sheet, before: int, count: int = 1) -> Sheet:
    return _moved(sheet, lambda r: r + count if r >= before else r, lambda c: c)


def insert_columns(sheet: Sheet, before: int, count: int = 1) -> Sheet:
    return _moved(sheet, lambda r: r, lambda c: c + count if c >= before else c)


def delete_row(sheet: Sheet, row: int) -> Sheet:
    return _moved(sheet, lambda r: None if r == row else r - (r > row), lambda c: c)


def put(sheet: Sheet, at: Position | str, value: object) -> Sheet:
    """The sheet with another value in a cell, which tests/places.py names."""
    cell = place(at) if isinstance(at, str) else at
    cells = dict(sheet.cells)
    if value is None:
        cells.pop(cell, None)
    else:
        cells[cell] = value if isinstance(value, Cell) else Cell(value)  # type: ignore[arg-type]
    return replace(sheet, cells=cells)


def stacked(sheets: list[Sheet], name: str, gap: int = 2) -> Sheet:
    """Several forms below each other on one sheet, as pasted from a printed text."""
    cells: dict[Position, Cell] = {}
    merged: list[Area] = []
    offset = 0
    for sheet in sheets:
        for (r, c), cell in sheet.cells.items():
            cells[r + offset, c] = cell
        merged += [Area(a.top + offset, a.left, a.bottom + offset, a.right) for a in sheet.merged]
        offset += max(r for r, _ in sheet.cells) + gap
    return Sheet(name, cells, tuple(merged))


def with_sheet(workbook: Workbook, old: str, new: Sheet) -> Workbook:
    return Workbook(tuple(new if sheet.name == old else sheet for sheet in workbook.sheets))
