"""比率的指标值不能超过 100%，描述里要有算式。"""

from __future__ import annotations

import re

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Indicator
from perfxl.core.forms.settings import Words
from perfxl.core.grid.text import cut, label_key, squeezed
from perfxl.core.rules.registry import Hit, Hits, rule
from perfxl.core.rules.target_words import bare, is_filled_in, is_ratio, is_satisfaction

_FORMULA = re.compile(r"[÷/×*]|除以|占|之比|比值")
_SHARE = re.compile(r"(.+)占([^占]+?)的?(?:比率|比例|比重|百分比|比)")
_RATE = re.compile(r"([^比]{2})率$")


@rule(
    "VAL05",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O4,
    basis="样本文本；公开样本与评审意见",
    message="{names}是比率，最高为 100%，不可能做到{each}。",
    hint="请改为“＝100%”，或降为可实现的值，如“≥95%”。",
    good=[
        {"row": 4, "target": "≥95%"},
        {"row": 4, "target": "＝100%"},
        {"row": 4, "target": "≤100%"},
        {"row": 4, "name": "慰问人数增长率", "target": "≥120%"},
        {"row": 4, "name": "年度慰问任务完成率", "target": "≥100%"},
        {"row": 3, "name": "慰问成本控制率", "target": "≤100%"},
        {"row": 4, "name": "劳模服务次数", "target": "≥100次"},
    ],
    bad=[
        {"row": 4, "target": "≥100%"},
        {"row": 4, "target": "≥100"},
        {"row": 4, "target": "120%"},
        {"row": 5, "target": "≥100%"},
    ],
    yields_to=("VAL01", "VAL06"),
)
def ratios_do_not_exceed_100(indicator: Indicator, words: Words) -> Hits:
    """比率不要求达到 100% 以上（增长率、能超额完成的完成率等除外）。"""
    parsed = indicator.parsed
    if not is_filled_in(indicator) or parsed is None or parsed.number is None or parsed.unit not in {None, "%"}:
        return
    name = indicator.name
    bounded = is_ratio(name, words) and not bare(name).endswith(words.overfillable or ("\0",))
    if not bounded and not is_satisfaction(name, words):
        return
    at_least = parsed.operator in {"≥", ">"} and parsed.number >= 100
    if at_least or (parsed.number > 100 and parsed.operator not in {"≤", "<"}):
        yield Hit("target", each=f"“{cut(indicator.target or '', 24)}”")


@rule(
    "DSC04",
    Severity.INFO,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O2,
    basis="填报实务",
    message="{names}是比率，描述中没有算式。",
    hint="请在绩效指标描述中写明算法，如：{each}。",
    good=[
        {"row": 4, "definition": "慰问人数占在册人数的百分比"},
        {"row": 4, "definition": "慰问人数与在册人数之比"},
        {"row": 4, "name": "劳模增长率", "definition": "市级劳模人数比上年增长的幅度"},
        {"row": 5, "definition": "受访劳模对慰问工作满意的情况"},
    ],
    bad=[{"row": 4, "definition": "反映慰问工作覆盖到的范围"}, {"row": 1, "definition": "慰问金是否足额发放"}],
)
def ratios_have_a_formula(indicator: Indicator, words: Words) -> Hits:
    """比率类指标的描述中写有算式（谁除以谁）。"""
    name, definition = indicator.name, squeezed(indicator.definition or "")
    if not is_ratio(name, words):
        return
    if label_key(definition) == label_key(name or "") or not _is_formula(definition):
        yield Hit("definition", each=f"“{cut(name or '', 24)}”写“{_formula(bare(name))}”")


def _is_formula(definition: str) -> bool:
    """Whether a description says what is divided by what; 人数与总数之比 too."""
    return bool(_FORMULA.search(definition)) or (
        "与" in definition and definition.rfind("比") - definition.find("与") > 1
    )


def _formula(name: str) -> str:
    """A way to count the ratio, from its name: 体检人员占职工比率 → 体检人员数÷职工数×100%."""
    if share := _SHARE.fullmatch(name):
        return f"{share[1]}数÷{share[2]}数×100%"
    if rate := _RATE.search(name):
        return f"实际{rate[1]}数÷应{rate[1]}数×100%"
    return "实际数÷应有数×100%"
