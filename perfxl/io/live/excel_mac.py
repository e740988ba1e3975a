"""Excel on macOS, through AppleScript, where xlwings has no interface.

Left as Excel has it: print setup beyond the print area, filter buttons, what a protection allowed.
"""

from __future__ import annotations

from typing import Any

import xlwings

from perfxl.core.grid.cells import Position
from perfxl.io.live.live_cells import rows_of
from perfxl.io.live.program import ERRORS, Excel, refuse_read_only, refuse_wps


class ExcelOnMac(Excel):
    """Excel through AppleScript."""

    def full_name(self, book: xlwings.Book) -> str:
        """A property."""
        return str(book.api.full_name.get())

    def refuse_stranger(self, book: xlwings.Book) -> None:
        """WPS for macOS has a name of its own."""
        refuse_wps(str(book.app.api.name.get()))

    def refuse(self, book: xlwings.Book) -> None:
        """A book opened read-only takes changes that cannot be kept."""
        refuse_read_only(read_only=bool(book.api.read_only.get()))

    def addin(self, book: xlwings.Book) -> str | None:  # noqa: ARG002 (AppleScript does not count them)
        """Not told."""
        return None

    def errors(self, area: xlwings.Range) -> list[list[str | None]]:
        """AppleScript says what an error is only in the texts that the cells show."""
        shown = rows_of(area.api.string_value.get())
        return [[text if text in ERRORS.values() else None for text in row] for row in shown]

    def content_end(self, sheet: xlwings.Sheet) -> Position:
        """From the very last cell backwards, as pressing Ctrl+arrow goes, is not enough: the used range."""
        last = sheet.used_range.last_cell
        return last.row, last.column

    def structure_locked(self, book: xlwings.Book) -> bool:
        """Whether the book's structure is protected."""
        return bool(book.api.protect_structure.get())

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """Whether the cells are."""
        return bool(sheet.api.protect_contents.get())

    def unprotect(self, sheet: xlwings.Sheet) -> Any | None:
        """An empty password is tried: without one Excel would ask the person for it."""
        try:
            sheet.api.unprotect(password="")
        except Exception:  # noqa: BLE001 (an AppleScript error of whatever class: the password is wrong)
            return None
        return None if self.is_protected(sheet) else ()

    def protect(self, sheet: xlwings.Sheet, guard: Any) -> None:  # noqa: ARG002 (AppleScript tells none)
        """AppleScript does not tell what was allowed: as perfxl's own template has it."""
        sheet.api.protect_worksheet(
            drawing_objects=False,
            worksheet_contents=True,
            scenarios=False,
            allow_formatting_cells=True,
            allow_formatting_columns=True,
            allow_formatting_rows=True,
            allow_inserting_rows=True,
            allow_inserting_hyperlinks=True,
            allow_deleting_rows=True,
            allow_sorting=True,
            allow_filtering=True,
        )

    def unlock(self, area: xlwings.Range) -> None:
        """A format of the cells."""
        area.api.locked.set(False)

    def underline(self, area: xlwings.Range) -> None:
        """The colour says that it is a link."""

    def box(self, area: xlwings.Range, colour: int) -> None:
        """Side by side."""
        area.borders.set("all", line_style="continuous", weight="thin", color=f"#{colour:06x}")

    def filter(self, area: xlwings.Range | None, sheet: xlwings.Sheet) -> None:
        """Switched off; AppleScript's command to switch it on asks for a criterion."""
        if area is None and sheet.api.autofilter_mode.get():
            sheet.api.autofilter_mode.set(False)

    def set_view(self, sheet: xlwings.Sheet, frozen: Position | None) -> None:
        """A matter of the window, which has to show the sheet."""
        if not sheet.visible:
            return
        sheet.activate()
        window = sheet.book.app.api.active_window
        window.display_gridlines.set(False)
        window.freeze_panes.set(False)
        if frozen is not None:
            window.split_row.set(frozen[0] - 1)
            window.split_column.set(frozen[1] - 1)
            window.freeze_panes.set(True)

    def set_print(self, sheet: xlwings.Sheet, header_rows: tuple[int, int] | None, *, landscape: bool) -> None:
        """As Excel has it."""
