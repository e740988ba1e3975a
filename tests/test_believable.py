"""The believable counties that other tests and the benchmarks rely on: their truth is true."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import pytest
from believable import RETURNED, ROSTER, TRUTH, filed, make, with_faults
from believable_faults import BAD_FILES, FAULTS
from believable_texts import KINDS
from believable_units import FRAMEWORK, Unit, city, county, district, province, submission_of
from believable_workbooks import filled_in, workbook_of

from perfxl.app.changes import findings, opened
from perfxl.app.tasks import check_file
from perfxl.core.forms.findings import Severity
from perfxl.core.forms.project_code import fits
from perfxl.core.forms.records import Project, Submission
from perfxl.core.grid.cells import Sheet
from perfxl.core.rosters.read_roster import read_roster
from perfxl.io.data.framework_files import find_framework
from perfxl.io.workbooks.new_workbook import standard_workbook
from perfxl.io.workbooks.read_files import read_package, read_workbook

UNIT = Unit("101001", "青禾县某局", "青禾县某局", "安平", "0000-2345678", 4)
EVERY_KIND = Unit("102001", "青禾县另一局", "青禾县另一局", "文华", "0000-2345679", len(KINDS))


def told(data: bytes) -> list[tuple[int | None, str]]:
    """(project, rule) of every error and warning."""
    found = findings(opened(read_package(data)))
    return sorted((f.project or 0, f.rule) for f in found if f.severity is not Severity.INFO)


@pytest.mark.parametrize(
    ("units", "departments", "number", "projects"),
    [(county(), 57, 57, 504), (city(), 93, 178, None), (district(), 63, 335, None), (province(), 500, 20_000, 80_000)],
    ids=["county", "city", "district", "province"],
)
def test_the_sizes_are_those_that_are_promised(units, departments, number, projects):
    assert len({unit.department for unit in units}) == departments
    assert len({unit.code for unit in units}) == len({unit.name for unit in units}) == number
    assert projects in {None, sum(unit.projects for unit in units)}
    assert all(len(unit.code) == 6 and unit.projects >= 4 for unit in units)
    # A department's first three digits are its own.
    assert len({unit.code[:3] for unit in units}) == departments


def test_the_same_seed_gives_the_same_and_another_another():
    assert county(7) == county(7)
    assert county(7) != county(8)
    assert submission_of(UNIT, 7) == submission_of(UNIT, 7)
    assert submission_of(UNIT, 7) != submission_of(UNIT, 8)
    assert workbook_of(submission_of(UNIT)) == workbook_of(submission_of(UNIT))


@pytest.mark.parametrize("seed", range(4))
def test_every_kind_of_project_is_without_errors_and_warnings(seed):
    submission = submission_of(EVERY_KIND, seed)
    assert {project.project_name for project in submission.projects} == {kind.name for kind in KINDS}
    assert all(fits(project.project_code) for project in submission.projects)
    assert told(workbook_of(submission)) == []


@pytest.mark.parametrize("unit", [UNIT, EVERY_KIND], ids=["four", "every kind"])
def test_the_fast_way_puts_the_same_into_every_cell_as_drawing_it_anew(unit):
    submission = submission_of(unit)
    fast = read_package(workbook_of(submission))
    anew = read_package(standard_workbook(submission, find_framework(FRAMEWORK)))
    assert list(map(said, fast.sheets)) == list(map(said, anew.sheets))


def said(sheet: Sheet) -> tuple[object, ...]:
    # Each writer has an order of its own for merged areas, which means nothing.
    return sheet.name, sheet.cells, set(sheet.merged), sheet.hidden, sheet.unread


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_gives_exactly_its_rule(name):
    for number in (1, 4):
        one = with_faults(UNIT, submission_of(UNIT), {number: name})
        assert told(workbook_of(one.submission, one.typed)) == [(number, FAULTS[name].rule)]


def test_faults_come_at_the_set_rate():
    units = province(units=2000)
    share = sum(bool(filed(unit, faults=0.15).faults) for unit in units) / len(units)
    assert 0.13 < share < 0.17
    assert not any(filed(unit).faults for unit in units[:100])


def test_a_workbook_that_was_handed_out_is_filled_in_without_a_fault():
    submission = submission_of(EVERY_KIND)
    given = Submission(
        framework=FRAMEWORK,
        department_name=submission.department_name,
        budget_unit=submission.budget_unit,
        year=submission.year,
        projects=tuple(
            Project(
                number=p.number,
                unit_line=p.unit_line,
                budget_unit=p.budget_unit,
                project_code=p.project_code,
                project_name=p.project_name,
                total_budget=p.total_budget,
                fiscal_funds=p.fiscal_funds,
                other_funds=p.other_funds,
            )
            for p in submission.projects
        ),
    )
    data = filled_in(standard_workbook(given, find_framework(FRAMEWORK)), submission)
    assert told(data) == []
    read = opened(read_package(data)).submission
    assert [p.total_budget for p in read.projects] == [p.total_budget for p in submission.projects]
    assert [[i.target for i in p.indicators] for p in read.projects] == [
        [i.target for i in p.indicators] for p in submission.projects
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A district of forty units, with all that comes back in the wrong way."""
    folder = tmp_path_factory.mktemp("district")
    return folder, make(province(units=40, projects=4), folder, faults=0.5, odd=True)


def test_the_truth_is_what_the_files_say(made):
    folder, truth = made
    assert json.loads((folder / TRUTH).read_text(encoding="utf-8")) == truth
    for unit in truth["units"]:
        if unit["file"] is None:
            continue
        one = check_file(folder / RETURNED / unit["file"])
        found = sorted((f.project, f.rule) for f in one.findings if f.severity is not Severity.INFO)
        assert found == sorted((fault["project"], fault["rule"]) for fault in unit["faults"])
        assert one.submission.budget_unit.code == unit["code"]
        for project, said in zip(one.submission.projects, unit["projects"], strict=True):
            for key in ("total_budget", "fiscal_funds", "other_funds"):
                value = getattr(project, key)
                assert value == (None if said[key] is None else Decimal(said[key]))
        total = sum((p.total_budget or Decimal(0) for p in one.submission.projects), Decimal(0))
        assert total == Decimal(unit["totals"]["total_budget"])


def test_what_is_odd_is_there_and_nothing_else(made):
    folder, truth = made
    fates = Counter(unit["fate"] for unit in truth["units"])
    assert fates == {"": 32, "twice": 2, "older": 2, "renamed": 2, "missing": 2}
    wanted = {unit["file"] for unit in truth["units"] if unit["file"]}
    wanted |= {file for unit in truth["units"] for file in unit.get("other_files", [])}
    wanted |= {bad["file"] for bad in truth["bad_files"]}
    returned = folder / RETURNED
    files = {path.relative_to(returned).as_posix() for path in returned.rglob("*") if path.is_file()}
    assert files == wanted
    older = [unit for unit in truth["units"] if unit["fate"] == "older"]
    for unit in older:
        [first] = unit["other_files"]
        times = [(returned / file).stat().st_mtime for file in (first, unit["file"])]
        assert times[0] < times[1]


def test_none_of_the_bad_files_holds_a_form(made):
    folder, truth = made
    kinds = {bad["kind"]: check_file(folder / RETURNED / bad["file"]) for bad in truth["bad_files"]}
    assert len(kinds) == len(BAD_FILES) + 1
    stranger = kinds.pop("外县的文本")
    assert stranger.submission.budget_unit.code == "998001"
    empty = kinds.pop("没有表格")
    assert [f.rule for f in empty.findings] == ["STR01"]
    assert all(one.submission is None and one.reason for one in kinds.values())


def test_the_roster_is_read_without_a_fault_and_has_the_figures(made):
    folder, truth = made
    roster = read_roster(read_workbook(folder / ROSTER))
    assert roster.faults == ()
    assert [unit.code for unit in roster.units] == [unit["code"] for unit in truth["units"]]
    good = [unit["code"] for unit in truth["units"] if not unit["faults"]]
    given = {u.code: sum((p.total_budget for p in u.projects), Decimal(0)) for u in roster.units}
    filed_totals = {u["code"]: Decimal(u["totals"]["total_budget"]) for u in truth["units"]}
    assert [given[code] for code in good] == [filed_totals[code] for code in good]


def test_several_processes_write_the_same_files_as_one(tmp_path):
    units = province(units=30, projects=2)
    one = make(units, tmp_path / "一", faults=0.5)
    two = make(units, tmp_path / "二", faults=0.5, jobs=2)
    assert one == two
    for unit in one["units"]:
        file = f"{RETURNED}/{unit['file']}"
        assert (tmp_path / "一" / file).read_bytes() == (tmp_path / "二" / file).read_bytes()
    assert (tmp_path / "一" / ROSTER).read_bytes() == (tmp_path / "二" / ROSTER).read_bytes()
