"""What lies in the folder of returned files: workbooks, archives, and what is neither, each by its name.

Nothing is opened that need not be, nothing is unpacked to disk, no link to a folder is followed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from perfxl.core.grid.control_characters import escaped
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import paths
from perfxl.io.files.archives import ArchiveEntry, archive_entries, is_archive
from perfxl.io.workbooks.find_files import BACKUP_OF, is_hidden, made_from, walk
from perfxl.io.workbooks.read_files import READABLE

# What the records of the rounds are called, beside their summaries: `汇总.记录.jsonl`.
_RECORD = re.compile(r"\.记录(?:\.损坏[0-9]*)?\.jsonl$")

_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_RESEND = "请单位改报 Excel 工作簿（.xlsx）。"
_WORD, _PICTURE = f"这是 Word 文档，不是 Excel 工作簿。{_RESEND}", f"这是图片，不是 Excel 工作簿。{_RESEND}"
_SLIDES = f"这是演示文稿，不是 Excel 工作簿。{_RESEND}"
_UNREADABLE = {
    ".doc": _WORD,
    ".docx": _WORD,
    ".docm": _WORD,
    ".rtf": _WORD,
    ".wps": f"这是 WPS 文字文档，不是工作簿。{_RESEND}",
    ".et": "这是 WPS 表格专用格式（.et）。请用 WPS 打开，另存为 .xlsx 后放回文件夹。",
    ".ett": "这是 WPS 表格模板（.ett）。请用 WPS 打开，另存为 .xlsx 后放回文件夹。",
    ".xlsb": "这是 Excel 二进制工作簿（.xlsb）。请用 Excel 打开，另存为 .xlsx 后放回文件夹。",
    ".pdf": f"这是 PDF 文件，不是 Excel 工作簿。{_RESEND}",
    ".ofd": f"这是 OFD 版式文件，不是 Excel 工作簿。{_RESEND}",
    ".csv": f"这是 csv 文本，没有表格格式。{_RESEND}",
    ".ppt": _SLIDES,
    ".pptx": _SLIDES,
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".webp"), _PICTURE),
    **{
        suffix: f"这是 {suffix[1:]} 压缩包，本程序不能解开。请先解压到这个文件夹，再重新汇总；或请单位改发 zip。"
        for suffix in (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso")
    },
}
_NOT_SENT = "不是工作簿，也不是压缩包"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the folder, or an entry of an archive in it.

    file: its path below the folder with `/`, inside an archive `包.zip/文本.xlsx`. path: on disk, the
    archive's for what is inside. entry: where in the archive. reason: why it cannot be read.
    passed_over: why nobody needs to look at it.
    """

    file: str
    path: Path
    entry: ArchiveEntry | None = None
    reason: str | None = None
    passed_over: str | None = None


def find_returned(folder: Path, own: Collection[Path]) -> Iterator[Found]:
    """Everything in a folder, at any depth, in the order of names.

    own: files and folders of the officer's (the summary, the roster, …): passed over, said. Lock
    files and hidden ones are left out without a word. PerfxlError when it is no folder.
    """
    if not paths.is_folder(folder):
        raise PerfxlError(f"“{folder}”不是文件夹。请写收回的文件所在的文件夹。")
    return _of_folder(folder, {paths.resolved(path) for path in own})


def _of_folder(top: Path, own: Collection[Path]) -> Iterator[Found]:
    for one in walk(top, own):
        if one.closed is not None:
            why = "这个文件夹打不开。请检查权限或网络后重新汇总。"
            yield Found(_below(one.path, top), one.path, reason=why)
        elif one.passed_over is not None:
            yield Found(_below(one.path, top), one.path, passed_over=one.passed_over)
        else:
            yield from _of_file(one.path, top)


def _of_file(path: Path, top: Path) -> Iterator[Found]:
    file, suffix = _below(path, top), path.suffix.lower()
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        yield Found(file, path, reason=f"读取文件时出错：{paths.reason(error)}。请检查后重新汇总。")
        return
    if not regular:
        # A pipe may never end.
        yield Found(file, path, passed_over="不是普通文件")
        return
    made = made_from(path)
    # A checked copy may be what a unit went on with and sent in: what stands in it decides.
    if made is not None and made[1] == BACKUP_OF:
        yield Found(file, path, passed_over=f"“{made[0]}”的{BACKUP_OF}")
    elif _RECORD.search(path.name):
        yield Found(file, path, passed_over="本程序的汇总记录")
    elif suffix in READABLE:
        yield Found(file, path)
    elif suffix == ".zip":
        yield from _of_archive(path, file)
    elif suffix in _UNREADABLE:
        yield Found(file, path, reason=_UNREADABLE[suffix])
    else:
        yield from _unknown(path, file)


def _of_archive(path: Path, file: str) -> Iterator[Found]:
    try:
        entries = archive_entries(path)
    except PerfxlError as fault:
        yield Found(file, path, reason=str(fault))
        return
    told = 0
    for entry in entries:
        if any(map(is_hidden, entry.name.split("/"))):
            continue
        told += 1
        name = f"{file}/{entry.name}"
        suffix = Path(entry.name).suffix.lower()
        reason = _UNREADABLE.get(suffix) if entry.reason is None else entry.reason
        sent = reason is not None or suffix in READABLE
        yield Found(name, path, entry, reason, None if sent else _NOT_SENT)
    if not told:
        yield Found(file, path, reason="压缩包里没有文件。请向报送人重新索取。")


def _unknown(path: Path, file: str) -> Iterator[Found]:
    """A file whose name tells nothing: what it begins with does. Mail programs cut endings off."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        yield Found(file, path, reason=f"读取文件时出错：{paths.reason(error)}。请检查后重新汇总。")
        return
    if start == _ZIP and is_archive(path):
        yield from _of_archive(path, file)
    elif start in (_ZIP, _COMPOUND):
        yield Found(file, path)
    else:
        yield Found(file, path, passed_over=_NOT_SENT)


def _below(path: Path, top: Path) -> str:
    """The path below the folder, with `/`; a name that is no UTF-8 as the GBK it most likely is.

    Characters that would steer a terminal are shown.
    """
    text = path.relative_to(top).as_posix()
    try:
        text.encode()
    except UnicodeEncodeError:
        text = os.fsencode(text).decode("gb18030", errors="replace")
    return escaped(text)
