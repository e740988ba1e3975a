"""The ribbon's buttons on a workbook open in LibreOffice."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.app.chinese import command
from perfxl.app.say import say, say_lines
from perfxl.core.grid.errors import PerfxlError


@command(short_help="在 LibreOffice 中打开工作簿，运行功能区按钮。")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("button", metavar="[BUTTON]", required=False)
@click.option(
    "-o",
    "output",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="不显示窗口，把结果保存为另一个文件，原文件不动。",
)
@click.option("--save", is_flag=True, help="运行按钮后保存 FILE。不加则不改动 FILE。")
@click.option("--headless", is_flag=True, help="不显示窗口；没有桌面时总是这样。")
def live(source: Path, button: str | None, output: Path | None, *, save: bool, headless: bool) -> int:
    """在 LibreOffice 中打开工作簿，运行一个按钮（如 校验、填充合计），与 Excel 功能区中的按钮相同。

    不写 BUTTON 则列出全部按钮。有桌面时窗口留着供您查看和编辑，关闭后命令结束。
    由 LibreOffice 保存的文件，格式可能与 Excel 保存的略有不同；只要写入结果请用 perfxl check --write。
    """
    from perfxl.app import live_buttons as live_command
    from perfxl.xlwings_libreoffice.process import desktop_available

    if output is not None and save:
        raise PerfxlError("-o 和 --save 只能用一个：-o 另存为新文件，--save 保存原文件。")
    name = None if button is None else live_command.button_named(button)
    if name is None and (output is not None or save):
        raise PerfxlError("没有指定按钮，不需要保存。请写上按钮，如 perfxl live 文件名 校验 --save。")
    if headless or output is not None or not desktop_available():
        target = output or (source if save else None)
        said = live_command.unseen(source, name, target)
        _tell(said.text)
        if target is not None and said.status <= 1:
            say(f"已保存 {target}。", err=True)
        return said.status
    return live_command.seen(source, name, save=save, tell=_tell)


def _tell(text: str) -> None:
    """What a button says may have several lines."""
    say_lines(text.split("\n"))
