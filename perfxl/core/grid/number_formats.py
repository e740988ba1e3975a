"""Number formats as Excel and WPS write them, taken apart: `#,##0.00;[Red]-#,##0.00`, `0!.0,"万元"`, `yyyy"年"m"月"`.

A code has up to four sections: for positive numbers, negative ones, zero, texts; or conditions such as
`[>=10000]`. Source: ECMA-376, 18.8.30 and 18.8.31; `!` as an escape and `G/通用格式` as Chinese Excel
and WPS write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

GENERAL = "General"
_GENERAL_NAMES = ("general", "g/通用格式", "standard", "常规")
# Excel takes no longer code.
_LONGEST = 255


class Part(Enum):
    """What a token of a section stands for."""

    LITERAL = "literal"
    DIGIT = "digit"
    POINT = "point"
    EXPONENT = "exponent"
    FRACTION = "fraction"
    PERCENT = "percent"
    GENERAL = "general"
    TEXT = "text"
    DATE = "date"
    ELAPSED = "elapsed"
    HALF_DAY = "half_day"
    SECOND_PARTS = "second_parts"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a section and its characters as they are shown or as they were written."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section, ready to be drawn.

    condition: (operator, bound), None for a section that has its place only. scale: the powers of ten
    that commas behind the digits take off and percent signs put on. thousands: digits are grouped.
    chinese: 1 to 3 for `[DBNum1]` to `[DBNum3]`, 0 without. language: the Windows language id of
    `[$-804]`, 0 without. shows_date: whether it draws a day or a time.
    """

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    scale: int = 0
    thousands: bool = False
    chinese: int = 0
    language: int = 0
    shows_date: bool = False

    @property
    def has(self) -> frozenset[Part]:
        """Which parts occur in it."""
        return frozenset(token.part for token in self.tokens)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A code taken apart. numbers: the sections for numbers, one to three. text: that for texts, if any."""

    numbers: tuple[Section, ...]
    text: Section | None

    @property
    def plain(self) -> bool:
        """Whether numbers are shown as they are."""
        only = self.numbers[0]
        return len(self.numbers) == 1 and [t.part for t in only.tokens] == [Part.GENERAL] and not only.chinese


@lru_cache(maxsize=2048)
def number_format(code: str) -> NumberFormat:
    """The code taken apart. What no program could read, or is too long to be one, shows numbers as they are."""
    sections = [_section(text) for text in _split(code)] if len(code) <= _LONGEST else []
    # Only the last one may be for texts: the fourth, or one with `@`.
    text = None
    if len(sections) > 3 or (sections and Part.TEXT in sections[-1].has):
        text = sections.pop()
    general = Section((Token(Part.GENERAL, GENERAL),))
    return NumberFormat(tuple(sections[:3]) or (general,), text)


# Quoted text, escapes, blanks as wide as a character, fillers, brackets; then one character at a time.
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<blank>.)|\*(?P<filler>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|g/通用格式|常规)|(?P<half>am/pm|a/p|上午/下午)|(?P<exponent>e[+-])"
    r"|(?P<date>y{1,255}|m{1,255}|d{1,255}|h{1,255}|s{1,255}|a{3,4}|e{1,4}|g{1,3}|b{1,4})|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s{0,9}([+-]?[0-9]{0,20}\.?[0-9]{0,20}(?:E[+-]?[0-9]{1,3})?)", re.IGNORECASE)
_ELAPSED = re.compile(r"h{1,9}|m{1,9}|s{1,9}", re.IGNORECASE)
_CHINESE = re.compile(r"dbnum([1-3])", re.IGNORECASE)
_CURRENCY = re.compile(r"\$([^-]{0,99})(?:-([0-9A-F]{1,8}))?.{0,99}", re.IGNORECASE)
# `[$-F800]` and `[$-F400]`: whatever the system shows days and times as.
_SYSTEM_DATE, _SYSTEM_TIME = 0xF800, 0xF400


def _split(code: str) -> list[str]:
    """The sections, separated by `;` outside quotes, escapes and brackets."""
    sections, start = [], 0
    for piece in _PIECE.finditer(code):
        if piece["other"] == ";":
            sections.append(code[start : piece.start()])
            start = piece.end()
    return [*sections, code[start:]]


def _section(text: str) -> Section:
    condition = None
    chinese = language = 0
    tokens: list[Token] = []
    for piece in _PIECE.finditer(text):
        bracket = piece["bracket"]
        if bracket is None:
            tokens += _tokens(piece)
        elif (found := _CONDITION.fullmatch(bracket)) and found[2] not in ("", ".", "+", "-"):
            condition = found[1], Decimal(found[2])
        elif found := _CHINESE.fullmatch(bracket):
            chinese = int(found[1])
        elif found := _CURRENCY.fullmatch(bracket):
            language = int(found[2] or "0", 16) or language
            if found[1]:
                tokens.append(Token(Part.LITERAL, found[1]))
        elif _ELAPSED.fullmatch(bracket):
            tokens.append(Token(Part.ELAPSED, bracket.lower()))
        # What is left is a colour.
    if language in {_SYSTEM_DATE, _SYSTEM_TIME}:
        return _section('yyyy"年"m"月"d"日"' if language == _SYSTEM_DATE else "h:mm:ss")
    if Part.DATE in {token.part for token in tokens} or Part.ELAPSED in {token.part for token in tokens}:
        return Section(tuple(_as_date(tokens)), condition, 0, False, chinese, language, shows_date=True)
    return _as_number(tokens, condition, chinese, language)


def _tokens(piece: re.Match[str]) -> Iterator[Token]:
    kind, text = piece.lastgroup, piece[0]
    if kind == "quoted":
        yield Token(Part.LITERAL, piece["quoted"])
    elif kind == "escaped":
        yield Token(Part.LITERAL, piece["escaped"])
    elif kind == "blank":
        yield Token(Part.LITERAL, " ")
    elif kind == "general":
        yield Token(Part.GENERAL, GENERAL)
    elif kind == "half":
        yield Token(Part.HALF_DAY, text)
    elif kind == "exponent":
        yield Token(Part.EXPONENT, text)
    elif kind == "date":
        yield Token(Part.DATE, text.lower())
    elif kind == "other":
        part = {
            "0": Part.DIGIT,
            "#": Part.DIGIT,
            "?": Part.DIGIT,
            ".": Part.POINT,
            "@": Part.TEXT,
            "%": Part.PERCENT,
        }.get(text)
        yield Token(part or Part.LITERAL, text)


def _as_date(tokens: list[Token]) -> Iterator[Token]:
    """`m` beside hours or seconds are minutes (written `n` from here on); `.00` behind seconds are parts of one."""
    timed = [i for i, token in enumerate(tokens) if token.part in {Part.DATE, Part.ELAPSED}]
    minutes = set()
    for place, i in enumerate(timed):
        before = tokens[timed[place - 1]].text[0] if place else ""
        after = tokens[timed[place + 1]].text[0] if place + 1 < len(timed) else ""
        if tokens[i].text[0] == "m" and tokens[i].part is Part.DATE and (before == "h" or after == "s"):
            minutes.add(i)
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.part is Part.POINT:
            end = i + 1
            while end < len(tokens) and tokens[end] == Token(Part.DIGIT, "0"):
                end += 1
            if end > i + 1 and i and tokens[i - 1].text[:1] == "s":
                yield Token(Part.SECOND_PARTS, "0" * min(end - i - 1, 3))
            else:
                yield Token(Part.LITERAL, "." + "0" * (end - i - 1))
            i = end
            continue
        if i in minutes:
            token = Token(Part.DATE, "n" * len(token.text))
        elif token.part is Part.DIGIT or token.part is Part.EXPONENT:
            token = Token(Part.LITERAL, token.text)
        yield token
        i += 1


def _as_number(tokens: list[Token], condition: tuple[str, Decimal] | None, chinese: int, language: int) -> Section:
    """Commas between digits group them, commas behind the last one divide by a thousand each."""
    digits = [i for i, token in enumerate(tokens) if token.part is Part.DIGIT]
    # A sign in quotes is only a text.
    scale = 2 * tokens.count(Token(Part.PERCENT, "%"))
    thousands = False
    kept: list[Token] = []
    for i, token in enumerate(tokens):
        if token == Token(Part.LITERAL, ",") and digits and i > digits[0]:
            rest = tokens[i + 1 :]
            following = next((t for t in rest if t != Token(Part.LITERAL, ",")), None)
            if i < digits[-1] and not (following is not None and following.part is Part.POINT):
                thousands = True
                continue
            before = next(t for t in reversed(tokens[:i]) if t != Token(Part.LITERAL, ","))
            if before.part is Part.DIGIT or before.part is Part.POINT:
                scale -= 3
                continue
        kept.append(token)
    return Section(tuple(_with_fraction(kept)), condition, scale, thousands, chinese, language)


def _with_fraction(tokens: list[Token]) -> list[Token]:
    """`# ?/?`: a stroke between digits makes a fraction; its right side is a number or places for one."""
    slash = next((i for i, t in enumerate(tokens) if t == Token(Part.LITERAL, "/")), None)
    if slash is None or not 0 < slash < len(tokens) - 1 or tokens[slash - 1].part is not Part.DIGIT:
        return tokens
    end = slash + 1
    while end < len(tokens) and (tokens[end].part is Part.DIGIT or tokens[end].text.isdigit()):
        end += 1
    start = slash
    while start and tokens[start - 1].part is Part.DIGIT:
        start -= 1
    if end == slash + 1:
        return tokens
    text = "".join(token.text for token in tokens[start:end])
    return [*tokens[:start], Token(Part.FRACTION, text), *tokens[end:]]
