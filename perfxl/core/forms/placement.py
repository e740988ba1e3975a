"""Where the records of a submission lie in a workbook made from it: sheet names, rows, addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import COUNTING, Column, Kind, Table
from perfxl.core.forms.records import Cover, Department, FormRecord, Record, Submission, TemplateIdentity
from perfxl.core.forms.sheet_names import COVER, DEPARTMENT, GUIDE, IDENTITY, LISTS, RESERVED, SUMMARY, TEMPLATE_VERSION
from perfxl.core.grid.cells import Area, address, column_number, shown
from perfxl.core.grid.safe_names import free_sheet_name, sheet_name

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=FormRecord)


def project_sheet_names(submission: Submission) -> tuple[str, ...]:
    """One sheet name per project, `1.工会保障项目`, in order; `1.项目1` where there is no name.

    At most 31 UTF-16 units, no character Excel forbids, no two alike (whatever their case), none of
    the names that perfxl uses itself.
    """
    taken = {name.casefold() for name in RESERVED}
    names = []
    for project in submission.projects:
        cleaned = sheet_name(project.project_name or "") or f"项目{project.number}"
        name = free_sheet_name(f"{project.number}.{cleaned}", taken)
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


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

    @property
    def naming(self) -> str:
        """The key of the column that says what a row is about: the first that does not only count."""
        keys = [column.key for column in self.table.columns if column.key != COUNTING]
        return "name" if "name" in keys or not keys else keys[0]

    def across(self, column: Column, *, header: bool = False) -> str:
        """All cells of a column of the table, down to the closing row, its header included where wanted."""
        return f"{column.first}{self.header if header else self.first}:{column.last}{self.closing}"

    def fixed(self, key: str, *, header: bool = False) -> str:
        """The first of them with `$`: `$A$12:$A$21`, with the header cell where wanted: it cannot be deleted."""
        letters = self.table.column(key).first
        return f"${letters}${self.header if header else self.first}:${letters}${self.closing}"


def table_places(record: FormRecord, framework: Framework | None = None) -> dict[str, TablePlace]:
    """Where the tables of a form lie in a sheet made from a record, by their keys.

    framework: None where nothing on the form depends on it.

    The last table has a row per record, on a blank form as many as the form or the framework says; one
    above it has at least the blank form's rows, and more records move what is below it down.
    """
    form = blank_form(record.form, weights=framework is not None and framework.weights)
    places: dict[str, TablePlace] = {}
    shift = 0
    for table in form.tables:
        filled, blank = len(record.rows(table.key)), len(blank_rows(table, framework))
        rows = filled or blank if table is form.tables[-1] else max(filled, blank)
        header = table.header_row + shift
        caption = None if table.caption is None else header - 1
        places[table.key] = TablePlace(table, caption, header, header + rows)
        shift += rows - table.blank_rows
    return places


def blank_rows(table: Table, framework: Framework | None) -> Sequence[Mapping[str, str]]:
    """What stands in the rows of a blank sheet: a row per 二级指标 where a table is by these, else the usual names."""
    keys = [column.key for column in table.columns]
    if framework is not None and {"category", "subcategory"} <= set(keys):
        return [
            {"category": category.name, "subcategory": subcategory}
            for category in framework.categories
            for subcategory in category.subcategories
        ]
    return [{"name": name} for name in table.usual] or [{}] * table.blank_rows


def placed(submission: Submission, framework: Framework) -> Submission:
    """The submission with the addresses that its records have in a workbook made from it.

    `sheets` are the workbook's sheets in order; `typed` holds the texts of the filled cells.
    """
    names = project_sheet_names(submission)
    cover = submission.cover or Cover()
    whose = {"department": submission.department_name, "budget_unit": submission.budget_unit, "year": submission.year}
    return submission.model_copy(
        update={
            "sheets": (COVER, GUIDE, DEPARTMENT, SUMMARY, *names, LISTS, IDENTITY),
            "framework": framework.id,
            "template": TemplateIdentity(id=framework.id, version=TEMPLATE_VERSION),
            "cover": _placed(cover.model_copy(update=whose), COVER, framework),
            "department": _placed(submission.department or Department(), DEPARTMENT, framework),
            "projects": tuple(
                _placed(project, name, framework) for name, project in zip(names, submission.projects, strict=True)
            ),
        }
    )


def _placed(record: F, sheet: str, framework: Framework) -> F:
    form = blank_form(record.form, weights=framework.weights)
    heads = {"unit_line": form.blank.unit_line, "unit_of_account": form.blank.unit_of_account}
    cells = {field.key: address(field.value.first) for field in form.fields}
    if form.repeats:
        cells |= {key: address(Area.of(area).first) for key, area in heads.items() if area}
    values = {field.key: record.value(field.key) for field in form.fields if field.formula is None}
    update: dict[str, Any] = {}
    tables: dict[str, tuple[Record, ...]] = {}
    for key, place in table_places(record, framework).items():
        first = next((column for column in place.table.columns if column.key != COUNTING), place.table.columns[0])
        # The address for “nothing is filled in there” is where something would be.
        cells[key] = f"{first.first}{place.first}"
        rows = tuple(
            _placed_row(row, sheet, number, place.table) for number, row in enumerate(record.rows(key), place.first)
        )
        (update if key in type(record).model_fields else tables)[key] = rows
    if form.repeats:
        numbers = (field.key for field in form.fields if field.kind in (Kind.AMOUNT, Kind.PERCENT))
        update["plain_numbers"] = frozenset(key for key in numbers if values.get(key) is not None)
    typed = {key: shown(value) for key, value in values.items() if value is not None}
    return record.model_copy(update={"sheet": sheet, "cells": cells, "typed": typed, "tables": tables, **update})


def _placed_row(record: R, sheet: str, row: int, table: Table) -> R:
    values = {column.key: record.value(column.key) for column in table.columns if column.key != COUNTING}
    cells = {key: address((row, column_number(table.column(key).first))) for key in values}
    typed = {key: shown(value) for key, value in values.items() if value is not None}
    return record.model_copy(update={"sheet": sheet, "row": row, "cells": cells, "typed": typed})
