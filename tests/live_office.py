"""Workbooks to open in a live LibreOffice, for the tests of the live book."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from perfxl.core.grid.cells import Workbook


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
                look = percent if cell.text.endswith("%") else None
                if cell.error is not None:
                    page.write_formula(*at, f"={cell.error}", None, cell.error)
                elif isinstance(cell.value, str):
                    page.write_string(*at, cell.value, look)
                elif isinstance(cell.value, bool):
                    page.write_boolean(*at, cell.value, look)
                elif cell.value is not None:
                    page.write_number(*at, float(cell.value), look)
    return path
