"""Writing into workbooks that Excel itself made: what is not meant to change stays byte for byte.

`corpus/` holds them, from the tests of XlsxWriter (its licence is beside them): pictures, text boxes,
buttons, macros, comments, charts, tables, protection, rich texts, array formulas.
"""

from __future__ import annotations

import shutil
import subprocess
import warnings
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from perfxl.core.cells import CellEdit, Change, Highlight, OwnedSheet, SheetCell, position
from perfxl.core.layout import FINDINGS, SUMMARY
from perfxl.io.ooxml.package import Package, canonical, parse
from perfxl.io.ooxml.workbook import Book, changed
from perfxl.io.read_files import read_package

CORPUS = sorted(Path(__file__).with_name("corpus").glob("*.xls[xm]"))
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# What a new sheet, a new name or a new format is written down in.
REGISTERS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
VALUES = {
    "a text": ("=1+1", None),
    "a number": (Decimal("1234.50"), None),
    "a formula": (3, "1+2"),
    "nothing": (None, None),
}
corpus = pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)


def owned(name: str, text: str) -> OwnedSheet:
    rows = (
        (SheetCell(text, style="title"), None),
        (SheetCell("=不是公式", style="text", link="'校验结果'!B2"), SheetCell(2, "1+1", "amount")),
    )
    return OwnedSheet(
        name,
        rows,
        (20.0, 12.0),
        merges=("A1:B1",),
        heights={1: 28},
        header_rows=(1, 1),
        freeze="B2",
        filter="A1:B2",
        hidden_columns=("B",),
        names={f"perfxl_{len(name)}": "B2:B2"},
        print_area="A1:B2",
    )


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name) for name in archive.namelist()}


def worksheets(data: bytes) -> list[tuple[str, str]]:
    """(name, part) of the sheets that have cells."""
    book = Book(Package(data))
    found = [(name, book.sheet_part(name)) for name in book.names()]
    return [(name, part) for name, part in found if part.startswith("xl/worksheets/")]


def differing(before: bytes, after: bytes) -> set[str]:
    one, other = parts(before), parts(after)
    return {name for name in one if one[name] != other.get(name)}


def rest_of(sheet: bytes, cells: set[str]) -> bytes:
    """A worksheet's XML without some cells, empty rows and the hints about them."""
    root = parse(sheet)
    for row in list(root.iter(f"{NS}row")):
        row.attrib.pop("spans", None)
        for cell in list(row):
            if cell.get("r") in cells:
                row.remove(cell)
        if not len(row) and set(row.attrib) == {"r"}:
            row.getparent().remove(row)
    return canonical(root)


def free_cell(data: bytes, sheet: str, *, filled: bool) -> str:
    """A cell that holds something, or one far from any other; not inside an array formula."""
    if not filled:
        return "ZZ777"
    root = parse(parts(data)[dict(worksheets(data))[sheet]])
    for cell in root.iter(f"{NS}c"):
        formula = cell.find(f"{NS}f")
        if formula is None or formula.get("t") != "array":
            return cell.get("r")
    return "A1"


@corpus
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("filled", [True, False], ids=["a cell that is there", "a cell that is not"])
def test_an_edit_changes_that_cell_and_nothing_else(path, value, filled):
    before = path.read_bytes()
    sheet, part = worksheets(before)[0]
    cell = free_cell(before, sheet, filled=filled)
    content, formula = VALUES[value]
    after = changed(before, Change(cells=(CellEdit(sheet, cell, content, formula),)))
    assert differing(before, after) <= {part, "xl/calcChain.xml"}
    assert rest_of(parts(before)[part], {cell}) == rest_of(parts(after)[part], {cell})
    [found] = [c for c in parse(parts(after)[part]).iter(f"{NS}c") if c.get("r") == cell]
    shown = None if content is None else str(content)
    assert (found.findtext(f"{NS}v") or found.findtext(f"{NS}is/{NS}t")) == shown
    assert found.findtext(f"{NS}f") == formula
    # A reader sees it too; in a cell formatted as a date a number is one.
    read = read_package(after).sheet(sheet).cells.get(position(cell))
    assert (read is None) == (content is None)


@corpus
def test_owned_sheets_come_and_are_replaced_and_nothing_else_changes(path):
    before = path.read_bytes()
    both = Change(sheets=(owned(FINDINGS, "一"), owned(SUMMARY, "二")))
    first = changed(before, both)
    assert differing(before, first) <= REGISTERS
    again = changed(first, Change(sheets=(owned(FINDINGS, "三"), owned(SUMMARY, "四"))))
    # Replacing needs no new format, name or relationship: only the two sheets differ.
    own = {dict(worksheets(first))[name] for name in (FINDINGS, SUMMARY)}
    assert differing(first, again) <= own | {"xl/workbook.xml"}
    assert changed(again, Change(sheets=(owned(FINDINGS, "三"), owned(SUMMARY, "四")))) == again
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(BytesIO(again))
    assert (book[FINDINGS]["A1"].value, book[SUMMARY]["A1"].value) == ("三", "四")
    assert book[FINDINGS]["A2"].data_type == "s"
    assert book[FINDINGS]["A2"].hyperlink.location == "'校验结果'!B2"
    assert book[FINDINGS].print_title_rows == "$1:$1"
    assert set(book.sheetnames) == {*(s for s in Book(Package(before)).names()), FINDINGS, SUMMARY}


@corpus
def test_highlights_are_replaced_not_piled_up(path):
    before = path.read_bytes()
    sheet, part = worksheets(before)[0]
    light = Highlight(sheet, 'COUNTIF(perfxl_marks,"E1!A1")>0', "FFC7CE", "perfxl_marks")
    once = changed(before, Change(highlights=(light,)))
    assert differing(before, once) <= {part, "xl/styles.xml"}
    assert changed(once, Change(highlights=(light,))) == once
    block = [
        rule
        for rule in parse(parts(once)[part]).iter(f"{NS}cfRule")
        if "perfxl_marks" in (rule.findtext(f"{NS}formula") or "")
    ]
    assert len(block) == 1


@corpus
def test_check_write_on_a_workbook_without_a_form_adds_one_sheet(path, perfxl, tmp_path):
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    ran = perfxl("check", copy, "--write")
    assert ran.status == 1
    assert "STR01" in ran.out
    before, after = path.read_bytes(), copy.read_bytes()
    assert differing(before, after) <= REGISTERS
    assert set(parts(after)) - set(parts(before)) == {dict(worksheets(after))[FINDINGS]}


@pytest.mark.libreoffice
def test_libreoffice_opens_every_result(soffice, tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    for path in CORPUS:
        sheet, _ = worksheets(path.read_bytes())[0]
        edits = (CellEdit(sheet, "ZZ777", "=1+1"), CellEdit(sheet, "ZZ778", 3, "1+2"))
        change = Change(cells=edits, sheets=(owned(FINDINGS, "一"), owned(SUMMARY, "二")))
        (made / path.name).write_bytes(changed(path.read_bytes(), change))
    subprocess.run(
        [
            soffice.program,
            f"-env:UserInstallation={soffice.profile.as_uri()}",
            "--headless",
            "--convert-to",
            "ods",
            "--outdir",
            str(tmp_path / "out"),
            *map(str, sorted(made.iterdir())),
        ],
        capture_output=True,
        check=True,
        timeout=300,
    )
    for path in CORPUS:
        sheet, _ = worksheets(path.read_bytes())[0]
        book = read_package((tmp_path / "out" / f"{path.stem}.ods").read_bytes(), ".ods")
        assert book.sheet(sheet).text(position("ZZ777")) == "=1+1", path.name
        assert book.sheet(sheet).text(position("ZZ778")) == "3", path.name
        assert book.sheet(FINDINGS).text((1, 1)) == "一", path.name


def test_a_shared_formula_goes_on_in_the_next_cell():
    [path] = [path for path in CORPUS if path.name == "formula_results01.xlsx"]
    assert path.exists()
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*2</f><v>2</v></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c></row>'
        b'<row r="3"><c r="A3"><f t="shared" si="0"/><v>6</v></c></row></sheetData></worksheet>'
    )
    package = Package(path.read_bytes())
    name, part = worksheets(path.read_bytes())[0]
    package.set(part, sheet)
    after = changed(package.save(), Change(cells=(CellEdit(name, "A1", 7),)))
    cells = {c.get("r"): c for c in parse(parts(after)[part]).iter(f"{NS}c")}
    assert [cells[cell].findtext(f"{NS}f") for cell in ("A1", "A2", "A3")] == [None, "B2*2", "B3*2"]
    assert [cells[cell].findtext(f"{NS}v") for cell in ("A1", "A2", "A3")] == ["7", "4", "6"]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [("_xmlsignatures/sig1.xml", "数字签名"), ("xl/revisions/revisionHeaders.xml", "取消共享")],
)
def test_a_signed_or_shared_workbook_is_refused_with_what_to_do(part, sentence, tmp_path, perfxl):
    package = Package(CORPUS[0].read_bytes())
    package.set(part, b"<x/>")
    path = tmp_path / "文本.xlsx"
    path.write_bytes(package.save())
    before = path.read_bytes()
    ran = perfxl("check", path, "--write")
    assert ran.status == 2
    assert sentence in ran.err
    assert path.read_bytes() == before
