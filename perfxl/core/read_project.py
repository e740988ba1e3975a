"""One located project form → `Project`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfxl.core.cells import Position, address
from perfxl.core.layout import PLAN_DATES
from perfxl.core.locate import is_title, is_unit_of_account
from perfxl.core.model import BudgetUnit, Indicator, NoteKind, Project
from perfxl.core.numbers import Number, as_fractions, parse_number, parse_percentage
from perfxl.core.reading import Reading, RowReading, shown_raw
from perfxl.core.targets import parse_target
from perfxl.core.text import half_width

_UNIT_LABEL = r"(?:预算单位|填报单位|单位名称|编制单位|项目单位|单位)"
_UNIT_LINE = re.compile(rf"\s*(?:{_UNIT_LABEL}\s*[:：]\s*)?(\d{{3,}}+)\s*+[-—_]?+\s*+(\S.*)")
_NAMED = re.compile(rf"\s*{_UNIT_LABEL}\s*[:：]\s*(\S.*)")
_SELF_CHECK = "自检"
_HEADING_END = "指标"


def read_project(reading: Reading) -> Project:
    """The project of a form, blank fields None. What there is to say about its cells is noted."""
    located = reading.located
    unit_line, unit_at = _find_unit_line(reading)
    if unit_at is not None:
        reading.cells["unit_line"] = address(unit_at)
        reading.claimed.add(unit_at)
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
            "unit_line": unit_line,
            "budget_unit": parse_unit_line(unit_line),
            **values,
            "spending_plan": plan,
            "indicators": indicators,
            "cells": reading.cells,
            "typed": reading.typed,
            "plain_numbers": frozenset(reading.plain),
        }
    )


def parse_unit_line(line: str | None) -> BudgetUnit | None:
    """`116001 承德…本级` → code and name; a line without a code is a name; None for a blank one."""
    if not line:
        return None
    match = _UNIT_LINE.fullmatch(half_width(line))
    if match:
        # The name as typed: half-width was only for finding the code.
        return BudgetUnit(code=match[1], name=match[2].strip())
    named = _NAMED.fullmatch(line)
    return BudgetUnit(code=None, name=(named[1] if named else line).strip())


def _find_unit_line(reading: Reading) -> tuple[str | None, Position | None]:
    """The unit line above the first label, and where it is or would be."""
    located = reading.located
    sheet = located.sheet
    candidates: list[tuple[Position, str]] = []
    title_row = None
    for row in located.head:
        for column, cell in sheet.row(row):
            text = cell.text
            if is_title(text):
                title_row = row
            elif is_unit_of_account(text):
                # A second one is kept too: the two may contradict each other.
                key = "unit_of_account.again" if "unit_of_account" in reading.typed else "unit_of_account"
                reading.cells[key] = address((row, column))
                reading.typed[key] = text
            elif text and not text.startswith(_SELF_CHECK):
                candidates.append(((row, column), text))
    for at, text in candidates:
        if _UNIT_LINE.fullmatch(half_width(text)):
            return text, at
    if candidates:
        return candidates[0][1], candidates[0][0]
    columns = [column for _, column in located.labels.values()]
    if not columns or located.first == 1:
        return None, None
    row = located.first - 1 if title_row is None else min(title_row + 1, located.first - 1)
    return None, (row, min(columns))


def _read_plan(reading: Reading) -> list[Decimal | None]:
    """Four percentages; what no number can be made of is None and stays in `typed`."""
    keys = [f"spending_plan.{i}" for i in range(len(PLAN_DATES))]
    places = [reading.located.values.get(key) for key in keys]
    cells = [reading.usable(key, at) for key, at in zip(keys, places, strict=True)]
    numbers: list[Number | None] = [None if cell is None else parse_percentage(cell) for cell in cells]
    if not any(cell is not None and cell.percent for cell in cells):
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
        content = row.texts("name", "definition", "target", "target_basis")
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


def _read_weight(row: RowReading) -> Decimal | None:
    if "weight" not in row.places:
        return None
    cell = row.usable("weight")
    number = None if cell is None else parse_number(cell.value, suffixes=("分", "%"))
    if number is None or cell is None:
        return None
    if number.understood is not None:
        row.reading.note(
            NoteKind.NORMALISED,
            row.places["weight"],
            "indicators.weight",
            typed=shown_raw(cell),
            understood=number.understood,
        )
    return number.value
