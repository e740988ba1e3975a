"""What CONTRIBUTING describes, done: a rule is one file, a framework is one file, a format a file and a row.

A field and a whole form are in test_forms.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
FILLED_IN = EXAMPLES / "承德总工会2023.xlsx"

RULE = '''
from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Project
from perfxl.core.rules.registry import Hit, Hits, rule


@rule(
    "OBJ99",
    Severity.INFO,
    on=Project,
    aspect=Aspect.RELEVANCE,
    opinion=Opinion.O2,
    basis="本地做法",
    message="项目名称“{project_name}”没有写明年度。",
    hint="请在名称前写上年度。",
    good=[{"project_name": "2023年劳模春节慰问金项目"}, {"project_name": "2023年工会经费"}],
    bad=[{"project_name": "劳模慰问金项目"}],
)
def names_begin_with_the_year(project_name: str | None) -> Hits:
    """项目名称写明年度。"""
    if project_name is not None and not project_name.startswith("20"):
        yield Hit("project_name")
'''
FORMAT = """
def render(checked):
    return "\\n".join(f"{one.path}: {len(one.findings)}" for one in checked) + "\\n"
"""


def program(folder: Path, before: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own, with something done before it begins."""
    script = f"import sys; sys.path.insert(0, {str(folder)!r}); {before}; from perfxl.app.cli import main; main()"
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_rule_is_one_file(tmp_path):
    (tmp_path / "local_rules.py").write_text(RULE, encoding="utf-8")
    checked = program(tmp_path, "import local_rules", "check", FILLED_IN, "--format", "json")
    [report] = json.loads(checked.stdout)["files"]
    found = [(f["sheet"], f["field"], f["message"]) for f in report["findings"] if f["rule"] == "OBJ99"]
    assert [one[:2] for one in found] == [(p["sheet"], "project_name") for p in report["projects"]]
    assert found[0][2] == f"项目名称“{report['projects'][0]['project_name']}”没有写明年度。"
    explained = program(tmp_path, "import local_rules", "rules", "OBJ99").stdout
    assert "要求：项目名称写明年度。" in explained
    assert "项目名称：劳模慰问金项目" in explained


def test_a_framework_is_one_file(tmp_path, perfxl):
    shipped = Path(__file__).parents[1] / "perfxl" / "data" / "frameworks" / "hebei-2023.toml"
    path = tmp_path / "本市.toml"
    text = shipped.read_text(encoding="utf-8").replace('id = "hebei-2023"', 'id = "local-2026"')
    path.write_text(text.replace('"成本指标"]', '"成本指标", "安全指标"]'), encoding="utf-8")
    made = tmp_path / "空白.xlsx"
    assert perfxl("new", made, "--unit", "116001 某某局", "--year", 2026, "--framework", path).status == 0
    [report] = json.loads(perfxl("check", made, "--framework", path, "--format", "json").out)["files"]
    assert (report["framework"], report["template"]["id"]) == ("local-2026", "local-2026")
    from openpyxl import load_workbook

    rows = load_workbook(made)["1.项目1"].iter_rows(values_only=True)
    assert ("产出指标", "安全指标") in [row[:2] for row in rows]


def test_an_output_format_is_a_file_and_a_row(tmp_path):
    (tmp_path / "report_counts.py").write_text(FORMAT, encoding="utf-8")
    row = "from perfxl.io.reports.formats import FORMATS; FORMATS['counts'] = 'report_counts'"
    ran = program(tmp_path, row, "check", FILLED_IN, "--format", "counts")
    path, _, number = ran.stdout.strip().rpartition(": ")
    assert (path, ran.returncode) == (str(FILLED_IN), 1)
    assert int(number) > 40
    assert "text|json|html|sarif|counts" in program(tmp_path, row, "check", "--help").stdout


@pytest.mark.parametrize("broken", ['"project_name"', "project_nam: str | None"])
def test_a_misspelt_field_of_a_rule_is_told_when_it_is_loaded(tmp_path, broken):
    text = (
        RULE.replace("project_name: str | None", broken) if "None" in broken else RULE.replace("on=Project", "on=dict")
    )
    (tmp_path / "local_rules.py").write_text(text, encoding="utf-8")
    ran = program(tmp_path, "import local_rules", "rules", "OBJ99")
    assert ran.returncode != 0
    assert "TypeError: OBJ99: " in ran.stderr
