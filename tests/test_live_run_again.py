"""A LibreOffice that ends by itself costs one test a second try, and no other test anything."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.libreoffice

TESTS = """
import os, signal
from pathlib import Path

TRIES = Path(__file__).with_name("tries")

def lose(office):
    os.killpg(office.pid, signal.SIGKILL)

def locks(folder):
    return [path.name for path in folder.rglob(".~lock*")]

def test_reads_first(live_sample):
    assert live_sample.name.endswith(".xlsx")

def test_loses_it_once(live_office, live_sample, tmp_path):
    TRIES.open("a").write(f"{tmp_path}\\n")
    assert len(locks(tmp_path)) == 1
    live_sample.sheets[0]["A30"].value = "once"
    if len(TRIES.read_text().splitlines()) == 1:
        lose(live_office)
    assert live_sample.sheets[0]["A30"].value == "once"

def test_the_lock_stayed_where_it_can_hurt_nobody(live_sample, examples):
    first, second = map(Path, TRIES.read_text().splitlines())
    assert first != second
    assert (len(locks(first)), locks(second), locks(examples)) == (1, [], [])
    assert not live_sample.api.isReadonly()

def test_loses_it_always(live_office, live_sample):
    lose(live_office)
    live_sample.sheets[0]["A30"].value = 1

def test_fails_by_itself(live_sample):
    TRIES.open("a").write("not again\\n")
    assert live_sample.sheets[0]["A30"].value == "something else"

def test_reads_last(live_sample):
    assert TRIES.read_text().count("not again") == 1
    live_sample.save()
"""


def test_a_test_that_lost_libreoffice_is_run_once_more(live_office, pytester, monkeypatch):
    # (live_office: it skips where there is none.)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=":")
    pytester.makepyfile(TESTS)
    # In a process of its own, as `make test` runs them: the summary is printed by another.
    result = pytester.runpytest_subprocess("-p", "conftest", "--tb=short", "-n", "1", timeout=300)
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["FAILED *::test_loses_it_always*", "FAILED *::test_fails_by_itself*"])
    result.stdout.fnmatch_lines(["RUN AGAIN *: LibreOffice has ended, *by itself *(SIGKILL)."])
    again = [line for line in result.outlines if line.startswith("RUN AGAIN")]
    assert [line.rpartition("::")[2].partition(":")[0] for line in again] == [
        "test_loses_it_always",
        "test_loses_it_once",
    ]
