"""Where everything stands in a form's blank sheet: as its file says, and below each other what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from perfxl.core.forms.parts import At, BlankSheet, Caption, Column, Field, Form, Table, last_column, with_weights
from perfxl.core.grid.cells import Area, column_letters

_FEWEST_COLUMNS = 4
# What fits on A4 portrait.
_WIDTH = 98.0
_HEAD_ROWS = 3


@lru_cache(maxsize=64)
def blank_form(form: Form, *, weights: bool) -> Form:
    """The form as the blank sheet of a framework has it: every part with its place.

    weights: whether the framework's indicators have weights. Columns without a place are not on it.
    """
    wide = _wide(form)
    tables = tuple(
        table.model_copy(update={"columns": _columns(table, wide, weights=weights)}) for table in form.tables
    )
    return laid_out(form.model_copy(update={"tables": tables}))


def _wide(form: Form) -> int:
    """How many columns the blank sheet has."""
    most = max((len(table.columns) for table in form.tables), default=0)
    return len(form.widths) or max(_FEWEST_COLUMNS, most, *(last_column(t.columns) for t in form.tables), 1)


def _columns(table: Table, wide: int, *, weights: bool) -> Sequence[Column]:
    if any(column.at or column.at_with_weights for column in table.columns):
        return with_weights(table.columns, weights=weights)
    # Nobody said where: side by side, over the whole width.
    return tuple(
        column.model_copy(update={"at": _side_by_side(number, len(table.columns), 1, wide)})
        for number, column in enumerate(table.columns)
    )


def _side_by_side(number: int, parts: int, left: int, right: int) -> str:
    """The columns of one of several parts that share a width: `C` or `C:D`."""
    room = right - left + 1
    first = left + number * room // parts
    last = max(first, left + (number + 1) * room // parts - 1)
    letters = column_letters(first), column_letters(last)
    return letters[0] if first == last else ":".join(letters)


def laid_out(form: Form) -> Form:
    """The form with a place for every label, value and table."""
    columns = _wide(form)
    blank = _head(form.blank, columns) if form.subject != "cover" else form.blank
    blank = blank.model_copy(update={"widths": form.widths or (round(_WIDTH / columns, 1),) * columns})
    areas = [one.label_at for one in form.labels] + [one.value_at for one in form.fields]
    areas += [blank.unit_line, blank.title] if blank.unit_line or blank.title else [f"A{_HEAD_ROWS}"]
    sheet = _Sheet(columns, max(Area.of(area).bottom for area in areas if area))
    for group, members in groupby(form.fields, key=lambda one: one.group):
        caption = next((one for one in form.captions if one.key == group), None)
        sheet.place([one for one in members if not one.label_at], caption)
    return form.model_copy(
        update={
            "blank": blank,
            "fields": tuple(sheet.placed.get(one.key, one) for one in form.fields),
            "captions": tuple(sheet.placed.get(one.key, one) for one in form.captions),
            "tables": tuple(_tables(form.tables, sheet.row)),
        }
    )


def _head(blank: BlankSheet, columns: int) -> BlankSheet:
    if blank.title:
        return blank
    last, before, left = (column_letters(columns - number) for number in (0, 1, 2))
    return blank.model_copy(
        update={
            "self_check": f"A1:{last}1",
            "title": f"A2:{last}2",
            "unit_line": f"A3:{left}3",
            "unit_of_account": f"{before}3:{last}3",
        }
    )


@dataclass
class _Sheet:
    """Fills rows below each other. row: the last one taken. placed: parts by key, with their places."""

    columns: int
    row: int
    placed: dict[str, Any] = field(default_factory=dict)

    def place(self, fields: Sequence[Field], caption: Caption | None) -> None:
        """Fields of one group: a row each, or side by side where their values lie below."""
        if not fields:
            return
        top = self.row + 1
        left = 2 if caption is not None and not caption.label_at else 1
        if fields[0].value_is is At.BELOW:
            self._side_by_side(fields, left)
        else:
            for one in fields:
                self.row += 1
                self._put(one, _area(self.row, left, left), _area(self.row, left + 1, self.columns))
        if caption is not None and left > 1:
            area = str(Area(top, 1, self.row, 1))
            self.placed[caption.key] = caption.model_copy(update={"label_at": area})

    def _side_by_side(self, fields: Sequence[Field], left: int) -> None:
        for number, one in enumerate(fields):
            first, _, last = _side_by_side(number, len(fields), left, self.columns).partition(":")
            areas = (f"{first}{row}:{last or first}{row}" for row in (self.row + 1, self.row + 2))
            self._put(one, *areas)
        self.row += 2

    def _put(self, one: Field, label: str, value: str) -> None:
        self.placed[one.key] = one.model_copy(update={"label_at": label, "value_at": value})


def _area(row: int, left: int, right: int) -> str:
    return str(Area(row, left, row, right))


def _tables(tables: Sequence[Table], row: int) -> Iterator[Table]:
    """Each below the other: caption, header, rows, and the thin row that closes it."""
    for number, table in enumerate(tables):
        if table.caption is not None:
            # A row stays free between the fields and the caption of the first table.
            row += 1 if number else 2
        row += 1
        yield table.model_copy(update={"header_row": row})
        row += table.blank_rows + 1
