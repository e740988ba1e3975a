"""What xlwings has no interface for, by spreadsheet program. Everything else is plain xlwings.

Excel on Windows through COM, Excel on macOS through AppleScript (what its dictionary has), LibreOffice
through the engine of `perfxl.xlwings_libreoffice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import xlwings

from perfxl.core.grid.cells import Cell, Position
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.live.live_looks import Look, asked_looks

_RELATIVE = re.compile(r"\b(ROW|COLUMN)\([A-Z]{1,3}[0-9]{1,7}\)")
FOOTER = "第 &P 页，共 &N 页"

_WPS = ("wps", "kingsoft", "金山")
_USE_FILES = (
    "这些按钮在 WPS 中不能使用，工作簿没有改动。请保存并关闭工作簿，"
    "把文件拖到“校验.cmd”上，或在命令行运行 perfxl check 文件名 --write，再打开查看“校验结果”表。"
)


class Program(Protocol):
    """One spreadsheet program. guard: what `unprotected` gives, to protect the sheet again just so."""

    @property
    def name(self) -> str:
        """What people call it."""

    def full_name(self, book: xlwings.Book) -> str:
        """Where the book lies, as the program itself says: a path or an address (OneDrive, SharePoint).

        xlwings looks for the local copy behind an address, and has no name at all where it finds none.
        """

    def refuse_stranger(self, book: xlwings.Book) -> None:
        """PerfxlError, with what to do, for a program that only pretends to be this one."""

    def refuse(self, book: xlwings.Book) -> None:
        """PerfxlError, with what to do, when the book cannot be written at all."""

    def addin(self, book: xlwings.Book) -> str | None:
        """Where the add-in lies that is loaded, None when none is."""

    def errors(self, area: xlwings.Range) -> list[list[str | None]]:
        """The text of each error, `#REF!`, where it stands; asked where xlwings gives no value."""

    def looks(self, area: xlwings.Range, cells: Mapping[Position, Cell]) -> Iterable[Look]:
        """How the filled cells of an area look."""

    def content_end(self, sheet: xlwings.Sheet) -> Position:
        """The last row and column that hold anything: formats alone do not count."""

    def structure_locked(self, book: xlwings.Book) -> bool:
        """Whether no sheet may be added."""

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """Whether the sheet is protected, with or without a password."""

    def unprotect(self, sheet: xlwings.Sheet) -> Any | None:
        """Lift a protection without a password; None, and nothing changed, when it has one."""

    def protect(self, sheet: xlwings.Sheet, guard: Any) -> None:
        """Protect the sheet again as it was."""

    def unlock(self, area: xlwings.Range) -> None:
        """Leave the cells open when somebody protects the sheet."""

    def underline(self, area: xlwings.Range) -> None:
        """Underline the texts."""

    def box(self, area: xlwings.Range, colour: int) -> None:
        """Thin lines around every cell. colour: 0xRRGGBB."""

    def filter(self, area: xlwings.Range | None, sheet: xlwings.Sheet) -> None:
        """Filter buttons over the area's first row, None for none."""

    def condition(self, formula: str) -> str:
        """The formula of a conditional format, written for A1, as the program has to be given it."""

    def set_view(self, sheet: xlwings.Sheet, frozen: Position | None) -> None:
        """No grid, and the rows above a cell and the columns left of it always in view; None for none."""

    def set_print(self, sheet: xlwings.Sheet, header_rows: tuple[int, int] | None, *, landscape: bool) -> None:
        """A4, one page wide, page numbers at the foot, the header rows on each page."""


# What Excel calls its errors, by its own numbers.
ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}


class Excel:
    """What Excel does alike on Windows and on macOS."""

    name = "Excel"

    def looks(self, area: xlwings.Range, cells: Mapping[Position, Cell]) -> Iterable[Look]:
        """Excel tells of an area what all its cells have in common."""
        return asked_looks(area.sheet, cells)

    def condition(self, formula: str) -> str:
        """Without its relative reference: `ROW()` is the row of the very cell.

        Excel reads a relative reference in a conditional format as seen from whatever cell is selected
        at that moment, so the same call would light other cells each time.
        """
        return _RELATIVE.sub(r"\1()", formula)


def refuse_wps(told: str) -> None:
    """PerfxlError, with the way that works, when what a program says of itself is WPS."""
    if any(word in told.lower() for word in _WPS):
        raise PerfxlError(_USE_FILES)


def refuse_read_only(*, read_only: bool) -> None:
    """PerfxlError for a book that was opened read-only."""
    if read_only:
        raise PerfxlError("工作簿是以只读方式打开的，没有写入。请用“另存为”存一份，在新的文件里再点一次按钮。")
