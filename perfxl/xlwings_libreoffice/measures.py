"""Widths, heights and alignment: hundredths of a millimetre in the office, points and characters in Excel."""

from __future__ import annotations

from typing import Any, Final

from .calls import uno_of
from .office_errors import UnsupportedError
from .properties import shared

_PER_POINT: Final = 2540 / 72
_PER_PIXEL: Final = 2540 / 96
# Excel's default font (Calibri 11): pixels for one digit, and beside the digits.
_DIGIT, _MARGIN = 7, 5

_HORIZONTAL: Final = {
    "general": "STANDARD",
    "left": "LEFT",
    "center": "CENTER",
    "right": "RIGHT",
    "justify": "BLOCK",
    "distributed": "BLOCK",
    "fill": "REPEAT",
}
# com.sun.star.table.CellVertJustify2
_VERTICAL: Final = {"top": 1, "center": 2, "bottom": 3, "justify": 4, "distributed": 4}
_VERTICAL_STANDARD: Final = 0


def points(length: float) -> float:
    """Hundredths of a millimetre → points."""
    return round(length / _PER_POINT, 2)


def row_height(cells: Any) -> float | None:
    """In points; None where the rows differ."""
    heights: set[int] = {row.Height for row in _each(cells.getRows())}
    return points(heights.pop()) if len(heights) == 1 else None


def set_row_height(cells: Any, height: float) -> None:
    """All rows, in points."""
    cells.getRows().Height = round(height * _PER_POINT)


def column_width(cells: Any) -> float | None:
    """In digits of Excel's default font; None where the columns differ."""
    widths: set[int] = {column.Width for column in _each(cells.getColumns())}
    if len(widths) != 1:
        return None
    pixels = widths.pop() / _PER_PIXEL
    # Narrower than one digit and its margin Excel counts in shares of one digit.
    if pixels < _DIGIT + _MARGIN:
        return round(pixels / (_DIGIT + _MARGIN), 2)
    return round((pixels - _MARGIN) / _DIGIT, 2)


def set_column_width(cells: Any, width: float) -> None:
    """All columns, in digits of Excel's default font."""
    pixels = width * (_DIGIT + _MARGIN) if width < 1 else width * _DIGIT + _MARGIN
    cells.getColumns().Width = round(pixels * _PER_PIXEL)


def _each(lines: Any) -> list[Any]:
    return [lines.getByIndex(index) for index in range(lines.getCount())]


def horizontal_alignment(cells: Any) -> str | None:
    """In xlwings' words; None where the cells differ."""
    found = shared(cells, "HoriJustify")
    return None if found is None else next(name for name, uno in _HORIZONTAL.items() if uno == found.value)


def align_horizontally(cells: Any, name: str) -> None:
    """Raises `UnsupportedError` for what LibreOffice has not."""
    if name not in _HORIZONTAL:
        raise UnsupportedError(f"LibreOffice has no horizontal alignment {name!r}.")
    cells.HoriJustify = uno_of(cells).Enum("com.sun.star.table.CellHoriJustify", _HORIZONTAL[name])


def vertical_alignment(cells: Any) -> str | None:
    """In xlwings' words; None where the cells differ."""
    found = shared(cells, "VertJustify")
    if found == _VERTICAL_STANDARD:
        return "bottom"
    return None if found is None else next(name for name, uno in _VERTICAL.items() if uno == found)


def align_vertically(cells: Any, name: str) -> None:
    """`justify` and `distributed` are one in LibreOffice."""
    cells.VertJustify = _VERTICAL[name]
