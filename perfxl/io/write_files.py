"""Carrying out a `Change` on a workbook file.

Behind this one function stands openpyxl for now: it keeps cells, formats, formulas and macros, but
not every drawing or printer setting (docs say which). Nothing else in perfxl knows.
"""

from __future__ import annotations

import warnings
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from perfxl.core.cells import CellEdit, Change, Highlight, Value
from perfxl.core.errors import PerfxlError
from perfxl.io.atomic import refuse_open_file, replace_file
from perfxl.io.cached import cached_values, with_cached_values, workbook_bytes
from perfxl.io.owned import draw
from perfxl.io.read_files import read_bytes

WRITABLE = (".xlsx", ".xlsm")

# Wide enough for any form; a conditional format on unused cells costs nothing.
_LIT_COLUMNS = "Z"
_FEWEST_LIT_ROWS = 500


def apply(source: Path, change: Change, target: Path) -> None:
    """Write the source workbook with the change to the target, whole or not at all.

    An empty change with target equal to source writes nothing. PerfxlError, with what to do, for
    formats that are only read (.xls, .ods) and when the target cannot be written.
    """
    if change == Change() and source == target:
        return
    for path in (source, target):
        if path.suffix.lower() not in WRITABLE:
            raise PerfxlError(
                f"“{path.suffix}”格式只能读取，不能写入。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。"
            )
    if source.suffix.lower() != target.suffix.lower():
        raise PerfxlError(f"“{target.name}”的扩展名应与原文件相同（{source.suffix}）。")
    refuse_open_file(target)
    replace_file(target, changed(read_bytes(source), change, keep_macros=_has_macros(source)))


def changed(package: bytes, change: Change, *, keep_macros: bool = False) -> bytes:
    """The workbook's bytes after the change. The same input gives the same bytes."""
    cached = cached_values(package)
    with warnings.catch_warnings():
        # openpyxl warns of what it does not keep; docs name it once, for all files.
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(package), keep_vba=keep_macros, rich_text=True)
        for edit in change.cells:
            _edit(book, edit)
            cached[edit.sheet, edit.cell] = edit.value
        for sheet in change.sheets:
            cached = {key: value for key, value in cached.items() if key[0] != sheet.name}
            cached |= draw(book, sheet)
        _light(book, change.highlights)
        written = workbook_bytes(book)
        if book.vba_archive is not None:
            book.vba_archive.close()
    return with_cached_values(written, cached)


def _has_macros(path: Path) -> bool:
    return path.suffix.lower() == ".xlsm"


def _edit(book: Workbook, edit: CellEdit) -> None:
    cell = book[edit.sheet][edit.cell]
    if edit.formula is not None:
        cell.value = f"={edit.formula}"
    else:
        cell.value = _plain(edit.value)
        if isinstance(edit.value, str):
            cell.data_type = "s"


def _plain(value: Value) -> Value:
    # openpyxl writes Decimals as they are; whole ones without an exponent.
    return value + 0 if isinstance(value, Decimal) else value


def _light(book: Workbook, highlights: tuple[Highlight, ...]) -> None:
    """Replace the highlights of each family, on all sheets."""
    families = {highlight.family for highlight in highlights}
    for sheet in book.worksheets:
        kept = ConditionalFormattingList()
        for ranges in sheet.conditional_formatting:
            for rule in ranges.rules:
                if not any(family in formula for family in families for formula in rule.formula):
                    kept.add(str(ranges.sqref), rule)
        own = [highlight for highlight in highlights if highlight.sheet == sheet.title]
        area = f"A1:{_LIT_COLUMNS}{max(_FEWEST_LIT_ROWS, sheet.max_row)}"
        for highlight in own:
            fill = PatternFill("solid", bgColor=f"FF{highlight.colour}")
            kept.add(area, FormulaRule(formula=[highlight.formula], fill=fill))
        if families:
            sheet.conditional_formatting = kept
