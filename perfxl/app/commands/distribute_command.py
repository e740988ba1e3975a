"""The command `distribute`: a workbook for every unit of a roster."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.app.chinese import command
from perfxl.app.commands.workbook_command import FORM, FRAMEWORK
from perfxl.app.exit_status import COULD_NOT_RUN
from perfxl.app.say import say, say_lines

if TYPE_CHECKING:
    # What it needs is heavy: imported when the command runs.
    from perfxl.app.distribute import Distributed, Refused
    from perfxl.core.rosters.read_roster import RosterFault

# More lines than a person reads; the rest is counted.
_MOST_LINES = 50


@command(short_help="按花名册为每个单位生成工作簿。")
@click.argument("roster", metavar="ROSTER.xlsx", type=click.Path(path_type=Path))
@click.argument("folder", metavar="OUTDIR", type=click.Path(path_type=Path))
@click.option("--year", required=True, type=click.IntRange(2000, 2100), metavar="年份", help="预算年度。")
@FRAMEWORK
@FORM
@click.option("--force", is_flag=True, help="重新生成已有的工作簿；单位已经填写或改动过的，仍然不覆盖。")
@click.option("--zip", "archives", is_flag=True, help="每个主管部门另打一个压缩包（.zip），便于发送。")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="同时生成几个（默认用上全部处理器）。")
def distribute(
    roster: Path,
    folder: Path,
    year: int,
    framework: str | None,
    form: str | None,
    force: bool,
    archives: bool,
    jobs: int | None,
) -> int:
    """按花名册 ROSTER.xlsx 为每个单位生成预填好的工作簿，放入 OUTDIR，每个主管部门一个文件夹。

    花名册有错误时全部列出，什么也不写。已有的文件不会被覆盖；中断后再次运行会接着做。
    """
    from perfxl.app import distribute as handing_out
    from perfxl.app.parallel import cores
    from perfxl.app.progress import progress

    done = handing_out.distribute(
        roster,
        folder,
        year=year,
        framework=framework,
        form=form,
        force=force,
        archives=archives,
        jobs=jobs or cores(),
        bar=progress,
    )
    if isinstance(done, handing_out.Refused):
        _say_refused(roster, done)
        return COULD_NOT_RUN
    _say_done(folder, done)
    return 0 if done.complete else COULD_NOT_RUN


def _say_refused(roster: Path, refused: Refused) -> None:
    errors = [fault for fault in refused.faults if not fault.warning]
    if errors:
        say(f"花名册“{roster}”有 {len(errors)} 处错误，没有写入任何文件：", err=True)
        _say_faults(errors)
        _say_warnings(fault for fault in refused.faults if fault.warning)
        return
    number = len(refused.in_the_way)
    say(f"{number} 个文件已经存在，内容与这次要生成的不同，没有写入任何文件：", err=True)
    _say(refused.in_the_way, most=_MOST_LINES)
    say("要重新生成，请加 --force（单位填写过的仍会保留），或换一个文件夹。", err=True)


def _say_done(folder: Path, done: Distributed) -> None:
    from perfxl.io.rosters.sent_list_file import FILE

    _say_warnings(done.warnings)
    if done.rolled:
        say(f"{len(done.rolled)} 个单位结转了上年内容，要改的地方见各文件的“结转说明”表：", err=True)
        _say((f"{file}：{counts}" for file, counts in done.rolled.items()), most=_MOST_LINES)
    if done.kept:
        say(f"{len(done.kept)} 个文件下发后已被填写或改动，没有覆盖（要重新生成请先移走）：", err=True)
        _say(done.kept)
    if done.left_over:
        say(f"{len(done.left_over)} 个文件是以前下发的，花名册中已没有这个单位或改了名称，请核对后删去：", err=True)
        _say(done.left_over)
    say_lines(done.problems, err=True)
    made = f"生成 {len(done.written)} 个工作簿"
    if done.unchanged:
        made += f"，{len(done.unchanged)} 个已经生成过、没有变化"
    missing = done.units - len(done.written) - len(done.unchanged) - len(done.kept)
    if missing:
        made += f"，{missing} 个没有生成"
    say(f"共 {done.units} 个单位：{made}。放在 {folder}，清单见 {folder / FILE}。", err=True)
    if done.archives:
        say(f"压缩包 {len(done.archives)} 个，每个主管部门一个。", err=True)
    if done.interrupted:
        say("已中断。再次运行同样的命令会接着做，已经生成的不会重做。", err=True)


def _say_warnings(faults: Iterable[RosterFault]) -> None:
    faults = list(faults)
    if faults:
        say(f"花名册有 {len(faults)} 处请核对：", err=True)
        _say_faults(faults)


def _say_faults(faults: Iterable[RosterFault]) -> None:
    _say(f"{fault.sheet}!{fault.cell}：{fault.message}{fault.hint}" for fault in faults)


def _say(lines: Iterable[str], most: int | None = None) -> None:
    lines = list(lines)
    say_lines((f"  {line}" for line in lines[:most]), err=True)
    if most is not None and len(lines) > most:
        say(f"  …… 另有 {len(lines) - most} 个", err=True)
