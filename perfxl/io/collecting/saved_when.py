"""A returned file's bytes, when it was last saved, and whether this program made it as a summary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.collecting.returned_files import Found
from perfxl.io.files import inflate
from perfxl.io.files.archives import read_entry
from perfxl.io.workbooks.read_files import read_bytes

# What the summary carries as a document property, so that no later run takes it for a unit's file.
PROPERTY, SUMMARY_VALUE = "perfxl", "collect"

BY_WORKBOOK, BY_FILE = "工作簿保存时间", "文件修改时间"

_CORE, _CUSTOM, _META = "docProps/core.xml", "docProps/custom.xml", "meta.xml"
_MOST = 2**16
_MODIFIED = re.compile(rb"<dcterms:modified[^<>]*>([^<]{10,40})<")
_CREATED = re.compile(rb"<dcterms:created[^<>]*>([^<]{10,40})<")
_DATE = re.compile(rb"<dc:date>([^<]{10,40})<")
_OURS = re.compile(
    rf'name="{PROPERTY}"[^<>]{{0,999}}+>\s*<(?:\w{{1,9}}:)?lpwstr(?:\s[^<>]{{0,999}}+)?>{SUMMARY_VALUE}<'.encode()
)


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes. suffix: its ending. modified: when it was last saved, dated_by what tells so."""

    data: bytes
    suffix: str
    modified: datetime | None
    dated_by: str


def read_found(found: Found) -> Content:
    """The bytes of a file or of an archive's entry. PerfxlError, with what to do, when there are none.

    A workbook says itself when it was saved: mail and copying change the file's own time. One that
    was never saved since it was made says nothing.
    """
    suffix = PurePosixPath(found.file).suffix.lower()
    if found.entry is None:
        data = read_bytes(found.path)
        own = datetime.fromtimestamp(found.path.stat().st_mtime)  # noqa: DTZ006 (as the person's desktop shows it)
        modified: datetime | None = own.replace(microsecond=0)
    else:
        data = read_entry(found.path, found.entry)
        modified = found.entry.modified
    saved = _saved(data)
    return Content(data, suffix, saved or modified, BY_WORKBOOK if saved else BY_FILE)


def is_own_summary(workbook: bytes | Path) -> bool:
    """Whether this program made the workbook by collecting."""
    return _OURS.search(_part(workbook, _CUSTOM)) is not None


def _saved(data: bytes) -> datetime | None:
    """When the workbook was last saved, as local time; None where it does not say."""
    core = _part(data, _CORE)
    modified, created = _MODIFIED.search(core), _CREATED.search(core)
    if modified is not None:
        return None if created is not None and created[1] == modified[1] else _time(modified[1])
    date = _DATE.search(_part(data, _META))
    return None if date is None else _time(date[1])


def _time(text: bytes) -> datetime | None:
    try:
        time = datetime.fromisoformat(text.decode("ascii").strip())
        if time.tzinfo is not None:
            time = time.astimezone().replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None
    return time.replace(microsecond=0) if 1990 <= time.year <= 2199 else None


def _part(package: bytes | Path, name: str) -> bytes:
    """A part of a package, as far as such a part goes; nothing where it cannot be had."""
    content = bytearray()
    try:
        with inflate.opened(package) as archive:
            for piece in inflate.inflated(archive, archive.getinfo(name), _MOST):
                content += piece
    except inflate.TooLargeError:
        pass
    except (OSError, KeyError, PerfxlError, *inflate.DAMAGED):
        return b""
    return bytes(content)
