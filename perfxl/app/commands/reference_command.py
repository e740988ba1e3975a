"""Commands that explain: rules, demo."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.app.chinese import command
from perfxl.app.say import say_lines


@command(short_help="列出校验规则，或说明一条规则。")
@click.argument("rule_id", metavar="[ID]", required=False)
def rules(rule_id: str | None) -> None:
    """列出全部校验规则；写上编号（如 AMT02）则说明这一条。"""
    from perfxl.app import explain

    say_lines((explain.listing() if rule_id is None else explain.one(rule_id)).split("\n"))


@command(short_help="用示例文本演示全过程。")
@click.argument("folder", metavar="[DIR]", default="perfxl-demo", type=click.Path(path_type=Path))
def demo(folder: Path) -> None:
    """用一份公开的真实文本演示：生成工作簿、校验、填充合计、汇总。文件放在 DIR（默认 perfxl-demo）。"""
    from perfxl.app import demo as shown

    say_lines(shown.run(folder))
