"""How much an old .xls holds, found by one pass over its records before its values are read.

A sheet's values are read into the full rectangle around its cells: two cells in opposite corners are
17 million. Records as in [MS-XLS]: type, length, content; those of a cell begin with row and column.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import olefile

from perfxl.io.held import Held

_STREAMS = ("Workbook", "Book")
_BEGIN = {0x0809, 0x0409, 0x0209, 0x0009}
# BLANK, MULBLANK and ROW hold no value and are passed over, as calamine does.
_CELLS = {
    0x0006, 0x0206, 0x0406,  # FORMULA
    0x0203, 0x0003,          # NUMBER
    0x0204, 0x0004, 0x00D6,  # LABEL, RSTRING
    0x00FD,                  # LABELSST
    0x0205, 0x0005,          # BOOLERR
    0x027E, 0x007E,          # RK
    0x00BD,                  # MULRK
}  # fmt: skip
_SEVERAL = 0x00BD


def refuse_large_sheets(data: bytes) -> None:
    """PerfxlError for the bytes of an .xls that holds more than `perfxl.io.limits` allows.

    What is no such file is left for the reader to say.
    """
    # olefile has one exception for all that is damaged, an OSError.
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            name = next((name for name in _STREAMS if container.exists(name)), None)
            stream = b"" if name is None else container.openstream(name).read()
    except OSError:
        return
    held = Held()
    for number, sheet in enumerate(_sheets(stream, held)):
        if sheet.bottom:
            height, width = sheet.bottom - sheet.top + 1, sheet.right - sheet.left + 1
            held.add_area(f"第 {number} 张", height, width, (sheet.bottom, sheet.right))


@dataclass
class _Filled:
    """The rectangle around the filled cells of a sheet; bottom is 0 where there are none."""

    top: int = 1 << 16
    left: int = 1 << 16
    bottom: int = 0
    right: int = 0

    def add(self, row: int, column: int) -> None:
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)


def _sheets(stream: bytes, held: Held) -> list[_Filled]:
    """Of each substream: the workbook's own comes first and has no cells, then its sheets in order."""
    sheets: list[_Filled] = []
    for kind, content in _records(stream):
        if kind in _BEGIN:
            sheets.append(_Filled())
        elif kind in _CELLS and len(content) >= 4 and sheets:
            row, column = struct.unpack_from("<HH", content)
            last = struct.unpack_from("<H", content, len(content) - 2)[0] if kind == _SEVERAL else column
            held.add_cells(max(last - column, 0) + 1)
            sheets[-1].add(row + 1, column + 1)
            sheets[-1].add(row + 1, max(last, column) + 1)
    return sheets


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
