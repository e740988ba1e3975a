"""Values and formulas through the xlwings engine for LibreOffice, in LibreOffice."""

# Sheets know no time zones.
# ruff: noqa: DTZ001

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

pytestmark = pytest.mark.libreoffice

TEMPLATES = Path(__file__).parent.parent / "workbook_templates"


# ---------------------------------------------------------------------- values


def test_values_come_back_as_they_went_in(sheet):
    moment = dt.datetime(2024, 2, 29, 13, 45, 30)
    rows = [["文字", 1.5, True], [None, False, moment], [0.1, 1 / 3, "多行\n文字"]]
    sheet["B2"].value = rows
    assert sheet["B2:D4"].value == rows


def test_numbers_keep_every_digit(sheet):
    numbers = [0.1 + 0.2, 1 / 3, math.pi * 1e20, 5e-324, 1.7976931348623157e308, -0.0, 12345678901234567.0]
    sheet["A1"].value = numbers
    assert sheet["A1:G1"].value == numbers
    sheet["A2"].value = [*numbers, "=1+1"]
    assert sheet["A2:H2"].value == [*numbers, 2.0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (1, 1.0),
        (Decimal("96.30"), 96.3),
        ("100", 100.0),
        ("'100", "100"),
        ("'=1+1", "=1+1"),
        ("=1+1", 2.0),
        ("=", "="),
        ("''quoted", "'quoted"),
        ("13081123P000222100028", "13081123P000222100028"),
        ("1e999", "1e999"),
        (" 7 ", 7.0),
        ("", None),
        (None, None),
        (float("nan"), None),
        (dt.date(2024, 1, 31), dt.datetime(2024, 1, 31)),
        (True, True),
        ("=1=1", True),
        ("=1>2", False),
        ("=NA()", None),
        ("=TODAY()-TODAY()", 0.0),
        ("𠮷 ，。", "𠮷 ，。"),
    ],
)
def test_one_value(sheet, written, read):
    sheet["C3"].value = written
    assert sheet["C3"].value == read
    assert type(sheet["C3"].value) is type(read)


def test_a_text_cell_keeps_texts(sheet):
    sheet["A1:A2"].number_format = "@"
    sheet["A1:B1"].value = ["007", "007"]
    sheet["A2"].value = "=1+1"
    assert sheet["A1:B2"].value == [["007", 7.0], ["=1+1", None]]
    assert sheet["A2"].formula == "=1+1"


def test_a_number_in_the_place_of_a_truth_is_a_number(sheet):
    sheet["A1:C1"].value = [True, "=2>1", 5]
    sheet["A1"].value = [1, 0, 1]
    assert sheet["A1:C1"].value == [1.0, 0.0, 1.0]
    assert [type(value) for value in sheet["A1:C1"].value] == [float, float, float]


def test_errors_carry_their_names_when_asked(sheet):
    sheet["A1"].value = ["=1/0", "=NA()", "=FOO()", "=10^400", '="a"+1', "=#REF!", "=1", None]
    cells = sheet["A1:H1"]
    assert cells.value == [None, None, None, None, None, None, 1.0, None]
    assert cells.options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#VALUE!", "#REF!", 1.0, None]
    assert sheet["A1:B1"].options(err_to_str=True).value == ["#DIV/0!", "#N/A"]


def test_empty_cells_and_numbers_as_asked(sheet):
    sheet["A1"].value = [[1.0, None], ["x", 2.6]]
    assert sheet["A1:B2"].options(empty="-", numbers=int).value == [[1, "-"], ["x", 3]]
    assert sheet["A1"].options(ndim=2).value == [[1.0]]
    assert sheet["A1"].expand().value == [[1.0, None], ["x", 2.6]] or sheet["A1"].expand().shape == (2, 1)


def test_dates_of_formulas_are_known_by_their_format(sheet):
    sheet["A1"].value = dt.date(2024, 5, 17)
    sheet["A2"].value = "=A1+1"
    assert sheet["A2"].value == dt.datetime(2024, 5, 18)
    sheet["A3"].value = "=VALUE(45430)+A2*0"
    sheet["A3"].number_format = "0.00"
    assert sheet["A1:A3"].value == [dt.datetime(2024, 5, 17), dt.datetime(2024, 5, 18), 45430.0]


def test_a_date_keeps_the_format_of_its_cell(sheet):
    sheet["A1:A2"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["A2"].number_format = "General"
    sheet["A1"].options(transpose=True).value = [dt.date(2024, 5, 17), dt.date(2024, 5, 18)]
    assert sheet["A1"].number_format.lower() == 'yyyy"年"m"月"d"日"'
    assert sheet["A2"].number_format.lower() == "yyyy-mm-dd"
    assert sheet["A1:A2"].value == [dt.datetime(2024, 5, 17), dt.datetime(2024, 5, 18)]


def test_what_no_cell_can_hold_is_refused(sheet):
    sheet["A1"].value = 5
    with pytest.raises(TypeError, match="complex"):
        sheet["A1"].raw_value = 1j
    with pytest.raises(ValueError, match="shape"):
        sheet["A1:B1"].raw_value = [[1, 2, 3]]
    assert sheet["A1"].value == 5.0


# ---------------------------------------------------------------------- formulas


def test_formulas_go_in_and_out_as_excel_writes_them(book, sheet):
    book.sheets.add("1.项目 '一' x", after=sheet)
    formulas = [
        "=SUM('1.项目 ''一'' x'!$A$1:B2,C3)",
        '=COUNTIF(A:A,">1")&"，"&COUNTIF(1:3,"a;b,c")',
        '=IF(A1="","\'x\'!A1",{1,2;3,4})',
        "=SUM((A1:A2,B1))",
        "=EDATE(DATE(2024,1,31),1)",
        "=IFERROR(VLOOKUP(A1,Sheet1!$A$1:$B$9,2,FALSE),1.5E+20)",
        "=SUBTOTAL(109,G5:G5)",
        "=IF(TRUE,NOT(FALSE))",
    ]
    sheet["J1"].options(transpose=True).formula = formulas
    assert [row[0] for row in sheet["J1:J8"].formula] == formulas


def test_every_formula_of_the_templates_comes_back(open_copy):
    compared = 0
    for path in sorted(TEMPLATES.glob("*.xlsx")):
        written = openpyxl.load_workbook(path)
        with open_copy(path) as book:
            for sheet in book.sheets:
                last = sheet.used_range.last_cell
                formulas = sheet.range((1, 1), (last.row, last.column)).formula
                expected = {
                    (cell.row, cell.column): cell.value
                    for row in written[sheet.name].iter_rows()
                    for cell in row
                    if cell.data_type == "f"
                }
                found = {
                    (row, column): formula
                    for row, line in enumerate(formulas, 1)
                    for column, formula in enumerate(line, 1)
                    if formula.startswith("=")
                }
                assert found == {at: formula.replace("'封面'", "封面") for at, formula in expected.items()}
                for (row, column), formula in expected.items():
                    if not written[sheet.name].protection.sheet:
                        sheet.range((row, column)).formula = formula
                        assert sheet.range((row, column)).formula == found[row, column]
                compared += len(expected)
    assert compared > 80


def test_one_formula_for_many_cells_moves_with_them(sheet):
    sheet["A1:A3"].options(transpose=True).value = [1, 2, 3]
    sheet["B1:C3"].formula = "=$A1*A$2+SUM(Sheet1!A1)"
    assert sheet["C3"].formula == "=$A3*B$2+SUM(Sheet1!B3)"
    assert sheet["B1:B3"].value == [3.0, 6.0, 9.0]


def test_array_formulas(sheet):
    sheet["A1:A3"].options(transpose=True).value = [1, 2, 3]
    sheet["C1"].formula_array = "=SUM(A1:A3*2)"
    assert sheet["C1"].value == 12.0
    assert sheet["C1"].formula_array == sheet["C1"].formula == "=SUM(A1:A3*2)"
    assert sheet["C1"].impl.has_array
    assert sheet["A1"].formula_array is None


def test_what_a_deleted_cell_leaves_is_an_error(book, sheet):
    other = book.sheets.add("别的", after=sheet)
    sheet["A9"].formula = ["=别的!A1+1", "=SUM(别的!A1:B2)", "=D5+1"]
    other.delete()
    sheet["5:5"].delete()
    assert sheet["A8:C8"].formula == (("=#REF!+1", "=SUM(#REF!)", "=#REF!+1"),)
    assert sheet["A8:C8"].options(err_to_str=True).value == ["#REF!"] * 3
