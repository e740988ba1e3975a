"""Writing a file whole or not at all: a crash leaves the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import paths
from perfxl.io.files.temporary import temporary_file

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# Some network folders know no flushing: what they hold is as safe as they make it.
_NO_FLUSHING = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}
# Windows: access denied, sharing violation. Virus scanners and file servers hold a file for a moment.
_HELD = {5, 32}
_TRIES, _PAUSE = 5, 0.2


def replace_file(path: Path, data: bytes, *, instead_of: bytes | None = None, aside: Path | None = None) -> None:
    """Put the bytes in the file's place, keeping its permissions.

    instead_of: what the file held when the new content was made; if somebody else has written it
    since, their work is kept and this is refused. aside: the name under which the old file stays.
    PerfxlError, with what to do, when the file is open in Excel, WPS or LibreOffice, read-only, in no
    folder, or the disk is full; the old file is then untouched and nothing is left beside it.
    """
    replace_by(path, lambda stream: stream.write(data), instead_of=instead_of, aside=aside)


def replace_by(
    path: Path, write: Callable[[IO[bytes]], object], *, instead_of: bytes | None = None, aside: Path | None = None
) -> None:
    """As `replace_file`, for content that is written into the stream piece by piece."""
    refuse_open_file(path)
    if paths.exists(path) and not os.access(path, os.W_OK):
        raise PerfxlError("文件是只读的，无法写入。请在文件属性中取消“只读”，或用 -o 另存为新文件。")
    if not paths.is_folder(path.parent):
        raise PerfxlError(f"文件夹“{path.parent}”不存在。请先建立文件夹。")
    try:
        # A link stays a link: its target is what is replaced.
        _replace(_target(path), write, instead_of, aside)
    except PermissionError:
        raise PerfxlError(
            "没有写入权限，或文件正被其他程序使用。请关闭打开它的程序，或用 -o 另存到其他文件夹。"
        ) from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise PerfxlError("文件名太长，没有写入。请缩短文件名，或用 -o 另存为名称较短的文件。") from None
        if error.errno in _FULL:
            raise PerfxlError("磁盘空间不足，没有写入。请清理磁盘，或用 -o 另存到其他磁盘。") from None
        raise PerfxlError(f"写入时出错：{paths.reason(error)}。原文件没有改动。") from None


def refuse_open_file(path: Path) -> None:
    """PerfxlError when a lock file beside it says that the workbook is open in a spreadsheet program.

    Excel and WPS leave `~$名称.xlsx`, for long names with the first two characters cut off;
    LibreOffice leaves `.~lock.名称.xlsx#`. They stay where the program ended without closing the file.
    """
    locks = [f"~${path.name}", f".~lock.{path.name}#"]
    if not paths.is_file(path.parent / path.name[2:]):
        # Where there is a file of the shorter name, the lock may be its own.
        locks.append(f"~${path.name[2:]}")
    for lock in locks:
        if paths.exists(path.parent / lock):
            raise PerfxlError(
                "文件正在 Excel、WPS 或 LibreOffice 中打开，没有写入。请保存并关闭后再试，或用 -o 另存为新文件。"
                f"如果没有程序打开着它（例如上次没有正常退出），请删除同一文件夹中的“{lock}”（可能是隐藏文件）再试。"
            )


def _target(path: Path) -> Path:
    """What a link leads to. OSError for one that leads to itself."""
    target = paths.resolved(path)
    if paths.is_link(target):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def _replace(path: Path, write: Callable[[IO[bytes]], object], instead_of: bytes | None, aside: Path | None) -> None:
    handle, temporary = temporary_file(path)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            _flush(stream.fileno())
        _copy_permissions(path, temporary)
        _refuse_newer(path, instead_of)
        if aside is not None:
            path.rename(aside)
        _put_in_place(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _flush(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FLUSHING:
            raise


def _put_in_place(temporary: Path, path: Path) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            temporary.replace(path)
        except PermissionError as error:
            if attempt == _TRIES or getattr(error, "winerror", None) not in _HELD:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _refuse_newer(path: Path, instead_of: bytes | None) -> None:
    if instead_of is not None and path.read_bytes() != instead_of:
        raise PerfxlError("文件在处理期间被其他程序改动，没有写入。请确认没有别人在改，再试一次。")


def _copy_permissions(path: Path, temporary: Path) -> None:
    """The old file's permissions; for a new file those that the user's programs give.

    A network folder that keeps permissions of its own refuses: they are then its own, as for every file.
    """
    with contextlib.suppress(OSError):
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        elif os.name == "posix":
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
