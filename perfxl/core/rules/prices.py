"""AMT07：单价、数量和预算数对得上。"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.forms.totals import CENT
from perfxl.core.grid.text import cut, squeezed
from perfxl.core.grid.wording import money
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.target_words import plain

_YUAN = Decimal(10_000)
_PERIODS = re.compile(r"[每/·]\s*(?:人|名)?[/·]?(?:月|天|日|次|季|周|课时|小时|学期)|月均|日均")
_PER = re.compile(r"[每/](?:个|位)?(人|名|户|位|家|场|台|套|辆|亩|个|间|册|株|棵|米|公里|平方米|㎡)|(人|户)均")
_PER_UNIT = re.compile(r"(万?元)/(?:每)?([^/·]+?)(?:[/·]年)?")
_SAME_UNIT = {"名": "人", "位": "人", "名职工": "人"}
_RECIPIENTS = {"人", "户", "人次"}
_EXACT = {None, "＝"}
_SEVERAL = re.compile(r"津贴|[及和与、]|以及|其他|等|同时|并")


@rule(
    "AMT07",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O4,
    basis="样本文本",
    message="“{price_name}”{price}元 × “{count_name}”{counted} ＝ {expected} 万元，与预算数 {total_budget} 万元不符。",
    hint="请核对标准、数量和预算数；预算数还包括其他支出的，请在资金用途和成本指标中分别写明。",
    variants={
        "people": Variant(
            Severity.INFO,
            "按“{price_name}”{price}元推算，预算 {total_budget} 万元对应 {counted}，但数量指标没有{measured}数。",
            "如是，请在数量指标填写“＝{counted}”；预算数还包括{others}的，请分别写明标准和数量。",
        )
    },
    yields_to=("AMT01", "AMT02", "AMT04"),
    good=[
        {"total_budget": "4.40"},
        {"row": 0, "target": "≥80人"},
        {"row": 3, "target": "≤600元/人"},
        {"total_budget": "5.00", "fiscal_funds": "5.00", "purpose": "为区内市级劳模发放春节慰问金和节日津贴"},
        {"row": 3, "target": "＝500元/人·月"},
    ],
    bad=[
        {"total_budget": "5.00", "fiscal_funds": "5.00"},
        {"row": 0, "target": "＝90人"},
        {"row": 3, "target": "≤400元/人"},
        {"row": 0, "name": "慰问活动场次", "definition": "实际慰问的场次", "target": "＝2场"},
    ],
)
def price_times_quantity_is_the_budget(
    total_budget: Decimal | None, purpose: str | None, indicators: tuple[Indicator, ...]
) -> Hits:
    """指标中有单价和数量时，两者相乘与预算数相符；只有单价时，提示填写数量。"""
    prices = [price for i, row in enumerate(indicators) if (price := _price(i, row)) is not None]
    if not total_budget or len(prices) != 1 or _other_cost(indicators, prices[0]):
        return
    [price] = prices
    counts = [count for i, row in enumerate(indicators) if (count := _count(i, row, price)) is not None]
    several = _SEVERAL.search(purpose or "")
    if not counts and price.operator in _EXACT and not _counted_anywhere(indicators, price):
        number = total_budget * _YUAN / price.number
        whole = number == number.to_integral_value() and number * price.number == total_budget * _YUAN
        if price.unit in _RECIPIENTS and whole and number > 1:
            yield Hit(
                "total_budget",
                f"indicators.{price.row}.target",
                variant="people",
                price_name=price.name,
                price=plain(price.number),
                counted=f"{plain(number)}{price.unit}",
                measured=price.unit,
                others="津贴等其他支出" if "津贴" in (purpose or "") else "其他支出",
            )
    elif len(counts) == 1:
        [count] = counts
        product = price.number * count.number / _YUAN
        at_most = {price.operator, count.operator} <= {*_EXACT, "≤", "<"}
        at_least = price.operator in _EXACT and count.operator in {*_EXACT, "≥", ">"}
        too_little = total_budget < product - CENT and at_least
        too_much = total_budget > product + CENT and at_most and not several
        if too_little or too_much:
            yield Hit(
                "total_budget",
                f"indicators.{count.row}.target",
                f"indicators.{price.row}.target",
                price_name=price.name,
                price=plain(price.number),
                count_name=count.name,
                counted=f"{plain(count.number)}{count.unit}",
                expected=money(product.quantize(CENT, ROUND_HALF_UP)),
                actual=money(total_budget),
                difference=money(abs(total_budget - product).quantize(CENT, ROUND_HALF_UP)),
            )


@dataclass(frozen=True)
class _Measured:
    """What an indicator row counts or what one of it costs (in 元). unit: 人, 户, 场 …"""

    row: int
    name: str
    number: Decimal
    unit: str
    operator: str | None


def _price(index: int, row: Indicator) -> _Measured | None:
    """A row that gives the price of one: `500元/人`, or `500` where it says 每人五百元; None otherwise."""
    parsed = row.parsed
    if parsed is None or not parsed.number:
        return None
    unit = parsed.unit or ""
    said = squeezed("".join((row.name or "", row.definition or "", row.target_basis or "")))
    if _PERIODS.search(unit) or _PERIODS.search(said):
        return None
    per_unit = _PER_UNIT.fullmatch(unit)
    if per_unit:
        times = _YUAN if per_unit[1] == "万元" else Decimal(1)
        counted = per_unit[2].removesuffix("年") or per_unit[2]
    else:
        per = _PER.search(said)
        if unit not in {"", "元"} or per is None or "元" not in said + unit:
            return None
        times, counted = Decimal(1), per[1] or per[2]
    measured = _SAME_UNIT.get(counted, counted)
    return _Measured(index, cut(row.name or "", 24), parsed.number * times, measured, parsed.operator)


def _count(index: int, row: Indicator, price: _Measured) -> _Measured | None:
    """A quantity row that counts what the price is for; None otherwise."""
    parsed = row.parsed
    if index == price.row or parsed is None or not parsed.number or not parsed.unit:
        return None
    unit = _SAME_UNIT.get(parsed.unit, parsed.unit)
    if "数量" not in (row.subcategory or "") or unit != price.unit:
        return None
    return _Measured(index, cut(row.name or "", 24), parsed.number, unit, parsed.operator)


def _counted_anywhere(indicators: tuple[Indicator, ...], price: _Measured) -> bool:
    """Whether any row, also one under another heading, counts what the price is for."""
    units = [row.parsed.unit or "" for row in indicators if row.parsed is not None]
    return any(_SAME_UNIT.get(unit, unit) == price.unit for unit in units)


def _other_cost(indicators: tuple[Indicator, ...], price: _Measured) -> bool:
    """Whether another row gives an amount of money: then the price is not all there is to pay."""
    return any(
        row.parsed is not None and "元" in (row.parsed.unit or "") and "成本" in (row.subcategory or "")
        for index, row in enumerate(indicators)
        if index != price.row
    )
