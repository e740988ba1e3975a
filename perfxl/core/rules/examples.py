"""The example text that rules change one thing in: good enough for every rule.

A rule's `good` and `bad` are changes to it: field values of the rule's record, and a few short ways:
`row` (a number, 0 where a rule on `Indicator` names none) changes the fields of one indicator; `rows` those of several, by
number; `more` adds indicators; `without` leaves out the indicators that have these values; `copies` makes several projects, `{number}` and `{name}` in texts telling them apart,
and `alike` giving them the same indicators; `framework` names the framework to check by;
`department` changes fields of the department, or takes it away with None. A rule on collecting states
the fields of the record it looks at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import BudgetUnit, Department, Indicator, Project, Submission
from perfxl.core.forms.sheet_names import COVER, DEPARTMENT
from perfxl.core.forms.shipped_forms import DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.forms.target_values import parse_target
from perfxl.core.rules.engine import check, check_record
from perfxl.core.rules.registry import ROW, Rule, example_row
from perfxl.core.rules.subjects import OF_COLLECTING

_SHEET = "1.示例"
# Its addresses are those of the blank sheet with weights.
_FORM = blank_form(PROJECT_FORM, weights=True)
_USUAL_MEASURES = DEPARTMENT_FORM.tables[1].usual
_ROWS = (
    ("产出指标", "数量指标", "慰问劳模人数", "实际领取慰问金的市级劳模人数", "＝88人", "劳模登记台账"),
    ("产出指标", "质量指标", "慰问金足额发放率", "足额领取人数÷应领取人数×100%", "＝100%", "承市政办字〔2019〕4号"),
    ("产出指标", "时效指标", "发放完成时间", "最后一笔发放日期", "≤1月20日", "年度工作计划"),
    ("产出指标", "成本指标", "人均慰问标准", "发放总额÷人数", "＝500元/人", "承市政办字〔2019〕4号"),
    ("效益指标", "社会效益指标", "劳模慰问覆盖率", "慰问人数÷在册人数×100%", "＝100%", "上年完成值"),
    ("满意度指标", "服务对象满意度指标", "劳模满意度", "满意人数÷受访人数×100%", "≥90%", "问卷调查"),
)
_PROJECT = {
    "project_code": "13081123P00022310001A",
    "project_name": "劳模春节慰问金项目",
    "unit_line": "116001 承德高新技术产业开发区总工会本级",
    "total_budget": "4.40",
    "fiscal_funds": "4.40",
    "other_funds": None,
    "purpose": "为区内市级劳模发放春节慰问金",
    "spending_plan": ["100", None, None, "100"],
    "objective": "春节前向全区88名市级劳模每人发放慰问金500元，发放率100%，劳模满意度90%以上。",
    "sub_objective": "劳模慰问金的发放",
}


def examined(rule: Rule, changes: Mapping[str, Any], framework: Framework) -> tuple[Finding, ...]:
    """What is found where one of the rule's examples is the case."""
    if is_of_collecting(rule):
        return check_record(rule.on.model_validate(changes), framework)  # type: ignore[arg-type]
    return check(example(rule, changes), framework)


def is_of_collecting(rule: Rule) -> bool:
    """Whether a rule is about files that came back; its examples are then that record's own fields."""
    return rule.on in OF_COLLECTING


def example(rule: Rule, changes: Mapping[str, Any]) -> Submission:
    """The example text with the changes that one of the rule's examples states."""
    of_projects = rule.on in {Project, Indicator}
    each = changes if of_projects or "copies" in changes else {}
    projects = [_project(number, each) for number in range(1, each.get("copies", 1) + 1)]
    changes = {} if of_projects else changes
    department: Mapping[str, Any] | None = changes.get("department", {})
    fields = {key: value for key, value in changes.items() if key in Submission.model_fields}
    return Submission.model_validate(
        {
            "sheets": (COVER, DEPARTMENT, _SHEET),
            "cover": {
                "sheet": COVER,
                "compiled_by": "承德高新技术产业开发区总工会",
                "reviewed_by": "承德高新区财政局",
                "cells": {"compiled_by": "C12", "reviewed_by": "C13"},
            },
            "template": {"id": "hebei-2023", "version": 1},
            "budget_unit": {"code": "116001", "name": "承德高新技术产业开发区总工会本级"},
            "year": 2023,
            "projects": projects,
            **fields,
            "department": None if department is None else _department(department),
        }
    )


def _department(changes: Mapping[str, Any]) -> Department:
    return Department.model_validate(
        {
            "sheet": DEPARTMENT,
            "overall_objective": "服务职工，12月底前完成全年帮扶、体检和慰问任务，职工满意度达到90%以上。",
            "sub_objectives": [{"name": "劳模慰问金的发放", "objective": "春节前慰问88名劳模"}],
            "implementation_measures": [
                {"name": name, "text": "由办公室负责，按季检查，年底考核。"} for name in _USUAL_MEASURES
            ],
            "cells": {
                "overall_objective": "B4",
                "declared_total": "B5",
                "sub_objectives": "B9",
                "implementation_measures": "B17",
            },
            **changes,
        }
    )


def _project(number: int, changes: Mapping[str, Any]) -> Project:
    values = dict(_PROJECT)
    for key, value in changes.items():
        if key in Project.model_fields:
            name = _PROJECT["project_name"]
            values[key] = value.format(number=number, name=name) if isinstance(value, str) else value
    rows = [dict(example_row(*row)) for row in _ROWS]
    without = changes.get("without")
    if without:
        rows = [row for row in rows if any(row[key] != value for key, value in without.items())]
    edits = {changes.get("row", 0): {key: changes[key] for key in ROW if key in changes}}
    for index, values_of_row in {**edits, **changes.get("rows", {})}.items():
        if values_of_row:
            rows[index] |= values_of_row
    if number > 1 and not changes.get("alike"):
        # Another project has other rows, or the two are each other's copy.
        rows = [row | {"name": row["name"] and f"{row['name']}（第{number}批）"} for row in rows]
    rows += [dict.fromkeys(ROW) | row for row in changes.get("more", [])]
    places = {field.key: field.value_at.partition(":")[0] for field in _FORM.fields}
    line = values["unit_line"]
    return Project.model_validate(
        {
            "sheet": f"{number}.示例" if number > 1 else _SHEET,
            "number": number,
            "budget_unit": BudgetUnit(code=str(line)[:6], name=str(line)[7:]) if line else None,
            "indicators": [_indicator(index, row) for index, row in enumerate(rows)],
            "cells": {**places, "unit_line": "A3", "indicators": "A12"},
            **values,
        }
    )


def _indicator(index: int, values: Mapping[str, Any]) -> dict[str, Any]:
    row = _FORM.tables[0].header_row + 1 + index
    columns = {column.key: f"{column.first}{row}" for column in _FORM.tables[0].columns}
    typed = {key: value for key, value in values.items() if value}
    return {
        "sheet": _SHEET,
        "row": row,
        "cells": columns,
        "typed": typed,
        "parsed": parse_target(values["target"]),
        **values,
    }
