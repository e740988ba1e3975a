"""One located project form → `Project`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfxl.core.cells import address
from perfxl.core.layout import PLAN_DATES
from perfxl.core.model import Indicator, Project
from perfxl.core.numbers import NOTHING, Number, as_fractions, parse_number, parse_percentage, shows_percent
from perfxl.core.read_head import read_head
from perfxl.core.reading import Reading, RowReading
from perfxl.core.targets import parse_target

_HEADING_END = "指标"
_OPERATOR = re.compile(r"(?:[≥≤＝=＞＜><≧≦]|大于|小于|等于|不低于|不高于|不少于|不超过){1,3}")
_NO_FIGURE = re.compile(r"[^0-9０-９零一二三四五六七八九十百]*")


def read_project(reading: Reading) -> Project:
    """The project of a form, blank fields None. What there is to say about its cells is noted."""
    located = reading.located
    head = read_head(reading)
    values = {
        "project_code": reading.code("project_code"),
        "project_name": reading.text("project_name"),
        "total_budget": reading.amount("total_budget"),
        "fiscal_funds": reading.amount("fiscal_funds"),
        "other_funds": reading.amount("other_funds"),
        "purpose": reading.text("purpose"),
        "objective": reading.text("objective"),
        "sub_objective": reading.text("sub_objective"),
    }
    plan = _read_plan(reading)
    indicators = tuple(_read_indicators(reading))
    if reading.is_another_form():
        reading.note_another_form()
    else:
        reading.note_missing_labels()
        reading.note_unclaimed()
    table = located.tables.get("indicators")
    if table is not None:
        first = table.rows[0] if table.rows else table.header + 1
        reading.cells["indicators"] = address((first, min(c for _, c in table.cells.values())))
    return Project.model_validate(
        {
            "sheet": located.sheet.name,
            "number": reading.project,
            "unit_line": head.unit_line,
            "budget_unit": head.unit,
            "year": head.year,
            **values,
            "spending_plan": plan,
            "indicators": indicators,
            "cells": reading.cells,
            "typed": reading.typed,
            "plain_numbers": frozenset(reading.plain),
            "uncertain": tuple(sorted(reading.uncertain)),
            "in_yuan": tuple(sorted(reading.in_yuan)),
        }
    )


def _read_plan(reading: Reading) -> list[Decimal | None]:
    """Four percentages; what no number can be made of is None and stays in `typed`."""
    keys = [f"spending_plan.{i}" for i in range(len(PLAN_DATES))]
    places = [reading.located.values.get(key) for key in keys]
    cells = [reading.usable(key, at) for key, at in zip(keys, places, strict=True)]
    numbers: list[Number | None] = [None if cell is None else parse_percentage(cell) for cell in cells]
    if not any(cell is not None and shows_percent(cell) for cell in cells):
        numbers = as_fractions(numbers) or numbers
    values: list[Decimal | None] = []
    for key, at, cell, number in zip(keys, places, cells, numbers, strict=True):
        if cell is None or at is None:
            reading.keep_unusable(key)
            values.append(None)
            continue
        values.append(reading.take(key, at, cell, number))
    return values


def _read_indicators(reading: Reading) -> Iterator[Indicator]:
    """The rows with content. A blank or merged 一级 or 二级指标 means the one above."""
    category: str | None = None
    subcategory: str | None = None
    for row in reading.rows("indicators"):
        own, own_sub = row.text("category"), row.text("subcategory")
        content = row.texts("name", "definition", "target_basis")
        content["target"] = _whole_target(row)
        weight = _read_weight(row)
        filled = any(content.values()) or "weight" in row.typed
        # A text alone in the first column heads the rows below, unless it is somebody's remark.
        heads = own is not None and (own_sub is not None or filled or own.endswith(_HEADING_END))
        if heads and own != category:
            category, subcategory = own, None
        subcategory = own_sub or subcategory
        if filled or own_sub or heads:
            row.claim()
        if filled:
            yield Indicator(
                sheet=row.sheet,
                row=row.number,
                category=category,
                subcategory=subcategory,
                weight=weight,
                parsed=parse_target(content["target"]),
                cells=row.cells,
                typed=row.typed,
                **content,
            )


def _whole_target(row: RowReading) -> str | None:
    """The target, put together where operator, value and unit have columns of their own."""
    value = row.text("target")
    operator, unit = (row.text(key) if key in row.places else None for key in ("operator", "measure_unit"))
    if value is None or _NO_FIGURE.fullmatch(value):
        return value
    if operator is not None and _OPERATOR.fullmatch(operator) and not _OPERATOR.match(value):
        value = f"{operator}{value}"
    if unit is not None and unit not in NOTHING and not value.endswith(unit):
        value = f"{value}{unit}"
    return value


def _read_weight(row: RowReading) -> Decimal | None:
    if "weight" not in row.places:
        return None
    cell = row.usable("weight")
    number = None if cell is None else parse_number(cell, suffixes=("分", "%"))
    if number is None or cell is None:
        return None
    row.reading.note_number("indicators.weight", row.places["weight"], cell, number)
    return number.value
