"""The printed text of the sample, recognised from paper and pasted into one sheet, forms below each other.

`data/printed-text.md` is the published text as a scanner read it: blanks in codes, labels broken by
line breaks, headers repeated where a page ends, and one row split in two by the end of a page.
"""

import re
from decimal import Decimal
from pathlib import Path

from tables import FRAMEWORKS, found_in

from perfxl.core.grid.cells import Cell, Sheet, Workbook
from perfxl.core.reading.submission import read
from perfxl.io.data.samples import sample_facts

TEXT = Path(__file__).with_name("data") / "printed-text.md"


def pasted() -> Workbook:
    """Each line a row, each tab a column, from the first form on."""
    text = TEXT.read_text(encoding="utf-8")
    lines = text[text.index("## 1.工会保障项目绩效目标表") :].splitlines()
    cells = {
        (row, column): Cell(part.strip())
        for row, line in enumerate(lines, 1)
        for column, part in enumerate(re.sub(r"</?b>", "", line).lstrip("# ").split("\t"), 1)
        if part.strip()
    }
    return Workbook((Sheet("粘贴", cells),))


def test_four_forms_are_read_from_one_sheet():
    projects = read(pasted(), FRAMEWORKS).projects
    for project, printed in zip(projects, sample_facts()["projects"], strict=True):
        for key in ("project_code", "project_name", "purpose", "objective"):
            assert getattr(project, key) == printed[key]
        assert project.total_budget == Decimal(printed["total_budget"])
        shares = [None if share is None else Decimal(share) for share in printed["spending_plan"]]
        assert list(project.spending_plan) == shares


def test_rows_on_both_sides_of_a_page_break_are_read():
    project = read(pasted(), FRAMEWORKS).projects[1]
    printed = sample_facts()["projects"][1]["indicators"]
    assert [row.subcategory for row in project.indicators] == [row["subcategory"] for row in printed]
    assert [row.target for row in project.indicators] == [row["target"] for row in printed]


def test_only_the_row_that_the_page_break_split_is_questioned():
    found = [f for f in found_in(pasted()) if f.severity == "error" and f.rule != "OBJ02"]
    assert {(f.rule, f.cells) for f in found} == {("IND04", ("B70", "B73")), ("VAL01", ("E73",))}


def test_blanks_in_the_codes_are_understood_and_said():
    said = [f for f in found_in(pasted()) if f.rule == "STR05"]
    assert [f.cells[0] for f in said] == ["B7", "B30", "B55", "B81"]
    assert said[0].actual == "13081123P0002221000 28"
    assert said[0].expected == "13081123P000222100028"
