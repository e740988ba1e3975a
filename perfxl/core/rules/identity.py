"""IDN 基本信息：项目编码、项目名称、单位行。"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from perfxl.core.forms import project_code as codes
from perfxl.core.forms.document_numbers import DocumentNumber, document_numbers
from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Cover, Project, Submission
from perfxl.core.forms.settings import Settings, Words
from perfxl.core.grid.text import cut, half_width, squeezed
from perfxl.core.grid.wording import money
from perfxl.core.rules.amounts import stated_amounts
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

_CODE = re.compile(r"[0-9A-Z]+")
_UNIT_LINE = re.compile(r"\d{6}\s*[^\d\s].*")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_UNIT_LABEL = re.compile(r"^(?:预算单位|填报单位|单位名称|编制单位|项目单位|单位)\s*:\s*")
# What a spreadsheet program makes of a long row of digits.
_SCIENTIFIC = re.compile(r"[1-9](?:\.[0-9]{1,20})?E\+[0-9]{2,3}")
_OF_A_CODE = re.compile("[0-9A-Z]")
_EMPTY_BRACKETS = re.compile(r"[(\[【〔][)\]】〕]|《|》")
_ANOTHER_CODE = {"project_code": "13081123P000222100028"}
_COVER = {
    "sheet": "封面",
    "compiled_by": "区总工会",
    "reviewed_by": "区财政局",
    "cells": {"compiled_by": "C12", "reviewed_by": "C13", "budget_unit.code": "C9"},
}
# Codes of the other kinds carry plain serial numbers.
_SERIAL_CODE = {"project_code": "13081123R000222100021"}
_TWO_PROJECTS = {"copies": 2, "project_code": "13081123R00022210002{number}", "project_name": "项目{number}"}
# `copies` of a project with a code each, every one with the right check character.
_OWN_CODES = "13081123P000222{number}0000{number}"
# “1号线”, “3号楼” after a year in brackets is no document.
_NO_DOCUMENT = re.compile("[线楼院路井桥库厅店]")
_TITLE_BEGINS = re.compile(
    r"^(?:.*?关于)?(?:(?:提前|预|追加)?(?:下达|拨付|追加|安排|分配|印发|做好|开展|批复|申请|请求|给予)|对)?"
)


@rule(
    "IDN01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本；填报实务",
    message="项目编码未填写。",
    hint="请从预算管理一体化系统复制 21 位项目编码。",
    good=[_ANOTHER_CODE, _SERIAL_CODE],
    bad=[{"project_code": None}],
)
def code_is_filled_in(project_code: str | None) -> Hits:
    """每个项目都填写了项目编码。"""
    if not project_code:
        yield Hit("project_code")


@rule(
    "IDN02",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="填报实务；公开样本与评审意见",
    message="项目编码“{project_code}”应为 21 位字母和数字，现为 {length} 位{strange}。",
    hint="请核对是否漏字、多字或含其他符号，最好从预算管理一体化系统重新复制。",
    variants={
        "number": Variant(
            Severity.ERROR,
            "项目编码变成了数字 {project_code}，已经不完整。",
            "请先把单元格设为“文本”格式，再从预算管理一体化系统重新复制。",
        )
    },
    good=[_ANOTHER_CODE, _SERIAL_CODE],
    bad=[
        {"project_code": "13081123P00022210002"},
        {"project_code": "13081123P0002221000288"},
        {"project_code": "13081123P0002221000-8"},
        {"project_code": "1.30811230002221E+20"},
    ],
)
def code_has_21_characters(project_code: str | None) -> Hits:
    """项目编码是 21 位半角字母和数字（空格、全角和小写已先统一）。"""
    if project_code and _SCIENTIFIC.fullmatch(project_code):
        yield Hit("project_code", variant="number")
    elif project_code and not _well_formed(project_code):
        others = "".join(sorted(set(_OF_A_CODE.sub("", project_code))))
        strange = f"，含有“{others}”" if others else ""
        yield Hit("project_code", length=len(project_code), strange=strange)


@rule(
    "IDN03",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="由公开的项目编码归纳的校验位规律",
    message="项目编码“{project_code}”的最后一位与前 20 位对不上，可能录错或认错了字。",
    hint="请对照预算管理一体化系统逐位核对，最好从系统重新复制。",
    variants={
        "repair": Variant(
            Severity.WARNING,
            "项目编码“{project_code}”的最后一位与前 20 位对不上，可能录错或认错了字。",
            "请对照预算管理一体化系统核对，可能应为“{expected}”。",
        )
    },
    good=[
        _ANOTHER_CODE,
        {"project_code": "13081123P00039410001A"},
        {"project_code": "13081123R000222100021"},
        {"project_code": "13081123T000222100021"},
        {"project_code": "13081123Y000222100021"},
        {"project_code": "51081123P000222100021"},
    ],
    bad=[
        {"project_code": "13081123P000222100021"},
        {"project_code": "13081123P00022210002B"},
        {"project_code": "13081123P00O222100028"},
        {"project_code": "1308112P3000222100028"},
    ],
)
def code_ends_with_its_check_character(project_code: str | None, settings: Settings) -> Hits:
    """项目编码（第 9 位为 P）的最后一位与前 20 位相符；其他类型和未列入设置的地区不查。"""
    if not project_code or not _well_formed(project_code):
        return
    if codes.carries_check_character(project_code, settings.code_prefixes):
        wrong = not codes.fits(project_code)
    else:
        # No region begins with a letter and no known type of code is written so: told where one slip
        # of a P code explains it.
        odd = not project_code[:2].isdecimal() or project_code[codes.KIND] not in codes.KINDS
        likely = codes.candidates(project_code) if odd else ()
        wrong = any(codes.carries_check_character(one, settings.code_prefixes) for one in likely)
    if wrong:
        expected = codes.repair(project_code)
        yield Hit("project_code", variant="repair" if expected else None, expected=expected)


@rule(
    "IDN04",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="项目编码“{project_code}”中的年份为 {actual}，晚于文本年度 {expected}。",
    hint="请核对：编码属于 {actual} 年项目的，应换为 {expected} 年文本的项目编码；文本年度写错的，请在封面更正。",
    yields_to=("IDN03",),
    good=[
        {"project_code": "13081123P000222100028"},
        {"project_code": "13081121P00022210002B"},
        {"project_code": "13081124R000222100021"},
    ],
    bad=[{"project_code": "13081124P00022210002N"}],
)
def code_is_not_of_a_later_year(project_code: str | None, submission: Submission, settings: Settings) -> Hits:
    """项目编码（第 9 位为 P）中的年份不晚于文本年度；以前年度延续的项目不受影响。"""
    code = project_code or ""
    if submission.year is None or not codes.carries_check_character(code, settings.code_prefixes):
        return
    year = codes.year(code)
    if year is not None and year > submission.year:
        yield Hit("project_code", actual=str(year), expected=str(submission.year))


@rule(
    "IDN05",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="填报实务",
    message="项目编码“{project_code}”在本单位第 {numbers} 个项目重复。",
    hint="每个项目编码只能出现一次，请对照预算管理一体化系统逐个核对。",
    good=[_ANOTHER_CODE, _TWO_PROJECTS],
    bad=[{"copies": 2, "project_name": "{name}（{number}）"}],
)
def code_is_unique(project: Project, project_code: str | None, submission: Submission) -> Hits:
    """同一单位内每个项目编码只出现一次。"""
    if project_code and (numbers := _repeated(project, submission, lambda one: one.project_code)):
        yield Hit("project_code", numbers=numbers)


@rule(
    "IDN06",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本",
    message="项目名称未填写。",
    hint="请填写与预算管理一体化系统一致的项目名称。",
    variants={
        "duplicate": Variant(
            Severity.WARNING,
            "项目名称“{project_name}”在本单位第 {numbers} 个项目重复。",
            "请加以区分，如注明批次、对象或年度。",
        )
    },
    good=[{"project_name": "职工技能培训项目"}, _TWO_PROJECTS],
    bad=[{"project_name": None}, {"copies": 2, "project_code": _OWN_CODES}],
)
def name_is_filled_in_and_unique(project: Project, project_name: str | None, submission: Submission) -> Hits:
    """每个项目都填写了项目名称，且在本单位内不重复。"""
    if not project_name:
        yield Hit("project_name")
    elif numbers := _repeated(project, submission, lambda one: squeezed(one.project_name or "")):
        yield Hit("project_name", variant="duplicate", numbers=numbers)


@rule(
    "IDN07",
    Severity.INFO,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="项目名称含文号“{actual}”。",
    hint="建议名称只写事项{matter}，文号写入“指标值确定依据”；系统中的名称就是如此的，可以保留。",
    variants={
        "title": Variant(
            Severity.INFO,
            "项目名称是文件标题“{actual}”。",
            "建议名称只写事项{matter}，文件写入“指标值确定依据”；系统中的名称就是如此的，可以保留。",
        )
    },
    good=[
        {"project_name": "劳模春节慰问金项目（2023年）"},
        {"project_name": "政府信息公开通知栏更新项目"},
        {"project_name": "地铁（2023）1号线维护项目"},
        {"project_name": "公告牌和通知书印制"},
    ],
    bad=[
        {"project_name": "困难职工帮扶资金（承财行〔2022〕73号）"},
        {"project_name": "冀财社〔2022〕101号困难群众救助补助资金"},
        {"project_name": "关于提前下达2023年困难职工帮扶资金的通知"},
    ],
)
def name_is_the_matter_itself(project_name: str | None, words: Words) -> Hits:
    """项目名称写的是事项，不是文件标题，也不含文号。"""
    name = project_name or ""
    number = next((n.typed for n in document_numbers(name) if not _NO_DOCUMENT.match(_after(name, n))), None)
    without = _EMPTY_BRACKETS.sub("", squeezed(name.replace(number or "", "")))
    if number or _is_title(without, words):
        yield Hit(
            "project_name",
            variant=None if number else "title",
            actual=number or cut(name, 40),
            matter=_matter(without, words),
        )


@rule(
    "IDN08",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.ADEQUACY,
    opinion=Opinion.O7,
    basis="公开样本与评审意见",
    message="项目名称写有“{actual}”，与预算数 {total_budget} 万元不一致。",
    hint="请更正其中之一；“{actual}”是总投资或上级下达总额的，请在名称中写明，如“总投资{actual}”。",
    good=[
        {"project_name": "劳模春节慰问金4.4万元"},
        {"project_name": "劳模春节慰问金（44000元）"},
        {"project_name": "劳模慰问项目（总投资7423万元）"},
        {"project_name": "劳模慰问金（财政4.4万元）"},
        {"project_name": "10万元以上设备维护项目"},
        {"project_name": "劳模慰问金（每人500元）"},
        {"project_name": "7423万亩农田管护项目"},
    ],
    bad=[
        {"project_name": "劳模春节慰问金25万元"},
        {"project_name": "劳模春节慰问金（4.41万）"},
        {"project_name": "劳模春节慰问金44000.5元"},
    ],
)
def name_and_budget_state_one_amount(
    project_name: str | None,
    total_budget: Decimal | None,
    fiscal_funds: Decimal | None,
    other_funds: Decimal | None,
    words: Words,
) -> Hits:
    """项目名称写有金额时，它就是预算数（或其中的一项资金）；总投资、单价、文件下达的总额不比较。"""
    name = squeezed(project_name or "")
    stated = stated_amounts(name)
    if total_budget is None or not stated or _is_title(name, words):
        return
    own = {total_budget, fiscal_funds, other_funds}
    if not own & set(stated.values()):
        text, amount = next(iter(stated.items()))
        yield Hit("project_name", "total_budget", actual=text, expected=money(total_budget), stated=money(amount))


@rule(
    "IDN09",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本；公开样本与评审意见",
    message="单位行应为“6 位单位编码 单位名称”，现为“{unit_line}”。",
    hint="请写成如“116001 某某单位本级”：前 3 位为部门编码，后 3 位为单位编码，本级为 001。",
    good=[{"unit_line": "321002 某某县退役军人服务中心"}, {"unit_line": "单位：116001某某县总工会本级"}],
    bad=[{"unit_line": "321某某县退役军人事务局"}, {"unit_line": "某某县总工会"}, {"unit_line": None}],
)
def unit_line_has_code_and_name(unit_line: str | None) -> Hits:
    """表头的单位行由 6 位单位编码和单位名称组成。"""
    line = _UNIT_LABEL.sub("", half_width(unit_line or "").strip())
    if not _UNIT_LINE.fullmatch(line):
        yield Hit("unit_line")


@rule(
    "IDN10",
    Severity.WARNING,
    on=Submission,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本；填报实务",
    message="封面的单位编码应为 6 位数字，现为“{actual}”。",
    hint="请核对后重新填写。单元格是数字格式时，编码开头的 0 会丢失：请先将单元格格式设为“文本”，再填写。",
    good=[
        {"cover": None},
        {"cover": {**_COVER, "typed": {"budget_unit.code": "001001"}}},
        {"cover": {**_COVER, "typed": {"budget_unit.code": "１１６００１"}}},
        {"cover": _COVER},
    ],
    bad=[
        {"cover": {**_COVER, "typed": {"budget_unit.code": "1001"}}},
        {"cover": {**_COVER, "typed": {"budget_unit.code": "116001A"}}},
    ],
)
def cover_code_has_six_digits(cover: Cover | None) -> Hits:
    """封面的单位编码是 6 位数字，开头的 0 没有丢失（没有填写的不查）。"""
    typed = cover.typed.get("budget_unit.code") if cover is not None else None
    if typed and not _SIX_DIGITS.fullmatch(squeezed(typed)):
        yield Hit("budget_unit.code", record=cover, actual=cut(typed, 30))


def _repeated(project: Project, submission: Submission, said: Callable[[Project], str | None]) -> str:
    """`1、3`: the projects of the same unit that say the same; `""` where it is the only one."""
    own = said(project), _unit(project)
    same = [str(other.number) for other in submission.projects if (said(other), _unit(other)) == own]
    return "、".join(same) if len(same) > 1 else ""


def _unit(project: Project) -> str | None:
    return project.budget_unit.code if project.budget_unit else None


def _well_formed(code: str) -> bool:
    return len(code) == codes.LENGTH and _CODE.fullmatch(code) is not None


def _is_title(name: str, words: Words) -> bool:
    return "关于" in name and name.endswith(words.document_titles)


def _after(name: str, number: DocumentNumber) -> str:
    return name[number.at + len(number.typed) :].lstrip()


def _matter(title: str, words: Words) -> str:
    """`，如“2023年困难职工帮扶资金”`: what a document's title is about; nothing where little is left."""
    matter = _TITLE_BEGINS.sub("", title)
    end = next((end for end in words.document_titles if _is_title(title, words) and matter.endswith(end)), "")
    matter = matter.removesuffix(end).removesuffix("的")
    matter = matter.strip("()（）-—:,，、")
    return f"，如“{cut(matter, 40)}”" if len(matter) >= 4 else ""
