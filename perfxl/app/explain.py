"""`perfxl rules`: the catalogue of what is checked, in the words of the people who fill in the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from perfxl.core.cells import shown
from perfxl.core.errors import PerfxlError
from perfxl.core.layout import DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.rules import RULES, Rule
from perfxl.core.text import half_width

TOPICS = {
    "STR": "工作簿结构",
    "IDN": "基本信息",
    "AMT": "资金",
    "PLN": "资金支出计划",
    "OBJ": "绩效目标",
    "IND": "指标体系",
    "VAL": "指标值",
    "DSC": "描述与依据",
    "REL": "相关性",
    "DEP": "部门整体与文本",
    "COL": "下发与回收",
}
_PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")


def listing() -> str:
    """All rules by topic, one line each: id, severity, what holds when nothing is found."""
    order = list(TOPICS)
    known = sorted(
        RULES.values(), key=lambda rule: (order.index(rule.id[:3]) if rule.id[:3] in order else 99, rule.id)
    )
    lines = []
    for topic, group in groupby(known, key=lambda rule: rule.id[:3]):
        lines += ["", TOPICS.get(topic, topic)]
        lines += [f"  {one.id}  {one.severity.label}  {_first_line(one.guarantee)}" for one in group]
    lines += ["", f"共 {len(known)} 条。查看一条：perfxl rules 编号"]
    return "\n".join(lines).lstrip("\n")


def one(rule_id: str) -> str:
    """One rule in full: guarantee, message, what to do, basis, examples. PerfxlError for no such rule."""
    rule = RULES.get(half_width(rule_id).strip().upper())
    if rule is None:
        raise PerfxlError(f"没有编号为“{rule_id}”的规则。查看全部规则：perfxl rules")
    lines = [
        f"{rule.id}  {rule.severity.label}  {TOPICS.get(rule.id[:3], '')}",
        "",
        f"要求：{rule.guarantee}",
        f"不符时提示：{_readable(rule.message)}",
        f"怎么改：{_readable(rule.hint)}",
    ]
    lines += [
        f"另一种情形（{variant.severity.label}）：{_readable(variant.message)}"
        for variant in rule.variants.values()
    ]
    lines += [
        f"依据：{rule.basis}",
        f"评审方面：{rule.aspect.value}；评审意见归类：{rule.opinion.value}",
    ]
    lines += [f"符合的例子：{text}" for text in _examples(rule, good=True)]
    lines += [f"不符的例子：{text}" for text in _examples(rule, good=False)]
    return "\n".join(lines)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _readable(message: str) -> str:
    """A message's template with the words of the form for its figures."""
    return _PLACEHOLDER.sub(lambda match: f"〈{_label(match[1]) or '…'}〉", message)


def _examples(rule: Rule, *, good: bool) -> list[str]:
    """The examples that can be said as “label: value”; others are only of use to tests."""
    texts = (_example(one) for one in (rule.good if good else rule.bad))
    return [text for text in texts if text is not None]


def _example(changes: Mapping[str, Any]) -> str | None:
    parts = []
    for key, value in changes.items():
        if key == "row":
            continue
        label = _label(key)
        if label is None or not (value is None or isinstance(value, str | int)):
            return None
        parts.append(f"{label}：{shown(value) or '（空）'}")
    return "；".join(parts) or None


def _label(key: str) -> str | None:
    for form in (PROJECT_FORM, DEPARTMENT_FORM):
        label = form.label(key)
        if label != key:
            return label
    return None
