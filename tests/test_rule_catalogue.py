"""The catalogue as people read it: `perfxl rules`, docs/rules.md, the template's guide."""

from __future__ import annotations

import re

import openpyxl
import pytest

from perfxl.app.explain import listing, one
from perfxl.app.make_rule_docs import rule_docs
from perfxl.app.rule_examples import bad_examples, good_example
from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.sheet_names import GUIDE
from perfxl.core.rules import RULES
from perfxl.core.rules.topics import TOPICS
from perfxl.core.sheets.template.suggestions import suggestions
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.new_workbook import standard_workbook

PYTHON = re.compile(r"None|Decimal|\{'|\['|\bTrue\b|<[A-Za-z]")


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_is_explained_with_an_example_and_what_it_gives(rule_id):
    said = one(rule_id)
    rule = RULES[rule_id]
    assert rule.guarantee in said
    assert f"依据：{rule.basis}" in said
    assert f"{rule.opinion.name} {rule.opinion.value}" in said
    assert "不符的例子：" in said
    assert not PYTHON.search(said), said
    for example in bad_examples(rule):
        assert example.says, "which field says what?"
        for finding in example.findings:
            assert finding.message in said
            assert finding.hint in said


def test_an_example_says_which_field_says_what():
    [example] = bad_examples(RULES["AMT02"])
    assert example.says == ("预算数：100", "其中：财政资金：60", "其他资金：30")
    [finding] = example.findings
    assert finding.message == "预算数 100.00 ≠ 财政资金 60.00 ＋ 其他资金 30.00 ＝ 90.00，相差 10.00 万元。"
    good = good_example(RULES["AMT02"])
    assert good is not None
    assert {"预算数：100", "其中：财政资金：60", "其他资金：40"} <= set(good.says)
    assert good.findings == ()


@pytest.mark.parametrize("topic", ["COL", "STR"])
def test_topics_come_in_the_order_of_the_form(topic):
    lines = listing().splitlines()
    assert lines[0] == TOPICS["IDN"]
    if TOPICS[topic] in lines:
        assert lines.index(TOPICS["DEP"]) < lines.index(TOPICS[topic])


def test_the_document_has_every_rule_once():
    document = rule_docs()
    headings = re.findall(r"^### (\w+)$", document, re.MULTILINE)
    assert sorted(headings) == sorted(RULES)
    assert not PYTHON.search(document)
    assert document == rule_docs()


@pytest.mark.parametrize("name", all_frameworks())
def test_the_guide_lists_the_rules_and_indicators_to_copy(name, tmp_path):
    framework = all_frameworks()[name]
    path = tmp_path / "模板.xlsx"
    path.write_bytes(standard_workbook(Submission(framework=name, projects=(Project(number=1),)), framework))
    sheet = openpyxl.load_workbook(path)[GUIDE]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=4)]
    rules = {row[1]: row[2] for row in rows if row[1]}
    for rule in RULES.values():
        if not rule.id.startswith("COL"):
            assert rules[f"{rule.id}　{rule.severity.label}"] == rule.guarantee.partition("\n")[0]
    start = rows.index(["二级指标", "三级指标", "指标值", "怎样计算"])
    listed = [tuple(row[1:]) for row in rows[start + 1 :]]
    assert sorted(listed) == sorted((one.name, one.target, one.how) for one in suggestions())
    assert {row[0] for row in rows[start + 1 :] if row[0]} <= {
        name for category in framework.categories for name in category.subcategories
    }
    assert sheet.print_area == f"'{GUIDE}'!$A$1:$D${sheet.max_row}"
