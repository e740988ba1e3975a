"""Which budget unit a file came from: its own memory, its cover, its unit lines, else its name.

People rename files, borrow a neighbour's workbook and copy sheets between workbooks. So each place
that names a unit is a claim; the claims are counted, and what contradicts is told, never hidden.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from perfxl.core.forms.totals import Totals
from perfxl.core.grid.text import half_width, label_key

_DIGITS = re.compile(r"(?<!\d)\d{3,}(?!\d)")
_UNIT_CODE = re.compile(r"\d{6}")
# A day of this century is no unit code: 202401 stands in many file names.
_MONTH = re.compile(r"20\d\d(?:0[1-9]|1[0-2])")
_SHORTEST_NAME = 3


class Source(StrEnum):
    """Where a claim stands, in the order of trust."""

    METADATA = "内置标识"
    COVER = "封面"
    FORMS = "单位行"
    FILE_NAME = "文件名"


@dataclass(frozen=True, slots=True)
class Unit:
    """A budget unit. code or name may be None, never both; department where somebody says it."""

    code: str | None
    name: str | None
    department: str | None = None

    @property
    def shown(self) -> str:
        """`116001 区总工会本级`."""
        return " ".join(part for part in (self.code, self.name) if part)


@dataclass(frozen=True, slots=True)
class Claim:
    """A place that names a unit."""

    source: Source
    code: str | None
    name: str | None

    @property
    def shown(self) -> str:
        """As it stands there."""
        return " ".join(part for part in (self.code, self.name) if part)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """The projects whose forms carry one unit line: what it says, their numbers and their sums."""

    code: str | None
    name: str | None
    numbers: tuple[int, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Part:
    """What a file holds for one unit. by: what told so. numbers: its projects. notes: sentences."""

    unit: Unit | None
    by: str
    lines: tuple[UnitLine, ...]
    notes: tuple[str, ...] = ()
    whole: bool = True

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its projects."""
        return frozenset(number for line in self.lines for number in line.numbers)


class Directory:
    """Units by code, by name and by what file names contain."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = tuple(units)
        self._by_code = {unit.code: unit for unit in self.units if unit.code}
        self._by_name: dict[str, Unit | None] = {}
        for unit in self.units:
            key = label_key(unit.name or "")
            # A name that two units share tells nothing.
            self._by_name[key] = None if key in self._by_name else unit
        self._lengths = sorted({len(key) for key in self._by_name if len(key) >= _SHORTEST_NAME}, reverse=True)

    def find(self, code: str | None, name: str | None) -> Unit | None:
        """The unit of that code, else of that name, however it is spaced."""
        found = self._by_code.get(half_width(code or "").strip())
        return found or (self._by_name.get(label_key(name)) if name else None)

    def in_text(self, text: str) -> Unit | None:
        """The unit whose code or name a file name contains; of several names the longest."""
        plain = half_width(text)
        for digits in _DIGITS.findall(plain):
            if digits in self._by_code:
                return self._by_code[digits]
        key = label_key(plain)
        for length in self._lengths:
            for start in range(len(key) - length + 1):
                found = self._by_name.get(key[start : start + length])
                if found is not None:
                    return found
        return None


def claimed_units(claims: Iterable[tuple[Sequence[Claim], Sequence[UnitLine], str | None]]) -> Directory:
    """Without a roster: the units that the files themselves name, by code where there is one.

    claims: of each file its claims, its unit lines and its department. A code's name is the one most
    files give; a name without a code is the unit of that name, where another file tells its code.
    """
    names: dict[str, Counter[str]] = {}
    departments: dict[str, Counter[str]] = {}
    nameless: dict[str, str] = {}
    for file_claims, lines, department in claims:
        said: list[Claim | UnitLine] = [*file_claims, *lines]
        for one in said:
            key = half_width(one.code or "").strip()
            if _UNIT_CODE.fullmatch(key):
                names.setdefault(key, Counter())[one.name or ""] += 1
                departments.setdefault(key, Counter())[department or ""] += 1
            elif one.name:
                nameless.setdefault(label_key(one.name), one.name)
    units = [Unit(code, _most_common(names[code]), _most_common(departments[code])) for code in sorted(names)]
    known = {label_key(unit.name or "") for unit in units}
    units += [Unit(None, name) for key, name in sorted(nameless.items()) if key and key not in known]
    return Directory(units)


def _most_common(counted: Counter[str]) -> str | None:
    """The text given most often, blanks only where there is nothing else; the first of equals."""
    return max(counted, key=lambda text: (bool(text), counted[text]), default="") or None


def recognise(file: str, claims: Sequence[Claim], lines: Sequence[UnitLine], directory: Directory) -> tuple[Part, ...]:
    """What a file holds, unit by unit; one part with unit None where nobody can be told.

    Forms of two or more known units make as many parts. Otherwise the file is of one unit: the one
    most of its claims name, of equals the one named in the more trusted place.
    """
    found = {claim.source: unit for claim in claims if (unit := directory.find(claim.code, claim.name))}
    of_line = [directory.find(line.code, line.name) for line in lines]
    units_of_lines = list(dict.fromkeys(unit for unit in of_line if unit is not None))
    if len(units_of_lines) == 1:
        found[Source.FORMS] = units_of_lines[0]
    named = _in_path(file, directory)
    if len(units_of_lines) > 1:
        return _several(lines, of_line, units_of_lines, found)
    unit, by = _voted(found)
    if unit is None and named is not None:
        unit, by = named, Source.FILE_NAME.value
    notes = _contradictions(claims, lines, directory, unit, named)
    return (Part(unit, by, tuple(lines), notes),)


def _voted(found: dict[Source, Unit]) -> tuple[Unit | None, str]:
    if not found:
        return None, ""
    votes = Counter(found.values())
    most = max(votes.values())
    unit = next(found[source] for source in Source if source in found and votes[found[source]] == most)
    return unit, "、".join(source.value for source in Source if found.get(source) == unit)


def _several(
    lines: Sequence[UnitLine], of_line: Sequence[Unit | None], units: Sequence[Unit], found: dict[Source, Unit]
) -> tuple[Part, ...]:
    """A part per unit; forms of nobody known belong to the file's own unit, else to the first."""
    own = _voted({s: u for s, u in found.items() if s is not Source.FORMS})[0] or units[0]
    order = list(dict.fromkeys([*units, *([own] if None in of_line else [])]))
    names = "、".join(unit.shown for unit in order)
    note = f"本文件含 {len(order)} 个单位的项目表：{names}"
    return tuple(
        Part(
            unit,
            Source.FORMS.value,
            tuple(line for line, of in zip(lines, of_line, strict=True) if (of or own) == unit),
            (note,),
            whole=False,
        )
        for unit in order
    )


def _contradictions(
    claims: Sequence[Claim], lines: Sequence[UnitLine], directory: Directory, unit: Unit | None, named: Unit | None
) -> tuple[str, ...]:
    """What the file says about its unit in one place and otherwise in another."""
    said = []
    for claim in [*claims, *(Claim(Source.FORMS, line.code, line.name) for line in lines)]:
        other = directory.find(claim.code, claim.name)
        if other is not None and other != unit:
            said.append(f"{claim.source.value}是“{claim.shown}”")
        elif claim.code and claim.name and other is not None:
            # The code of one unit beside the name of another.
            by_name = directory.find(None, claim.name)
            if by_name is not None and by_name != unit:
                said.append(f"{claim.source.value}的编码“{claim.code}”与名称“{claim.name}”不是同一单位")
    if named is not None and unit is not None and named != unit:
        said.append(f"{Source.FILE_NAME.value}写的是“{named.shown}”")
    return tuple(dict.fromkeys(said))


def _in_path(file: str, directory: Directory) -> Unit | None:
    """The unit that the file's name or else a folder's name tells, the innermost first."""
    found = (directory.in_text(part) for part in reversed(file.split("/")))
    return next((unit for unit in found if unit is not None), None)


def code_in_name(file: str) -> Unit | None:
    """`116001 某单位.xlsx` → the unit, where neither the file nor a roster tells; None for other names."""
    stem = half_width(file.rpartition("/")[2].rpartition(".")[0]).strip()
    if not _UNIT_CODE.match(stem) or _MONTH.match(stem) or stem[6:7].isdigit():
        return None
    name = stem[6:].strip(" _-.—（）()")
    return Unit(stem[:6], name or None)
