"""Whatever is filled in and whatever people do to the sheet: it is read, and every address is right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grids import delete_row, insert_columns, insert_rows, put
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import FRAMEWORKS, GOOD, drawn, found_in

from perfxl.core.forms.records import Indicator, Project, Submission
from perfxl.core.forms.target_values import parse_target
from perfxl.core.grid.cells import Area, Sheet, Workbook, position
from perfxl.core.reading.submission import read
from perfxl.core.reading.unit_line import parse_unit_line
from perfxl.io.workbooks.new_workbook import standard_workbook
from perfxl.io.workbooks.read_files import read_package

HEBEI = FRAMEWORKS["hebei-2023"]

# Words of the trade and of no trade, but no label of the form: that would be another form.
words = st.text(alphabet="体检慰问劳模职工培训完成率≥<>=&'\"（）2023年一二三ABCxyz 。，", min_size=1, max_size=30)
texts = words.map(str.strip).filter(lambda text: len(text) > 1 and not text.startswith(("注", "=", "'")))
amounts = st.none() | st.decimals(0, 10**7, places=2)
shares = st.none() | st.decimals(0, 100, places=1).map(lambda share: share.normalize() + 0)


@st.composite
def indicators(draw):
    category = draw(st.sampled_from(HEBEI.categories))
    target = draw(texts)
    return Indicator(
        category=category.name,
        subcategory=draw(st.sampled_from(category.subcategories)),
        name=draw(texts),
        definition=draw(st.none() | texts),
        target=target,
        target_basis=draw(st.none() | texts),
        parsed=parse_target(target),
    )


@st.composite
def projects(draw, number=1):
    line = "116001 某某单位本级"
    return Project(
        number=number,
        unit_line=line,
        budget_unit=parse_unit_line(line),
        project_code=draw(st.none() | st.text(alphabet="0123456789ABCDEFP", min_size=1, max_size=22)),
        project_name=draw(st.none() | texts),
        total_budget=draw(amounts),
        fiscal_funds=draw(amounts),
        other_funds=draw(amounts),
        purpose=draw(st.none() | texts),
        spending_plan=tuple(draw(shares) for _ in range(4)),
        objective=draw(st.none() | texts),
        indicators=tuple(draw(st.lists(indicators(), max_size=12))),
    )


def facts(project: Project) -> dict[str, object]:
    """What a project says: everything but where it says it."""
    where = {"sheet", "cells", "typed", "row", "plain_numbers", "number"}
    said = project.model_dump(exclude=where | {"indicators"})
    said["indicators"] = [row.model_dump(exclude=where) for row in project.indicators]
    return said


@settings(max_examples=25, deadline=None)
@given(st.lists(projects(), min_size=1, max_size=3))
def test_a_workbook_written_and_read_back_says_the_same(written):
    numbered = tuple(p.model_copy(update={"number": n}) for n, p in enumerate(written, 1))
    package = standard_workbook(Submission(projects=numbered, framework=HEBEI.id), HEBEI)
    again = read(read_package(package), FRAMEWORKS)
    assert [facts(p) for p in again.projects] == [facts(p) for p in numbered]


# What people do to a sheet. Each edit is drawn with the sheet as it is then.
edits = st.lists(
    st.tuples(
        st.sampled_from(["insert row", "insert column", "delete row", "merge", "blank", "rename", "number as text"]),
        st.integers(1, 20),
        st.integers(1, 8),
    ),
    max_size=6,
)


EDITS = {
    "insert row": lambda sheet, row, _: insert_rows(sheet, row),
    "insert column": lambda sheet, _, column: insert_columns(sheet, column),
    "delete row": lambda sheet, row, _: delete_row(sheet, row),
    "blank": lambda sheet, row, column: put(sheet, (row, column), None),
    "rename": lambda sheet, row, _: replace(sheet, name=f"改名{row}"),
}


def edited(sheet: Sheet, edit: tuple[str, int, int]) -> Sheet:
    kind, row, column = edit
    if kind in EDITS:
        return EDITS[kind](sheet, row, column)
    if kind == "number as text":
        cell = sheet.cells.get((row, column))
        is_number = cell is not None and isinstance(cell.value, float)
        return put(sheet, (row, column), f" {cell.value} ") if cell and is_number else sheet
    area = Area(row, column, row + 1, column)
    if any(a.top <= area.bottom and a.bottom >= area.top and a.left <= column <= a.right for a in sheet.merged):
        return sheet
    return replace(put(sheet, (row + 1, column), None), merged=(*sheet.merged, area))


@settings(max_examples=400, deadline=None)
@given(edits)
def test_after_any_edit_every_address_holds_what_is_reported(done):
    sheet = drawn(GOOD, "项目一")
    for edit in done:
        sheet = edited(sheet, edit)
    workbook = Workbook((sheet,))
    submission = read(workbook, FRAMEWORKS)
    for project in submission.projects:
        for field, text in project.typed.items():
            cell = sheet.cells[position(project.cells[field])]
            # A long text in several cells has the address of the first.
            first = text.startswith(f"{cell.text}\n") and field in {"purpose", "objective"}
            assert first or text == cell.text, (field, project.cells[field])
        for row in project.indicators:
            for field, text in row.typed.items():
                assert text == sheet.cells[position(row.cells[field])].text
    for finding in found_in(workbook):
        for cell in finding.cells:
            position(cell)
        # PLN03 states the sum of four cells as what there is.
        if finding.cell and finding.actual and finding.rule != "PLN03":
            cell = sheet.cells.get(position(finding.cell))
            shown = "" if cell is None else cell.text
            assert finding.actual.strip() == shown or _same_number(finding.actual, shown), finding


def _same_number(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return False
