"""Each rule by its own examples, and each message as a person reads it."""

import re

import pytest
from places import AT

from perfxl.core.forms.findings import Severity
from perfxl.core.forms.records import Project
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import examined, example
from perfxl.core.rules.registry import Hit, rule
from perfxl.io.data.framework_files import all_frameworks

HEBEI = all_frameworks()["hebei-2023"]

GOOD = [(r.id, i) for r in RULES.values() for i in range(len(r.good))]
BAD = [(r.id, i) for r in RULES.values() for i in range(len(r.bad))]


def findings(rule_id, changes):
    """What is found in the example text with these changes; what each basis was taken for aside."""
    framework = all_frameworks()[changes.get("framework", HEBEI.id)]
    found = examined(RULES[rule_id], changes, framework)
    told = [f for f in found if (f.rule, f.severity) != ("PLN04", Severity.INFO)]
    return found if rule_id == "PLN04" else told


@pytest.mark.parametrize(("rule_id", "number"), GOOD)
def test_a_good_example_gives_nothing(rule_id, number):
    assert [f"{f.rule} {f.message}" for f in findings(rule_id, RULES[rule_id].good[number])] == []


@pytest.mark.parametrize(("rule_id", "number"), BAD)
def test_a_bad_example_gives_exactly_this_rule(rule_id, number):
    found = findings(rule_id, RULES[rule_id].bad[number])
    assert {f.rule for f in found} == {rule_id}, [f.message for f in found]


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_has_examples_of_both_kinds(rule_id):
    # One on the good side of the boundary, one that a hasty rule would be alarmed by. What the reader
    # noticed (STR) has no boundary: it is tested on real workbooks.
    assert len(RULES[rule_id].good) >= (1 if rule_id.startswith("STR") else 2)
    assert RULES[rule_id].bad


@pytest.mark.parametrize(("rule_id", "number"), BAD)
def test_a_message_is_a_whole_chinese_sentence(rule_id, number):
    for found in findings(rule_id, RULES[rule_id].bad[number]):
        for text in (found.message, found.hint):
            assert text.endswith("。"), text
            assert not re.search(r"\{|\}|None|Decimal|\[\]", text), text


@pytest.mark.parametrize("rule_id", RULES)
def test_a_guarantee_is_written_for_the_people_who_fill_in_the_form(rule_id):
    guarantee = RULES[rule_id].guarantee
    assert guarantee.endswith(("。", "）。"))
    assert re.search(r"[\u4e00-\u9fff]", guarantee)


def test_every_rule_of_this_stage_is_there():
    wanted = [f"STR{i:02}" for i in range(1, 11)]
    wanted += ["IDN01", "IDN02", "IDN05", "IDN06", "IDN09", "AMT01", "AMT02", "AMT03", "AMT05"]
    wanted += ["PLN01", "PLN02", "PLN03", "PLN04", "OBJ01", "OBJ02", "IND01", "IND04", "IND05"]
    wanted += ["VAL01", "DEP01", "DEP08"]
    assert set(wanted) <= RULES.keys()


def _like(number, **changes):
    known = RULES["OBJ01"]
    words = {
        "on": Project,
        "aspect": known.aspect,
        "opinion": known.opinion,
        "basis": "",
        "message": "",
        "hint": "",
        "good": [],
        "bad": [],
    }
    return rule(number, Severity.ERROR, **(words | changes))


def test_an_id_is_given_once():
    with pytest.raises(TypeError, match="OBJ01"):

        @_like("OBJ01")
        def again(objective):
            """重复的编号。"""
            yield Hit("objective")


def test_a_rule_cannot_ask_for_a_field_that_is_not_there():
    with pytest.raises(TypeError, match="objektive"):

        @_like("ZZZ01")
        def misspelt(objektive):
            """写错的字段。"""
            yield Hit("objective")

    assert "ZZZ01" not in RULES


def test_a_rule_says_what_it_guarantees():
    with pytest.raises(TypeError, match="docstring"):

        @_like("ZZZ02")
        def silent(objective):
            yield Hit("objective")


def test_an_amount_that_differs_by_a_cent_is_found_with_what_it_should_be():
    [found] = findings("AMT02", {"total_budget": "96.31", "fiscal_funds": "96.30"})
    cells = AT["total_budget"], AT["fiscal_funds"], AT["other_funds"]
    assert (found.sheet, found.cell, found.cells) == ("1.示例", cells[0], cells)
    assert (found.actual, found.expected, found.difference) == ("96.31", "96.30", "0.01")
    assert found.message == "预算数 96.31 ≠ 财政资金 96.30 ＋ 其他资金 0.00 ＝ 96.30，相差 0.01 万元。"


def test_three_empty_targets_are_one_finding_with_three_cells():
    submission = example(RULES["VAL01"], {})
    [project] = submission.projects
    rows = [row.model_copy(update={"target": None}) for row in project.indicators[:3]]
    project = project.model_copy(update={"indicators": (*rows, *project.indicators[3:])})
    found = check(submission.model_copy(update={"projects": (project,)}), HEBEI)
    [found] = [f for f in found if f.rule == "VAL01"]
    assert found.cells == tuple(row.cells["target"] for row in rows)


def test_two_ways_of_planning_in_one_text_are_one_warning_where_it_is_shorter_to_mend():
    plans = [[None, None, "50", "50"], [None, None, "50", "50"], [None, "50", None, "100"]]
    base = example(RULES["IDN05"], {"copies": 3, "project_code": "13081123P00022210002{number}"})
    projects = [
        Project.model_validate(project.model_dump() | {"spending_plan": plan, "project_name": f"项目{project.number}"})
        for project, plan in zip(base.projects, plans, strict=True)
    ]
    found = check(base.model_copy(update={"projects": tuple(projects)}), HEBEI)
    told = sorted((f.project, f.severity.value) for f in found if f.rule == "PLN04")
    assert told == [(1, "info"), (2, "info"), (3, "warning")]
