"""No figure is rounded in silence: what arithmetic could not keep exactly is no number, and is asked about."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal

import pytest
from grids import put
from places import AT, cell
from returned import edit
from tables import FRAMEWORKS, GOOD, drawn

from perfxl.core.forms.file_identity import PREFILLED, TEMPLATE, VERSION, parse_identity
from perfxl.core.forms.target_values import parse_target
from perfxl.core.grid.cells import Cell, Sheet, Workbook, position
from perfxl.core.grid.draw_numbers import shown_number
from perfxl.core.grid.numbers import exact, parse_amount, parse_text_number, tidy
from perfxl.core.grid.text import squeezed
from perfxl.core.reading.submission import read
from perfxl.core.rules.engine import check


def findings_with(budget: object):
    """A good form with this as its 预算数, and the findings of it."""
    sheet = put(drawn(GOOD, "项目一"), position(AT["total_budget"]), budget)
    submission = read(Workbook((sheet,)), FRAMEWORKS, "hebei-2023")
    return submission.projects[0], [(found.rule, found.actual) for found in check(submission, FRAMEWORKS["hebei-2023"])]


@pytest.mark.parametrize(
    "typed",
    [
        "9" * 29,
        "9" * 5_000,
        "1E+999999999",
        "4.4" + "0" * 40 + "1",
        "0." + "0" * 20 + "1",
        "5.76①",
        "5²",
        "5⒈2",
        "5½",
        "1000000000000.01",
    ],
)
def test_an_amount_that_cannot_be_exact_is_asked_about(typed):
    project, found = findings_with(typed)
    assert project.total_budget is None
    assert ("AMT01", typed) in found


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300, -1e300, 1e-300])
def test_a_cell_whose_number_is_out_of_bounds_holds_none(value):
    assert exact(value) is None
    project, found = findings_with(value)
    assert project.total_budget is None
    assert "AMT01" in [rule for rule, _ in found]


@pytest.mark.parametrize(
    ("stored", "code", "amount"),
    [
        (57600, "0." + "0" * 200, "57600"),
        (5.76, "0." + "0" * 200, "5.76"),
        (1e12, "0." + "0" * 30, "1000000000000"),
        (57600, "0.00E+00", "57600"),
        (5.76, "0E+000", "5.76"),
        (3, "0,", None),
        (4000, "0,,", None),
        (57600, "0" + "," * 100, None),
        (57600, "0" + "%" * 100, None),
        (-5.76, "#,##0.00_);(#,##0.00)", "-5.76"),
        (-57600, '0"."0000', "-5.76"),
        (0, "0;-0;;@", "0"),
        (0.004, "0.00", "0.004"),
        (57600, '"¥"0"."0,', "5.76"),
        (57600, "# ??/??", "57600"),
        (1.5, "# ?/?", None),
    ],
)
def test_an_amount_under_any_format(stored, code, amount):
    found = parse_amount(Cell(stored, shown_number(float(stored), code)))
    assert found.value == (None if amount is None else Decimal(amount))
    assert (found.stored is not None) == (amount is None or not found.plain)


def test_what_can_be_exact_stays_exact():
    long = "1234567890.123456789012345678"
    assert parse_text_number(long).value == Decimal(long)
    assert parse_text_number("4.4" + "0" * 5_000).value == Decimal("4.4")
    assert str(tidy(Decimal("12345678901234567890123456789.50"))) == "12345678901234567890123456789.5"
    assert str(tidy(Decimal("1E+2"))) == "100"


@pytest.mark.parametrize(
    ("target", "number", "unit"),
    [
        ("48¹人", "48", "人"),
        ("①48人", "48", "人"),
        ("≥500m²", "500", "㎡"),
        ("≥500平方米②", "500", "平方米"),
        ("百分之0.0000001", "0.0000001", "%"),
        ("４８人", "48", "人"),
    ],
)
def test_marks_and_powers_are_no_digits_of_a_target(target, number, unit):
    parsed = parse_target(target)
    assert (parsed.number, parsed.unit) == (Decimal(number), unit)


@pytest.mark.parametrize("target", ["9" * 29 + "人", "≥" + "9" * 5_000, "每年" + "9" * 40 + "次", "5½小时"])
def test_a_target_that_cannot_be_exact_has_no_number(target):
    assert parse_target(target) is None


def test_only_digits_of_all_scripts_become_half_width_ones():
    assert squeezed("５ ①²½㎡Ⅳ") == "5①²½m2IV"


def test_years_that_ran_together_are_asked_about_and_the_file_is_reported(perfxl, workbook, tmp_path):
    shutil.copy(workbook, tmp_path / "二.xlsx")
    target = cell(1, "target")
    edit(workbook.rename(tmp_path / "一.xlsx"), "1", {target: "2023 2024 2025 2026 2027 2028 2029 2030"})
    ran = perfxl("check", tmp_path, "--format", "json")
    assert ran.status == 1
    one, two = json.loads(ran.out)["files"]
    assert [one["status"], two["status"]] == ["errors", "errors"]
    assert one["projects"][0]["indicators"][0]["parsed"] is None
    asked = {found["rule"] for found in one["findings"] if target in found["cells"]}
    assert asked & {"VAL03", "VAL09", "VAL08", "VAL11"}


@pytest.mark.parametrize("sent", ["1E+999999999", "NaN", "sNaN", "Infinity", "9" * 5_000, "٣"])
def test_what_a_workbook_remembers_is_a_number_or_passed_over(sent):
    rows = [(TEMPLATE, "hebei-2023"), (VERSION, sent), (PREFILLED, "项目一", "total_budget", sent, sent)]
    cells = {(r, c): Cell(value) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1)}
    identity = parse_identity(Sheet("_perfxl", cells))
    assert identity.version is None
    assert identity.prefilled[0].project is None
