"""Texts as people type them: compared without blanks, width and punctuation, kept as typed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones: `５０％` → `50%`."""
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=1024)
def squeezed(text: str) -> str:
    """Half-width and without any blank or line break."""
    return "".join(half_width(text).split())


@lru_cache(maxsize=1024)
def label_key(text: str) -> str:
    """What two spellings of one label have in common: letters and digits, nothing else.

    `预算规模及 资金用途` and `预算规模及资金用途：` are one label; `资金支出计划（%）` is `资金支出计划`.
    """
    return "".join(char for char in half_width(text) if char.isalnum()).lower()


def cut(text: str, length: int) -> str:
    """At most `length` characters, the cut marked by `…`; for messages, never for data."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def neighbours(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1, by their `label_key`s."""
    from difflib import SequenceMatcher  # noqa: PLC0415 (only needed when a label is missing)

    return SequenceMatcher(None, label_key(one), label_key(other)).ratio()


LINE_HEIGHT = 15.5


def lines(text: str | None, width: float) -> int:
    """How many lines a text takes in a column of that many characters; a Chinese one counts two."""
    per_line = max(int(width) - 1, 1)
    return sum(
        max(1, -(-sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) // per_line))
        for line in (text or "").split("\n")
    )
