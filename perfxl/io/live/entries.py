"""What goes into the cells of an open workbook: texts stay texts, and everything goes in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

import xlwings

from perfxl.core.grid.cells import Area, Cell, Position, Value, address, position
from perfxl.core.grid.change import CellEdit
from perfxl.io.live.live_cells import read_cells, rows_of
from perfxl.io.live.live_looks import consecutive
from perfxl.io.live.program import Program
from perfxl.io.ooxml.cell_elements import clean

# Excel refuses a block with longer texts; one cell takes them.
_LONGEST_IN_BLOCK = 8_000


@dataclass(frozen=True)
class Run:
    """Cells below each other and what is to stand in them."""

    sheet: str
    area: Area
    edits: tuple[CellEdit, ...]


def entered(value: Value, formula: str | None = None) -> Any:
    """What to hand to the program as if typed there.

    A text goes in behind an apostrophe, which the program takes for the mark of a text and does not
    keep: otherwise `=1+1` would calculate, `1-2` become a day and `0012` a number.
    """
    if formula is not None:
        return f"={formula}"
    if isinstance(value, str):
        return f"'{clean(value)}" if value else None
    if isinstance(value, Decimal | float):
        # COM would make an exact number an amount of money, with its format.
        return float(value) if isfinite(value) else "=NA()"
    return value


def write_block(sheet: xlwings.Sheet, at: Position, rows: Sequence[Sequence[Any]]) -> None:
    """Put rows of what `entered` gives into a sheet: one call, and one for each very long text."""
    block = [[None if _is_long(content) else content for content in row] for row in rows]
    sheet.range(at).value = block
    for i, row in enumerate(rows):
        for j, content in enumerate(row):
            if _is_long(content):
                sheet.range((at[0] + i, at[1] + j)).value = content


def _is_long(content: Any) -> bool:
    return isinstance(content, str) and len(content) > _LONGEST_IN_BLOCK


def runs(edits: Iterable[CellEdit]) -> Iterator[Run]:
    """The edits as runs of cells below each other; of two edits of a cell the later one counts."""
    by_place = {(edit.sheet, position(edit.cell)): edit for edit in edits}
    places = sorted(by_place, key=lambda place: (place[0], place[1][1], place[1]))
    for run in consecutive(places, _is_below):
        sheet, first = run[0]
        yield Run(sheet, Area(*first, *run[-1][1]), tuple(by_place[place] for place in run))


def _is_below(place: tuple[str, Position], other: tuple[str, Position]) -> bool:
    sheet, (row, column) = place
    return other == (sheet, (row + 1, column))


def write_run(sheet: xlwings.Sheet, run: Run) -> None:
    """Carry out a run's edits."""
    write_block(sheet, run.area.first, [[entered(edit.value, edit.formula)] for edit in run.edits])


def present(sheet: xlwings.Sheet, area: Area, program: Program) -> tuple[CellEdit, ...]:
    """What stands in an area now, as edits that put it back; a formula as the program spells it."""
    block = sheet.range(area.first, (area.bottom, area.right))
    cells = read_cells(block, area, program)
    formulas: list[list[Any]] = []
    if any(cell.formula or cell.error for cell in cells.values()):
        formulas = rows_of(block.formula)
    name = str(sheet.name)
    edits = []
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            cell = cells.get((row, column), Cell(None))
            formula = None
            if cell.formula or cell.error:
                formula = str(formulas[row - area.top][column - area.left]).strip("{}").removeprefix("=")
            edits.append(CellEdit(name, address((row, column)), cell.value, formula))
    return tuple(edits)
