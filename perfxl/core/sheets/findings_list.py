"""The list on 校验结果, read back: for going from one finding to the next, and for clearing the colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from perfxl.core.forms.findings_columns import COLUMNS, MARK_COLUMN
from perfxl.core.grid.cells import Area, Sheet, address
from perfxl.core.grid.change import CellEdit
from perfxl.core.grid.table_header import find_header, spellings
from perfxl.core.grid.text import cut

Place: TypeAlias = tuple[str, str]

_MARK = re.compile(r"[EWI]\d+!\$?[A-Z]{1,3}\$?\d{1,7}")
_LONGEST = 60
_NEEDED = {"number", "severity", "sheet", "cell", "message"}
_SPELLINGS = spellings((column.key, column.header) for column in COLUMNS)


@dataclass(frozen=True)
class Stop:
    """A cell with findings. rows: where they stand on the list. message: the first one, in one line."""

    place: Place
    rows: tuple[int, ...]
    message: str


def stops(results: Sheet) -> tuple[Stop, ...]:
    """The cells with findings in the order of the list, each once; none for a sheet without a list."""
    header = find_header(results, _SPELLINGS, lambda columns: columns.keys() >= _NEEDED)
    found: dict[Place, list[tuple[int, str]]] = {}
    for row in results.rows:
        if header is None or row <= header.row:
            continue
        texts = {key: results.text((row, column)) for key, column in header.columns.items()}
        # Answers to findings that are gone stand below the list, without a number.
        if texts["number"] and texts["sheet"] and _is_cell(texts["cell"]):
            said = f"{texts['severity']}：{texts['message']}"
            found.setdefault((texts["sheet"], texts["cell"]), []).append((row, said))
    return tuple(
        Stop(place, tuple(row for row, _ in those), _said([text for _, text in those]))
        for place, those in found.items()
    )


def follow(count: int, present: int | None, *, back: bool) -> tuple[list[int], int]:
    """Where to go from a stop (None: from anywhere else), all others in turn, and how many of these
    come before the list begins anew.
    """
    if present is None:
        order = list(range(count))
        return (order[::-1] if back else order), count
    after = list(range(present + 1, count))
    before = list(range(present + 1))
    if back:
        return before[-2::-1] + after[::-1] + [present] * (count > 0), present
    return after + before, len(after)


def mark_edits(results: Sheet) -> tuple[CellEdit, ...]:
    """The edits that take all colours away: the cells that hold the marks, blanked."""
    return tuple(
        CellEdit(results.name, address(at), None)
        for at, cell in sorted(results.cells.items(), key=lambda item: item[0])
        if at[1] == MARK_COLUMN and _MARK.fullmatch(cell.text)
    )


def _said(messages: Sequence[str]) -> str:
    also = f"（这里还有 {len(messages) - 1} 条）" if len(messages) > 1 else ""
    return cut(messages[0], _LONGEST) + also


def _is_cell(text: str) -> bool:
    try:
        Area.of(text)
    except ValueError:
        return False
    return True
