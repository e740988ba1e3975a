"""新增项目表, as data: a copy of the last form with its inputs blanked, numbered, titled and added up."""

import pytest
from grids import insert_columns, insert_rows, put, stacked, with_sheet
from places import AT, HEADER_ROW, place, row
from tables import FRAMEWORKS, found_in, workbook_of

from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.core.grid.cells import Area, Cell, Sheet, Workbook, address
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.reading.submission import read
from perfxl.core.sheets.new_project import new_project, with_copy
from perfxl.io.workbooks.read_files import read_workbook


def added(workbook: Workbook):
    submission = read(workbook, FRAMEWORKS)
    plan = new_project(workbook, submission, FRAMEWORKS[submission.framework])
    return plan, with_copy(workbook, plan.copy, plan.edits)


@pytest.mark.parametrize("name", [FILLED_IN, BY_HAND, MENDED])
def test_each_new_form_is_blank_but_for_its_number_and_its_unit(examples, name):
    workbook = read_workbook(examples / name)
    before = read(workbook, FRAMEWORKS).projects
    for number in (5, 6, 7):
        plan, workbook = added(workbook)
        assert plan.number == number
        assert plan.copy.name == f"{number}.新项目"
        *old, new = read(workbook, FRAMEWORKS).projects
        assert old[:4] == list(before)
        assert new.sheet == plan.copy.name
        assert new.unit_line == before[-1].unit_line
        assert (new.project_code, new.project_name, new.total_budget, new.purpose) == (None,) * 4
        assert (new.fiscal_funds, new.other_funds, new.objective, new.sub_objective) == (None,) * 4
        assert new.spending_plan == (None,) * 4
        assert new.indicators == ()
        assert set(new.typed) <= {"unit_line", "unit_of_account"}


@pytest.mark.parametrize("name", [FILLED_IN, BY_HAND, MENDED])
def test_the_check_finds_only_what_is_still_blank(examples, name):
    workbook = read_workbook(examples / name)
    known = {(f.rule, f.sheet, f.cell) for f in found_in(workbook)}
    for _ in range(3):
        _, workbook = added(workbook)
    new = [f for f in found_in(workbook) if (f.rule, f.sheet, f.cell) not in known]
    on_forms = {f.rule for f in new if f.sheet and f.sheet.endswith("新项目")}
    assert on_forms == {"IDN01", "IDN06", "AMT01", "AMT05", "PLN01", "OBJ01", "IND01"}
    # 分项 wait for their projects; nothing is structural, but the summary does not list the new forms yet.
    summary = workbook.sheet("部门汇总") is not None
    told = ["预算数合计显示 188.90，但缺 3 个项目的预算数，不能作为全部项目的合计。"]
    assert [f.message for f in new if f.rule.startswith("STR")] == (told if summary else [])


def test_the_title_follows_the_name_and_the_sums_take_the_new_form_in(examples):
    plan, _ = added(read_workbook(examples / FILLED_IN))
    formulas = {(edit.sheet, edit.cell): edit.formula for edit in plan.edits if edit.formula}
    assert formulas.pop(("5.新项目", AT["title"])) == f'"5."&{AT["project_name"]}&"绩效目标表"'
    [(place, formula)] = formulas.items()
    assert place[0] == "部门整体绩效目标"
    assert formula.count("'4.劳模春节慰问金项目'!{0},'5.新项目'!{0})".format(AT["total_budget"])) == 2
    assert formula.startswith("IF(COUNT(")


def test_inputs_are_found_by_label_wherever_the_form_has_them():
    workbook = workbook_of("| 项目一 | A |")
    moved = insert_columns(insert_rows(workbook.sheets[0], 1, 4), 1)
    plan, after = added(with_sheet(workbook, "项目一", moved))
    assert plan.first_input == address((place("project_code")[0] + 4, place("project_code")[1] + 1))
    new = read(after, FRAMEWORKS).projects[1]
    assert (new.project_code, new.total_budget, new.objective, new.indicators) == (None, None, None, ())
    assert new.unit_line is not None


def test_an_objective_in_several_rows_and_columns_of_ones_own_are_blanked_whole():
    workbook = workbook_of("| 项目一 | A |")
    sheet = insert_rows(workbook.sheets[0], place("objective:label")[0] + 1, 2)
    top, head = place("objective:label")[0], HEADER_ROW + 2
    merged = tuple(area for area in sheet.merged if not (area.top == top and area.left == 1))
    for at, text in {
        (top, 2): "1.慰问",
        (top + 1, 2): "2.满意",
        (top + 2, 2): "3.年底前",
        (head, 8): "序号",
        (head, 9): "得分",
        (head + 1, 8): "1",
        (head + 1, 9): "10",
    }.items():
        sheet = put(sheet, at, text)
    sheet = Sheet(sheet.name, sheet.cells, (*merged, Area(top, 1, top + 2, 1)))
    _, after = added(with_sheet(workbook, "项目一", sheet))
    new = after.sheet("2.新项目")
    assert [new.text((top + line, 2)) for line in range(3)] == [""] * 3
    assert [new.text((head + line, column)) for line in (0, 1) for column in (8, 9)] == ["序号", "得分", "1", ""]
    assert read(after, FRAMEWORKS).projects[1].objective is None


def test_a_formula_that_adds_up_its_own_form_stays():
    workbook = workbook_of("| 项目一 | A |")
    sheet = workbook.sheets[0]
    sheet = put(sheet, "total_budget", Cell(12.0, formula=True))
    sheet = put(sheet, "project_name", Cell("查来的名称", formula=True))
    plan, _ = added(Workbook((sheet,)))
    blanked = {edit.cell for edit in plan.edits if edit.sheet == "2.新项目" and edit.value is None}
    assert AT["total_budget"] not in blanked
    assert {AT["project_name"], AT["fiscal_funds"]} <= blanked


def test_a_long_table_becomes_a_row_per_second_level_indicator():
    rows = "\n".join(f"| {1 + i} | 产出指标 | 数量指标 | 指标{i} | ≥1 |" for i in range(14))
    workbook = workbook_of(f"| 项目一 | category | subcategory | name | target |\n{rows}")
    _, after = added(workbook)
    sheet = after.sheet("2.新项目")
    wanted = [(c.name, s) for c in FRAMEWORKS["hebei-2023"].categories for s in c.subcategories]
    assert [(sheet.text((line, 1)), sheet.text((line, 2))) for line in range(row(1), row(10))] == wanted
    assert not [at for at in sheet.cells if at[0] >= row(10)]


def test_a_short_table_keeps_the_names_it_has():
    workbook = workbook_of("| 项目一 | A |")
    names = [workbook.sheets[0].text((line, 2)) for line in workbook.sheets[0].rows if line > HEADER_ROW]
    _, after = added(workbook)
    new = after.sheet("2.新项目")
    assert [new.text((line, 2)) for line in new.rows if line > HEADER_ROW] == names


def test_sheet_names_and_numbers_already_there_are_passed_over():
    workbook = workbook_of("| 7.项目 | A |", "| 2.项目 | A |")
    with_note = Workbook((*workbook.sheets, Sheet("8.新项目", {(1, 1): Cell("备忘")})))
    plan, after = added(with_note)
    assert plan.number == 8
    assert plan.copy.name == "8.新项目（2）"
    assert [sheet.name for sheet in after.sheets] == ["7.项目", "2.项目", "8.新项目（2）", "8.新项目"]


def test_where_forms_share_a_sheet_the_last_that_does_not_is_copied():
    one, two, three = workbook_of("| 一 | A |", "| 二 | A |", "| 三 | A |").sheets
    plan, _ = added(Workbook((one, stacked([two, three], "二三"))))
    assert (plan.copy.source, plan.copy.after) == ("一", "二三")
    with pytest.raises(PerfxlError, match="分到各自的工作表"):
        added(Workbook((stacked([one, two], "一二"),)))


def test_without_a_form_it_says_where_to_get_one():
    with pytest.raises(PerfxlError, match="没有项目绩效目标表"):
        added(Workbook((Sheet("表1", {(1, 1): Cell("你好")}),)))
