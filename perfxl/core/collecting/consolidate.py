"""A checked submission → the rows that the consolidated workbook shows, and what was altered in it.

Computed beside the file, in the process that read it; what goes on is plain data of a few kilobytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

from perfxl.core.collecting.whose_file import Claim, Source, UnitLine
from perfxl.core.forms.file_identity import Identity
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.project_figures import ProjectFigures, project_figures
from perfxl.core.forms.records import Project, Record, Submission
from perfxl.core.forms.shipped_forms import PLAN_DATES
from perfxl.core.forms.totals import lacks_of, totals
from perfxl.core.reading.unit_line import is_name

INDICATOR_TEXTS = ("category", "subcategory", "name", "definition", "target", "target_basis")


class ProjectRow(BaseModel):
    """A project as 部门汇总 shows it: texts, figures (amounts in 万元, shares as fractions), counts.

    figures, counts: by the keys of `summary_columns`; categories: the indicators of each 一级指标 by its
    name. lacking: which of its amounts no sum holds, in words; `""` where all are there. others: what its form has besides, by key. cells:
    the project's fields → addresses, for whoever points at them.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    sheet: str
    cells: dict[str, str]
    texts: dict[str, str | None]
    figures: dict[str, Decimal | None]
    counts: dict[str, int | None]
    categories: dict[str, int | None]
    lacking: str = ""
    others: dict[str, str] = {}

    def place(self, field: str) -> str:
        """The cell of a field, the first cell of the form where there is none."""
        return self.cells.get(field) or next(iter(self.cells.values()), "A1")


class IndicatorRow(BaseModel):
    """A row of the indicator table: its texts, and the parsed 指标值 beside them."""

    model_config = ConfigDict(frozen=True)

    project: int
    sheet: str
    cell: str
    category: str | None
    subcategory: str | None
    name: str | None
    definition: str | None
    target: str | None
    operator: str | None
    number: Decimal | None
    measure_unit: str | None
    target_basis: str | None
    weight: Decimal | None


class RowCounts(NamedTuple):
    """How many rows a file has, and how many of its findings are errors, warnings and infos."""

    projects: int = 0
    indicators: int = 0
    findings: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0


class RowStore(Protocol):
    """Where the rows of each file stay, by the number of the file; none of a file that was not read."""

    def keep(self, records: Iterable[Any], /) -> Sequence[Any]:
        """Take records one at a time; see `perfxl.core.collecting.record_store.Keep`."""

    def counts(self, number: int) -> RowCounts:
        """How many rows a file has."""

    def projects(self, number: int) -> tuple[ProjectRow, ...]:
        """The projects of a file."""

    def indicators(self, number: int) -> tuple[IndicatorRow, ...]:
        """The indicator rows of a file."""

    def findings(self, number: int) -> tuple[Finding, ...]:
        """The findings of a file, as `check` sorts them."""


def project_rows(submission: Submission, framework: Framework, findings: Sequence[Finding]) -> tuple[ProjectRow, ...]:
    """Every project, as filed, with the figures of 部门汇总."""
    return tuple(
        _project_row(one, project_figures(one, submission, framework, findings)) for one in submission.projects
    )


def _project_row(project: Project, figures: ProjectFigures) -> ProjectRow:
    nothing = (None,) * len(PLAN_DATES)
    named = figures.indicators or None
    return ProjectRow(
        number=project.number,
        sheet=project.sheet,
        cells=dict(project.cells),
        texts=dict(figures.texts),
        figures={
            **figures.amounts,
            **{f"period.{i}": amount for i, amount in enumerate(figures.periods or nothing)},
            **{f"share.{i}": share for i, share in enumerate(figures.shares or nothing)},
            "quantified_share": figures.quantified_share,
        },
        counts={
            "indicators": named,
            "quantified": figures.quantified if named else None,
            **{severity.value: number for severity, number in (figures.found or {}).items()},
        },
        categories={name: number if named else None for name, number in figures.categories.items()},
        lacking="；".join(lack.said for lack in lacks_of(project)),
        others=dict(figures.others),
    )


def indicator_rows(submission: Submission) -> tuple[IndicatorRow, ...]:
    """Every indicator of every project, as filed; the parsed 指标值 stays beside its text."""
    return tuple(
        IndicatorRow(
            project=project.number,
            sheet=row.sheet,
            cell=row.cells.get("target") or next(iter(row.cells.values()), "A1"),
            **{key: getattr(row, key) for key in (*INDICATOR_TEXTS, "weight")},
            operator=row.parsed.operator if row.parsed else None,
            number=row.parsed.number if row.parsed else None,
            measure_unit=row.parsed.unit if row.parsed else None,
        )
        for project in submission.projects
        for row in project.indicators
    )


def unit_lines(submission: Submission) -> tuple[UnitLine, ...]:
    """The projects by what their unit lines say, in the order of the forms, with their exact sums."""
    groups: dict[tuple[str | None, str | None], list[Project]] = defaultdict(list)
    for project in submission.projects:
        unit = project.budget_unit
        groups[(unit.code, unit.name) if unit else (None, None)].append(project)
    return tuple(
        UnitLine(code, name, tuple(one.number for one in projects), totals(projects))
        for (code, name), projects in groups.items()
    )


def claims(submission: Submission, identity: Identity | None) -> tuple[Claim, ...]:
    """What the workbook's own memory and its cover say about the unit, as far as they say anything."""
    typed = submission.cover.typed if isinstance(submission.cover, Record) else {}
    name = typed.get("budget_unit.name")
    said = [Claim(Source.COVER, typed.get("budget_unit.code"), name if is_name(name) else None)]
    if identity is not None:
        said.insert(0, Claim(Source.METADATA, identity.unit_code, identity.unit_name))
    return tuple(claim for claim in said if claim.code or claim.name)
