"""Handing out: a roster → a workbook per unit in its department's folder, archives, and 下发清单.

Nothing is written while the roster has a fault or a file is in the way. A workbook that is there
already with the same content is left alone, so running again after a break goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from perfxl.app.parallel import streamed
from perfxl.app.progress import Bar, no_bar
from perfxl.app.tasks import named
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import label_key
from perfxl.core.last_year.last_year_notes import counted
from perfxl.core.reading.submission import DEFAULT_FRAMEWORK
from perfxl.core.rosters.blank_text import projects_of
from perfxl.core.rosters.read_roster import RosterFault
from perfxl.core.sheets.sent_list import Listed, Sent, SentList, SentProject, sent_projects
from perfxl.io.data.form_files import find_form
from perfxl.io.data.framework_files import find_framework
from perfxl.io.files import paths
from perfxl.io.files.atomic import refuse_open_file, replace_file
from perfxl.io.rosters.handouts import Handout, archive, archive_members, make, plan, read_last_year
from perfxl.io.rosters.roster_file import read_roster_file
from perfxl.io.rosters.sent_list_file import FILE, read_list, write_list

_NO_LAST_YEAR = "请核对路径（从花名册所在的文件夹写起），没有上年文件的请留空。"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was written: the roster's faults, or the files that are in the way."""

    faults: tuple[RosterFault, ...] = ()
    in_the_way: tuple[str, ...] = ()


@dataclass
class Distributed:
    """What was done. written, unchanged: files. kept: files that a unit filled in or somebody changed,
    not overwritten. problems: sentences about what could not be written. left_over: files of an earlier
    run under another name. rolled: file → what became of last year's text, counted.
    """

    units: int = 0
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    rolled: dict[str, str] = field(default_factory=dict)
    warnings: tuple[RosterFault, ...] = ()
    interrupted: bool = False

    @property
    def complete(self) -> bool:
        """Whether every unit has the workbook that the roster means."""
        return not (self.kept or self.problems or self.interrupted)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands in a workbook's place. made: the digest of what would be written. fault: why it cannot
    be made. found: the digest of what is there, None for nothing.
    """

    made: str | None = None
    found: str | None = None
    fault: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """A workbook in its place, or the sentence why not. Small: one is kept for every unit.

    rolled: what became of last year's text, counted.
    """

    digest: str | None
    projects: tuple[SentProject, ...] = ()
    rolled: str = ""
    problem: str | None = None


def distribute(
    roster_file: Path,
    folder: Path,
    *,
    year: int,
    framework: str | None = None,
    form: str | None = None,
    force: bool = False,
    archives: bool = False,
    jobs: int = 1,
    bar: Bar = no_bar,
) -> Distributed | Refused:
    """Hand out the workbooks of a roster's units into a folder.

    force: replace workbooks that are as they were handed out; what somebody changed since is kept.
    archives: a zip per department beside its folder. bar: shows progress. PerfxlError when the roster
    or the framework or the form cannot be read, or the folder cannot be used.
    """
    chosen = framework or DEFAULT_FRAMEWORK
    find_framework(chosen)
    if form is not None:
        find_form(form)
    roster = read_roster_file(roster_file)
    if roster.errors:
        return Refused(faults=roster.faults)
    handouts = plan(roster.units, folder, year, chosen, roster_file.parent, form)
    before = _earlier_list(folder, year)
    standing = _standing(handouts, jobs, bar)
    faults = _last_year_faults(handouts, standing)
    if faults:
        return Refused(faults=(*roster.faults, *faults))
    in_the_way = [h for h in handouts if (at := standing.get(h.file)) and at.found not in (None, at.made)]
    if in_the_way and not force:
        return Refused(in_the_way=tuple(h.file for h in in_the_way))
    done = Distributed(units=len(handouts), warnings=roster.warnings)
    done.kept = [h.file for h in in_the_way if _sent_before(before, h) != standing[h.file].found]
    done.left_over = _left_over(folder, handouts, before)
    sent = _write_all([h for h in handouts if h.file not in done.kept], done, jobs, bar)
    if archives and not done.interrupted:
        _write_archives(handouts, sent, done, force=force)
    _write_list(folder, handouts, sent, done, standing, year, before)
    return done


# ----------------------------------------------------------------------------------- before writing


def _earlier_list(folder: Path, year: int) -> SentList:
    path = folder / FILE
    if paths.exists(folder) and not paths.is_folder(folder):
        raise PerfxlError(f"“{folder}”是文件，不是文件夹。请换一个文件夹。")
    before = read_list(path)
    if before is None:
        raise PerfxlError(f"“{path}”已经存在，不是本程序生成的下发清单，没有写入任何文件。请先移走它。")
    if before.year not in (None, year):
        raise PerfxlError(
            f"“{folder}”里是 {before.year} 年下发的文件，没有写入任何文件。{year} 年的请下发到另一个文件夹。"
        )
    with named(path):
        refuse_open_file(path)
    return before


def _standing(handouts: Sequence[Handout], jobs: int, bar: Bar) -> dict[str, _Standing]:
    """What is to be known before anything is written, by file: of last year's files and of those in place."""
    asked = [h for h in handouts if h.last_year is not None or paths.exists(h.path)]
    found = {}
    with bar("核对", len(asked)) as advance:
        for handout, one in streamed(_examine, asked, jobs, failed=_not_examined):
            found[handout.file] = one
            advance()
    return found


def _examine(handout: Handout) -> _Standing:
    if handout.last_year is not None:
        try:
            fault = _other_unit(handout)
        except PerfxlError as unreadable:
            message = f"上年文件“{handout.unit.last_year_file}”不能结转：{unreadable}"
            return _Standing(fault=message, hint=_NO_LAST_YEAR)
        if fault:
            return _Standing(fault=fault, hint="请核对路径；确实要用的，先把上年文件中的单位编码改对。")
    if not paths.exists(handout.path):
        return _Standing()
    try:
        found = _digest(handout.path.read_bytes())
    except OSError:
        # Something is there that is no file, or that may not be read: it is in the way.
        found = ""
    return _Standing(_digest(make(handout).data), found)


def _not_examined(handout: Handout, reason: str) -> _Standing:
    if handout.last_year is None:
        # What is there could not be compared: it is in the way, and nothing is lost.
        return _Standing(found="")
    message = f"上年文件“{handout.unit.last_year_file}”不能结转：{reason}"
    return _Standing(fault=message, hint="可以先把这一格留空，不结转这个单位。")


def _other_unit(handout: Handout) -> str | None:
    """A sentence where last year's file is another unit's: then its texts would go to the wrong unit."""
    if handout.last_year is None:
        return None
    last = read_last_year(handout.last_year)
    units = [last.budget_unit, *(project.budget_unit for project in last.projects)]
    codes = {unit.code for unit in units if unit and unit.code}
    names = {label_key(unit.name) for unit in units if unit and unit.name}
    own = handout.unit
    if not codes or own.code in codes or label_key(own.name) in names:
        return None
    return f"上年文件“{own.last_year_file}”是 {'、'.join(sorted(codes))} 的，不是 {own.code} {own.name} 的。"


def _last_year_faults(handouts: Iterable[Handout], standing: Mapping[str, _Standing]) -> list[RosterFault]:
    return [
        RosterFault(h.unit.sheet, h.unit.cells["last_year_file"], at.fault, at.hint)
        for h in handouts
        if (at := standing.get(h.file)) and at.fault
    ]


def _sent_before(before: SentList, handout: Handout) -> str | None:
    """The digest of what the unit was handed out, None where no list knows."""
    listed = before.units.get(handout.unit.code)
    return listed.digest if listed else None


def _left_over(folder: Path, handouts: Sequence[Handout], before: SentList) -> list[str]:
    """Files of an earlier run that the roster means no more: of a unit renamed, moved or taken out."""
    wanted = {handout.file for handout in handouts}
    return [
        str(path.relative_to(folder).as_posix())
        for code, listed in before.units.items()
        if listed.file
        for path in sorted(folder.glob(f"{code[:3]} */{code} *.xlsx"))
        if path.name == listed.file and path.relative_to(folder).as_posix() not in wanted
    ]


# ------------------------------------------------------------------------------------------ writing


def _write_all(handouts: Sequence[Handout], done: Distributed, jobs: int, bar: Bar) -> dict[str, _Written]:
    """Every workbook, whole or not at all. A break leaves those that are done."""
    sent: dict[str, _Written] = {}
    try:
        for department in dict.fromkeys(handout.path.parent for handout in handouts):
            paths.make_folder(department)
        with bar("下发", len(handouts)) as advance:
            for handout, one in streamed(_write, handouts, jobs, failed=_not_written):
                sent[handout.file] = one
                if one.problem:
                    done.problems.append(f"{handout.file}：{one.problem}")
                if one.rolled:
                    done.rolled[handout.file] = one.rolled
                advance()
    except KeyboardInterrupt:
        done.interrupted = True
    except PerfxlError as fault:
        done.problems.append(str(fault))
    return sent


def _write(handout: Handout) -> _Written:
    handed = make(handout)
    try:
        found = handout.path.read_bytes() if paths.exists(handout.path) else None
    except OSError as fault:
        raise PerfxlError(f"{paths.reason(fault)}。") from fault
    if found != handed.data:
        replace_file(handout.path, handed.data, instead_of=found)
    return _Written(_digest(handed.data), sent_projects(handed.projects), counted(handed.notes))


def _not_written(_: Handout, reason: str) -> _Written:
    return _Written(None, problem=reason)


def _write_archives(
    handouts: Sequence[Handout], sent: Mapping[str, _Written], done: Distributed, *, force: bool
) -> None:
    """A zip per department, of what it was handed out; one with other content is replaced by force only."""
    for department in dict.fromkeys(handout.department for handout in handouts):
        files = [h.path for h in handouts if h.department == department and (one := sent.get(h.file)) and one.digest]
        if not files:
            continue
        path = files[0].parent.with_name(f"{department}.zip")
        members = archive_members(path) if paths.exists(path) else None
        if members == {file.name: file.read_bytes() for file in files}:
            done.archives.append(path.name)
            continue
        if paths.exists(path) and not force:
            done.problems.append(f"{path.name}：已经存在，内容不同，没有覆盖。请移走它，或加 --force。")
            continue
        try:
            replace_file(path, archive(files))
            done.archives.append(path.name)
        except PerfxlError as fault:
            done.problems.append(f"{path.name}：{fault}")


def _write_list(
    folder: Path,
    handouts: Sequence[Handout],
    sent: Mapping[str, _Written],
    done: Distributed,
    standing: Mapping[str, _Standing],
    year: int,
    before: SentList,
) -> None:
    lines = []
    for handout in handouts:
        one = sent.get(handout.file)
        at = standing.get(handout.file)
        if one is not None and one.digest is not None:
            same = at is not None and at.found == one.digest
            (done.unchanged if same else done.written).append(handout.file)
        lines.append(_line(handout, one, before.units.get(handout.unit.code), kept=handout.file in done.kept))
    try:
        write_list(folder / FILE, lines, year, before)
    except PerfxlError as fault:
        done.problems.append(f"{FILE}：{fault}")


def _line(handout: Handout, one: _Written | None, before: Listed | None, *, kept: bool) -> Sent:
    unit = handout.unit
    made = one is not None and one.digest is not None
    reason = None if made or kept else (one.problem if one else "已中断")
    return Sent(
        code=unit.code,
        name=unit.name,
        department=unit.department or "",
        contact=unit.contact,
        phone=unit.phone,
        file=handout.file,
        # Where nothing was made now, what was handed out before is what the unit still has.
        digest=one.digest if one and made else (before.digest if before else None),
        projects=one.projects if one and made else sent_projects(projects_of(unit.projects)),
        reason=reason,
    )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
