"""Formulas, addresses and values of the LibreOffice engine, without an office but for the last test."""

# Sheets know no time zones.
# ruff: noqa: DTZ001

from __future__ import annotations

import datetime as dt
import random

import pytest
import xlwings as xw

from perfxl.xlwings_libreoffice import addresses, values
from perfxl.xlwings_libreoffice.formulas import excel_sheet_name, moved, to_excel, to_office

BOTH_WAYS = {
    "=A1": "=A1",
    "= A1 + B2": "= A1 + B2",
    "=SUM(A1:B2,C3)": "=SUM(A1:B2;C3)",
    "=Sheet1!A1": "=$'Sheet1'.A1",
    "=封面!$C$9": "=$'封面'.$C$9",
    "='1.项''目 甲'!A1:B2": "=$'1.项''目 甲'.A1:B2",
    "='2023'!A:B+'A1'!1:2": "=$'2023'.A:B+$'A1'.1:2",
    '=IF(A1="a,b;""c"" \'x\'!A1","，",)': '=IF(A1="a,b;""c"" \'x\'!A1";"，";)',
    "=SUM({1,2;3,4},5)": "=SUM({1;2|3;4};5)",
    "=SUM((A1,B1:B2),C1)": "=SUM((A1~B1:B2);C1)",
    "=A1:B2 B1:C3": "=A1:B2!B1:C3",
    "=AVERAGE('一 月:三 月'!A1:B2)": "=AVERAGE($'一 月'.A1:$'三 月'.B2)",
    "='/tmp/甲 乙/[x.xlsx]S 1'!A1": "='file:///tmp/%E7%94%B2%20%E4%B9%99/x.xlsx'#$'S 1'.A1",
    "=T1[[#This Row],[a,b]]*2": "=T1[[#This Row],[a,b]]*2",
    "=a.b+LOG10(5)+STDEV.S(A1:A9)": "=a.b+LOG10(5)+STDEV.S(A1:A9)",
    "=1.5E+20*-A1%": "=1.5E+20*-A1%",
    "=IF(TRUE,FALSE,TRUES)": "=IF(TRUE();FALSE();TRUES)",
    "=#N/A+#DIV/0!": "=#N/A+#DIV/0!",
    "=表!总额+总额": "=$'表'.总额+总额",
}


@pytest.mark.parametrize(("excel", "office"), BOTH_WAYS.items())
def test_both_ways(excel, office):
    assert to_office(excel) == office
    assert to_excel(office) == excel


@pytest.mark.parametrize(
    ("office", "excel"),
    [
        ("=$#REF!.A1+$#REF!.A1:B2", "=#REF!+#REF!"),
        ("=Q#REF!+Q3", "=#REF!+Q3"),
        ("=SUM($S.Q#REF!:B3;#REF!3;A1:B#REF!)", "=SUM(#REF!,#REF!,#REF!)"),
        ("=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETEDATE(1;2)", "=EDATE(1,2)"),
        ("=$Sheet1.A1:$Sheet1.B2", "=Sheet1!A1:B2"),
        ("=Sheet1.A1", "=Sheet1!A1"),
        ("{=SUM(A1:A3*2)}", "=SUM(A1:A3*2)"),
        ("=1.5E+020", "=1.5E+20"),
    ],
)
def test_what_only_the_office_writes(office, excel):
    assert to_excel(office) == excel


@pytest.mark.parametrize(
    ("excel", "office"),
    [
        ('=_xlfn.TEXTJOIN(",",TRUE,_xlfn._xlws.SORT(A1:A3))', '=TEXTJOIN(",";TRUE();SORT(A1:A3))'),
        ("='封面'!A1", "=$'封面'.A1"),
        ("=Sheet1!#REF!", "=#REF!"),
    ],
)
def test_what_only_excel_writes(excel, office):
    assert to_office(excel) == office


@pytest.mark.parametrize(
    ("formula", "down", "right", "expected"),
    [
        ("=A1+$A1+A$1+$A$1", 2, 1, "=B3+$A3+B$1+$A$1"),
        ("=SUM('表 1'!A1:B2,A:A,$1:2)", 1, 1, "=SUM('表 1'!B2:C3,B:B,$1:3)"),
        ('="A1"&LOG10(A1)', 1, 0, '="A1"&LOG10(A2)'),
        ("=A1+XFD1", 0, 1, "=B1+#REF!"),
        ("=A2+A1:A9", -1, 0, "=A1+#REF!"),
    ],
)
def test_moving(formula, down, right, expected):
    assert moved(formula, down, right) == expected


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("封面", "封面"),
        ("Sheet_1.a", "Sheet_1.a"),
        ("1.项目", "'1.项目'"),
        ("a b", "'a b'"),
        ("A1", "'A1'"),
        ("R1C1", "'R1C1'"),
        ("it's", "'it''s'"),
        ("（一）", "'（一）'"),
    ],
)
def test_names_of_sheets(name, written):
    assert excel_sheet_name(name) == written


def test_formulas_that_make_no_sense_pass_through():
    letters = "A1$'\"!.:;,(){}[]# 项目E5TRUE+"
    chance = random.Random(7)
    for _ in range(2000):
        text = "=" + "".join(chance.choice(letters) for _ in range(chance.randrange(30)))
        assert isinstance(to_excel(text) + to_office(text) + moved(text, 1, 1), str)


def test_areas():
    area = addresses.area_of("$B$2:D5")
    assert area == addresses.Area(2, 2, 4, 3)
    assert (area.last_row, area.last_column, area.bounds) == (5, 4, (1, 1, 3, 4))
    assert area.address(row_absolute=False) == "$B2:$D5"
    assert area.spanning(addresses.Area(9, 1, 1, 1)).address() == "$A$2:$D$9"
    assert addresses.area_of("总额") is None
    assert addresses.column_letters(16_384) == "XFD"
    assert [addresses.column_number(letters) for letters in ("A", "Z", "AA", "xfd")] == [1, 26, 27, 16_384]


def test_dates_are_days():
    moments = [
        dt.datetime(1900, 3, 1),
        dt.datetime(2024, 2, 29, 23, 59, 59),
        dt.datetime(9999, 12, 31, 12, 30, 0, 500_000),
    ]
    assert [values.moment_of(values.serial(moment)) for moment in moments] == moments
    assert values.serial(dt.datetime(2024, 1, 1)) == 45292.0


@pytest.mark.libreoffice
def test_the_office_reads_the_same_in_what_was_translated(live_office: xw.App):
    """LibreOffice's own reader of Excel's notation makes the same of a formula as ours."""
    with live_office.books.add() as book:
        for name in ("封面", "1.项'目 甲", "2023", "A1", "表"):
            book.sheets.add(name)
        document = book.impl.document
        cell = book.sheets[0]["Z99"].impl.uno.getCellAddress()
        reader, writer = (document.createInstance("com.sun.star.sheet.FormulaParser") for _ in range(2))
        reader.CompileEnglish, reader.FormulaConvention = True, 1  # AddressConvention.XL_A1
        writer.CompileEnglish = True
        compared = 0
        for excel, office in BOTH_WAYS.items():
            # Its reader takes Excel's references, but semicolons and no tables, arrays, unions, rows of sheets and truths.
            if any(sign in excel for sign in ("[", "{", '"', " B1:C3", "三 月", "TRUE", "总额", "(A1,")):
                continue
            theirs = writer.printFormula(reader.parseFormula(excel[1:].replace(",", ";"), cell), cell)
            ours = writer.printFormula(writer.parseFormula(office[1:], cell), cell)
            assert ours.replace(" ", "") == theirs.replace(" ", ""), excel
            compared += 1
        assert compared >= 9
