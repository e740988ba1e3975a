"""However many files came back, collecting holds no more of them in memory than a name and a few numbers."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from returned import book, roster

from perfxl.app.collecting import collect as collecting
from perfxl.app.collecting.result import Request
from perfxl.app.collecting.worker import collect_one
from perfxl.core.collecting.whose_file import Claim, Source
from perfxl.io.collecting.returned_files import Found

FEW, MANY = 10, 70
# Bytes for each further file. The rows of one file, if they were held, are tens of thousands.
MOST_PER_FILE = 1000


@pytest.fixture
def held(tmp_path: Path, monkeypatch) -> Callable[[int, bool], int]:
    """The bytes held at most while so many files are collected; each is read as if it were the same one."""
    path = tmp_path / "116001.xlsx"
    path.write_bytes(book("116001", "第一中心"))
    read, rows = collect_one((0, Found(path.name, path)), None)
    assert rows is not None

    def as_if_read(_work, items, _jobs, **_more):
        for number, found in items:
            claim = Claim(Source.METADATA, Path(found.file).stem, f"第{number}中心")
            told = {"number": number, "file": found.file, "content": f"{number:064}", "claims": (claim,)}
            line = replace(read.lines[0], code=claim.code, name=claim.name)
            yield (number, found), (replace(read, **told, lines=(line,)), rows)

    monkeypatch.setattr(collecting, "streamed", as_if_read)

    def at_most(files: int, with_roster: bool) -> int:
        folder = tmp_path / f"{files} 份"
        (folder / "收回").mkdir(parents=True, exist_ok=True)
        units = [(f"{200000 + number}", f"第{number}中心") for number in range(files)]
        for code, _ in units:
            (folder / "收回" / f"{code}.xlsx").touch()
        listed = roster(folder / "花名册.xlsx", units) if with_roster else None
        sizes: list[int] = []

        def measure() -> None:
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])

        @contextmanager
        def bar(_label: str, total: int) -> Iterator[Callable[[], None]]:
            steps = iter(range(1, total + 1))
            # When all files are read, and when the rows of all units are written.
            yield lambda: measure() if next(steps) == total else None

        def use(done, rounds) -> int:
            measure()
            assert rounds.keep(folder / "汇总.xlsx") == []
            return len(done.results)

        tracemalloc.start()
        try:
            request = Request(folder / "收回", folder / "汇总.xlsx", listed)
            assert collecting.collect(request, use, bar=bar) == files
        finally:
            tracemalloc.stop()
        assert len(sizes) == 3
        return max(sizes)

    return at_most


@pytest.mark.parametrize("with_roster", [False, True])
def test_memory_does_not_grow_with_the_number_of_files(held, with_roster):
    # First of all, so that what is remembered of texts (a bounded number) counts for neither.
    held(MANY, with_roster)
    few, many = held(FEW, with_roster), held(MANY, with_roster)
    assert (many - few) / (MANY - FEW) < MOST_PER_FILE, f"{few:,} bytes for {FEW} files, {many:,} for {MANY}"
