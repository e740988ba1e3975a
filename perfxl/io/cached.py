"""Workbook bytes, and formulas with their values: what Excel keeps beside each formula, read and put back.

openpyxl writes formulas without values. A reader that does not calculate would see nothing there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO

from lxml import etree
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from perfxl.core.cells import Value, shown
from perfxl.io.package_facts import sheet_parts

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# A zip file's first possible day: the same bytes whenever it is written.
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook as a file. `Workbook.save` would write the time of day into it."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return target.getvalue()


def cached_values(package: bytes) -> dict[tuple[str, str], Value]:
    """(sheet, cell) → the value kept beside each formula of an .xlsx; errors as their text.

    Numbers are `Decimal`s as written. Formulas without a value are absent.
    """
    found: dict[tuple[str, str], Value] = {}
    with zipfile.ZipFile(BytesIO(package)) as archive:
        for name, part in sheet_parts(archive):
            for cell in _cells(archive.read(part)):
                value = cell.find(f"{_NS}v")
                kind = cell.get("t", "n")
                if cell.find(f"{_NS}f") is None or value is None:
                    continue
                if value.text is None and kind != "str":
                    continue
                text = value.text or ""
                if kind == "n":
                    found[name, cell.get("r", "")] = Decimal(text)
                elif kind == "b":
                    found[name, cell.get("r", "")] = text == "1"
                else:
                    found[name, cell.get("r", "")] = text
    return found


def with_cached_values(package: bytes, values: Mapping[tuple[str, str], Value]) -> bytes:
    """The .xlsx with these values beside its formulas; (sheet, cell) without a formula are passed over.

    Texts that look like an Excel error (`#REF!`) are kept as errors. The same input gives the same
    bytes: no time of day is in the file.
    """
    target = BytesIO()
    by_sheet: dict[str, dict[str, Value]] = {}
    for (sheet, cell), value in values.items():
        by_sheet.setdefault(sheet, {})[cell] = value
    with (
        zipfile.ZipFile(BytesIO(package)) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        wanted = {part: by_sheet[name] for name, part in sheet_parts(archive) if name in by_sheet}
        for part in archive.namelist():
            data = archive.read(part)
            if part in wanted:
                data = _with_values(data, wanted[part])
            info = zipfile.ZipInfo(part, _DAY_ONE)
            info.compress_type = zipfile.ZIP_DEFLATED
            # Unix, readable: the default of no rights at all puzzles some unpackers.
            info.external_attr = 0o600 << 16
            out.writestr(info, data)
    return target.getvalue()


def _cells(data: bytes) -> list[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return list(etree.fromstring(data, parser).iter(f"{_NS}c"))


def _with_values(data: bytes, values: Mapping[str, Value]) -> bytes:
    cells = _cells(data)
    for cell in cells:
        formula = cell.find(f"{_NS}f")
        reference = cell.get("r", "")
        if formula is None or reference not in values:
            continue
        for old in cell.findall(f"{_NS}v"):
            cell.remove(old)
        cell.attrib.pop("t", None)
        value = values[reference]
        if value is None:
            continue
        kept = etree.SubElement(cell, f"{_NS}v")
        if isinstance(value, bool):
            cell.set("t", "b")
            kept.text = "1" if value else "0"
        elif isinstance(value, int | float | Decimal):
            kept.text = shown(value)
        else:
            kept.text = shown(value)
            cell.set("t", "e" if kept.text.startswith("#") and kept.text.endswith(("!", "?", "A")) else "str")
    if not cells:
        return data
    tree = cells[0].getroottree()
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
