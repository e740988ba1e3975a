"""Where `-o` writes: somebody's other work is never written over."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from perfxl.app.make_examples import FILLED_IN, MENDED

COMMANDS = {"fill": ("fill",), "summary": ("summary",), "check --write": ("check", "--write")}
commands = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


@pytest.fixture
def text(examples, tmp_path) -> Path:
    return Path(shutil.copy(examples / FILLED_IN, tmp_path / "文本.xlsx"))


def of_another_unit(source: Path, target: Path) -> Path:
    book = openpyxl.load_workbook(source)
    for row in book["封面"].iter_rows():
        for cell in row:
            if cell.value == "116001":
                cell.value = "116002"
    book.save(target)
    return target


def of_another_year(perfxl, target: Path) -> Path:
    unit = "116001 承德高新技术产业开发区总工会本级"
    assert perfxl("new", target, "--unit", unit, "--year", "2031").status == 0
    return target


def a_collected_summary(perfxl, source: Path, target: Path) -> Path:
    folder = target.parent / "收回"
    folder.mkdir()
    shutil.copy(source, folder)
    perfxl("collect", folder, "-o", target, "--jobs", "1")
    return target


def a_list(target: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["要紧的", 1])
    book.save(target)
    return target


OTHERS = {
    "another unit's text": (lambda _, text, to: of_another_unit(text, to), "是另一份文本（116002 "),
    "the text of another year": (lambda run, _, to: of_another_year(run, to), "2031年），"),
    "a collected summary": (a_collected_summary, "是各单位汇总，"),
    "a list": (lambda _, __, to: a_list(to), "是另一份文本（没有写明单位），"),
    "something damaged": (lambda _, __, to: to.write_bytes(b"x") and to, "不是能读取的绩效文本，"),
}


@commands
@pytest.mark.parametrize("other", OTHERS)
def test_other_work_is_not_written_over(perfxl, text, tmp_path, command, other):
    make, what = OTHERS[other]
    target = make(perfxl, text, tmp_path / "别的.xlsx")
    before = target.read_bytes()
    ran = perfxl(*command, text, "-o", target)
    assert ran.status == 2
    [said] = [line for line in ran.err.splitlines() if "没有覆盖" in line]
    assert said.startswith(f"{target}：文件已经存在，")
    assert what in said
    assert said.endswith("没有覆盖。请用 -o 换一个文件名，或先移走它。")
    assert target.read_bytes() == before


@commands
def test_an_earlier_version_of_the_same_text_is(perfxl, text, examples, tmp_path, command):
    target = Path(shutil.copy(examples / MENDED, tmp_path / "上次.xlsx"))
    before = target.read_bytes()
    assert perfxl(*command, text, "-o", target).status in {0, 1}
    assert target.read_bytes() != before


def test_a_report_replaces_a_report_and_nothing_else(perfxl, text, tmp_path):
    document, table = tmp_path / "报告.docx", tmp_path / "表.csv"
    document.write_bytes(b"PK\3\4\0\0")
    table.write_text("项目,预算数\n", encoding="utf-8")
    for target, inputs, said in ((document, [text], "不是校验结果"), (table, [text, table], "这是要校验的文件")):
        before = target.read_bytes()
        ran = perfxl("check", *inputs, "-o", target)
        assert ran.status == 2
        assert ran.err.startswith(f"{target}：")
        assert said in ran.err
        assert target.read_bytes() == before
    for _ in range(2):
        assert perfxl("check", text, "-o", tmp_path / "结果.txt").status == 1


@pytest.mark.libreoffice
def test_a_button_on_a_copy_does_not_write_over_it_either(perfxl, text, tmp_path):
    target = a_list(tmp_path / "别的.xlsx")
    before = target.read_bytes()
    ran = perfxl("live", text, "校验", "-o", target)
    assert ran.status == 2
    assert "没有覆盖" in ran.err
    assert target.read_bytes() == before
