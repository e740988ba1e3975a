"""What stands above a project form and in its first rows beside its own fields: whose it is, of which year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfxl.core.forms.records import BudgetUnit
from perfxl.core.grid.cells import Position, address
from perfxl.core.reading.fields import Reading
from perfxl.core.reading.locate import is_title, is_unit_of_account
from perfxl.core.reading.unit_line import (
    labelled,
    labelled_unit,
    labelled_year,
    no_unit,
    parse_unit_line,
    statements,
    year_behind,
    year_of_line,
)

_SELF_CHECK = "自检"
# A field that names the unit stands in one of the form's first rows.
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Head:
    """unit_line: the text that names the unit, or stands in its place. Each None where nothing does."""

    unit_line: str | None = None
    unit: BudgetUnit | None = None
    year: int | None = None


def read_head(reading: Reading) -> Head:
    """The unit and the year of a form; the cell of the unit line, or where it would be, is noted.

    The unit is what a line with a code says, else one with a name, else a field such as 填报单位 or
    实施单位 with its value beside it. A code and a name in two places are put together.
    """
    lines, title_row = _lines(reading)
    said = [(at, text, one) for at, text in lines for one in statements(text)]
    years = (year_of_line(one) or year_behind(one) for *_, one in said)
    year = next((one for one in years if one is not None), None)
    named = [(at, text, unit) for at, text, one in said if (unit := parse_unit_line(one)) is not None]
    for label_at, at, label in _fields(reading):
        value = reading.located.sheet.text(at)
        unit, own_year = labelled_unit(label, value), labelled_year(label, value)
        year = year or own_year
        if unit is not None:
            named.append((at, value, unit))
        if unit is not None or own_year is not None:
            reading.claimed.update((label_at, at))
    others = ((at, text, None) for at, text, one in said if not no_unit(one))
    chosen = _chosen(named) or next(others, None)
    place, text, unit = chosen or (_usual_place(reading, title_row), None, None)
    if place is not None:
        reading.cells["unit_line"] = address(place)
        reading.claimed.add(place)
    return Head(text, unit, year)


def _lines(reading: Reading) -> tuple[list[tuple[Position, str]], int | None]:
    """The texts above the form that are neither its title nor its unit of account; the title's row."""
    lines: list[tuple[Position, str]] = []
    title_row = None
    for row in reading.located.head:
        for column, cell in reading.located.sheet.row(row):
            text = cell.text
            if is_title(text):
                title_row = row
                continue
            if not text or text.startswith(_SELF_CHECK):
                continue
            said = statements(text)
            for one in filter(is_unit_of_account, said):
                # A second one is kept too: the two may contradict each other.
                key = "unit_of_account.again" if "unit_of_account" in reading.typed else "unit_of_account"
                reading.cells[key] = address((row, column))
                reading.typed[key] = one
            if not all(map(is_unit_of_account, said)):
                lines.append(((row, column), text))
    return lines, title_row


def _fields(reading: Reading) -> Iterator[tuple[Position, Position, str]]:
    """Labels that the form does not have, each with the cell of its value: label's cell, value's cell, label."""
    located = reading.located
    tables = [table.header for table in located.tables.values()]
    last = min([located.first + _NEAR, *(row - 1 for row in tables)])
    own = set(located.labels.values())
    for row in sorted({*located.head, *located.sheet.rows_between(located.first, last)}):
        label: tuple[Position, str] | None = None
        for column, cell in located.sheet.row(row):
            at = row, column
            known, value = (None, "") if at in own else labelled(cell.text)
            if at in own or (known and value):
                label = None
            elif known is not None:
                label = at, known
            elif label is not None and cell.text and not is_unit_of_account(cell.text):
                yield label[0], at, label[1]
                label = None


def _chosen(named: list[tuple[Position, str, BudgetUnit]]) -> tuple[Position, str, BudgetUnit | None] | None:
    """The first that says a code, completed with the name another says; else the first name."""
    first = next((one for one in named if one[2].code), named[0] if named else None)
    if first is None:
        return None
    at, text, unit = first
    if unit.name is None:
        unit = BudgetUnit(code=unit.code, name=next((u.name for *_, u in named if u.name), None))
    return at, text, unit


def _usual_place(reading: Reading, title_row: int | None) -> Position | None:
    located = reading.located
    columns = [column for _, column in located.labels.values()]
    if not columns or located.first == 1:
        return None
    row = located.first - 1 if title_row is None else min(title_row + 1, located.first - 1)
    return row, min(columns)
