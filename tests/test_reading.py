"""What is read out of a form, and what is said about it, cell by cell."""

from decimal import Decimal

import pytest
from grids import delete_row, insert_columns, insert_rows, put, stacked
from places import AT, COLUMN, HEADER_ROW, cell, named, place, row
from tables import FRAMEWORKS, GOOD, checked, drawn, found_in, percent_cell, told, workbook_of

from perfxl.core.grid.cells import Area, Cell, Sheet, Workbook, address
from perfxl.core.grid.draw_numbers import shown_number
from perfxl.core.reading.submission import read

NOTHING_CHANGED = """
    | 项目一 | A |
"""


def projects(workbook):
    return read(workbook, FRAMEWORKS).projects


def facts(project):
    """What a project says, without where."""
    rows = [(r.category, r.subcategory, r.name, r.definition, r.target, r.target_basis) for r in project.indicators]
    return (
        project.project_code,
        project.project_name,
        project.unit_line,
        project.total_budget,
        project.fiscal_funds,
        project.other_funds,
        project.purpose,
        project.spending_plan,
        project.objective,
        rows,
    )


def test_a_good_form_gives_nothing():
    assert checked(NOTHING_CHANGED) == []


def test_a_form_is_read_as_it_was_written():
    [project] = projects(workbook_of(NOTHING_CHANGED))
    assert facts(project) == facts(GOOD)


# -------------------------------------------------------------------------- numbers as people type them


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("'４.４０", "4.40"),
        ("'4.40万元", "4.40"),
        ("'4.40 万元", "4.40"),
        ("'4.4 ", "4.4"),
        ("'0,004.40", None),
        ("'1,234.50", "1234.50"),
        ("'１，２３４.５０", "1234.50"),
    ],
)
def test_an_amount_typed_in_another_way_is_understood_and_said(typed, understood):
    amount = "1234.5" if understood == "1234.50" else "4.4"
    found = checked(f"""
        | 项目一 | total_budget | fiscal_funds |
        |     | {typed}      | {amount}     |
    """)
    if understood is None:
        assert found == ["项目一!total_budget AMT01"]
    else:
        assert found == ["项目一!total_budget STR05 info"]
        [project] = projects(
            workbook_of(f"""
            | 项目一 | total_budget |
            |     | {typed}      |
            """)
        )
        assert project.total_budget == Decimal(understood)


@pytest.mark.parametrize("typed", ["'44000元", "'约4.4", "'四点四", "TRUE?", "'4.4.0", "'￥4.40"])
def test_what_may_mean_something_else_is_not_guessed(typed):
    assert checked(f"""
        | 项目一 | total_budget |
        |     | {typed}      |
    """) == ["项目一!total_budget AMT01"]


def test_yuan_are_not_guessed_in_a_source_either():
    assert checked("""
        | 项目一 | fiscal_funds |
        |     | '44000元      |
    """) == ["项目一!fiscal_funds AMT01"]


@pytest.mark.parametrize(
    ("march", "december", "plan"),
    [
        ("'50%", "'50％", ("50", "50")),
        ("50", "50", ("50", "50")),
        ("'50 %", "50", ("50", "50")),
        ("0.5", "0.5", ("50", "50")),
        ("空", "1", (None, "100")),
        ("0.3", "1", ("30", "100")),
    ],
)
def test_percentages_are_understood_however_they_are_written(march, december, plan):
    workbook = workbook_of(f"""
        | 项目一 | spending_plan.0 | spending_plan.3 |
        |     | {march}         | {december}      |
    """)
    [project] = projects(workbook)
    shares = tuple(None if share is None else Decimal(share) for share in plan)
    assert (project.spending_plan[0], project.spending_plan[3]) == shares
    bare = march == "50"
    assert [line.split()[1] for line in told(found_in(workbook))] == ([] if bare else ["STR05"])


def test_a_cell_that_shows_50_percent_needs_no_word():
    sheet = put(drawn(GOOD, "项目一"), "spending_plan.0", percent_cell(0.5))
    sheet = put(sheet, "spending_plan.3", percent_cell(0.5))
    [project] = projects(Workbook((sheet,)))
    assert project.spending_plan == (Decimal(50), None, None, Decimal(50))
    assert told(found_in(Workbook((sheet,)))) == []


def test_half_a_percent_is_no_half():
    assert checked("""
        | 项目一 | spending_plan.0 | spending_plan.3 |
        |     | 0.5             | 50              |
    """) == ["项目一!spending_plan.0 PLN03"]


def test_noise_in_the_last_digit_of_a_sum_is_no_third_decimal():
    assert (
        checked("""
        | 项目一 | total_budget        | fiscal_funds        |
        |     | 0.30000000000000004 | 0.30000000000000004 |
    """)
        == []
    )


@pytest.mark.parametrize("nothing", ["'—", "'-", "'无", "'/"])
def test_a_dash_for_no_other_funds_is_nothing_and_said(nothing):
    assert checked(f"""
        | 项目一 | other_funds |
        |     | {nothing}   |
    """) == ["项目一!other_funds STR05 info"]


def test_a_code_with_blanks_and_small_letters_is_put_in_order_and_said():
    workbook = workbook_of("""
        | 项目一 | project_code           |
        |     | 13081123p0002231000　１Ａ |
    """)
    [project] = projects(workbook)
    assert project.project_code == "13081123P00022310001A"
    assert told(found_in(workbook)) == ["项目一!project_code STR05 info"]


# ----------------------------------------------------------------------------- labels as people write them


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("project_code", "项 目 编 码"),
        ("project_code", "项目编码："),
        ("purpose", "预算规模及\n资金用途"),
        ("purpose", "资金用途"),
        ("fiscal_funds", "其中:财政 资金"),
        ("fiscal_funds", "财政拨款"),
        ("spending_plan.0", "３月底"),
        ("plan", "资金支出计\n划(%)"),
        ("objective", "年度绩效目标"),
        ("target_basis", "指标值确定依\n据"),
    ],
)
def test_a_label_is_known_with_blanks_breaks_and_other_signs(key, label):
    sheet = put(drawn(GOOD, "项目一"), f"{key}:label", label)
    assert told(found_in(Workbook((sheet,)))) == []
    assert facts(projects(Workbook((sheet,)))[0]) == facts(GOOD)


def test_a_label_that_is_gone_is_named_and_not_told_twice():
    [found] = [
        f
        for f in found_in(
            workbook_of("""
        | 项目一 | purpose:label | purpose |
        |        | 空            | 空      |
    """)
        )
        if f.rule != "PLN04"
    ]
    assert (found.rule, found.sheet, found.field) == ("STR02", "项目一", "purpose")
    assert "“预算规模及资金用途”" in found.message


def test_a_label_that_was_changed_is_pointed_at():
    [found] = [
        f
        for f in found_in(
            workbook_of("""
        | 项目一 | total_budget:label |
        |        | 总预算数           |
    """)
        )
        if f.rule == "STR02"
    ]
    assert f"{address(place('total_budget:label'))}“总预算数”" in found.hint


def test_a_form_without_its_table_header_says_which_columns_are_gone():
    sheet = drawn(GOOD, "项目一")
    for key in COLUMN:
        sheet = put(sheet, f"{key}:label", None)
    rules = {f.rule for f in found_in(Workbook((sheet,)))}
    assert "STR02" in rules
    assert "IND01" not in rules


# ------------------------------------------------------------------------------ rows, columns, sheets


@pytest.mark.parametrize("before", range(1, row(6) + 1))
def test_a_row_inserted_anywhere_changes_nothing_but_addresses(before):
    sheet = insert_rows(drawn(GOOD, "项目一"), before)
    [project] = projects(Workbook((sheet,)))
    assert facts(project) == facts(GOOD)
    assert told(found_in(Workbook((sheet,)))) == []
    for name, found in (("total_budget", project), ("1.name", project.indicators[0])):
        was = place(name)
        assert found.cells[name.removeprefix("1.")] == address((was[0] + (before <= was[0]), was[1]))


@pytest.mark.parametrize("before", range(1, 9))
def test_a_column_inserted_anywhere_changes_nothing_but_addresses(before):
    sheet = insert_columns(drawn(GOOD, "项目一"), before)
    [project] = projects(Workbook((sheet,)))
    assert facts(project) == facts(GOOD)
    assert told(found_in(Workbook((sheet,)))) == []
    was = place("total_budget")
    assert project.cells["total_budget"] == address((was[0], was[1] + (before <= was[1])))


def test_the_row_of_a_required_field_deleted_is_said_once():
    sheet = delete_row(drawn(GOOD, "项目一"), place("objective")[0])
    assert told(found_in(Workbook((sheet,)))) == ["项目一!project_code:label STR02"]


def test_the_whole_spending_plan_deleted_is_one_fault():
    sheet = drawn(GOOD, "项目一")
    for key in ("spending_plan.0", "plan:label"):
        sheet = delete_row(sheet, place(key)[0])
    [found] = [f for f in found_in(Workbook((sheet,))) if f.rule == "STR02"]
    assert found.message == "工作表“项目一”缺少“资金支出计划（%）”，无法读取相应内容。"


def test_forms_below_each_other_are_several_projects():
    one = drawn(GOOD, "一")
    code, name = "13081123P000222100028", "工会保障项目"
    two = drawn(GOOD.model_copy(update={"number": 2, "project_code": code, "project_name": name}), "二")
    workbook = Workbook((stacked([one, two], "全部", gap=1),))
    found = projects(workbook)
    assert [(p.number, p.project_code, p.project_name, len(p.indicators)) for p in found] == [
        (1, GOOD.project_code, GOOD.project_name, 6),
        (2, code, name, 6),
    ]
    below = max(row for row, _ in one.cells) + 1
    assert found[1].cells["total_budget"] == f"{AT['total_budget'][0]}{place('total_budget')[0] + below}"
    assert told(found_in(workbook)) == [f"全部!{COLUMN['name']}{row(1) + below} REL04"]


def test_a_header_repeated_by_a_page_break_is_no_indicator():
    sheet = insert_rows(drawn(GOOD, "项目一"), row(4))
    for key in COLUMN:
        sheet = put(sheet, f"4.{key}", sheet.text(place(f"{key}:label")))
    [project] = projects(Workbook((sheet,)))
    assert facts(project) == facts(GOOD)
    assert told(found_in(Workbook((sheet,)))) == []


def test_blank_first_columns_mean_the_same_as_above():
    sheet = drawn(GOOD, "项目一")
    for number in (2, 3, 4):
        sheet = put(sheet, f"{number}.category", None)
    [project] = projects(Workbook((sheet,)))
    assert facts(project) == facts(GOOD)


def test_a_second_indicator_of_the_same_kind_may_leave_both_blank():
    sheet = insert_rows(drawn(GOOD, "项目一"), row(2))
    texts = {
        "name": "发放次数",
        "definition": "全年发放慰问金的次数",
        "target": "＝1次",
        "target_basis": "年度工作计划",
    }
    for key, text in texts.items():
        sheet = put(sheet, f"2.{key}", text)
    [project] = projects(Workbook((sheet,)))
    second = project.indicators[1]
    assert (second.category, second.subcategory, second.name) == ("产出指标", "数量指标", "发放次数")


def test_what_stands_below_the_form_belongs_to_nobody():
    sheet = put(drawn(GOOD, "项目一"), cell(8, "category"), "填报人：张三")
    sheet = put(sheet, cell(8, "definition"), "联系电话：0314-0000000")
    assert told(found_in(Workbook((sheet,)))) == []
    assert len(projects(Workbook((sheet,)))[0].indicators) == 6


def test_a_remark_inside_the_form_is_not_lost_silently():
    assert checked("""
        | 项目一 | category |
        | 3   | 这里还要再改   |
        | 7   | 另附测算表    |
    """) == ["项目一!3.category IND04", "项目一!7.category STR06"]


def test_a_hidden_project_sheet_is_checked_and_named():
    sheet = drawn(GOOD, "项目一")
    hidden = Sheet(sheet.name, sheet.cells, sheet.merged, hidden=True)
    assert told(found_in(Workbook((hidden,)))) == ["项目一!A1 STR07 info"]


def test_a_workbook_without_a_form_says_so():
    other = Sheet("通讯录", {(1, 1): Cell("姓名"), (1, 2): Cell("电话"), (2, 1): Cell("张三")})
    assert told(found_in(Workbook((other,)))) == ["None!None STR01"]


def test_a_list_of_projects_is_no_form():
    heads = [
        "序号",
        "项目编码",
        "项目名称",
        "预算数",
        "财政资金",
        "其他资金",
        "3月底",
        "6月底",
        "10月底",
        "12月底",
        "绩效目标",
    ]
    cells = {(1, column): Cell(text) for column, text in enumerate(heads, 1)}
    cells |= {(2, column): Cell("x") for column in range(1, 12)}
    assert told(found_in(Workbook((Sheet("一览表", cells),)))) == ["None!None STR01"]


# -------------------------------------------------------------------------- cells that cannot be read


def test_an_error_value_is_one_fault():
    sheet = put(drawn(GOOD, "项目一"), "total_budget", Cell(None, formula=True, error="#REF!"))
    [found] = [f for f in found_in(Workbook((sheet,))) if f.rule != "PLN04"]
    assert (found.rule, named(found.cell), found.actual) == ("STR04", "total_budget", "#REF!")


def test_a_formula_that_was_never_calculated_is_one_fault():
    sheet = put(drawn(GOOD, "项目一"), "fiscal_funds", Cell(None, formula=True))
    assert told(found_in(Workbook((sheet,)))) == ["项目一!fiscal_funds STR03"]


def test_rows_and_sheets_order_the_findings():
    assert checked(
        """
        | 乙表 | objective | total_budget |
        |    | 空         | 空            |
        """,
        """
        | 甲表 | project_code |
        |    | 空            |
        """,
    ) == ["乙表!total_budget AMT01", "乙表!objective OBJ01", "甲表!project_code IDN01"]


@pytest.mark.parametrize("figure", [float("inf"), float("nan"), 1e308, -1e308])
def test_a_figure_that_no_form_can_mean_is_shown_as_it_stands(figure):
    sheet = put(drawn(GOOD, "项目一"), "1.target", Cell(figure, shown_number(figure, "0%")))
    [project] = projects(Workbook((sheet,)))
    assert project.indicators[0].target == (shown_number(figure, "0%") or Cell(figure).text)


# ----------------------------------------------------------- several cells, and columns of somebody's own


def paragraphs(*texts, merge=True):
    """The good form with its 绩效目标 in rows of their own, beside a label merged over them or not."""
    top = place("objective")[0]
    sheet = insert_rows(drawn(GOOD, "项目一"), top + 1, 2)
    merged = tuple(area for area in sheet.merged if not (area.top == top and area.left == 1))
    for line, text in enumerate(texts, top):
        sheet = put(sheet, (line, 2), text)
    label = (Area(top, 1, top + 2, 1),) if merge else ()
    return Sheet(sheet.name, sheet.cells, (*merged, *label))


@pytest.mark.parametrize("merge", [True, False])
@pytest.mark.parametrize(
    "texts",
    [
        ("1.全年慰问240人次。", "2.满意度95%以上。", "3.12月底前完成。"),
        ("1.全年慰问240人次。", None, "3.12月底前完成。"),
        (None, "1.全年慰问240人次。", "2.满意度95%以上。"),
    ],
)
def test_an_objective_in_several_rows_is_read_whole(texts, merge):
    workbook = Workbook((paragraphs(*texts, merge=merge),))
    [project] = projects(workbook)
    whole = "\n".join(text for text in texts if text)
    assert (project.objective, project.typed["objective"]) == (whole, whole)
    top, column = place("objective")
    assert project.cells["objective"] == address((top if texts[0] else top + 1, column))
    assert "STR06" not in {finding.rule for finding in found_in(workbook)}
    assert len(project.indicators) == len(GOOD.indicators)


def with_own_columns(header, *columns):
    """The good form with columns of the unit's own right of the table: texts from its first row on."""
    sheet = drawn(GOOD, "项目一")
    for number, texts in enumerate(columns):
        for line, text in enumerate((header[number], *texts), HEADER_ROW):
            sheet = put(sheet, (line, 8 + number), text)
    return Workbook((sheet,))


def test_columns_of_somebodys_own_are_one_finding():
    workbook = with_own_columns(("实际完成值", "得分"), ("90人", "95%", "11月"), ("10", None, "10"))
    assert told(found_in(workbook)) == [f"项目一!H{row(1)} STR06"]
    [finding] = [one for one in found_in(workbook) if one.rule == "STR06"]
    assert finding.message == (
        f"工作表“项目一”的“实际完成值”一栏（H{row(1)}:H{row(3)}）、“得分”一栏（I{row(1)}:I{row(3)}）不是本表的栏目，"
        "未被读取：“90人”、“10”、“95%”等 5 处。"
    )
    assert facts(projects(workbook)[0]) == facts(GOOD)


def test_a_column_that_numbers_the_rows_needs_no_word():
    assert told(found_in(with_own_columns(("序号",), ("1", "2", "3")))) == []


@pytest.mark.parametrize("header", ["实际完成值", "得分", "备注", "上年实际"])
def test_a_blank_target_takes_nothing_from_the_column_beside_it(header):
    sheet = insert_columns(drawn(GOOD, "项目一"), 7)
    merged = tuple(area for area in sheet.merged if not area.left <= 7 <= area.right)
    sheet = Sheet(sheet.name, sheet.cells, merged)
    sheet = put(put(sheet, f"G{HEADER_ROW}", header), f"G{row(1)}", "520人")
    sheet = put(sheet, "1.target", None)
    workbook = Workbook((sheet,))
    assert projects(workbook)[0].indicators[0].target is None
    assert sorted(told(found_in(workbook))) == ["项目一!1.target VAL01", "项目一!1.target_basis STR06"]
