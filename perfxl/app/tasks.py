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
from perfxl.app.changes import Filling, Opened, Summarised
from perfxl.core.cells import Change
from perfxl.core.errors import PerfxlError
from perfxl.core.layout import FINDINGS
from perfxl.core.results import results_change
from perfxl.io.checked import Checked
from perfxl.io.find_files import find_workbooks
from perfxl.io.frameworks import with_framework
from perfxl.io.read_files import read_bytes, read_package, read_workbook

# As perfxl.io.write_files.BACKUP, which is imported only for writing.
_BACKUP = ".备份"
# As perfxl.io.rosters.sent_list.FILE, the same.
_SENT_LIST = "下发清单.xlsx"


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
                if not _is_backup(path, found) and not _is_list(path, found):
                    files.setdefault(path.resolve(), path)
        except PerfxlError as fault:
            missing.append(Checked(path=one, sha256=None, reason=str(fault)))
    return list(files.values()), missing


def _is_list(path: Path, found: Sequence[Path]) -> bool:
    """Whether a file is the list that distributing leaves among the workbooks."""
    return path.name == _SENT_LIST and len(found) > 1


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
    return examined(str(path), path.suffix, partial(read_bytes, path), framework)[0]


def examined(
    name: str, suffix: str, load: Callable[[], bytes], framework: str | None = None
) -> tuple[Checked, Opened | None]:
    """What checking a file gives, and what was read; None for one that cannot be. Never an exception for
    what is in the file. load: gives its bytes, or a PerfxlError that says why there are none.
    """
    digest: str | None = None
    try:
        data = load()
        digest = sha256(data).hexdigest()
        opened = changes.opened(read_package(data, suffix), framework)
        findings = changes.findings(opened)
    except PerfxlError as fault:
        return Checked(path=name, sha256=digest, reason=str(fault)), None
    except Exception as fault:
        # A mistake of the program on one file must not cost the results of the others.
        if os.environ.get("PERFXL_DEBUG"):
            raise
        reason = f"程序处理这个文件时出错（{type(fault).__name__}：{fault}）。请把文件和这句话发给维护人员。"
        return Checked(path=name, sha256=digest, reason=reason), None
    checked = Checked(name, digest, opened.submission, findings, settings=opened.framework.settings)
    return checked, opened


def _check_all(files: Sequence[Path], framework: str | None, jobs: int) -> Iterator[Checked]:
    examine = partial(check_file, framework=framework)
    if jobs == 1:
        yield from map(examine, files)
        return
    from perfxl.app.parallel import streamed

    for _, one in streamed(examine, files, min(jobs, len(files)), when_it_dies=_died):
        yield one


def _died(path: Path) -> Checked:
    reason = "处理这个文件的进程意外中止（可能是内存不足，或被其他程序结束）。请不加 --jobs，单独检查它。"
    return Checked(path=str(path), sha256=None, reason=reason)


def _write_results(path: Path, one: Checked, target: Path, writing: _Writing, *, backup: bool) -> None:
    from perfxl.io.write_files import apply

    assert one.submission is not None  # noqa: S101 (for the type checker: asked by the caller)

    try:
        previous = read_workbook(path).sheet(FINDINGS)
        change = results_change(one.submission, one.findings, previous, one.settings)
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


def fill(source: Path, target: Path | None, *, backup: bool = False) -> Filling:
    """Fill in the totals of a workbook and say what changes. target: None writes nothing.
    backup: keep what the target held beside it.
    """
    with _named(source):
        filling = changes.fill_change(open_file(source))
    if target is not None and (filling.listed or target != source):
        _apply(source, filling.change, target, backup=backup)
    return filling


def summarise(source: Path, target: Path, *, backup: bool = False) -> Summarised:
    """Produce 部门汇总 in a workbook, its formulas with their values; gives the main figures as lines.
    backup: keep what the target held beside it.
    """
    with _named(source):
        summarised = changes.summary_change(open_file(source))
    _apply(source, summarised.change, target, backup=backup)
    return summarised


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


def save(target: Path, data: bytes) -> None:
    """Write a file whole or not at all. PerfxlError, beginning with its name, when that is impossible."""
    from perfxl.io.atomic import replace_file

    with _named(target):
        replace_file(target, data)
