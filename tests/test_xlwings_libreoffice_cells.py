"""Places, structure and looks of cells through the xlwings engine for LibreOffice."""

from __future__ import annotations

import openpyxl
import pytest

from perfxl.xlwings_libreoffice import conditional, protection
from perfxl.xlwings_libreoffice import insert_delete as structure
from perfxl.xlwings_libreoffice.office_errors import LibreOfficeError, UnsupportedError

pytestmark = pytest.mark.libreoffice

PROJECT = "1.工会保障项目"


# ---------------------------------------------------------------------- ranges


@pytest.mark.parametrize(
    ("place", "address", "shape"),
    [
        ("B2", "$B$2", (1, 1)),
        ("$B$2:c3", "$B$2:$C$3", (2, 2)),
        ("C3:B2", "$B$2:$C$3", (2, 2)),
        ("B:C", "$B:$C", (1_048_576, 2)),
        ("2:3", "$2:$3", (2, 16_384)),
        ((2, 3), "$C$2", (1, 1)),
    ],
)
def test_places(sheet, place, address, shape):
    assert sheet.range(place).address == address
    assert sheet.range(place).shape == shape


def test_places_relative_to_others(book, sheet):
    cells = sheet["B2:D5"]
    assert cells[0, 0].address == "$B$2"
    assert cells[-1, -1].address == cells.last_cell.address == "$D$5"
    assert cells[1:3, 0].address == "$B$3:$B$4"
    assert cells.offset(1, 1).resize(1, 2).address == "$C$3:$D$3"
    assert sheet.range("B2", (4, 4)).address == "$B$2:$D$4"
    assert [cell.address for cell in sheet["A1:B2"]] == ["$A$1", "$B$1", "$A$2", "$B$2"]
    assert cells.rows[1].address == "$B$3:$D$3"
    assert cells.columns[2].address == "$D$2:$D$5"
    sheet.name = "一 月"
    assert cells.get_address(False, False) == "B2:D5"
    assert cells.get_address(include_sheetname=True) == "'一 月'!$B$2:$D$5"
    for wrong in ((0, 1), (1, 20_000), "ZZZ1", "A1048577"):
        with pytest.raises((IndexError, ValueError)):
            sheet.range(wrong)
    with pytest.raises(UnsupportedError, match="areas"):
        sheet.range("A1,C3")
    with pytest.raises(ValueError, match="没有这个名称"):
        sheet.range("没有这个名称")


def test_ctrl_and_an_arrow(sheet):
    sheet["B2"].value = [[1, 2, None, 3], [4, None, None, None], [5, None, None, None]]
    cell = sheet["B2"]
    ends = {direction: cell.end(direction).address for direction in ("right", "down", "left", "up")}
    assert ends == {"right": "$C$2", "down": "$B$4", "left": "$A$2", "up": "$B$1"}
    assert sheet["C2"].end("right").address == "$E$2"
    assert sheet["E2"].end("right").address == "$XFD$2"
    assert sheet["E2"].end("left").address == "$C$2"
    assert sheet["A1048576"].end("up").address == "$A$1"
    assert sheet["B1048576"].end("up").address == "$B$4"
    assert cell.expand("down").address == "$B$2:$B$4"
    assert cell.expand("right").address == "$B$2:$C$2"
    assert cell.current_region.address == "$B$2:$C$4"


def test_rows_and_columns_are_put_in_and_taken_out(sheet):
    sheet["A1"].value = [[1, 2, 3], [4, 5, 6], [7, 8, "=SUM(C1:C2)"]]
    sheet["2:3"].insert("down")
    assert sheet["A4:C5"].value == [[4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
    assert sheet["C5"].formula == "=SUM(C1:C4)"
    sheet["2:3"].delete()
    sheet["A:A"].delete()
    assert sheet["A1:B3"].value == [[2.0, 3.0], [5.0, 6.0], [8.0, 9.0]]
    sheet["A1"].insert("down")
    assert sheet["A1:A4"].value == [None, 2.0, 5.0, 8.0]
    sheet["A1"].delete("up")
    sheet["B:B"].insert("right")
    assert sheet["A1:C1"].value == [2.0, None, 3.0]
    sheet["A1"].insert(shift="right")
    assert sheet["A1:D1"].value == [None, 2.0, None, 3.0]
    with pytest.raises(ValueError, match="shift"):
        sheet["A1"].insert("sideways")


def test_cells_are_copied_and_moved(sheet):
    sheet["A1"].value = [[1, "=A1*2"]]
    sheet["A1"].color = (0, 255, 0)
    sheet["D1"].value = "=A1"
    sheet["A1:B1"].copy(sheet["A5"])
    assert sheet["A5:B5"].value == [1.0, 2.0]
    assert sheet["B5"].formula == "=A5*2"
    assert sheet["A5"].color == (0, 255, 0)
    sheet["A1:B1"].move(sheet["F9"])
    assert sheet["A1:B1"].value == [None, None]
    assert sheet["D1"].formula == "=F9"
    assert sheet["G9"].formula == "=F9*2"


def test_merged_cells(sheet):
    assert sheet["B2"].merge_cells is False
    sheet["B2:D3"].merge()
    assert sheet["C3"].merge_area.address == "$B$2:$D$3"
    assert sheet["A1"].merge_area.address == "$A$1"
    assert [sheet[place].merge_cells for place in ("B2", "D3", "B2:D3", "A1:D3", "F1:G9")] == [
        True,
        True,
        True,
        None,
        False,
    ]
    sheet["F5:F6"].merge()
    merged = structure.merged_areas(sheet.impl, sheet["A1:Z99"].impl.area)
    assert sorted(area.address() for area in merged) == ["$B$2:$D$3", "$F$5:$F$6"]
    sheet["C3"].unmerge()
    assert sheet["B2:D3"].merge_cells is False
    sheet["B2:D3"].merge(across=True)
    assert sheet["D3"].merge_area.address == "$B$3:$D$3"


def test_selection(live_office, book, sheet):
    other = book.sheets.add("二")
    sheet["B2:C3"].select()
    assert book.sheets.active == sheet
    assert book.selection == sheet["B2:C3"]
    assert live_office.selection.address == "$B$2:$C$3"
    other["A7"].select()
    assert live_office.selection.sheet == other
    assert live_office.books.active == book


def test_clearing(sheet):
    def fill():
        sheet["A1"].value = [1, "=A1"]
        sheet["A1:B1"].color = (1, 2, 3)

    fill()
    sheet["A1:B1"].clear_contents()
    assert (sheet["A1:B1"].value, sheet["A1"].color) == ([None, None], (1, 2, 3))
    fill()
    sheet["A1:B1"].clear_formats()
    assert (sheet["A1:B1"].value, sheet["A1"].color) == ([1.0, 1.0], None)
    fill()
    sheet["A1:B1"].merge()
    sheet["A1:B1"].clear()
    assert (sheet["A1:B1"].formula, sheet["A1"].color, sheet["A1"].merge_cells) == ((("", ""),), None, False)


# ---------------------------------------------------------------------- looks


def test_looks_are_given_and_read(sheet):
    cells = sheet["B2:C3"]
    cells.color = (255, 199, 206)
    cells.font.bold = True
    cells.font.italic = True
    cells.font.size = 14
    cells.font.name = "宋体"
    cells.font.color = "#9C0006"
    cells.wrap_text = True
    cells.horizontal_alignment = "center"
    cells.vertical_alignment = "top"
    cells.number_format = "#,##0.00"
    font = cells.font
    assert cells.color == sheet["C3"].color == (255, 199, 206)
    assert (font.bold, font.italic, font.size, font.name, font.color) == (True, True, 14.0, "宋体", (156, 0, 6))
    assert (cells.wrap_text, cells.horizontal_alignment, cells.vertical_alignment) == (True, "center", "top")
    assert cells.number_format == "#,##0.00"
    mixed = sheet["A1:C3"]
    assert [mixed.color, mixed.font.bold, mixed.font.size, mixed.wrap_text, mixed.number_format] == [None] * 5
    assert [mixed.horizontal_alignment, mixed.vertical_alignment, mixed.font.name] == [None] * 3
    plain = sheet["A1"]
    assert (plain.color, plain.font.bold, plain.font.italic, plain.wrap_text) == (None, False, False, False)
    assert (plain.horizontal_alignment, plain.vertical_alignment) == ("general", "bottom")
    cells.color = None
    cells.font.bold = cells.font.italic = False
    assert (cells.color, cells.font.bold, cells.font.italic) == (None, False, False)
    with pytest.raises(UnsupportedError, match="center_across"):
        cells.horizontal_alignment = "center_across_selection"


@pytest.mark.parametrize("code", ["General", "@", "0", "0.00", "0%", "0.00%", "#,##0.00", 'yyyy"年"m"月"', "0.00E+00"])
def test_number_formats(sheet, code):
    sheet["A1:B2"].number_format = code
    assert sheet["A1:B2"].number_format.lower() == code.lower()


def test_no_number_format(sheet):
    with pytest.raises(ValueError, match="no number format"):
        sheet["A1"].number_format = "[Foo]0"


def test_widths_and_heights(sheet):
    sheet["A:B"].column_width = 20
    sheet["1:2"].row_height = 30
    assert sheet["A1:B2"].column_width == pytest.approx(20, abs=0.05)
    assert sheet["A1:B2"].row_height == pytest.approx(30, abs=0.05)
    assert sheet["A1:C1"].column_width is None
    assert sheet["A1"].height == pytest.approx(30, abs=0.1)
    assert sheet["A1"].width == pytest.approx(20 * 7 * 0.75 + 5 * 0.75, abs=0.1)
    assert sheet["B2"].top == pytest.approx(30, abs=0.1)
    assert sheet["A1"].left == 0
    sheet["C1"].value = "很长很长很长很长很长很长很长很长很长很长很长"
    narrow = sheet["C1"].column_width
    sheet["C1"].columns.autofit()
    assert sheet["C1"].column_width > 2 * narrow
    sheet["C1"].wrap_text = True
    sheet["C1"].column_width = 8
    sheet.autofit("rows")
    assert sheet["C1"].row_height > 40


def test_hidden_rows_and_columns(sheet):
    sheet["B:C"].columns.hidden = True
    sheet["3:4"].rows.hidden = True
    assert (sheet["B1:C1"].columns.hidden, sheet["A1:B1"].columns.hidden, sheet["A1"].columns.hidden) == (
        True,
        None,
        False,
    )
    assert (sheet["A3:A4"].rows.hidden, sheet["A1:A4"].rows.hidden) == (True, None)
    sheet["B:C"].columns.hidden = False
    assert sheet["A1:D1"].columns.hidden is False


def test_links(book, sheet, tmp_path):
    target = book.sheets.add("1.项目 '一'.甲", after=sheet)
    sheet["A1"].add_hyperlink("https://example.org/a?b=1", "网页")
    sheet["A2"].add_hyperlink("#'1.项目 ''一''.甲'!C5", "跳到")
    sheet["A3"].value = "=HYPERLINK(\"#'1.项目 ''一''.甲'!C5\",\"公式\")"
    assert sheet["A1:A3"].value == ["网页", "跳到", "公式"]
    assert sheet["A1"].hyperlink == "https://example.org/a?b=1"
    assert sheet["A2"].hyperlink == "#'1.项目 ''一''.甲'!C5"
    with pytest.raises(LibreOfficeError, match="hyperlink"):
        target["A1"].hyperlink  # noqa: B018
    book.save(tmp_path / "链接.xlsx")
    written = openpyxl.load_workbook(tmp_path / "链接.xlsx")["Sheet1"]
    assert written["A1"].hyperlink.target == "https://example.org/a?b=1"
    assert written["A2"].hyperlink.location == "'1.项目 ''一''.甲'!C5"


def test_conditional_formats(book, sheet, tmp_path):
    book.sheets.add("表 2", after=sheet)
    sheet["A1:A3"].options(transpose=True).value = [1, 5, 9]
    cells = sheet["A1:A3"]
    assert len(cells.conditional_formats) == 0
    made = cells.conditional_formats.add_custom("=AND(A1>4,COUNTIF('表 2'!$A$1:$B$9,A1)=0)", fill_color=(255, 199, 206))
    assert (made.type, made.formula) == ("custom", "=AND(A1>4,COUNTIF('表 2'!$A$1:$B$9,A1)=0)")
    assert made.fill_color == (255, 199, 206)
    cells.conditional_formats.add_cell_value(
        operator="between", formula1=1, formula2=2, font_color=(0, 0, 255), font_bold=True, font_italic=True
    )
    between = sheet["A2"].conditional_formats[1]
    assert (between.type, between.operator) == ("cell_value", "between")
    assert (between.formula1, between.formula2) == ("=1", "=2")
    assert (between.font_color, between.font_bold, between.font_italic) == ((0, 0, 255), True, True)
    assert len(sheet["B1:C9"].conditional_formats) == 0
    book.save(tmp_path / "条件.xlsx")
    written = openpyxl.load_workbook(tmp_path / "条件.xlsx")["Sheet1"].conditional_formatting
    rules = {(str(where.sqref), rule.type, tuple(rule.formula)) for where in written for rule in where.rules}
    assert rules == {
        ("A1:A3", "expression", ("AND(A1>4,COUNTIF('表 2'!$A$1:$B$9,A1)=0)",)),
        ("A1:A3", "cellIs", ("1", "2")),
    }
    colours = {rule.dxf.fill.bgColor.rgb for where in written for rule in where.rules if rule.type == "expression"}
    assert colours == {"FFFFC7CE"}


def test_conditional_formats_are_removed_one_by_one(sheet):
    formats = sheet["A1:C3"].conditional_formats
    formats.add_custom("=A1=1", fill_color=(255, 0, 0))
    formats.add_custom("=A1=2", fill_color=(0, 255, 0))
    sheet["E1"].conditional_formats.add_custom("=E1=3", fill_color=(0, 0, 255))
    assert conditional.rules(sheet) == [
        conditional.Rule(("A1:C3",), "=A1=1", (255, 0, 0)),
        conditional.Rule(("A1:C3",), "=A1=2", (0, 255, 0)),
        conditional.Rule(("E1",), "=E1=3", (0, 0, 255)),
    ]
    assert conditional.remove(sheet, lambda rule: rule.color == (0, 255, 0)) == 1
    assert [rule.formula for rule in conditional.rules(sheet)] == ["=A1=1", "=E1=3"]
    formats[0].delete()
    assert [rule.formula for rule in conditional.rules(sheet)] == ["=E1=3"]
    sheet["D1:E9"].conditional_formats.clear()
    assert conditional.rules(sheet) == []
    with pytest.raises(UnsupportedError, match="Data bars"):
        formats.add_data_bar(color=(1, 2, 3))


def test_the_rules_of_the_sample_are_kept_beside_a_new_one(live_sample):
    sheet = live_sample.sheets[PROJECT]
    before = conditional.rules(sheet)
    assert "=IF(ISNUMBER(B8),ABS(B8*100-ROUND(B8*100,0))>0.00001,0)" in [rule.formula for rule in before]
    with protection.suspended(sheet):
        conditional.add(sheet, "A1:G21", "=COUNTIF($Z$1:$Z$9,A1)>0", (255, 235, 156))
    assert conditional.rules(sheet) == [
        *before,
        conditional.Rule(("A1:G21",), "=COUNTIF($Z$1:$Z$9,A1)>0", (255, 235, 156)),
    ]
    assert conditional.formulas(sheet)[-1] == "=COUNTIF($Z$1:$Z$9,A1)>0"
