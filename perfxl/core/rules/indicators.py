"""IND 指标体系：一级、二级、三级指标齐全且归属正确。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.grid.wording import money
from perfxl.core.rules.registry import Example, Hit, Hits, Variant, example_row, rule

_FEWEST, _MOST = 3, 20
_OUTPUT = "产出指标"
_SATISFACTION = "满意"

_FEW = [
    example_row("产出指标", "数量指标", "慰问劳模人数", "实际领取慰问金的人数", "＝88人", "劳模登记台账"),
    example_row("效益指标", "社会效益指标", "慰问覆盖率", "慰问人数÷在册人数×100%", "＝100%", "上年完成值"),
]


def _many(count: int) -> list[Example]:
    """So many rows, each right by itself."""
    return [
        example_row(
            *("产出指标", "数量指标", f"第{number}站走访劳模人数", f"实际走访第{number}站在册劳模的人数"),
            *(f"≥{number}人", "年度走访工作计划"),
        )
        for number in range(1, count + 1)
    ]


@rule(
    "IND01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O6,
    basis="财预〔2021〕101号",
    message="缺少{missing}。",
    hint="每个项目的{required}至少各设一个，请在指标表中补充。",
    good=[{"row": 4, "category": "效果指标"}, {"row": 0, "category": "产出"}],
    bad=[{"without": {"category": "效益指标"}}, {"without": {"category": "产出指标"}}, {"indicators": []}],
)
def required_categories_are_set(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """产出指标和效益指标至少各有一个。"""
    present = _present((row for row in indicators if row.name), framework)
    required = [category.name for category in framework.categories if category.required]
    missing = [name for name in required if name not in present]
    if missing:
        yield Hit("indicators", missing="、".join(missing), required="、".join(required))


@rule(
    "IND02",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O6,
    basis="财预〔2021〕101号",
    message="未设置满意度指标。",
    hint="直接服务群众或职工的项目请补充一行，如“服务对象满意度”，指标值“≥90%”；确不适用的，请在单位说明中写明理由。",
    good=[
        {"row": 5, "name": "受助职工满意率"},
        # Set, though under another heading: asking for a second one would be wrong.
        {"without": {"category": "满意度指标"}, "row": 4, "name": "会员满意率"},
    ],
    bad=[
        {"without": {"category": "满意度指标"}},
        {"row": 5, "category": "效益指标", "subcategory": "社会效益指标", "name": "劳模知晓率"},
    ],
)
def satisfaction_is_measured(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """设置了满意度指标（三级指标少于 3 个的项目由 IND08 提示）。"""
    if len(indicators) >= _FEWEST and _satisfaction_missing(indicators, framework):
        yield Hit("indicators")


@rule(
    "IND03",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="财预〔2015〕88号；样本文本",
    message="{category}缺少{missing}。",
    hint="请补充，{examples}；确不适用的，请在单位说明中写明理由。",
    good=[{"row": 0, "subcategory": "数量"}, {"row": 3, "subcategory": "成本"}],
    bad=[
        {"without": {"subcategory": "时效指标"}},
        {"without": {"subcategory": "成本指标"}},
        {"row": 1, "subcategory": "数量指标"},
    ],
)
def output_is_measured_in_every_way(
    indicators: tuple[Indicator, ...], total_budget: Decimal | None, framework: Framework
) -> Hits:
    """产出指标下的每种二级指标（数量、质量、时效等）都至少有一个。"""
    missing = _output_missing(indicators, framework)
    output = framework.category(_OUTPUT)
    if len(indicators) >= _FEWEST and missing and output is not None:
        yield Hit(
            "indicators",
            category=output.name,
            missing="、".join(missing),
            examples="；".join(_example(name, total_budget) for name in missing),
        )


@rule(
    "IND04",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O5,
    basis="填报实务",
    message="{wrong}。",
    hint="{right}。",
    good=[
        {"row": 0, "category": "产出", "subcategory": "数量"},
        {"row": 5, "category": "满意度", "subcategory": "满意度指标"},
    ],
    bad=[
        {"row": 4, "subcategory": "质量指标"},
        {"row": 2, "subcategory": "其他指标"},
        {"row": 2, "category": "其他指标"},
    ],
)
def subcategory_belongs_to_category(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """每个二级指标都属于它上面的一级指标（旧称和简称也认）。"""
    fields: list[str] = []
    # In their order, each once.
    wrong: dict[str, None] = {}
    right: dict[str, None] = {}
    for index, row in enumerate(indicators):
        if row.category is None and row.subcategory is None:
            continue
        category = framework.category(row.category)
        subcategory = framework.subcategory(row.subcategory)
        if row.category and category is None:
            names = "、".join(c.name for c in framework.categories)
            wrong[f"一级指标“{row.category}”不在本指标体系中"] = None
            right[f"一级指标请从{names}中选择"] = None
            fields.append(f"indicators.{index}.category")
        elif row.subcategory and subcategory is None:
            home = category or framework.categories[0]
            wrong[f"二级指标“{row.subcategory}”不在本指标体系中"] = None
            right[f"“{home.name}”下请从{'、'.join(home.subcategories)}中选择"] = None
            fields.append(f"indicators.{index}.subcategory")
        elif category and subcategory and subcategory not in category.subcategories:
            wrong[f"“{row.subcategory}”不属于“{row.category}”"] = None
            right[f"请将“{row.subcategory}”改到“{framework.home(subcategory).name}”下"] = None
            fields.append(f"indicators.{index}.subcategory")
    if fields:
        yield Hit(*fields, wrong="；".join(wrong), right="；".join(right))


@rule(
    "IND05",
    Severity.ERROR,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="{names}下有内容，但三级指标未填写。",
    hint="请填写三级指标名称；本行不需要时，请清除整行内容。",
    good=[{"row": 0, "name": "参加慰问劳模数"}, {"row": 5, "name": "劳模服务满意度"}],
    bad=[{"row": 0, "name": None}],
)
def rows_have_a_name(name: str | None) -> Hits:
    """有内容的指标行都填写了三级指标。"""
    if not name:
        yield Hit("name")


@rule(
    "IND08",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="公开样本与评审意见",
    message="三级指标只有 {count} 个，少于 3 个。",
    hint="请补充{missing}，把本项目做什么、花多少、何时完成、有何效果各用一个指标写明。",
    variants={
        "many": Variant(
            Severity.INFO,
            "三级指标有 {count} 个，超过 20 个。",
            "建议只保留最能说明本项目结果的指标，相近的合并为一个。",
        )
    },
    good=[{"more": _many(20 - 6)}, {"without": {"category": "满意度指标"}, "row": 4, "name": "会员满意率"}],
    bad=[{"more": _many(21 - 6)}, {"indicators": _FEW}],
)
def there_are_enough_indicators_and_not_too_many(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """每个项目有 3 至 20 个三级指标（缺少产出或效益指标的项目由 IND01 提示）。"""
    # A row without a name is IND05's matter.
    count = sum(bool(row.name) for row in indicators)
    if count > _MOST:
        yield Hit("indicators", variant="many", count=count)
    present = _present(indicators, framework)
    complete = all(category.name in present for category in framework.categories if category.required)
    if complete and len(indicators) < _FEWEST:
        missing = _output_missing(indicators, framework)
        if _satisfaction_missing(indicators, framework):
            missing.append("满意度指标")
        yield Hit("indicators", count=count, missing="、".join(missing) or "产出和效益指标")


def _satisfaction_missing(rows: Sequence[Indicator], framework: Framework) -> bool:
    """Whether no row measures satisfaction, whatever heading it stands under."""
    names = (*(row.name or "" for row in rows), *_present(rows, framework))
    return not any(_SATISFACTION in name for name in names)


def _output_missing(rows: Sequence[Indicator], framework: Framework) -> list[str]:
    """The 二级指标 of 产出 that no row has.

    None where 产出 is missing altogether (IND01 says so), or where a row of it stands under a wrong
    二级指标: once that is put right (IND04), it may be the one that is missing.
    """
    output = framework.category(_OUTPUT)
    present = {
        framework.subcategory(row.subcategory)
        for row in rows
        if framework.category_of(row.category, row.subcategory) is output
    }
    if output is None or not present or not present <= set(output.subcategories):
        return []
    return [name for name in output.subcategories if name not in present]


def _example(subcategory: str, total_budget: Decimal | None) -> str:
    """A row to begin with, for a 二级指标 of 产出, with the project's own budget."""
    budget = f"≤{money(total_budget)}万元" if total_budget else "≤预算数"
    examples = {
        "数量": "服务人数，≥多少人",
        "质量": "验收（发放）合格率，＝100%",
        "时效": "完成时间，≤几月几日",
        "成本": f"项目总成本，{budget}",
    }
    return f"{subcategory}如“{examples.get(subcategory[:2], subcategory)}”"


def _present(rows: Iterable[Indicator], framework: Framework) -> set[str]:
    """The names of the 一级指标 that the rows belong to."""
    found = (framework.category_of(row.category, row.subcategory) for row in rows)
    return {category.name for category in found if category is not None}
