"""The sums of many units say which of them lack an amount, and agree only where parts add up."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from places import AT
from returned import book, edited, roster
from test_collect import column_of, put, rows
from test_collect_workbook import computed_otherwise

from perfxl.core.forms.sheet_names import SUMMARY

ALL_AGREE = "自检：预算合计与项目明细一致；财政资金与项目明细一致；预算合计＝财政资金＋其他资金；各期支出合计＝预算合计"
RETURNED = {
    "116001": {},
    "116002": {
        (1, "total_budget"): "约5万",
        (2, "other_funds"): "若干",
        (2, "spending_plan.0"): 0.9,
        (2, "spending_plan.3"): 0.9,
    },
    "117001": {(1, "total_budget"): None, (1, "fiscal_funds"): None},
}


def collected(perfxl, folder: Path, returned: dict[str, dict], **options: object):
    """What came back from some units, collected: the command's run, and the summary."""
    for code, typed in returned.items():
        cells = {(str(number), AT[field]): value for (number, field), value in typed.items()}
        text = edited(book(code, f"第{code}中心", ("10", "20")), cells)
        put(folder / "收回" / f"{code}.xlsx", text, 1e9)
    given = [part for key, value in options.items() for part in (f"--{key}", value)]
    ran = perfxl("collect", folder / "收回", "-o", folder / "汇总.xlsx", "--jobs", 1, *given)
    return ran, folder / "汇总.xlsx"


def test_the_collected_summary_says_what_each_unit_lacks(perfxl, tmp_path):
    ran, path = collected(perfxl, tmp_path, RETURNED, opinions=tmp_path / "意见")
    assert ran.status == 1
    assert ran.out.splitlines()[1:3] == [
        "项目 6 个，预算合计 70.00 万元（财政资金 80.00，其他资金 0.00）。",
        "合计不完整：缺 2 个项目的预算数、1 个项目的其他资金、1 个项目的资金支出计划，见“项目明细”的“未计入合计的金额”。",
    ]
    assert [line for line in ran.err.splitlines() if "不完整" in line] == [
        "116002.xlsx：合计不完整，缺 1 个项目的预算数、1 个项目的其他资金、1 个项目的资金支出计划。",
        "117001.xlsx：合计不完整，缺 1 个项目的预算数。",
    ]
    assert openpyxl.load_workbook(path, data_only=True)[SUMMARY]["A3"].value == (
        "自检：3 个项目的金额未填或读不出，没有计入合计（见“项目明细”）；"
        "预算合计与资金来源相差 10.00 万元；各期支出与预算合计相差 20.00 万元"
    )
    units = rows(path, SUMMARY)
    assert [row["金额不全项目数"] for row in units] == [0, 2, 1, 3, 3]
    projects = rows(path, "项目明细")
    assert [row["未计入合计的金额"] for row in projects] == [
        None,
        None,
        "预算数“约5万”读不出",
        "其他资金“若干”读不出；资金支出计划既不是分期也不是累计",
        "未填预算数",
        None,
        "3 个项目",
    ]
    reasons = [row["说明"] or "" for row in rows(path, "报送情况")]
    assert [reason.rpartition("；")[2] for reason in reasons] == [
        "",
        "合计不完整：缺 1 个项目的预算数、1 个项目的其他资金、1 个项目的资金支出计划",
        "合计不完整：缺 1 个项目的预算数",
    ]
    [opinion] = (tmp_path / "意见").glob("117001*.xlsx")
    sheet = openpyxl.load_workbook(opinion).active
    assert any(
        "（2 个项目，预算合计 20.00 万元，其中 1 个项目的预算数未填或读不出，没有计入）" in str(cell.value)
        for row in sheet.iter_rows()
        for cell in row
    )


def test_the_collected_summary_agrees_only_where_parts_add_up(perfxl, tmp_path):
    complete, make_up = tmp_path / "1", tmp_path / "2"
    complete.mkdir(), make_up.mkdir()
    ran, path = collected(perfxl, complete, {"116001": {}, "116002": {(1, "other_funds"): "—"}})
    assert (ran.status, "不完整" in ran.out + ran.err) == (0, False)
    assert openpyxl.load_workbook(path, data_only=True)[SUMMARY]["A3"].value == ALL_AGREE
    _, path = collected(perfxl, make_up, {"116001": {(1, "fiscal_funds"): 9}, "116002": {(2, "fiscal_funds"): 21}})
    assert openpyxl.load_workbook(path, data_only=True)[SUMMARY]["A3"].value == (
        "自检：2 个项目的预算数与资金来源不等，合计相互抵消"
    )


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    "returned", [RETURNED, {"116001": {(1, "fiscal_funds"): 9}, "116002": {(2, "fiscal_funds"): 21}}]
)
def test_a_spreadsheet_program_finds_the_same_missing(perfxl, soffice, tmp_path, returned):
    _, path = collected(perfxl, tmp_path, returned)
    assert computed_otherwise(path, soffice, tmp_path) == []


def test_many_units_count_what_is_missing_in_their_own_rows(perfxl, tmp_path, monkeypatch):
    from perfxl.core.collecting.consolidated import units_sheet as units

    monkeypatch.setattr(units, "MOST_LOOKED_AT", 0)
    _, path = collected(perfxl, tmp_path, RETURNED)
    assert [row["金额不全项目数"] for row in rows(path, SUMMARY)] == [0, 2, 1, 3, 3]
    column = column_of(path, "项目明细", "未计入合计的金额")
    count = rows(path, SUMMARY, formulas=True)[1]["金额不全项目数"]
    assert count == f"=COUNTIF('项目明细'!${column}$7:${column}$8,\"?*\")"


def test_the_sum_of_a_stranger_says_what_it_lacks(perfxl, tmp_path):
    listed = roster(tmp_path / "花名册.xlsx", [("116001", "第116001中心")])
    _, path = collected(perfxl, tmp_path, {"117001": {(1, "total_budget"): "约5万"}}, roster=listed)
    [reason] = [row["说明"] for row in rows(path, "报送情况") if row["情况"] == "不属于花名册"]
    assert reason.endswith("；预算合计 20.00 万元没有计入汇总；合计不完整：缺 1 个项目的预算数")
