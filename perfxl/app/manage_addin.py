"""What the commands of the add-in do: build it, install it, remove it, look what is wrong with it."""

from __future__ import annotations

import shutil
from pathlib import Path

from perfxl.app.exit_status import COULD_NOT_RUN, PASSED
from perfxl.app.tasks import save
from perfxl.io.addin import install as installing
from perfxl.io.addin import status as checks
from perfxl.io.addin.build import build_addin
from perfxl.io.addin.check_results import State
from perfxl.io.addin.install import Outcome
from perfxl.io.addin.machine import LINUX, Machine, this_machine
from perfxl.io.addin.sources import ADDIN, checkout_folder, read_sources

_LIVE = "perfxl live 工作簿.xlsx 校验"


def build() -> Path:
    """Build the add-in from the sources of this checkout, in its place; gives the path.

    PerfxlError outside of a checkout.
    """
    folder = checkout_folder()
    path = folder / ADDIN
    save(path, build_addin(read_sources(folder)))
    return path


def install(*, desktop: bool, machine: Machine | None = None) -> Outcome:
    """Install for this user. PerfxlError where that is impossible, with what is possible instead."""
    return installing.install(machine or this_machine(), desktop=desktop)


def remove(machine: Machine | None = None) -> Outcome:
    """Take everything away again."""
    return installing.remove(machine or this_machine())


def status(machine: Machine | None = None) -> tuple[list[str], int]:
    """One line for each check, with the remedy below where something is wrong, and the exit status."""
    machine = machine or this_machine()
    if machine.system == LINUX:
        return _linux_status()
    lines: list[str] = []
    results = checks.status(machine)
    for one in results:
        lines.append(f"{one.state.value} {one.found}")
        if one.remedy:
            lines.append(f"  怎么办：{one.remedy}")
    bad = sum(one.state is State.BAD for one in results)
    lines += ["", f"有 {bad} 项需要处理，见上面的“怎么办”。" if bad else "一切就绪：打开 Excel，点“绩效”—“校验”。"]
    return lines, COULD_NOT_RUN if bad else PASSED


def _linux_status() -> tuple[list[str], int]:
    lines = ["· Linux 上没有 Excel，不需要安装加载项。"]
    if shutil.which("soffice") is None:
        lines += [
            "✗ 没有找到 LibreOffice，不能在打开的工作簿上运行按钮。",
            "  怎么办：请安装 libreoffice-calc 和 python3-uno；不装也可以用命令 perfxl check 文件。",
        ]
        return lines, COULD_NOT_RUN
    lines.append(f"✓ 已安装 LibreOffice：可以在打开的工作簿上运行同样的按钮，如 {_LIVE}")
    return lines, PASSED
