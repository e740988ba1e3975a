"""IND 指标体系：一级、二级、三级指标齐全且归属正确。"""

from __future__ import annotations

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.frameworks import Category, Framework
from perfxl.core.model import Indicator, Project
from perfxl.core.rules.registry import Hit, Hits, rule
from perfxl.core.rules.words import listed


@rule(
    "IND01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O6,
    basis="财预〔2021〕101号",
    message="缺少{missing}。",
    hint="每个项目的{required}至少各设一个，请在指标表中补充。",
    good=[{"without": {"category": "满意度指标"}}],
    bad=[{"without": {"category": "效益指标"}}, {"without": {"category": "产出指标"}}, {"indicators": []}],
)
def required_categories_are_set(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """产出指标和效益指标至少各有一个。"""
    present = {
        category.name
        for row in indicators
        if row.name and (category := _category(row, framework)) is not None
    }
    required = [category.name for category in framework.categories if category.required]
    missing = [name for name in required if name not in present]
    if missing:
        yield Hit("indicators", missing="、".join(missing), required="、".join(required))


@rule(
    "IND04",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O5,
    basis="填报实务",
    message="{wrong}。",
    hint="{right}。",
    good=[{"row": 0, "category": "产出", "subcategory": "数量"}],
    bad=[
        {"row": 0, "subcategory": "社会效益指标"},
        {"row": 0, "subcategory": "其他指标"},
        {"row": 0, "category": "其他指标"},
    ],
)
def subcategory_belongs_to_category(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """每个二级指标都属于它上面的一级指标（旧称和简称也认）。"""
    fields: list[str] = []
    wrong: list[str] = []
    right: list[str] = []
    for index, row in enumerate(indicators):
        if row.category is None and row.subcategory is None:
            continue
        category = framework.category(row.category)
        subcategory = framework.subcategory(row.subcategory)
        if row.category and category is None:
            names = "、".join(c.name for c in framework.categories)
            _add(wrong, f"一级指标“{row.category}”不在本指标体系中")
            _add(right, f"一级指标请从{names}中选择")
            fields.append(f"indicators.{index}.category")
        elif row.subcategory and subcategory is None:
            home = category or framework.categories[0]
            _add(wrong, f"二级指标“{row.subcategory}”不在本指标体系中")
            _add(right, f"“{home.name}”下请从{'、'.join(home.subcategories)}中选择")
            fields.append(f"indicators.{index}.subcategory")
        elif category and subcategory and subcategory not in category.subcategories:
            _add(wrong, f"“{row.subcategory}”不属于“{row.category}”")
            _add(right, f"请将“{row.subcategory}”改到“{framework.home(subcategory).name}”下")
            fields.append(f"indicators.{index}.subcategory")
    if fields:
        yield Hit(*fields, wrong="；".join(wrong), right="；".join(right))


@rule(
    "IND05",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="{rows}下有内容，但三级指标未填写。",
    hint="请填写三级指标名称；本行不需要时，请清除整行内容。",
    good=[{"row": 0, "name": "参加体检人数"}],
    bad=[{"row": 0, "name": None}],
)
def rows_have_a_name(indicators: tuple[Indicator, ...]) -> Hits:
    """有内容的指标行都填写了三级指标。"""
    nameless = [i for i, row in enumerate(indicators) if not row.name]
    if nameless:
        rows = [indicators[i].subcategory or indicators[i].category or "指标行" for i in nameless]
        yield Hit(*(f"indicators.{i}.name" for i in nameless), rows=listed(rows))


def _category(row: Indicator, framework: Framework) -> Category | None:
    """A row's 一级指标: as written, else where its 二级指标 belongs."""
    subcategory = framework.subcategory(row.subcategory)
    home = framework.home(subcategory) if subcategory else None
    return framework.category(row.category) or home


def _add(texts: list[str], text: str) -> None:
    if text not in texts:
        texts.append(text)
