"""What the commands do with files. Only composed here: the core decides, io reads and writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from perfxl.app import changes
from perfxl.app.changes import Filled, Opened
from perfxl.core.cells import Change
from perfxl.core.errors import PerfxlError
from perfxl.core.model import BudgetUnit, Project, Submission
from perfxl.core.read import DEFAULT_FRAMEWORK
from perfxl.io.checked import Checked
from perfxl.io.find_files import find_workbooks
from perfxl.io.frameworks import find_framework, with_framework
from perfxl.io.read_files import read_bytes, read_package

_MOST_PROJECTS = 200
# As perfxl.io.write_files.BACKUP, which is imported only for writing.
_BACKUP = ".备份"


@dataclass(frozen=True)
class Batch:
    """What checking several files gave. problems: results that could not be written, as sentences."""

    checked: tuple[Checked, ...] = ()
    problems: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()


@dataclass
class _Writing:
    problems: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)


# ------------------------------------------------------------------------------------------- check


def find(given: Iterable[str]) -> tuple[list[Path], list[Checked]]:
    """The files that the arguments mean, each once, and for every argument that means none: why."""
    files: dict[Path, Path] = {}
    missing: list[Checked] = []
    for one in given:
        try:
            found = find_workbooks(one)
            for path in found:
                if not _is_backup(path, found):
                    files.setdefault(path.resolve(), path)
        except PerfxlError as fault:
            missing.append(Checked(path=one, sha256=None, reason=str(fault)))
    return list(files.values()), missing


def _is_backup(path: Path, found: Sequence[Path]) -> bool:
    """Whether a file is the backup of one that was found with it: nobody means to check that."""
    original = path.with_name(f"{path.stem.removesuffix(_BACKUP)}{path.suffix}")
    return original != path and original in found


def check(
    files: Sequence[Path],
    *,
    framework: str | None = None,
    jobs: int = 1,
    write: bool = False,
    target: Path | None = None,
    backup: bool = False,
    each_done: Callable[[], None] = lambda: None,
) -> Batch:
    """Check files in their order; a file that cannot be read is a result like the others.

    framework: an id or the path of an edited file, None for what each file says. write: put the
    findings into each workbook, or into `target`; backup: keep what it held beside it. each_done:
    called after every file. PerfxlError for an unknown framework only.
    """
    with_framework(framework)
    checked = []
    for one in _check_all(files, framework, jobs):
        checked.append(one)
        each_done()
    if not write:
        return Batch(tuple(checked))
    writing = _Writing()
    for path, one in zip(files, checked, strict=True):
        if one.submission is not None:
            _write_results(path, one, framework, target or path, writing, backup=backup)
    return Batch(tuple(checked), tuple(writing.problems), tuple(writing.written))


def check_file(path: Path, framework: str | None = None) -> Checked:
    """One file, checked; never an exception for what is in the file."""
    digest: str | None = None
    try:
        data = read_bytes(path)
        digest = sha256(data).hexdigest()
        opened = changes.opened(read_package(data, path.suffix), framework)
        findings = changes.findings(opened)
    except PerfxlError as fault:
        return Checked(path=str(path), sha256=digest, reason=str(fault))
    except Exception as fault:
        # A mistake of the program on one file must not cost the results of the others.
        if os.environ.get("PERFXL_DEBUG"):
            raise
        reason = f"程序处理这个文件时出错（{type(fault).__name__}：{fault}）。请把文件和这句话发给维护人员。"
        return Checked(path=str(path), sha256=digest, reason=reason)
    return Checked(str(path), digest, opened.submission, findings, settings=opened.framework.settings)


def _check_all(files: Sequence[Path], framework: str | None, jobs: int) -> Iterator[Checked]:
    examine = partial(check_file, framework=framework)
    if jobs == 1 or len(files) < 2:
        yield from map(examine, files)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    workers = min(jobs, len(files))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(examine, files, chunksize=max(1, len(files) // (workers * 4)))


def _write_results(
    path: Path, one: Checked, framework: str | None, target: Path, writing: _Writing, *, backup: bool
) -> None:
    from perfxl.io.write_files import apply

    try:
        change = changes.check_change(open_file(path, framework), one.findings)
        apply(path, change, target, backup=backup)
        writing.written.append(target)
    except PerfxlError as fault:
        writing.problems.append(f"{target}：{fault}")


def open_file(path: Path, framework: str | None = None) -> Opened:
    """A file's cells and what they say. PerfxlError when it cannot be read."""
    return changes.opened(read_package(read_bytes(path), path.suffix), framework)


def with_macros(paths: Iterable[Path]) -> list[Path]:
    """The files among them that carry macros."""
    from perfxl.io.macros import has_macros

    return [path for path in paths if has_macros(path)]


# ------------------------------------------------------------------------------------ fill, summary


def fill(source: Path, target: Path | None, *, backup: bool = False) -> list[Filled]:
    """Fill in the totals of a workbook and say what changes. target: None writes nothing.
    backup: keep what the target held beside it.
    """
    with _named(source):
        listed, change = changes.fill_change(open_file(source))
    if target is not None and (listed or target != source):
        _apply(source, change, target, backup=backup)
    return listed


def summarise(source: Path, target: Path, *, backup: bool = False) -> list[str]:
    """Produce 部门汇总 in a workbook, its formulas with their values; gives the main figures as lines.
    backup: keep what the target held beside it.
    """
    with _named(source):
        figures, change = changes.summary_change(open_file(source))
    _apply(source, change, target, backup=backup)
    return figures


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """For commands on one file: what could not be done begins with the file's name."""
    try:
        yield
    except PerfxlError as fault:
        raise PerfxlError(f"{path}：{fault}") from fault


def _apply(source: Path, change: Change, target: Path, *, backup: bool) -> None:
    from perfxl.io.write_files import apply

    with _named(target):
        apply(source, change, target, backup=backup)


# --------------------------------------------------------------------------------------------- new


def new(
    target: Path,
    *,
    unit: tuple[str, str],
    year: int,
    department: str | None = None,
    framework: str | None = None,
    projects: str = "1",
) -> int:
    """Make an empty workbook for a budget unit (code, name); gives the number of project forms.

    projects: how many, or the path of a list of them. PerfxlError when the file exists already.
    """
    from perfxl.io.template import build_template

    if target.suffix.lower() != ".xlsx":
        raise PerfxlError(f"“{target}”应以 .xlsx 结尾。")
    if target.exists():
        raise PerfxlError(f"“{target}”已经存在，没有覆盖。请换一个文件名，或先移走原文件。")
    chosen = find_framework(framework or DEFAULT_FRAMEWORK)
    code, name = unit
    budget_unit = BudgetUnit(code=code, name=name)
    made = tuple(
        project.model_copy(update={"budget_unit": budget_unit, "unit_line": f"{code} {name}"})
        for project in _projects(projects)
    )
    submission = Submission(
        framework=chosen.id, department_name=department, budget_unit=budget_unit, year=year, projects=made
    )
    save(target, build_template(submission, chosen))
    return len(made)


def save(target: Path, data: bytes) -> None:
    """Write a file whole or not at all. PerfxlError, beginning with its name, when that is impossible."""
    from perfxl.io.atomic import replace_file

    with _named(target):
        replace_file(target, data)


def _projects(given: str) -> tuple[Project, ...]:
    if not given.strip().lstrip("+-").isdecimal():
        from perfxl.io.project_list import read_projects

        return read_projects(Path(given))
    number = int(given)
    if not 1 <= number <= _MOST_PROJECTS:
        raise PerfxlError(f"项目个数应为 1 至 {_MOST_PROJECTS}，现为“{given}”。")
    return tuple(Project(number=i) for i in range(1, number + 1))
