"""Files made to do harm: refused with the right sentence, or read, within five seconds and 300 MB."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import cycle
from pathlib import Path

import openpyxl
import places
import pytest
from places import AT, IN_DEPARTMENT
from tables import FRAMEWORKS, GOOD, drawn

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.forms.findings import Aspect, Finding, Opinion, Severity
from perfxl.core.forms.records import Submission
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.core.grid.cells import Workbook, position
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.reading.submission import read
from perfxl.io.files import limits
from perfxl.io.ooxml.package import Package
from perfxl.io.reports import report_text
from perfxl.io.reports.checked import Checked
from perfxl.io.workbooks.read_files import read_package

SECONDS, KILOBYTES = 5.0, 300 * 1024
WRITING = ("fill", "summary", "check --write")
SHEET, BOOK, RELS = "xl/worksheets/sheet5.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Parts = dict[str, bytes]


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts, *more: tuple[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*parts.items(), *more):
            archive.writestr(name, content)
    return target.getvalue()


def with_parts(**changed: Callable[[bytes], bytes] | bytes | None) -> Callable[[Parts], bytes]:
    """A file with parts (named by `SHEET`, …) changed, replaced or left out."""

    def make(parts: Parts) -> bytes:
        for key, change in changed.items():
            name = globals().get(key, key)
            if change is None:
                del parts[name]
            else:
                parts[name] = change if isinstance(change, bytes) else change(parts[name])
        return zipped(parts)

    return make


def more(name: str, content: bytes) -> Callable[[Parts], bytes]:
    return lambda parts: zipped({**parts, name: content})


def instead(pattern: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        changed, found = re.subn(pattern, lambda _: new, content, count=1)
        assert found, pattern
        return changed

    return change


def amount(content: str, kind: str = "n") -> Callable[[bytes], bytes]:
    """Another content of the cell for 财政资金 of the first project."""
    inside = f"<is><t>{content}</t></is>" if kind == "inlineStr" else f"<v>{content}</v>"
    cell = AT["fiscal_funds"]
    found = rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'.encode()
    return instead(found, f'<c r="{cell}" t="{kind}">{inside}</c>'.encode())


def attributes(tag: bytes, names: str = "a") -> Callable[[bytes], bytes]:
    """80,000 of them in the first element of that name."""
    listed = "".join(f' {names}{number}="1"' for number in range(80_000)).encode()
    return instead(rb"<%b(?=[\s>])" % tag, b"<" + tag + listed)


def formats(number: int) -> Callable[[bytes], bytes]:
    return instead(b"</cellXfs>", b'<xf numFmtId="1"/>' * number + b"</cellXfs>")


def encoded(coding: str) -> Callable[[bytes], bytes]:
    """A part in another encoding, which it names."""

    def change(content: bytes) -> bytes:
        text = re.sub(r"^<\?xml[^>]*\?>", "", content.decode())
        return f'<?xml version="1.0" encoding="{coding}"?>{text}'.encode(coding, "xmlcharrefreplace")

    return change


def more_rows(number: int) -> Callable[[bytes], bytes]:
    """Rows with a category, a name and a vague target below the form."""
    texts = {"A": "产出指标", "B": "数量指标", "C": "培训人数", "F": "较多"}
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for column, text in texts.items())
        + "</row>"
        for row in range(200, 200 + number)
    )
    return instead(b"</sheetData>", rows.encode() + b"</sheetData>")


def after_head(extra: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        start = content.index(b"?>") + 2 if content.startswith(b"<?xml") else 0
        return content[:start] + extra + content[start:]

    return change


def bomb(parts: Parts) -> bytes:
    return zipped({**parts, "xl/media/image1.png": bytes(400 * 2**20)})


def nested(parts: Parts) -> bytes:
    inner = zipped({"0": bytes(50 * 2**20)})
    for _ in range(3):
        inner = zipped({str(number): inner for number in range(16)})
    return zipped({**parts, "xl/embeddings/a.zip": inner})


def lying(parts: Parts) -> bytes:
    """Both headers say that the sheet has 100 bytes."""
    data = bytearray(zipped({**parts, SHEET: parts[SHEET] + b" " * 2**27}))
    for header, name_at, size_at in ((b"PK\3\4", 30, 22), (b"PK\1\2", 46, 24)):
        at = data.index(SHEET.encode(), data.rindex(header) if header == b"none" else 0)
        while data[at - name_at : at - name_at + 4] != header:
            at = data.index(SHEET.encode(), at + 1)
        data[at - name_at + size_at : at - name_at + size_at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def sheets(parts: Parts) -> bytes:
    listed = "".join(f'<sheet name="s{i}" sheetId="{i + 100}" o:id="rId1" xmlns:o="{OFFICE}"/>' for i in range(10_000))
    return with_parts(BOOK=instead(b"</sheets>", f"{listed}</sheets>".encode()))(parts)


def names(parts: Parts) -> bytes:
    listed = "".join(f'<definedName name="n{i}">A1</definedName>' for i in range(100_000)).encode()
    return with_parts(BOOK=instead(b"</sheets>", b"</sheets><definedNames>" + listed + b"</definedNames>"))(parts)


def text_of(length: int) -> bytes:
    return f"<sst {MAIN}><si><t>{'长' * length}</t></si></sst>".encode()


def many_references(parts: Parts) -> bytes:
    """One text of permitted length in every one of many cells."""
    cells = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 100_000)).encode()
    sheet = f"<worksheet {MAIN}><sheetData>".encode() + cells + b"</sheetData></worksheet>"
    return with_parts(SHEET=sheet, STRINGS=text_of(32_000))(parts)


def duplicate(parts: Parts) -> bytes:
    return zipped({**parts, SHEET.upper(): parts[SHEET]})


def ods(rows: str) -> Callable[[Parts], bytes]:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="表">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return lambda _: zipped({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest})


def ods_row(repeated: int, columns: int = 1, text: str = "满") -> str:
    filled = f'office:value-type="string"><text:p>{text}</text:p></table:table-cell>' if text else "/>"
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}"><table:table-cell '
        f'table:number-columns-repeated="{columns}" {filled}</table:table-row>'
    )


PHANTOM_ROWS = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % i for i in range(1000, 1_048_577))
LAUGHS = after_head(DOCTYPE + b"]>")
EXTERNAL = after_head(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
REFUSED: dict[str, tuple[Callable[[Parts], bytes], str]] = {
    "a flat zip bomb": (bomb, "解压后过大（上限 100 MB）"),
    "a sheet larger than it says": (lying, "损坏"),
    "a sheet of 128 MB": (with_parts(SHEET=lambda old: old + b" " * 2**27), "解压后过大（上限 64 MB）"),
    "too large a file": (lambda parts: zipped({**parts, "x.bin": os.urandom(31 * 2**20)}), "上限 30 MB"),
    "two filled cells in opposite corners": (
        with_parts(
            SHEET=instead(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
        ),
        "有内容的区域过大（到第 1048576 行、第 16384 列）",
    ),
    "billion laughs": (with_parts(SHEET=LAUGHS), "DOCTYPE"),
    "billion laughs in UTF-16": (
        with_parts(SHEET=lambda old: LAUGHS(old).decode().replace("UTF-8", "UTF-16").encode("utf-16")),
        "DOCTYPE",
    ),
    "an external entity": (with_parts(SHEET=EXTERNAL), "DOCTYPE"),
    "10,000 sheets": (sheets, "工作表过多（上限 1,000）"),
    "10,000 parts": (
        lambda parts: zipped(parts, *((f"xl/x{i}.xml", b"<x/>") for i in range(10_000))),
        "部件过多（上限 5,000）",
    ),
    "100,000 defined names": (names, "定义的名称过多（上限 20,000）"),
    "a text of 32,768 characters": (with_parts(SHEET=amount("长" * 32_768, "inlineStr")), "超过 32,767 个字符"),
    "a shared text of a million characters": (with_parts(STRINGS=text_of(10**6)), "超过 32,767 个字符"),
    "a long text in every cell": (many_references, "文字过多（上限 10,000,000）"),
    "a part outside": (more("xl/../../../etc/x.xml", b"<x/>"), "指向文件以外"),
    "a part with an absolute path": (more("/etc/x.xml", b"<x/>"), "指向文件以外"),
    "two parts of a name": (duplicate, "同名的部件"),
    "a missing list of sheets": (with_parts(RELS=None), "损坏"),
    "a missing sheet": (with_parts(SHEET=None), "损坏"),
    "a missing workbook": (with_parts(BOOK=None), "没有可读的工作簿"),
    "a lone surrogate": (with_parts(SHEET=amount("&#xD800;", "inlineStr")), "损坏"),
    "a control character": (with_parts(SHEET=amount("&#27;[31m", "inlineStr")), "损坏"),
    "deeply nested XML": (
        with_parts(SHEET=instead(b"<sheetData>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"<sheetData>")),
        "嵌套过深（上限 200 层）",
    ),
    "a sheet of small tags": (
        with_parts(SHEET=instead(b"</sheetData>", b"</sheetData>" + b"<a/>" * 3_000_000)),
        "内容过多（上限 2,000,000）",
    ),
    "tags in the workbook": (
        with_parts(BOOK=instead(b"</sheets>", b"</sheets>" + b"<a/>" * 1_500_000)),
        "内容过多（上限 800,000）",
    ),
    "a million filled rows in an .ods": (ods(ods_row(1_000_000)), "有内容的单元格过多（上限 300,000）"),
    "corners of an .ods": (ods(ods_row(1_048_575, text="") + ods_row(1, 16_384)), "有内容的区域过大"),
    "a row of an .ods repeated endlessly": (ods(ods_row(10**12)), "损坏"),
    "a figure with a lone ampersand": (with_parts(SHEET=amount("9&6")), "损坏"),
    "more indicators than anyone has": (with_parts(SHEET=more_rows(5_001)), "绩效指标行过多（上限 5,000"),
    "80,000 attributes in a sheet": (with_parts(SHEET=attributes(b"sheetData")), "一个标记的属性过多（上限 256）"),
    "80,000 attributes among the formats": (
        with_parts(**{"xl/styles.xml": attributes(b"cellXfs")}),
        "一个标记的属性过多（上限 256）",
    ),
    "80,000 attributes in the list of sheets": (
        with_parts(BOOK=attributes(b"sheets")),
        "一个标记的属性过多（上限 256）",
    ),
    # Half of each of these letters, U+013C, is a `<`.
    "80,000 attributes in UTF-16": (
        with_parts(SHEET=lambda old: encoded("utf-16")(attributes(b"sheetData", "ļ")(old))),
        "一个标记的属性过多（上限 256）",
    ),
    "390,000 formats": (with_parts(**{"xl/styles.xml": formats(390_000)}), "单元格格式过多（上限 130,980）"),
    "190,000 relationships": (
        with_parts(
            RELS=instead(
                b"</Relationships>",
                b"".join(b'<Relationship Id="x%d" Type="a" Target="b"/>' % i for i in range(190_000))
                + b"</Relationships>",
            )
        ),
        "文件内部的链接过多（上限 66,000）",
    ),
    "a part in UTF-7": (with_parts(SHEET=encoded("utf-7")), "少见的文字编码"),
    "a part in UTF-32": (with_parts(SHEET=encoded("utf-32")), "少见的文字编码"),
    "a part in EBCDIC": (with_parts(SHEET=encoded("cp037")), "少见的文字编码"),
    "columns of an .ods repeated endlessly": (ods(ods_row(1, 10**9, "")), "损坏"),
}
READ: dict[str, Callable[[Parts], bytes]] = {
    "a nested zip": nested,
    "phantom dimensions": with_parts(
        SHEET=instead(rb'<dimension ref="[^"]*"\s*/>', b'<dimension ref="A1:XFD1048576"/>')
    ),
    "a million formatted rows": with_parts(SHEET=instead(b"</sheetData>", PHANTOM_ROWS + b"</sheetData>")),
    "an external link": more("xl/externalLinks/externalLink1.xml", f"<externalLink {MAIN}/>".encode()),
    "wrong content types": with_parts(
        **{"[Content_Types].xml": lambda old: old.replace(b"worksheet+xml", b"chartsheet+xml")}
    ),
    "relationships in a circle": more(
        "xl/worksheets/_rels/sheet5.xml.rels",
        (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="sheet5.xml"/></Relationships>'
        ).encode(),
    ),
    "no formats": with_parts(**{"xl/styles.xml": None}),
    "not a number": with_parts(SHEET=amount("NaN")),
    "an endless amount": with_parts(SHEET=amount("1e999")),
    "a huge amount": with_parts(SHEET=amount("1e308")),
    "a date where an amount belongs": with_parts(SHEET=amount("2023-05-01T00:00:00", "d")),
    "a truth where an amount belongs": with_parts(SHEET=amount("1", "b")),
    "a figure with a comment in it": with_parts(SHEET=amount("9<!-- -->6.3")),
    "a figure out of references": with_parts(SHEET=amount("&#57;6&#x2E;3")),
    "a figure in a CDATA section": with_parts(SHEET=amount("9<![CDATA[6.3]]>")),
    "a text full of equals signs": with_parts(
        SHEET=instead(
            b"</worksheet>", b"<extLst><ext uri='x'><a>" + b"=" * 900_000 + b"</a></ext></extLst></worksheet>"
        )
    ),
    "as many formats as Excel itself takes": with_parts(**{"xl/styles.xml": formats(65_000)}),
    "as many indicators as there may be": with_parts(SHEET=more_rows(4_900)),
    "an escaped control character": with_parts(SHEET=amount("_x001B_[31m红_xD800_", "inlineStr")),
}


def run(*arguments: object) -> tuple[int, str, str]:
    """The real command in a process of its own, its time and memory within the limits."""
    start = time.monotonic()
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    environment.pop("COVERAGE_PROCESS_START", None)
    # A small process measures: what this one holds would count as the command's own peak until it starts.
    program = (
        "import os, resource, subprocess, sys;"
        "done = subprocess.run([sys.executable, '-m', 'perfxl', *sys.argv[1:]], timeout=60);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(f'\\nUSED {used.ru_utime + used.ru_stime} {used.ru_maxrss}', file=sys.stderr);"
        "sys.exit(done.returncode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=90,
        env=environment,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    seconds, kilobytes = re.search(r"USED (\S+) (\d+)", err).groups()
    # A busy machine makes a process wait: what it used itself is what counts.
    assert float(seconds) < SECONDS, (seconds, time.monotonic() - start)
    assert int(kilobytes) < KILOBYTES, kilobytes
    assert "Traceback" not in out + err
    return done.returncode, out, err


@pytest.fixture
def sample(examples: Path) -> Parts:
    return parts_of((examples / FILLED_IN).read_bytes())


@pytest.mark.parametrize("value", ["9<!-- -->6.3", "&#57;6&#x2E;3", "9<![CDATA[6.3]]>", "9<?a b?>6.3"])
def test_a_figure_is_the_one_that_a_spreadsheet_program_shows(sample, value):
    """However it is hidden in the file: what a leader sees in Excel is what is added up."""
    sheets = read_package(with_parts(SHEET=amount(value))(sample)).sheets
    [project] = [sheet for sheet in sheets if sheet.name.startswith("1.")]
    assert project.cells[position(AT["fiscal_funds"])].value == 96.3


@pytest.mark.parametrize("kind", REFUSED)
def test_refused(tmp_path, sample, kind):
    make, sentence = REFUSED[kind]
    path = tmp_path / ("表.ods" if ".ods" in kind else "表.xlsx")
    content = make(sample)
    path.write_bytes(content)
    status, _, said = run("check", "--write", path)
    assert status == 2
    assert sentence in said, said
    assert "程序处理" not in said
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


# Reading takes no tree of a part, writing into it does.
REFUSED_WHEN_WRITTEN = {"tags in the workbook"}


def test_a_folder_in_which_all_of_them_lie_is_checked_to_the_end(tmp_path, sample, examples):
    """Every good file has its result, every other its own sentence."""
    good = [f"好{number}.xlsx" for number in range(12)]
    for name in good:
        shutil.copy(examples / FILLED_IN, tmp_path / name)
    for number, (kind, (make, _)) in enumerate(REFUSED.items()):
        ending = "ods" if ".ods" in kind else "xlsx"
        (tmp_path / f"坏{number}.{ending}").write_bytes(make(dict(sample)))
    status, out, _ = run("check", tmp_path, "--jobs", 2, "--format", "json")
    files = {Path(one["path"]).stem: one for one in json.loads(out)["files"]}
    assert status == 2
    assert len(files) == len(good) + len(REFUSED)
    assert {files[Path(name).stem]["counts"]["error"] for name in good} == {4}
    for number, (kind, (_, sentence)) in enumerate(REFUSED.items()):
        assert kind in REFUSED_WHEN_WRITTEN or sentence in files[f"坏{number}"]["reason"]


@pytest.mark.parametrize("kind", READ)
def test_read_and_written(tmp_path, sample, kind):
    path = tmp_path / "表.xlsx"
    content = READ[kind](sample)
    path.write_bytes(content)
    status, out, said = run("check", path)
    assert status in {0, 1}, said
    assert "\x1b" not in out + said
    for command in WRITING:
        written = tmp_path / f"{command.split(maxsplit=1)[0]}.xlsx"
        shutil.copy(path, written)
        status, out, said = run(*command.split(), written)
        assert status in {0, 1} or written.read_bytes() == content, said
        assert "程序处理" not in out + said
        Package(written.read_bytes())


def test_the_parts_of_a_sheet_with_a_prefix_and_another_name_count_too(tmp_path, sample):
    """What the value reader would read is counted, also where it is written in an unusual way."""
    rows = b'<o:row r="1048576"><o:c r="XFD1048576"><o:v>1</o:v></o:c></o:row>'
    change = instead(b"</sheetData>", rows + b"</sheetData>")
    sample[SHEET] = change(sample[SHEET].replace(b"<worksheet ", b'<worksheet xmlns:o="urn:other" ', 1))
    sample["xl/worksheets/SHEET5.xml"] = sample.pop(SHEET)
    path = tmp_path / "表.xlsx"
    path.write_bytes(zipped(sample))
    status, _, said = run("check", path)
    assert status == 2
    assert "区域过大" in said


LIKE_FORMULAS = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1+1", "=HYPERLINK('http://x','y')"]
# What a unit writes and a summary or a list of findings shows again: sheet, cell.
WRITTEN_BY_A_UNIT = [
    *(("1.工会保障项目", AT[key]) for key in ("project_name", "project_code", "title", "objective")),
    *(("1.工会保障项目", places.cell(3, key)) for key in ("name", "target")),
    ("部门整体绩效目标", IN_DEPARTMENT["sub_objectives"]),
]


def typed(path: Path, source: Path, *texts: str) -> Path:
    """The sample with a text in every cell that somebody fills in, of several one after the other."""
    book = openpyxl.load_workbook(source)
    for (sheet, cell), text in zip(WRITTEN_BY_A_UNIT, cycle(texts), strict=False):
        book[sheet][cell].value = text
        book[sheet][cell].data_type = "s"
    book.save(path)
    return path


@pytest.mark.parametrize(("command", "sheet"), [("summary", SUMMARY), ("check --write", FINDINGS)])
def test_what_a_unit_wrote_is_no_formula_in_a_sheet(perfxl, tmp_path, examples, command, sheet):
    path = typed(tmp_path / "表.xlsx", examples / FILLED_IN, *LIKE_FORMULAS)
    assert perfxl(*command.split(), path).status in {0, 1}
    written, shown = (openpyxl.load_workbook(path, data_only=values)[sheet] for values in (False, True))
    same = [
        cell.coordinate
        for row in shown.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and any(text.strip() in cell.value for text in LIKE_FORMULAS)
    ]
    assert len(same) > 1
    for place in same:
        # A text, or a reference to the cell it stands in.
        cell = written[place]
        assert cell.data_type != "f" or cell.value.startswith("=IF('1.工会保障项目'!")
        assert cell.hyperlink is None or not cell.hyperlink.target


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_what_a_unit_wrote_is_a_text_in_a_report(perfxl, tmp_path, examples, form):
    text = '"}],"x":[{"\\u001b[31m</script>\x85\u2028=1'
    path = typed(tmp_path / "表.xlsx", examples / FILLED_IN, text)
    out = perfxl("check", path, "--format", form).out
    assert not [char for char in out if unicodedata.category(char) == "Cc" and char != "\n"]
    assert text in strings(json.loads(out)) | {one.strip() for one in strings(json.loads(out))}


def strings(value: object) -> set[str]:
    """All texts in a JSON value, by their names and as values."""
    if isinstance(value, dict):
        return {*value, *(one for inner in value.values() for one in strings(inner))}
    if isinstance(value, list):
        return {one for inner in value for one in strings(inner)}
    return {value} if isinstance(value, str) else set()


def test_a_limit_for_the_file_comes_before_it_is_read(perfxl, tmp_path):
    path = tmp_path / "表.xlsx"
    with path.open("wb") as file:
        file.truncate(limits.MOST_BYTES * 100)
    ran = perfxl("check", path)
    assert ran.status == 2
    assert "文件过大（3000 MB，上限 30 MB）" in ran.err + ran.out


def test_checking_ends_in_time_whatever_happens(perfxl, examples, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SECONDS", -1)
    ran = perfxl("check", examples / FILLED_IN)
    assert ran.status == 2
    assert "秒还没有完成，已停止，文件没有改动。请删除表格以外的内容" in ran.err


def test_more_forms_than_a_county_has_are_refused_not_cut():
    form = drawn(GOOD, "项目一")
    sheets = tuple(replace(form, name=f"项目{number}") for number in range(501))
    with pytest.raises(PerfxlError, match=r"项目表过多（上限 500，在“项目500”表超出），不校验。"):
        read(Workbook(sheets), FRAMEWORKS)


def test_no_control_character_reaches_the_terminal():
    """Neither from a message nor from a value, an answer or a sheet's name."""
    evil = "\x1b[2J\x9b31m\x07红"
    finding = Finding(
        rule="X",
        severity=Severity.ERROR,
        sheet=evil,
        cell="A1",
        message=evil,
        hint=f"{evil}1",
        basis="",
        aspect=Aspect.COMPLETENESS,
        opinion=Opinion.O1,
        actual=evil,
        explanation=evil,
    )
    told = report_text.render([Checked("表.xlsx", None, Submission(framework="x"), (finding,))], colour=False)
    assert "红" in told
    assert not set(told) & {"\x1b", "\x9b", "\x07"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(perfxl, tmp_path):
    path = tmp_path / "表.xlsx"
    os.mkfifo(path)
    assert perfxl("check", path).status == 2
