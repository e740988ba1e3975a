"""The commands. Each one reads its arguments, calls one task and says what came of it.

Exit status: 0 no error findings, 1 at least one, 2 something could not be run or read.
Results go to stdout, messages to people to stderr.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from perfxl import __version__
from perfxl.app.chinese import ChineseGroup, usage_sentence
from perfxl.app.commands import addin_command as addin
from perfxl.app.commands import collect_command as collect
from perfxl.app.commands import distribute_command as distribute
from perfxl.app.commands import live_command as live
from perfxl.app.commands import reference_command as reference
from perfxl.app.commands import workbook_command as workbook
from perfxl.app.exit_status import COULD_NOT_RUN
from perfxl.app.say import say_lines
from perfxl.core.grid.errors import PerfxlError


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The program: runs a command and exits with its status."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status. Nothing escapes: every fault is said in Chinese."""
    _speak_utf8()
    try:
        status = perfxl.main(None if arguments is None else list(arguments), prog_name="perfxl", standalone_mode=False)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has had enough; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN
    # The last resort: people get a sentence, no traceback.
    except (Exception, KeyboardInterrupt) as fault:
        sentence = _sentence(fault)
        if sentence is None:
            if os.environ.get("PERFXL_DEBUG"):
                raise
            sentence = unexpected(fault)
        say_lines(_lines(fault, sentence), err=True)
        return COULD_NOT_RUN
    return status if isinstance(status, int) else 0


def _sentence(fault: BaseException) -> str | None:
    """What to say of a fault that is foreseen; None for a mistake of the program."""
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return fault.format_message()
    if isinstance(fault, click.ClickException):
        return usage_sentence(fault)
    if isinstance(fault, PerfxlError):
        return str(fault)
    if isinstance(fault, click.Abort | KeyboardInterrupt):
        return "已中断。"
    return None


def _lines(fault: BaseException, sentence: str) -> list[str]:
    """The sentence as the lines to be said: a help page has many, other sentences are one."""
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return sentence.split("\n")
    return [sentence, *(fault.details if isinstance(fault, PerfxlError) else ())]


def unexpected(fault: BaseException) -> str:
    """What to say when the program itself is wrong, and how to report it."""
    return (
        f"程序出错，没有完成（{type(fault).__name__}：{fault}）。这是程序的问题，不是文件的问题。"
        f"请把这句话、perfxl 的版本（{__version__}）和出错的文件发给维护人员；"
        "设置环境变量 PERFXL_DEBUG=1 后重新运行，可以看到详细信息。"
    )


def _speak_utf8() -> None:
    # A Chinese Windows console speaks GBK, which lacks characters that texts contain; what cannot be
    # written at all (a broken file name) is shown escaped.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@click.group(
    cls=ChineseGroup,
    help="检查、合计、汇总部门预算绩效文本。文件只在本机处理，程序不联网，也不改动您填写的文字。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, "-V", "--version", message="perfxl %(version)s", help="显示版本号。")
def perfxl() -> None:
    """All commands."""


for _command in (
    workbook.new,
    workbook.check,
    workbook.fill,
    workbook.summary,
    distribute.distribute,
    collect.collect,
    addin.addin,
    live.live,
    reference.rules,
    reference.forms,
    reference.demo,
):
    perfxl.add_command(_command)
