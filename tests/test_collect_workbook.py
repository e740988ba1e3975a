"""The summary as a workbook: its formulas, its texts, its sheets, its limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import places
import pytest
from places import AT
from returned import book, edited, roster, varied
from test_collect import SHEETS, column_of, put, rows

from perfxl.app.collecting.worker import collect_one
from perfxl.app.tasks import check_file
from perfxl.core.collecting.collected_findings import UnitResult
from perfxl.core.collecting.consolidated import units_sheet
from perfxl.core.collecting.consolidated.consolidated_workbook import Consolidation
from perfxl.core.collecting.consolidated.links import Links
from perfxl.core.collecting.consolidated.streamed_table import FIRST_ROW
from perfxl.core.collecting.which_file_counts import standing
from perfxl.core.forms.records import Submission
from perfxl.core.grid.cells import MAX_ROW
from perfxl.core.rules.engine import check
from perfxl.io.collecting.returned_files import Found, find_returned
from perfxl.io.collecting.store import Store
from perfxl.io.collecting.write_consolidated import write_consolidated
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.streamed_workbook import text_of

HEBEI = all_frameworks()["hebei-2023"]
UNITS = [(f"{116 + n // 3}00{n % 3 + 1}", f"第{n + 1}中心", f"第{n // 3 + 1}局") for n in range(7)]
EVIL = '=HYPERLINK("http://example.invalid","点我")'


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A summary of seven units of three departments, one missing, one altered, with awkward texts."""
    from perfxl.app.cli import run

    top = tmp_path_factory.mktemp("workbook")
    (top / "收 回").mkdir()
    for number, (code, name, _) in enumerate(UNITS[:-1]):
        put(top / "收 回" / f"{code}.xlsx", varied(code, name, (f"{number}.10", f"{number * 1000}.07")), 1e9)
    evil = edited(
        book("117001", "第4中心", ("3.10", "3000.07")),
        {
            ("1", AT["total_budget"]): 33.1,
            ("1", AT["fiscal_funds"]): 33.1,
            ("1", places.cell(1, "name")): EVIL,
            ("1", places.cell(1, "definition")): "@SUM(1)\t+1",
            ("1", places.cell(1, "target")): "{=1+1}",
            ("1", places.cell(1, "target_basis")): "http://example.invalid/x 1e5 <b>&amp;</b> _x005F_x0041_",
            ("2", places.cell(1, "name")): "'前面的撇号",
        },
    )
    put(top / "收 回" / "117001 它's #1 100%25.xlsx", evil, 1.5e9)
    given = ["-o", top / "汇总.xlsx", "--roster", roster(top / "花名册.xlsx", UNITS), "--jobs", 1]
    assert run(["collect", str(top / "收 回"), *map(str, given)]) == 1
    return top / "汇总.xlsx"


def formulas_and_values(path: Path) -> Iterator[tuple[str, str, str, object]]:
    formulas = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value, values[sheet.title][cell.coordinate].value


@pytest.mark.libreoffice
def test_a_spreadsheet_program_computes_what_python_computed(county, soffice, tmp_path):
    assert len(list(formulas_and_values(county))) > 250
    assert computed_otherwise(county, soffice, tmp_path) == []


def computed_otherwise(path: Path, soffice, tmp_path: Path) -> list[tuple[object, ...]]:
    """The formulas of which LibreOffice makes something else than stands beside them."""
    bare = tmp_path / "bare.xlsx"
    # openpyxl drops the values when it saves; one kept beside a formula would be taken over.
    openpyxl.load_workbook(path).save(bare)
    theirs = openpyxl.load_workbook(soffice.convert(bare, "xlsx", tmp_path / "saved"), data_only=True)
    mine = list(formulas_and_values(path))
    different: list[tuple[object, ...]] = []
    for sheet, cell, formula, value in mine:
        other = theirs[sheet][cell].value
        if isinstance(value, int | float) and isinstance(other, int | float):
            same = abs(value - other) < 1e-9 * max(1, abs(value))
        else:
            same = (value or "") == (other or "")
        if not same:
            different.append((sheet, cell, formula, value, other))
    return different


def test_only_functions_that_old_spreadsheet_programs_know(county):
    used = {
        name
        for _, _, formula, _ in formulas_and_values(county)
        for name in re.findall(r"([A-Z][A-Z.0-9]*)\(", re.sub(r'"[^"]*"', "", formula))
    }
    assert used == {
        "ABS", "COUNT", "COUNTIF", "COUNTIFS", "HYPERLINK", "IF", "MID", "SUBTOTAL", "SUM", "SUMIF",
        "SUMPRODUCT", "TEXT",
    }  # fmt: skip


def test_totals_follow_from_formulas(county):
    plain, formulas = rows(county, "部门汇总"), rows(county, "部门汇总", formulas=True)
    assert [row["主管部门"] for row in plain if not row["单位序号"]] == ["第1局", "第2局", "合计"]
    of, own = column_of(county, "项目明细", "预算数"), column_of(county, "部门汇总", "预算合计")
    assert formulas[0]["预算合计"] == f"=SUMIF('项目明细'!$A$5:$A$16,$A5,'项目明细'!${of}$5:${of}$16)"
    assert formulas[3]["预算合计"] == f"=SUBTOTAL(9,{own}5:{own}7)"
    assert formulas[-1]["预算合计"] == f"=SUBTOTAL(9,{own}5:{own}{FIRST_ROW + len(plain) - 2})"
    assert plain[-1]["是否报送"] == "6/7"
    sums = sum(Decimal(str(row["预算合计"])) for row in plain if row["单位序号"] and row["预算合计"] is not None)
    assert Decimal(str(plain[-1]["预算合计"])) == sums


def test_texts_of_units_stay_texts(county):
    workbook = openpyxl.load_workbook(county)
    [row] = [row for row in rows(county, "指标明细", formulas=True) if row["三级指标"] == EVIL]
    assert row["绩效指标描述"] == "@SUM(1)\t+1"
    assert row["指标值"] == "{=1+1}"
    # openpyxl shows the spelling of the file, which spreadsheet programs read as `_x0041_`.
    assert row["指标值确定依据"] == "http://example.invalid/x 1e5 <b>&amp;</b> _x005F_x0041_"
    sheet = workbook["指标明细"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value == EVIL} == {"s"}
    assert not any(sheet._hyperlinks for sheet in workbook), "links are formulas of ours, nothing else"
    linked = {f.partition("(")[0] for _, _, f, _ in formulas_and_values(county) if "example.invalid" in f}
    assert linked == set()


def test_links_survive_awkward_file_names(county):
    links = [row["文件"] for row in rows(county, "部门汇总", formulas=True) if "#1" in str(row["文件"])]
    assert links == ['=HYPERLINK("收 回/117001 它\'s %231 100%2525.xlsx","117001 它\'s #1 100%25.xlsx")']


def test_sheets_print_on_a4_with_their_headers(county):
    workbook = openpyxl.load_workbook(county)
    assert workbook.sheetnames == SHEETS
    for sheet in workbook:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.freeze_panes == "E5"
        assert sheet.auto_filter.ref.startswith("A4:")
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
            "1",
            "0",
        ) or sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_text_too_long_for_a_cell_says_so():
    assert text_of("长" * 32_767) == "长" * 32_767
    cut = text_of("长" * 40_000)
    assert len(cut) == 32_767
    assert cut.endswith("……（原文 40,000 字，超过单元格上限，此处未完，请看原文件）")
    wide = text_of("𠮷" * 20_000)
    assert len(wide.encode("utf-16-le")) // 2 <= 32_767
    assert text_of("甲\x00\x1b乙\ud800\r\n丙\t丁") == "甲乙\n丙\t丁"


# ------------------------------------------------------------------------ longer than one sheet


def consolidated(folder: Path, tmp_path: Path, *, most_rows: int = MAX_ROW, spoil: bool = False):
    """The summary of a folder, and what the program's own check found."""
    (tmp_path / "scratch").mkdir(exist_ok=True)
    with Store(tmp_path / "scratch") as store:
        entries = []
        for number, found in enumerate(find_returned(folder, ())):
            entry, packed = collect_one((number, found), None)
            assert isinstance(found, Found)
            if packed is not None:
                store.put(number, packed)
            entries.append(entry)
        if spoil:
            line = entries[0].lines[0]
            sums = replace(line.totals, fiscal_funds=Decimal(1))
            entries[0] = replace(entries[0], lines=(replace(line, totals=sums),))
        results = [UnitResult(key, files) for key, files in enumerate(standing(entries, None).units(), 1)]
        stream = BytesIO()
        one = Consolidation(
            results, (), False, HEBEI, store, Links(""), datetime.fromisoformat("2024-01-02 03:04"), most_rows=most_rows
        )
        found = write_consolidated(one, stream, tmp_path / "scratch")
    (tmp_path / "scratch" / "collected.sqlite").unlink()
    path = tmp_path / f"汇总{most_rows}.xlsx"
    path.write_bytes(stream.getvalue())
    return path, found


@pytest.fixture
def three(tmp_path: Path) -> Path:
    for number in range(1, 5):
        text = varied(f"11600{number}", f"第{number}中心", ("1.10", "2.20"))
        put(tmp_path / "收回" / f"11600{number}.xlsx", text, 1e9)
    return tmp_path / "收回"


def test_a_table_longer_than_a_sheet_goes_on_on_the_next(three, tmp_path):
    whole, _ = consolidated(three, tmp_path)
    split, _ = consolidated(three, tmp_path, most_rows=FIRST_ROW + 5)
    names = openpyxl.load_workbook(split, read_only=True).sheetnames
    assert [name for name in names if name.startswith("项目明细")] == ["项目明细", "项目明细(2)"]
    for sheet in ("项目明细", "指标明细", "问题清单"):
        pages = [name for name in names if name == sheet or name.startswith(f"{sheet}(")]
        pieces = [row for page in pages for row in rows(split, page)]
        assert [{**row, "单元格": None} for row in pieces] == [{**row, "单元格": None} for row in rows(whole, sheet)]
    assert rows(split, "部门汇总") == rows(whole, "部门汇总")
    sums = rows(split, "部门汇总", formulas=True)[0]["预算合计"]
    of = column_of(whole, "项目明细", "预算数")
    assert sums == (
        f"=SUMIF('项目明细'!$A$5:$A$10,$A5,'项目明细'!${of}$5:${of}$10)"
        f"+SUMIF('项目明细(2)'!$A$5:$A$6,$A5,'项目明细(2)'!${of}$5:${of}$6)"
    )


def test_many_units_are_summed_by_their_own_rows_only(three, tmp_path, monkeypatch):
    plain, _ = consolidated(three, tmp_path)
    before = rows(plain, "部门汇总")
    monkeypatch.setattr(units_sheet, "MOST_LOOKED_AT", 0)
    path, _ = consolidated(three, tmp_path)
    assert rows(path, "部门汇总") == before
    of = column_of(path, "项目明细", "预算数")
    assert rows(path, "部门汇总", formulas=True)[1]["预算合计"] == f"=SUM('项目明细'!${of}$7:${of}$8)"


def test_a_sum_that_is_not_that_of_its_rows_is_an_error(three, tmp_path):
    path, found = consolidated(three, tmp_path, spoil=True)
    [told] = found
    assert told.rule == "COL06"
    assert told.message == "汇总数 1.00 ≠ 明细之和 3.30（116001 第1中心 财政资金，万元）。"
    assert [row["问题"] for row in rows(path, "问题清单") if row["规则"] == "COL06"] == [told.message]
    assert "相差 -2.30 万元" in openpyxl.load_workbook(path, data_only=True)["部门汇总"]["A3"].value


def test_the_store_gives_back_what_was_put_in(three, tmp_path):
    path = three / "116001.xlsx"
    _, packed = collect_one((0, Found("116001.xlsx", path)), None)
    submission = check_file(path).submission
    assert isinstance(submission, Submission)
    with Store(tmp_path) as store:
        store.put(0, packed)
        assert store.findings(0) == check_file(path).findings
        assert [f.rule for f in store.findings(0)] == [f.rule for f in check(submission, HEBEI)]
        assert [row.figures["total_budget"] for row in store.projects(0)] == [Decimal("1.10"), Decimal("2.20")]
        assert store.projects(7) == ()
