"""Checks of the Python that Excel is told to start.

Each gives None where there is nothing to say.
"""

from __future__ import annotations

from pathlib import PurePath

from perfxl import __version__
from perfxl.io.addin.addin_settings import read_settings
from perfxl.io.addin.check_results import INSTALL, Result, bad, good
from perfxl.io.addin.machine import MACOS, Machine
from perfxl.io.addin.places import Places

_ASK = "import perfxl, perfxl.app.ribbon, xlwings; print(perfxl.__version__, xlwings.__version__)"


def interpreter_is_set(machine: Machine, at: Places) -> Result:
    """The user's settings name a Python that exists."""
    named = read_settings(machine, at.settings).get(at.key)
    if named is None:
        return bad(f"设置里没有写明用哪个 Python：{at.settings}", INSTALL)
    if not machine.exists(machine.path(named)):
        return bad(f"设置里的 Python 不见了，可能已移动或卸载：{machine.path(named)}", INSTALL)
    return good(f"按钮使用的 Python：{machine.path(named)}")


def interpreter_runs_perfxl(machine: Machine, at: Places) -> Result | None:
    """That Python has perfxl, of this version, with all that the buttons need."""
    python = interpreter(machine, at)
    if python is None:
        return None
    # What it says is read as UTF-8.
    answer = machine.run([str(machine.real(python)), "-X", "utf8", "-c", _ASK])
    said = answer.out.strip().splitlines()
    if answer.status != 0:
        reason = f"（{said[-1]}）" if said else ""
        return bad(
            f"这个 Python 不能运行 perfxl{reason}。",
            f'请运行 "{python}" -m pip install perfxl，或用装有 perfxl 的 Python 重新运行 perfxl addin install。',
        )
    version = said[-1].split()[0] if said else ""
    if version != __version__:
        return bad(f"按钮用的 perfxl 是 {version}，当前运行的是 {__version__}。", INSTALL)
    return good(f"这个 Python 装有 perfxl {version}。")


def interpreter_is_sound(machine: Machine, at: Places) -> Result | None:
    """That Python is none of the kinds that fail when Excel starts them."""
    python = interpreter(machine, at)
    if python is None:
        return None
    home = python.parent
    if "\\windowsapps\\" in str(python).lower():
        return bad(
            "这个 Python 来自微软应用商店，它写的文件 Excel 看不到。",
            f"请从 python.org 安装 Python 和 perfxl。{INSTALL}",
        )
    if any(machine.exists(folder / "conda-meta") for folder in (home, home.parent)):
        return bad(
            "这个 Python 属于 conda 环境，由 Excel 启动时可能缺少环境变量。",
            f"请从 python.org 安装 Python 和 perfxl。{INSTALL}",
        )
    base = _venv_base(machine, home)
    if base is not None and not machine.exists(base):
        return bad(
            f"这个 Python 是虚拟环境，它依靠的 Python 不见了：{base}", f"请重新建立虚拟环境并安装 perfxl。{INSTALL}"
        )
    if machine.system == MACOS and " " in str(python):
        return bad(
            "Python 的路径中有空格，Excel for Mac 启动不了它。", f"请把虚拟环境建在没有空格的文件夹里。{INSTALL}"
        )
    return None


def interpreter(machine: Machine, at: Places) -> PurePath | None:
    """The Python that the settings name, where it exists."""
    named = read_settings(machine, at.settings).get(at.key)
    path = machine.path(named) if named else None
    return path if path is not None and machine.exists(path) else None


def _venv_base(machine: Machine, folder: PurePath) -> PurePath | None:
    """The folder of the Python that a virtual environment is made from; None for a Python of its own."""
    settings = machine.read(folder.parent / "pyvenv.cfg")
    for line in (settings or b"").decode("utf-8", errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "home":
            return machine.path(value.strip())
    return None
