"""What else collecting makes: 退回意见 for the units, and checked copies of their workbooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from perfxl.app import changes
from perfxl.app.collecting.collect import Bar
from perfxl.app.collecting.result import Collected
from perfxl.app.parallel import streamed
from perfxl.core.collecting.findings import UnitResult
from perfxl.core.collecting.returns import UnitReturn
from perfxl.core.errors import PerfxlError
from perfxl.io.atomic import replace_file
from perfxl.io.collecting.files import Found
from perfxl.io.find_files import MARKER

Task = TypeVar("Task")

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_LONGEST_NAME = 60
_OPINION = "退回意见"
_WHY = "本文件夹由 perfxl 生成，汇总时略过。\n"


@dataclass(frozen=True, slots=True)
class _Opinion:
    unit_return: UnitReturn
    stem: Path
    on: date
    issued_by: str | None


@dataclass(frozen=True, slots=True)
class _Copy:
    found: Found
    sha256: str | None
    target: Path
    framework: str | None


def refuse_folder(folder: Path) -> None:
    """PerfxlError when there is something in a folder that this program did not put there."""
    try:
        foreign = folder.exists() and not (folder / MARKER).exists() and any(folder.iterdir())
    except OSError as fault:
        raise _unusable(folder, fault) from fault
    if foreign:
        raise PerfxlError(f"文件夹“{folder}”里已有别的文件，没有写入。请换一个文件夹，或先移走其中的文件。")


def _prepare(folder: Path) -> None:
    """Make a folder for files of this program and mark it as such."""
    refuse_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).write_text(_WHY, encoding="utf-8")
    except OSError as fault:
        raise _unusable(folder, fault) from fault


def _unusable(folder: Path, fault: OSError) -> PerfxlError:
    return PerfxlError(f"无法使用文件夹“{folder}”：{fault.strerror or fault}。")


def write_opinions(done: Collected, folder: Path, bar: Bar, issued_by: str | None = None) -> list[str]:
    """A 退回意见 per unit, as .docx and .xlsx; gives what could not be written, as sentences."""
    _prepare(folder)
    on = done.made.date()
    wanted = sum(result.files.counted is not None for result in done.results)

    def each() -> Iterator[_Opinion]:
        for result in done.results:
            unit_return = done.unit_return(result)
            if unit_return is not None:
                yield _Opinion(unit_return, folder / f"{_name(result)} {_OPINION}", on, issued_by)

    return _all(_write_opinion, each(), wanted, done.request.jobs, bar, _OPINION, _no_opinion)


def write_copies(done: Collected, folder: Path, bar: Bar) -> list[str]:
    """The counted workbooks with 校验结果 written in, originals untouched; gives what could not be."""
    _prepare(folder)

    def each() -> Iterator[_Copy]:
        for result in done.results:
            counted = result.files.counted
            # A file of several units is copied once, under the name of the first.
            if counted is not None and result.first:
                found = done.found[counted.entry.number]
                target = folder / f"{_name(result)}{Path(found.file).suffix.lower()}"
                yield _Copy(found, counted.entry.sha256, target, done.request.framework)

    wanted = sum(result.first and result.files.counted is not None for result in done.results)
    return _all(_write_copy, each(), wanted, done.request.jobs, bar, "校验副本", _no_copy)


def _all(
    work: Callable[[Task], str | None],
    tasks: Iterator[Task],
    number: int,
    jobs: int,
    bar: Bar,
    label: str,
    failed: Callable[[Task, str], str | None],
) -> list[str]:
    problems = []
    try:
        with bar(label, number) as advance:
            for _, problem in streamed(work, tasks, jobs, failed=failed):
                if problem is not None:
                    problems.append(problem)
                advance()
    except KeyboardInterrupt:
        problems.append(f"已中断：{label}没有全部写出。汇总已经写好。")
    return problems


def _write_opinion(task: _Opinion) -> str | None:
    from perfxl.core.collecting.opinions import opinion_of
    from perfxl.io.collecting.opinion_docx import render_docx
    from perfxl.io.collecting.opinion_sheet import render_xlsx

    opinion = opinion_of(task.unit_return, issued_by=task.issued_by, on=task.on)
    for suffix, render in ((".docx", render_docx), (".xlsx", render_xlsx)):
        replace_file(task.stem.with_name(f"{task.stem.name}{suffix}"), render(opinion))
    return None


def _no_opinion(task: _Opinion, reason: str) -> str:
    return f"{task.stem}：没有写退回意见：{reason}"


def _write_copy(task: _Copy) -> str | None:
    from perfxl.io.collecting.contents import read_found
    from perfxl.io.read_files import read_package
    from perfxl.io.write_files import WRITABLE, apply

    suffix = task.target.suffix
    if suffix not in WRITABLE:
        return f"{task.found.file}：{suffix} 格式只能读取，没有写校验副本；问题见“问题清单”。"
    data = read_found(task.found).data
    if sha256(data).hexdigest() != task.sha256:
        raise PerfxlError("文件在汇总期间被改动。请重新汇总。")
    opened = changes.opened(read_package(data, suffix), task.framework)
    change = changes.check_change(opened, changes.findings(opened))
    apply(task.found.path.with_suffix(suffix), change, task.target, data=data)
    return None


def _no_copy(task: _Copy, reason: str) -> str:
    return f"{task.found.file}：没有写校验副本：{reason}"


def _name(result: UnitResult) -> str:
    """A file name for a unit that Windows and mail survive, and that no other unit has."""
    unit = result.files.unit
    name = " ".join(unit.shown.translate(_FORBIDDEN).split())
    name = "".join(char for char in name if char.isprintable())[:_LONGEST_NAME].rstrip(" .")
    return name if unit.code else f"{result.key} {name}"
