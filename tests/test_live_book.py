"""The live book against the file: the same findings, the same sheets, all or nothing; in real LibreOffice."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import count

import openpyxl
import places
import pytest
from live_office import write_plain
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from places import AT, HEADER_ROW, IN_DEPARTMENT, PLAN
from tables import GOOD, drawn
from test_damaged_copies import damaged

from perfxl.app import changes
from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.cells import Cell, Sheet, Workbook
from perfxl.core.grid.change import CellEdit, Change, Highlight
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.sheets.colours import MARKS
from perfxl.core.sheets.new_project import SheetCopy
from perfxl.io.live.draw_live import own_highlights
from perfxl.io.live.live_book import LiveBook
from perfxl.io.reports import report_json
from perfxl.io.reports.checked import Checked
from perfxl.io.workbooks.read_files import read_workbook
from perfxl.io.workbooks.write_files import apply as write_file

pytestmark = pytest.mark.libreoffice


@pytest.fixture
def office(live_office):
    return live_office


@pytest.fixture
def opened(open_copy, tmp_path):
    """Open a copy of a file, or write a workbook and open that; closed afterwards."""
    numbers = count()

    def open_book(source, **options):
        if isinstance(source, Workbook):
            source = write_plain(source, tmp_path / f"{next(numbers)}.xlsx")
        return LiveBook(open_copy(source, **options))

    return open_book


def findings_of(workbook):
    """The findings as `perfxl check --format json` gives them."""
    book = changes.opened(workbook)
    checked = Checked("样本.xlsx", None, book.submission, changes.findings(book))
    return json.loads(report_json.render([checked]))


def as_read(workbook):
    """What both backends tell of each sheet: merges where they begin at something or cover it.

    Of the sheets that only keep data no formats and merges are asked.
    """
    return {
        sheet.name: (
            sheet.hidden,
            {at: (cell.text, cell.formula, cell.error) for at, cell in sheet.cells.items()},
            {area for area in sheet.merged if area.first in sheet.cells and not sheet.hidden},
            sheet.unread,
        )
        for sheet in workbook.sheets
    }


# ----------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("name", [FILLED_IN, MENDED, BY_HAND])
def test_the_open_book_reads_like_the_saved_file(opened, examples, tmp_path, name):
    live = opened(examples / name)
    read = live.workbook()
    saved = tmp_path / "saved.xlsx"
    live.book.save(str(saved))
    assert as_read(read) == as_read(read_workbook(saved))
    assert findings_of(read) == findings_of(read_workbook(saved)) == findings_of(read_workbook(examples / name))


def test_formats_and_merges_of_the_open_book_are_those_of_the_file(opened, tmp_path):
    book = openpyxl.load_workbook(write_plain(Workbook((drawn(GOOD, "项目一"),)), tmp_path / "plain.xlsx"))
    sheet = book["项目一"]
    for cell, value, code in (
        (AT["total_budget"], 57600, '0.00,,"万元"\n%'),
        (AT["fiscal_funds"], 5.76, "0.0"),
        (places.cell(1, "target"), 48, '"≥"0"人"'),
        (places.cell(3, "target"), 45626, '"≤"m"月"d"日"'),
        (places.cell(2, "target"), "90%", '"≥"@'),
    ):
        sheet[cell], sheet[cell].number_format = value, code
    other = AT["other_funds"]
    sheet[other], sheet[other].font = 7, openpyxl.styles.Font(strike=True)
    # A value beside another under one merge, and one under a blank.
    june = PROJECT_FORM.field("spending_plan.1").value_at
    first, _, second = june.partition(":")
    sheet.unmerge_cells(june)
    sheet[first], sheet[second], sheet["I9"] = 0.5, 0.3, "旧值"
    sheet.merged_cells.add(CellRange(june))
    sheet.merged_cells.add(CellRange("H9:I9"))
    book.save(tmp_path / "formats.xlsx")
    read, saved = opened(tmp_path / "formats.xlsx").workbook(), read_workbook(tmp_path / "formats.xlsx")
    assert as_read(read) == as_read(saved)
    assert len(saved.sheets[0].unread) == 3
    assert findings_of(read) == findings_of(saved)


def test_damaged_copies_have_the_findings_of_their_files(opened, examples, tmp_path):
    sample = read_workbook(examples / FILLED_IN)
    # Any seed will do; the same one makes a failure come back.
    chance = random.Random(20231130)
    copies = [damaged(sample, chance) for _ in range(20)]
    # One workbook of all damaged sheets, under numbers: so many files would take minutes to open.
    numbers: dict[int, str] = {}
    together = []
    for sheet in (sheet for copy in (sample, *copies) for sheet in copy.sheets):
        if id(sheet) not in numbers:
            numbers[id(sheet)] = f"{len(numbers)}"
            together.append(replace(sheet, name=numbers[id(sheet)]))
    path = write_plain(Workbook(tuple(together)), tmp_path / "all.xlsx")
    live, file = opened(path).workbook(), read_workbook(path)
    assert len(together) > 40

    def of(backend, copy):
        return Workbook(tuple(replace(backend.sheet(numbers[id(sheet)]), name=sheet.name) for sheet in copy.sheets))

    for number, copy in enumerate(copies):
        assert findings_of(of(live, copy)) == findings_of(of(file, copy)), number


def test_what_is_typed_but_not_saved_is_read(opened, examples):
    live = opened(examples / MENDED)
    live.book.sheets["1.工会保障项目"][AT["total_budget"]].value = 96.31
    found = changes.findings(changes.opened(live.workbook()))
    assert ("AMT02", "1.工会保障项目", AT["total_budget"]) in {(f.rule, f.sheet, f.cell) for f in found}


def test_a_book_that_was_never_saved_is_read_too(opened, office):
    book = office.books.add()
    live = LiveBook(book)
    book.sheets[0]["B2"].value = [["项目编码", "'0012"], [0.5, None]]
    book.sheets[0]["B3"].number_format = "0%"
    [sheet] = live.workbook().sheets
    assert sheet.cells == {(2, 2): Cell("项目编码"), (2, 3): Cell("0012"), (3, 2): Cell(0.5, "50%")}
    book.close()


def test_formulas_errors_percentages_and_texts_that_look_like_formulas(opened, office):
    book = office.books.add()
    sheet = book.sheets[0]
    sheet["A1"].value = [["=1+1", "'=1+1", "=1/0", "=NA()", '=""', True], [0.25, 0.5, 7, "'TRUE", "' ", None]]
    sheet["A2:B2"].number_format = "0.0%"
    cells = LiveBook(book).workbook().sheets[0].cells
    assert cells == {
        (1, 1): Cell(2.0, formula=True),
        (1, 2): Cell("=1+1"),
        (1, 3): Cell(None, formula=True, error="#DIV/0!"),
        (1, 4): Cell(None, formula=True, error="#N/A"),
        (1, 6): Cell(True),
        (2, 1): Cell(0.25, "25.0%"),
        (2, 2): Cell(0.5, "50.0%"),
        (2, 3): Cell(7.0),
        (2, 4): Cell("TRUE"),
    }
    book.close()


def test_a_million_formatted_blank_rows_are_not_read(opened, office):
    book = office.books.add()
    sheet = book.sheets[0]
    sheet["A1"].value = "项目编码"
    sheet["A1:G1000000"].font.bold = True
    sheet["G999999"].color = "#ff0000"
    with office.impl.counted() as calls:
        [read] = LiveBook(book).workbook().sheets
    assert read.cells == {(1, 1): Cell("项目编码")}
    assert calls() < 100
    book.close()


def test_a_book_over_the_limits_of_files_is_refused_in_the_same_words(opened, office):
    book = office.books.add()
    book.sheets[0]["XFD1000"].value = 1
    book.sheets[0]["A1"].value = 1
    with pytest.raises(PerfxlError, match="有内容的区域过大"):
        LiveBook(book).workbook()
    book.close()


def many_rows(examples, times):
    """The sample with more rows of text below each form, which change no finding."""
    workbook = read_workbook(examples / FILLED_IN)
    sheets = []
    for sheet in workbook.sheets:
        cells = dict(sheet.cells)
        if sheet.name[0].isdigit():
            last = sheet.rows[-1]
            cells[last + 2, 1] = Cell("备注")
            cells |= {
                (last + 3 + row, column): Cell(f"第{row}行的一段话{column}")
                for row in range(30 * times)
                for column in range(1, 8)
            }
        sheets.append(Sheet(sheet.name, cells, sheet.merged, sheet.hidden))
    return Workbook(tuple(sheets))


def test_the_calls_into_the_program_do_not_grow_with_the_cells(opened, office, examples):
    counted = []
    for times in (1, 10):
        live = opened(many_rows(examples, times))
        with office.impl.counted() as calls:
            book = changes.opened(live.workbook())
            found = changes.findings(book)
            live.apply(changes.check_change(book, found))
        counted.append((calls(), len(found)))
        live.book.close()
    assert counted[0] == counted[1]


# ----------------------------------------------------------------------------------------- writing


def check_written(live):
    book = changes.opened(live.workbook())
    change = changes.check_change(book, changes.findings(book))
    live.apply(change)
    return change


def contents(sheet):
    # 自检 is said anew by the program in which the book is open.
    said = {at: (cell.text, cell.error) for at, cell in sheet.cells.items()}
    return {at: one for at, one in said.items() if not one[0].startswith("自检")}


@pytest.mark.parametrize("name", [FILLED_IN, MENDED])
def test_the_results_are_those_that_the_command_line_writes(opened, examples, tmp_path, name):
    live = opened(examples / name)
    check_written(live)
    source = examples / name
    book = changes.opened(read_workbook(source))
    by_file = tmp_path / "file.xlsx"
    write_file(source, changes.check_change(book, changes.findings(book)), by_file)
    theirs = read_workbook(by_file)
    ours = live.workbook()
    assert [sheet.name for sheet in ours.sheets] == [sheet.name for sheet in theirs.sheets]
    assert contents(ours.sheet(FINDINGS)) == contents(theirs.sheet(FINDINGS))
    saved = tmp_path / "saved.xlsx"
    live.book.save(str(saved))
    assert contents(read_workbook(saved).sheet(FINDINGS)) == contents(theirs.sheet(FINDINGS))


# Blank, 预算数 follows from its sources; in words, it is in no total.
@pytest.mark.parametrize("typed", [None, "约96万"])
def test_the_totals_are_those_that_the_command_line_fills_in(opened, examples, tmp_path, typed):
    source = tmp_path / "source.xlsx"
    total = CellEdit("部门整体绩效目标", IN_DEPARTMENT["projects_total"], 0)
    stale = Change(cells=(total, CellEdit("1.工会保障项目", AT["total_budget"], typed)))
    write_file(examples / FILLED_IN, stale, source)
    filling = changes.fill_change(changes.opened(read_workbook(source)))
    by_file = tmp_path / "file.xlsx"
    write_file(source, filling.change, by_file)
    live = opened(source)
    ours = changes.fill_change(changes.opened(live.workbook()))
    live.apply(ours.change)
    assert (ours.listed, ours.lacking) == (filling.listed, filling.lacking)
    assert bool(ours.lacking) == (typed is not None)
    theirs = read_workbook(by_file)
    for sheet in live.workbook().sheets:
        assert contents(sheet) == contents(theirs.sheet(sheet.name)), sheet.name


def test_answers_survive_the_next_check(opened, examples):
    live = opened(examples / MENDED)
    check_written(live)
    sheet = live.book.sheets[FINDINGS]
    sheet["K5"].value = "'=已核对，数字无误"
    check_written(live)
    assert sheet["K5"].value == "=已核对，数字无误"
    assert live.own_sheet(FINDINGS).cells[5, 11] == Cell("=已核对，数字无误")


TEXTS = ["=1+1", "+1", "-1", "@SUM(A1)", "12", "1-2", "0012", "'引号", "TRUE", "50%", '=HYPERLINK("x")', "很" * 9000]


def test_texts_stay_texts(opened, office):
    book = office.books.add()
    live = LiveBook(book)
    name = book.sheets[0].name
    live.apply(Change(cells=tuple(CellEdit(name, f"B{row}", text) for row, text in enumerate(TEXTS, 2))))
    cells = live.workbook().sheets[0].cells
    assert [cells[row, 2] for row in range(2, 2 + len(TEXTS))] == [Cell(text) for text in TEXTS]
    book.close()


def test_highlights_light_the_cells_of_the_list_and_are_replaced(opened, examples):
    live = opened(examples / FILLED_IN)
    for _ in range(2):
        check_written(live)
        rules = own_highlights(live.book.sheets["1.工会保障项目"], [MARKS])
        assert [rule.fill_color for rule in rules] == [(255, 199, 206), (255, 235, 156), (221, 235, 247)]


def test_the_cells_have_the_rules_of_the_file_at_once(opened, examples, tmp_path):
    name = "1.工会保障项目"
    source = examples / FILLED_IN
    live = opened(source)
    checked = check_written(live)
    by_file = tmp_path / "file.xlsx"
    write_file(source, checked, by_file)
    saved = tmp_path / "saved.xlsx"
    live.book.save(str(saved))
    basis = places.cell(3, "target_basis")
    for address in ("A1", AT["total_budget"], PLAN[0], f"A{HEADER_ROW}", basis, "Z500"):
        entries = live.book.sheets[name][address].api.ConditionalFormat
        assert entries.getCount() == len(rules_of(saved, name, address)) >= 3
        assert rules_of(saved, name, address) == rules_of(by_file, name, address)


def rules_of(path, sheet, address):
    """The formulas that colour a cell, as seen from it, in the order of a file."""
    found = []
    for where in openpyxl.load_workbook(path)[sheet].conditional_formatting:
        if address in where.sqref:
            column, row = min((area.min_col, area.min_row) for area in where.sqref.ranges)
            origin = f"{get_column_letter(column)}{row}"
            found += [
                (rule.priority, Translator(f"={rule.formula[0]}", origin).translate_formula(address))
                for rule in where.rules
            ]
    # LibreOffice writes FALSE as 0.
    return [formula.replace(",FALSE)", ",0)") for _, formula in sorted(found)]


def test_protected_forms_are_protected_again(opened, examples):
    live = opened(examples / FILLED_IN)
    before = [live.program.is_protected(sheet) for sheet in live.book.sheets]
    assert sum(before) > 4
    check_written(live)
    after = [live.program.is_protected(sheet) for sheet in live.book.sheets if sheet.name != FINDINGS]
    assert after == before


def test_the_selection_and_the_settings_are_as_they_were(opened, office, examples):
    live = opened(examples / FILLED_IN)
    live.book.sheets["3.健康保障项目"].activate()
    live.book.sheets["3.健康保障项目"]["F13:G14"].select()
    check_written(live)
    assert live.book.sheets.active.name == "3.健康保障项目"
    assert live.book.selection.address == "$F$13:$G$14"
    assert (office.screen_updating, office.calculation, office.status_bar) == (True, "automatic", False)


# --------------------------------------------------------------------------------- all or nothing


def state(live):
    """What must be as before when something failed."""
    rules = {
        sheet.name: [
            (rule.formula.replace("ROW(A1)", "ROW()").replace("COLUMN(A1)", "COLUMN()"), rule.fill_color)
            for rule in own_highlights(sheet, [MARKS])
        ]
        for sheet in live.book.sheets
    }
    guards = [(sheet.name, live.program.is_protected(sheet)) for sheet in live.book.sheets]
    names = {name.name: name.refers_to for name in live.book.names}
    app = live.book.app
    settings = app.screen_updating, app.calculation, app.status_bar
    return as_read(live.workbook()), rules, guards, names, settings


class InjectedError(Exception):
    """Something went wrong in the middle."""


def fail_at(monkeypatch, live, number):
    """Let the n-th write of the live book fail."""
    import xlwings

    count = 0

    def counted(write):
        def call(*arguments, **named):
            nonlocal count
            count += 1
            if count == number:
                raise InjectedError
            return write(*arguments, **named)

        return call

    from perfxl.io.live import draw_live as drawing
    from perfxl.io.live import live_book as written

    for module, names in (
        (written, ("write_run", "draw", "name_area", "add_highlight")),
        (drawing, ("write_block", "look", "wipe")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, counted(getattr(module, name)))
    monkeypatch.setattr(xlwings.Range, "merge", counted(xlwings.Range.merge))
    return lambda: count


EDITS = (
    CellEdit("部门整体绩效目标", IN_DEPARTMENT["projects_total"], 1.0),
    CellEdit("1.工会保障项目", AT["total_budget"], None),
    CellEdit("1.工会保障项目", AT["objective"], "=x"),
)


def whole_change(live):
    book = changes.opened(live.workbook())
    check = changes.check_change(book, changes.findings(book))
    return Change(EDITS, (*check.sheets, *changes.summary_change(book).change.sheets), check.highlights)


# Between them: the first writes, cells, both sheets, the colours, and one that is never reached.
@pytest.mark.parametrize(("checked_before", "writes"), [(False, (1, 4, 20, 70)), (True, (2, 9, 45, 200))])
def test_a_failure_at_any_write_leaves_the_book_as_it_was(opened, examples, monkeypatch, checked_before, writes):
    live = opened(examples / FILLED_IN)
    if checked_before:
        check_written(live)
        live.book.sheets[FINDINGS]["K5"].value = "说明"
    before = state(live)
    change = whole_change(live)
    copy = SheetCopy("4.劳模春节慰问金项目", "5.新项目", "4.劳模春节慰问金项目")
    failed = 0
    for number in writes:
        with monkeypatch.context() as patched:
            reached = fail_at(patched, live, number)
            try:
                live.apply(change, copies=[copy])
            except InjectedError:
                failed += 1
            else:
                assert reached() < number
                break
        assert state(live) == before, f"write {number}"
    assert failed > 2


def test_a_sheet_with_a_password_is_named_and_nothing_is_written(opened, examples):
    live = opened(examples / FILLED_IN)
    page = live.book.sheets["3.健康保障项目"]
    live.program.unprotect(page)
    page.api.protect("秘密")
    before = state(live)
    with pytest.raises(PerfxlError, match=r"“3.健康保障项目”设有保护密码，没有写入任何内容"):
        check_written(live)
    assert state(live) == before


def test_a_sheet_that_is_gone_is_named_and_nothing_is_written(opened, examples):
    live = opened(examples / FILLED_IN)
    book = changes.opened(live.workbook())
    change = changes.check_change(book, changes.findings(book))
    live.book.sheets["4.劳模春节慰问金项目"].delete()
    before = state(live)
    with pytest.raises(PerfxlError, match=r"“4.劳模春节慰问金项目”已不在工作簿中，没有写入"):
        live.apply(change)
    assert state(live) == before


def test_a_sheet_deleted_while_writing_leaves_the_others_as_they_were(opened, examples, monkeypatch):
    live = opened(examples / FILLED_IN)
    before = state(live)
    change = whole_change(live)
    from perfxl.io.live import live_book as written

    real = written.draw

    def draw(sheet, owned, program):
        if owned.name == SUMMARY:
            live.book.sheets[SUMMARY].delete()
        real(sheet, owned, program)

    monkeypatch.setattr(written, "draw", draw)
    with pytest.raises(Exception, match="部门汇总"):
        live.apply(change)
    cells, rules, guards, names, settings = state(live)
    expected, rules_before, guards_before, _, settings_before = before
    assert cells == {name: those for name, those in expected.items() if name != SUMMARY}
    assert rules == {name: those for name, those in rules_before.items() if name != SUMMARY}
    assert guards == [guard for guard in guards_before if guard[0] != SUMMARY]
    assert MARKS not in names
    assert settings == settings_before


def test_a_book_opened_read_only_is_refused(opened, examples):
    live = opened(examples / FILLED_IN, read_only=True)
    with pytest.raises(PerfxlError, match=r"只读方式打开.*另存为"):
        check_written(live)
    assert live.own_sheet(FINDINGS) is None


def test_a_locked_structure_is_said_before_anything_is_written(opened, examples):
    live = opened(examples / FILLED_IN)
    live.book.api.protect("")
    before = state(live)
    with pytest.raises(PerfxlError, match="工作簿结构受保护，不能新增工作表“校验结果”"):
        check_written(live)
    assert state(live) == before


def test_highlights_of_forms_that_are_gone_go_too(opened, examples):
    live = opened(examples / FILLED_IN)
    check_written(live)
    one = Highlight("封面", f'COUNTIF({MARKS},"E1!"&ADDRESS(ROW(A1),COLUMN(A1),4))>0', "FFC7CE", MARKS)
    live.apply(Change(highlights=(one,)))
    lit = {sheet.name: len(own_highlights(sheet, [MARKS])) for sheet in live.book.sheets}
    assert {name: number for name, number in lit.items() if number} == {"封面": 1}
