"""How much room texts take: not every spreadsheet program fits rows to their texts on opening."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Excel cannot draw a row higher than this.
HIGHEST_ROW = 409.0
# A line of the lists that perfxl draws, in their 10 points.
LINE_HEIGHT = 15.5

_LINE = 1.44
_ROW_MARGIN = 4.0
_CELL_MARGIN = 1.5
_WIDTH_AT = 10.5


def lines(text: str | None, width: float) -> int:
    """How many lines a text of a list takes in a column of that many characters; a Chinese one counts two."""
    per_line = max(int(width) - 1, 1)
    return sum(
        max(1, -(-sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) // per_line))
        for line in (text or "").split("\n")
    )


@lru_cache(maxsize=4096)
def height_of(text: str, width: float, size: float = 10.5) -> float:
    """The height in points that a text of a form needs in a column so many characters wide; at least one line."""
    room = max(1.0, (width - _CELL_MARGIN) * _WIDTH_AT / size)
    number = sum(max(1, math.ceil(_units(line) / room)) for line in text.split("\n"))
    return round(number * size * _LINE + _ROW_MARGIN, 1)


def fitting_size(text: str, width: float, sizes: Sequence[float] = (10.5, 9.0, 8.0)) -> tuple[float, float]:
    """The largest font size at which a text fits into one row, and the height of that row."""
    for size in sizes:
        height = height_of(text, width, size)
        if height <= HIGHEST_ROW:
            return size, height
    return sizes[-1], HIGHEST_ROW


def wrapped_label(label: str, width: float) -> str:
    """A label too long for one line, broken where a printer would: after `：`, before `（`, else in halves."""
    room = width - _CELL_MARGIN + 1
    if _units(label) <= room:
        return label
    for at in (label.find("：") + 1, label.find("（"), (len(label) + 1) // 2):
        if at > 0 and max(_units(label[:at]), _units(label[at:])) <= room:
            return f"{label[:at]}\n{label[at:]}"
    return label


def _units(text: str) -> float:
    return sum(2.0 if unicodedata.east_asian_width(char) in "WFA" else 1.1 for char in text)
