"""COL 下发与回收：收回的文件、单位和汇总数。"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.grid.wording import money
from perfxl.core.rules.collecting_subjects import Alteration, Arrival, SumCheck, UnitStanding
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

_rule = partial(rule, aspect=Aspect.COMPLETENESS, basis="下发与回收")
_NAME = "116001 区总工会本级"
_ALTERED = {
    "field": "total_budget",
    "label": "预算数",
    "sent": "96.30",
    "returned": "97.30",
    "sheet": "1.工会保障项目",
    "cell": "C5",
    "project": 1,
}


@_rule(
    "COL01",
    Severity.ERROR,
    on=Arrival,
    opinion=Opinion.O8,
    message="文件无法读取：{reason}",
    hint="请按说明处理后重新收取，或向报送人重新索取。",
    good=[{"file": "116001.xlsx"}, {"file": "发来的附件.xls"}],
    bad=[{"file": "116001.xlsx", "reason": "文件设有打开密码，无法读取。"}],
)
def the_file_can_be_read(reason: str | None) -> Hits:
    """收回的文件都能读取。"""
    if reason is not None:
        yield Hit(reason=reason if reason.endswith("。") else f"{reason}。")


@_rule(
    "COL02",
    Severity.ERROR,
    on=Arrival,
    opinion=Opinion.O7,
    message="本文件不属于花名册中的任何单位。",
    hint="金额没有计入汇总。请核对文件中的单位编码和名称，或把该单位补入花名册后重新汇总。",
    good=[{"file": "116001.xlsx"}, {"file": "甲.xlsx", "roster": False}],
    bad=[{"file": "邻县的文本.xlsx", "known": False}, {"file": "无单位.xlsx", "known": False, "roster": False}],
    variants={
        "nobody": Variant(
            Severity.ERROR,
            "本文件没有写明单位，从文件名也认不出。",
            "金额已计入汇总，单独列为一行。请在封面填写单位编码和名称，或用单位编码命名文件。",
        )
    },
)
def the_file_belongs_to_a_unit(known: bool, roster: bool) -> Hits:
    """收回的每份文件都属于花名册中的单位；没有花名册时，文件写明了单位。"""
    if not known:
        yield Hit(variant=None if roster else "nobody")


@_rule(
    "COL03",
    Severity.WARNING,
    on=UnitStanding,
    opinion=Opinion.O7,
    message="单位“{unit}”报送了 {count} 份文件，采用“{adopted}”。",
    hint="采用的是最后保存的一份；其余见“报送情况”。如应采用另一份，请移走不用的文件后重新汇总。",
    good=[{"unit": _NAME, "files": ["116001.xlsx"]}, {"unit": _NAME, "files": ["旧/116001.xls"]}],
    bad=[{"unit": _NAME, "files": ["116001(2).xlsx", "116001.xlsx"]}],
)
def one_file_per_unit(files: tuple[str, ...]) -> Hits:
    """每个单位只报送一份文件；有几份内容不同的文件时，采用最后保存的一份，全部列出。"""
    if len(files) > 1:
        yield Hit(count=len(files), adopted=files[0], actual="、".join(files))


@_rule(
    "COL04",
    Severity.INFO,
    on=UnitStanding,
    opinion=Opinion.O1,
    message="单位“{unit}”尚未报送。",
    hint="请按“报送情况”中的联系人和电话催报。",
    variants={
        "unfilled": Variant(
            Severity.INFO,
            "单位“{unit}”交回的文件没有填写任何内容，按未报送处理。",
            "请按“报送情况”中的联系人和电话催报。文件仍是下发时的样子，其中的控制数没有计入汇总。",
        )
    },
    good=[{"unit": _NAME, "files": ["116001.xlsx"]}, {"unit": _NAME, "files": ["旧/116001.xls"]}],
    bad=[{"unit": _NAME, "files": []}, {"unit": _NAME, "files": [], "unfilled": "116001.xlsx"}],
)
def every_unit_has_returned_its_file(files: tuple[str, ...], unfilled: str | None) -> Hits:
    """花名册中的单位都已报送，交回的文件不是下发时的样子。"""
    if not files:
        yield Hit(variant=None if unfilled is None else "unfilled")


@_rule(
    "COL05",
    Severity.ERROR,
    on=Arrival,
    opinion=Opinion.O7,
    message="{each}。",
    hint="下发的编码、名称和控制数不能自行改动。确需调整的，请先与主管部门核对，由主管部门重新下发。",
    good=[
        {"file": "116001.xlsx", "altered": []},
        {"file": "116001.xlsx", "altered": [{**_ALTERED, "sent": "", "new": True}]},
    ],
    bad=[{"file": "116001.xlsx", "altered": [_ALTERED]}],
)
def what_was_given_is_unaltered(altered: tuple[Alteration, ...]) -> Hits:
    """下发时已填好的单位、项目编码、项目名称和控制数，收回时没有改动。一个项目的改动合为一条。"""
    those = [one for one in altered if not one.new]
    if those:
        gap = next((abs(one.difference) for one in those if one.difference), None)
        yield Hit(
            at=[one for one in those if one.cell],
            each="；".join(_said(one) for one in those),
            actual=those[0].returned or "空白",
            expected=those[0].sent or "空白",
            difference=None if gap is None else money(gap),
        )


@_rule(
    "COL06",
    Severity.ERROR,
    on=SumCheck,
    opinion=Opinion.O7,
    message="汇总数 {actual} ≠ 明细之和 {expected}（{label}，万元）。",
    hint="这是程序的问题，不是文件的问题：请不要使用这份汇总，并把它发给维护人员。",
    good=[
        {"label": "预算合计", "shown": "188.90", "expected": "188.90"},
        {"label": "预算合计", "shown": "188.9", "expected": "188.90"},
    ],
    bad=[{"label": "预算合计", "shown": "188.90", "expected": "188.91"}],
)
def the_sums_agree(shown: Decimal, expected: Decimal) -> Hits:
    """汇总表的每个合计都等于明细之和，精确到分。"""
    if shown != expected:
        yield Hit(actual=money(shown), expected=money(expected), difference=money(abs(shown - expected)))


@_rule(
    "COL07",
    Severity.WARNING,
    on=Arrival,
    opinion=Opinion.O8,
    message="该文件与单位“{unit}”已报送的“{same_as}”内容完全相同。",
    hint="只计一份，不影响汇总。请确认是否误发了同一份文件。",
    good=[{"file": "116001.xlsx", "unit": _NAME}, {"file": "116002.xlsx", "unit": ""}],
    bad=[{"file": "116001(1).xlsx", "unit": _NAME, "same_as": "116001.xlsx"}],
)
def no_file_twice(same_as: str | None) -> Hits:
    """没有内容完全相同的文件。"""
    if same_as is not None:
        yield Hit()


def _said(one: Alteration) -> str:
    return f"{one.label}下发为 {one.sent or '空白'}，回收为 {one.returned or '空白'}"
