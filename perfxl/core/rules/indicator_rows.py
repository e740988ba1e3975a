"""IND 指标体系：三级指标不重复，分值权重合计正确。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator, Project
from perfxl.core.forms.totals import CENT
from perfxl.core.grid.text import label_key
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.rows import content, said
from perfxl.core.rules.target_words import plain

_ALL = Decimal(100)

_TWIN = {
    "name": "慰问劳模人数",
    "definition": "实际领取慰问金的市级劳模人数",
    "target": "＝88人",
    "target_basis": "劳模登记台账",
}
_CENTRAL: Mapping[str, object] = {"framework": "central-2021"}
_COST = {"category": "成本指标", "subcategory": "经济成本指标"}


def _weighted(*weights: str | None, **cost: str) -> dict[int, dict[str, str | None]]:
    """The weights of the example's six rows; cost: what row 3 changes besides."""
    rows: dict[int, dict[str, str | None]] = {i: {"weight": weight} for i, weight in enumerate(weights)}
    rows[3] |= cost
    return rows


@rule(
    "IND06",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O8,
    basis="样本文本；填报实务",
    message="三级指标{each}。",
    hint="请合并为一行；衡量的内容不同时，请在名称中写出区别，如注明对象、批次或环节。",
    yields_to=("IND07",),
    good=[
        {"row": 4, "name": "慰问金发放率"},
        {"row": 0, "name": "市级慰问劳模人数", "rows": {4: {"name": "区级慰问劳模覆盖率"}}},
    ],
    bad=[
        {"row": 4, "name": "慰问金足额发放率"},
        {"row": 4, "name": "慰问金 足额发放率。"},
        # All but the basis agree: still two rows of one name, not one row twice.
        {"rows": {1: _TWIN | {"target_basis": "花名册"}}},
    ],
)
def names_are_different(indicator: Indicator, project: Project) -> Hits:
    """同一项目的三级指标名称各不相同（内容完全相同的行由 IND07 提示）。"""
    key = label_key(indicator.name or "")
    count = said(project).names.get(key, 0)
    if count > 1:
        yield Hit("name", each=f"“{indicator.name}”在本项目出现 {count} 次")


@rule(
    "IND07",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O3,
    basis="样本文本",
    message="{each}。同一内容不能同时衡量不同方面。",
    hint="请只在最贴切的一行保留“{name}”，其余各行改写为该方面自己的内容；不适用的方面可不设。",
    good=[{"rows": {4: _TWIN | {"name": "慰问劳模户数"}}}, {"rows": {4: {"target_basis": "承市政办字〔2019〕4号"}}}],
    bad=[{"rows": {1: _TWIN}}, {"rows": {1: _TWIN, 4: _TWIN}}],
)
def rows_say_different_things(indicator: Indicator, project: Project, framework: Framework) -> Hits:
    """不同的二级指标下，没有内容完全相同的两行。"""
    same = said(project).rows.get(content(indicator), Counter())
    headings = list(dict.fromkeys(framework.subcategory(text) or text for text in same))
    if len(headings) > 1:
        yield Hit("name", each=f"{'、'.join(headings)}共 {same.total()} 行的内容完全相同（“{indicator.name}”）")


@rule(
    "IND09",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="财预〔2021〕101号",
    message="分值权重不符：{wrong}。",
    hint="请调整该一级指标下各行的分值，使其{right}；其余 {rest} 分留给预算执行率，本表不填。",
    variants={
        "unreadable": Variant(
            Severity.ERROR,
            "{rows}的分值权重未填写或不是数字。",
            "请填写数字，如“10”；各一级指标的分值合计：{right}，其余 {rest} 分留给预算执行率。",
        )
    },
    good=[
        {**_CENTRAL, "rows": _weighted("20", "10", "10", "20", "20", "10", **_COST)},
        {**_CENTRAL, "rows": _weighted("0.2", "0.1", "0.1", "0.2", "0.2", "0.1", **_COST)},
        # Without 成本 and without 满意度, whose share goes to 效益.
        {**_CENTRAL, "without": {"subcategory": "成本指标"}, "rows": _weighted("30", "10", "10", "30", "10")},
    ],
    bad=[
        {**_CENTRAL, "rows": _weighted("20", "10", "11", "20", "20", "10", **_COST)},
        {**_CENTRAL, "rows": _weighted("25", "15", "10", "0", "30", "20", **_COST)},
        {**_CENTRAL, "rows": _weighted("20", "10", None, "20", "20", "10", **_COST)},
    ],
)
def weights_add_up(indicators: tuple[Indicator, ...], framework: Framework) -> Hits:
    """有分值权重的指标体系：每行都有分值，各一级指标的分值合计符合规定（满分 100，预算执行率在外）。"""
    rows = [(index, row) for index, row in enumerate(indicators) if "weight" in row.cells and row.name]
    categories = {index: framework.category(row.category) for index, row in rows}
    present = {category.name for category in categories.values() if category is not None}
    expected = next((w for w in framework.category_weights if w.keys() == present), None)
    if expected is None:
        return
    rest = plain(_ALL - sum(expected.values()))
    unreadable = [(index, row) for index, row in rows if row.weight is None or row.weight < 0]
    if unreadable:
        yield Hit(
            *(f"indicators.{index}.weight" for index, _ in unreadable),
            variant="unreadable",
            rows="、".join(f"“{row.name}”" for _, row in unreadable),
            right="，".join(f"{name} {plain(weight)} 分" for name, weight in expected.items()),
            rest=rest,
        )
        return
    sums = {name: Decimal(0) for name in expected}
    for index, row in rows:
        category = categories[index]
        if category is not None:
            sums[category.name] += row.weight or Decimal(0)
    if sum(sums.values()) <= 1:
        # Shares of 1, or cells shown as percentages.
        sums = {name: total * _ALL for name, total in sums.items()}
    wrong = [name for name, total in sums.items() if abs(total - expected[name]) >= CENT]
    if wrong:
        fields = [f"indicators.{i}.weight" for i, c in categories.items() if c is not None and c.name in wrong]
        yield Hit(
            *fields,
            wrong="；".join(f"{n}合计 {plain(sums[n])} 分，应为 {plain(expected[n])} 分" for n in wrong),
            right="，".join(f"{name}合计 {plain(expected[name])} 分" for name in wrong),
            rest=rest,
            actual=plain(sums[wrong[0]]),
            expected=plain(expected[wrong[0]]),
            difference=plain(abs(sums[wrong[0]] - expected[wrong[0]])),
        )
