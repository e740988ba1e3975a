"""The figures of a project, computed once: 部门汇总 draws them, collecting carries them on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import AMOUNTS, Form, Kind
from perfxl.core.forms.records import BudgetUnit, Project, Submission
from perfxl.core.forms.target_values import is_quantified
from perfxl.core.forms.totals import periods_of, shares_of


@dataclass(frozen=True)
class ProjectFigures:
    """What the tables of sums show of a project.

    texts: whose it is and what it is called. amounts: in 万元, by their fields. periods: what is spent in
    each of the four, None where that cannot be told. shares: of the budget, spent by each date, as fractions.
    categories: the named indicators of each 一级指标 by its name. found: None where nobody checked. others:
    what its form has besides, by `other_fields`.
    """

    texts: Mapping[str, str | None]
    amounts: Mapping[str, Decimal | None]
    periods: tuple[Decimal, ...] | None
    shares: tuple[Decimal, ...] | None
    indicators: int
    quantified: int
    categories: Mapping[str, int]
    found: Mapping[Severity, int] | None
    others: Mapping[str, str]

    @property
    def quantified_share(self) -> Decimal | None:
        """None without indicators."""
        return Decimal(self.quantified) / self.indicators if self.indicators else None


def project_figures(
    project: Project, submission: Submission, framework: Framework, findings: Sequence[Finding] | None = None
) -> ProjectFigures:
    """The figures of one project of a submission."""
    unit = project.budget_unit or submission.budget_unit or BudgetUnit()
    named = [indicator for indicator in project.indicators if indicator.name]
    shares = shares_of(project)
    return ProjectFigures(
        texts={
            "unit_code": unit.code,
            "unit_name": unit.name,
            "project_code": project.project_code,
            "project_name": project.project_name,
            "sub_objective": project.sub_objective,
        },
        amounts={key: getattr(project, key) for key in AMOUNTS},
        periods=periods_of(project),
        shares=None if shares is None else tuple(share / 100 for share in shares),
        indicators=len(named),
        quantified=sum(map(is_quantified, named)),
        categories=_by_category(project, framework),
        found=None if findings is None else _found(project, findings),
        others={key: text for key in other_fields([project.form]) if (text := _other(project, key))},
    )


def other_fields(forms: Iterable[Form], *, short: bool = False) -> dict[str, str]:
    """What forms of projects have that no rule and no sum knows: the keys of fields and tables → their labels.

    short: only what fits into a cell of a list.
    """
    found: dict[str, str] = {}
    for form in forms:
        for field in form.fields:
            if not Project.knows(field.key) and not (short and field.kind is Kind.LONG_TEXT):
                found.setdefault(field.key, field.label)
        for table in () if short else form.tables:
            if not Project.knows(table.key):
                found.setdefault(table.key, table.caption or table.columns[0].label)
    return found


def _other(project: Project, key: str) -> str:
    """A field's text, or the rows of a table, a line each."""
    rows = ("，".join(row.others.values()) for row in project.rows(key))
    return project.others.get(key) or "\n".join(rows)


def _by_category(project: Project, framework: Framework) -> Mapping[str, int]:
    counted = Counter(
        category.name
        for row in project.indicators
        if row.name and (category := framework.category_of(row.category, row.subcategory))
    )
    return {category.name: counted[category.name] for category in framework.categories}


def _found(project: Project, findings: Sequence[Finding]) -> Mapping[Severity, int]:
    counted = Counter(finding.severity for finding in findings if finding.project == project.number)
    return {severity: counted[severity] for severity in Severity}
