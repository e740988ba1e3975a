"""PLN 资金支出计划：3、6、10、12 月底的支出比例，按分期或按累计填写。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.project_code import year as year_in_code
from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.settings import Settings, Words
from perfxl.core.forms.shipped_forms import PLAN_DATES
from perfxl.core.forms.totals import cumulative, plan_basis, total
from perfxl.core.grid.text import squeezed
from perfxl.core.grid.wording import percent
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

_KEYS = tuple(f"spending_plan.{i}" for i in range(len(PLAN_DATES)))
_MOST = Decimal(100)
_ENDS = ((3, 31), (6, 30), (10, 31), (12, 31))
# What a festival costs may be paid shortly after it.
_PAID_WITHIN = timedelta(days=14)
_NUMERALS = "第零〇一二三四五六七八九十百千"
_NEXT_YEAR = re.compile(r"(?:次年|下年|下一年|来年|明年|翌年)度?$")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年?度?$")
_ANY_YEAR = re.compile(r"(?<!\d)(20\d\d)年")


@rule(
    "PLN01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="资金支出计划四个时点均未填写。",
    hint="请按分期比例（合计 100%）或累计进度（12 月底 100%）填写，如 6 月底 50、12 月底 50。",
    good=[{"spending_plan": ["100", None, None, None]}, {"spending_plan": ["30", "70", None, None]}],
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
    good=[{"spending_plan": ["100", "0", None, None]}, {"spending_plan": ["0.5", "99.5", None, None]}],
    bad=[
        {"spending_plan": [None, None, None, "100.1"]},
        {"spending_plan": ["-1", None, "1", "100"]},
        {"spending_plan": [None, None, None, None], "typed": {"spending_plan.3": "全部"}},
    ],
)
def plan_values_are_percentages(
    spending_plan: tuple[Decimal | None, ...], typed: Mapping[str, str], uncertain: tuple[str, ...]
) -> Hits:
    """资金支出计划的每个值都是 0 至 100 的数字。"""
    wrong = [i for i in _impossible(spending_plan, typed) if _KEYS[i] not in uncertain]
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
    variants={
        "period": Variant(
            Severity.ERROR,
            "资金支出计划 {plan}：分期合计为 {actual}%，不是 100%。",
            "本地规定按分期比例填写，请使四期合计为 100%。",
        ),
        "cumulative": Variant(
            Severity.ERROR,
            "资金支出计划 {plan}：不是逐期不减、12 月底为 100% 的累计进度。",
            "本地规定按累计进度填写，请逐期填写到该时点为止的比例，12 月底填 100。",
        ),
    },
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
def plan_adds_up(spending_plan: tuple[Decimal | None, ...], typed: Mapping[str, str], settings: Settings) -> Hits:
    """支出计划按分期合计 100%（±0.01），或按累计逐期不减、12 月底为 100%。"""
    if all(value is None for value in spending_plan) or _impossible(spending_plan, typed):
        return
    if plan_basis(spending_plan) == "invalid":
        yield Hit(
            *_KEYS,
            variant=None if settings.plan_basis == "auto" else settings.plan_basis,
            plan=_written(spending_plan),
            actual=percent(total(spending_plan)),
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
            Severity.INFO, "资金支出计划已按累计进度理解，12 月底 100%。", "如为分期比例，请使四期合计为 100%。"
        ),
        "period wanted": Variant(
            Severity.WARNING,
            "资金支出计划 {actual} 是累计进度，本地规定按分期比例填写。",
            "请改为分期比例 {expected}，四期合计 100%。",
        ),
        "cumulative wanted": Variant(
            Severity.WARNING,
            "资金支出计划 {actual} 是分期比例，本地规定按累计进度填写。",
            "请改为累计进度 {expected}，12 月底 100%。",
        ),
    },
    good=[
        {"total_budget": "0", "fiscal_funds": None, "spending_plan": [None, None, None, "100"]},
        {"total_budget": "0", "fiscal_funds": None, "spending_plan": ["0", "0", "0", "100"]},
    ],
    bad=[{"spending_plan": ["50", None, None, "50"]}, {"spending_plan": ["25", "50", "75", "100"]}],
)
def plans_share_one_basis(project: Project, submission: Submission, settings: Settings) -> Hits:
    """同一文本的支出计划用同一口径（本地有规定的用规定的口径）；每个项目按哪种口径理解，都写明白。"""
    plan = project.spending_plan
    basis = plan_basis(plan)
    if basis not in {"period", "cumulative"} or _impossible(plan, project.typed):
        return
    filled = [key for key, value in zip(_KEYS, plan, strict=True) if value is not None]
    wanted = settings.plan_basis
    if wanted != "auto":
        if basis != wanted:
            yield Hit(*filled, variant=f"{wanted} wanted", actual=_written(plan), expected=_other_reading(plan, wanted))
        return
    period, cumulated = (
        [other.number for other in submission.projects if plan_basis(other.spending_plan) == kind]
        for kind in ("period", "cumulative")
    )
    # One finding for the whole text, where the fewer projects are: that is the shorter way to mend it.
    odd = cumulated if len(cumulated) <= len(period) else period
    if period and cumulated and project.number == odd[0]:
        yield Hit(*filled, period="、".join(map(str, period)), cumulative="、".join(map(str, cumulated)))
    else:
        yield Hit(*filled, variant=basis)


@rule(
    "PLN05",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.FEASIBILITY,
    opinion=Opinion.O7,
    basis="样本文本",
    message="项目名称含{festivals}，但 {due}前没有支出计划。",
    hint="请核对支付时间：在“{first}”填写届时支出的比例；为下一年预付的，请在项目名称中写明年份，如“{next}”。",
    good=[
        {"spending_plan": ["100", None, None, None]},
        {"project_name": "2024年春节慰问金项目", "spending_plan": [None, "50", None, "50"]},
        {"project_name": "次年春节慰问金项目", "spending_plan": [None, "50", None, "50"]},
        {"project_name": "劳模疗休养项目", "spending_plan": [None, "50", None, "50"]},
        {"project_name": "端午节慰问金项目", "spending_plan": [None, "50", "50", None]},
        {"project_name": "八一路维修项目", "spending_plan": [None, "0.5", "0", "99.5"]},
        {"project_name": "三八红旗手表彰项目", "spending_plan": [None, "50", "50", None]},
        {"project_name": "元旦慰问金项目", "spending_plan": [None, "50", None, "50"]},
    ],
    bad=[
        {"spending_plan": [None, "50", None, "50"]},
        {"project_name": "2023年春节、端午慰问金项目", "spending_plan": [None, "50", "50", None]},
    ],
)
def festivals_are_paid_in_time(
    project: Project, project_name: str | None, submission: Submission, words: Words
) -> Hits:
    """项目名称中的节日到来时（或节后半个月内）已有支出计划；写明其他年份的不查。"""
    reached = _reached(project)
    # Without a cover the project's code says which year's text this is.
    this_year = submission.year or year_in_code(project.project_code or "")
    if reached is None or this_year is None:
        return
    late: dict[str, int] = {}
    for festival, year in _festivals(squeezed(project_name or ""), words).items():
        day = words.festivals[festival].get(str(year or this_year))
        if day is not None and day.year == this_year:
            due = _due(day)
            # For New Year's Day people buy in December, for the year to come.
            in_december = (day.month, day.day) == (1, 1) and reached[3] > reached[2]
            if reached[due] == 0 and not in_december:
                late[festival] = due
    if late:
        periods = sorted(set(late.values()))
        yield Hit(
            *(_KEYS[i] for i in periods),
            festivals="".join(f"“{festival}”" for festival in late),
            due="、".join(PLAN_DATES[i] for i in periods),
            first=PLAN_DATES[periods[0]],
            next=f"{this_year + 1}年{next(iter(late))}",
        )


@rule(
    "PLN06",
    Severity.INFO,
    on=Project,
    aspect=Aspect.FEASIBILITY,
    opinion=Opinion.O7,
    basis="川财绩〔2025〕10号；公开样本与评审意见",
    message="6 月底前计划支出为 0，执行中可能触发进度预警。",
    hint="能提前实施的，请把一部分支出安排到 3 月底或 6 月底；确需下半年支付的，请在单位说明中写明原因。",
    good=[
        {"spending_plan": ["0.01", None, None, "99.99"]},
        {"project_name": "职工体检项目", "spending_plan": [None, "1", "49", "50"]},
        {"project_name": "职工体检项目", "spending_plan": [None, "1", "49", "100"]},
        {
            "project_name": "职工体检项目",
            "total_budget": "0",
            "fiscal_funds": None,
            "spending_plan": [None, None, "50", "50"],
        },
    ],
    bad=[
        {"project_name": "职工体检项目", "spending_plan": [None, None, "50", "50"]},
        {"project_name": "职工体检项目", "spending_plan": ["0", "0", "50", "100"]},
    ],
)
def something_is_spent_by_june(project: Project) -> Hits:
    """6 月底前有支出计划；预算数为 0 的项目不查。"""
    reached = _reached(project)
    if reached is not None and reached[1] == 0:
        yield Hit(*_KEYS[:2])


def _reached(project: Project) -> tuple[Decimal, ...] | None:
    """The share spent by each date; None where the plan does not read or there is nothing to spend."""
    if _impossible(project.spending_plan, project.typed) or project.total_budget == 0:
        return None
    return cumulative(project.spending_plan)


def _festivals(name: str, words: Words) -> dict[str, int | None]:
    """The festivals that a name (without blanks) mentions, with the year it gives for each."""
    found: dict[str, int | None] = {}
    for festival in words.festivals:
        at = name.find(festival)
        if at < 0:
            continue
        before, after = name[:at], name[at + len(festival) :]
        # 八一路, 三八红旗手; 第八一三团.
        in_a_number = festival[0] in _NUMERALS and {before[-1:], after[:1]} & set(_NUMERALS)
        if in_a_number or after.startswith(words.festival_places):
            continue
        year = _YEAR.search(before) or _ANY_YEAR.search(before)
        if not _NEXT_YEAR.search(before):
            found[festival] = int(year[1]) if year else None
    return found


def _due(day: date) -> int:
    """The date of the plan by which a festival is paid for."""
    paid = min(day + _PAID_WITHIN, date(day.year, 12, 31))
    return next(i for i, (month, last) in enumerate(_ENDS) if paid <= date(day.year, month, last))


def _written(plan: tuple[Decimal | None, ...]) -> str:
    return "/".join(percent(value) for value in plan)


def _other_reading(plan: tuple[Decimal | None, ...], wanted: str) -> str:
    """The same plan as a bureau wants it filled in."""
    reached = cumulative(plan) or ()
    shares = reached if wanted == "cumulative" else tuple(b - a for a, b in pairwise((Decimal(0), *reached)))
    return _written(shares)


def _impossible(plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> list[int]:
    return [
        i
        for i, value in enumerate(plan)
        if (value is None and _KEYS[i] in typed) or (value is not None and not 0 <= value <= _MOST)
    ]


def _shown(i: int, plan: tuple[Decimal | None, ...], typed: Mapping[str, str]) -> str:
    return typed.get(_KEYS[i]) or percent(plan[i])
