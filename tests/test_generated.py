"""What is committed is what the code makes today."""

import zipfile
from pathlib import Path

import pytest

from perfxl.app.make_examples import write_examples
from perfxl.app.make_rule_docs import rule_docs
from perfxl.app.make_templates import write_templates

ROOT = Path(__file__).parents[1]


def parts(path):
    """A workbook's parts in order: zip programs of other machines may pack the same bytes otherwise."""
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, info.date_time, archive.read(info)) for info in archive.infolist()]


@pytest.mark.parametrize(
    ("folder", "write", "command"),
    [("workbook_templates", write_templates, "make templates"), ("examples", write_examples, "make examples")],
)
def test_committed_workbooks_are_what_the_code_makes(folder, write, command, tmp_path):
    made = {path.name: parts(path) for path in write(tmp_path)}
    committed = {path.name: parts(path) for path in (ROOT / folder).glob("*.xls[xm]")}
    assert committed.keys() == made.keys()
    differing = [name for name in made if committed[name] != made[name]]
    assert not differing, f"run `{command}`"


def test_the_committed_catalogue_is_what_the_rules_say():
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == rule_docs(), "run `make docs`"
