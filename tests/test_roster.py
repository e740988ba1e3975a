"""The roster: made empty, read however people write it, and every fault named at its cell."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest
from rosters import write_roster

from perfxl.app.make_examples import ROSTER
from perfxl.core.rosters.roster_form import PROJECT_TABLE, UNIT_TABLE
from perfxl.io.rosters.roster_file import read_roster_file

GOOD_UNITS = """
| 单位编码 | 单位名称 | 主管部门 |
| '116001  | 甲单位   | 总工会   |
"""
CODE = "13081123P000222100028"


@pytest.fixture
def read(tmp_path):
    """A roster with these sheets, read; its units as short lines and its faults by cell."""

    def call(**sheets):
        return read_roster_file(write_roster(tmp_path / "花名册.xlsx", **sheets))

    return call


def units(roster):
    return [(unit.code, unit.name, unit.department) for unit in roster.units]


def faults(roster):
    return [f"{one.sheet}!{one.cell} {one.message}" for one in roster.errors]


# ------------------------------------------------------------------------------------ made empty


def test_an_empty_roster_is_made_without_unit_and_year(perfxl, tmp_path):
    path = tmp_path / "花名册.xlsx"
    ran = perfxl("new", path, "--roster")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"已生成空白花名册 {path}。填写方法见其中的“填写说明”表。\n"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["填写说明", "单位", "项目"]
    assert [cell.value for cell in book["单位"][3]] == [
        "单位编码", "单位名称", "主管部门", "联系人", "电话", "上年文件",
    ]  # fmt: skip
    assert [cell.value for cell in book["项目"][3]] == [
        "单位编码", "项目编码", "项目名称", "预算数", "财政资金", "其他资金", "资金用途", "对应分项",
    ]  # fmt: skip
    # A code typed anywhere in the column stays a text, and an amount is shown with two decimals.
    assert book["单位"]["A20"].number_format == "@"
    assert book["单位"].column_dimensions["A"].number_format == "@"
    assert book["项目"]["D20"].number_format == "#,##0.00"
    [dropdown] = [v for v in book["项目"].data_validations.dataValidation if v.type == "list"]
    assert str(dropdown.sqref) == "A4:A2003"
    assert "'单位'!$A$3" in dropdown.formula1


def test_an_empty_roster_overwrites_nothing_and_takes_nothing_else(perfxl, tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"mine")
    ran = perfxl("new", path, "--roster")
    assert (ran.status, path.read_bytes()) == (2, b"mine")
    assert "已经存在，没有覆盖" in ran.err
    ran = perfxl("new", tmp_path / "b.xlsx", "--roster", "--year", "2024", "--unit", "116001 甲")
    assert (ran.status, ran.err) == (2, "--roster 只生成空白花名册，不能与 --unit、--year 同用。\n")
    assert not (tmp_path / "b.xlsx").exists()


def test_an_empty_roster_says_where_to_begin(perfxl, tmp_path):
    path = tmp_path / "花名册.xlsx"
    perfxl("new", path, "--roster")
    ran = perfxl("distribute", path, tmp_path / "下发", "--year", "2024")
    assert ran.status == 2
    assert "单位!A4：标题下面没有单位。请每个单位写一行。" in ran.err
    assert not (tmp_path / "下发").exists()


def test_the_example_roster_has_no_fault(examples):
    roster = read_roster_file(examples / ROSTER)
    assert roster.faults == ()
    assert [unit.code for unit in roster.units] == [
        "101001", "101002", "116001", "116002", "205001", "205002", "205003",
    ]  # fmt: skip
    sample = roster.unit("116001")
    assert sample.department == "承德高新技术产业开发区总工会"
    assert sum(project.total_budget for project in sample.projects) == Decimal("188.90")
    assert sample.last_year_file == "承德总工会2023.xlsx"
    assert roster.unit("116002").department == sample.department
    assert roster.unit("205003").projects == ()


@pytest.mark.parametrize("table", [UNIT_TABLE, PROJECT_TABLE], ids=lambda table: table.key)
def test_every_column_is_known_by_all_its_names(table, read):
    for column in table.columns:
        for name in (column.label, *column.aliases):
            rest = [c for c in table.columns if c is not column and not c.optional]
            headers = [name, *(c.label for c in rest)]
            values = {"unit_code": "'116001", "unit_name": "甲单位", "department": "总工会", "project_name": "项目"}
            row = [values.get(c.key, "") for c in (column, *rest)]
            lines = f"| {' | '.join(headers)} |\n| {' | '.join(row)} |"
            roster = read(单位=lines) if table is UNIT_TABLE else read(单位=GOOD_UNITS, 项目=lines)
            assert faults(roster) == [], name


# -------------------------------------------------------------------------------- as people write it


def test_columns_in_any_order_under_a_title(read):
    roster = read(
        甲="""
        | 2024年预算单位名单 |          |      |          |          |
        | 填表日期：9月1日   |          |      |          |          |
        | 联系电话           | 部门     | 序号 | 预算单位 | 单位代码 |
        | 13800138000        | 总工会   | 1    | 甲单位   | 116001   |
        | 0314-5550116       | 总工会   | 2    | 乙单位   | １１６００２ |
        | 合计               |          |      |          |          |
        """
    )
    assert units(roster) == [("116001", "甲单位", "总工会"), ("116002", "乙单位", "总工会")]
    assert [unit.phone for unit in roster.units] == ["13800138000", "0314-5550116"]
    assert roster.faults == ()


def test_a_merged_or_blank_department_means_the_same_as_above(read):
    roster = read(
        单位="""
        | 单位编码 | 单位名称 | 主管部门 |
        | '116001  | 甲       | 总工会   |
        | '116002  | 乙       | ^        |
        | '205001  | 丙       | 教育局   |
        | '205002  | 丁       |          |
        """
    )
    assert [unit[2] for unit in units(roster)] == ["总工会", "总工会", "教育局", "教育局"]
    assert roster.faults == ()


def test_a_code_that_lost_its_zeros_is_understood_and_said(read):
    roster = read(单位="| 单位编码 | 单位名称 | 主管部门 |\n| 1001 | 县委办 | 县委办公室 |")
    assert units(roster) == [("001001", "县委办", "县委办公室")]
    [said] = roster.faults
    assert said.warning
    assert (said.cell, said.message) == ("A2", "单位编码 1001 不足 6 位，已按 001001 理解。")


def test_a_code_and_a_name_in_one_cell(read):
    roster = read(单位="| 单位编码 | 主管部门 | 单位名称 |\n| 116001 甲单位 | 总工会 | |")
    assert units(roster) == [("116001", "甲单位", "总工会")]


def test_projects_find_their_units_by_code_or_name(read):
    roster = read(
        单位="""
        | 单位编码 | 单位名称 | 主管部门 |
        | '116002  | 乙单位   | 总工会   |
        | '116001  | 甲单位   | 总工会   |
        """,
        项目=f"""
        | 单位编码 | 单位名称 | 项目名称 | 预算数（万元） | 其中：财政拨款 | 其它资金 | 资金用途 | 对应分项 | 项目编码 |
        | 116001   |          | 培训     | 12.5           | 10             | 2.5      | 办班     | 分项一   | {CODE.lower()} |
        |          |          | 慰问     | 1,234.50万元   | １２３４.５    | —        |          |          |          |
        |          | 乙单位   | 体检     | 3              |                |          |          |          |          |
        | 小计     |          |          | 1250           |                |          |          |          |          |
        """,
    )
    assert roster.faults == ()
    first, second = roster.unit("116001").projects
    assert (first.code, first.name, first.purpose, first.sub_objective) == (CODE, "培训", "办班", "分项一")
    assert (first.total_budget, first.fiscal_funds, first.other_funds) == (
        Decimal("12.5"), Decimal(10), Decimal("2.5"),
    )  # fmt: skip
    assert (second.total_budget, second.fiscal_funds, second.other_funds) == (
        Decimal("1234.50"), Decimal("1234.5"), None,
    )  # fmt: skip
    [third] = roster.unit("116002").projects
    assert (third.name, third.total_budget, third.fiscal_funds) == ("体检", Decimal(3), None)
    assert (third.sheet, third.row, third.cells["total_budget"]) == ("项目", 4, "D4")


def test_a_header_in_two_rows(read):
    roster = read(
        单位=GOOD_UNITS,
        项目="""
        | 单位编码 | 项目名称 | 控制数（万元） |          |          |
        |          |          | 预算数         | 财政资金 | 其他资金 |
        | '116001  | 培训     | 5              | 4        | 1        |
        """,
    )
    assert roster.faults == ()
    [project] = roster.unit("116001").projects
    assert (project.total_budget, project.fiscal_funds, project.other_funds) == (5, 4, 1)


def test_a_roster_of_one_sheet_has_a_row_for_each_project(read):
    roster = read(
        控制数="""
        | 主管部门 | 单位编码 | 单位名称 | 项目名称 | 预算数 |
        | 总工会   | '116001  | 甲单位   | 培训     | 5      |
        | ^        | ^        | ^        | 慰问     | 6      |
        | ^        | '116002  | 乙单位   | 体检     | 7      |
        | 教育局   | '205001  | 丙单位   |          |        |
        """
    )
    assert roster.faults == ()
    assert units(roster) == [
        ("116001", "甲单位", "总工会"), ("116002", "乙单位", "总工会"), ("205001", "丙单位", "教育局"),
    ]  # fmt: skip
    assert [[p.name for p in unit.projects] for unit in roster.units] == [["培训", "慰问"], ["体检"], []]


def test_a_sheet_of_units_for_each_department(read):
    roster = read(总工会=GOOD_UNITS, 教育局="| 单位编码 | 单位名称 | 主管部门 |\n| '205001 | 丙 | 教育局 |")
    assert units(roster) == [("116001", "甲单位", "总工会"), ("205001", "丙", "教育局")]


# --------------------------------------------------------------------------------------- faults

HEAD = "| 单位编码 | 单位名称 | 主管部门 |\n"
PROJECT_HEAD = "| 单位编码 | 项目编码 | 项目名称 | 预算数 | 财政资金 | 其他资金 |\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "| '116001 | 甲 | 总工会 |\n| '116001 | 乙 | 总工会 |",
            ["单位!A3 单位编码 116001 重复：单位!A2 已经有“甲”。"],
        ),
        (
            "| '116001 | 甲 | 总工会 |\n| '116002 | 甲 | 总工会 |",
            ["单位!B3 单位名称“甲”重复：单位!B2 的 116001 也叫这个名称。"],
        ),
        ("| | 甲 | 总工会 |\n| '116002 | 乙 | 总工会 |", ["单位!A2 “甲”没有填写单位编码。"]),
        ("| '116001 | | 总工会 |", ["单位!B2 没有填写单位名称。"]),
        ("| '11600 | 甲 | 总工会 |", ["单位!A2 单位编码“11600”不是 6 位数字。"]),
        ("| 116 | 甲 | 总工会 |", ["单位!A2 单位编码“116”不是 6 位数字。"]),
        ("| 1160011 | 甲 | 总工会 |", ["单位!A2 单位编码“1160011”不是 6 位数字。"]),
        ("| '116001 | 甲 | |\n| '116002 | 乙 | |", ["单位!C2 编码以 116 开头的单位没有填写主管部门。"]),
        (
            "| '116001 | 甲 | 总工会 |\n| '116002 | 乙 | 教育局 |",
            ["单位!C3 编码以 116 开头的单位，主管部门在 单位!C2 是“总工会”，这里是“教育局”。"],
        ),
    ],
)
def test_a_fault_of_a_unit_is_named_at_its_cell(read, rows, expected):
    assert faults(read(单位=HEAD + rows)) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("| '116001 | | 培训 | 十万 | | |", ["项目!D2 预算数“十万”不是数字。"]),
        ("| '116001 | | 培训 | 96.3元 | | |", ["项目!D2 预算数“96.3元”不是数字。"]),
        ("| '116001 | | 培训 | 5 | -5 | 10 |", ["项目!E2 财政资金是负数：-5。"]),
        ("| '116001 | | 培训 | 10 | 6 | 3 |", ["项目!D2 预算数 10 ≠ 财政资金 6 ＋ 其他资金 3 ＝ 9。"]),
        ("| '116001 | | 培训 | 10 | 9.99 | |", ["项目!D2 预算数 10 ≠ 财政资金 9.99 ＋ 其他资金 0 ＝ 9.99。"]),
        ("| '116001 | | 培训 | | 6 | 3 |", ["项目!D2 预算数没有填写，而财政资金 6 ＋ 其他资金 3 ＝ 9。"]),
        ("| '999001 | | 培训 | 1 | | |", ["项目!A2 名单中没有单位“999001”。"]),
        ("| | | 培训 | 1 | | |", ["项目!A2 没有填写单位编码。"]),
        ("| '116001 | | | 1 | | |", ["项目!C2 项目名称没有填写。"]),
        (
            "| '116001 | | 培训 | 1 | | |\n| '116001 | | 培 训 | 2 | | |",
            ["项目!C3 项目名称“培 训”在单位 116001 重复，项目!C2 已有。"],
        ),
        (
            f"| '116001 | {CODE} | 培训 | 1 | | |\n| '116001 | {CODE} | 慰问 | 2 | | |",
            [f"项目!B3 项目编码 {CODE} 在单位 116001 重复，项目!B2 已有。"],
        ),
        (
            f"| '116001 | {CODE[:-1]} | 培训 | 1 | | |",
            [f"项目!B2 项目编码“{CODE[:-1]}”应为 21 位字母和数字，现为 20 位。"],
        ),
        (
            "| '116001 | 130811230002221000288 | 培训 | 1 | | |",
            ["项目!B2 项目编码变成了数字 1.30811230002221e+20，已经不完整。"],
        ),
    ],
)
def test_a_fault_of_a_project_is_named_at_its_cell(read, rows, expected):
    assert faults(read(单位=GOOD_UNITS, 项目=PROJECT_HEAD + rows)) == expected


def test_a_wrong_check_character_is_a_warning_only(read):
    roster = read(单位=GOOD_UNITS, 项目=PROJECT_HEAD + f"| '116001 | {CODE[:-1]}B | 培训 | 1 | | |")
    [said] = roster.faults
    assert (said.warning, said.cell, said.hint) == (True, "B2", f"可能应为“{CODE}”，请核对。")
    assert roster.unit("116001").projects[0].code == f"{CODE[:-1]}B"


def test_amounts_in_yuan_are_refused(read):
    rows = "| 单位：元 | | |\n| 单位编码 | 项目名称 | 预算数（元） |\n| '116001 | 培训 | 50000 |"
    assert faults(read(单位=GOOD_UNITS, 项目=rows)) == [
        "项目!A1 写的是“单位：元”。",
        "项目!C2 “预算数（元）”以元为单位。",
    ]


def test_a_unit_called_otherwise_beside_its_project(read):
    rows = "| 单位编码 | 单位名称 | 项目名称 |\n| '116001 | 乙单位 | 培训 |"
    assert faults(read(单位=GOOD_UNITS, 项目=rows)) == ["项目!B2 单位 116001 在 单位!B2 是“甲单位”，这里是“乙单位”。"]


def test_columns_that_must_be_there(read):
    assert faults(read(单位="| 单位编码 | 主管部门 |\n| '116001 | 总工会 |")) == ["单位!A1 没有“单位名称”这一列。"]
    assert faults(read(单位="| 单位编码 | 单位名称 |\n| '116001 | 甲 |")) == [
        "单位!A2 编码以 116 开头的单位没有填写主管部门。"
    ]
    assert faults(read(项目="| 单位编码 | 项目名称 |\n| '116001 | 培训 |\n| '116002 | 体检 |")) == [
        "项目!A1 没有单位名单：没有一张表写明单位名称。"
    ]
    assert faults(read(随便="| 你好 | 再见 |")) == ["随便!A1 没有找到单位名单。"]


def test_project_columns_that_must_be_there(read):
    assert faults(read(单位=GOOD_UNITS, 项目="| 单位编码 | 项目编码 |\n| '116001 | |")) == [
        "项目!A1 没有“项目名称”这一列。"
    ]
    assert faults(read(单位=GOOD_UNITS, 项目="| 单位名称 | 项目名称 |\n| 甲单位 | 培训 |")) == [
        "项目!A1 没有“单位编码”这一列。"
    ]


def test_what_stands_below_the_table_is_no_unit(read):
    roster = read(单位=GOOD_UNITS + "| 填表人：张三 | | |\n| 备注：以上均已核对 | | |")
    assert units(roster) == [("116001", "甲单位", "总工会")]
    assert roster.faults == ()


def test_a_unit_with_two_names_on_a_roster_of_one_sheet(read):
    rows = "| 单位编码 | 单位名称 | 主管部门 | 项目名称 |\n| '116001 | 甲 | 局 | 培训 |\n| '116001 | 乙 | 局 | 体检 |"
    assert faults(read(控制数=rows)) == ["控制数!B3 单位 116001 在 控制数!B2 是“甲”，这里是“乙”。"]


def test_formulas_without_a_value_and_errors_are_named(tmp_path):
    path = write_roster(tmp_path / "花名册.xlsx", 单位=GOOD_UNITS, 项目=PROJECT_HEAD + "| '116001 | | 培训 | 1 | 1 | |")
    book = openpyxl.load_workbook(path)
    book["项目"]["D2"] = "=1+1"
    book["项目"]["E2"] = "#REF!"
    book["项目"]["E2"].data_type = "e"
    book.save(path)
    assert faults(read_roster_file(path)) == ["项目!D2 预算数的公式没有计算结果。", "项目!E2 财政资金是错误值 #REF!。"]


def test_all_faults_are_listed_at_once_and_nothing_is_written(perfxl, tmp_path):
    path = write_roster(
        tmp_path / "花名册.xlsx",
        单位=HEAD
        + "| '116001 | 甲 | 总工会 |\n| '116001 | 乙 | 总工会 |\n| 12 | 丙 | 总工会 |\n| 1001 | 丁 | 县委办 |",
        项目=PROJECT_HEAD + "| '116001 | | 培训 | 10 | 6 | 3 |\n| '999001 | | 体检 | 1 | | |",
    )
    ran = perfxl("distribute", path, tmp_path / "下发", "--year", "2024")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"花名册“{path}”有 4 处错误，没有写入任何文件：",
        "  单位!A3：单位编码 116001 重复：单位!A2 已经有“甲”。每个单位写一行，请核对编码或删去重复的一行。",
        "  单位!A4：单位编码“12”不是 6 位数字。单位编码为 6 位数字：3 位部门编码加 3 位单位编码，如 116001。",
        "  项目!D2：预算数 10 ≠ 财政资金 6 ＋ 其他资金 3 ＝ 9。请更正其中的错误。",
        "  项目!A3：名单中没有单位“999001”。请核对编码，或先在单位名单中加上这个单位。",
        "花名册有 1 处请核对：",
        "  单位!A5：单位编码 1001 不足 6 位，已按 001001 理解。Excel 去掉了数字前面的 0。请把单元格设为“文本”格式，重新写 001001。",
    ]
    assert not (tmp_path / "下发").exists()


def test_a_roster_that_is_no_workbook(perfxl, tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_text("不是工作簿", encoding="utf-8")
    ran = perfxl("distribute", path, tmp_path / "下发", "--year", "2024")
    assert ran.status == 2
    assert ran.err.startswith(f"无法读取花名册“{path}”：这不是 Excel 工作簿")
