"""What an old .xls is and how much it holds, found by one pass over its records before its values are read.

Records as in [MS-XLS]: type, length, content; those of a cell begin with row and column.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import olefile

from perfxl.core.grid.cells import Position
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import limits
from perfxl.io.files.size_count import Held

_STREAMS = ("Workbook", "Book")
# What lies at the top of a compound file → what it is.
_KINDS = {
    **dict.fromkeys(_STREAMS, "workbook"),
    **dict.fromkeys(("EncryptedPackage", "EncryptionInfo"), "encrypted"),
    "WordDocument": "word",
    "PowerPoint Document": "powerpoint",
}
_BEGIN = {0x0809, 0x0409, 0x0209, 0x0009}
_FORMULA_OF_97 = 0x0006
_FORMULAS = {_FORMULA_OF_97, 0x0206, 0x0406}
# What no cell needs, and what trips a reader: blank cells, defined names, notes, links, drawn objects.
_UNNEEDED = {0x0201, 0x0001, 0x00BE, 0x0018, 0x001C, 0x01B8, 0x005D, 0x01B6, 0x00EC}
# BLANK, MULBLANK and ROW hold no value.
_CELLS = _FORMULAS | {
    0x0203, 0x0003,          # NUMBER
    0x0204, 0x0004, 0x00D6,  # LABEL, RSTRING
    0x00FD,                  # LABELSST
    0x0205, 0x0005,          # BOOLERR
    0x027E, 0x007E,          # RK
    0x00BD,                  # MULRK
}  # fmt: skip
_SEVERAL = 0x00BD
_SHEET, _MERGED, _PASSWORD, _NAME = 0x0085, 0x00E5, 0x002F, 0x0018
# Who wrote the file; a library that calculates nothing writes this.
_WRITER, _NO_WRITER = 0x005C, b"None"
# Where a formula's tokens begin; those of a lost reference, and the last ones of a division by 0.
_TOKENS = 22
_ERRORS = (b"\x2a", b"\x4a", b"\x6a", b"\x2b", b"\x4b", b"\x6b", b"\x1c\x17")
_BY_ZERO = b"\x1e\x00\x00\x06"
_FORMATS = {0x00E0, 0x0031, 0x041E, 0x001E}
# A record of a type that means nothing: what is not needed becomes one, so that no reader keeps it.
_NOTHING = 0x0FFF


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a worksheet. result: an error that it surely gives, `""` where it was never calculated,
    None where the cell's own value holds.
    """

    at: Position
    result: str | None = None


@dataclass
class OldWorkbook:
    """The stream of an .xls that holds its records, without what is not needed, and where its formulas stand.

    formulas: of each worksheet in order.
    """

    stream: bytes
    formulas: list[dict[Position, Formula]]


def kind_of_compound(data: bytes) -> str:
    """`workbook`, `encrypted`, `word`, `powerpoint`, or `unknown`, by what lies at the top of a compound file.

    A document that a workbook has inside is not asked. `unknown` for a damaged one too.
    """
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            top = {path[0] for path in container.listdir()}
    except (OSError, ValueError, LookupError, OverflowError, struct.error):
        return "unknown"
    return next((kind for name, kind in _KINDS.items() if name in top), "unknown")


def counted(data: bytes) -> OldWorkbook:
    """The records of an .xls, which hold no more than `perfxl.io.files.limits` allows.

    PerfxlError over a limit and for a password, ValueError for what is no such file.
    """
    stream = bytearray(_stream(data))
    count = _Count()
    for at, kind, content in _records(bytes(stream)):
        if kind in _UNNEEDED:
            struct.pack_into("<H", stream, at, _NOTHING)
        if kind in _CELLS:
            count.add_cells(at, kind, content)
        elif kind == _PASSWORD:
            raise PerfxlError(limits.LOCKED)
        else:
            count.add_other(kind, content)
    count.refuse_areas()
    return OldWorkbook(bytes(stream), count.formulas_by_sheet())


# ----------------------------------------------------------------------------------------- inside


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


def _stream(data: bytes) -> bytes:
    # olefile has one exception for all that is damaged, an OSError.
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            name = next((name for name in _STREAMS if container.exists(name)), None)
            if name is None:
                raise ValueError("no workbook in the compound file")
            return bytes(container.openstream(name).read())
    except (OSError, struct.error) as error:
        raise ValueError(str(error)) from error


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


class _Count:
    """What the records hold together."""

    def __init__(self) -> None:
        self._held = Held()
        self._areas: list[_Filled] = []
        self._sheets: list[tuple[int, int]] = []
        self._formulas: list[tuple[int, Formula]] = []
        self._formats = self._merged = self._names = 0
        self._calculates = True

    def add_cells(self, at: int, kind: int, content: bytes) -> None:
        if len(content) < 4 or not self._areas:
            return
        row, column = struct.unpack_from("<HH", content)
        last = struct.unpack_from("<H", content, len(content) - 2)[0] if kind == _SEVERAL else column
        self._held.add_cells(max(last - column, 0) + 1)
        self._areas[-1].add(row + 1, column + 1)
        self._areas[-1].add(row + 1, max(last, column) + 1)
        if kind in _FORMULAS:
            result = _result(content, calculates=self._calculates) if kind == _FORMULA_OF_97 else None
            self._formulas.append((at, Formula((row + 1, column + 1), result)))

    def add_other(self, kind: int, content: bytes) -> None:
        if kind in _BEGIN:
            self._areas.append(_Filled())
            self._merged = 0
        elif kind == _SHEET and len(content) >= 6:
            self._sheets.append((struct.unpack_from("<I", content)[0], content[5]))
            _refuse("工作表", len(self._sheets), limits.MOST_SHEETS, "请只保留需要填报的工作表，保存后再试。")
        elif kind in _FORMATS:
            self._formats += 1
            hint = "请新建工作簿，把需要的内容粘贴过去后再试。"
            _refuse("单元格格式", self._formats, limits.MOST_FORMATS, hint)
        elif kind == _MERGED and len(content) >= 2:
            self._merged += struct.unpack_from("<H", content)[0]
            _refuse("合并单元格", self._merged, limits.MOST_MERGED, "请取消表格以外的合并后保存再试。")
        elif kind == _NAME:
            self._names += 1
            _refuse("定义的名称", self._names, limits.MOST_NAMES, "请删除失效的名称，保存后再试。")
        elif kind == _WRITER:
            self._calculates = content[:5].rstrip() != _NO_WRITER

    def refuse_areas(self) -> None:
        for number, area in enumerate(self._areas):
            if area.bottom:
                height, width = area.bottom - area.top + 1, area.right - area.left + 1
                self._held.add_area(f"第 {number} 张", height, width, (area.bottom, area.right))

    def formulas_by_sheet(self) -> list[dict[Position, Formula]]:
        """The formulas of each worksheet (type 0), by where its records begin."""
        starts = sorted(start for start, _ in self._sheets)
        places = [place for place, _ in self._formulas]
        found = []
        for start, kind in self._sheets:
            if kind == 0:
                after = bisect_right(starts, start)
                end = starts[after] if after < len(starts) else 1 << 40
                own = self._formulas[bisect_left(places, start) : bisect_left(places, end)]
                found.append({formula.at: formula for _, formula in own})
        return found


def _refuse(what: str, number: int, most: int, hint: str) -> None:
    if number > most:
        raise limits.too_many(what, most, hint)


def _result(content: bytes, *, calculates: bool) -> str | None:
    """What is known of a formula whose kept result is an empty text.

    Libraries that write files and calculate nothing keep that for every formula.
    """
    if content[6:7] != b"\x03" or content[12:14] != b"\xff\xff" or len(content) < _TOKENS:
        return None
    tokens = content[_TOKENS:]
    if tokens.startswith(_ERRORS):
        return "#REF!"
    if tokens.endswith(_BY_ZERO):
        return "#DIV/0!"
    return None if calculates else ""
