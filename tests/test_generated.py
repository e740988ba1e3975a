"""What is committed is what the code makes today."""

from pathlib import Path

import pytest

from perfxl.app.examples import write_examples
from perfxl.app.templates import write_templates

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("folder", "write", "command"),
    [
        ("workbook_templates", write_templates, "make templates"),
        ("examples", write_examples, "make examples"),
    ],
)
def test_committed_workbooks_are_what_the_code_makes(folder, write, command, tmp_path):
    made = {path.name: path.read_bytes() for path in write(tmp_path)}
    committed = {path.name: path.read_bytes() for path in (ROOT / folder).glob("*.xlsx")}
    assert committed.keys() == made.keys()
    differing = [name for name, data in made.items() if committed[name] != data]
    assert not differing, f"run `{command}`"
