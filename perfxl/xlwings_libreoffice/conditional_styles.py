"""Cell styles for the looks that conditional formats give."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .colors import color_number
from .font import BOLD, NORMAL
from .parents import ParentSheet


def styles(sheet: ParentSheet) -> Any:
    """The cell styles of the book, by name."""
    return sheet.book.document.getStyleFamilies().getByName("CellStyles")


def style_for(sheet: ParentSheet, spec: dict[str, Any]) -> str:
    """The name of a cell style of this look, made where the book has none yet."""
    looks = {name: spec.get(name) for name in ("fill_color", "font_color", "font_bold", "font_italic")}
    name = "ConditionalFormat " + " ".join(f"{key}={value}" for key, value in looks.items() if value is not None)
    if not styles(sheet).hasByName(name):
        with _styles_open(sheet) as can_change:
            if can_change:
                _make_style(sheet, sheet.book.document, name, looks)
            else:
                _load_style(sheet, name, looks)
    return name


@contextmanager
def _styles_open(sheet: ParentSheet) -> Iterator[bool]:
    """LibreOffice changes no cell style while any sheet is protected: so none is, if no password keeps one."""
    protected = [other.uno for other in sheet.book.sheets if other.uno.isProtected()]
    try:
        for other in protected:
            other.unprotect("")
        yield not any(other.isProtected() for other in protected)
    finally:
        for other in protected:
            # What was allowed survives, and a sheet with a password has stayed as it was.
            if not other.isProtected():
                other.protect("")


def _make_style(sheet: ParentSheet, document: Any, name: str, looks: dict[str, Any]) -> None:
    style = document.createInstance("com.sun.star.style.CellStyle")
    document.getStyleFamilies().getByName("CellStyles").insertByName(name, style)
    if looks["fill_color"] is not None:
        style.CellBackColor = color_number(looks["fill_color"])
    if looks["font_color"] is not None:
        style.CharColor = color_number(looks["font_color"])
    if looks["font_bold"] is not None:
        style.CharWeight = BOLD if looks["font_bold"] else NORMAL
    if looks["font_italic"] is not None:
        uno = sheet.book.office.calls.uno
        style.CharPosture = uno.Enum("com.sun.star.awt.FontSlant", "ITALIC" if looks["font_italic"] else "NONE")


def _load_style(sheet: ParentSheet, name: str, looks: dict[str, Any]) -> None:
    """The style by way of another document, which is gone afterwards."""
    office = sheet.book.office
    with tempfile.TemporaryDirectory() as folder:
        place = (Path(folder) / "styles.ods").as_uri()
        other = office.desktop.loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, office.properties(Hidden=True)
        )
        try:
            _make_style(sheet, other, name, looks)
            other.storeToURL(place, office.properties(FilterName="calc8"))
        finally:
            other.close(True)
        options = office.properties(LoadCellStyles=True, LoadPageStyles=False, OverwriteStyles=False)
        sheet.book.document.getStyleFamilies().loadStylesFromURL(place, options)
