"""Numbers as people type them: understood where there is one meaning only, and said so.

`１２３`, `1,234.50`, `96.30万元`, `50％` have one meaning. `96.3元` on a form in 万元 may be a wrong
unit or a wrong amount: it is not a number here, and a rule asks the person. A number under a number format
means what it shows where that and the stored value agree; where not, both are said.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal

from perfxl.core.grid.cells import Cell, shown
from perfxl.core.grid.text import half_width, squeezed, visible

# A sum that no budget reaches; above it the cell holds something else (a code, a slip of the hand).
LARGEST = Decimal(10) ** 12
# Decimal arithmetic keeps 28 digits: what has more would be rounded by every sum and product, in silence.
_MOST_DIGITS = 28
_MOST_DECIMALS = 20

_PLAIN = re.compile(r"[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)")
# Signs that people put where there is nothing.
NOTHING = ("-", "--", "—", "——", "―", "–", "/", "无", "无。")
_IN_WAN = ("万元", "万")
_WAN = Decimal(10_000)
_PERCENT = ("%", "percent")


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell's number is.

    value: None for a sign that means “nothing” (`—`, `无`), and where nothing certain can be read.
    plain: the cell holds just this number, so a formula may point at it. understood: the normal form,
    where the cell's text differs from it; None where nothing had to be understood. stored: what the cell
    keeps, where it shows another number; None where the two agree.
    """

    value: Decimal | None
    plain: bool
    understood: str | None = None
    stored: str | None = None


def parse_text_number(text: str, suffixes: tuple[str, ...] = _IN_WAN) -> Number | None:
    """The number that a text means, None where it means none. suffixes: units behind it that change nothing.

    Blanks around it and before its unit do not count; inside it they do: `90 100` is no number.
    """
    plain = half_width(visible(text)).strip()
    if plain in NOTHING:
        return Number(None, plain=False, understood="空白")
    for suffix in suffixes:
        plain = plain.removesuffix(suffix).rstrip()
    match = _PLAIN.fullmatch(plain)
    number = None if match is None else in_digits(match[0])
    return None if number is None else Number(number, plain=False, understood=shown(number))


def parse_number(cell: Cell, suffixes: tuple[str, ...] = _IN_WAN) -> Number | None:
    """The number that a cell means, None for a text, a truth value, NaN, or one too large.

    suffixes: the units that may stand behind it and change nothing.
    """
    if isinstance(cell.value, str):
        return parse_text_number(cell.text, suffixes)
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float | Decimal):
        return None
    number = exact(cell.value)
    if number is None or cell.shown is None:
        return None if number is None else Number(number, plain=True)
    return _under_format(number, cell.text, suffixes)


def parse_amount(cell: Cell) -> Number | None:
    """The amount in 万元 that a cell holds. Amounts in 元 are not guessed: None.

    57600 that is shown as `5.76万元`, or with four digits behind a drawn point, is 5.76.
    """
    return parse_number(cell)


def parse_percentage(cell: Cell) -> Number | None:
    """The percentage that a cell holds, 50 for 50 %: `50`, `50%`, `50％`, 0.5 shown as 50%."""
    number = parse_number(cell, suffixes=_PERCENT)
    if number is None or number.value is None or isinstance(cell.value, str):
        return _with_percent_sign(number)
    return number if shows_percent(cell) else replace(number, plain=False)


def shows_percent(cell: Cell) -> bool:
    """Whether a cell's number is shown a hundred times as large, with a percent sign."""
    if isinstance(cell.value, bool | str) or cell.value is None or not cell.text.endswith("%"):
        return False
    number = parse_number(cell, suffixes=_PERCENT)
    return number is not None and number.plain


def _under_format(stored: Decimal, text: str, suffixes: tuple[str, ...]) -> Number:
    """A stored number that is shown as a text. plain: the two agree."""
    kept = shown(stored)
    if stored == 0 and text in {"", *NOTHING}:
        return Number(stored, plain=True)
    seen, unit, currency = _seen(text)
    if seen is None or (unit and unit not in suffixes and not (unit == "%" and "%" in suffixes)):
        return Number(None, plain=False, stored=kept)
    if unit == "%" and _rounds_to(stored * 100, seen):
        return Number(tidy(stored * 100), plain=True)
    if _rounds_to(stored, seen):
        doubtful = currency or (seen != stored and _has_cents(stored))
        return Number(stored, plain=not doubtful, stored=kept if doubtful else None)
    if seen and _IN_WAN[0] in suffixes and _rounds_to(stored / _WAN, seen):
        return Number(tidy(stored / _WAN), plain=False, stored=kept)
    return Number(None, plain=False, stored=kept)


_SEEN = re.compile(
    r"(?P<minus>-?)(?P<open>\(?)(?P<currency>(?:¥|\$|€|RMB|CNY)?)(?P<inner>-?)"
    r"(?P<digits>\d[\d,]*(?:\.\d*)?|\.\d+)(?P<exponent>(?:E[+-]?\d{1,3})?)(?P<close>\)?)(?P<unit>[^\d(]{0,9})"
)


def _seen(text: str) -> tuple[Decimal | None, str, bool]:
    """The number that a format draws, the unit behind it, and whether a currency sign stands before it."""
    found = _SEEN.fullmatch(squeezed(text))
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None, "", False
    number = Decimal(found["digits"].replace(",", "").rstrip(".") + found["exponent"])
    negative = bool(found["open"]) or (bool(found["minus"]) != bool(found["inner"]))
    return (-number if negative else number), found["unit"], bool(found["currency"])


def _rounds_to(number: Decimal, seen: Decimal) -> bool:
    """Whether a number, rounded to the places that are shown, is the one that is shown."""
    exponent = seen.as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    # More places than a stored number has are zeros.
    places = Decimal(1).scaleb(max(exponent, -_MOST_DECIMALS))
    return number.quantize(places, ROUND_HALF_UP, Context(prec=60)) == seen


def _has_cents(number: Decimal) -> bool:
    """Whether it has no more than two decimals: of one with more a rule of its own says so."""
    return number == number.quantize(Decimal("0.01"), context=Context(prec=60))


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
