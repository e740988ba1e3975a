"""Checks of the files that `perfxl addin install` put in their places.

Each gives None where there is nothing to say.
"""

from __future__ import annotations

from perfxl.io.addin import office_programs as office
from perfxl.io.addin.check_results import INSTALL, WITHOUT_MACROS, Result, State, bad, good
from perfxl.io.addin.checks_of_python import interpreter
from perfxl.io.addin.machine import WINDOWS, Machine
from perfxl.io.addin.places import Places
from perfxl.io.addin.sources import SETTINGS_SHEET, installed_xlwings, shipped_addin


def addin_is_there(machine: Machine, at: Places) -> Result | None:
    """The add-in lies where Excel loads it from; nothing to say where there is no Excel to load it."""
    if not office.has_excel(machine):
        return None
    if machine.exists(at.addin):
        return good(f"加载项在：{at.addin}")
    return bad(
        f"没有加载项：{at.addin}", f"{INSTALL}装过又不见了的，多半是被杀毒软件隔离：请在杀毒软件里恢复并信任这个文件。"
    )


def addin_is_unchanged(machine: Machine, at: Places) -> Result | None:
    """The add-in is the very file that comes with this perfxl."""
    data = machine.read(at.addin)
    if data is None:
        return None
    if data == shipped_addin():
        return good("加载项与 perfxl 附带的一致。")
    return bad("加载项与这份 perfxl 附带的不一致：版本不同，或被改动、损坏。", INSTALL)


def module_fits_package(machine: Machine, at: Places) -> Result | None:
    """xlwings' module inside the add-in has the version of the installed package."""
    data = machine.read(at.addin)
    inside = _module_version(data) if data is not None else None
    if inside is None:
        return None
    installed = installed_xlwings()
    if inside == installed:
        return good(f"加载项与 xlwings 版本一致（{inside}）。")
    return bad(
        f"加载项用的是 xlwings {inside}，安装的是 {installed}。", f"请运行 python -m pip install xlwings=={inside}"
    )


def addin_is_not_blocked(machine: Machine, at: Places) -> Result | None:
    """Windows has not marked the add-in as coming from the web, which blocks its macros."""
    if machine.system != WINDOWS or not machine.exists(at.addin):
        return None
    zone = machine.read(machine.path(f"{at.addin}:Zone.Identifier"))
    if zone is not None and any(mark in zone for mark in (b"ZoneId=3", b"ZoneId=4")):
        return bad(
            "Windows 把加载项标为“来自网络”，其中的宏被禁止。",
            f"请右键点 {at.addin}，选“属性”，勾选“解除锁定”，确定；或{INSTALL}",
        )
    return good("加载项没有被标为“来自网络”。")


def settings_can_be_read(machine: Machine, at: Places) -> Result | None:
    """VBA can open the user's settings: the user's folder can be written in the system's code page."""
    if machine.system != WINDOWS:
        return None
    try:
        str(at.settings).encode(machine.code_page)
    except UnicodeEncodeError:
        return bad(
            f"Excel 的宏认不出您的用户文件夹名称：{at.settings.parent.parent}",
            f"请在“区域”—“管理”—“更改系统区域设置”里选“中文(简体，中国)”，重新启动电脑。{WITHOUT_MACROS}",
        )
    return None


def nothing_is_synchronised(machine: Machine, at: Places) -> Result | None:
    """Neither the add-in nor the Python lies in a OneDrive or SharePoint folder."""
    folders = {
        value.lower().rstrip("\\/")
        for name, value in machine.environment.items()
        if name.lower() in {"onedrive", "onedrivecommercial", "onedriveconsumer"} and value
    }
    for path in filter(None, (at.addin, interpreter(machine, at))):
        if any(str(path).lower().startswith(f"{folder}\\") for folder in folders):
            return bad(
                f"文件在 OneDrive/SharePoint 同步文件夹里，可能被移走或锁住：{path}",
                f"请把 Python 装到本机文件夹，不要放在 OneDrive 里。{INSTALL}",
            )
    if folders:
        return Result(State.NOTE, "这台电脑使用 OneDrive。工作簿请存到本机文件夹再打开，校验报告才能存在它旁边。")
    return None


def _module_version(data: bytes) -> str | None:
    """The version of xlwings' module, as the settings sheet has it; None when there is no telling."""
    from perfxl.core.grid.errors import PerfxlError
    from perfxl.io.workbooks.read_files import read_package

    try:
        sheet = read_package(data).sheet(SETTINGS_SHEET)
    except PerfxlError:
        return None
    keys = {cell.text: at for at, cell in sheet.cells.items()} if sheet is not None else {}
    found = keys.get("XLWINGS_VERSION")
    return sheet.text((found[0], found[1] + 1)) or None if sheet is not None and found is not None else None
