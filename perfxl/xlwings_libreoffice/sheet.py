"""The sheets of a book."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from xlwings import base_classes

from .addresses import COLUMNS, ROWS, Area, area_at, area_of, check_position
from .formulas import excel_sheet_name
from .names import Name, Names
from .office_errors import BookClosedError, LibreOfficeError, ProtectedError, SheetGoneError, UnoError
from .page_setup import PageSetup
from .parents import ParentBook
from .range import Range, range_at
from .view import FreezePanes

_LONGEST_NAME = 31


class Sheets(base_classes.Sheets):
    """One `Sheet` object for each sheet, as long as the sheet is there."""

    def __init__(self, book: ParentBook) -> None:
        self.book = book
        self._known: dict[str, Sheet] = {}

    @property
    def api(self) -> Any:
        """The sheets, `com.sun.star.sheet.Spreadsheets`. Raises `BookClosedError`."""
        sheets = self.book.document.getSheets()
        if sheets is None:
            self.book.closed = True
            raise BookClosedError("The book has been closed.")
        return sheets

    @property
    def names(self) -> tuple[str, ...]:
        """In the order of the tabs, hidden ones too."""
        return tuple(self.api.getElementNames())

    @property
    def active(self) -> Sheet:
        return self.named(self.book.controller.getActiveSheet().getName())

    def named(self, name: str) -> Sheet:
        """The sheet of exactly this name, which is not looked up."""
        if name not in self._known:
            self._known[name] = Sheet(self, name)
        return self._known[name]

    def __call__(self, name_or_index: int | str) -> Sheet:
        names = self.names
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(names):
                raise IndexError(f"The book has {len(names)} sheets, no sheet {name_or_index}.")
            return self.named(names[name_or_index - 1])
        for name in names:
            if name.lower() == name_or_index.lower():
                return self.named(name)
        raise KeyError(name_or_index)

    def __contains__(self, name: str) -> bool:
        return name.lower() in (known.lower() for known in self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Sheet]:
        return iter([self.named(name) for name in self.names])

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """A new sheet, before the active one where no place is given; it becomes the active one."""
        anchor = before or after or self.active
        position = anchor.index - 1 + (after is not None and before is None)
        if name is None:
            names = (f"Sheet{number}" for number in count(len(self)))
            name = next(free for free in names if free not in self)
        if len(name) > _LONGEST_NAME:
            raise ValueError(f"A sheet's name has {_LONGEST_NAME} characters at most; {name!r} has {len(name)}.")
        try:
            self.change(self.api.insertNewByName, name, position)
        except UnoError as problem:
            raise ValueError(f"{name!r} cannot be the name of a sheet.") from problem
        sheet = self.named(name)
        sheet.activate()
        return sheet

    def change(self, call: Any, *arguments: Any) -> None:
        """Add, move or remove a sheet. Raises `ProtectedError`, `ReadOnlyError`."""
        self.require_changeable()
        call(*arguments)

    def require_changeable(self) -> None:
        """Raises `ProtectedError` where the book's structure is protected, `ReadOnlyError`."""
        if self.book.document.isProtected():
            raise ProtectedError("The structure of the book is protected; nothing was changed.")
        self.book.require_writable()

    def rename(self, sheet: Sheet, name: str) -> None:
        """Keep what is known of a sheet under its new name."""
        self._known.pop(sheet.name, None)
        self._known[name] = sheet

    def forget(self, sheet: Sheet) -> None:
        """It is deleted."""
        self._known.pop(sheet.name, None)


class Sheet(base_classes.Sheet):
    """A sheet, known by its name. (An object of the office would turn into its neighbour once it is deleted.)"""

    def __init__(self, sheets: Sheets, name: str) -> None:
        self.sheets = sheets
        self._name = name
        self._gone = False

    @property
    def uno(self) -> Any:
        """The sheet in the office, `com.sun.star.sheet.Spreadsheet`. Raises `SheetGoneError`."""
        if self._gone:
            raise SheetGoneError(f"The sheet {self._name!r} has been deleted.")
        try:
            return self.sheets.api.getByName(self._name)
        except UnoError as problem:
            if problem.kind != "NoSuchElementException":
                raise
            raise SheetGoneError(
                f"There is no sheet {self._name!r} any more: deleted, or renamed by hand."
            ) from problem

    api = uno

    @property
    def book(self) -> ParentBook:
        return self.sheets.book

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self.uno  # noqa: B018  Raises where it is gone.
        if value != self._name and value.lower() != self._name.lower() and value in self.sheets:
            raise ValueError(f"Sheet named {value!r} already present in workbook")
        self.sheets.change(self.uno.setName, value)
        self.sheets.rename(self, value)
        self._name = value

    @property
    def names(self) -> Names:
        return Names(self.book, self)

    @property
    def index(self) -> int:
        return int(self.uno.getRangeAddress().Sheet) + 1

    # --------------------------------------------------------------------------------- cells

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        if isinstance(arg1, int) and isinstance(arg2, int):
            return self.range((arg1, arg2))
        first = self._area(arg1)
        return Range(self, first if arg2 is None else first.spanning(self._area(arg2)))

    def _area(self, place: Any) -> Area:
        if isinstance(place, Range):
            return place.area
        if isinstance(place, tuple):
            row, column, *size = place
            check_position(row, column)
            rows, columns = size or (1, 1)
            return Area(row, column, rows, columns)
        sheet, _, address = str(place).rpartition("!")
        if sheet and sheet.strip("'").replace("''", "'").lower() != self._name.lower():
            raise ValueError(f"{place!r} is not on the sheet {self._name!r}.")
        area = area_of(address)
        return self._named_area(address) if area is None else area

    def _named_area(self, name: str) -> Area:
        for names in (self.names, Names(self.book)):
            if names.contains(name):
                found = names(name).refers_to_range
                if found.sheet is not self:
                    raise ValueError(f"{name!r} is on the sheet {found.sheet.name!r}.")
                return found.area
        raise ValueError(f"{name!r} is neither an address nor a name of this book.")

    def name_of(self, area: Area) -> Name | None:
        """The first name that stands for these cells, of the book or of this sheet."""
        names: list[Name] = [*Names(self.book), *self.names]
        for name in names:
            cells = name.api.getReferredCells()
            if cells is not None:
                found = range_at(self.sheets, cells.getRangeAddress())
                if found.sheet is self and found.area == area:
                    return name
        return None

    def give_name(self, area: Area, name: str) -> None:
        """Make a name of the book stand for these cells."""
        refers_to = f"={excel_sheet_name(self._name)}!{area.address()}"
        names = Names(self.book)
        if names.contains(name):
            names(name).refers_to = refers_to
        else:
            names.add(name, refers_to)

    @property
    def cells(self) -> Range:
        return Range(self, Area(1, 1, ROWS, COLUMNS))

    @property
    def used_range(self) -> Range:
        return Range(self, self.used_area)

    @property
    def used_area(self) -> Area:
        """From the first to the last cell that holds something or looks different; A1 on an empty sheet."""
        cursor = self.uno.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return area_at(cursor.getRangeAddress())

    def clear_contents(self) -> None:
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def clear(self) -> None:
        self.cells.clear()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    # --------------------------------------------------------------------------------- sheet

    def activate(self) -> None:
        if not self.visible:
            raise LibreOfficeError(f"The sheet {self._name!r} is hidden and cannot be activated.")
        self.book.controller.setActiveSheet(self.uno)
        self.book.activate()

    select = activate

    def delete(self) -> None:
        self.uno  # noqa: B018  Raises where it is gone.
        others = [sheet for sheet in self.sheets if sheet is not self]
        if not any(sheet.visible for sheet in others):
            raise LibreOfficeError("A book needs one visible sheet at least.")
        self.sheets.change(self.sheets.api.removeByName, self._name)
        self.sheets.forget(self)
        self._gone = True

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        """Copy next to another sheet, also of another book; the copy becomes the active one."""
        anchor = before or after or self
        target = anchor.sheets
        position = anchor.index - 1 + (before is None)
        self.uno  # noqa: B018  Raises where it is gone.
        if target is self.sheets:
            name = _copy_name(self._name, target.names)
            target.change(target.api.copyByName, self._name, name, position)
        else:
            name = self._name
            taken = name in target
            target.change(target.api.importSheet, self.book.document, self._name, position)
            name = target.names[position] if taken else name
        copied = target.named(name)
        if copied.visible:
            copied.activate()

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        anchor = before or after or self
        position = anchor.index - 1 + (before is None)
        self.sheets.change(self.sheets.api.moveByName, self._name, position)

    @property
    def visible(self) -> bool:
        """LibreOffice knows visible and hidden, not Excel's “very hidden”."""
        return bool(self.uno.IsVisible)

    @visible.setter
    def visible(self, value: bool | int) -> None:
        # Excel's constants: -1 visible, 0 hidden, 2 very hidden.
        show = value in {True, -1}
        if not show and not any(sheet.visible for sheet in self.sheets if sheet is not self):
            raise LibreOfficeError("A book needs one visible sheet at least.")
        self.sheets.require_changeable()
        self.uno.IsVisible = show

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self)

    @property
    def tables(self) -> tuple[()]:
        """LibreOffice has no tables as Excel has them."""
        return ()

    def require_changeable(self) -> None:
        """Raises `ProtectedError` or `ReadOnlyError`: LibreOffice would do nothing, and say nothing."""
        if self.uno.isProtected():
            raise ProtectedError(f"The sheet {self._name!r} is protected; nothing was changed.")
        self.book.require_writable()


def _copy_name(name: str, taken: tuple[str, ...]) -> str:
    """`Form` → `Form (2)`, cut to the 31 characters that Excel allows."""
    known = {other.lower() for other in taken}
    endings = (f" ({number})" for number in count(2))
    names = (name[: _LONGEST_NAME - len(ending)] + ending for ending in endings)
    return next(free for free in names if free.lower() not in known)
