"""The sample workbook after people worked on it, in a real spreadsheet program."""

import pytest
from conftest import edit_workbooks
from places import AT, PLAN, cell, row
from tables import FRAMEWORKS, found_in
from test_reading import facts

from perfxl.app.make_examples import BY_HAND, FILLED_IN
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.cells import position
from perfxl.core.reading.submission import read
from perfxl.io.workbooks.read_files import read_workbook

pytestmark = pytest.mark.libreoffice

# The sheets of the template before the first project form, counted from 0.
FIRST = 4
ONE, TWO, THREE = FIRST, FIRST + 1, FIRST + 2
LABEL = {field.key: field.label_at.partition(":")[0] for field in PROJECT_FORM.fields}
ROW = {key: position(at)[0] for key, at in AT.items()}


def levels(first: int, last: int) -> str:
    """Where the first levels of these indicators stand."""
    return f"A{row(first)}:A{row(last)}"


SCENES = {
    "nothing": [],
    "row above the form": [["insert_rows", ONE, 1, 2]],
    "row between the fields": [["insert_rows", ONE, ROW["purpose"]]],
    "row between plan and values": [["insert_rows", ONE, ROW["spending_plan.0"]]],
    "row inside the table": [["insert_rows", ONE, row(4)]],
    "blank row after the header": [["insert_rows", ONE, row(1)]],
    "column at the left": [["insert_columns", ONE, 1]],
    "column in the middle": [["insert_columns", ONE, 3]],
    "sheet renamed": [["rename", ONE, "工会经费（改）"]],
    "sheets reordered": [["move", THREE, FIRST]],
    "sheet hidden": [["hide", TWO]],
    "first level merged": [["merge", ONE, levels(1, 4)], ["merge", ONE, levels(5, 8)]],
    "first level left blank": [["clear", ONE, levels(2, 4)], ["clear", ONE, levels(6, 8)]],
    "labels retyped": [
        ["text", ONE, LABEL["project_code"], "项目 编码："],
        ["text", ONE, LABEL["fiscal_funds"], "其中:财政\n资金"],
        ["text", ONE, LABEL["spending_plan.3"], "12 月底"],
        ["text", ONE, cell(0, "target"), "指 标 值"],
    ],
    "cover and guide removed": [["remove", "封面"], ["remove", "填报说明"]],
}


@pytest.fixture(scope="session")
def scenes(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("edited")
    jobs = [
        {"source": str(examples / FILLED_IN), "target": str(folder / f"{name}.xlsx"), "actions": actions}
        for name, actions in SCENES.items()
    ]
    more = {
        "project copied.xlsx": [
            ["copy", ONE, "5.新增项目", 8],
            ["text", 8, AT["project_code"], "13081123P00022510001A"],
            ["text", 8, AT["project_name"], "新增项目"],
        ],
        "indicator added.xlsx": [
            ["copy_row", ONE, row(1), row(2)],
            ["text", ONE, cell(2, "name"), "全年活动场次"],
            ["text", ONE, cell(2, "target"), "≥12场"],
        ],
        "row deleted.xlsx": [["delete_rows", ONE, row(3)]],
        "field row deleted.xlsx": [["delete_rows", ONE, ROW["objective"]]],
        "amounts as text.xlsx": [
            ["text", ONE, AT["total_budget"], "96.30万元"],
            ["text", ONE, AT["fiscal_funds"], "９６.３０"],
            ["text", ONE, PLAN[2], "50％"],
        ],
        "typed by hand.ods": [],
        "typed by hand.xls": [],
    }
    jobs += [
        {
            "source": str(examples / (BY_HAND if name.startswith("typed") else FILLED_IN)),
            "target": str(folder / name),
            "actions": actions,
        }
        for name, actions in more.items()
    ]
    edit_workbooks(jobs)
    return folder


def submission(path):
    return read(read_workbook(path), FRAMEWORKS)


def errors(path):
    """Where the errors are, as (project's name, field) and as addresses."""
    workbook = read_workbook(path)
    names = {p.number: p.project_name for p in read(workbook, FRAMEWORKS).projects}
    return sorted((f.rule, names.get(f.project), f.field) for f in found_in(workbook) if f.severity == "error")


@pytest.mark.parametrize("name", SCENES)
def test_the_same_projects_are_read_after_every_edit(scenes, examples, name):
    before = submission(examples / FILLED_IN)
    after = submission(scenes / f"{name}.xlsx")
    key = lambda project: project.project_code  # noqa: E731
    assert [facts(p) for p in sorted(after.projects, key=key)] == [facts(p) for p in sorted(before.projects, key=key)]


@pytest.mark.parametrize("name", SCENES)
def test_the_same_errors_are_found_after_every_edit_at_the_cell_that_holds_them(scenes, examples, name):
    path = scenes / f"{name}.xlsx"
    assert errors(path) == (errors(examples / FILLED_IN))
    workbook = read_workbook(path)
    for finding in found_in(workbook):
        if finding.rule == "OBJ02":
            assert workbook.sheet(finding.sheet).text(position_of(finding.cell)) == "1.目标内容 1"


def position_of(cell):
    return position(cell)


def test_reordered_sheets_give_their_findings_in_the_new_order(scenes):
    found = [f.sheet for f in found_in(read_workbook(scenes / "sheets reordered.xlsx")) if f.rule == "OBJ02"]
    assert [name[:2] for name in found] == ["3.", "1.", "2.", "4."]


def test_a_hidden_sheet_is_said(scenes):
    found = [
        (f.rule, f.severity.value, f.sheet[:2], f.cell)
        for f in found_in(read_workbook(scenes / "sheet hidden.xlsx"))
        if f.rule == "STR07"
    ]
    assert found == [("STR07", "info", "2.", "A1")]


def test_a_copied_project_sheet_is_one_project_more(scenes):
    projects = submission(scenes / "project copied.xlsx").projects
    assert [p.project_name for p in projects][-1] == "新增项目"
    assert len(projects) == 5
    stale = [f for f in found_in(read_workbook(scenes / "project copied.xlsx")) if f.rule == "STR10"]
    assert {f.sheet for f in stale} == {"部门汇总", "部门整体绩效目标"}


def test_an_added_indicator_row_is_read(scenes):
    [project, *_] = submission(scenes / "indicator added.xlsx").projects
    assert [(r.subcategory, r.name, r.target) for r in project.indicators][1] == ("数量指标", "全年活动场次", "≥12场")
    assert len(project.indicators) == 10


def test_a_deleted_indicator_row_is_one_indicator_less(scenes):
    [project, *_] = submission(scenes / "row deleted.xlsx").projects
    assert len(project.indicators) == 8


def test_a_deleted_field_row_is_one_error(scenes):
    found = [
        (f.rule, f.sheet[:2])
        for f in found_in(read_workbook(scenes / "field row deleted.xlsx"))
        if f.severity == "error"
    ]
    assert found == [("STR02", "1."), ("OBJ02", "2."), ("OBJ02", "3."), ("OBJ02", "4.")]


def test_amounts_typed_as_text_are_understood_and_said(scenes, examples):
    path = scenes / "amounts as text.xlsx"
    before, after = submission(examples / FILLED_IN), submission(path)
    assert facts(after.projects[0])[3:8] == facts(before.projects[0])[3:8]
    [found] = [f for f in found_in(read_workbook(path)) if f.rule == "STR05"]
    assert found.cells == (AT["total_budget"], AT["fiscal_funds"], PLAN[2])


@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_other_spreadsheet_formats_are_read_alike(scenes, examples, suffix):
    before = submission(examples / BY_HAND)
    after = submission(scenes / f"typed by hand.{suffix}")
    assert [facts(p) for p in after.projects] == [facts(p) for p in before.projects]


def test_an_xls_with_cells_in_opposite_corners_is_refused(perfxl, edit_in_office, examples, tmp_path):
    target = tmp_path / "角.xls"
    edit_in_office(examples / FILLED_IN, target, [["number", 0, "A1", 1], ["number", 0, "IV65536", 1]])
    ran = perfxl("check", target)
    assert ran.status == 2
    assert "有内容的区域过大（到第 65536 行、第 256 列），不读取。" in ran.err
