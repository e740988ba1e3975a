"""Wording that belongs to a year: years, days, and documents by their numbers, exactly as a text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.core.forms.document_numbers import document_numbers
from perfxl.core.grid.text import half_width

_D = "[0-9０-９]"
_MONTH = rf"{_D}{{1,2}}\s*月份?"
_DAY = rf"{_D}{{1,2}}\s*[日号]"
_PART = "(?:上旬|中旬|下旬|月底|底|末|初)"
_BEFORE = "(?:之前|以前|前)"
_YEAR = rf"(?:[12１２]{_D}{{3}})"
_HAN = "[〇○零一二三四五六七八九]"

_RANGE = re.compile(rf"{_YEAR}\s*+年?+(?:度)?+\s*+[-－—–~～至到]++\s*({_YEAR})\s*年(?:度)?")
_OF_A_YEAR = re.compile(rf"(?<!{_D})({_YEAR})\s*年(?:度|初|末|底)?(?:\s*{_MONTH}(?:\s*{_DAY})?{_PART}?)?{_BEFORE}?")
_IN_NUMBERS = re.compile(rf"(?<!{_D})({_YEAR})([-./]){_D}{{1,2}}(?:\2{_D}{{1,2}})?(?!{_D})")
_IN_CHINESE = re.compile(rf"(二{_HAN}{{3}})\s*年(?:度|初|末|底)?(?:[一二三四五六七八九十]{{1,2}}月(?:底|末)?)?")
_OF_ANY_YEAR = re.compile(rf"(?<!{_D}){_MONTH}(?:\s*{_DAY}{_BEFORE}?|{_PART}{_BEFORE}?|{_BEFORE})")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def dated_words(text: str | None, year: int) -> tuple[str, ...]:
    """What in a text of an earlier year may have to change for `year`, in its order, each once.

    Years before it (a range counts by its end), documents of such years, and days that name no year.
    """
    found: list[tuple[int, str]] = []
    taken = bytearray(len(text or ""))
    for start, words, of in _spans(text or ""):
        span = slice(start, start + len(words))
        if any(taken[span]):
            continue
        # A range that is still running covers the years in it.
        taken[span] = b"\1" * len(words)
        if of is None or of < year:
            found.append((start, words))
    return tuple(dict.fromkeys(words for _, words in sorted(found)))


def _spans(text: str) -> Iterator[tuple[int, str, int | None]]:
    """Where, what, and of which year; the longest reading of a place first."""
    for number in document_numbers(text):
        yield number.at, number.typed, number.year
    for pattern in (_RANGE, _OF_A_YEAR, _IN_NUMBERS):
        for match in pattern.finditer(text):
            yield match.start(), match[0], int(half_width(match[1]))
    for match in _IN_CHINESE.finditer(text):
        yield match.start(), match[0], int(match[1].translate(_CHINESE_DIGITS))
    for match in _OF_ANY_YEAR.finditer(text):
        yield match.start(), match[0], None
