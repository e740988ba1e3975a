"""AMT 资金：预算数、财政资金、其他资金、资金用途。金额以万元为单位，精确到分。"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.model import Project
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.words import money

_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")
_CENT = Decimal("0.01")


@rule(
    "AMT01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="预算数未填写。",
    hint="请填写以万元为单位的数字{suggestion}。",
    variants={
        "unreadable": Variant(
            Severity.ERROR,
            "{label}不是以万元为单位的数字：“{actual}”。",
            "请只填数字，以万元为单位；原来以元为单位的，先除以 10000。",
        )
    },
    good=[
        {"total_budget": "100", "fiscal_funds": "100"},
        {"total_budget": "0", "fiscal_funds": None, "other_funds": None},
    ],
    bad=[
        {"total_budget": None, "fiscal_funds": None},
        {"total_budget": None, "typed": {"total_budget": "约100"}},
        {"fiscal_funds": None, "typed": {"fiscal_funds": "963000元"}},
        {"total_budget": "-5", "fiscal_funds": "-5"},
    ],
)
def amounts_are_numbers(
    typed: Mapping[str, str],
    total_budget: Decimal | None,
    fiscal_funds: Decimal | None,
    other_funds: Decimal | None,
) -> Hits:
    """预算数已填写；预算数、财政资金和其他资金都是不小于 0 的数字（万元）。"""
    values = dict(zip(_AMOUNTS, (total_budget, fiscal_funds, other_funds), strict=True))
    wrong = [
        field
        for field, value in values.items()
        if (value is None and field in typed) or (value is not None and value < 0)
    ]
    if wrong:
        first = wrong[0]
        number = values[first]
        yield Hit(*wrong, variant="unreadable", actual=money(number) if number is not None else typed[first])
    elif total_budget is None:
        sources = [value for value in (fiscal_funds, other_funds) if value is not None]
        suggestion = f"，按资金来源应为 {money(sum(sources, Decimal(0)))}" if sources else ""
        yield Hit("total_budget", suggestion=suggestion)


@rule(
    "AMT02",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本",
    message="预算数 {total_budget} ≠ 财政资金 {fiscal_funds} ＋ 其他资金 {other_funds} ＝ {expected}，相差 {difference} 万元。",
    hint="请更正预算数或资金来源，使预算数等于财政资金与其他资金之和。",
    good=[
        {"total_budget": "100", "fiscal_funds": "60", "other_funds": "40"},
        {"total_budget": "0.3", "fiscal_funds": "0.1", "other_funds": "0.2"},
        {"total_budget": "40", "fiscal_funds": None, "other_funds": "40"},
    ],
    bad=[
        {"total_budget": "100", "fiscal_funds": "60", "other_funds": "30"},
        {"total_budget": "100.01", "fiscal_funds": "100"},
        {"total_budget": "90", "fiscal_funds": None, "other_funds": None},
    ],
)
def total_equals_sources(
    typed: Mapping[str, str],
    total_budget: Decimal | None,
    fiscal_funds: Decimal | None,
    other_funds: Decimal | None,
) -> Hits:
    """预算数等于财政资金与其他资金之和（空白按 0 计，精确到 0.01 万元）。"""
    unreadable = (fiscal_funds is None and "fiscal_funds" in typed) or (
        other_funds is None and "other_funds" in typed
    )
    if total_budget is None or unreadable:
        return
    expected = (fiscal_funds or Decimal(0)) + (other_funds or Decimal(0))
    difference = total_budget - expected
    if abs(difference) >= _CENT:
        yield Hit(
            *_AMOUNTS,
            actual=money(total_budget),
            expected=money(expected),
            difference=money(abs(difference)),
        )


@rule(
    "AMT03",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="{label}“{actual}”超过两位小数。",
    hint="请四舍五入到 0.01 万元，即 {expected}。",
    good=[{"total_budget": "96.30", "fiscal_funds": "96.30"}, {"total_budget": "5", "fiscal_funds": "5"}],
    bad=[{"total_budget": "96.3051", "fiscal_funds": "96.3051"}],
)
def amounts_have_two_decimals(
    total_budget: Decimal | None, fiscal_funds: Decimal | None, other_funds: Decimal | None
) -> Hits:
    """金额最多两位小数（万元）。"""
    values = dict(zip(_AMOUNTS, (total_budget, fiscal_funds, other_funds), strict=True))
    long = {
        field: value
        for field, value in values.items()
        if value is not None and value != value.quantize(_CENT, ROUND_HALF_UP)
    }
    if long:
        value = next(iter(long.values()))
        yield Hit(*long, actual=money(value), expected=money(value.quantize(_CENT, ROUND_HALF_UP)))


@rule(
    "AMT05",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="资金用途未填写。",
    hint="请写明钱花在哪里、用于谁，如“为区内 88 名市级劳模发放春节慰问金”。",
    good=[{"purpose": "为困难职工发放生活救助金"}],
    bad=[{"purpose": None}],
)
def purpose_is_filled_in(purpose: str | None) -> Hits:
    """每个项目都填写了资金用途。"""
    if not purpose:
        yield Hit("purpose")
