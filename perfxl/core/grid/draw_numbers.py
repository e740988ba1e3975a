"""A number under its number format → the text that a person sees in the cell, as Excel and WPS draw it.

Rounding is Excel's: half away from zero, on the 15 digits that a cell keeps.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from perfxl.core.grid.chinese_numerals import chinese_digits, chinese_number
from perfxl.core.grid.draw_dates import draw_date
from perfxl.core.grid.number_formats import Part, Section, Token, number_format

# No format has more places than this; with fewer digits arithmetic would round.
_EXACT = Context(prec=1500, rounding=ROUND_HALF_UP)
_OPERATORS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_ZERO = Decimal(0)
_HIDDEN_PERCENT = re.compile(r"\n[\s%]{0,99}$")
# A cell filled with these is what a spreadsheet program shows for a day that it does not have.
NO_DAY = "########"


@lru_cache(maxsize=8192)
def shown_number(value: float, code: str, *, from_1904: bool = False) -> str | None:
    """What a cell shows of a number, blanks at the ends included; None where it is shown as it is.

    from_1904: whether the workbook counts its days from 1904. A format that shows nothing gives `""`.
    """
    form = number_format(code)
    if form.plain or not math.isfinite(value):
        return None
    number = Decimal(format(value, ".15g"))
    section, absolute = _chosen(form.numbers, number)
    if section is None:
        return NO_DAY
    if section.shows_date:
        day = draw_date(section, value, from_1904=from_1904)
        return NO_DAY if day is None else day
    magnitude = abs(number)
    sign = "-" if number < 0 and not absolute else ""
    text = _draw(section, magnitude)
    text = without_hidden_percent(text)
    return sign + (chinese_digits(text, section.chinese) if section.chinese else text)


@lru_cache(maxsize=1024)
def shown_text(value: str, code: str) -> str:
    """What a cell shows of a text."""
    section = number_format(code).text
    if section is None:
        return value
    return "".join(value if token.part is Part.TEXT else token.text for token in section.tokens)


def without_hidden_percent(text: str) -> str:
    """The first line of what a number shows, where the second has a percent sign only.

    `0.00,,"万元"` with a percent sign on a second line divides by ten thousand; the row shows one line.
    """
    return text.partition("\n")[0] if _HIDDEN_PERCENT.search(text) else text


# ----------------------------------------------------------------------------------------- inside


def _chosen(sections: tuple[Section, ...], number: Decimal) -> tuple[Section | None, bool]:
    """The section for a number, and whether it draws the number without its sign."""
    if any(section.condition for section in sections[:2]):
        return _by_condition(sections, number)
    if len(sections) == 1 or number > 0 or (number == 0 and len(sections) < 3):
        return sections[0], False
    return (sections[1], True) if number < 0 else (sections[2], False)


def _by_condition(sections: tuple[Section, ...], number: Decimal) -> tuple[Section | None, bool]:
    # The second section without a condition is for negative numbers where the first takes others.
    for index, section in enumerate(sections):
        condition = section.condition
        if condition is None:
            if index == 1 and len(sections) == 3:
                if number < 0:
                    return section, True
                continue
            return section, index > 0 and number < 0 and _takes_all_others(sections[0])
        if _OPERATORS[condition[0]](number, condition[1]):
            return section, number < 0 and condition[0] in {"<", "<="} and condition[1] <= 0
    return None, False


def _takes_all_others(first: Section) -> bool:
    """Whether the first section takes zero and all positive numbers, so that the next one is for negative ones."""
    return first.condition in {(">=", _ZERO), (">", _ZERO)}


def _draw(section: Section, number: Decimal) -> str:
    parts = section.has
    number = number.scaleb(section.scale, _EXACT)
    if Part.FRACTION in parts:
        return _fraction(section, number)
    if Part.EXPONENT in parts and Part.DIGIT in parts:
        return _scientific(section, number)
    if Part.DIGIT in parts:
        return _digits(section, number)
    general = chinese_number(number, section.chinese) if section.chinese else general_text(number)
    return "".join(general if t.part in {Part.GENERAL, Part.TEXT} else t.text for t in section.tokens)


def general_text(number: Decimal) -> str:
    """A number as the general format shows it, all its digits kept."""
    return format(float(number), ".15g")


def _digits(section: Section, number: Decimal) -> str:
    """Digits put into their places from the point to both sides; literals stay where they stand."""
    tokens = section.tokens
    point = next((i for i, t in enumerate(tokens) if t.part is Part.POINT), len(tokens))
    places = [i for i, t in enumerate(tokens) if t.part is Part.DIGIT]
    whole_places, decimal_places = [i for i in places if i < point], [i for i in places if i > point]
    whole, decimals = _rounded(number, len(decimal_places))
    drawn = {i: token.text for i, token in enumerate(tokens)}
    drawn.update(_whole(section, whole_places, whole))
    drawn.update(_decimals(tokens, decimal_places, decimals))
    if not whole_places and point < len(tokens) and whole:
        drawn[point] = whole + "."
    if section.chinese and Part.POINT not in section.has and len(whole_places) == len(places) == 1:
        drawn[places[0]] = chinese_number(Decimal(whole or "0"), section.chinese)
    return "".join(drawn[i] for i in range(len(tokens)))


def _rounded(number: Decimal, decimals: int) -> tuple[str, str]:
    """The digits before the point, without zeros at the front, and those behind it."""
    rounded = number.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    whole, _, rest = format(rounded, "f").partition(".")
    return whole.lstrip("0"), rest


def _whole(section: Section, places: list[int], digits: str) -> Iterator[tuple[int, str]]:
    """The last digit goes to the last place; all that do not fit go to the first one."""
    tokens = section.tokens
    remaining = digits
    count = 0
    shown_places = max(len(digits), _required(tokens, places))
    for place in reversed(places):
        mine, remaining = (remaining[-1:], remaining[:-1]) if place != places[0] else (remaining, "")
        texts = list(mine) or [{"0": "0", "?": " "}.get(tokens[place].text, "")]
        text = ""
        for one in reversed(texts):
            group = section.thousands and count and count % 3 == 0 and one.strip() and count < shown_places
            text = one + ("," if group else "") + text
            count += 1
        yield place, text


def _required(tokens: tuple[Token, ...], places: list[int]) -> int:
    """How many digits are drawn at least: from the first `0` on."""
    first = next((n for n, place in enumerate(places) if tokens[place].text == "0"), len(places))
    return len(places) - first


def _decimals(tokens: tuple[Token, ...], places: list[int], digits: str) -> Iterator[tuple[int, str]]:
    """Zeros at the end are drawn at a `0`, blank at a `?`, left out at a `#`."""
    needed = len(digits.rstrip("0"))
    for n, place in enumerate(places):
        if n < needed or any(tokens[later].text == "0" for later in places[n:]):
            yield place, digits[n]
        else:
            yield place, " " if tokens[place].text == "?" else ""


def _scientific(section: Section, number: Decimal) -> str:
    tokens = section.tokens
    at = next(i for i, t in enumerate(tokens) if t.part is Part.EXPONENT)
    point = next((i for i, t in enumerate(tokens) if t.part is Part.POINT), at)
    whole = sum(t.part is Part.DIGIT for t in tokens[: min(point, at)]) or 1
    decimals = sum(t.part is Part.DIGIT for t in tokens[point:at])
    exponent = 0
    if number:
        exponent = math.floor(number.adjusted() / whole) * whole if whole > 1 else number.adjusted()
        mantissa = number.scaleb(-exponent, _EXACT)
        if mantissa.quantize(Decimal(1).scaleb(-decimals), context=_EXACT) >= 10**whole:
            exponent += whole
        number = number.scaleb(-exponent, _EXACT)
    head = Section(tokens[:at], thousands=section.thousands)
    places = sum(t.part is Part.DIGIT for t in tokens[at + 1 :])
    sign = "-" if exponent < 0 else ("+" if tokens[at].text.endswith("+") else "")
    tail = "".join(t.text for t in tokens[at + 1 :] if t.part is not Part.DIGIT)
    return f"{_digits(head, number)}E{sign}{abs(exponent):0{max(places, 1)}d}{tail}"


def _fraction(section: Section, number: Decimal) -> str:
    tokens = section.tokens
    at = next(i for i, t in enumerate(tokens) if t.part is Part.FRACTION)
    wanted = tokens[at].text.partition("/")[2]
    has_whole = any(t.part is Part.DIGIT for t in tokens[:at])
    whole, rest = divmod(Fraction(number), 1) if has_whole else (0, Fraction(number))
    if wanted.isdigit() and int(wanted):
        below = int(wanted)
        above = int(rest * below + Fraction(1, 2))
    else:
        near = rest.limit_denominator(10 ** min(len(wanted), 7) - 1)
        above, below = near.numerator, near.denominator
    if has_whole and above == below:
        whole, above = whole + 1, 0
    always = not has_whole or "0" in tokens[at].text.partition("/")[0]
    text = f"{above}/{below}" if above or always else ""
    head = Section(tokens[:at], thousands=section.thousands)
    before = _digits(head, Decimal(int(whole))) if has_whole else "".join(t.text for t in tokens[:at])
    if has_whole and not whole and not text:
        before = before.rstrip() + "0"
    return before + text + "".join(t.text for t in tokens[at + 1 :])
