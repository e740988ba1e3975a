"""What else collecting makes: 退回意见 for the units, and checked copies of their workbooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from perfxl.app import changes
from perfxl.app.collecting.result import Collected
from perfxl.app.parallel import streamed
from perfxl.app.progress import Bar
from perfxl.core.collecting.collected_findings import UnitResult
from perfxl.core.collecting.unit_return import UnitReturn
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.collecting.output_folder import OutputFolder, prepared
from perfxl.io.collecting.returned_files import Found
from perfxl.io.files.atomic import replace_file
from perfxl.io.files.set_aside import told_aside

Task = TypeVar("Task")

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_LONGEST_NAME = 60
_OPINION = "退回意见"


@dataclass(frozen=True, slots=True)
class _Target:
    """A file to write. aside: the name under which the one that stands there stays."""

    path: Path
    aside: Path | None


@dataclass(frozen=True, slots=True)
class _Opinion:
    unit_return: UnitReturn
    docx: _Target
    xlsx: _Target
    on: date
    issued_by: str | None


@dataclass(frozen=True, slots=True)
class _Copy:
    found: Found
    sha256: str | None
    target: _Target
    framework: str | None
    form: str | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a piece of work. problem: why it was not done."""

    written: tuple[_Target, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Written:
    """What came of all of them, as sentences. notices: what is worth knowing."""

    problems: list[str]
    notices: list[str]


def write_opinions(done: Collected, folder: Path, bar: Bar, issued_by: str | None = None) -> Written:
    """A 退回意见 per unit, as .docx and .xlsx."""
    output = prepared(folder)
    on = done.made.date()
    wanted = sum(result.files.counted is not None for result in done.results)

    def each() -> Iterator[_Opinion]:
        for result in done.results:
            unit_return = done.unit_return(result)
            if unit_return is not None:
                stem = f"{_name(result)} {_OPINION}"
                docx, xlsx = (_target(output, f"{stem}{suffix}") for suffix in (".docx", ".xlsx"))
                yield _Opinion(unit_return, docx, xlsx, on, issued_by)

    return _all(output, _write_opinion, each(), wanted, done.request.jobs, bar, _OPINION, _no_opinion)


def write_copies(done: Collected, folder: Path, bar: Bar) -> Written:
    """The counted workbooks with 校验结果 written in, originals untouched."""
    output = prepared(folder)

    def each() -> Iterator[_Copy]:
        for result in done.results:
            counted = result.files.counted
            # A file of several units is copied once, under the name of the first.
            if counted is not None and result.first:
                found = done.found[counted.entry.number]
                target = _target(output, f"{_name(result)}{Path(found.file).suffix.lower()}")
                yield _Copy(found, counted.entry.sha256, target, done.request.framework, done.request.form)

    wanted = sum(result.first and result.files.counted is not None for result in done.results)
    return _all(output, _write_copy, each(), wanted, done.request.jobs, bar, "校验副本", _no_copy)


def _target(output: OutputFolder, name: str) -> _Target:
    return _Target(output.path / name, output.aside(name))


def _all(
    output: OutputFolder,
    work: Callable[[Task], _Outcome],
    tasks: Iterator[Task],
    number: int,
    jobs: int,
    bar: Bar,
    label: str,
    failed: Callable[[Task, str], _Outcome],
) -> Written:
    problems, notices = [], []
    try:
        with bar(label, number) as advance:
            for _, outcome in streamed(work, tasks, jobs, failed=failed):
                output.remember(target.path.name for target in outcome.written)
                notices += [told_aside(one.path, one.aside) for one in outcome.written if one.aside]
                if outcome.problem is not None:
                    problems.append(outcome.problem)
                advance()
    except KeyboardInterrupt:
        problems.append(f"已中断：{label}没有全部写出。汇总已经写好。")
    return Written(problems, notices)


def _write_opinion(task: _Opinion) -> _Outcome:
    from perfxl.core.collecting.opinion_sheet import opinion_sheet
    from perfxl.core.collecting.opinions import opinion_of
    from perfxl.io.reports.opinion_docx import render_docx
    from perfxl.io.workbooks.streamed_workbook import small_workbook

    opinion = opinion_of(task.unit_return, issued_by=task.issued_by, on=task.on)
    replace_file(task.docx.path, render_docx(opinion), aside=task.docx.aside)
    replace_file(task.xlsx.path, small_workbook(opinion_sheet(opinion)), aside=task.xlsx.aside)
    return _Outcome((task.docx, task.xlsx))


def _no_opinion(task: _Opinion, reason: str) -> _Outcome:
    return _Outcome(problem=f"{task.docx.path.with_suffix('')}：没有写退回意见：{reason}")


def _write_copy(task: _Copy) -> _Outcome:
    from perfxl.io.collecting.saved_when import read_found
    from perfxl.io.workbooks.read_files import read_package
    from perfxl.io.workbooks.write_files import WRITABLE, apply

    target = task.target
    suffix = target.path.suffix
    if suffix not in WRITABLE:
        return _Outcome(problem=f"{task.found.file}：{suffix} 格式只能读取，没有写校验副本；问题见“问题清单”。")
    data = read_found(task.found).data
    if sha256(data).hexdigest() != task.sha256:
        raise PerfxlError("文件在汇总期间被改动。请重新汇总。")
    opened = changes.opened(read_package(data, suffix), task.framework, task.form)
    change = changes.check_change(opened, changes.findings(opened))
    apply(task.found.path.with_suffix(suffix), change, target.path, data=data, aside=target.aside)
    return _Outcome((target,))


def _no_copy(task: _Copy, reason: str) -> _Outcome:
    return _Outcome(problem=f"{task.found.file}：没有写校验副本：{reason}")


def _name(result: UnitResult) -> str:
    """A file name for a unit that Windows and mail survive, and that no other unit has."""
    unit = result.files.unit
    name = " ".join(unit.shown.translate(_FORBIDDEN).split())
    name = "".join(char for char in name if char.isprintable())[:_LONGEST_NAME].rstrip(" .")
    return name if unit.code else f"{result.key} {name}"
