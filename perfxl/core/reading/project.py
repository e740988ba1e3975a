"""One located project form → `Project`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfxl.core.forms.parts import COUNTING
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.forms.target_values import parse_target
from perfxl.core.grid.numbers import NOTHING, parse_number
from perfxl.core.reading.fields import Reading, RowReading, other_texts
from perfxl.core.reading.form_values import read_record
from perfxl.core.reading.head import read_head

PARTS_OF_TARGET = ("operator", "measure_unit")
_HEADING_END = "指标"
# The columns that have a way of their own into the record.
_READ = {*Indicator.model_fields, *PARTS_OF_TARGET, COUNTING}
_OPERATOR = re.compile(r"(?:[≥≤＝=＞＜><≧≦]|大于|小于|等于|不低于|不高于|不少于|不超过){1,3}")
_NO_FIGURE = re.compile(r"[^0-9０-９零一二三四五六七八九十百]*")


def read_project(reading: Reading) -> Project:
    """The project of a form, blank fields None. What there is to say about its cells is noted."""
    head = read_head(reading)
    said = read_record(reading, Project)
    indicators = tuple(_read_indicators(reading))
    if reading.is_another_form():
        reading.note_another_form()
    else:
        reading.note_missing_labels()
        reading.note_unclaimed()
    return Project.model_validate(
        {
            "number": reading.project,
            "unit_line": head.unit_line,
            "budget_unit": head.unit,
            "year": head.year,
            **said,
            "indicators": indicators,
            "plain_numbers": frozenset(reading.plain),
            "uncertain": tuple(sorted(reading.uncertain)),
            "in_yuan": tuple(sorted(reading.in_yuan)),
        }
    )


def _read_indicators(reading: Reading) -> Iterator[Indicator]:
    """The rows with content. A blank or merged 一级 or 二级指标 means the one above."""
    category: str | None = None
    subcategory: str | None = None
    for row in reading.rows("indicators"):
        own, own_sub = row.text("category"), row.text("subcategory")
        content = row.texts("name", "definition", "target_basis")
        content["target"] = _whole_target(row)
        others = other_texts(Indicator, row.texts(*(key for key in row.places if key not in _READ)))
        weight = _read_weight(row)
        filled = any(content.values()) or "weight" in row.typed or bool(others)
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
                others=others,
                **content,
            )


def _whole_target(row: RowReading) -> str | None:
    """The target, put together where operator, value and unit have columns of their own."""
    value = row.text("target")
    operator, unit = (row.text(key) if key in row.places else None for key in PARTS_OF_TARGET)
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
