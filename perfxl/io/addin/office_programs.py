"""Which spreadsheet programs a machine has, and whether they run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from perfxl.io.addin.machine import MACOS, WINDOWS, Machine

# Excel 2016 and later are all 16.0; then 2013, 2010, 2007.
VERSIONS = ("16.0", "15.0", "14.0", "12.0")
_APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"
_MAC_EXCEL = PurePosixPath("/Applications/Microsoft Excel.app")
# MainWindowHandle is 0 for a process without a window.
_LIST = (
    "Get-Process -Name EXCEL -ErrorAction SilentlyContinue | "
    "ForEach-Object { '{0} {1}' -f $_.Id, [long]$_.MainWindowHandle }"
)


@dataclass(frozen=True)
class Running:
    """The Excel processes by their numbers; hidden ones have no window that a person could close."""

    shown: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()


def has_excel(machine: Machine) -> bool:
    """Whether Excel itself is installed; a WPS that answers in its name does not count."""
    if machine.system == MACOS:
        return machine.exists(_MAC_EXCEL)
    programs = (_app_path(machine), server(machine))
    return any(one and not is_wps(one) and machine.exists(machine.path(one)) for one in programs)


def has_wps(machine: Machine) -> bool:
    """Whether WPS is installed."""
    if machine.system == MACOS:
        return machine.exists(PurePosixPath("/Applications/wpsoffice.app"))
    keys = (r"HKCR\Ket.Application", r"HKCU\Software\Kingsoft\Office", r"HKLM\SOFTWARE\Kingsoft\Office")
    return any(machine.registry(key) is not None for key in keys)


def server(machine: Machine) -> str:
    """The program that starts when somebody asks Windows for `Excel.Application`; "" when none does."""
    number = str((machine.registry(r"HKCR\Excel.Application\CLSID") or {}).get("", ""))
    for classes in (r"HKCR\CLSID", r"HKCR\WOW6432Node\CLSID"):
        command = (machine.registry(rf"{classes}\{number}\LocalServer32") or {}).get("", "") if number else ""
        if command:
            # `"C:\…\EXCEL.EXE" /automation`, with or without quotes.
            text = str(command)
            return text.split('"')[1] if text.startswith('"') else text.partition(" /")[0].strip()
    return ""


def is_wps(program: str) -> bool:
    """Whether a program's path is one of WPS."""
    name = program.lower()
    return "kingsoft" in name or "wps" in name or name.endswith("\\et.exe")


def running(machine: Machine) -> Running | None:
    """The Excel processes now. None when that cannot be found out."""
    if machine.system == WINDOWS:
        answer = machine.run(["powershell", "-NoProfile", "-NonInteractive", "-Command", _LIST])
        if answer.status is None:
            return None
        pairs = [line.split() for line in answer.out.splitlines()]
        found = [(int(p[0]), p[1] != "0") for p in pairs if len(p) == 2 and p[0].isdecimal()]
    else:
        answer = machine.run(["pgrep", "-x", "Microsoft Excel"])
        if answer.status is None:
            return None
        found = [(int(line), True) for line in answer.out.split() if line.isdecimal()]
    return Running(
        shown=tuple(number for number, window in found if window),
        hidden=tuple(number for number, window in found if not window),
    )


def _app_path(machine: Machine) -> str:
    """The program that Windows starts for `excel.exe`; "" when it knows none."""
    for hive in ("HKCU", "HKLM"):
        found = (machine.registry(rf"{hive}\{_APP_PATHS}\excel.exe") or {}).get("")
        if found:
            return str(found).strip('"')
    return ""
