"""Which file counts for which unit: the newest of each, the others shown, nothing counted twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from perfxl.core.collecting.record_store import Keep, in_memory
from perfxl.core.collecting.whose_file import (
    Claim,
    Directory,
    Part,
    Unit,
    UnitLine,
    claimed_units,
    code_in_name,
    recognise,
)

NO_DEPARTMENT = "（未写明主管部门）"
_PREFIX = 3
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (times of files are local ones)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that came back, as much of it as is kept in memory.

    number: its place in the order of the folder, and its key in the store of rows. file: its path
    below the folder with `/`, inside an archive `包.zip/文本.xlsx`. content: what two files share that
    say the same, whoever saved them. modified: when it was last saved, dated_by what tells so.
    reason: why it cannot be read. passed_over: why it is none of the units' files. has_form: a
    project form or our template is in it. unfilled: it is as it was handed out.
    """

    number: int
    file: str
    sha256: str | None = None
    content: str | None = None
    modified: datetime | None = None
    dated_by: str = ""
    reason: str | None = None
    passed_over: str | None = None
    has_form: bool = False
    unfilled: bool = False
    in_archive: bool = False
    department: str | None = None
    year: int | None = None
    framework: str | None = None
    others: tuple[tuple[str, str], ...] = ()
    claims: tuple[Claim, ...] = ()
    lines: tuple[UnitLine, ...] = ()


class State(StrEnum):
    """What became of a file."""

    COUNTED = "已报送"
    OLDER = "重复，未采用"
    SAME = "内容相同，未采用"
    STRANGER = "不属于花名册"
    NO_FORM = "没有项目表"
    UNREADABLE = "无法读取"
    PASSED_OVER = "略过"
    UNFILLED = "原样交回"
    MISSING = "未报送"


@dataclass(frozen=True, slots=True)
class Placed:
    """A file, or its part for one unit, and what became of it. same_as: the file that says the same."""

    entry: Entry
    part: Part
    state: State
    same_as: str | None = None


@dataclass(frozen=True)
class UnitFiles:
    """A unit and its files, the one that counts first; those that only repeat another are apart.

    counted: None where nothing came back that anybody filled in. unfilled: what came back as it was handed
    out, the newest first; it counts for nothing. department: what it is listed under: a name, else the first
    digits of its code, else `""`.
    """

    unit: Unit
    counted: Placed | None = None
    older: tuple[Placed, ...] = ()
    same: tuple[Placed, ...] = ()
    department: str = ""
    unfilled: tuple[Placed, ...] = ()

    @property
    def standing(self) -> State:
        """Whether the unit has returned its text: it has, it sent back what it was given, or nothing."""
        if self.counted is not None:
            return State.COUNTED
        return State.UNFILLED if self.unfilled else State.MISSING


class _Slip(NamedTuple):
    """What deciding needs to know of a file's part: so much of each stays in memory.

    place: where the whole stands among all the parts.
    """

    place: int
    number: int
    file: str
    content: str | None
    modified: datetime
    in_archive: bool
    whole: bool
    unfilled: bool


class _Filed(NamedTuple):
    """A unit's slips, the one that counts first; same: with the file that says the same."""

    unit: Unit
    ranked: tuple[_Slip, ...] = ()
    same: tuple[tuple[_Slip, str], ...] = ()
    same_elsewhere: str | None = None
    department: str = ""
    unfilled: tuple[_Slip, ...] = ()


@dataclass(frozen=True)
class Standing:
    """Everything that came back, unit by unit, and what belongs to none."""

    _parts: Sequence[Placed]
    _filed: Sequence[_Filed]
    _others: Sequence[int]

    def units(self) -> Iterator[UnitFiles]:
        """By department and code, those without a code last."""
        for one in self._filed:
            ranked = [self._parts[slip.place] for slip in one.ranked]
            yield UnitFiles(
                one.unit,
                replace(ranked[0], same_as=one.same_elsewhere) if ranked else None,
                tuple(replace(part, state=State.OLDER) for part in ranked[1:]),
                tuple(replace(self._parts[slip.place], state=State.SAME, same_as=file) for slip, file in one.same),
                one.department,
                tuple(replace(self._parts[slip.place], state=State.UNFILLED) for slip in one.unfilled),
            )

    def others(self) -> Iterator[Placed]:
        """Strangers, workbooks without a form, unreadable files, what was passed over, as the folder has them."""
        return (self._parts[place] for place in self._others)


def standing(entries: Sequence[Entry], roster: Sequence[Unit] | None, keep: Keep = in_memory) -> Standing:
    """Sort the files, which come in the order of their numbers, by unit.

    roster: None takes the units that the files themselves name. keep: where the parts of the files stay.
    """
    if roster is None:
        directory = claimed_units((e.claims, e.lines, e.department) for e in entries if e.has_form)
    else:
        directory = Directory(roster)
    of_unit: dict[Unit, list[_Slip]] = {unit: [] for unit in roster or ()}
    others: list[int] = []

    def sorted_in() -> Iterator[Placed]:
        place = 0
        for entry in entries:
            for unit, part in _parts(entry, directory, has_roster=roster is not None):
                if unit is None:
                    others.append(place)
                else:
                    said = entry.number, entry.file, entry.content, entry.modified or _EPOCH, entry.in_archive
                    slip = _Slip(place, *said, part.part.whole, entry.unfilled)
                    of_unit.setdefault(unit, []).append(slip)
                yield part
                place += 1

    parts = keep(sorted_in())
    filed = _same_elsewhere(_ranked(unit, slips) for unit, slips in of_unit.items())
    return Standing(parts, _by_department(filed), others)


def _parts(entry: Entry, directory: Directory, *, has_roster: bool) -> Iterator[tuple[Unit | None, Placed]]:
    """What a file holds, and of which unit; None for what is of no unit."""
    parts = recognise(entry.file, entry.claims, entry.lines, directory)
    state = _state_of_none(entry)
    if state is not None:
        yield None, Placed(entry, parts[0], state)
        return
    for part in parts:
        if part.unit is not None:
            yield part.unit, Placed(entry, part, State.COUNTED)
        elif has_roster:
            yield None, Placed(entry, part, State.STRANGER)
        else:
            yield _unknown(entry, part)


def _unknown(entry: Entry, part: Part) -> tuple[Unit, Placed]:
    """Without a roster, a part that names no unit is of the one in the file's name, else of one of its own."""
    unit = code_in_name(entry.file) or Unit(None, None, entry.department)
    named = Part(unit, "文件名" if unit.code else "", part.lines, part.notes)
    # Nobody can say whose it is: each such file is a line of its own.
    key = unit if unit.code else Unit(None, f"（未写明单位）{entry.file}", entry.department)
    return key, Placed(entry, named, State.COUNTED)


def _state_of_none(entry: Entry) -> State | None:
    """What a file is that can be of no unit; None for one that can."""
    if entry.passed_over is not None:
        return State.PASSED_OVER
    if entry.reason is not None:
        return State.UNREADABLE
    return None if entry.has_form else State.NO_FORM


def _ranked(unit: Unit, slips: Sequence[_Slip]) -> _Filed:
    """The newest file first; a unit's own file before one that only has a sheet for it."""
    # Sorted thrice, each time stable: by name, by time, by whether it is the unit's own.
    ranked = sorted(slips, key=lambda one: one.file)
    ranked.sort(key=lambda one: one.modified, reverse=True)
    ranked.sort(key=lambda one: not one.whole)
    unfilled = tuple(one for one in ranked if one.unfilled)
    groups: dict[str, list[_Slip]] = defaultdict(list)
    for one in ranked:
        if not one.unfilled:
            groups[one.content or f"{one.number}"].append(one)
    # Of files that say the same, one that can be opened where it lies stands for all.
    chosen = [min(group, key=lambda one: one.in_archive) for group in groups.values()]
    same = [
        (one, first.file)
        for first, group in zip(chosen, groups.values(), strict=True)
        for one in group
        if one is not first
    ]
    return _Filed(unit, tuple(chosen), tuple(same), unfilled=unfilled)


def _same_elsewhere(filed: Iterable[_Filed]) -> Iterator[_Filed]:
    """One workbook sent in under two units' names says so, though each unit keeps its figures."""
    first: dict[str, _Slip] = {}
    for one in filed:
        counted = one.ranked[0] if one.ranked else None
        if counted is not None and counted.whole and counted.content is not None:
            known = first.setdefault(counted.content, counted)
            if known.number != counted.number:
                yield one._replace(same_elsewhere=known.file)
                continue
        yield one


def _by_department(files: Iterable[_Filed]) -> list[_Filed]:
    """Departments in the order of their lowest codes, their units by code; those without a code last.

    A unit whose department nobody names belongs to that of the same first three digits.
    """
    filed = list(files)
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for one in filed:
        if one.unit.code and one.unit.department:
            named[one.unit.code[:_PREFIX]][one.unit.department] += 1
    groups: dict[str, list[_Filed]] = defaultdict(list)
    for one in filed:
        prefix = (one.unit.code or "")[:_PREFIX]
        others = named.get(prefix)
        name = one.unit.department or (others.most_common(1)[0][0] if others else "")
        groups[name or f"{prefix}{NO_DEPARTMENT}"].append(one._replace(department=name or prefix))

    def of_group(files: list[_Filed]) -> tuple[bool, str, str]:
        codes = [one.unit.code for one in files if one.unit.code]
        return not codes, min(codes, default=""), files[0].department

    def of_unit(one: _Filed) -> tuple[bool, str, str]:
        return one.unit.code is None, one.unit.code or "", one.unit.name or ""

    return [one for files in sorted(groups.values(), key=of_group) for one in sorted(files, key=of_unit)]
