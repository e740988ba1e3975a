"""What came back from a budget unit, as plain data: opinions, rounds and the consolidated workbook share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from perfxl.core.forms.findings import Finding


@dataclass(frozen=True, slots=True)
class ReturnedProject:
    """A project of a returned file: where its form is, and its figures in 万元 (None where blank)."""

    number: int
    sheet: str
    project_code: str | None
    project_name: str | None
    total_budget: Decimal | None
    fiscal_funds: Decimal | None
    other_funds: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """The file that counts for a budget unit, and what checking it found.

    code, name, department: of the unit, as the roster says, else as the file says; None where nobody
    does. file: its path below the collected folder with `/`, inside an archive `包.zip/文本.xlsx`.
    returned: when the file was last changed, without a time zone. findings: as `check` sorts them,
    then those about the collection (COL rules).
    """

    code: str | None
    name: str | None
    department: str | None
    year: int | None
    file: str
    sha256: str
    returned: datetime | None
    projects: tuple[ReturnedProject, ...] = ()
    findings: tuple[Finding, ...] = ()
