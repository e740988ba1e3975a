"""DSC 描述与依据：绩效指标描述写口径，指标值确定依据写来源。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from perfxl.core.forms.document_numbers import DocumentNumber, document_numbers, names_a_title
from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Department, Indicator, Project, Submission
from perfxl.core.forms.settings import Words
from perfxl.core.forms.target_values import parse_target
from perfxl.core.grid.text import cut, label_key, squeezed
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.rules.target_words import plain

# “指…”, “…的情况”: words around a name that explain nothing.
_FILLING = re.compile(r"^(?:是指|即|指|为|的)+|(?:的?情况|的)$")
_RATE = re.compile(r"(?:的)?(?:比率|比例|率|占比)$")
_DOCUMENT = "文件"
# The characters of “不低于”, “大于等于”, “及以上” and the like.
_COMPARING = frozenset("不低高于少多超过大小等或至及以上下内之前≥≤><=")
_COUNT = re.compile(r"(?:数量|人数|次数|个数|户数|场数)$")
_AROUND_A_COUNT = re.compile(r"^(?:完成|核实|实现)|(?:的)?数量$|数$")
_SENTENCE = re.compile(r"[^。；;！!]+")


@rule(
    "DSC01",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O2,
    basis="样本文本；填报实务",
    message="{count} 个指标的“绩效指标描述”照抄三级指标名称：{names}。",
    hint="请写计算方法或统计口径，例如“{name}”的描述可写成“{rewrite}”。",
    good=[
        {"row": 0, "definition": "实际慰问劳模人数，以签领表为准"},
        {"row": 1, "definition": "慰问金足额发放率＝足额领取人数÷应领取人数×100%"},
        {"row": 5, "definition": "问卷中选择满意的人数占全部受访人数的比例"},
    ],
    bad=[
        {"row": 0, "definition": "慰问劳模人数"},
        {"row": 0, "definition": "慰问 劳模人数。"},
        {"row": 5, "definition": "指劳模的满意度"},
    ],
)
def definitions_explain_the_name(indicator: Indicator) -> Hits:
    """绩效指标描述写的是计算方法或统计口径，不是三级指标名称。"""
    name, definition = _bare(indicator.name), _bare(indicator.definition)
    if name and name == definition:
        yield Hit("definition", rewrite=_definition(indicator))


@rule(
    "DSC02",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O8,
    basis="样本文本；填报实务",
    message="{count} 个指标的“指标值确定依据”照抄指标值：{names}。",
    hint="请写这个数从哪里来：文件、标准、计划或上年完成值，例如“{name}”的依据可写成“{rewrite}”。",
    good=[
        {"row": 0, "target_basis": "88人，见劳模登记台账"},
        {"row": 3, "target_basis": "按承市政办字〔2019〕4号，每人500元"},
        # What is agreed on is the value and says where it comes from.
        {"row": 2, "target": "按合同约定的1月20日前", "target_basis": "按合同约定的1月20日前"},
    ],
    bad=[
        {"row": 0, "target_basis": "＝88人"},
        {"row": 0, "target_basis": "88人"},
        {"row": 5, "target_basis": "90%以上"},
        {"row": 5, "target_basis": "不低于90%"},
    ],
)
def bases_are_no_copy_of_the_target(
    indicator: Indicator, project: Project, submission: Submission, words: Words
) -> Hits:
    """指标值确定依据写的是来源，不是指标值本身。"""
    target, basis = indicator.target or "", indicator.target_basis or ""
    if not indicator.name or _names_a_source(basis, words):
        return
    same_words = label_key(target) != "" and label_key(target) == label_key(basis)
    if same_words or _same_figure(target, basis):
        yield Hit("target_basis", rewrite=_source(indicator, project, submission))


@rule(
    "DSC03",
    Severity.WARNING,
    on=Indicator,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O8,
    basis="填报实务",
    message="{count} 个指标的依据没有说明来源（文件、标准、计划、合同、上年数）：{names}。",
    hint="请写明指标值从哪里来，例如“{name}”的依据可写成“{rewrite}”。",
    variants={
        "unnumbered": Variant(
            Severity.INFO, "{count} 个指标的依据写了“文件”但没有文号：{names}。", "请写明文件的名称或文号{document}。"
        )
    },
    yields_to=("DSC02",),
    good=[
        {"row": 0, "target_basis": "困难职工花名册"},
        {"row": 0, "target_basis": "近三年平均完成值"},
        {"row": 0, "target_basis": "《承德市劳动模范管理办法》"},
        {"row": 0, "target_basis": "承市政办字〔2019〕4号文件"},
        {"row": 0, "target_basis": "采购文件约定的数量"},
        {"row": 0, "target_basis": "经三家供应商询价"},
    ],
    bad=[
        {"row": 0, "target_basis": "确保劳模全部得到慰问"},
        {"row": 0, "target_basis": "每人五百元进行慰问"},
        {"row": 0, "target_basis": None},
        {"row": 0, "target_basis": "根据文件界定要求核实人数"},
    ],
)
def bases_name_a_source(indicator: Indicator, project: Project, submission: Submission, words: Words) -> Hits:
    """指标值确定依据写明了来源；引用文件的，写了名称或文号。"""
    if not indicator.name or not words.sources:
        return
    basis = squeezed(indicator.target_basis or "")
    if _names_a_source(basis, words):
        return
    if _DOCUMENT in basis:
        cited = list(_cited((project, submission.department)))
        document = f"，如“{cited[0][1].standard}”" if cited else ""
        yield Hit("target_basis", variant="unnumbered", document=document)
    else:
        yield Hit("target_basis", rewrite=_source(indicator, project, submission))


# ---------------------------------------------------------------------------------------- comparing


def _bare(text: str | None) -> str:
    """A text without blanks, punctuation, 的 and the words around it that explain nothing."""
    return _FILLING.sub("", label_key(text or "")).replace("的", "")


def _same_figure(target: str, basis: str) -> bool:
    """`≥90%` and `不低于90%`: the same number and unit, and no word more."""
    one, other = parse_target(target), parse_target(basis)
    if one is None or other is None or one.number is None:
        return False
    more = set(squeezed(basis)) - set(squeezed(target)) - _COMPARING
    return not more and (one.number, one.unit) == (other.number, other.unit)


def _names_a_source(basis: str, words: Words) -> bool:
    text = squeezed(basis)
    known = any(word in text for word in words.sources)
    return known or bool(document_numbers(text)) or names_a_title(text, shortest=2)


# ----------------------------------------------------------------------------------------- rewriting


def _definition(row: Indicator) -> str:
    """A way of counting, from the name that was copied."""
    name = squeezed(row.name or "")
    heading = row.subcategory or ""
    if "满意" in name:
        return "满意人数÷受访人数×100%"
    if _RATE.search(name):
        return f"{_RATE.sub('', name)}的实际数÷应有数×100%"
    if "标准" in name:
        return "发放总额÷发放人数（元/人）"
    if _COUNT.search(name):
        what = _AROUND_A_COUNT.sub("", name)
        return f"年末实际的{cut(what, 16)}数，以登记台账为准"
    usual = {
        "数量": "年末实际完成的人数（次数、个数），以登记台账为准",
        "质量": "符合要求的数量÷总数量×100%",
        "时效": "最后一项工作完成的日期，或按时完成数÷应完成数×100%",
        "经济": "增加的收入或节约的支出（万元）",
        "社会": "实际受益人数÷应受益人数×100%",
        "生态": "比上年减少的用量或排放量",
        "可持": "年末仍在发挥作用的数量÷总数量×100%",
        "成本": "全年实际支出总额，或支出总额÷服务人数（元/人）",
    }
    return next(
        (text for kind, text in usual.items() if kind in heading), f"{cut(name, 16)}的实际完成数，以登记台账为准"
    )


def _source(row: Indicator, project: Project, submission: Submission) -> str:
    """Where the value may come from: a document cited in this text with the same number, else the usual."""
    number = row.parsed.number if row.parsed else None
    if number is not None:
        figure = re.compile(rf"(?<![\d.]){re.escape(plain(number))}(?![\d.])")
        for sentence, document in _cited((project, submission.department)):
            if figure.search(sentence):
                return document.standard
    heading = row.subcategory or ""
    if "满意" in heading + (row.name or ""):
        return "上年满意度调查结果"
    if "成本" in heading:
        return "支出标准文件的名称和文号，或合同"
    if any(word in heading for word in ("数量", "时效", "质量")):
        return f"{submission.year or '本'}年工作计划"
    return "上年完成值"


def _cited(records: tuple[Project | Department | None, ...]) -> Iterator[tuple[str, DocumentNumber]]:
    """The sentences of these records' texts that cite documents, each with the first one.

    A document's own number is no figure of the sentence: the sentences come without them.
    """
    for record in records:
        for text in _texts(record):
            yield from _cited_in(text)


@lru_cache(maxsize=1024)
def _cited_in(text: str) -> tuple[tuple[str, DocumentNumber], ...]:
    sentences = ((sentence, document_numbers(sentence)) for sentence in _SENTENCE.findall(text))
    return tuple((_without(numbers, sentence), numbers[0]) for sentence, numbers in sentences if numbers)


def _without(numbers: tuple[DocumentNumber, ...], sentence: str) -> str:
    ends = (0, *(number.at + len(number.typed) for number in numbers))
    starts = (*(number.at for number in numbers), len(sentence))
    return "#".join(sentence[end:start] for end, start in zip(ends, starts, strict=True))


def _texts(record: Project | Department | None) -> Iterator[str]:
    if isinstance(record, Project):
        yield from (text for text in (record.project_name, record.purpose, record.objective) if text)
    elif record is not None:
        yield record.overall_objective or ""
        for item in record.sub_objectives:
            yield f"{item.objective or ''}。{item.indicators or ''}"
        yield from (item.text or "" for item in record.implementation_measures)
