"""The command `collect`: a folder of returned files → one summary and the list of who owes what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.app.chinese import command
from perfxl.app.commands.workbook_command import FORM, FRAMEWORK
from perfxl.app.exit_status import COULD_NOT_RUN, FOUND_ERRORS, PASSED
from perfxl.app.say import say_lines

if TYPE_CHECKING:
    # What it needs is heavy: imported when the command runs.
    from perfxl.app.collecting.keep_round import Rounds
    from perfxl.app.collecting.result import Collected
    from perfxl.core.collecting.collected_findings import UnitResult
    from perfxl.core.forms.lacking import Lack

_PATH = click.Path(path_type=Path)


@command(short_help="把收回的文件汇总成一个工作簿。")
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("-o", "target", metavar="汇总.xlsx", required=True, type=_PATH, help="汇总写入的文件。")
@click.option("--roster", metavar="花名册.xlsx", type=_PATH, help="花名册：据此判断谁未报送、核对控制数。")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="同时处理几个（默认用上全部处理器）。")
@click.option("--opinions", metavar="文件夹", type=_PATH, help="为每个单位写一份退回意见（.docx 和 .xlsx）。")
@click.option("--issued-by", metavar="名称", help="退回意见的落款单位。")
@click.option("--checked", metavar="文件夹", type=_PATH, help="把写入“校验结果”的工作簿副本放入这个文件夹。")
@FRAMEWORK
@FORM
def collect(
    folder: Path,
    target: Path,
    roster: Path | None,
    jobs: int | None,
    opinions: Path | None,
    issued_by: str | None,
    checked: Path | None,
    framework: str | None,
    form: str | None,
) -> int:
    """汇总 DIR（含下级文件夹和 zip 压缩包）里收回的文件，写成一个工作簿。收回的文件不会被改动。

    汇总有六张表：部门汇总、项目明细、指标明细、问题清单、报送情况、下发与回收差异。
    再次汇总时多一张“与上次相比”。
    没有错误时退出状态为 0，有错误为 1，有文件无法读取为 2。
    """
    from perfxl.app.collecting import collect as collecting
    from perfxl.app.collecting import outputs
    from perfxl.app.collecting.result import Request
    from perfxl.app.parallel import cores
    from perfxl.app.progress import progress
    from perfxl.core.collecting.round_changes_in_words import lines
    from perfxl.io.collecting.output_folder import refuse_folder
    from perfxl.io.collecting.rounds_file import record_of
    from perfxl.io.files.set_aside import told_aside

    folders = [one for one in (opinions, checked) if one is not None]
    for one in folders:
        refuse_folder(one)
    request = Request(folder, target, roster, framework, form, jobs or cores(), own=(record_of(target), *folders))

    def use(done: Collected, rounds: Rounds) -> int:
        say_lines(_figures(done))
        say_lines(_about_files(done), err=True)
        say_lines(rounds.notices, err=True)
        if rounds.since is not None:
            say_lines(lines(rounds.since))
        problems = rounds.keep(target)
        notices = [told_aside(target, done.aside)] if done.aside is not None else []
        written = []
        if opinions is not None:
            written.append(outputs.write_opinions(done, opinions, progress, issued_by))
        if checked is not None:
            written.append(outputs.write_copies(done, checked, progress))
        for one in written:
            notices += one.notices
            problems += one.problems
        say_lines([*notices, *problems], err=True)
        say_lines([f"汇总已写入 {target}。"], err=True)
        return _status(done, problems)

    return collecting.collect(request, use, bar=progress)


def _status(done: Collected, problems: list[str]) -> int:
    if done.unreadable or problems:
        return COULD_NOT_RUN
    if any(_lacking(one) for one in done.results):
        return FOUND_ERRORS
    found = (*done.sums, *(told.finding for told in done.told))
    errors = any(one.severity == "error" for one in found)
    return FOUND_ERRORS if errors or any(done.store.counts(n).errors for n in _counted(done)) else PASSED


def _counted(done: Collected) -> Iterator[int]:
    """The numbers of the files that count, each once."""
    for one in done.results:
        if one.files.counted is not None and one.first:
            yield one.files.counted.entry.number


def _lacking(one: UnitResult) -> list[Lack]:
    """What the sums of a unit lack."""
    lines = one.files.counted.part.lines if one.files.counted is not None else ()
    return [lack for line in lines for lack in line.totals.lacking]


# ---------------------------------------------------------------------------------------- stdout


def _figures(done: Collected) -> Iterator[str]:
    """The main figures."""
    from perfxl.core.collecting.consolidated.deliveries import headline
    from perfxl.core.forms.lacking import brief, kinds
    from perfxl.core.grid.wording import money

    yield headline(done.results, done.others, has_roster=done.has_roster)
    missing: Counter[str] = Counter()
    projects, amounts = 0, dict.fromkeys(("total_budget", "fiscal_funds", "other_funds"), Decimal(0))
    for one in done.results:
        for line in one.files.counted.part.lines if one.files.counted is not None else ():
            projects += line.totals.projects
            for key in amounts:
                amounts[key] += getattr(line.totals, key)
        missing.update(kinds(_lacking(one)))
    budget, fiscal, other = map(money, amounts.values())
    yield f"项目 {projects:,} 个，预算合计 {budget} 万元（财政资金 {fiscal}，其他资金 {other}）。"
    if missing:
        yield f"合计不完整：{brief(missing)}，见“项目明细”的“未计入合计的金额”。"
    severities: Counter[str] = Counter(told.finding.severity.value for told in done.told)
    for number in _counted(done):
        counts = done.store.counts(number)
        severities.update(error=counts.errors, warning=counts.warnings, info=counts.infos)
    yield f"错误 {severities['error']:,} 个，警告 {severities['warning']:,} 个，提示 {severities['info']:,} 个。"
    for found in done.sums:
        yield f"{found.message}{found.hint}"


# ---------------------------------------------------------------------------------------- stderr


def _about_files(done: Collected) -> Iterator[str]:
    """One line for each file or unit that somebody has to see to."""
    from perfxl.core.collecting.which_file_counts import State
    from perfxl.core.forms.lacking import brief, kinds

    why = {
        State.UNREADABLE: "无法读取。",
        State.STRANGER: "不属于花名册中的任何单位，金额没有计入汇总。",
        State.NO_FORM: "没有项目表，没有计入汇总。",
    }
    for other in done.others:
        placed = other.placed
        if placed.state in why:
            yield f"{placed.entry.file}：{placed.entry.reason or why[placed.state]}"
        else:
            yield f"{placed.entry.file}：略过（{placed.entry.passed_over}）。"
    for one in done.results:
        for told in one.told:
            file = told.placed.entry.file if told.placed is not None else None
            yield f"{file}：{told.finding.message}" if file else told.finding.message
        if one.files.counted is not None:
            for note in one.files.counted.part.notes:
                yield f"{one.files.counted.entry.file}：按单位“{one.files.unit.shown}”汇总，但{note}。"
            missing = brief(kinds(_lacking(one)))
            if missing:
                yield f"{one.files.counted.entry.file}：合计不完整，{missing}。"
