"""The application while the program works: quiet, and afterwards as the person left it, whatever happened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import xlwings

# How the application is set while it is written to.
_QUIET = {"screen_updating": False, "enable_events": False, "calculation": "manual"}


@contextlib.contextmanager
def quiet(book: xlwings.Book) -> Iterator[None]:
    """No flicker, no macros of the workbook's own, no recalculation at each write; then all as before.

    Also the sheet that was shown and the cells that were selected.
    """
    app = book.app
    before = {key: getattr(app, key) for key in _QUIET}
    seen = _seen(book)
    try:
        for key, value in _QUIET.items():
            # Not every program has every setting.
            with contextlib.suppress(NotImplementedError):
                setattr(app, key, value)
        yield
    finally:
        if seen is not None:
            with contextlib.suppress(Exception):
                _show(book, *seen)
        for key, value in before.items():
            # The application may be gone; each setting is put back by itself.
            with contextlib.suppress(Exception):
                setattr(app, key, value)


@contextlib.contextmanager
def progress(book: xlwings.Book) -> Iterator[None]:
    """The status bar is the program's for a while, then the application's again."""
    try:
        yield
    finally:
        with contextlib.suppress(Exception):
            book.app.status_bar = False


def say(book: xlwings.Book, text: str) -> None:
    """Show a text in the status bar; without one nothing is lost."""
    with contextlib.suppress(Exception):
        book.app.status_bar = text


def select(book: xlwings.Book, sheet: str, cell: str) -> bool:
    """Show a cell to the person; False where that is impossible: sheet or cell gone or hidden. No error."""
    try:
        if sheet not in [one.name for one in book.sheets]:
            return False
        _show(book, sheet, cell)
    except Exception:  # noqa: BLE001 (every program has its own errors for what cannot be shown)
        return False
    return True


def selected(book: xlwings.Book) -> tuple[str, str] | None:
    """The sheet shown and the first cell selected on it; None where that is no cell."""
    seen = _seen(book)
    if seen is None:
        return None
    sheet, area = seen
    first = area.replace("$", "").partition(",")[0].partition(":")[0]
    return sheet, first


def _seen(book: xlwings.Book) -> tuple[str, str] | None:
    try:
        sheet = str(book.sheets.active.name)
        chosen: Any = book.selection
        return sheet, "A1" if chosen is None else str(chosen.address)
    except Exception:  # noqa: BLE001 (a chart or a picture is selected, or no window is open)
        return None


def _show(book: xlwings.Book, sheet: str, cell: str) -> None:
    shown = book.sheets[sheet]
    if shown.visible in (False, 0, 2):
        raise ValueError(sheet)
    shown.activate()
    shown.range(cell).select()
