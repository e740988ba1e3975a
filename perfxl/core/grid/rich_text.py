"""Texts with runs of different looks → what one reads: no struck-out run, raised digits as raised digits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_PLAIN = "0123456789+-=()ni"
_RAISED = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans(_PLAIN[:15], "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look. raised: `superscript`, `subscript` or anything else."""

    text: str
    struck_out: bool = False
    raised: str = ""


def seen_text(runs: Iterable[Run]) -> str:
    """What one reads: `48` and a raised `1` are `48¹`, so that no footnote runs into a number."""
    return "".join(_seen(run) for run in runs if not run.struck_out)


def _seen(run: Run) -> str:
    if run.raised == "superscript":
        return run.text.translate(_RAISED)
    return run.text.translate(_LOWERED) if run.raised == "subscript" else run.text
