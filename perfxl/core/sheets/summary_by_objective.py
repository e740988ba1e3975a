"""The second table of 部门汇总: projects and budgets by 分项绩效目标."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.summary_columns import FIRST_ROW, TOTAL
from perfxl.core.forms.totals import total
from perfxl.core.grid.change import SheetCell
from perfxl.core.sheets.drawing import padded

_UNLINKED = "（未对应分项）"
_HEADS = ("序号", "分项绩效目标", "项目数", "预算合计", "缺预算数")


@dataclass(frozen=True)
class Section:
    """Rows that stand below a table, and their merged cells."""

    rows: tuple[tuple[SheetCell | None, ...], ...]
    merges: tuple[str, ...]


def by_sub_objective(submission: Submission, letters: Mapping[str, str], last: int, width: int) -> Section:
    """项目数, 预算合计 and how many projects lack one, per 分项, with formulas over the table above.

    letters: the table's columns by key; last: its last project row; width: how many columns it has.
    """
    header = last + 4
    links, budgets = (
        f"${letters[key]}${FIRST_ROW}:${letters[key]}${max(last, FIRST_ROW)}"
        for key in ("sub_objective", "total_budget")
    )
    named = [s.name for s in submission.department.sub_objectives if s.name] if submission.department else []
    named += [p.sub_objective for p in submission.projects if p.sub_objective]
    names = list(dict.fromkeys(named))

    def line(first: SheetCell, name: SheetCell, *figures: SheetCell) -> tuple[SheetCell | None, ...]:
        """A row, whose name takes four columns."""
        return padded([first, name, *[SheetCell(style=name.style)] * 3, *figures], width)

    rows = [
        padded([SheetCell("按分项汇总", style="section")], width),
        line(*(SheetCell(head, style="header") for head in _HEADS)),
    ]
    merges = [f"B{header}:E{header}"]
    for index, name in enumerate([*names, ""], 1):
        row = header + index
        own = [p for p in submission.projects if (p.sub_objective or "") == name]
        # SUMPRODUCT compares texts as they are; COUNTIF would read signs and wildcards in them.
        wanted = f"$B{row}" if name else '""'
        same = f"({links}={wanted})"
        rows.append(
            line(
                SheetCell(index, style="number"),
                SheetCell(name or _UNLINKED),
                SheetCell(len(own), f"SUMPRODUCT({same}*1)", "number"),
                SheetCell(_budgets(own), f"SUMPRODUCT({same}*1,{budgets})", "amount"),
                SheetCell(_without_budget(own), f"SUMPRODUCT({same}*(1-ISNUMBER({budgets})))", "number"),
            )
        )
        merges.append(f"B{row}:E{row}")
    first, last, every = header + 1, header + len(names) + 1, submission.projects
    rows.append(
        line(
            SheetCell(TOTAL, style="sum_text"),
            SheetCell(style="sum_text"),
            SheetCell(len(every), f"SUM(F{first}:F{last})", "sum_number"),
            SheetCell(_budgets(every), f"SUM(G{first}:G{last})", "sum_amount"),
            SheetCell(_without_budget(every), f"SUM(H{first}:H{last})", "sum_number"),
        )
    )
    return Section(tuple(rows), tuple(merges))


def _budgets(projects: Sequence[Project]) -> Decimal:
    return total(project.total_budget for project in projects)


def _without_budget(projects: Sequence[Project]) -> int:
    return sum(project.total_budget is None for project in projects)
