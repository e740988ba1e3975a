"""Sheets of an open workbook → cells, with a number of calls that does not grow with the texts.

Per sheet: one read of the values and one of the formulas; where a formula gives nothing, one more that
tells errors; one call per run of numbers (is it a percentage?) and per label that may be merged. So the
findings are those of the saved file, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import xlwings

from perfxl.core.cells import Area, Cell, Position, Sheet, Value
from perfxl.core.draw_numbers import shown_number, shown_text
from perfxl.core.form import Caption, Column, Field, Form, Kind
from perfxl.core.layout import COVER_FORM, DEPARTMENT_FORM, FINDINGS, IDENTITY, LISTS, PROJECT_FORM
from perfxl.core.own_sheets import own_kind
from perfxl.core.text import label_key, visible
from perfxl.io.held import Held
from perfxl.io.live.programs import Program
from perfxl.io.xlsx.cell_styles import CellLook, cell_look

# Beyond this a used range is mostly formats, and the program is asked where the content ends.
_LARGE = 100_000
_HIDDEN = (False, 0, 2)
# Nothing is read as a number from these, and no label; nor from the list of findings.
_PLAIN_SHEETS = (LISTS, IDENTITY)
_LONGEST_LABEL = 30
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell knows no time zone)


def read_sheet(sheet: xlwings.Sheet, program: Program, held: Held) -> Sheet:
    """One worksheet, very hidden ones too. held: what the sheets before it hold.

    PerfxlError, with what to do, for a workbook over the limits that hold for files.
    """
    name = str(sheet.name)
    hidden = sheet.visible in _HIDDEN
    area = _filled_area(sheet, program, held)
    if area is None:
        return Sheet(name, {}, hidden=hidden)
    block = sheet.range((area.top, area.left), (area.bottom, area.right))
    cells = read_cells(block, area, program)
    for cell in cells.values():
        held.add_text(len(cell.value) if isinstance(cell.value, str) else 1)
    held.add_cells(len(cells))
    merged: tuple[Area, ...] = ()
    plain = hidden and name in _PLAIN_SHEETS
    if not plain and own_kind(Sheet(name, cells)) != FINDINGS:
        _add_formats(sheet, cells)
        merged = tuple(_merged_labels(sheet, cells))
    return Sheet(name, cells, merged, hidden)


def read_cells(block: xlwings.Range, area: Area, program: Program) -> dict[Position, Cell]:
    """The filled cells of an area, without the formats of numbers."""
    values = block.options(ndim=2).value
    formulas = rows_of(block.formula)
    errors: list[list[str | None]] | None = None
    cells: dict[Position, Cell] = {}
    for i, (row, texts) in enumerate(zip(values, formulas, strict=True)):
        for j, (value, text) in enumerate(zip(row, texts, strict=True)):
            at = area.top + i, area.left + j
            error = None
            if _no_value(value):
                if text in ("", None):
                    continue
                errors = program.errors(block) if errors is None else errors
                error = errors[i][j]
                if error is None:
                    continue
            formula = is_formula(text, value)
            if error is not None:
                cells[at] = Cell(None, formula=formula, error=error)
            elif not (isinstance(value, str) and not visible(value).strip()):
                cells[at] = Cell(_value(value), formula=formula)
    return cells


def is_formula(text: Any, value: Any) -> bool:
    """Whether what stands in a cell is a formula: a text that begins with `=` shows itself."""
    return isinstance(text, str) and text.startswith(("=", "{=")) and text != value


def _no_value(value: Any) -> bool:
    # Errors that xlwings does not know come as whole numbers; all other numbers are floats.
    return value is None or (type(value) is int and value < -(2**30))


def _value(value: Any) -> Value:
    """A value as a file's reader gives it: amounts of money, days and times as the numbers that are stored."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _DAY_ZERO) / timedelta(days=1)
    if isinstance(value, str | int | float | bool):
        return value
    return str(value)


def rows_of(values: Any) -> list[list[Any]]:
    """A block as rows, whether the program gives a cell, a row or rows."""
    if not isinstance(values, list | tuple):
        return [[values]]
    if values and not isinstance(values[0], list | tuple):
        return [list(values)]
    return [list(row) for row in values]


def _filled_area(sheet: xlwings.Sheet, program: Program, held: Held) -> Area | None:
    """The area to read, None for an empty sheet. A million formatted blank rows are not read."""
    used = sheet.used_range
    (height, width), top, left = used.shape, used.row, used.column
    area = Area(top, left, top + height - 1, left + width - 1)
    if height * width > _LARGE:
        bottom, right = program.content_end(sheet)
        area = Area(min(top, bottom), min(left, right), bottom, right)
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    held.add_area(str(sheet.name), height, width, (area.bottom, area.right))
    return area


# ----------------------------------------------------------------------------------------- formats


def _add_formats(sheet: xlwings.Sheet, cells: dict[Position, Cell]) -> None:
    """What the cells show under their formats: a column of one format costs one call."""
    shown = [
        at for at, cell in cells.items() if cell.error is None and not isinstance(cell.value, bool | None)
    ]
    for run in _runs(shown):
        for code, part in _formats(sheet, run):
            look = cell_look(code)
            for at in part:
                cells[at] = _looking(cells[at], look)


def _looking(cell: Cell, look: CellLook) -> Cell:
    if isinstance(cell.value, str):
        seen = visible(cell.value if look.texts is None else shown_text(cell.value, look.texts))
        return cell if seen == cell.value else replace(cell, shown=seen)
    if look.numbers is None or not isinstance(cell.value, int | float):
        return cell
    return replace(cell, shown=shown_number(cell.value, look.numbers))


def _formats(sheet: xlwings.Sheet, run: list[Position]) -> Iterator[tuple[str, list[Position]]]:
    found: str | None = sheet.range(run[0], run[-1]).number_format
    if found is None and len(run) > 1:
        middle = len(run) // 2
        yield from _formats(sheet, run[:middle])
        yield from _formats(sheet, run[middle:])
    elif found is not None:
        yield found, run


def _runs(places: Iterable[Position]) -> Iterator[list[Position]]:
    """Cells below each other, column by column."""
    run: list[Position] = []
    for at in sorted(places, key=lambda at: (at[1], at[0])):
        if run and (run[-1][0] + 1, run[-1][1]) != at:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


# ------------------------------------------------------------------------------------------ merges


@lru_cache(maxsize=1)
def _labels() -> tuple[frozenset[str], frozenset[str]]:
    """The labels of all forms, and those beside which a text may stand in a lower row."""
    forms: tuple[Form, ...] = (COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM)
    named = [*(label for form in forms for label in form.labels)]
    columns = [column for form in forms for table in form.tables for column in table.columns]
    tall = [field for form in forms for field in form.fields if field.kind is Kind.LONG_TEXT]
    return _keys((*named, *columns)), _keys(tall)


def _keys(named: Iterable[Field | Caption | Column]) -> frozenset[str]:
    return frozenset(label_key(text) for one in named for text in (one.label, *one.aliases))


def _merged_labels(sheet: xlwings.Sheet, cells: Mapping[Position, Cell]) -> Iterator[Area]:
    """The merged areas that begin at a label: the reader asks for no others, and of these for the
    right edge, of a long text's label for the lower one too. Where the next cell is filled, that is known.
    """
    for at in _label_cells(cells):
        area = Area.of(str(sheet.range(at).merge_area.address))
        if area != Area(*at, *at):
            yield area


def _label_cells(cells: Mapping[Position, Cell]) -> list[Position]:
    """The cells that may be merged labels. Also the last filled cell of a row with labels: it may be a
    heading of the unit's own.
    """
    labels, tall = _labels()
    found: dict[Position, str] = {
        at: key
        for at, cell in cells.items()
        if isinstance(cell.value, str)
        and len(cell.value) <= _LONGEST_LABEL
        and (key := label_key(cell.value)) in labels
    }
    rows = {row for row, _ in found}
    last: dict[int, int] = {}
    for row, column in cells:
        if row in rows:
            last[row] = max(column, last.get(row, 0))
    wide = {at for at in {*found, *last.items()} if (at[0], at[1] + 1) not in cells}
    high = {at for at, key in found.items() if key in tall and (at[0] + 1, at[1]) not in cells}
    return sorted(wide | high)
