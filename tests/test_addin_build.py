"""The add-in and the templates with macros are what their sources make; nothing else is inside."""

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlwings
from lxml import etree
from macros import read_macros
from pyopenvba.interpreter import parse_module

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.addin import sources
from perfxl.io.addin.build import RIBBON_PARTS, build_addin, with_macros
from perfxl.io.addin.sources import read_sources, shipped_addin, xlwings_version
from perfxl.io.ooxml.package import Package

ROOT = Path(__file__).parents[1]
STUB = ROOT / "vba_stub"
XLWINGS = Path(xlwings.__file__).parent
TEMPLATES = sorted((ROOT / "workbook_templates").glob("*.xlsm"))
ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


def macros(path):
    return read_macros(path.read_bytes())


def settings_sheet():
    """openpyxl opens no add-ins, whoever made them: they get the type of a workbook first."""
    package = Package(shipped_addin())
    types = package.read("[Content_Types].xml").decode()
    assert types.count(ADDIN) == 1
    package.set("[Content_Types].xml", types.replace(ADDIN, MACRO_BOOK).encode())
    book = openpyxl.load_workbook(BytesIO(package.save()))
    assert book.sheetnames == ["perfxl.conf"]
    return book["perfxl.conf"]


def code(text):
    """A module without the attributes that no editor shows, each line once per line."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = next(
        i for i, line in enumerate(lines) if not line.startswith(("Attribute ", "VERSION", "BEGIN", "  ", "END"))
    )
    return "\n".join(lines[start:]).strip()


def test_the_committed_addin_is_what_its_sources_make():
    assert build_addin(read_sources(STUB)) == (STUB / "perfxl.xlam").read_bytes(), "run `make addin`"


def test_the_command_builds_the_same_file(perfxl, tmp_path, monkeypatch):
    copy = tmp_path / "vba_stub"
    copy.mkdir()
    for name in ("RibbonPerfxl.bas", "ribbon.xml", "settings.toml"):
        (copy / name).write_bytes((STUB / name).read_bytes())
    monkeypatch.setattr(sources, "_CHECKOUT", copy)
    ran = perfxl("addin", "build")
    assert (ran.status, ran.out, ran.err) == (0, "", f"已生成 {copy / 'perfxl.xlam'}。\n")
    assert (copy / "perfxl.xlam").read_bytes() == (STUB / "perfxl.xlam").read_bytes()


def test_an_installed_perfxl_says_that_it_cannot_build(perfxl, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "_CHECKOUT", tmp_path / "nothing")
    ran = perfxl("addin", "build")
    assert ran.status == 2
    assert ran.err == (
        "只有在 perfxl 的源代码目录里才能生成加载项。"
        "平常使用不需要生成：请运行 perfxl addin install，安装随 perfxl 提供的加载项。\n"
    )


@pytest.mark.parametrize("path", [STUB / "perfxl.xlam", *TEMPLATES], ids=lambda path: path.suffix + path.stem[-12:])
def test_exactly_these_modules_are_inside(path):
    found = macros(path)
    documents = {name for name, text in found.items() if code(text) == ""}
    assert "ThisWorkbook" in documents
    assert all(re.fullmatch(r"ThisWorkbook|Sheet\d+", name) for name in documents)
    written = {name: code(text) for name, text in found.items() if name not in documents}
    module = (XLWINGS / "xlwings_custom_addin.bas").read_text(encoding="ascii")
    assert written == {
        "RibbonPerfxl": code((STUB / "RibbonPerfxl.bas").read_text(encoding="ascii")),
        "xlwings": code(module.replace('PROJECT_NAME As String = "myaddin"', 'PROJECT_NAME As String = "perfxl"')),
        "Dictionary": code((XLWINGS / "addin" / "Dictionary.cls").read_text(encoding="ascii")),
    }


def test_there_are_templates_with_macros():
    assert [path.name for path in TEMPLATES] == [
        "预算绩效文本模板-central-2021.xlsm",
        "预算绩效文本模板-hebei-2023.xlsm",
    ]


@pytest.mark.parametrize("path", [STUB / "perfxl.xlam", *TEMPLATES], ids=lambda path: path.suffix + path.stem[-12:])
def test_every_macro_part_is_the_one_that_was_read(path):
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
    assert [name for name in names if name.lower().endswith((".bin", ".dll", ".exe"))] == ["xl/vbaProject.bin"]
    assert not [name for name in names if "macrosheets" in name or "activeX" in name or "externalLinks" in name]


def test_vba_is_ascii_with_windows_line_endings():
    data = (STUB / "RibbonPerfxl.bas").read_bytes()
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_a_second_reader_of_vba_understands_our_module():
    module = parse_module((STUB / "RibbonPerfxl.bas").read_text(encoding="ascii"))
    assert "Option Explicit" in (STUB / "RibbonPerfxl.bas").read_text(encoding="ascii")
    assert module is not None


def test_the_vba_module_has_the_version_of_the_installed_package():
    assert xlwings_version(macros(STUB / "perfxl.xlam")["xlwings"]) == xlwings.__version__


def test_another_xlwings_is_noticed_before_it_gets_in(tmp_path, monkeypatch):
    (tmp_path / "xlwings_custom_addin.bas").write_text("nothing here\r\n", encoding="ascii")
    monkeypatch.setattr(sources, "xlwings_folder", lambda: tmp_path)
    with pytest.raises(PerfxlError, match="PROJECT_NAME"):
        read_sources(STUB)


def test_parts_have_the_types_and_relationships_that_excel_expects():
    with zipfile.ZipFile(BytesIO(shipped_addin())) as package:
        types = package.read("[Content_Types].xml").decode()
        top = etree.fromstring(package.read("_rels/.rels"))
        workbook = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        dates = {info.date_time for info in package.infolist()}
    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"' in types
    assert 'Extension="bin" ContentType="application/vnd.ms-office.vbaProject"' in types
    related = {one.get("Target"): one.get("Type") for one in top}
    assert {part: related[part] for part in RIBBON_PARTS} == {
        "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
        "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    }
    kinds = {one.get("Target"): one.get("Type") for one in workbook.iter(f"{RELATIONS}Relationship")}
    assert kinds["vbaProject.bin"] == "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_the_settings_sheet_never_names_an_interpreter():
    sheet = settings_sheet()
    rows = dict(sheet.values)
    assert rows["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert rows["XLWINGS_VERSION"] == xlwings.__version__
    # It would hide what `perfxl addin install` writes.
    assert not [key for key in rows if key.startswith("INTERPRETER")]
    # xlwings reads down to the first blank cell.
    assert len(rows) == sheet.max_row
    assert all(rows.values())


def test_every_message_of_the_macros_is_in_the_settings():
    text = (STUB / "RibbonPerfxl.bas").read_text(encoding="ascii")
    used = set(re.findall(r'(?:(?:WhyNot|Problem) = "|"MESSAGE_)([A-Z_]+)"', text))
    rows = dict(settings_sheet().values)
    assert used == {key.removeprefix("MESSAGE_") for key in rows if key.startswith("MESSAGE_")}
    most = int(re.search(r"MOST_SETTINGS As Long = (\d+)", text)[1])
    assert len(rows) <= most


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem[-12:])
def test_the_template_with_macros_is_the_plain_one_otherwise(path, perfxl):
    plain = path.with_suffix(".xlsx")
    told = []
    for one in (plain, path):
        (file,) = json.loads(perfxl("check", one, "--format", "json").out)["files"]
        told.append({key: value for key, value in file.items() if key not in ("path", "sha256")})
    assert told[0] == told[1]
    assert len(told[0]["findings"]) > 5
    sheets = openpyxl.load_workbook(path, keep_vba=True)
    assert sheets.sheetnames == [*openpyxl.load_workbook(plain).sheetnames, "perfxl.conf"]
    assert sheets["perfxl.conf"].sheet_state == "veryHidden"


def test_checking_the_template_keeps_its_macros(perfxl, tmp_path):
    (path,) = (path for path in TEMPLATES if "hebei" in path.name)
    checked = tmp_path / "checked.xlsm"
    assert perfxl("check", path, "--write", "-o", checked).status == 1
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(checked) as after:
        for part in ("xl/vbaProject.bin", *RIBBON_PARTS):
            assert after.read(part) == before.read(part)
    assert macros(checked).keys() == macros(path).keys()


def test_macros_are_put_into_any_workbook_of_ours(examples):
    plain = (examples / "承德总工会2023.xlsx").read_bytes()
    made = with_macros(plain, read_sources(STUB))
    assert made == with_macros(plain, read_sources(STUB))
    with zipfile.ZipFile(BytesIO(made)) as package:
        assert package.testzip() is None
        assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in package.read("[Content_Types].xml").decode()


@pytest.mark.libreoffice
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem[-12:])
def test_libreoffice_opens_the_templates(path, soffice, tmp_path):
    converted = soffice.convert(path, "xlsx", tmp_path)
    assert openpyxl.load_workbook(converted).sheetnames == openpyxl.load_workbook(path).sheetnames
