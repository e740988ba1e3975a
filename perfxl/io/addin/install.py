"""Putting the add-in, its settings and `校验.cmd` in their places, and taking them away again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.addin import office_programs as office
from perfxl.io.addin.addin_settings import plain_path, read_settings, settings_file
from perfxl.io.addin.build import RIBBON_PARTS
from perfxl.io.addin.drop_file import MARK, drop_file
from perfxl.io.addin.machine import MACOS, Machine
from perfxl.io.addin.places import Places, places
from perfxl.io.addin.sources import RIBBON_MODULE, installed_xlwings, shipped_addin, xlwings_folder
from perfxl.io.files import inflate
from perfxl.io.files.atomic import replace_file

# What perfxl.io.live.undo_and_log leaves: undo records hold contents of cells.
_RECORDS = ("undo-*.json", "perfxl.log*")
# A ribbon has some kilobytes.
_MOST_RIBBON = 2**20
_QUIT = "请保存并退出所有 Excel 窗口，再运行一次 perfxl addin install。"


@dataclass(frozen=True)
class Outcome:
    """What was done and what could not be done, as sentences."""

    done: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def install(machine: Machine, *, desktop: bool = False) -> Outcome:
    """Install for this user, or bring up to date; doing it again changes nothing.

    Files of others under our names are left alone and named. Where there is no Excel the add-in is left
    out, the rest works without it. PerfxlError where nothing can be installed at all.
    """
    at = places(machine)
    refuse_store_python(machine)
    done: list[str] = []
    problems: list[str] = []
    steps: list[Callable[[], str]] = [partial(_put_settings, machine, at)]
    if office.has_excel(machine):
        steps.append(partial(_put_addin, machine, at))
    else:
        problems.append(_no_excel(machine))
    if at.scripts is not None:
        steps.append(partial(_put_script, machine, at.scripts))
    drops = (at.drop_file, at.desktop if desktop else None)
    steps.extend(partial(_put_drop_file, machine, place) for place in drops if place is not None)
    for step in steps:
        try:
            done.append(step())
        except PerfxlError as fault:
            problems.append(str(fault))
    if desktop and at.desktop is None:
        problems.append("这台电脑不是 Windows，没有“校验.cmd”。请用命令：perfxl check 文件")
    return Outcome(tuple(done), tuple(problems))


def remove(machine: Machine) -> Outcome:
    """Take away everything that `install` put there, and nothing else."""
    at = places(machine)
    done: list[str] = []
    problems: list[str] = []
    _take(machine, at.addin, _is_addin(machine.read(at.addin)), done, problems)
    kept = {key: value for key, value in read_settings(machine, at.settings).items() if key != at.key}
    if machine.exists(at.settings):
        if kept:
            _write(machine.real(at.settings), settings_file(machine, kept))
            done.append(f"已从设置中去掉 Python 的路径，其余设置保留：{at.settings}")
        else:
            _take(machine, at.settings, True, done, problems)
    for place in (at.drop_file, at.desktop):
        if place is not None and machine.exists(place):
            _take(machine, place, MARK.encode() in (machine.read(place) or b""), done, problems)
    for pattern in _RECORDS:
        for file in sorted(machine.real(at.records).glob(pattern)):
            _take(machine, at.records / file.name, True, done, problems)
    for folder in (at.records, at.settings.parent if at.scripts is None else None):
        # The folder was made for these files; whatever else lies in it stays.
        if folder is not None:
            with contextlib.suppress(OSError):
                machine.real(folder).rmdir()
    if at.scripts is not None:
        done.append(f"xlwings 的脚本可能还有别的加载项在用，没有删除：{at.scripts}")
    return Outcome(tuple(done), tuple(problems))


def refuse_store_python(machine: Machine) -> None:
    """PerfxlError for the Python of the Microsoft Store: what it writes, Excel does not see."""
    if "\\windowsapps\\" in machine.interpreter.lower():
        raise PerfxlError(
            "当前的 Python 来自微软应用商店，它写的文件 Excel 看不到，不能安装加载项。"
            "请从 python.org 安装 Python，再安装 perfxl，然后运行 perfxl addin install。"
        )


def _put_addin(machine: Machine, at: Places) -> str:
    old, new = machine.read(at.addin), shipped_addin()
    if old == new:
        return f"加载项已是最新：{at.addin}"
    if old is not None and not _is_addin(old):
        raise PerfxlError(f"{at.addin} 不是 perfxl 的加载项，没有覆盖。请把它移走或改名，再运行一次。")
    try:
        _write(machine.real(at.addin), new)
    except PerfxlError:
        now = office.running(machine)
        if old is not None and (now is None or now.shown or now.hidden):
            raise PerfxlError(f"Excel 正在使用旧的加载项，没有换成新的。{_QUIT}") from None
        raise
    return f"加载项已{'安装' if old is None else '更新'}：{at.addin}。请重新打开 Excel，菜单栏会出现“绩效”。"


def _put_settings(machine: Machine, at: Places) -> str:
    if "%" in machine.interpreter and str(machine.path(machine.interpreter)) != machine.interpreter:
        raise PerfxlError(
            f"Python 的路径里有环境变量的名称，Excel 会找到别的地方去：{machine.interpreter}。"
            "请把 Python 安装到名称里没有 % 的文件夹，再运行 perfxl addin install。"
        )
    old = read_settings(machine, at.settings)
    new = {**old, at.key: plain_path(machine, machine.interpreter)}
    if new != old:
        _write(machine.real(at.settings), settings_file(machine, new))
    return f"按钮将使用这个 Python：{machine.interpreter}"


def _put_drop_file(machine: Machine, place: PurePath) -> str:
    old, new = machine.read(place), drop_file(machine)
    if old is not None and MARK.encode() not in old:
        raise PerfxlError(f"{place} 不是 perfxl 的文件，没有覆盖。请把它移走或改名，再运行一次。")
    if old != new:
        _write(machine.real(place), new)
    return f"不用宏的办法：把工作簿拖到这个文件上：{place}"


def _put_script(machine: Machine, folder: PurePath) -> str:
    name = f"xlwings-{installed_xlwings()}.applescript"
    _write(machine.real(folder / name), (xlwings_folder() / name).read_bytes())
    return f"Excel 启动 Python 的脚本：{folder / name}"


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise PerfxlError(f"不能建立文件夹 {path.parent}。请检查权限，或请管理员协助。") from None
    try:
        replace_file(path, data)
    except PerfxlError as fault:
        # “-o” is a way out for commands on workbooks only.
        raise PerfxlError(f"{path} 没有写入：{str(fault).partition('，或用 -o')[0].rstrip('。')}。") from None


def _take(machine: Machine, path: PurePath, ours: bool, done: list[str], problems: list[str]) -> None:
    if not machine.exists(path):
        return
    if not ours:
        problems.append(f"{path} 不是 perfxl 的文件，没有删除。")
        return
    try:
        machine.real(path).unlink()
    except OSError:
        problems.append(f"{path} 正在使用，没有删除。请保存并退出所有 Excel 窗口，再运行一次 perfxl addin remove。")
    else:
        done.append(f"已删除：{path}")


def _is_addin(data: bytes | None) -> bool:
    """Whether it is an add-in of ours, of any version; a file that is no package at all is nobody's."""
    try:
        with inflate.opened(data or b"") as package:
            parts = [info for info in package.infolist() if info.filename in RIBBON_PARTS]
            ribbons = [b"".join(inflate.inflated(package, part, _MOST_RIBBON)) for part in parts]
    except (PerfxlError, inflate.TooLargeError):
        return False
    except inflate.DAMAGED:
        return True
    return any(f"{RIBBON_MODULE}.".encode() in ribbon for ribbon in ribbons)


def _no_excel(machine: Machine) -> str:
    if office.has_wps(machine):
        return (
            "没有找到 Excel，只有 WPS。这个加载项的按钮在 WPS 里不起作用，没有安装。"
            "请把存盘后的工作簿拖到“校验.cmd”上，或用命令 perfxl check 文件。"
        )
    where = "“应用程序”文件夹" if machine.system == MACOS else "这台电脑"
    return f"{where}里没有找到 Excel，加载项没有安装。请安装 Excel 后再运行一次 perfxl addin install。"
