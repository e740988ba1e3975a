"""Time and memory of distributing and collecting, beside plain openpyxl reading the same files.

`python benchmarks/collect_speed.py 100 1000 5000 [--jobs 1 2] [--projects 4] [--folder F]` makes that many
believable workbooks, hands out as many, collects them by the real command and prints a Markdown table.
Machines are noisy: compare ratios, and let nothing else run; times per file are of the processor, which
noise touches least. Memory is read from /proc (Linux).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from believable import RETURNED, ROSTER, make, write_roster
from believable_texts import YEAR
from believable_units import province

_EVERY = 0.05
_MEGABYTE = 1024
# Reading all of them with openpyxl would take longer than all the rest.
_MOST_WITH_OPENPYXL = 200


@dataclass(frozen=True)
class Run:
    """A command: its seconds, those of the processor, and the most memory in MB: of itself, of its largest
    child, of all together.
    """

    seconds: float
    cpu: float
    parent: float
    child: float
    together: float


def run(*arguments: object) -> Run:
    """Run a perfxl command to its end. RuntimeError when it could not do its work."""
    command = [sys.executable, "-m", "perfxl", *map(str, arguments)]
    start, cpu = time.perf_counter(), _children_cpu()
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT) as process:
        peaks: dict[int, float] = {}
        together = 0.0
        while process.poll() is None:
            now = {pid: _memory(pid) for pid in _family(process.pid)}
            peaks |= {pid: max(peak, peaks.get(pid, 0.0)) for pid, (_, peak) in now.items()}
            together = max(together, sum(size for size, _ in now.values()))
            time.sleep(_EVERY)
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode not in {0, 1}:
            raise RuntimeError(said.read().decode(errors="replace")[-2000:])
    parent = peaks.pop(process.pid, 0.0)
    return Run(seconds, _children_cpu() - cpu, parent, max(peaks.values(), default=0.0), together)


def _children_cpu() -> float:
    """Seconds of the processor that ended children have used, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> Iterator[int]:
    """A process and those that it started, as deep as they go."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _memory(pid: int) -> tuple[float, float]:
    """MB in memory now, and at most so far; (0, 0) for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0, 0.0
    found = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return int(found.get("VmRSS", 0)) / _MEGABYTE, int(found.get("VmHWM", 0)) / _MEGABYTE


def with_openpyxl(files: Sequence[Path]) -> float:
    """Seconds of the processor per file to read every cell of every sheet with openpyxl."""
    start = time.process_time()
    for path in files:
        book = openpyxl.load_workbook(path, data_only=True)
        sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)
    return (time.process_time() - start) / len(files)


def part_of(whole: Path, files: Sequence[str], folder: Path) -> None:
    """The first files of a larger collection, without copying them."""
    for file in files:
        target = folder / RETURNED / file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(whole / RETURNED / file, target)
        except OSError:
            shutil.copy2(whole / RETURNED / file, target)


def measured(whole: Path, files: Sequence[str], number: int, projects: int, jobs: Sequence[int]) -> list[str]:
    """The cells of one row of the table: everything about one number of files."""
    cells = [f"{number:,}"]
    with tempfile.TemporaryDirectory(dir=whole) as name:
        folder = Path(name)
        part_of(whole, files[:number], folder)
        write_roster(folder / ROSTER, province(units=len(files), projects=projects)[:number])
        given, collected = {}, {}
        for each in jobs:
            out = folder / f"下发-{each}"
            given[each] = run("distribute", folder / ROSTER, out, "--year", YEAR, "--jobs", each)
            shutil.rmtree(out)
            target = folder / f"汇总-{each}.xlsx"
            options = ("-o", target, "--roster", folder / ROSTER, "--jobs", each)
            collected[each] = run("collect", folder / RETURNED, *options)
        read = with_openpyxl([folder / RETURNED / file for file in files[:number][:_MOST_WITH_OPENPYXL]])
    first, last = jobs[0], jobs[-1]
    for runs in (given, collected):
        cells += [f"{runs[each].seconds:.1f}" for each in jobs]
        cells.append(f"{runs[first].seconds / runs[last].seconds:.2f}")
    per_file = collected[first].cpu / number
    cells += [f"{per_file * 1000:.1f}", f"{read * 1000:.1f}", f"{per_file / read:.2f}"]
    cells += [f"{collected[first].together:.0f}", f"{collected[last].parent:.0f}"]
    cells += [f"{collected[last].child:.0f}", f"{collected[last].together:.0f}"]
    return cells


def heads(jobs: Sequence[int]) -> list[str]:
    """The header of the table."""
    first, last = jobs[0], jobs[-1]
    head = ["files"]
    for what in ("distribute", "collect"):
        head += [f"{what} --jobs {each}, s" for each in jobs]
        head.append("ratio")
    return [
        *head,
        f"collect --jobs {first}, CPU ms per file",
        "openpyxl reads, CPU ms per file",
        "ratio",
        f"most MB, --jobs {first}",
        f"--jobs {last}: parent",
        "largest child",
        "together",
    ]


def main() -> None:
    """Make the files, run the commands, print the table row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", type=int, nargs="*", default=[100, 1000, 5000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--projects", type=int, default=4)
    parser.add_argument("--folder", type=Path, help="where the files are made (default: a temporary folder)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        whole = Path(name)
        units = province(units=max(given.numbers), projects=given.projects)
        start = time.perf_counter()
        truth = make(units, whole, jobs=os.cpu_count() or 1)
        seconds = time.perf_counter() - start
        sys.stderr.write(f"{len(units):,} workbooks made in {seconds:.0f} s\n")
        head = heads(given.jobs)
        sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
        files = [unit["file"] for unit in truth["units"]]
        for number in given.numbers:
            row = measured(whole, files, number, given.projects, given.jobs)
            sys.stdout.write(f"| {' | '.join(row)} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
