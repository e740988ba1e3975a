"""Cells → model: what a workbook says, every word with the cell it came from.

A reader never raises on content: what it could not read, or understood in spite of its form, is a
`Note` that a rule turns into a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from perfxl.core.cells import Sheet, Workbook, address
from perfxl.core.errors import PerfxlError
from perfxl.core.frameworks import Framework
from perfxl.core.identity import Identity, parse_identity
from perfxl.core.layout import (
    COVER_FORM,
    DEPARTMENT_FORM,
    IDENTITY,
    PROJECT_FORM,
    SUMMARY,
)
from perfxl.core.locate import label_keys, locate
from perfxl.core.located import Located
from perfxl.core.model import (
    BudgetUnit,
    Cover,
    Department,
    Measure,
    Note,
    NoteKind,
    Project,
    Submission,
    SubObjective,
    TemplateIdentity,
    TotalCell,
)
from perfxl.core.own_sheets import own_sheet, units_sheets
from perfxl.core.read_contents import read_contents
from perfxl.core.read_project import read_project
from perfxl.core.read_summary import read_totals
from perfxl.core.reading import Reading

DEFAULT_FRAMEWORK = "hebei-2023"

_YEAR = re.compile(r"(?:19|20)\d{2}")
# A sheet with this many labels of another kind of form is a guide or a list, not that form.
_TOO_MANY = 3
# Every row is asked some thirty questions; rules on a project may look at all the others. The largest
# units have some two hundred projects.
MOST_INDICATORS = 5_000
MOST_PROJECTS = 500


def read(
    workbook: Workbook, frameworks: Mapping[str, Framework], framework_id: str | None = None
) -> Submission:
    """Everything a workbook says. Works with and without metadata, whatever the sheets are called.

    framework_id: the framework to read by; None takes the one the file names, else the one that
    knows most of its indicators. PerfxlError for more than `MOST_PROJECTS` forms or `MOST_INDICATORS`
    rows of indicators: they are refused, never cut.
    """
    identity = next((parse_identity(s) for s in workbook.sheets if s.name == IDENTITY), None)
    sheets = units_sheets(workbook)
    projects, notes = _read_projects(sheets)
    cover = _find_cover(sheets)
    department_at = _find_department(sheets)
    department: Department | None = None
    department_totals: list[TotalCell] = []
    if department_at is not None:
        reading = Reading(department_at)
        department, department_totals = _read_department(reading)
        notes += reading.notes
    summary = own_sheet(workbook, SUMMARY)
    summary_totals = () if summary is None else read_totals(summary, projects)
    return Submission(
        sheets=tuple(sheet.name for sheet in workbook.sheets),
        template=_template(identity),
        framework=framework_id or _framework(identity, projects, frameworks),
        projects=tuple(projects),
        department=department,
        totals=(*department_totals, *summary_totals),
        contents=read_contents(sheets),
        notes=tuple(notes),
        **_read_cover(cover, identity, projects),
    )


def _template(identity: Identity | None) -> TemplateIdentity | None:
    if identity is None or identity.template is None or identity.version is None:
        return None
    return TemplateIdentity(id=identity.template, version=identity.version)


def _framework(
    identity: Identity | None, projects: list[Project], frameworks: Mapping[str, Framework]
) -> str:
    if identity is not None and identity.framework in frameworks:
        return str(identity.framework)
    pairs = [(row.category, row.subcategory) for project in projects for row in project.indicators]
    return max(frameworks, key=lambda name: (frameworks[name].fits(pairs), name == DEFAULT_FRAMEWORK))


def _read_projects(sheets: Sequence[Sheet]) -> tuple[list[Project], list[Note]]:
    projects: list[Project] = []
    notes: list[Note] = []
    rows = 0
    for sheet in sheets:
        located = locate(sheet, PROJECT_FORM)
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
    for what, number, most in (
        ("项目表", projects, MOST_PROJECTS),
        ("绩效指标行", indicators, MOST_INDICATORS),
    ):
        if number > most:
            raise PerfxlError(
                f"{what}过多（上限 {most:,}，在“{sheet}”表超出），不校验。"
                "请删除误填、误复制的部分，或分成几个文件后再试。"
            )


# -------------------------------------------------------------------------------------- the cover


def _find_cover(sheets: Sequence[Sheet]) -> Located | None:
    fewest = len(COVER_FORM.fields) // 2
    for sheet in sheets:
        for located in locate(sheet, COVER_FORM):
            if len(located.labels) >= fewest and not _lists_projects(sheet):
                return located
    return None


def _lists_projects(sheet: Sheet) -> bool:
    """A guide shows the labels of every kind of form: it is none of them."""
    return len(label_keys(sheet, PROJECT_FORM)) >= _TOO_MANY


def _read_cover(
    located: Located | None, identity: Identity | None, projects: list[Project]
) -> dict[str, Any]:
    """The unit, the department and the year: from the cover, else the metadata, else the forms."""
    code = name = year = department = None
    cover = None
    if located is not None:
        reading = Reading(located)
        code, name = reading.code("budget_unit.code"), reading.text("budget_unit.name")
        department = reading.text("department")
        found = _YEAR.search(reading.text("year") or "")
        year = int(found[0]) if found else None
        cover = Cover(
            sheet=located.sheet.name,
            compiled_by=reading.text("compiled_by"),
            reviewed_by=reading.text("reviewed_by"),
            cells=reading.cells,
            typed=reading.typed,
        )
    if identity is not None:
        code, name = code or identity.unit_code, name or identity.unit_name
        department, year = department or identity.department, year or identity.year
    if year is None:
        years = {project.year for project in projects if project.year is not None}
        # Forms of two years say nothing about the text's.
        year = years.pop() if len(years) == 1 else None
    unit = BudgetUnit(code=code, name=name) if code or name else None
    if unit is None:
        unit = next((project.budget_unit for project in projects if project.budget_unit), None)
    return {"cover": cover, "budget_unit": unit, "department_name": department, "year": year}


# --------------------------------------------------------------------------------- the department


def _find_department(sheets: Sequence[Sheet]) -> Located | None:
    for sheet in sheets:
        for located in locate(sheet, DEPARTMENT_FORM):
            known = "overall_objective" in located.labels or "sub_objectives" in located.tables
            if known and not _lists_projects(sheet):
                return located
    return None


def _read_department(reading: Reading) -> tuple[Department, list[TotalCell]]:
    located = reading.located
    record = Department(
        sheet=located.sheet.name,
        overall_objective=reading.text("overall_objective"),
        declared_total=reading.amount("declared_total"),
        sub_objectives=tuple(_sub_objectives(reading)),
        implementation_measures=tuple(_measures(reading)),
        cells={**reading.cells, **_first_cells(located)},
        typed=reading.typed,
    )
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
        for field in DEPARTMENT_FORM.fields
        if field.formula is not None and field.key in record.cells
        for cell, shown in [(located.cell(field.key), reading.figure(field.key))]
    ]
    return record, totals


def _first_cells(located: Located) -> dict[str, str]:
    """Where each table begins to be filled in: the address for “nothing is filled in there”."""
    cells = {}
    for key, table in located.tables.items():
        row = table.rows[0] if table.rows else table.header + 1
        cells[key] = address((row, table.spans["name"][0])) if "name" in table.spans else address((row, 1))
    return cells


def _sub_objectives(reading: Reading) -> Iterable[SubObjective]:
    for row in reading.rows("sub_objectives"):
        texts = row.texts("name", "objective", "indicators")
        if any(texts.values()):
            yield SubObjective(sheet=row.sheet, row=row.number, cells=row.cells, typed=row.typed, **texts)


def _measures(reading: Reading) -> Iterable[Measure]:
    for row in reading.rows("implementation_measures"):
        texts = row.texts("name", "text")
        if any(texts.values()):
            yield Measure(sheet=row.sheet, row=row.number, cells=row.cells, typed=row.typed, **texts)
