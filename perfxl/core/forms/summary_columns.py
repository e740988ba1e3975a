"""The columns of 部门汇总: one list for writing the sheet and for reading it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from perfxl.core.forms.findings import Severity
from perfxl.core.forms.findings_columns import Column
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.shipped_forms import PLAN_DATES

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
TOTAL = "合计"
# How the total row begins to say that an amount is missing.
LACKS = "缺 "


@dataclass(frozen=True)
class SummaryColumn(Column):
    """A column of the table. money: the total that it shows, for telling a stale one when read back."""

    money: bool = False


@cache
def fixed_columns() -> tuple[SummaryColumn, ...]:
    """The columns that the table has whatever its framework."""
    nothing = Framework(id="", name="", version=0, basis="", weights=False, categories=(), subcategory_aliases={})
    return summary_columns(nothing)


def summary_columns(framework: Framework, others: Mapping[str, str] | None = None) -> tuple[SummaryColumn, ...]:
    """All columns in order; one per 一级指标 of the framework among them.

    others: fields that the projects' forms have besides, key → label.
    """
    return (
        SummaryColumn("number", "序号", 5, "number"),
        SummaryColumn("unit_code", "单位编码", 8, "centre"),
        SummaryColumn("unit_name", "单位名称", 14, "text"),
        SummaryColumn("project_code", "项目编码", 13, "code"),
        SummaryColumn("project_name", "项目名称", 20, "link"),
        SummaryColumn("sub_objective", "对应分项", 12, "text"),
        *(SummaryColumn(f"other.{key}", label, 14, "text") for key, label in (others or {}).items()),
        SummaryColumn("total_budget", "预算数", 9.5, "amount", money=True),
        SummaryColumn("fiscal_funds", "财政资金", 9.5, "amount", money=True),
        SummaryColumn("other_funds", "其他资金", 9.5, "amount", money=True),
        *(
            SummaryColumn(f"period.{i}", f"{date}\n支出额", 9, "amount", money=True)
            for i, date in enumerate(PLAN_DATES)
        ),
        *(SummaryColumn(f"share.{i}", f"{date}\n累计进度", 10.5, "percent") for i, date in enumerate(PLAN_DATES)),
        *(
            SummaryColumn(f"category.{i}", f"{c.name.removesuffix('指标')}\n指标数", 7, "number")
            for i, c in enumerate(framework.categories)
        ),
        SummaryColumn("indicators", "指标数\n合计", 7, "number"),
        SummaryColumn("quantified", "量化\n指标数", 7, "number"),
        SummaryColumn("quantified_share", "量化率", 9, "percent"),
        *(SummaryColumn(s.value, s.label, 5, "number") for s in Severity),
    )
