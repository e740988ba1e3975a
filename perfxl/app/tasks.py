"""What the commands and the ribbon do. Only composed here: the core decides, io reads and writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path

from perfxl.core.answers import with_explanations
from perfxl.core.cells import CellEdit, Change, Workbook, position, shown
from perfxl.core.check import check as check_submission
from perfxl.core.errors import PerfxlError
from perfxl.core.filling import edited, sheet_changes
from perfxl.core.frameworks import Framework
from perfxl.core.layout import FINDINGS, PLAN_DATES, PROJECT_FORM, SUMMARY
from perfxl.core.model import BudgetUnit, Project, Submission
from perfxl.core.read import DEFAULT_FRAMEWORK, read
from perfxl.core.results import results_change
from perfxl.core.rules.words import money
from perfxl.core.summary import summary_sheet
from perfxl.core.summary_columns import summary_columns
from perfxl.core.totals import fill_edits, total, totals
from perfxl.io.checked import Checked
from perfxl.io.find_files import find_workbooks
from perfxl.io.frameworks import find_framework, with_framework
from perfxl.io.read_files import read_bytes, read_package

_MOST_PROJECTS = 200
# As perfxl.io.write_files.BACKUP, which is imported only for writing.
_BACKUP = ".备份"


@dataclass(frozen=True)
class Opened:
    """A file that was read: its cells, what they say, and the framework they follow."""

    workbook: Workbook
    submission: Submission
    framework: Framework


@dataclass(frozen=True)
class Batch:
    """What checking several files gave. problems: results that could not be written, as sentences."""

    checked: tuple[Checked, ...] = ()
    problems: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A total that `fill` changes: where it is, what it is called, what stood and what will stand there."""

    place: str
    label: str
    old: str
    new: str


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
            _write_results(path, one, target or path, writing, backup=backup)
    return Batch(tuple(checked), tuple(writing.problems), tuple(writing.written))


def check_file(path: Path, framework: str | None = None) -> Checked:
    """One file, checked; never an exception for what is in the file."""
    digest: str | None = None
    try:
        data = read_bytes(path)
        digest = sha256(data).hexdigest()
        opened = _opened(data, path, framework)
        findings = check_submission(opened.submission, opened.framework)
        findings = with_explanations(findings, opened.workbook)
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


def _write_results(path: Path, one: Checked, target: Path, writing: _Writing, *, backup: bool) -> None:
    from perfxl.io.write_files import apply

    assert one.submission is not None  # noqa: S101 (for the type checker: asked by the caller)
    try:
        opened = open_file(path)
        previous = opened.workbook.sheet(FINDINGS)
        change = results_change(one.submission, one.findings, previous, one.settings)
        apply(path, change, target, backup=backup)
        writing.written.append(target)
    except PerfxlError as fault:
        writing.problems.append(f"{target}：{fault}")


def open_file(path: Path, framework: str | None = None) -> Opened:
    """A file's cells and what they say. PerfxlError when it cannot be read."""
    return _opened(read_bytes(path), path, framework)


def _opened(data: bytes, path: Path, framework: str | None) -> Opened:
    frameworks, chosen = with_framework(framework)
    workbook = read_package(data, path.suffix)
    submission = read(workbook, frameworks, chosen)
    known = frameworks.get(submission.framework) or frameworks[DEFAULT_FRAMEWORK]
    return Opened(workbook, submission, known)


def _named(path: Path, framework: str | None = None) -> Opened:
    """The same, for commands on one file: the sentence begins with the file's name."""
    try:
        return open_file(path, framework)
    except PerfxlError as fault:
        raise PerfxlError(f"{path}：{fault}") from fault


def with_macros(paths: Iterable[Path]) -> list[Path]:
    """The files among them that carry macros."""
    from perfxl.io.macros import has_macros

    return [path for path in paths if has_macros(path)]


# ------------------------------------------------------------------------------------ fill, summary


def fill(source: Path, target: Path | None, *, backup: bool = False) -> list[Filled]:
    """Fill in the totals of a workbook and say what changes. target: None writes nothing.
    backup: keep what the target held beside it.

    部门汇总 is written anew only where it is there and something in it is not right.
    """
    opened = _named(source)
    edits = fill_edits(opened.submission)
    after = _read_again(opened, edits)
    change = Change(cells=edits)
    old_sheet = opened.workbook.sheet(SUMMARY)
    listed = [_filled(edit, opened) for edit in edits]
    if old_sheet is not None:
        findings = check_submission(after.submission, after.framework)
        sheet = summary_sheet(after.submission, after.framework, findings)
        headers = [column.header.replace("\n", "") for column in summary_columns(after.framework)]
        stale = sheet_changes(old_sheet, sheet)
        listed += [
            Filled(f"{one.sheet}!{one.cell}", headers[position(one.cell)[1] - 1], one.old, one.new)
            for one in stale
        ]
        change = Change(cells=edits, sheets=(sheet,) if stale else ())
    if target is not None and (listed or target != source):
        _apply(source, change, target, backup=backup)
    return listed


def summarise(source: Path, target: Path, *, backup: bool = False) -> list[str]:
    """Produce 部门汇总 in a workbook, its formulas with their values; gives the main figures as lines.
    backup: keep what the target held beside it.
    """
    opened = _named(source)
    submission = opened.submission
    if not submission.projects:
        raise PerfxlError(f"{source}：没有找到项目绩效目标表，无法汇总。请确认文件是否为绩效文本工作簿。")
    findings = check_submission(submission, opened.framework)
    sheet = summary_sheet(submission, opened.framework, findings)
    _apply(source, Change(sheets=(sheet,)), target, backup=backup)
    sums = totals(submission.projects)
    periods = "，".join(
        f"{date} {money(amount)}" for date, amount in zip(PLAN_DATES, sums.period_amounts, strict=True)
    )
    reached = (total(sums.period_amounts[: i + 1]) for i in range(len(PLAN_DATES)))
    shares = [amount / sums.total_budget if sums.total_budget else Decimal(0) for amount in reached]
    progress = "，".join(f"{date} {share:.2%}" for date, share in zip(PLAN_DATES, shares, strict=True))
    sources = f"财政资金 {money(sums.fiscal_funds)}，其他资金 {money(sums.other_funds)}"
    return [
        f"项目 {sums.projects} 个，预算合计 {money(sums.total_budget)} 万元（{sources}）",
        f"各期支出（万元）：{periods}",
        f"累计进度：{progress}",
    ]


def _read_again(opened: Opened, edits: Sequence[CellEdit]) -> Opened:
    if not edits:
        return opened
    workbook = edited(opened.workbook, edits)
    known = {opened.framework.id: opened.framework}
    return replace(opened, workbook=workbook, submission=read(workbook, known, opened.framework.id))


def _filled(edit: CellEdit, opened: Opened) -> Filled:
    sheet = opened.workbook.sheet(edit.sheet)
    old = "" if sheet is None else sheet.text(position(edit.cell))
    label = _labels(opened.submission).get((edit.sheet, edit.cell), "")
    return Filled(f"{edit.sheet}!{edit.cell}", label, old, shown(edit.value))


def _labels(submission: Submission) -> dict[tuple[str, str], str]:
    """What the totals of a workbook are called, by their cells."""
    labels = {(total.sheet, total.cell): total.label for total in submission.totals}
    for project in submission.projects:
        if "total_budget" in project.cells:
            labels[project.sheet, project.cells["total_budget"]] = PROJECT_FORM.label("total_budget")
    return labels


def _apply(source: Path, change: Change, target: Path, *, backup: bool) -> None:
    from perfxl.io.write_files import apply

    try:
        apply(source, change, target, backup=backup)
    except PerfxlError as fault:
        raise PerfxlError(f"{target}：{fault}") from fault


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

    try:
        replace_file(target, data)
    except PerfxlError as fault:
        raise PerfxlError(f"{target}：{fault}") from fault


def _projects(given: str) -> tuple[Project, ...]:
    if not given.strip().lstrip("+-").isdecimal():
        from perfxl.io.project_list import read_projects

        return read_projects(Path(given))
    number = int(given)
    if not 1 <= number <= _MOST_PROJECTS:
        raise PerfxlError(f"项目个数应为 1 至 {_MOST_PROJECTS}，现为“{given}”。")
    return tuple(Project(number=i) for i in range(1, number + 1))
