"""The roster (花名册): cells → units with their projects, and every fault at its cell.

A roster has a sheet of units and a sheet of projects, or one sheet with both; sheets and columns are
found by label. Nothing that is in it raises: it becomes a `RosterFault`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from perfxl.core.grid.cells import Workbook, address, position
from perfxl.core.grid.text import cut, label_key
from perfxl.core.rosters.roster_checks import check_departments, check_projects, check_units
from perfxl.core.rosters.roster_form import UNITS
from perfxl.core.rosters.roster_records import Roster, RosterFault, RosterProject, RosterUnit
from perfxl.core.rosters.roster_rows import UNIT_FIELDS, ProjectRow, RowReader, UnitRow
from perfxl.core.rosters.roster_table import RosterTable, roster_tables

__all__ = ["Roster", "RosterFault", "RosterProject", "RosterUnit", "read_roster"]


@dataclass
class _Read:
    """What the tables gave so far. first: a unit's code → where in `units` it came first. projects: a
    unit's code → its projects.
    """

    units: list[RosterUnit] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    pending: list[ProjectRow] = field(default_factory=list)
    projects: dict[str, list[RosterProject]] = field(default_factory=dict)
    faults: list[RosterFault] = field(default_factory=list)


def read_roster(workbook: Workbook) -> Roster:
    """The units of a roster with their projects, and all its faults. Never raises on content."""
    tables, faults = roster_tables(workbook)
    read = _Read(faults=faults)
    # Where a sheet lists units alone, the others only point at them.
    listing = [table for table in tables if table.has_units and not table.has_projects]
    listing = listing or [table for table in tables if table.has_units]
    if not listing:
        # Without a list every project would be a stranger's: one fault, not hundreds.
        return Roster(faults=tuple(faults) or (_nothing(workbook, tables),))
    for table in tables:
        reader = RowReader(table)
        for unit_row, project in reader.rows():
            if table in listing:
                _take_unit(unit_row, read)
            if project is not None:
                read.pending.append(project)
        read.faults += reader.faults
    _assign(read)
    if not read.units and not read.faults:
        read.faults.append(_nothing(workbook, listing))
    departments, more = check_departments(read.units)
    units = [
        replace(unit, department=departments.get(index), projects=tuple(read.projects.get(unit.code, ())))
        for index, unit in enumerate(read.units)
    ]
    read.faults += [*more, *check_units(units), *check_projects(units)]
    order = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}
    return Roster(
        tuple(sorted(units, key=lambda unit: unit.code)),
        tuple(sorted(read.faults, key=lambda fault: (order[fault.sheet], *position(fault.cell)))),
    )


def _take_unit(row: UnitRow, read: _Read) -> None:
    """A row as a unit; on a roster of one sheet a unit has a row for each of its projects."""
    if row.code is None and not row.table.cell(row.row, "unit_code", merged=True):
        who = f"“{cut(row.name, 30)}”" if row.name else "这一行"
        read.faults.append(_fault(row, "unit_code", f"{who}没有填写单位编码。", "请填写 6 位单位编码，如 116001。"))
    if row.name is None:
        read.faults.append(_fault(row, "unit_name", "没有填写单位名称。", "请填写预算单位全称。"))
    if row.code is None:
        return
    if row.table.has_projects and row.code in read.first:
        _same_unit(read.first[row.code], row, read)
        return
    read.first.setdefault(row.code, len(read.units))
    read.units.append(
        RosterUnit(
            code=row.code,
            name=row.name or "",
            sheet=row.table.sheet.name,
            row=row.row,
            columns=row.table.letters(UNIT_FIELDS),
            **row.texts,
        )
    )


def _same_unit(index: int, row: UnitRow, read: _Read) -> None:
    """Another row of a unit that is known: it must be called the same; what was blank is taken from it."""
    known = read.units[index]
    if row.name and label_key(row.name) != label_key(known.name):
        read.faults.append(_other_name(row, known))
    texts: dict[str, Any] = {key: getattr(known, key) or text for key, text in row.texts.items()}
    read.units[index] = replace(known, **texts)


def _assign(read: _Read) -> None:
    """Give every project to the unit that its row names, by code, else by name."""
    by_code = {unit.code: unit for unit in read.units}
    by_name = {label_key(unit.name): unit for unit in read.units if unit.name}
    for one in read.pending:
        row = one.unit
        unit = by_code.get(row.code) if row.code else by_name.get(label_key(row.name or ""))
        if unit is not None:
            read.projects.setdefault(unit.code, []).append(one.project)
            if (
                row.code
                and row.name
                and label_key(row.name) != label_key(unit.name)
                and unit.sheet != one.project.sheet
            ):
                read.faults.append(_other_name(row, unit))
        elif row.code or (row.name and not row.table.cell(row.row, "unit_code")):
            who = row.code or cut(row.name or "", 30)
            hint = "请核对编码，或先在单位名单中加上这个单位。"
            read.faults.append(_fault(row, "unit_code", f"名单中没有单位“{who}”。", hint))
        elif not row.table.cell(row.row, "unit_code") and not row.table.has_units:
            hint = "请写明项目属于哪个单位。"
            read.faults.append(_fault(row, "unit_code", "没有填写单位编码。", hint))


def _other_name(row: UnitRow, unit: RosterUnit) -> RosterFault:
    message = f"单位 {unit.code} 在 {unit.sheet}!{unit.cells['unit_name']} 是“{cut(unit.name, 30)}”，这里是“{cut(row.name or '', 30)}”。"
    return _fault(row, "unit_name", message, "请核对编码和名称，改成一致。")


def _fault(row: UnitRow, key: str, message: str, hint: str) -> RosterFault:
    return RosterFault(row.table.sheet.name, row.address(key), message, hint)


def _nothing(workbook: Workbook, tables: list[RosterTable]) -> RosterFault:
    table = tables[0] if tables else None
    if table is not None and not table.has_units:
        where = address((table.header, min(table.columns.values())))
        hint = "请加上“单位名称”这一列，或另加一张表，列出单位编码、单位名称、主管部门。"
        return RosterFault(table.sheet.name, where, "没有单位名单：没有一张表写明单位名称。", hint)
    if table is not None:
        where = address((table.first, min(table.columns.values())))
        return RosterFault(table.sheet.name, where, "标题下面没有单位。", "请每个单位写一行。")
    first = workbook.sheets[0].name if workbook.sheets else UNITS
    hint = "请写明标题：单位编码、单位名称、主管部门。空白花名册可以用 perfxl new 花名册.xlsx --roster 生成。"
    return RosterFault(first, "A1", "没有找到单位名单。", hint)
