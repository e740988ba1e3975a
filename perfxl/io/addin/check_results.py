"""What a check of the desk finds, in words for the person who sits at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

INSTALL = "请运行 perfxl addin install，然后重新打开 Excel。"
WITHOUT_MACROS = "在此之前，请把存盘后的工作簿拖到“校验.cmd”上校验。"


class State(Enum):
    """How one check ended; a note is neither good nor bad."""

    GOOD = "✓"
    BAD = "✗"
    NOTE = "·"


@dataclass(frozen=True)
class Result:
    """What was found, and what to do about it where it is bad."""

    state: State
    found: str
    remedy: str = ""


def good(found: str) -> Result:
    """All is well."""
    return Result(State.GOOD, found)


def bad(found: str, remedy: str) -> Result:
    """Something is wrong, and this helps."""
    return Result(State.BAD, found, remedy)
