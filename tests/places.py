"""Where the fields of the forms stand in a blank sheet: tests name fields, and this names their cells.

In the project's form `total_budget` is the cell of that field, `total_budget:label` the one of its
label, `3.target` the target of the third indicator and `target:label` the heading of that column.
"""

from __future__ import annotations

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.parts import Form
from perfxl.core.forms.placement import table_places
from perfxl.core.forms.project_figures import other_fields
from perfxl.core.forms.records import Department, Project
from perfxl.core.forms.shipped_forms import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.forms.summary_columns import summary_columns
from perfxl.core.grid.cells import Area, Position, address, column_letters, position
from perfxl.io.data.framework_files import all_frameworks


def _fields(form: Form) -> dict[str, str]:
    blank = blank_form(form, weights=False)
    heads = {
        "title": blank.blank.title,
        "unit_line": blank.blank.unit_line,
        "unit_of_account": blank.blank.unit_of_account,
    }
    cells = {field.key: address(field.value.first) for field in blank.fields}
    return cells | {key: address(Area.of(area).first) for key, area in heads.items() if area}


# Field → its cell.
AT = _fields(PROJECT_FORM)
ON_COVER = _fields(COVER_FORM)
_TABLES = table_places(Department())
IN_DEPARTMENT = _fields(DEPARTMENT_FORM) | {
    key: f"{place.table.column('name').first}{place.first}" for key, place in _TABLES.items()
}
PLAN = tuple(AT[f"spending_plan.{number}"] for number in range(4))

_HEBEI = all_frameworks()["hebei-2023"]
_INDICATORS = table_places(Project(number=1), _HEBEI)["indicators"]
HEADER_ROW = _INDICATORS.header
COLUMN = {column.key: column.first for column in _INDICATORS.table.columns}
# Column of 部门汇总 → its letters.
IN_SUMMARY = {
    column.key: column_letters(at)
    for at, column in enumerate(summary_columns(_HEBEI, other_fields([PROJECT_FORM], short=True)), 1)
}


def row(number: int) -> int:
    """The sheet row of an indicator, the first is 1."""
    return HEADER_ROW + number


def cell(number: int, key: str) -> str:
    """The cell of a column in the row of an indicator."""
    return f"{COLUMN[key]}{row(number)}"


def place(name: str) -> Position:
    """The cell of what is named; a cell's own address is what it is."""
    number, _, key = name.partition(".")
    return position(cell(int(number), key) if number.isdigit() else _CELLS.get(name, name))


def named(cell: str | None) -> str | None:
    """What stands in a cell of a blank project form; its address where nothing does."""
    return _NAMES.get(cell, cell) if cell else cell


_BLANK = blank_form(PROJECT_FORM, weights=False)
_CELLS = (
    AT
    | {f"{one.key}:label": address(Area.of(one.label_at).first) for one in (*_BLANK.fields, *_BLANK.captions)}
    | {f"{key}:label": f"{letters}{HEADER_ROW}" for key, letters in COLUMN.items()}
    | {f"{number}.{key}": cell(number, key) for number in range(1, 8) for key in COLUMN}
)
_NAMES = {cell: name for name, cell in _CELLS.items()}
