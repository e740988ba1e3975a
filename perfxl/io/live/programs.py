"""Which spreadsheet program a book is open in."""

from __future__ import annotations

import sys

import xlwings

from perfxl.io.live.excel_mac import ExcelOnMac
from perfxl.io.live.excel_windows import ExcelOnWindows
from perfxl.io.live.libreoffice import LibreOffice
from perfxl.io.live.program import Program


def program_of(book: xlwings.Book) -> Program:
    """The program that a book is open in."""
    if book.app.engine.name == "libreoffice":
        return LibreOffice()
    if sys.platform == "darwin":
        return ExcelOnMac()
    return ExcelOnWindows()
