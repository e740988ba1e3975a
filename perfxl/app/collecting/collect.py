"""Collecting: a folder of returned files → one workbook, opinions and checked copies for the units.

Only composed here. No file of a unit is ever written to, one bad file never stops the others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from perfxl.app.collecting.keep_round import Rounds, compared
from perfxl.app.collecting.result import Collected, Request
from perfxl.app.collecting.worker import collect_one, not_collected
from perfxl.app.parallel import streamed
from perfxl.app.progress import Bar, no_bar
from perfxl.app.tasks import named
from perfxl.core.collecting.alterations import altered_from_roster
from perfxl.core.collecting.collected_findings import Contact, OtherResult, UnitResult, file_findings, unit_findings
from perfxl.core.collecting.which_file_counts import Entry, Standing, UnitFiles, standing
from perfxl.core.collecting.whose_file import Unit
from perfxl.core.forms.collected_columns import joined
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.reading.submission import DEFAULT_FRAMEWORK
from perfxl.core.rosters.roster_records import Roster, RosterFault, RosterProject, RosterUnit
from perfxl.core.rules.collecting_subjects import Alteration
from perfxl.io.collecting.returned_files import Found, find_returned
from perfxl.io.collecting.saved_when import is_own_summary
from perfxl.io.collecting.store import Shelf, Store
from perfxl.io.data.form_files import with_form
from perfxl.io.data.framework_files import with_framework
from perfxl.io.files import paths
from perfxl.io.files.set_aside import aside_for
from perfxl.io.files.temporary import scratch_folder

_MOST_FAULTS = 20


class FaultyRosterError(PerfxlError):
    """The roster has faults: nothing was collected. faults: all of them, each at its cell."""

    def __init__(self, roster: Path, faults: Sequence[RosterFault]) -> None:
        said = [f"{fault.sheet}!{fault.cell}：{fault.message}{fault.hint}" for fault in faults]
        super().__init__(f"花名册“{roster}”有 {len(said)} 处错误，没有汇总。请更正后再运行：")
        if len(said) > _MOST_FAULTS:
            said[_MOST_FAULTS:] = [f"…… 另有 {len(said) - _MOST_FAULTS} 处"]
        self.details = tuple(f"  {one}" for one in said)


def collect(request: Request, use: Callable[[Collected, Rounds], int], *, bar: Bar = no_bar) -> int:
    """Collect a folder, write the summary, and hand what came of it to `use`, whose status is given.

    PerfxlError when nothing was collected: no such folder, nothing in it, a faulty roster, a summary
    that may not be written, no room for temporary files, Ctrl-C. The summary is written whole or not at all.
    """
    _refuse_target(request.target)
    with scratch_folder() as scratch:
        try:
            return _collect(request, use, bar, scratch)
        except sqlite3.OperationalError as fault:
            # What is remembered of the files takes some 20 KB for each.
            raise PerfxlError(
                f"临时文件夹“{scratch.parent}”写不下了（{fault}），没有写出汇总。"
                "请清理这个磁盘，或用环境变量 TEMP（Windows）、TMPDIR（其他系统）指定空间充足的文件夹后再运行。"
            ) from fault


def _collect(request: Request, use: Callable[[Collected, Rounds], int], bar: Bar, scratch: Path) -> int:
    frameworks, chosen = with_framework(request.framework)
    with_form(request.form)
    with Store(scratch) as store:
        given = _Given(_roster(request.roster), store)
        own = (request.target, *request.own, *([request.roster] if request.roster else []))
        found = store.keep(find_returned(request.folder, own))
        if given.units is None and all(one.passed_over is not None for one in found):
            raise PerfxlError(f"文件夹“{request.folder}”里没有收回的文件。")
        made = datetime.now()  # noqa: DTZ005 (as the officer's clock shows it)
        entries = _read_all(found, request, store, bar)
        try:
            known = frameworks[chosen or DEFAULT_FRAMEWORK]
            results, others = _sorted_out(entries, given, store, known)
            columns = joined(_used(entries, frameworks) or [known])
            columns = columns.model_copy(update={"settings": known.settings})
            besides = {key: label for entry in entries for key, label in entry.others}
            done = Collected(request, made, results, others, found, store, columns, besides, scratch=scratch)
            rounds = compared(done)
            aside = aside_for(request.target, rounds.record.summary)
            sums = _write(done, rounds, bar, aside)
        except KeyboardInterrupt:
            raise PerfxlError("已中断：文件都已读取，汇总没有写出，也没有改动任何文件。") from None
        return use(replace(done, sums=sums, aside=aside), rounds)


# -------------------------------------------------------------------------------------- before


def _refuse_target(target: Path) -> None:
    from perfxl.io.files.atomic import refuse_open_file

    if target.suffix.lower() != ".xlsx":
        raise PerfxlError(f"“{target}”应以 .xlsx 结尾。")
    if not paths.is_folder(target.parent):
        raise PerfxlError(f"文件夹“{target.parent}”不存在。请先建立文件夹。")
    if paths.is_folder(target) or (paths.exists(target) and not is_own_summary(target)):
        raise PerfxlError(f"“{target}”已经存在，不是本程序生成的汇总，没有覆盖。请换一个文件名，或先移走原文件。")
    with named(target):
        refuse_open_file(target)


def _roster(path: Path | None) -> Roster | None:
    if path is None:
        return None
    from perfxl.io.rosters.roster_file import read_roster_file

    roster = read_roster_file(path)
    if roster.errors:
        raise FaultyRosterError(path, roster.errors)
    return roster


class _Given:
    """What the roster says of each unit, on a shelf; units None where there is no roster."""

    def __init__(self, roster: Roster | None, store: Store) -> None:
        self.units = None if roster is None else [Unit(u.code, u.name, u.department) for u in roster.units]
        self._kept = store.keep(roster.units if roster is not None else ())
        self._places = {unit.code: place for place, unit in enumerate(self._kept)}

    def of(self, unit: Unit) -> RosterUnit | None:
        """A unit as the roster has it."""
        place = self._places.get(unit.code or "")
        return None if place is None else self._kept[place]


# ------------------------------------------------------------------------------------- reading


def _read_all(found: Sequence[Found], request: Request, store: Store, bar: Bar) -> Sequence[Entry]:
    """Every file's entry, in their order; its rows go into the store."""
    entries: Shelf[Entry] = store.shelf()
    to_read = sum(one.reason is None and one.passed_over is None for one in found)
    jobs = min(request.jobs, max(to_read, 1))
    try:
        work = partial(collect_one, framework=request.framework, form=request.form)
        with bar("汇总", len(found)) as advance:
            for _, (entry, rows) in streamed(work, enumerate(found), jobs, failed=not_collected):
                if rows is not None:
                    store.put(entry.number, rows)
                entries.append(entry)
                advance()
    except KeyboardInterrupt:
        raise PerfxlError(
            f"已中断：读取了 {len(entries)} 个文件，共 {len(found)} 个。没有写出汇总，也没有改动任何文件。"
        ) from None
    return entries


# --------------------------------------------------------------------------------- unit by unit


def _sorted_out(
    entries: Sequence[Entry], given: _Given, store: Store, framework: Framework
) -> tuple[Sequence[UnitResult], Sequence[OtherResult]]:
    """What came of each unit, and of the files of none."""
    sorted_out = standing(entries, given.units, store.keep)
    results = store.keep(_results(sorted_out, given, store, framework))
    return results, store.keep(OtherResult(one, file_findings(one, framework)) for one in sorted_out.others())


def _used(entries: Iterable[Entry], frameworks: Mapping[str, Framework]) -> list[Framework]:
    """The frameworks of the files, each once."""
    names = dict.fromkeys(entry.framework for entry in entries)
    return [frameworks[name] for name in names if name is not None and name in frameworks]


def _results(sorted_out: Standing, given: _Given, store: Store, framework: Framework) -> Iterator[UnitResult]:
    seen: set[int] = set()
    for key, files in enumerate(sorted_out.units(), 1):
        first = files.counted is None or files.counted.entry.number not in seen
        if files.counted is not None:
            seen.add(files.counted.entry.number)
        known = given.of(files.unit)
        altered = _altered(files, store, known.projects if known is not None else (), first=first)
        told = unit_findings(files, altered, framework)
        contact = Contact(known.contact, known.phone) if known is not None else Contact()
        yield UnitResult(key, files, altered, told, first, contact)


def _altered(files: UnitFiles, store: Store, given: Sequence[RosterProject], *, first: bool) -> tuple[Alteration, ...]:
    """What the unit altered of what it was given: as its file remembers, and as the roster says."""
    counted = files.counted
    if counted is None:
        return ()
    whole, numbers = counted.part.whole, counted.part.numbers
    known = [
        one
        for one in store.altered(counted.entry.number)
        if whole or one.project in numbers or (first and one.project is None)
    ]
    if given:
        rows = [row for row in store.projects(counted.entry.number) if whole or row.number in numbers]
        known += altered_from_roster(given, rows, known)
    return tuple(sorted(known, key=lambda one: (one.project is None, one.project or 0)))


# ------------------------------------------------------------------------------------- writing


def _write(done: Collected, rounds: Rounds, bar: Bar, aside: Path | None) -> tuple[Finding, ...]:
    from perfxl.core.collecting.consolidated.consolidated_workbook import Consolidation
    from perfxl.io.collecting.write_consolidated import links_between, write_consolidated
    from perfxl.io.files.atomic import replace_by

    links = links_between(done.request.target, done.request.folder)
    sums: list[Finding] = []
    with named(done.request.target), bar("写出", len(done.results)) as advance:
        book = Consolidation(
            done.results,
            done.others,
            done.has_roster,
            done.framework,
            done.store,
            links,
            done.made,
            rounds.since,
            done.besides,
            each_done=advance,
        )
        replace_by(
            done.request.target, lambda stream: sums.extend(write_consolidated(book, stream, done.scratch)), aside=aside
        )
    return tuple(sums)
