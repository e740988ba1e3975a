"""The records of rounds: what is kept of a collection, and what changed from one to the next.

Frozen, small, and known by words and not by addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Literal, NamedTuple, TypeAlias

from perfxl.core.forms.findings import Severity
from perfxl.core.grid.text import label_key

# Of what is written; raised when a record changes its shape.
VERSION = 1

Kind: TypeAlias = Literal["new", "again", "same", "gone"]


def unit_key(code: str | None, name: str | None, file: str) -> str:
    """What a unit is known by: its code, else its name, else the file."""
    return code or label_key(name or "") or file


# Dataclasses with slots and tuples: a province has a million findings.


@dataclass(frozen=True, slots=True)
class KnownProject:
    """A project as it stood: its amounts in 万元, None where blank."""

    number: int
    project_code: str | None = None
    project_name: str | None = None
    total_budget: Decimal | None = None
    fiscal_funds: Decimal | None = None
    other_funds: Decimal | None = None


class KnownFinding(NamedTuple):
    """An error or warning as it stood. project: its number in this record, None for the text as a whole.
    places: how many cells it concerned.
    """

    rule: str
    severity: Severity
    project: int | None = None
    field: str | None = None
    label: str | None = None
    places: int = 1
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUnit:
    """A unit's file as it stood. sha256 tells whether it is still the same."""

    code: str | None = None
    name: str | None = None
    file: str
    sha256: str
    returned: datetime | None = None
    projects: tuple[KnownProject, ...] = ()
    findings: tuple[KnownFinding, ...] = ()

    @property
    def key(self) -> str:
        """What the unit is known by."""
        return unit_key(self.code, self.name, self.file)


@dataclass(frozen=True)
class Round:
    """One collection. time: when it was made, without a time zone. units: a province's are kept on disk."""

    time: datetime
    units: Sequence[KnownUnit] = ()

    @cached_property
    def contents(self) -> int:
        """A figure for which unit returned what: equal for two collections of the same files in any order."""
        return sum(
            int.from_bytes(sha256(f"{unit.key}\n{unit.sha256}".encode("utf-8", "replace")).digest())
            for unit in self.units
        )


@dataclass(frozen=True, slots=True)
class AmountChange:
    """An amount of a project that is another one now, or a project that came or went (`label` 项目)."""

    project: str
    label: str
    old: Decimal | None
    new: Decimal | None


@dataclass(frozen=True, slots=True)
class FindingChange:
    """An error or warning that came or went. project: as it is called, None for the text as a whole."""

    rule: str
    severity: Severity
    project: str | None
    label: str | None
    places: int


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What happened to a unit's file since the last round.

    kind: `new` was not there, `again` is another file now, `same` is unchanged, `gone` is not there
    any more. errors, warnings: (then, now), answered warnings left out. mended, appeared: findings
    that went and came. amounts: old and new.
    """

    kind: Kind
    code: str | None
    name: str | None
    file: str
    errors: tuple[int, int]
    warnings: tuple[int, int]
    mended: tuple[FindingChange, ...] = ()
    appeared: tuple[FindingChange, ...] = ()
    amounts: tuple[AmountChange, ...] = ()

    @property
    def happened(self) -> bool:
        """Whether there is anything to tell: another file, or the same one judged otherwise."""
        return self.kind != "same" or self.judged_otherwise

    @property
    def judged_otherwise(self) -> bool:
        """The same file with another result: by another edition of the rules, or another roster."""
        return self.kind == "same" and bool(self.mended or self.appeared or self.amounts)


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since an earlier round. time: when that was.

    same_as: when the very same files were collected with the very same result, where that was after
    `time`: then the changes are those since the round before, so that a second try does not hide them.
    """

    time: datetime
    changes: Sequence[UnitChange]
    same_as: datetime | None = None
