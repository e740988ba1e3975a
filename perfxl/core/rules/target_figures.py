"""VAL 指标值里的数字：计量单位和计算符号。"""

from __future__ import annotations

import re
from decimal import Decimal

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.forms.settings import Words
from perfxl.core.forms.target_values import ParsedTarget
from perfxl.core.grid.text import cut, squeezed
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.target_words import (
    COST_RATE,
    COSTS,
    QUANTITY,
    TIMELINESS,
    UNKNOWN_UNIT,
    bare,
    has_unit_in_name,
    holds,
    is_filled_in,
    plain,
    unit_for,
)

_SIGNS = {">=": "≥", "=>": "≥", "≧": "≥", "⩾": "≥", "<=": "≤", "=<": "≤", "≦": "≤", "⩽": "≤", "==": "＝"}
_TYPED_SIGN = re.compile("|".join(_SIGNS))
_DIGITS = re.compile(r"\d[\d,.]*(?:/\d+)?")
_MONTH_AND_DAY = re.compile(r"[≤<=]*(1[0-2]|0?[1-9])[./]([12]?\d|3[01])")
_COST_RATE = re.compile(r"(?:控制率|超支率|超出率|成本率)$")


@rule(
    "VAL04",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O4,
    basis="填报实务",
    message="{names}的指标值没有计量单位。",
    hint="请补上单位，如：{each}。",
    good=[
        {"row": 0, "rows": COST_RATE, "name": "慰问劳模人数（人）", "target": "＝88"},
        {"row": 4, "name": "慰问安全事故数", "target": "0"},
        {"row": 4, "name": "资金配套比例", "target": "1:2"},
        {"row": 2, "target": "2023年"},
        {"row": 4, "name": "劳模慰问工作全市排名", "target": "前3名"},
    ],
    bad=[
        {"row": 0, "rows": COST_RATE, "target": "≥300"},
        {"row": 5, "target": "≥90"},
        {"row": 5, "target": "0.9"},
        {"row": 3, "target": "500"},
        {"row": 4, "name": "慰问评价", "target": "88/100"},
    ],
    yields_to=("VAL01", "VAL05", "VAL06", "VAL09"),
)
def numbers_have_a_unit(indicator: Indicator, project: Project, framework: Framework, words: Words) -> Hits:
    """指标值里的数字带有计量单位（0、名称括号里写明单位的不算）。"""
    parsed = indicator.parsed
    if not is_filled_in(indicator) or parsed is None or not parsed.number or parsed.unit:
        return
    is_year = parsed.number == int(parsed.number) and 1990 <= parsed.number <= 2100
    if has_unit_in_name(indicator.name) or (is_year and framework.subcategory(indicator.subcategory) == TIMELINESS):
        return
    yield Hit(
        "target", each=f"“{cut(indicator.target or '', 12)}”写成“{_with_unit(indicator, project, framework, words)}”"
    )


@rule(
    "VAL10",
    Severity.INFO,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O4,
    basis="填报实务",
    message="指标值的计算符号已统一理解：{each}。",
    hint="不影响校验；建议直接写“≥”“≤”或“＝”。",
    variants={
        "direction": Variant(
            Severity.WARNING,
            "成本指标{names}用了“≥”，方向可能反了。",
            "成本一般要求不超过某个数，请核对是否应为{each}；确为最低要求的，请说明。",
        )
    },
    good=[
        {"row": 1, "target": "≥95%"},
        {"row": 3, "name": "成本节约率", "target": "≥5%"},
        {"row": 3, "name": "慰问经费支出合规率", "target": "≥95%"},
        {"row": 3, "name": "慰问车辆节约油费", "target": "≥1万元"},
        {"row": 0, "rows": COST_RATE, "name": "采购慰问品金额", "target": "≥3万元"},
    ],
    bad=[
        {"row": 1, "target": ">=95%"},
        {"row": 3, "target": "≤500元/人", "name": "人均慰问费用", "rows": {1: {"target": "＞＝95％"}}},
        {"row": 3, "name": "人均慰问费用", "target": "≥500元/人"},
        {"row": 3, "name": "慰问成本控制率", "target": "≥100%"},
    ],
    yields_to=("VAL01",),
)
def signs_are_as_usual(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """计算符号写作“≥”“≤”“＝”；成本指标不用“≥”（节约率、最低标准等除外）。"""
    if not is_filled_in(indicator):
        return
    target = squeezed(indicator.target or "")
    unified = _TYPED_SIGN.sub(lambda found: _SIGNS[found[0]], target)
    if unified != target:
        yield Hit("target", each=f"“{cut(indicator.target or '', 24)}”已按“{cut(unified, 24)}”理解")
    if framework.subcategory(indicator.subcategory) in COSTS and _is_upside_down(indicator, words):
        yield Hit("target", variant="direction", each=f"“{_turned(indicator.parsed)}”")


def _with_unit(row: Indicator, project: Project, framework: Framework, words: Words) -> str:
    """The 指标值 with the unit that the name suggests behind its number."""
    target = squeezed(row.target or "")
    number = row.parsed.number if row.parsed and row.parsed.number else Decimal(0)
    subcategory = framework.subcategory(row.subcategory)
    unit = unit_for(row.name, words)
    if unit == "%" and number <= 1:
        # Somebody typed 90% or =100% and the cell shows the number that is stored.
        return f"{(row.parsed.operator if row.parsed else None) or ''}{plain(number * 100)}%"
    if unit != "%" and subcategory == TIMELINESS:
        if day := _MONTH_AND_DAY.fullmatch(target):
            return f"{day[1]}月{day[2]}日"
        unit = "天"
    elif unit != "%" and subcategory in COSTS:
        unit = "万元" if number <= (project.total_budget or 0) else "元"
    elif unit == UNKNOWN_UNIT and subcategory != QUANTITY:
        unit = "%"
    return cut(_DIGITS.sub(lambda found: found[0] + unit, target, count=1), 16)


def _turned(parsed: ParsedTarget | None) -> str:
    """The same 指标值 as an upper limit."""
    number = format(parsed.number, "f") if parsed and parsed.number is not None else "〈n〉"
    return f"≤{number}{(parsed.unit if parsed else None) or ''}"


def _is_upside_down(row: Indicator, words: Words) -> bool:
    parsed, name = row.parsed, bare(row.name)
    if parsed is None or parsed.operator not in {"≥", ">"} or holds(name, words.floors):
        return False
    if "元" in (parsed.unit or ""):
        return True
    return bool(_COST_RATE.search(name)) or name.endswith(("成本", "费用", "费", "单价", "支出"))
