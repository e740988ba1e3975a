"""Where many records stay while they are worked on: in memory, or on disk where there may be thousands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

Record = TypeVar("Record")


class Keep(Protocol):
    """Where records go."""

    def __call__(self, records: Iterable[Record], /) -> Sequence[Record]:
        """Take records one at a time; give them back as often as asked, in their order."""


def in_memory(records: Iterable[Record], /) -> Sequence[Record]:
    """For a handful."""
    return tuple(records)
