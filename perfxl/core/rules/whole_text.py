"""DEP 文本：目录与正文、金额单位、引用的文件前后一致。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from perfxl.core.forms.document_numbers import DocumentNumber, document_numbers, document_titles
from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import ContentsLine, Department, Project, Record, Submission
from perfxl.core.forms.settings import Words
from perfxl.core.grid.text import cut, label_key
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

T = TypeVar("T")

# A text is written in the autumn before its year: last year's documents are then the newest.
_OLD = 2
_PROJECT_TEXTS = ("project_name", "purpose", "objective")
_UNIT_KEYS = ("unit_of_account", "unit_of_account.again")
_RIGHT_UNIT = "万元"
_NOTICE_OF_2020 = "按照河北省财政厅《关于做好{year}年预算绩效文本编制工作的通知》的要求，由办公室负责，按季检查。"


def _measures(text: str) -> dict[str, object]:
    measures = [
        {"sheet": "部门整体绩效目标", "name": f"措施{i}", "text": text, "cells": {"text": f"C{16 + i}"}}
        for i in range(1, 4)
    ]
    return {"implementation_measures": measures}


def _listed(*titles: str) -> dict[str, object]:
    return {
        "sheets": ("封面", "目录", "部门整体绩效目标", "1.示例"),
        "contents": [
            {"sheet": "目录", "row": row, "title": title, "cells": {"title": f"A{row}"}}
            for row, title in enumerate(titles, 5)
        ],
    }


@rule(
    "DEP04",
    Severity.INFO,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O8,
    basis="样本文本",
    message="文本年度为 {year}，引用了{titles}。",
    hint="请确认是否有新文件；有的，请改为最新文件的名称。",
    good=[
        {"department": _measures(_NOTICE_OF_2020.format(year=2023))},
        {"department": _measures(_NOTICE_OF_2020.format(year=2022))},
        # Standing documents, whatever their year, and plans that are still running.
        {"department": _measures("按照《承德市劳动模范管理办法》（承市政办字〔2019〕4号）执行，按季检查。")},
        {"department": _measures("落实《关于印发工会工作行动方案（2021—2025年）的通知》，按季检查。")},
        {"department": _measures("参照《2020年统计年鉴》的人口数测算，按季检查。")},
        {"year": None, "department": _measures(_NOTICE_OF_2020.format(year=2020))},
    ],
    bad=[
        {"department": _measures(_NOTICE_OF_2020.format(year=2020))},
        {"department": _measures(_NOTICE_OF_2020.format(year=2021))},
        {"department": _measures("按照关于做好2020年绩效自评工作的通知要求，由办公室负责。")},
    ],
)
def cited_documents_are_of_the_year(submission: Submission, year: int | None, words: Words) -> Hits:
    """引用的年度性文件（名称中写有年份的通知、方案等）没有早于文本年度两年以上。"""
    if year is None:
        return

    def old(text: str) -> list[str]:
        return [
            title.text
            for title in document_titles(text)
            if title.text.endswith(words.document_titles) and max(title.years, default=year) <= year - _OLD
        ]

    for record, fields, titles in _found(submission, old):
        said = "、".join(f"《{cut(title, 40)}》" for title in dict.fromkeys(titles))
        yield Hit(*fields, record=record, year=year, titles=said)


@rule(
    "DEP05",
    Severity.ERROR,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本",
    message="目录列出 {actual} 个项目，正文有 {expected} 个{difference_at}。",
    hint="请按正文的项目表更正目录，使项目个数、顺序和名称一致。",
    good=[
        {"contents": []},
        _listed("劳模春节慰问金项目"),
        # The contents may leave out 项目 and blanks.
        _listed("劳模春节 慰问金"),
    ],
    bad=[_listed("劳模慰问金项目"), _listed("劳模春节慰问金项目", "健康保障项目")],
)
def contents_agree_with_the_text(contents: tuple[ContentsLine, ...], projects: tuple[Project, ...]) -> Hits:
    """有目录时，目录中的项目与正文的项目表个数、顺序和名称一致。"""
    if not contents or not projects:
        return
    pairs = list(zip(contents, projects, strict=False))
    wrong = [i for i, (line, p) in enumerate(pairs) if p.project_name and _key(line.title) != _key(p.project_name)]
    if len(contents) == len(projects) and not wrong:
        return
    first = wrong[0] if wrong else len(pairs)
    line = contents[min(first, len(contents) - 1)]
    if first < len(pairs):
        name = cut(projects[first].project_name or "", 40)
        at = f"；第 {first + 1} 个名称不一致：目录为“{cut(line.title, 40)}”，正文为“{name}”"
    elif first < len(contents):
        at = f"；正文没有第 {first + 1} 个“{cut(line.title, 40)}”"
    else:
        at = f"；目录没有第 {first + 1} 个“{cut(projects[first].display_name, 40)}”"
    yield Hit("title", record=line, actual=str(len(contents)), expected=str(len(projects)), difference_at=at)


@rule(
    "DEP07",
    Severity.ERROR,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="同一文本中出现“{usual}”和“{actual}”。",
    hint="请统一为万元：以元填报的金额先除以 10000，再把这里改为“单位：万元”。",
    variants={
        "throughout": Variant(
            Severity.ERROR,
            "表头写的是“{actual}”，绩效文本的金额以万元为单位，校验和汇总都按万元理解。",
            "金额确以元填报的，请先除以 10000；金额本来就是万元的，只需把这里改为“单位：万元”。",
        )
    },
    good=[
        {"copies": 1, "typed": {"unit_of_account": "单位：万元"}},
        {"copies": 1, "typed": {"unit_of_account": "单位：万元", "unit_of_account.again": "金额单位: 万元"}},
    ],
    bad=[
        {
            "copies": 1,
            "typed": {"unit_of_account": "单位：元"},
            "cells": {"unit_of_account": "F3", "total_budget": "C5"},
        },
        {
            "copies": 1,
            "typed": {"unit_of_account": "单位:万元", "unit_of_account.again": "金额单位:元"},
            "cells": {"unit_of_account": "F3", "unit_of_account.again": "G3"},
        },
    ],
)
def one_unit_of_account(projects: tuple[Project, ...]) -> Hits:
    """整份文本的金额单位都是万元。"""
    places = [(project, key, text) for project in projects for key in _UNIT_KEYS if (text := project.typed.get(key))]
    counted = Counter(_unit(text) for _, _, text in places)
    variant = "throughout" if _RIGHT_UNIT not in counted else None
    if counted.keys() <= {_RIGHT_UNIT}:
        return
    usual = next((text for _, _, text in places if _unit(text) == _RIGHT_UNIT), "")
    for project in projects:
        odd = {key: text for p, key, text in places if p is project and _unit(text) != _RIGHT_UNIT}
        if odd:
            first = next(iter(odd.values())).strip()
            yield Hit(*odd, record=project, variant=variant, usual=usual.strip(), actual=first)


@rule(
    "DEP09",
    Severity.INFO,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O8,
    basis="GB/T 9704",
    message="文号的写法不规范：{typed_numbers}。",
    hint="建议写成{standard}；项目名称以预算管理一体化系统为准，名称中的文号请先在系统中更正。",
    good=[
        {"department": _measures("按承市政办字〔2019〕4号执行，由办公室负责，按季检查。")},
        {"department": _measures("每季度检查（2023）次数不少于1次，共5号楼、[1]号楼参加。")},
    ],
    bad=[
        {"department": _measures("按承市政办字[2019]4号执行，由办公室负责，按季检查。")},
        {"department": _measures("按承市政办字〔2019〕 4 号执行，由办公室负责，按季检查。")},
        {"copies": 1, "purpose": "按承财行【2022】73 号向劳模发放慰问金"},
    ],
)
def document_numbers_are_written_as_the_standard_asks(submission: Submission) -> Hits:
    """文号写成“〔2022〕73号”的形式：六角括号、年份四位、不加空格。"""

    def wrong(text: str) -> list[DocumentNumber]:
        return [number for number in document_numbers(text) if not number.is_standard]

    for record, fields, found in _found(submission, wrong):
        numbers = {number.typed: number.standard for number in found}
        yield Hit(
            *fields,
            record=record,
            typed_numbers="、".join(f"“{typed}”" for typed in numbers),
            standard="、".join(f"“{standard}”" for standard in numbers.values()),
        )


def _found(submission: Submission, find: Callable[[str], list[T]]) -> Iterator[tuple[Record, list[str], list[T]]]:
    """The records in whose texts something is found, with the fields where and all that is found."""
    for record, texts in _records(submission):
        found = {field: those for field, text in texts if (those := find(text))}
        if found:
            yield record, [*found], [one for those in found.values() for one in those]


def _records(submission: Submission) -> Iterator[tuple[Record, list[tuple[str, str]]]]:
    """The department and each project with the texts of their fields."""
    department = submission.department
    if department is not None:
        yield department, [(field, text) for field, text in _department_texts(department) if text]
    for project in submission.projects:
        texts = [(field, getattr(project, field)) for field in _PROJECT_TEXTS]
        texts += [
            (f"indicators.{index}.{column}", getattr(row, column))
            for index, row in enumerate(project.indicators)
            for column in ("name", "definition", "target", "target_basis")
        ]
        yield project, [(field, text) for field, text in texts if text]


def _department_texts(department: Department) -> Iterator[tuple[str, str | None]]:
    yield "overall_objective", department.overall_objective
    for index, item in enumerate(department.sub_objectives):
        for column in ("name", "objective", "indicators"):
            yield f"sub_objectives.{index}.{column}", getattr(item, column)
    for index, measure in enumerate(department.implementation_measures):
        yield f"implementation_measures.{index}.text", measure.text


def _key(title: str) -> str:
    return label_key(title).removesuffix("项目")


def _unit(text: str) -> str:
    """`金额单位：元` → `元`."""
    key = label_key(text)
    return key[key.index("单位") + 2 :] if "单位" in key else key
