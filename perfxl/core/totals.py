"""Exact totals: sums, the reading of 资金支出计划, and amounts per period. All in 万元, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise

from perfxl.core.cells import CellEdit, place
from perfxl.core.model import PlanBasis, Project, Submission, TotalCell

CENT = Decimal("0.01")
_WHOLE = Decimal(100)
_TOLERANCE = Decimal("0.01")
# Excel's limits for the arguments of a function and the length of a formula.
_MOST_ARGUMENTS = 255
_LONGEST_FORMULA = 8_192
_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum, None counting as 0."""
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


@lru_cache(maxsize=1024)
def plan_basis(plan: tuple[Decimal | None, ...]) -> PlanBasis:
    """How a plan reads. period: adds up to 100 (±0.01). cumulative: never falls and ends with 100.

    both: only 12月底 is filled in. invalid: neither, or nothing is filled in.
    """
    values = [value for value in plan if value is not None]
    if not values or any(not 0 <= value <= _WHOLE for value in values):
        return "invalid"
    period = abs(total(values) - _WHOLE) <= _TOLERANCE
    cumulative = plan[-1] == _WHOLE and all(a <= b for a, b in pairwise(values))
    if period and cumulative:
        return "both"
    if period:
        return "period"
    return "cumulative" if cumulative else "invalid"


def cumulative(plan: tuple[Decimal | None, ...]) -> tuple[Decimal, ...] | None:
    """The share spent by each date in percent, whichever way the plan reads; None when it reads no way."""
    basis = plan_basis(plan)
    if basis == "invalid":
        return None
    reached = Decimal(0)
    shares = []
    for value in plan:
        if basis == "cumulative":
            reached = reached if value is None else value
        else:
            reached += value or Decimal(0)
        shares.append(reached)
    # 33.33 three times and 33.34: what is within the tolerance is the whole at the end.
    shares[-1] = _WHOLE
    return tuple(shares)


def period_amounts(budget: Decimal | None, plan: tuple[Decimal | None, ...]) -> tuple[Decimal, ...] | None:
    """What is spent in each of the four periods, to the cent; they add up to the budget exactly.

    None when there is no budget or the plan reads no way.
    """
    shares = cumulative(plan)
    if budget is None or shares is None:
        return None
    reached = [(budget * share / _WHOLE).quantize(CENT, ROUND_HALF_UP) for share in shares]
    reached[-1] = budget
    return tuple(now - before for before, now in pairwise([Decimal(0), *reached]))


@dataclass(frozen=True)
class Totals:
    """The sums of a submission. period_amounts: over the projects whose plan reads."""

    projects: int
    total_budget: Decimal
    fiscal_funds: Decimal
    other_funds: Decimal
    period_amounts: tuple[Decimal, ...]


def totals(projects: Sequence[Project]) -> Totals:
    """The sums of several projects, None counting as 0."""
    periods = [amounts for p in projects if (amounts := period_amounts(p.total_budget, p.spending_plan))]
    return Totals(
        projects=len(projects),
        total_budget=total(p.total_budget for p in projects),
        fiscal_funds=total(p.fiscal_funds for p in projects),
        other_funds=total(p.other_funds for p in projects),
        period_amounts=tuple(total(amounts[i] for amounts in periods) for i in range(4)),
    )


def computed_total(submission: Submission, cell: TotalCell) -> Decimal | None:
    """What a computed figure of the workbook should show; None where it should be blank."""
    wanted = submission.projects
    if cell.project is not None:
        wanted = tuple(project for project in wanted if project.number == cell.project)
    name, _, period = cell.what.partition(".")
    if period:
        return totals(wanted).period_amounts[int(period)]
    return total(getattr(project, name) for project in wanted)


def fill_edits(submission: Submission) -> tuple[CellEdit, ...]:
    """The cells that `fill` writes outside 部门汇总; none where the right value stands already.

    预算数 where it is blank and a source is not: never where somebody typed anything. And the sums
    on 部门整体绩效目标, as formulas over the project sheets.
    """
    filled = tuple(_with_total(project) for project in submission.projects)
    edits = [
        CellEdit(new.sheet, new.cells["total_budget"], new.total_budget)
        for old, new in zip(submission.projects, filled, strict=True)
        if old is not new
    ]
    after = submission.model_copy(update={"projects": filled})
    department = submission.department
    for cell in submission.totals:
        if department is not None and cell.sheet == department.sheet:
            value = computed_total(after, cell)
            if cell.shown is None or cell.shown != value:
                edits.append(CellEdit(cell.sheet, cell.cell, value, sum_formula(after.projects, cell.what)))
    return tuple(edits)


def _with_total(project: Project) -> Project:
    """The project with 预算数 from its sources, itself where there is nothing to fill in."""
    sources = [project.fiscal_funds, project.other_funds]
    unread = any(f in project.typed and v is None for f, v in zip(_AMOUNTS[1:], sources, strict=True))
    blank = "total_budget" not in project.typed and "total_budget" in project.cells
    if project.total_budget is not None or not blank or unread or sources == [None, None]:
        return project
    return project.model_copy(
        update={
            "total_budget": total(sources),
            "plain_numbers": project.plain_numbers | {"total_budget"},
        }
    )


def sum_formula(projects: Sequence[Project], field: str) -> str | None:
    """A sum over the cells of a field on all forms, in as many SUMs as Excel needs for its arguments.

    None where some cell holds no plain number, or the formula would be longer than Excel takes.
    """
    if not all(is_plain(project, field) for project in projects):
        return None
    cells = [place(project.sheet, project.cells[field]) for project in projects] or ["0"]
    groups = [cells[i : i + _MOST_ARGUMENTS] for i in range(0, len(cells), _MOST_ARGUMENTS)]
    formula = "+".join(f"SUM({','.join(group)})" for group in groups)
    return formula if len(formula) < _LONGEST_FORMULA else None


def is_plain(project: Project, field: str) -> bool:
    """Whether a formula may point at a field's cell: it is blank or holds just the number that was read."""
    return field in project.cells and (field in project.plain_numbers or field not in project.typed)
