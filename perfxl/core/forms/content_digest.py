"""What a text says, as one short digest: two workbooks with the same have the same words and figures in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256

from perfxl.core.forms.records import Cover, Department, Indicator, Project, Record, Submission
from perfxl.core.grid.cells import shown
from perfxl.core.grid.numbers import tidy
from perfxl.core.grid.text import squeezed

_LENGTH = 32
_FIELDS = (
    "project_code",
    "project_name",
    "total_budget",
    "fiscal_funds",
    "other_funds",
    "purpose",
    "objective",
    "sub_objective",
)
_COLUMNS = ("category", "subcategory", "name", "definition", "target", "target_basis", "weight")


def content_digest(submission: Submission) -> str:
    """The same for two texts of which every field of every form says the same, however they were saved.

    Blanks do not count, nor do unit lines and measures that are only named: the template names the usual ones.
    """
    cover = submission.cover or Cover()
    said = [
        [_said(cover.compiled_by, None), _said(cover.reviewed_by, None)],
        *map(_project, submission.projects),
        _department(submission.department),
    ]
    return sha256(json.dumps(said, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()[:_LENGTH]


def _project(project: Project) -> list[object]:
    fields = [_said(getattr(project, key), project.typed.get(key)) for key in _FIELDS]
    plan = [
        _said(share, project.typed.get(f"spending_plan.{number}"))
        for number, share in enumerate(project.spending_plan)
    ]
    said: list[object] = [fields, plan, [_row(row) for row in project.indicators]]
    # What only some forms have stands last: of all others the digest stays what it was.
    besides = [dict(project.others), {key: _other_rows(rows) for key, rows in project.tables.items()}]
    besides.append([dict(row.others) for row in project.indicators if row.others])
    return [*said, besides] if any(besides) else said


def _other_rows(rows: Iterable[Record]) -> list[dict[str, str]]:
    return [dict(row.others) for row in rows]


def _row(row: Indicator) -> list[str]:
    return [_said(getattr(row, key), None) for key in _COLUMNS]


def _department(department: Department | None) -> list[object]:
    if department is None:
        department = Department()
    subs = ((one.name, one.objective, one.indicators) for one in department.sub_objectives)
    measures = ((one.name, one.text) for one in department.implementation_measures if one.text)
    total = _said(department.declared_total, department.typed.get("declared_total"))
    return [_said(department.overall_objective, None), total, *map(_texts, subs), *map(_texts, measures)]


def _texts(texts: Iterable[str | None]) -> list[str]:
    return [_said(text, None) for text in texts]


def _said(value: str | Decimal | None, typed: str | None) -> str:
    """A value without what saving may change; what was typed where nothing could be read from it."""
    return squeezed(shown(tidy(value)) if isinstance(value, Decimal) else value or typed or "")
