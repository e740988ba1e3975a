"""Exact totals: sums, the reading of 资金支出计划, and amounts per period. All in 万元, to the cent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise

from perfxl.core.forms.lacking import Lack, Why, quote
from perfxl.core.forms.parts import AMOUNTS
from perfxl.core.forms.records import UNCALCULATED, PlanBasis, Project, Submission, TotalCell
from perfxl.core.grid.cells import place
from perfxl.core.grid.change import CellEdit

CENT = Decimal("0.01")
_WHOLE = Decimal(100)
# Excel's limits for the arguments of a function and the length of a formula.
_MOST_ARGUMENTS = 255
_LONGEST_FORMULA = 8_192
_ERROR_VALUE = re.compile(r"#[A-Z0-9_/]+[!?]?")
# What a spreadsheet program may take for a number though no amount can be read: a date, a code.
_LIKE_A_NUMBER = re.compile(r"[-+\d.,:/TEe ]+")


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
    period = abs(total(values) - _WHOLE) <= CENT
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


def basis_of(project: Project) -> PlanBasis:
    """`plan_basis` of a project's plan; invalid also where a date of it holds what cannot be read."""
    return "invalid" if _unread_dates(project) else plan_basis(project.spending_plan)


def shares_of(project: Project) -> tuple[Decimal, ...] | None:
    """`cumulative` of a project's plan; None also where a date of it holds what cannot be read."""
    return None if _unread_dates(project) else cumulative(project.spending_plan)


def periods_of(project: Project) -> tuple[Decimal, ...] | None:
    """`period_amounts` of a project; None also where a date of its plan holds what cannot be read."""
    return None if _unread_dates(project) else period_amounts(project.total_budget, project.spending_plan)


@dataclass(frozen=True)
class Totals:
    """The sums of what could be read. period_amounts: over the projects whose plan reads.

    lacking: the amounts that are in none of them, or not in all; empty for complete sums.
    """

    projects: int
    total_budget: Decimal
    fiscal_funds: Decimal
    other_funds: Decimal
    period_amounts: tuple[Decimal, ...]
    lacking: tuple[Lack, ...] = ()


def totals(projects: Sequence[Project]) -> Totals:
    """The sums of several projects, None counting as 0, and what they lack."""
    periods = [amounts for p in projects if (amounts := periods_of(p))]
    return Totals(
        projects=len(projects),
        total_budget=total(p.total_budget for p in projects),
        fiscal_funds=total(p.fiscal_funds for p in projects),
        other_funds=total(p.other_funds for p in projects),
        period_amounts=tuple(total(amounts[i] for amounts in periods) for i in range(4)),
        lacking=tuple(lack for project in projects for lack in lacks_of(project)),
    )


def lacks_of(project: Project) -> Iterator[Lack]:
    """The amounts of a project that sums leave out.

    预算数 that is blank or cannot be read; a source that cannot be read (a blank one is 0); the amounts
    per period where there is a budget but no plan that reads.
    """
    form = project.form
    if project.total_budget is None and form.has("total_budget"):
        yield _lack(project, "total_budget")
    for key in AMOUNTS[1:]:
        if is_unread(project, key):
            yield _lack(project, key)
    if project.total_budget and form.has("spending_plan"):
        unread = _unread_dates(project)
        for key in unread:
            yield _lack(project, key)
        if not unread and plan_basis(project.spending_plan) == "invalid":
            blank = all(share is None for share in project.spending_plan)
            yield _lack(project, "spending_plan", Why.BLANK if blank else Why.NO_PLAN)


def _lack(project: Project, field: str, why: Why | None = None) -> Lack:
    typed = project.typed.get(field, "")
    if why is None:
        why = Why.UNREADABLE if typed else Why.BLANK
        if typed == UNCALCULATED:
            why = Why.UNCALCULATED
        elif _ERROR_VALUE.fullmatch(typed):
            why = Why.ERROR_VALUE
    cell = project.cells.get("spending_plan.0" if field == "spending_plan" else field)
    label = None if field == "spending_plan" else project.form.label(field)
    return Lack(project.number, project.project_name, project.sheet, cell, field, why, quote(typed), label)


def _unread_dates(project: Project) -> list[str]:
    keys = (f"spending_plan.{i}" for i in range(len(project.spending_plan)))
    return [key for key in keys if is_unread(project, key)]


def is_unread(project: Project, field: str) -> bool:
    """Whether something stands in the cell of an amount or a plan's date that cannot be read."""
    key, _, number = field.partition(".")
    value = getattr(project, key)
    return (value[int(number)] if number else value) is None and bool(project.typed.get(field))


def is_no_number(project: Project, field: str) -> bool:
    """Whether a spreadsheet program finds no number in such a cell either: a formula may point at it."""
    if field in project.uncertain or field not in project.cells:
        return False
    return is_unread(project, field) and not _LIKE_A_NUMBER.fullmatch(project.typed.get(field, ""))


def computed_total(submission: Submission, cell: TotalCell) -> Decimal | None:
    """What a computed figure of the workbook should show; None where it should be blank."""
    wanted = submission.projects
    if cell.project is not None:
        wanted = tuple(project for project in wanted if project.number == cell.project)
    name, _, period = cell.what.partition(".")
    if period:
        return totals(wanted).period_amounts[int(period)]
    return total(getattr(project, name) for project in wanted)


def lacking_in(submission: Submission, cell: TotalCell) -> tuple[Lack, ...]:
    """What a sum over all projects lacks; nothing for the figures of one project."""
    if cell.project is not None:
        return ()
    sums = "period_amounts" if "." in cell.what else cell.what
    return tuple(lack for lack in totals(submission.projects).lacking if sums in lack.sums)


def complete_sum(projects: Sequence[Project], field: str) -> Decimal | str:
    """The sum of a field over all forms, or words where some form has no number there."""
    those = _with_field(projects, field)
    if any(getattr(project, field) is None for project in those):
        return _incomplete(those, field)
    return total(getattr(project, field) for project in those)


def _with_field(projects: Sequence[Project], field: str) -> list[Project]:
    return [project for project in projects if project.form.has(field)]


def _incomplete(projects: Sequence[Project], field: str) -> str:
    return f"有项目缺{projects[0].form.label(field)}，不能合计"


def fill_edits(submission: Submission) -> tuple[CellEdit, ...]:
    """The cells that `fill` writes outside 部门汇总; none where the right value stands already.

    预算数 where it is blank and a source is not: never where somebody typed anything. And the sums
    on 部门整体绩效目标, as formulas over the project sheets. Where an amount is missing there is no sum
    but words that say so, and what a person typed in its place stays.
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
            value = complete_sum(after.projects, cell.what)
            stands = cell.text if cell.shown is None else cell.shown
            typed_by_hand = isinstance(value, str) and stands != "" and not cell.formula
            if stands != value and not typed_by_hand:
                edits.append(CellEdit(cell.sheet, cell.cell, value, sum_formula(after.projects, cell.what)))
    return tuple(edits)


def _with_total(project: Project) -> Project:
    """The project with 预算数 from its sources, itself where there is nothing to fill in."""
    sources = [project.fiscal_funds, project.other_funds]
    unread = any(f in project.typed and v is None for f, v in zip(AMOUNTS[1:], sources, strict=True))
    blank = "total_budget" not in project.typed and "total_budget" in project.cells
    if project.total_budget is not None or not blank or unread or sources == [None, None]:
        return project
    return project.model_copy(
        update={"total_budget": total(sources), "plain_numbers": project.plain_numbers | {"total_budget"}}
    )


def sum_formula(projects: Sequence[Project], field: str) -> str | None:
    """What `complete_sum` gives, as a formula over the cells of a field on all forms: words while some
    cell holds no number. In as many SUMs and COUNTs as Excel needs for their arguments.

    None where some cell holds a number in other words, or the formula would be longer than Excel takes.
    """
    those = _with_field(projects, field)
    if not all(is_plain(project, field) or is_no_number(project, field) for project in those):
        return None
    cells = [place(project.sheet, project.cells[field]) for project in those]
    groups = [cells[i : i + _MOST_ARGUMENTS] for i in range(0, len(cells), _MOST_ARGUMENTS)]
    count, added = ("+".join(f"{name}({','.join(group)})" for group in groups) for name in ("COUNT", "SUM"))
    formula = f'IF({count}={len(cells)},{added},"{_incomplete(those, field)}")' if cells else "SUM(0)"
    return formula if len(formula) < _LONGEST_FORMULA else None


def is_plain(project: Project, field: str) -> bool:
    """Whether a formula may point at a field's cell: it is blank or holds just the number that was read."""
    return field in project.cells and (field in project.plain_numbers or field not in project.typed)
