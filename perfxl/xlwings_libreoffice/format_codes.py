"""Number formats of one book: Excel's codes, in English, for LibreOffice's keys and back."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Literal

from .calls import Calls
from .office_errors import UnoError

Kind = Literal["date", "boolean", "text", "other"]

# com.sun.star.util.NumberFormat; a format is a sum of these, and user-defined ones have the lowest bit.
_DATE, _TIME, _TEXT, _LOGICAL = 2, 4, 256, 1024

DATE_CODE: Final = "yyyy-mm-dd"
DATETIME_CODE: Final = "yyyy-mm-dd hh:mm:ss"
BOOLEAN_CODE: Final = "BOOLEAN"
GENERAL: Final = "General"


class NumberFormats:
    """Keys never change their meaning while a book is open, so what was asked once is remembered."""

    def __init__(self, calls: Calls, document: Any) -> None:
        self.calls = calls
        self._document = document
        self._codes: dict[int, str] = {}
        self._kinds: dict[int, Kind] = {}
        self._keys: dict[str, int] = {}

    def code(self, key: int) -> str:
        """`General`, `0.00`, `yyyy-mm-dd`, …"""
        if key not in self._codes:
            self._look_up(key)
        return self._codes[key]

    def kind(self, key: int) -> Kind:
        """What a number with this format stands for."""
        if key not in self._kinds:
            self._look_up(key)
        return self._kinds[key]

    def key(self, code: str) -> int:
        """The key of a code, made if the book has none yet. ValueError for a code that is none."""
        if code not in self._keys:
            key = self._formats.queryKey(code, self._locale, False)
            if key == -1:
                try:
                    key = self._formats.addNew(code, self._locale)
                except UnoError as problem:
                    raise ValueError(f"{code!r} is no number format.") from problem
            self._keys[code] = key
        return self._keys[code]

    def give(self, cells: Any, code: str) -> None:
        """Give cells a format."""
        if code == GENERAL:
            # The key of General does not replace a format in another language.
            cells.setPropertyToDefault("NumberFormat")
        else:
            cells.NumberFormat = self.key(code)

    @cached_property
    def _formats(self) -> Any:
        return self._document.getNumberFormats()

    @cached_property
    def _locale(self) -> Any:
        # None in particular, so the office's own, which is set to English.
        return self.calls.uno.createUnoStruct("com.sun.star.lang.Locale")

    def _look_up(self, key: int) -> None:
        found = self._formats.getByKey(key)
        bits = found.Type
        self._codes[key] = found.FormatString
        if bits & _LOGICAL:
            self._kinds[key] = "boolean"
        elif bits & (_DATE | _TIME):
            self._kinds[key] = "date"
        else:
            self._kinds[key] = "text" if bits & _TEXT else "other"
