"""The figures that a 部门汇总 sheet shows, read back: for telling a stale total from a wrong input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from perfxl.core.forms.records import Project, TotalCell
from perfxl.core.forms.summary_columns import LACKS, TOTAL, fixed_columns
from perfxl.core.grid.cells import Sheet, address
from perfxl.core.grid.numbers import parse_amount
from perfxl.core.grid.table_header import find_header, spellings
from perfxl.core.grid.text import label_key

_FEWEST_HEADERS = 4
_NAMES = ("number", "project_code", "project_name")
_MONEY_AND_NAMES = tuple(c for c in fixed_columns() if c.money or c.key in _NAMES)
_SPELLINGS = spellings((column.key, column.header) for column in _MONEY_AND_NAMES)


def read_totals(sheet: Sheet, projects: Sequence[Project]) -> tuple[TotalCell, ...]:
    """The money figures that a 部门汇总 sheet shows: a row per project it knows, and the total row.

    Empty for a sheet without such a table. The columns are found by their headers.
    """
    header = find_header(sheet, _SPELLINGS, lambda columns: len(columns) > _FEWEST_HEADERS)
    return () if header is None else tuple(_read_rows(sheet, header.row, header.columns, projects))


def _read_rows(sheet: Sheet, header: int, found: Mapping[str, int], projects: Sequence[Project]) -> Iterator[TotalCell]:
    for row in sheet.rows_between(header + 1, sheet.rows[-1]):
        is_total = any(label_key(cell.text) == TOTAL for _, cell in sheet.row(row))
        project = None if is_total else _project_of(sheet, row, found, projects)
        if project is None and not is_total:
            continue
        says_lacking = is_total and any(cell.text.startswith(LACKS) for _, cell in sheet.row(row))
        for column in _MONEY_AND_NAMES:
            if column.money and column.key in found:
                at = row, found[column.key]
                number = parse_amount(sheet.cells[at]) if at in sheet.cells else None
                yield TotalCell(
                    sheet=sheet.name,
                    cell=address(at),
                    label=column.header.replace("\n", "") + (TOTAL if is_total else ""),
                    what=column.key,
                    project=None if project is None else project.number,
                    shown=None if number is None else number.value,
                    says_lacking=says_lacking,
                )
        if is_total:
            return


def _project_of(sheet: Sheet, row: int, found: Mapping[str, int], projects: Sequence[Project]) -> Project | None:
    """The project of a row: by its code, else its name, else (a blank form) its number."""
    texts = {key: sheet.text((row, found[key])) if key in found else "" for key in _NAMES}
    for key in ("project_code", "project_name"):
        same = [p for p in projects if texts[key] and getattr(p, key) == texts[key]]
        if len(same) == 1:
            return same[0]
    if texts["project_code"] or texts["project_name"]:
        return None
    return next((p for p in projects if str(p.number) == texts["number"]), None)
