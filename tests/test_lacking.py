"""A sum that leaves an amount out says so wherever it stands, in files, on screens and to programs."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from places import AT, IN_DEPARTMENT, IN_SUMMARY, named
from returned import book

from perfxl.core.forms.sheet_names import DEPARTMENT, SUMMARY
from perfxl.core.grid.cells import column_number, position
from perfxl.io.workbooks.read_files import read_workbook

COMPLETE = "自检：预算数＝财政资金＋其他资金；各期支出合计＝预算数"
NO_SUM = "有项目缺预算数，不能合计"
BUDGETS = ("96.30", "5.76", "82.44")
BUDGET = ["total_budget", "period_amounts"]
PLAN = tuple(f"spending_plan.{number}" for number in range(4))


def filled_in(path: Path, cells: dict[tuple[int, str], object], budgets=BUDGETS) -> Path:
    """A filled-in workbook after a person typed into its forms: (number, field) → value."""
    workbook = openpyxl.load_workbook(BytesIO(book("116001", "区总工会本级", budgets)))
    forms = [sheet for sheet in workbook if sheet.title[0].isdigit()]
    for (number, field), value in cells.items():
        forms[number - 1][AT[field]] = value
        # Whoever types a sum that Excel has not calculated yet leaves a formula without a value.
        if isinstance(value, str) and value.startswith("#"):
            forms[number - 1][AT[field]].data_type = "e"
    workbook.save(path)
    return path


# ------------------------------------------------------------------------------- what is missing

KINDS = {
    "an amount in words": (
        {(2, "total_budget"): "约5万"},
        [f"2.关于提前下达 22的预算数“约5万”读不出（2.关于提前下达 22!{AT['total_budget']}），没有计入合计。"],
        [("total_budget", 2, "total_budget", "unreadable", "约5万", BUDGET)],
    ),
    "an amount in 元": (
        {(3, "total_budget"): "82.44元"},
        [f"3.健康保障项目3的预算数“82.44元”读不出（3.健康保障项目3!{AT['total_budget']}），没有计入合计。"],
        [("total_budget", 3, "total_budget", "unreadable", "82.44元", BUDGET)],
    ),
    "a formula without a value": (
        {(1, "total_budget"): f"={AT['fiscal_funds']}+{AT['other_funds']}"},
        [f"1.工会保障项目1的预算数的公式没有计算结果（1.工会保障项目1!{AT['total_budget']}），没有计入合计。"],
        [("total_budget", 1, "total_budget", "uncalculated", "公式未计算", BUDGET)],
    ),
    "an error value": (
        {(1, "total_budget"): "#DIV/0!"},
        [f"1.工会保障项目1的预算数是错误值 #DIV/0!（1.工会保障项目1!{AT['total_budget']}），没有计入合计。"],
        [("total_budget", 1, "total_budget", "error_value", "#DIV/0!", BUDGET)],
    ),
    "blanks": (
        {(1, "total_budget"): None, (1, "fiscal_funds"): None, (3, "total_budget"): None, (3, "fiscal_funds"): None},
        ["2 个项目未填预算数，没有计入合计：1.工会保障项目1、3.健康保障项目3。"],
        [
            ("total_budget", 1, "total_budget", "blank", None, BUDGET),
            ("total_budget", 3, "total_budget", "blank", None, BUDGET),
        ],
    ),
    "a dash, which is a blank": (
        {(2, "total_budget"): "—", (2, "fiscal_funds"): "无"},
        ["1 个项目未填预算数，没有计入合计：2.关于提前下达 22。"],
        [("total_budget", 2, "total_budget", "blank", None, BUDGET)],
    ),
    "sources in words": (
        {(1, "fiscal_funds"): "九十六", (1, "other_funds"): "若干"},
        [
            f"1.工会保障项目1的财政资金“九十六”读不出（1.工会保障项目1!{AT['fiscal_funds']}），没有计入合计。",
            f"1.工会保障项目1的其他资金“若干”读不出（1.工会保障项目1!{AT['other_funds']}），没有计入合计。",
        ],
        [
            ("fiscal_funds", 1, "fiscal_funds", "unreadable", "九十六", ["fiscal_funds"]),
            ("other_funds", 1, "other_funds", "unreadable", "若干", ["other_funds"]),
        ],
    ),
    "no plan": (
        {(2, cell): None for cell in PLAN},
        ["1 个项目未填资金支出计划，没有计入各期支出：2.关于提前下达 22。"],
        [("spending_plan.0", 2, "spending_plan", "blank", None, ["period_amounts"])],
    ),
    "a plan that reads no way": (
        {
            (2, "spending_plan.0"): 0.6,
            (2, "spending_plan.1"): 0.5,
            (2, "spending_plan.2"): 0.7,
            (2, "spending_plan.3"): 0.9,
        },
        [
            f"2.关于提前下达 22的资金支出计划既不是分期也不是累计（2.关于提前下达 22!{AT['spending_plan.0']}），没有计入各期支出。"
        ],
        [("spending_plan.0", 2, "spending_plan", "no_plan", None, ["period_amounts"])],
    ),
    "a plan with words in it": (
        {
            (2, "spending_plan.0"): "若干",
            (2, "spending_plan.1"): 0.5,
            (2, "spending_plan.2"): None,
            (2, "spending_plan.3"): 0.5,
        },
        [
            f"2.关于提前下达 22的3月底支出计划“若干”读不出（2.关于提前下达 22!{AT['spending_plan.0']}），没有计入各期支出。"
        ],
        [("spending_plan.0", 2, "spending_plan.0", "unreadable", "若干", ["period_amounts"])],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_summary_says_what_its_sums_lack(perfxl, tmp_path, kind):
    cells, sentences, incomplete = KINDS[kind]
    path = filled_in(tmp_path / "文本.xlsx", cells)
    ran = perfxl("summary", path)
    lines = ran.out.splitlines()
    assert ran.status == 1
    assert "，合计不完整：缺 " in lines[0]
    assert lines[1:-2] == sentences
    assert "，合计不完整。" in ran.err
    report = json.loads(perfxl("check", path, "--format", "json").out)["files"][0]
    names = {one["project"]: one["project_name"] for one in report["totals"]["incomplete"]}
    assert [
        (named(one["cell"]), one["project"], one["field"], one["reason"], one["typed"], one["sums"])
        for one in report["totals"]["incomplete"]
    ] == incomplete
    assert all(names.values())
    assert ("invalid" in [project["plan_basis"] for project in report["projects"]]) == ("plan" in kind)
    # A formula that a spreadsheet program will calculate is only a warning.
    assert (report["counts"]["error"] >= 1) == (kind != "a formula without a value")


@pytest.mark.parametrize(("declared", "told"), [(184.50, []), (150, ["DEP08"])])
def test_a_declared_total_is_compared_with_what_the_sum_can_still_become(perfxl, tmp_path, declared, told):
    path = filled_in(tmp_path / "文本.xlsx", {(2, "total_budget"): "约5万"})
    workbook = openpyxl.load_workbook(path)
    workbook[DEPARTMENT][IN_DEPARTMENT["declared_total"]] = declared
    workbook.save(path)
    report = json.loads(perfxl("check", path, "--format", "json").out)["files"][0]
    assert [one["rule"] for one in report["findings"] if one["cell"] == IN_DEPARTMENT["declared_total"]] == told


def test_what_is_nothing_and_what_is_understood_is_not_missing(perfxl, tmp_path):
    nothing = {
        (1, "other_funds"): "—",
        (2, "other_funds"): None,
        (3, "total_budget"): "82.44万元",
        (3, "other_funds"): "无",
    }
    path = filled_in(tmp_path / "文本.xlsx", nothing)
    ran = perfxl("summary", path)
    assert (ran.status, "不完整" in ran.out + ran.err) == (0, False)
    assert ran.out.startswith("项目 3 个，预算合计 184.50 万元（财政资金 184.50，其他资金 0.00）\n")
    assert read_workbook(path).sheet(SUMMARY).text((3, 1)) == COMPLETE
    report = json.loads(perfxl("check", path, "--format", "json").out)["files"][0]
    assert report["totals"]["incomplete"] == []


def test_a_project_without_money_lacks_no_plan(perfxl, tmp_path):
    cells = {(1, "total_budget"): 0, (1, "fiscal_funds"): 0, **{(1, cell): None for cell in PLAN}}
    assert perfxl("summary", filled_in(tmp_path / "文本.xlsx", cells)).status == 0


def test_the_first_line_counts_what_is_missing(perfxl, tmp_path):
    cells = {
        (1, "total_budget"): None,
        (1, "fiscal_funds"): None,
        (2, "total_budget"): "约5万",
        (3, "other_funds"): "若干",
        (3, "spending_plan.3"): "余额",
    }
    out = perfxl("summary", filled_in(tmp_path / "文本.xlsx", cells)).out.splitlines()
    assert out[0] == (
        "项目 3 个，预算合计 82.44 万元（财政资金 88.20，其他资金 0.00），"
        "合计不完整：缺 2 个项目的预算数、1 个项目的其他资金、1 个项目的资金支出计划"
    )
    assert out[-2].startswith("各期支出（万元，不完整）：")


# ---------------------------------------------------------------------------------- 部门汇总


def test_the_sheet_shows_what_is_missing_where_it_stands(perfxl, tmp_path):
    cells = {
        **{(1, cell): None for cell in ("total_budget", "fiscal_funds")},
        (2, "total_budget"): "约5万",
        (3, "other_funds"): "若干",
        **{(3, cell): None for cell in PLAN},
    }
    path = filled_in(tmp_path / "文本.xlsx", cells)
    perfxl("summary", path)
    sheet = read_workbook(path).sheet(SUMMARY)
    first = column_number(IN_SUMMARY["total_budget"])
    assert [[sheet.text((row, first + i)) for i in range(7)] for row in range(5, 9)] == [
        ["未填", "", "", "", "", "", ""],
        ["读不出", "5.76", "", "", "", "", ""],
        ["82.44", "82.44", "读不出", "未计入", "未计入", "未计入", "未计入"],
        ["82.44", "88.20", "0.00", "0.00", "0.00", "0.00", "0.00"],
    ]
    assert [sheet.text(position(f"{IN_SUMMARY[key]}8")) for key in ("project_name", "sub_objective")] == [
        "3 个项目",
        "缺 4 处金额",
    ]
    assert sheet.text((3, 1)) == (
        "自检：合计不完整，1 个项目的预算数读不出（序号 2 关于提前下达 22），1 个项目未填预算数（序号 1 工会保障项目1），"
        "1 个项目的其他资金读不出（序号 3 健康保障项目3），1 个项目的支出计划未填或读不出（序号 3 健康保障项目3）；"
        "预算数与资金来源相差 5.76 万元；各期支出与预算数相差 82.44 万元"
    )
    start = next(row for row in sheet.rows if sheet.text((row, 1)) == "按分项汇总")
    table = [[sheet.text((row, column)) for column in (2, 6, 7, 8)] for row in sheet.rows if row > start]
    assert table[0] == ["分项绩效目标", "项目数", "预算合计", "缺预算数"]
    assert [row[3] for row in table[1:] if row[1] == "1"] == ["1", "1", "0"]
    assert table[-1][1:] == ["3", "82.44", "2"]


def test_differences_that_make_up_for_each_other_are_not_passed_as_equal(perfxl, tmp_path):
    path = filled_in(tmp_path / "文本.xlsx", {(1, "fiscal_funds"): 95.30, (2, "fiscal_funds"): 6.76})
    perfxl("summary", path)
    assert read_workbook(path).sheet(SUMMARY).text((3, 1)) == (
        "自检：2 个项目的预算数与资金来源不等，合计相互抵消；各期支出合计＝预算数"
    )


def recalculated(path: Path, soffice, folder: Path):
    """部门汇总 as LibreOffice computes it; openpyxl drops the values kept beside the formulas."""
    folder.mkdir()
    bare = folder / "bare.xlsx"
    openpyxl.load_workbook(path).save(bare)
    return read_workbook(soffice.convert(bare, "xlsx", folder / "saved"))


@pytest.mark.libreoffice
def test_the_line_follows_what_is_mended_and_what_is_spoilt_in_the_forms(perfxl, soffice, tmp_path):
    cells = {
        (2, "total_budget"): "约5万",
        (3, "other_funds"): "若干",
        (1, "spending_plan.0"): "少许",
        (1, "spending_plan.1"): 0.5,
        (1, "spending_plan.3"): 0.5,
    }
    path = filled_in(tmp_path / "文本.xlsx", {**cells, (1, "spending_plan.2"): None})
    perfxl("summary", path)
    perfxl("fill", path)
    workbook = openpyxl.load_workbook(path)
    forms = [sheet for sheet in workbook if sheet.title[0].isdigit()]
    forms[1][AT["total_budget"]] = 5.76
    forms[2][AT["other_funds"]] = forms[0][AT["spending_plan.0"]] = None
    workbook.save(tmp_path / "改好.xlsx")
    mended = recalculated(tmp_path / "改好.xlsx", soffice, tmp_path / "1")
    sheet = mended.sheet(SUMMARY)
    assert (sheet.text((3, 1)), sheet.text((8, 6))) == (COMPLETE, "")
    assert sheet.text(position(f"{IN_SUMMARY['total_budget']}8")) == mended.sheet(DEPARTMENT).text((5, 4)) == "184.50"
    forms[2][AT["total_budget"]], forms[0][AT["total_budget"]] = "八十多万", None
    workbook.save(tmp_path / "又坏.xlsx")
    spoilt = recalculated(tmp_path / "又坏.xlsx", soffice, tmp_path / "2")
    assert spoilt.sheet(SUMMARY).text((3, 1)) == (
        "自检：合计不完整，1 个项目的预算数读不出（序号 3 健康保障项目3），1 个项目未填预算数（序号 1 工会保障项目1）；"
        "预算数与资金来源相差 178.74 万元"
    )
    assert spoilt.sheet(SUMMARY).text((8, 6)) == "缺 2 处金额"
    assert spoilt.sheet(DEPARTMENT).text((5, 4)) == NO_SUM


# ------------------------------------------------------------------------------------- fill


def test_no_sum_is_filled_in_while_an_amount_is_missing(perfxl, tmp_path):
    path = filled_in(tmp_path / "文本.xlsx", {(2, "total_budget"): "约5万"})
    ran = perfxl("fill", path)
    assert ran.status == 1
    assert f"{DEPARTMENT}!D5  各项目预算合计（万元）：（空） → {NO_SUM}\n" in ran.out
    assert ran.err.splitlines()[-2:] == [
        "合计不完整：",
        f"2.关于提前下达 22的预算数“约5万”读不出（2.关于提前下达 22!{AT['total_budget']}），没有计入合计。",
    ]
    again = perfxl("fill", path)
    assert (again.status, again.out) == (1, "")


def test_a_sum_that_a_person_typed_stays_while_an_amount_is_missing(perfxl, tmp_path):
    path = filled_in(tmp_path / "文本.xlsx", {(2, "total_budget"): "约5万"})
    workbook = openpyxl.load_workbook(path)
    workbook[DEPARTMENT]["D5"] = 184.50
    workbook.save(path)
    ran = perfxl("fill", path)
    assert (ran.status, DEPARTMENT in ran.out) == (1, False)
    assert read_workbook(path).sheet(DEPARTMENT).text((5, 4)) == "184.50"
    report = json.loads(perfxl("check", path, "--format", "json").out)["files"][0]
    [found] = [one for one in report["findings"] if one["rule"] == "STR10" and one["sheet"] == DEPARTMENT]
    assert found["message"] == ("各项目预算合计（万元）显示 184.50，但缺 1 个项目的预算数，不能作为全部项目的合计。")
    assert found["hint"] == "请先更正或补填缺少的金额，再点击“填充合计”或运行 perfxl fill 更新。"


def test_a_sum_of_an_older_template_that_passes_over_a_text_is_told_and_mended(perfxl, tmp_path):
    path = filled_in(tmp_path / "文本.xlsx", {(2, "total_budget"): "约5万"})
    from perfxl.core.grid.change import CellEdit, Change
    from perfxl.io.workbooks.write_files import apply

    apply(
        path, Change(cells=(CellEdit(DEPARTMENT, "D5", 178.74, f"SUM('1.工会保障项目1'!{AT['total_budget']})"),)), path
    )
    assert "各项目预算合计（万元）显示 178.74，但缺 1 个项目的预算数，不能作为" in perfxl("check", path).out
    assert f"178.74 → {NO_SUM}" in perfxl("fill", path).out
    assert "STR10" not in perfxl("check", path).out


def test_a_summary_that_does_not_say_what_it_lacks_is_told(perfxl, tmp_path):
    path = filled_in(tmp_path / "文本.xlsx", {(2, "total_budget"): "约5万"})
    perfxl("fill", path)
    assert "STR10" not in perfxl("check", path).out
    workbook = openpyxl.load_workbook(path, data_only=True)
    sheet = workbook[SUMMARY]
    assert sheet["F8"].value == "缺 1 处金额"
    sheet["F8"] = None
    workbook.save(path)
    assert "预算数合计显示 178.74，但缺 1 个项目的预算数，不能作为全部项目的合计。" in perfxl("check", path).out
    assert perfxl("fill", path).status == 1
    assert read_workbook(path).sheet(SUMMARY).text((8, 6)) == "缺 1 处金额"


def test_a_stale_sum_that_also_lacks_an_amount_says_both(perfxl, tmp_path):
    path = filled_in(tmp_path / "文本.xlsx", {(2, "total_budget"): "约5万"})
    perfxl("fill", path)
    workbook = openpyxl.load_workbook(path, data_only=True)
    workbook[SUMMARY][f"{IN_SUMMARY['total_budget']}8"] = 100
    workbook.save(path)
    told = "预算数合计显示 100.00，应为 178.74（合计未更新）；合计缺 1 个项目的预算数。"
    assert told in perfxl("check", path).out


def test_a_new_workbook_lacks_all_and_says_it_calmly(perfxl, tmp_path):
    path = tmp_path / "新.xlsx"
    assert perfxl("new", path, "--unit", "116001 区总工会本级", "--year", 2024, "--projects", 3).status == 0
    sheet = read_workbook(path).sheet(SUMMARY)
    assert sheet.text((3, 1)) == "自检：合计不完整，3 个项目未填预算数（序号 1 等）"
    assert read_workbook(path).sheet(DEPARTMENT).text((5, 4)) == NO_SUM
    assert "STR10" not in perfxl("check", path).out
    ran = perfxl("fill", path)
    # Only the counts of findings are new.
    assert {line.partition("!")[0] for line in ran.out.splitlines()} == {SUMMARY}
    assert ran.status == 1
    assert ran.err.splitlines()[-2:] == [
        "合计不完整：",
        "3 个项目未填预算数，没有计入合计：第 1 个项目、第 2 个项目、第 3 个项目。",
    ]


def test_very_many_forms_still_have_no_sum_that_looks_complete(tmp_path):
    from decimal import Decimal

    from perfxl.core.forms.records import Project
    from perfxl.core.forms.totals import complete_sum, sum_formula

    def forms(number):
        return [
            Project(number=n, sheet=f"{n}.项目", cells={"total_budget": "C5"}, total_budget=Decimal(1))
            for n in range(1, number + 1)
        ]

    formula = sum_formula(forms(256), "total_budget")
    assert formula is not None
    assert formula.count("SUM(") == formula.count("COUNT(") == 2
    # Longer than a formula may be: `fill` writes the value, and the words where one is missing.
    assert sum_formula(forms(500), "total_budget") is None
    assert complete_sum(forms(500), "total_budget") == 500
    assert complete_sum([*forms(2), Project(number=3)], "total_budget") == NO_SUM


# --------------------------------------------------------------------------------- the form's line


@pytest.mark.libreoffice
def test_the_line_of_a_form_does_not_pass_a_source_in_words(soffice, tmp_path):
    path = filled_in(
        tmp_path / "文本.xlsx", {(1, "other_funds"): "若干", (2, "other_funds"): "—", (3, "other_funds"): 0}
    )
    computed = read_workbook(soffice.convert(path, "xlsx", tmp_path / "saved"))
    lines = [sheet.text((1, 1)) for sheet in computed.sheets if sheet.name[0].isdigit()]
    assert lines == ["自检：请核对 其他资金（应为数字）", "自检：必填内容已填写", "自检：必填内容已填写"]
