"""The second table of 部门汇总: projects and budgets by 分项绩效目标."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.summary_columns import FIRST_ROW, TOTAL
from perfxl.core.forms.totals import total
from perfxl.core.grid.change import SheetCell

_UNLINKED = "（未对应分项）"


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
    heads = [
        SheetCell("序号", style="header"),
        SheetCell("分项绩效目标", style="header"),
        *[SheetCell(style="header")] * 3,
        SheetCell("项目数", style="header"),
        SheetCell("预算合计", style="header"),
        SheetCell("缺预算数", style="header"),
    ]
    rows = [
        padded([SheetCell("按分项汇总", style="section")], width),
        padded(heads, width),
    ]
    merges = [f"B{header}:E{header}"]
    number, added, missing = _formulas(links, budgets)
    for index, name in enumerate([*names, ""], 1):
        row = header + index
        own = [p for p in submission.projects if (p.sub_objective or "") == name]
        wanted = f"$B{row}" if name else '""'
        rows.append(
            padded(
                [
                    SheetCell(index, style="number"),
                    SheetCell(name or _UNLINKED, style="text"),
                    *[SheetCell(style="text")] * 3,
                    SheetCell(len(own), number(wanted), "number"),
                    SheetCell(total(p.total_budget for p in own), added(wanted), "amount"),
                    SheetCell(_without_budget(own), missing(wanted), "number"),
                ],
                width,
            )
        )
        merges.append(f"B{row}:E{row}")
    end = header + len(names) + 1
    rows.append(
        padded(
            [
                SheetCell(TOTAL, style="sum_text"),
                *[SheetCell(style="sum_text")] * 4,
                SheetCell(len(submission.projects), f"SUM(F{header + 1}:F{end})", "sum_number"),
                SheetCell(
                    total(p.total_budget for p in submission.projects),
                    f"SUM(G{header + 1}:G{end})",
                    "sum_amount",
                ),
                SheetCell(_without_budget(submission.projects), f"SUM(H{header + 1}:H{end})", "sum_number"),
            ],
            width,
        )
    )
    return Section(tuple(rows), tuple(merges))


def _without_budget(projects: Sequence[Project]) -> int:
    return sum(project.total_budget is None for project in projects)


def _formulas(links: str, budgets: str) -> tuple[Callable[[str], str], ...]:
    # SUMPRODUCT compares texts as they are; COUNTIF would read signs and wildcards in them.
    return (
        lambda wanted: f"SUMPRODUCT(({links}={wanted})*1)",
        lambda wanted: f"SUMPRODUCT(({links}={wanted})*1,{budgets})",
        lambda wanted: f"SUMPRODUCT(({links}={wanted})*(1-ISNUMBER({budgets})))",
    )


def padded(cells: Sequence[SheetCell | None], width: int) -> tuple[SheetCell | None, ...]:
    """A row filled up with empty cells."""
    return (*cells, *[None] * (width - len(cells)))
