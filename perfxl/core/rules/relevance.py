"""REL 相关性：指标与所属类型、与本项目相关。"""

from __future__ import annotations

from functools import partial

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Indicator, Project, Submission
from perfxl.core.forms.settings import Words
from perfxl.core.grid.text import cut, squeezed
from perfxl.core.rules.registry import Example, Hit, Hits, rule
from perfxl.core.rules.rows import said

_ECOLOGICAL, _ECONOMIC = "生态", "经济效益"
# A name that says nothing is no matter of relevance.
_NOTHING = {"", "无", "不适用", "不涉及", "暂无"}
# Others' applications are what some projects work on; asking for one's own money never is.
_OTHERS = ("受理", "审核", "审批", "办理", "企业", "群众", "服务对象")
_ALIKE = 80
_FEWEST = 3

_TWO = {"copies": 2, "project_code": "13081123R00022210002{number}", "project_name": "{name}（第{number}批）"}


def _with_row(subcategory: str, name: str, definition: str, target: str) -> Example:
    row = {"category": "效益指标", "target_basis": "上年完成值", "subcategory": subcategory}
    return {"more": [row | {"name": name, "definition": definition, "target": target}]}


_ecological = partial(_with_row, "生态效益指标")
_economic = partial(_with_row, "经济效益指标")


@rule(
    "REL01",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O3,
    basis="样本文本",
    message="生态效益指标{names}与生态环境无关。",
    hint="项目不产生生态效益时，可删去“{name}”所在的行；产生时，请写对环境的影响，如“节约用电量”“垃圾分类达标率”。",
    good=[
        _ecological("新增绿化面积", "实际完成的绿化面积", "≥200平方米"),
        _ecological("单位办公用电量", "年度用电总量", "≤8000千瓦时"),
        _ecological("PM2.5平均浓度", "全年监测均值", "≤35微克/立方米"),
        _ecological("秸秆回收人数", "参加回收的农户人数", "≥50人"),
    ],
    bad=[
        _ecological("工作秩序达标率", "达标天数÷工作天数×100%", "≥95%"),
        _ecological("服务职工人次", "全年登记的人次", "≥500人次"),
    ],
)
def ecological_rows_are_about_the_environment(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """生态效益指标说的是生态环境（环境、能耗、排放、绿化、垃圾等）。"""
    if _is(indicator, _ECOLOGICAL, framework) and words.ecological and not _any(indicator, words.ecological):
        yield Hit("name")


@rule(
    "REL02",
    Severity.INFO,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O3,
    basis="样本文本",
    message="经济效益指标{names}没有体现收入、节支、成本或产值。",
    hint="请核对“{name}”是否应归入社会效益指标；项目没有经济效益时，可不设这一行。",
    good=[
        _economic("农户人均增收", "增收总额÷农户数", "≥800元"),
        _economic("采购资金节约率", "节约额÷预算额×100%", "≥3%"),
        _economic("带动社会投入", "吸引的资金总额", "≥50万元"),
    ],
    bad=[_economic("职工参与比率", "参与人数÷职工人数×100%", "≥95%")],
)
def economic_rows_are_about_money(indicator: Indicator, framework: Framework, words: Words) -> Hits:
    """经济效益指标说的是收入、节支、成本、产值等。"""
    if not _is(indicator, _ECONOMIC, framework) or not words.economic:
        return
    if "元" not in (indicator.target or "") and not _any(indicator, words.economic):
        yield Hit("name")


@rule(
    "REL03",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O3,
    basis="样本文本；公开样本与评审意见",
    message="{names}是预算管理过程，不是项目的产出或效益。",
    hint="请把“{name}”改写为资金支持的结果，如围绕“{result}”写完成时间、完成率或受益人数。",
    good=[
        {"row": 2, "name": "慰问金发放及时率", "definition": "按时发放人数÷应发放人数×100%", "target": "＝100%"},
        # The applications of others are this project's work.
        {"row": 2, "name": "企业申请资金审核时限", "definition": "受理到办结的工作日数", "target": "≤5个工作日"},
    ],
    bad=[
        {"row": 2, "name": "向财政申请慰问经费时间", "definition": "最后一次提交的日期", "target": "≤1月20日"},
        {"row": 4, "name": "请款完成率", "definition": "到位金额÷计划金额×100%"},
    ],
)
def rows_are_results(name: str | None, target: str | None, project: Project, words: Words) -> Hits:
    """三级指标衡量的是产出或效益，不是向财政申请经费、请款的过程。"""
    text = squeezed(name or "")
    texts = (text, squeezed(target or ""))
    if any(word in text for word in _OTHERS):
        return
    if name and any(word in one for word in words.process for one in texts):
        yield Hit("name", result=cut(project.purpose or project.display_name, 30))


@rule(
    "REL04",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O3,
    basis="公开样本与评审意见",
    message="第 {first}、{number} 个项目的指标有 {share}% 相同。",
    hint="请按“{project_name}”自己的内容填写：做什么、做多少、何时完成、效果如何；确为同类补助的，请在单位说明中写明。",
    good=[
        # Similar subsidies: rows of the same kind, each with its own figures.
        _TWO,
        _TWO | {"copies": 3},
    ],
    bad=[_TWO | {"alike": True}],
)
def projects_have_indicators_of_their_own(project: Project, submission: Submission) -> Hits:
    """两个项目没有八成以上内容完全相同的指标（名称、描述、指标值和依据都相同才算）。"""
    own = said(project).rows.keys()
    if len(own) < _FEWEST:
        return
    fields = tuple(f"indicators.{i}.name" for i, row in enumerate(project.indicators) if row.name)
    for other in submission.projects:
        if other.number >= project.number:
            return
        theirs = said(other).rows.keys()
        if len(theirs) < _FEWEST:
            continue
        share = 100 * len(own & theirs) // max(len(own), len(theirs))
        if share >= _ALIKE:
            yield Hit(*fields, first=other.number, share=share)
            return


def _is(row: Indicator, kind: str, framework: Framework) -> bool:
    """Whether a named row stands under such a 二级指标."""
    if squeezed(row.name or "").strip("/-—") in _NOTHING:
        return False
    return kind in (framework.subcategory(row.subcategory) or row.subcategory or "")


def _any(row: Indicator, words: tuple[str, ...]) -> bool:
    texts = (row.name, row.definition, row.target, row.target_basis)
    text = squeezed("".join(one or "" for one in texts)).upper()
    return any(word.upper() in text for word in words)
