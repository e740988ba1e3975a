"""What several test modules share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.runner import runtestprotocol
from openpyxl.worksheet.merge import MergedCellRange

if TYPE_CHECKING:
    import xlwings


# Opening a workbook in openpyxl takes half a second for the looks of the cells that merges cover, which hardly a
# test asks for.
FORMAT_COVERED = MergedCellRange.format
MergedCellRange.format = lambda _: None


def required(mark: str) -> bool:
    """Whether this run must do what has the mark (`libreoffice`, `install`), rather than skip it."""
    return any(os.environ.get(name) for name in ("CI", f"PERFXL_REQUIRE_{mark.upper()}"))


@dataclass(frozen=True)
class LibreOffice:
    """A headless LibreOffice with a profile of its own, so that it disturbs no other."""

    program: str
    profile: Path

    def convert(self, source: Path, target_format: str, folder: Path) -> Path:
        """Convert a file (`pdf`, `xlsx`, `csv:…`) into a folder; gives the new file."""
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [
                self.program,
                f"-env:UserInstallation={self.profile.as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                target_format,
                "--outdir",
                str(folder),
                str(source),
            ],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        made = folder / f"{source.stem}.{target_format.partition(':')[0]}"
        assert made.exists(), f"LibreOffice made no {made.name}: {done.stdout}{done.stderr}"
        return made


# The modules that take longest, the longest first: with several processes each works on one module at a time,
# and nobody should wait for the last one.
_LONGEST_FIRST = (
    "test_live_book",
    "test_ribbon_functions",
    "test_a_whole_round",
    "test_installation",
    "test_hostile_archives",
    "test_hostile_files",
    "test_nothing_lost",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    if shutil.which("soffice") or required("libreoffice"):
        return
    skip = pytest.mark.skip(reason="LibreOffice (soffice) is not installed")
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(skip)


def _turn(item: pytest.Item) -> int:
    name = item.path.stem
    return _LONGEST_FIRST.index(name) if name in _LONGEST_FIRST else len(_LONGEST_FIRST)


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice (soffice) is not installed, but this run requires it")
    return LibreOffice(program, tmp_path_factory.mktemp("libreoffice-profile"))


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit status and what it said where."""

    status: int
    out: str
    err: str


@pytest.fixture
def perfxl(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process: `perfxl("check", path)`."""
    from perfxl.app.cli import run

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        status = run([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Ran(status, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example workbooks, made anew. Only for reading: copy before writing."""
    from perfxl.app.make_examples import write_examples

    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    return folder


@pytest.fixture
def workbook(examples: Path, tmp_path: Path) -> Path:
    """A copy of the sample that a test may write to."""
    from perfxl.app.make_examples import FILLED_IN

    return Path(shutil.copy(examples / FILLED_IN, tmp_path / "文本.xlsx"))


@pytest.fixture(scope="session")
def edit_in_office() -> Callable[[Path, Path, list[list[object]]], None]:
    """Edit a workbook in LibreOffice as a person would: `edit(source, target, [[action, …], …])`."""

    def edit(source: Path, target: Path, actions: list[list[object]]) -> None:
        edit_workbooks([{"source": str(source), "target": str(target), "actions": actions}])

    return edit


def edit_workbooks(jobs: list[dict[str, object]]) -> None:
    """Several workbooks in one start of LibreOffice; see `office_edits.py` for the actions.

    Skips where the system's Python has no `uno`, unless this run requires LibreOffice.
    """
    # The system's Python is the one that has LibreOffice's `uno`.
    script = Path(__file__).with_name("office_edits.py")
    python = shutil.which("python3", path="/usr/bin") or "python3"
    probe = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
    if probe.returncode and not required("libreoffice"):
        pytest.skip("LibreOffice's uno (python3-uno) is not installed")
    subprocess.run([python, str(script)], input=json.dumps(jobs), text=True, check=True, timeout=300)


class LiveOffices:
    """One headless LibreOffice behind xlwings for all tests; a new one where the last has ended."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._app: xlwings.App | None = None

    @property
    def lost(self) -> bool:
        """Whether it has ended by itself."""
        return self._fault() is not None

    def ending(self) -> str:
        """How it has ended."""
        fault = self._fault()
        return "\n".join([str(fault), *getattr(fault, "__notes__", ())])

    def _fault(self) -> Exception | None:
        from perfxl.xlwings_libreoffice.office_errors import LibreOfficeError

        if self._app is None:
            return None
        try:
            # Its process may be still about to end where the calls fail already.
            self._app.api.getComponents()
        except LibreOfficeError as fault:
            return fault
        return None

    def running(self) -> xlwings.App:
        from office_engine import running_office

        if self.lost:
            self.end()
        if self._app is None:
            self._app = self._open.enter_context(running_office())
        return self._app

    def end(self) -> None:
        self._app = None
        with suppress(Exception):
            self._open.close()


OFFICES = LiveOffices()
# What a report's property is called that says how LibreOffice had ended in the test's first try, and what it had said.
RUN_AGAIN = "RUN AGAIN"


def pytest_sessionfinish() -> None:
    OFFICES.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # From the reports: with several processes the tests ran in others than the one that prints this.
    reports = [report for found in terminalreporter.stats.values() for report in found]
    again = {
        report.nodeid: why
        for report in reports
        for name, why in getattr(report, "user_properties", ())
        if name == RUN_AGAIN
    }
    for nodeid, why in sorted(again.items()):
        terminalreporter.write_line(f"{RUN_AGAIN} {nodeid}: {why}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A test whose LibreOffice ended by itself is run once more, with a folder of its own; the summary tells why."""
    if "live_office" not in getattr(item, "fixturenames", ()):
        return None
    hooks = item.ihook
    hooks.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if OFFICES.lost and any(report.failed for report in reports):
        item.user_properties.append((RUN_AGAIN, OFFICES.ending()))
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        hooks.pytest_runtest_logreport(report=report)
    hooks.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture
def live_office() -> xlwings.App:
    """A headless LibreOffice behind xlwings, the same for all tests. Close the books that you open."""
    return OFFICES.running()


@pytest.fixture
def book(live_office: xlwings.App) -> Iterator[xlwings.Book]:
    """A new book in the live LibreOffice."""
    made = live_office.books.add()
    yield made
    _close(made)


@pytest.fixture
def sheet(book: xlwings.Book) -> xlwings.Sheet:
    """Its only sheet."""
    return book.sheets[0]


@pytest.fixture
def open_copy(live_office: xlwings.App, tmp_path: Path) -> Iterator[Callable[..., xlwings.Book]]:
    """Open a copy of a workbook in the live LibreOffice: `open_copy(path)`, `open_copy(path, "name.xlsx")`.

    Never the file itself where other tests use it too: LibreOffice locks what it opens, and where it ends
    by itself the lock stays. The copies are closed afterwards.
    """
    folder = tmp_path / "open"
    folder.mkdir()
    opened: list[xlwings.Book] = []

    def open_one(source: Path, name: str | None = None, **options: object) -> xlwings.Book:
        copy = folder / (name or source.name)
        assert not copy.exists(), f"{copy.name} has been opened already"
        opened.append(live_office.books.open(str(shutil.copy(source, copy)), **options))
        return opened[-1]

    yield open_one
    for book in opened:
        _close(book)


@pytest.fixture
def live_sample(open_copy: Callable[..., xlwings.Book], examples: Path) -> xlwings.Book:
    """A copy of the sample, opened in the live LibreOffice."""
    from perfxl.app.make_examples import FILLED_IN

    return open_copy(examples / FILLED_IN)


def _close(book: xlwings.Book) -> None:
    if not OFFICES.lost and book.impl.is_open():
        book.close()
