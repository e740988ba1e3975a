"""Cells → model: what a workbook says, every word with the cell it came from.

A reader never raises on content: what it could not read, or understood in spite of its form, is a
`Note` that a rule turns into a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from perfxl.core.forms.file_identity import Identity, parse_identity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.own_sheets import own_sheet, units_sheets
from perfxl.core.forms.parts import Form
from perfxl.core.forms.records import (
    BudgetUnit,
    Cover,
    Department,
    Note,
    NoteKind,
    Project,
    Submission,
    TemplateIdentity,
    TotalCell,
)
from perfxl.core.forms.sheet_names import IDENTITY, SUMMARY
from perfxl.core.forms.shipped_forms import shipped_forms
from perfxl.core.grid.cells import Sheet, Workbook
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.reading.contents import read_contents
from perfxl.core.reading.fields import Reading
from perfxl.core.reading.form_values import read_record
from perfxl.core.reading.locate import label_keys, locate
from perfxl.core.reading.located import Located
from perfxl.core.reading.project import read_project
from perfxl.core.reading.shown_totals import read_totals

DEFAULT_FRAMEWORK = "hebei-2023"

# A sheet with this many labels of another kind of form is a guide or a list, not that form.
_TOO_MANY = 3
# Every row is asked some thirty questions; rules on a project may look at all the others. The largest
# units have some two hundred projects.
MOST_INDICATORS = 5_000
MOST_PROJECTS = 500


def read(
    workbook: Workbook,
    frameworks: Mapping[str, Framework],
    framework_id: str | None = None,
    forms: Sequence[Form] | None = None,
) -> Submission:
    """Everything a workbook says. Works with and without metadata, whatever the sheets are called.

    framework_id: the framework to read by; None takes the one the file names, else the one that
    knows most of its indicators. forms: those that its sheets may be, beside any that it brings along, each read
    as the one that fits best and as the first of several that do; None for the shipped ones. PerfxlError for more than `MOST_PROJECTS` forms
    or `MOST_INDICATORS` rows of indicators: they are refused, never cut.
    """
    identity = next((parse_identity(s) for s in workbook.sheets if s.name == IDENTITY), None)
    sheets = units_sheets(workbook)
    known = (*shipped_forms().values(),) if forms is None else tuple(forms)
    of_subject = _by_subject((*(identity.forms if identity else ()), *known))
    projects, notes = _read_projects(sheets, of_subject["project"])
    cover = _read_cover(_found(sheets, of_subject, "cover", _is_cover))
    located = _found(sheets, of_subject, "department", _is_department)
    department, department_totals, department_notes = _read_department(located)
    summary = own_sheet(workbook, SUMMARY)
    summary_totals = () if summary is None else read_totals(summary, projects)
    return Submission(
        sheets=tuple(sheet.name for sheet in workbook.sheets),
        template=_template(identity),
        framework=framework_id or _framework(identity, projects, frameworks),
        projects=tuple(projects),
        department=department,
        cover=cover,
        totals=(*department_totals, *summary_totals),
        contents=read_contents(sheets),
        notes=(*notes, *department_notes),
        **_whose(cover, identity, projects),
    )


def _by_subject(forms: Iterable[Form]) -> Mapping[str, list[Form]]:
    known = list(forms)
    return {kind: [one for one in known if one.subject == kind] for kind in ("project", "department", "cover")}


def _located(sheet: Sheet, forms: Sequence[Form]) -> list[Located]:
    """The sheet's forms, read as the kind that fits best: with most of its parts there and fewest missing."""
    every = [locate(sheet, form) for form in forms]
    return max(every, key=lambda found: max(map(_fit, found), default=(0, 0)), default=[])


def _fit(located: Located) -> tuple[int, int]:
    parts = len(located.labels) + sum(len(table.cells) for table in located.tables.values())
    form = located.form
    missing = sum(not label.optional and label.key not in located.labels for label in form.labels)
    return parts, -missing


def _template(identity: Identity | None) -> TemplateIdentity | None:
    if identity is None or identity.template is None or identity.version is None:
        return None
    return TemplateIdentity(id=identity.template, version=identity.version)


def _framework(identity: Identity | None, projects: list[Project], frameworks: Mapping[str, Framework]) -> str:
    if identity is not None and identity.framework in frameworks:
        return str(identity.framework)
    pairs = [(row.category, row.subcategory) for project in projects for row in project.indicators]
    return max(frameworks, key=lambda name: (frameworks[name].fits(pairs), name == DEFAULT_FRAMEWORK))


def _read_projects(sheets: Sequence[Sheet], forms: Sequence[Form]) -> tuple[list[Project], list[Note]]:
    projects: list[Project] = []
    notes: list[Note] = []
    rows = 0
    for sheet in sheets:
        located = _located(sheet, forms)
        rows += sum(len(table.rows) for form in located for table in form.tables.values())
        _refuse_too_many(sheet.name, len(projects) + len(located), rows)
        for form in located:
            reading = Reading(form, project=len(projects) + 1)
            projects.append(read_project(reading))
            notes += reading.notes
        if located and sheet.hidden:
            notes.append(Note(kind=NoteKind.HIDDEN, sheet=sheet.name, cell="A1"))
    return projects, notes


def _refuse_too_many(sheet: str, projects: int, indicators: int) -> None:
    for what, number, most in (("项目表", projects, MOST_PROJECTS), ("绩效指标行", indicators, MOST_INDICATORS)):
        if number > most:
            raise PerfxlError(
                f"{what}过多（上限 {most:,}，在“{sheet}”表超出），不校验。"
                "请删除误填、误复制的部分，或分成几个文件后再试。"
            )


def _found(
    sheets: Sequence[Sheet], forms: Mapping[str, Sequence[Form]], subject: str, is_one: Callable[[Located], bool]
) -> Located | None:
    """The first form about a subject. A guide shows the labels of every kind of form: it is none of them."""
    for sheet in sheets:
        for located in _located(sheet, forms[subject]):
            guide = (len(label_keys(sheet, form)) >= _TOO_MANY for form in forms["project"])
            if is_one(located) and not any(guide):
                return located
    return None


# -------------------------------------------------------------------------------------- the cover


def _is_cover(located: Located) -> bool:
    return len(located.labels) >= len(located.form.fields) // 2


def _read_cover(located: Located | None) -> Cover | None:
    if located is None:
        return None
    reading = Reading(located)
    return Cover.model_validate({**read_record(reading, Cover), "cells": reading.cells})


def _whose(cover: Cover | None, identity: Identity | None, projects: list[Project]) -> dict[str, Any]:
    """The unit, the department and the year: from the cover, else the metadata, else the forms."""
    cover, identity = cover or Cover(), identity or Identity()
    own = cover.budget_unit or BudgetUnit()
    code, name = own.code or identity.unit_code, own.name or identity.unit_name
    department, year = cover.department or identity.department, cover.year or identity.year
    if year is None:
        years = {project.year for project in projects if project.year is not None}
        # Forms of two years say nothing about the text's.
        year = years.pop() if len(years) == 1 else None
    unit = BudgetUnit(code=code, name=name) if code or name else None
    if unit is None:
        unit = next((project.budget_unit for project in projects if project.budget_unit), None)
    return {"budget_unit": unit, "department_name": department, "year": year}


# --------------------------------------------------------------------------------- the department


def _is_department(located: Located) -> bool:
    form = located.form
    first = bool(form.tables) and form.tables[0].key in located.tables
    return first or not located.labels.keys().isdisjoint(form.own_labels)


def _read_department(located: Located | None) -> tuple[Department | None, list[TotalCell], Sequence[Note]]:
    if located is None:
        return None, [], ()
    reading = Reading(located)
    record = Department.model_validate(read_record(reading, Department))
    reading.note_missing_labels()
    totals = [
        TotalCell(
            sheet=record.sheet,
            cell=record.cells[field.key],
            label=field.label,
            what=field.formula,
            project=None,
            shown=shown,
            text="" if cell is None or shown is not None else cell.text,
            formula=cell is not None and cell.formula,
        )
        for field in located.form.fields
        if field.formula is not None and field.key in record.cells
        for cell, shown in [(located.cell(field.key), reading.figure(field.key))]
    ]
    return record, totals, reading.notes
