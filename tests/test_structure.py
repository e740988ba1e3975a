"""The house: one name for one file, modules that one reads in a sitting. Layers and circles are import-linter's matter."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "perfxl"
MODULES = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
MOST, FEWEST = 400, 15
# The whole is so short that it would be lost elsewhere: each is a thing of its own that many import.
SHORT = {"__main__.py", "exit_status.py", "errors.py", "properties.py"}


def test_no_file_name_occurs_twice():
    assert [name for name, number in Counter(path.name for path in MODULES).items() if number > 1] == []


def test_no_module_is_longer_than_one_reads_or_shorter_than_it_is_worth():
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name for name, length in lengths.items() if length > MOST} == set()
    assert {name for name, length in lengths.items() if length < FEWEST} == SHORT
