"""The topics of the rules: the first three letters of an id, in the order people read them."""

from __future__ import annotations

from collections.abc import Iterable

from perfxl.core.rules.registry import Rule

TOPICS = {
    "IDN": "基本信息",
    "AMT": "资金",
    "PLN": "资金支出计划",
    "OBJ": "绩效目标",
    "IND": "指标体系",
    "VAL": "指标值",
    "DSC": "描述与依据",
    "REL": "相关性",
    "DEP": "部门整体与文本",
    "STR": "工作簿结构",
    "COL": "下发与回收",
}


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Rules by topic and id."""
    order = {topic: number for number, topic in enumerate(TOPICS)}
    return sorted(rules, key=lambda rule: (order.get(rule.id[:3], len(order)), rule.id))
