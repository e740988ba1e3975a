"""Defined names, of a book or of one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from .formulas import excel_sheet_name, to_excel, to_office
from .office_errors import UnoError, UnsupportedError
from .parents import ParentBook, ParentSheet
from .range import Range, range_at


class Names(base_classes.Names):
    """The names of a book; with a sheet, only those that hold on that sheet alone."""

    def __init__(self, book: ParentBook, sheet: ParentSheet | None = None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """The names, `com.sun.star.sheet.NamedRanges`."""
        owner = self.book.document if self.sheet is None else self.sheet.uno
        return owner.NamedRanges

    def snapshot(self) -> list[tuple[str, Name]]:
        """Every name as Excel shows it, and the name."""
        names = [Name(self, name) for name in self.api.getElementNames()]
        return [(name.name, name) for name in names]

    def _plain(self, name: str) -> str | None:
        """The name as LibreOffice keeps it, without the sheet and in its own letter case."""
        wanted = name.rpartition("!")[2].lower()
        return next((known for known in self.api.getElementNames() if known.lower() == wanted), None)

    def contains(self, name_or_index: int | str) -> bool:
        """Whether there is such a name."""
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        return self._plain(name_or_index) is not None

    def __call__(self, name_or_index: int | str) -> Name:
        if isinstance(name_or_index, int):
            return self.snapshot()[name_or_index - 1][1]
        plain = self._plain(name_or_index)
        if plain is None:
            raise KeyError(name_or_index)
        return Name(self, plain)

    def __len__(self) -> int:
        return int(self.api.getCount())

    def __iter__(self) -> Iterator[Name]:
        return iter([name for _, name in self.snapshot()])

    def add(self, name: str, refers_to: str) -> Name:
        """A new name for a range (`=Sheet1!$A$1`) or a formula. ValueError where it cannot be a name."""
        sheet, _, plain = name.rpartition("!")
        if sheet and self.sheet is None:
            own = self.book.sheets(sheet.strip("'").replace("''", "'"))
            return Names(self.book, own).add(plain, refers_to)
        origin = self.book.office.calls.uno.createUnoStruct("com.sun.star.table.CellAddress")
        try:
            self.api.addNewByName(plain, _content(refers_to), origin, 0)
        except UnoError as problem:
            raise ValueError(f"{name!r} cannot be made a name: it is taken or not allowed.") from problem
        return Name(self, plain)


class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, names: Names, plain: str) -> None:
        self.names = names
        self._plain = plain

    @property
    def api(self) -> Any:
        """The name, `com.sun.star.sheet.NamedRange`. KeyError where it is gone."""
        try:
            return self.names.api.getByName(self._plain)
        except UnoError as problem:
            raise KeyError(self._plain) from problem

    @property
    def name(self) -> str:
        sheet = self.names.sheet
        return self._plain if sheet is None else f"{excel_sheet_name(sheet.name)}!{self._plain}"

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)
        self._plain = value

    @property
    def refers_to(self) -> str:
        return to_excel(f"={self.api.getContent()}")

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.setContent(_content(value))

    @property
    def refers_to_range(self) -> Range:
        cells = self.api.getReferredCells()
        if cells is None:
            raise UnsupportedError(f"The name {self._plain!r} stands for no range of cells.")
        return range_at(self.names.book.sheets, cells.getRangeAddress())

    def delete(self) -> None:
        self.api  # noqa: B018  Raises where it is gone.
        self.names.api.removeByName(self._plain)


def _content(refers_to: str) -> str:
    return to_office(refers_to if refers_to.startswith("=") else f"={refers_to}").removeprefix("=")
