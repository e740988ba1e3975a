"""What must hold between the rows of a roster: no unit and no project twice, one name per department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from perfxl.core.grid.text import cut, label_key, squeezed
from perfxl.core.rosters.roster_records import RosterFault, RosterProject, RosterUnit


def check_units(units: Sequence[RosterUnit]) -> Iterator[RosterFault]:
    """Every code and every name once."""
    codes: dict[str, RosterUnit] = {}
    names: dict[str, RosterUnit] = {}
    for unit in units:
        first = codes.setdefault(unit.code, unit)
        if first is not unit:
            message = f"单位编码 {unit.code} 重复：{_where(first, 'unit_code')} 已经有“{cut(first.name, 30)}”。"
            yield _fault(unit, "unit_code", message, "每个单位写一行，请核对编码或删去重复的一行。")
        if not unit.name:
            continue
        first = names.setdefault(label_key(unit.name), unit)
        if first is not unit and first.code != unit.code:
            message = f"单位名称“{cut(unit.name, 30)}”重复：{_where(first, 'unit_name')} 的 {first.code} 也叫这个名称。"
            yield _fault(unit, "unit_name", message, "请核对名称，或写明区别。")


def check_departments(units: Sequence[RosterUnit]) -> tuple[dict[int, str], list[RosterFault]]:
    """The department of every unit by its index, and the faults.

    A blank one is that of the units whose codes begin with the same three digits; these must agree.
    """
    named: dict[str, RosterUnit] = {}
    faults: list[RosterFault] = []
    for unit in units:
        if unit.department is None:
            continue
        first = named.setdefault(unit.code[:3], unit)
        if label_key(first.department or "") != label_key(unit.department):
            message = (
                f"编码以 {unit.code[:3]} 开头的单位，主管部门在 {_where(first, 'department')} "
                f"是“{cut(first.department or '', 30)}”，这里是“{cut(unit.department, 30)}”。"
            )
            faults.append(_fault(unit, "department", message, "编码前 3 位相同的单位属于同一部门，请改成一致。"))
    departments = {}
    missing: set[str] = set()
    for index, unit in enumerate(units):
        prefix = unit.code[:3]
        if prefix in named:
            departments[index] = named[prefix].department or ""
        elif prefix not in missing:
            missing.add(prefix)
            message = f"编码以 {prefix} 开头的单位没有填写主管部门。"
            hint = (
                "请填写主管部门名称，同一部门写一次即可。" if "department" in unit.cells else "请加上“主管部门”这一列。"
            )
            faults.append(_fault(unit, "department", message, hint))
    return departments, faults


def check_projects(units: Iterable[RosterUnit]) -> Iterator[RosterFault]:
    """Within a unit every project name and every project code once."""
    for unit in units:
        names: dict[str, RosterProject] = {}
        codes: dict[str, RosterProject] = {}
        for project in unit.projects:
            first = names.setdefault(squeezed(project.name), project)
            if project.name and first is not project:
                message = (
                    f"项目名称“{cut(project.name, 30)}”在单位 {unit.code} 重复，{_where(first, 'project_name')} 已有。"
                )
                yield _fault(project, "project_name", message, "请核对，或写明区别，如批次、对象。")
            if project.code is None:
                continue
            first = codes.setdefault(project.code, project)
            if first is not project:
                message = f"项目编码 {project.code} 在单位 {unit.code} 重复，{_where(first, 'project_code')} 已有。"
                yield _fault(project, "project_code", message, "每个项目编码只能出现一次，请核对。")


def _where(one: RosterUnit | RosterProject, key: str) -> str:
    return f"{one.sheet}!{_cell(one, key)}"


def _cell(one: RosterUnit | RosterProject, key: str) -> str:
    return one.cells.get(key) or next(iter(one.cells.values()), "A1")


def _fault(one: RosterUnit | RosterProject, key: str, message: str, hint: str) -> RosterFault:
    return RosterFault(one.sheet, _cell(one, key), message, hint)
