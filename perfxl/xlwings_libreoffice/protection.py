"""Protection of sheets, which xlwings has no interface for. Every function takes a `xw.Sheet`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .office_errors import ProtectedError, UnoError

if TYPE_CHECKING:
    import xlwings

    from .sheet import Sheet


def is_protected(sheet: xlwings.Sheet) -> bool:
    """Whether locked cells cannot be changed."""
    return bool(sheet.impl.uno.isProtected())


def protect(sheet: xlwings.Sheet, password: str = "") -> None:
    """Protect it. What its last protection allowed is allowed again, else no more than selecting cells."""
    sheet.impl.uno.protect(password)


def unprotect(sheet: xlwings.Sheet, password: str = "") -> None:
    """Raises `ProtectedError` where the password is another."""
    found: Sheet = sheet.impl
    with contextlib.suppress(UnoError):
        found.uno.unprotect(password)
    if found.uno.isProtected():
        raise ProtectedError(f"The sheet {found.name!r} is protected with a password.")


@contextmanager
def suspended(sheet: xlwings.Sheet, password: str = "") -> Iterator[None]:
    """Unprotected within the block, then protected as before, with the same password and permissions."""
    if not is_protected(sheet):
        yield
        return
    unprotect(sheet, password)
    try:
        yield
    finally:
        protect(sheet, password)
