"""What a collection held, in short, so that the next one can say what has changed since.

A round is told by words and not by addresses: a finding is known again by its rule, project and field,
so rows, sheets and files may move in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from perfxl.core.collecting.record_store import Keep, in_memory
from perfxl.core.collecting.round import (
    AmountChange,
    FindingChange,
    KnownFinding,
    KnownProject,
    KnownUnit,
    Round,
    Since,
    UnitChange,
)
from perfxl.core.collecting.unit_return import ReturnedProject, UnitReturn
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.grid.text import label_key

__all__ = ["Round", "UnitChange", "compare", "kept", "last_before", "round_of", "since_last"]

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
        yield _gone(old.units[place])


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
        projects=tuple(_known_project(project) for project in unit.projects),
        findings=tuple(
            _known_finding(finding, numbers)
            for finding in unit.findings
            if finding.severity is not Severity.INFO
        ),
    )


def _known_project(project: ReturnedProject) -> KnownProject:
    return KnownProject(
        number=project.number,
        project_code=project.project_code,
        project_name=project.project_name,
        total_budget=project.total_budget,
        fiscal_funds=project.fiscal_funds,
        other_funds=project.other_funds,
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

_AMOUNTS = {"total_budget": "预算数", "fiscal_funds": "财政资金", "other_funds": "其他资金"}


def _change(old: KnownUnit | None, new: KnownUnit) -> UnitChange:
    if old is None:
        return UnitChange(
            kind="new",
            code=new.code,
            name=new.name,
            file=new.file,
            errors=(0, _open(new, Severity.ERROR)),
            warnings=(0, _open(new, Severity.WARNING)),
        )
    pairs = _same_projects(old.projects, new.projects)
    mended, appeared = _findings(old, new, pairs)
    return UnitChange(
        kind="same" if old.sha256 == new.sha256 else "again",
        code=new.code,
        name=new.name,
        file=new.file,
        errors=(_open(old, Severity.ERROR), _open(new, Severity.ERROR)),
        warnings=(_open(old, Severity.WARNING), _open(new, Severity.WARNING)),
        mended=mended,
        appeared=appeared,
        amounts=_amounts(old.projects, new.projects, pairs),
    )


def _gone(old: KnownUnit) -> UnitChange:
    return UnitChange(
        kind="gone",
        code=old.code,
        name=old.name,
        file=old.file,
        errors=(_open(old, Severity.ERROR), 0),
        warnings=(_open(old, Severity.WARNING), 0),
    )


def _open(unit: KnownUnit, severity: Severity) -> int:
    return sum(finding.severity is severity and not finding.answered for finding in unit.findings)


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
    now = Counter((f.rule, f.project, f.field) for f in new.findings)
    before = Counter(
        (f.rule, f.project if f.project is None else pairs.get(f.project, -f.project), f.field)
        for f in old.findings
    )
    left, come = before - now, now - before
    mended, appeared = [], []
    for finding in old.findings:
        at = finding.project if finding.project is None else pairs.get(finding.project, -finding.project)
        if left[finding.rule, at, finding.field] > 0:
            left[finding.rule, at, finding.field] -= 1
            mended.append(_told(finding, old))
    for finding in new.findings:
        if come[finding.rule, finding.project, finding.field] > 0:
            come[finding.rule, finding.project, finding.field] -= 1
            appeared.append(_told(finding, new))
    return tuple(mended), tuple(appeared)


def _told(finding: KnownFinding, unit: KnownUnit) -> FindingChange:
    named = next((_name(p) for p in unit.projects if p.number == finding.project), None)
    return FindingChange(
        rule=finding.rule,
        severity=finding.severity,
        project=named,
        label=finding.label,
        places=finding.places,
    )


def _amounts(
    old: Sequence[KnownProject], new: Sequence[KnownProject], pairs: Mapping[int, int]
) -> tuple[AmountChange, ...]:
    now = {project.number: project for project in new}
    changes = []
    for before in old:
        if before.number not in pairs:
            changes.append(_whole(before, gone=True))
            continue
        after = now[pairs[before.number]]
        for key, label in _AMOUNTS.items():
            was, is_ = getattr(before, key), getattr(after, key)
            # A blank source of funds counts as 0.
            if (was or 0) != (is_ or 0):
                changes.append(AmountChange(project=_name(after), label=label, old=was, new=is_))
    added = [project for project in new if project.number not in pairs.values()]
    return (*changes, *(_whole(project, gone=False) for project in added))


def _whole(project: KnownProject, *, gone: bool) -> AmountChange:
    amount = project.total_budget
    return AmountChange(
        project=_name(project),
        label="项目减少" if gone else "项目增加",
        old=amount if gone else None,
        new=None if gone else amount,
    )


def _name(project: KnownProject) -> str:
    return f"{project.number}.{project.project_name or project.project_code or '（未填名称）'}"
