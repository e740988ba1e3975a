"""The rows of every file that was read, kept on disk, so that memory does not grow with the files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from pydantic import TypeAdapter

from perfxl.core.collecting.consolidate import IndicatorRow, ProjectRow
from perfxl.core.collecting.records import Alteration
from perfxl.core.findings import Finding, counts

_PROJECTS = TypeAdapter(tuple[ProjectRow, ...])
_INDICATORS = TypeAdapter(tuple[IndicatorRow, ...])
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_ALTERATIONS = TypeAdapter(tuple[Alteration, ...])
_COLUMNS = ("projects", "indicators", "findings", "altered")


class RowCounts(NamedTuple):
    """How many rows a file has, and how many of its findings are errors, warnings and infos."""

    projects: int = 0
    indicators: int = 0
    findings: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0


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
        _ALTERATIONS.dump_json(tuple(altered)),
        RowCounts(len(projects), len(indicators), len(findings), *counts(tuple(findings)).values()),
    )


class RowStore:
    """Rows by the number of their file, in a private file that goes with the run.

    counts: how many each file has; only these stay in memory.
    """

    def __init__(self, folder: Path) -> None:
        self.counts: dict[int, RowCounts] = {}
        self._database = sqlite3.connect(folder / "rows.sqlite", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;"
            "CREATE TABLE rows (number INTEGER PRIMARY KEY, projects BLOB, indicators BLOB,"
            " findings BLOB, altered BLOB)"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def put(self, number: int, rows: PackedRows) -> None:
        """Keep the rows of a file."""
        self.counts[number] = rows.counts
        values = (number, rows.projects, rows.indicators, rows.findings, rows.altered)
        self._database.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", values)

    def projects(self, number: int) -> tuple[ProjectRow, ...]:
        """The projects of a file, empty where it was not read."""
        packed = self._column(number, 0)
        return _PROJECTS.validate_json(packed) if packed else ()

    def indicators(self, number: int) -> tuple[IndicatorRow, ...]:
        """The indicator rows of a file."""
        packed = self._column(number, 1)
        return _INDICATORS.validate_json(packed) if packed else ()

    def findings(self, number: int) -> tuple[Finding, ...]:
        """The findings of a file, as `check` sorts them."""
        packed = self._column(number, 2)
        return _FINDINGS.validate_json(packed) if packed else ()

    def altered(self, number: int) -> tuple[Alteration, ...]:
        """What differs from the file's own memory of what was sent."""
        packed = self._column(number, 3)
        return _ALTERATIONS.validate_json(packed) if packed else ()

    def _column(self, number: int, index: int) -> bytes | None:
        # The name is one of four fixed ones.
        query = f"SELECT {_COLUMNS[index]} FROM rows WHERE number = ?"  # noqa: S608
        found = self._database.execute(query, (number,)).fetchone()
        return None if found is None else found[0]
