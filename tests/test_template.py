"""The standard workbook: what it promises to whoever fills it in."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from conftest import FORMAT_COVERED
from openpyxl.worksheet.merge import MergedCellRange
from places import AT, COLUMN, HEADER_ROW, PLAN, row

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.file_identity import Prefilled, identity_rows, parse_identity
from perfxl.core.forms.placement import placed, project_sheet_names, table_places
from perfxl.core.forms.records import Department, Indicator, Project, Submission, SubObjective
from perfxl.core.forms.sheet_names import COVER, DEPARTMENT, GUIDE, IDENTITY, LISTS, SUMMARY
from perfxl.core.forms.shipped_forms import COVER_FORM, PROJECT_FORM
from perfxl.core.grid.cells import Cell, Sheet
from perfxl.core.reading.submission import read
from perfxl.core.sheets.self_check import DONE, form_items, self_check, self_check_text
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.data.samples import sample_submission
from perfxl.io.workbooks.new_workbook import standard_workbook
from perfxl.io.workbooks.read_files import read_workbook

FRAMEWORKS = all_frameworks()
HEBEI, CENTRAL = FRAMEWORKS["hebei-2023"], FRAMEWORKS["central-2021"]
EVERY_FRAMEWORK = pytest.mark.parametrize("framework", [HEBEI, CENTRAL], ids=lambda f: f.id)

# All of them known to Excel 2007, Excel 2016 and WPS 2016.
OLD_FUNCTIONS = {
    "ABS", "AND", "CHAR", "COUNT", "COUNTA", "COUNTIF", "FIND", "IF", "IFERROR", "INDEX", "INT", "ISNUMBER",
    "LEN", "MATCH", "MAX", "MID", "MIN", "N", "NOT", "OFFSET", "OR", "ROUND", "ROW", "ROWS", "SUBSTITUTE",
    "SUBTOTAL", "SUM", "SUMIF", "SUMPRODUCT", "TEXT", "TRIM",
}  # fmt: skip


def blank(projects: int = 1) -> Submission:
    return Submission(projects=tuple(Project(number=i + 1) for i in range(projects)))


def opened(submission, framework=HEBEI, **options):
    return openpyxl.load_workbook(BytesIO(standard_workbook(submission, framework)), **options)


@pytest.fixture(scope="module")
def sample():
    return sample_submission()


@pytest.fixture(scope="module")
def filled(sample):
    return opened(sample)


@pytest.fixture(scope="module")
def empty():
    return opened(blank(2))


# ------------------------------------------------------------------------------------ the file


@EVERY_FRAMEWORK
def test_the_same_input_gives_the_same_bytes(sample, framework):
    assert standard_workbook(sample, framework) == standard_workbook(sample, framework)
    assert standard_workbook(blank(), framework) == standard_workbook(blank(), framework)


def test_the_file_bears_no_time_of_day(sample):
    package = ZipFile(BytesIO(standard_workbook(sample, HEBEI)))
    assert len({entry.date_time for entry in package.infolist()}) == 1
    core = package.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2024-01-01T00:00:00Z"}


def test_the_sheets_come_in_the_order_of_the_text(filled):
    assert filled.sheetnames == [
        COVER,
        GUIDE,
        DEPARTMENT,
        SUMMARY,
        "1.工会保障项目",
        "2.关于提前下达 2023 年困难职工及劳模帮扶救助专项资金的",
        "3.健康保障项目",
        "4.劳模春节慰问金项目",
        LISTS,
        IDENTITY,
    ]
    assert filled.active.title == COVER


def test_lists_and_identity_are_very_hidden(filled):
    hidden = [sheet.title for sheet in filled if sheet.sheet_state == "veryHidden"]
    assert hidden == [LISTS, IDENTITY]


@EVERY_FRAMEWORK
def test_formulas_use_only_functions_that_old_programs_know(sample, framework):
    book = opened(sample, framework)
    formulas = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "f"
    ]
    for sheet in book:
        formulas += [
            str(formula)
            for validation in sheet.data_validations.dataValidation
            for formula in (validation.formula1, validation.formula2)
            if formula is not None
        ]
        formulas += [f for area in sheet.conditional_formatting for rule in area.rules for f in rule.formula]
    unquoted = [re.sub(r'"[^"]*"|\'[^\']*\'', "", formula) for formula in formulas]
    used = {name for formula in unquoted for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)}
    assert used <= OLD_FUNCTIONS
    assert max(map(len, formulas)) < 8192


@EVERY_FRAMEWORK
def test_every_formula_carries_its_value(sample, framework):
    for submission in (sample, blank(2)):
        package = ZipFile(BytesIO(standard_workbook(submission, framework)))
        cells = [
            cell
            for name in package.namelist()
            if name.startswith("xl/worksheets/")
            for cell in re.findall(r"<c [^>]*>.*?</c>", package.read(name).decode(), re.DOTALL)
            if "<f>" in cell
        ]
        assert len(cells) > 20
        assert not [cell for cell in cells if not re.search(r"<v>[^<]*</v>|<v/>", cell)]


# --------------------------------------------------------------------------------- a project form


@EVERY_FRAMEWORK
def test_what_is_known_stands_where_the_layout_says(sample, framework):
    book = opened(sample, framework)
    form = blank_form(PROJECT_FORM, weights=framework.weights)
    for project in placed(sample, framework).projects:
        sheet = book[project.sheet]
        for field in form.fields:
            expected = project.value(field.key)
            if field.key.startswith("spending_plan") and expected is not None:
                expected /= 100
            shown = sheet[project.cells[field.key]].value
            assert shown == (float(expected) if isinstance(expected, Decimal) else expected)
        for indicator in project.indicators:
            for key, cell in indicator.cells.items():
                assert sheet[cell].value == getattr(indicator, key)


def test_a_project_code_stays_a_text_and_a_percentage_a_number(filled):
    sheet = filled["1.工会保障项目"]
    shown = [sheet[cell] for cell in (AT["project_code"], PLAN[2], AT["total_budget"])]
    assert [(cell.value, cell.number_format) for cell in shown] == [
        ("13081123P000222100028", "@"), (0.5, "0%"), (96.3, "#,##0.00"),
    ]  # fmt: skip


def test_a_blank_form_offers_a_row_per_subcategory(empty):
    sheet = empty["1.项目1"]
    shown = list(sheet.iter_rows(min_row=row(1), max_row=row(10), max_col=7, values_only=True))
    assert [line[:2] for line in shown[:9]] == [(c.name, s) for c in HEBEI.categories for s in c.subcategories]
    assert shown[9] == (None,) * 7


def test_a_text_that_begins_like_a_formula_stays_a_text():
    project = Project(number=1, project_name="=1+1", purpose="=cmd|' /C calc'!A0")
    book = opened(Submission(projects=(project,)))
    sheet = book.worksheets[4]
    name, purpose = sheet[AT["project_name"]], sheet[AT["purpose"]]
    assert (name.value, name.data_type, purpose.data_type) == ("=1+1", "s", "s")


@EVERY_FRAMEWORK
def test_dropdowns_and_numbers_reach_from_the_first_row_to_the_closing_row(framework):
    book = opened(blank(), framework)
    sheet = book["1.项目1"]
    place = table_places(Project(number=1), framework)["indicators"]
    lists = {str(v.sqref): v for v in sheet.data_validations.dataValidation if v.type == "list"}
    # The one that looks at its own row begins with the header, which nobody can delete.
    categories, subcategories = (place.fixed(key).replace("$", "") for key in ("category", "subcategory"))
    of_subcategories = f"B{HEADER_ROW}:" + subcategories.partition(":")[2]
    assert set(lists) == {categories, of_subcategories, PROJECT_FORM.field("sub_objective").value_at}
    assert {validation.errorStyle for validation in lists.values()} == {"warning"}
    assert f"MATCH(TRIM($A{HEADER_ROW})" in lists[of_subcategories].formula1
    checked = [v for v in sheet.data_validations.dataValidation if v.type is not None]
    assert all(v.errorStyle == "warning" and v.error for v in checked)
    ranges = [str(area.sqref) for area in sheet.conditional_formatting]
    assert f"A{place.header}:A{place.closing}" in ranges


def test_every_hint_of_the_layout_is_said_on_entry(empty):
    prompts = {str(v.sqref): v for v in empty["1.项目1"].data_validations.dataValidation}
    hinted = [field for field in blank_form(PROJECT_FORM, weights=False).fields if field.hint]
    assert hinted
    assert [prompts[field.value_at].prompt for field in hinted] == [field.hint for field in hinted]


def test_it_prints_on_a4_one_page_wide_without_the_self_check(filled):
    sheet = filled["1.工会保障项目"]
    assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4)
    assert sheet.page_setup.orientation == "portrait"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert sheet.print_area.endswith(f"$A$2:$G${row(10)}")
    assert sheet.print_options.horizontalCentered


def test_rows_can_be_inserted_and_deleted_though_labels_are_guarded(filled):
    for name in (DEPARTMENT, "1.工会保障项目"):
        sheet = filled[name]
        guard = sheet.protection
        assert guard.sheet
        assert guard.password is None
        forbidden = (
            guard.insertRows, guard.deleteRows, guard.formatCells, guard.formatColumns, guard.formatRows,
            guard.sort, guard.autoFilter,
        )  # fmt: skip
        assert not any(forbidden)


def test_a_record_row_has_no_locked_cell_in_any_column(sample, monkeypatch):
    monkeypatch.setattr(MergedCellRange, "format", FORMAT_COVERED)
    sheet = opened(sample)["1.工会保障项目"]
    # Right of the form only the cells beside its fields are drawn; the others are as their column.
    assert not any(cell.protection.locked for cell in sheet[row(4)] if cell.has_style)
    columns = sheet.column_dimensions.values()
    assert not any(column.protection.locked for column in columns)
    assert max(column.max or 0 for column in columns) == 16384
    labels = ("A1", AT["title"], "A4", f"A{HEADER_ROW}", f"G{HEADER_ROW}", f"A{row(10)}")
    assert all(sheet[cell].protection.locked for cell in labels)
    assert not any(sheet[field.value_at.partition(":")[0]].protection.locked for field in PROJECT_FORM.fields)


@pytest.mark.parametrize("rows", [1, 9, 40])
def test_the_table_is_as_long_as_the_project_needs(rows):
    indicators = tuple(Indicator(category="产出指标", subcategory="数量指标", name=f"指标{i}") for i in range(rows))
    book = opened(Submission(projects=(Project(number=1, indicators=indicators),)))
    sheet = book["1.项目1"]
    closing = row(rows + 1)
    assert sheet[f"{COLUMN['name']}{row(rows)}"].value == f"指标{rows - 1}"
    assert sheet.print_area.endswith(f"$G${closing}")
    assert f"$C${row(1)}:$C${closing}" in sheet["I2"].value


@EVERY_FRAMEWORK
@pytest.mark.parametrize("mended", [False, True], ids=["published", "mended"])
def test_what_was_filled_in_is_read_back_from_where_it_was_placed(tmp_path, framework, mended):
    submission = placed(sample_submission(mended=mended), framework)
    path = tmp_path / "filled.xlsx"
    path.write_bytes(standard_workbook(submission, framework))
    found = read(read_workbook(path), FRAMEWORKS)
    assert found.notes == ()
    assert (found.template, found.framework) == (submission.template, framework.id)
    assert (found.budget_unit, found.department_name, found.year) == (
        submission.budget_unit,
        submission.department_name,
        submission.year,
    )
    # How a number was typed is the only difference: 96.30 is 96.3 in a cell.
    assert [without_typed(p) for p in found.projects] == [without_typed(p) for p in submission.projects]


def without_typed(project):
    rows = tuple(row.model_copy(update={"typed": {}}) for row in project.indicators)
    return project.model_copy(update={"typed": {}, "indicators": rows})


# ------------------------------------------------------------------------------------ other sheets


def test_the_cover_names_the_text(sample):
    package = standard_workbook(sample, HEBEI)
    cover = openpyxl.load_workbook(BytesIO(package), data_only=True)[COVER]
    title = cover[COVER_FORM.blank.title.partition(":")[0]].value
    assert title == "承德高新技术产业开发区总工会\n2023 年部门预算绩效文本"


def test_more_sub_objectives_than_rows_move_the_measures_down():
    department = Department(sub_objectives=tuple(SubObjective(name=f"分项{i}") for i in range(8)))
    book = opened(Submission(department=department, projects=(Project(number=1),)))
    subs, measures = table_places(department).values()
    sheet = book[DEPARTMENT]
    assert sheet[f"B{subs.last}"].value == "分项7"
    assert sheet[f"A{measures.caption}"].value == "三、工作保障措施"
    assert [sheet[f"B{measures.first + i}"].value for i in range(7)] == list(measures.table.usual)
    lists = [v.formula1 for v in book["1.项目1"].data_validations.dataValidation if v.type == "list"]
    assert any(f"$B$8:$B${subs.closing}" in formula for formula in lists)


def test_the_blank_department_sheet_is_the_one_in_the_layout():
    subs, measures = table_places(Department()).values()
    assert (subs.first, subs.last, measures.header) == (9, 13, measures.table.header_row)


def test_the_guide_explains_every_field(filled):
    said = {cell.value for row in filled[GUIDE].iter_rows() for cell in row if cell.value}
    hints = {field.hint for field in PROJECT_FORM.fields} - {""}
    assert hints
    assert hints <= said


def test_the_projects_total_is_the_sum_of_the_forms(sample):
    values = openpyxl.load_workbook(BytesIO(standard_workbook(sample, HEBEI)), data_only=True)
    assert values[DEPARTMENT]["D5"].value == pytest.approx(188.90)


# ----------------------------------------------------------------------------------- sheet names


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        (None, "1.项目1"),
        ("工会保障项目", "1.工会保障项目"),
        ("购置[2024]: a/b\\c?*", "1.购置［2024］： a／b＼c？＊"),  # noqa: RUF001
        ("O'", "1.O’"),
        ("很" * 40, "1." + "很" * 29),
        ("𠮷" * 20, "1." + "𠮷" * 14),
        (" 两\n行 ", "1.两 行"),
    ],
)
def test_a_sheet_is_named_after_its_project(name, sheet):
    assert project_sheet_names(Submission(projects=(Project(number=1, project_name=name),))) == (sheet,)


def test_no_two_sheets_have_one_name():
    projects = (Project(number=1, project_name="Abc"), Project(number=1, project_name="aBC"))
    assert project_sheet_names(Submission(projects=projects)) == ("1.Abc", "1.aBC（2）")


# -------------------------------------------------------------------------------------- identity


def test_identity_is_read_as_it_was_written(sample):
    rows = identity_rows(sample)
    cells = {
        (row, column): Cell(value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value is not None
    }
    identity = parse_identity(Sheet(IDENTITY, cells))
    assert (identity.template, identity.version, identity.framework) == ("hebei-2023", 1, "hebei-2023")
    assert (identity.year, identity.unit_code) == (2023, "116001")
    assert identity.department == "承德高新技术产业开发区总工会"
    assert Prefilled("1.工会保障项目", "total_budget", "96.30", 1) in identity.prefilled
    assert not any(entry.field == "other_funds" for entry in identity.prefilled)


def test_a_sheet_that_names_no_template_is_no_identity():
    assert parse_identity(Sheet(IDENTITY, {(1, 1): Cell("随便"), (1, 2): Cell("写写")})) is None


def test_an_identity_that_was_scribbled_over_does_not_fail():
    cells = {(1, 1): "template", (1, 2): "x", (2, 1): "version", (2, 2): "新", (3, 1): "year", (3, 2): 2024.0}
    identity = parse_identity(Sheet(IDENTITY, {at: Cell(value) for at, value in cells.items()}))
    assert (identity.template, identity.version, identity.year) == ("x", None, 2024)


# ------------------------------------------------------------------------------------ 自检


def said(**fields) -> str:
    project = Project(number=1, **fields)
    return self_check_text(form_items(project, HEBEI), project)


def test_a_blank_form_says_all_that_is_missing():
    assert said() == (
        "自检：还缺 项目编码、项目名称、预算数、预算规模及资金用途、资金支出计划、绩效目标、产出指标、效益指标"
    )


def test_a_published_form_is_told_its_placeholder(sample):
    project = sample.projects[0]
    assert self_check_text(form_items(project, HEBEI), project) == ("自检：请核对 绩效目标（仍是模板文字“目标内容”）")


def test_a_mended_form_is_complete():
    for project in sample_submission(mended=True).projects:
        assert self_check_text(form_items(project, HEBEI), project) == DONE


@pytest.mark.parametrize("framework", [HEBEI, CENTRAL], ids=lambda f: f.id)
def test_the_line_is_short_and_so_is_what_it_stands_on(framework):
    check = self_check(Project(number=1), framework, 9)
    assert len(check.formula) < 220
    assert all(len(helper.formula) < 700 for helper in check.helpers)
