"""Indicators of one framework put into the places of another: nothing is lost, and what does not fit is said."""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator
from perfxl.core.grid.text import cut


def refitted(indicators: Sequence[Indicator], framework: Framework) -> tuple[tuple[Indicator, ...], tuple[str, ...]]:
    """The indicators in the framework's order, and what to say about those that it has no place for.

    一级 and 二级指标 take the framework's names where they mean one of it (效果指标 is 效益指标). A 二级指标
    that it does not know keeps its name and stands last in the 一级指标 nearest to it.
    """
    said: list[str] = []
    placed = [_placed(indicator, framework, said) for indicator in indicators]
    dropped = [indicator for indicator in indicators if indicator.weight is not None]
    if dropped and not framework.weights:
        weights = "、".join(f"{cut(one.name or '', 20)} {one.weight}" for one in dropped)
        said.append(f"新指标体系没有分值权重，已不再列出：{weights}")
        placed = [indicator.model_copy(update={"weight": None}) for indicator in placed]
    return tuple(sorted(placed, key=lambda one: _rank(one, framework))), tuple(said)


def _placed(indicator: Indicator, framework: Framework, said: list[str]) -> Indicator:
    known = framework.subcategory(indicator.subcategory)
    category = framework.category(indicator.category)
    if known is not None:
        home = framework.home(known)
        if category is not None and known in category.subcategories:
            home = category
        return indicator.model_copy(update={"category": home.name, "subcategory": known})
    # 产出指标 — 成本指标 of one framework is the 一级指标 成本指标 of another.
    nearest = framework.category(indicator.subcategory) or category
    where = f"暂放在“{nearest.name}”下" if nearest else "一级指标也没有对应的，放在表的最后"
    name = cut(indicator.name or "", 30)
    said.append(f"“{name}”的二级指标“{indicator.subcategory or '（空）'}”在新指标体系中没有，{where}")
    return indicator.model_copy(update={"category": nearest.name}) if nearest else indicator


def _rank(indicator: Indicator, framework: Framework) -> tuple[int, int]:
    category = framework.category(indicator.category)
    if category is None:
        return len(framework.categories), 0
    subcategories = category.subcategories
    known = indicator.subcategory in subcategories
    place = subcategories.index(indicator.subcategory or "") if known else len(subcategories)
    return framework.categories.index(category), place
