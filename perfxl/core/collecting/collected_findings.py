"""What collecting itself finds (COL rules), beside what `check` found in each file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from perfxl.core.collecting.which_file_counts import Placed, State, UnitFiles
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.core.rules.collecting_subjects import Alteration, Arrival, UnitStanding
from perfxl.core.rules.engine import check_record


@dataclass(frozen=True, slots=True)
class Told:
    """A finding and the file it is about; None where it is about no file."""

    finding: Finding
    placed: Placed | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, as the roster says."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class UnitResult:
    """A unit with its files and what collecting found. key: its number in every sheet.

    first: findings about a whole file that holds several units stand with this one.
    """

    key: int
    files: UnitFiles
    altered: tuple[Alteration, ...] = ()
    told: tuple[Told, ...] = ()
    first: bool = True
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class OtherResult:
    """A file of no unit, and what collecting found."""

    placed: Placed
    told: tuple[Told, ...] = ()


def unit_findings(files: UnitFiles, altered: Sequence[Alteration], framework: Framework) -> tuple[Told, ...]:
    """What collecting finds about a unit: missing, several files, altered figures, the same file twice."""
    counted = files.counted
    name = files.unit.shown
    ranked = [one for one in (counted, *files.older) if one is not None]
    standing = UnitStanding(unit=name, files=tuple(one.entry.file for one in ranked))
    unfilled = files.unfilled[0] if files.unfilled else None
    if unfilled is not None and counted is None:
        standing = UnitStanding(unit=name, unfilled=unfilled.entry.file)
    records: list[tuple[UnitStanding | Arrival, Placed | None]] = [(standing, counted or unfilled)]
    if counted is not None:
        file = counted.entry.file
        if not files.unit.code and not counted.part.by:
            records.append((Arrival(file=file, known=False, roster=False), counted))
        again = [one for one in (counted, *files.same) if one.same_as is not None]
        records += [(Arrival(file=one.entry.file, unit=name, same_as=one.same_as), one) for one in again]
        of_projects = groupby(altered, key=lambda one: (one.project is None, one.project or 0))
        records += [(Arrival(file=file, altered=tuple(group)), counted) for _, group in of_projects]
    return tuple(Told(found, placed) for one, placed in records for found in check_record(one, framework))


def file_findings(placed: Placed, framework: Framework) -> tuple[Told, ...]:
    """What collecting finds about a file of no unit: it cannot be read, or belongs to nobody known."""
    entry = placed.entry
    if placed.state is State.UNREADABLE:
        record = Arrival(file=entry.file, reason=entry.reason)
    elif placed.state is State.STRANGER:
        record = Arrival(file=entry.file, known=False)
    else:
        return ()
    return tuple(Told(found, placed) for found in check_record(record, framework))


def own_findings(placed: Placed, found: Iterable[Finding], *, first: bool) -> tuple[Finding, ...]:
    """The findings of a file that concern a part of it. first: those about no project go here too."""
    if placed.part.whole:
        return tuple(found)
    numbers = placed.part.numbers
    return tuple(one for one in found if one.project in numbers or (first and one.project is None))
