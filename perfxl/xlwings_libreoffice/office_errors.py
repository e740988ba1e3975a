"""What can go wrong between xlwings and LibreOffice: one family, each saying what to do."""

from __future__ import annotations

from xlwings import XlwingsError


class LibreOfficeError(XlwingsError):
    """Whatever this engine raises by itself; its text is one English sentence or two for developers."""


class NotInstalledError(LibreOfficeError):
    """LibreOffice or its Python bridge `uno` was not found, or belongs to another Python."""


class StartError(LibreOfficeError):
    """LibreOffice is there but did not start, or did not answer in time."""


class OfficeClosedError(LibreOfficeError):
    """The office has ended: it was quit, was killed or has crashed."""


class BookClosedError(LibreOfficeError):
    """The book was closed, by the program or by the person at the desk."""


class SheetGoneError(LibreOfficeError):
    """The sheet was deleted, or renamed by hand, since it was looked up."""


class ProtectedError(LibreOfficeError):
    """The cells or the sheet are protected; nothing was changed."""


class ReadOnlyError(LibreOfficeError):
    """The book was opened read-only, or its file cannot be written; nothing was changed."""


class FileFormatError(LibreOfficeError):
    """LibreOffice cannot read the file, or has no format for the name it is to be saved under."""


class UnoError(LibreOfficeError):
    """LibreOffice refused a call; the text is what it said, `kind` the name of its exception."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"LibreOffice refused ({kind}): {text or 'no reason given'}")
        self.kind = kind


class UnsupportedError(LibreOfficeError, NotImplementedError):
    """Part of xlwings' interface that this engine does not have."""
