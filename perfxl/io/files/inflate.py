"""Reading zip files without trusting them: never more comes out than was asked for, whatever the method.

Python's own reader hands bzip2 and LZMA whole blocks at once: a kilobyte becomes gigabytes before anybody
has seen its size. Here each entry is unpacked piece by piece and checked against its size and checksum.
"""

from __future__ import annotations

import bz2
import copy
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.paths import open_regular

# What a damaged or hostile zip file makes Python's reader raise. A RuntimeError is an encrypted entry, one
# of its kind, NotImplementedError, a version that is none.
DAMAGED = (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, struct.error, OverflowError)

_PIECE = 2**16
# The list of 5,000 entries with long names and all their extras is half as large.
_MOST_AT_ONCE = 4 * 2**20
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
# LZMA in a zip file: two bytes for the version, two for the length, then these.
_LZMA_VERSION, _LZMA_PROPERTIES = 4, 5
_SMALLEST_DICTIONARY = 4096
# APPNOTE.TXT 4.4.5.
_OTHER_METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}


class TooLargeError(Exception):
    """More would have come out of an entry than was asked for."""


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


@contextmanager
def opened(source: Path | bytes) -> Iterator[zipfile.ZipFile]:
    """A zip file, open for reading; its list of entries is read in bounded memory.

    BadZipFile (or one of `DAMAGED`) for what is none, or whose entries lie over one another; PerfxlError,
    with what to do, where the list alone is too long.
    """
    raw = open_regular(source) if isinstance(source, Path) else BytesIO(source)
    with _Source(raw) as stream, zipfile.ZipFile(stream) as archive:
        _refuse_overlaps(archive.infolist())
        yield archive


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """What an entry of an `opened` archive holds, in pieces that are small.

    `TooLargeError` as soon as it is more than `most` bytes. BadZipFile (or one of `DAMAGED`) when it is
    damaged, cut off or not as large as it says; PerfxlError, with what to do, for a method that is not
    known here.
    """
    if info.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile("encrypted")
    size = checksum = 0
    with archive.open(_as_stored(info)) as stream:
        for piece in _unpacked(stream, info.compress_type, most):
            size += len(piece)
            if size > info.file_size:
                raise zipfile.BadZipFile("larger than it says")
            if size > most:
                raise TooLargeError
            checksum = zlib.crc32(piece, checksum)
            yield piece
    if size < info.file_size or checksum != info.CRC:
        raise zipfile.BadZipFile("smaller than it says, or another checksum")


# ----------------------------------------------------------------------------------------- inside


class _Source(io.BufferedReader):
    """A file that gives no more at once than a list of entries may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        bounded = size is not None and 0 <= size <= _MOST_AT_ONCE
        data = super().read(size if bounded else _MOST_AT_ONCE + 1)
        if len(data) > _MOST_AT_ONCE:
            raise PerfxlError(
                f"压缩包里的文件目录过大（上限 {_MOST_AT_ONCE // 2**20} MB），不读取。"
                "请解压后放入文件夹，或分成几个压缩包。"
            )
        return data


def _refuse_overlaps(entries: Sequence[zipfile.ZipInfo]) -> None:
    """A bomb of overlapping entries shows the same few bytes thousands of times."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise zipfile.BadZipFile("overlapping entries")
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size


def _as_stored(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The entry as if it were not compressed: what is read of it are its compressed bytes."""
    stored = copy.copy(info)
    stored.compress_type = zipfile.ZIP_STORED
    stored.file_size = info.compress_size
    # Its checksum is that of the content; without one none is compared.
    del stored.CRC
    return stored


def _unpacked(stream: IO[bytes], method: int, most: int) -> Iterator[bytes]:
    pieces = iter(lambda: stream.read(_PIECE), b"")
    try:
        if method == zipfile.ZIP_STORED:
            yield from pieces
        elif method == zipfile.ZIP_DEFLATED:
            yield from _deflated(pieces)
        elif method == zipfile.ZIP_BZIP2:
            yield from _through(bz2.BZ2Decompressor(), pieces)
        elif method == zipfile.ZIP_LZMA:
            yield from _through(_lzma(stream, most), pieces)
        else:
            name = _OTHER_METHODS.get(method, f"编号 {method}")
            raise PerfxlError(
                f"压缩包用了本程序不能解开的压缩方法（{name}）。请先解压，再选择其中的文件；或重新压缩成普通的 zip。"
            )
    except (zlib.error, lzma.LZMAError) as error:
        raise zipfile.BadZipFile(str(error)) from error


def _deflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        waiting = piece
        while waiting and not unpacker.eof:
            yield unpacker.decompress(waiting, _PIECE)
            waiting = unpacker.unconsumed_tail
    # What it still holds is less than a piece: each round above ends only when nothing is waiting.
    yield unpacker.flush()


def _through(unpacker: _Decompressor, pieces: Iterator[bytes]) -> Iterator[bytes]:
    while not unpacker.eof:
        piece = next(pieces, b"") if unpacker.needs_input else b""
        if not piece and unpacker.needs_input:
            # LZMA may come without a mark at its end. Size and checksum tell whether it is whole.
            return
        try:
            content = unpacker.decompress(piece, _PIECE)
        except (OSError, EOFError) as error:
            raise zipfile.BadZipFile(str(error)) from error
        yield content


def _lzma(stream: IO[bytes], most: int) -> _Decompressor:
    head = stream.read(_LZMA_VERSION)
    properties = stream.read(int.from_bytes(head[2:], "little")) if len(head) == _LZMA_VERSION else b""
    if len(properties) != _LZMA_PROPERTIES:
        raise zipfile.BadZipFile("LZMA properties")
    # One byte holds all three: (pb * 5 + lp) * 9 + lc.
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    # Nothing reaches further back than what has come out: a larger dictionary is memory for nothing.
    size = max(min(int.from_bytes(properties[1:], "little"), most + 1), _SMALLEST_DICTIONARY)
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": lp, "pb": pb}]
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except ValueError as error:
        raise zipfile.BadZipFile("LZMA properties") from error
