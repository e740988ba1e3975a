"""One more project sheet: a copy of the last one with its inputs blanked, titled, named and added up.

A copy keeps what the unit's form has of its own: dropdowns, hints, widths, print setup, protection.
Every input is found by its label, wherever the form has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Kind
from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.sheet_names import RESERVED
from perfxl.core.forms.shipped_forms import TITLE_ENDS
from perfxl.core.forms.totals import complete_sum, sum_formula
from perfxl.core.grid.cells import Sheet, Workbook, address
from perfxl.core.grid.change import CellEdit
from perfxl.core.grid.differences import edited
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.safe_names import free_sheet_name
from perfxl.core.grid.text import squeezed
from perfxl.core.reading.locate import is_title, locate
from perfxl.core.reading.located import Located, LocatedTable

_NEW = "新项目"
_NUMBERED = re.compile(r"\s*(\d{1,3})\s*[.、．]")
_COMPUTED = {Kind.AMOUNT, Kind.PERCENT, Kind.NUMBER}


@dataclass(frozen=True, slots=True)
class SheetCopy:
    """A sheet to be copied whole: the copy's name, and the sheet it stands behind."""

    source: str
    name: str
    after: str


@dataclass(frozen=True, slots=True)
class NewProject:
    """What adding a project changes. edits: on the copy, and the sums that take it in."""

    number: int
    copy: SheetCopy
    edits: tuple[CellEdit, ...]
    first_input: str


def new_project(workbook: Workbook, submission: Submission, framework: Framework) -> NewProject:
    """The sheet of the next project. PerfxlError, with what to do, where there is no form to copy."""
    if not submission.projects:
        raise PerfxlError(
            "工作簿里没有项目绩效目标表，无法照样新增。请先用 perfxl new 生成标准工作簿，或从别的工作簿复制一张项目表过来。"
        )
    source, located = _form_to_copy(workbook, submission)
    number = _next_number(workbook, submission)
    taken = {name.casefold() for name in (*submission.sheets, *RESERVED)}
    copy = SheetCopy(source, free_sheet_name(f"{number}.{_NEW}", taken), after=submission.projects[-1].sheet)
    edits = (
        *_blanked(located, framework, copy.name),
        *_titled(located, number, copy.name),
        *_added_up(workbook, submission, located, copy.name),
    )
    first = located.values.get("project_code") or located.values.get("project_name") or (1, 1)
    return NewProject(number, copy, edits, address(first))


def with_copy(workbook: Workbook, copy: SheetCopy, edits: tuple[CellEdit, ...]) -> Workbook:
    """The workbook as it will be with the copied sheet and its edits."""
    sheets: list[Sheet] = []
    source = workbook.sheet(copy.source)
    for sheet in workbook.sheets:
        sheets.append(sheet)
        if sheet.name == copy.after and source is not None:
            sheets.append(Sheet(copy.name, source.cells, source.merged, source.hidden))
    return edited(Workbook(tuple(sheets)), edits)


# ----------------------------------------------------------------------------------------- the form


def _form_to_copy(workbook: Workbook, submission: Submission) -> tuple[str, Located]:
    """The last project that has a visible sheet to itself."""
    for project in reversed(submission.projects):
        sheet = workbook.sheet(project.sheet)
        if sheet is None or sheet.hidden:
            continue
        forms = locate(sheet, project.form)
        if len(forms) == 1:
            return project.sheet, forms[0]
    raise PerfxlError(
        "每张工作表上都有几个项目表（或项目表被隐藏），无法整张复制。请在表内复制一份项目表，或先把项目分到各自的工作表。"
    )


def _next_number(workbook: Workbook, submission: Submission) -> int:
    """The number after the last one, by count and by what the sheets are called."""
    projects = {project.sheet for project in submission.projects}
    named = (_NUMBERED.match(sheet.name) for sheet in workbook.sheets if sheet.name in projects)
    return max([len(submission.projects), *(int(match[1]) for match in named if match)]) + 1


# --------------------------------------------------------------------------------------- the inputs


def _blanked(located: Located, framework: Framework, name: str) -> Iterator[CellEdit]:
    for field in located.form.fields:
        for at in located.cells_of(field.key):
            cell = located.sheet.cells.get(at)
            # A formula in an amount computes it from its own form: 预算数 from its sources.
            if cell is not None and not (cell.formula and field.kind in _COMPUTED):
                yield CellEdit(name, address(at), None)
    for table in located.tables.values():
        yield from _blank_table(located.sheet, table, framework, name)


def _blank_table(sheet: Sheet, table: LocatedTable, framework: Framework, name: str) -> Iterator[CellEdit]:
    kinds = ("category", "subcategory")
    skeleton = _skeleton(sheet, table, framework)
    for index, row in enumerate(table.rows):
        for key, (first, last) in table.spans.items():
            if key not in kinds:
                yield from _blank_cells(sheet, row, first, last, name)
            elif skeleton is not None:
                text = skeleton[index][kinds.index(key)] if index < len(skeleton) else None
                if sheet.text((row, first)) != (text or ""):
                    yield CellEdit(name, address((row, first)), text)
        for unknown in table.unknown:
            if not unknown.counts:
                yield from _blank_cells(sheet, row, unknown.first, unknown.last, name)


def _blank_cells(sheet: Sheet, row: int, first: int, last: int, name: str) -> Iterator[CellEdit]:
    for column in range(first, last + 1):
        if (row, column) in sheet.cells:
            yield CellEdit(name, address((row, column)), None)


def _skeleton(sheet: Sheet, table: LocatedTable, framework: Framework) -> list[tuple[str, str]] | None:
    """A row per 二级指标 for a table that names both in each row and has room for all; else None.

    None keeps the column of names as it is: merged names, and tables with fewer rows than the form.
    """
    keys = ("category", "subcategory")
    if not all(key in table.spans for key in keys):
        return None
    plain = all(sheet.text((row, table.spans[key][0])) for row in table.rows for key in keys)
    wanted = [(c.name, subcategory) for c in framework.categories for subcategory in c.subcategories]
    return wanted if plain and len(wanted) <= len(table.rows) else None


# ------------------------------------------------------------------------------- title and the sums


def _titled(located: Located, number: int, name: str) -> Iterator[CellEdit]:
    """The title follows the project's name, as in the template, whatever it was on the copied form."""
    titles = (
        ((row, column), cell) for row in located.head for column, cell in located.sheet.row(row) if is_title(cell.text)
    )
    found = next(titles, None)
    if found is None:
        return
    at, cell = found
    text = squeezed(cell.text)
    end = next(end for end in TITLE_ENDS if text.endswith(end))
    named = located.values.get("project_name")
    formula = None if named is None else f'"{number}."&{address(named)}&"{end}"'
    yield CellEdit(name, address(at), f"{number}.{end}", formula)


def _added_up(workbook: Workbook, submission: Submission, located: Located, name: str) -> Iterator[CellEdit]:
    """The sums on 部门整体绩效目标 that are formulas take the new sheet in; typed ones stay as typed."""
    department = submission.department
    sheet = None if department is None else workbook.sheet(department.sheet)
    if sheet is None:
        return
    cells = {key: address(at) for key, at in located.values.items()}
    # Blank as it is, a formula may point at every amount of it.
    added = Project(number=len(submission.projects) + 1, sheet=name, cells=cells)
    every = (*submission.projects, added)
    by_address = {address(at): cell for at, cell in sheet.cells.items()}
    for total in submission.totals:
        cell = by_address.get(total.cell)
        formula = sum_formula(every, total.what)
        if total.sheet == sheet.name and cell is not None and cell.formula and formula is not None:
            yield CellEdit(sheet.name, total.cell, complete_sum(every, total.what), formula)
