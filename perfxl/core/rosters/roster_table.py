"""Where on a sheet a roster's columns lie: found by label, wherever the header is and in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from perfxl.core.forms.sheet_names import IDENTITY, LISTS
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.cells import Cell, Position, Sheet, WhyUnread, Workbook, address, column_letters
from perfxl.core.grid.table_header import find_header, named_columns, spellings
from perfxl.core.grid.text import OTHER_UNITS, cut, label_in, label_key, other_unit, squeezed
from perfxl.core.reading.locate import is_unit_of_account
from perfxl.core.rosters.roster_form import AMOUNTS, PROJECT_TABLE, ROSTER_GUIDE, UNIT_TABLE, column_label
from perfxl.core.rosters.roster_records import RosterFault

# Above the header stand a title and notes, not the units of a county.
_HEADER_WITHIN = 15
_LONGEST_LABEL = 20
_SUMS = ("合计", "总计", "小计", "总合计")

_UNREAD_HINTS = {
    WhyUnread.COVERED: "不需要的请取消合并，清除后再合并。",
    WhyUnread.STRUCK_OUT: "仍然有效的请去掉删除线；作废的行请删除。",
    WhyUnread.PICTURE: "请把图片里的内容写成文字。",
}


@dataclass
class RosterTable:
    """A table of units, of projects, or of both. columns: key → sheet column. first: of the records.

    covered: a cell inside a merged area → the cell that holds its value.
    """

    sheet: Sheet
    header: int
    first: int
    columns: Mapping[str, int]
    covered: Mapping[Position, Position] = field(default_factory=dict)
    _letters: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)

    @property
    def has_projects(self) -> bool:
        """Whether rows are projects."""
        return "project_name" in self.columns or "project_code" in self.columns

    @property
    def has_units(self) -> bool:
        """Whether rows can say what a unit is called, not only point at it."""
        return {"unit_code", "unit_name"} <= self.columns.keys()

    def rows(self) -> Iterator[int]:
        """The rows that hold records: no sums, no repeated headers, nothing below the table."""
        for row in self.sheet.rows:
            if row < self.first:
                continue
            texts = [squeezed(cell.text) for _, cell in self.sheet.row(row)]
            if texts and texts[0].startswith(PROJECT_FORM.footers):
                continue
            if any(text in _SUMS for text in texts) or len(_named(self.sheet, row)) > 1:
                continue
            if any(self.cell(row, key) is not None for key in self.columns):
                yield row

    def cell(self, row: int, key: str, *, merged: bool = False) -> Cell | None:
        """The cell of a column, None where it is blank or there is no such column.

        merged: a cell inside a merged area has the value of the area.
        """
        column = self.columns.get(key)
        if column is None:
            return None
        at = (row, column)
        return self.sheet.cells.get(self.covered.get(at, at) if merged else at)

    def letters(self, keys: tuple[str, ...]) -> Mapping[str, str]:
        """The columns of those keys that it has, as letters; the same object whenever it is asked."""
        if keys not in self._letters:
            found = {key: column_letters(self.columns[key]) for key in keys if key in self.columns}
            self._letters[keys] = found
        return self._letters[keys]

    def address(self, row: int, key: str) -> str:
        """Where a column's value is or would be; the first column where there is no such column."""
        return address((row, self.columns.get(key, min(self.columns.values()))))


def roster_tables(workbook: Workbook) -> tuple[list[RosterTable], list[RosterFault]]:
    """Every table of a roster in sheet order, and what is wrong with their headers. One per sheet."""
    tables: list[RosterTable] = []
    faults: list[RosterFault] = []
    for sheet in workbook.sheets:
        if sheet.name in (ROSTER_GUIDE, LISTS, IDENTITY) or sheet.hidden:
            continue
        if (table := _table(sheet)) is not None:
            tables.append(table)
            faults += (*_header_faults(table), *_unread_faults(table))
    return tables, faults


def _table(sheet: Sheet) -> RosterTable | None:
    header = find_header(sheet, _names(), _is_header, within=_HEADER_WITHIN)
    if header is None:
        return None
    columns, first = dict(header.columns), header.row + 1
    below = _named(sheet, first)
    own = [columns[key] for key in ("unit_code", "unit_name") if key in columns]
    if below and not any(sheet.text((first, column)) for column in own):
        # A header in two rows: 控制数 above 预算数, 财政资金 and 其他资金.
        columns |= below
        first += 1
    return RosterTable(sheet, header.row, first, columns, _covered(sheet, columns, first))


def _is_header(columns: Mapping[str, int]) -> bool:
    return len(columns) > 1 and bool(columns.keys() & {"unit_code", "unit_name"})


def _covered(sheet: Sheet, columns: Mapping[str, int], first: int) -> dict[Position, Position]:
    last = sheet.rows[-1]
    return {
        (row, column): area.first
        for area in sheet.merged
        for column in columns.values()
        if area.left <= column <= area.right
        for row in range(max(area.top, first), min(area.bottom, last) + 1)
        if (row, column) != area.first and area.top >= first
    }


@cache
def _names() -> dict[str, str]:
    columns = (*UNIT_TABLE.columns, *PROJECT_TABLE.columns)
    return spellings((one.key, label) for one in columns for label in (*one.aliases, one.label))


def _named(sheet: Sheet, row: int) -> dict[str, int]:
    """The columns that a row names: key → sheet column."""
    return named_columns(sheet.row(row), _names(), longest=_LONGEST_LABEL)


def _header_faults(table: RosterTable) -> Iterator[RosterFault]:
    sheet, at = table.sheet, address((table.header, min(table.columns.values())))
    if "unit_code" not in table.columns:
        yield RosterFault(sheet.name, at, "没有“单位编码”这一列。", "请加上这一列，每个单位写 6 位编码。")
    if table.has_projects and "project_name" not in table.columns:
        yield RosterFault(sheet.name, at, "没有“项目名称”这一列。", "请加上这一列。")
    if not table.has_projects and "unit_name" not in table.columns:
        yield RosterFault(sheet.name, at, "没有“单位名称”这一列。", "请加上这一列。")
    for row in sheet.rows:
        if row >= table.first:
            break
        for column, cell in sheet.row(row):
            text = cell.text
            unit, key = other_unit(text), label_in(text, _names(), counted_in=OTHER_UNITS)
            if unit is not None and key in AMOUNTS:
                hint = f"请换算为万元后填写，标题写“{column_label(key)}（万元）”。"
                yield RosterFault(sheet.name, address((row, column)), f"“{text}”以{unit}为单位。", hint)
            elif is_unit_of_account(text) and not label_key(text).endswith("万元"):
                hint = "花名册的金额以万元为单位。请换算为万元，并改为“单位：万元”。"
                yield RosterFault(sheet.name, address((row, column)), f"写的是“{text}”。", hint)


def _unread_faults(table: RosterTable) -> Iterator[RosterFault]:
    """What stands in a column of the table and is not read."""
    for at, cell, why in table.sheet.lost():
        if at[0] < table.header or at[1] not in table.columns.values():
            continue
        text = "" if why is WhyUnread.PICTURE else f"“{cut(cell.text, 30)}”"
        said = f"{text}{why.value}，没有读取。"
        # What is crossed out may be a unit that is still meant; what nobody sees is not.
        covered = why is WhyUnread.COVERED
        yield RosterFault(table.sheet.name, address(at), said, _UNREAD_HINTS[why], warning=covered)
