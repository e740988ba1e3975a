"""How large a file from outside may be, and opening its package without trusting what it says of itself.

A filled-in workbook has a few hundred kilobytes, some ten sheets and some thousand cells. The limits
leave room for two hundred projects and many pictures, and keep any file within seconds and 300 MB.
"""

from __future__ import annotations

import codecs
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import NoReturn
from xml.parsers import expat

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import inflate

# The whole file is held in memory, twice while it is written. Thirty photographs fit.
MOST_BYTES = 30 * 2**20
# Unpacked parts are held while writing. Pictures hardly shrink when packed: thrice the file is plenty.
MOST_UNPACKED = 100 * 2**20
# The XML parts are read whole. A million formatted blank rows are 40 MB.
MOST_XML = 64 * 2**20
# Each part has its entry in memory. Two hundred sheets with pictures and notes have under two thousand.
MOST_PARTS = 5_000
# Each tag costs its reading. A million blank rows are a million tags.
MOST_TAGS = 2_000_000
# A part that is changed becomes a tree, some 200 bytes for each tag and attribute.
MOST_NODES = 800_000
# The elements of a workbook have some forty at most; comparing each with each takes minutes for 80,000.
MOST_ATTRIBUTES = 256
# Formats of cells and the styles they come from: of either Excel itself takes 65,490.
MOST_FORMATS = 2 * 65_490
# Links of a sheet, and what else a part points at: Excel itself takes 65,530 links.
MOST_RELATIONS = 66_000
# Excel itself nests fewer than 20 deep; the XML library stops at 256.
MOST_DEPTH = 200
# A project each, and the sheets around them; the largest county has some five hundred projects.
MOST_SHEETS = 1_000
# Copies of copies of old workbooks bring thousands of dead names.
MOST_NAMES = 20_000
# Filled cells of all sheets; a project form has some hundred, a list that somebody attached many more.
MOST_CELLS = 300_000
# The rectangles around the filled cells, all sheets together: values are read into full rectangles.
MOST_AREA = 4_000_000
# Merged areas of a sheet; a form has some fifty.
MOST_MERGED = 20_000
# Excel's own limit for one cell.
LONGEST_TEXT = 32_767
# All texts together, counted as often as cells show them; a project form has some thousand characters.
MOST_TEXT = 10_000_000

# For the rules of one file. With the counts above some seconds are enough on an old machine.
MOST_SECONDS = 60
# For everything that is done to one of several files, after which its process is ended.
MOST_SECONDS_OF_FILE = 120
# For the process that works on one of several files: all it may have at once, the program included. Every
# hostile file of the tests needs less than 300 MB.
MOST_MEMORY = 2**30

DAMAGED = "文件已损坏，无法打开。请向报送人重新索取，或用 Excel、WPS 打开后另存为 .xlsx 再试。"

LOCKED = "文件设有打开密码，无法读取。请用 Excel 或 WPS 打开，在“文件—信息—保护工作簿”中取消密码，保存后再试。"

_MEGABYTE = 2**20
_ENTRY = b"PK\x01\x02"
_DECLARATIONS = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
_FORMAT = re.compile(rb"<(?:[\w.-]+:)?xf[\s/>]")
# As many attributes take so many bytes at least: ` a=""`.
_LONG = re.compile(rb"<[^<]{%d,}" % (5 * MOST_ATTRIBUTES))
# UTF-32 and EBCDIC, which lxml knows by their first bytes.
_STRANGE_STARTS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"<\0\0\0", b"\0\0\0<", b"\x4c\x6f\xa7\x94")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)""")
_SEVERAL_BYTES = ("gb2312", "gbk", "gb18030", "cp936", "big5", "euc-", "shift_jis")
# Those in which `<` is always this one byte, and that byte always `<`; UTF-16 is told by its first bytes.
_ENCODINGS = (
    *("utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859", "latin", "windows-", "cp125", "koi8"),
    *_SEVERAL_BYTES,
)
_HEAD = 1024
_MACRO_FOLDERS = ("Basic/", "Dialogs/")
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_DOCUMENT_TYPE = (
    "文件内含 DOCTYPE 声明（可用来引用外部内容），为安全起见不读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
)


def refuse_large_file(size: int) -> None:
    """PerfxlError for a file of more bytes than `MOST_BYTES`."""
    if size > MOST_BYTES:
        raise PerfxlError(
            f"文件过大（{size / _MEGABYTE:.0f} MB，上限 {MOST_BYTES // _MEGABYTE} MB）。"
            "请压缩或删除其中的图片、附件后保存再试。"
        )


def too_many(what: str, limit: int, remedy: str) -> PerfxlError:
    """The sentence for a limit that is hit: what there is too much of, how much may be, what to do."""
    return PerfxlError(f"{what}过多（上限 {limit:,}），不读取。{remedy}")


def deadline() -> Callable[[], None]:
    """A check that raises PerfxlError once `MOST_SECONDS` have passed from now."""
    end = time.monotonic() + MOST_SECONDS

    def refuse_late() -> None:
        if time.monotonic() > end:
            raise PerfxlError(
                f"校验超过 {MOST_SECONDS} 秒还没有完成，已停止，文件没有改动。"
                "请删除表格以外的内容，或分成几个文件后再试。"
            )

    return refuse_late


def unpacked(data: bytes) -> tuple[dict[str, bytes], dict[str, zipfile.ZipInfo]]:
    """The parts of a package and their entries, by name, in the file's order.

    Counted by what really comes out, whatever the headers say, and stopped at a limit. PerfxlError,
    with what to do, for a package over a limit, a damaged one, one with two parts of a name or a
    name that leads out of it, and for XML with a DOCTYPE. Packages inside are not opened.
    """
    refuse_large_file(len(data))
    if data.count(_ENTRY) > 2 * MOST_PARTS:
        raise _many_parts()
    try:
        with inflate.opened(data) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_names([entry.orig_filename for entry in entries])
            return dict(_contents(archive, entries)), {entry.filename: entry for entry in entries}
    except inflate.DAMAGED as error:
        raise PerfxlError(DAMAGED) from error


def is_xml(part: str) -> bool:
    """Whether a part is XML, by its name."""
    return part.lower().endswith((".xml", ".rels"))


def refuse_large_tree(part: bytes) -> None:
    """PerfxlError for a part whose tree has more than `MOST_NODES` elements, attributes and texts.

    ValueError for what is not XML.
    """
    # Texts may be full of `=`: only where this is too much is it counted.
    if part.count(b"<") + part.count(b"=") > MOST_NODES:
        _Nodes().run(part)


def refuse_document_type(found: str | None) -> None:
    """PerfxlError when a parsed part has a DOCTYPE."""
    if found:
        raise PerfxlError(_DOCUMENT_TYPE)


def parse_with(
    part: bytes,
    begin: Callable[[str, dict[str, str]], None],
    finish: Callable[[str], None],
    text: Callable[[str], None],
    *,
    prefixes: bool,
) -> None:
    """Hand each element and text of an XML part on. They count the depth (`refuse_depth`).

    prefixes: whether tags may have any; they are taken off. Entities are never resolved. PerfxlError for a
    DOCTYPE, ValueError for what is not XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names = _LocalNames()
    parser.StartElementHandler = (lambda tag, own: begin(names[tag], own)) if prefixes else begin
    parser.EndElementHandler = (lambda tag: finish(names[tag])) if prefixes else finish
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = lambda *_: refuse_document_type("found")
    try:
        parser.Parse(_decoded(part), True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def refuse_depth() -> NoReturn:
    """PerfxlError for elements that lie in more than `MOST_DEPTH` others."""
    raise PerfxlError(
        f"文件内部的标记嵌套过深（上限 {MOST_DEPTH} 层），不读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
    )


class Scan:
    """One pass over an XML part that builds nothing; entities are never resolved.

    Subclasses take `start`, `end` and `text`, with tags as written, without a prefix. PerfxlError for a
    DOCTYPE and for too deep nesting, ValueError for what is not XML.
    """

    def run(self, part: bytes) -> None:
        """Read the part."""
        start, end, names, depth = self.start, self.end, _LocalNames(), 0

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > MOST_DEPTH:
                refuse_depth()
            start(names[tag], attributes)

        def finish(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(names[tag])

        parse_with(part, begin, finish, self.text, prefixes=False)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Characters between tags."""


# ----------------------------------------------------------------------------------------- inside


class _LocalNames(dict[str, str]):
    """A tag as written → without its prefix."""

    def __missing__(self, tag: str) -> str:
        """Each is worked out once."""
        name = self[tag] = tag.rpartition(":")[2]
        return name


def _decoded(part: bytes) -> bytes | str:
    """The part as the parser can take it: of encodings it knows those of one byte and Unicode only."""
    name = _declared_encoding(part)
    if not name.startswith(_SEVERAL_BYTES):
        return part
    try:
        return part.decode("gb18030" if name.startswith(("gb", "cp936")) else name)
    except LookupError as error:
        raise ValueError(str(error)) from error


class _Nodes(Scan):
    """Counts what a tree would hold."""

    def __init__(self) -> None:
        self._nodes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 (as all scans take it)
        self._add(1 + len(attributes))

    def text(self, text: str) -> None:  # noqa: ARG002 (as above)
        self._add(1)

    def _add(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise too_many("工作表或样式的内容", MOST_NODES, "请删除表格以外的行、列和多余的样式后保存再试。")


class _Density(Scan):
    """Looks for too many attributes in one element, and counts the formats."""

    def __init__(self) -> None:
        self._formats = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(attributes) > MOST_ATTRIBUTES:
            raise too_many("文件内部一个标记的属性", MOST_ATTRIBUTES, "请用 Excel 或 WPS 打开后另存为 .xlsx 再试。")
        if tag == "xf":
            self._formats += 1
            _refuse_formats(self._formats)


def _refuse_formats(number: int) -> None:
    if number > MOST_FORMATS:
        raise too_many(
            "单元格格式", MOST_FORMATS, "请新建工作簿，把需要的工作表的内容“选择性粘贴—数值”过去后保存再试。"
        )


def _refuse_density(part: bytes) -> None:
    """PerfxlError for a part that has more attributes in an element or more formats than may be."""
    wide = b"\0" in part[:4]
    if part.count(b"xf") > MOST_FORMATS:
        _refuse_formats(sum(1 for _ in _FORMAT.finditer(part)))
    # Between two `<` is a tag and the text behind it: few are long, and fewer have many `=`.
    if wide or any(found[0].count(b"=") > MOST_ATTRIBUTES for found in _LONG.finditer(part)):
        _Density().run(part)


def _declared_encoding(part: bytes) -> str:
    declared = _ENCODING.match(part[:_HEAD].removeprefix(codecs.BOM_UTF8))
    return declared[1].decode("ascii").lower() if declared else ""


def _refuse_encoding(part: bytes) -> None:
    """PerfxlError for a part in whose encoding `<` may be other bytes than it is here counted by."""
    start = part[:_HEAD].removeprefix(codecs.BOM_UTF8)
    name = _declared_encoding(part)
    if start.startswith(_STRANGE_STARTS) or (name and not name.startswith(_ENCODINGS)):
        raise PerfxlError("文件内部用了少见的文字编码，为安全起见不读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。")


def _many_parts() -> PerfxlError:
    return too_many("文件内部的部件", MOST_PARTS, "请只保留需要的工作表和图片，另存为 .xlsx 再试。")


def _refuse_names(names: list[str]) -> None:
    if len(names) > MOST_PARTS:
        raise _many_parts()
    for name in names:
        if _OUTSIDE.search(name):
            raise PerfxlError(
                "文件内部的部件名称指向文件以外，为安全起见不读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
            )
    if len({name.casefold() for name in names}) < len(names):
        raise PerfxlError(
            "文件内部有同名的部件，不同程序会读到不同的内容，因此不读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
        )


def _contents(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    size = xml = tags = 0
    for entry in entries:
        if entry.compress_type not in _COMPRESSIONS:
            raise PerfxlError(DAMAGED)
        own = is_xml(entry.filename)
        room = min(MOST_UNPACKED - size, MOST_XML - xml) if own else MOST_UNPACKED - size
        try:
            content = b"".join(inflate.inflated(archive, entry, room))
        except inflate.TooLargeError:
            limit = MOST_XML if own and room == MOST_XML - xml else MOST_UNPACKED
            raise PerfxlError(
                f"文件解压后过大（上限 {limit // _MEGABYTE} MB），不读取。请删除表格以外的内容，压缩图片后保存再试。"
            ) from None
        size += len(content)
        if own:
            xml += len(content)
            _refuse_encoding(content)
            tags += content.count(b"<")
            if tags > MOST_TAGS:
                raise too_many("文件的内容", MOST_TAGS, "请删除表格以外的行和列后保存再试。")
            if entry.filename.lower().endswith(".rels") and content.count(b"<") > 2 * MOST_RELATIONS:
                raise too_many("文件内部的链接", MOST_RELATIONS, "请删除表格以外的超链接后保存再试。")
            # LibreOffice declares the type of its macros' parts, which nobody here reads.
            if not entry.filename.startswith(_MACRO_FOLDERS):
                declarations = _DECLARATIONS if b"\0" in content[:4] else _DECLARATIONS[:1]
                if any(declaration in content for declaration in declarations):
                    raise PerfxlError(_DOCUMENT_TYPE)
                _refuse_density(content)
        yield entry.filename, content
