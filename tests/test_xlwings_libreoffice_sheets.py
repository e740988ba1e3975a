"""Protection, view and print settings through the xlwings engine for LibreOffice."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.formula.translate import Translator
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from perfxl.xlwings_libreoffice import conditional, protection, view
from perfxl.xlwings_libreoffice.office_errors import ProtectedError

pytestmark = pytest.mark.libreoffice

PROJECT = "1.工会保障项目"


def test_what_a_protected_sheet_forbids_is_said_and_not_done(sheet):
    sheet["A1:B2"].value = [[1, 2], [3, "=A1"]]
    protection.protect(sheet)
    assert protection.is_protected(sheet)
    forbidden = [
        lambda: setattr(sheet["A1"], "value", 5),
        lambda: setattr(sheet["A1"], "value", [5, "=1"]),
        lambda: setattr(sheet["A1"], "formula", "=5"),
        lambda: setattr(sheet["A1"], "color", (1, 1, 1)),
        lambda: setattr(sheet["A1"], "number_format", "0.0"),
        lambda: setattr(sheet["A1"].font, "bold", True),
        lambda: setattr(sheet["A1"], "wrap_text", True),
        lambda: setattr(sheet["A1"], "row_height", 50),
        lambda: setattr(sheet["A1"], "column_width", 50),
        lambda: setattr(sheet["A1"], "formula_array", "=A2:A3"),
        lambda: setattr(sheet["A1"].rows, "hidden", True),
        sheet["A1"].clear,
        sheet["A1"].clear_contents,
        sheet["A1"].clear_formats,
        sheet["A1:B1"].merge,
        lambda: sheet["A1"].add_hyperlink("https://example.org", "x"),
        lambda: sheet["1:1"].insert("down"),
        sheet["1:1"].delete,
        lambda: sheet["A1"].insert("down"),
        lambda: sheet["A1"].delete("up"),
        lambda: sheet["A1"].copy(sheet["B2"]),
        lambda: sheet["A1"].move(sheet["B2"]),
        lambda: sheet["A1"].conditional_formats.add_custom("=A1=1", fill_color=(1, 1, 1)),
        sheet["A1"].rows.autofit,
    ]
    for forbid in forbidden:
        with pytest.raises(ProtectedError, match=r"protected.* nothing was"):
            forbid()
    protection.unprotect(sheet)
    cell = sheet["A1"]
    assert sheet["A1:B2"].formula == (("1", "2"), ("3", "=A1"))
    assert (cell.color, cell.number_format, cell.font.bold, cell.merge_cells) == (None, "General", False, False)
    assert cell.rows.hidden is False
    assert len(cell.conditional_formats) == 0


def test_unlocked_cells_of_a_protected_sheet_can_be_filled_in(live_sample):
    sheet = live_sample.sheets[PROJECT]
    assert protection.is_protected(sheet)
    sheet["C5"].value = 12.34
    assert sheet["C5"].value == 12.34
    with pytest.raises(ProtectedError, match=r"\$A\$4"):
        sheet["A4"].value = "改标签"
    assert sheet["A4"].value == "项目编码"


def test_protection_comes_back_as_it_was(live_sample, tmp_path):
    def allowed(path):
        return vars(openpyxl.load_workbook(path)[PROJECT].protection)

    sheet = live_sample.sheets[PROJECT]
    live_sample.save()
    before = allowed(live_sample.fullname)

    def fail_halfway():
        with protection.suspended(sheet):
            assert not protection.is_protected(sheet)
            sheet["A4"].value = "改"
            sheet["20:20"].insert("down")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert protection.is_protected(sheet)
    assert sheet["A4"].value == "改"
    live_sample.save()
    assert allowed(live_sample.fullname) == before
    assert before["sheet"] is True
    assert before["insertRows"] is False


def test_a_password_of_a_sheet(sheet):
    protection.protect(sheet, "开门")
    with pytest.raises(ProtectedError, match="password"):
        protection.unprotect(sheet)
    with pytest.raises(ProtectedError, match="password"), protection.suspended(sheet, "不对"):
        pass
    with protection.suspended(sheet, "开门"):
        sheet["A1"].value = 1
    assert protection.is_protected(sheet)
    protection.unprotect(sheet, "开门")
    assert not protection.is_protected(sheet)
    with protection.suspended(sheet):
        sheet["A1"].value = 2
    assert not protection.is_protected(sheet)


def test_a_protected_structure_keeps_its_sheets(book, sheet):
    other = book.sheets.add("二")
    book.impl.document.protect("")
    for change in (
        lambda: book.sheets.add("三"),
        other.delete,
        lambda: setattr(other, "name", "新"),
        lambda: setattr(other, "visible", False),
        lambda: other.copy(name="四"),
        lambda: other.move(after=sheet),
    ):
        with pytest.raises(ProtectedError, match="structure"):
            change()
    assert book.sheet_names == ["二", "Sheet1"]
    assert other.visible


def test_frozen_panes_stay(book, sheet, tmp_path):
    other = book.sheets.add("二", after=sheet)
    sheet.freeze_panes.freeze_at("A1:B3")
    other.freeze_panes.freeze_at("1:2")
    assert book.sheets.active == other
    assert sheet.freeze_panes.impl.frozen == (3, 2)
    assert other.freeze_panes.impl.frozen == (2, 0)
    book.save(tmp_path / "冻结.xlsx")
    written = openpyxl.load_workbook(tmp_path / "冻结.xlsx")
    assert [found.freeze_panes for found in written] == ["C4", "A3"]
    sheet.freeze_panes.unfreeze()
    assert sheet.freeze_panes.impl.frozen == (0, 0)


def test_print_settings(book, sheet, tmp_path):
    other = book.sheets.add("二", after=sheet)
    sheet["A1:F40"].value = 1
    setup = sheet.page_setup
    assert setup.print_area is None
    setup.print_area = "A1:F40"
    assert setup.print_area == "$A$1:$F$40"
    settings = setup.impl
    assert (settings.landscape, settings.title_rows) == (False, None)
    settings.landscape = True
    settings.fit_to_pages = (1, 0)
    settings.title_rows = "$1:$2"
    assert (settings.landscape, settings.fit_to_pages, settings.title_rows) == (True, (1, 0), "$1:$2")
    assert other.page_setup.impl.landscape is False
    book.save(tmp_path / "打印.xlsx")
    first, second = openpyxl.load_workbook(tmp_path / "打印.xlsx").worksheets
    assert (first.page_setup.orientation, second.page_setup.orientation) == ("landscape", "portrait")
    assert (first.page_setup.fitToWidth, first.page_setup.fitToHeight) == (1, 0) or first.page_setup.fitToHeight in {
        0,
        None,
    }
    assert first.sheet_properties.pageSetUpPr.fitToPage is True
    assert first.print_title_rows == "$1:$2"
    assert first.print_area == "'Sheet1'!$A$1:$F$40"
    setup.print_area = None
    settings.title_rows = None
    assert (setup.print_area, settings.title_rows) == (None, None)


def test_the_filter_buttons_of_a_range(book, sheet, tmp_path):
    sheet["A1"].value = [["甲", "乙"], [1, 2], [3, 4]]
    assert view.filter_area(sheet) is None
    view.filter_buttons(sheet, "A1:B3")
    assert view.filter_area(sheet) == "$A$1:$B$3"
    book.save(tmp_path / "筛选.xlsx")
    assert openpyxl.load_workbook(tmp_path / "筛选.xlsx").worksheets[0].auto_filter.ref == "A1:B3"
    view.filter_buttons(sheet, None)
    assert view.filter_area(sheet) is None


def test_what_the_window_shows_is_saved_as_it_was(live_office, tmp_path):
    path = tmp_path / "窗口.xlsx"
    written = openpyxl.Workbook()
    written.active.freeze_panes = "B3"
    other = written.create_sheet("二")
    other.freeze_panes, other.sheet_view.zoomScale, other.sheet_view.showGridLines = "A5", 70, False
    written.save(path)
    with live_office.books.open(path) as book:
        book.sheets.add("新", before=book.sheets[0])["A1"].value = 1
        book.save()
    found = openpyxl.load_workbook(path)
    views = [(sheet.freeze_panes, sheet.sheet_view.zoomScale, sheet.sheet_view.showGridLines) for sheet in found]
    assert views == [(None, 100, True), ("B3", 100, True), ("A5", 70, False)]


# ------------------------------------------------------------------------------ conditional formats

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.fixture
def ruled(live_office, tmp_path):
    """A sheet out of a file with two rules, one on two areas, and a colour scale far from them."""
    written = openpyxl.Workbook()
    formats = written.active.conditional_formatting
    formats.add("B2:D4", FormulaRule(["B2>$A2"], fill=PatternFill(bgColor="FF00FF00")))
    formats.add("C6:C9 E6:E9", FormulaRule(["B5=1"], fill=PatternFill(bgColor="FF0000FF")))
    formats.add("H1:H9", ColorScaleRule("min", None, "FFFFFFFF", "max", None, "FF000000"))
    written.save(tmp_path / "规则.xlsx")
    with live_office.books.open(tmp_path / "规则.xlsx") as book:
        yield book.sheets[0]


def held(sheet, address):
    """What colours a cell now: the formulas that LibreOffice asks, seen from that cell."""
    cell = sheet.impl.uno.getCellRangeByName(address)
    entries = cell.ConditionalFormat
    at, parser = cell.getCellAddress(), sheet.book.api.createInstance("com.sun.star.sheet.FormulaParser")
    parser.CompileEnglish = True
    return [
        parser.printFormula(parser.parseFormula(entry.getFormula1(), entry.getSourcePosition()), at)
        for entry in (entries.getByIndex(place) for place in range(entries.getCount()))
    ]


def in_file(path, address):
    """The formulas that a saved file has for a cell, seen from it."""
    found = []
    for where in openpyxl.load_workbook(path).worksheets[0].conditional_formatting:
        if address in where.sqref:
            first = min((area.min_col, area.min_row) for area in where.sqref.ranges)
            origin = f"{get_column_letter(first[0])}{first[1]}"
            found += [
                Translator(f"={formula}", origin).translate_formula(address)
                for rule in where.rules
                for formula in rule.formula
            ]
    return found


EVERYWHERE = {
    "A1": ["A1=7"],
    "B2": ["B2>$A2", "B2=7"],
    "D4": ["D4>$A4", "D4=7"],
    "C6": ["B5=1", "C6=7"],
    "E7": ["D6=1"],
    "E9": ["D8=1"],
    "D9": ["D9=7"],
    "F9": [],
}


def test_a_new_rule_colours_at_once_and_leaves_those_that_are_there(ruled, tmp_path):
    for _ in range(2):
        ruled["A1:D9"].conditional_formats.add_custom("=A1=7", fill_color=RED)
        assert {address: held(ruled, address) for address in EVERYWHERE} == EVERYWHERE
    assert conditional.rules(ruled)[-1].areas == ("H1:H9",)
    assert [(rule.areas, rule.formula, rule.color) for rule in conditional.rules(ruled)[:-1]] == [
        (("B2:D4",), "=B2>$A2", GREEN),
        (("C6:C9", "E6:E9"), "=B5=1", BLUE),
        (("A1:D9",), "=A1=7", RED),
    ]
    ruled.book.save(tmp_path / "存.xlsx")
    saved = {address: in_file(tmp_path / "存.xlsx", address) for address in EVERYWHERE}
    assert saved == {address: [f"={one}" for one in formulas] for address, formulas in EVERYWHERE.items()}


def test_removing_a_rule_leaves_the_others_colouring(ruled):
    before = conditional.rules(ruled)
    made = ruled["A1:D9"].conditional_formats.add_custom("=A1=7", fill_color=RED)
    ruled["A1:D9"].conditional_formats.add_cell_value(operator="greater_than", formula1=9, font_bold=True)
    assert (made.formula, made.fill_color) == ("=A1=7", RED)
    made.delete()
    assert [len(held(ruled, address)) for address in ("A1", "B2", "C6", "E7")] == [1, 2, 2, 1]
    assert conditional.remove(ruled, lambda rule: rule.areas == ("A1:D9",)) == 1
    assert conditional.rules(ruled) == before
    left = {address: formulas[:1] for address, formulas in EVERYWHERE.items()}
    left |= {"A1": [], "D9": []}
    assert {address: held(ruled, address) for address in EVERYWHERE} == left


def test_what_lists_the_rules_is_asked_for_once_and_never_let_go(live_office):
    # LibreOffice 7.4 breaks its own list where such an object goes while the next call is under way.
    kept = live_office.impl.office.kept
    with live_office.books.add() as book:
        first = book.sheets[0]
        first["A1:B2"].conditional_formats.add_custom("=A1=1", fill_color=RED)
        known = first["A1"].conditional_formats.api
        for _ in range(3):
            assert [rule.color for rule in conditional.rules(first)] == [RED]
        assert first["Z9"].conditional_formats.api is known
        # It is that of a place: a sheet that comes to stand there has its own rules all the same.
        second = book.sheets.add("二", before=first)
        assert conditional.rules(second) == []
        second["A1"].conditional_formats.add_custom("=A1=2", fill_color=GREEN)
        assert [rule.color for rule in conditional.rules(second)] == [GREEN]
        assert [rule.color for rule in conditional.rules(first)] == [RED]
        second.delete()
        assert [rule.color for rule in conditional.rules(first)] == [RED]
        assert first["A1"].conditional_formats.api is known
        of_the_book = book.impl.conditional_formats
        assert sorted(of_the_book) == [0, 1]
    assert any(one is of_the_book for one in kept)


def test_a_rule_does_not_break_into_ever_more_pieces(ruled):
    def pieces():
        return len(ruled["A1"].conditional_formats.api.getConditionalFormats())

    counted = []
    for _ in range(3):
        ruled["A1:D9"].conditional_formats.add_custom("=A1=7", fill_color=RED)
        counted.append(pieces())
        conditional.remove(ruled, lambda rule: rule.color == RED)
        counted.append(pieces())
    # The rule on two areas has been cut between them, once.
    assert counted == [5, 4] * 3


def test_clearing_a_part_leaves_a_rule_where_else_it_holds(ruled):
    ruled["C1:D9"].conditional_formats.clear()
    assert [held(ruled, address) for address in ("B2", "C2", "C6", "E7")] == [["B2>$A2"], [], [], ["D6=1"]]
    assert [rule.areas for rule in conditional.rules(ruled)] == [("H1:H9",), ("B2:B4",), ("E6:E9",)]


def test_beside_a_colour_scale_a_rule_is_seen_in_the_saved_file(ruled, tmp_path):
    ruled["G1:H9"].conditional_formats.add_custom("=G1=7", fill_color=RED)
    assert held(ruled, "G5") == ["G5=7"]
    kinds = [rule.type for rule in ruled["H5"].conditional_formats]
    assert sorted(kinds) == ["color_scale", "custom"]
    ruled.book.save(tmp_path / "存.xlsx")
    assert in_file(tmp_path / "存.xlsx", "H5") == ["=H5=7"]
    assert conditional.remove(ruled, lambda rule: rule.color == RED) == 1
    assert [rule.type for rule in ruled["G1:H9"].conditional_formats] == ["color_scale"]
