"""Faults as people make them, each with the one rule that must find it; and files that are no workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO

import openpyxl

from perfxl.core.forms.records import Project
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.forms.target_values import parse_target
from perfxl.core.grid.cells import Value, address

QUANTITY, QUALITY, DEADLINE, COST, SOCIAL, LASTING, SATISFACTION = range(7)
_AMOUNT_CELL = address(PROJECT_FORM.field("total_budget").value.first)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Fault:
    """A fault in a project. change: the project with it. typed: what stands in a cell instead of a value."""

    rule: str
    change: Callable[[Project], Project]
    typed: Mapping[str, Value] = field(default_factory=dict)


def _with(**values: object) -> Callable[[Project], Project]:
    return lambda project: project.model_copy(update=values)


def _target(row: int, text: str) -> Callable[[Project], Project]:
    return _row(row, target=text, parsed=parse_target(text))


def _row(number: int, **values: object) -> Callable[[Project], Project]:
    def change(project: Project) -> Project:
        rows = list(project.indicators)
        rows[number] = rows[number].model_copy(update=values)
        return project.model_copy(update={"indicators": tuple(rows)})

    return change


def _copied(row: int, source: str, target: str) -> Callable[[Project], Project]:
    return lambda project: _row(row, **{target: getattr(project.indicators[row], source)})(project)


def _one_cent_more(project: Project) -> Project:
    return project.model_copy(update={"total_budget": (project.total_budget or Decimal(0)) + _CENT})


def _plan_of_90(project: Project) -> Project:
    first, second, third, fourth = project.spending_plan
    plan = (first, second, third, (fourth or Decimal(0)) - 10)
    return project.model_copy(update={"spending_plan": plan})


def _code_cut(project: Project) -> Project:
    return project.model_copy(update={"project_code": (project.project_code or "")[:-1]})


def _code_mistyped(project: Project) -> Project:
    """The last figure of the serial number is another one; the check character tells."""
    code = project.project_code or ""
    other = str((int(code[-2]) + 1) % 10)
    return project.model_copy(update={"project_code": f"{code[:-2]}{other}{code[-1]}"})


FAULTS: dict[str, Fault] = {
    "预算数多一分": Fault("AMT02", _one_cent_more),
    "预算数写成文字": Fault("AMT01", _with(total_budget=None), {_AMOUNT_CELL: "约五万元"}),
    "资金用途空白": Fault("AMT05", _with(purpose=None)),
    "支出计划合计90%": Fault("PLN03", _plan_of_90),
    "支出计划空白": Fault("PLN01", _with(spending_plan=(None,) * 4)),
    "编码少一位": Fault("IDN02", _code_cut),
    "编码错一位": Fault("IDN03", _code_mistyped),
    "目标是模板文字": Fault("OBJ02", _with(objective="1.目标内容 1")),
    "目标空白": Fault("OBJ01", _with(objective=None)),
    "没有对应分项": Fault("DEP02", _with(sub_objective="其他未列事项")),
    "数量没有数字": Fault("VAL03", _target(QUANTITY, "按计划开展")),
    "时效没有时间": Fault("VAL07", _target(DEADLINE, "及时完成")),
    "成本没有金额": Fault("VAL08", _target(COST, "厉行节约")),
    "满意度不是百分比": Fault("VAL06", _target(SATISFACTION, "比较满意")),
    "指标值是占位符": Fault("VAL01", _target(QUALITY, "XX")),
    "指标值没有单位": Fault("VAL04", _target(SOCIAL, "≥95")),
    "指标名称空白": Fault("IND05", _row(LASTING, name=None)),
    "描述照抄名称": Fault("DSC01", _copied(QUANTITY, "name", "definition")),
    "依据照抄指标值": Fault("DSC02", _copied(QUANTITY, "target", "target_basis")),
}


def _workbook_without_form(_: bytes) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "会议签到表"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _archive(parts: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Name of the file → its bytes, from those of a good workbook. None of them can be read as a form.
BAD_FILES: dict[str, Callable[[bytes], bytes]] = {
    "空文件.xlsx": lambda _: b"",
    "下载未完成.xlsx": lambda good: good[: len(good) // 2],
    "中间损坏.xlsx": lambda good: good[:2000] + bytes(len(good) - 4000) + good[-2000:],
    "改名的文本.xlsx": lambda _: "本单位没有项目，特此说明。".encode("gb18030"),
    "改名的图片.xlsx": lambda _: b"\x89PNG\r\n\x1a\n" + bytes(200),
    "改名的文档.xlsx": lambda _: _archive({"word/document.xml": b"<w/>"}),
    "改名的演示文稿.xlsx": lambda _: _archive({"ppt/presentation.xml": b"<p/>"}),
    "改名的压缩包.xlsx": lambda good: _archive({"绩效文本.xlsx": good}),
    "网页.xls": lambda _: "<html><table><tr><td>项目编码</td></tr></table></html>".encode(),
    "有密码.xlsx": lambda _: _COMPOUND + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500),
    "旧文档.xls": lambda _: _COMPOUND + bytes(1000) + "WordDocument".encode("utf-16-le") + bytes(500),
    "二进制工作簿.xlsx": lambda _: _archive({"xl/workbook.bin": b"\x00"}),
    "没有表格.xlsx": _workbook_without_form,
}
