"""Where the records of a submission lie in a workbook made from it: sheet names, rows, addresses."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from perfxl.core.cells import Area, address, column_number, shown
from perfxl.core.form import Field, Form, Kind, Table
from perfxl.core.frameworks import Framework
from perfxl.core.layout import (
    COVER,
    COVER_FORM,
    DEPARTMENT,
    DEPARTMENT_FORM,
    GUIDE,
    IDENTITY,
    LISTS,
    RESERVED,
    SUMMARY,
    TEMPLATE_VERSION,
    UNIT_LINE_AREA,
    UNIT_OF_ACCOUNT_AREA,
    USUAL_MEASURES,
    project_form,
)
from perfxl.core.model import Cover, Department, Project, Record, Submission, TemplateIdentity

R = TypeVar("R", bound=Record)

_LONGEST_NAME = 31
# Excel forbids the first of each pair in a sheet name; the second reads the same.
_FORBIDDEN = str.maketrans("[]:*?/\\", "［］：＊？／＼")  # noqa: RUF001


def project_sheet_names(submission: Submission) -> tuple[str, ...]:
    """One sheet name per project, `1.工会保障项目`, in order; `1.项目1` where there is no name.

    At most 31 UTF-16 units, no character Excel forbids, no two alike (whatever their case), none of
    the names that perfxl uses itself.
    """
    taken = {name.casefold() for name in RESERVED}
    names = []
    for project in submission.projects:
        name = free_sheet_name(_clean(project), taken)
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def _clean(project: Project) -> str:
    name = " ".join((project.project_name or "").split())
    name = "".join(char for char in name if char.isprintable()).translate(_FORBIDDEN)
    return f"{project.number}.{name or f'项目{project.number}'}"


def free_sheet_name(name: str, taken: AbstractSet[str]) -> str:
    """The name, at most 31 UTF-16 units long and none of the taken ones (case-folded): `1.培训（2）`."""
    found, number = _cut(name, _LONGEST_NAME), 1
    while found.casefold() in taken:
        number += 1
        end = f"（{number}）"
        found = _cut(name, _LONGEST_NAME - len(end)) + end
    return found


def _cut(name: str, length: int) -> str:
    while len(name.encode("utf-16-le")) // 2 > length:
        name = name[:-1]
    name = name.rstrip()
    return name[:-1] + "’" if name.endswith("'") else name


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table lies. closing: the thin row below the last record.

    A row inserted above the closing row, so also one after the last record, is inside every range
    that ends with it.
    """

    table: Table
    caption: int | None
    header: int
    last: int

    @property
    def first(self) -> int:
        """The row of the first record."""
        return self.header + 1

    @property
    def closing(self) -> int:
        """The row that closes the table."""
        return self.last + 1

    def area(self, key: str) -> str:
        """The cells of a column from the first record to the closing row: `A12:A21`."""
        column = self.table.column(key)
        return f"{column.first}{self.first}:{column.first}{self.closing}"

    def fixed(self, key: str, *, header: bool = False) -> str:
        """The same with `$`, with the header cell where wanted: a header cannot be deleted."""
        letters = self.table.column(key).first
        return f"${letters}${self.header if header else self.first}:${letters}${self.closing}"


def indicator_place(project: Project, framework: Framework) -> TablePlace:
    """The indicator table: a row per indicator, on a blank form a row per 二级指标."""
    form = project_form(weights=framework.weights)
    table = form.tables[0]
    rows = len(project.indicators) or sum(len(c.subcategories) for c in framework.categories)
    return TablePlace(table, None, table.header_row, table.header_row + rows)


def department_places(department: Department | None) -> tuple[TablePlace, TablePlace]:
    """The tables of the 部门整体 sheet; more records than the blank form has rows move the rest down."""
    subs, measures = DEPARTMENT_FORM.tables
    # Between two tables lie the closing row of the first and the caption of the second.
    rows = measures.header_row - 2 - subs.header_row - 1
    filled = len(department.sub_objectives) if department else 0
    shift = max(0, filled - rows)
    first = TablePlace(subs, subs.header_row - 1, subs.header_row, subs.header_row + rows + shift)
    header = measures.header_row + shift
    filled = len(department.implementation_measures) if department else 0
    rows = filled or len(USUAL_MEASURES)
    return first, TablePlace(measures, header - 1, header, header + rows)


def placed(submission: Submission, framework: Framework) -> Submission:
    """The submission with the addresses that its records have in a workbook made from it.

    `sheets` are the workbook's sheets in order; `typed` holds the texts of the filled cells.
    """
    names = project_sheet_names(submission)
    return submission.model_copy(
        update={
            "sheets": (COVER, GUIDE, DEPARTMENT, SUMMARY, *names, LISTS, IDENTITY),
            "framework": framework.id,
            "template": TemplateIdentity(id=framework.id, version=TEMPLATE_VERSION),
            "cover": (submission.cover or Cover()).model_copy(
                update={"sheet": COVER, "cells": _first_cells(COVER_FORM)}
            ),
            "department": _placed_department(submission.department or Department()),
            "projects": tuple(
                _placed_project(project, name, framework)
                for name, project in zip(names, submission.projects, strict=True)
            ),
        }
    )


def _placed_project(project: Project, sheet: str, framework: Framework) -> Project:
    form = project_form(weights=framework.weights)
    place = indicator_place(project, framework)
    head = {"unit_line": UNIT_LINE_AREA, "unit_of_account": UNIT_OF_ACCOUNT_AREA}
    cells = _first_cells(form) | {key: address(Area.of(area).first) for key, area in head.items()}
    indicators = tuple(
        _placed_row(indicator, sheet, row, place.table)
        for row, indicator in enumerate(project.indicators, place.first)
    )
    return project.model_copy(
        update={
            "sheet": sheet,
            # The address for “no indicator is filled in” is where one would be.
            "cells": {**cells, "indicators": f"{place.table.columns[0].first}{place.first}"},
            "typed": _typed(project, form.fields),
            "indicators": indicators,
            "plain_numbers": frozenset(
                field.key
                for field in form.fields
                if field.kind in (Kind.AMOUNT, Kind.PERCENT) and field_value(project, field.key) is not None
            ),
        }
    )


def _placed_department(department: Department) -> Department:
    subs, measures = department_places(department)
    fields = DEPARTMENT_FORM.fields
    return department.model_copy(
        update={
            "sheet": DEPARTMENT,
            "cells": _first_cells(DEPARTMENT_FORM)
            | {p.table.key: f"{p.table.column('name').first}{p.first}" for p in (subs, measures)},
            "typed": _typed(department, (field for field in fields if field.formula is None)),
            "sub_objectives": tuple(
                _placed_row(record, DEPARTMENT, row, subs.table)
                for row, record in enumerate(department.sub_objectives, subs.first)
            ),
            "implementation_measures": tuple(
                _placed_row(record, DEPARTMENT, row, measures.table)
                for row, record in enumerate(department.implementation_measures, measures.first)
            ),
        }
    )


def _placed_row(record: R, sheet: str, row: int, table: Table) -> R:
    keys = [column.key for column in table.columns if column.key in type(record).model_fields]
    cells = {key: address((row, column_number(table.column(key).first))) for key in keys}
    typed = {key: shown(getattr(record, key)) for key in keys if getattr(record, key) is not None}
    return record.model_copy(update={"sheet": sheet, "row": row, "cells": cells, "typed": typed})


def _first_cells(form: Form) -> dict[str, str]:
    return {field.key: address(field.value.first) for field in form.fields}


def _typed(record: Record, fields: Iterable[Field]) -> dict[str, str]:
    values = ((field.key, field_value(record, field.key)) for field in fields)
    return {key: shown(value) for key, value in values if value is not None}


def field_value(record: Record, key: str) -> str | Decimal | None:
    """The value of a field of a form: `spending_plan.0` is the first of several."""
    name, _, index = key.partition(".")
    value = getattr(record, name)
    found: str | Decimal | None = value[int(index)] if index else value
    return found
