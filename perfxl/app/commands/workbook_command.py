"""Commands on workbooks of one unit: new, check, fill, summary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.app.chinese import command
from perfxl.app.exit_status import COULD_NOT_RUN, FOUND_ERRORS, PASSED
from perfxl.app.say import say, say_lines, show
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.reports.formats import FORMATS

if TYPE_CHECKING:
    # What it needs is heavy: imported when the command runs.
    from perfxl.app.new import Begun

_WORKBOOKS = (".xlsx", ".xlsm")
_UNIT = re.compile(r"\s*([0-9]{6})(?![0-9])[\s:：-]*+(\S(?:.*\S)?)\s*")

_OUTPUT = click.option(
    "-o", "output", metavar="OUT", type=click.Path(path_type=Path), help="写入另一个文件，原文件不动。"
)
_BACKUP = click.option("--backup", is_flag=True, help="写入前先把原文件备份在旁边（名称.备份.xlsx），只保留最近一份。")
FRAMEWORK = click.option(
    "--framework", metavar="名称", help="指标体系：名称（如 hebei-2023），或自行修改的 .toml 文件。"
)
FORM = click.option("--form", metavar="名称", help="表样：名称（perfxl forms 列出），或自行编写的 .toml 文件。")


@command(short_help="生成空白绩效文本工作簿，或结转上年的；也生成空白花名册。")
@click.argument("target", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@click.option("--unit", metavar="'编码 名称'", help="预算单位，如“116001 某某局本级”。（必填，结转时可省略）")
@click.option(
    "--year", type=click.IntRange(2000, 2100), metavar="年份", help="预算年度。（必填，结转时默认为上年加 1）"
)
@click.option("--department", metavar="名称", help="主管部门名称。")
@FRAMEWORK
@FORM
@click.option(
    "--projects",
    metavar="个数|清单",
    help="项目个数（默认 1），或项目清单（.xlsx、.csv，列名：项目编码、项目名称、预算数、财政资金、其他资金、资金用途）。",
)
@click.option(
    "--from",
    "last_year",
    metavar="上年文件",
    type=click.Path(path_type=Path),
    help="结转上年的绩效文本：项目、目标、指标、措施保留，年度、金额、支出计划清空，上年的字样标出来。",
)
@click.option("--roster", is_flag=True, help="生成空白花名册（下发用），不需要其他选项。")
@click.pass_context
def new(
    ctx: click.Context,
    target: Path,
    unit: str | None,
    year: int | None,
    department: str | None,
    framework: str | None,
    form: str | None,
    projects: str | None,
    last_year: Path | None,
    roster: bool,
) -> None:
    """生成空白的绩效文本工作簿，或从上年的文件结转；已有的文件不会被覆盖。"""
    from perfxl.app import new as beginning

    if roster:
        _refuse_with_roster(ctx)
        beginning.new_roster(target)
        say(f"已生成空白花名册 {target}。填写方法见其中的“填写说明”表。", err=True)
        return
    whose = None if unit is None else _code_and_name(unit)
    if last_year is not None:
        begun = beginning.new_from(
            target,
            last_year,
            unit=whose,
            year=year,
            department=department,
            framework=framework,
            form=form,
            projects=projects,
        )
        _say_rolled_over(target, last_year, begun)
        return
    if whose is None or year is None:
        name = "unit" if whose is None else "year"
        param = next(one for one in ctx.command.params if one.name == name)
        raise click.MissingParameter(ctx=ctx, param=param)
    begun = beginning.new(
        target, unit=whose, year=year, department=department, framework=framework, form=form, projects=projects or "1"
    )
    say(f"已生成 {target}：{begun.projects} 个项目表。", err=True)


def _code_and_name(unit: str) -> tuple[str, str]:
    match = _UNIT.fullmatch(unit)
    if match is None:
        raise PerfxlError(f'预算单位“{unit}”应为 6 位编码加名称，如 --unit "116001 某某局本级"。')
    return match[1], match[2]


def _refuse_with_roster(ctx: click.Context) -> None:
    """An empty roster takes nothing: an option that would be passed over in silence is a misunderstanding."""
    given = [
        param.opts[0]
        for param in ctx.command.params
        if isinstance(param, click.Option) and param.name != "roster" and ctx.params.get(param.name or "")
    ]
    if given:
        raise PerfxlError(f"--roster 只生成空白花名册，不能与 {'、'.join(given)} 同用。")


def _say_rolled_over(target: Path, last_year: Path, begun: Begun) -> None:
    from perfxl.core.last_year.last_year_notes import ROLL_OVER, counted

    for note in begun.notes:
        where = f"{note.sheet}!{note.cell}：" if note.sheet else ""
        say(f"{where}{note.matter.value} {note.what}。{note.hint}", err=True)
    unit = f"{begun.unit.code} {begun.unit.name}"
    say(f"已生成 {target}：{unit}，{begun.year} 年，{begun.projects} 个项目表，结转自 {last_year}。", err=True)
    if begun.notes:
        say(f"{counted(begun.notes)}，都列在“{ROLL_OVER}”表，含有上年字样的单元格已标出。", err=True)


@command(short_help="校验工作簿，列出问题。")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
@click.option(
    "--format",
    "style",
    type=click.Choice(list(FORMATS)),
    default="text",
    metavar="|".join(FORMATS),
    help="结果的格式：text 给人看（默认），html 用浏览器看、打印，json、sarif 给程序用。",
)
@click.option("-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="把结果写入文件。")
@click.option("--write", is_flag=True, help="把问题清单写入工作簿的“校验结果”表，并标出有问题的单元格。")
@_BACKUP
@FRAMEWORK
@FORM
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时校验几个文件。")
def check(
    paths: tuple[str, ...],
    style: str,
    output: Path | None,
    write: bool,
    backup: bool,
    framework: str | None,
    form: str | None,
    jobs: int,
) -> int:
    """校验文件、文件夹（含下级文件夹）或通配符（*.xlsx）指定的工作簿。

    没有错误时退出状态为 0，有错误为 1，有文件无法读取或写入为 2。
    """
    from perfxl.app import tasks
    from perfxl.app.destinations import refuse_other_report
    from perfxl.app.failed_work import reason_of
    from perfxl.app.progress import progress
    from perfxl.io.reports.checked import reported
    from perfxl.io.reports.formats import renderer

    report, copy = _destinations(output, write=write)
    if backup and not write:
        raise PerfxlError("--backup 用于写入工作簿，请与 --write 一起使用。")
    wanted = tasks.find(paths)
    files = wanted.files
    if report is not None:
        with tasks.named(report):
            refuse_other_report(report, files)
    if copy is not None and len(files) > 1:
        raise PerfxlError("校验多个文件时不能用 -o 指定一个工作簿。请去掉 -o，结果会写入各个文件。")
    with progress("校验", len(files)) as advance:
        batch = tasks.check(
            files,
            framework=framework,
            form=form,
            jobs=jobs,
            target_of=lambda path: (copy or path) if write else None,
            backup=backup,
            each_done=advance,
        )
    batch = tasks.without_own(batch, wanted)
    checked, text = reported([*wanted.missing, *batch.checked], renderer(style, colour=report is None), reason_of)
    if report is None:
        show(text)
    else:
        tasks.save(report, text.encode("utf-8", errors="backslashreplace"))
        say(f"结果已写入 {report}。", err=True)
    unreadable = [f"{one.path}：{one.reason}" for one in checked if one.submission is None]
    written = (f"校验结果已写入 {path}。" for path in batch.written)
    say_lines((*unreadable, *batch.problems, *written, *batch.notices), err=True)
    _say_macros(Path(one.path) for one in batch.checked if one.submission is not None)
    if batch.interrupted:
        say(f"已中断：校验了 {len(batch.checked)} 个文件，共 {len(files)} 个。", err=True)
    if not checked:
        say("没有可以校验的绩效文本。", err=True)
    incomplete = not checked or batch.problems or batch.interrupted
    return max([*(one.exit_status for one in checked), COULD_NOT_RUN if incomplete else 0])


def _say_macros(files: Iterable[Path]) -> None:
    from perfxl.io.files.macros import has_macros

    say_lines((f"{path}：工作簿含有宏，未运行，原样保留。" for path in files if has_macros(path)), err=True)


def _destinations(output: Path | None, *, write: bool) -> tuple[Path | None, Path | None]:
    """Where the report goes and where the workbook goes: `-o` names one of the two."""
    if output is None or output.suffix.lower() not in _WORKBOOKS:
        return output, None
    if not write:
        raise PerfxlError(f"“{output}”是工作簿的名称。要写入工作簿请加 --write；要保存清单请用 .txt 或 .json。")
    return None, output


@command(short_help="填充合计。")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@_OUTPUT
@click.option("--dry-run", is_flag=True, help="只列出要改的单元格，不写入。")
@FORM
@_BACKUP
def fill(source: Path, output: Path | None, dry_run: bool, form: str | None, backup: bool) -> int:
    """填充合计：只写合计单元格，不改动填写的内容。逐个列出单元格、原值、新值。

    有金额未填或读不出、合计不完整时，逐条说明，退出状态为 1。
    """
    from perfxl.app import tasks

    filling = tasks.fill(source, None if dry_run else output or source, form=form, backup=backup)
    changes = filling.listed
    for one in changes:
        label = f"  {one.label}" if one.label else ""
        say(f"{one.place}{label}：{one.old or '（空）'} → {one.new or '（空）'}")
    if not changes:
        say("合计都已是最新，没有需要填充的单元格。", err=True)
    elif dry_run:
        say(f"共 {len(changes)} 个单元格，没有写入（--dry-run）。", err=True)
    if not dry_run and (changes or output is not None):
        say(f"已写入 {output or source}。", err=True)
    if filling.lacking:
        say_lines(["合计不完整：", *filling.lacking], err=True)
    _say_macros([source])
    return FOUND_ERRORS if filling.lacking else PASSED


@command(short_help="生成部门汇总表。")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@_OUTPUT
@FORM
@_BACKUP
def summary(source: Path, output: Path | None, form: str | None, backup: bool) -> int:
    """生成“部门汇总”表：每个项目一行，合计为公式。

    有金额未填或读不出、合计不完整时，逐条说明，退出状态为 1。
    """
    from perfxl.app import tasks
    from perfxl.core.forms.own_sheets import elsewhere

    summarised = tasks.summarise(source, output or source, form=form, backup=backup)
    say_lines(summarised.figures)
    incomplete = "" if summarised.complete else "，合计不完整"
    say(f"部门汇总已写入 {output or source}{incomplete}。", err=True)
    say_lines(elsewhere(summarised.change.sheets), err=True)
    _say_macros([source])
    return PASSED if summarised.complete else FOUND_ERRORS
