"""AMT 资金：预算数、财政资金、其他资金、资金用途。金额以万元为单位，精确到分。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.parts import AMOUNTS
from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.totals import CENT, total
from perfxl.core.grid.numbers import in_digits
from perfxl.core.grid.text import cut, label_key, squeezed
from perfxl.core.grid.wording import money
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

_YUAN = Decimal(10_000)
# An amount in 元 is at least this in a cell for 万元, and this many times the amounts below it.
_SUSPICIOUS = Decimal(10_000)
_GAP = 200

_STATED = re.compile(r"(?<![\d.,])(\d+(?:,\d{3})*(?:\.\d+)?)(亿元|万元|元|亿|万)(?=(.?))")
# What stands before or behind a figure that is a total, a standard or a limit, not this project's budget.
_OTHER_AMOUNT_BEFORE = re.compile(
    r"(?:总投资|投资|总额|总规模|总预算|总造价|概算|合计|规模|共计?|总计|每.{0,3}|人均|户均|单价|标准|不?超过?|低于|高于)[约为:是]?$"
)
_LONGEST_BEFORE = 8
_OTHER_AMOUNT_BEHIND = re.compile(r"(?:及|含)?(?:以[上下内]|/|每|左右|级|店|户|人)")
_NAME_ENDS = ("项目", "专项", "工作", "经费", "资金", "支出", "费用")

# Examples with another budget state no price: 500 元 for each of 88 would contradict it.
_NO_PRICE = {
    "row": 3,
    "name": "成本控制率",
    "definition": "实际支出÷预算数×100%",
    "target": "≤100%",
    "target_basis": "2023年部门预算",
}
# Two projects, the second one's budget far above the first one's: 440 and 440000000000.
_TWO = {
    "copies": 2,
    "project_name": "{name}{number}",
    "project_code": "13081123P000222{number}0000{number}",
    **_NO_PRICE,
}
_FAR_APART = {"total_budget": "44E{number:b}", "fiscal_funds": "44E{number:b}"}


def stated_amounts(text: str) -> dict[str, Decimal]:
    """The amounts that a text (without blanks) gives for the project itself: `25万元` → 25, in 万元.

    Not totals (总投资…), standards (每人…, …/人), limits (…以上), and no 元 below 10000: those are
    standards too.
    """
    found = {}
    for match in _STATED.finditer(text):
        number, unit, behind = in_digits(match[1]), match[2], match[3]
        before = text[max(match.start() - _LONGEST_BEFORE, 0) : match.start()]
        if (
            number is None
            or _OTHER_AMOUNT_BEFORE.search(before)
            or _OTHER_AMOUNT_BEHIND.match(text, match.end())
            or (unit in {"万", "亿"} and behind not in {"", ")", "(", ",", "。", "】", "]", "-", "—"})
            or (unit == "元" and number < _YUAN)
        ):
            continue
        found[match[0]] = {"元": number / _YUAN, "万": number, "亿": number * _YUAN}[unit[0]]
    return found


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
        {"total_budget": "100", "fiscal_funds": "100", **_NO_PRICE},
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
    uncertain: tuple[str, ...],
    total_budget: Decimal | None,
    fiscal_funds: Decimal | None,
    other_funds: Decimal | None,
) -> Hits:
    """预算数已填写；预算数、财政资金和其他资金都是不小于 0 的数字（万元）。"""
    values = dict(zip(AMOUNTS, (total_budget, fiscal_funds, other_funds), strict=True))
    wrong = [
        field
        for field, value in values.items()
        if (value is None and field in typed and field not in uncertain) or (value is not None and value < 0)
    ]
    if wrong:
        first = wrong[0]
        number = values[first]
        yield Hit(*wrong, variant="unreadable", actual=money(number) if number is not None else typed[first])
    elif total_budget is None and "total_budget" not in uncertain:
        sources = (fiscal_funds, other_funds)
        suggestion = f"，按资金来源应为 {money(total(sources))}" if sources != (None, None) else ""
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
        {"total_budget": "100", "fiscal_funds": "60", "other_funds": "40", **_NO_PRICE},
        {"total_budget": "0.3", "fiscal_funds": "0.1", "other_funds": "0.2", **_NO_PRICE},
        {"total_budget": "40", "fiscal_funds": None, "other_funds": "40", **_NO_PRICE},
    ],
    bad=[
        {"total_budget": "100", "fiscal_funds": "60", "other_funds": "30"},
        {"total_budget": "100.01", "fiscal_funds": "100"},
        {"total_budget": "90", "fiscal_funds": None, "other_funds": None},
    ],
)
def total_equals_sources(
    typed: Mapping[str, str], total_budget: Decimal | None, fiscal_funds: Decimal | None, other_funds: Decimal | None
) -> Hits:
    """预算数等于财政资金与其他资金之和（空白按 0 计，精确到 0.01 万元）。"""
    unreadable = (fiscal_funds is None and "fiscal_funds" in typed) or (other_funds is None and "other_funds" in typed)
    if total_budget is None or unreadable:
        return
    expected = (fiscal_funds or Decimal(0)) + (other_funds or Decimal(0))
    difference = total_budget - expected
    if abs(difference) >= CENT:
        yield Hit(*AMOUNTS, actual=money(total_budget), expected=money(expected), difference=money(abs(difference)))


@rule(
    "AMT03",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="{label}“{actual}”超过两位小数。",
    hint="请四舍五入到 0.01 万元，即 {expected}。",
    good=[
        {"total_budget": "96.30", "fiscal_funds": "96.30", **_NO_PRICE},
        {"total_budget": "5", "fiscal_funds": "5", **_NO_PRICE},
    ],
    bad=[{"total_budget": "96.3051", "fiscal_funds": "96.3051", **_NO_PRICE}],
)
def amounts_have_two_decimals(
    total_budget: Decimal | None, fiscal_funds: Decimal | None, other_funds: Decimal | None
) -> Hits:
    """金额最多两位小数（万元）。"""
    values = dict(zip(AMOUNTS, (total_budget, fiscal_funds, other_funds), strict=True))
    long = {
        field: value
        for field, value in values.items()
        if value is not None and value != value.quantize(CENT, ROUND_HALF_UP)
    }
    if long:
        value = next(iter(long.values()))
        yield Hit(*long, actual=money(value), expected=money(value.quantize(CENT, ROUND_HALF_UP)))


@rule(
    "AMT04",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="预算数 {total_budget} 万元是本单位其他项目的 {times} 倍以上，疑似按“元”填报。",
    hint="如按“元”填报，请换算为 {expected} 万元，资金来源一并换算；确为 {total_budget} 万元的，请在单位说明中写明。",
    yields_to=("AMT01",),
    good=[
        {"total_budget": "44000", "fiscal_funds": "44000", **_NO_PRICE},
        {**_TWO, "total_budget": "{number}E3", "fiscal_funds": "{number}E3"},
        {**_TWO, **_FAR_APART, "purpose": "为区内市级劳模发放春节慰问金44000000亿元"},
    ],
    bad=[{**_TWO, **_FAR_APART}],
)
def amounts_are_not_in_yuan(project: Project, total_budget: Decimal | None, submission: Submission) -> Hits:
    """同一单位各项目的预算数在可比的量级内，没有误按“元”填报的。"""
    unit = project.budget_unit
    budgets = sorted(
        other.total_budget
        for other in submission.projects
        if other.total_budget and other.total_budget > 0 and other.budget_unit == unit
    )
    tops = [(above, below) for below, above in pairwise(budgets) if above >= _SUSPICIOUS and above >= _GAP * below]
    if total_budget is None or not tops or total_budget < tops[0][0]:
        return
    # Named elsewhere in the form with the same figure in 万元, it is meant so.
    texts = (project.project_name, project.purpose, project.objective)
    if any(total_budget in stated_amounts(squeezed(text or "")).values() for text in texts):
        return
    yield Hit(
        *(field for field in AMOUNTS if getattr(project, field)),
        times=int(total_budget / tops[0][1]),
        expected=money((total_budget / _YUAN).quantize(CENT, ROUND_HALF_UP)),
    )


@rule(
    "AMT05",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="资金用途未填写。",
    hint="请写明钱花在哪里、用于谁，如“为区内 88 名市级劳模发放春节慰问金”。",
    good=[{"purpose": "为困难职工发放生活救助金"}, {"purpose": "慰问"}],
    bad=[{"purpose": None}],
)
def purpose_is_filled_in(purpose: str | None) -> Hits:
    """每个项目都填写了资金用途。"""
    if not purpose:
        yield Hit("purpose")


@rule(
    "AMT06",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O7,
    basis="经验判断",
    message="资金用途“{purpose}”与项目名称相同，没有说明具体支出内容。",
    hint="请写明钱花在哪里、用于谁、按什么标准，如“{matter}，对象为〈谁〉，共〈几〉人，每人〈多少〉元”。",
    good=[
        {"project_name": "劳模春节慰问金", "purpose": "劳模春节慰问金，88名市级劳模每人500元"},
        {"project_name": "健康体检项目", "purpose": "为机关工作人员安排健康体检"},
    ],
    bad=[
        {"purpose": "劳模春节慰问金项目"},
        {"purpose": "用于劳模春节慰问金。"},
        {"project_name": "健康体检专项经费", "purpose": "健康体检"},
    ],
)
def purpose_says_more_than_the_name(purpose: str | None, project_name: str | None) -> Hits:
    """资金用途比项目名称说得具体。"""
    if purpose and project_name and _core(purpose) == _core(project_name):
        yield Hit("purpose", "project_name", matter=cut(_core(project_name), 30))


def _core(text: str) -> str:
    """A name or purpose without the words that every project has."""
    core = label_key(text).removeprefix("用于")
    stop = len(core)
    while ending := next((e for e in _NAME_ENDS if stop > len(e) + 1 and core.endswith(e, 0, stop)), ""):
        stop -= len(ending)
    return core[:stop]


@rule(
    "AMT08",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="{labels}的标签写明以元为单位，绩效文本以万元为单位，已换算为 {amounts} 万元。",
    hint="请把金额除以 10000 填写，并把标签改为“（万元）”；金额本来就是万元的，只改标签。",
    good=[{"in_yuan": ()}, {"total_budget": "100", "fiscal_funds": "100", **_NO_PRICE}],
    bad=[{"in_yuan": ("total_budget",)}],
)
def labels_say_wan(
    project: Project,
    in_yuan: tuple[str, ...],
    total_budget: Decimal | None,
    fiscal_funds: Decimal | None,
    other_funds: Decimal | None,
) -> Hits:
    """金额的标签没有写“元”：全文以万元为单位。"""
    values = dict(zip(AMOUNTS, (total_budget, fiscal_funds, other_funds), strict=True))
    concerned = [field for field in AMOUNTS if field in in_yuan]
    if concerned:
        yield Hit(
            *concerned,
            labels="、".join(f"“{project.form.label(field)}”" for field in concerned),
            amounts="、".join(money(values[field]) for field in concerned),
        )
