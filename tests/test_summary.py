"""部门汇总: what it shows, how it is computed, and that a spreadsheet program computes the same."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from grids import put
from tables import FRAMEWORKS, GOOD, drawn, found_in

from perfxl.app.make_examples import BY_HAND, FILLED_IN
from perfxl.core.forms.sheet_names import SUMMARY
from perfxl.core.grid.cells import Workbook, address
from perfxl.core.grid.change import Change
from perfxl.core.reading.submission import read
from perfxl.core.rules.engine import check
from perfxl.core.sheets.summary import summary_sheet
from perfxl.io.workbooks.read_files import read_workbook
from perfxl.io.workbooks.write_files import apply

HEBEI = FRAMEWORKS["hebei-2023"]


def summarised(path):
    submission = read(read_workbook(path), FRAMEWORKS)
    return summary_sheet(submission, HEBEI, check(submission, HEBEI))


def table(sheet):
    """Rows of the table as header → value, line breaks in headers aside."""
    headers = [cell.value.replace("\n", "") for cell in sheet.rows[3]]
    rows = []
    for row in sheet.rows[4:]:
        values = [cell.value if cell else None for cell in row]
        rows.append(dict(zip(headers, values, strict=True)))
        if values[0] == "合计":
            break
    return rows


@pytest.mark.parametrize("name", [FILLED_IN, BY_HAND])
def test_the_sample_sums_up_to_what_was_printed(examples, name):
    *projects, total = table(summarised(examples / name))
    assert [row["预算数"] for row in projects] == [Decimal(a) for a in ("96.3", "5.76", "82.44", "4.4")]
    assert [total[key] for key in ("预算数", "财政资金", "其他资金")] == [
        Decimal("188.90"),
        Decimal("188.90"),
        Decimal(0),
    ]
    dates = ("3月底", "6月底", "10月底", "12月底")
    assert [total[f"{date}支出额"] for date in dates] == [Decimal(a) for a in ("0", "0", "91.57", "97.33")]
    assert [f"{total[f'{date}累计进度']:.2%}" for date in dates] == ["0.00%", "0.00%", "48.48%", "100.00%"]
    assert [row["错误"] for row in projects] == [1, 1, 1, 1]
    assert total["项目名称"] == "4 个项目"
    assert [total[f"{c}指标数"] for c in ("产出", "效益", "满意度")] == [16, 16, 4]


def test_plain_numbers_are_referred_to_and_others_are_written():
    sheet = put(drawn(GOOD, "项目一"), (5, 5), "4.40万元")
    submission = read(Workbook((sheet,)), FRAMEWORKS)
    row = summary_sheet(submission, HEBEI).rows[4]
    formulas = {cell.value: cell.formula for cell in row[6:8]}
    assert row[6].formula == (
        "IF(ISNUMBER('项目一'!C5),'项目一'!C5,IF(ISNUMBER(FIND(\"|\"&TRIM('项目一'!C5)&\"|\","
        '"||-|--|—|——|―|–|/|无|无。|")),"未填","读不出"))'
    )
    assert (row[7].value, row[7].formula) == (Decimal("4.40"), None)
    assert formulas


def test_totals_are_formulas_that_follow_the_filter(examples):
    total = summarised(examples / FILLED_IN).rows[8]
    assert total[6].formula == "SUBTOTAL(109,G5:G8)"


def test_projects_are_summed_by_their_sub_objective(examples):
    sheet = summarised(examples / "承德总工会2023-修改后.xlsx")
    start = next(i for i, row in enumerate(sheet.rows) if row[0] and row[0].value == "按分项汇总")
    rows = [[cell.value for cell in row[:7] if cell] for row in sheet.rows[start + 2 :]]
    assert sum(row[5] for row in rows[:-1]) == rows[-1][5] == 4
    assert sum(row[6] for row in rows[:-1]) == rows[-1][6] == Decimal("188.90")
    assert rows[-2][1] == "（未对应分项）"
    assert rows[-2][5] == 0


@pytest.mark.parametrize(
    ("cell", "value", "what"),
    [((9, 7), 188.91, "预算数合计"), ((5, 7), 96.31, "预算数"), ((9, 13), 0.0, "12月底支出额合计")],
)
def test_a_stale_total_is_told_apart_from_a_wrong_input(examples, cell, value, what):
    workbook = read_workbook(examples / FILLED_IN)
    stale = put(workbook.sheet(SUMMARY), cell, value)
    changed = Workbook(tuple(stale if s.name == SUMMARY else s for s in workbook.sheets))
    [found] = [f for f in found_in(changed) if f.rule == "STR10"]
    from perfxl.core.grid.cells import address

    assert (found.sheet, found.cell, found.severity.value) == (SUMMARY, address(cell), "warning")
    assert found.message.startswith(f"{what}显示 {value:.2f}，应为 ")
    assert "不需要改动" in found.hint


def test_a_summary_without_one_project_is_stale():
    workbook = Workbook((drawn(GOOD, "一"),))
    submission = read(workbook, FRAMEWORKS)
    other = GOOD.model_copy(
        update={"number": 2, "project_code": "13081123P000222100028", "project_name": "乙"}
    )
    sheet = as_sheet(summary_sheet(submission, HEBEI))
    both = Workbook((*workbook.sheets, drawn(other, "二"), sheet))
    [found] = [f for f in found_in(both) if f.rule == "STR10"]
    assert found.message == "预算数合计显示 4.40，应为 8.80（合计未更新），另有 2 处。"


def as_sheet(owned):
    from perfxl.core.grid.cells import Cell, Sheet

    cells = {
        (row, column): Cell(float(cell.value) if isinstance(cell.value, Decimal) else cell.value)
        for row, line in enumerate(owned.rows, 1)
        for column, cell in enumerate(line, 1)
        if cell is not None and cell.value not in (None, "")
    }
    return Sheet(owned.name, cells)


# ------------------------------------------------------------------------- in a spreadsheet program

AWKWARD = {
    "half a cent": {"C": 96.31, "E": 96.31, "plan": (None, None, 0.5, 0.5)},
    "thirds": {"C": 100.01, "E": 100.01, "plan": (0.3333, 0.3333, 0.3333, None)},
    "cumulative": {"C": 77.77, "E": 77.77, "plan": (0.1, None, 0.35, 1)},
    "no plan": {"C": 10, "E": 10, "plan": (None, None, None, None)},
    "plan that reads no way": {"C": 10, "E": 10, "plan": (0.6, 0.5, 0.7, 1)},
    "plan as text": {"C": 10.05, "E": 10.05, "plan": ("25%", "25％", 0.25, 0.25)},
    "amount as text": {"C": "1,234.50万元", "E": 1234.5, "plan": (None, None, None, 1)},
    "no amount": {"C": None, "E": None, "plan": (None, None, None, 1)},
    "nothing till June, as text": {"C": 10, "E": 10, "plan": ("0%", None, "50%", 0.5)},
    "a dash for an amount": {"C": "—", "E": "—", "plan": (None, None, None, 1)},
    "a dash in the plan": {"C": 10, "E": 10, "plan": ("—", None, 0.5, 0.5)},
    "below nothing": {"C": 10, "E": 10, "plan": (-0.5, 0.5, 0.5, 0.5)},
    "whole at once": {"C": 10, "E": 10, "plan": (1, 1, 1, 1)},
    "more than two decimals": {"C": 33.3351, "E": 33.3351, "plan": (0.25, 0.25, 0.25, 0.25)},
    "other funds": {"C": 30, "E": 10, "G": 20, "plan": (0.1, 0.2, 0.3, 0.4)},
    "amount in words": {"C": "约5万", "E": 5, "plan": (None, None, None, 1)},
    "sources in words": {"C": 5, "E": "约5万", "G": "若干", "plan": (None, None, None, 1)},
    "an error value": {"C": "=1/0", "E": 5, "plan": (None, None, None, 1)},
    "a date for an amount": {"C": date(2024, 5, 1), "E": 5, "plan": (None, None, None, 1)},
    "a code for an amount": {"C": 1.3e20, "E": 5, "plan": (None, None, None, 1)},
    "a plan with words": {"C": 10, "E": 10, "plan": ("若干", None, 0.5, 0.5)},
    "a plan with an error": {"C": 10, "E": 10, "plan": ("=1/0", None, 0.5, 0.5)},
    "nothing and no plan": {"C": 0, "E": 0, "plan": (None, None, None, None)},
    "less than its sources": {"C": 10, "E": 11, "plan": (None, None, None, 1)},
    "more than its sources": {"C": 11, "E": 10, "plan": (None, None, None, 1)},
}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """A workbook whose forms hold every awkward case, summarised."""
    from perfxl.core.forms.records import Project, Submission
    from perfxl.io.workbooks.new_workbook import standard_workbook

    folder = tmp_path_factory.mktemp("awkward")
    path = folder / "awkward.xlsx"
    submission = Submission(
        framework=HEBEI.id,
        projects=tuple(
            GOOD.model_copy(update={"number": n, "project_name": name, "project_code": f"{n:021}"})
            for n, name in enumerate(AWKWARD, 1)
        ),
    )
    assert isinstance(submission.projects[0], Project)
    path.write_bytes(standard_workbook(submission, HEBEI))
    book = openpyxl.load_workbook(path)
    for sheet, case in zip(book.worksheets[4:], AWKWARD.values(), strict=False):
        for letter in "CEG":
            sheet[f"{letter}5"] = case.get(letter)
        for letter, share in zip("BDFG", case["plan"], strict=True):
            sheet[f"{letter}8"] = share
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
    figures = range(7, 18)
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
