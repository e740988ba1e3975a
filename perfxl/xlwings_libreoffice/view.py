"""What the window shows of a sheet: frozen panes, grid lines, filter buttons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from .addresses import COLUMNS, ROWS, area_at, area_of
from .office_errors import LibreOfficeError
from .parents import ParentSheet

if TYPE_CHECKING:
    import xlwings


@contextmanager
def shown(sheet: ParentSheet) -> Iterator[Any]:
    """The view of the book with this sheet in front, and the sheet that was there again afterwards."""
    if not sheet.visible:
        raise LibreOfficeError(f"The sheet {sheet.name!r} is hidden. Set visible = True first.")
    controller = sheet.book.controller
    before = controller.getActiveSheet()
    controller.setActiveSheet(sheet.uno)
    try:
        yield controller
    finally:
        controller.setActiveSheet(before)


class FreezePanes(base_classes.FreezePanes):
    """Rows and columns that stay in view."""

    def __init__(self, sheet: ParentSheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Freeze all rows and columns up to the end of a range: `A1:B2`, `A:B` (columns) or `1:2` (rows)."""
        area = area_of(frozen_range)
        if area is None:
            raise ValueError(f"{frozen_range!r} is no address of cells.")
        columns = 0 if area.columns == COLUMNS else area.last_column
        rows = 0 if area.rows == ROWS else area.last_row
        with shown(self.sheet) as controller:
            controller.freezeAtPosition(columns, rows)

    def unfreeze(self) -> None:
        with shown(self.sheet) as controller:
            controller.freezeAtPosition(0, 0)

    @property
    def frozen(self) -> tuple[int, int]:
        """How many rows and columns are frozen."""
        with shown(self.sheet) as controller:
            if not controller.hasFrozenPanes():
                return 0, 0
            return controller.getSplitRow(), controller.getSplitColumn()


def filter_area(sheet: xlwings.Sheet) -> str | None:
    """The cells with filter buttons (`$A$1:$B$9`); None where the sheet has none."""
    found = _database_range(sheet.impl)
    if found is None or not found.AutoFilter:
        return None
    return area_at(found.getDataArea()).address()


def filter_buttons(sheet: xlwings.Sheet, address: str | None) -> None:
    """Put filter buttons on the first row of a range, in place of those that are there; None takes them away."""
    impl: ParentSheet = sheet.impl
    impl.require_changeable()
    old = _database_range(impl)
    if old is not None:
        old.AutoFilter = False
    if address is None:
        return
    area = area_of(address)
    if area is None:
        raise ValueError(f"{address!r} is no address of cells.")
    ranges = impl.book.document.getPropertyValue("UnnamedDatabaseRanges")
    ranges.setByTable(impl.uno.getCellRangeByPosition(*area.bounds).getRangeAddress())
    ranges.getByTable(impl.index - 1).AutoFilter = True


def _database_range(sheet: ParentSheet) -> Any:
    """The range with filter buttons of a sheet, which LibreOffice keeps without a name."""
    ranges = sheet.book.document.getPropertyValue("UnnamedDatabaseRanges")
    place = sheet.index - 1
    return ranges.getByTable(place) if ranges.hasByTable(place) else None
