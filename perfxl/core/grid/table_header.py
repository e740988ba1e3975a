"""The one search for a table: by its header, wherever that stands and in whatever order its columns are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from perfxl.core.grid.cells import Cell, Sheet
from perfxl.core.grid.text import label_in, label_key

# A text longer than this is no label.
LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class TableHeader:
    """The row of a header, and key → the sheet column of what it names."""

    row: int
    columns: Mapping[str, int]


def spellings(labels: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keys and labels → `label_key` of each label → key; of two that are the same the first counts."""
    found: dict[str, str] = {}
    for key, label in labels:
        found.setdefault(label_key(label), key)
    return found


def named_columns(
    cells: Iterable[tuple[int, Cell]],
    names: Mapping[str, str],
    *,
    counted_in: Collection[str] = (),
    longest: int = LONGEST_LABEL,
) -> dict[str, int]:
    """The columns that a row of cells names: key → column, of one that is named twice the first.

    names: by their `label_key`. counted_in: units of account that a label may name, see `label_in`.
    """
    found: dict[str, int] = {}
    for column, cell in cells:
        if isinstance(cell.value, str) and len(cell.value) <= longest:
            key = label_in(cell.text, names, counted_in=counted_in)
            if key is not None:
                found.setdefault(key, column)
    return found


def find_header(
    sheet: Sheet, names: Mapping[str, str], enough: Callable[[Mapping[str, int]], bool], *, within: int | None = None
) -> TableHeader | None:
    """The first row that names enough columns; None where there is none. within: so many filled rows."""
    for row in sheet.rows[:within]:
        columns = named_columns(sheet.row(row), names)
        if enough(columns):
            return TableHeader(row, columns)
    return None
