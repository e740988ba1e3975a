"""What a roster (花名册) says: units, their projects, and what is wrong with it, each with its cell.

All records are frozen. Amounts are exact `Decimal`s in 万元; what is blank or cannot be read is None,
and where it cannot be read a fault says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RosterFault:
    """Something wrong at a cell. warning: worth a look, but nothing is refused for it."""

    sheet: str
    cell: str
    message: str
    hint: str
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Where a record stands. columns: field → letters of the column; one object for all rows of a table."""

    sheet: str = ""
    row: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> dict[str, str]:
        """Field → address."""
        return {key: f"{letters}{self.row}" for key, letters in self.columns.items()}


@dataclass(frozen=True, slots=True)
class RosterProject(_Row):
    """A project with its 控制数. code: 21 characters in their normal form."""

    code: str | None
    name: str
    total_budget: Decimal | None = None
    fiscal_funds: Decimal | None = None
    other_funds: Decimal | None = None
    purpose: str | None = None
    sub_objective: str | None = None


@dataclass(frozen=True, slots=True)
class RosterUnit(_Row):
    """A budget unit. code: six digits. department: None only where a fault says so.

    last_year_file: as typed, a path relative to the roster's folder.
    """

    code: str
    name: str
    department: str | None = None
    contact: str | None = None
    phone: str | None = None
    projects: tuple[RosterProject, ...] = ()
    last_year_file: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster, read: its units in the order of their codes, and all its faults in sheet order."""

    units: tuple[RosterUnit, ...] = ()
    faults: tuple[RosterFault, ...] = ()

    @property
    def errors(self) -> tuple[RosterFault, ...]:
        """The faults for which nothing is distributed."""
        return tuple(fault for fault in self.faults if not fault.warning)

    @property
    def warnings(self) -> tuple[RosterFault, ...]:
        """The faults that are only said."""
        return tuple(fault for fault in self.faults if fault.warning)

    def unit(self, code: str) -> RosterUnit | None:
        """The unit of that code, None when the roster has none."""
        return next((unit for unit in self.units if unit.code == code), None)
