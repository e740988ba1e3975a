"""Labels that stand on many forms beside those of `layout`: whose form it is, of which year, and the rest.

The template has none of them. They tell the unit and the year, and where one of them stands, the value
before it ends.
"""

from __future__ import annotations

import re

from perfxl.core.grid.text import label_key, squeezed

UNIT_NAMES = (
    "预算单位",
    "预算单位名称",
    "单位名称",
    "填报单位",
    "填报部门",
    "填表单位",
    "编制单位",
    "编制部门",
    "编报单位",
    "申报单位",
    "报送单位",
    "项目单位",
    "项目单位名称",
    "项目实施单位",
    "实施单位",
    "单位编码及名称",
    "单位名称及编码",
)
UNIT_CODES = ("单位编码", "单位代码", "预算单位编码", "预算单位代码", "预算编码", "预算代码")
DEPARTMENTS = ("主管部门", "主管部门名称", "主管部门及代码", "主管部门及编码", "主管单位")
YEARS = ("预算年度", "年度", "预算年份", "填报年度", "编制年度", "申报年度", "项目年度")
_REST = (
    "主管部门编码",
    "承担处室",
    "项目负责人",
    "项目联系人",
    "项目性质",
    "项目类别",
    "项目类型",
    "项目属性",
    "项目期",
    "项目起止时间",
    "项目起止年限",
    "计划开始日期",
    "计划完成日期",
    "开始日期",
    "完成日期",
    "填报日期",
    "填表日期",
    "联系人",
    "联系电话",
    "资金性质",
    "功能分类",
    "金额单位",
)

OTHER_LABELS = frozenset(label_key(text) for text in (*UNIT_NAMES, *UNIT_CODES, *DEPARTMENTS, *YEARS, *_REST))
_BRACKET = re.compile(r"\([^()]{0,12}\)$")
_LONGEST = 24


def other_label(text: str) -> str | None:
    """The `label_key` of a text that is such a label, a colon or a bracket (`（盖章）`) behind it or not; else None."""
    if len(text) > _LONGEST:
        return None
    key = label_key(_BRACKET.sub("", squeezed(text).rstrip(":")))
    return key if key in OTHER_LABELS else None
