"""What the parts of a book ask of the part that they belong to.

A book makes sheets and a sheet makes ranges, which all know where they belong. So that no file needs the
file that needs it, `Book`, `Sheets`, `Sheet` and `Range` are described here by what is used of them below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from xlwings import base_classes

from .addresses import Area
from .format_codes import NumberFormats
from .process import Office


class ParentBook(Protocol):
    """For sheets and names, and for what belongs to them."""

    office: Office
    closed: bool
    number_formats: NumberFormats
    conditional_formats: dict[int, Any]

    @property
    def name(self) -> str: ...
    @property
    def document(self) -> Any: ...
    @property
    def controller(self) -> Any: ...
    @property
    def sheets(self) -> ParentSheets: ...
    def activate(self) -> None: ...
    def require_writable(self) -> None: ...


class ParentSheets(Protocol):
    """The sheets of a book, for those who look for another one than their own."""

    def __call__(self, name_or_index: int | str) -> ParentSheet: ...
    def __iter__(self) -> Iterator[ParentSheet]: ...


class ParentSheet(Protocol):
    """For ranges, views, page setups and conditional formats."""

    @property
    def book(self) -> ParentBook: ...
    @property
    def uno(self) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def visible(self) -> bool: ...
    @property
    def used_area(self) -> Area: ...
    def activate(self) -> None: ...
    def require_changeable(self) -> None: ...
    def name_of(self, area: Area) -> base_classes.Name | None: ...
    def give_name(self, area: Area, name: str) -> None: ...


class ParentRange(Protocol):
    """For the conditional formats of its cells, and for what moves them."""

    sheet: ParentSheet
    area: Area

    @property
    def uno(self) -> Any: ...
    def __call__(self, *args: Any) -> ParentRange: ...
