"""A sheet is data: what it declares is in the workbook that a backend makes of it."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from perfxl.core.grid.cells import Workbook
from perfxl.core.grid.change import Change, Chart, Condition, DrawnSheet, Entry, Page, SheetCell, Style
from perfxl.io.ooxml.change_workbook import changed
from perfxl.io.workbooks.new_workbook import new_workbook
from perfxl.io.workbooks.read_files import read_package
from perfxl.io.workbooks.streamed_workbook import small_workbook

ROWS = (
    (SheetCell("部门", style="header"), SheetCell("金额", style="header")),
    (SheetCell("教育局"), SheetCell(12.5, style="amount")),
    (SheetCell("=合计", style=Style(bold=True)), SheetCell(12.5, "SUM(B2:B2)", "sum_amount")),
)
SHEET = DrawnSheet(
    "表",
    ROWS,
    (20.0, 12.0, 9.0),
    heights={1: 30.0, 2: 20.0},
    growing=frozenset({2}),
    header_rows=(1, 1),
    freeze="A2",
    page=Page(landscape=False, footer="第 &P 页", footer_size=9),
    hidden_columns=("C",),
    print_area="A1:B3",
    filter="A1:B2",
)


def said(package: bytes) -> list[tuple[str, object, str, bool]]:
    book: Workbook = read_package(package)
    return [(sheet.name, at, cell.text, cell.formula) for sheet in book.sheets for at, cell in sheet.cells.items()]


def drawn_by_each() -> dict[str, bytes]:
    empty = new_workbook((DrawnSheet("原表", ((SheetCell("在先"),),), ()),))
    return {
        "a new workbook": new_workbook((SHEET,)),
        "an existing file": changed(empty, Change(sheets=(SHEET,))),
        "a stream": small_workbook(SHEET),
    }


@pytest.mark.parametrize("backend", drawn_by_each())
def test_every_backend_puts_the_same_into_the_cells_and_on_paper(backend):
    package = drawn_by_each()[backend]
    [sheet] = [one for one in openpyxl.load_workbook(BytesIO(package)) if one.title == "表"]
    assert [one[1:] for one in said(package) if one[0] == "表"] == [
        ((1, 1), "部门", False),
        ((1, 2), "金额", False),
        ((2, 1), "教育局", False),
        ((2, 2), "12.50", False),
        ((3, 1), "=合计", False),
        ((3, 2), "12.50", True),
    ]
    assert (sheet.row_dimensions[1].height, sheet.column_dimensions["A"].width) == (30, pytest.approx(20, abs=1))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "portrait",
        9,
        0,
    )
    assert (sheet.print_title_rows, sheet.print_area) == ("$1:$1", "'表'!$A$1:$B$3")
    assert sheet.oddFooter.center.text == "第 &P 页"
    assert sheet.freeze_panes == "A2"
    assert sheet["A3"].font.bold
    assert sheet["B2"].number_format == "#,##0.00"


def test_a_new_workbook_has_the_help_the_conditions_and_the_charts_of_its_sheets():
    sheet = DrawnSheet(
        "表",
        ROWS,
        (20.0, 12.0),
        entries=(
            Entry(
                "B2",
                "金额",
                "以万元为单位。",
                {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
                "应填数字。",
            ),
        ),
        conditions=(Condition("A2:B2", "$B2>10", colour="FF0000", fill="FFFFCC"),),
        charts=(Chart("column", "D2", "各部门金额", "A2:A3", "B2:B3"),),
        guarded=True,
        tab="7F7F7F",
        begin="B2",
    )
    made = openpyxl.load_workbook(BytesIO(new_workbook((sheet,))))["表"]
    [check] = made.data_validations.dataValidation
    assert (str(check.sqref), check.prompt, check.error, check.errorStyle) == (
        "B2",
        "以万元为单位。",
        "应填数字。",
        "warning",
    )
    [rules] = made.conditional_formatting
    assert (str(rules.sqref), rules.rules[0].formula) == ("A2:B2", ["$B2>10"])
    [chart] = made._charts
    assert (chart.series[0].val.numRef.f, chart.series[0].cat.numRef.f) == ("'表'!$B$2:$B$3", "'表'!$A$2:$A$3")
    assert made.protection.sheet
    assert made.protection.password is None
    assert made.sheet_view.selection[0].activeCell == "B2"


def test_a_chart_is_never_left_out_in_silence():
    sheet = DrawnSheet("表", ROWS, (), charts=(Chart("pie", "D2", "金额", "A2:A3", "B2:B3"),))
    with pytest.raises(ValueError, match="charts"):
        small_workbook(sheet)
    with pytest.raises(ValueError, match="charts"):
        changed(new_workbook((DrawnSheet("原表", ROWS, ()),)), Change(sheets=(sheet,)))
