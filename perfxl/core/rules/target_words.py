"""What the rules on 指标值 ask about a row, and the rewrite they propose from its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator
from perfxl.core.forms.settings import Words
from perfxl.core.grid.text import squeezed

QUANTITY, QUALITY, TIMELINESS = "数量指标", "质量指标", "时效指标"
COSTS = {"成本指标", "经济成本指标"}
SATISFACTION, BENEFIT = "满意度指标", "效益指标"

UNKNOWN_UNIT = "个"

# For examples: without 500元/人 nothing follows from the budget for the number of people.
COST_RATE = {3: {"name": "慰问成本控制率", "definition": "实际支出÷预算数×100%", "target": "≤100%"}}

# “XX%”, “≥××人”, “……”, “待定”: somebody meant to come back.
_PLACEHOLDER = re.compile(
    r"(?:[≥≤><=]|不低于|不超过)?(?:[xX×*_?…○〇]{2,}|\.{3,})\S{0,4}|[≥≤><=%]+|待定|待填|待补充|暂无|暂缺|请填写.*|指标值\d*"
)
_NOT_APPLICABLE = re.compile(r"[/\\—–―-]+|无|不适用|不涉及")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_FIGURES = re.compile(r"(?<![\d.%≥≤><=])[\d.%≥≤><=]++$")
_UNIT = re.compile(r"(?:单位:?)?[^\d,。]{1,5}")


def plain(number: Decimal) -> str:
    """A figure without zeros at the end: `500`, `0.5`."""
    return format(number.normalize(), "f")


def is_blank(target: str | None) -> bool:
    """Empty, or what stands for empty: `≥XX人`, `待定`."""
    text = squeezed(target or "")
    return not text or _PLACEHOLDER.fullmatch(text) is not None


def is_not_applicable(target: str | None) -> bool:
    """`/`, `无`, `不涉及`."""
    return _NOT_APPLICABLE.fullmatch(squeezed(target or "")) is not None


def is_filled_in(row: Indicator) -> bool:
    """Whether a row has a name and a 指标值 to judge; otherwise IND05 and VAL01 have said it."""
    return bool(row.name) and not is_blank(row.target) and not is_not_applicable(row.target)


def says_nothing_measurable(row: Indicator) -> bool:
    """Filled in, but neither a number nor a time."""
    return is_filled_in(row) and row.parsed is None


def in_category(row: Indicator, framework: Framework, wanted: str) -> bool:
    """Whether a row belongs to a 一级指标: as written, else where its 二级指标 belongs."""
    category = framework.category_of(row.category, row.subcategory)
    return category is not None and category.name == wanted


def bare(name: str | None) -> str:
    """A name without what stands in brackets or as a figure at its end: `合格率（%）` → `合格率`."""
    return _FIGURES.sub("", _BRACKETS.sub("", squeezed(name or "")))


def has_unit_in_name(name: str | None) -> bool:
    """`培训人数（人）`, `合格率(%)`, `投入（万元）`: nobody needs the unit again."""
    return any(map(_UNIT.fullmatch, _BRACKETS.findall(squeezed(name or ""))))


def is_ratio(name: str | None, words: Words) -> bool:
    """A ratio of a part to the whole, or to a plan; not growth rates and the like."""
    text = bare(name)
    return text.endswith(words.ratio) and not text.endswith(words.growth) and "增长" not in text


def is_satisfaction(name: str | None, words: Words) -> bool:
    """A name that says 满意度, in whatever words."""
    return holds(bare(name), words.satisfaction)


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether any of the words is in the text."""
    return any(word in text for word in words)


def unit_for(name: str | None, words: Words) -> str:
    """The 计量单位 that a name suggests: 培训人数 → 人; 个 where it suggests none."""
    text = bare(name)
    if is_ratio(name, words) or is_satisfaction(name, words):
        return "%"
    pairs = [entry.partition("=") for entry in words.units]
    ending = (unit for word, _, unit in pairs if text.endswith(word))
    inside = (unit for word, _, unit in pairs if word in text)
    return next(ending, None) or next(inside, UNKNOWN_UNIT)
