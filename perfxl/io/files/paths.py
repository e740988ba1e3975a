"""Asking about paths that somebody else made: names too long, links in a circle, folders one may not enter.

pathlib raises for some of them and answers others, differently in each version of Python.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from itertools import count
from pathlib import Path

from perfxl.core.grid.errors import PerfxlError

_REASONS = {
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.ELOOP: "链接指向它自己，绕成了一个圈",
    errno.ENOENT: "找不到",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘是只读的",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.EIO: "磁盘或网络出错",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EMFILE: "同时打开的文件太多",
    errno.EBUSY: "正被其他程序使用",
    errno.ETIMEDOUT: "网络没有回应",
}


def exists(path: Path) -> bool:
    """Whether there is something; False where one may not look, or where no such name can be."""
    return os.path.exists(path)  # noqa: PTH110 (Path.exists raises for names that are too long)


def is_file(path: Path) -> bool:
    """Whether it is a file, or a link to one; False as for `exists`."""
    return os.path.isfile(path)  # noqa: PTH113 (as above)


def is_folder(path: Path) -> bool:
    """Whether it is a folder, or a link to one; False as for `exists`."""
    return os.path.isdir(path)  # noqa: PTH112 (as above)


def is_link(path: Path) -> bool:
    """Whether it is a link, also one that leads nowhere; False as for `exists`."""
    return os.path.islink(path)  # noqa: PTH114 (as above)


def free_name(path: Path, ending: str) -> Path:
    """The first free name beside a file: `汇总.xlsx` and `.改动` → `汇总.改动.xlsx`, `汇总.改动2.xlsx`, …"""
    names = (f"{path.stem}{ending}{number if number > 1 else ''}{path.suffix}" for number in count(1))
    return next(free for name in names if not exists(free := path.with_name(name)))


def resolved(path: Path) -> Path:
    """The absolute path without links. A link in a circle stays what it is."""
    return Path(os.path.realpath(path))


def make_folder(path: Path) -> None:
    """A folder and those above it, where they are missing. PerfxlError where that is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise PerfxlError(f"无法建立文件夹“{path}”：{reason(fault)}。") from fault


def open_regular(path: Path) -> BufferedReader:
    """A file, open for reading. OSError as `Path.open`, and for devices and pipes, which may never end."""
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OSError(errno.EINVAL, "不是普通文件")
    return path.open("rb")


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese as far as it is known."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
