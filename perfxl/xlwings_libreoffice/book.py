"""The open books of one office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from xlwings import base_classes

from .format_codes import NumberFormats
from .locks import lock_file, who_has_it_open
from .names import Names
from .office_errors import BookClosedError, FileFormatError, LibreOfficeError, ReadOnlyError, UnoError
from .process import Office
from .range import Range, range_at
from .sheet import Sheets

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xltx": "Calc MS Excel 2007 XML Template",
    ".xls": "MS Excel 97",
    ".xlt": "MS Excel 97 Vorlage/Template",
    ".ods": "calc8",
    ".ots": "calc8_template",
    ".fods": "OpenDocument Spreadsheet Flat XML",
    ".csv": "Text - txt - csv (StarCalc)",
    ".html": "HTML (StarCalc)",
}
# com.sun.star.awt.MessageBoxButtons and MessageBoxResults
_BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
_ANSWERS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}
_NO_MACROS, _NO_LINKS, _ALL_LINKS = 0, 0, 3


class Books(base_classes.Books):
    """In the order they were opened; the active one is the one last opened, activated or clicked on.

    opened: called with each book that was just opened.
    """

    def __init__(self, app: base_classes.App, office: Office, opened: Callable[[Book], None]) -> None:
        self.app = app
        self.office = office
        self._just_opened = opened
        self._books: list[Book] = []
        self._active: Book | None = None

    @property
    def api(self) -> Any:
        """The office's desktop, `com.sun.star.frame.Desktop`."""
        return self.office.desktop

    @property
    def active_or_none(self) -> Book | None:
        """The active book; None where no book is open."""
        books = self.still_open()
        if self.office.windows and books:
            current = self.office.desktop.getCurrentComponent()
            for book in books:
                if current is not None and book.document == current:
                    return book
        if self._active in books:
            return self._active
        return books[-1] if books else None

    @property
    def active(self) -> Book:
        if (book := self.active_or_none) is None:
            raise BookClosedError("No book is open.")
        return book

    def activate(self, book: Book) -> None:
        """Make it the active one."""
        self._active = book

    def forget(self, book: Book) -> None:
        """It is closed."""
        if book in self._books:
            self._books.remove(book)

    def forget_all(self) -> None:
        """The office has ended."""
        for book in self._books:
            book.closed = True
        self._books.clear()

    def __call__(self, name_or_index: int | str) -> Book:
        if isinstance(name_or_index, int):
            books = self.still_open()
            if not 1 <= name_or_index <= len(books):
                raise KeyError(name_or_index)
            return books[name_or_index - 1]
        for book in self:
            if book.name.lower() == name_or_index.lower():
                return book
        raise KeyError(name_or_index)

    def __contains__(self, name: str) -> bool:
        return any(book.name.lower() == name.lower() for book in self)

    def __len__(self) -> int:
        return len(self.still_open())

    def __iter__(self) -> Iterator[Book]:
        return iter(self.still_open())

    def still_open(self) -> list[Book]:
        """The books that were not closed since, by the program or by hand."""
        self._books = [book for book in self._books if book.is_open()]
        return list(self._books)

    def add(self) -> Book:
        """A new book with one sheet."""
        return self._opened("private:factory/scalc")

    def open(
        self,
        fullname: str,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: Any = None,  # noqa: A002  xlwings' own names.
        password: str | None = None,
        *_unused: Any,
    ) -> Book:
        """Open a file, without running its macros and without following its links unless asked to.

        Raises `FileFormatError` for what LibreOffice cannot read, also for a wrong password, `ReadOnlyError`
        for a file that is open elsewhere; it can be opened with `read_only`.
        """
        options: dict[str, Any] = {
            "ReadOnly": bool(read_only),
            "MacroExecutionMode": _NO_MACROS,
            "UpdateDocMode": _ALL_LINKS if update_links else _NO_LINKS,
        }
        if password is not None:
            options["Password"] = password
        path = Path(fullname).resolve()
        try:
            return self._opened(path.as_uri(), path.name, **options)
        except UnoError as problem:
            raise FileFormatError(f"LibreOffice cannot open {path}: {problem}") from problem
        except FileFormatError as problem:
            owner = who_has_it_open(path)
            if owner is None:
                raise
            raise ReadOnlyError(
                f"{path} is open in another LibreOffice ({owner}). Close it there. If none has it open, the one "
                f"that had it ended without closing it: delete {lock_file(path).name} beside it."
            ) from problem

    def _opened(self, url: str, name: str = "", **options: Any) -> Book:
        office = self.office
        # Not hidden, also where nothing is shown: a hidden book loses its frozen panes when it is saved.
        document = office.desktop.loadComponentFromURL(url, "_blank", 0, office.properties(**options))
        if document is None:
            raise FileFormatError(
                f"LibreOffice cannot read {name}: it is damaged, locked by a password or no workbook."
            )
        if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            document.close(True)
            raise FileFormatError(f"{name} is no spreadsheet.")
        book = Book(self, document)
        self._books.append(book)
        self._active = book
        self._just_opened(book)
        return book


class Book(base_classes.Book):
    """An open book; one object as long as it is open."""

    def __init__(self, books: Books, document: Any) -> None:
        self.office = books.office
        self._books = books
        self._sheets = Sheets(self)
        self.closed = False
        self.number_formats = NumberFormats(self.office.calls, document)
        # By the place of the sheet; see `conditional_entries.conditional_formats`.
        self.conditional_formats: dict[int, Any] = {}
        self.office.kept.append(self.conditional_formats)
        self._document = document
        self._locked = False

    @property
    def app(self) -> base_classes.App:
        return self._books.app

    @property
    def sheets(self) -> Sheets:
        return self._sheets

    @property
    def document(self) -> Any:
        """The `com.sun.star.sheet.SpreadsheetDocument`. Raises `BookClosedError`, `OfficeClosedError`."""
        self.office.require_alive()
        if self.closed:
            raise BookClosedError("The book has been closed.")
        return self._document

    api = document

    @property
    def controller(self) -> Any:
        """The view of the book. Raises `BookClosedError`."""
        controller = self.document.getCurrentController()
        if controller is None:
            self.closed = True
            raise BookClosedError("The book has been closed.")
        return controller

    @property
    def window(self) -> Any:
        """Its window, also where nothing is shown."""
        return self.controller.getFrame().getContainerWindow()

    def is_open(self) -> bool:
        """Whether it can still be used."""
        try:
            self.document.isModified()
        except LibreOfficeError:
            self.closed = True
        return not self.closed

    @property
    def name(self) -> str:
        path = self._path
        return self.document.getTitle() if path is None else path.name

    @property
    def fullname(self) -> str:
        path = self._path
        return self.name if path is None else str(path)

    @property
    def _path(self) -> Path | None:
        url = self.document.getURL()
        if not url:
            # So answers a book that was never saved, and one that was closed, which refuses this.
            self.document.isModified()
        return Path(self.office.calls.uno.fileUrlToSystemPath(url)) if url else None

    @property
    def names(self) -> Names:
        return Names(self)

    @property
    def selection(self) -> Range | None:
        """The selected cells; None where something else is selected."""
        selected = self.controller.getSelection()
        if not hasattr(selected, "getRangeAddress"):
            return None
        return range_at(self.sheets, selected.getRangeAddress())

    def require_writable(self) -> None:
        """Raises `ReadOnlyError` where LibreOffice accepts no change, some of them without a word."""
        if self.document.isReadonly():
            raise ReadOnlyError(f"{self.name} was opened read-only; nothing was changed.")

    def activate(self) -> None:
        self.controller.getFrame().activate()
        self._books.activate(self)

    def close(self) -> None:
        """Close without saving."""
        document = self.document
        self.lock_screen(False)
        self.closed = True
        self._books.forget(self)
        document.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save in the format it was opened in, or under another name in the format of its ending.

        Raises `ReadOnlyError` where the book or the place cannot be written, `FileFormatError` for an
        ending without a format.
        """
        old = self._path
        if path is None and old is not None and password is None:
            if self.document.isReadonly():
                raise ReadOnlyError(f"{old} was opened read-only. Save it under another name.")
            self._store(old, self.document.store)
            return
        target = Path(path).resolve() if path else old or Path.cwd() / f"{self.name}.xlsx"
        filter_name = FILTERS.get(target.suffix.lower())
        if old is not None and target.suffix.lower() == old.suffix.lower():
            arguments = self.document.getArgs()
            filter_name = next((str(one.Value) for one in arguments if one.Name == "FilterName"), None)
        if filter_name is None:
            raise FileFormatError(f"LibreOffice has no format for {target.name}. Use one of {', '.join(FILTERS)}.")
        if not target.parent.is_dir():
            # LibreOffice would make the folder.
            raise ReadOnlyError(f"{target} cannot be written: there is no folder {target.parent}.")
        options: dict[str, Any] = {"FilterName": filter_name, "Overwrite": True}
        if password is not None:
            options |= self._encryption(filter_name, password)
        self._store(target, self.document.storeAsURL, target.as_uri(), self.office.properties(**options))

    def _encryption(self, filter_name: str, password: str) -> dict[str, Any]:
        """What encrypts a file: the newer Excel formats do not heed a plain password, and say nothing."""
        if not filter_name.startswith("Calc MS Excel 2007"):
            return {"Password": password}
        uno = self.office.calls.uno
        values = []
        for name, value in (("CryptoType", "Standard"), ("OOXPassword", password)):
            made = uno.createUnoStruct("com.sun.star.beans.NamedValue")
            made.Name, made.Value = name, value
            values.append(made)
        return {"EncryptionData": uno.Any("[]com.sun.star.beans.NamedValue", tuple(values))}

    @staticmethod
    def _store(path: Path, store: Any, *arguments: Any) -> None:
        try:
            store(*arguments)
        except UnoError as problem:
            raise ReadOnlyError(f"{path} cannot be written: {problem}") from problem

    def to_pdf(self, path: str, quality: str) -> None:
        options = {"FilterName": "calc_pdf_Export", "Overwrite": True}
        target = Path(path).resolve()
        self._store(target, self.document.storeToURL, target.as_uri(), self.office.properties(**options))

    # ---------------------------------------------------------------- what the app sets for all

    def lock_screen(self, lock: bool) -> None:
        """Stop redrawing the book, or go on."""
        if lock != self._locked:
            if lock:
                self.document.lockControllers()
            else:
                self.document.unlockControllers()
            self._locked = lock

    def calculate_automatically(self, automatic: bool) -> None:
        """Whether a change recalculates what depends on it at once."""
        self.document.enableAutomaticCalculation(automatic)

    def message(self, text: str, title: str, buttons: str, mode: str | None) -> str:
        """A message box over the book's window; waits for the answer."""
        uno = self.office.calls.uno
        picture = "ERRORBOX" if mode == "critical" else "INFOBOX" if buttons == "ok" else "QUERYBOX"
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", picture)
        toolkit = self.office.service("com.sun.star.awt.Toolkit")
        box = toolkit.createMessageBox(self.window, kind, _BUTTONS[buttons], title, text)
        return _ANSWERS[box.execute()]
