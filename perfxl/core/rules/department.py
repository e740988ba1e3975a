"""DEP 部门整体与文本。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Cover, Department, Measure, Project, Submission, SubObjective
from perfxl.core.forms.totals import CENT
from perfxl.core.grid.text import cut, label_key
from perfxl.core.grid.wording import listed, money
from perfxl.core.rules.registry import Example, Hit, Hits, Variant, rule

_FEWEST_MEASURES = 3
# A measure may stand in one cell, heading and text together; a heading alone is shorter than this.
_LONGEST_HEADING = 15
# Half of the words in pairs of characters: more than what all public money is about.
_COVERED = 0.5
_ITEM_NUMBER = re.compile(r"^[\d一二三四五六七八九十]++(?=\D)")
_COMMON = re.compile(r"项目|专项|资金|经费|工作|补助|关于|提前|下达|通知|开展|的|了|年度|\d+年?")
_COVER_CELLS = {"compiled_by": "C12", "reviewed_by": "C13"}


def _measures(measures: Iterable[Mapping[str, str]]) -> Example:
    return {"department": {"implementation_measures": list(measures)}}


@rule(
    "DEP01",
    Severity.ERROR,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="{missing}未填写。",
    hint="请在“部门整体绩效目标”表中填写：总体上做到什么、达到什么效果；分项一项一行。",
    variants={
        "sheet": Variant(
            Severity.ERROR,
            "没有找到“部门整体绩效目标”表。",
            "请从模板恢复该表，填写总体绩效目标、分项绩效目标和工作保障措施。",
        )
    },
    good=[
        {"department": {"overall_objective": "服务职工，12月底前完成全年帮扶、体检和慰问任务。"}},
        {"department": {"sub_objectives": [{"name": "劳模慰问金的发放"}]}},
        {"department": None, "template": None},
    ],
    bad=[{"department": {"overall_objective": None}}, {"department": {"sub_objectives": []}}, {"department": None}],
)
def department_objectives_are_filled_in(submission: Submission, department: Department | None) -> Hits:
    """总体绩效目标和至少一个分项绩效目标已填写（只有项目表、没有模板信息的工作簿不查）。"""
    if department is None:
        # A plain workbook may hold the forms only; one made from the template had this sheet.
        if submission.template is not None and submission.projects:
            yield Hit(variant="sheet")
        return
    missing = {}
    if not department.overall_objective:
        missing["overall_objective"] = "总体绩效目标"
    if not any(item.name or item.objective for item in department.sub_objectives):
        missing["sub_objectives"] = "分项绩效目标"
    missing = {key: label for key, label in missing.items() if key in department.cells}
    if missing:
        yield Hit(*missing, record=department, missing="、".join(missing.values()))


@rule(
    "DEP02",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O3,
    basis="样本文本；公开样本与评审意见",
    message="项目“{shown_name}”没有对应的分项绩效目标{reason}。",
    hint="请在“部门整体绩效目标”表补充一个分项，如“{suggestion}”；已有对应分项时，请在项目表的“对应分项目标”中指明（现有{existing}）。",
    good=[
        {"sub_objective": "1.劳模慰问金的发放"},
        # Not linked, but it says the same in other words.
        {"sub_objective": None},
        {"sub_objective": None, "purpose": "春节期间向劳模发放慰问金"},
    ],
    bad=[
        {"sub_objective": "困难职工帮扶"},
        {
            "sub_objective": None,
            "project_name": "健康体检项目",
            "purpose": "为区机关人员提供健康保障",
            "objective": "10月31日前组织687名在职职工完成健康体检，参检率不低于95%。",
        },
    ],
)
def every_project_serves_a_sub_objective(
    project: Project, sub_objective: str | None, department: Department | None
) -> Hits:
    """每个项目都有对应的分项绩效目标：指明了的按名称找，没有指明的看用词，一半以上相同才算对应。"""
    items = [item for item in department.sub_objectives if item.name or item.objective] if department else []
    if not items or not (project.project_name or project.purpose):
        return
    named = sub_objective or ""
    if any(_same_item(named, item) for item in items) if named else _is_covered(project, items):
        return
    reason = f"：“{cut(named, 24)}”不在分项绩效目标中" if named else ""
    field = "sub_objective" if "sub_objective" in project.cells else "project_name"
    yield Hit(
        field,
        shown_name=cut(project.display_name, 30),
        reason=reason,
        suggestion=cut(project.purpose or project.display_name, 30),
        existing=listed([item.name or item.objective or "" for item in items], "项"),
    )


@rule(
    "DEP03",
    Severity.WARNING,
    on=Department,
    aspect=Aspect.FEASIBILITY,
    opinion=Opinion.O8,
    basis="样本文本",
    message="工作保障措施{state}。",
    hint="请写明怎样做、谁负责、何时完成，至少 3 条，如完善制度建设、加强支出管理、加强绩效运行监控。",
    good=[
        _measures({"name": name, "text": "由办公室负责。"} for name in "甲乙丙"),
        _measures({"name": f"{number}、由财务科每季度核对一次支出计划与实际支付。"} for number in "123"),
    ],
    bad=[
        _measures([]),
        _measures({"name": name, "text": "由办公室负责。"} for name in "甲乙"),
        # The template's headings with nothing beside them.
        _measures({"name": name} for name in ("完善制度建设", "加强支出管理", "加强内部监督")),
    ],
)
def measures_are_filled_in(implementation_measures: tuple[Measure, ...]) -> Hits:
    """工作保障措施已填写，不少于 3 条（只有标题没有内容的不算）。"""
    count = sum(bool(m.text) or len(m.name or "") > _LONGEST_HEADING for m in implementation_measures)
    if count < _FEWEST_MEASURES:
        state = f"只填写了 {count} 条，少于 3 条" if count else "未填写"
        yield Hit("implementation_measures", state=state)


@rule(
    "DEP06",
    Severity.INFO,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O8,
    basis="样本文本；公开样本与评审意见",
    message="封面缺少{missing}。",
    hint="请在封面填写：编制单位为编制本文本的单位，审核单位为审核本文本的财政部门。",
    good=[{"cover": None}, {"department": {"declared_total": None}}],
    bad=[
        {"cover": {"sheet": "封面", "compiled_by": "区总工会", "cells": _COVER_CELLS}},
        {"cover": {"sheet": "封面", "cells": _COVER_CELLS}},
    ],
)
def cover_names_who_wrote_and_reviewed(cover: Cover | None) -> Hits:
    """封面写明了编制单位和审核单位（没有封面的工作簿不查）。"""
    labels = {"compiled_by": "编制单位", "reviewed_by": "审核单位"}
    if cover is not None:
        missing = [f for f in labels if f in cover.cells and not getattr(cover, f)]
        if missing:
            yield Hit(*missing, record=cover, missing="和".join(labels[field] for field in missing))


@rule(
    "DEP08",
    Severity.ERROR,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本",
    message="项目预算合计 {expected} 与填报的项目支出总额 {actual} 不一致，差 {difference} 万元。",
    hint="请核对各项目预算数和项目支出总额，更正其中之一；有项目漏填时请补充项目表。",
    good=[{"department": {"declared_total": "4.40"}}, {"department": {"declared_total": None}}],
    bad=[{"department": {"declared_total": "4.41"}}],
)
def projects_add_up_to_the_declared_total(department: Department | None, projects: tuple[Project, ...]) -> Hits:
    """填报了项目支出总额时，它等于各项目预算数之和；有预算数未填或读不出时，不小于其余之和。"""
    if department is None or department.declared_total is None:
        return
    total = sum((project.total_budget or Decimal(0) for project in projects), Decimal(0))
    difference = department.declared_total - total
    # A sum that lacks a budget may be short of it by just that.
    unknown = any(project.total_budget is None for project in projects) and difference > 0
    if abs(difference) >= CENT and not unknown:
        yield Hit(
            "declared_total",
            record=department,
            actual=money(department.declared_total),
            expected=money(total),
            difference=money(abs(difference)),
        )


def _same_item(named: str, item: SubObjective) -> bool:
    """Whether a project's 对应分项 means this one: the same name, a number before it aside."""
    key = _ITEM_NUMBER.sub("", label_key(named))
    names = [label_key(text) for text in (item.name, item.objective) if text]
    return any(key == name or label_key(named) == name or (len(key) >= 4 and key in name) for name in names)


def _is_covered(project: Project, items: Sequence[SubObjective]) -> bool:
    """Whether a project that names no 分项 says what one of these says.

    Of a 分项's name (or text) at least half the pairs of characters are in the project's name,
    purpose and objective, or half of those of the project's name are in the 分项. Words that every
    project uses do not count.
    """
    about = _pairs(project.project_name, project.purpose, project.objective)
    name = _pairs(project.project_name)
    return any(
        _share(heading, about) >= _COVERED or _share(name, whole) >= _COVERED
        for heading, whole in map(_pairs_of_item, items)
    )


# As much of a 分项 is read as any has; the pairs of all of them are kept while the projects are compared.
_LONGEST_ITEM = 2_000


def _pairs_of_item(item: SubObjective) -> tuple[frozenset[str], frozenset[str]]:
    texts = [(text or "")[:_LONGEST_ITEM] for text in (item.name, item.objective, item.indicators)]
    return _kept_pairs(texts[0] or texts[1]), _kept_pairs(*texts)


@lru_cache(maxsize=1024)
def _kept_pairs(*texts: str) -> frozenset[str]:
    return _pairs(*texts)


def _pairs(*texts: str | None) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        plain = _COMMON.sub("", label_key(text or ""))
        found |= {plain[i : i + 2] for i in range(len(plain) - 1)}
    return frozenset(found)


def _share(wanted: frozenset[str], among: frozenset[str]) -> float:
    return len(wanted & among) / len(wanted) if wanted else 0.0
