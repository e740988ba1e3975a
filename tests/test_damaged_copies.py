"""Three hundred damaged copies of the sample: never an exception, never a wrong address, one list everywhere."""

from __future__ import annotations

import json
import random
import re

import pytest
from grids import delete_row, insert_columns, insert_rows, put
from tables import FRAMEWORKS

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.sheet_names import RESERVED
from perfxl.core.grid.cells import Cell, Sheet, Workbook, address, position
from perfxl.core.reading.fields import cell_text
from perfxl.core.reading.submission import read
from perfxl.core.rules.engine import check
from perfxl.core.sheets.findings_sheet import results_change
from perfxl.io.reports import report_json, report_sarif, report_text
from perfxl.io.reports.checked import Checked
from perfxl.io.workbooks.read_files import read_workbook

COPIES = 300
ODD = [
    "",
    " ",
    "无",
    "/",
    "XX",
    "≥XX%",
    "１２３",
    "1,234.50",
    "12万元",
    "963000元",
    "-5",
    "1e308",
    "=1+1",
    "@x",
    "<script>",
    "{0}",
    "%s%n",
    "项目编码",
    "绩效目标",
    "三级指标",
    "目标内容1",
    "很" * 400,
    "a\nb",
    "承财行【2022】73 号",
    0,
    -1.5,
    1e15,
    0.30000000000000004,
    True,
    45000,
]


def damaged(workbook: Workbook, chance: random.Random) -> Workbook:
    """One to twelve things done to the sheets: values replaced, blanked, swapped, retyped; rows moved."""
    sheets = list(workbook.sheets)
    for _ in range(chance.randint(1, 12)):
        number = chance.choice([i for i, s in enumerate(sheets) if s.name not in RESERVED or chance.random() < 0.3])
        sheets[number] = _damaged(sheets[number], chance)
    return Workbook(tuple(sheets))


DAMAGES = (
    lambda sheet, at, _, chance: put(sheet, at, chance.choice(ODD)),
    lambda sheet, at, *_: put(sheet, at, None),
    lambda sheet, at, other, _: put(put(sheet, at, sheet.cells[other]), other, sheet.cells[at]),
    lambda sheet, at, *_: put(sheet, at, f" {sheet.cells[at].text} "),
    lambda sheet, at, _, chance: put(sheet, at, Cell(None, formula=True, error=chance.choice([None, "#REF!"]))),
    lambda sheet, at, _, chance: insert_rows(sheet, at[0], chance.randint(1, 3)),
    lambda sheet, at, *_: insert_columns(sheet, at[1]),
    lambda sheet, at, *_: delete_row(sheet, at[0]),
)


def _damaged(sheet: Sheet, chance: random.Random) -> Sheet:
    places = sorted(sheet.cells)
    if not places:
        return sheet
    at, other = chance.choice(places), chance.choice(places)
    return chance.choice(DAMAGES)(sheet, at, other, chance)


def place(finding: Finding) -> tuple[str, str | None, str | None]:
    return finding.rule, finding.sheet, finding.cell


@pytest.fixture(scope="module")
def copies(examples):
    """(workbook, submission, findings) of every damaged copy."""
    sample = read_workbook(examples / FILLED_IN)
    # Any seed will do; the same one makes a failure come back.
    chance = random.Random(20231130)
    made = []
    for _ in range(COPIES):
        workbook = damaged(sample, chance)
        submission = read(workbook, FRAMEWORKS)
        made.append((workbook, submission, check(submission, FRAMEWORKS[submission.framework])))
    return made


def test_something_is_found_in_most_of_them(copies):
    assert sum(any(f.severity == "error" and f.rule != "OBJ02" for f in found) for _, _, found in copies) > COPIES / 2


def test_every_finding_points_into_its_sheet(copies):
    for workbook, _, found in copies:
        for finding in found:
            assert (finding.sheet is None) == (finding.cell is None)
            if finding.sheet is not None:
                assert workbook.sheet(finding.sheet) is not None
            assert finding.cells[:1] == ((finding.cell,) if finding.cell else ())
            assert [address(position(cell)) for cell in finding.cells] == list(finding.cells)


def test_what_a_finding_quotes_stands_in_its_cell(copies):
    squeezed = re.compile(r"\s+")
    # PLN03 states a sum, STR05 what was typed with its blanks, AMT03 and PLN02 figures in their own form.
    for workbook, _, found in copies:
        for finding in found:
            if finding.rule in {"OBJ02", "OBJ01", "VAL01", "IDN02", "IDN01", "STR04"} and finding.actual:
                cell = workbook.sheet(finding.sheet).cells[position(finding.cell)]
                shown = cell_text(cell) or cell.text
                assert squeezed.sub("", finding.actual).rstrip("…") in squeezed.sub("", shown)


def test_the_same_findings_in_json_text_sarif_and_on_the_sheet(copies):
    for _, submission, found in copies:
        one = Checked("样本.xlsx", "0" * 64, submission, found)
        wanted = sorted(map(str, map(place, found)))
        [file] = json.loads(report_json.render([one]))["files"]
        assert sorted(str((f["rule"], f["sheet"], f["cell"])) for f in file["findings"]) == wanted
        text = report_text.render([one], colour=False)
        told = re.findall(r"^  (\S*) +(?:错误|警告|提示) ([A-Z]{3}\d\d)  ", text, re.MULTILINE)
        assert len(told) == len(found)
        assert sorted(told) == sorted(((f.cell or "—"), f.rule) for f in found)
        [run] = json.loads(report_sarif.render([one]))["runs"]
        assert sorted(r["ruleId"] for r in run["results"]) == sorted(f.rule for f in found)
        [sheet] = results_change(submission, found).sheets
        rows = [[cell.value if cell else None for cell in row] for row in sheet.rows]
        start = next(i for i, row in enumerate(rows) if row[0] == "序号") + 1
        listed = [(row[2], row[3], row[4]) for row in rows[start:] if isinstance(row[0], int)]
        assert sorted(map(str, listed)) == wanted


def test_nothing_a_unit_typed_becomes_a_formula_on_the_sheet(copies):
    for _, submission, found in copies[:100]:
        [sheet] = results_change(submission, found).sheets
        formulas = [cell.formula for row in sheet.rows for cell in row if cell and cell.formula]
        assert all(re.fullmatch(r'"[EWI]\d+!"&ADDRESS\(ROW\(.*\),COLUMN\(.*\),4\)', f) for f in formulas)
