"""单位说明: an answer holds while what it was written for is unchanged; an error is never answered."""

from __future__ import annotations

import json
import shutil

import openpyxl
import pytest
from places import AT, cell
from returned import edit

from perfxl.app.make_examples import MENDED
from perfxl.app.tasks import check
from perfxl.core.forms.findings import Severity
from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.core.rules.answers import CHANGED
from perfxl.core.rules.findings_in_words import headline

FIRST = "1.工会保障项目"
ANSWER = "按合同约定付款"
MARKED = f"{CHANGED}{ANSWER}"


@pytest.fixture
def sample(workbook):
    """A checked sample whose first project is warned of one thing: 2 = 1 + 1, with three decimals."""
    budget(workbook, 96.301)
    write(workbook)
    return workbook


def budget(path, amount):
    edit(path, FIRST, {AT["total_budget"]: amount, AT["fiscal_funds"]: amount})


def write(path):
    batch = check([path], target_of=lambda one: one)
    assert batch.problems == ()
    return batch.checked[0].findings


def row_of(path, rule):
    sheet = openpyxl.load_workbook(path)[FINDINGS]
    return next(row for row in range(4, sheet.max_row) if sheet[f"C{row}"].value == rule)


def answer(path, rule, text=ANSWER):
    edit(path, FINDINGS, {f"K{row_of(path, rule)}": text})


def told(path, rule):
    """(answered, explanation) of the rule's first finding after one more check with --write."""
    found = next(f for f in write(path) if f.rule == rule)
    sheet = openpyxl.load_workbook(path)[FINDINGS]
    assert sheet[f"K{row_of(path, rule)}"].value == found.explanation
    return found.answered, found.explanation


def test_an_answer_holds_while_the_content_is_unchanged(sample):
    answer(sample, "AMT03")
    for _ in range(2):
        assert told(sample, "AMT03") == (True, ANSWER)
    assert [found.explanation for found in write(sample) if found.explanation] == [ANSWER]


def test_an_answer_to_other_content_is_kept_and_marked(sample, perfxl):
    answer(sample, "AMT03")
    write(sample)
    budget(sample, 96.302)
    assert told(sample, "AMT03") == (False, MARKED)
    assert told(sample, "AMT03") == (False, MARKED)
    [file] = json.loads(perfxl("check", sample, "--format", "json").out)["files"]
    assert MARKED in [one["explanation"] for one in file["findings"]]
    assert f"单位说明：{MARKED}" in perfxl("check", sample).out


def test_any_cell_of_a_finding_counts(sample):
    """预算数 is the finding's first cell, 财政资金 another."""
    answer(sample, "AMT03")
    write(sample)
    edit(sample, FIRST, {AT["fiscal_funds"]: 96.302})
    assert told(sample, "AMT03") == (False, MARKED)


def test_the_mark_goes_when_the_content_is_as_it_was(sample):
    answer(sample, "AMT03")
    write(sample)
    budget(sample, 96.302)
    write(sample)
    budget(sample, 96.301)
    assert told(sample, "AMT03") == (True, ANSWER)


@pytest.mark.parametrize("text", [ANSWER, "重新核对过，按新合同"])
def test_a_unit_that_takes_the_mark_away_answers_anew(sample, text):
    answer(sample, "AMT03")
    write(sample)
    budget(sample, 96.302)
    write(sample)
    answer(sample, "AMT03", text)
    assert told(sample, "AMT03") == (True, text)


def test_a_sorted_list_keeps_its_answers(sample):
    """Excel sorts what it shows: the hidden columns stay behind."""
    answer(sample, "AMT03")
    book = openpyxl.load_workbook(sample)
    sheet = book[FINDINGS]
    one, other = row_of(sample, "AMT03"), row_of(sample, "PLN04")
    for column in "ABCDEFGHIJK":
        first, second = sheet[f"{column}{one}"], sheet[f"{column}{other}"]
        first.value, second.value = second.value, first.value
    book.save(sample)
    assert told(sample, "AMT03") == (True, ANSWER)
    assert told(sample, "PLN04") == (False, None)


def test_without_the_hidden_column_the_listed_value_decides(sample):
    answer(sample, "AMT03")
    for expected, amount in (((True, ANSWER), 96.301), ((False, MARKED), 96.302)):
        book = openpyxl.load_workbook(sample)
        book[FINDINGS].delete_cols(14)
        book.save(sample)
        budget(sample, amount)
        assert told(sample, "AMT03") == expected


def test_an_error_stays_an_error_whatever_is_answered(sample, perfxl):
    answer(sample, "OBJ02", "系统中无法修改")
    assert told(sample, "OBJ02") == (False, "系统中无法修改")
    sheet = openpyxl.load_workbook(sample)[FINDINGS]
    assert "1 个写了说明，仍须更正" in sheet["A2"].value
    assert "错误不能用说明代替" in sheet[f"I{row_of(sample, 'OBJ02')}"].value
    ran = perfxl("check", sample)
    assert ran.status == 1
    assert "错误不能用说明代替" in ran.out


def test_two_equal_answers_are_both_kept_when_one_fault_is_mended(sample):
    for rule in ("AMT03", "PLN04"):
        answer(sample, rule)
    write(sample)
    budget(sample, 96.3)
    for _ in range(2):
        assert "AMT03" not in {f.rule for f in write(sample)}
    sheet = openpyxl.load_workbook(sample)[FINDINGS]
    answered = [row[2].value for row in sheet.iter_rows(min_row=4, max_col=11) if row[10].value == ANSWER]
    assert sorted(answered) == ["AMT03", "PLN04"]
    budget(sample, 96.301)
    assert told(sample, "AMT03") == (True, ANSWER)


def test_the_headline_counts_what_was_answered(sample):
    some = write(sample)[0]

    def findings(severity, answered, explanations):
        changes = {"severity": severity}
        return [
            some.model_copy(update=changes | {"answered": i < answered, "explanation": text})
            for i, text in enumerate(explanations)
        ]

    warnings = findings(Severity.WARNING, 3, ["因为"] * 3 + [None] * 39)
    assert headline(warnings).startswith("没有错误；42 个警告（其中 3 个已说明）：请逐条核对")
    changed = findings(Severity.WARNING, 1, ["因为", MARKED, None])
    assert "3 个警告（其中 1 个已说明，1 个说明后内容已改）" in headline(changed)
    done = findings(Severity.WARNING, 2, ["因为", "所以"])
    assert headline(done) == "没有错误；2 个警告（其中 2 个已说明）：警告都已说明，供评审时核对"


def test_the_terminal_counts_them_too(sample, perfxl):
    answer(sample, "AMT03")
    assert "个警告（其中 1 个已说明）" in perfxl("check", sample).out


def test_two_faults_of_one_rule_in_one_cell_keep_an_answer_each(examples, tmp_path):
    """成本 reads `>=96.30万元`: the sign is put in order (an info) and it looks the wrong way (a warning)."""
    path = tmp_path / "样本.xlsx"
    shutil.copy(examples / MENDED, path)
    cost = cell(4, "target")
    edit(path, FIRST, {cost: ">=96.30万元"})
    write(path)
    sheet = openpyxl.load_workbook(path)[FINDINGS]
    rows = [row for row in range(4, sheet.max_row) if sheet[f"C{row}"].value == "VAL10"]
    assert [sheet[f"E{row}"].value for row in rows] == [cost, cost]
    edit(path, FINDINGS, {f"K{row}": f"{sheet[f'B{row}'].value}的说明" for row in rows})
    for _ in range(2):
        said = {f.severity.label: f.explanation for f in write(path) if f.rule == "VAL10"}
        assert said == {"警告": "警告的说明", "提示": "提示的说明"}
