"""Commands that explain: rules, forms, demo."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.app.chinese import command
from perfxl.app.say import say, say_lines
from perfxl.core.grid.errors import PerfxlError


@command(short_help="列出校验规则，或说明一条规则。")
@click.argument("rule_id", metavar="[ID]", required=False)
def rules(rule_id: str | None) -> None:
    """列出全部校验规则；写上编号（如 AMT02）则说明这一条。"""
    from perfxl.app import explain

    say_lines((explain.listing() if rule_id is None else explain.one(rule_id)).split("\n"))


@command(short_help="列出表样，或说明一种表样。")
@click.argument("name", metavar="[ID]", required=False)
@click.option(
    "-o", "output", metavar="FILE.toml", type=click.Path(path_type=Path), help="把这种表样的文件另存一份，供修改。"
)
def forms(name: str | None, output: Path | None) -> None:
    """列出全部表样；写上名称（如 hebei-project）则说明这一种有哪些栏目。

    本地表样不同的，用 -o 另存一份，改好后用 --form 指定。
    """
    from perfxl.app import explain_forms
    from perfxl.app.new import refuse_existing
    from perfxl.app.tasks import save

    if output is None:
        said = explain_forms.listing() if name is None else explain_forms.one(name)
        say_lines(said.split("\n"))
        return
    if name is None:
        raise PerfxlError("请写上要另存的表样名称，如 perfxl forms hebei-project -o 本市.toml。")
    refuse_existing(output, ".toml")
    save(output, explain_forms.file_text(name).encode("utf-8"))
    say(f"已写入 {output}。改好后用 --form {output} 指定。", err=True)


@command(short_help="用示例文本演示全过程。")
@click.argument("folder", metavar="[DIR]", default="perfxl-demo", type=click.Path(path_type=Path))
def demo(folder: Path) -> None:
    """用一份公开的真实文本演示：生成工作簿、校验、填充合计、汇总。文件放在 DIR（默认 perfxl-demo）。"""
    from perfxl.app import demo as shown

    say_lines(shown.run(folder))
