"""The lock file that LibreOffice keeps beside an open file, `.~lock.NAME#`: who has it open, and since when.

It stays where LibreOffice ends without closing the file. Only the one whose profile it names takes it for
its own then; to all others the file is open elsewhere, until somebody deletes the lock file.
"""

from __future__ import annotations

import re
from pathlib import Path

_FIELDS = re.compile(r"((?:\\.|[^\\,;]){0,60}+)[,;]")
_ESCAPED = re.compile(r"\\(.)")
# A lock file is some hundred characters long.
_LONGEST = 4096


def lock_file(path: Path) -> Path:
    """Where the lock file of a file lies, whether there is one or not."""
    return path.with_name(f".~lock.{path.name}#")


def who_has_it_open(path: Path) -> str | None:
    """`Zhang San on pc-7 since 22.11.2026 17:34`, as far as the lock file says it; None without one.

    The time is of the clock and in the format of the one that wrote it.
    """
    try:
        text = lock_file(path).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError:
        # Windows lets nobody read it while it is held.
        text = ""
    fields = [_ESCAPED.sub(r"\1", field).strip() for field in _FIELDS.findall(text[:_LONGEST])]
    name, user, host, since, *_ = [*fields, "", "", "", ""]
    said = name or user or "somebody"
    said += f" on {host}" if host else ""
    return said + (f" since {since}" if since else "")
