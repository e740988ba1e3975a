"""IDN 基本信息：项目编码、项目名称、单位行。"""

from __future__ import annotations

import re

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.model import Project, Submission
from perfxl.core.rules.registry import Hit, Hits, Variant, rule
from perfxl.core.text import half_width, squeezed

_CODE_LENGTH = 21
_CODE = re.compile(r"[0-9A-Z]+")
_UNIT_LINE = re.compile(r"\d{6}\s*[^\d\s].*")
_ANOTHER_CODE = {"project_code": "13081123P000222100028"}


@rule(
    "IDN01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="样本文本；填报实务",
    message="项目编码未填写。",
    hint="请从预算管理一体化系统复制 21 位项目编码。",
    good=[_ANOTHER_CODE],
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
    good=[_ANOTHER_CODE],
    bad=[
        {"project_code": "13081123P00022210002"},
        {"project_code": "13081123P0002221000288"},
        {"project_code": "13081123P0002221000-8"},
    ],
)
def code_has_21_characters(project_code: str | None) -> Hits:
    """项目编码是 21 位半角字母和数字（空格、全角和小写已先统一）。"""
    if project_code and not (len(project_code) == _CODE_LENGTH and _CODE.fullmatch(project_code)):
        others = "".join(sorted(set(re.sub("[0-9A-Z]", "", project_code))))
        strange = f"，含有“{others}”" if others else ""
        yield Hit("project_code", length=len(project_code), strange=strange)


@rule(
    "IDN05",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="填报实务",
    message="项目编码“{project_code}”在本单位第 {numbers} 个项目重复。",
    hint="每个项目编码只能出现一次，请对照预算管理一体化系统逐个核对。",
    good=[_ANOTHER_CODE],
    bad=[{"copies": 2, "project_name": "{name}（{number}）"}],
)
def code_is_unique(project: Project, project_code: str | None, submission: Submission) -> Hits:
    """同一单位内每个项目编码只出现一次。"""
    same = [
        other.number
        for other in submission.projects
        if project_code and other.project_code == project_code and _unit(other) == _unit(project)
    ]
    if len(same) > 1:
        yield Hit("project_code", numbers="、".join(map(str, same)))


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
    good=[{"project_name": "职工技能培训项目"}],
    bad=[{"project_name": None}, {"copies": 2, "project_code": "13081123P00022210002{number}"}],
)
def name_is_filled_in_and_unique(project: Project, project_name: str | None, submission: Submission) -> Hits:
    """每个项目都填写了项目名称，且在本单位内不重复。"""
    if not project_name:
        yield Hit("project_name")
        return
    same = [
        other.number
        for other in submission.projects
        if squeezed(other.project_name or "") == squeezed(project_name) and _unit(other) == _unit(project)
    ]
    if len(same) > 1:
        yield Hit("project_name", variant="duplicate", numbers="、".join(map(str, same)))


@rule(
    "IDN09",
    Severity.WARNING,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O7,
    basis="样本文本；公开样本与评审意见",
    message="单位行应为“6 位单位编码 单位名称”，现为“{unit_line}”。",
    hint="请写成如“116001 某某单位本级”：前 3 位为部门编码，后 3 位为单位编码，本级为 001。",
    good=[{"unit_line": "321002 某某县退役军人服务中心"}],
    bad=[{"unit_line": "321某某县退役军人事务局"}, {"unit_line": "某某县总工会"}, {"unit_line": None}],
)
def unit_line_has_code_and_name(unit_line: str | None) -> Hits:
    """表头的单位行由 6 位单位编码和单位名称组成。"""
    line = half_width(unit_line or "").strip()
    line = re.sub(r"^(?:预算单位|填报单位|单位名称|编制单位|项目单位|单位)\s*:\s*", "", line)
    if not _UNIT_LINE.fullmatch(line):
        yield Hit("unit_line")


def _unit(project: Project) -> str | None:
    return project.budget_unit.code if project.budget_unit else None
