"""The same workbook spelled otherwise: a prefix before every tag, other names of parts, numbers at Excel's
limits. What perfxl writes must come out right, and the same when it is written again.
"""

from __future__ import annotations

import zipfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet, Highlight, SheetCell
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.ooxml.change_workbook import Book, changed
from perfxl.io.ooxml.package import MAIN, OFFICE, RELATIONS, TYPES, Package, parse

NS = f"{{{MAIN}}}"
TABLES = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
WRITING = (("check", "--write"), ("fill",), ("summary",))
REGISTERS = ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
LIGHT = 'COUNTIF(perfxl_marks,"E1!A1")>0'


# openpyxl warns of workbooks without cell styles.
pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")


def owned(name: str) -> DrawnSheet:
    return DrawnSheet(name, ((SheetCell("一", style="title"), SheetCell(2, "1+1", "amount")),), (9.0, 9.0))


def with_prefix(part: bytes) -> bytes:
    """The part with `x:` before the tags of spreadsheets."""
    root = parse(part)
    if etree.QName(root).namespace != MAIN:
        return part
    spaces = {prefix or "x": space for prefix, space in root.nsmap.items()}
    other = etree.Element(root.tag, root.attrib, nsmap=spaces)
    other.text = root.text
    other.extend(deepcopy(list(root)))
    assert b"<x:" in etree.tostring(other)
    assert b'xmlns="' not in etree.tostring(other)
    return etree.tostring(other, xml_declaration=True, encoding="UTF-8", standalone=True)


def rewritten(data: bytes, change) -> bytes:
    """The package with each part as `change(name, content)` gives it: (name, content), or None."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(*part)
    return target.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def prefixed(data: bytes, which) -> bytes:
    return rewritten(
        data, lambda n, c: (n, with_prefix(c) if n.startswith("xl/") and n[-4:] == ".xml" and which(n) else c)
    )


SPELLINGS = {
    "no prefix": lambda _: False,
    "a prefix everywhere": lambda _: True,
    "a prefix in sheets only": lambda name: name not in REGISTERS,
    "a prefix in registers only": lambda name: name in REGISTERS,
}


def sizes(data: bytes) -> dict[str, int]:
    """How many formats of each kind a workbook has."""
    styles = parse(parts(data)["xl/styles.xml"])
    found = {name: styles.find(f"{NS}{name}") for name in TABLES}
    assert all(table.get("count") == str(len(table)) for table in found.values() if table is not None)
    return {name: 0 if table is None else len(table) for name, table in found.items()}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_second_write_changes_no_byte_whatever_the_prefixes(examples, perfxl, tmp_path, spelling):
    plain = (examples / FILLED_IN).read_bytes()
    wanted, path = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    wanted.write_bytes(plain)
    path.write_bytes(prefixed(plain, SPELLINGS[spelling]))
    for command in WRITING:
        status = perfxl(*command, wanted).status
        assert perfxl(*command, path).status == status < 2
        once = path.read_bytes()
        assert perfxl(*command, path).status == status
        assert path.read_bytes() == once
        # Formats that are there under a prefix are found: as many as without one.
        assert sizes(once) == sizes(wanted.read_bytes())
    # What was filled in is checked once more; then each command leaves what the others wrote as it is.
    perfxl("check", "--write", path)
    once = path.read_bytes()
    for command in WRITING:
        perfxl(*command, path)
        assert path.read_bytes() == once
    book = openpyxl.load_workbook(path)
    assert (book[SUMMARY]["A1"].value, book[FINDINGS]["A1"].value is None) == ("部门汇总表", False)


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_what_openpyxl_saves_in_between_is_written_once(examples, perfxl, tmp_path, command):
    path = tmp_path / "文本.xlsx"
    path.write_bytes((examples / FILLED_IN).read_bytes())
    for other in WRITING:
        assert perfxl(*other, path).status < 2
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert perfxl(*command, path).status < 2
    once = path.read_bytes()
    assert perfxl(*command, path).status < 2
    assert path.read_bytes() == once


@pytest.mark.libreoffice
def test_what_libreoffice_saves_in_between_is_written_once(examples, perfxl, soffice, tmp_path):
    path = tmp_path / "文本.xlsx"
    path.write_bytes((examples / FILLED_IN).read_bytes())
    for command in WRITING:
        assert perfxl(*command, path).status < 2
    saved = soffice.convert(path, "xlsx", tmp_path / "saved")
    for command in (*WRITING, *WRITING):
        assert perfxl(*command, saved).status < 2
    once = saved.read_bytes()
    for command in WRITING:
        assert perfxl(*command, saved).status < 2
        assert saved.read_bytes() == once


def small(*, workbook: str = "", styles: str | None = None, sheet: str = "<sheetData/>") -> bytes:
    """A workbook of one sheet 甲, by hand. styles: None for a workbook without formats."""
    target = BytesIO()
    head = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    looks = "" if styles is None else f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
    written = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{head}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{head}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook
        or f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="甲" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{looks}</Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
    }
    if styles is not None:
        written["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_formats_get_the_name_that_readers_look_for():
    after = changed(small(), Change(sheets=(owned(FINDINGS),)))
    assert "xl/styles.xml" in parts(after)
    assert "xl/styles1.xml" not in parts(after)
    assert b'PartName="/xl/styles.xml"' in parts(after)["[Content_Types].xml"]
    assert openpyxl.load_workbook(BytesIO(after))[FINDINGS]["A1"].font.b
    assert changed(after, Change(sheets=(owned(FINDINGS),))) == after


def test_formats_that_were_lost_are_made_where_the_workbook_expects_them():
    before = rewritten(small(styles=""), lambda n, c: None if n == "xl/styles.xml" else (n, c))
    after = changed(before, Change(sheets=(owned(FINDINGS),)))
    assert len(parts(after)) == len(parts(before)) + 2
    assert openpyxl.load_workbook(BytesIO(after))[FINDINGS]["A1"].font.b
    kept = [r.get("Id") for r in parse(parts(after)["xl/_rels/workbook.xml.rels"])]
    assert kept == ["rId1", "rId2", "rId3"]


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [(["1"], "2"), (["7", "65533"], "65534"), (["1", "65534"], "2"), (["1", "2", "4", "65534", "70000"], "3")],
)
def test_a_sheet_gets_an_id_that_excel_accepts(ids, wanted):
    sheets = "".join(f'<sheet name="甲{number}" sheetId="{id_}" r:id="rId1"/>' for number, id_ in enumerate(ids))
    before = small(workbook=f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>')
    after = Book(Package(changed(before, Change(sheets=(owned(FINDINGS),)))))
    assert [sheet.get("sheetId") for sheet in after.root.iter(f"{NS}sheet")] == [*ids, wanted]


@pytest.mark.parametrize(
    ("priorities", "wanted"),
    [
        (["3", "1"], ["3", "1", "4", "5"]),
        (["2147483645"], ["2147483645", "2147483646", "2147483647"]),
        (["2147483646", "5", "2147483647"], ["2", "1", "3", "4", "5"]),
        ([], ["1", "2"]),
    ],
)
def test_highlights_come_last_also_at_the_largest_priority(priorities, wanted):
    rules = "".join(
        f'<conditionalFormatting sqref="A{number}"><cfRule type="expression" priority="{priority}">'
        "<formula>1</formula></cfRule></conditionalFormatting>"
        for number, priority in enumerate(priorities, start=1)
    )
    lights = Change(highlights=tuple(Highlight("甲", LIGHT, colour, "perfxl_marks") for colour in ("FFC7CE", "FFEB9C")))
    after = changed(small(styles="", sheet=f"<sheetData/>{rules}"), lights)
    found = [rule.get("priority") for rule in parse(parts(after)["xl/worksheets/sheet1.xml"]).iter(f"{NS}cfRule")]
    assert found == wanted
    assert changed(after, lights) == after


FONT, FILL, BORDER = "<fonts><font/></fonts>", "<fills><fill/><fill/></fills>", "<borders><border/></borders>"
FULL = {
    "cell formats": (0, 65_430, "单元格格式"),
    "cell formats and styles together": (30_000, 35_430, "单元格格式"),
    "as many as are read": (0, 130_000, "单元格格式"),
}


@pytest.mark.parametrize(("styles", "formats", "what"), FULL.values(), ids=FULL)
def test_a_workbook_full_of_formats_is_refused_with_what_to_do(styles, formats, what):
    looks = f"{FONT}{FILL}{BORDER}<cellStyleXfs>{'<xf/>' * styles}</cellStyleXfs><cellXfs>{'<xf/>' * formats}</cellXfs>"
    with pytest.raises(PerfxlError, match=f"工作簿的{what}过多（上限 65,430），无法写入。请"):
        changed(small(styles=looks), Change(sheets=(owned(FINDINGS),)))
    # What needs no new format is written.
    after = changed(small(styles=looks), Change(cells=(CellEdit("甲", "A1", 1),)))
    assert parts(after)["xl/styles.xml"] == parts(small(styles=looks))["xl/styles.xml"]


def test_a_workbook_nearly_full_of_formats_is_written():
    looks = f"{FONT}{FILL}{BORDER}<cellStyleXfs><xf/></cellStyleXfs><cellXfs>{'<xf/>' * 65_427}</cellXfs>"
    after = changed(small(styles=looks), Change(sheets=(owned(FINDINGS),)))
    assert len(parse(parts(after)["xl/styles.xml"]).find(f"{NS}cellXfs")) == 65_429
    assert changed(after, Change(sheets=(owned(FINDINGS),))) == after


def test_content_types_are_found_whatever_their_case():
    before = rewritten(
        small(styles=""), lambda n, c: (n, c.replace(b'"/xl/worksheets/sheet1.xml"', b'"/XL/Worksheets/Sheet1.XML"'))
    )
    # A sheet of ours that stands in that part.
    before = rewritten(before, lambda n, c: (n, c.replace("甲".encode(), FINDINGS.encode())))
    types = parse(parts(changed(before, Change(sheets=(owned(FINDINGS),))))["[Content_Types].xml"])
    named = [one.get("PartName").lower() for one in types if one.get("PartName")]
    assert len(named) == len(set(named))
    assert named.count("/xl/worksheets/sheet1.xml") == 1


PLACES = {
    "absolute": {"xl/_rels/workbook.xml.rels": (b'Target="', b'Target="/xl/')},
    "whole without a slash": {"xl/_rels/workbook.xml.rels": (b'Target="', b'Target="xl/')},
    "backslashes in targets": {"xl/_rels/workbook.xml.rels": (b"worksheets/", b"worksheets\\")},
    "another case": {"xl/_rels/workbook.xml.rels": (b"worksheets/sheet1", b"WorkSheets/SHEET1")},
}
MOVED = {
    "as written": lambda name: name,
    "backslashes": lambda name: name.replace("/", "\\"),
    "capitals": lambda name: name if name == "[Content_Types].xml" else name.upper(),
}


@pytest.mark.parametrize("moved", MOVED)
@pytest.mark.parametrize("targets", PLACES)
def test_parts_are_found_however_they_are_named(targets, moved):
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        old, new = PLACES[targets].get(name, (b"", b""))
        return MOVED[moved](name), content.replace(old, new) if old else content

    before = rewritten(small(styles=""), change)
    wanted = Change(
        cells=(CellEdit("甲", "A1", 5),),
        sheets=(owned(FINDINGS),),
        highlights=(Highlight("甲", LIGHT, "FFC7CE", "perfxl_marks"),),
    )
    after = changed(before, wanted)
    # Nothing stands beside what is there already: one new sheet, no second part of formats.
    assert len(parts(after)) == len(parts(before)) + 1
    assert set(parts(before)) < set(parts(after))
    book = Book(Package(after))
    assert book.names() == ["甲", FINDINGS]
    assert book.package.tree(book.sheet_part("甲")).findtext(f".//{NS}v") == "5"
    assert changed(after, wanted) == after


@pytest.mark.parametrize("place", ["workbook.xml", "book.xml", "content/book2.xml"])
def test_a_workbook_at_another_place(place):
    folder, _, name = place.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    places = {"xl/workbook.xml": place, "xl/_rels/workbook.xml.rels": rels}

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "xl/_rels/workbook.xml.rels":
            content = content.replace(b'Target="', b'Target="/xl/')
        return places.get(name, name), content.replace(b"xl/workbook.xml", place.encode())

    before = rewritten(small(styles=""), change)
    wanted = Change(cells=(CellEdit("甲", "A1", 5),), sheets=(owned(FINDINGS),))
    after = changed(before, wanted)
    assert set(parts(after)) == set(parts(before)) | {"xl/worksheets/sheet2.xml"}
    book = openpyxl.load_workbook(BytesIO(after))
    assert (book["甲"]["A1"].value, book[FINDINGS]["A1"].value) == (5, "一")
    assert changed(after, wanted) == after


def test_a_sheet_without_a_part_is_left_alone():
    sheets = (
        '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="旧模块" sheetId="2" state="hidden" r:id=""/>'
        '<sheet name="失踪" sheetId="3" r:id="rId9"/>'
    )
    before = small(
        styles="", workbook=f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
    )
    light = Highlight("甲", LIGHT, "FFC7CE", "perfxl_marks")
    after = changed(before, Change(sheets=(owned(FINDINGS),), highlights=(light,)))
    assert Book(Package(after)).names() == ["甲", "旧模块", "失踪", FINDINGS]
    with pytest.raises(PerfxlError, match="“旧模块”不是普通工作表"):
        changed(before, Change(sheets=(owned("旧模块"),)))


def test_what_stands_before_the_root_stays():
    data = small(styles="", sheet='<sheetData><row r="1"/></sheetData>')
    note = b'<?mso-application progid="Excel.Sheet"?><!-- by hand -->'
    before = rewritten(data, lambda n, c: (n, note + c if n.startswith("xl/work") and n[-3:] == "xml" else c))
    after = changed(before, Change(cells=(CellEdit("甲", "A1", 5),), sheets=(owned(FINDINGS),)))
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        assert parts(before)[part] != parts(after)[part]
        assert b'<?mso-application progid="Excel.Sheet"?>' in parts(after)[part]
        assert b"<!-- by hand -->" in parts(after)[part]


def test_names_of_owned_sheets_stay_in_their_places(examples: Path):
    before = (examples / FILLED_IN).read_bytes()
    both = [owned(FINDINGS), owned(SUMMARY)]
    both = [DrawnSheet(o.name, o.rows, o.widths, names={f"n{len(o.rows)}{i}": "A1:A1"}) for i, o in enumerate(both)]
    after = changed(before, Change(sheets=tuple(both)))
    assert changed(after, Change(sheets=(both[0],))) == after
    assert changed(after, Change(sheets=(both[1], both[0]))) == after
