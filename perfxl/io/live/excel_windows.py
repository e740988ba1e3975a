"""Excel on Windows, through COM, where xlwings has no interface."""

from __future__ import annotations

from typing import Any

import xlwings

from perfxl.core.grid.cells import Position
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.live.live_cells import rows_of
from perfxl.io.live.program import ERRORS, FOOTER, Excel, refuse_read_only, refuse_wps

_ADDIN = "perfxl.xlam"
# COM hands an error over as its number, so much below zero.
_ERROR_BASE = -2146828288
_HIDDEN = (0, 2)


class ExcelOnWindows(Excel):
    """Excel through COM."""

    # What protecting a sheet may leave allowed, in the order of Worksheet.Protect's arguments.
    _ALLOWED = (
        "AllowFormattingCells",
        "AllowFormattingColumns",
        "AllowFormattingRows",
        "AllowInsertingColumns",
        "AllowInsertingRows",
        "AllowInsertingHyperlinks",
        "AllowDeletingColumns",
        "AllowDeletingRows",
        "AllowSorting",
        "AllowFiltering",
        "AllowUsingPivotTables",
    )
    _FORMULAS, _PART, _BY_ROWS, _BY_COLUMNS, _PREVIOUS = -4123, 2, 1, 2, 2
    _LANDSCAPE, _PORTRAIT, _A4 = 2, 1, 9
    _UNDERLINED = 2
    _CONTINUOUS, _THIN = 1, 2

    def full_name(self, book: xlwings.Book) -> str:
        """A property."""
        return str(book.api.FullName)

    def refuse_stranger(self, book: xlwings.Book) -> None:
        """WPS answers to Excel's name, and to its own `Ket.Application`; its folder gives it away."""
        api = book.app.api
        refuse_wps(f"{api.Name} {api.Path}")

    def refuse(self, book: xlwings.Book) -> None:
        """A book opened read-only takes changes that cannot be kept."""
        refuse_read_only(read_only=bool(book.api.ReadOnly))
        if bool(getattr(book.api, "MultiUserEditing", False)):
            raise PerfxlError("工作簿处于“共享工作簿”状态，不能写入。请在 Excel“审阅”中取消共享，保存后再试。")

    def addin(self, book: xlwings.Book) -> str | None:
        """An add-in is a workbook that is open without being counted."""
        try:
            return str(book.app.api.Workbooks(_ADDIN).FullName)
        except Exception:  # noqa: BLE001 (a COM error of whatever class: there is none)
            return None

    def errors(self, area: xlwings.Range) -> list[list[str | None]]:
        """COM hands errors over as whole numbers, which no other value is; xlwings knows the older ones."""
        return [[_error(value) for value in row] for row in rows_of(area.raw_value)]

    def content_end(self, sheet: xlwings.Sheet) -> Position:
        """Searched from the end; in the formulas, since a search in the values passes over hidden rows."""
        cells = sheet.api.Cells
        first = sheet.api.Range("A1")
        row, column = (
            cells.Find("*", first, self._FORMULAS, self._PART, order, self._PREVIOUS)
            for order in (self._BY_ROWS, self._BY_COLUMNS)
        )
        return (1, 1) if row is None or column is None else (int(row.Row), int(column.Column))

    def structure_locked(self, book: xlwings.Book) -> bool:
        """Whether the book's structure is protected."""
        return bool(book.api.ProtectStructure)

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """Whether the cells are."""
        return bool(sheet.api.ProtectContents)

    def unprotect(self, sheet: xlwings.Sheet) -> Any | None:
        """An empty password is tried: without one Excel would ask the person for it."""
        api = sheet.api
        guard = (
            bool(api.ProtectDrawingObjects),
            bool(api.ProtectScenarios),
            tuple(bool(getattr(api.Protection, allowed)) for allowed in self._ALLOWED),
            api.EnableSelection,
        )
        try:
            api.Unprotect("")
        except Exception:  # noqa: BLE001 (a COM error of whatever class: the password is wrong)
            return None
        return None if api.ProtectContents else guard

    def protect(self, sheet: xlwings.Sheet, guard: Any) -> None:
        """Password, objects, contents, scenarios, interface only, then what stays allowed."""
        drawings, scenarios, allowed, selection = guard
        sheet.api.Protect("", drawings, True, scenarios, False, *allowed)
        sheet.api.EnableSelection = selection

    def unlock(self, area: xlwings.Range) -> None:
        """A format of the cells."""
        area.api.Locked = False

    def underline(self, area: xlwings.Range) -> None:
        """A single line."""
        area.api.Font.Underline = self._UNDERLINED

    def box(self, area: xlwings.Range, colour: int) -> None:
        """All borders at once: side by side, as xlwings does it, costs eighteen calls. COM counts BGR."""
        borders = area.api.Borders
        borders.LineStyle = self._CONTINUOUS
        borders.Weight = self._THIN
        borders.Color = (colour & 0xFF) << 16 | colour & 0xFF00 | colour >> 16

    def filter(self, area: xlwings.Range | None, sheet: xlwings.Sheet) -> None:
        """`AutoFilter` without a field switches it on; it is off before."""
        if sheet.api.AutoFilterMode:
            sheet.api.AutoFilterMode = False
        if area is not None:
            area.api.AutoFilter()

    def set_view(self, sheet: xlwings.Sheet, frozen: Position | None) -> None:
        """A matter of the window, which has to show the sheet."""
        if sheet.visible in _HIDDEN:
            return
        sheet.activate()
        window = sheet.book.api.Windows(1)
        window.DisplayGridlines = False
        window.FreezePanes = False
        if frozen is not None:
            window.ScrollRow = window.ScrollColumn = 1
            window.SplitRow, window.SplitColumn = frozen[0] - 1, frozen[1] - 1
            window.FreezePanes = True

    def set_print(self, sheet: xlwings.Sheet, header_rows: tuple[int, int] | None, *, landscape: bool) -> None:
        """Each setting goes to the printer's driver; without a printer Excel refuses them all."""
        setup = sheet.api.PageSetup
        try:
            setup.PrintTitleRows = "" if header_rows is None else "${}:${}".format(*header_rows)
            setup.Orientation = self._LANDSCAPE if landscape else self._PORTRAIT
            setup.PaperSize = self._A4
            setup.Zoom = False
            setup.FitToPagesWide = 1
            setup.FitToPagesTall = False
            setup.CenterHorizontally = True
            setup.CenterFooter = FOOTER
        except Exception:  # noqa: BLE001 (a COM error of whatever class)
            # A list that prints in Excel's own way is better than no list.
            return


def _error(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return ERRORS.get(value - _ERROR_BASE, "#N/A")
    return None
