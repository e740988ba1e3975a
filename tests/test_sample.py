"""The published sample, as printed, typed by hand, and mended: what the first user will see."""

import pytest
from places import AT
from tables import FRAMEWORKS, found_in

from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.app.make_templates import write_templates
from perfxl.core.forms.findings import Severity
from perfxl.core.reading.submission import read
from perfxl.io.data.samples import sample_facts
from perfxl.io.workbooks.read_files import read_workbook


def told(path, *, where=True):
    found = found_in(read_workbook(path))
    return [(f.rule, f.severity.value, f.project, f.field, f.message) + (f.cells if where else ()) for f in found]


def test_every_character_is_as_printed(examples):
    facts = sample_facts()
    submission = read(read_workbook(examples / FILLED_IN), FRAMEWORKS)
    assert submission.department_name == facts["department"]
    assert submission.year == facts["year"]
    assert submission.department.overall_objective == facts["overall_objective"]
    for project, printed in zip(submission.projects, facts["projects"], strict=True):
        for key in ("project_code", "project_name", "purpose", "objective"):
            assert getattr(project, key) == printed[key]
        assert project.unit_line == printed["budget_unit"]
        assert f"{project.total_budget:.2f}" == printed["total_budget"]
        for row, line in zip(project.indicators, printed["indicators"], strict=True):
            assert {key: getattr(row, key) for key in line} == line


def test_the_only_errors_are_the_left_over_placeholders(examples):
    found = found_in(read_workbook(examples / FILLED_IN))
    errors = [(f.rule, f.project, f.cell) for f in found if f.severity is Severity.ERROR]
    assert errors == [("OBJ02", number, AT["objective"]) for number in (1, 2, 3, 4)]


def test_the_forms_typed_by_hand_have_the_same_findings_at_their_own_cells(examples):
    # Whether a 分项 covers the project is asked where there is a sheet of them.
    ours = [one for one in told(examples / FILLED_IN, where=False) if one[2] is not None and one[0] != "DEP02"]
    theirs = told(examples / BY_HAND, where=False)
    assert sorted(ours, key=str) == sorted(theirs, key=str)
    errors = [f for f in found_in(read_workbook(examples / BY_HAND)) if f.severity is Severity.ERROR]
    assert {f.cell for f in errors} == {"B8"}
    assert {f.sheet for f in errors} == {sheet.name for sheet in read_workbook(examples / BY_HAND).sheets}


def test_the_mended_sample_has_nothing_to_return(examples):
    found = found_in(read_workbook(examples / MENDED))
    assert [f"{f.sheet}!{f.cell} {f.rule} {f.message}" for f in found if f.severity is not Severity.INFO] == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [FILLED_IN, BY_HAND, MENDED])
def test_saved_by_libreoffice_it_is_read_and_checked_the_same(examples, soffice, tmp_path, name):
    saved = soffice.convert(examples / name, "xlsx", tmp_path)
    assert told(saved) == told(examples / name)
    before, after = (read(read_workbook(path), FRAMEWORKS) for path in (examples / name, saved))
    assert [(t.cell, t.shown) for t in before.totals] == [(t.cell, t.shown) for t in after.totals]


@pytest.mark.libreoffice
def test_templates_saved_by_libreoffice_are_checked_the_same(soffice, tmp_path):
    for path in write_templates(tmp_path):
        assert told(soffice.convert(path, "xlsx", tmp_path / "saved")) == told(path)
