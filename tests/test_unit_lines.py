"""Whose form it is and of which year: unit lines, year lines and what else stands above a form."""

from dataclasses import replace

import pytest
from grids import insert_rows, put
from places import AT, ON_COVER
from returned import book, by_hand, edited
from tables import FRAMEWORKS, GOOD, drawn, found_in, told
from test_collect import collect, rows
from test_collect import put as put_file

from perfxl.core.collecting.consolidate import claims
from perfxl.core.forms.records import Cover, Submission
from perfxl.core.grid.cells import Sheet, Workbook
from perfxl.core.reading.submission import read
from perfxl.core.reading.unit_line import parse_unit_line, statements, year_of_line


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ("116001", "116001", None),
        ("116001 区总工会", "116001", "区总工会"),
        ("１１６００１　区总工会", "116001", "区总工会"),
        ("116001区总工会（本级）", "116001", "区总工会（本级）"),
        ("116001-区总工会", "116001", "区总工会"),
        ("116001—区总工会", "116001", "区总工会"),
        ("116001：区总工会", "116001", "区总工会"),
        ("（116001）区总工会", "116001", "区总工会"),
        ("(116001) 区总工会", "116001", "区总工会"),
        ("[116001]区总工会", "116001", "区总工会"),
        ("【116001】", "116001", None),
        ("〔116001〕区总工会", "116001", "区总工会"),
        ("区总工会（116001）", "116001", "区总工会"),
        ("单位编码：116001", "116001", None),
        ("单位编码：116001 单位名称：区总工会", "116001", "区总工会"),
        ("预算单位:116001 区总工会", "116001", "区总工会"),
        ("单位：116001区总工会", "116001", "区总工会"),
        ("[173]中国科学院", "173", "中国科学院"),
        ("920平山县下口镇财政所", "920", "平山县下口镇财政所"),
        ("116001 （2024年度）", "116001", None),
        ("编制单位：区总工会", None, "区总工会"),
        ("填报单位（盖章）：下口村", None, "下口村"),
        ("某某县总工会", None, "某某县总工会"),
        ("第三中学", None, "第三中学"),
        ("共青团某县委员会", None, "共青团某县委员会"),
        ("116-001 区总工会", "116001", "区总工会"),
        ("116-001", "116001", None),
        ("区总工会（2024年度）", None, "区总工会"),
        ("116001 区总工会（2024 年）", "116001", "区总工会"),
        ("编制单位：区总工会（2024年度）", None, "区总工会"),
        # Digits that belong to the name.
        ("110指挥中心", None, "110指挥中心"),
        ("120急救中心", None, "120急救中心"),
        ("12345政务服务中心", None, "12345政务服务中心"),
        ("208地质队", None, "208地质队"),
        ("513医院", None, "513医院"),
    ],
)
def test_a_unit_line_says_a_code_a_name_or_both(line, code, name):
    unit = parse_unit_line(line)
    assert unit is not None
    assert (unit.code, unit.name) == (code, name)


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("（2024年度）", 2024),
        ("(2024年度)", 2024),
        ("（２０２４年度）", 2024),
        ("【2024年】", 2024),
        ("〔2024〕", 2024),
        ("[2024年度]", 2024),
        ("2024", 2024),
        ("2024 年度", 2024),
        ("预算年度:2025", 2025),
        ("预算年度：2025年", 2025),
        ("预算年度2025", 2025),
        ("年度：2024", 2024),
        ("2024年度部门预算", 2024),
        ("2024年部门预算绩效文本", 2024),
        ("二〇二四年度", 2024),
        ("二○二五年", 2025),
    ],
)
def test_a_year_line_is_a_year_and_never_a_unit(line, year):
    assert year_of_line(line) == year
    assert parse_unit_line(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "附件2",
        "附件2：",
        "表1",
        "第1页",
        "（样表）",
        "填报日期：2024年3月5日",
        "填报日期：",
        "2024年3月5日",
        "2024-03-05",
        "20240305",
        "2024—2026年",
        "2024年度某某局部门预算",
        "金额单位：万元",
        "单位：万元",
        "单位：元",
        "主管部门：区总工会",
        "编制单位：",
        "编制单位：（盖章）",
        "单位名称：无",
        "填报单位：（2024年度）",
        "1.工会保障项目绩效目标表",
        "承德市",
        "———",
        "",
        "区" * 200 + "局",
    ],
)
def test_what_is_no_unit_becomes_none(line):
    assert parse_unit_line(line) is None


# ------------------------------------------------------------------------------ the head of a form


def headed(cells, good=GOOD):
    """The good form with another head: row 3 blank but for these cells."""
    sheet = drawn(good.model_copy(update={"unit_line": None}), "项目一")
    merged = tuple(area for area in sheet.merged if area.top != 3)
    sheet = Sheet(sheet.name, sheet.cells, merged)
    for at, text in cells.items():
        sheet = put(sheet, at, text)
    return Workbook((sheet,))


def said(workbook):
    submission = read(workbook, FRAMEWORKS)
    unit = submission.budget_unit
    return ((unit.code, unit.name) if unit else None, submission.year, submission.projects[0].cells["unit_line"])


@pytest.mark.parametrize(
    ("cells", "unit", "year", "at"),
    [
        ({(3, 1): "（2024年度）"}, None, 2024, "A3"),
        ({(3, 1): "920某县某镇财政所", (3, 4): "预算年度:2025"}, ("920", "某县某镇财政所"), 2025, "A3"),
        ({(3, 4): "预算年度:2025"}, None, 2025, "A3"),
        ({(3, 1): "预算年度", (3, 2): 2025}, None, 2025, "A3"),
        ({(3, 1): "附件2", (3, 3): "116001 区总工会"}, ("116001", "区总工会"), None, "C3"),
        ({(3, 1): "填报单位", (3, 2): "区总工会", (3, 4): "填报日期：2024年3月5日"}, (None, "区总工会"), None, "B3"),
        ({(3, 1): "编制单位（盖章）：", (3, 2): "区总工会"}, (None, "区总工会"), None, "B3"),
        ({(3, 1): "单位编码：116001", (3, 3): "单位名称：区总工会"}, ("116001", "区总工会"), None, "A3"),
        ({(3, 1): "单位名称：区总工会", (3, 3): "单位编码：116001"}, ("116001", "区总工会"), None, "C3"),
        ({(3, 1): "填报单位", (3, 4): "填报日期"}, None, None, "A3"),
        # Several statements in one cell.
        ({(3, 1): "编制单位：区总工会　　2024年度　　单位：万元"}, (None, "区总工会"), 2024, "A3"),
        ({(3, 1): "主管部门：区委   实施单位：区总工会"}, (None, "区总工会"), None, "A3"),
        ({(3, 1): "金额单位：万元 填报单位 （盖章）：区总工会"}, (None, "区总工会"), None, "A3"),
        ({(3, 1): "年度：2024年 预算单位：116001 区总工会"}, ("116001", "区总工会"), 2024, "A3"),
        ({(3, 1): "2024 年度 区总工会"}, (None, "区总工会"), 2024, "A3"),
        ({(3, 1): "区总工会（2024年度）"}, (None, "区总工会"), 2024, "A3"),
        ({(3, 1): "单位：116001 区总工会 单位：万元"}, ("116001", "区总工会"), None, "A3"),
        ({(3, 1): "预算年度：2024　　单位：万元"}, None, 2024, "A3"),
    ],
)
def test_the_head_says_the_unit_and_the_year(cells, unit, year, at):
    assert said(headed(cells)) == (unit, year, at)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("116001　区总工会", ["116001　区总工会"]),
        ("编制单位：区 总 工 会", ["编制单位：区 总 工 会"]),
        ("2024 年度 部门预算", ["2024 年度 部门预算"]),
        ("单位：元  编制单位：甲 单位编码：1", ["单位：元", "编制单位：甲", "单位编码：1"]),
        ("甲局　2024年　单位：万元", ["甲局", "2024年", "单位：万元"]),
        ("", [""]),
    ],
)
def test_what_one_cell_says_one_after_the_other(line, said):
    assert statements(line) == said


def test_the_unit_of_account_is_found_behind_the_unit():
    submission = read(headed({(3, 1): "编制单位：区总工会　　单位：元"}), FRAMEWORKS)
    assert "单位：元" in submission.projects[0].typed["unit_of_account"]


def test_a_field_below_the_name_says_the_unit_and_is_no_stray_text():
    sheet = insert_rows(headed({(3, 1): "（2024年度）"}).sheets[0], 5)
    fields = {(5, 1): "主管部门", (5, 2): "区总工会", (5, 4): "实施单位", (5, 5): "职工服务中心"}
    for at, text in fields.items():
        sheet = put(sheet, at, text)
    workbook = Workbook((sheet,))
    assert said(workbook) == ((None, "职工服务中心"), 2024, "E5")
    [stray] = [finding for finding in found_in(workbook) if finding.rule == "STR06"]
    assert "A5、B5有内容" in stray.message


def test_a_year_line_is_no_unit_line():
    assert told(found_in(headed({(3, 1): "（2024年度）"}))) == ["项目一!unit_line IDN09"]


def test_forms_of_two_years_give_the_text_none():
    one, other = (headed({(3, 1): f"（{year}年度）"}).sheets[0] for year in (2024, 2025))
    assert read(Workbook((one, replace(other, name="项目二"))), FRAMEWORKS).year is None


# ----------------------------------------------------------------------------------- what comes back


@pytest.fixture
def returned(tmp_path):
    place = tmp_path / "收回"
    place.mkdir()
    return place


@pytest.mark.parametrize("line", ["（2024年度）", "预算年度:2024", "附件2", "（盖章）"])
def test_two_files_that_name_no_unit_are_both_counted(perfxl, returned, line):
    for name, amounts in (("甲.xlsx", ("1", "2")), ("乙.xlsx", ("10", "20"))):
        file = edited(by_hand("116001", "某局", amounts), {("1", AT["title"]): line, ("2", AT["title"]): line})
        put_file(returned / name, file, 1e9)
    ran, target = collect(perfxl, returned)
    counted = [row["预算合计"] for row in rows(target, "部门汇总") if row["单位序号"]]
    assert sorted(counted) == [3, 30]
    for name in ("甲.xlsx", "乙.xlsx"):
        assert f"{name}：本文件没有写明单位，从文件名也认不出。" in ran.err


@pytest.mark.parametrize("name", ["（盖章）", "无", "2024年度", "单位名称", "万元", "1001"])
def test_what_is_no_name_on_a_cover_claims_nothing(name):
    cover = Cover(sheet="封面", typed={"budget_unit.name": name})
    assert claims(Submission(cover=cover), None) == ()


def test_a_code_on_the_cover_that_lost_its_zeros_is_said(perfxl, tmp_path):
    file = tmp_path / "文本.xlsx"
    file.write_bytes(edited(book("001001", "县委办公室"), {("封面", ON_COVER["budget_unit.code"]): 1001}))
    assert "封面的单位编码应为 6 位数字，现为“1001”。" in perfxl("check", file).out
