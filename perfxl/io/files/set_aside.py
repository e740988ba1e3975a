"""What this program wrote and somebody changed since: before a new one is written it gets another name."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from perfxl.io.files import paths

_CHANGED = ".改动"


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file, None where it cannot be read."""
    try:
        with paths.open_regular(path) as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def aside_for(path: Path, written: str | None) -> Path | None:
    """A free name beside a file of this program's that somebody changed since: `汇总.xlsx` → `汇总.改动.xlsx`.

    written: the digest of what was written, None where nobody knows. None where the file is as it was
    written, or is not there.
    """
    path = paths.resolved(path)
    if not paths.exists(path) or digest_of(path) == written:
        return None
    return paths.free_name(path, _CHANGED)


def told_aside(path: Path, aside: Path) -> str:
    """The sentence for a file that was kept under another name."""
    return f"{path}：原来的文件在上次写出后改动过（或无从核对），改名为“{aside.name}”保留。"
