"""Writing into workbooks of others: what is not meant to change stays byte for byte.

`corpus/` holds workbooks that Excel itself made, from the tests of XlsxWriter (its licence is beside
them): pictures, text boxes, buttons, macros, comments, charts, tables, protection, rich texts, array
formulas. To these come workbooks saved by LibreOffice and made by XlsxWriter, and the sample.
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
import xlsxwriter
from lxml import etree

from perfxl.app.make_examples import FILLED_IN
from perfxl.app.tasks import open_file
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.core.forms.totals import fill_edits
from perfxl.core.grid.cells import Area, position
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet, Highlight, SheetCell
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.ooxml.change_workbook import Book, changed
from perfxl.io.ooxml.package import OFFICE, Package, parse
from perfxl.io.workbooks.read_files import read_package

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


def owned(name: str, text: str) -> DrawnSheet:
    rows = (
        (SheetCell(text, style="title"), None),
        (SheetCell("=不是公式", style="text", link="'校验结果'!B2"), SheetCell(2, "1+1", "amount")),
    )
    return DrawnSheet(
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


def canonical(element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


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
    # The sheet's word on its extent grows with a cell outside of it.
    for dimension in root.findall(f"{NS}dimension"):
        root.remove(dimension)
    for row in list(root.iter(f"{NS}row")):
        row.attrib.pop("spans", None)
        for cell in list(row):
            if cell.get("r") in cells:
                row.remove(cell)
        if not len(row) and set(row.attrib) == {"r"}:
            row.getparent().remove(row)
    return canonical(root)


def free_cell(data: bytes, sheet: str, *, filled: bool) -> str:
    """A cell that holds something, or one far from any other; not in an array formula or a table's header."""
    if not filled:
        return "ZZ777"
    package = Package(data)
    part = dict(worksheets(data))[sheet]
    tables = [
        Area.of(parse(package.read(t)).get("ref")) for k, t in package.relations(part).values() if k[-6:] == "/table"
    ]
    for cell in parse(package.read(part)).iter(f"{NS}c"):
        formula = cell.find(f"{NS}f")
        at = position(cell.get("r"))
        header = any(at in area and at[0] == area.top for area in tables)
        # A shared formula that loses its first cell goes on in the others.
        if not header and (formula is None or formula.get("t") not in {"array", "shared"}):
            return cell.get("r")
    return "A1"


@corpus
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("filled", [True, False], ids=["a cell that is there", "a cell that is not"])
def test_an_edit_changes_that_cell_and_nothing_else(path, value, filled):
    an_edit_changes_that_cell_and_nothing_else(path.read_bytes(), value, filled=filled)


def an_edit_changes_that_cell_and_nothing_else(before, value, *, filled):
    sheet, part = worksheets(before)[0]
    cell = free_cell(before, sheet, filled=filled)
    content, formula = VALUES[value]
    after = changed(before, Change(cells=(CellEdit(sheet, cell, content, formula),)))
    assert differing(before, after) <= {part, "xl/calcChain.xml"}
    assert rest_of(parts(before)[part], {cell}) == rest_of(parts(after)[part], {cell})
    places = [c for c in parse(parts(after)[part]).iter(f"{NS}c") if c.get("r") == cell]
    if not places:
        # Nothing put where nothing is.
        assert (content, formula) == (None, None)
        assert before == after or parts(before) == parts(after)
        return
    [found] = places
    # A number has no zeros at its end: a reader gives it back without, and would write another byte.
    shown = None if content is None else str(content).removesuffix("0")
    assert (found.findtext(f"{NS}v") or found.findtext(f"{NS}is/{NS}t")) == shown
    assert found.findtext(f"{NS}f") == formula
    # A reader sees it too; in a cell formatted as a date a number is one.
    read = read_package(after).sheet(sheet).cells.get(position(cell))
    assert (read is None) == (content is None)


@corpus
def test_owned_sheets_come_and_are_replaced_and_nothing_else_changes(path):
    owned_sheets_come_and_are_replaced_and_nothing_else_changes(path.read_bytes())


def owned_sheets_come_and_are_replaced_and_nothing_else_changes(before):
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
    highlights_are_replaced_not_piled_up(path.read_bytes())


def highlights_are_replaced_not_piled_up(before):
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
    check_write_on_a_workbook_without_a_form_adds_one_sheet(path, perfxl, tmp_path)


def check_write_on_a_workbook_without_a_form_adds_one_sheet(path, perfxl, tmp_path):
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    ran = perfxl("check", copy, "--write")
    assert ran.status == 1
    assert "STR01" in ran.out
    before, after = path.read_bytes(), copy.read_bytes()
    assert differing(before, after) <= REGISTERS
    assert set(parts(after)) - set(parts(before)) == {dict(worksheets(after))[FINDINGS]}


def keeps_all_promises(path, perfxl, folder):
    """The same promises for a workbook without a form that another program made."""
    data = path.read_bytes()
    for value in VALUES:
        for filled in (True, False):
            an_edit_changes_that_cell_and_nothing_else(data, value, filled=filled)
    owned_sheets_come_and_are_replaced_and_nothing_else_changes(data)
    highlights_are_replaced_not_piled_up(data)
    folder.mkdir()
    check_write_on_a_workbook_without_a_form_adds_one_sheet(path, perfxl, folder)


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
            "xlsx",
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
        book = read_package((tmp_path / "out" / f"{path.stem}.xlsx").read_bytes())
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
    ("part", "sentence"), [("_xmlsignatures/sig1.xml", "数字签名"), ("xl/revisions/revisionHeaders.xml", "取消共享")]
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


# --------------------------------------------------------------------------- saved by other programs

# A picture of one dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="session")
def by_xlsxwriter(tmp_path_factory) -> Path:
    """A workbook with nearly all that XlsxWriter can put into one."""
    path = tmp_path_factory.mktemp("xlsxwriter") / "一切.xlsx"
    with xlsxwriter.Workbook(path) as book:
        data, lists = book.add_worksheet("数据 表"), book.add_worksheet("清单")
        charts, hidden = book.add_chartsheet("图"), book.add_worksheet("藏")
        hidden.hide()
        lists.write_column("A1", ["产出指标", "效益指标", "满意度指标"])
        money = book.add_format({"num_format": "#,##0.00", "bold": True, "border": 1})
        data.write_row("A1", ["项目", "金额", "比例"], money)
        for row in range(1, 9):
            data.write_row(row, 0, [f"甲{row}", row * 1.5, row / 10], money)
        data.write_rich_string("E1", "平", book.add_format({"bold": True}), "粗", "平")
        data.write_formula("E2", "=SUM(B2:B9)", money, 54)
        data.write_array_formula("E3:E4", "{=B2:B3*2}", None, 3)
        data.write_dynamic_array_formula("G2:G9", "=SORT(B2:B9)", None, 1.5)
        data.write_url("E5", "internal:清单!A1", string="清单")
        data.write_comment("B2", "批注", {"visible": True})
        data.insert_textbox("J2", "公章处")
        data.insert_image("J12", "章.png", {"image_data": BytesIO(PNG), "x_scale": 40, "y_scale": 40})
        data.embed_image("E8", "章.png", {"image_data": BytesIO(PNG)})
        data.insert_button("J20", {"caption": "按钮"})
        data.data_validation("F2:F9", {"validate": "list", "source": "=清单!$A$1:$A$3"})
        data.data_validation("B2:B9", {"validate": "decimal", "criteria": ">=", "value": 0})
        data.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
        data.conditional_format("C2:C9", {"type": "cell", "criteria": ">", "value": 1, "format": money})
        data.add_sparkline("H2", {"range": "'数据 表'!B2:C2"})
        lists.add_table("C1:D4", {"columns": [{"header": "名"}, {"header": "数"}], "data": [["a", 1]] * 3})
        data.merge_range("A12:C12", "合并", money)
        data.set_column("L:L", 20, money)
        data.set_row(20, 30, money)
        data.freeze_panes(1, 1)
        data.repeat_rows(0)
        data.print_area("A1:H30")
        data.set_header("&C&G", {"image_center": "章.png", "image_data_center": BytesIO(PNG)})
        data.protect("", {"format_cells": True})
        book.define_name("金额", "='数据 表'!$B$2:$B$9")
        for sheet in (data.insert_chart, lambda _, chart: charts.set_chart(chart)):
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": "='数据 表'!$B$2:$B$9", "categories": "='数据 表'!$A$2:$A$9"})
            sheet("J26", chart)
        book.set_properties({"title": "一切", "author": "某局"})
    return path


def test_a_workbook_of_xlsxwriter_keeps_everything(by_xlsxwriter, perfxl, tmp_path):
    kinds = {name.rpartition("/")[0] for name in parts(by_xlsxwriter.read_bytes())}
    assert {"xl/charts", "xl/chartsheets", "xl/drawings", "xl/media", "xl/richData", "xl/tables"} <= kinds
    keeps_all_promises(by_xlsxwriter, perfxl, tmp_path / "out")


@pytest.mark.libreoffice
def test_workbooks_saved_by_libreoffice_keep_everything(soffice, examples, by_xlsxwriter, perfxl, tmp_path):
    names = ("chart_bar01", "comment05", "data_validation01", "image01", "protect01", "table01", "textbox01")
    sources = [path for path in CORPUS if path.stem in names]
    assert len(sources) == len(names)
    for path in (*sources, by_xlsxwriter):
        saved = soffice.convert(path, "xlsx", tmp_path / "saved")
        assert saved.read_bytes() != path.read_bytes()
        keeps_all_promises(saved, perfxl, tmp_path / path.stem)
    saved = soffice.convert(examples / FILLED_IN, "xlsx", tmp_path / "saved")
    the_sample_keeps_everything(saved, perfxl)


def the_sample_keeps_everything(path, perfxl):
    """fill, summary and check --write change the sheets they mean to change, and no other part."""
    before = path.read_bytes()
    changing = {part for name, part in worksheets(before) if name in {FINDINGS, SUMMARY}}
    filled = {one.sheet for one in fill_edits(open_file(path).book.submission)}
    changing |= {part for name, part in worksheets(before) if name in filled}
    assert perfxl("fill", path).status == 0
    assert perfxl("summary", path).status == 0
    # A sheet that is written anew as a whole starts without relationships.
    changing |= {part.replace("worksheets/", "worksheets/_rels/") + ".rels" for part in changing}
    assert differing(before, path.read_bytes()) <= changing | REGISTERS | {"xl/calcChain.xml"}
    between = path.read_bytes()
    assert perfxl("check", path, "--write").status == 1
    after = path.read_bytes()
    for part in differing(between, after) - REGISTERS:
        # A form gets a conditional format; its cells stay.
        one, other = (list(parse(parts(data)[part]).iter(f"{NS}c")) for data in (between, after))
        assert part in {p for n, p in worksheets(after) if n == FINDINGS} or [*map(canonical, one)] == [
            *map(canonical, other)
        ]


X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
LISTS = f"""<extLst xmlns="{NS[1:-1]}" xmlns:x14="{X14}"
  xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">
  <x14:dataValidations count="1"><x14:dataValidation type="list" allowBlank="1" showInputMessage="1">
  <x14:formula1><xm:f>填报说明!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>B40:B60</xm:sqref></x14:dataValidation>
  </x14:dataValidations></ext></extLst>""".encode()


def test_dropdown_lists_of_the_extension_survive_every_command(examples, perfxl, tmp_path):
    path = tmp_path / "文本.xlsx"
    package = Package((examples / FILLED_IN).read_bytes())
    forms = [Book(package).sheet_part(name) for name in Book(package).names() if name[0].isdigit()]
    assert forms
    for part in forms:
        root = package.tree(part)
        assert root.find(f"{NS}extLst") is None
        tables = root.find(f"{NS}tableParts")
        assert tables is None
        root.append(parse(LISTS))
    path.write_bytes(package.save())
    before = parts(path.read_bytes())
    lists = {part: canonical(parse(before[part]).find(f"{NS}extLst")) for part in forms}
    for command in (["fill"], ["summary"], ["check", "--write"], ["check", "--write"]):
        assert perfxl(*command, path).status < 2
        after = parts(path.read_bytes())
        assert {part: canonical(parse(after[part]).find(f"{NS}extLst")) for part in forms} == lists
        assert all(parse(after[part])[-1].tag == f"{NS}extLst" for part in forms)
    assert any(before[part] != after[part] for part in forms)


def test_macros_are_kept_never_run_and_said(perfxl, tmp_path):
    path = Path(shutil.copy(next(path for path in CORPUS if path.name == "macro01.xlsm"), tmp_path))
    macros = parts(path.read_bytes())["xl/vbaProject.bin"]
    for options in ([], ["--write"], ["--format", "json"]):
        ran = perfxl("check", path, *options)
        assert f"{path}：工作簿含有宏，未运行，原样保留。" in ran.err
        assert parts(path.read_bytes())["xl/vbaProject.bin"] == macros
    assert "宏" not in perfxl("check", CORPUS[0]).err


# ------------------------------------------------------------------------------ hand-made workbooks

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def with_sheet(content: str, *, attributes: str = "") -> bytes:
    """A workbook whose one worksheet has this XML."""
    package = Package(next(path for path in CORPUS if path.name == "utf8_01.xlsx").read_bytes())
    xml = f'<worksheet xmlns="{NS[1:-1]}" {attributes}>{content}</worksheet>'
    package.set(Book(package).sheet_part(Book(package).names()[0]), xml.encode())
    return package.save()


def edited_sheet(before: bytes, *edits: tuple):
    name, part = worksheets(before)[0]
    after = changed(before, Change(cells=tuple(CellEdit(name, *edit) for edit in edits)))
    return parse(parts(after)[part])


def cells_of(root) -> dict:
    return {cell.get("r"): cell for cell in root.iter(f"{NS}c")}


def test_rows_and_cells_without_numbers():
    before = with_sheet(
        '<sheetData><row spans="1:2"><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>'
    )
    root = edited_sheet(before, ("B1", 7), ("D1", 8), ("B2", 9), ("A4", 10))
    values = [(row.get("r"), [cell.findtext(f"{NS}v") for cell in row]) for row in root.iter(f"{NS}row")]
    assert values[0] == ("1", ["1", "7", "8"])
    assert values[1][1] == ["3", "9"]
    assert values[2] == ("4", ["10"])
    assert "spans" not in next(root.iter(f"{NS}row")).attrib
    assert {"D1", "B2", "A4"} <= set(cells_of(root))


def test_a_new_cell_looks_as_its_row_or_else_its_column_says():
    before = with_sheet(
        '<cols><col min="2" max="3" width="9" style="1"/><col min="4" max="4" width="9"/></cols><sheetData>'
        '<row r="1" s="2" customFormat="1"/><row r="2" s="2"/></sheetData>'
    )
    cells = cells_of(edited_sheet(before, *((cell, 1) for cell in ("B1", "B2", "C9", "D2", "A2"))))
    assert {name: cell.get("s") for name, cell in cells.items()} == {
        "B1": "2", "B2": "1", "C9": "1", "D2": None, "A2": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("extent", "wider"), [("B2:C4", "A2:D7"), ("B2", "A2:D7"), ("A1:XFD1048576",) * 2, ("", ""), ("B:C",) * 2]
)
def test_the_extent_covers_a_new_cell(extent, wider):
    before = with_sheet(f'<dimension ref="{extent}"/><sheetData/>')
    root = edited_sheet(before, ("D7", 1), ("A3", 1), ("Z99", None))
    assert root.find(f"{NS}dimension").get("ref") == wider
    assert set(cells_of(root)) == {"D7", "A3"}


def test_a_shared_formula_whose_cells_have_no_numbers_goes_on():
    before = with_sheet(
        '<sheetData><row><c><f t="shared" ref="A1:C1" si="0">A2*2</f><v>2</v></c><c><f t="shared" si="0"/></c>'
        '<c><f t="shared" si="0"/></c></row></sheetData>'
    )
    root = edited_sheet(before, ("A1", 7))
    assert [cell.findtext(f"{NS}f") for cell in root.iter(f"{NS}c")] == [None, "B2*2", "C2*2"]


def test_array_formulas_are_refused_in_part_and_replaced_in_whole():
    before = with_sheet(
        '<sheetData><row r="1"><c r="A1" cm="1"><f t="array" ref="A1">SUM(B1:B9*2)</f><v>2</v></c>'
        '<c r="B1"><f t="array" ref="B1:B2">C1:C2*2</f><v>2</v></c></row></sheetData>'
    )
    [cell] = [cell for name, cell in cells_of(edited_sheet(before, ("A1", 3))).items() if name == "A1"]
    assert (dict(cell.attrib), [child.tag for child in cell]) == ({"r": "A1"}, [f"{NS}v"])
    for place in ("B1", "B2"):
        with pytest.raises(PerfxlError, match="数组公式"):
            edited_sheet(before, (place, 3))


def test_the_header_of_a_table_is_refused():
    [path] = [path for path in CORPUS if path.name == "table01.xlsx"]
    before = path.read_bytes()
    sheet, part = worksheets(before)[0]
    package = Package(before)
    [table] = [target for kind, target in package.relations(part).values() if kind.endswith("/table")]
    header = parse(package.read(table)).get("ref").partition(":")[0]
    with pytest.raises(PerfxlError, match="表格的标题"):
        changed(before, Change(cells=(CellEdit(sheet, header, "别的"),)))


@pytest.mark.parametrize("text", ["甲_x000D_乙", "_x4E00_", "_x005F_", "甲\r\n乙", "  甲  "])
def test_a_text_stays_as_it_is_also_where_it_looks_like_an_escape(text):
    before = with_sheet("<sheetData/>")
    name, part = worksheets(before)[0]
    after = changed(before, Change(cells=(CellEdit(name, "A1", text), CellEdit(name, "A2", text, "B1"))))
    read = read_package(after).sheet(name).cells
    assert (read[1, 1].value, read[2, 1].value) == (text, text)
    if "_x" in text:
        assert "_x005F_x" in cells_of(parse(parts(after)[part]))["A1"].findtext(f"{NS}is/{NS}t")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_number_is_written_as_an_error(value):
    cell = cells_of(edited_sheet(with_sheet("<sheetData/>"), ("A1", value)))["A1"]
    assert (cell.get("t"), cell.findtext(f"{NS}v")) == ("e", "#NUM!")


def test_namespaces_comments_and_what_may_be_ignored_stay():
    before = with_sheet(
        '<!-- by hand --><sheetData/><x14ac:thing/><extLst><ext uri="x"/></extLst>',
        attributes=f'xmlns:mc="{MC}" xmlns:x14ac="urn:ac" xmlns:xr="urn:xr" mc:Ignorable="x14ac xr" xr:uid="{{1}}"',
    )
    sheet, part = worksheets(before)[0]
    light = Highlight(sheet, 'COUNTIF(perfxl_marks,"E1!A1")>0', "FFC7CE", "perfxl_marks")
    after = changed(before, Change(cells=(CellEdit(sheet, "A1", 1),), highlights=(light,)))
    old, new = parse(parts(before)[part]), parse(parts(after)[part])
    assert new.nsmap == old.nsmap
    assert dict(new.attrib) == dict(old.attrib)
    assert [child.tag for child in new if isinstance(child.tag, str)] == [
        f"{NS}sheetData", f"{NS}conditionalFormatting", "{urn:ac}thing", f"{NS}extLst"
    ]  # fmt: skip
    assert b"<!-- by hand -->" in parts(after)[part]


def test_a_highlight_comes_after_all_rules_also_those_of_the_extension():
    before = with_sheet(
        f'<sheetData/><extLst><ext xmlns:x14="{X14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}">'
        "<x14:conditionalFormattings><x14:conditionalFormatting>"
        '<x14:cfRule type="dataBar" priority="5" id="{1}"/>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    sheet, part = worksheets(before)[0]
    light = Highlight(sheet, 'COUNTIF(perfxl_marks,"E1!A1")>0', "FFC7CE", "perfxl_marks")
    after = parse(parts(changed(before, Change(highlights=(light,))))[part])
    assert [rule.get("priority") for rule in after.iter(f"{NS}cfRule")] == ["6"]


STYLES = {
    "no formats": "",
    "empty tables": '<fonts count="0"/><fills count="0"/><borders count="0"/><cellXfs count="0"/>',
    "a border first": (
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border><left style="thick"/></border></borders>'
        '<cellXfs count="1"><!-- the first --><xf borderId="0"/></cellXfs>'
    ),
}


@pytest.mark.parametrize("styles", STYLES.values(), ids=STYLES)
def test_what_is_appended_never_becomes_the_look_of_other_cells(styles):
    package = Package(with_sheet('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'))
    package.set("xl/styles.xml", f'<styleSheet xmlns="{NS[1:-1]}">{styles}</styleSheet>'.encode())
    after = Package(changed(package.save(), Change(sheets=(owned(FINDINGS, "一"),))))
    root = parse(after.read("xl/styles.xml"))
    tables = {
        name: list(root.find(f"{NS}{name}").iterchildren("{*}*"))
        for name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
    }
    for name, entries in tables.items():
        assert root.find(f"{NS}{name}").get("count") == str(len(entries)), name
    order = [name for name in (etree.QName(child).localname for child in root) if name in tables]
    assert order == list(tables)
    assert "numFmtId" not in tables["cellXfs"][0].attrib or tables["cellXfs"][0].get("fontId") == "0"
    assert [fill[0].get("patternType") for fill in tables["fills"][:2]] == ["none", "gray125"]
    book = Book(after)
    title = cells_of(parse(after.read(book.sheet_part(FINDINGS))))["A1"]
    look = tables["cellXfs"][int(title.get("s"))]
    assert title.get("s") != "0"
    assert not any(side.get("style") for side in tables["borders"][int(look.get("borderId"))])
    assert int(look.get("fontId")) > 0


def renamed(before: bytes, names: dict[str, str]) -> bytes:
    """The package with parts at other places, and absolute targets."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part, data in parts(before).items():
            text = data
            if part.endswith((".rels", "Types].xml")):
                for old, new in names.items():
                    short = old.removeprefix("xl/")
                    text = text.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
                    text = text.replace(f'"/{old}"'.encode(), f'"/{new}"'.encode())
                    text = text.replace(f'Target="{short}"'.encode(), f'Target="/{new}"'.encode())
            archive.writestr(names.get(part, part), text)
    return target.getvalue()


def test_parts_at_other_places_with_absolute_targets():
    [path] = [path for path in CORPUS if path.name == "utf8_01.xlsx"]
    places = {
        "xl/workbook.xml": "xl/book2.xml",
        "xl/_rels/workbook.xml.rels": "xl/_rels/book2.xml.rels",
        "xl/worksheets/sheet1.xml": "xl/Blätter/Sheet1.xml",
        "xl/styles.xml": "xl/looks.xml",
    }
    before = renamed(path.read_bytes(), places)
    [(sheet, part)] = [(name, Book(Package(before)).sheet_part(name)) for name in Book(Package(before)).names()][:1]
    assert part == "xl/Blätter/Sheet1.xml"
    light = Highlight(sheet, 'COUNTIF(perfxl_marks,"E1!A1")>0', "FFC7CE", "perfxl_marks")
    change = Change(cells=(CellEdit(sheet, "C3", 5),), sheets=(owned(FINDINGS, "一"),), highlights=(light,))
    after = changed(before, change)
    registers = {"[Content_Types].xml", "xl/book2.xml", "xl/_rels/book2.xml.rels", "xl/looks.xml"}
    assert differing(before, after) <= registers | {part}
    assert cells_of(parse(parts(after)[part]))["C3"].findtext(f"{NS}v") == "5"
    assert parse(parts(after)[part]).find(f"{NS}conditionalFormatting") is not None
    assert changed(after, change) == after


def test_names_that_differ_in_case_only_are_one_part():
    [path] = [path for path in CORPUS if path.name == "utf8_01.xlsx"]
    before = renamed(path.read_bytes(), {"xl/worksheets/sheet1.xml": "xl/worksheets/Sheet1.xml"})
    after = changed(before, Change(sheets=(owned(FINDINGS, "一"),)))
    assert len({name.lower() for name in parts(after)}) == len(parts(after))


def test_a_chart_sheet_of_an_owned_name_is_refused():
    [path] = [path for path in CORPUS if path.name == "chartsheet01.xlsx"]
    package = Package(path.read_bytes())
    book = Book(package)
    name = next(name for name in book.names() if "chartsheets" in book.sheet_part(name))
    with pytest.raises(PerfxlError, match="不是普通工作表"):
        changed(path.read_bytes(), Change(sheets=(owned(name, "一"),)))
    with pytest.raises(PerfxlError, match="不是普通工作表"):
        changed(path.read_bytes(), Change(cells=(CellEdit(name, "A1", 1),)))


def test_names_views_and_what_follows_them_stay_right():
    package = Package(with_sheet("<sheetData/>"))
    book = Book(package)
    id_ = book.root.find(f"{NS}sheets")[0].get(f"{{{OFFICE}}}id")
    package.set(
        book.part,
        (
            f'<workbook xmlns="{NS[1:-1]}" xmlns:r="{OFFICE}"><workbookPr/><workbookProtection lockStructure="1"/>'
            '<bookViews><workbookView activeTab="1" firstSheet="1"/><workbookView activeTab="0"/></bookViews>'
            f'<sheets><!-- two --><sheet name="甲" sheetId="7" r:id="{id_}"/>'
            f'<sheet name="乙" sheetId="3" state="hidden" r:id="{id_}"/></sheets>'
            '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="1">乙!$A$1</definedName>'
            '<definedName name="n" localSheetId="0">甲!$A$1</definedName></definedNames>'
            '<calcPr calcId="1"/><fileRecoveryPr repairLoad="1"/><extLst><ext uri="x"/></extLst></workbook>'
        ).encode(),
    )
    root = Book(Package(changed(package.save(), Change(sheets=(owned(FINDINGS, "一"),))))).root
    sheets = [(s.get("name"), s.get("sheetId"), s.get("state")) for s in root.iter(f"{NS}sheet")]
    assert sheets == [("甲", "7", None), (FINDINGS, "8", None), ("乙", "3", "hidden")]
    views = [(view.get("activeTab"), view.get("firstSheet")) for view in root.iter(f"{NS}workbookView")]
    assert views == [("2", "2"), ("0", None)]
    local = {name.text: name.get("localSheetId") for name in root.iter(f"{NS}definedName")}
    assert (local["乙!$A$1"], local["甲!$A$1"]) == ("2", "0")
    assert [etree.QName(child).localname for child in root] == [
        "workbookPr", "workbookProtection", "bookViews", "sheets", "definedNames", "calcPr", "fileRecoveryPr", "extLst"
    ]  # fmt: skip
