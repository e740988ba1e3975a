"""指标值: operator, number and unit out of one cell. The text as typed is never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from perfxl.core.grid.numbers import in_digits
from perfxl.core.grid.text import half_width, squeezed


class ParsedTarget(BaseModel):
    """A 指标值 with something measurable in it.

    operator: `≥`, `≤`, `>`, `<`, `＝`, or None where none is written. number: the first number;
    None for a point in time. unit: what follows it, None where nothing does; for a point in time
    that point: `12月31日`.
    """

    model_config = ConfigDict(frozen=True)

    operator: str | None
    number: Decimal | None
    unit: str | None


class _Targeted(Protocol):
    @property
    def target(self) -> str | None: ...
    @property
    def parsed(self) -> ParsedTarget | None: ...


def is_quantified(indicator: _Targeted) -> bool:
    """Whether a 指标值 has a figure to measure by: a number, a date or a frequency written in digits.

    The one meaning of 量化 for the summary and for VAL12. `每年一次` and `年底前` can be understood, but
    reviewers (and the systems that texts are typed into) count figures: `每年1次`, `≤12月31日`.
    """
    return indicator.parsed is not None and any(char.isdecimal() for char in indicator.target or "")


def parse_target(text: str | None) -> ParsedTarget | None:
    """What can be measured in a 指标值, None for a qualitative one (`显著提升`) or a blank.

    `≥90%`, `不低于 90%`, `90%以上` → ≥ 90 %; `500元/人` → 500 元/人; `每年一次` → 1 次/年;
    `12月31日前` → ≤, no number, unit `12月31日`; `3-5天` → 3 天; `百分之九十` → 90 %.
    Numbers that count nothing (〔2022〕73号, GB 50300, PM2.5, “1.” before a list, the year of a plan)
    are passed over.
    """
    whole = _plain(text or "")
    outside = _BRACKETS.sub("", whole)
    return _measured(outside) or (_measured(whole) if outside != whole else None)


def _measured(text: str) -> ParsedTarget | None:
    text = _PER_CENT.sub(_as_percent, _NO_COUNT.sub("#", text))
    return _frequency(text) or _counted(text) or _point_in_time(text) or _chinese_count(text)


# ------------------------------------------------------------------------------------ what is written

# Signs of a list and of a footnote, and the midnight of a cell that Excel took for a date.
_NO_TEXT = re.compile(r"[①-⑳⑴-⒛⁰¹⁴-⁹]|(?<![mM㎡])[²³]|(?<=\d) 00:00:00$")
_SEVERAL_NUMBERS = re.compile(r"(?<!\d)\d[\d.,]{0,30}(?:\s{1,9}\d[\d.,]{0,30}){1,20}")
# As the systems of finance bureaus write targets: `≥90.00(%)`.
_UNIT_IN_BRACKETS = re.compile(r"(\d)\(((?:%|‰|[^\W\d_]{1,4}(?:/[^\W\d_]{1,4})?))\)")
_BRACKETS = re.compile(r"\([^()]*\)")
_LIST_MARK = re.compile(r"(?:^|(?<=[;。:]))\(?\d{1,2}(?:[、)]|\.(?!\d))")
_NO_COUNT = re.compile(
    r"(?:[〔\[【(](?:19|20)\d\d[〕\]】)])(?:第?\d++号)?"  # 〔2022〕73号
    r"|(?:第|(?<!\d))\d++号(?:文|令|通知)"
    r"|(?<![A-Z])[A-Z]{2,}+(?:/[A-Z]++)?+-?\d+(?:[.\-]\d+)*"  # GB/T 9704-2012, PM2.5
    r"|[A-Za-z]\d+(?:\.\d+)?|(?<![\d.])[45]G(?![A-Za-z])"
    r"|第\d++[条章款]"
)

_BEFORE: Mapping[str, tuple[str, ...]] = {
    "≥": (
        *("≥", ">=", "=>", "≧", "⩾", "不低于", "不少于", "不小于", "不得低于", "不得少于", "不得小于"),
        *("大于等于", "大于或等于", "至少", "最低"),
    ),
    "≤": (
        *("≤", "<=", "=<", "≦", "⩽", "不超过", "不得超过", "不超出", "未超过", "不高于", "不得高于"),
        *("不大于", "不多于", "小于等于", "小于或等于", "至多", "最多", "最高"),
    ),
    ">": (">", "大于", "高于", "多于", "超过"),
    "<": ("<", "小于", "低于", "少于"),
    "＝": ("==", "=", "等于"),
}
_SIGNS = sorted(((s, sign) for sign, many in _BEFORE.items() for s in many), key=lambda p: -len(p[0]))
# Before the number and after its sign; the longest first.
_FILLERS = ("控制在", "保持在", "大约", "达到", "约", "近", "共", "为", "达", "到", ":", "在")
_AFTER = re.compile(r"(?:及|含|或)?(?:(以上)|(以下|以内|之内|之前|以前|内|前))")
_APPROXIMATE = re.compile(r"^[余多来几]")

_NUMBER = re.compile(r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_PART_OF_ONE = re.compile(r"[¼-¾⅐-⅟↉]")
_RANGE = re.compile(r"(%?)[-~至到—–×]{1,2}\d+(?:\.\d+)?")
_PROPORTION = re.compile(r":\d+(?:\.\d+)?$")
_FRACTION = re.compile(r"/\d+(?:\.\d+)?$")
# What follows these is the sentence: “300人培训”.
_ALONE = {"%", "‰", "百分比", "人", "名", "人次"}
_SQUARE = re.compile(r"(?<=[\dkc万/])m([23²³])(?!\d)")
_UNIT_RUN = re.compile(r"(?:(?!及?以[上下内前]|[之及以]|左右|内$|前)[^\d\s,。;、:()#≥≤<>=+×])+")
_KNOWN = (
    *("平方公里", "平方米", "立方米", "个工作日", "个百分点", "工作日", "百分点", "百分比", "千瓦时", "个小时"),
    *(
        "人次",
        "人天",
        "人日",
        "人时",
        "户次",
        "场次",
        "批次",
        "班次",
        "课时",
        "学时",
        "小时",
        "分钟",
        "个月",
        "季度",
        "公里",
        "千米",
    ),
    *("公顷", "公斤", "千克", "千瓦", "万元", "亿元", "万人", "台套", "%", "‰", "元", "人", "名", "户", "个"),
    *("次", "场", "期", "批", "项", "件", "台", "套", "辆", "份", "册", "本", "篇", "条", "处", "所", "家"),
    *("间", "座", "栋", "棵", "株", "亩", "米", "吨", "升", "度", "天", "日", "周", "月", "年", "分", "级"),
    *("倍", "起", "例", "对", "部", "块", "盏", "头", "只", "张", "支", "节", "轮", "村", "km", "kg"),
)


def _plain(text: str) -> str:
    """Half-width, without blanks and the numbers of a list."""
    # Numbers with blanks between them are not one, and nobody knows which is meant: `90 100`.
    apart = _SEVERAL_NUMBERS.sub("#", half_width(_NO_TEXT.sub("", text)))
    half = _SQUARE.sub(lambda m: "㎡" if m[1] in "2²" else "m³", squeezed(apart))
    half = _UNIT_IN_BRACKETS.sub(r"\1\2", half)
    return _LIST_MARK.sub("", half.replace("/每", "/"))


def _counted(text: str) -> ParsedTarget | None:
    """The first number outside dates."""
    bare = _YEAR_OF.sub("#", _DATE.sub("#", text))
    found = _NUMBER.search(bare)
    number = in_digits(found[0]) if found else None
    if found is None or number is None or _BARE_YEAR.fullmatch(text):
        return None
    before, after = bare[: found.start()], bare[found.end() :]
    if _PART_OF_ONE.match(after):
        return None
    operator = _sign_before(before)
    share = ""
    if span := _RANGE.match(after):
        share, after = span[1], after[span.end() :]
    if _PROPORTION.match(after):
        unit: str | None = after
    elif _FRACTION.match(after):
        unit = None
    else:
        unit, after = _unit(_APPROXIMATE.sub("", after))
    if operator is None and (end := _AFTER.match(after)):
        operator = "≥" if end[1] else "≤"
    return ParsedTarget(operator=operator, number=number, unit=unit or share or None)


def _unit(after: str) -> tuple[str | None, str]:
    """The unit that a text begins with, and what follows it."""
    run = _UNIT_RUN.match(after)
    if run is None:
        return None, after
    unit = run[0]
    known = next((u for u in _KNOWN if unit.startswith(u)), None)
    whole = len(unit) <= 4 or "/" in unit
    if known and (known in _ALONE or not whole):
        unit = known
    return "%" if unit == "百分比" else unit[:12], after[len(unit) :]


def _sign_before(text: str) -> str | None:
    end = len(text)
    while filler := _filler_before(text, end):
        end -= len(filler)
    return next((operator for sign, operator in _SIGNS if text.endswith(sign, 0, end)), None)


def _filler_before(text: str, end: int) -> str:
    return next((filler for filler in _FILLERS if text.endswith(filler, 0, end)), "")


# --------------------------------------------------------------------------------------------- times

_FESTIVAL = "元旦|春节|清明|五一|端午|七一|八一|中秋|国庆|重阳|开学|汛期|入冬|供暖"
_DATE = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:\d{1,2}[-~至到])?\d{1,2}月(?:\d{1,2}[日号]|\d{1,2}(?=[之以]?前|$)|[初中上下]旬|[初底末份])?"
    r"|(?:19|20)\d\d[-./](?:1[0-2]|0?[1-9])(?:[-./]\d{1,2})?(?![\d%])"
    r"|(?<!\d)20\d{6}(?!\d)"
    r"|\d{1,2}[日号](?=[之以]?前)"
    r"|(?:(?:19|20)\d\d年)?(?:年?[底末终](?=前|$)|年[底末终内]|[上下]半年|第?[一二三四1-4]季度(?![\d一二两三四]*[次场期批])末?)"
    r"|季度末|月[底末]"
    rf"|(?:{_FESTIVAL})[节期季后]?(?=[之以]?前)"
)
_YEAR_OF = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)年度?")
_BARE_YEAR = re.compile(r"[≥≤<>=]*(?P<year>(?:19|20)\d\d年度?)(?:[之以]?[前内])?")
_CN = "零〇一二两三四五六七八九十百千"
_FREQUENCY = re.compile(
    rf"(?:每|(?<![\d第{_CN}])一)个?(半年|[年季月周日天]|学期)度?(.{{0,8}}?)([{_CN}]+|\d+)([次场期批回])"
)


def _frequency(text: str) -> ParsedTarget | None:
    found = _FREQUENCY.search(text)
    number = _chinese(found[3]) if found else None
    if found is None or number is None:
        return None
    operator = _sign_before(found[2]) or _sign_before(text[: found.start()])
    return ParsedTarget(operator=operator, number=number, unit=f"{found[4]}/{found[1]}")


def _point_in_time(text: str) -> ParsedTarget | None:
    found = _DATE.search(text) or _BARE_YEAR.fullmatch(text)
    if found is None:
        return None
    point = found["year"] if found.re is _BARE_YEAR else found[0]
    rest = text[text.index(point) + len(point) :]
    operator = _sign_before(text[: text.index(point)])
    if operator is None and _AFTER.match(rest):
        operator = "≤"
    return ParsedTarget(operator=operator, number=None, unit=point)


# ------------------------------------------------------------------------------------ numbers in Chinese

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_PER_CENT = re.compile(rf"百分之(\d+(?:\.\d+)?|[{_CN}]+)")
# Only where nothing else stands in the cell: “一次性”, “进一步”, “十四五” count nothing.
_CHINESE_COUNT = re.compile(
    rf"(?P<before>.{{0,6}}?)第?(?P<number>[{_CN}]+)(?P<unit>万?元(?:/\w{{1,4}})?|万人次?|人次?|场次?|批次?|户次?"
    r"|个(?:工作日|月|小时|村|社区)?|工作日|[名次期项件台套辆份册本篇条处所家间座栋棵株亩米吨天年分倍起]|公里|平方米|小时)"
    r"(?P<after>及?以[上下内]|之内|左右)?"
)


def _chinese_count(text: str) -> ParsedTarget | None:
    found = _CHINESE_COUNT.fullmatch(text.rstrip("。;"))
    number = _chinese(found["number"]) if found else None
    if found is None or number is None:
        return None
    before = found["before"]
    operator = _sign_before(before)
    if operator is None and before.removesuffix(_filler_before(before, len(before))):
        return None
    if operator is None and (end := _AFTER.match(found["after"] or "")):
        operator = "≥" if end[1] else "≤"
    return ParsedTarget(operator=operator, number=number, unit=found["unit"])


def _as_percent(found: re.Match[str]) -> str:
    number = _chinese(found[1])
    return found[0] if number is None else f"{number:f}%"


def _chinese(text: str) -> Decimal | None:
    """`十二` → 12, `三百二十` → 320, `一百` → 100; figures as they are; None for what is no number."""
    if _FIGURES.fullmatch(text):
        return in_digits(text)
    total, digit, scale = 0, None, 10_000
    for char in text:
        if char in _TENS:
            if _TENS[char] >= scale:
                return None
            scale = _TENS[char]
            total += (1 if digit is None else digit) * scale
            digit = None
        elif digit is None or digit == 0:
            digit = _DIGITS[char]
        else:
            return None
    return Decimal(total + (digit or 0))
