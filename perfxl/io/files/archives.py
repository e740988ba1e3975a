"""Workbooks inside zip files, read without unpacking anything to disk.

An entry's name is only shown, never used as a path. What an archive may hold is limited, counted by
what comes out; an archive in an archive is opened, one deeper is not.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from perfxl.core.grid.control_characters import escaped
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import inflate, paths
from perfxl.io.files.limits import MOST_BYTES, MOST_PARTS, MOST_UNPACKED

# What all entries together may claim to be: three hundred large workbooks.
MOST_TOGETHER = 2 * 2**30
_UTF8, _ENCRYPTED = 0x800, 0x1
_MEGABYTE = 2**20
_DAMAGED = "压缩包已损坏，无法打开。请向报送人重新索取，或解压后再试。"
_LOCKED = "压缩包设有密码，无法读取。请解压后放入文件夹，或请报送人去掉密码重新发送。"
_TOO_DEEP = "压缩包里的压缩包里还有压缩包，不再打开。请解压后放入文件夹。"


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """An entry. place: its number in the archive, and in the archive inside. reason: why it is not read."""

    name: str
    place: tuple[int, ...]
    modified: datetime | None
    reason: str | None = None


def archive_entries(path: Path) -> list[ArchiveEntry]:
    """The files in a zip file, those of zip files inside too, in the order of their names.

    PerfxlError, with what to do, for one that is damaged, locked as a whole or over a limit.
    """
    with _opened(path) as archive:
        entries = list(_Contents().entries(archive))
    if entries and all(entry.reason == _LOCKED for entry in entries):
        raise PerfxlError(_LOCKED)
    return sorted(entries, key=lambda entry: entry.name)


def is_archive(path: Path) -> bool:
    """Whether a zip file is a plain archive, and no workbook or document."""
    try:
        with inflate.opened(path) as archive:
            names = archive.namelist()
    except PerfxlError:
        return True
    except (OSError, *inflate.DAMAGED):
        return False
    return "[Content_Types].xml" not in names and "mimetype" not in names


def read_entry(path: Path, entry: ArchiveEntry) -> bytes:
    """An entry's bytes. PerfxlError, with what to do, when they cannot be had or are too many."""
    *outer, number = entry.place
    with _opened(_inside(path, *outer) if outer else path) as archive:
        return _content(archive, archive.infolist()[number], MOST_BYTES)


@lru_cache(maxsize=1)
def _inside(path: Path, number: int) -> bytes:
    """The archive in an archive; kept, because its files are read one after the other."""
    with _opened(path) as archive:
        return _content(archive, archive.infolist()[number], MOST_UNPACKED)


class _Contents:
    """The entries of an archive and of those in it, counted together."""

    def __init__(self) -> None:
        self._entries = self._bytes = 0

    def entries(
        self, archive: zipfile.ZipFile, outer: tuple[int, ...] = (), before: str = ""
    ) -> Iterator[ArchiveEntry]:
        """In the archive's order. PerfxlError when there are too many, all together."""
        infos = archive.infolist()
        self._entries += len(infos)
        self._bytes += sum(info.file_size for info in infos)
        if self._entries > MOST_PARTS or self._bytes > MOST_TOGETHER:
            raise PerfxlError(
                f"压缩包里的文件过多或过大（上限 {MOST_PARTS:,} 个、{MOST_TOGETHER // 2**30} GB），不读取。"
                "请解压后放入文件夹，或分成几个压缩包。"
            )
        for number, info in enumerate(infos):
            if info.is_dir():
                continue
            name, place = before + _name(info), (*outer, number)
            reason = _LOCKED if info.flag_bits & _ENCRYPTED else None
            if reason is None and name.lower().endswith(".zip"):
                if outer:
                    yield ArchiveEntry(name, place, _modified(info), _TOO_DEEP)
                else:
                    yield from self._inside(archive, info, place, name)
            else:
                yield ArchiveEntry(name, place, _modified(info), reason)

    def _inside(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: tuple[int, ...], name: str
    ) -> Iterator[ArchiveEntry]:
        try:
            with _opened(_content(archive, info, MOST_UNPACKED)) as inner:
                yield from list(self.entries(inner, place, f"{name}/"))
        except PerfxlError as fault:
            yield ArchiveEntry(name, place, _modified(info), str(fault))


@contextmanager
def _opened(source: Path | bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with inflate.opened(source) as archive:
            yield archive
    except inflate.DAMAGED as error:
        raise PerfxlError(_DAMAGED) from error
    except OSError as error:
        raise PerfxlError(f"读取压缩包时出错：{paths.reason(error)}。请检查后重新汇总。") from error


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """What really comes out, whatever the header says."""
    try:
        return b"".join(inflate.inflated(archive, info, most))
    except inflate.TooLargeError:
        raise PerfxlError(
            f"压缩包里的文件过大（上限 {most // _MEGABYTE} MB），不读取。请解压后检查，删除多余的图片或附件。"
        ) from None


def _name(info: zipfile.ZipInfo) -> str:
    """The name as the person who packed it saw it. Chinese Windows writes GBK and does not say so.

    Leading `/`, drive letters and `..` lead nowhere: they are left out, and nothing is unpacked. Characters
    that would steer a terminal are shown.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", errors="replace")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = raw.decode("gb18030", errors="replace")
    parts = name.replace("\\", "/").split("\0")[0].split("/")
    kept = [part for part in parts if part.rstrip(": .") and not part.endswith(":")]
    return escaped("/".join(kept)) or "（没有名称）"


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time)  # noqa: DTZ001 (archives keep the local time of the sender)
    except ValueError:
        return None
