"""The one description of the roster: its two sheets, their columns and what people are told about them.

The empty roster, the reader and the messages all come from here.
"""

from __future__ import annotations

from perfxl.core.forms.parts import Column, Kind, Table
from perfxl.core.forms.shipped_forms import PROJECT_FORM

UNITS = "单位"
PROJECTS = "项目"
ROSTER_GUIDE = "填写说明"

HEADER_ROW = 3

_UNIT_CODE = ("单位代码", "预算单位编码", "预算单位代码", "单位编号", "单位预算编码", "预算编码")
_UNIT_NAME = ("单位", "预算单位", "预算单位名称", "单位全称", "填报单位")

UNIT_TABLE = Table(
    key="units",
    header_row=HEADER_ROW,
    columns=(
        Column(
            key="unit_code",
            label="单位编码",
            at="A",
            width=12.0,
            kind=Kind.CODE,
            aliases=_UNIT_CODE,
            hint="6 位数字：3 位部门编码加 3 位单位编码，本级为 001。每个单位一行，不能重复。",
        ),
        Column(
            key="unit_name",
            label="单位名称",
            at="B",
            width=34.0,
            aliases=_UNIT_NAME,
            hint="预算单位全称，会写在封面、各项目表和文件名上。",
        ),
        Column(
            key="department",
            label="主管部门",
            at="C",
            width=32.0,
            aliases=("主管部门名称", "部门名称", "部门", "归口部门", "主管单位"),
            hint="编码前 3 位相同的单位属于同一部门，名称要一致。合并单元格，或同一部门只写一次，都可以。",
        ),
        Column(
            key="contact",
            label="联系人",
            at="D",
            width=11.0,
            aliases=("经办人", "联系人姓名", "填报人"),
            optional=True,
            hint="选填。会列在下发清单上，便于催报。",
        ),
        Column(
            key="phone",
            label="电话",
            at="E",
            width=16.0,
            kind=Kind.CODE,
            aliases=("联系电话", "手机", "手机号", "手机号码", "办公电话", "联系方式"),
            optional=True,
            hint="选填。会列在下发清单上。",
        ),
        Column(
            key="last_year_file",
            label="上年文件",
            at="F",
            width=34.0,
            aliases=("上年绩效文本", "上年文本", "去年文件"),
            optional=True,
            hint="选填。上年绩效文本的路径，从花名册所在的文件夹写起，如“2023年/116001.xlsx”。填了就结转上年内容。",
        ),
    ),
)


def _of_form(key: str, area: str, width: float, *more: str, optional: bool, hint: str) -> Column:
    """A column that fills a field of the project form: called as there, in all the ways known there."""
    known = PROJECT_FORM.field(key)
    label, *others = more or (known.label,)
    return Column(
        key=key,
        label=label,
        at=area,
        width=width,
        kind=known.kind,
        aliases=(*others, known.label, *known.aliases),
        optional=optional,
        hint=hint,
    )


PROJECT_TABLE = Table(
    key="projects",
    header_row=HEADER_ROW,
    columns=(
        Column(
            key="unit_code",
            label="单位编码",
            at="A",
            width=12.0,
            kind=Kind.CODE,
            aliases=_UNIT_CODE,
            hint="与“单位”表一致，可以从下拉列表选。",
        ),
        _of_form(
            "project_code",
            "B",
            29.0,
            optional=True,
            hint="选填。21 位项目编码，从预算管理一体化系统复制；还没有编码的可以不填。",
        ),
        _of_form("project_name", "C", 32.0, optional=False, hint="与预算管理一体化系统一致。同一单位内不能重复。"),
        _of_form(
            "total_budget",
            "D",
            12.0,
            "预算数",
            "控制数",
            "本年控制数",
            "预算控制数",
            optional=True,
            hint="万元，最多两位小数。等于财政资金加其他资金；两项都不填时，由单位自己分。",
        ),
        _of_form("fiscal_funds", "E", 12.0, "财政资金", optional=True, hint="万元，最多两位小数。没有可不填。"),
        _of_form("other_funds", "F", 12.0, optional=True, hint="万元，最多两位小数。没有可不填。"),
        _of_form("purpose", "G", 40.0, "资金用途", "用途", optional=True, hint="选填。单位可以修改。"),
        _of_form(
            "sub_objective", "H", 22.0, "对应分项", optional=True, hint="选填。对应的分项绩效目标，单位可以修改。"
        ),
    ),
)

AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")


def column_label(key: str) -> str:
    """What the roster calls a column. StopIteration is a mistake of the program."""
    return next(c.label for t in (UNIT_TABLE, PROJECT_TABLE) for c in t.columns if c.key == key)
