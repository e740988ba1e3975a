"""指标值: operator, number and unit out of one cell. The text as typed is never changed."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from perfxl.core.text import squeezed


class ParsedTarget(BaseModel):
    """A 指标值 with something measurable in it.

    operator: `≥`, `≤`, `>`, `<`, `＝`, or None where none is written. number: the first number;
    None for a point in time. unit: what follows it, None where nothing does.
    """

    model_config = ConfigDict(frozen=True)

    operator: str | None
    number: Decimal | None
    unit: str | None


_BEFORE = {
    "≥": ("≥", ">=", "=>", "≧", "不低于", "不少于", "不小于", "大于等于", "大于或等于", "至少"),
    "≤": ("≤", "<=", "=<", "≦", "不超过", "不高于", "不大于", "不多于", "小于等于", "小于或等于", "至多"),
    ">": (">", "大于", "高于", "多于", "超过"),
    "<": ("<", "小于", "低于", "少于"),
    "＝": ("=", "等于"),
}
_AFTER = {"≥": ("及以上", "以上"), "≤": ("及以下", "以下", "以内", "之内", "前", "之前")}
_SIGNS = sorted(((s, sign) for sign, many in _BEFORE.items() for s in many), key=lambda p: -len(p[0]))
_ENDS = sorted(((s, sign) for sign, many in _AFTER.items() for s in many), key=lambda p: -len(p[0]))
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_DATE = re.compile(
    r"(?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}[日号]|[初中]旬|上旬|下旬|底|末)?|年底|年末|季度末|月底)"
)
_FREQUENCY = re.compile(r"(每[年季月周日天](?:度)?)([一二三四五六七八九两十\d]+)(次|场|期|批)")


def parse_target(text: str | None) -> ParsedTarget | None:
    """What can be measured in a 指标值, None for a qualitative one (`显著提升`) or a blank.

    `≥90%`, `不低于 90%`, `90%以上` → ≥ 90 %; `500元/人` → 500 元/人; `每年一次` → 1 次/年;
    `12月31日前` → ≤, no number, unit `12月31日`.
    """
    rest = squeezed(text or "")
    if not rest:
        return None
    operator, rest = _operator(rest)
    frequency = _FREQUENCY.fullmatch(rest)
    if frequency:
        number = _small_number(frequency[2])
        unit = f"{frequency[3]}/{frequency[1][1]}"
        return None if number is None else ParsedTarget(operator=operator, number=number, unit=unit)
    if _DATE.match(rest):
        date = _DATE.match(rest)
        assert date is not None  # noqa: S101 (for the type checker)
        return ParsedTarget(operator=operator, number=None, unit=date[0])
    found = _NUMBER.search(rest)
    if found is None:
        return None
    unit_text = rest[found.end() :].strip("。；;，,)")
    return ParsedTarget(
        operator=operator,
        number=Decimal(found[0].replace(",", "")),
        unit=(unit_text[:12] or None),
    )


def _operator(text: str) -> tuple[str | None, str]:
    for sign, operator in _SIGNS:
        if text.startswith(sign):
            return operator, text[len(sign) :]
    for end, operator in _ENDS:
        if text.endswith(end) and len(text) > len(end):
            return operator, text[: -len(end)]
    return None, text


def _small_number(text: str) -> Decimal | None:
    if text.isdecimal():
        return Decimal(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return Decimal((_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0))
    return Decimal(_DIGITS[text]) if text in _DIGITS else None
