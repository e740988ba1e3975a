"""How the filled cells of an open sheet look: their number formats, and the merges that matter.

LibreOffice tells each look with its cells. Excel is asked run by run: a column of one format costs one
call, a run of cells that no merge touches another one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import xlwings

from perfxl.core.forms.parts import Caption, Column, Field, Form, Kind
from perfxl.core.forms.shipped_forms import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.grid.cells import Area, Cell, Position
from perfxl.core.grid.merges import covered_cells
from perfxl.core.grid.text import label_in, label_key

Item = TypeVar("Item")

_LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Look:
    """Filled cells of one look. code: their number format. merged: areas that begin in them or cover them.

    struck_out: the whole cells are crossed out; asked only where it costs nothing.
    """

    code: str
    cells: Collection[Position]
    merged: tuple[Area, ...] = ()
    struck_out: bool = False


def asked_looks(sheet: xlwings.Sheet, cells: Mapping[Position, Cell]) -> Iterator[Look]:
    """The looks of the cells of a program that tells of an area only what all its cells have in common."""
    merged = (*_covering(sheet, cells), *_merged_labels(sheet, cells))
    yield Look("General", (), merged)
    shown = [at for at, cell in cells.items() if cell.error is None and cell.value is not None]
    for run in _runs(shown):
        for code, part in _formats(sheet, run):
            yield Look(code, part)


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
    ordered = sorted(places, key=lambda at: (at[1], at[0]))
    return consecutive(ordered, lambda at, other: other == (at[0] + 1, at[1]))


def consecutive(items: Iterable[Item], follows: Callable[[Item, Item], bool]) -> Iterator[list[Item]]:
    """Runs of items each of which follows the one before it."""
    run: list[Item] = []
    for item in items:
        if run and not follows(run[-1], item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


# ------------------------------------------------------------------------------------------ merges


def harmless_merges(looks: Iterable[Look], filled: Collection[Position]) -> list[Area]:
    """The merged areas that hold nothing but what they show: merging them again loses nothing."""
    found = list({area: None for look in looks for area in look.merged if not area.is_cell})
    covered = covered_cells(filled, found)
    return [area for area in found if not any(at in area for at in covered)]


@lru_cache(maxsize=1)
def _labels() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The labels of all forms, and those beside which a text may stand in a lower row."""
    forms: tuple[Form, ...] = (COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM)
    named = [*(label for form in forms for label in form.labels)]
    columns = [column for form in forms for table in form.tables for column in table.columns]
    tall = [field for form in forms for field in form.fields if field.kind is Kind.LONG_TEXT]
    return _keys((*named, *columns)), _keys(tall)


def _keys(named: Iterable[Field | Caption | Column]) -> dict[str, str]:
    keys = (label_key(text) for one in named for text in (one.label, *one.aliases))
    return {key: key for key in keys}


def _covering(sheet: xlwings.Sheet, cells: Mapping[Position, Cell]) -> Iterator[Area]:
    """The merged areas that cover a filled cell: a run of cells that none can cover costs one question."""
    waiting = list(_runs(cells))
    while waiting:
        run = waiting.pop()
        block = sheet.range(run[0], run[-1])
        # No answer stands for some merged cells and some others.
        if block.merge_cells is False:
            continue
        if len(run) > 1:
            waiting += [run[: len(run) // 2], run[len(run) // 2 :]]
            continue
        area = Area.of(str(block.merge_area.address))
        if area.first != run[0]:
            yield area


def _merged_labels(sheet: xlwings.Sheet, cells: Mapping[Position, Cell]) -> Iterator[Area]:
    """The merged areas that begin at a label: the reader asks for no others, and of these for the
    right edge, of a long text's label for the lower one too. Where the next cell is filled, that is known.
    """
    for at in _label_cells(cells):
        area = Area.of(str(sheet.range(at).merge_area.address))
        if not area.is_cell:
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
        and (key := label_in(cell.value, labels)) is not None
    }
    rows = {row for row, _ in found}
    last: dict[int, int] = {}
    for row, column in cells:
        if row in rows:
            last[row] = max(column, last.get(row, 0))
    wide = {at for at in {*found, *last.items()} if (at[0], at[1] + 1) not in cells}
    high = {at for at, key in found.items() if key in tall and (at[0] + 1, at[1]) not in cells}
    return sorted(wide | high)
