"""The sheets of the consolidated workbook: their names, columns and how wide they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from perfxl.core.forms.findings_columns import Column
from perfxl.core.forms.frameworks import Category, Framework
from perfxl.core.forms.shipped_forms import PLAN_DATES
from perfxl.core.forms.summary_columns import summary_columns

UNITS = "部门汇总"
PROJECTS = "项目明细"
INDICATORS = "指标明细"
FINDINGS = "问题清单"
RETURNS = "报送情况"
ALTERATIONS = "下发与回收差异"
CHANGES = "与上次相比"

_UNIT = (
    Column("key", "单位\n序号", 5.5, "number"),
    Column("department", "主管部门", 16, "text"),
    Column("unit_code", "单位编码", 8.5, "centre"),
    Column("unit_name", "单位名称", 24, "text"),
)
_TRACE = (
    Column("file", "文件", 26, "text"),
    Column("sheet", "工作表", 16, "text"),
    Column("cell", "单元格", 8.5, "link_centre"),
    Column("sha", "文件校验码", 14, "centre"),
)

UNIT_COLUMNS = (
    *_UNIT,
    Column("projects", "项目数", 6.5, "number"),
    Column("total_budget", "预算合计", 13, "amount"),
    Column("fiscal_funds", "财政资金", 13, "amount"),
    Column("other_funds", "其他资金", 12, "amount"),
    *(Column(f"period.{i}", f"{date}\n支出额", 12, "amount") for i, date in enumerate(PLAN_DATES)),
    Column("lacking", "金额不全\n项目数", 8.5, "number"),
    Column("indicators", "指标数", 6.5, "number"),
    Column("quantified", "量化\n指标数", 6.5, "number"),
    Column("quantified_share", "量化率", 8.5, "percent"),
    Column("error", "错误", 6, "number"),
    Column("warning", "警告", 6, "number"),
    Column("info", "提示", 6, "number"),
    Column("returned", "是否报送", 9, "centre"),
    Column("returned_at", "报送时间", 15.5, "time"),
    Column("file", "文件", 36, "link"),
    Column("sha", "文件校验码", 14, "centre"),
)

INDICATOR_COLUMNS = (
    *(column for column in _UNIT if column.key != "department"),
    Column("project_code", "项目编码", 13, "code"),
    Column("project_name", "项目名称", 26, "text"),
    Column("category", "一级指标", 10, "text"),
    Column("subcategory", "二级指标", 12, "text"),
    Column("name", "三级指标", 18, "text"),
    Column("definition", "绩效指标描述", 26, "text"),
    Column("target", "指标值", 16, "text"),
    Column("operator", "符号", 5.5, "centre"),
    Column("number", "数值", 9.5, "figure"),
    Column("measure_unit", "计量单位\n或时点", 9.5, "centre"),
    Column("target_basis", "指标值确定依据", 22, "text"),
    Column("weight", "分值\n权重", 6, "figure"),
    *_TRACE,
)

FINDING_COLUMNS = (
    *_UNIT,
    Column("project_name", "项目", 22, "text"),
    Column("severity", "严重\n程度", 6, "centre"),
    Column("rule", "规则", 7.5, "centre"),
    Column("message", "问题", 36, "text"),
    Column("hint", "修改建议", 32, "text"),
    Column("actual", "当前值", 20, "text"),
    Column("explanation", "单位说明", 14, "text"),
    *_TRACE,
)

RETURN_COLUMNS = (
    *_UNIT,
    Column("contact", "联系人", 9, "centre"),
    Column("phone", "电话", 14, "code"),
    Column("state", "情况", 12, "centre"),
    Column("returned_at", "报送时间", 15.5, "time"),
    Column("dated_by", "时间依据", 15.5, "text"),
    Column("by", "单位认定依据", 23, "text"),
    Column("projects", "项目数", 6, "number"),
    Column("total_budget", "预算合计", 13, "amount"),
    Column("error", "错误", 6, "number"),
    Column("warning", "警告", 6, "number"),
    Column("reason", "说明", 40, "text"),
    Column("file", "文件", 36, "link"),
    Column("sha", "文件校验码", 14, "centre"),
)

ALTERATION_COLUMNS = (
    *_UNIT,
    Column("project_name", "项目", 22, "text"),
    Column("field", "字段", 16, "text"),
    Column("sent", "下发", 18, "text"),
    Column("returned", "回收", 18, "text"),
    Column("difference", "差额\n（万元）", 11, "amount"),
    Column("source", "对照", 12, "centre"),
    *_TRACE,
)

CHANGE_COLUMNS = (
    *_UNIT,
    Column("kind", "变化", 11, "centre"),
    Column("project_name", "项目", 22, "text"),
    Column("rule", "规则", 7.5, "centre"),
    Column("what", "内容", 50, "text"),
    Column("before", "上次", 16, "centre"),
    Column("now", "本次", 16, "centre"),
    Column("difference", "差额\n（万元）", 12, "amount"),
    Column("file", "文件", 36, "link"),
)


def joined(frameworks: Iterable[Framework]) -> Framework:
    """One framework with the 一级指标 of several, for a table that shows projects of all of them."""
    known = list(frameworks)
    named: dict[str, Category] = {}
    for one in known:
        for category in one.categories:
            named.setdefault(category.name, category)
    return known[0].model_copy(update={"categories": tuple(named.values())})


def project_columns(framework: Framework, others: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """The columns of 项目明细: those of 部门汇总 and what no sum holds, between unit and place of the form."""
    figures: list[Column] = [
        replace(column, width=_WIDTHS.get(column.style, column.width))
        for column in summary_columns(framework, others)
        if column.key not in {"unit_code", "unit_name"}
    ]
    last = next(i for i, column in enumerate(figures) if column.key == f"period.{len(PLAN_DATES) - 1}")
    figures.insert(last + 1, Column("lacking", "未计入合计\n的金额", 16, "text"))
    named = {
        "number": Column("number", "项目\n序号", 5.5, "number"),
        "project_name": Column("project_name", "项目名称", 22, "text"),
    }
    return (*_UNIT, *(named.get(one.key, one) for one in figures), *_TRACE)


# Sums of a whole county need more room than one unit's.
_WIDTHS = {"amount": 12.0, "percent": 9.0}
