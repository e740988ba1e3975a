"""Small files that an officer writes: lists, frameworks, words. Never more is read than such a file holds."""

from __future__ import annotations

from pathlib import Path

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.paths import open_regular, reason

_MEGABYTE = 2**20


def read_small(path: Path, what: str, most: int) -> bytes:
    """A file's bytes. what: what it is to be, for the message. most: how many bytes it may have.

    PerfxlError, with the path and what to do, when it is missing, may not be read, is a folder, a device
    or a pipe, or has more.
    """
    try:
        with open_regular(path) as stream:
            data = stream.read(most + 1)
    except FileNotFoundError:
        raise PerfxlError(f"找不到{what}“{path}”。请检查文件名和路径。") from None
    except ValueError:
        # A zero byte: no system knows such a name.
        raise PerfxlError(f"{what}的名称“{path}”中有不能用在文件名里的字符。请改正名称。") from None
    except OSError as fault:
        raise PerfxlError(f"无法打开{what}“{path}”：{reason(fault)}。请检查后再试。") from fault
    if len(data) > most:
        raise PerfxlError(f"{what}“{path}”过大（上限 {most // _MEGABYTE} MB），不读取。请检查是不是选错了文件。")
    return data
