"""From an openpyxl workbook to a file: the same bytes every time, each formula with its value.

openpyxl writes formulas without values. A reader that does not calculate would see nothing there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from perfxl.core.grid.cells import Value
from perfxl.io.ooxml.cell_elements import set_content
from perfxl.io.ooxml.change_workbook import Book
from perfxl.io.ooxml.package import DAY_ONE, MAIN, Package

_NS = f"{{{MAIN}}}"
# Any date will do, as long as it is always the same one.
_MADE = datetime(2024, 1, 1)  # noqa: DTZ001 (openpyxl wants it without a time zone)


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook as a file. `Workbook.save` would write the time of day into it, and so does zipfile."""
    book.properties.created = book.properties.modified = _MADE
    written, dated = BytesIO(), BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        ExcelWriter(book, archive).save()
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(dated, "w") as out:
        for part in archive.namelist():
            out.writestr(zipfile.ZipInfo(part, DAY_ONE), archive.read(part))
    return dated.getvalue()


def with_cached_values(package: bytes, values: Mapping[tuple[str, str], Value]) -> bytes:
    """The .xlsx with these values beside its formulas; (sheet, cell) without a formula are passed over."""
    book = Book(Package(package))
    for sheet in dict.fromkeys(sheet for sheet, _ in values):
        for cell in book.package.tree(book.sheet_part(sheet)).iter(f"{_NS}c"):
            formula = cell.find(f"{_NS}f")
            place = sheet, cell.get("r", "")
            if formula is not None and place in values:
                set_content(cell, values[place], formula.text)
    return book.package.save()
