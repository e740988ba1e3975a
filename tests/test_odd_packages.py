"""Packages as other programs make them, and old workbooks: read where Excel reads them, else the true reason."""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO

import pytest
from live_office import write_plain
from places import AT
from tables import GOOD, drawn, found_in
from test_bad_files import compound_file

from perfxl.core.grid.cells import Workbook
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_package

SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The parts of a workbook with one good form."""
    path = tmp_path_factory.mktemp("odd") / "good.xlsx"
    write_plain(Workbook((drawn(GOOD, "项目一"),)), path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            # As written: on Windows zipfile would make a slash of a backslash.
            info = zipfile.ZipInfo()
            info.filename = name
            archive.writestr(info, content)
    return target.getvalue()


def renamed(parts, old, new):
    """A part under another name, and everything that names it."""
    return {
        name.replace(old, new): content.replace(old.encode(), new.encode())
        if name.endswith((".xml", ".rels"))
        else content
        for name, content in parts.items()
    }


def changed(parts, name, old, new):
    assert re.search(old, parts[name])
    return {**parts, name: re.sub(old, new, parts[name])}


def with_sheet(parts, kind, content):
    """A second sheet of a kind, before the form."""
    parts = changed(parts, "xl/workbook.xml", rb"<sheets>", b'<sheets><sheet name="B" sheetId="9" r:id="rId99"/>')
    relation = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="other/sheet9.xml"/></Relationships>'
    parts = changed(parts, "xl/_rels/workbook.xml.rels", rb"</Relationships>", relation.encode())
    return {**parts, "xl/other/sheet9.xml": content}


def at_the_root(parts):
    """The workbook and all its parts without their folder."""
    moved = {
        name.removeprefix("xl/"): content for name, content in parts.items() if name != "xl/_rels/workbook.xml.rels"
    }
    moved["_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"]
    return {n: c.replace(b"/xl/", b"/").replace(b'"xl/workbook', b'"workbook') for n, c in moved.items()}


def as_utf16(content):
    return content.decode("utf-8").replace("UTF-8", "UTF-16").encode("utf-16")


ERRORS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="e"><v>%s</v></c></row></sheetData></worksheet>'
READ = {
    "backslashes in names": lambda p: {n.replace("/", "\\"): c for n, c in p.items()},
    "another name for the workbook": lambda p: renamed(p, "workbook.xml", "workbook2.xml"),
    "the workbook at the root": at_the_root,
    "names in capitals": lambda p: {n.upper() if n == SHEET else n: c for n, c in p.items()},
    "an empty dimension": lambda p: changed(p, SHEET, rb'<dimension ref="[^"]*"', b'<dimension ref=""'),
    "small letters in addresses": lambda p: changed(
        p, SHEET, rb'<c r="([A-G])([0-9]+)"', lambda m: b'<c r="' + m[1].lower() + m[2] + b'"'
    ),
    "no numbers of rows": lambda p: changed(p, SHEET, rb'<row r="[0-9]+" ', b"<row "),
    "parts in UTF-16": lambda p: {
        n: as_utf16(c) if n in {SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"} else c for n, c in p.items()
    },
    "a newer error": lambda p: with_sheet(p, "worksheet", ERRORS % b"#SPILL!"),
    "an error nobody knows": lambda p: with_sheet(p, "worksheet", ERRORS % b"#CALC!"),
    "a macro sheet": lambda p: with_sheet(
        p, "xlMacrosheet", b"<macrosheet xmlns='http://schemas.microsoft.com/office/excel/2006/main'/>"
    ),
    "a module of an old macro": lambda p: changed(
        p, "xl/workbook.xml", rb"<sheets>", b'<sheets><sheet name="M" sheetId="9" r:id=""/>'
    ),
    "prefixes everywhere": lambda p: {
        **p,
        SHEET: re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", p[SHEET].replace(b"xmlns=", b"xmlns:x=")),
    },
}


def the_project(data, suffix=".xlsx"):
    [project] = read(read_package(data, suffix), all_frameworks()).projects
    return project


@pytest.mark.parametrize("kind", READ)
def test_read_where_excel_reads_it(good, kind):
    expected = the_project(zipped(good))
    assert expected.total_budget is not None
    assert the_project(zipped(READ[kind](good))) == expected


def test_two_sheets_of_one_name_are_both_read(good):
    parts = with_sheet(good, "worksheet", good[SHEET])
    twice = changed(parts, "xl/workbook.xml", b'<sheet name="B"', '<sheet name="项目一"'.encode())
    both = read(read_package(zipped(twice)), all_frameworks()).projects
    assert [(one.sheet, one.total_budget) for one in both] == [("项目一", the_project(zipped(good)).total_budget)] * 2


def test_a_picture_in_a_cell_is_no_text(good):
    cell = AT["other_funds"]
    picture = f'<c r="{cell}" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row>'
    blank = rf'(<row r="{cell[1:]}".*?)(?:<c r="{cell}"[^>]*/>)?</row>'.encode()
    parts = changed(good, SHEET, blank, lambda m: m[1] + picture.encode())
    workbook = read_package(zipped(parts))
    assert the_project(zipped(parts)).other_funds is None
    said = [(f.rule, f.cell, f.message) for f in found_in(workbook) if f.rule == "STR12"]
    assert said == [("STR12", cell, f"{cell}是单元格图片，不是文字，没有读取。")]


REFUSED = {
    "binary": (
        lambda p: {"_rels/.rels": p["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin"), "xl/workbook.bin": b""},
        "这是二进制格式的工作簿（.xlsb）",
    ),
    "a sheet that is missing": (lambda p: {n: c for n, c in p.items() if n != SHEET}, "文件已损坏"),
    "a text document": (
        lambda _: {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"},
        "这是文字文档，不是 Excel 工作簿",
    ),
    "an .ods with a password": (
        lambda _: {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<m><encryption-data/></m>",
            "content.xml": b"\x01\x02",
        },
        "文件设有打开密码",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_the_true_reason(good, kind):
    make, reason = REFUSED[kind]
    with pytest.raises(PerfxlError, match=re.escape(reason)):
        read_package(zipped(make(good)))


def test_a_word_document_inside_makes_no_word_document():
    with pytest.raises(PerfxlError, match="文件已损坏"):
        read_package(compound_file(["Workbook", "WordDocument"]), ".xls")


# -------------------------------------------------------------------------------------- old workbooks


def excel_5(texts, code_page, name):
    """The stream of an Excel 5 workbook with a sheet whose column A has these texts, in bytes."""

    def record(kind, content):
        return struct.pack("<HH", kind, len(content)) + content

    begin = struct.pack("<HHHH", 0x0500, 0x0005, 0, 0)
    head = record(0x0809, begin) + record(0x0042, struct.pack("<H", code_page))
    head += record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05Arial")
    head += record(0x00E0, struct.pack("<HH", 0, 0) + bytes(12))
    listed = struct.pack("<IH", len(head) + 4 + 7 + len(name) + 4, 0) + bytes([len(name)]) + name
    head += record(0x0085, listed) + record(0x000A, b"")
    labels = (record(0x0204, struct.pack("<HHHH", row, 0, 0, len(text)) + text) for row, text in enumerate(texts))
    return head + record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0)) + b"".join(labels) + record(0x000A, b"")


@pytest.mark.parametrize("code_page", [936, 1252, 10000])
def test_excel_5_in_gbk_is_read_whatever_it_says_of_itself(code_page):
    texts = ["项目编码", "预算数（万元）", "困难职工"]
    stream = excel_5([text.encode("gbk") for text in texts], code_page, "项目一".encode("gbk"))
    [sheet] = read_package(compound_file(["Book"], stream), ".xls").sheets
    assert (sheet.name, [cell.text for cell in sheet.cells.values()]) == ("项目一", texts)


def test_excel_5_in_another_language_stays_in_it():
    texts = ["Prénom", "Année", "Œuvre"]
    stream = excel_5([text.encode("cp1252") for text in texts], 1252, b"Feuil1")
    [sheet] = read_package(compound_file(["Book"], stream), ".xls").sheets
    assert [cell.text for cell in sheet.cells.values()] == texts


@pytest.fixture(scope="module")
def old(tmp_path_factory, soffice):
    folder = tmp_path_factory.mktemp("old")
    source = write_plain(Workbook((drawn(GOOD, "项目一"),)), folder / "good.xlsx")
    return soffice.convert(source, "xls", folder / "xls").read_bytes()


@pytest.mark.libreoffice
def test_an_old_workbook_is_known_by_its_content_not_by_its_name(old, good):
    expected = the_project(zipped(good))
    assert the_project(old, ".xlsx") == the_project(old, ".xls")
    assert the_project(old).total_budget == expected.total_budget


@pytest.mark.libreoffice
def test_an_old_workbook_with_a_password_is_called_so(old):
    # The record that says who wrote the file becomes the one that says how it is encrypted.
    author = re.search(rb"\x5c\x00\x70\x00", old)
    locked = old[: author.start()] + b"\x2f\x00" + old[author.start() + 2 :]
    with pytest.raises(PerfxlError, match="文件设有打开密码"):
        read_package(locked, ".xls")


@pytest.mark.libreoffice
@pytest.mark.parametrize("at", range(40))
def test_a_damaged_old_workbook_gets_a_sentence(old, at):
    place = 512 + (len(old) - 512) * at // 40
    reason = reason_of(old[:place] + bytes(96) + old[place + 96 :])
    assert reason is None or "。" in reason


def reason_of(data):
    """Why the bytes of an .xls cannot be read, None where they can."""
    try:
        read_package(data, ".xls")
    except PerfxlError as fault:
        return str(fault)
    return None
