"""部门汇总: what it shows, how it is computed, and that a spreadsheet program computes the same."""

from datetime import date
from decimal import Decimal
from itertools import zip_longest

import openpyxl
import pytest
from grids import put, with_sheet
from places import AT, PLAN
from tables import FRAMEWORKS, GOOD, drawn, found_in

from perfxl.app.make_examples import BY_HAND, FILLED_IN
from perfxl.core.forms.records import Submission
from perfxl.core.forms.sheet_names import SUMMARY
from perfxl.core.grid.cells import Cell, Position, Sheet, Workbook, address, column_letters, position
from perfxl.core.grid.change import Change
from perfxl.core.reading.submission import read
from perfxl.core.rules.engine import check
from perfxl.core.sheets.summary import summary_sheet
from perfxl.io.workbooks.new_workbook import standard_workbook
from perfxl.io.workbooks.read_files import read_workbook
from perfxl.io.workbooks.write_files import apply

HEBEI = FRAMEWORKS["hebei-2023"]


def summarised(path):
    submission = read(read_workbook(path), FRAMEWORKS)
    return summary_sheet(submission, HEBEI, check(submission, HEBEI))


def table(sheet):
    """Rows of the table as header → cell, line breaks in headers aside."""
    headers = [cell.value.replace("\n", "") for cell in sheet.rows[3]]
    last = next(number for number, row in enumerate(sheet.rows) if row[0] and row[0].value == "合计")
    return [dict(zip(headers, row, strict=True)) for row in sheet.rows[4 : last + 1]]


def column_of(sheet: Sheet, header: str) -> int:
    """The column of the table with this header."""
    return next(column for column, cell in sheet.row(4) if cell.text.replace("\n", "") == header)


@pytest.mark.parametrize("name", [FILLED_IN, BY_HAND])
def test_the_sample_sums_up_to_what_was_printed(examples, name):
    *projects, total = [
        {header: cell and cell.value for header, cell in row.items()} for row in table(summarised(examples / name))
    ]
    assert [row["预算数"] for row in projects] == [Decimal(a) for a in ("96.3", "5.76", "82.44", "4.4")]
    sums = [total[key] for key in ("预算数", "财政资金", "其他资金")]
    assert sums == [Decimal("188.90"), Decimal("188.90"), 0]
    dates = ("3月底", "6月底", "10月底", "12月底")
    assert [total[f"{date}支出额"] for date in dates] == [Decimal(a) for a in ("0", "0", "91.57", "97.33")]
    assert [f"{total[f'{date}累计进度']:.2%}" for date in dates] == ["0.00%", "0.00%", "48.48%", "100.00%"]
    assert [row["错误"] for row in projects] == [1, 1, 1, 1]
    assert total["项目名称"] == "4 个项目"
    assert [total[f"{c}指标数"] for c in ("产出", "效益", "满意度")] == [16, 16, 4]


def test_plain_numbers_are_referred_to_and_others_are_written():
    sheet = put(drawn(GOOD, "项目一"), position(AT["fiscal_funds"]), "4.40万元")
    submission = read(Workbook((sheet,)), FRAMEWORKS)
    row = table(summary_sheet(submission, HEBEI))[0]
    cell = f"'项目一'!{AT['total_budget']}"
    assert row["预算数"].formula == (
        f'IF(ISNUMBER({cell}),{cell},IF(ISNUMBER(FIND("|"&TRIM({cell})&"|",'
        '"||-|--|—|——|―|–|/|无|无。|")),"未填","读不出"))'
    )
    assert (row["财政资金"].value, row["财政资金"].formula) == (Decimal("4.40"), None)


def test_totals_are_formulas_that_follow_the_filter(examples):
    total = table(summarised(examples / FILLED_IN))[-1]
    column = column_letters(list(total).index("预算数") + 1)
    assert total["预算数"].formula == f"SUBTOTAL(109,{column}5:{column}8)"


def test_projects_are_summed_by_their_sub_objective(examples):
    sheet = summarised(examples / "承德总工会2023-修改后.xlsx")
    start = next(i for i, row in enumerate(sheet.rows) if row[0] and row[0].value == "按分项汇总")
    rows = [[cell.value for cell in row[:7] if cell] for row in sheet.rows[start + 2 :]]
    assert sum(row[5] for row in rows[:-1]) == rows[-1][5] == 4
    assert sum(row[6] for row in rows[:-1]) == rows[-1][6] == Decimal("188.90")
    assert rows[-2][1] == "（未对应分项）"
    assert rows[-2][5] == 0


@pytest.mark.parametrize(
    ("row", "header", "value"), [(9, "预算数", 188.91), (5, "预算数", 96.31), (9, "12月底支出额", 0.0)]
)
def test_a_stale_total_is_told_apart_from_a_wrong_input(examples, row, header, value):
    workbook = read_workbook(examples / FILLED_IN)
    summary = workbook.sheet(SUMMARY)
    at: Position = row, column_of(summary, header)
    [found] = [f for f in found_in(with_sheet(workbook, SUMMARY, put(summary, at, value))) if f.rule == "STR10"]
    assert (found.sheet, found.cell, found.severity.value) == (SUMMARY, address(at), "warning")
    assert found.message.startswith(f"{header}{'合计' if row == 9 else ''}显示 {value:.2f}，应为 ")
    assert "不需要改动" in found.hint


def test_a_summary_without_one_project_is_stale():
    workbook = Workbook((drawn(GOOD, "一"),))
    submission = read(workbook, FRAMEWORKS)
    other = GOOD.model_copy(update={"number": 2, "project_code": "13081123P000222100028", "project_name": "乙"})
    sheet = as_sheet(summary_sheet(submission, HEBEI))
    both = Workbook((*workbook.sheets, drawn(other, "二"), sheet))
    [found] = [f for f in found_in(both) if f.rule == "STR10"]
    assert found.message == "预算数合计显示 4.40，应为 8.80（合计未更新），另有 2 处。"


def as_sheet(owned):
    cells = {
        (row, column): Cell(float(cell.value) if isinstance(cell.value, Decimal) else cell.value)
        for row, line in enumerate(owned.rows, 1)
        for column, cell in enumerate(line, 1)
        if cell is not None and cell.value not in (None, "")
    }
    return Sheet(owned.name, cells)


# ------------------------------------------------------------------------- in a spreadsheet program

FUNDS = AT["total_budget"], AT["fiscal_funds"], AT["other_funds"]
# The amounts as typed, and the plan.
AWKWARD = {
    "half a cent": ((96.31, 96.31), (None, None, 0.5, 0.5)),
    "thirds": ((100.01, 100.01), (0.3333, 0.3333, 0.3333, None)),
    "cumulative": ((77.77, 77.77), (0.1, None, 0.35, 1)),
    "no plan": ((10, 10), (None, None, None, None)),
    "plan that reads no way": ((10, 10), (0.6, 0.5, 0.7, 1)),
    "plan as text": ((10.05, 10.05), ("25%", "25％", 0.25, 0.25)),
    "amount as text": (("1,234.50万元", 1234.5), (None, None, None, 1)),
    "no amount": ((None, None), (None, None, None, 1)),
    "nothing till June, as text": ((10, 10), ("0%", None, "50%", 0.5)),
    "a dash for an amount": (("—", "—"), (None, None, None, 1)),
    "a dash in the plan": ((10, 10), ("—", None, 0.5, 0.5)),
    "below nothing": ((10, 10), (-0.5, 0.5, 0.5, 0.5)),
    "whole at once": ((10, 10), (1, 1, 1, 1)),
    "more than two decimals": ((33.3351, 33.3351), (0.25, 0.25, 0.25, 0.25)),
    "other funds": ((30, 10, 20), (0.1, 0.2, 0.3, 0.4)),
    "amount in words": (("约5万", 5), (None, None, None, 1)),
    "sources in words": ((5, "约5万", "若干"), (None, None, None, 1)),
    "an error value": (("=1/0", 5), (None, None, None, 1)),
    "a date for an amount": ((date(2024, 5, 1), 5), (None, None, None, 1)),
    "a code for an amount": ((1.3e20, 5), (None, None, None, 1)),
    "a plan with words": ((10, 10), ("若干", None, 0.5, 0.5)),
    "a plan with an error": ((10, 10), ("=1/0", None, 0.5, 0.5)),
    "nothing and no plan": ((0, 0), (None, None, None, None)),
    "less than its sources": ((10, 11), (None, None, None, 1)),
    "more than its sources": ((11, 10), (None, None, None, 1)),
}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """A workbook whose forms hold every awkward case, summarised."""
    folder = tmp_path_factory.mktemp("awkward")
    path = folder / "awkward.xlsx"
    submission = Submission(
        framework=HEBEI.id,
        projects=tuple(
            GOOD.model_copy(update={"number": n, "project_name": name, "project_code": f"{n:021}"})
            for n, name in enumerate(AWKWARD, 1)
        ),
    )
    path.write_bytes(standard_workbook(submission, HEBEI))
    book = openpyxl.load_workbook(path)
    for sheet, (amounts, plan) in zip(book.worksheets[4:], AWKWARD.values(), strict=False):
        for cell, value in (*zip_longest(FUNDS, amounts), *zip(PLAN, plan, strict=True)):
            sheet[cell] = value
    book.save(path)
    again = read(read_workbook(path), FRAMEWORKS)
    target = folder / "summarised.xlsx"
    apply(path, Change(sheets=(summary_sheet(again, HEBEI, ()),)), target)
    return target


@pytest.mark.libreoffice
def test_a_spreadsheet_program_computes_what_python_computed(awkward, soffice, tmp_path):
    mine = read_workbook(awkward).sheet(SUMMARY)
    assert differing(mine, recalculated(awkward, soffice, tmp_path)) == []
    assert sum(cell.formula for cell in mine.cells.values()) > 80


@pytest.mark.libreoffice
def test_the_template_alone_computes_the_same_for_what_needs_no_understanding(awkward, soffice, tmp_path):
    # The blank template's own formulas, with the forms filled in afterwards and no command run.
    blank = awkward.with_name("awkward.xlsx")
    live = recalculated(blank, soffice, tmp_path)
    understood = (
        "plan as text",
        "amount as text",
        "nothing till June, as text",
        "a date for an amount",
        "a code for an amount",
        "a plan with words",
    )
    mine = read_workbook(awkward).sheet(SUMMARY)
    rows = [5 + i for i, name in enumerate(AWKWARD) if name not in understood]
    figures = range(column_of(mine, "预算数"), column_of(mine, "12月底累计进度") + 1)
    assert [
        (address(at), mine.text(at), live.text(at))
        for at in differing(mine, live)
        if at[0] in rows and at[1] in figures
    ] == []
    assert not [at for at, cell in live.cells.items() if cell.error]


def recalculated(path, soffice, folder):
    """部门汇总 as LibreOffice computes it: a value kept beside a formula it would take over as it is."""
    bare = folder / "bare.xlsx"
    # openpyxl drops the values when it saves.
    openpyxl.load_workbook(path).save(bare)
    return read_workbook(soffice.convert(bare, "xlsx", folder / "saved")).sheet(SUMMARY)


def differing(mine, theirs):
    """The positions where two sheets read otherwise, binary noise aside."""
    return [
        at
        for at in sorted({*mine.cells, *theirs.cells})
        if (mine.text(at) != theirs.text(at))
        and not (
            isinstance(one := getattr(mine.cells.get(at), "value", None), float)
            and isinstance(other := getattr(theirs.cells.get(at), "value", None), float)
            and abs(one - other) < 1e-9
        )
    ]


def test_sums_of_the_awkward_cases_are_exact(awkward):
    submission = read(read_workbook(awkward), FRAMEWORKS)
    assert {t.what: t.shown for t in submission.totals if t.sheet == SUMMARY and t.project is None} == {
        "total_budget": Decimal("1687.9751"),
        "fiscal_funds": Decimal("1682.9751"),
        "other_funds": Decimal(20),
        "period.0": Decimal("64.95"),
        "period.1": Decimal("50.20"),
        "period.2": Decimal("130.77"),
        "period.3": Decimal("1392.0551"),
    }


def test_a_workbook_without_the_sheet_gets_one(examples, tmp_path):
    source, target = examples / BY_HAND, tmp_path / "with.xlsx"
    apply(source, Change(sheets=(summarised(source),)), target)
    names = [sheet.name for sheet in read_workbook(target).sheets]
    assert names[-1] == SUMMARY
    assert len(names) == 5
