"""OBJ 绩效目标。"""

from __future__ import annotations

import re

from perfxl.core.findings import Aspect, Opinion, Severity
from perfxl.core.model import Project
from perfxl.core.rules.registry import Hit, Hits, rule
from perfxl.core.text import cut, squeezed

# The templates in use leave “1.目标内容1”, “目标内容2” …; nothing else may stand beside it.
_PLACEHOLDER = re.compile(
    r"(?:(?:\d+[.、)])?(?:绩效)?目标内容\d*[。;,:]?)+|(?:请填写|请输入|在此填写).{0,12}"
)


@rule(
    "OBJ01",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="财预〔2015〕88号",
    message="绩效目标未填写。",
    hint="请写明：做什么、做多少、达到什么效果、何时完成。",
    good=[{"objective": "12月底前为全区300名机关工作人员各安排一次健康体检，参检率达到95%以上。"}],
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
    good=[{"objective": "目标内容完整，12月底前完成培训4期，培训合格率达到95%以上。"}],
    bad=[
        {"objective": "1.目标内容 1"},
        {"objective": "目标内容1\n目标内容2"},
        {"objective": "１．目标内容１"},
    ],
)
def objective_is_no_placeholder(objective: str | None) -> Hits:
    """绩效目标不是模板留下的占位文字。"""
    if objective and _PLACEHOLDER.fullmatch(squeezed(objective)):
        yield Hit("objective", actual=cut(objective, 30))
