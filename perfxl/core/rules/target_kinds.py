"""VAL 指标值：数量、时效、成本、满意度各要有各的内容。"""

from __future__ import annotations

import re

from perfxl.core.forms.document_numbers import names_a_title
from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.forms.settings import Words
from perfxl.core.grid.text import cut, squeezed
from perfxl.core.grid.wording import money
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.target_words import (
    COST_RATE,
    COSTS,
    QUANTITY,
    SATISFACTION,
    TIMELINESS,
    bare,
    holds,
    in_category,
    is_filled_in,
    is_satisfaction,
    says_nothing_measurable,
    unit_for,
)

_USUAL_SATISFACTION = 90
_PER_HEAD = re.compile(r"[万千]?元/(?!年|月|季)")
_PROMPT = re.compile(r"(及时|按时|按期|准时)([^将和对向与给把使].{1,9})")
_DOCUMENT = re.compile(r"〔\d{4}〕|\[\d{4}\]|【\d{4}】|(?:第|(?<!\d))\d++号")
_COUNTED_SUFFIX = re.compile(r"[人户名次个台套件]")


@rule(
    "VAL03",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O2,
    basis="财预〔2015〕88号",
    message="数量指标{names}没有数字。",
    hint="请写出数量，如：{each}。",
    good=[
        {"row": 0, "rows": COST_RATE, "target": "不少于八十人"},
        {"row": 0, "rows": COST_RATE, "name": "走访慰问频次", "target": "每季度一次"},
        {"row": 0, "rows": COST_RATE, "name": "全部慰问对象", "target": "88人（全部）"},
    ],
    bad=[
        {"row": 0, "rows": COST_RATE, "target": "全体劳模"},
        {"row": 0, "rows": COST_RATE, "target": "较多"},
        {"row": 0, "rows": COST_RATE, "name": "核实困难职工数量", "target": "困难职工数量"},
    ],
    yields_to=("VAL01", "VAL09"),
)
def quantities_have_a_number(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """数量指标的指标值有数字。"""
    if framework.subcategory(indicator.subcategory) == QUANTITY and says_nothing_measurable(indicator):
        unit = unit_for(indicator.name, words)
        yield Hit("target", each=f"“{cut(indicator.name or '', 24)}”写“≥〈n〉{unit}”")


@rule(
    "VAL06",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O2,
    basis="财预〔2021〕101号",
    message="满意度应为百分比：{each}。",
    hint="一般写“≥90%”，并在描述中写明“满意人数÷受访人数×100%”。",
    variants={
        "low": Variant(
            Severity.INFO, "满意度目标低于常见的 90%：{each}。", "一般写“≥90%”；如按上年完成值确定，请在依据中写明。"
        ),
        "impossible": Variant(
            Severity.ERROR, "满意度不可能超过 100%：{each}。", "一般写“≥90%”，请改为不超过 100% 的数。"
        ),
    },
    good=[
        {"row": 5, "target": "95%以上"},
        {"row": 5, "name": "劳模满意度评分", "target": "≥95分"},
        {"row": 5, "name": "服务对象投诉次数", "target": "≤2次"},
        {"row": 5, "name": "劳模有责投诉情况", "target": "无有责投诉"},
        {"row": 5, "target": "＝100%"},
    ],
    bad=[
        {"row": 5, "target": "劳模满意度"},
        {"row": 5, "target": "比较满意"},
        {"row": 5, "target": "≥80人"},
        {"row": 5, "target": "≥85%"},
        {"row": 5, "target": "≥120%"},
        {"row": 4, "name": "群众满意度", "target": "显著提升"},
    ],
    yields_to=("VAL01",),
)
def satisfaction_is_a_percentage(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """满意度写成百分比，一般不低于 90%，不超过 100%（评分、投诉类的不算）。"""
    if not is_filled_in(indicator) or not words.satisfaction:
        return
    told = f"“{cut(indicator.name or '', 24)}”现为“{cut(indicator.target or '', 24)}”"
    if not is_satisfaction(indicator.name, words):
        complaint = holds(indicator.name or "", ("投诉", "差评", "信访"))
        wanted = in_category(indicator, framework, SATISFACTION) and not complaint
        if wanted and indicator.parsed is None:
            yield Hit("target", each=told)
        return
    parsed = indicator.parsed
    if parsed is None or parsed.number is None:
        yield Hit("target", each=told)
    elif not (unit := parsed.unit or "").startswith("分"):
        if unit not in {"", "%"} or parsed.operator in {"≤", "<"}:
            yield Hit("target", each=told)
        elif parsed.number > 100:
            yield Hit("target", variant="impossible", each=told)
        elif unit and parsed.number < _USUAL_SATISFACTION:
            yield Hit("target", variant="low", each=told)


@rule(
    "VAL07",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.FEASIBILITY,
    opinion=Opinion.O2,
    basis="财预〔2021〕101号",
    message="时效指标{names}没有时间。",
    hint="请写出完成时间或按时完成的比率，如：{each}。",
    good=[
        {"row": 2, "target": "2023年12月"},
        {"row": 2, "target": "15个工作日内"},
        {"row": 2, "target": "春节前"},
        {"row": 2, "target": "按合同约定时间发放"},
        {"row": 2, "name": "慰问金按期发放率", "definition": "按期发放数÷应发放数×100%", "target": "＝100%"},
        {"row": 2, "name": "劳模信息更新频率", "target": "每季度更新"},
    ],
    bad=[
        {"row": 2, "target": "及时"},
        {"row": 2, "name": "及时更新劳模登记", "target": "及时更新劳模登记系统"},
        {"row": 2, "target": "规定时间内完成"},
    ],
    yields_to=("VAL01",),
)
def timeliness_has_a_time(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """时效指标的指标值有时间、期限、频次，或按时完成的比率。"""
    if framework.subcategory(indicator.subcategory) != TIMELINESS or not words.timeliness:
        return
    if says_nothing_measurable(indicator) and not holds(squeezed(indicator.target or ""), words.timeliness):
        name = bare(indicator.name)
        prompt = _PROMPT.match(name)
        # 及时更新劳模登记 → 更新劳模登记及时率＝100%
        way = f"{prompt[2]}{prompt[1]}率＝100%" if prompt and len(name) <= 12 else "≤12月31日"
        yield Hit("target", each=f"“{cut(indicator.name or '', 24)}”写“{way}”")


@rule(
    "VAL08",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O2,
    basis="财预〔2021〕101号；填报实务",
    message="成本指标{names}没有金额、标准或控制率。",
    hint="请写成“≤〈n〉元/人”“≤{limit}万元”或“成本控制率≤100%”。",
    good=[
        {"row": 3, "name": "慰问成本控制率", "target": "≤100%"},
        {"row": 3, "name": "慰问金总额", "target": "控制在4.40万元以内"},
        {"row": 3, "target": "按承市政办字〔2019〕4号规定的标准"},
        {"row": 3, "target": "五百元/人"},
    ],
    bad=[
        {"row": 3, "target": "资金做到专款专用"},
        {"row": 3, "target": "12月31日前"},
        {"row": 3, "target": "不超预算"},
    ],
    yields_to=("VAL01",),
)
def costs_have_an_amount(indicator: Indicator, framework: Framework, project: Project) -> Hits:
    """成本指标的指标值有金额、支出标准或控制率（写明文件规定的标准也算）。"""
    if framework.subcategory(indicator.subcategory) not in COSTS or not is_filled_in(indicator):
        return
    target = squeezed(indicator.target or "")
    cited = "标准" in target and (_DOCUMENT.search(target) or names_a_title(target))
    if not cited and (indicator.parsed is None or indicator.parsed.number is None):
        yield Hit("target", limit=money(project.total_budget) if project.total_budget else "〈n〉")


@rule(
    "VAL09",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O5,
    basis="样本文本",
    message="{names}是支出标准，不是数量。",
    hint="请把它移到成本指标；数量指标填人数、次数等，如：{each}。",
    good=[
        {"row": 0, "rows": COST_RATE, "name": "制定行业补助标准", "target": "≥2项"},
        {"row": 0, "rows": COST_RATE, "name": "高标准农田建设面积", "target": "≥500亩"},
        {"row": 0, "rows": COST_RATE, "name": "标准化厂房数量", "target": "＝3座"},
        {"row": 0, "rows": COST_RATE, "name": "发放慰问金总额", "target": "4.40万元"},
    ],
    bad=[
        {"row": 0, "rows": COST_RATE, "name": "慰问标准", "target": "500"},
        {"row": 0, "rows": COST_RATE, "name": "慰问标准", "target": "按文件执行"},
        {"row": 0, "rows": COST_RATE, "name": "慰问品采购单价", "target": "按采购合同"},
    ],
    yields_to=("VAL01",),
)
def standards_are_costs(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """数量指标里没有慰问标准、单价之类的支出标准。"""
    if framework.subcategory(indicator.subcategory) != QUANTITY or not is_filled_in(indicator):
        return
    name, unit = bare(indicator.name), (indicator.parsed.unit if indicator.parsed else None) or ""
    by_name = bool(words.standard) and name.endswith(words.standard) and (not unit or "元" in unit)
    if by_name or (words.standard and _PER_HEAD.match(unit)):
        counted = _COUNTED_SUFFIX.search(unit.partition("/")[2])
        of = name.removesuffix("标准").removesuffix("单价").removesuffix("金") or "发放"
        what = "人数" if counted is None or counted[0] in "人名" else "数量"
        yield Hit("target", each=f"“{of}{what}”写“≥〈n〉{counted[0] if counted else '人'}”")
