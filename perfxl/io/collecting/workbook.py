"""汇总.xlsx: six or seven sheets out of the rows of every file, written in a stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from perfxl.core.cells import SheetCell
from perfxl.core.check import check_record
from perfxl.core.collecting import columns
from perfxl.core.collecting.findings import OtherResult, UnitResult, own_findings
from perfxl.core.collecting.records import SumCheck
from perfxl.core.collecting.round_records import Since
from perfxl.core.collecting.rounds_told import headline as changes_headline
from perfxl.core.collecting.rounds_told import row_count
from perfxl.core.collecting.units import State
from perfxl.core.findings import Finding
from perfxl.core.frameworks import Framework
from perfxl.core.results_columns import Column
from perfxl.io.collecting.changes import Changes
from perfxl.io.collecting.contents import PROPERTY, SUMMARY_VALUE
from perfxl.io.collecting.details import Details
from perfxl.io.collecting.links import Links
from perfxl.io.collecting.pen import MOST_ROWS, Pen, Table
from perfxl.io.collecting.returns import Contact, Returns, headline
from perfxl.io.collecting.store import RowStore
from perfxl.io.collecting.units import UnitTable, unit_amounts

# The version of Excel that the file says has calculated it: the values are there, nobody need wait.
_CALCULATED_BY = 191029
_LABELS = {"total_budget": "预算合计", "fiscal_funds": "财政资金", "other_funds": "其他资金"}
_MOST_CHECKS = 6


@dataclass(frozen=True)
class Consolidation:
    """What goes into the workbook. framework: for the columns and the settings of the rules.

    made: when, for the note. since: what changed, None where there was no earlier collection: then there
    is no sheet for it. most_rows: of a sheet, smaller only in tests. each_done: called after every unit.
    """

    results: Sequence[UnitResult]
    others: Sequence[OtherResult]
    has_roster: bool
    framework: Framework
    store: RowStore
    links: Links
    made: datetime
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    since: Since | None = None
    most_rows: int = MOST_ROWS
    each_done: Callable[[], None] = lambda: None


def write_consolidated(one: Consolidation, stream: IO[bytes], scratch: Path) -> tuple[Finding, ...]:
    """Write the workbook; gives what the program's own check of the sums found (COL06), usually nothing.

    scratch: a private folder for what does not fit into memory.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": columns.UNITS, "created": one.made})
    book.set_custom_property(PROPERTY, SUMMARY_VALUE)
    book.set_calc_mode("auto", _CALCULATED_BY)
    # The values stand beside the formulas; they need not be computed again only to be looked at.
    book.calc_on_load = False
    try:
        return _filled(one, _tables(one, Pen(book)))
    finally:
        book.close()


@dataclass(frozen=True)
class _Tables:
    units: Table
    projects: Table
    indicators: Table
    findings: Table
    returns: Table
    alterations: Table
    changes: Table | None


def _tables(one: Consolidation, pen: Pen) -> _Tables:
    """The sheets in their order, each as long as it will be."""
    counts = [_row_counts(result, one.store) for result in one.results]
    findings = sum(found + len(r.told) for (_, _, found), r in zip(counts, one.results, strict=True))
    findings += sum(
        len(other.told)
        + (one.store.counts[other.placed.entry.number].findings if _is_listed(other, one.store) else 0)
        for other in one.others
    )
    files = [1 + len(r.files.older) + len(r.files.same) for r in one.results]
    departments = len({result.files.department for result in one.results})
    changes = () if one.since is None else one.since.changes
    who = f"{_year(one.results)}{headline(one.results, one.others, has_roster=one.has_roster)}"
    notes = {columns.UNITS: who, columns.RETURNS: who, **_NOTES}
    if one.since is not None:
        notes[columns.CHANGES] = changes_headline(one.since)
    made = f"金额单位：万元　生成时间：{one.made:%Y-%m-%d %H:%M}"

    def table(
        name: str, wide: Sequence[Column], rows: int, *, without_trace: int = 0, frozen: int = 4
    ) -> Table:
        return Table(
            pen,
            name,
            _TITLES[name],
            wide,
            rows,
            note=(notes[name], made),
            printed=len(wide) - without_trace,
            frozen=frozen,
            most=one.most_rows,
        )

    return _Tables(
        table(columns.UNITS, columns.UNIT_COLUMNS, len(one.results) + departments + 1, without_trace=2),
        table(
            columns.PROJECTS,
            columns.project_columns(one.framework),
            sum(projects for projects, _, _ in counts) + 1,
            without_trace=4,
        ),
        table(
            columns.INDICATORS,
            columns.INDICATOR_COLUMNS,
            sum(indicators for _, indicators, _ in counts),
            without_trace=4,
        ),
        # Room for what the check of the sums may find.
        table(columns.FINDINGS, columns.FINDING_COLUMNS, findings + _MOST_CHECKS, without_trace=1),
        table(columns.RETURNS, columns.RETURN_COLUMNS, sum(files) + len(one.others), without_trace=1),
        table(
            columns.ALTERATIONS,
            columns.ALTERATION_COLUMNS,
            sum(len(result.altered) for result in one.results),
            without_trace=1,
        ),
        None
        if one.since is None
        else table(columns.CHANGES, columns.CHANGE_COLUMNS, row_count(changes), without_trace=1),
    )


_TITLES = {
    columns.UNITS: "部门预算绩效文本汇总表",
    columns.PROJECTS: "项目明细表",
    columns.INDICATORS: "绩效指标明细表",
    columns.FINDINGS: "问题清单",
    columns.RETURNS: "报送情况表",
    columns.ALTERATIONS: "下发与回收差异表",
    columns.CHANGES: "与上次相比的变化",
}
_NOTES = {
    columns.PROJECTS: "每个项目一行；点“单元格”打开原文件。",
    columns.INDICATORS: "每条指标一行；“符号、数值、计量单位”是程序对指标值的理解，原文在“指标值”列。点“单元格”打开原文件。",
    columns.FINDINGS: "错误必须更正；警告请更正或说明；提示供参考。点“单元格”打开原文件。",
    columns.ALTERATIONS: "下发时已填好的内容，收回时与下发不同的。",
}


def _filled(one: Consolidation, tables: _Tables) -> tuple[Finding, ...]:
    details = Details(
        tables.projects, tables.indicators, tables.findings, one.store, one.links, one.framework
    )
    units = UnitTable(tables.units, tables.projects, tables.findings, details.sums, one.links)
    for table in (tables.projects, tables.indicators, tables.findings, tables.returns, tables.alterations):
        table.head()
    for result in one.results:
        details.add_unit(result)
        one.each_done()
    for other in one.others:
        details.add_other(other)
    found = _checked(one, details)
    details.add_check(found)
    tables.units.headline(units.headline(one.results))
    tables.units.head()
    filtered = {tables.projects.name: tables.projects.written}
    filtered[tables.units.name] = units.fill(one.results)
    details.total_row()
    Returns(tables.returns, tables.alterations, one.store, one.links, one.contacts).fill(
        one.results, one.others
    )
    if not tables.alterations.written:
        tables.alterations.add({"project_name": SheetCell("没有改动。")})
    if tables.changes is not None and one.since is not None:
        tables.changes.head()
        Changes(tables.changes, one.links).fill(one.since, one.results)
    for table in vars(tables).values():
        if table is not None:
            table.finish(filtered.get(table.name, table.written))
    return found


def _checked(one: Consolidation, details: Details) -> tuple[Finding, ...]:
    """COL06: what each file said, added up, against what was written, row by row."""
    found: list[Finding] = []
    for result in one.results:
        written = details.sums[result.key].amounts
        for key, amount in unit_amounts(result).items():
            if amount != written[key]:
                label = f"{result.files.unit.shown} {_LABELS.get(key, '分期支出额')}"
                check = SumCheck(label=label, shown=amount, expected=written[key])
                found += check_record(check, one.framework)
    return tuple(found[:_MOST_CHECKS])


def _row_counts(result: UnitResult, store: RowStore) -> tuple[int, int, int]:
    """How many projects, indicators and findings of its file are a unit's."""
    counted = result.files.counted
    if counted is None:
        return 0, 0, 0
    number = counted.entry.number
    counts = store.counts[number]
    if counted.part.whole:
        return counts.projects, counts.indicators, counts.findings
    numbers = counted.part.numbers
    indicators = sum(row.project in numbers for row in store.indicators(number))
    findings = own_findings(counted, store.findings(number), first=result.first)
    return len(numbers), indicators, len(findings)


def _is_listed(other: OtherResult, store: RowStore) -> bool:
    return other.placed.state is State.NO_FORM and other.placed.entry.number in store.counts


def _year(results: Sequence[UnitResult]) -> str:
    years = sorted({one.files.counted.entry.year or 0 for one in results if one.files.counted} - {0})
    return f"{years[0]} 年度　" if len(years) == 1 else ""
