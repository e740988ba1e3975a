"""What the commands do with files. Only composed here: the core decides, io reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from perfxl.app import changes
from perfxl.app.changes import Filling, Opened, Summarised
from perfxl.app.failed_work import reason_of
from perfxl.app.parallel import streamed
from perfxl.core.collecting.own_workbooks import OwnWorkbookError
from perfxl.core.forms.own_sheets import elsewhere
from perfxl.core.grid.change import Change
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.data.form_files import with_form
from perfxl.io.data.framework_files import with_framework
from perfxl.io.files.paths import resolved
from perfxl.io.reports.checked import Checked
from perfxl.io.workbooks.find_files import find_workbooks
from perfxl.io.workbooks.read_files import read_bytes, read_package

# A file to check, and where the workbook with the findings in it is written: None for nowhere.
_File: TypeAlias = tuple[Path, Path | None]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that was read: its bytes, into which a change is written, and what they say."""

    data: bytes
    book: Opened


@dataclass(frozen=True)
class Batch:
    """What checking several files gave. problems: results that could not be written, as sentences.
    notices: what to say of those that were. interrupted: somebody pressed Ctrl-C; what was checked by then is here.
    """

    checked: tuple[Checked, ...] = ()
    problems: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()
    notices: tuple[str, ...] = ()
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class _Done:
    """A file, checked. problem: why its findings could not be written. notices: what to say of writing them."""

    checked: Checked
    written: Path | None = None
    problem: str | None = None
    notices: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------- check


@dataclass(frozen=True)
class Wanted:
    """The files that the arguments mean, each once. named: those that were named themselves. missing: for every
    argument that means no file, why. passed_over: sentences about files that nobody means.
    """

    files: tuple[Path, ...] = ()
    named: frozenset[Path] = frozenset()
    missing: tuple[Checked, ...] = ()
    passed_over: tuple[str, ...] = ()


def find(given: Iterable[str]) -> Wanted:
    """The files that the arguments mean. In folders and patterns perfxl's own files are passed over."""
    files: dict[Path, Path] = {}
    named: set[Path] = set()
    missing: list[Checked] = []
    passed_over: list[str] = []
    for one in given:
        try:
            found, others = find_workbooks(one)
        except PerfxlError as fault:
            missing.append(Checked(path=one, sha256=None, reason=str(fault)))
            continue
        if found == [Path(one)]:
            named.add(found[0])
        for path in found:
            files.setdefault(resolved(path), path)
        for other in others:
            if other.closed is None:
                passed_over.append(f"{other.path}：略过（{other.passed_over}）。")
            else:
                why = f"这个文件夹打不开（{other.closed}），其中的文件没有读取。请检查权限或网络后再试。"
                missing.append(Checked(path=str(other.path), sha256=None, reason=why))
    return Wanted(tuple(files.values()), frozenset(named), tuple(missing), tuple(dict.fromkeys(passed_over)))


def without_own(batch: Batch, wanted: Wanted) -> Batch:
    """The batch without the workbooks of perfxl's own that were only found in a folder, which are said instead."""
    own = [one for one in batch.checked if one.own is not None and Path(one.path) not in wanted.named]
    notices = (*batch.notices, *wanted.passed_over, *(f"{one.path}：略过（{one.own}）。" for one in own))
    return replace(batch, checked=tuple(one for one in batch.checked if one not in own), notices=notices)


def check(
    files: Sequence[Path],
    *,
    framework: str | None = None,
    form: str | None = None,
    jobs: int = 1,
    target_of: Callable[[Path], Path | None] = lambda _: None,
    backup: bool = False,
    each_done: Callable[[], None] = lambda: None,
) -> Batch:
    """Check files in their order; a file that cannot be read is a result like the others.

    framework, form: an id or the path of an edited file, None for what each file says. target_of:
    where a workbook with the findings in it is written, None for nowhere; backup: keep what stood there beside it. each_done:
    called after every file. PerfxlError for an unknown framework or form only.
    """
    with_framework(framework)
    with_form(form)
    work = partial(_check_one, framework=framework, form=form, backup=backup)
    wanted = [(path, target_of(path)) for path in files]
    done: list[_Done] = []
    interrupted = False
    try:
        for _, one in streamed(work, wanted, jobs, failed=_failed):
            done.append(one)
            each_done()
    except KeyboardInterrupt:
        interrupted = True
    return Batch(
        tuple(one.checked for one in done),
        tuple(one.problem for one in done if one.problem is not None),
        tuple(one.written for one in done if one.written is not None),
        tuple(notice for one in done for notice in one.notices),
        interrupted,
    )


def check_file(path: Path, framework: str | None = None) -> Checked:
    """One file, checked; never an exception for what is in the file."""
    return examined(str(path), path.suffix, partial(read_bytes, path), framework)[0]


def examined(
    name: str, suffix: str, load: Callable[[], bytes], framework: str | None = None, form: str | None = None
) -> tuple[Checked, OpenedFile | None]:
    """What checking a file gives, and what was read; None for one that cannot be. Never an exception for
    what is in the file. load: gives its bytes, or a PerfxlError that says why there are none.
    """
    digest: str | None = None
    try:
        data = load()
        digest = sha256(data).hexdigest()
        book = changes.opened(read_package(data, suffix), framework, form)
        findings = changes.findings(book)
    except Exception as fault:  # noqa: BLE001 (the envelope around one file, which keeps what it is called by)
        own = fault.kind if isinstance(fault, OwnWorkbookError) else None
        return Checked(path=name, sha256=digest, reason=reason_of(fault), own=own), None
    checked = Checked(name, digest, book.submission, findings, settings=book.framework.settings)
    return checked, OpenedFile(data, book)


def _check_one(file: _File, framework: str | None, form: str | None, *, backup: bool) -> _Done:
    """Check a file and write its findings into the very bytes that were checked."""
    path, target = file
    checked, opened = examined(str(path), path.suffix, partial(read_bytes, path), framework, form)
    if opened is None or target is None:
        return _Done(checked)
    from perfxl.app.destinations import refuse_other_text
    from perfxl.io.workbooks.write_files import apply

    try:
        refuse_other_text(target, path, opened.book.submission)
        change = changes.check_change(opened.book, checked.findings)
        apply(path, change, target, data=opened.data, backup=backup)
    except Exception as fault:  # noqa: BLE001 (the findings are there, whatever became of writing them)
        return _Done(checked, problem=f"{target}：{reason_of(fault)}")
    notices = tuple(f"{target}：{sentence}" for sentence in elsewhere(change.sheets))
    return _Done(checked, target, notices=notices)


def _failed(file: _File, reason: str) -> _Done:
    return _Done(Checked(path=str(file[0]), sha256=None, reason=reason))


def open_file(path: Path, framework: str | None = None, form: str | None = None) -> OpenedFile:
    """A file's bytes and what they say. PerfxlError when it cannot be read."""
    data = read_bytes(path)
    return OpenedFile(data, changes.opened(read_package(data, path.suffix), framework, form))


# ------------------------------------------------------------------------------------ fill, summary


def fill(source: Path, target: Path | None, *, form: str | None = None, backup: bool = False) -> Filling:
    """Fill in the totals of a workbook and say what changes. target: None writes nothing.
    backup: keep what the target held beside it.
    """
    with named(source):
        opened = open_file(source, form=form)
        filling = changes.fill_change(opened.book)
    if target is not None and (filling.listed or target != source):
        _apply(source, opened, filling.change, target, backup=backup)
    return filling


def summarise(source: Path, target: Path, *, form: str | None = None, backup: bool = False) -> Summarised:
    """Produce 部门汇总 in a workbook, its formulas with their values; gives the main figures as lines.
    backup: keep what the target held beside it.
    """
    with named(source):
        opened = open_file(source, form=form)
        summarised = changes.summary_change(opened.book)
    _apply(source, opened, summarised.change, target, backup=backup)
    return summarised


@contextmanager
def named(path: Path) -> Iterator[None]:
    """For commands on one file: what could not be done begins with the file's name."""
    try:
        yield
    except PerfxlError as fault:
        raise PerfxlError(f"{path}：{fault}") from fault


def _apply(source: Path, opened: OpenedFile, change: Change, target: Path, *, backup: bool) -> None:
    from perfxl.app.destinations import refuse_other_text
    from perfxl.io.workbooks.write_files import apply

    with named(target):
        refuse_other_text(target, source, opened.book.submission)
        apply(source, change, target, data=opened.data, backup=backup)


def save(target: Path, data: bytes) -> None:
    """Write a file whole or not at all. PerfxlError, beginning with its name, when that is impossible."""
    from perfxl.io.files.atomic import replace_file

    with named(target):
        replace_file(target, data)
