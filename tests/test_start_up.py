"""`perfxl check` on one file starts fast: what is heavy is imported only where it is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from perfxl.app.make_examples import FILLED_IN

HEAVY = ("docx", "jinja2", "numpy", "openpyxl", "pandas", "rich", "xlwings")
PROGRAM = """
import json, sys
from perfxl.app.cli import run
status = run(sys.argv[1:])
sys.stderr.write(json.dumps([status, sorted(name for name in sys.modules if "." not in name)]))
"""


def imported(*arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, encoding="utf-8", check=True
    )
    status, names = json.loads(done.stderr.splitlines()[-1])
    return status, set(names)


@pytest.mark.parametrize("form", ["json", "text"])
def test_checking_imports_nothing_heavy(examples, form):
    status, names = imported("check", str(examples / FILLED_IN), "--format", form)
    assert status == 1
    assert "pyexpat" in names
    assert not names.intersection(HEAVY)


def test_help_imports_neither_the_model_nor_a_reader():
    status, names = imported("--help")
    assert status == 0
    assert not names.intersection({*HEAVY, "pydantic", "pyexpat", "lxml"})


def test_starting_as_a_module_is_the_same_program():
    one, other = (
        subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
        for command in (
            [sys.executable, "-m", "perfxl", "--help"],
            [sys.executable, "-c", "from perfxl.app.cli import main; main()", "--help"],
        )
    )
    assert one == other
    assert "用法" in one


def test_output_is_utf8_on_a_gbk_console(examples):
    done = subprocess.run(
        [sys.executable, "-m", "perfxl", "check", str(examples / FILLED_IN)],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "gbk", "PATH": ""},
    )
    assert done.returncode == 1
    assert "个错误" in done.stdout.decode("utf-8")
