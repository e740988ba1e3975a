"""The commands as a contract: exit statuses, streams, JSON, and what is written where."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from places import AT

from perfxl import __version__
from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.core.grid.change import CellEdit, Change
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.data.samples import sample_facts
from perfxl.io.workbooks.read_files import read_workbook
from perfxl.io.workbooks.write_files import apply

FIRST = "1.工会保障项目"
NEW = ("--unit", "116001 承德高新区总工会本级", "--year", "2024")
FINDING_KEYS = [
    "rule", "severity", "sheet", "cell", "cells", "field", "message", "hint", "basis", "aspect",
    "opinion", "actual", "expected", "difference", "explanation",
]  # fmt: skip


def checked(perfxl, *paths, status):
    ran = perfxl("check", *paths, "--format", "json")
    assert ran.status == status, ran.err
    return json.loads(ran.out)


# ------------------------------------------------------------------------------- exit statuses


@pytest.mark.parametrize(("name", "status"), [(FILLED_IN, 1), (MENDED, 0)])
def test_the_exit_status_tells_whether_there_are_errors(perfxl, examples, name, status):
    assert perfxl("check", examples / name).status == status


def test_exit_status_2_for_a_missing_file_and_the_others_are_still_reported(perfxl, examples):
    ran = perfxl("check", "没有.xlsx", examples / FILLED_IN, "--format", "json")
    assert ran.status == 2
    files = {Path(one["path"]).name: one["status"] for one in json.loads(ran.out)["files"]}
    assert files == {"没有.xlsx": "unreadable", FILLED_IN: "errors"}
    assert "没有.xlsx" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "用法"),
        (["chek"], "没有“chek”这个命令"),
        (["text", "x.xlsx"], "没有“text”这个命令"),
        (["check"], "缺少参数 PATH"),
        (["check", "a.xlsx", "--formt", "json"], "没有“--formt”这个选项"),
        (["check", "a.xlsx", "--format", "xml"], "--format 只能是：text、json、html"),
        (["check", "a.xlsx", "--jobs", "0"], "--jobs 应为整数，不小于 1"),
        (["check", "a.xlsx", "--jobs", "x"], "--jobs 应为整数"),
        (["check", "a.xlsx", "--format"], "选项“--format”后面要写一个值"),
        (["fill"], "缺少参数 FILE"),
        (["fill", "a.xlsx", "b.xlsx"], "多写了参数：b.xlsx"),
        (["new", "x.xlsx", "--year", "2024"], "缺少选项 --unit"),
        (["new", "x.xlsx", "--unit", "116001 甲"], "缺少选项 --year"),
        (["rules", "XXX99"], "没有编号为“XXX99”的规则"),
    ],
)
def test_a_wrong_call_is_explained_in_chinese(perfxl, arguments, words):
    ran = perfxl(*arguments)
    assert ran.status == 2
    assert words in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("command", ["new", "check", "fill", "summary", "distribute", "rules", "demo"])
def test_every_command_has_a_chinese_help_page(perfxl, command):
    ran = perfxl(command, "--help")
    assert ran.status == 0
    assert ran.out.startswith(f"用法：perfxl {command}")
    for english in ("Usage", "Options", "Show this", "OPTIONS", "required", "default:"):
        assert english not in ran.out


def test_help_lists_what_can_be_done_and_nothing_else(perfxl):
    lines = perfxl("--help").out.splitlines()
    names = [line.split()[0] for line in lines[lines.index("命令:") + 1 :] if line.startswith("  ")]
    names = [name for name in names if not name.startswith("-")]
    assert names == [
        "new", "check", "fill", "summary", "distribute", "collect", "addin", "live", "rules", "forms",
        "demo",
    ]  # fmt: skip


def test_version(perfxl):
    assert perfxl("--version").out.strip() == f"perfxl {__version__}"


# ------------------------------------------------------------------------------------ the JSON


def test_the_json_says_what_the_contract_says(perfxl, examples):
    path = examples / FILLED_IN
    report = checked(perfxl, path, status=1)
    assert list(report) == ["perfxl", "files"]
    assert report["perfxl"] == __version__
    (file,) = report["files"]
    assert list(file) == [
        "path", "sha256", "status", "reason", "template", "department", "budget_unit", "year",
        "framework", "projects", "totals", "findings", "counts",
    ]  # fmt: skip
    facts = sample_facts()
    assert file["path"] == str(path)
    assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (file["status"], file["reason"]) == ("errors", None)
    assert file["template"] == {"id": "hebei-2023", "version": 1}
    assert file["department"] == facts["department"]
    assert file["budget_unit"] == facts["budget_unit"]
    assert (file["year"], file["framework"]) == (2023, "hebei-2023")
    assert file["totals"] == {
        "projects": 4,
        "total_budget": "188.90",
        "fiscal_funds": "188.90",
        "other_funds": "0.00",
        "period_amounts": ["0.00", "0.00", "91.57", "97.33"],
        "incomplete": [],
    }
    for said, fact in zip(file["projects"], facts["projects"], strict=True):
        for key in ("project_code", "project_name", "total_budget", "fiscal_funds", "other_funds",
                    "purpose", "objective", "spending_plan"):  # fmt: skip
            assert said[key] == fact[key], key
        assert said["sub_objective"] is None
        for row, expected in zip(said["indicators"], fact["indicators"], strict=True):
            assert {key: row[key] for key in expected} == expected
            assert row["cell"][0] == "A"
    assert [one["plan_basis"] for one in file["projects"]] == ["period", "both", "period", "period"]
    assert file["projects"][2]["indicators"][8]["parsed"] == {
        "operator": "≥", "number": "90", "unit": None,
    }  # fmt: skip
    assert file["projects"][0]["indicators"][0]["parsed"] is None


def test_the_findings_of_the_json(perfxl, examples):
    (file,) = checked(perfxl, examples / FILLED_IN, status=1)["files"]
    assert file["findings"]
    for finding in file["findings"]:
        assert list(finding) == FINDING_KEYS
    number = dict.fromkeys(("error", "warning", "info"), 0)
    for finding in file["findings"]:
        number[finding["severity"]] += 1
    assert file["counts"] == number
    placeholders = [one for one in file["findings"] if one["rule"] == "OBJ02"]
    assert len(placeholders) == 4
    assert {one["severity"] for one in placeholders} == {"error"}


def test_an_unreadable_file_in_the_json(perfxl, tmp_path):
    path = tmp_path / "空.xlsx"
    path.touch()
    (file,) = checked(perfxl, path, status=2)["files"]
    assert file["status"] == "unreadable"
    assert file["reason"].endswith("。")
    assert file["sha256"] == hashlib.sha256(b"").hexdigest()
    for key in ("template", "department", "budget_unit", "year", "framework"):
        assert file[key] is None
    assert (file["projects"], file["findings"]) == ([], [])
    assert file["totals"] == {
        "projects": 0, "total_budget": "0.00", "fiscal_funds": "0.00", "other_funds": "0.00",
        "period_amounts": ["0.00"] * 4,
        "incomplete": [],
    }  # fmt: skip
    assert file["counts"] == {"error": 0, "warning": 0, "info": 0}


def test_a_form_typed_by_hand_says_the_same(perfxl, examples):
    (ours,) = checked(perfxl, examples / FILLED_IN, status=1)["files"]
    (by_hand,) = checked(perfxl, examples / BY_HAND, status=1)["files"]

    def facts(file):
        return [
            {key: value for key, value in project.items() if key not in ("sheet", "indicators")}
            | {"rows": [{k: v for k, v in row.items() if k != "cell"} for row in project["indicators"]]}
            for project in file["projects"]
        ]

    assert facts(by_hand) == facts(ours)
    assert by_hand["template"] is None
    assert by_hand["year"] is None
    assert by_hand["budget_unit"] == ours["budget_unit"]
    assert by_hand["totals"] == ours["totals"]


def test_the_mended_sample_has_neither_errors_nor_warnings(perfxl, examples):
    (file,) = checked(perfxl, examples / MENDED, status=0)["files"]
    worse = [(f["rule"], f["sheet"], f["cell"], f["message"]) for f in file["findings"]]
    assert not [one for one, f in zip(worse, file["findings"], strict=True) if f["severity"] != "info"]
    assert file["status"] == "passed"
    assert file["totals"]["total_budget"] == "188.90"


# ------------------------------------------------------------------------------------ the text


def test_the_text_begins_with_what_to_mend_first(perfxl, examples):
    ran = perfxl("check", examples / FILLED_IN)
    lines = ran.out.splitlines()
    assert lines[0] == str(examples / FILLED_IN)
    assert "个错误，先改这 4 个：" in lines[1]
    assert f"{FIRST}!{AT['objective']}" in lines[1]
    assert "\x1b[" not in ran.out
    assert ran.err == ""


def test_errors_come_first_on_each_sheet(perfxl, examples):
    order = {"错误": 0, "警告": 1, "提示": 2}
    seen: list[int] = []
    for line in perfxl("check", examples / FILLED_IN).out.splitlines()[2:]:
        words = line.split()
        if line and not line.startswith(" "):
            seen = []
        elif len(words) > 2 and words[1] in order:
            seen.append(order[words[1]])
            assert seen == sorted(seen)


def test_text_and_json_list_the_same_findings(perfxl, examples):
    (file,) = checked(perfxl, examples / FILLED_IN, status=1)["files"]
    text = perfxl("check", examples / FILLED_IN).out
    for finding in file["findings"]:
        assert f"{finding['rule']}  {finding['message']}" in text


# ----------------------------------------------------------------------------------- the files


def test_folders_patterns_and_lock_files(perfxl, examples, tmp_path):
    inner = tmp_path / "甲" / "乙"
    inner.mkdir(parents=True)
    for target in (tmp_path / "一.xlsx", inner / "二.XLSX", inner / "~$二.xlsx", inner / "三.txt"):
        shutil.copy(examples / MENDED, target)
    names = [Path(f["path"]).name for f in checked(perfxl, tmp_path, status=0)["files"]]
    assert names == ["一.xlsx", "二.XLSX"]
    for pattern, expected in (("*.xlsx", ["一.xlsx"]), ("**/*.XLSX", ["二.XLSX"]), ("?.xlsx", ["一.xlsx"])):
        found = checked(perfxl, f"{tmp_path}/{pattern}", status=0)["files"]
        assert [Path(f["path"]).name for f in found] == expected


def test_a_file_named_twice_is_checked_once(perfxl, examples, tmp_path):
    path = Path(shutil.copy(examples / MENDED, tmp_path / "[1]表.xlsx"))
    assert len(checked(perfxl, path, tmp_path, path, status=0)["files"]) == 1


def test_several_jobs_give_the_same_report_in_the_same_order(perfxl, examples, tmp_path):
    for name, source in (("甲", FILLED_IN), ("乙", MENDED), ("丙", BY_HAND)):
        shutil.copy(examples / source, tmp_path / f"{name}.xlsx")
    (tmp_path / "坏.xlsx").write_text("x")
    one = perfxl("check", tmp_path, "--format", "json")
    two = perfxl("check", tmp_path, "--format", "json", "--jobs", "2")
    assert (one.status, one.out) == (two.status, two.out)
    assert one.status == 2
    assert len(json.loads(one.out)["files"]) == 4


def test_the_report_goes_to_a_file(perfxl, examples, tmp_path):
    ran = perfxl("check", examples / FILLED_IN, "--format", "json", "-o", tmp_path / "结果.json")
    assert (ran.status, ran.out) == (1, "")
    assert json.loads((tmp_path / "结果.json").read_text(encoding="utf-8"))["files"]
    perfxl("check", examples / FILLED_IN, "-o", tmp_path / "结果.txt")
    assert "先改这 4 个" in (tmp_path / "结果.txt").read_text(encoding="utf-8")


def test_a_report_never_replaces_a_workbook(perfxl, workbook):
    before = workbook.read_bytes()
    ran = perfxl("check", workbook, "-o", workbook)
    assert ran.status == 2
    assert "--write" in ran.err
    assert workbook.read_bytes() == before


def test_checking_changes_nothing(perfxl, workbook):
    before = (workbook.read_bytes(), workbook.stat().st_mtime_ns)
    perfxl("check", workbook)
    assert (workbook.read_bytes(), workbook.stat().st_mtime_ns) == before
    assert list(workbook.parent.iterdir()) == [workbook]


def test_check_write_puts_the_findings_into_the_workbook(perfxl, workbook, tmp_path):
    before = read_workbook(workbook)
    ran = perfxl("check", workbook, "--write", "-o", tmp_path / "结果.xlsx")
    assert ran.status == 1
    assert read_workbook(workbook) == before
    assert "个错误" in ran.out
    after = read_workbook(tmp_path / "结果.xlsx")
    sheet = after.sheet("校验结果")
    assert sheet is not None
    texts = {cell.text for cell in sheet.cells.values()}
    (file,) = checked(perfxl, workbook, status=1)["files"]
    for finding in file["findings"]:
        assert any(text.startswith(finding["message"]) for text in texts), finding
    for old in before.sheets:
        if old.name not in ("校验结果", "部门汇总"):
            new = after.sheet(old.name)
            assert new is not None
            assert new.cells == old.cells

    assert perfxl("check", workbook, "--write").status == 1
    assert read_workbook(workbook).sheet("校验结果") == sheet


# -------------------------------------------------------------------------------- fill, summary


def type_in(path: Path, **amounts: float | None) -> None:
    """Change amounts of the first project as a person would, totals elsewhere left as they were."""
    edits = tuple(CellEdit(FIRST, AT[field], value) for field, value in amounts.items())
    apply(path, Change(cells=edits), path)


def test_fill_writes_the_counts_that_an_empty_summary_lacks(perfxl, workbook):
    ran = perfxl("fill", workbook)
    assert ran.status == 0
    assert re.search(r"部门汇总!\w+5  错误：（空） → 1\n", ran.out)
    # The sums were right already.
    assert "预算数" not in ran.out


def test_fill_writes_nothing_where_everything_is_right(perfxl, workbook):
    perfxl("fill", workbook)
    before = workbook.read_bytes()
    ran = perfxl("fill", workbook)
    assert (ran.status, ran.out) == (0, "")
    assert "最新" in ran.err
    assert workbook.read_bytes() == before


def test_fill_writes_a_total_that_is_blank(perfxl, workbook):
    type_in(workbook, total_budget=None)
    ran = perfxl("fill", workbook)
    assert ran.status == 0
    assert f"{FIRST}!{AT['total_budget']}  预算数：（空） → 96.3" in ran.out
    (file,) = checked(perfxl, workbook, status=1)["files"]
    assert file["projects"][0]["total_budget"] == "96.30"


def test_fill_lists_what_it_changes_and_does_it_once(perfxl, workbook):
    type_in(workbook, total_budget=100, fiscal_funds=100)
    (file,) = checked(perfxl, workbook, status=1)["files"]
    assert "STR10" in {one["rule"] for one in file["findings"]}
    before = workbook.read_bytes()

    dry = perfxl("fill", workbook, "--dry-run")
    assert dry.status == 0
    assert "部门汇总!" in dry.out
    assert "部门整体绩效目标!" in dry.out
    assert "188.9 → 192.6" in dry.out
    assert "--dry-run" in dry.err
    assert workbook.read_bytes() == before

    done = perfxl("fill", workbook)
    assert (done.status, done.out) == (0, dry.out)
    again = perfxl("fill", workbook)
    assert (again.status, again.out) == (0, "")
    (file,) = checked(perfxl, workbook, status=1)["files"]
    assert "STR10" not in {one["rule"] for one in file["findings"]}
    assert file["totals"]["total_budget"] == "192.60"


def test_fill_leaves_the_source_alone_when_told_where_to_write(perfxl, workbook, tmp_path):
    type_in(workbook, total_budget=None)
    before = workbook.read_bytes()
    assert perfxl("fill", workbook, "-o", tmp_path / "新.xlsx").status == 0
    assert workbook.read_bytes() == before
    assert (tmp_path / "新.xlsx").exists()


def test_a_wrong_amount_is_not_filled_over(perfxl, workbook):
    type_in(workbook, total_budget=97)
    perfxl("fill", workbook)
    (file,) = checked(perfxl, workbook, status=1)["files"]
    assert file["projects"][0]["total_budget"] == "97.00"
    assert "AMT02" in {one["rule"] for one in file["findings"]}


def test_summary_gives_the_figures(perfxl, workbook, tmp_path):
    before = workbook.read_bytes()
    ran = perfxl("summary", workbook, "-o", tmp_path / "汇总.xlsx")
    assert ran.status == 0
    assert "188.90" in ran.out
    assert "91.57" in ran.out
    assert workbook.read_bytes() == before
    sheet = read_workbook(tmp_path / "汇总.xlsx").sheet("部门汇总")
    assert sheet is not None
    texts = {cell.text for cell in sheet.cells.values()}
    assert {"13081123P000222100028", "96.30", "82.44"} <= texts


# ------------------------------------------------------------------------------------------ new


def test_new_makes_a_workbook_that_reads_back(perfxl, tmp_path):
    path = tmp_path / "新.xlsx"
    ran = perfxl("new", path, *NEW, "--department", "承德高新区总工会", "--projects", "3")
    assert ran.status == 0, ran.err
    (file,) = checked(perfxl, path, status=1)["files"]
    assert file["budget_unit"] == {"code": "116001", "name": "承德高新区总工会本级"}
    assert (file["year"], file["framework"]) == (2024, "hebei-2023")
    assert file["department"] == "承德高新区总工会"
    assert len(file["projects"]) == 3


def test_new_overwrites_nothing(perfxl, workbook):
    before = workbook.read_bytes()
    ran = perfxl("new", workbook, *NEW)
    assert ran.status == 2
    assert "已经存在" in ran.err
    assert workbook.read_bytes() == before


@pytest.mark.parametrize("unit", ["116001", "承德总工会", "116 总工会", "", "1160011 总工会"])
def test_a_unit_is_a_code_and_a_name(perfxl, tmp_path, unit):
    ran = perfxl("new", tmp_path / "新.xlsx", "--unit", unit, "--year", "2024")
    assert ran.status == 2
    assert "6 位编码加名称" in ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year", "24"], "--year 应为整数"),
        (["--projects", "0"], "项目个数"),
        (["--projects", "-1"], "项目个数"),
        (["--projects", "9999"], "项目个数"),
        (["--projects", "没有.xlsx"], "没有.xlsx"),
        (["--framework", "hebei-1999"], "没有名为“hebei-1999”的指标体系"),
        (["--framework", "没有.toml"], "找不到指标体系文件"),
    ],
)
def test_new_says_what_is_wrong_and_writes_nothing(perfxl, tmp_path, arguments, words):
    ran = perfxl("new", tmp_path / "新.xlsx", *NEW, *arguments)
    assert ran.status == 2
    assert words in ran.err
    assert not list(tmp_path.iterdir())


LIST = [
    ["其他资金", "项目名称", "预算数（万元）", "项目编码", "资金\n用途", "财政资金", "备注"],
    ["", "甲项目", "１,096.30", "13081123P000222100028", "用于甲", "1096.3", "x"],
    ["", "", "", "", "", "", ""],
    ["2", "乙项目", "7", "", "", "5万元", ""],
]


def list_file(path: Path, encoding: str) -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(["项目清单"])
        for row in LIST:
            book.active.append([value or None for value in row])
        book.save(path)
    else:
        lines = [",".join('"' + value + '"' for value in row) for row in LIST]
        path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("name", "encoding"), [("清单.xlsx", ""), ("清单.csv", "utf-8-sig"), ("清单.csv", "utf-8"), ("清单.csv", "gb18030")]
)
def test_new_from_a_list_of_projects(perfxl, tmp_path, name, encoding):
    source = list_file(tmp_path / name, encoding)
    ran = perfxl("new", tmp_path / "新.xlsx", *NEW, "--projects", source)
    assert ran.status == 0, ran.err
    (file,) = checked(perfxl, tmp_path / "新.xlsx", status=1)["files"]
    one, two = file["projects"]
    assert (one["project_name"], one["project_code"]) == ("甲项目", "13081123P000222100028")
    assert (one["total_budget"], one["fiscal_funds"], one["other_funds"]) == ("1096.30", "1096.30", None)
    assert one["purpose"] == "用于甲"
    assert (two["total_budget"], two["fiscal_funds"], two["other_funds"]) == ("7.00", "5.00", "2.00")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("项目名称,预算数\n甲,很多\n", "第 2 行的“预算数”不是数字：“很多”"),
        ("名称,金额\n甲,1\n", "没有找到标题行"),
        ("项目名称,预算数\n", "没有项目"),
        ("", "没有找到标题行"),
    ],
)
def test_a_list_that_cannot_be_used(perfxl, tmp_path, content, words):
    (tmp_path / "清单.csv").write_text(content, encoding="utf-8")
    ran = perfxl("new", tmp_path / "新.xlsx", *NEW, "--projects", tmp_path / "清单.csv")
    assert ran.status == 2
    assert words in ran.err
    assert not (tmp_path / "新.xlsx").exists()


# ----------------------------------------------------------------------------------- frameworks


def framework_file(folder: Path, edit=lambda text: text) -> Path:
    from importlib.resources import files

    text = (files("perfxl") / "data" / "frameworks" / "hebei-2023.toml").read_text(encoding="utf-8")
    path = folder / "本市.toml"
    path.write_text(edit(text), encoding="utf-8-sig")
    return path


def test_an_edited_framework_file(perfxl, tmp_path, examples):
    path = framework_file(tmp_path, lambda text: text.replace("hebei-2023", "chengde-2024"))
    ran = perfxl("check", examples / FILLED_IN, "--framework", path, "--format", "json")
    assert ran.status == 1
    assert json.loads(ran.out)["files"][0]["framework"] == "chengde-2024"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text.replace("version = 1", ""), "version"),
        (lambda text: text.replace("required = true", "required = '也许'", 1), "categories.0.required"),
        (lambda text: text + "\n[[[", "TOML"),
    ],
)
def test_a_framework_file_with_a_mistake(perfxl, tmp_path, examples, edit, words):
    path = framework_file(tmp_path, edit)
    ran = perfxl("check", examples / FILLED_IN, "--framework", path)
    assert ran.status == 2
    assert words in ran.err
    assert "本市.toml" in ran.err


def test_the_frameworks_that_come_with_the_program():
    assert list(all_frameworks()) == ["central-2021", "hebei-2023"]


# -------------------------------------------------------------------------------------- the rest


def test_rules_lists_all_and_explains_one(perfxl):
    listing = perfxl("rules")
    assert listing.status == 0
    assert "AMT02" in listing.out
    one = perfxl("rules", "amt02")
    assert one.status == 0
    assert "AMT02" in one.out
    assert "依据" in one.out


def test_demo(perfxl, tmp_path):
    ran = perfxl("demo", tmp_path / "示例")
    assert ran.status == 0, ran.err
    assert "188.90" in ran.out
    assert "先改这 4 个" in ran.out
    assert {one.suffix for one in (tmp_path / "示例").iterdir()} == {".xlsx"}
    assert perfxl("demo", tmp_path / "示例").out == ran.out


def test_a_second_demo_keeps_what_somebody_tried_out_in_the_first(perfxl, tmp_path):
    perfxl("demo", tmp_path)
    tried = tmp_path / FILLED_IN
    tried.write_bytes(tried.read_bytes() + b"tried")
    before = tried.read_bytes()
    ran = perfxl("demo", tmp_path)
    assert ran.out.splitlines()[-1].endswith("改名为“承德总工会2023.改动.xlsx”保留。")
    assert (tmp_path / "承德总工会2023.改动.xlsx").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 6


def test_a_closed_pipe_is_no_fault(examples):
    program = f"{sys.executable} -m perfxl check '{examples / FILLED_IN}' | head -1"
    done = subprocess.run(program, shell=True, capture_output=True, encoding="utf-8", check=False)  # noqa: S602
    assert done.stderr == ""
    assert "Traceback" not in done.stdout


def test_the_examples_are_the_same_bytes_every_time(examples, tmp_path):
    from perfxl.app.make_examples import write_examples

    for path in write_examples(tmp_path):
        assert path.read_bytes() == (examples / path.name).read_bytes(), path.name
