"""VAL 指标值。"""

from __future__ import annotations

import re

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.model import Indicator, Project
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.words import listed
from perfxl.core.text import squeezed

# “XX%”, “≥××人”, “……”, “待定”: somebody meant to come back.
_PLACEHOLDER = re.compile(
    r"(?:[≥≤><=]|不低于|不超过)?(?:[xX×*_?…○〇]{2,}|\.{3,})\S{0,4}|[≥≤><=%]+|待定|待填|待补充|暂无|暂缺|请填写.*|指标值\d*"
)
_NOT_APPLICABLE = re.compile(r"[/\\—–―-]+|无|不适用|不涉及")


@rule(
    "VAL01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="填报实务；公开样本与评审意见",
    message="{names}的指标值为空或为占位符。",
    hint="请填写要达到的数值或档次，如“≥95%”“＝88人”“≤12月31日”。",
    variants={
        "not_applicable": Variant(
            Severity.WARNING,
            "{names}的指标值填了“{actual}”。",
            "确不适用时请清除整行内容；适用时请填写要达到的数值或档次。",
        )
    },
    good=[{"row": 0, "target": "≥300人"}, {"row": 4, "target": "无投诉"}],
    bad=[
        {"row": 0, "target": None},
        {"row": 0, "target": "≥XX人"},
        {"row": 0, "target": "待定"},
        {"row": 0, "target": "/"},
        {"row": 0, "target": "无"},
    ],
)
def targets_are_filled_in(indicators: tuple[Indicator, ...]) -> Hits:
    """每个三级指标都有指标值，且不是占位符。"""
    empty: list[int] = []
    nothing: list[int] = []
    for index, row in enumerate(indicators):
        target = squeezed(row.target or "")
        if row.name and (not target or _PLACEHOLDER.fullmatch(target)):
            empty.append(index)
        elif row.name and _NOT_APPLICABLE.fullmatch(target):
            nothing.append(index)
    for rows, variant in ((empty, None), (nothing, "not_applicable")):
        if rows:
            yield Hit(
                *(f"indicators.{i}.target" for i in rows),
                variant=variant,
                names=listed([indicators[i].name or "" for i in rows]),
                actual=indicators[rows[0]].target,
            )
