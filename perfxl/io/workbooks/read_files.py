"""Workbook files → cells, as a person sees them. Reading only: a file is never changed or locked.

What a file is, its content says, whatever it is called.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from perfxl.core.grid.cells import Workbook
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import limits, paths
from perfxl.io.xlsx.read_xlsx import read_xlsx
from perfxl.io.xlsx.workbook_parts import folded, workbook_part

READABLE = (".xlsx", ".xlsm", ".xls", ".ods")

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TABLES = "content.xml"

_NO_WORKBOOK = "文件中没有可读的工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 再试。"
_BINARY = "这是二进制格式的工作簿（.xlsb），本程序不能读取。请用 Excel 打开，另存为“Excel 工作簿（*.xlsx）”再试。"
_NOT_EXCEL = "这是{}，不是 Excel 工作簿。请报送 Excel 工作簿（.xlsx）。"
_OTHER_DOCUMENTS = {"word": "Word 文档", "powerpoint": "演示文稿"}


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
        raise PerfxlError(f"读取文件时出错：{paths.reason(error)}。请检查文件名、磁盘或网络后再试。") from None


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
    """All worksheets of a file's bytes, as a person sees them. suffix: the file's ending, for the message only.

    What is over a limit (`perfxl.io.files.limits`) is refused while it is read, before it takes memory.
    """
    limits.refuse_large_file(len(data))
    if not data:
        raise PerfxlError("文件是空的（0 字节）。请重新保存或重新索取。")
    try:
        if data.startswith(_ZIP):
            return _read_zip(data)
        if data.startswith(_COMPOUND):
            return _read_compound(data)
    except PerfxlError:
        raise
    except (ValueError, LookupError, OverflowError) as error:
        raise PerfxlError(limits.DAMAGED) from error
    if suffix.lower() == ".csv":
        raise PerfxlError("这是 csv 文本，没有表格格式。请在 Excel 或 WPS 中填写标准模板，保存为 .xlsx。")
    raise PerfxlError("这不是 Excel 工作簿（可能只是改了扩展名）。请用 Excel 或 WPS 打开原文件，另存为 .xlsx。")


def _read_zip(data: bytes) -> Workbook:
    """Word, PowerPoint and plain archives are zip files too: PerfxlError."""
    parts = {folded(name): content for name, content in limits.unpacked(data)[0].items()}
    workbook = workbook_part(parts)
    if workbook is not None and workbook.endswith(".xml") and not workbook.startswith(("word/", "ppt/")):
        return read_xlsx(parts, workbook)
    for folder, kind in (("word/", "Word 文档"), ("ppt/", "演示文稿")):
        if any(name.startswith(folder) for name in parts):
            raise PerfxlError(_NOT_EXCEL.format(kind))
    if _TABLES in parts:
        return _read_tables(parts)
    if any(name.startswith("xl/") for name in parts):
        binary = any(name.endswith("workbook.bin") for name in parts)
        raise PerfxlError(_BINARY if binary else _NO_WORKBOOK)
    raise PerfxlError("这是压缩包，不是 Excel 工作簿。请先解压，再选择其中的 .xlsx 文件。")


def _read_tables(parts: Mapping[str, bytes]) -> Workbook:
    """An .ods. Texts and drawings of the same family have a part of that name too: PerfxlError."""
    from perfxl.io.workbooks.ods_sheets import read_tables

    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise PerfxlError(limits.LOCKED)
    kind = parts.get("mimetype", b"").decode("ascii", "replace").strip()
    if kind and "spreadsheet" not in kind:
        raise PerfxlError(_NOT_EXCEL.format("文字文档" if "text" in kind else "其他类型的文档"))
    return read_tables(parts[_TABLES])


def _read_compound(data: bytes) -> Workbook:
    from perfxl.io.workbooks.old_workbooks import kind_of_compound
    from perfxl.io.workbooks.xls_sheets import read_old_workbook

    kind = kind_of_compound(data)
    if kind == "encrypted":
        raise PerfxlError(limits.LOCKED)
    if kind in _OTHER_DOCUMENTS:
        raise PerfxlError(_NOT_EXCEL.format(_OTHER_DOCUMENTS[kind]))
    return read_old_workbook(data)
