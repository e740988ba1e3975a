"""Putting macros and a ribbon into a workbook, without Excel: the same sources give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.addin.sources import SETTINGS_SHEET, Sources
from perfxl.io.files.temporary import scratch_folder
from perfxl.io.ooxml.change_workbook import Book
from perfxl.io.ooxml.package import DAY_ONE, MAIN, OFFICE, Package, serialise, sub
from perfxl.io.workbooks.reproducible import workbook_bytes

_ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# Excel 2010 and later read the first, Excel 2007 only the second.
RIBBON_PARTS = {
    "customUI/customUI14.xml": (
        "http://schemas.microsoft.com/office/2009/07/customui",
        "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
    ),
    "customUI/customUI.xml": (
        "http://schemas.microsoft.com/office/2006/01/customui",
        "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    ),
}


def build_addin(sources: Sources) -> bytes:
    """The add-in, `perfxl.xlam`: the modules, the ribbon and the settings sheet; no byte of it by chance.

    PerfxlError without pyOpenVBA, which only developers have.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SETTINGS_SHEET
    for row, pair in enumerate(sources.settings.items(), start=1):
        for column, text in enumerate(pair, start=1):
            sheet.cell(row, column, text)
    book.properties.creator = "perfxl"
    return _stored(_with_macros(workbook_bytes(book), sources, _ADDIN_TYPE))


def with_macros(workbook: bytes, sources: Sources) -> bytes:
    """The .xlsx as .xlsm: its sheets as they were, a very hidden settings sheet, the macros, the ribbon."""
    book = Book(Package(workbook))
    _add_settings_sheet(book, sources.settings)
    return _with_macros(book.package.save(), sources, _WORKBOOK_TYPE)


def _with_macros(workbook: bytes, sources: Sources, content_type: str) -> bytes:
    package = Package(_with_project(workbook, sources))
    written = RIBBON_PARTS["customUI/customUI14.xml"][0]
    for part, (namespace, relation) in RIBBON_PARTS.items():
        package.set(part, sources.ribbon.replace(written, namespace).encode("utf-8"))
        package.relate("", relation, part)
    package.declare("xl/workbook.xml", content_type)
    return package.save()


def _with_project(workbook: bytes, sources: Sources) -> bytes:
    try:
        from pyopenvba import ExcelFile
        from pyopenvba.vba import VBAModuleKind
    except ImportError:
        raise PerfxlError("生成加载项需要 pyOpenVBA。请按 requirements-dev.lock 安装开发依赖。") from None
    with scratch_folder() as folder:
        path = folder / "built.xlsm"
        path.write_bytes(workbook)
        with ExcelFile(path) as file:
            project = file.add_vba_project()
            for name, text in sources.modules.items():
                project.add_module(name, text)
            for name, text in sources.classes.items():
                project.add_module(name, text, kind=VBAModuleKind.other)
            file.save()
        return path.read_bytes()


def _add_settings_sheet(book: Book, settings: Mapping[str, str]) -> None:
    from lxml import etree

    package = book.package
    part = package.unused("xl/worksheets/sheet{}.xml")
    root = etree.Element(f"{{{MAIN}}}worksheet", nsmap={None: MAIN})
    data = sub(root, "sheetData")
    for number, pair in enumerate(settings.items(), start=1):
        row = sub(data, "row", r=str(number))
        for column, text in zip("AB", pair, strict=True):
            cell = sub(row, "c", r=f"{column}{number}", t="inlineStr")
            sub(sub(cell, "is"), "t").text = text
    package.set(part, serialise(root))
    package.declare(part, _WORKSHEET)
    relation = package.relate("xl/workbook.xml", f"{OFFICE}/worksheet", part)
    sheets = package.tree("xl/workbook.xml").find(f"{{{MAIN}}}sheets")
    number = max(int(sheet.get("sheetId", "0")) for sheet in sheets) + 1
    sheet = sub(sheets, "sheet", name=SETTINGS_SHEET, sheetId=str(number), state="veryHidden")
    sheet.set(f"{{{OFFICE}}}id", relation)


def _stored(data: bytes) -> bytes:
    """The same parts unpacked: zip programs of other machines would pack them into other bytes."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for part in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(part, DAY_ONE)
            info.create_system, info.external_attr = 3, 0o600 << 16
            new.writestr(info, old.read(part))
    return target.getvalue()
