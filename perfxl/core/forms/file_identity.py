"""The very hidden sheet `_perfxl`: which template, whose, and what was filled in beforehand.

So collecting can tell which file a unit returned and which prefilled figures it altered. Rows are
key (a field of `Identity`) and value; rows that begin with `prefilled` are sheet, field, value, number of the project. A sheet
may be renamed and moved by the time it comes back: the number tells what it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import ValidationError

from perfxl.core.forms.content_digest import content_digest
from perfxl.core.forms.parts import AMOUNTS, Form
from perfxl.core.forms.placement import project_sheet_names
from perfxl.core.forms.records import BudgetUnit, Submission
from perfxl.core.forms.sheet_names import TEMPLATE_VERSION
from perfxl.core.forms.shipped_forms import shipped_forms
from perfxl.core.grid.cells import Sheet, Value

TEMPLATE = "template"
VERSION = "version"
PREFILLED = "prefilled"
FORM = "form"
_TEXTS = ("framework", "department", "unit_code", "unit_name", "content")

PREFILLED_FIELDS = ("project_code", "project_name", *AMOUNTS)

# The number of a project → which of its fields are handed out as 控制数 and not for the unit to change.
Controls: TypeAlias = Mapping[int, frozenset[str]]

# An Excel that rewrites the sheet may turn `2` into `2.0`; nothing longer is a version or a year.
_WHOLE = re.compile(r"([0-9]{1,6})(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A figure or text that the template carried when it was handed out; amounts as decimal texts.

    project: the project's number at that time; None in workbooks that do not say.
    """

    sheet: str
    field: str
    value: str
    project: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What `_perfxl` says. None where it does not say, or says nothing that can be read.

    forms: those that its sheets follow and that do not come with perfxl: a file is read right wherever it goes.
    """

    template: str | None = None
    version: int | None = None
    framework: str | None = None
    year: int | None = None
    department: str | None = None
    unit_code: str | None = None
    unit_name: str | None = None
    prefilled: tuple[Prefilled, ...] = ()
    content: str | None = None
    forms: tuple[Form, ...] = ()


def identity_rows(submission: Submission, controls: Controls | None = None) -> list[tuple[Value, ...]]:
    """The rows of `_perfxl` for a workbook made from a submission; all values are texts or None.

    controls: the fields to remember as prefilled, of a workbook that is handed out: what it says then is
    remembered too, to know whether anybody filled in anything. None remembers all that can be prefilled.
    """
    unit = submission.budget_unit or BudgetUnit()
    rows: list[tuple[Value, ...]] = [
        (TEMPLATE, submission.framework),
        (VERSION, str(TEMPLATE_VERSION)),
        ("framework", submission.framework),
        ("year", None if submission.year is None else str(submission.year)),
        ("department", submission.department_name),
        ("unit_code", unit.code),
        ("unit_name", unit.name),
    ]
    for sheet, project in zip(project_sheet_names(submission), submission.projects, strict=True):
        for field in PREFILLED_FIELDS:
            value = getattr(project, field) if project.form.has(field) else None
            if value is not None and (controls is None or field in controls.get(project.number, ())):
                text = value if isinstance(value, str) else format(value, "f")
                rows.append((PREFILLED, sheet, field, text, str(project.number)))
    if controls is not None:
        rows.append(("content", content_digest(submission)))
    rows += ((FORM, form.model_dump_json(exclude_defaults=True)) for form in own_forms(submission))
    return rows


def own_forms(submission: Submission) -> list[Form]:
    """The forms of a submission that do not come with perfxl, each once."""
    parts = (submission.cover, submission.department, *submission.projects)
    forms = {part.form.id: part.form for part in parts if part is not None}
    return [form for id_, form in forms.items() if shipped_forms().get(id_) != form]


def parse_identity(sheet: Sheet) -> Identity | None:
    """What a `_perfxl` sheet says; None when it names no template. Unknown rows are passed over."""
    known: dict[str, str] = {}
    prefilled: list[Prefilled] = []
    forms: list[Form] = []
    for row in sheet.rows:
        key = sheet.text((row, 1))
        if key == PREFILLED:
            where, field, value, number = (sheet.text((row, column)) for column in (2, 3, 4, 5))
            entry = Prefilled(where, field, value, _whole(number))
            if entry.sheet and entry.field in PREFILLED_FIELDS:
                prefilled.append(entry)
        elif key == FORM:
            with suppress(ValidationError):
                forms.append(Form.model_validate_json(sheet.text((row, 2))))
        elif value := sheet.text((row, 2)):
            known.setdefault(key, value)
    if TEMPLATE not in known:
        return None
    return Identity(
        template=known[TEMPLATE],
        version=_whole(known.get(VERSION)),
        year=_whole(known.get("year")),
        prefilled=tuple(prefilled),
        forms=tuple(forms),
        **{key: known.get(key) for key in _TEXTS},
    )


def _whole(text: str | None) -> int | None:
    match = _WHOLE.fullmatch(text or "")
    return int(match[1]) if match else None
