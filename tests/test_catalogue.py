"""Every rule on real workbooks: its examples drawn, read and checked; what no record can say, done to the cells."""

from __future__ import annotations

import pytest
from grids import delete_row, put
from tables import FRAMEWORKS, found_in

from perfxl.app.make_examples import MENDED
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.sheet_names import DEPARTMENT, IDENTITY, SUMMARY
from perfxl.core.grid.cells import Cell, Sheet, Workbook, position
from perfxl.core.reading.submission import read
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import examined, example, is_of_collecting
from perfxl.io.workbooks.new_workbook import standard_workbook
from perfxl.io.workbooks.read_files import read_package, read_workbook

# What is about the sheet itself, or about what stands in a cell and is no value: see the cases below, the reader's
# own tests, and for the contents those of the department.
OF_THE_SHEET = {*(f"STR{number:02}" for number in range(1, 14)), "IDN09", "IDN10", "AMT08", "DEP05", "DEP07"}
# A blank sheet names the usual measures: there are none that nobody named.
WITHOUT_MEASURES = ("DEP01", 2)
DRAWN = [
    (rule.id, number)
    for rule in RULES.values()
    if not is_of_collecting(rule) and rule.id not in OF_THE_SHEET
    for number in range(len(rule.bad))
    if (rule.id, number) != WITHOUT_MEASURES
]


def said(findings: tuple[Finding, ...]) -> list[tuple[object, ...]]:
    """What is found and where, by field; how each plan was read comes and goes with the plan."""
    told = [f for f in findings if (f.rule, f.severity) != ("PLN04", Severity.INFO)]
    return sorted(
        # PLN02 quotes what the cell shows: a percentage.
        (f.rule, f.severity, f.project or 0, f.field or "", "" if f.rule == "PLN02" else f.message)
        for f in told
    )


@pytest.mark.parametrize(("rule_id", "number"), DRAWN)
def test_an_example_gives_the_same_when_it_is_a_workbook(rule_id, number):
    changes = RULES[rule_id].bad[number]
    framework = FRAMEWORKS[changes.get("framework", "hebei-2023")]
    submission = example(RULES[rule_id], changes)
    workbook = read_package(standard_workbook(submission, framework))
    drawn = read(workbook, FRAMEWORKS, framework.id)
    for project, made in zip(submission.projects, drawn.projects, strict=True):
        unread = {key: text for key, text in project.typed.items() if key in made.cells and made.value(key) is None}
        workbook = changed(workbook, made.sheet, {made.cells[key]: text for key, text in unread.items()})
    found = check(read(workbook, FRAMEWORKS, framework.id), framework)
    assert said(found) == said(examined(RULES[rule_id], changes, framework))


# ------------------------------------------------------------------------ what stands on the sheet


# rule → the field of the mended text's first project, what its cell holds instead, and what is found.
CELLS: dict[str, tuple[str, object, str]] = {
    "STR03": ("total_budget", Cell(None, formula=True), "STR03"),
    "STR04": ("total_budget", Cell(None, formula=True, error="#REF!"), "STR04"),
    "STR05": ("total_budget", "９６.30万元", "STR05 info"),
    "STR11": ("total_budget", Cell(963000.0, "96.3万元"), "STR11"),
    "IDN09": ("unit_line", "116承德高新技术产业开发区总工会", "IDN09"),
    "DEP07": ("unit_of_account", "单位：元", "DEP07"),
}


@pytest.fixture(scope="module")
def mended(examples) -> Workbook:
    """The mended text; without the sums that a spreadsheet program would keep up to date by itself."""
    workbook = read_workbook(examples / MENDED)
    workbook = Workbook(tuple(sheet for sheet in workbook.sheets if sheet.name != SUMMARY))
    [total] = read(workbook, FRAMEWORKS).totals
    return changed(workbook, DEPARTMENT, {total.cell: None})


def changed(workbook: Workbook, name: str, cells: dict[str, object]) -> Workbook:
    """A workbook with other values in some cells of a sheet; None blanks one."""
    sheets = list(workbook.sheets)
    number = next(n for n, sheet in enumerate(sheets) if sheet.name == name)
    for cell, value in cells.items():
        sheets[number] = put(sheets[number], position(cell), value)
    return Workbook(tuple(sheets))


def new_in(before: Workbook, after: Workbook) -> list[str]:
    """The findings that come with a change: `field rule`, and `info` where it is one."""

    def told(workbook: Workbook) -> list[str]:
        kept = [f for f in found_in(workbook) if (f.rule, f.severity) != ("PLN04", Severity.INFO)]
        return [f"{f.field} {f.rule}" + (" info" if f.severity is Severity.INFO else "") for f in kept]

    found = told(after)
    for one in told(before):
        if one in found:
            found.remove(one)
    return found


def first(workbook: Workbook):
    return read(workbook, FRAMEWORKS).projects[0]


@pytest.mark.parametrize("rule_id", CELLS)
def test_one_cell_gives_exactly_that_finding(mended, rule_id):
    field, value, wanted = CELLS[rule_id]
    project = first(mended)
    after = changed(mended, project.sheet, {project.cells[field]: value})
    assert new_in(mended, after) == [f"{field} {wanted}"]


def test_idn10_a_code_on_the_cover_that_became_a_number(mended):
    cover = read(mended, FRAMEWORKS).cover
    after = changed(mended, cover.sheet, {cover.cells["budget_unit.code"]: 1001})
    assert new_in(mended, after) == ["budget_unit.code IDN10"]


def test_str02_a_row_with_its_label_deleted(mended):
    project = first(mended)
    sheet = mended.sheet(project.sheet)
    row = position(project.cells["objective"])[0]
    after = Workbook(tuple(delete_row(s, row) if s is sheet else s for s in mended.sheets))
    assert new_in(mended, after) == ["objective STR02"]


def test_str06_a_text_below_the_table(mended):
    project = first(mended)
    row = max(indicator.row for indicator in project.indicators) + 1
    assert new_in(mended, changed(mended, project.sheet, {f"A{row}": "另附测算表"})) == ["None STR06"]


def test_str07_a_sheet_hidden(mended):
    name = first(mended).sheet
    hidden = [Sheet(s.name, s.cells, s.merged, hidden=True) if s.name == name else s for s in mended.sheets]
    assert new_in(mended, Workbook(tuple(hidden))) == ["None STR07 info"]


@pytest.mark.parametrize(("version", "rule_id"), [("0", "STR08"), ("2", "STR09")])
def test_str08_and_str09_a_template_of_another_version(mended, version, rule_id):
    [row] = [row for row in mended.sheet(IDENTITY).rows if mended.sheet(IDENTITY).text((row, 1)) == "version"]
    assert new_in(mended, changed(mended, IDENTITY, {f"B{row}": version})) == [f"None {rule_id}"]
