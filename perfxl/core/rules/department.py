"""DEP 部门整体与文本。"""

from __future__ import annotations

from decimal import Decimal

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.model import Department, Project, Submission
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.words import money

_CENT = Decimal("0.01")


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
    good=[{"department": {"overall_objective": "服务职工，12月底前完成全年帮扶、体检和慰问任务。"}}],
    bad=[
        {"department": {"overall_objective": None}},
        {"department": {"sub_objectives": []}},
        {"department": None},
    ],
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
def projects_add_up_to_the_declared_total(
    department: Department | None, projects: tuple[Project, ...]
) -> Hits:
    """填报了项目支出总额时，它等于各项目预算数之和。"""
    if department is None or department.declared_total is None:
        return
    total = sum((project.total_budget or Decimal(0) for project in projects), Decimal(0))
    difference = department.declared_total - total
    if abs(difference) >= _CENT:
        yield Hit(
            "declared_total",
            record=department,
            actual=money(department.declared_total),
            expected=money(total),
            difference=money(abs(difference)),
        )
