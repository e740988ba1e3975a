"""What perfxl does with other people's workbooks: `python benchmarks/corpus.py FOLDER`.

Every workbook below the folder is checked; what can be written is written into copies by `check --write`,
`fill` and `summary`, each twice. A failure is anything but a sentence, more time or memory than allowed, a
part lost or changed that was not meant to be, a second run that changes a byte, a result that openpyxl no
longer opens. Each workbook has a process of its own, which is ended when it takes too long (Linux). The exit
status is 1 where anything failed.

Good folders are the test files of Apache POI, ClosedXML, excelize, Open-XML-SDK, calamine and XlsxWriter.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn

import openpyxl
from lxml import etree
from parts_kept import canonical, parts

from perfxl.app.cli import run
from perfxl.app.tasks import open_file
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.core.forms.totals import fill_edits
from perfxl.io.ooxml.change_workbook import Book
from perfxl.io.ooxml.package import MAIN, OFFICE, Package, parse
from perfxl.io.workbooks.write_files import WRITABLE

ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".xltx", ".xltm", ".xlt", ".ots", ".xlam")
WRITING = (("check", "--write"), ("fill",), ("summary",))
_CONTENT_TYPES = "[Content_Types].xml"
# What only the command line's last resort says, and what libraries print by themselves.
_FAULT = re.compile("维护人员|Traceback|panicked at|Warning:")
_SENTENCE = re.compile(r"[\u4e00-\u9fff]{3,}.*[。]", re.DOTALL)
_QUOTED = re.compile("“[^”]*”|[0-9]+")
_MEGABYTE = 1024
_COULD_NOT_RUN = 2
_MOST_SECONDS_WITH_OPENPYXL = 10
# A workbook is read and written a dozen times; what is slower than all of them together hangs.
_RUNS = 15
# Sheets, names and views may change in the workbook's own part, nothing else.
_MOVING = ("sheets", "definedNames", "bookViews")


@dataclass
class Report:
    """What came of one workbook. refused: by command, the sentence; seconds of its slowest command."""

    path: str
    status: str = "ended"
    reason: str = ""
    written: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: float = 0.0


# ----------------------------------------------------------------------------------- one workbook


class Examination:
    """One workbook in a folder of its own, in a process of its own."""

    def __init__(self, path: Path, folder: Path, most_seconds: float) -> None:
        self.source = path
        self.folder = folder
        self.report = Report(str(path))
        self._most_seconds = most_seconds
        self._data = path.read_bytes()
        self._said = (folder / "said").open("w+b")
        # Libraries that are no Python write to the file descriptors themselves.
        os.dup2(self._said.fileno(), 1)
        os.dup2(self._said.fileno(), 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8")

    def run(self) -> Report:
        """Everything, in order."""
        checked = self._copy("check")
        results = self.folder / "results.json"
        status, said = self._command("check", checked, "--format", "json", "-o", results)
        if results.exists():
            [result] = json.loads(results.read_bytes())["files"]
            self.report.status, self.report.reason = result["status"], result["reason"] or ""
        else:
            self.report.status, self.report.reason = "unreadable", said.strip()
        if (status == _COULD_NOT_RUN) != (self.report.status == "unreadable"):
            self._fail("check", f"exit status {status}, but {self.report.status}")
        if status == _COULD_NOT_RUN and not _SENTENCE.search(self.report.reason):
            self._fail("check", f"no sentence: {self.report.reason[:200]!r}")
        if checked.read_bytes() != self._data:
            self._fail("check", "the file was changed")
        written = {}
        if self.source.suffix.lower() in WRITABLE:
            for command in WRITING:
                written[" ".join(command)] = self._write(command)
        # Before openpyxl takes its share.
        self.report.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE
        results = {name: after for name, after in written.items() if after != self._data}
        if results and _opens(self._data):
            for name, after in results.items():
                if not _opens(after):
                    self._fail(name, "openpyxl no longer opens it")
        return self.report

    def _write(self, command: Sequence[str]) -> bytes:
        """Run a command twice on a copy; gives the copy's bytes in the end."""
        name = " ".join(command)
        path = self._copy(command[0] + "-written")
        status, said = self._command(*command, path)
        after = path.read_bytes()
        if status == _COULD_NOT_RUN:
            self.report.refused[name] = _last_sentence(said)
            if not _SENTENCE.search(said):
                self._fail(name, f"no sentence: {said[:200]!r}")
            if after != self._data:
                self._fail(name, "refused, but the file was changed")
        elif after != self._data:
            self.report.written.append(name)
            for change in unmeant(self._data, after, self.source):
                self._fail(name, change)
        again, _ = self._command(*command, path)
        if again != status:
            self._fail(name, f"exit status {status}, the second time {again}")
        if path.read_bytes() != after:
            different = sorted(_differing(after, path.read_bytes()))
            self._fail(name, f"a second run changes {', '.join(different) or 'the archive'}")
        if [other.name for other in path.parent.iterdir()] != [path.name]:
            self._fail(name, "files were left behind")
        return after

    def _command(self, *arguments: object) -> tuple[int, str]:
        """Its exit status and all it said."""
        start = self._said.seek(0, os.SEEK_END)
        began = time.perf_counter()
        status = run([str(argument) for argument in arguments])
        seconds = time.perf_counter() - began
        sys.stdout.flush()
        sys.stderr.flush()
        self._said.seek(start)
        said = self._said.read().decode(errors="replace")
        self.report.seconds = max(self.report.seconds, seconds)
        if seconds > self._most_seconds:
            self._fail(str(arguments[0]), f"{seconds:.1f} s")
        if _FAULT.search(said):
            self._fail(str(arguments[0]), f"said {said[:400]!r}")
        return status, said

    def _copy(self, folder: str) -> Path:
        path = self.folder / folder / self.source.name
        path.parent.mkdir()
        path.write_bytes(self._data)
        return path

    def _fail(self, command: str, what: str) -> None:
        if f"{command}: {what}" not in self.report.failures:
            self.report.failures.append(f"{command}: {what}")


def unmeant(before: bytes, after: bytes, source: Path) -> Iterator[str]:
    """What a command changed that it had no business with: parts lost or changed, entries taken out."""
    one, other = parts(before), parts(after)
    old, new = Book(Package(before)), Book(Package(after))
    own = {name for name in new.names() if name not in old.names()} | {FINDINGS, SUMMARY}
    filled = {edit.sheet for edit in fill_edits(open_file(source).book.submission)}
    sheets = {name: old.sheet_part(name) for name in own & set(old.names())}
    rewritten = set(sheets.values()) | {_rels(part) for part in sheets.values()}
    edited = {old.sheet_part(name) for name in filled}
    kinds = dict(old.package.relations(old.part).values())
    registers = {_CONTENT_TYPES, _rels(old.part), kinds.get(f"{OFFICE}/styles")}
    for part in sorted({*one} - {*other}):
        if part not in rewritten and part != kinds.get(f"{OFFICE}/calcChain"):
            yield f"{part} is lost"
    for part in sorted(_differing(before, after) & {*other}):
        if part in rewritten | edited or part == kinds.get(f"{OFFICE}/calcChain"):
            continue
        first, second = parse(one[part]), parse(other[part])
        if part in registers:
            lost = _entries(first) - _entries(second)
            if lost:
                yield f"{part} lacks {next(iter(lost))[:200]!r}"
        elif part == old.part:
            _without(first, _MOVING)
            _without(second, _MOVING)
            if canonical(first) != canonical(second):
                yield f"{part} changed in more than its sheets and names"
        else:
            # A form is coloured by rules of its own.
            _without(first, ("conditionalFormatting",))
            _without(second, ("conditionalFormatting",))
            if canonical(first) != canonical(second):
                yield f"{part} changed"


def _entries(root: etree._Element) -> Counter[bytes]:
    """What a register lists: the children of its tables, or its own."""
    tables = [root] if root.tag != f"{{{MAIN}}}styleSheet" else list(root.iterchildren("{*}*"))
    return Counter(canonical(entry) for table in tables for entry in table.iterchildren("{*}*"))


def _without(root: etree._Element, names: Iterable[str]) -> None:
    for child in list(root.iterchildren("{*}*")):
        if etree.QName(child).localname in names:
            root.remove(child)


def _differing(before: bytes, after: bytes) -> set[str]:
    one, other = parts(before), parts(after)
    return {name for name in one if one[name] != other.get(name)}


def _rels(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _opens(data: bytes) -> bool:
    """Whether openpyxl opens a workbook, and before it has filled a merged column cell by cell."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(_MOST_SECONDS_WITH_OPENPYXL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            openpyxl.load_workbook(BytesIO(data))
    except Exception:  # noqa: BLE001 (openpyxl raises whatever it meets)
        return False
    finally:
        signal.alarm(0)
    return True


def _give_up(*_: object) -> NoReturn:
    raise TimeoutError


def _last_sentence(said: str) -> str:
    """The reason that stands last, without the file it is about."""
    lines = [line.strip() for line in said.splitlines() if "。" in line]
    return re.sub("^/[^：]*：", "", lines[-1]) if lines else said.strip()[-200:]


# -------------------------------------------------------------------------------- all workbooks


def examine(path: Path, most_seconds: float, answer: Connection) -> None:
    """The whole life of a workbook's process."""
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        report = Report(str(path))
        try:
            examination = Examination(path, Path(folder), most_seconds)
            report = examination.report
            examination.run()
        except BaseException as fault:  # noqa: BLE001 (a panic in a library is none of Exception's)
            report.failures.append(f"{type(fault).__name__}: {fault}")
        answer.send(report)


def examine_all(paths: Sequence[Path], jobs: int, most_seconds: float) -> Iterator[Report]:
    """Every workbook's report, as they come; a process that hangs or dies is one too."""
    context = get_context("fork")
    waiting = list(reversed(paths))
    running: dict[Connection, tuple[BaseProcess, Path, float]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            path = waiting.pop()
            answer, ours = context.Pipe(duplex=False)
            process = context.Process(target=examine, args=(path, most_seconds, ours))
            process.start()
            ours.close()
            running[answer] = process, path, time.monotonic() + most_seconds * _RUNS
        done = [one for one in wait(list(running), timeout=1) if isinstance(one, Connection)]
        late = [one for one, (_, _, end) in running.items() if time.monotonic() > end and one not in done]
        for answer in (*done, *late):
            process, path, _ = running.pop(answer)
            try:
                report = answer.recv() if answer in done else None
            except EOFError:
                report = Report(str(path), failures=["its process died"])
            if report is None:
                process.kill()
                report = Report(str(path), failures=[f"ended after {most_seconds * _RUNS:.0f} s"])
            process.join()
            answer.close()
            yield report


def main() -> int:
    """Print counts by outcome and the failures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many of the workbooks")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=20, help="for one command on one workbook")
    parser.add_argument("--megabytes", type=float, default=700, help="for one workbook")
    parser.add_argument("--reports", type=Path, help="where to put every report, a line of JSON each")
    given = parser.parse_args()
    found = sorted(path for path in given.folder.rglob("*") if path.suffix.lower() in ENDINGS)
    paths = [path for path in found if path.is_file()][:: given.every]
    by_corpus: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    failed = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as nowhere:
        lines = given.reports.open("w", encoding="utf-8") if given.reports else nowhere
        for report in examine_all(paths, given.jobs, given.seconds):
            if report.megabytes > given.megabytes:
                report.failures.append(f"held {report.megabytes:.0f} MB")
            lines.write(json.dumps(vars(report), ensure_ascii=False) + "\n")
            lines.flush()
            corpus = Path(report.path).relative_to(given.folder).parts[0]
            _count(report, by_corpus.setdefault(corpus, Counter()), reasons)
            if report.failures:
                failed.append(report)
    _print(by_corpus, reasons, failed)
    return 1 if failed else 0


def _count(report: Report, counts: Counter[str], reasons: Counter[str]) -> None:
    counts["files"] += 1
    counts["not read" if report.status in {"unreadable", "ended"} else "read"] += 1
    counts["written"] += bool(report.written)
    counts["refused"] += bool(report.refused) and report.status != "unreadable"
    counts["failed"] += bool(report.failures)
    if report.reason:
        reasons[f"check: {_QUOTED.sub('…', report.reason)}"] += 1
    elif report.refused:
        reasons.update(f"{command}: {_QUOTED.sub('…', why)}" for command, why in report.refused.items())


def _print(by_corpus: dict[str, Counter[str]], reasons: Counter[str], failed: Sequence[Report]) -> None:
    heads = ("files", "read", "not read", "written", "refused", "failed")
    by_corpus["all"] = sum(by_corpus.values(), Counter())
    sys.stdout.write("| | " + " | ".join(heads) + " |\n|---|" + "---|" * len(heads) + "\n")
    for corpus, counts in by_corpus.items():
        sys.stdout.write(f"| {corpus} | " + " | ".join(str(counts[head]) for head in heads) + " |\n")
    sys.stdout.write("\n" + "".join(f"{number:6} {reason}\n" for reason, number in reasons.most_common()))
    for report in sorted(failed, key=lambda report: report.path):
        sys.stdout.write(f"\n{report.path}\n" + "".join(f"    {failure}\n" for failure in report.failures))


if __name__ == "__main__":
    # Copies are gone with the processes that made them; those of an ended one are left to this one.
    with tempfile.TemporaryDirectory(prefix="perfxl-corpus-") as scratch:
        tempfile.tempdir = scratch
        status = main()
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(status)
