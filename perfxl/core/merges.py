"""Which cells a merge covers: they may hold something, and nobody sees it."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Mapping, Sequence

from perfxl.core.cells import MAX_ROW, Area, Cell, Position, WhyUnread

# The merges of a form have some ten cells each.
_SMALL = 64


def covered_cells(cells: Collection[Position], merged: Sequence[Area]) -> list[Position]:
    """The cells inside a merged area that are not its first. Takes no longer for large areas.

    Areas do not overlap: no program writes such ones.
    """
    covered: list[Position] = []
    large = []
    for area in merged:
        top, left, bottom, right = area.top, area.left, area.bottom, area.right
        if (bottom - top + 1) * (right - left + 1) > _SMALL:
            large.append(area)
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) in cells and (row != top or column != left):
                    covered.append((row, column))
    return covered + _covered_by_large(cells, large) if large else covered


def _covered_by_large(cells: Iterable[Position], merged: Sequence[Area]) -> list[Position]:
    waiting = sorted(merged, key=lambda area: area.top, reverse=True)
    # The areas of the row at hand, by their left edge.
    active: list[tuple[int, int, Area]] = []
    covered = []
    row = first_end = 0
    for at in sorted(cells):
        if at[0] != row:
            row = at[0]
            if first_end < row:
                active = [one for one in active if one[2].bottom >= row]
                first_end = min((one[2].bottom for one in active), default=MAX_ROW)
            while waiting and waiting[-1].top <= row:
                area = waiting.pop()
                if area.bottom >= row:
                    first_end = min(first_end, area.bottom)
                    insort(active, (area.left, area.right, area), key=lambda one: one[:2])
        place = bisect_right(active, at[1], key=lambda one: one[0]) - 1
        if place >= 0 and active[place][1] >= at[1] and active[place][2].first != at:
            covered.append(at)
    return covered


def take_covered(
    cells: dict[Position, Cell],
    unread: dict[Position, tuple[Cell, WhyUnread]],
    merged: Sequence[Area],
) -> None:
    """Move what a merge covers from the cells to those that are not read."""
    for at in covered_cells(cells, merged):
        unread[at] = cells.pop(at), WhyUnread.COVERED


def without_covered(cells: Mapping[Position, Cell], merged: Sequence[Area]) -> dict[Position, Cell]:
    """The cells that one sees."""
    left = dict(cells)
    take_covered(left, {}, merged)
    return left
