"""Taking back what one click wrote: what stood in the cells before and what was put there, as data.

A record outlives the program that made it (each click of the ribbon is a new one), so it is kept as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from perfxl.core.grid.cells import Value
from perfxl.core.grid.change import CellEdit

Place: TypeAlias = tuple[str, str]

_VERSION = 1
# Excel keeps 15 digits.
_SAME = 1e-9


@dataclass(frozen=True)
class UndoRecord:
    """What a click changed. before, after: an edit per cell, in the same order, that puts back what stood
    there and what was written; a formula as the program itself spells it.
    """

    before: tuple[CellEdit, ...]
    after: tuple[CellEdit, ...]


def changed_cells(before: Sequence[CellEdit], after: Sequence[CellEdit]) -> UndoRecord:
    """The record of the cells that really hold something else afterwards."""
    pairs = [pair for pair in zip(before, after, strict=True) if not _alike(*pair)]
    return UndoRecord(tuple(one for one, _ in pairs), tuple(other for _, other in pairs))


def undo_edits(record: UndoRecord, now: Mapping[Place, CellEdit]) -> tuple[tuple[CellEdit, ...], tuple[Place, ...]]:
    """The edits that take a click back, and the places left alone since somebody changed them after it.

    now: what the cells hold at present; a place that is gone (its sheet deleted) is left alone too.
    """
    edits: list[CellEdit] = []
    left: list[Place] = []
    for old, written in zip(record.before, record.after, strict=True):
        place = written.sheet, written.cell
        present = now.get(place)
        if present is not None and _alike(present, written):
            edits.append(old)
        else:
            left.append(place)
    return tuple(edits), tuple(left)


def _alike(one: CellEdit, other: CellEdit) -> bool:
    if one.formula is not None or other.formula is not None:
        return one.formula == other.formula
    numbers = isinstance(one.value, int | float | Decimal) and isinstance(other.value, int | float | Decimal)
    if numbers and not isinstance(one.value, bool) and not isinstance(other.value, bool):
        return abs(float(str(one.value)) - float(str(other.value))) < _SAME
    return one.value == other.value


# ------------------------------------------------------------------------------------------ as text


def to_text(record: UndoRecord) -> str:
    """The record as JSON."""
    edits = {"before": record.before, "after": record.after}
    return json.dumps(
        {"version": _VERSION, **{key: [_plain(edit) for edit in those] for key, those in edits.items()}},
        ensure_ascii=False,
    )


def from_text(text: str) -> UndoRecord | None:
    """The record that `to_text` wrote; None for anything else, such as a file cut off in the middle."""
    try:
        read = json.loads(text)
        if read["version"] != _VERSION:
            return None
        before, after = (tuple(_edit(entry) for entry in read[key]) for key in ("before", "after"))
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None
    return UndoRecord(before, after) if len(before) == len(after) else None


def _plain(edit: CellEdit) -> list[Any]:
    return [edit.sheet, edit.cell, *_named(edit.value), edit.formula]


def _named(value: Value) -> tuple[str, Any]:
    """A value with the name of its kind: JSON knows neither days nor exact numbers."""
    if isinstance(value, Decimal):
        return "decimal", str(value)
    if isinstance(value, timedelta):
        return "timedelta", value.total_seconds()
    if isinstance(value, datetime | date | time):
        return type(value).__name__, value.isoformat()
    return "plain", value


_KINDS: Mapping[str, Callable[[Any], Value]] = {
    "decimal": Decimal,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def _edit(entry: Sequence[Any]) -> CellEdit:
    sheet, cell, kind, value, formula = entry
    if not isinstance(sheet, str) or not isinstance(cell, str) or not isinstance(formula, str | None):
        raise TypeError(entry)
    if kind == "plain":
        if not isinstance(value, str | int | float | None):
            raise TypeError(entry)
        return CellEdit(sheet, cell, value, formula)
    return CellEdit(sheet, cell, _KINDS[kind](value), formula)
