"""Colours: numbers 0xRRGGBB in the office, tuples in xlwings."""

from __future__ import annotations

from typing import Any, Final

AUTOMATIC: Final = -1


def color_tuple(number: int | None) -> tuple[int, int, int] | None:
    """0xFF8000 → (255, 128, 0); None where cells differ or have no colour of their own."""
    if number is None or number == AUTOMATIC:
        return None
    return number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF


def color_number(color: Any) -> int:
    """A tuple, `#RRGGBB`, Excel's number 0xBBGGRR or None (no colour) → the office's number."""
    if color is None:
        return AUTOMATIC
    if isinstance(color, str):
        return int(color.removeprefix("#"), 16)
    if isinstance(color, int):
        blue, green, red = color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF
        return red << 16 | green << 8 | blue
    red, green, blue = color
    return int(red) << 16 | int(green) << 8 | int(blue)
