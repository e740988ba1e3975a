"""docs/excel.md and docs/windows-smoke-test.md say what is there."""

import re
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from perfxl.app.cli import perfxl as program
from perfxl.io.addin.sources import shipped_addin

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "docs" / "excel.md", ROOT / "docs" / "windows-smoke-test.md", ROOT / "vba_stub" / "README.md"]


@pytest.fixture(scope="module")
def ribbon():
    with zipfile.ZipFile(BytesIO(shipped_addin())) as package:
        return etree.fromstring(package.read("customUI/customUI14.xml"))


@pytest.fixture(params=DOCS, ids=lambda path: path.name)
def doc(request):
    return request.param


def test_the_guide_explains_every_button_with_its_key(ribbon):
    text = DOCS[0].read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| ([A-Z /]+) \|", text, re.MULTILINE)
    explained = [pair for labels, keys in rows for pair in zip(labels.split(" / "), keys.split(" / "), strict=True)]
    buttons = list(ribbon.iter("{*}button"))
    assert sorted(explained) == sorted((one.get("label"), one.get("keytip")) for one in buttons)
    assert f"先按 Alt，再按 {next(ribbon.iter('{*}tab')).get('keytip')}" in text


def test_the_smoke_test_presses_every_button(ribbon):
    text = DOCS[1].read_text(encoding="utf-8")
    labels = [one.get("label") for one in ribbon.iter("{*}button")]
    assert [label for label in labels if f"“{label}”" not in text] == []
    assert f"四组 {len(labels)} 个按钮" in text
    numbers = [int(one) for one in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_the_documents_link_to_exists(doc):
    text = doc.read_text(encoding="utf-8")
    heads = {
        re.sub(r"[^\w -]", "", head).replace(" ", "-").lower() for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    links = re.findall(r"\]\(([^)]+)\)", text)
    for link in links:
        if link.startswith("#"):
            assert unquote(link[1:]) in heads
        elif "://" not in link:
            assert (doc.parent / unquote(link)).exists(), link


def test_the_commands_in_the_documents_exist(doc):
    found = set(re.findall(r"`(?:python -m )?perfxl ([a-z]+)(?: ([a-z]+))?", doc.read_text(encoding="utf-8")))
    assert found
    for name, below in found:
        assert name in program.commands
        commands = getattr(program.commands[name], "commands", None)
        assert commands is None or below in commands


def test_the_smoke_test_quotes_the_macros_as_they_speak():
    settings = tomllib.loads((ROOT / "vba_stub" / "settings.toml").read_text(encoding="utf-8"))
    text = DOCS[1].read_text(encoding="utf-8")
    for key in ("NO_WORKBOOK", "NO_INTERPRETER", "FOREIGN_SETTINGS", "FOREIGN_FILE"):
        first = settings["messages"][key].strip().splitlines()[0]
        assert first[:15] in text
