"""Numbers, days and times as an .ods writes them → the number that a cell stores."""

from __future__ import annotations

import math
import re
from datetime import date

_DAY_ZERO = date(1899, 12, 30).toordinal()
# So many days the calendar takes to come round.
_YEARS, _DAYS = 400, 146_097
_NUMBERS = ("float", "percentage", "currency")
_DAY = re.compile(
    r"(-?[0-9]{4,6})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:[.,][0-9]{1,12})?))?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DURATION = re.compile(
    r"(-?)P(?:([0-9]{1,9})D)?"
    r"(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12}(?:[.,][0-9]{1,12})?)S)?)?"
)


def stored_number(kind: str, value: str) -> float | None:
    """The number of a cell; None for a date or a time that is none. ValueError for what is no number."""
    if kind == "date":
        return _serial(value)
    if kind == "time":
        return _part_of_day(value)
    if kind not in _NUMBERS or "_" in value:
        raise ValueError(f"no number: {kind} {value}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"no number: {value}")
    return number


def _serial(text: str) -> float | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    # Programs know years that Python does not: 5760000 formatted as a date is one of 17670.
    round_, year = divmod(int(found[1]), _YEARS)
    try:
        day = date(year + _YEARS, int(found[2]), int(found[3])).toordinal() + (round_ - 1) * _DAYS
    except ValueError:
        return None
    seconds = int(found[4] or 0) * 3600 + int(found[5] or 0) * 60 + _decimal(found[6])
    return day - _DAY_ZERO + seconds / 86_400


def _part_of_day(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[3] or 0) * 3600 + int(found[4] or 0) * 60 + _decimal(found[5])
    days = int(found[2] or 0) + seconds / 86_400
    return -days if found[1] else days


def _decimal(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0
