"""Texts as people type them: compared without blanks, width and punctuation, kept as typed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

# Marks of footnotes and lists, powers, and fractions: as plain digits they would run into the number
# beside them (`48¹人`, `5½小时`).
_NO_DIGITS = re.compile(r"([¹²³⁰⁴-⁹₀-₉①-⑳⓪-⓿❶-➓㉈-㉏㉑-㉟㊱-㊿¼-¾⅐-⅟↉]+|(?<=\d)[⒈-⒛🄀-🄊])")


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones: `５０％` → `50%`; `①`, `²` and `½` stay."""
    if text.isascii():
        return text
    parts = _NO_DIGITS.split(text)
    return "".join(part if i % 2 else unicodedata.normalize("NFKC", part) for i, part in enumerate(parts))


# Characters that take no room and that nobody sees: they come with texts from web pages, PDF files and chats.
_INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x0009), *range(0x000E, 0x0020), *range(0x007F, 0x0085), *range(0x0086, 0x00A0),
    *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFFC), *range(0xE0000, 0xE01F0),
)  # fmt: skip
_INVISIBLE_CHARACTERS = frozenset(map(chr, _INVISIBLE))
_WITHOUT_INVISIBLE = dict.fromkeys(_INVISIBLE)


def visible(text: str) -> str:
    """The text without the characters that nobody sees; the same object where there are none."""
    return text if _INVISIBLE_CHARACTERS.isdisjoint(text) else text.translate(_WITHOUT_INVISIBLE)


def invisible_in(text: str) -> tuple[str, ...]:
    """The invisible characters of a text as people look them up, each once: `U+200B`."""
    return tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in text if char in _INVISIBLE_CHARACTERS))


# Texts come again and again; of the long ones only a few are kept in memory.
_LONG = 2_000
_MOST, _MOST_LONG = 1024, 64


def squeezed(text: str) -> str:
    """Half-width and without any blank or line break."""
    return _squeezed(text) if len(text) <= _LONG else _squeezed_long(text)


def label_key(text: str) -> str:
    """What two spellings of one label have in common: letters and digits, nothing else.

    `预算规模及 资金用途` and `预算规模及资金用途：` are one label; `资金支出计划（%）` is `资金支出计划`.
    """
    return _label_key(text) if len(text) <= _LONG else _label_key_long(text)


_BEHIND = re.compile(r"(?:[(\[【〔][^()\[\]【】〔〕]{0,20}[)\]】〔〕]|[:\s]){1,9}$")
# What is counted in 元 where the form counts in 万元 is another figure.
YUAN = "元"
OTHER_UNITS = (YUAN, "千元", "百元", "百万元", "亿元", "亿")
_OTHER_UNIT = re.compile(rf"[(\[【〔](?:金额)?(?:单位)?:?(?:人民币)?({'|'.join(OTHER_UNITS)})[)\]】〔〕]")
_Key = TypeVar("_Key")


def label_in(text: str, names: Mapping[str, _Key], *, counted_in: Collection[str] = ()) -> _Key | None:
    """What a label stands for, names by their `label_key`; None for no label.

    A bracket behind it is no part of it: `分值权重（90）`, `项目编码（21位）`, `预算数（万元）`. A unit of
    account other than 万元 is, unless it is one of counted_in: with `元` there, `预算数（元）` is 预算数.
    """
    known = names.get(label_key(text))
    if known is not None:
        return known
    bare, unit = _before_bracket(text) if len(text) <= _LONG else _before_bracket.__wrapped__(text)
    return None if bare is None or unit not in {None, *counted_in} else names.get(bare)


@lru_cache(_MOST)
def _before_bracket(text: str) -> tuple[str | None, str | None]:
    """The `label_key` of a text without the bracket behind it, None without one, and the unit in it."""
    plain = half_width(text).strip()
    bare = _BEHIND.sub("", plain)
    return (None, None) if bare == plain else (label_key(bare), other_unit(text))


def other_unit(label: str) -> str | None:
    """The unit that a label says its amounts are in, where it is not 万元: `预算数（单位：元）` → `元`."""
    found = _OTHER_UNIT.search(squeezed(label))
    return None if found is None else found[1]


def _squeeze(text: str) -> str:
    return "".join(half_width(text).split())


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in half_width(text) if char.isalnum()).lower()


_squeezed, _squeezed_long = lru_cache(_MOST)(_squeeze), lru_cache(_MOST_LONG)(_squeeze)
_label_key, _label_key_long = (lru_cache(_MOST)(_letters_and_digits), lru_cache(_MOST_LONG)(_letters_and_digits))


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def cut(text: str, length: int) -> str:
    """At most `length` characters, the cut marked by `…`; for messages, never for data."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def what_it_shows(text: str) -> str:
    """`显示“5.76万元”`: what one sees in a cell, for messages."""
    return f"显示“{cut(text, 30)}”" if text else "什么也不显示"


# Comparing run by run takes time that grows with the cube of the length.
_LONGEST_COMPARED = 100


def neighbours(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1, by their `label_key`s: what they share, run by run.

    Of long texts it is what they share of their pairs of characters.
    """
    first, second = label_key(one), label_key(other)
    if max(len(first), len(second)) > _LONGEST_COMPARED:
        pairs = [Counter(map("".join, pairwise(text))) for text in (first, second)]
        return 2 * (pairs[0] & pairs[1]).total() / max(pairs[0].total() + pairs[1].total(), 1)
    from difflib import SequenceMatcher  # noqa: PLC0415 (only needed when a label is missing)

    return SequenceMatcher(None, first, second).ratio()
