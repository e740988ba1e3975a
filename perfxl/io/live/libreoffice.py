"""What xlwings has no interface for, in LibreOffice: through the engine's own additions and UNO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import xlwings

from perfxl.core.grid.cells import Area, Cell, Position
from perfxl.io.live.live_looks import Look
from perfxl.io.live.program import refuse_read_only
from perfxl.xlwings_libreoffice import addresses, insert_delete, protection, view
from perfxl.xlwings_libreoffice.office_errors import ProtectedError

# com.sun.star.sheet.CellFlags: numbers, days, texts, formulas.
_CONTENT = 1 | 2 | 4 | 16
_UNDERLINED = 1
# Hundredths of a millimetre.
_THIN = 26
_A4 = (21_000, 29_700)


class LibreOffice:
    """LibreOffice Calc through UNO."""

    name = "LibreOffice"

    def full_name(self, book: xlwings.Book) -> str:
        """The engine asks for no more."""
        return str(book.fullname)

    def refuse_stranger(self, book: xlwings.Book) -> None:
        """Nobody pretends to be LibreOffice."""

    def refuse(self, book: xlwings.Book) -> None:
        """A book opened read-only takes changes that cannot be kept."""
        refuse_read_only(read_only=bool(book.api.isReadonly()))

    def addin(self, book: xlwings.Book) -> str | None:  # noqa: ARG002 (as all programs take it)
        """The ribbon is Excel's."""
        return None

    def errors(self, area: xlwings.Range) -> list[list[str | None]]:
        """The engine names errors where it is asked to; a result without text is none."""
        named = area.options(ndim=2, err_to_str=True).value
        return [[text if isinstance(text, str) else None for text in row] for row in named]

    def looks(self, area: xlwings.Range, cells: Mapping[Position, Cell]) -> Iterable[Look]:
        """LibreOffice keeps merges with the looks: cells of one look are merged alike, so one is asked."""
        block = area.impl.block
        top, left = block.area.row, block.area.column
        wanted = {(row - top, column - left) for row, column in cells}
        for number_format, struck_out, places in block.looks(wanted):
            alike = [(row + top, column + left) for row, column in places]
            yield Look(number_format, alike, tuple(_merged(area.sheet.impl, alike)), struck_out)

    def content_end(self, sheet: xlwings.Sheet) -> Position:
        """Formats alone do not count."""
        found = sheet.api.queryContentCells(_CONTENT).getRangeAddresses()
        ends = [(one.EndRow + 1, one.EndColumn + 1) for one in found]
        return max((row for row, _ in ends), default=1), max((column for _, column in ends), default=1)

    def structure_locked(self, book: xlwings.Book) -> bool:
        """Whether the book's structure is protected."""
        return bool(book.api.isProtected())

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """With or without a password."""
        return protection.is_protected(sheet)

    def unprotect(self, sheet: xlwings.Sheet) -> Any | None:
        """LibreOffice keeps what stays allowed beside the protection, so nothing has to be remembered."""
        try:
            protection.unprotect(sheet)
        except ProtectedError:
            return None
        return ()

    def protect(self, sheet: xlwings.Sheet, guard: Any) -> None:  # noqa: ARG002 (see unprotect)
        """With what was allowed before."""
        protection.protect(sheet)

    def unlock(self, area: xlwings.Range) -> None:
        """A format of the cells."""
        lock = area.api.CellProtection
        lock.IsLocked = False
        area.api.CellProtection = lock

    def underline(self, area: xlwings.Range) -> None:
        """A single line."""
        area.api.CharUnderline = _UNDERLINED

    def box(self, area: xlwings.Range, colour: int) -> None:
        """Outer and inner lines are one property."""
        lines = area.api.TableBorder
        line = lines.TopLine
        line.Color, line.OuterLineWidth, line.InnerLineWidth, line.LineDistance = colour, _THIN, 0, 0
        for side in ("Top", "Bottom", "Left", "Right", "Horizontal", "Vertical"):
            setattr(lines, f"{side}Line", line)
            setattr(lines, f"Is{side}LineValid", True)
        area.api.TableBorder = lines

    def filter(self, area: xlwings.Range | None, sheet: xlwings.Sheet) -> None:
        """Filter buttons, or none."""
        view.filter_buttons(sheet, None if area is None else area.address)

    def condition(self, formula: str) -> str:
        """As it is: the engine reads it for the first cell of the area. Without a relative reference
        LibreOffice would calculate it once for all cells.
        """
        return formula

    def set_view(self, sheet: xlwings.Sheet, frozen: Position | None) -> None:
        """A matter of the view, which has to show the sheet."""
        if not sheet.visible:
            return
        sheet.activate()
        row, column = frozen or (1, 1)
        window = sheet.book.api.getCurrentController()
        window.ShowGrid = False
        window.freezeAtPosition(column - 1, row - 1)

    def set_print(self, sheet: xlwings.Sheet, header_rows: tuple[int, int] | None, *, landscape: bool) -> None:
        """The sheet's own page style."""
        setup = sheet.page_setup.impl
        setup.title_rows = None if header_rows is None else "${}:${}".format(*header_rows)
        style = setup.own_style()
        style.IsLandscape = landscape
        style.Width, style.Height = _A4[::-1] if landscape else _A4
        style.ScaleToPagesX, style.ScaleToPagesY = 1, 0
        style.CenterHorizontally = True
        _add_page_numbers(sheet.book.api, style)


def _add_page_numbers(document: Any, style: Any) -> None:
    """`第 1 页，共 3 页` at the foot."""
    style.HeaderIsOn = False
    style.FooterIsOn = True
    content = style.RightPageFooterContent
    for part in (content.LeftText, content.RightText, content.CenterText):
        part.setString("")
    text = content.CenterText
    for piece in ("第 ", "PageNumber", " 页，共 ", "PageCount", " 页"):
        end = text.createTextCursor()
        end.gotoEnd(False)
        if piece.isascii():
            field = document.createInstance(f"com.sun.star.text.TextField.{piece}")
            text.insertTextContent(end, field, False)
        else:
            text.insertString(end, piece, False)
    style.RightPageFooterContent = content


def _merged(sheet: Any, cells: list[Position]) -> Iterator[Area]:
    """The merged areas of cells of one look: all begin areas of one size, all are covered, or none is merged."""
    first, *others = cells
    area = _merged_area(sheet, first)
    yield area
    for row, column in others:
        if area.first == first:
            yield Area(row, column, row + area.bottom - area.top, column + area.right - area.left)
        else:
            yield _merged_area(sheet, (row, column))


def _merged_area(sheet: Any, at: Position) -> Area:
    found = insert_delete.merged_area(sheet, addresses.Area(*at, 1, 1))
    return Area(found.row, found.column, found.last_row, found.last_column)
