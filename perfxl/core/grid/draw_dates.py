"""A day or a time under its number format → the text in the cell: `2024年11月30日`, `十一月`, `下午3时05分`.

Days are counted from 1900 or 1904 as Excel does, which takes 1900 for a leap year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from perfxl.core.grid.chinese_numerals import chinese_digits, chinese_number
from perfxl.core.grid.number_formats import Part, Section, Token

# 9999-12-31.
_LAST_DAY = 2_958_465
_DAYS_TO_1904 = 1_462
_DAY_MILLISECONDS = 86_400_000
_WEEK = "一二三四五六日"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Windows language ids of Chinese: 简体, 繁体, 香港, 新加坡, 澳门.
_CHINESE = {0x804, 0x404, 0xC04, 0x1004, 0x1404}
_TAIWAN = 0x404
_YEARS_TO_BUDDHA = 543
_YEARS_TO_REPUBLIC = 1911


@dataclass(frozen=True, slots=True)
class _Moment:
    """A point in time, taken apart. weekday: 0 is Monday. days: whole days counted from the first."""

    year: int
    month: int
    day: int
    weekday: int
    days: int
    milliseconds: int


def draw_date(section: Section, value: float, *, from_1904: bool = False) -> str | None:
    """What a cell shows of a day or a time; None for one that a calendar does not have."""
    moment = _moment(value, section, from_1904=from_1904)
    if moment is None:
        return None
    half_days = Part.HALF_DAY in section.has
    return "".join(_drawn(token, moment, section, half_days=half_days) for token in section.tokens)


def _moment(value: float, section: Section, *, from_1904: bool) -> _Moment | None:
    if from_1904:
        value += _DAYS_TO_1904
    if not 0 <= value < _LAST_DAY + 1:
        return None
    days = int(value)
    milliseconds = round((value - days) * _DAY_MILLISECONDS)
    # Seconds are rounded where no parts of them are shown.
    parts = next((len(t.text) for t in section.tokens if t.part is Part.SECOND_PARTS), 0)
    step = 10 ** (3 - parts)
    shows_seconds = any(t.text[:1] == "s" for t in section.tokens if t.part in {Part.DATE, Part.ELAPSED})
    if shows_seconds or parts:
        milliseconds = (milliseconds + step // 2) // step * step
    if milliseconds >= _DAY_MILLISECONDS:
        days, milliseconds = days + 1, milliseconds - _DAY_MILLISECONDS
        if days > _LAST_DAY:
            return None
    year, month, day = _calendar(days)
    return _Moment(year, month, day, (days + 5) % 7, days, milliseconds)


def _calendar(days: int) -> tuple[int, int, int]:
    """The day of a number. Excel has a 0 January and a 29 February 1900."""
    if days == 0:
        return 1900, 1, 0
    if days == 60:
        return 1900, 2, 29
    found = date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)
    return found.year, found.month, found.day


def _drawn(token: Token, moment: _Moment, section: Section, *, half_days: bool) -> str:
    if token.part is Part.SECOND_PARTS:
        return "." + f"{moment.milliseconds % 1000:03d}"[: len(token.text)]
    if token.part is Part.HALF_DAY:
        return _half_day(token.text, section, afternoon=moment.milliseconds * 2 >= _DAY_MILLISECONDS)
    if token.part is Part.ELAPSED:
        return _elapsed(token.text, moment)
    if token.part is not Part.DATE:
        return token.text
    letter, length = token.text[0], len(token.text)
    if letter in "hns":
        return _in_chinese(_time(letter, length, moment, half_days=half_days), section, spoken=True)
    return _DAY_PARTS[letter](length, moment, section)


def _time(letter: str, length: int, moment: _Moment, *, half_days: bool) -> str:
    seconds = moment.milliseconds // 1000
    hour = seconds // 3600
    if half_days:
        hour = hour % 12 or 12
    number = {"h": hour, "n": seconds // 60 % 60, "s": seconds % 60}[letter]
    return f"{number:0{min(length, 2)}d}"


def _elapsed(token: str, moment: _Moment) -> str:
    per = {"h": 3_600_000, "m": 60_000, "s": 1000}[token[0]]
    return f"{(moment.days * _DAY_MILLISECONDS + moment.milliseconds) // per:0{len(token)}d}"


def _half_day(token: str, section: Section, *, afternoon: bool) -> str:
    if ("/" in token and token[0] in "上下") or section.language in _CHINESE:
        return "下午" if afternoon else "上午"
    names = token.split("/")
    return names[1] if afternoon else names[0]


def _in_chinese(number: str, section: Section, *, spoken: bool) -> str:
    """The number in characters where the format asks for them: 11 月 is spoken, a year read digit by digit."""
    if not section.chinese:
        return number
    if not spoken:
        return chinese_digits(number, section.chinese)
    text = chinese_number(Decimal(number), section.chinese)
    # 十一月, not 一十一月.
    return text.removeprefix("一") if section.chinese == 1 and text.startswith("一十") else text


def _year(length: int, moment: _Moment, section: Section) -> str:
    text = f"{moment.year % 100:02d}" if length <= 2 else f"{moment.year:04d}"
    return _in_chinese(text, section, spoken=False)


def _era_year(length: int, moment: _Moment, section: Section) -> str:
    if section.language == _TAIWAN:
        return _in_chinese(f"{moment.year - _YEARS_TO_REPUBLIC:0{length}d}", section, spoken=False)
    return _in_chinese(str(moment.year), section, spoken=False)


def _buddhist_year(length: int, moment: _Moment, section: Section) -> str:
    year = moment.year + _YEARS_TO_BUDDHA
    return _in_chinese(f"{year % 100:02d}" if length <= 2 else str(year), section, spoken=False)


def _era(_length: int, _moment: _Moment, _section: Section) -> str:
    return ""


def _month(length: int, moment: _Moment, section: Section) -> str:
    if length <= 2:
        return _in_chinese(f"{moment.month:0{length}d}", section, spoken=True)
    if section.language in _CHINESE and length in {3, 4}:
        return f"{moment.month}月" if length == 3 else f"{_spoken(moment.month)}月"
    name = _MONTHS[moment.month - 1]
    return {3: name[:3], 5: name[:1]}.get(length, name)


def _spoken(number: int) -> str:
    return chinese_number(Decimal(number), 1).removeprefix("一") if number > 9 else chinese_digits(str(number), 1)


def _day(length: int, moment: _Moment, section: Section) -> str:
    if length <= 2:
        return _in_chinese(f"{moment.day:0{length}d}", section, spoken=True)
    if section.language in _CHINESE:
        return ("周" if length == 3 else "星期") + _WEEK[moment.weekday]
    name = _DAYS[moment.weekday]
    return name[:3] if length == 3 else name


def _weekday(length: int, moment: _Moment, _section: Section) -> str:
    return ("" if length == 3 else "星期") + _WEEK[moment.weekday]


_DAY_PARTS: Mapping[str, Callable[[int, _Moment, Section], str]] = {
    "y": _year,
    "e": _era_year,
    "b": _buddhist_year,
    "g": _era,
    "m": _month,
    "d": _day,
    "a": _weekday,
}
