"""Workbook files → cells. Reading only: a file is never changed or locked.

Values come from python-calamine, which reads .xlsx, .xlsm, .xls and .ods. It does not tell formulas
without a value, error values and percentage formats, so `package_facts` adds these for .xlsx.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from perfxl.core.cells import Area, Cell, Position, Sheet, Workbook
from perfxl.core.errors import PerfxlError
from perfxl.io import limits, paths
from perfxl.io.package_facts import (
    SheetFacts,
    package_facts,
    refuse_large_table,
    with_plain_values,
    without_blank_rows,
)

READABLE = (".xlsx", ".xlsm", ".xls", ".ods")

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK, _TABLES = "xl/workbook.xml", "content.xml"

_LOCKED = (
    "文件设有打开密码，无法读取。请用 Excel 或 WPS 打开，在“文件—信息—保护工作簿”中取消密码，保存后再试。"
)
_NO_WORKBOOK = "文件中没有可读的工作簿（可能是 .xlsb 格式）。请用 Excel 或 WPS 打开，另存为 .xlsx 再试。"
_NOT_EXCEL = "这是{}，不是 Excel 工作簿。请报送 Excel 工作簿（.xlsx）。"


def read_bytes(path: Path) -> bytes:
    """The file's bytes. PerfxlError, with what to do, when it is missing, too large or may not be read."""
    try:
        about = path.stat()
        if stat.S_ISREG(about.st_mode):
            limits.refuse_large_file(about.st_size)
        elif stat.S_ISDIR(about.st_mode):
            _refuse_folder(path)
        else:
            # A device or a pipe may never end.
            raise PerfxlError("这不是普通文件，不能读取。请选择保存在磁盘上的工作簿。")
        return path.read_bytes()
    except FileNotFoundError:
        if paths.is_link(path):
            raise PerfxlError("这是一个链接，它指向的文件已经不在。请找到原文件后再试。") from None
        raise PerfxlError("找不到文件。请检查文件名和所在文件夹是否正确。") from None
    except IsADirectoryError:
        raise PerfxlError("这是一个文件夹，不是文件。") from None
    except PermissionError:
        raise PerfxlError("没有读取权限。请关闭正在使用它的程序，或请管理员授予读取权限。") from None
    except OSError as error:
        raise PerfxlError(
            f"读取文件时出错：{paths.reason(error)}。请检查文件名、磁盘或网络后再试。"
        ) from None


def _refuse_folder(path: Path) -> NoReturn:
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise PerfxlError(
            f"这个文件夹打不开（{paths.reason(error)}），其中的文件没有读取。请检查权限或网络后再试。"
        ) from None
    raise PerfxlError("这是一个文件夹，不是文件。")


def read_workbook(path: Path) -> Workbook:
    """All worksheets of a file. PerfxlError, with what to do, when it is no readable workbook."""
    return read_package(read_bytes(path), path.suffix)


def read_package(data: bytes, suffix: str = ".xlsx") -> Workbook:
    """All worksheets of a file's bytes. suffix: the file's ending, for the message only.

    What is over a limit (`perfxl.io.limits`) is refused before calamine sees it, and calamine gets
    only the parts that were counted.
    """
    limits.refuse_large_file(len(data))
    _refuse_what_is_no_workbook(data, suffix.lower())
    try:
        facts = None
        if data.startswith(_ZIP):
            parts = _xml_parts(data)
            if _WORKBOOK in parts:
                facts = package_facts(parts)
            else:
                refuse_large_table(parts[_TABLES])
            data = limits.packed(parts)
            del parts
        else:
            from perfxl.io.old_workbooks import refuse_large_sheets

            refuse_large_sheets(data)
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            return Workbook(tuple(_sheets(book, facts)))
    except PasswordError:
        raise PerfxlError(_LOCKED) from None
    except PerfxlError:
        raise
    except (CalamineError, OSError, ValueError, LookupError, EOFError, OverflowError) as error:
        raise PerfxlError(limits.DAMAGED) from error
    # calamine is Rust: a panic in it arrives as a BaseException of its own.
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise PerfxlError(limits.DAMAGED) from error
        raise


def _refuse_what_is_no_workbook(data: bytes, suffix: str) -> None:
    if not data:
        raise PerfxlError("文件是空的（0 字节）。请重新保存或重新索取。")
    if data.startswith(_ZIP):
        return
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            raise PerfxlError(_LOCKED)
        if "WordDocument".encode("utf-16-le") in data:
            raise PerfxlError(_NOT_EXCEL.format("Word 文档"))
    elif suffix == ".csv":
        raise PerfxlError("这是 csv 文本，没有表格格式。请在 Excel 或 WPS 中填写标准模板，保存为 .xlsx。")
    else:
        raise PerfxlError(
            "这不是 Excel 工作簿（可能只是改了扩展名）。请用 Excel 或 WPS 打开原文件，另存为 .xlsx。"
        )


def _xml_parts(data: bytes) -> dict[str, bytes]:
    """The XML parts of a workbook. Word, PowerPoint and plain archives are zip files too: PerfxlError."""
    parts = limits.unpacked(data)[0]
    folders = {name.partition("/")[0] for name in parts}
    for folder, kind in (("word", "Word 文档"), ("ppt", "演示文稿")):
        if folder in folders:
            raise PerfxlError(_NOT_EXCEL.format(kind))
    if "xl" not in folders and _TABLES not in parts:
        raise PerfxlError("这是压缩包，不是 Excel 工作簿。请先解压，再选择其中的 .xlsx 文件。")
    if "xl" in folders and _WORKBOOK not in parts:
        raise PerfxlError(_NO_WORKBOOK)
    # An .ods says what it is in a part of its own.
    return {
        name: with_plain_values(without_blank_rows(content))
        for name, content in parts.items()
        if limits.is_xml(name) or name == "mimetype"
    }


def _sheets(book: CalamineWorkbook, facts: Mapping[str, SheetFacts] | None) -> list[Sheet]:
    """facts: None where the format tells none. Only sheets with counted cells are read."""
    sheets = []
    for metadata in book.sheets_metadata:
        if metadata.typ is not SheetTypeEnum.WorkSheet:
            sheets.append(Sheet(metadata.name, {}))
            continue
        fact = None if facts is None else facts[metadata.name]
        found = book.get_sheet_by_name(metadata.name)
        start = found.start
        cells: dict[Position, Cell] = {}
        if start is not None:
            for row, values in enumerate(found.to_python(skip_empty_area=True), start[0] + 1):
                for column, value in enumerate(values, start[1] + 1):
                    if value != "" and not (isinstance(value, str) and not value.strip()):
                        cells[row, column] = Cell(value, percent=None if fact is None else False)
        if fact is not None:
            _add_facts(cells, fact)
        merged = tuple(
            Area(top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in found.merged_cell_ranges or ()
        )
        hidden = metadata.visible is not SheetVisibleEnum.Visible
        sheets.append(Sheet(metadata.name, cells, merged, hidden))
    return sheets


def _add_facts(cells: dict[Position, Cell], fact: SheetFacts) -> None:
    for at, error in fact.errors.items():
        cells[at] = Cell(None, formula=at in fact.formulas, error=error)
    for at in fact.formulas:
        cell = cells.get(at)
        if cell is not None and cell.error is None:
            cells[at] = Cell(cell.value, formula=True, percent=at in fact.percents)
    for at in fact.uncalculated:
        cells[at] = Cell(None, formula=True)
    for at in fact.percents:
        cell = cells.get(at)
        if cell is not None and cell.error is None:
            cells[at] = Cell(cell.value, formula=cell.formula, percent=True)
