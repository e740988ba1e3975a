"""What `fill` changes: the cells that read otherwise afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from perfxl.core.grid.cells import Cell, Sheet, Value, Workbook, address, position, shown
from perfxl.core.grid.change import CellEdit, DrawnSheet, SheetCell
from perfxl.core.grid.numbers import exact

# Shares have no end as decimals; Excel keeps 15 digits of them.
_SAME = 1e-9


@dataclass(frozen=True)
class CellChange:
    """A cell that changes: what a person reads in it now, and then."""

    sheet: str
    cell: str
    old: str
    new: str


def edited(workbook: Workbook, edits: Sequence[CellEdit]) -> Workbook:
    """The workbook as it will be after the edits."""
    by_sheet: dict[str, dict[tuple[int, int], Cell]] = {}
    for edit in edits:
        cells = by_sheet.setdefault(edit.sheet, {})
        cells[position(edit.cell)] = Cell(edit.value, formula=edit.formula is not None)
    return Workbook(
        tuple(
            Sheet(s.name, _filled({**s.cells, **by_sheet[s.name]}), s.merged, s.hidden) if s.name in by_sheet else s
            for s in workbook.sheets
        )
    )


def _filled(cells: Mapping[tuple[int, int], Cell]) -> dict[tuple[int, int], Cell]:
    """Without the cells that an edit blanked."""
    return {at: cell for at, cell in cells.items() if cell.value is not None or cell.formula or cell.error}


def sheet_changes(old: Sheet | None, new: DrawnSheet) -> list[CellChange]:
    """The cells of a sheet that read otherwise once it is written anew, row by row."""
    before = {} if old is None else old.cells
    after = {
        (row, column): cell
        for row, cells in enumerate(new.rows, 1)
        for column, cell in enumerate(cells, 1)
        if cell is not None
    }
    changes = []
    for at in sorted({*before, *after}):
        now, then = before.get(at, Cell(None)), after.get(at, SheetCell())
        if not same_value(now.value, then.value):
            share = str(then.style).endswith("percent")
            changes.append(
                CellChange(new.name, address(at), _read(now.value, share=share), _read(then.value, share=share))
            )
    return changes


def same_value(one: Value, other: Value) -> bool:
    """Whether two values read the same in a cell, whatever kind of number they are."""
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return abs(float(one) - float(other)) < _SAME
    return shown(one) == shown(other)


def _read(value: Value, *, share: bool) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{value:.2%}" if share else shown(exact(value))
    return shown(value)
