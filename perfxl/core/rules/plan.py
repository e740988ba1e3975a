"""PLN 资金支出计划：3、6、10、12 月底的支出比例，按分期或按累计填写。"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.layout import PLAN_DATES
from perfxl.core.model import Project, Submission
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.words import percent
from perfxl.core.totals import plan_basis

_KEYS = tuple(f"spending_plan.{i}" for i in range(len(PLAN_DATES)))
_MOST = Decimal(100)


@rule(
    "PLN01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="资金支出计划四个时点均未填写。",
    hint="请按分期比例（合计 100%）或累计进度（12 月底 100%）填写，如 6 月底 50、12 月底 50。",
    good=[{"spending_plan": [None, None, None, "100"]}],
    bad=[{"spending_plan": [None, None, None, None]}],
)
def plan_is_filled_in(spending_plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> Hits:
    """资金支出计划至少填写了一个时点。"""
    if not any(key in typed for key in _KEYS) and all(value is None for value in spending_plan):
        yield Hit(*_KEYS)


@rule(
    "PLN02",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本",
    message="资金支出计划 {wrong} 应为 0 至 100 的数字。",
    hint="请只填百分比数字，如 50 表示 50%；没有支出的时点留空。",
    good=[{"spending_plan": ["0", None, None, "100"]}],
    bad=[
        {"spending_plan": [None, None, None, "100.1"]},
        {"spending_plan": ["-1", None, "1", "100"]},
        {"spending_plan": [None, None, None, None], "typed": {"spending_plan.3": "全部"}},
    ],
)
def plan_values_are_percentages(spending_plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> Hits:
    """资金支出计划的每个值都是 0 至 100 的数字。"""
    wrong = _impossible(spending_plan, typed)
    if wrong:
        yield Hit(
            *(_KEYS[i] for i in wrong),
            wrong="、".join(f"{PLAN_DATES[i]}“{_shown(i, spending_plan, typed)}”" for i in wrong),
            actual=_shown(wrong[0], spending_plan, typed),
        )


@rule(
    "PLN03",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本；分期合计 100% 或累计到 12 月底 100%",
    message="资金支出计划 {plan}：分期合计为 {actual}%，12 月底为 {last}%，两种口径都不成立。",
    hint="请填写分期比例（四期合计 100%）或累计进度（逐期不减，12 月底 100%）。",
    good=[
        {"spending_plan": ["25", "25", "25", "25"]},
        {"spending_plan": ["33.33", "33.33", "33.33", None]},
        {"spending_plan": ["25", "50", "75", "100"]},
    ],
    bad=[
        {"spending_plan": ["33", "33", "33", None]},
        {"spending_plan": ["60", "50", "75", "100"]},
        {"spending_plan": [None, "50", None, "99.98"]},
    ],
)
def plan_adds_up(spending_plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> Hits:
    """支出计划按分期合计 100%（±0.01），或按累计逐期不减、12 月底为 100%。"""
    if all(value is None for value in spending_plan) or _impossible(spending_plan, typed):
        return
    if plan_basis(spending_plan) == "invalid":
        total = sum((value or Decimal(0) for value in spending_plan), Decimal(0))
        yield Hit(
            *_KEYS,
            plan="/".join(percent(value) for value in spending_plan),
            actual=percent(total),
            last=percent(spending_plan[-1] or Decimal(0)),
            expected="100",
        )


@rule(
    "PLN04",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="同一文本应使用同一口径",
    message="本文本既有按分期填写的项目（第 {period} 个），又有按累计填写的项目（第 {cumulative} 个）。",
    hint="请统一口径：全部按分期（四期合计 100%）或全部按累计（12 月底 100%）填写。",
    variants={
        "period": Variant(
            Severity.INFO, "资金支出计划已按分期比例理解，合计 100%。", "如为累计进度，请将 12 月底填为 100。"
        ),
        "cumulative": Variant(
            Severity.INFO,
            "资金支出计划已按累计进度理解，12 月底 100%。",
            "如为分期比例，请使四期合计为 100%。",
        ),
    },
    good=[{"spending_plan": [None, None, None, "100"]}],
    bad=[{"spending_plan": [None, None, "50", "50"]}, {"spending_plan": ["25", "50", "75", "100"]}],
)
def plans_share_one_basis(project: Project, submission: Submission) -> Hits:
    """同一文本的支出计划用同一口径；每个项目按哪种口径理解，都写明白。"""
    basis = plan_basis(project.spending_plan)
    if basis not in {"period", "cumulative"} or _impossible(project.spending_plan, project.typed):
        return
    by_basis: dict[str, list[int]] = {"period": [], "cumulative": []}
    for other in submission.projects:
        found = plan_basis(other.spending_plan)
        if found in by_basis:
            by_basis[found].append(other.number)
    period, cumulative = by_basis["period"], by_basis["cumulative"]
    filled = [key for key, value in zip(_KEYS, project.spending_plan, strict=True) if value is not None]
    # One finding for the whole text, where the fewer projects are: that is the shorter way to mend it.
    odd = cumulative if len(cumulative) <= len(period) else period
    if period and cumulative and project.number == odd[0]:
        yield Hit(
            *filled,
            period="、".join(map(str, period)),
            cumulative="、".join(map(str, cumulative)),
        )
    else:
        yield Hit(*filled, variant=basis)


def _impossible(plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> list[int]:
    return [
        i
        for i, value in enumerate(plan)
        if (value is None and _KEYS[i] in typed) or (value is not None and not 0 <= value <= _MOST)
    ]


def _shown(i: int, plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> str:
    return typed.get(_KEYS[i]) or percent(plan[i])
