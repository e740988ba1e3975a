"""A big city's round, from the roster to the summary: 335 units, and everything that units do with files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from io import StringIO
from pathlib import Path

import pytest
from believable import write_roster
from believable_texts import YEAR
from believable_units import Unit, province, submission_of
from believable_workbooks import filled_in
from conftest import edit_workbooks
from places import AT

from perfxl.app.cli import run
from perfxl.core.grid.cells import Sheet, Workbook
from perfxl.core.grid.change import CellEdit, Change
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook
from perfxl.io.workbooks.write_files import apply

pytestmark = pytest.mark.libreoffice

UNITS = province(units=335, projects=2)
# What units do; no unit does two things, so that each is told for itself.
MISSING = UNITS[3:335:50]
ALTERED = UNITS[4:335:50]
OLD_VERSION_TOO = UNITS[5:335:50]
TWICE = UNITS[6:335:50]
RENAMED = UNITS[7:335:50]
IN_LIBREOFFICE = UNITS[8:335:50]
ADDED = Decimal("1.25")


@dataclass(frozen=True)
class Round:
    """What the officer has at the end."""

    folder: Path
    summary: Path
    status: int
    said: str

    def table(self, name: str) -> list[Mapping[str, object]]:
        """A sheet of the summary as records by header, without the rows of totals."""
        return [row for row in self.rows(name) if row.get("单位编码")]

    def rows(self, name: str) -> list[Mapping[str, object]]:
        """The same with the rows of totals."""
        sheet = self.workbook.sheet(name)
        assert sheet is not None
        return records(sheet)

    @cached_property
    def workbook(self) -> Workbook:
        return read_workbook(self.summary)


def records(sheet: Sheet) -> list[Mapping[str, object]]:
    head = next(row for row in sheet.rows if sheet.text((row, 1)).replace("\n", "") == "单位序号")
    names = {column: cell.text.replace("\n", "") for column, cell in sheet.row(head)}
    return [
        {names[column]: cell.value for column, cell in sheet.row(row) if column in names}
        for row in sheet.rows
        if row > head
    ]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Round:
    folder = tmp_path_factory.mktemp("一轮")
    roster, sent, summary = folder / "花名册.xlsx", folder / "下发", folder / "汇总.xlsx"
    write_roster(roster, UNITS, 1)
    assert run(["distribute", str(roster), str(sent), "--year", str(YEAR)]) == 0
    files = {path.name[:6]: path for path in sent.rglob("*.xlsx") if path.name[:6].isdigit()}
    assert files.keys() == {unit.code for unit in UNITS}
    come_back(files, folder)
    (sent / "下发清单.xlsx").unlink()
    said = StringIO()
    with redirect_stdout(said):
        status = run(["collect", str(sent), "-o", str(summary), "--roster", str(roster)])
    return Round(sent, summary, status, said.getvalue())


def come_back(files: Mapping[str, Path], folder: Path) -> None:
    """What the units do with their files."""
    for unit in OLD_VERSION_TOO:
        old = files[unit.code].with_name(f"{unit.code} 初稿.xlsx")
        shutil.copy(files[unit.code], old)
        os.utime(old, (1_700_000_000, 1_700_000_000))
    for unit in MISSING:
        files[unit.code].unlink()
    returned = [unit for unit in UNITS if unit not in MISSING]
    for unit in returned:
        path = files[unit.code]
        path.write_bytes(filled_in(path.read_bytes(), submission_of(unit, 1)))
    for unit in ALTERED:
        raise_budget(files[unit.code])
    edit_workbooks(
        [
            {
                "source": str(files[unit.code]),
                "target": str(files[unit.code]),
                "actions": [["text", 4, AT["objective"], "经班子会研究补充：完成全年任务，服务对象满意度不低于90%。"]],
            }
            for unit in IN_LIBREOFFICE
        ]
    )
    for unit in TWICE:
        shutil.copy(files[unit.code], folder / "下发" / f"{unit.name}再报一次.xlsx")
    for unit in RENAMED:
        files[unit.code].rename(
            files[unit.code].with_name(f"绩效文本（{unit.projects}个项目）最终版{unit.code[4:]}.xlsx")
        )


def raise_budget(path: Path) -> None:
    """The unit thinks it needs more, and says so in its first project."""
    first = read(read_workbook(path), all_frameworks()).projects[0]
    edits = []
    for key in ("total_budget", "fiscal_funds"):
        old = getattr(first, key)
        edits.append(CellEdit(first.sheet, first.cells[key], old + ADDED))
    apply(path, Change(cells=tuple(edits)), path)


def budget(unit: Unit) -> Decimal:
    """What the unit's projects cost together, as it filed them, in 万元."""
    if unit in MISSING:
        return Decimal(0)
    projects = submission_of(unit, 1).projects
    added = ADDED if unit in ALTERED else Decimal(0)
    return sum((project.total_budget or Decimal(0) for project in projects), added)


def money(value: object) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def test_every_unit_has_its_sum_to_the_cent(collected):
    rows = {row["单位编码"]: row for row in collected.table("部门汇总")}
    assert rows.keys() == {unit.code for unit in UNITS}
    assert {code: money(row.get("预算合计")) for code, row in rows.items()} == {
        unit.code: budget(unit) for unit in UNITS
    }


def test_the_sum_of_all_units_is_exact(collected):
    total = sum((budget(unit) for unit in UNITS), Decimal(0))
    assert money(collected.rows("部门汇总")[-1]["预算合计"]) == total
    assert money(collected.rows("项目明细")[-1]["预算数"]) == total
    assert sum((money(row["预算数"]) for row in collected.table("项目明细")), Decimal(0)) == total


def test_each_project_of_each_unit_is_listed(collected):
    listed = {(row["单位编码"], row["项目编码"]) for row in collected.table("项目明细")}
    assert listed == {
        (unit.code, project.project_code)
        for unit in UNITS
        if unit not in MISSING
        for project in submission_of(unit, 1).projects
    }


def test_who_has_not_returned_is_named(collected):
    states = {row["单位编码"]: row["情况"] for row in collected.table("报送情况") if row.get("文件") is None}
    assert {code for code, state in states.items() if state == "未报送"} == {unit.code for unit in MISSING}


def test_what_was_altered_is_named_with_both_figures(collected):
    listed = {
        (row["单位编码"], row["字段"], money(row["下发"]), money(row["回收"]))
        for row in collected.table("下发与回收差异")
    }
    expected = set()
    for unit in ALTERED:
        first = submission_of(unit, 1).projects[0]
        for label, old in (("预算数", first.total_budget), ("财政资金", first.fiscal_funds)):
            expected.add((unit.code, label, money(old), money(old + ADDED)))
    assert listed == expected


@pytest.mark.parametrize(("rule", "units"), [("COL07", TWICE), ("COL05", ALTERED), ("COL04", MISSING)])
def test_rules_on_the_collection_name_their_units(collected, rule, units):
    listed = {row["单位编码"] for row in collected.table("问题清单") if row["规则"] == rule}
    assert listed == {unit.code for unit in units}


def test_the_blank_workbook_beside_the_filled_in_one_counts_for_nothing(collected):
    blank = {row["单位编码"] for row in collected.table("报送情况") if row["情况"] == "原样交回"}
    assert blank == {unit.code for unit in OLD_VERSION_TOO}


def test_what_the_officer_reads_first(collected):
    first, second = collected.said.splitlines()[:2]
    assert first == ("应报 335 个单位：已报 328，未报 7；有改动 7，内容相同的文件 7。")
    total = sum((budget(unit) for unit in UNITS), Decimal(0))
    assert second.startswith(f"项目 656 个，预算合计 {total} 万元")


def test_the_errors_of_units_make_the_exit_status(collected):
    assert collected.status == 1


def test_the_summary_adds_what_check_says_of_each_file(collected, perfxl):
    counted = {row["文件"] for row in collected.table("项目明细")}
    paths = [collected.folder / str(file) for file in sorted(map(str, counted))]
    said = json.loads(perfxl("check", *paths, "--format", "json", "--jobs", "2").out)
    total = sum((Decimal(one["totals"]["total_budget"]) for one in said["files"]), Decimal(0))
    assert total == sum((budget(unit) for unit in UNITS), Decimal(0))
    per_file = {Path(one["path"]).relative_to(collected.folder).as_posix(): one for one in said["files"]}
    listed: dict[str, Decimal] = dict.fromkeys(per_file, Decimal(0))
    for row in collected.table("项目明细"):
        listed[str(row["文件"])] += money(row["预算数"])
    assert listed == {file: Decimal(one["totals"]["total_budget"]) for file, one in per_file.items()}
