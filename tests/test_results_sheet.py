"""校验结果 in the workbook: the list, its links, its colours, and what the unit answers there."""

import openpyxl
import places
import pytest
from places import AT
from returned import edit
from tables import found_in

from perfxl.app.make_examples import FILLED_IN
from perfxl.app.tasks import check
from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.core.grid.cells import position
from perfxl.core.rules.findings_in_words import headline
from perfxl.core.sheets.colours import MARKS
from perfxl.io.workbooks.read_files import read_workbook

HEADERS = [
    "序号", "严重程度", "规则", "工作表", "单元格", "字段", "当前值", "问题", "修改建议", "依据", "单位说明",
]  # fmt: skip


def write(path):
    batch = check([path], target_of=lambda one: one)
    assert batch.problems == ()
    return batch.checked[0].findings


def lines(cell):
    """The styles of a cell's four border lines."""
    sides = (getattr(cell.border, side) for side in ("left", "right", "top", "bottom"))
    return [side.style if side else None for side in sides]


def listed(path):
    sheet = openpyxl.load_workbook(path)[FINDINGS]
    return [[cell.value for cell in row[:11]] for row in sheet.iter_rows(min_row=4) if row[0].value]


def test_the_sheet_lists_what_was_found_errors_first(workbook):
    found = write(workbook)
    sheet = openpyxl.load_workbook(workbook)[FINDINGS]
    assert [cell.value for cell in sheet[3]][:11] == HEADERS
    rows = listed(workbook)
    assert [row[0] for row in rows] == list(range(1, len(found) + 1))
    by_severity = sorted(found, key=lambda finding: finding.severity.weight)
    assert [(row[2], row[1]) for row in rows] == [(f.rule, f.severity.label) for f in by_severity]
    assert [row[2] for row in rows if row[1] == "错误"] == ["OBJ02"] * 4
    assert rows[0][3:8] == [
        "1.工会保障项目",
        AT["objective"],
        "绩效目标",
        "1.目标内容 1",
        "绩效目标仍为模板文字“1.目标内容 1”。",
    ]
    assert sheet["A2"].value == headline(found)
    assert sheet["A2"].value.endswith("：先改这 4 个错误")


def test_each_cell_is_a_link_that_jumps_there(workbook):
    write(workbook)
    book = openpyxl.load_workbook(workbook)
    for row in book[FINDINGS].iter_rows(min_row=4, max_row=10):
        sheet, cell = row[3].value, row[4]
        assert cell.hyperlink.location == f"'{sheet}'!{cell.value}"
        assert book[sheet][cell.value].value is not None


def test_no_cell_and_no_format_of_the_unit_is_touched(workbook, examples):
    write(workbook)
    before, after = openpyxl.load_workbook(examples / FILLED_IN), openpyxl.load_workbook(workbook)
    for sheet in before.worksheets:
        other = after[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                now = other[cell.coordinate]
                assert (now.value, now.number_format) == (cell.value, cell.number_format)
                assert lines(now) == lines(cell), (sheet.title, cell.coordinate)
                for look in ("font", "fill", "alignment", "protection"):
                    assert repr(getattr(now, look)) == repr(getattr(cell, look))


def test_checking_again_and_again_gives_the_same_file(workbook):
    write(workbook)
    write(workbook)
    second = workbook.read_bytes()
    write(workbook)
    assert workbook.read_bytes() == second


def test_an_answer_follows_its_finding_to_a_renamed_sheet(workbook):
    write(workbook)
    book = openpyxl.load_workbook(workbook)
    book[FINDINGS]["K4"] = "系统中无法修改"
    book["1.工会保障项目"].title = "工会经费"
    for row in range(5, 8):
        book[FINDINGS][f"K{row}"] = f"第 {row} 行的说明"
    book.save(workbook)
    found = {f.sheet: f.explanation for f in write(workbook) if f.rule == "OBJ02"}
    assert found["工会经费"] == "系统中无法修改"
    assert found["3.健康保障项目"] == "第 6 行的说明"


def test_the_other_cells_of_a_finding_are_named_in_short(workbook):
    found = next(f for f in write(workbook) if f.rule == "DSC01")
    assert found.cells == tuple(places.cell(number, "definition") for number in range(1, 10))
    problem = next(line[7] for line in listed(workbook) if line[2] == "DSC01")
    assert problem == f"{found.message}\n（另有 {found.cells[1]}:{found.cells[-1]}）"


def test_words_of_a_unit_never_become_a_formula(workbook):
    edit(workbook, "1.工会保障项目", {AT["total_budget"]: '=HYPERLINK("http://example.org","x")'})
    write(workbook)
    shown = openpyxl.load_workbook(workbook)[FINDINGS]
    values = [c for row in shown.iter_rows(max_col=11) for c in row if isinstance(c.value, str)]
    assert [c.coordinate for c in values if c.data_type == "f"] == []
    assert any("HYPERLINK" in c.value for c in values)


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ([], "校验通过：没有发现问题。"),
        (["info"], "校验通过；1 个提示，供参考"),
        (["warning", "info"], "没有错误；1 个警告，1 个提示：请逐条核对，确有原因的在“单位说明”中写明"),
        (["error"] * 4 + ["warning"] * 20, "4 个错误，20 个警告：先改这 4 个错误"),
    ],
)
def test_the_headline_says_what_to_mend_first(severities, said, examples):
    some = found_in(read_workbook(examples / FILLED_IN))[0]
    from perfxl.core.forms.findings import Severity

    assert headline([some.model_copy(update={"severity": Severity(s)}) for s in severities]) == said


# ------------------------------------------------------------------------- in a spreadsheet program


@pytest.mark.libreoffice
def test_colours_follow_their_cells_when_rows_are_inserted(workbook, edit_in_office, tmp_path):
    write(workbook)
    target = tmp_path / "eingefügt.xlsx"
    edit_in_office(workbook, target, [["insert_rows", 4, 5, 2]])
    sheet = read_workbook(target).sheet(FINDINGS)
    marks = [sheet.text((row, 13)) for row in range(4, 14)]
    # The sheet is the fifth of the workbook; its objective moved two rows down.
    column, at = AT["objective"][0], int(AT["objective"][1:])
    assert marks[:2] == [f"E5!{column}{at + 2}", f"E6!{column}{at}"]


@pytest.mark.libreoffice
def test_the_colours_look_themselves_up(workbook, edit_in_office, tmp_path):
    """The formula of the conditional format, put into a cell, is true exactly for the cells found."""
    write(workbook)
    target = tmp_path / "colours.xlsx"
    looks = [f'=COUNTIF(perfxl_marks;"E5!"&"{AT[field]}")' for field in ("objective", "purpose")]
    edit_in_office(workbook, target, [["formula", 4, f"J{row}", one] for row, one in enumerate(looks, 1)])
    sheet = read_workbook(target).sheet("1.工会保障项目")
    assert [sheet.cells[position(cell)].value for cell in ("J1", "J2")] == [1, 0]
    rules = openpyxl.load_workbook(workbook)["1.工会保障项目"].conditional_formatting
    formulas = [f for ranges in rules for rule in ranges.rules for f in rule.formula if MARKS in f]
    assert formulas[0] == 'COUNTIF(perfxl_marks,"E5!"&ADDRESS(ROW(A1),COLUMN(A1),4))>0'
    assert len(formulas) == 3


@pytest.mark.libreoffice
def test_a_checked_workbook_saved_by_another_program_is_checked_the_same(workbook, soffice, tmp_path):
    before = write(workbook)
    saved = soffice.convert(workbook, "xlsx", tmp_path / "saved")
    after = found_in(read_workbook(saved))
    assert [(f.rule, f.sheet, f.cells, f.message) for f in after] == [
        (f.rule, f.sheet, f.cells, f.message) for f in before
    ]
