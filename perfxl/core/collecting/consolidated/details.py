"""项目明细, 指标明细 and 问题清单: the rows of every file that counts, unit by unit, out of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from perfxl.core.collecting.collected_findings import OtherResult, UnitResult, own_findings
from perfxl.core.collecting.consolidate import INDICATOR_TEXTS, ProjectRow, RowStore
from perfxl.core.collecting.consolidated.links import Links
from perfxl.core.collecting.consolidated.streamed_table import Block, Table
from perfxl.core.collecting.which_file_counts import Placed, State
from perfxl.core.collecting.whose_file import Unit
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.grid.change import SheetCell
from perfxl.core.grid.text import cut

AMOUNTS = ("total_budget", "fiscal_funds", "other_funds", *(f"period.{i}" for i in range(4)))
# Amounts that differ by less are the same: a cell holds binary noise.
HALF_CENT = Decimal("0.005")
_LONGEST_QUOTE = 80
_COUNTS = ("indicators", "quantified", *(severity.value for severity in Severity))


@dataclass
class Figures:
    """What is added up of projects. lacking: how many have an amount that no sum holds. differing: how many of
    the others have another 预算数 than their sources together.
    """

    projects: int = 0
    lacking: int = 0
    differing: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(AMOUNTS, Decimal(0)))
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Figures) -> None:
        """Add the figures of another to these."""
        self.projects += other.projects
        self.lacking += other.lacking
        self.differing += other.differing
        for key in AMOUNTS:
            self.amounts[key] += other.amounts[key]
        self.counts.update(other.counts)


@dataclass
class UnitSums(Figures):
    """What was written for a unit: the sums of its rows and where they stand.

    amounts: added up from the very values that were written, for the program's own check.
    """

    findings: Counter[str] = field(default_factory=Counter)
    project_blocks: list[Block] = field(default_factory=list)
    finding_blocks: list[Block] = field(default_factory=list)


def unit_cells(key: int | None, unit: Unit | None, department: str) -> dict[str, SheetCell]:
    """The first columns of every sheet: whose row it is."""
    return {
        "key": SheetCell(key, style="number"),
        "department": SheetCell(department),
        "unit_code": SheetCell(unit.code if unit else None, style="centre"),
        "unit_name": SheetCell(unit.name if unit else None),
    }


@dataclass
class Details:
    """The three long tables while they are being written. whole: the sums of all units so far."""

    projects: Table
    indicators: Table
    findings: Table
    store: RowStore
    links: Links
    framework: Framework
    whole: Figures = field(default_factory=Figures)
    by_category: Counter[str] = field(default_factory=Counter)

    def add_unit(self, result: UnitResult) -> UnitSums:
        """The rows of a unit: its projects, their indicators, what was found; gives their sums."""
        sums = UnitSums()
        whose = unit_cells(result.key, result.files.unit, result.files.department)
        counted = result.files.counted
        start = self.findings.written
        names: dict[int, str] = {}
        if counted is not None:
            whole, numbers = counted.part.whole, counted.part.numbers
            every = self.store.projects(counted.entry.number)
            rows = [row for row in every if whole or row.number in numbers]
            self._add_projects(rows, whose, counted, sums)
            names = {row.number: row.texts["project_name"] or f"第 {row.number} 个项目" for row in rows}
            self._add_indicators(rows, whose, counted)
            found = self.store.findings(counted.entry.number)
            for one in own_findings(counted, found, first=result.first):
                self._add_finding(one, whose, counted, names)
                sums.findings[one.severity.value] += 1
        for told in result.told:
            self._add_finding(told.finding, whose, told.placed, names)
            sums.findings[told.finding.severity.value] += 1
        sums.finding_blocks = self.findings.blocks(start, self.findings.written)
        self.whole.add(sums)
        return sums

    def add_other(self, result: OtherResult) -> None:
        """What was found in a file of no unit; of a workbook without a form also that it has none."""
        placed = result.placed
        whose = unit_cells(None, placed.part.unit, "")
        found = self.store.findings(placed.entry.number) if placed.state is State.NO_FORM else ()
        for one in (*found, *(told.finding for told in result.told)):
            self._add_finding(one, whose, placed, {})

    def add_check(self, found: Iterable[Finding]) -> None:
        """What is wrong with the summary itself."""
        for one in found:
            self._add_finding(one, unit_cells(None, None, ""), None, {})

    def total_row(self) -> None:
        """The sums of 项目明细 below it, which follow the filter."""
        table, number = self.projects, self.projects.written
        blocks = table.blocks(0, number)
        lacking = lacking_count(table, blocks)
        text = f"{self.whole.lacking} 个项目" if self.whole.lacking else ""
        cells = {
            "department": SheetCell("合计", style="sum_text"),
            "project_name": SheetCell(f"{number} 个项目", style="sum_text"),
            "lacking": SheetCell(text, f'IF({lacking}=0,"",{lacking}&" 个项目")', "sum_text"),
        }
        amounts = self.whole.amounts
        for key, amount in amounts.items():
            cells[key] = SheetCell(amount, _subtotal(table, key, blocks), "sum_amount")
        counts = {key: self.whole.counts[key] for key in _COUNTS}
        for i, category in enumerate(self.framework.categories):
            counts[f"category.{i}"] = self.by_category[category.name]
        for key, count in counts.items():
            cells[key] = SheetCell(count, _subtotal(table, key, blocks), "sum_number")
        row = table.next[1]
        budget = f"{table.letters['total_budget']}{row}"
        first = f"{table.letters['period.0']}{row}"
        reached = Decimal(0)
        for i in range(4):
            reached += amounts[f"period.{i}"]
            share = reached / amounts["total_budget"] if amounts["total_budget"] else ""
            formula = f'IF({budget}=0,"",SUM({first}:{table.letters[f"period.{i}"]}{row})/{budget})'
            cells[f"share.{i}"] = SheetCell(share, formula, "sum_percent")
        part, whole = (f"{table.letters[key]}{row}" for key in ("quantified", "indicators"))
        cells["quantified_share"] = SheetCell(
            Decimal(counts["quantified"]) / counts["indicators"] if counts["indicators"] else "",
            f'IF({whole}=0,"",{part}/{whole})',
            "sum_percent",
        )
        table.add(cells, style="sum_text")

    # ------------------------------------------------------------------------------------ the rows

    def _add_projects(
        self, rows: Sequence[ProjectRow], whose: dict[str, SheetCell], placed: Placed, sums: UnitSums
    ) -> None:
        start = self.projects.written
        styles = {column.key: column.style for column in self.projects.columns}
        for row in rows:
            cells = {
                "number": SheetCell(row.number, style="number"),
                **{key: SheetCell(value, style=styles.get(key, "text")) for key, value in row.texts.items()},
                **{key: SheetCell(value, style=styles[key]) for key, value in row.figures.items()},
                **{key: SheetCell(value, style="number") for key, value in row.counts.items()},
                **{f"other.{key}": SheetCell(text) for key, text in row.others.items()},
                "lacking": SheetCell(row.lacking, style="warning" if row.lacking else "text"),
                # The unit the project is counted for, whatever its own line says.
                **whose,
                **self.links.trace(placed.entry, row.sheet, row.place("project_name")),
            }
            for i, category in enumerate(self.framework.categories):
                cells[f"category.{i}"] = SheetCell(row.categories.get(category.name), style="number")
            self.projects.add(cells)
            sums.projects += 1
            sums.lacking += bool(row.lacking)
            sums.differing += not row.lacking and _differs(row)
            for key in AMOUNTS:
                sums.amounts[key] += row.figures[key] or Decimal(0)
            sums.counts.update({key: row.counts[key] or 0 for key in _COUNTS})
            self.by_category.update({key: number or 0 for key, number in row.categories.items()})
        sums.project_blocks = self.projects.blocks(start, self.projects.written)

    def _add_indicators(self, rows: Sequence[ProjectRow], whose: dict[str, SheetCell], placed: Placed) -> None:
        named = {row.number: row.texts for row in rows}
        for one in self.store.indicators(placed.entry.number):
            if one.project not in named:
                continue
            texts = named[one.project]
            said = {
                "project_code": SheetCell(texts["project_code"], style="code"),
                "project_name": SheetCell(texts["project_name"]),
                "operator": SheetCell(one.operator, style="centre"),
                "number": SheetCell(one.number, style="figure"),
                "measure_unit": SheetCell(one.measure_unit, style="centre"),
                "weight": SheetCell(one.weight, style="figure"),
            }
            said |= {key: SheetCell(getattr(one, key)) for key in INDICATOR_TEXTS}
            self.indicators.add({**whose, **said, **self.links.trace(placed.entry, one.sheet, one.cell)})

    def _add_finding(
        self, one: Finding, whose: dict[str, SheetCell], placed: Placed | None, names: dict[int, str]
    ) -> None:
        others = f"\n（另有 {len(one.cells) - 1} 处）" if len(one.cells) > 1 else ""
        said = {
            "project_name": SheetCell(names.get(one.project) if one.project is not None else None),
            "severity": SheetCell(one.severity.label, style=one.severity.value),
            "rule": SheetCell(one.rule, style="centre"),
            "message": SheetCell(f"{one.message}{others}"),
            "hint": SheetCell(one.hint),
            # The link leads to the whole of it.
            "actual": SheetCell(None if one.actual is None else cut(one.actual, _LONGEST_QUOTE)),
            "explanation": SheetCell(one.explanation),
        }
        entry = placed.entry if placed is not None else None
        self.findings.add({**whose, **said, **self.links.trace(entry, one.sheet, one.cell)})


def _differs(row: ProjectRow) -> bool:
    budget, *sources = (row.figures[key] or Decimal(0) for key in AMOUNTS[:3])
    return abs(budget - sum(sources)) >= HALF_CENT


def lacking_count(table: Table, blocks: Sequence[Block], key: str | None = None) -> str:
    """How many projects in these rows of 项目明细 have an amount that no sum holds, as a formula.

    key: the cell with the number of the unit whose rows count, None counts all.
    """
    parts = []
    for block in blocks:
        own = "" if key is None else f"{area(table, 'key', block)},{key},"
        parts.append(f'COUNTIF{"S" if own else ""}({own}{area(table, "lacking", block)},"?*")')
    return "+".join(parts) or "0"


def area(table: Table, key: str, block: Block) -> str:
    """The cells of a column in a block, as formulas on any sheet write them."""
    letter = table.letters[key]
    return f"'{block.sheet}'!${letter}${block.first}:${letter}${block.last}"


def _subtotal(table: Table, key: str, blocks: Sequence[Block]) -> str:
    """Sums that follow the filter, over as many sheets as the table has."""
    letter, here = table.letters[key], table.next[0]
    parts = []
    for block in blocks:
        sheet = "" if block.sheet == here else f"'{block.sheet}'!"
        parts.append(f"SUBTOTAL(9,{sheet}{letter}{block.first}:{letter}{block.last})")
    return "+".join(parts) or "0"
