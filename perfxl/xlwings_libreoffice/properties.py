"""Properties of several cells at once."""

from __future__ import annotations

from typing import Any


def shared(cells: Any, name: str) -> Any:
    """What all cells have in common; None where they differ. (UNO would give its default then.)"""
    if cells.getPropertyState(name).value == "AMBIGUOUS_VALUE":
        return None
    return getattr(cells, name)
