"""The record of the rounds, a small file beside the summary: `汇总.xlsx` → `汇总.记录.jsonl`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from pydantic import StrictInt, TypeAdapter

from perfxl.core.collecting.compare_rounds import kept
from perfxl.core.collecting.record_store import Keep, in_memory
from perfxl.core.collecting.round import VERSION, KnownUnit, Round
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import paths
from perfxl.io.files.atomic import replace_by

_END = ".记录.jsonl"
_DAMAGED_END = ".记录.损坏.jsonl"
_WHAT = "这是每次汇总的记录，用来比较前后两次的变化。删除它不影响汇总，只是下一次没有可比的。"
# A record of a province's rounds has some 80 MB; what is larger was not written by this program.
_MOST_BYTES = 200 * 2**20
# A unit with as many projects and findings as a file may have takes some three megabytes.
_LONGEST_LINE = 8 * 2**20


@dataclass(frozen=True, slots=True)
class _Head:
    """The first line. What follows it in a later version may have any shape.

    summary: the digest of the summary as it was written, None where an older version wrote it.
    """

    version: StrictInt
    about: str = _WHAT
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class _Start:
    """The first line of a round: as many lines follow as it has units."""

    time: datetime
    units: StrictInt


# A line each, read and written one at a time: a province's record as one text takes half a gigabyte.
_HEAD, _START, _UNIT = TypeAdapter(_Head), TypeAdapter(_Start), TypeAdapter(KnownUnit)


@dataclass(frozen=True)
class Record:
    """What is kept beside a summary.

    problem: a sentence for the person, when the file could not be used; collecting goes on without it.
    damaged: its content is no record: it is put aside before a new one is written. newer: a later
    version of the program wrote it: it is left as it is. summary: the digest of the summary as it was
    written, None where that is not known.
    """

    path: Path
    rounds: tuple[Round, ...] = ()
    summary: str | None = None
    problem: str | None = None
    damaged: bool = False
    newer: bool = False


def record_of(summary: Path) -> Path:
    """Where the record of a summary stands."""
    return summary.with_name(f"{summary.stem}{_END}")


def read_record(summary: Path, keep: Keep = in_memory) -> Record:
    """The record beside a summary; never an exception: what cannot be used is told in `problem`.

    keep: where the units of its rounds stay.
    """
    path = record_of(summary)
    try:
        if path.stat().st_size > _MOST_BYTES:
            return _unusable(path)
        with paths.open_regular(path) as stream:
            return _read(path, _lines_of(stream), keep)
    except FileNotFoundError:
        return Record(path)
    except OSError as fault:
        problem = f"记录“{path.name}”无法打开（{paths.reason(fault)}），本次不与上次比较。"
        return Record(path, problem=problem, newer=True)
    except ValueError:
        return _unusable(path)


def write_record(record: Record, new: Round, summary: str | None = None) -> tuple[Round, ...]:
    """Keep a new round after those that were read; gives the rounds that are kept now.

    summary: the digest of the summary as it was written.

    A damaged record is first put aside, one of a later version is left alone and nothing is written.
    PerfxlError when the file cannot be written.
    """
    if record.newer:
        return ()
    if record.damaged:
        try:
            record.path.rename(_aside(record.path))
        except OSError as fault:
            raise PerfxlError(f"损坏的记录“{record.path.name}”无法改名：{paths.reason(fault)}。") from fault
    rounds = kept(record.rounds, new)
    replace_by(record.path, lambda stream: stream.writelines(line + b"\n" for line in _lines(rounds, summary)))
    return rounds


def _lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """ValueError for a line that is longer than this program writes any."""
    for line in iter(lambda: stream.readline(_LONGEST_LINE + 1), b""):
        if len(line) > _LONGEST_LINE:
            raise ValueError("a line is too long")
        yield line


def _lines(rounds: Iterable[Round], summary: str | None) -> Iterator[bytes]:
    yield _HEAD.dump_json(_Head(VERSION, summary=summary), exclude_none=True)
    for one in rounds:
        yield _START.dump_json(_Start(one.time, len(one.units)))
        for unit in one.units:
            yield _UNIT.dump_json(unit, exclude_none=True)


def _rounds(stream: Iterator[bytes], keep: Keep) -> Iterator[Round]:
    """ValueError for what is no round, or not all of one."""
    for line in stream:
        start = _START.validate_json(line)
        units = keep(_UNIT.validate_json(line) for line in islice(stream, start.units))
        if len(units) < start.units:
            raise ValueError(f"{start.units - len(units)} units are missing")
        yield Round(start.time, units)


def _read(path: Path, stream: Iterator[bytes], keep: Keep) -> Record:
    """ValueError for what is no record."""
    head = _HEAD.validate_json(next(stream, b""))
    if head.version <= VERSION:
        return Record(path, tuple(_rounds(stream, keep)), head.summary)
    problem = f"记录“{path.name}”由更新版本的程序写成，本次不比较，也不改动它。请升级程序，或换一个汇总文件名。"
    return Record(path, problem=problem, newer=True)


def _unusable(path: Path) -> Record:
    aside = _aside(path).name
    problem = f"记录“{path.name}”已损坏，本次不与上次比较。它改名为“{aside}”保留，从本次起重新记录。"
    return Record(path, problem=problem, damaged=True)


def _aside(path: Path) -> Path:
    """A free name for a damaged record."""
    stem = path.name.removesuffix(_END)
    number, aside = 1, path.with_name(f"{stem}{_DAMAGED_END}")
    while paths.exists(aside):
        number += 1
        aside = path.with_name(f"{stem}.记录.损坏{number}.jsonl")
    return aside
