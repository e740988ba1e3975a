"""What is remembered of the files while they are collected, on disk: memory does not grow with them."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, overload

from pydantic import TypeAdapter

from perfxl.core.collecting.consolidate import IndicatorRow, ProjectRow, RowCounts
from perfxl.core.forms.findings import Finding, counts
from perfxl.core.rules.collecting_subjects import Alteration

# What the columns of the rows hold.
_PROJECTS = TypeAdapter(tuple[ProjectRow, ...])
_INDICATORS = TypeAdapter(tuple[IndicatorRow, ...])
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_ALTERED = TypeAdapter(tuple[Alteration, ...])

Record = TypeVar("Record")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PackedRows:
    """The rows of a file as they travel between processes: bytes that nobody in between looks at.

    counts: how many rows of each kind there are.
    """

    projects: bytes
    indicators: bytes
    findings: bytes
    altered: bytes
    counts: RowCounts


def packed_rows(
    projects: Sequence[ProjectRow],
    indicators: Sequence[IndicatorRow],
    findings: Sequence[Finding],
    altered: Sequence[Alteration],
) -> PackedRows:
    """The rows of a file, packed."""
    return PackedRows(
        _PROJECTS.dump_json(tuple(projects)),
        _INDICATORS.dump_json(tuple(indicators)),
        _FINDINGS.dump_json(tuple(findings)),
        _ALTERED.dump_json(tuple(altered)),
        RowCounts(len(projects), len(indicators), len(findings), *counts(tuple(findings)).values()),
    )


class Shelf(Sequence[Record]):
    """Records in a table of their own, in the order they were appended; each is read anew whenever asked.

    What is got is a copy: changing it changes nothing here.
    """

    def __init__(self, database: sqlite3.Connection, table: str) -> None:
        self._database = database
        self._table = table
        self._length = 0
        database.execute(f"CREATE TABLE {table} (place INTEGER PRIMARY KEY, record BLOB)")

    def append(self, record: Record) -> None:
        """Keep a record."""
        query = f"INSERT INTO {self._table} VALUES (?, ?)"  # noqa: S608 (the table's name is our own)
        # No other form takes any text there is: names out of old archives hold halves of characters.
        self._database.execute(query, (self._length, pickle.dumps(record, pickle.HIGHEST_PROTOCOL)))
        self._length += 1

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Record]:
        query = f"SELECT record FROM {self._table} ORDER BY place"  # noqa: S608 (as above)
        for (packed,) in self._database.execute(query):
            yield _unpacked(packed)

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._length))]
        query = f"SELECT record FROM {self._table} WHERE place = ?"  # noqa: S608 (as above)
        found = self._database.execute(query, (place + self._length if place < 0 else place,)).fetchone()
        if found is None:
            raise IndexError(place)
        record: Record = _unpacked(found[0])
        return record


def _unpacked(packed: bytes) -> Any:
    # Written by this very run into a folder that only its user can open.
    return pickle.loads(packed)  # noqa: S301


class Store(AbstractContextManager["Store"]):
    """A private database that goes with the run: shelves of records, and the rows of each file by its number."""

    def __init__(self, folder: Path) -> None:
        self._shelves = count(1)
        self._database = sqlite3.connect(folder / "collected.sqlite", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;"
            "CREATE TABLE rows (number INTEGER PRIMARY KEY, projects BLOB, indicators BLOB,"
            " findings BLOB, altered BLOB);"
            f"CREATE TABLE counts (number INTEGER PRIMARY KEY, {', '.join(RowCounts._fields)})"
        )

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def shelf(self) -> Shelf[Any]:
        """A new one, empty."""
        return Shelf(self._database, f"shelf{next(self._shelves)}")

    def keep(self, records: Iterable[Record], /) -> Sequence[Record]:
        """Put records on a shelf of their own; see `perfxl.core.collecting.record_store.Keep`."""
        shelf: Shelf[Record] = self.shelf()
        for record in records:
            shelf.append(record)
        return shelf

    def put(self, number: int, rows: PackedRows) -> None:
        """Keep the rows of a file."""
        packed = (number, rows.projects, rows.indicators, rows.findings, rows.altered)
        self._database.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", packed)
        self._database.execute("INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *rows.counts))

    def counts(self, number: int) -> RowCounts:
        """How many rows a file has; none where it was not read."""
        found = self._database.execute("SELECT * FROM counts WHERE number = ?", (number,)).fetchone()
        return RowCounts() if found is None else RowCounts(*found[1:])

    def projects(self, number: int) -> tuple[ProjectRow, ...]:
        """The projects of a file, empty where it was not read."""
        return self._rows(number, "projects", _PROJECTS)

    def indicators(self, number: int) -> tuple[IndicatorRow, ...]:
        """The indicator rows of a file."""
        return self._rows(number, "indicators", _INDICATORS)

    def findings(self, number: int) -> tuple[Finding, ...]:
        """The findings of a file, as `check` sorts them."""
        return self._rows(number, "findings", _FINDINGS)

    def altered(self, number: int) -> tuple[Alteration, ...]:
        """What differs from the file's own memory of what was sent."""
        return self._rows(number, "altered", _ALTERED)

    def _rows(self, number: int, column: str, kind: TypeAdapter[tuple[Row, ...]]) -> tuple[Row, ...]:
        # The name is one of four fixed ones.
        query = f"SELECT {column} FROM rows WHERE number = ?"  # noqa: S608
        found = self._database.execute(query, (number,)).fetchone()
        return () if found is None else kind.validate_json(found[0])
