"""Sums and plans, exact to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.totals import cumulative, fill_edits, period_amounts, plan_basis, totals
from perfxl.core.grid.change import CellEdit


def plan(*shares):
    return tuple(None if share is None else Decimal(share) for share in shares)


@pytest.mark.parametrize(
    ("shares", "basis"),
    [
        ((None, None, "50", "50"), "period"),
        (("25", "25", "25", "25"), "period"),
        ((None, None, None, "100"), "both"),
        (("0", "0", "0", "100"), "both"),
        (("25", "50", "75", "100"), "cumulative"),
        ((None, "50", None, "100"), "cumulative"),
        (("33.33", "33.33", "33.33", None), "period"),
        (("33.33", "33.33", "33.32", None), "invalid"),
        (("33.34", "33.34", "33.33", None), "period"),
        (("33.34", "33.34", "33.34", None), "invalid"),
        (("60", "50", "75", "100"), "invalid"),
        ((None, None, "50", None), "invalid"),
        ((None, None, None, None), "invalid"),
        (("-50", "50", "50", "50"), "invalid"),
        (("100", "100", "100", "100"), "cumulative"),
        (("100", None, None, None), "period"),
    ],
)
def test_a_plan_reads_by_period_or_cumulative_or_both_or_not(shares, basis):
    assert plan_basis(plan(*shares)) == basis


def test_what_is_spent_by_each_date_is_the_same_whichever_way_it_is_written():
    by_period = cumulative(plan("25", None, "25", "50"))
    assert by_period == cumulative(plan("25", None, "50", "100")) == plan("25", "25", "50", "100")


def test_periods_add_up_to_the_budget_where_halves_of_a_cent_would_not():
    assert period_amounts(Decimal("96.31"), plan(None, None, "50", "50")) == (
        Decimal("0.00"),
        Decimal("0.00"),
        Decimal("48.16"),
        Decimal("48.15"),
    )


shares = st.lists(st.integers(0, 10000), min_size=3, max_size=3).map(sorted)


@given(st.decimals(0, 10**8, places=2), shares)
def test_periods_always_add_up_to_the_budget(budget, reached):
    steps = [Decimal(share) / 100 for share in [*reached, 10000]]
    amounts = period_amounts(budget, tuple(steps))
    assert sum(amounts) == budget
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in amounts)


def project(**changes):
    values = {
        "sheet": "一",
        "number": 1,
        "cells": {"total_budget": "C5", "fiscal_funds": "E5", "other_funds": "G5"},
        **changes,
    }
    typed = {
        key: str(values[key]) for key in ("total_budget", "fiscal_funds", "other_funds") if values.get(key) is not None
    }
    return Project.model_validate({"typed": typed, **values})


def test_sums_count_a_blank_as_nothing():
    sums = totals([project(total_budget="96.30", fiscal_funds="96.30"), project()])
    assert (sums.total_budget, sums.fiscal_funds, sums.other_funds) == (Decimal("96.30"), Decimal("96.30"), Decimal(0))


def test_a_blank_budget_is_filled_in_from_its_sources():
    edits = fill_edits(Submission(projects=(project(fiscal_funds="60", other_funds="36.30"),)))
    assert edits == (CellEdit("一", "C5", Decimal("96.30")),)


@pytest.mark.parametrize(
    "changes",
    [
        {"total_budget": "90", "fiscal_funds": "60", "other_funds": "36.30"},
        {"fiscal_funds": "60", "typed": {"total_budget": "约60", "fiscal_funds": "60"}},
        {"fiscal_funds": "60", "typed": {"fiscal_funds": "60", "other_funds": "3万多"}},
        {},
        {"fiscal_funds": "60", "cells": {"fiscal_funds": "E5"}},
    ],
    ids=["wrong but typed", "no number", "a source cannot be read", "no sources", "no such cell"],
)
def test_nothing_that_a_person_typed_is_filled_in_again(changes):
    assert fill_edits(Submission(projects=(project(**changes),))) == ()
