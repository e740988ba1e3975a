"""Where the files of the add-in belong on a machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.addin.machine import LINUX, WINDOWS, Machine
from perfxl.io.addin.sources import ADDIN, SETTINGS_SHEET

DROP_FILE = "校验.cmd"
_SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
_MAC_START = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
_MAC_DATA = "Library/Containers/com.microsoft.Excel/Data"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


@dataclass(frozen=True)
class Places:
    """addin: where Excel loads it from by itself. settings: where the VBA module looks for the user's own.

    key: the setting that names the interpreter. records: what the buttons remember (undo, log).
    drop_file and desktop: None where there is no `cmd.exe`. scripts: the folder of what Excel for Mac
    starts Python with, None elsewhere.
    """

    addin: PurePath
    settings: PurePath
    key: str
    records: PurePath
    drop_file: PurePath | None = None
    desktop: PurePath | None = None
    scripts: PurePath | None = None


def places(machine: Machine) -> Places:
    """The places on a machine that may have Excel. PerfxlError where there is no Excel at all."""
    if machine.system == LINUX:
        raise PerfxlError(
            "Linux 上没有 Excel，不能安装加载项。"
            "请用 LibreOffice 打开工作簿来运行同样的按钮：perfxl live 文件 校验；也可以直接：perfxl check 文件"
        )
    if machine.system == WINDOWS:
        own = machine.path(r"%USERPROFILE%\.perfxl")
        return Places(
            addin=machine.path(r"%APPDATA%\Microsoft\Excel\XLSTART") / ADDIN,
            settings=own / SETTINGS_SHEET,
            key="INTERPRETER_WIN",
            records=machine.path("%LOCALAPPDATA%") / "perfxl",
            drop_file=own / DROP_FILE,
            desktop=_desktop(machine) / DROP_FILE,
        )
    home = machine.path("$HOME")
    return Places(
        addin=home / _MAC_START / ADDIN,
        settings=home / _MAC_DATA / SETTINGS_SHEET,
        key="INTERPRETER_MAC",
        records=home / "Library/Application Support/perfxl",
        scripts=home / _MAC_SCRIPTS,
    )


def _desktop(machine: Machine) -> PurePath:
    # OneDrive and administrators move it.
    folders = machine.registry(_SHELL_FOLDERS) or {}
    return machine.path(str(folders.get("Desktop", r"%USERPROFILE%\Desktop")))
