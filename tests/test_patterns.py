"""Every regular expression of perfxl takes time in proportion to the text, whatever the text is.

A cell holds up to 32,767 characters, and anybody may write into it. So each pattern runs on texts of
that length made to be bad for it: its own pieces, alone and in pairs, over and over, with and without
what would let it match. Patterns are found by importing every module.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest

import perfxl

LONGEST = 32_767
# CPU time. The slowest linear pattern takes a tenth of it; a quadratic one takes ten times as much.
SECONDS = 0.25
# A shorter text first: a pattern much worse than quadratic fails there, at full length it would never end.
SHORTER = 2_048
_MOST_PIECES = 10
_SOURCE = Path(perfxl.__file__).parent
_REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
_SCANNING = {"search", "sub", "subn", "findall", "finditer", "split"}


# ------------------------------------------------------------------------------- every pattern there is


@cache
def modules() -> tuple[ModuleType, ...]:
    names = [found.name for found in pkgutil.walk_packages([str(_SOURCE)], "perfxl.")]
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


@cache
def uses(name: str, source: Path) -> frozenset[str]:
    """What is called on a pattern in its module; anything may be where it is handed on, in a loop or a call."""
    text = source.read_text(encoding="utf-8")
    called = frozenset(re.findall(rf"\b{name}\.(\w+)\(", text))
    handed_on = len(re.findall(rf"(?<!is )\b{name}\b(?!\.)", text)) > 1
    # A reader of formulas tries these where it stands.
    here = name.endswith("_HERE")
    return called | ({"match"} if here else {"finditer", "match", "fullmatch"} if handed_on else set())


def patterns() -> Iterator[tuple[str, re.Pattern[str], frozenset[str]]]:
    for module in modules():
        source = Path(module.__file__ or "")
        for name, value in named(vars(module)):
            if isinstance(value, re.Pattern):
                yield f"{module.__name__}.{name}", as_text(value), uses(name, source)


def named(names: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The values of a module's names, and those of its tuples one by one."""
    for name, value in names.items():
        yield from (((name, one) for one in value) if isinstance(value, tuple) else ((name, value),))


def as_text(pattern: re.Pattern) -> re.Pattern[str]:
    """A pattern of bytes as one of characters; any other as it is."""
    if isinstance(pattern.pattern, str):
        return pattern
    return re.compile(pattern.pattern.decode("latin-1"), pattern.flags | re.ASCII)


# ---------------------------------------------------------------------------- texts made to be bad for it


def pieces(pattern: re.Pattern[str]) -> list[str]:
    """What a text that the pattern likes is made of: characters of its classes, literals, repeated parts."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    found = dict.fromkeys(one for one in _pieces(tree) if 0 < len(one) <= 60)
    whole = _sample(tree, random.Random(1))
    chosen = sorted(found, key=len)
    if len(chosen) > _MOST_PIECES:
        # The shortest say most; of the rest some, the same ones each time.
        chosen = chosen[: _MOST_PIECES // 2] + random.Random(2).sample(chosen[_MOST_PIECES // 2 :], _MOST_PIECES // 2)
    return [*chosen, whole] if whole else chosen


def _pieces(tree: Iterable[object]) -> Iterator[str]:
    run = ""
    for kind, value in tree:  # type: ignore[misc]
        if kind is op.LITERAL:
            run += chr(value)
            continue
        if run:
            yield run
            run = ""
        yield from _inside(kind, value)
    if run:
        yield run


def _inside(kind: object, value: object) -> Iterator[str]:
    if kind in {op.IN, op.NOT_LITERAL, op.ANY, op.CATEGORY}:
        for seed in range(3):
            yield _char(kind, value, random.Random(seed))
    elif kind in _REPEATS:
        body = value[2]  # type: ignore[index]
        yield _sample(body, random.Random(3))
        yield from _pieces(body)
    elif kind is op.BRANCH:
        for branch in value[1]:  # type: ignore[index]
            yield from _pieces(branch)
    elif kind is op.SUBPATTERN:
        yield from _pieces(value[3])  # type: ignore[index]
    elif kind is op.ATOMIC_GROUP:
        yield from _pieces(value)  # type: ignore[arg-type]
    elif kind in {op.ASSERT, op.ASSERT_NOT}:
        yield from _pieces(value[1])  # type: ignore[index]


def _char(kind: object, value: object, chance: random.Random) -> str:  # noqa: PLR0911 (a kind each)
    """A character that such a part matches."""
    if kind is op.ANY:
        return chance.choice("a中1 ")
    if kind is op.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is op.CATEGORY:
        return chance.choice(_CATEGORIES[value])
    parts = list(value)  # type: ignore[call-overload]
    if parts and parts[0][0] is op.NEGATE:
        taken = re.compile("[" + "".join(_class(part) for part in parts[1:]) + "]")
        return next((c for c in chance.sample(_ANYTHING, len(_ANYTHING)) if not taken.match(c)), "")
    chosen, what = chance.choice(parts)
    if chosen is op.LITERAL:
        return chr(what)
    if chosen is op.RANGE:
        return chr(chance.randint(*what))
    return chance.choice(_CATEGORIES[what])


_ANYTHING = list("a中1 .,，。(（%=-/\nA")
_CATEGORIES = {
    op.CATEGORY_DIGIT: "17",
    op.CATEGORY_NOT_DIGIT: "a中",
    op.CATEGORY_SPACE: " \n",
    op.CATEGORY_NOT_SPACE: "a中",
    op.CATEGORY_WORD: "a1中",
    op.CATEGORY_NOT_WORD: " .",
}
_NAMES = dict(zip(_CATEGORIES, (r"\d", r"\D", r"\s", r"\S", r"\w", r"\W"), strict=True))


def _class(part: tuple[object, object]) -> str:
    kind, value = part
    if kind is op.LITERAL:
        return re.escape(chr(value))  # type: ignore[arg-type]
    if kind is op.RANGE:
        return "-".join(re.escape(chr(end)) for end in value)  # type: ignore[attr-defined]
    return _NAMES[value]


def _sample(tree: Iterable[object], chance: random.Random) -> str:
    """A text that the pattern, but for what it looks ahead and back for, matches."""
    text = ""
    for kind, value in tree:  # type: ignore[misc]
        if kind is op.LITERAL:
            text += chr(value)
        elif kind in {op.IN, op.NOT_LITERAL, op.ANY, op.CATEGORY}:
            text += _char(kind, value, chance)
        elif kind in _REPEATS:
            least, most, body = value
            times = min(max(least, 1), most)
            text += "".join(_sample(body, chance) for _ in range(times))
        elif kind is op.BRANCH:
            text += _sample(chance.choice(value[1]), chance)
        elif kind is op.SUBPATTERN:
            text += _sample(value[3], chance)
        elif kind is op.ATOMIC_GROUP:
            text += _sample(value, chance)
    return text


def repeated(tree: Iterable[object], before: str = "") -> Iterator[tuple[str, str]]:
    """What a part of the pattern repeats, each with a text that brings the search up to it."""
    for kind, value in tree:  # type: ignore[misc]
        if kind in _REPEATS:
            for seed in range(3):
                yield before, _sample(value[2], random.Random(seed))
            yield from repeated(value[2], before)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from repeated(branch, before)
        elif kind is op.SUBPATTERN:
            yield from repeated(value[3], before)
        elif kind is op.ATOMIC_GROUP:
            yield from repeated(value, before)
        elif kind in {op.ASSERT, op.ASSERT_NOT}:
            yield from repeated(value[1], before)
        before += _sample([(kind, value)], random.Random(4))


# None, one that hardly a pattern matches, and a line break, where `.` ends.
_ENDS = ("", "\x01", "x\ny")


def texts(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Texts of any length: a piece or two over and over, what is repeated behind what brings up to it."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    parts = pieces(pattern)
    runs = dict.fromkeys(pair for pair in repeated(tree) if pair[1])
    for pump in dict.fromkeys([*parts, *(a + b for a, b in product(parts, parts))]):
        yield lambda length, p=pump: p * (length // len(p))  # type: ignore[misc]
    for (before, body), end in product(runs, _ENDS):
        yield lambda length, b=before, p=body, e=end: b + p * ((length - len(b)) // len(p)) + e  # type: ignore[misc]
        # As often as it fits, and each time as long as it may be.
        yield lambda length, b=before, p=body: (b + p * 100) * (length // (len(b) + 100 * len(p)) + 1)  # type: ignore[misc]
    for first, second in product(dict.fromkeys(body for _, body in runs), parts):
        yield lambda length, a=first, b=second: a * (length // 2 // len(a)) + b * (length // 2 // len(b))  # type: ignore[misc]


# ----------------------------------------------------------------------------------------------- running


def run(pattern: re.Pattern[str], methods: frozenset[str], text: str) -> float:
    start = process_time()
    if not methods or methods & _SCANNING:
        for _ in pattern.finditer(text):
            pass
    if "match" in methods:
        pattern.match(text)
    if "fullmatch" in methods:
        pattern.fullmatch(text)
    return process_time() - start


def slowest(pattern: re.Pattern[str], methods: frozenset[str]) -> tuple[float, str]:
    """The worst time at full length (at a shorter one where that is already too much), and the text."""
    worst = 0.0, ""
    for text in texts(pattern):
        for length in (SHORTER, LONGEST):
            tried = text(length)
            took = run(pattern, methods, tried)
            if took >= SECONDS:
                # Once more: another program may have disturbed the first time.
                took = min(took, run(pattern, methods, tried))
            worst = max(worst, (took, tried[:40]))
            if took >= SECONDS:
                return worst
    return worst


PATTERNS = {f"{name} {pattern.pattern[:20]}": (pattern, methods) for name, pattern, methods in patterns()}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_time_in_proportion_to_the_text(name):
    took, text = slowest(*PATTERNS[name])
    assert took < SECONDS, f"{took:.2f} s for {LONGEST} characters: {text!r}…"


def test_every_pattern_stands_at_the_top_of_a_module():
    """Where the test above finds it. What is put together at run time has the words of a cell in it, escaped."""
    hidden = []
    for source in sorted(_SOURCE.rglob("*.py")):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        top = {
            id(node)
            for statement in tree.body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            for node in ast.walk(statement)
        }
        for node in ast.walk(tree):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.startswith("re.") and isinstance(node.args[0], ast.Constant):
                found = (called, id(node) in top)
                hidden += [] if found == ("re.compile", True) else [f"{source.name}:{node.lineno}"]
    assert hidden == []
