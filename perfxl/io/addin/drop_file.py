"""`校验.cmd`: people without macros drag workbooks onto it and see the findings."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from perfxl.io.addin.addin_settings import plain_path
from perfxl.io.addin.machine import Machine

# The whole line by which Explorer started it, and where it lies itself, for the Python side.
LINE, SCRIPT = "PERFXL_DROPPED", "PERFXL_SCRIPT"
MARK = "rem perfxl drop file"
_VARIABLE = re.compile(r"%\w+%")
_NAME = re.compile(r'"([^"]*)"|([^\s"]+)')

# cmd reads this file in a code page of the system, so all that runs is ASCII. Only the last lines are
# Chinese: they are reached by a jump, after the console was set to UTF-8.
#
# Explorer puts dropped names on the command line as they are, in quotes only where they have blanks: a
# name with & would end the command. So cmd never parses them: the raw line goes to Python as a variable,
# by delayed expansion, which looks at nothing inside it. `exit` then ends cmd before it comes to what it
# took for a second command. `-P` keeps Python files that lie beside a dropped workbook from being imported.
_TEXT = r"""@echo off
{mark}
setlocal DisableDelayedExpansion
set "{script}=%~f0"
set "PERFXL_PYTHON={python}"
setlocal EnableDelayedExpansion
set "{line}=!cmdcmdline!"
title perfxl
if exist "!PERFXL_PYTHON!" (
  "!PERFXL_PYTHON!" -P -c "import perfxl" >nul 2>nul && (
    "!PERFXL_PYTHON!" -P -m perfxl addin dropped
    goto done
  )
)
py -3 -P -c "import perfxl" >nul 2>nul && (
  py -3 -P -m perfxl addin dropped
  goto done
)
python -P -c "import perfxl" >nul 2>nul && (
  python -P -m perfxl addin dropped
  goto done
)
goto missing
:done
echo.
pause
if /i not "!{line}: /c =!"=="!{line}!" exit
exit /b
:missing
chcp 65001 >nul
echo 没有找到装有 perfxl 的 Python，没有校验。
echo 请打开“命令提示符”，运行：  perfxl addin install
echo 或请管理员安装 Python 和 perfxl 后再试。
goto done
"""


def drop_file(machine: Machine) -> bytes:
    """The file's content, with the interpreter that runs now; it looks for others where that is gone."""
    written = plain_path(machine, machine.interpreter)
    # In a .cmd file %% is a plain %; a variable in front, %LOCALAPPDATA%, stays one. No path begins with %.
    variable = _VARIABLE.match(written)
    start = variable[0] if variable else ""
    python = start + written[len(start) :].replace("%", "%%")
    head, tail = _TEXT.format(mark=MARK, script=SCRIPT, line=LINE, python="\0").replace("\n", "\r\n").split("\0")
    # A path that is not ASCII even so is read by cmd in the system's code page.
    return head.encode("utf-8") + python.encode(machine.code_page, errors="replace") + tail.encode("utf-8")


def dropped_names(line: str, script: str) -> list[str]:
    """The files and folders that were dropped, from the line by which Explorer started the script.

    Names stand in quotes where they have blanks and bare otherwise, whatever else is in them. The line
    of a console in which somebody typed the script's name tells nothing: then there are none.
    """
    name = PureWindowsPath(script).name
    match = re.search(rf'{re.escape(name)}"?(.*)', line, re.IGNORECASE | re.DOTALL) if name else None
    if match is None:
        return []
    # `cmd /c ""script" names"`: the last quote belongs to the first.
    names = match[1].rstrip()
    if names.count('"') % 2:
        names = names[: names.rindex('"')]
    return [quoted or bare for quoted, bare in _NAME.findall(names)]
