"""Commands of the Excel add-in: build, install, remove, status."""

from __future__ import annotations

import os

import click

from perfxl.app.chinese import ChineseCommand, ChineseGroup
from perfxl.app.exit_status import COULD_NOT_RUN, PASSED
from perfxl.app.say import say, say_lines


@click.group(cls=ChineseGroup, short_help="Excel 加载项：安装、卸载、检查。")
def addin() -> None:
    """Excel 里的“绩效”按钮：安装、卸载，出问题时检查原因。"""


@addin.command(cls=ChineseCommand, short_help="安装“绩效”按钮。")
@click.option("--desktop", is_flag=True, help="把“校验.cmd”也放到桌面，供不能用宏的人使用。")
def install(desktop: bool) -> int:
    """为当前用户安装：加载项、Python 的位置、“校验.cmd”。可以重复运行，不需要管理员权限。"""
    from perfxl.app import manage_addin as tasks

    outcome = tasks.install(desktop=desktop)
    return _say(outcome.done, outcome.problems)


@addin.command(cls=ChineseCommand, short_help="卸载“绩效”按钮。")
def remove() -> int:
    """删除安装时放好的全部文件；别人的文件不动。"""
    from perfxl.app import manage_addin as tasks

    outcome = tasks.remove()
    return _say(outcome.done or ("没有需要删除的文件。",), outcome.problems)


@addin.command(cls=ChineseCommand, short_help="按钮不起作用时，检查原因和办法。")
def status() -> int:
    """逐项检查，每个问题都说明怎么办。没有问题时退出状态为 0，否则为 2。"""
    from perfxl.app import manage_addin as tasks

    lines, exit_status = tasks.status()
    say_lines(lines)
    return exit_status


@addin.command(cls=ChineseCommand, short_help="由源代码生成加载项（开发用）。")
def build() -> None:
    """由 vba_stub 中的源文件生成加载项，每次生成的文件完全相同。只能在源代码目录里运行。"""
    from perfxl.app import manage_addin as tasks

    say(f"已生成 {tasks.build()}。", err=True)


@addin.command(cls=ChineseCommand, hidden=True)
def dropped() -> int:
    """由“校验.cmd”运行：校验拖到它上面的文件。"""
    from perfxl.app import drop_workbooks as tasks
    from perfxl.io.addin.drop_file import LINE, SCRIPT, dropped_names

    return tasks.run(dropped_names(os.environ.get(LINE, ""), os.environ.get(SCRIPT, "")))


def _say(done: tuple[str, ...], problems: tuple[str, ...]) -> int:
    say_lines(f"✓ {sentence}" for sentence in done)
    say_lines((f"✗ {sentence}" for sentence in problems), err=True)
    return COULD_NOT_RUN if problems else PASSED
