"""项目编码: the check character at its end, and what a mistyped code was probably meant to be.

A P code is 6 digits for the division, 2 for the year, `P`, 6 and 5 more, and a check character:
`130811 23 P 000222 10002 8`. How it is computed is published nowhere; it was found by induction on 12 of
12 codes of two regions. Codes with another letter in the ninth place carry plain serials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

# Without the letters that are taken for 1, 0, 5, 2 and U.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 21
# Where the type of a code stands, and the types that are known.
KIND = 8
KINDS = "PRTY"

_LAST = LENGTH - 1
_MODULUS = len(ALPHABET)
_WEIGHTS = tuple(pow(3, place, _MODULUS) for place in range(_LAST))
_INDEX = {char: index for index, char in enumerate(ALPHABET)}
_NO_LETTERS_OF_CODES = str.maketrans("IOSZV", "1052U")
_ALIKE = {"B": "8", "8": "B", "D": "0", "Q": "0", "0": "DQ", "G": "6", "6": "G"}


def check_character(first20: str) -> str:
    """The 21st character of a P code, from its first 20. KeyError where they hold I, O, S, V or Z."""
    weighed = sum(_INDEX[char] * weight for char, weight in zip(first20, _WEIGHTS, strict=True))
    return ALPHABET[(_MODULUS - 1 - weighed) % _MODULUS]


def carries_check_character(code: str, prefixes: Sequence[str]) -> bool:
    """Whether a code of 21 capitals and digits is a P code of a region where the check holds."""
    return len(code) == LENGTH and code[KIND] == "P" and code.startswith(tuple(prefixes))


def fits(code: str) -> bool:
    """Whether a code of 21 characters ends with its check character and holds no letter that codes avoid."""
    return all(char in _INDEX for char in code) and check_character(code[:_LAST]) == code[_LAST]


def repair(code: str) -> str | None:
    """The P code that a wrong one of 21 characters was probably meant to be; None unless it is the only one.

    One slip is looked for, the likeliest kind first: letters that codes avoid, characters that look alike,
    two neighbours changed round, any one wrong character. The first kind that leads to a code decides; where
    it leads to two, none is proposed.
    """
    found = candidates(code)
    return found[0] if len(found) == 1 else None


def candidates(code: str) -> tuple[str, ...]:
    """The P codes that one slip of the likeliest kind turns into `code`; empty where no kind does."""
    if len(code) != LENGTH:
        return ()
    for kind in _SLIPS:
        found = dict.fromkeys(one for one in kind(code) if _plausible(one, code) and fits(one))
        if found:
            return tuple(found)
    return ()


def year(code: str) -> int | None:
    """The year in a P code, 2023 for `13081123P…`; None where there is none."""
    digits = code[6:KIND]
    return 2000 + int(digits) if len(code) == LENGTH and code[KIND] == "P" and digits.isdecimal() else None


def _plausible(candidate: str, typed: str) -> bool:
    """Division and year are digits; the serial has no letter that was not typed in it."""
    serial = slice(KIND + 1, _LAST)
    return (
        candidate != typed
        and candidate[:KIND].isdecimal()
        and candidate[KIND] == "P"
        and all(char.isdecimal() or char in typed[serial] for char in candidate[serial])
    )


def _avoided_letters(code: str) -> Iterator[str]:
    yield code.translate(_NO_LETTERS_OF_CODES)


def _look_alikes(code: str) -> Iterator[str]:
    for place, char in enumerate(code):
        for other in _ALIKE.get(char, ""):
            yield code[:place] + other + code[place + 1 :]


def _neighbours_changed_round(code: str) -> Iterator[str]:
    for place in range(_LAST):
        yield code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def _single_substitutions(code: str) -> Iterator[str]:
    for place in range(LENGTH):
        for other in ALPHABET:
            yield code[:place] + other + code[place + 1 :]


_SLIPS: tuple[Callable[[str], Iterator[str]], ...] = (
    _avoided_letters,
    _look_alikes,
    _neighbours_changed_round,
    _single_substitutions,
)
