"""What a bureau decides about the rules, in a framework file: it acts, and every report says so."""

from __future__ import annotations

import json
from importlib.resources import files

import openpyxl
import pytest

from perfxl.core.forms.sheet_names import FINDINGS, GUIDE

DECIDED = """
[settings.severities]
OBJ02 = "warning"

[settings.not_applicable.PLN04]
who = "某某市财政局预算绩效科"
why = "本市统一按分期比例填写"
"""
LINES = (
    "本地不适用：PLN04 ",
    "（某某市财政局预算绩效科：本市统一按分期比例填写）",
    "本地调整严重程度：OBJ02 ",
    "（原为错误，本地按警告）",
)


@pytest.fixture
def framework(tmp_path):
    """The shipped framework as a bureau edits it: `framework(more TOML, words=…)`."""

    def make(more="", first=""):
        text = (files("perfxl") / "data" / "frameworks" / "hebei-2023.toml").read_text(encoding="utf-8")
        path = tmp_path / "本市.toml"
        path.write_text(f"{first}\n{text}\n{more}", encoding="utf-8")
        return path

    return make


def test_json_follows_the_settings_and_says_so(perfxl, framework, workbook):
    plain = perfxl("check", workbook, "--format", "json")
    [before] = json.loads(plain.out)["files"]
    assert "settings" not in before
    ran = perfxl("check", workbook, "--framework", framework(DECIDED), "--format", "json")
    assert ran.status == 0
    [file] = json.loads(ran.out)["files"]
    assert list(file) == [*before, "settings"]
    assert file["settings"]["not_applicable"] == [
        {"rule": "PLN04", "who": "某某市财政局预算绩效科", "why": "本市统一按分期比例填写"}
    ]
    assert file["settings"]["severities"] == {"OBJ02": "warning"}
    assert "PLN04" in {one["rule"] for one in before["findings"]}
    assert "PLN04" not in {one["rule"] for one in file["findings"]}
    assert {one["severity"] for one in file["findings"] if one["rule"] == "OBJ02"} == {"warning"}


def test_the_terminal_says_it(perfxl, framework, workbook):
    assert "本地" not in perfxl("check", workbook).out
    out = perfxl("check", workbook, "--framework", framework(DECIDED)).out
    for words in LINES:
        assert words in out


def test_the_sheet_says_it_below_the_headline(perfxl, framework, workbook):
    path = framework(DECIDED)
    perfxl("check", workbook, "--framework", path, "--write")
    sheet = openpyxl.load_workbook(workbook)[FINDINGS]
    said = f"{sheet['A3'].value}\n{sheet['A4'].value}"
    for words in LINES:
        assert words in said
    assert [cell.value for cell in sheet[5]][:3] == ["序号", "严重程度", "规则"]
    assert sheet.auto_filter.ref.startswith("A5:")
    # The answers are found again below a head of another height, also without the settings.
    book = openpyxl.load_workbook(workbook)
    row = next(row for row in range(6, 30) if book[FINDINGS][f"C{row}"].value == "OBJ02")
    book[FINDINGS][f"K{row}"] = "等待批复"
    book.save(workbook)
    out = perfxl("check", workbook, "--framework", path, "--write").out
    assert "（其中 1 个已说明）" in out
    perfxl("check", workbook, "--write")
    sheet = openpyxl.load_workbook(workbook)[FINDINGS]
    assert sheet["A3"].value == "序号"
    assert "等待批复" in {row[10].value for row in sheet.iter_rows(max_col=11)}


def test_sarif_says_it(perfxl, framework, workbook):
    ran = perfxl("check", workbook, "--framework", framework(DECIDED), "--format", "sarif")
    [run] = json.loads(ran.out)["runs"]
    rules = run["tool"]["driver"]["rules"]
    [invocation] = run["invocations"]
    overrides = {
        rules[one["descriptor"]["index"]]["id"]: one["configuration"]
        for one in invocation["ruleConfigurationOverrides"]
    }
    assert overrides == {"OBJ02": {"enabled": True, "level": "warning"}, "PLN04": {"enabled": False}}
    [off] = [one for one in rules if "notApplicable" in one["properties"]]
    assert (off["id"], off["properties"]["notApplicable"]["why"]) == ("PLN04", "本市统一按分期比例填写")
    assert len(invocation["properties"]["localDecisions"]) == 2
    assert "PLN04" not in {one["ruleId"] for one in run["results"]}


def test_the_guide_of_a_new_workbook_lists_the_rules_that_apply(perfxl, framework, tmp_path):
    target = tmp_path / "新.xlsx"
    ran = perfxl("new", target, "--unit", "116001 甲局本级", "--year", "2024", "--framework", framework(DECIDED))
    assert ran.status == 0, ran.err
    said = {cell.value for row in openpyxl.load_workbook(target)[GUIDE].iter_rows() for cell in row}
    assert "OBJ02　警告" in said
    assert not any(str(text).startswith("PLN04") for text in said)
    assert any(str(text).startswith(LINES[0]) and LINES[1] in text for text in said)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[settings.severities]\nVAL99 = "info"', "不存在的规则：VAL99"),
        ('[settings.not_applicable.ABC01]\nwho = "甲"\nwhy = "乙"', "不存在的规则：ABC01"),
        ('[settings.severities]\nOBJ02 = "重要"', "settings.severities.OBJ02"),
        ('[settings.not_applicable.OBJ02]\nwho = "甲"', "settings.not_applicable.OBJ02.why"),
        ('[settings.not_applicable.OBJ02]\nwho = ""\nwhy = "乙"', "settings.not_applicable.OBJ02.who"),
        ('[settings]\nplan_basis = "随意"', "settings.plan_basis"),
        ("[settings]\nseverity = 1", "settings.severity"),
    ],
)
def test_a_mistake_in_the_settings_is_said(perfxl, framework, workbook, more, words):
    ran = perfxl("check", workbook, "--framework", framework(more))
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert "本市.toml" in ran.err


def test_word_lists_beside_the_framework(framework, tmp_path):
    from perfxl.io.data.framework_files import find_framework, shipped_words

    (tmp_path / "本地词表.toml").write_text('vague = ["马马虎虎"]', encoding="utf-8-sig")
    words = find_framework(str(framework(first='words = "本地词表.toml"'))).words
    assert words.vague == ("马马虎虎",)
    assert words.model_copy(update={"vague": shipped_words().vague}) == shipped_words()


@pytest.mark.parametrize(
    ("content", "words"), [(None, "找不到词表文件"), ('vage = ["x"]', "vage"), ("vague = 3", "vague"), ("[[[", "TOML")]
)
def test_a_mistake_in_the_word_lists_is_said(perfxl, framework, workbook, tmp_path, content, words):
    if content is not None:
        (tmp_path / "本地词表.toml").write_text(content, encoding="utf-8")
    ran = perfxl("check", workbook, "--framework", framework(first='words = "本地词表.toml"'))
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert "本地词表.toml" in ran.err
