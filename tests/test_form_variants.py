"""Forms as regions and systems write them: labels with brackets, amounts in 元, targets in three columns."""

from decimal import Decimal

import pytest
from grids import put
from places import HEADER_ROW, named, place, row
from tables import GOOD, drawn, found_in

from perfxl.core.grid.cells import Area, Cell, Workbook, address
from perfxl.core.grid.text import visible
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks

FORM = drawn(GOOD, "项目一")
AT = {cell.text: at for at, cell in FORM.cells.items()}


def relabelled(*pairs, sheet=FORM):
    for old, new in pairs:
        sheet = put(sheet, AT[old], new)
    return sheet


def unmerged_table():
    """The form whose definitions leave their second column free."""
    merged = tuple(area for area in FORM.merged if not (area.top >= HEADER_ROW and area.left == 4))
    return type(FORM)(FORM.name, FORM.cells, merged)


def project(sheet):
    [found] = read(Workbook((sheet,)), all_frameworks()).projects
    return found


def places(sheet, *rules):
    return [f"{named(f.cell)} {f.rule} {f.severity}" for f in found_in(Workbook((sheet,))) if f.rule in rules]


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("预算数", "预算数（万元）"),
        ("预算数", "预算数(单位：万元)："),
        ("项目编码", "项目编码（21位）"),
        ("项目编码", "项目编码【必填】"),
        ("项目名称", "项目名称 （全称） （盖章）"),
        ("指标值", "指标值（含单位）"),
        ("绩效目标", "绩效目标\n（年度）"),
        ("一级指标", "一级指标（100分）"),
        ("预算规模及资金用途", "预算规模及资金用途（200字以内）："),
    ],
)
def test_a_bracket_behind_a_label_is_no_part_of_it(label, written):
    sheet = relabelled((label, written))
    assert project(sheet) == project(FORM)
    assert places(sheet, "STR02", "STR06") == []


def test_points_behind_a_category_are_no_part_of_it():
    # What was written stays; which 一级指标 and 二级指标 it is, every rule knows.
    points = {"产出指标": "产出指标（50分）", "效益指标": "效益指标(30分)", "数量指标": "数量指标【20分】"}
    sheet = FORM
    for at, cell in FORM.cells.items():
        if cell.text in points:
            sheet = put(sheet, at, points[cell.text])
    assert project(sheet).indicators[0].category == "产出指标（50分）"
    with_points = [(f.rule, f.cell) for f in found_in(Workbook((sheet,)))]
    assert with_points == [(f.rule, f.cell) for f in found_in(Workbook((FORM,)))]
    assert places(relabelled(("产出指标", "产生指标（50分）")), "IND04") != []


def test_points_behind_the_weights_are_no_part_of_the_label():
    # The definition has columns D and E: its right one becomes the weights.
    sheet = put(unmerged_table(), f"E{HEADER_ROW}", "分值权重（90）")
    for number in range(1, 7):
        sheet = put(sheet, f"E{row(number)}", 15)
    assert [one.weight for one in project(sheet).indicators] == [Decimal(15)] * 6


def test_amounts_under_a_label_in_yuan_are_converted_and_asked_about():
    sheet = relabelled(("预算数", "预算数（元）"), ("其中：财政资金", "财政资金（单位：元）"))
    for key in ("total_budget", "fiscal_funds"):
        sheet = put(sheet, key, 44000)
    found = project(sheet)
    assert (found.total_budget, found.fiscal_funds) == (Decimal("4.4"), Decimal("4.4"))
    assert places(sheet, "AMT08", "AMT04", "STR05", "STR02") == ["total_budget AMT08 error", "total_budget STR05 info"]
    said = next(f for f in found_in(Workbook((sheet,))) if f.rule == "STR05")
    budget, funds = address(place("total_budget")), address(place("fiscal_funds"))
    assert said.message == f"{budget} 的“44000”已按 4.4 万元 理解；{funds} 的“44000”已按 4.4 万元 理解。"


@pytest.mark.parametrize("unit", ["千元", "亿元"])
def test_a_label_in_another_unit_is_not_ours(unit):
    assert places(relabelled(("预算数", f"预算数（{unit}）")), "STR02") == ["project_code:label STR02 error"]


@pytest.mark.parametrize(
    ("parts", "target"),
    [
        (("≥", 95, "%"), "≥95%"),
        (("＝", "500", "元/人"), "＝500元/人"),
        (("≤", "12月底前", "/"), "≤12月底前"),
        (("≥", "≥80%", "%"), "≥80%"),
        (("定性", "显著提升", "无"), "显著提升"),
        ((None, 3, "场次"), "3场次"),
    ],
)
def test_operator_value_and_unit_in_columns_of_their_own_are_one_target(parts, target):
    sheet = unmerged_table()
    columns = {"E": "计算符号", "F": "指标值", "G": "计量单位"}
    for (column, header), part in zip(columns.items(), parts, strict=True):
        sheet = put(sheet, f"{column}{HEADER_ROW}", header)
        for number in range(1, 7):
            sheet = put(sheet, f"{column}{row(number)}", part if number == 1 else None)
    assert project(sheet).indicators[0].target == target
    assert places(sheet, "STR06") == []


@pytest.mark.parametrize(
    ("target", "parsed"),
    [
        ("≥90.00(%)", ("≥", "90.00", "%")),
        ("≥500.00（人）", ("≥", "500.00", "人")),
        ("≤600(元/人)", ("≤", "600", "元/人")),
        ("90 100", None),
        ("2023 2024", None),
    ],
)
def test_targets_as_systems_export_them(target, parsed):
    found = project(put(FORM, AT["＝88人"], target)).indicators[0].parsed
    assert (found and (found.operator, str(found.number), found.unit)) == parsed


@pytest.mark.parametrize("value", [1.0, 0.95])
def test_advice_about_a_share_that_shows_as_a_number_makes_it_no_worse(value):
    sheet = put(FORM, AT["≥90%"], Cell(value, formula=True))
    [found] = [f for f in found_in(Workbook((sheet,))) if f.rule == "VAL04"]
    assert f"“{value:g}”写成“{value:.0%}”" in found.hint


def test_another_form_is_called_so_and_not_taken_for_ours():
    labels = ("项目编码", "预算规模及资金用途", "资金支出计划（%）", "3月底", "6月底", "10月底", "12月底")
    sheet = FORM
    for label in labels:
        sheet = put(sheet, AT[label], "另一个标签")
    assert places(sheet, "STR01", "STR02", "STR06", "STR13") == ["project_name:label STR13 error"]


def test_a_code_that_became_a_number_is_called_so():
    sheet = put(FORM, "project_code", Cell(1.30811232001e20, "130811232001000000000"))
    [found] = [f for f in found_in(Workbook((sheet,))) if f.rule == "IDN02"]
    assert found.message == "项目编码变成了数字 1.30811232001E+20，已经不完整。"


def test_a_merge_that_shows_what_it_covers_is_no_loss():
    sheet = type(FORM)(FORM.name, FORM.cells, (*FORM.merged, Area(row(1), 1, row(4), 1)))
    assert places(sheet, "STR12") == []


_CODES = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xAD, 0x2060, 0x2800, 0x3164, 0xFE0F, 0xFEFF)
INVISIBLE = [f"{code:04X}" for code in _CODES]


@pytest.mark.parametrize("code", INVISIBLE)
def test_a_character_that_nobody_sees_is_nothing(code):
    char = chr(int(code, 16))
    sheet = put(put(FORM, "total_budget", f"{char}4.40"), "fiscal_funds", f"4.4{char}0")
    for name in ("project_name", "purpose", "objective", "1.target"):
        sheet = put(sheet, name, Cell(f" {char}{char} ", visible(f" {char}{char} ")))
    found = project(sheet)
    assert (found.total_budget, found.fiscal_funds) == (Decimal("4.40"), Decimal("4.40"))
    assert [found.project_name, found.purpose, found.objective, found.indicators[0].target] == [None] * 4
    assert places(sheet, "IDN06", "AMT05", "OBJ01", "VAL01") == [
        "project_name IDN06 error",
        "purpose AMT05 error",
        "objective OBJ01 error",
        "1.target VAL01 error",
    ]
    [said] = [f for f in found_in(Workbook((sheet,))) if f.rule == "STR05"]
    assert (
        f"{address(place('total_budget'))} 的“{char}4.40”已按 4.40 理解（其中有看不见的字符 U+{code}）" in said.message
    )
