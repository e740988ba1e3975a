"""Carrying out a `Change` on a workbook file: nothing else in the file is touched."""

from __future__ import annotations

import contextlib
import os
import stat
import zipfile
from pathlib import Path

from lxml import etree

from perfxl.core.grid.change import Change
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.atomic import refuse_open_file, replace_file
from perfxl.io.files.paths import resolved
from perfxl.io.ooxml.change_workbook import changed
from perfxl.io.workbooks.find_files import BACKUP
from perfxl.io.workbooks.read_files import read_bytes

WRITABLE = (".xlsx", ".xlsm")


def apply(
    source: Path,
    change: Change,
    target: Path,
    *,
    data: bytes | None = None,
    backup: bool = False,
    aside: Path | None = None,
) -> None:
    """Write the source workbook with the change to the target, whole or not at all.

    data: the bytes that the change was made for: what was checked is what is written. None reads them now.

    Every part that is not meant to change stays byte for byte. A change that changes nothing, with
    target equal to source, writes nothing. backup: first keep what the target holds now beside it, as
    `backup_of` names it. aside: the name under which an old target stays. PerfxlError, with what to do, for formats that are only read (.xls, .ods) and
    when the target cannot be written.
    """
    if change == Change() and source == target:
        return
    for path in (source, target):
        if path.suffix.lower() not in WRITABLE:
            raise PerfxlError(f"“{path.suffix}”格式只能读取，不能写入。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。")
    if source.suffix.lower() != target.suffix.lower():
        raise PerfxlError(f"“{target.name}”的扩展名应与原文件相同（{source.suffix}）。")
    refuse_open_file(target)
    data = read_bytes(source) if data is None else data
    try:
        written = changed(data, change)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise PerfxlError("工作簿的内部结构不完整，无法写入。请用 Excel 或 WPS 打开并另存后再试。") from error
    same = resolved(source) == resolved(target)
    if same and written == data:
        return
    # Where the target may not be written, nothing is: what follows says so.
    if backup and os.access(target, os.W_OK):
        _keep(target, data if same else read_bytes(target))
    replace_file(target, written, instead_of=data if same else None, aside=aside)


def backup_of(path: Path) -> Path:
    """Where the backup of a file stands: `文本.xlsx` → `文本.备份.xlsx`."""
    return path.with_name(f"{path.stem}{BACKUP}{path.suffix}")


def _keep(target: Path, data: bytes) -> None:
    """Put a file's bytes into its backup, in the place of an earlier one, for the same readers only."""
    kept = backup_of(target)
    try:
        replace_file(kept, data)
    except PerfxlError as fault:
        raise PerfxlError(f"备份“{kept.name}”未能写入，原文件没有改动：{fault}") from fault
    with contextlib.suppress(OSError):
        kept.chmod(stat.S_IMODE(target.stat().st_mode))
