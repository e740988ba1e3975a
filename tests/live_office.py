"""A running LibreOffice behind xlwings, for the tests of the live book and of the ribbon."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from conftest import REQUIRED

from perfxl.core.cells import Workbook
from perfxl.xlwings_libreoffice import register
from perfxl.xlwings_libreoffice.errors import NotInstalledError


@contextmanager
def running_office() -> Iterator[Any]:
    """An app without windows. Skips where LibreOffice's `uno` is missing, unless this run requires it."""
    try:
        app = register().apps.add(add_book=False, visible=False)
    except NotInstalledError as fault:
        if any(os.environ.get(name) for name in REQUIRED):
            raise
        pytest.skip(str(fault))
    try:
        yield app
    finally:
        app.quit()


def write_plain(workbook: Workbook, path: Path) -> Path:
    """Cells as a file without formulas: values, percentages, errors and merged areas."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        percent = book.add_format({"num_format": "0%"})
        for sheet in workbook.sheets:
            page = book.add_worksheet(sheet.name)
            if sheet.hidden:
                page.very_hidden()
            for area in sheet.merged:
                page.merge_range(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "")
            for (row, column), cell in sheet.cells.items():
                at = row - 1, column - 1
                look = percent if cell.percent else None
                if cell.error is not None:
                    page.write_formula(*at, f"={cell.error}", None, cell.error)
                elif isinstance(cell.value, str):
                    page.write_string(*at, cell.value, look)
                elif isinstance(cell.value, bool):
                    page.write_boolean(*at, cell.value, look)
                elif cell.value is not None:
                    page.write_number(*at, float(cell.value), look)
    return path
