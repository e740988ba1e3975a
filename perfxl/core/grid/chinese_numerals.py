"""Numbers in Chinese characters, as `[DBNum1]` (一二三), `[DBNum2]` (壹贰叁) and `[DBNum3]` (full-width) write them."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {1: "〇一二三四五六七八九", 2: "零壹贰叁肆伍陆柒捌玖", 3: "０１２３４５６７８９"}
_TENS = {1: ("", "十", "百", "千"), 2: ("", "拾", "佰", "仟"), 3: ("", "十", "百", "千")}
_GROUPS = ("", "万", "亿", "兆", "京", "垓")
_LARGEST = Decimal(10) ** (4 * len(_GROUPS))


def chinese_digits(text: str, style: int) -> str:
    """Each digit of a text as its character, nothing else changed: `2024` → `二〇二四`."""
    return text.translate({ord(str(n)): char for n, char in enumerate(_DIGITS[style])})


def chinese_number(number: Decimal, style: int) -> str:
    """A number of no sign, spoken: 123 → `一百二十三`; digits behind the point one by one: `一.五`."""
    if number >= _LARGEST:
        return chinese_digits(format(number, "f"), style)
    whole, _, decimals = format(number.normalize(), "f").partition(".")
    spoken = _whole(int(whole), style) or _DIGITS[style][0]
    return f"{spoken}.{chinese_digits(decimals, style)}" if decimals else spoken


def _whole(number: int, style: int) -> str:
    text = ""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    zero = _DIGITS[style][0]
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            continue
        # A gap is spoken once: 一万〇三.
        gap = text and (group < 1000 or not groups[place + 1])
        text += (zero if gap else "") + _group(group, style) + _GROUPS[place]
    return text


def _group(number: int, style: int) -> str:
    digits, tens = _DIGITS[style], _TENS[style]
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + tens[place]
            gap = False
        else:
            gap = True
    return text
