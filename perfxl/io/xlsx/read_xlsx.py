"""The parts of an .xlsx or .xlsm → `Workbook`."""

from __future__ import annotations

from collections.abc import Mapping

from perfxl.core.grid.cells import Sheet, Workbook
from perfxl.io.xlsx.cell_styles import read_looks
from perfxl.io.xlsx.shared_texts import read_shared_texts
from perfxl.io.xlsx.sheet_cells import SheetReader
from perfxl.io.xlsx.workbook_parts import workbook_parts


def read_xlsx(parts: Mapping[str, bytes], workbook: str) -> Workbook:
    """All sheets, in workbook order. parts: by folded name. workbook: the name of the part that lists them.

    PerfxlError for a workbook over a limit, ValueError for a damaged one.
    """
    found = workbook_parts(parts, workbook)
    texts = read_shared_texts(parts[found.shared_texts] if found.shared_texts else None)
    looks = read_looks(parts[found.styles] if found.styles else None)
    reader = SheetReader(texts, looks, from_1904=found.from_1904)
    sheets = []
    for sheet in found.sheets:
        if sheet.part is None:
            sheets.append(Sheet(sheet.name, {}, hidden=sheet.hidden))
        else:
            sheets.append(reader.sheet(sheet.name, parts[sheet.part], hidden=sheet.hidden))
    return Workbook(tuple(sheets))
