"""Drawing long tables with XlsxWriter, a row at a time: memory stays flat however long they are.

Texts of units are written as texts, whatever they begin with. A table longer than a sheet goes on on
the next one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from perfxl.core.forms.findings_columns import Column
from perfxl.core.grid.cells import Value, column_letters
from perfxl.core.grid.change import FONT, SheetCell, Style
from perfxl.core.sheets.heights import LINE_HEIGHT, lines
from perfxl.core.sheets.styles import style_of
from perfxl.io.files.limits import LONGEST_TEXT

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
# The columns that say whose row it is stay in sight.
_FROZEN = 4
# Of Excel: rows of a sheet, points of a row, characters of a link and of a text in a formula.
MOST_ROWS = 1_048_576
_HIGHEST, _LOWEST, _AIR = 409.0, 20.0, 4.0
LONGEST_LINK = 255

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


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


class Pen:
    """A workbook being written. book: XlsxWriter's."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[str | Style, Any] = {}

    def format(self, style: str | Style) -> Any:
        """The format of a named style, made once."""
        if style not in self._formats:
            self._formats[style] = self.book.add_format(_properties(style_of(style)))
        return self._formats[style]

    def put(self, sheet: Any, row: int, column: int, cell: SheetCell) -> None:
        """Write a cell; row and column count from 1. A text is a text, whatever it begins with."""
        at, look = (row - 1, column - 1), self.format(cell.style)
        value = _plain(cell.value)
        if cell.formula is not None:
            sheet.write_formula(*at, f"={cell.formula}", look, "" if value is None else value)
        elif value is None or value == "":
            sheet.write_blank(*at, None, look)
        elif isinstance(value, str):
            sheet.write_string(*at, value, look)
        elif isinstance(value, datetime):
            sheet.write_datetime(*at, value, look)
        else:
            sheet.write_number(*at, value, look)


class Table:
    """A table with a title, a note, a headline and a header, on as many sheets as it needs.

    rows: how many rows will come, a last row of sums included; sheets have to exist in their order
    before they are filled. printed: how many columns are printed. most: rows of a sheet, for tests.
    """

    def __init__(
        self,
        pen: Pen,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: int,
        *,
        note: tuple[str, str],
        printed: int | None = None,
        most: int = MOST_ROWS,
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.letters = {column.key: column_letters(i) for i, column in enumerate(columns, 1)}
        self._pen = pen
        self._room = most - FIRST_ROW + 1
        self._printed = printed or len(columns)
        pages = max(1, -(-rows // self._room))
        self._sheets = [self._page(title, note, number, pages) for number in range(1, pages + 1)]
        self._written = 0

    def headline(self, cell: SheetCell) -> None:
        """The line between title and header of the first sheet. To be said before the first row."""
        sheet = self._sheets[0]
        self._pen.put(sheet, 3, 1, cell)

    def head(self) -> None:
        """The header row of every sheet; after the headline."""
        for sheet in self._sheets:
            sheet.set_row(HEADER_ROW - 1, 32)
            for number, column in enumerate(self.columns, 1):
                self._pen.put(sheet, HEADER_ROW, number, SheetCell(column.header, style="header"))

    @property
    def next(self) -> tuple[str, int]:
        """The sheet and the row where the next row comes."""
        page, row = divmod(self._written, self._room)
        return self._sheets[min(page, len(self._sheets) - 1)].get_name(), FIRST_ROW + row

    def add(self, cells: dict[str, SheetCell], *, style: str | None = None) -> tuple[str, int]:
        """Write a row; columns without a cell are blank. style: of those blanks. Gives where it stands."""
        page, offset = divmod(self._written, self._room)
        sheet, row = self._sheets[page], FIRST_ROW + offset
        height = _LOWEST
        for number, column in enumerate(self.columns, 1):
            cell = cells.get(column.key) or SheetCell(None, style=style or column.style)
            # What is not printed, long paths mostly, need not make the row higher.
            if number <= self._printed and isinstance(cell.value, str) and cell.value:
                height = max(height, LINE_HEIGHT * _lines(cell.value, column.width) + _AIR)
            self._pen.put(sheet, row, number, cell)
        sheet.set_row(row - 1, min(height, _HIGHEST))
        # The writer needs a row's height only until the row is out.
        for kept in (sheet.row_info, sheet.row_sizes):
            kept.pop(row - 2, None)
        self._written += 1
        return sheet.get_name(), row

    def blocks(self, first: int, last: int) -> list[Block]:
        """Where the rows number first to last (from 0, end excluded) stand."""
        found = []
        while first < last:
            page, offset = divmod(first, self._room)
            end = min(last, (page + 1) * self._room)
            sheet = self._sheets[page].get_name()
            found.append(Block(sheet, FIRST_ROW + offset, FIRST_ROW + offset + end - first - 1))
            first = end
        return found

    @property
    def written(self) -> int:
        """How many rows there are."""
        return self._written

    def finish(self, filtered: int) -> None:
        """Filter over the first rows, which leaves out sums below them."""
        for page, sheet in enumerate(self._sheets):
            rows = min(max(filtered - page * self._room, 0), self._room)
            sheet.autofilter(HEADER_ROW - 1, 0, HEADER_ROW - 1 + max(rows, 1), len(self.columns) - 1)
            last = HEADER_ROW - 1 + min(max(self._written - page * self._room, 0), self._room)
            sheet.print_area(0, 0, last, self._printed - 1)

    def _page(self, title: str, note: tuple[str, str], number: int, pages: int) -> Any:
        name = self.name if number == 1 else f"{self.name}({number})"
        sheet = self._pen.book.add_worksheet(name)
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{name}&C&8第 &P 页，共 &N 页")
        sheet.repeat_rows(HEADER_ROW - 1)
        sheet.freeze_panes(HEADER_ROW, _FROZEN)
        sheet.hide_gridlines(2)
        put, last = self._pen.put, self._printed
        sheet.set_row(0, 30)
        text = title if pages == 1 else f"{title}（{number}/{pages}）"
        sheet.merge_range(0, 0, 0, last - 1, text, self._pen.format("title"))
        sheet.set_row(1, 18)
        put(sheet, 2, 1, SheetCell(note[0], style="said"))
        put(sheet, 2, last, SheetCell(note[1], style="said_right"))
        sheet.set_row(2, 20)
        return sheet


def text_of(text: str) -> str:
    """A text as a cell can hold it: without control characters, and where it is too long, said so."""
    clean = text
    if not text.isprintable():
        clean = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Excel counts in UTF-16.
    if len(clean) * 2 <= LONGEST_TEXT or len(clean.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return clean
    end = f"……（原文 {len(clean):,} 字，超过单元格上限，此处未完，请看原文件）"
    kept = clean.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(end))].decode("utf-16-le", errors="ignore")
    return kept + end


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def _plain(value: Value) -> str | float | int | datetime | None:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, int | float | datetime) or value is None:
        return value
    return text_of(str(value))


def _properties(style: Style) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_name": FONT,
        "font_size": style.size,
        "font_color": f"#{style.colour}",
        "bold": style.bold,
        "num_format": style.number_format,
        "align": style.horizontal,
        "valign": "vcenter",
        "text_wrap": style.wrap,
        "underline": 1 if style.underline else 0,
    }
    if style.fill is not None:
        properties["bg_color"] = f"#{style.fill}"
    if style.border:
        properties |= {"border": 1, "border_color": "#A6A6A6"}
    return properties
