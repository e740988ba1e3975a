"""Rectangles of cells that lie over each other, taken apart. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from .addresses import Area

Tag = TypeVar("Tag", bound=Hashable)


def touch(one: Area, other: Area) -> bool:
    """Whether they share a cell."""
    return (
        one.row <= other.last_row
        and other.row <= one.last_row
        and one.column <= other.last_column
        and other.column <= one.last_column
    )


def partition(tagged: Sequence[tuple[Area, Tag]]) -> dict[tuple[Tag, ...], list[Area]]:
    """The cells by the tags that lie on them, as few disjoint rectangles; tags in the order given.

    The same cells give the same rectangles, however they were cut before.
    """
    parts: dict[tuple[Tag, ...], list[Area]] = {}
    standing: dict[tuple[tuple[Tag, ...], int, int], int] = {}
    edges = sorted({edge for area, _ in tagged for edge in (area.row, area.last_row + 1)})
    # One band more, in which nothing stands, closes the last.
    for top, below in pairwise([*edges, *edges[-1:]]):
        band = [one for one in tagged if one[0].row <= top < below <= one[0].last_row + 1]
        runs = dict.fromkeys(_runs(band), top)
        for (tags, left, right), start in standing.items():
            if (tags, left, right) not in runs:
                parts.setdefault(tags, []).append(Area.between(start, left, top - 1, right))
        standing = {run: standing.get(run, top) for run in runs}
    return parts


def united(areas: Iterable[Area]) -> list[Area]:
    """The same cells as few disjoint rectangles, from the top."""
    parts = partition([(area, None) for area in areas])
    return sorted(area for found in parts.values() for area in found)


def cornered(areas: Iterable[Area]) -> list[list[Area]]:
    """In groups, each with its leftmost and topmost cell in its first rectangle.

    Programs differ in which cell of several areas a relative reference is seen from; here they agree.
    """
    groups = []
    rest = sorted(areas, key=lambda area: (area.column, area.row))
    while rest:
        first = rest[0]
        groups.append([area for area in rest if area.row >= first.row])
        rest = [area for area in rest if area.row < first.row]
    return groups


def _runs(band: Sequence[tuple[Area, Tag]]) -> list[tuple[tuple[Tag, ...], int, int]]:
    """Tags, first and last column of the cells in one band, neighbours with the same tags as one."""
    runs: list[tuple[tuple[Tag, ...], int, int]] = []
    cuts = sorted({cut for area, _ in band for cut in (area.column, area.last_column + 1)})
    for left, behind in pairwise(cuts):
        tags = tuple(dict.fromkeys(tag for area, tag in band if area.column <= left <= area.last_column))
        if runs and runs[-1][0] == tags and runs[-1][2] == left - 1:
            runs[-1] = (tags, runs[-1][1], behind - 1)
        elif tags:
            runs.append((tags, left, behind - 1))
    return runs
