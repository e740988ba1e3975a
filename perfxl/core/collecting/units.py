"""Which file counts for which unit: the newest of each, the others shown, nothing counted twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from perfxl.core.collecting.recognise import (
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
    project form or our template is in it.
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
    in_archive: bool = False
    department: str | None = None
    year: int | None = None
    framework: str | None = None
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

    counted: None where nothing came back. department: what it is listed under: a name, else the first
    digits of its code, else `""`.
    """

    unit: Unit
    counted: Placed | None = None
    older: tuple[Placed, ...] = ()
    same: tuple[Placed, ...] = ()
    department: str = ""


@dataclass(frozen=True)
class Standing:
    """Everything that came back, unit by unit, and what belongs to none.

    units: by department and code, those without a code last. others: strangers, workbooks without a
    form, unreadable files, what was passed over; in the order of the folder.
    """

    units: tuple[UnitFiles, ...]
    others: tuple[Placed, ...]
    has_roster: bool

    @property
    def counted(self) -> tuple[UnitFiles, ...]:
        """The units whose figures are summed up."""
        return tuple(one for one in self.units if one.counted is not None)


@dataclass
class _Sorting:
    directory: Directory
    has_roster: bool
    of_unit: dict[Unit, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    others: list[Placed] = field(default_factory=list)


def standing(entries: Iterable[Entry], roster: Sequence[Unit] | None) -> Standing:
    """Sort the files by unit. roster: None takes the units that the files themselves name."""
    known = sorted(entries, key=lambda entry: entry.number)
    if roster is None:
        directory = claimed_units((e.claims, e.lines, e.department) for e in known if e.has_form)
    else:
        directory = Directory(roster)
    sorting = _Sorting(directory, has_roster=roster is not None)
    for entry in known:
        _sort_in(entry, sorting)
    units = list(roster or ())
    units += [unit for unit in sorting.of_unit if unit not in set(units)]
    filed = [_ranked(unit, sorting.of_unit.get(unit, [])) for unit in units]
    return Standing(tuple(_by_department(_same_elsewhere(filed))), tuple(sorting.others), sorting.has_roster)


def _sort_in(entry: Entry, sorting: _Sorting) -> None:
    parts = recognise(entry.file, entry.claims, entry.lines, sorting.directory)
    state = _state_of_none(entry)
    if state is not None:
        sorting.others.append(Placed(entry, parts[0], state))
        return
    for part in parts:
        unit = part.unit
        if unit is None and not sorting.has_roster:
            unit = code_in_name(entry.file) or Unit(None, None, entry.department)
            by = "文件名" if unit.code else ""
            named = Part(unit, by, part.lines, part.notes)
            # Nobody can say whose it is: each such file is a line of its own.
            key = unit if unit.code else Unit(None, f"（未写明单位）{entry.file}", entry.department)
            sorting.of_unit[key].append(Placed(entry, named, State.COUNTED))
        elif unit is None:
            sorting.others.append(Placed(entry, part, State.STRANGER))
        else:
            sorting.of_unit[unit].append(Placed(entry, part, State.COUNTED))


def _state_of_none(entry: Entry) -> State | None:
    """What a file is that can be of no unit; None for one that can."""
    if entry.passed_over is not None:
        return State.PASSED_OVER
    if entry.reason is not None:
        return State.UNREADABLE
    return None if entry.has_form else State.NO_FORM


def _ranked(unit: Unit, files: Sequence[Placed]) -> UnitFiles:
    """The newest file first; a unit's own file before one that only has a sheet for it."""
    # Sorted thrice, each time stable: by name, by time, by whether it is the unit's own.
    ranked = sorted(files, key=lambda one: one.entry.file)
    ranked.sort(key=lambda one: one.entry.modified or _EPOCH, reverse=True)
    ranked.sort(key=lambda one: not one.part.whole)
    groups: dict[str, list[Placed]] = defaultdict(list)
    for one in ranked:
        groups[one.entry.content or f"{one.entry.number}"].append(one)
    # Of files that say the same, one that can be opened where it lies stands for all.
    chosen = [min(group, key=lambda one: one.entry.in_archive) for group in groups.values()]
    if not chosen:
        return UnitFiles(unit)
    counted, *older = chosen
    return UnitFiles(
        unit,
        counted,
        tuple(Placed(one.entry, one.part, State.OLDER) for one in older),
        tuple(
            Placed(one.entry, one.part, State.SAME, first.entry.file)
            for first, group in zip(chosen, groups.values(), strict=True)
            for one in group
            if one is not first
        ),
    )


def _same_elsewhere(filed: Sequence[UnitFiles]) -> list[UnitFiles]:
    """One workbook sent in under two units' names says so, though each unit keeps its figures."""
    first: dict[str, tuple[Unit, str, int]] = {}
    made = []
    for one in filed:
        counted = one.counted
        if counted is not None and counted.part.whole and counted.entry.content is not None:
            entry = counted.entry
            known = first.setdefault(entry.content or "", (one.unit, entry.file, entry.number))
            if known[2] != entry.number:
                placed = Placed(entry, counted.part, counted.state, known[1])
                made.append(UnitFiles(one.unit, placed, one.older, one.same))
                continue
        made.append(one)
    return made


def _by_department(filed: Sequence[UnitFiles]) -> list[UnitFiles]:
    """Departments in the order of their lowest codes, their units by code; those without a code last.

    A unit whose department nobody names belongs to that of the same first three digits.
    """
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for one in filed:
        if one.unit.code and one.unit.department:
            named[one.unit.code[:_PREFIX]][one.unit.department] += 1
    groups: dict[str, list[UnitFiles]] = defaultdict(list)
    for one in filed:
        prefix = (one.unit.code or "")[:_PREFIX]
        others = named.get(prefix)
        name = one.unit.department or (others.most_common(1)[0][0] if others else "")
        groups[name or f"{prefix}{NO_DEPARTMENT}"].append(replace(one, department=name or prefix))

    def of_group(files: list[UnitFiles]) -> tuple[bool, str, str]:
        codes = [one.unit.code for one in files if one.unit.code]
        return not codes, min(codes, default=""), files[0].department

    def of_unit(one: UnitFiles) -> tuple[bool, str, str]:
        return one.unit.code is None, one.unit.code or "", one.unit.name or ""

    return [one for files in sorted(groups.values(), key=of_group) for one in sorted(files, key=of_unit)]
