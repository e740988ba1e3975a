"""How messages write figures and lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from perfxl.core.grid.text import cut

_SHOWN = 3
_CENT = Decimal("0.01")


def money(amount: Decimal | None) -> str:
    """An amount in 万元 with at least two decimals, all it has beyond; 0.00 for None."""
    amount = amount or Decimal(0)
    exponent = amount.as_tuple().exponent
    two = not isinstance(exponent, int) or exponent >= _CENT.as_tuple().exponent  # type: ignore[operator]
    return format(amount.quantize(_CENT) if two else amount, "f")


def percent(value: Decimal | None) -> str:
    """A plan value without zeros at the end: `50`; `空` for None."""
    return "空" if value is None else format(value.normalize(), "f")


def listed(texts: Sequence[str], count_word: str = "处") -> str:
    """`“甲”、“乙”、“丙”等 5 处`: the first few different ones in quotes, and how many in all."""
    different = list(dict.fromkeys(texts))
    shown = "、".join(f"“{cut(text, 24)}”" for text in different[:_SHOWN])
    return shown if len(texts) <= _SHOWN else f"{shown}等 {len(texts)} {count_word}"
