"""Numbers as people type them: understood where there is one meaning only, and said so.

`１２３`, `1,234.50`, `96.30万元`, `50％` have one meaning. `96.3元` on a form in 万元 may be a wrong
unit or a wrong amount: it is not a number here, and a rule asks the person.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from perfxl.core.cells import Cell, Value, shown
from perfxl.core.text import squeezed

# A sum that no budget reaches; above it the cell holds something else (a code, a slip of the hand).
LARGEST = Decimal(10) ** 12
# Decimal arithmetic keeps 28 digits: what has more would be rounded by every sum and product, in silence.
_MOST_DIGITS = 28
_MOST_DECIMALS = 20

_PLAIN = re.compile(r"[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)")
# Signs that people put where there is nothing.
NOTHING = ("-", "--", "—", "——", "―", "–", "/", "无", "无。")


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell's number is.

    value: None for a sign that means “nothing” (`—`, `无`). plain: the cell holds just this
    number, so a formula may point at it. understood: the normal form, where the cell's text
    differs from it; None where nothing had to be understood.
    """

    value: Decimal | None
    plain: bool
    understood: str | None = None


def parse_number(value: Value, suffixes: tuple[str, ...] = ("万元", "万")) -> Number | None:
    """The number that a value means, None where it means none (text, a date, NaN, too large).

    suffixes: the units that may stand behind it and change nothing.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        number = exact(value)
        return None if number is None else Number(number, plain=True)
    if not isinstance(value, str):
        return None
    text = squeezed(value)
    if text in NOTHING:
        return Number(None, plain=False, understood="空白")
    for suffix in suffixes:
        text = text.removesuffix(suffix)
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    number = in_digits(match[0])
    return None if number is None else Number(number, plain=False, understood=shown(number))


def parse_amount(cell: Cell) -> Number | None:
    """The amount in 万元 that a cell holds. Amounts in 元 are not guessed: None."""
    return parse_number(cell.value)


def parse_percentage(cell: Cell) -> Number | None:
    """The percentage that a cell holds, 50 for 50 %: `50`, `50%`, `50％`, 0.5 shown as 50%."""
    number = parse_number(cell.value, suffixes=("%", "percent"))
    if number is None or number.value is None or not number.plain:
        return _with_percent_sign(number)
    if cell.percent:
        return Number(tidy(number.value * 100), plain=True)
    return Number(number.value, plain=False)


def as_fractions(numbers: list[Number | None]) -> list[Number | None] | None:
    """Four plan values read as fractions (0.5, 0.5 → 50, 50); None unless they only make sense so.

    Fractions add up to 1, or end with 1 without ever falling: as percentages that is no plan.
    """
    values = [number.value for number in numbers if number is not None and number.value is not None]
    bare = all(number is None or number.value is None or number.understood is None for number in numbers)
    if not values or not bare or any(not 0 <= value <= 1 for value in values):
        return None
    last = numbers[-1].value if numbers[-1] is not None else None
    if sum(values) != 1 and not (last == 1 and values == sorted(values)):
        return None
    return [
        number
        if number is None or number.value is None
        else Number(tidy(number.value * 100), plain=False, understood=f"{shown(tidy(number.value * 100))}%")
        for number in numbers
    ]


def exact(value: float | Decimal) -> Decimal | None:
    """A cell's number as the decimal that a person sees; None for NaN, infinity, and what arithmetic
    could only round: more than `LARGEST`, more than 28 digits.

    Excel keeps 15 digits: 0.1+0.2 is 0.3 in a cell, and so it is here.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    return tidy(number) if _is_exact(number) else None


def in_digits(text: str) -> Decimal | None:
    """The number that a text of digits, `1,234.50`, writes; None for one that arithmetic could only round."""
    number = Decimal(text.replace(",", ""))
    if not _is_exact(number):
        return None
    return number if len(text) <= _MOST_DIGITS else tidy(number)


def _is_exact(number: Decimal) -> bool:
    if number.copy_abs() > LARGEST:
        return False
    _, digits, exponent = _without_zeros(number).as_tuple()
    return len(digits) <= _MOST_DIGITS and isinstance(exponent, int) and -exponent <= _MOST_DECIMALS


def tidy(number: Decimal) -> Decimal:
    """Without an exponent and without zeros at the end, every other digit kept: 1E+2 → 100, 50.0 → 50."""
    number = _without_zeros(number)
    return Decimal(format(number, "f")) if number == number.to_integral_value() else number


def _without_zeros(number: Decimal) -> Decimal:
    # The usual 28 digits of precision would round what has more.
    return number.normalize(Context(len(number.as_tuple().digits), Emin=MIN_EMIN, Emax=MAX_EMAX))


def _with_percent_sign(number: Number | None) -> Number | None:
    if number is None or number.value is None:
        return number
    return Number(number.value, plain=False, understood=f"{number.understood}%")
