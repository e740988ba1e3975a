"""What outlives a click, in a folder of the person's own: the last filling, to be undone, and the log."""

from __future__ import annotations

import logging
import os
import sys
from hashlib import sha256
from logging.handlers import RotatingFileHandler
from pathlib import Path

from perfxl.core.grid.undo import UndoRecord, from_text, to_text

_MOST_LOG = 512 * 1024
_OLD_LOGS = 2
# Path.home() gives up with the second.
_NO_FOLDER = (OSError, RuntimeError)


def folder() -> Path:
    """The person's own folder for perfxl: settings and records, never workbooks. Made when missing.

    OSError or RuntimeError where it cannot be made.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    own = base / "perfxl"
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own


def log_file() -> Path:
    """Where the details of faults are written. OSError or RuntimeError where nothing can be."""
    return folder() / "perfxl.log"


def log_fault(button: str, fault: BaseException) -> Path | None:
    """Write a fault with its trace into the log, which never grows beyond its limit; gives the file.

    The trace names lines of the program, no cells. None where nothing can be written.
    """
    try:
        path = log_file()
        handler = RotatingFileHandler(path, maxBytes=_MOST_LOG, backupCount=_OLD_LOGS, encoding="utf-8")
    except _NO_FOLDER:
        return None
    record = logging.LogRecord(
        "perfxl", logging.ERROR, __file__, 0, button, None, (type(fault), fault, fault.__traceback__)
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    try:
        handler.emit(record)
    finally:
        handler.close()
    return path


def keep_undo(book: str, record: UndoRecord) -> bool:
    """Remember what a filling changed in a book, by its full name; False where it cannot be kept.

    An older record is gone even then, where it can be removed: it is not that of the last filling.
    """
    try:
        path = _undo_file(book)
        path.unlink(missing_ok=True)
        path.write_text(to_text(record), encoding="utf-8", errors="surrogatepass")
        path.chmod(0o600)
    except _NO_FOLDER:
        return False
    return True


def kept_undo(book: str) -> UndoRecord | None:
    """What the last filling of a book changed, None where nothing is remembered."""
    try:
        return from_text(_undo_file(book).read_text(encoding="utf-8", errors="surrogatepass"))
    except (*_NO_FOLDER, UnicodeDecodeError):
        return None


def forget_undo(book: str) -> bool:
    """Nothing is left to be undone; False where the record could not be removed."""
    try:
        _undo_file(book).unlink(missing_ok=True)
    except _NO_FOLDER:
        return False
    return True


def _undo_file(book: str) -> Path:
    name = sha256(book.encode("utf-8", errors="surrogatepass")).hexdigest()[:24]
    return folder() / f"undo-{name}.json"
