"""What a cell shows is what every command takes: sums, the next year, what is collected, rosters and lists."""

import json

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.merge import MergedCellRange
from places import AT, IN_DEPARTMENT, cell
from rosters import write_roster

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.forms.sheet_names import DEPARTMENT, SUMMARY
from perfxl.core.grid.cells import position
from perfxl.io.rosters.roster_file import read_roster_file
from perfxl.io.workbooks.read_files import read_workbook

FORM = "1.工会保障项目"
REST = "92.60"


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("number_format", "row", "total", "said"),
    [
        ('0.00,,"万元"\n%', "96.30", "188.90", "188.90"),
        ("0.00%", "读不出", REST, "有项目缺预算数，不能合计"),
        (";;;", "读不出", REST, "有项目缺预算数，不能合计"),
        ("yyyy/m/d", "读不出", REST, "有项目缺预算数，不能合计"),
    ],
)
def test_no_sum_takes_a_number_that_nobody_sees(perfxl, examples, tmp_path, soffice, number_format, row, total, said):
    book = openpyxl.load_workbook(examples / FILLED_IN)
    for field in ("total_budget", "fiscal_funds"):
        book[FORM][AT[field]] = 963000
        book[FORM][AT[field]].number_format = number_format
    path = tmp_path / "文本.xlsx"
    book.save(path)
    perfxl("fill", path)
    # Saved anew by a program that calculates everything again.
    again = read_workbook(soffice.convert(path, "ods", tmp_path / "again"))
    summary = again.sheet(SUMMARY)
    column = next(column for column, cell in summary.row(4) if cell.text == "预算数")
    assert (summary.text((5, column)), summary.text((9, column))) == (row, total)
    assert again.sheet(DEPARTMENT).text(position(IN_DEPARTMENT["projects_total"])) == said


def with_targets(examples, path):
    book = openpyxl.load_workbook(examples / FILLED_IN)
    for number, value, number_format in ((1, 48, '"≥"0"人"'), (3, 45626, '"≤"m"月"d"日"')):
        target = book[FORM][cell(number, "target")]
        target.value, target.number_format = value, number_format
    book.save(path)
    return path


def test_targets_drawn_by_formats_go_on_as_words(perfxl, examples, tmp_path):
    path = with_targets(examples, tmp_path / "文本.xlsx")
    new = tmp_path / "明年.xlsx"
    perfxl("new", new, "--unit", "116001 某局本级", "--year", "2024", "--from", path)
    for file in (path, new):
        [checked] = json.loads(perfxl("check", file, "--format", "json").out)["files"]
        rows = checked["projects"][0]["indicators"]
        assert (rows[0]["target"], rows[2]["target"]) == ("≥48人", "≤11月30日")
        assert rows[0]["parsed"] == {"operator": "≥", "number": "48", "unit": "人"}
    folder = tmp_path / "报送"
    folder.mkdir()
    path.rename(folder / path.name)
    perfxl("collect", folder, "-o", tmp_path / "汇总.xlsx")
    collected = read_workbook(tmp_path / "汇总.xlsx").sheet("指标明细")
    assert {"≥48人", "≤11月30日"} <= {cell.text for cell in collected.cells.values()}


def roster_of(folder, one, other):
    """A roster of two units with a project each, of these amounts."""
    return write_roster(
        folder / "花名册.xlsx",
        名单=f"""
        | 单位编码 | 单位名称 | 主管部门 | 项目名称 | 预算数  |
        | '116001  | 甲局     | 某局     | 项目一   | {one}   |
        | '116002  | 乙局     | 某局     | 项目二   | {other} |
        """,
    )


def formatted(path, sheet, cell, number_format):
    book = openpyxl.load_workbook(path)
    book[sheet][cell].number_format = number_format
    book.save(path)
    return path


def test_a_control_figure_that_shows_otherwise_is_a_fault_of_the_roster(tmp_path):
    path = roster_of(tmp_path, 57600, 57600)
    formatted(path, "名单", "E2", '0.00,,"万元"\n%')
    roster = read_roster_file(formatted(path, "名单", "E3", "0.00%"))
    said = [(fault.cell, fault.message, fault.warning) for fault in roster.faults]
    assert said == [
        ("E2", "预算数显示“5.76万元”，实际保存的是“57600”，已按 5.76 万元理解。", True),
        ("E3", "预算数显示“5760000.00%”，实际保存的是“57600”，无法确定是多少。", False),
    ]


HIDDEN, COVERED, STRUCK_OUT = "hidden", "covered", "struck out"


def spoiled(path, sheet, at, how):
    """A workbook whose cell holds what nobody sees."""
    book = openpyxl.load_workbook(path)
    found = book[sheet][at]
    if how == HIDDEN:
        found.number_format = ";;;"
    elif how == STRUCK_OUT:
        found.font = Font(strike=True)
    elif how == COVERED:
        above = f"{found.column_letter}{found.row - 1}"
        merged = MergedCellRange(book[sheet], f"{above}:{at}")
        book[sheet].merged_cells.add(merged)
    else:
        found.value = how
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "how", "message", "warning"),
    [
        ("E3", HIDDEN, "预算数什么也不显示，实际保存的是“30”，无法确定是多少。", False),
        ("E3", STRUCK_OUT, "“30”加了删除线，没有读取。", False),
        ("D3", STRUCK_OUT, "“项目二”加了删除线，没有读取。", False),
        ("E3", COVERED, "“30”被合并单元格遮住，没有读取。", True),
        ("E3", "=1+2", "预算数的公式没有计算结果。", False),
        ("E1", "预算金额（元）", "“预算金额（元）”以元为单位。", False),
        ("E1", "预算数(单位：千元)", "“预算数(单位：千元)”以千元为单位。", False),
    ],
)
def test_a_roster_says_what_it_does_not_take(tmp_path, cell, how, message, warning):
    roster = read_roster_file(spoiled(roster_of(tmp_path, 20, 30), "名单", cell, how))
    said = [(fault.cell, fault.message, fault.warning) for fault in roster.faults]
    assert (cell, message, warning) in said
    # A row without its project's name is a fault of its own.
    assert {place for place, _, _ in said} == {cell}


def new_from_list(perfxl, folder):
    unit = ("--unit", "116001 甲局", "--year", "2024")
    return perfxl("new", folder / "新.xlsx", *unit, "--projects", folder / "清单.xlsx")


@pytest.mark.parametrize(
    ("cell", "how", "said"),
    [
        ("B2", "shown in 万元", "第 2 行的“预算数”显示“5.76万元”，实际保存的是“57600”，无法确定是多少。"),
        ("B2", HIDDEN, "第 2 行的“预算数”什么也不显示，实际保存的是“57600”，无法确定是多少。"),
        ("B2", STRUCK_OUT, "第 2 行的“预算数”“57600”加了删除线，读不到。"),
        ("A3", STRUCK_OUT, "第 3 行的“项目名称”“项目二”加了删除线，读不到。"),
        ("B3", COVERED, "第 3 行的“预算数”“30”被合并单元格遮住，读不到。"),
        ("B3", "=1+2", "第 3 行的“预算数”的公式没有计算结果。"),
        ("A3", "#REF!", "第 3 行的“项目名称”是错误值 #REF!。"),
        ("B1", "预算数（元）", "“预算数（元）”以元为单位。"),
        ("B1", "预算金额(单位：亿元)", "“预算金额(单位：亿元)”以亿元为单位。"),
    ],
)
def test_a_list_of_projects_with_what_cannot_be_taken_is_refused(perfxl, tmp_path, cell, how, said):
    book = openpyxl.Workbook()
    for row in (["项目名称", "预算数"], ["项目一", 57600], ["项目二", 30]):
        book.active.append(row)
    book.active["B2"].number_format = '0.00,,"万元"\n%' if how == "shown in 万元" else "General"
    book.active.title = "清单"
    book.save(tmp_path / "清单.xlsx")
    if how != "shown in 万元":
        spoiled(tmp_path / "清单.xlsx", "清单", cell, how)
    ran = new_from_list(perfxl, tmp_path)
    assert ran.status == 2
    assert said in ran.err
    assert not (tmp_path / "新.xlsx").exists()


def test_a_list_of_projects_may_hide_a_zero(perfxl, tmp_path):
    book = openpyxl.Workbook()
    for row in (["项目名称", "预算数（万元）", "其他资金"], ["项目一", 5.76, 0]):
        book.active.append(row)
    book.active["C2"].number_format = "0.00;;"
    book.save(tmp_path / "清单.xlsx")
    assert new_from_list(perfxl, tmp_path).status == 0
    [form] = [sheet for sheet in read_workbook(tmp_path / "新.xlsx").sheets if sheet.name == "1.项目一"]
    fields = ("total_budget", "other_funds")
    assert [form.text(position(AT[field])) for field in fields] == ["5.76", ""]
