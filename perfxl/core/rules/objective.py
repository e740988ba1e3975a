"""OBJ 绩效目标。"""

from __future__ import annotations

import re

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Department, Project, Submission
from perfxl.core.forms.settings import Words
from perfxl.core.grid.text import cut, label_key, squeezed
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

# The templates in use leave “1.目标内容1”, “目标内容2” …; nothing else may stand beside it.
_PLACEHOLDER = re.compile(
    # The number behind one belongs to the next where a dot and another one follow: never both readings.
    r"(?:\d++[.、)])?+(?:(?:绩效)?+目标内容(?:\d++[.、)](?=绩效|目标)|\d*+[。;,:]?+(?:\d++[.、)](?=绩效|目标))?+))++"
    r"|(?:请填写|请输入|在此填写).{0,12}"
)
# Shorter than this an objective is none; up to the second figure it is one where it has a number.
_SHORTEST = 12
_SHORT = 30
# Sentences that look ahead, or back to an earlier year on purpose.
_NO_SUMMARY = re.compile(r"预计|力争|争取|确保|基础上|去年|上年|以来|近年|往年|前期|曾")
_FIRST = re.compile(r"^1[.、．]")
_SOME_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千][名人次个户场期项]")
_CLAUSE_END = re.compile(r"[，,。；;！!\n]")
_SENTENCE_END = re.compile(r"[。；;！!\n]")


@rule(
    "OBJ01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="财预〔2015〕88号",
    message="绩效目标未填写。",
    hint="请写明：做什么、做多少、达到什么效果、何时完成。",
    yields_to=("OBJ02",),
    good=[
        {"objective": "12月底前为全区300名机关工作人员各安排一次健康体检，参检率达到95%以上。"},
        {"objective": "1.春节前慰问88名市级劳模。\n2.每人发放500元，发放率100%，劳模满意度90%以上。"},
    ],
    bad=[{"objective": None}],
)
def objective_is_filled_in(objective: str | None) -> Hits:
    """每个项目都填写了绩效目标。"""
    if not objective:
        yield Hit("objective")


@rule(
    "OBJ02",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本；公开样本与评审意见",
    message="绩效目标仍为模板文字“{actual}”。",
    hint="请删除模板文字，写明本项目做什么、做多少、达到什么效果、何时完成。",
    good=[
        {"objective": "目标内容完整，12月底前完成培训4期，培训合格率达到95%以上。"},
        {"objective": "1.目标内容：春节前慰问88名市级劳模，每人500元，劳模满意度90%以上。"},
    ],
    bad=[{"objective": "1.目标内容 1"}, {"objective": "目标内容1\n目标内容2"}, {"objective": "１．目标内容１"}],
)
def objective_is_no_placeholder(objective: str | None) -> Hits:
    """绩效目标不是模板留下的占位文字。"""
    if objective and _PLACEHOLDER.fullmatch(squeezed(objective)):
        yield Hit("objective", actual=cut(objective, 30))


@rule(
    "OBJ03",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O2,
    basis="填报实务",
    message="绩效目标只有 {actual} 字，看不出产出和效果。",
    hint="建议用 30 至 200 字写明做多少、达到什么效果、何时完成，如“12月底前{start}，共〈数量〉，〈对象〉满意度达到90%以上”。",
    variants={
        "purpose": Variant(
            Severity.WARNING,
            "绩效目标与资金用途完全相同，看不出产出和效果。",
            "用途写钱花在哪里，目标写花钱的结果，如“12月底前{start}，共〈数量〉，〈对象〉满意度达到90%以上”。",
        )
    },
    yields_to=("OBJ01", "OBJ02"),
    good=[
        {"objective": "年底前为48名困难职工发放救助金。"},
        {"objective": "春节前完成全区市级劳模的走访慰问，慰问金足额发放到人，让劳模感受到关心和尊重。"},
    ],
    bad=[
        {"objective": "慰问劳模"},
        {"objective": "慰问劳模88人"},
        {"objective": "做好全区劳模的慰问工作，营造良好氛围。"},
        {
            "purpose": "春节前向全区88名市级劳模每人发放慰问金500元，体现党和政府的关心。",
            "objective": "春节前向全区88名市级劳模每人发放慰问金500元，体现党和政府的关心",
        },
    ],
)
def objective_says_what_comes_of_it(objective: str | None, purpose: str | None) -> Hits:
    """绩效目标看得出产出和效果：有 30 字，或写有数量；不照抄资金用途。"""
    text = squeezed(objective or "")
    if not text:
        return
    start = cut(_FIRST.sub("", "".join((objective or "").split())).rstrip("。；，;,"), 24)
    if label_key(text) == label_key(purpose or ""):
        yield Hit("objective", variant="purpose", start=start)
    elif len(text) < _SHORTEST or (len(text) < _SHORT and not _SOME_NUMBER.search(text)):
        yield Hit("objective", start=start, actual=str(len(text)))


@rule(
    "OBJ04",
    Severity.WARNING,
    on=Submission,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O8,
    basis="样本文本",
    message="{label}写成了总结：“{actual}”。",
    hint="目标写将要做到的事，请改为预期，如“{expected}”，并写明数量和完成时间。",
    good=[
        {"copies": 1, "objective": "在上年取得了显著成效的基础上，12月底前再为88名劳模发放慰问金。"},
        {"copies": 1, "objective": "预计年底前完成88名劳模的慰问，使劳模得到更多关心，满意度90%以上。"},
        {"copies": 1, "objective": "12月底前支付已完成的3个项目的尾款，支付率100%，满意度90%以上。"},
        {"department": {"overall_objective": "力争各项工作取得显著成效，职工满意度达到90%以上。"}},
    ],
    bad=[
        {"copies": 1, "objective": "为88名劳模发放了慰问金500元，劳模慰问工作取得了显著的成效。"},
        {"department": {"overall_objective": "加强领导，健全制度，在困难帮扶等工作都取得了显著的成效。"}},
        {"department": {"overall_objective": "全年圆满完成了各项帮扶任务，职工满意度达到90%以上。"}},
    ],
)
def objectives_look_ahead(projects: tuple[Project, ...], department: Department | None, words: Words) -> Hits:
    """各项目的绩效目标和部门总体绩效目标写的是预期，不是总结。"""
    told: list[tuple[str, Project | Department, str | None]] = [
        ("objective", project, project.objective) for project in projects
    ]
    if department is not None:
        told.append(("overall_objective", department, department.overall_objective))
    for field, record, text in told:
        phrase = _summary(text or "", words)
        if phrase:
            ahead = next(
                phrase.replace(word, word.replace("了", "").replace("已", ""))
                for word in words.retrospective
                if word in phrase
            )
            yield Hit(field, record=record, actual=phrase, expected=f"预计{ahead}")


def _summary(text: str, words: Words) -> str | None:
    """The first words of a text that look back, to the end of their clause."""
    for sentence in _SENTENCE_END.split(text):
        if _NO_SUMMARY.search(sentence):
            continue
        for clause in _CLAUSE_END.split(sentence):
            starts = [at for word in words.retrospective if (at := clause.find(word)) >= 0]
            if starts:
                return cut(clause[min(starts) :], 24)
    return None
