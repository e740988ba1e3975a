"""An old .xls (Excel 5 to 2003) → `Workbook`, as a person sees it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import xlrd

from perfxl.core.grid.built_in_formats import built_in_format
from perfxl.core.grid.cell_looks import PLAIN, CellLook, cell_look
from perfxl.core.grid.cells import Area, Cell, Position, Sheet, WhyUnread, Workbook
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.merges import take_covered
from perfxl.core.grid.rich_text import Run, seen_text
from perfxl.core.grid.text import visible
from perfxl.io.files import limits
from perfxl.io.files.size_count import Held
from perfxl.io.workbooks.old_workbooks import Formula, OldWorkbook, counted

# Formats that are named by their number only; the others a file writes out.
_BY_NUMBER = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_RAISED = {1: "superscript", 2: "subscript"}
# Files before Excel 97 say in which encoding their texts are, and often say it wrong.
_CHINESE = "gb18030"
_BEFORE_UNICODE = 80
_MOST_COMMON = 0.8


def read_old_workbook(data: bytes) -> Workbook:
    """All worksheets, in workbook order. PerfxlError over a limit, for a password and for a damaged file.

    xlrd gets only the records that were counted, without the blank cells.
    """
    records = counted(data)
    book = _opened(records, None)
    if book.biff_version < _BEFORE_UNICODE and _is_chinese(book):
        book = _opened(records, _CHINESE)
    looks = [_look(book, number) for number in range(len(book.xf_list))]
    held = Held()
    sheets = []
    for number, sheet in enumerate(book.sheets()):
        formulas = records.formulas[number] if number < len(records.formulas) else {}
        sheets.append(_sheet(book, sheet, looks, formulas, held))
    return Workbook(tuple(sheets))


# ----------------------------------------------------------------------------------------- inside


def _opened(records: OldWorkbook, encoding: str | None) -> Any:
    try:
        with open(os.devnull, "w", encoding="utf-8") as log:  # noqa: PTH123 (no path: where words vanish)
            return xlrd.open_workbook(
                file_contents=records.stream,
                formatting_info=True,
                ragged_rows=True,
                encoding_override=encoding,
                logfile=log,
            )
    except UnicodeDecodeError as error:
        if encoding is None:
            return _opened(records, _CHINESE)
        raise PerfxlError(limits.DAMAGED) from error
    except Exception as error:
        # A damaged file makes the library raise anything: struct.error, AssertionError, IndexError, …
        raise PerfxlError(limits.LOCKED if "encrypted" in str(error) else limits.DAMAGED) from error


def _is_chinese(book: Any) -> bool:
    """Whether the texts of a book are Chinese in GBK, though it says that they are in another encoding."""
    texts = "\n".join(text for text in _texts(book) if not text.isascii())
    try:
        other = texts.encode(book.encoding).decode(_CHINESE)
    except (UnicodeError, LookupError):
        return False
    # Words of European languages make rare characters when they are read so.
    strange = [char for char in other if not char.isascii()]
    common = sum(char.encode("gb2312", "ignore") != b"" for char in strange)
    return common > 0 and common >= _MOST_COMMON * len(strange)


def _texts(book: Any) -> Iterator[str]:
    yield from book.sheet_names()
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            yield from (value for value in sheet.row_values(row) if isinstance(value, str))


def _look(book: Any, number: int) -> CellLook:
    xf = book.xf_list[number]
    key = xf.format_key
    code = built_in_format(key) if key in _BY_NUMBER else None
    if code is None and key in book.format_map:
        code = book.format_map[key].format_str
    font = book.font_list[xf.font_index] if xf.font_index < len(book.font_list) else None
    return cell_look(code or None, struck_out=bool(font and font.struck_out))


def _sheet(book: Any, sheet: Any, looks: list[CellLook], formulas: Mapping[Position, Formula], held: Held) -> Sheet:
    cells: dict[Position, Cell] = {}
    unread: dict[Position, tuple[Cell, WhyUnread]] = {}
    for row in range(sheet.nrows):
        for column, found in enumerate(sheet.row(row)):
            at = row + 1, column + 1
            look = looks[found.xf_index] if found.xf_index is not None else PLAIN
            runs = sheet.rich_text_runlist_map.get((row, column))
            formula = formulas.get(at)
            cell = _cell(book, found, look, runs, formula=formula is not None)
            if formula is not None and formula.result is not None:
                cell = Cell(None, formula=True, error=formula.result or None)
            if cell is None:
                continue
            held.add_text(len(cell.value) if isinstance(cell.value, str) else 1)
            if look.struck_out:
                unread[at] = cell, WhyUnread.STRUCK_OUT
            else:
                cells[at] = cell
    # xlrd counts from 0 and names the first row and column behind an area.
    merged = tuple(
        Area(top + 1, left + 1, bottom, right)
        for top, bottom, left, right in sheet.merged_cells
        if bottom - top > 1 or right - left > 1
    )
    take_covered(cells, unread, merged)
    return Sheet(sheet.name, cells, merged, sheet.visibility != 0, unread)


def _cell(book: Any, found: Any, look: CellLook, runs: Any, *, formula: bool) -> Cell | None:
    """The cell of what xlrd found; None where one sees nothing."""
    value = found.value
    if found.ctype == xlrd.XL_CELL_TEXT:
        seen = visible(_seen(book, value, runs) if runs else value)
        if not seen.strip():
            return None
        seen = look.text(seen)
        return Cell(value, None if seen == value else seen, formula)
    if found.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        number = float(value)
        return Cell(number, look.number(number, from_1904=bool(book.datemode)), formula)
    if found.ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell(bool(value), formula=formula)
    if found.ctype == xlrd.XL_CELL_ERROR:
        return Cell(None, formula=formula, error=xlrd.error_text_from_code.get(value, "#VALUE!"))
    return None


def _seen(book: Any, text: str, runs: list[tuple[int, int]]) -> str:
    """What one reads of a text whose runs begin at those characters, each in a font."""
    starts = [0, *(start for start, _ in runs)]
    ends = [*(start for start, _ in runs), len(text)]
    fonts = [None, *(font for _, font in runs)]
    parts = []
    for start, end, font in zip(starts, ends, fonts, strict=True):
        known = font is not None and font < len(book.font_list)
        look = book.font_list[font] if known else None
        raised = "" if look is None else _RAISED.get(look.escapement, "")
        parts.append(Run(text[start:end], bool(look and look.struck_out), raised))
    return seen_text(parts)
