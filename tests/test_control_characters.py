"""Names chosen by strangers: whatever is in them is shown, and steers no terminal."""

from __future__ import annotations

import json
import os
import unicodedata
import zipfile

import pytest
from returned import roster
from test_bad_files import zipped

from perfxl.app.make_examples import FILLED_IN

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")

# A title for the window, a colour by the one-byte introducer, a bell, a forged line, a reversed ending.
EVIL = "\x1b]0;标题\x07\x9b31m红\n共 1 个文件：通过 1 个。\u202excod"
SHOWN = r"\x1b]0;标题\x07\x9b31m红\n共 1 个文件：通过 1 个。\u202excod"
TURNING = set("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def steers(text: str) -> set[str]:
    return {char for char in text if (unicodedata.category(char) == "Cc" and char != "\n") or char in TURNING}


def said(ran, *, shown: str = SHOWN) -> str:
    both = ran.out + ran.err
    assert shown in both, both
    assert not steers(both)
    assert not [line for line in both.splitlines() if line.startswith("共 1 个文件：通过")]
    return both


@pytest.fixture
def evil(examples, tmp_path):
    """A folder of such a name, with a good file and a bad one of such names."""
    folder = tmp_path / EVIL
    folder.mkdir()
    (folder / f"{EVIL}.xlsx").write_bytes((examples / FILLED_IN).read_bytes())
    (folder / f"坏{EVIL}.xlsx").write_bytes(b"x")
    return folder


@pytest.mark.parametrize("arguments", ["check", "check --jobs 2", "check --write --backup", "check --format html"])
def test_in_what_check_says(perfxl, evil, arguments):
    ran = perfxl(*arguments.split(), evil)
    assert ran.status == 2
    assert f"坏{SHOWN}.xlsx：这不是 Excel 工作簿" in said(ran)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_in_what_programs_read(perfxl, evil, form):
    ran = perfxl("check", evil, "--format", form)
    said(ran)
    assert json.loads(ran.out)
    if form == "json":
        paths = [one["path"] for one in json.loads(ran.out)["files"]]
        assert paths == [str(evil / f"{EVIL}.xlsx"), str(evil / f"坏{EVIL}.xlsx")]


@pytest.mark.parametrize("ending", ["txt", "html", "json"])
def test_in_a_report_that_is_written(perfxl, evil, ending):
    form = "text" if ending == "txt" else ending
    report = evil / f"{EVIL}.{ending}"
    said(perfxl("check", evil, "--format", form, "-o", report))
    assert not steers(report.read_text("utf-8"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", f"没有{EVIL}.xlsx"],
        ["fill", f"没有{EVIL}.xlsx"],
        ["summary", f"没有{EVIL}.xlsx"],
        ["check", "x.xlsx", "-o", f"{EVIL}.xlsx"],
        ["check", "x.xlsx", "--framework", EVIL],
        ["check", "x.xlsx", "--framework", f"{EVIL}.toml"],
        ["new", f"{EVIL}.txt", "--roster"],
        ["new", "x.xlsx", "--unit", EVIL, "--year", "2024"],
        ["new", "x.xlsx", "--unit", "116001 局", "--year", "2024", "--projects", f"{EVIL}.csv"],
        ["new", "x.xlsx", "--year", "2024", "--from", f"{EVIL}.xlsx"],
        ["distribute", f"{EVIL}.xlsx", "out", "--year", "2024"],
        ["collect", EVIL, "-o", "x.xlsx"],
        ["collect", ".", "-o", f"{EVIL}.txt"],
        ["rules", EVIL],
        ["live", "x.xlsx", EVIL],
        [EVIL],
        ["rules", f"--{EVIL}"],
        ["rules", "AMT02", EVIL],
    ],
    ids=" ".join,
)
def test_in_what_is_said_of_an_argument(perfxl, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    ran = perfxl(*arguments)
    assert ran.status == 2
    # click shows some arguments as Python does.
    said(ran, shown="红\\n共 1 个文件")
    assert len(ran.err.splitlines()) == 1, ran.err


def test_in_what_writing_says(perfxl, tmp_path, examples):
    source = examples / FILLED_IN
    for command in ("fill", "summary"):
        said(perfxl(command, source, "-o", tmp_path / f"{EVIL}.xlsx"))
    said(perfxl("check", "--write", source, "-o", tmp_path / f"{EVIL}.xlsx"))
    said(perfxl("new", tmp_path / f"新{EVIL}.xlsx", "--unit", "116001 某局", "--year", "2024"))
    said(perfxl("new", tmp_path / f"{EVIL}册.xlsx", "--roster"))
    said(perfxl("demo", tmp_path / EVIL))


def test_in_what_handing_out_and_collecting_say(perfxl, tmp_path, evil):
    units = [("101001", "某局本级")]
    roster(tmp_path / f"{EVIL}.xlsx", units)
    said(perfxl("distribute", tmp_path / f"{EVIL}.xlsx", evil / "下发", "--year", 2024))
    with zipfile.ZipFile(evil / "包.zip", "w") as archive:
        archive.writestr(f"{EVIL}/{EVIL}.docx", b"x")
        archive.writestr(f"{EVIL}.xlsx", zipped(**{"说明.txt": "文字"}))
    (evil / f"{EVIL}.doc").write_bytes(b"x")
    ran = perfxl("collect", evil, "-o", tmp_path / f"{EVIL}汇总.xlsx", "--opinions", tmp_path / f"意见{EVIL}")
    both = said(ran)
    for name in (f"{SHOWN}.doc", f"包.zip/{SHOWN}.xlsx", f"包.zip/{SHOWN}/{SHOWN}.docx", f"坏{SHOWN}.xlsx"):
        assert name in both
    assert (tmp_path / f"意见{EVIL}").is_dir()


def test_a_faulty_roster_lists_its_faults_line_by_line(perfxl, tmp_path, evil):
    path = tmp_path / f"{EVIL}.xlsx"
    roster(path, [("101001", "甲"), ("101001", "乙")])
    ran = perfxl("collect", evil, "-o", tmp_path / "汇总.xlsx", "--roster", path)
    first, *faults = said(ran).splitlines()
    assert first == f"花名册“{tmp_path}/{SHOWN}.xlsx”有 {len(faults)} 处错误，没有汇总。请更正后再运行："
    assert faults
    assert all(fault.startswith("  ") for fault in faults)
