"""What the rows of a project say, without blanks, width and punctuation; worked out once per project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from perfxl.core.forms.records import Indicator, Project
from perfxl.core.grid.text import label_key

Content = tuple[str, ...]
_FIELDS = ("name", "definition", "target", "target_basis")


@dataclass(frozen=True)
class Said:
    """names: how often each name occurs. rows: what the rows with a name say, each with how often it
    stands under which 二级指标.
    """

    names: Mapping[str, int]
    rows: Mapping[Content, Counter[str]]


def content(row: Indicator) -> Content:
    """Name, definition, target and basis of a row, the name first."""
    return tuple(label_key(getattr(row, field) or "") for field in _FIELDS)


def said(project: Project) -> Said:
    """What a project's rows say."""
    return _said(_Rows(project.indicators))


class _Rows:
    """Rows as a key of the cache: the very same ones, not equal ones."""

    def __init__(self, rows: tuple[Indicator, ...]) -> None:
        self.rows = rows

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and other.rows is self.rows


@lru_cache(maxsize=1024)
def _said(key: _Rows) -> Said:
    rows: dict[Content, Counter[str]] = {}
    for row in key.rows:
        one = content(row)
        if one[0]:
            rows.setdefault(one, Counter())[row.subcategory or ""] += 1
    names: Counter[str] = Counter()
    for one, same in rows.items():
        names[one[0]] += same.total()
    return Said(names, rows)
