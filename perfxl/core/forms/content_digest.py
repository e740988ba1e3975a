"""What a text says, as one short digest: two workbooks with the same have the same words and figures in them."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256

from perfxl.core.forms.parts import AMOUNTS
from perfxl.core.forms.records import Cover, Department, Project, Submission
from perfxl.core.grid.cells import shown
from perfxl.core.grid.numbers import tidy
from perfxl.core.grid.text import squeezed

_LENGTH = 32
_FIELDS = ("project_code", "project_name", *AMOUNTS, "purpose", "objective", "sub_objective")
_COLUMNS = ("category", "subcategory", "name", "definition", "target", "target_basis", "weight")


def content_digest(submission: Submission) -> str:
    """The same for two texts of which every field of every form says the same, however they were saved.

    Blanks do not count, nor do unit lines and measures that are only named: the template names the usual ones.
    """
    cover = submission.cover or Cover()
    said = [
        [_said(cover.compiled_by), _said(cover.reviewed_by)],
        *map(_project, submission.projects),
        _department(submission.department),
    ]
    return sha256(json.dumps(said, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()[:_LENGTH]


def _project(project: Project) -> list[object]:
    fields = [_said(getattr(project, key), project.typed.get(key)) for key in _FIELDS]
    plan = [
        _said(share, project.typed.get(f"spending_plan.{number}")) for number, share in enumerate(project.spending_plan)
    ]
    rows = [[_said(getattr(row, key)) for key in _COLUMNS] for row in project.indicators]
    said: list[object] = [fields, plan, rows]
    # What only some forms have stands last: of all others the digest stays what it was.
    besides = [
        dict(project.others),
        {key: [dict(row.others) for row in rows] for key, rows in project.tables.items()},
        [dict(row.others) for row in project.indicators if row.others],
    ]
    return [*said, besides] if any(besides) else said


def _department(department: Department | None) -> list[object]:
    department = department or Department()
    subs = [[one.name, one.objective, one.indicators] for one in department.sub_objectives]
    measures = [[one.name, one.text] for one in department.implementation_measures if one.text]
    total = _said(department.declared_total, department.typed.get("declared_total"))
    rows = [[_said(text) for text in texts] for texts in (*subs, *measures)]
    return [_said(department.overall_objective), total, *rows]


def _said(value: str | Decimal | None, typed: str | None = None) -> str:
    """A value without what saving may change; what was typed where nothing could be read from it."""
    return squeezed(shown(tidy(value)) if isinstance(value, Decimal) else value or typed or "")
