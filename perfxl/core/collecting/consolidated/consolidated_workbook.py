"""汇总.xlsx: six or seven sheets out of the rows of every file, written in a stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from perfxl.core.collecting.collected_findings import OtherResult, UnitResult, own_findings
from perfxl.core.collecting.consolidate import RowStore
from perfxl.core.collecting.consolidated.deliveries import Returns, headline
from perfxl.core.collecting.consolidated.details import AMOUNTS, Details, UnitSums
from perfxl.core.collecting.consolidated.links import Links
from perfxl.core.collecting.consolidated.since_last import Changes
from perfxl.core.collecting.consolidated.streamed_table import RowWriter, Table
from perfxl.core.collecting.consolidated.units_sheet import UnitTable, unit_amounts
from perfxl.core.collecting.round import Since
from perfxl.core.collecting.round_changes_in_words import headline as changes_headline
from perfxl.core.collecting.round_changes_in_words import row_count
from perfxl.core.collecting.which_file_counts import State
from perfxl.core.forms import collected_columns as columns
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.findings_columns import Column
from perfxl.core.forms.frameworks import Framework
from perfxl.core.grid.cells import MAX_ROW
from perfxl.core.grid.change import SheetCell
from perfxl.core.rules.collecting_subjects import SumCheck
from perfxl.core.rules.engine import check_record

_LABELS = {"total_budget": "预算合计", "fiscal_funds": "财政资金", "other_funds": "其他资金"}
_MOST_CHECKS = 6


@dataclass(frozen=True)
class Consolidation:
    """What goes into the workbook. framework: for the columns and the settings of the rules.

    made: when, for the note. since: what changed, None where there was no earlier collection: then there
    is no sheet for it. besides: what projects' forms have that no sum knows, key → label. most_rows: of a sheet, smaller only in tests. each_done: called after every unit.
    """

    results: Sequence[UnitResult]
    others: Sequence[OtherResult]
    has_roster: bool
    framework: Framework
    store: RowStore
    links: Links
    made: datetime
    since: Since | None = None
    besides: Mapping[str, str] = field(default_factory=dict)
    most_rows: int = MAX_ROW
    each_done: Callable[[], None] = lambda: None


def fill_consolidated(one: Consolidation, writer: RowWriter) -> tuple[Finding, ...]:
    """Write all sheets; gives what the program's own check of the sums found (COL06), usually nothing."""
    lengths = _lengths(one)
    return _filled(one, _tables(one, writer, lengths), lengths[columns.UNITS] - 1)


@dataclass(frozen=True)
class _Tables:
    units: Table
    projects: Table
    indicators: Table
    findings: Table
    returns: Table
    alterations: Table
    changes: Table | None


def _lengths(one: Consolidation) -> Counter[str]:
    """How many rows each sheet will have at most, sums below them included."""
    # Room for what the check of the sums may find.
    lengths = Counter({columns.UNITS: 1, columns.PROJECTS: 1, columns.FINDINGS: _MOST_CHECKS})
    for _, group in groupby(one.results, key=lambda result: result.files.department):
        units = 0
        for result in group:
            units += 1
            lengths.update(_rows_of(result, one.store))
        lengths[columns.UNITS] += units + (units > 1)
    for other in one.others:
        lengths[columns.RETURNS] += 1
        lengths[columns.FINDINGS] += len(other.told)
        if other.placed.state is State.NO_FORM:
            lengths[columns.FINDINGS] += one.store.counts(other.placed.entry.number).findings
    if one.since is not None:
        lengths[columns.CHANGES] = row_count(one.since.changes)
    return lengths


def _rows_of(result: UnitResult, store: RowStore) -> Counter[str]:
    """How many rows of each sheet are a unit's."""
    files, counted = result.files, result.files.counted
    here = max(1, (counted is not None) + len(files.unfilled))
    rows = Counter({columns.RETURNS: here + len(files.older) + len(files.same)})
    rows[columns.ALTERATIONS] = len(result.altered)
    rows[columns.FINDINGS] = len(result.told)
    if counted is None:
        return rows
    number, numbers = counted.entry.number, counted.part.numbers
    if counted.part.whole:
        counts = store.counts(number)
        projects, indicators, findings = counts.projects, counts.indicators, counts.findings
    else:
        projects = len(numbers)
        indicators = sum(row.project in numbers for row in store.indicators(number))
        findings = len(own_findings(counted, store.findings(number), first=result.first))
    rows.update({columns.PROJECTS: projects, columns.INDICATORS: indicators, columns.FINDINGS: findings})
    return rows


def _tables(one: Consolidation, writer: RowWriter, lengths: Mapping[str, int]) -> _Tables:
    """The sheets in their order, each as long as it will be."""
    who = f"{_year(one.results)}{headline(one.results, one.others, has_roster=one.has_roster)}"
    notes = {columns.UNITS: who, columns.RETURNS: who, **_NOTES}
    if one.since is not None:
        notes[columns.CHANGES] = changes_headline(one.since)
    made = f"金额单位：万元　生成时间：{one.made:%Y-%m-%d %H:%M}"

    def table(name: str, wide: Sequence[Column], *, without_trace: int) -> Table:
        return Table(
            writer,
            name,
            _TITLES[name],
            wide,
            lengths[name],
            note=(notes[name], made),
            printed=len(wide) - without_trace,
            most=one.most_rows,
        )

    return _Tables(
        table(columns.UNITS, columns.UNIT_COLUMNS, without_trace=2),
        table(columns.PROJECTS, columns.project_columns(one.framework, one.besides), without_trace=4),
        table(columns.INDICATORS, columns.INDICATOR_COLUMNS, without_trace=4),
        table(columns.FINDINGS, columns.FINDING_COLUMNS, without_trace=1),
        table(columns.RETURNS, columns.RETURN_COLUMNS, without_trace=1),
        table(columns.ALTERATIONS, columns.ALTERATION_COLUMNS, without_trace=1),
        None if one.since is None else table(columns.CHANGES, columns.CHANGE_COLUMNS, without_trace=1),
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


def _filled(one: Consolidation, tables: _Tables, unit_rows: int) -> tuple[Finding, ...]:
    details = Details(tables.projects, tables.indicators, tables.findings, one.store, one.links, one.framework)
    for table in (tables.projects, tables.indicators, tables.findings, tables.returns, tables.alterations):
        table.head()
    said = dict.fromkeys(AMOUNTS, Decimal(0))
    found: list[Finding] = []

    def written() -> Iterator[UnitSums]:
        for result in one.results:
            sums, amounts = details.add_unit(result), unit_amounts(result)
            for key, amount in amounts.items():
                said[key] += amount
            found.extend(_checked(result, amounts, sums, one.framework))
            yield sums
            one.each_done()

    sums = one.store.keep(written())
    for other in one.others:
        details.add_other(other)
    found = found[:_MOST_CHECKS]
    details.add_check(found)
    units = UnitTable(tables.units, tables.projects, tables.findings, len(one.results), details.whole, one.links)
    tables.units.head(units.headline(said, unit_rows))
    filtered = {tables.projects.name: tables.projects.written}
    filtered[tables.units.name] = units.fill(zip(one.results, sums, strict=True))
    details.total_row()
    Returns(tables.returns, tables.alterations, one.store, one.links).fill(one.results, one.others)
    if not tables.alterations.written:
        tables.alterations.add({"project_name": SheetCell("没有改动。")})
    if tables.changes is not None and one.since is not None:
        tables.changes.head()
        Changes(tables.changes, one.links).fill(one.since, one.results)
    for table in vars(tables).values():
        if table is not None:
            table.finish(filtered.get(table.name, table.written))
    return tuple(found)


def _checked(
    result: UnitResult, said: Mapping[str, Decimal], written: UnitSums, framework: Framework
) -> Iterator[Finding]:
    """COL06: what a unit's file said, added up, against what was written, row by row."""
    for key, amount in said.items():
        if amount != written.amounts[key]:
            label = f"{result.files.unit.shown} {_LABELS.get(key, '分期支出额')}"
            check = SumCheck(label=label, shown=amount, expected=written.amounts[key])
            yield from check_record(check, framework)


def _year(results: Iterable[UnitResult]) -> str:
    years = sorted({one.files.counted.entry.year or 0 for one in results if one.files.counted} - {0})
    return f"{years[0]} 年度　" if len(years) == 1 else ""
