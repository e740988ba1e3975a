"""What a located form says, by the fields of its record: each is read by its kind, and what no rule knows as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.core.forms.parts import COUNTING, Field, Kind, Table
from perfxl.core.forms.records import FormRecord, Measure, Record, Row, SubObjective
from perfxl.core.grid.cells import address
from perfxl.core.grid.numbers import Number, as_fractions, parse_percentage, shows_percent
from perfxl.core.reading.fields import Reading, other_texts

_YEAR = re.compile(r"(?:19|20)\d{2}")
# The tables that rules know, by the fields of the records that they fill.
_ROWS: dict[str, type[Record]] = {"sub_objectives": SubObjective, "implementation_measures": Measure}


def read_record(reading: Reading, record: type[FormRecord]) -> dict[str, Any]:
    """All that a form says but its indicators, as the record takes it, and the cells that it came from."""
    values = _read_values(reading, record)
    return {
        "form": reading.located.form,
        "sheet": reading.located.sheet.name,
        **values,
        **_read_tables(reading, record),
        "cells": {**reading.cells, **_first_cells(reading)},
        "typed": reading.typed,
    }


def _read_values(reading: Reading, record: type[FormRecord]) -> dict[str, Any]:
    """The values of all fields as the record takes them; what is blank or cannot be read is None."""
    values: dict[str, Any] = {}
    others: dict[str, str] = {}
    plans: dict[str, list[Field]] = {}
    for field in reading.located.form.fields:
        name, _, part = field.key.partition(".")
        if field.formula is not None:
            continue
        if name not in record.model_fields:
            text = reading.text(field.key)
            if text is not None:
                others[field.key] = text
        elif field.kind is Kind.PERCENT:
            plans.setdefault(name, []).append(field)
        elif part:
            values.setdefault(name, {})[part] = _value(reading, field)
        else:
            values[name] = _value(reading, field)
    values |= {name: _read_plan(reading, fields) for name, fields in plans.items()}
    return {**values, "others": others}


def _value(reading: Reading, field: Field) -> str | Decimal | int | None:
    if field.kind is Kind.CODE:
        return reading.code(field.key)
    if field.kind is Kind.AMOUNT:
        return reading.amount(field.key)
    text = reading.text(field.key)
    if field.kind is Kind.YEAR:
        found = _YEAR.search(text or "")
        return int(found[0]) if found else None
    return text


def _read_plan(reading: Reading, fields: list[Field]) -> list[Decimal | None]:
    """Percentages; what no number can be made of is None and stays in `typed`."""
    keys = [field.key for field in fields]
    cells = [reading.usable(key, reading.located.values.get(key)) for key in keys]
    numbers: list[Number | None] = [None if cell is None else parse_percentage(cell) for cell in cells]
    if not any(cell is not None and shows_percent(cell) for cell in cells):
        numbers = as_fractions(numbers) or numbers
    values: list[Decimal | None] = []
    for key, cell, number in zip(keys, cells, numbers, strict=True):
        if cell is None:
            reading.keep_unusable(key)
        values.append(None if cell is None else reading.take(key, cell, number))
    return values


def _read_tables(reading: Reading, record: type[FormRecord]) -> dict[str, Any]:
    """The rows of all tables but the indicators', as the record takes them."""
    known: dict[str, tuple[Record, ...]] = {}
    others: dict[str, tuple[Record, ...]] = {}
    for table in reading.located.form.tables:
        if table.key in record.model_fields:
            if table.key in _ROWS:
                known[table.key] = tuple(_rows(reading, table, _ROWS[table.key]))
        elif rows := tuple(_rows(reading, table, Row)):
            others[table.key] = rows
    return {**known, "tables": others}


def _rows(reading: Reading, table: Table, record: type[Record]) -> Iterator[Record]:
    keys = [column.key for column in table.columns if column.key != COUNTING]
    for row in reading.rows(table.key):
        texts = row.texts(*keys)
        if any(texts.values()):
            row.claim()
            named = {key: text for key, text in texts.items() if key in record.model_fields}
            place = {"sheet": row.sheet, "row": row.number, "cells": row.cells, "typed": row.typed}
            yield record.model_validate({**place, **named, "others": other_texts(record, texts)})


def _first_cells(reading: Reading) -> dict[str, str]:
    """Where each table begins to be filled in: the address for “nothing is filled in there”."""
    cells = {}
    for key, table in reading.located.tables.items():
        row = table.rows[0] if table.rows else table.header + 1
        columns = [column for name, (_, column) in table.cells.items() if name != COUNTING]
        cells[key] = address((row, min(columns, default=1)))
    return cells
