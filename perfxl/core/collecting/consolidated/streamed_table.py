"""A long table of the consolidated workbook: on as many sheets as it needs, a row at a time.

Memory stays flat however long it is: a row is handed on at once, to whatever writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from perfxl.core.forms.findings_columns import Column
from perfxl.core.grid.cells import MAX_ROW, column_letters
from perfxl.core.grid.change import DrawnSheet, Page, SheetCell
from perfxl.core.sheets.heights import HIGHEST_ROW, LINE_HEIGHT, lines

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
# The columns that say whose row it is stay in sight.
_FROZEN = 4
_LOWEST, _AIR = 20.0, 4.0
_HEIGHTS = {1: 30.0, 2: 18.0, 3: 20.0, HEADER_ROW: 32.0}


class RowWriter(Protocol):
    """What writes a workbook in a stream: sheets exist in their order before any of them is filled."""

    def create(self, name: str) -> None:
        """A sheet, behind those that are there."""

    def draw(self, sheet: DrawnSheet) -> None:
        """What a sheet that exists begins with, and how it looks and prints."""

    def add_row(self, sheet: str, row: int, cells: Sequence[SheetCell], height: float) -> None:
        """The next row of a sheet."""

    def finish(self, sheet: str, filtered: str, printed: str) -> None:
        """The areas that are filtered and printed, once all rows are there."""


# The names of units and projects come again and again.
@lru_cache(maxsize=1024)
def _lines(text: str, width: float) -> int:
    """How many lines a text takes; `lines` keeps a character free, which one that just fits does not need."""
    return 1 if lines(text, width + 1) == 1 else lines(text, width)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one sheet, ends included, of a table that may stand on several."""

    sheet: str
    first: int
    last: int


class Table:
    """A table with a title, a note, a headline and a header, on as many sheets as it needs.

    rows: how many rows will come, a last row of sums included; sheets have to exist in their order
    before they are filled. printed: how many columns are printed. most: rows of a sheet, for tests.
    """

    def __init__(
        self,
        writer: RowWriter,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: int,
        *,
        note: tuple[str, str],
        printed: int | None = None,
        most: int = MAX_ROW,
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.letters = {column.key: column_letters(i) for i, column in enumerate(columns, 1)}
        self._writer = writer
        self._title, self._note = title, note
        self._room = most - FIRST_ROW + 1
        self._printed = printed or len(columns)
        pages = max(1, -(-rows // self._room))
        self._sheets = [name if number == 1 else f"{name}({number})" for number in range(1, pages + 1)]
        for sheet in self._sheets:
            writer.create(sheet)
        self._written = 0

    def head(self, headline: SheetCell | None = None) -> None:
        """Title, note and header of every sheet, with a line between on the first. To be said before the first
        row.
        """
        for number in range(1, len(self._sheets) + 1):
            self._writer.draw(self._head(number, headline if number == 1 else None))

    @property
    def next(self) -> tuple[str, int]:
        """The sheet and the row where the next row comes."""
        page, row = divmod(self._written, self._room)
        return self._sheets[min(page, len(self._sheets) - 1)], FIRST_ROW + row

    def add(self, cells: dict[str, SheetCell], *, style: str | None = None) -> None:
        """Write a row; columns without a cell are blank. style: of those blanks."""
        page, offset = divmod(self._written, self._room)
        sheet, row = self._sheets[page], FIRST_ROW + offset
        height = _LOWEST
        whole = []
        for number, column in enumerate(self.columns, 1):
            cell = cells.get(column.key) or SheetCell(None, style=style or column.style)
            # What is not printed, long paths mostly, need not make the row higher.
            if number <= self._printed and isinstance(cell.value, str) and cell.value:
                height = max(height, LINE_HEIGHT * _lines(cell.value, column.width) + _AIR)
            whole.append(cell)
        self._writer.add_row(sheet, row, whole, min(height, HIGHEST_ROW))
        self._written += 1

    def blocks(self, first: int, last: int) -> list[Block]:
        """Where the rows number first to last (from 0, end excluded) stand."""
        found = []
        while first < last:
            page, offset = divmod(first, self._room)
            end = min(last, (page + 1) * self._room)
            found.append(Block(self._sheets[page], FIRST_ROW + offset, FIRST_ROW + offset + end - first - 1))
            first = end
        return found

    @property
    def written(self) -> int:
        """How many rows there are."""
        return self._written

    def finish(self, filtered: int) -> None:
        """Filter over the first rows, which leaves out sums below them."""
        last, printed = column_letters(len(self.columns)), column_letters(self._printed)
        for page, sheet in enumerate(self._sheets):
            rows = min(max(filtered - page * self._room, 0), self._room)
            written = min(max(self._written - page * self._room, 0), self._room)
            area = f"A{HEADER_ROW}:{last}{HEADER_ROW + max(rows, 1)}"
            self._writer.finish(sheet, area, f"A1:{printed}{HEADER_ROW + written}")

    def _head(self, number: int, headline: SheetCell | None) -> DrawnSheet:
        name, last, pages = self._sheets[number - 1], self._printed, len(self._sheets)
        title = self._title if pages == 1 else f"{self._title}（{number}/{pages}）"
        note, made = SheetCell(self._note[0], style="said"), SheetCell(self._note[1], style="said_right")
        return DrawnSheet(
            name,
            (
                (SheetCell(title, style="title"), *[None] * (last - 1)),
                (note, *[None] * (last - 2), made),
                (headline,),
                tuple(SheetCell(column.header, style="header") for column in self.columns),
            ),
            tuple(column.width for column in self.columns),
            merges=(f"A1:{column_letters(last)}1",),
            heights=_HEIGHTS,
            header_rows=(HEADER_ROW, HEADER_ROW),
            freeze=f"{column_letters(_FROZEN + 1)}{FIRST_ROW}",
            page=Page(top=0.5, bottom=0.6, foot=0.3, footer_size=8, footer_left=name, centred=False),
        )
