"""What a collection held, in short, so that the next one can say what has changed since.

A round is told by words and not by addresses: a finding is known again by its rule, project and field,
so rows, sheets and files may move in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeAlias

from perfxl.core.collecting.record_store import Keep, in_memory
from perfxl.core.collecting.round import (
    AmountChange,
    FindingChange,
    Kind,
    KnownFinding,
    KnownProject,
    KnownUnit,
    Round,
    Since,
    UnitChange,
)
from perfxl.core.collecting.unit_return import UnitReturn
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.grid.text import label_key

# Some weeks of collecting; a large collection keeps fewer, but always the last.
MOST_ROUNDS = 6
MOST_FINDINGS = 300_000


def round_of(units: Iterable[UnitReturn], *, time: datetime, keep: Keep = in_memory) -> Round:
    """The record of a collection. Infos are left out: they ask for nothing. keep: where its units stay."""
    return Round(time, keep(_known(unit) for unit in units))


def kept(rounds: Sequence[Round], new: Round) -> tuple[Round, ...]:
    """The rounds to keep, the new one last.

    Collecting the same files once more takes the place of the last round: so the week's changes are
    not lost to a second try. At most `MOST_ROUNDS`, fewer where they hold over `MOST_FINDINGS`.
    """
    found: list[Round] = []
    number = 0
    for one in (new, *reversed(_before(rounds, new))):
        number += sum(len(unit.findings) for unit in one.units)
        if found and (len(found) == MOST_ROUNDS or number > MOST_FINDINGS):
            break
        found.append(one)
    return tuple(reversed(found))


def last_before(rounds: Sequence[Round], new: Round) -> Round | None:
    """The last round that held other files than the new one; None where there is none."""
    before = _before(rounds, new)
    return before[-1] if before else None


def since_last(rounds: Sequence[Round], new: Round, keep: Keep = in_memory) -> Since | None:
    """What changed since the last of the rounds; None where there is none.

    Where nothing did, what had changed since the last round of other files. keep: where the changes stay.
    """
    if not rounds:
        return None
    last, before = rounds[-1], last_before(rounds, new)
    changes = keep(compare(last, new))
    if before is None or before is last or any(change.happened for change in changes):
        return Since(last.time, changes)
    return Since(before.time, keep(compare(before, new)), same_as=last.time)


def compare(old: Round, new: Round) -> Iterator[UnitChange]:
    """What happened to each unit: those of the new round in its order, then those no longer there."""
    then = {unit.key: place for place, unit in enumerate(old.units)}
    gone = dict(then)
    for unit in new.units:
        place = then.get(unit.key)
        gone.pop(unit.key, None)
        yield _change(None if place is None else old.units[place], unit)
    for place in gone.values():
        left = old.units[place]
        yield _judged("gone", left, left, None)


def _before(rounds: Sequence[Round], new: Round) -> list[Round]:
    before = list(rounds)
    while before and before[-1].contents == new.contents:
        before.pop()
    return before


# ------------------------------------------------------------------------------------- the record


def _known(unit: UnitReturn) -> KnownUnit:
    numbers = {project.sheet: project.number for project in unit.projects}
    return KnownUnit(
        code=unit.code,
        name=unit.name,
        # Names of files in old archives may hold what no text file can.
        file=unit.file.encode("utf-8", errors="replace").decode("utf-8"),
        sha256=unit.sha256,
        returned=unit.returned,
        projects=tuple(
            KnownProject(**{known.name: getattr(project, known.name) for known in fields(KnownProject)})
            for project in unit.projects
        ),
        findings=tuple(
            _known_finding(finding, numbers) for finding in unit.findings if finding.severity is not Severity.INFO
        ),
    )


def _known_finding(finding: Finding, numbers: Mapping[str, int]) -> KnownFinding:
    project = finding.project if finding.project is not None else numbers.get(finding.sheet or "")
    return KnownFinding(
        rule=finding.rule,
        severity=finding.severity,
        project=project,
        field=finding.field,
        label=finding.label,
        places=max(1, len(finding.cells)),
        answered=finding.answered,
    )


# --------------------------------------------------------------------------------- the comparison

_Key: TypeAlias = tuple[str, int | None, str | None]
_AMOUNTS = {"total_budget": "预算数", "fiscal_funds": "财政资金", "other_funds": "其他资金"}


def _change(old: KnownUnit | None, new: KnownUnit) -> UnitChange:
    if old is None:
        return _judged("new", new, None, new)
    pairs = _same_projects(old.projects, new.projects)
    mended, appeared = _findings(old, new, pairs)
    amounts = _amounts(old.projects, new.projects, pairs)
    kind: Kind = "same" if old.sha256 == new.sha256 else "again"
    return _judged(kind, new, old, new, mended=mended, appeared=appeared, amounts=amounts)


def _judged(kind: Kind, unit: KnownUnit, then: KnownUnit | None, now: KnownUnit | None, **changes: Any) -> UnitChange:
    """A change of a unit, with what it had open then and now: nothing where it had no file."""
    return UnitChange(
        kind=kind,
        code=unit.code,
        name=unit.name,
        file=unit.file,
        errors=(_open(then, Severity.ERROR), _open(now, Severity.ERROR)),
        warnings=(_open(then, Severity.WARNING), _open(now, Severity.WARNING)),
        **changes,
    )


def _open(unit: KnownUnit | None, severity: Severity) -> int:
    findings = () if unit is None else unit.findings
    return sum(finding.severity is severity and not finding.answered for finding in findings)


def _same_projects(old: Sequence[KnownProject], new: Sequence[KnownProject]) -> dict[int, int]:
    """Old number → new number: by code, then by name, then the one that is left in the same place."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    ways: tuple[Callable[[KnownProject], str], ...] = (
        lambda project: (project.project_code or "").strip().upper(),
        lambda project: label_key(project.project_name or ""),
        lambda project: str(project.number),
    )
    for known_by in ways:
        for before in old:
            wanted = known_by(before)
            match = next((p for p in new if p.number not in taken and wanted == known_by(p)), None)
            if before.number not in pairs and wanted and match is not None:
                pairs[before.number] = match.number
                taken.add(match.number)
    return pairs


def _findings(
    old: KnownUnit, new: KnownUnit, pairs: Mapping[int, int]
) -> tuple[tuple[FindingChange, ...], tuple[FindingChange, ...]]:
    """What went and what came: by rule, project and field, as often as each occurs."""
    now = [(f.rule, f.project, f.field) for f in new.findings]
    before = [
        (f.rule, f.project if f.project is None else pairs.get(f.project, -f.project), f.field) for f in old.findings
    ]
    return _beyond(before, now, old), _beyond(now, before, new)


def _beyond(own: Sequence[_Key], others: Sequence[_Key], unit: KnownUnit) -> tuple[FindingChange, ...]:
    """The findings of a unit whose keys are its own, as far as there are fewer such others."""
    left = Counter(own) - Counter(others)
    found = []
    for finding, key in zip(unit.findings, own, strict=True):
        if left[key] > 0:
            left[key] -= 1
            named = next((_name(p) for p in unit.projects if p.number == finding.project), None)
            change = FindingChange(finding.rule, finding.severity, named, finding.label, finding.places)
            found.append(change)
    return tuple(found)


def _amounts(
    old: Sequence[KnownProject], new: Sequence[KnownProject], pairs: Mapping[int, int]
) -> tuple[AmountChange, ...]:
    now = {project.number: project for project in new}
    changes = []
    for before in old:
        if before.number not in pairs:
            changes.append(AmountChange(_name(before), "项目减少", before.total_budget, None))
            continue
        after = now[pairs[before.number]]
        for key, label in _AMOUNTS.items():
            was, is_ = getattr(before, key), getattr(after, key)
            # A blank source of funds counts as 0.
            if (was or 0) != (is_ or 0):
                changes.append(AmountChange(_name(after), label, was, is_))
    added = [project for project in new if project.number not in pairs.values()]
    return (*changes, *(AmountChange(_name(one), "项目增加", None, one.total_budget) for one in added))


def _name(project: KnownProject) -> str:
    return f"{project.number}.{project.project_name or project.project_code or '（未填名称）'}"
