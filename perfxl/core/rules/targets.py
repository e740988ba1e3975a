"""VAL 指标值：填了没有、有没有意义、能不能衡量。"""

from __future__ import annotations

import re

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.forms.settings import Words
from perfxl.core.forms.target_values import is_quantified
from perfxl.core.grid.text import cut, neighbours, squeezed
from perfxl.core.grid.wording import listed
from perfxl.core.rules.registry import Example, Hit, Hits, Variant, example_row, rule
from perfxl.core.rules.target_words import (
    BENEFIT,
    COST_RATE,
    UNKNOWN_UNIT,
    bare,
    holds,
    in_category,
    is_blank,
    is_filled_in,
    is_not_applicable,
    says_nothing_measurable,
    unit_for,
)

_ALIKE = 0.8
# Three grades or more, from the best to the worst.
_GRADES = (re.compile("[好优高]"), re.compile("一般|中|良"), re.compile("[差低]"))
# More than any figure of a budget: years or codes that ran together, a slip of the hand.
_TOO_LONG = re.compile(r"\d{13}")
_EVERY = re.compile(r"每(?:半?年|季度?|月|周)")


@rule(
    "VAL01",
    Severity.ERROR,
    on=Indicator,
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
    good=[{"row": 0, "rows": COST_RATE, "target": "≥300人"}, {"row": 4, "target": "无投诉"}],
    bad=[
        {"row": 0, "rows": COST_RATE, "target": None},
        {"row": 0, "rows": COST_RATE, "target": "≥XX人"},
        {"row": 0, "rows": COST_RATE, "target": "待定"},
        {"row": 0, "rows": COST_RATE, "target": "/"},
        {"row": 0, "rows": COST_RATE, "target": "无"},
    ],
)
def targets_are_filled_in(name: str | None, target: str | None) -> Hits:
    """每个三级指标都有指标值，且不是占位符。"""
    if name and is_blank(target):
        yield Hit("target", actual=target)
    elif name and is_not_applicable(target):
        yield Hit("target", variant="not_applicable", actual=target)


@rule(
    "VAL02",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O4,
    basis="样本文本",
    message="{names}的指标值只是重复三级指标名称。",
    hint="请写出要达到的数值或档次，如：{each}。",
    good=[
        {"row": 1, "target": "符合承市政办字〔2019〕4号"},
        {"row": 4, "name": "慰问工作公开程度", "target": "公示名单"},
        {"row": 1, "name": "验收合格率100%", "target": "验收合格率100%"},
    ],
    bad=[
        {"row": 1, "name": "体检项目质量", "target": "体检项目的质量"},
        {"row": 4, "name": "每年对劳模进行慰问", "target": "每年对劳模进行慰问"},
    ],
    yields_to=("VAL01", "VAL03", "VAL06", "VAL07", "VAL08"),
)
def a_target_says_more_than_the_name(indicator: Indicator, words: Words) -> Hits:
    """指标值不是三级指标名称的重复（八成以上相同即提示；含数字的不算）。"""
    name, target = indicator.name or "", indicator.target or ""
    if says_nothing_measurable(indicator) and neighbours(name, target) >= _ALIKE:
        yield Hit("target", each=f"“{cut(name, 24)}”写“{_rewrite(name, words)}”")


@rule(
    "VAL11",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O2,
    basis="财预〔2015〕88号；公开样本与评审意见",
    message="{names}的指标值{each}无法衡量。",
    hint="请量化，或分档写明：好＝…，一般＝…，差＝…。",
    variants={
        "benefit": Variant(
            Severity.INFO,
            "{names}的指标值{each}不容易衡量。",
            "能量化的请量化，不能量化的请分档写明：好＝…，一般＝…，差＝…。",
        )
    },
    good=[
        {"row": 4, "name": "劳模社会认同感", "target": "有效提升10%"},
        {"row": 1, "target": "好＝全部足额；一般＝九成足额；差＝不足九成"},
        {"row": 1, "name": "慰问品验收结果", "target": "合格"},
        {"row": 4, "name": "慰问名单公开情况", "target": "在单位网站公示"},
    ],
    bad=[
        {"row": 1, "target": "良好"},
        {"row": 4, "name": "劳模社会认同感", "target": "显著提升"},
        {"row": 4, "name": "劳模精神传播", "target": "进一步弘扬劳模精神"},
        {"row": 4, "name": "劳模社会认同感", "target": "2023 2024 2025 2026 2027 2028 2029 2030"},
    ],
    yields_to=("VAL01", "VAL02", "VAL03", "VAL06", "VAL07", "VAL08"),
)
def targets_are_not_vague(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """指标值不用“良好”“有效”“进一步”这类无法衡量的词（效益指标仅提示；已分档写明的不算）。"""
    target = squeezed(indicator.target or "")
    if not says_nothing_measurable(indicator) or _is_graded(target):
        return
    if holds(target, words.vague) or _TOO_LONG.search(target.replace(",", "")):
        benefit = in_category(indicator, framework, BENEFIT)
        yield Hit("target", variant="benefit" if benefit else None, each=f"“{cut(indicator.target or '', 24)}”")


def _is_graded(target: str) -> bool:
    """Whether a 指标值 says what is good, middling and bad, in this order."""
    end = 0
    for grade in _GRADES:
        found = grade.search(target, end)
        if found is None:
            return False
        end = found.end()
    return True


def _qualitative(number: int) -> Example:
    names = ("名单公示情况", "慰问台账建立情况", "劳模档案归档情况", "慰问品验收结果", "发放凭证留存情况")
    values = ("张榜公示", "建立台账", "一人一档", "合格", "签字留存")
    name, value = names[number % 5], values[number % 5]
    again = "（复核）" if number > 4 else ""
    definition = f"按{name}的检查记录统计"
    return example_row("产出指标", "质量指标", name + again, definition, value, "年度工作计划")


@rule(
    "VAL12",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O2,
    basis="财预〔2015〕88号；公开样本与评审意见",
    message="本项目 {total} 个指标都没有数值。",
    hint="建议至少一半量化，可先给{names}写上数值或时间。",
    variants={
        "few": Variant(
            Severity.INFO,
            "本项目 {total} 个指标中只有 {quantified} 个有数值（{share}%）。",
            "建议至少一半量化，可先给{names}写上数值或时间。",
        )
    },
    good=[{"more": [_qualitative(i) for i in range(5)]}, {"row": 4, "target": "每年1次"}],
    bad=[{"more": [_qualitative(i) for i in range(8)]}],
)
def half_of_the_targets_are_quantified(indicators: tuple[Indicator, ...]) -> Hits:
    """每个项目至少一半指标有数值（写明日期、次数的也算）。"""
    named = [(index, row) for index, row in enumerate(indicators) if row.name]
    quantified = sum(is_quantified(row) for _, row in named)
    # What is still empty is VAL01's matter and may yet become a number.
    open_rows = [(index, row) for index, row in named if is_filled_in(row) and not is_quantified(row)]
    if len(open_rows) * 2 > len(named):
        yield Hit(
            *(f"indicators.{index}.target" for index, _ in open_rows),
            variant="few" if quantified else None,
            total=len(named),
            quantified=quantified,
            share=round(100 * quantified / len(named)),
            names=listed([row.name or "" for _, row in open_rows], "项"),
        )


def _rewrite(name: str, words: Words) -> str:
    if often := _EVERY.match(name):
        return f"{often[0]}≥1次"
    unit = unit_for(name, words)
    is_count = unit != UNKNOWN_UNIT or bare(name).endswith(("数", "数量"))
    return f"≥〈n〉{unit}" if is_count and unit != "%" else "合格率＝100%" if "质量" in name else "≥〈n〉%"
