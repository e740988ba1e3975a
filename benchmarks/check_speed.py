"""How long checking takes, beside plain openpyxl and calamine reading the same file.

`python benchmarks/check_speed.py [FILE]`; without a file the sample is taken.

Machines are noisy: compare the ratios, not the seconds. Each figure is the median of several rounds,
the rounds of both readers taken in turn.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import openpyxl
from python_calamine import CalamineWorkbook

from perfxl.app.make_examples import FILLED_IN, write_examples
from perfxl.app.tasks import check
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook


def with_openpyxl(path: Path) -> int:
    """Every cell of every sheet, as openpyxl gives it."""
    book = openpyxl.load_workbook(path, data_only=True)
    return sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)


def with_calamine(path: Path) -> int:
    """Every value of every sheet, as calamine gives it."""
    book = CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_index(index).to_python()) for index in range(len(book.sheet_names)))


def cells_only(path: Path) -> int:
    """Every cell as it is shown."""
    return sum(len(sheet.cells) for sheet in read_workbook(path).sheets)


def with_perfxl(path: Path) -> int:
    """The model of the workbook."""
    return len(read(read_workbook(path), all_frameworks()).projects)


def with_rules(path: Path) -> int:
    """The findings."""
    return len(check([path]).checked[0].findings)


def timed(function: Callable[[Path], int], path: Path) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    function(path)
    return time.perf_counter() - start


def main() -> None:
    """Print a table: median milliseconds and the ratio to openpyxl."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    rounds: int = given.rounds
    functions = {
        "openpyxl reads": with_openpyxl,
        "calamine reads": with_calamine,
        "perfxl: cells": cells_only,
        "perfxl: model": with_perfxl,
        "perfxl checks": with_rules,
    }
    with tempfile.TemporaryDirectory() as folder:
        write_examples(Path(folder))
        path: Path = given.file or Path(folder, FILLED_IN)
        for function in functions.values():
            function(path)
        times: dict[str, list[float]] = {name: [] for name in functions}
        started: list[float] = []
        for _ in range(rounds):
            for name, function in functions.items():
                times[name].append(timed(function, path))
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "perfxl", "check", str(path), "--format", "json"],
                capture_output=True,
                check=False,
            )
            started.append(time.perf_counter() - start)
    base = median(times["openpyxl reads"])
    for name, each in times.items():
        sys.stdout.write(f"{name:16}{median(each) * 1000:8.1f} ms{median(each) / base:7.2f} × openpyxl\n")
    sys.stdout.write(f"{'whole command':16}{median(started) * 1000:8.1f} ms\n")


if __name__ == "__main__":
    main()
