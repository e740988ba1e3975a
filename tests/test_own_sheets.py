"""Only what perfxl made is perfxl's: a unit's own sheet of the same name is never touched, a form on it is read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from perfxl.app.buttons import make_summary, open_report, validate
from perfxl.app.make_examples import BY_HAND, FILLED_IN
from perfxl.core.forms.own_sheets import own_sheet
from perfxl.io.live.live_book import LiveBook
from perfxl.io.workbooks.read_files import read_workbook

OWN_TEXTS = (("我单位自己的汇总（手工，三年数据）", None), ("办公室", 123.45))
APART = {
    name: f"工作簿里原有的“{name}”表不是本程序生成的，没有改动；本次写在“{name}（2）”表。"
    for name in ("部门汇总", "校验结果")
}


@pytest.fixture
def with_own_sheets(examples: Path, tmp_path: Path) -> Path:
    """Forms typed by hand, beside two sheets of the unit's own that bear the names of ours."""
    path = tmp_path / "手工表.xlsx"
    book = openpyxl.load_workbook(examples / BY_HAND)
    for name in APART:
        sheet = book.create_sheet(name, 0)
        for row in OWN_TEXTS:
            sheet.append(row)
    book.save(path)
    return path


def texts(path: Path, name: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))


def test_the_units_own_sheets_stay_and_ours_have_other_names(perfxl, with_own_sheets):
    for command, name in ((("summary",), "部门汇总"), (("check", "--write"), "校验结果")):
        for _ in range(2):
            ran = perfxl(*command, with_own_sheets)
            assert ran.err.splitlines()[-1].endswith(APART[name])
    assert perfxl("fill", with_own_sheets).err == "合计都已是最新，没有需要填充的单元格。\n"
    book = read_workbook(with_own_sheets)
    assert [sheet.name for sheet in book.sheets if "（2）" in sheet.name] == ["部门汇总（2）", "校验结果（2）"]
    for name in APART:
        assert texts(with_own_sheets, name) == list(OWN_TEXTS)
        assert own_sheet(book, name).name == f"{name}（2）"


@pytest.mark.libreoffice
def test_the_buttons_do_the_same(open_copy, with_own_sheets):
    live = LiveBook(open_copy(with_own_sheets))
    assert validate(live).text.endswith(f"\n{APART['校验结果']}")
    assert make_summary(live).text.splitlines()[-1] == APART["部门汇总"]
    assert open_report(live).text.startswith("已打开“校验结果（2）”表。")
    assert validate(live).text.endswith(f"\n{APART['校验结果']}")
    assert {name for sheet in live.book.sheets if "（2）" in (name := sheet.name)} == {"部门汇总（2）", "校验结果（2）"}
    for name in APART:
        assert live.book.sheets[name]["A1"].value == OWN_TEXTS[0][0]
        assert live.book.sheets[name]["B2"].value == OWN_TEXTS[1][1]


@pytest.mark.parametrize("name", ["封面", "填报说明", "部门整体绩效目标", "部门汇总", "校验结果", "_lists"])
def test_a_form_on_a_sheet_of_any_name_is_read_and_kept(perfxl, examples, tmp_path, name):
    path = tmp_path / "手工表.xlsx"
    book = openpyxl.load_workbook(examples / BY_HAND)
    book.worksheets[0].title = name
    book.save(path)
    before = texts(path, name)
    assert perfxl("check", path, "--write").status == 1
    assert perfxl("summary", path).status == 0
    assert texts(path, name) == before
    [file] = json.loads(perfxl("check", path, "--format", "json").out)["files"]
    assert file["projects"][0]["sheet"] == name
    assert file["totals"]["total_budget"] == "188.90"


def test_what_somebody_put_in_the_place_of_our_list_is_theirs(perfxl, examples, tmp_path):
    path = Path(shutil.copy(examples / FILLED_IN, tmp_path))
    assert perfxl("check", path, "--write").status == 1
    book = openpyxl.load_workbook(path)
    sheet = book["校验结果"]
    sheet.delete_rows(2, sheet.max_row)
    for row in OWN_TEXTS:
        sheet.append(row)
    book.save(path)
    assert perfxl("check", path, "--write").err.splitlines()[-1] == f"{path}：{APART['校验结果']}"
    assert texts(path, "校验结果")[1][:2] == OWN_TEXTS[0]


def test_a_copy_that_a_person_made_of_our_sheet_is_theirs(perfxl, examples, tmp_path):
    path = Path(shutil.copy(examples / FILLED_IN, tmp_path))
    book = openpyxl.load_workbook(path)
    # What spreadsheet programs call a copy, and what a person may call it then.
    for name in ("部门汇总 (2)", "部门汇总_2", "部门汇总（上报版）"):
        copy = book.copy_worksheet(book["部门汇总"])
        copy.title = name
        copy["B5"] = "改过"
    del book["部门汇总"]
    book.save(path)
    assert perfxl("summary", path).status == 0
    book = openpyxl.load_workbook(path)
    assert "部门汇总" in book.sheetnames
    assert {book[name]["B5"].value for name in ("部门汇总 (2)", "部门汇总_2", "部门汇总（上报版）")} == {"改过"}


def is_written_in_its_place(perfxl, path: Path) -> bool:
    names = openpyxl.load_workbook(path).sheetnames
    wrote = perfxl("check", path, "--write"), perfxl("summary", path)
    return (
        [one.status for one in wrote] == [1, 0]
        and openpyxl.load_workbook(path).sheetnames == names
        and not any("（2）" in one.err for one in wrote)
    )


def test_sheets_of_versions_without_the_mark_are_ours(perfxl, examples, tmp_path):
    path = Path(shutil.copy(examples / FILLED_IN, tmp_path))
    assert perfxl("check", path, "--write").status == 1
    book = openpyxl.load_workbook(path)
    marked = 0
    for name in APART:
        for cell in book[name][1]:
            if str(cell.value).startswith("perfxl:"):
                cell.value = None
                marked += 1
    assert marked == 2
    book.save(path)
    assert is_written_in_its_place(perfxl, path)


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_mark_survives_another_program(perfxl, examples, soffice, tmp_path, kind):
    path = tmp_path / "文本.xlsx"
    shutil.copy(examples / FILLED_IN, path)
    assert perfxl("check", path, "--write").status == 1
    # The titles are ours alone no more: the mark has to tell.
    book = openpyxl.load_workbook(path)
    for name in APART:
        book[name]["A1"] = "我改过的标题"
    book.save(path)
    saved = soffice.convert(path, kind, tmp_path / "另存")
    assert {name: own_sheet(read_workbook(saved), name).name for name in APART} == {name: name for name in APART}
    if kind == "xlsx":
        assert is_written_in_its_place(perfxl, saved)
