"""Which cells a merge covers: they may hold something, and nobody sees it."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Sequence

from perfxl.core.grid.cells import MAX_ROW, Area, Cell, Position, WhyUnread

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
        covered += (
            (row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) in cells and (row != top or column != left)
        )
    if large:
        covered += _covered_by_large(cells, _apart(large))
    # Small areas of a damaged file may overlap.
    return list(dict.fromkeys(covered))


def _apart(areas: Iterable[Area]) -> list[Area]:
    """The areas without those that overlap one above or to the left of them: no program shows such ones."""
    kept: list[Area] = []
    # Areas that may reach the row at hand, by their left edge; their columns do not overlap.
    active: list[tuple[int, Area]] = []
    for area in sorted(areas, key=lambda area: area.first):
        start = max(bisect_right(active, area.left, key=lambda one: one[0]) - 1, 0)
        if start < len(active) and active[start][1].right < area.left:
            start += 1
        end = bisect_right(active, area.right, key=lambda one: one[0])
        if any(one.bottom >= area.top for _, one in active[start:end]):
            continue
        active[start:end] = [(area.left, area)]
        kept.append(area)
    return kept


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
    cells: dict[Position, Cell], unread: dict[Position, tuple[Cell, WhyUnread]], merged: Sequence[Area]
) -> None:
    """Move what a merge covers from the cells to those that are not read."""
    for at in covered_cells(cells, merged):
        unread[at] = cells.pop(at), WhyUnread.COVERED
