"""The user's own settings of xlwings' module: `"KEY","value"` lines that VBA reads in the ANSI code page."""

from __future__ import annotations

import re
from pathlib import PurePath

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.addin.machine import WINDOWS, Machine

_LINE = re.compile(r'\s*+"?+([^",]*+)"?+\s*+,\s*+"?+([^"]*+)"?+\s*+')
# The user's folders, the longest first; VBA and cmd put their values in. Not %ProgramFiles%: an Excel of
# 32 bits takes it for another folder.
_VARIABLES = ("LOCALAPPDATA", "APPDATA", "USERPROFILE")


def plain_path(machine: Machine, path: str) -> str:
    r"""A way of writing the path that VBA and cmd read rightly: in ASCII wherever that is possible.

    Both read files in a code page of the system, so a Chinese user name is written as a variable
    (`%LOCALAPPDATA%\…`), other Chinese folders by their short names. What is left is the path itself.
    """
    if path.isascii():
        return path
    if machine.system != WINDOWS:
        home = machine.environment.get("HOME", "")
        return f"$HOME{path.removeprefix(home)}" if home and path.startswith(f"{home}/") else path
    for name in _VARIABLES:
        folder = machine.environment.get(name, "")
        if folder and path.lower().startswith(f"{folder.lower()}\\"):
            written = f"%{name}%{path[len(folder) :]}"
            if written.isascii():
                return written
    return next((short for short in (machine.short(path),) if short and short.isascii()), path)


def read_settings(machine: Machine, path: PurePath) -> dict[str, str]:
    """The settings in a file by their names in capitals; none when there is no file."""
    lines = (machine.read(path) or b"").decode(_code_page(machine), errors="replace").splitlines()
    matches = (_LINE.fullmatch(line) for line in lines)
    return {match[1].upper(): match[2] for match in matches if match and match[1]}


def settings_file(machine: Machine, settings: dict[str, str]) -> bytes:
    """The file's content. PerfxlError when a value cannot be written in the system's code page."""
    ending = "\r\n" if machine.system == WINDOWS else "\n"
    text = "".join(f'"{key}","{value}"{ending}' for key, value in settings.items())
    try:
        return text.encode(_code_page(machine))
    except UnicodeEncodeError as fault:
        letters = text[fault.start : fault.end]
        raise PerfxlError(
            f"Python 的路径中有这台电脑的 Office 认不出的字（{letters}）。"
            "请把 Python 安装到只含英文字母的文件夹，再运行 perfxl addin install。"
        ) from None


def _code_page(machine: Machine) -> str:
    return machine.code_page if machine.system == WINDOWS else "ascii"
