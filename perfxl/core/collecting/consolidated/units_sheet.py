"""部门汇总: a row per unit, subtotals per department, and the sum: formulas over the other sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from perfxl.core.collecting.collected_findings import UnitResult
from perfxl.core.collecting.consolidated.details import (
    AMOUNTS,
    HALF_CENT,
    Figures,
    UnitSums,
    area,
    lacking_count,
    unit_cells,
)
from perfxl.core.collecting.consolidated.links import SHA_LENGTH, Links
from perfxl.core.collecting.consolidated.streamed_table import FIRST_ROW, Block, Table
from perfxl.core.collecting.which_file_counts import State
from perfxl.core.collecting.whose_file import UnitLine
from perfxl.core.forms.findings import Severity
from perfxl.core.forms.totals import CENT, total
from perfxl.core.grid.change import SheetCell
from perfxl.core.grid.wording import money

# How many cells the formulas may look at together before a spreadsheet program takes seconds to
# recalculate; beyond, each formula looks only at the rows of its unit.
MOST_LOOKED_AT = 300_000_000
_COUNTED = ("indicators", "quantified")
_RETURNED = State.COUNTED.value
_IN_DETAILS = {"total_budget": "预算合计", "fiscal_funds": "财政资金"}
_AGREE = ("预算合计＝财政资金＋其他资金", "各期支出合计＝预算合计")


def unit_amounts(result: UnitResult) -> dict[str, Decimal]:
    """The exact sums of a unit, from what its file said: not from the rows that were written."""
    lines = _lines(result)
    sums = {key: total(getattr(line.totals, key) for line in lines) for key in AMOUNTS[:3]}
    for i in range(4):
        sums[f"period.{i}"] = total(line.totals.period_amounts[i] for line in lines)
    return sums


def _lines(result: UnitResult) -> Sequence[UnitLine]:
    return result.files.counted.part.lines if result.files.counted is not None else ()


@dataclass(frozen=True)
class UnitTable:
    """The sheet while it is being written, once the rows of all units stand in the detail sheets.

    units: how many there are. written: the sums of all their rows.
    """

    table: Table
    projects: Table
    findings: Table
    units: int
    written: Figures
    links: Links

    def fill(self, units: Iterable[tuple[UnitResult, UnitSums]]) -> int:
        """All rows, of the units with what was written of each; gives how many there are above the sum."""
        whole = Figures()
        for department, group in groupby(units, key=lambda one: one[0].files.department):
            start = self.table.next[1]
            of_department = Figures()
            for result, sums in group:
                of_department.add(self._unit(result, sums))
            if of_department.counts["units"] > 1:
                self._sum((department, "小计"), of_department, start, self.table.next[1] - 1, "group")
            whole.add(of_department)
        filtered = self.table.written
        last = self.table.next[1] - 1
        self._sum(("合计", ""), whole, FIRST_ROW, max(last, FIRST_ROW), "sum")
        return filtered

    def headline(self, said: Mapping[str, Decimal], rows: int) -> SheetCell:
        """Whether all sums agree and nothing is missing from them; a formula, so that it stays true.

        said: what the files of all units say. rows: how many there will be above the sum.
        """
        last = FIRST_ROW + max(rows, 1) - 1
        # Only rows of units have a number: subtotals are left out, whatever is filtered.
        units = {
            key: f'SUMIF($A${FIRST_ROW}:$A${last},">0",{letter}${FIRST_ROW}:{letter}${last})'
            for key, letter in self.table.letters.items()
        }
        missing = f" 个项目的金额未填或读不出，没有计入合计（见“{self.projects.name}”）"
        number = self.written.lacking
        parts = [
            *(self._as_in_details(key, name, units[key], said) for key, name in _IN_DETAILS.items()),
            (
                f'IF({units["lacking"]}=0,"","；"&{units["lacking"]}&"{missing}")',
                f"；{number}{missing}" if number else "",
            ),
            self._sources_differ(units, said),
            self._periods_differ(units, said),
        ]
        formula, text = ("&".join(part[0] for part in parts), "".join(part[1] for part in parts))
        good = "；".join((*(f"{name}与项目明细一致" for name in _IN_DETAILS.values()), *_AGREE))
        return SheetCell(
            f"自检：{text[1:] or good}", f'"自检："&IF({formula}="","{good}",MID({formula},2,999))', "headline"
        )

    def _as_in_details(self, key: str, name: str, units: str, said: Mapping[str, Decimal]) -> tuple[str, str]:
        gap = f"{units}-({_sum_of(self.projects, key, self._all_projects())})"
        words = f"；{name}与项目明细相差 "
        formula = f'IF(ABS({gap})<{HALF_CENT},"","{words}"&TEXT({gap},"0.00")&" 万元")'
        difference = said[key] - self.written.amounts[key]
        return formula, "" if abs(difference) < HALF_CENT else f"{words}{money(difference)} 万元"

    def _sources_differ(self, units: Mapping[str, str], said: Mapping[str, Decimal]) -> tuple[str, str]:
        """Budgets and their sources: added up, else project by project."""
        gap = f"{units['total_budget']}-{units['fiscal_funds']}-{units['other_funds']}"
        words, others = "；预算合计与资金来源相差 ", " 个项目的预算数与资金来源不等，合计相互抵消"
        parts = []
        for block in self._all_projects():
            budget, fiscal, other, lacking = (area(self.projects, key, block) for key in (*AMOUNTS[:3], "lacking"))
            parts.append(f'SUMPRODUCT(({lacking}="")*(ABS({budget}-{fiscal}-{other})>={HALF_CENT}))')
        count = "+".join(parts) or "0"
        formula = (
            f'IF(ABS({gap})>={HALF_CENT},"{words}"&TEXT(ABS({gap}),"0.00")&" 万元",'
            f'IF({count}=0,"","；"&({count})&"{others}"))'
        )
        difference = abs(said["total_budget"] - said["fiscal_funds"] - said["other_funds"])
        if difference >= HALF_CENT:
            return formula, f"{words}{money(difference.quantize(CENT, ROUND_HALF_UP))} 万元"
        return formula, f"；{self.written.differing}{others}" if self.written.differing else ""

    def _periods_differ(self, units: Mapping[str, str], said: Mapping[str, Decimal]) -> tuple[str, str]:
        periods = [key for key in AMOUNTS if key.startswith("period.")]
        gap = "-".join([units["total_budget"], *(units[key] for key in periods)])
        words = "；各期支出与预算合计相差 "
        formula = f'IF(ABS({gap})<{HALF_CENT},"","{words}"&TEXT(ABS({gap}),"0.00")&" 万元")'
        difference = abs(said["total_budget"] - total(said[key] for key in periods))
        if difference < HALF_CENT:
            return formula, ""
        return formula, f"{words}{money(difference.quantize(CENT, ROUND_HALF_UP))} 万元"

    # ------------------------------------------------------------------------------------- the rows

    def _unit(self, result: UnitResult, sums: UnitSums) -> Figures:
        """The row of a unit; gives its exact figures, as its file says."""
        counted = result.files.counted
        row = self.table.next[1]
        cells = unit_cells(result.key, result.files.unit, result.files.department)
        counts = Counter({key: sums.counts[key] for key in _COUNTED})
        counts.update({severity.value: sums.findings[severity.value] for severity in Severity})
        counts.update(units=1, returned=int(counted is not None))
        line = Figures(
            projects=sums.projects,
            lacking=len({lack.project for one in _lines(result) for lack in one.totals.lacking}),
            amounts=unit_amounts(result),
            counts=counts,
        )
        for severity in Severity:
            formula = self._finding_count(severity, sums.finding_blocks, row)
            cells[severity.value] = SheetCell(line.counts[severity.value], formula, "number")
        cells["returned"] = SheetCell(result.files.standing.value, style="good" if counted is not None else "bad")
        if counted is not None:
            cells["projects"] = SheetCell(line.projects, self._count(sums.project_blocks, row), "number")
            for key in AMOUNTS:
                cells[key] = SheetCell(line.amounts[key], self._look_up(key, sums, row), "amount")
            style = "warning" if line.lacking else "number"
            lacking = (
                lacking_count(self.projects, self._all_projects(), f"$A{row}")
                if self._looking
                else lacking_count(self.projects, sums.project_blocks)
            )
            cells["lacking"] = SheetCell(line.lacking, lacking, style)
            for key in _COUNTED:
                cells[key] = SheetCell(line.counts[key], self._look_up(key, sums, row), "number")
            cells["quantified_share"] = self._share(line, row, "percent")
            cells["returned_at"] = SheetCell(counted.entry.modified, style="time")
            cells["file"] = self.links.file(counted.entry)
            cells["sha"] = SheetCell((counted.entry.sha256 or "")[:SHA_LENGTH], style="centre")
        self.table.add(cells)
        return line

    def _sum(self, titles: tuple[str, str], whole: Figures, first: int, last: int, kind: str) -> None:
        row = self.table.next[1]
        letters = self.table.letters

        def over(key: str) -> str:
            return f"SUBTOTAL(9,{letters[key]}{first}:{letters[key]}{last})"

        cells = {
            "department": SheetCell(titles[0], style=f"{kind}_text"),
            "unit_name": SheetCell(titles[1], style=f"{kind}_text"),
            "projects": SheetCell(whole.projects, over("projects"), f"{kind}_number"),
            "lacking": SheetCell(whole.lacking, over("lacking"), f"{kind}_number"),
            "quantified_share": self._share(whole, row, f"{kind}_percent"),
            "returned": SheetCell(
                f"{whole.counts['returned']}/{whole.counts['units']}",
                f'COUNTIF({letters["returned"]}{first}:{letters["returned"]}{last},"{_RETURNED}")&"/"&'
                f"COUNT(A{first}:A{last})",
                f"{kind}_text",
            ),
        }
        for key, amount in whole.amounts.items():
            cells[key] = SheetCell(amount, over(key), f"{kind}_amount")
        for key in (*_COUNTED, *(severity.value for severity in Severity)):
            cells[key] = SheetCell(whole.counts[key], over(key), f"{kind}_number")
        self.table.add(cells, style=f"{kind}_text")

    def _share(self, line: Figures, row: int, style: str) -> SheetCell:
        part, whole = (f"{self.table.letters[key]}{row}" for key in ("quantified", "indicators"))
        number = line.counts["indicators"]
        share = Decimal(line.counts["quantified"]) / number if number else ""
        return SheetCell(share, f'IF({whole}=0,"",{part}/{whole})', style)

    # --------------------------------------------------------------------------------- the formulas

    def _look_up(self, key: str, sums: UnitSums, row: int) -> str:
        if not self._looking:
            return _sum_of(self.projects, key, sums.project_blocks)
        parts = [
            f"SUMIF({area(self.projects, 'key', block)},$A{row},{area(self.projects, key, block)})"
            for block in self._all_projects()
        ]
        return "+".join(parts) or "0"

    def _count(self, own: Sequence[Block], row: int) -> str:
        if not self._looking:
            return "+".join(f"ROWS({area(self.projects, 'key', block)})" for block in own) or "0"
        parts = [f"COUNTIF({area(self.projects, 'key', block)},$A{row})" for block in self._all_projects()]
        return "+".join(parts) or "0"

    def _finding_count(self, severity: Severity, own: Sequence[Block], row: int) -> str:
        word = f'"{severity.label}"'
        if not self._looking:
            parts = [f"COUNTIF({area(self.findings, 'severity', block)},{word})" for block in own]
        else:
            parts = [
                f"COUNTIFS({area(self.findings, 'key', block)},$A{row},{area(self.findings, 'severity', block)},{word})"
                for block in self.findings.blocks(0, self.findings.written)
            ]
        return "+".join(parts) or "0"

    def _all_projects(self) -> list[Block]:
        return self.projects.blocks(0, self.written.projects)

    @property
    def _looking(self) -> bool:
        per_unit = self.projects.written * (len(AMOUNTS) + 4) + self.findings.written * len(Severity)
        return per_unit * self.units <= MOST_LOOKED_AT


def _sum_of(table: Table, key: str, blocks: Sequence[Block]) -> str:
    return f"SUM({','.join(area(table, key, block) for block in blocks)})" if blocks else "0"
