"""Numbers under their formats: as LibreOffice shows them, and as Excel where LibreOffice does not know better."""

from __future__ import annotations

import csv

import openpyxl
import pytest

from perfxl.core.grid.built_in_formats import built_in_format
from perfxl.core.grid.draw_numbers import NO_DAY, shown_number, shown_text

NUMBERS = (0, 1, 5, 48, 57600, 5.76, 0.9, 1234567.891, 0.125, 57604.5, 99.995, 0.001, 100000, 12.5)
NEGATIVE = (-1, -0.5, -12345.678)
DAYS = (45626, 45626.75, 45292.25)
# LibreOffice draws them alike, whatever the number.
OF_ANY_NUMBER = (
    "0", "0.0", "0.00", "#,##0", "#,##0.00", "#,##0.0#", "0%", "0.0%", "0.00%", "#,##0%", '0"."0000',
    '0"元"', '0.00"万元"', '#,##0.00"元"', '"≥"0"人"', '"≥"0%', '"≤"0.00"万元"', '"第"0"次"', '0"个"', '0.0"平方米"',
    "¥#,##0.00", '"¥"#,##0.00', '"￥"#,##0.00;"￥"-#,##0.00', "[$¥-804]#,##0.00", "[$￥-804]#,##0.00",
    "$#,##0.00", "$#,##0.00_);($#,##0.00)", "#,##0_);(#,##0)", "#,##0.00_);[Red](#,##0.00)", "0;-0",
    "0;(0)", "0.00;[Red]-0.00", "0.00;[Red]0.00", "0;0", "0;-0;;@", '0;-0;"零"', "0;;", ";;;", ";;", "0;",
    "0.00E+00", "0.0E+0", "##0.0E+0", "0E+0", "00000", "000000", "0000000000", "00-00", "###-####",
    "(000) 000-0000", "0_)", "_(0_)", "* 0", "0* ", "*-0",
    '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-',
    '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', '[>0]"+"0;[<0]-0;0', "[<0]0.0;0.00",
    "[>=0]0.00;0.0", "[Red]0.00", "[Blue]0;[Red]-0;[Green]0", "[Color3]0", "#", "##", "#.00", ".00",
    "?0.0?", "0.??", "???", "???.??", "#,###", "#,##0.000", "0,000", "0,000.0", "0.0000", "0.000000",
    '0.00"%"', "0.00\\%", "% 0", "0.0 %", '0"%"', '"("0")"', "(0)", "+0;-0;0", "+0.0%;-0.0%", "↑0;↓0",
    "0°", "0℃", "General", 'General"人"', '"约"General', 'General"%"', "@", '"@"0', '0" 0"', '"a;b"0',
    '\\"0', "0\\-0", '0 "万" 0000', '0"万"0000', '0"亿"0000"万"', '#"万"0000', '0.0"x"0', "# ###", "#\\ ##0.00",
    "0.00 ", '"RMB "0.00', "0.00_ ", "0_ ;[Red]\\-0\\ ", "0.00_ ;[Red]\\-0.00\\ ", "#,##0.00_ ", "#,##0_ ",
    "0.00_);[Red]\\(0.00\\)", "#,##0.00;[Red]#,##0.00", "[$-804]0.00", "[$€-2] #,##0.00",
    "[$USD] #,##0.00", "0.00;0.00;0.00", '0;"负"0;"平"', '"增加"0.0%;"减少"0.0%;"持平"',
)  # fmt: skip
# The same, but that LibreOffice loses a sign: of -0.001 under `0.00,`, of texts, under conditions.
OF_POSITIVE_NUMBERS = (
    "0\\.0,", '0\\.0,"万"', '0"."0,', "#,##0,", "#,##0.00,", '0.00,,"百万"', '0,"千"', '"-"', '"无"', "# ?/?",
    "# ??/??", "# ?/8", "?/?", "0/0", '[<100]"少";[>1000]"多";"中"', '[=1]"是";[=0]"否";0', '[=0]"";0.00',
    "[Red][>100]0;0.0", "[DBNum2][$-804]0", "[DBNum1][$-804]0", "0.0,,", '#,##0.0,,"M"', '0.00,"K"',
    "0 0/0",
)  # fmt: skip
OF_DAYS = (
    "yyyy/m/d", "yyyy-mm-dd", "yyyy-m-d", 'yyyy"年"m"月"d"日"', 'yyyy"年"mm"月"dd"日"', 'm"月"d"日"',
    'yyyy"年"m"月"', "yyyy年m月d日", "yyyy\\年m\\月", "yy/m/d", "yy-mm-dd", "m/d/yy", "m/d", "mm/dd", "d-mmm-yy",
    "d-mmm", "mmm-yy", "mmmm d, yyyy", "mmmmm", "mmmmm-yy", "dddd", "ddd", "yyyy/m/d h:mm",
    "yyyy-mm-dd hh:mm:ss", "yyyy/m/d h:mm AM/PM", "h:mm", "h:mm:ss", "hh:mm", "h:mm AM/PM",
    "h:mm:ss AM/PM", 'h"时"mm"分"', 'h"时"mm"分"ss"秒"', "[h]:mm", "[h]:mm:ss", "[mm]:ss", "[m]", "[s]",
    "mm:ss", "mm:ss.0", "mm:ss.000", "s.00", "h", "m", "d", "yyyy", "yy", '[$-804]yyyy"年"m"月"d"日";@',
    "[$-804]aaaa", "[$-804]aaa", "[$-804]dddd", "[$-804]mmmm", "[$-804]mmm",
    '[DBNum1][$-804]yyyy"年"m"月"d"日";@', '[DBNum1][$-804]yyyy"年"m"月";@', '[DBNum1][$-804]m"月"d"日";@',
    "[$-409]d-mmm-yy;@", "[$-409]mmmmm;@", "[$-409]mmmm-yy;@", "[$-409]h:mm AM/PM;@", '"不晚于"m"月"d"日"',
    '"≤"m"月"d"日"', 'm"月"d"日前"', 'm"月底前"', 'yyyy"年底"', '"第"d"天"', "yyyy.mm.dd", "yyyy.m", "yyyymmdd",
    "yyyymm", "yyyy年m月;@", 'mm"月"', "dd", '"截至"yyyy"年"m"月"', "yyyy/mm", "yyyy/m", "[Red]m/d", 'hh"点"mm',
    "m.d", "d/m/yyyy", "dd/mm/yyyy", "d mmm yyyy", "mmm d", "mmmm",
)  # fmt: skip
# What Excel shows where LibreOffice does not: `!` as an escape, `G/通用格式`, a point without digits behind it,
# the first days of 1900, Chinese numerals and hours, years of its own.
AS_IN_EXCEL = (
    (57600, '0!.0,"万元"', "5.8万元"), (57600, "0!.0000", "5.7600"), (5, "0!.0000", "0.0005"),
    (57600, '[>=10000]0!.0,"万";0"元"', "5.8万"), (123, "000!-00", "001-23"),
    (48, 'G/通用格式"人"', "48人"), (5.76, "G/通用格式", None), (48, '"共"G/通用格式"项"', "共48项"),
    (5, "0.##", "5."), (5.5, "#,##0.##", "5.5"), (57600, "#,#", "57,600"),
    (-5, '[=0]"";0.00', "-5.00"), (-0.001, "0.00", "-0.00"), (0.5, "0%%", "5000%%"),
    (123, "[DBNum1][$-804]General", "一百二十三"), (10005, "[DBNum1][$-804]General", "一万〇五"),
    (57600, '[DBNum2][$-804]General"元整"', "伍万柒仟陆佰元整"), (0, "[DBNum2][$-804]0", "零"),
    (45626, "aaaa", "星期六"), (45626, "yyyy/m/d aaaa", "2024/11/30 星期六"), (45626, "aaa", "六"),
    (0.75, '上午/下午h"时"mm"分"', "下午6时00分"), (0.25, "[$-804]AM/PM h:mm", "上午 6:00"),
    (1, "yyyy/m/d", "1900/1/1"), (60, "yyyy/m/d", "1900/2/29"), (61, "yyyy/m/d", "1900/3/1"),
    (45626, "[$-F800]dddd, mmmm dd, yyyy", "2024年11月30日"), (45626, "e", "2024"), (45626, "[$-404]e/m/d", "113/11/30"),
    (-1, "yyyy/m/d", NO_DAY), (3e6, "yyyy/m/d", NO_DAY),
    (57600, '0.00,,"万元"\n%', "5.76万元"), (57600, '0.00,,"万元"\n%%', "576.00万元"),
    (0.9999884, "h:mm:ss", "23:59:59"), (0.999999, "h:mm:ss", "0:00:00"), (0.0001, "[ss]", "09"),
    (3.14159265, "?/?????", "308429/98176"), (-2.5, "# ?/?", "-2 1/2"),
)  # fmt: skip


@pytest.mark.libreoffice
def test_a_few_hundred_formats_are_drawn_as_libreoffice_draws_them(tmp_path, soffice):
    cases = [(number, code) for code in OF_ANY_NUMBER for number in (*NUMBERS, *NEGATIVE)]
    cases += [(number, code) for code in OF_POSITIVE_NUMBERS for number in NUMBERS]
    cases += [(day, code) for code in OF_DAYS for day in DAYS]
    assert len({code for _, code in cases}) > 200
    book = openpyxl.Workbook()
    for row, (number, code) in enumerate(cases, 1):
        cell = book.active.cell(row, 1, number)
        cell.number_format = code
    source = tmp_path / "formats.xlsx"
    book.save(source)
    # As shown, in UTF-8.
    made = soffice.convert(source, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true", tmp_path)
    with made.open(encoding="utf-8", newline="") as lines:
        texts = [row[0] if row else "" for row in csv.reader(lines)]
    # A blank as wide as a character is a matter of taste, and blanks at the end of a file are cut.
    texts += [""] * (len(cases) - len(texts))
    differing = [
        (number, code, text, drawn)
        for (number, code), text in zip(cases, texts, strict=True)
        if (drawn := "".join((shown_number(float(number), code) or format(number, ".15g")).split()))
        != "".join(text.split())
        and not (text == "" and shown_number(float(number), code) == "")
    ]
    assert differing == []


@pytest.mark.parametrize(("number", "code", "text"), AS_IN_EXCEL)
def test_drawn_as_in_chinese_excel(number, code, text):
    assert shown_number(float(number), code) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (14, "2024/11/30"), (22, "2024/11/30 0:00"), (31, "2024年11月30日"), (57, "2024年11月"),
        (28, "11月30日"), (44, "￥45,626.00"), (49, "45626"), (10, "4562600.00%"),
    ],
)  # fmt: skip
def test_formats_named_by_a_number_are_those_of_chinese_excel(number, text):
    drawn = shown_number(45626.0, built_in_format(number))
    assert "".join((drawn or "45626").split()) == "".join(text.split())


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    assert shown_number(44164.0, "yyyy/m/d", from_1904=True) == "2024/11/30"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("@", "帮扶"),
        ('@"以上"', "帮扶以上"),
        ('0;-0;0;"“"@"”"', "“帮扶”"),
        (";;;", ""),
        ("0.00", "帮扶"),
        ('"约"General;@', "帮扶"),
    ],
)
def test_texts_under_a_format(code, shown):
    assert shown_text("帮扶", code) == shown


@pytest.mark.parametrize(
    "code",
    [
        '"' * 300,
        "[",
        "[>",
        "\\",
        "0" * 255,
        "#" * 255,
        "," * 200 + "0",
        "%" * 250 + "0",
        "0" + "," * 250,
        "0." + "0" * 250,
        "?/" + "?" * 250,
        "E+",
        "0E+" + "0" * 250,
        "[h",
        "y" * 255,
        ".",
        ";" * 250,
        "[=1E999]0;0",
    ],
)
@pytest.mark.parametrize("number", [0.0, -1e308, 1e-308, 57600.5, 1e20])
def test_no_code_is_too_strange_to_be_drawn(code, number):
    text = shown_number(number, code)
    assert text is None or len(text) < 10_000
