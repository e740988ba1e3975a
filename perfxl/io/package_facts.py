"""What a package tells beyond values: formulas, error values, percentage formats, and how much it holds.

One pass over each sheet's XML, without building a tree: a million formatted empty rows cost their
reading only. What is over a limit is refused here, before any value is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath

from lxml import etree

from perfxl.core.cells import MAX_COLUMN, MAX_ROW, Position, address, position
from perfxl.io import limits
from perfxl.io.held import Held

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATION_ID = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_BUILT_IN_PERCENT = {9, 10}
_ROW = re.compile(rb'<row [^<>]*?\br="[0-9]')
_BLANK_ROW = re.compile(rb'<row (?=[^<>]*?\br="[0-9]++")[^<>]*+(?:(?<=/)>|></row>)')
# From here on blank rows are taken out first: a form has some hundred rows.
_MANY_ROWS = 20_000
# A value with anything but characters in it: `1<!-- -->2`, `1&#50;`. Excel never writes one.
_BROKEN_VALUE = re.compile(
    rb"<(?:\w+:)?v(?:\s[^<>]*)?>[^<&]*(?:&(?:amp|lt|gt|quot|apos);[^<&]*)*(?:&|<(?!/))"
)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]{0,255}+\]')


@dataclass
class SheetFacts:
    """Positions of one sheet. uncalculated: formulas without a value. errors: `#REF!` and the like."""

    formulas: set[Position] = field(default_factory=set)
    uncalculated: set[Position] = field(default_factory=set)
    percents: set[Position] = field(default_factory=set)
    errors: dict[Position, str] = field(default_factory=dict)


def package_facts(parts: Mapping[str, bytes]) -> Mapping[str, SheetFacts]:
    """Sheet name → its facts, for the parts of an .xlsx.

    PerfxlError for a workbook over a limit, lxml's and expat's errors as ValueError for a damaged one.
    """
    try:
        sheets = sheet_parts(parts)
        percent_styles = _percent_styles(parts)
        held = Held()
        texts = _shared_texts(parts)
        return {
            name: _SheetScan(name, texts, percent_styles, held).facts(parts[part]) for name, part in sheets
        }
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def without_blank_rows(part: bytes) -> bytes:
    """A worksheet without its formatted blank rows, where there are very many and all rows have numbers."""
    rows = part.count(b"<row")
    if rows < _MANY_ROWS or b"<![CDATA[" in part or sum(1 for _ in _ROW.finditer(part)) < rows:
        return part
    return _BLANK_ROW.sub(b"", part)


def with_plain_values(part: bytes) -> bytes:
    """A worksheet whose values are characters only, so that every reader finds the same figure in them.

    calamine takes `1<!-- -->2` for 1 where Excel shows 12. ValueError for what is no XML.
    """
    if _BROKEN_VALUE.search(part) is None:
        return part
    try:
        return bytes(etree.tostring(_tree(part), encoding="UTF-8", xml_declaration=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def refuse_large_table(content: bytes) -> None:
    """PerfxlError for the `content.xml` of an .ods that holds too much once its repeats are written out."""
    _TableScan(Held()).run(content)


def sheet_parts(parts: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """(sheet name, part name) of an .xlsx in workbook order, for the parts that are there."""
    workbook = parts["xl/workbook.xml"]
    if workbook.count(b"definedName ") > limits.MOST_NAMES:
        raise limits.too_many(
            "定义的名称", limits.MOST_NAMES, "请在 Excel“公式—名称管理器”中删除失效的名称，保存后再试。"
        )
    # Names of parts are compared without their case, as every reader does.
    known = {name.lower(): name for name in parts}
    relations = {}
    rels = known.get("xl/_rels/workbook.xml.rels")
    for relation in _tree(parts[rels]) if rels else ():
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        # Some programs write the whole path without the slash that says so.
        found = known.get(part.lower()) or known.get(target.lower())
        if found is not None:
            relations[relation.get("Id")] = found
    sheets = []
    for number, sheet in enumerate(_tree(workbook).iter(*(f"{{{ns}}}sheet" for ns in _MAIN)), start=1):
        if number > limits.MOST_SHEETS:
            raise limits.too_many("工作表", limits.MOST_SHEETS, "请只保留需要填报的工作表，保存后再试。")
        id_ = next((sheet.get(key) for key in _RELATION_ID if sheet.get(key)), None)
        if id_ in relations:
            sheets.append((sheet.get("name", ""), relations[id_]))
    return sheets


def _tree(part: bytes) -> etree._Element:
    limits.refuse_large_tree(part)
    root = etree.fromstring(
        part, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    )
    limits.refuse_document_type(root.getroottree().docinfo.doctype)
    return root


def shows_percent(number_format: str) -> bool:
    """Whether a number format shows a percentage: a `%` in quotes is only a text."""
    return "%" in _LITERAL.sub("", number_format)


def _percent_styles(parts: Mapping[str, bytes]) -> set[str]:
    if "xl/styles.xml" not in parts:
        return set()
    styles = _tree(parts["xl/styles.xml"])
    percent = {str(number) for number in _BUILT_IN_PERCENT}
    found: set[str] = set()
    for ns in _MAIN:
        for format_ in styles.iter(f"{{{ns}}}numFmt"):
            if shows_percent(format_.get("formatCode", "")):
                percent.add(format_.get("numFmtId", ""))
        formats = styles.find(f"{{{ns}}}cellXfs")
        for index, xf in enumerate(formats if formats is not None else ()):
            if xf.get("numFmtId") in percent:
                found.add(str(index))
    return found


class _TextLengths(limits.Scan):
    """The lengths of the shared texts."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []
        self.found = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 (as all scans take it)
        if tag == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


def _shared_texts(parts: Mapping[str, bytes]) -> list[int]:
    part = next((content for name, content in parts.items() if name.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return []
    scan = _TextLengths()
    scan.run(part)
    held = Held()
    for length in scan.lengths:
        held.add_text(length)
    return scan.lengths


class _SheetScan(limits.Scan):
    """One worksheet: the facts of its cells, and how much it holds."""

    def __init__(self, name: str, texts: list[int], percent: set[str], held: Held) -> None:
        super().__init__()
        self._name = name
        self._texts = texts
        self._percent = percent
        self._held = held
        self._facts = SheetFacts()
        self._row = self._column = self._merged = 0
        self._top = self._left = 1 << 30
        self._bottom = self._right = 0
        self._cell: dict[str, str] | None = None
        self._filled = self._formula = self._wanted = False
        self._value: list[str] = []

    def facts(self, part: bytes) -> SheetFacts:
        self.run(part)
        if self._bottom:
            height, width = self._bottom - self._top + 1, self._right - self._left + 1
            self._held.add_area(self._name, height, width, (self._bottom, self._right))
        return self._facts

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._filled = True
            if tag == "f":
                self._formula = True
            # A text in the cell itself counts like a value; only its length is asked.
            self._wanted = tag in {"v", "t"}
        elif tag == "c":
            self._cell = attributes
            self._filled = self._formula = self._wanted = False
            self._value = []
        elif tag == "row":
            # A row without a number follows the row before it; so does a cell.
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif tag == "mergeCell":
            self._merged += 1
            if self._merged > limits.MOST_MERGED:
                raise limits.too_many("合并单元格", limits.MOST_MERGED, "请取消表格以外的合并后保存再试。")

    def text(self, text: str) -> None:
        if self._wanted:
            self._value.append(text)

    def end(self, tag: str) -> None:
        self._wanted = False
        if tag == "c" and self._cell is not None:
            cell, self._cell = self._cell, None
            reference = cell.get("r")
            at = position(reference) if reference else (self._row, self._column + 1)
            self._column = at[1]
            if self._filled:
                self._add(at, cell)

    def _add(self, at: Position, cell: dict[str, str]) -> None:
        self._held.add_cells(1)
        if not (0 < at[0] <= MAX_ROW and at[1] <= MAX_COLUMN):
            raise ValueError(f"no such cell: {address(at)}")
        self._top, self._bottom = min(self._top, at[0]), max(self._bottom, at[0])
        self._left, self._right = min(self._left, at[1]), max(self._right, at[1])
        value = "".join(self._value)
        kind = cell.get("t")
        if kind == "s":
            index = int(value or 0)
            self._held.add_text(self._texts[index] if 0 <= index < len(self._texts) else 0)
        else:
            self._held.add_text(len(value))
        if self._formula:
            self._facts.formulas.add(at)
            if not value and kind != "str":
                self._facts.uncalculated.add(at)
        if kind == "e" and value:
            self._facts.errors[at] = value
        if cell.get("s") in self._percent:
            self._facts.percents.add(at)


class _TableScan(limits.Scan):
    """The tables of an .ods, with what their rows and cells would be once repeated."""

    def __init__(self, held: Held) -> None:
        super().__init__()
        self._held = held
        self._name = ""
        self._sheets = 0
        self._row = self._right = 0
        self._last = 0
        self._times = 1
        self._in_cell = False
        self._repeated = 1
        self._column = self._filled_to = 0
        self._filled = 0
        self._length = self._row_text = 0
        self._value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._sheets += 1
            if self._sheets > limits.MOST_SHEETS:
                raise limits.too_many("工作表", limits.MOST_SHEETS, "请只保留需要填报的工作表，保存后再试。")
            self._name = attributes.get("table:name", "")
            self._row = self._right = self._last = 0
        elif tag == "table-row":
            self._times = _repeats(attributes, "rows", MAX_ROW)
            self._column = self._filled_to = self._filled = self._row_text = 0
        elif tag in {"table-cell", "covered-table-cell"}:
            self._repeated = _repeats(attributes, "columns", MAX_COLUMN)
            self._in_cell = True
            self._value = any(key.endswith((":value-type", ":formula")) for key in attributes)
            self._length = sum(
                len(value) for key, value in attributes.items() if key.endswith(("-value", ":formula"))
            )
        elif self._in_cell:
            self._value = True

    def text(self, text: str) -> None:
        if self._in_cell:
            self._length += len(text)

    def end(self, tag: str) -> None:
        if tag in {"table-cell", "covered-table-cell"}:
            self._in_cell = False
            self._column += self._repeated
            if self._value:
                self._filled_to = self._column
                self._filled += self._repeated
                self._held.add_text(self._length, self._repeated * self._times)
        elif tag == "table-row":
            self._row += self._times
            if self._filled:
                self._last = self._row
                self._right = max(self._right, self._filled_to)
                self._held.add_cells(self._filled * self._times)
        elif tag == "table" and self._last:
            self._held.add_area(self._name, self._last, self._right, (self._last, self._right))


def _repeats(attributes: dict[str, str], what: str, most: int) -> int:
    ending = f"number-{what}-repeated"
    number = next((int(value) for key, value in attributes.items() if key.endswith(ending)), 1)
    if not 1 <= number <= most:
        raise ValueError(f"{ending}: {number}")
    return number
