"""What an .xlsx package tells beyond values: formulas, error values, percentage formats.

One pass over each sheet's XML, without building a tree: a million formatted empty rows cost their
reading only.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath

from lxml import etree

from perfxl.core.cells import Position, position
from perfxl.core.errors import PerfxlError

# Values are read into a full rectangle: two filled cells in opposite corners must not fill memory.
MOST_CELLS = 5_000_000

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATION_ID = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_BUILT_IN_PERCENT = {9, 10}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass
class SheetFacts:
    """Positions of one sheet. uncalculated: formulas without a value. errors: `#REF!` and the like."""

    formulas: set[Position] = field(default_factory=set)
    uncalculated: set[Position] = field(default_factory=set)
    percents: set[Position] = field(default_factory=set)
    errors: dict[Position, str] = field(default_factory=dict)


def package_facts(data: bytes) -> Mapping[str, SheetFacts]:
    """Sheet name → its facts; empty for a package that is no .xlsx (an .ods).

    PerfxlError when a sheet's filled cells span more than `MOST_CELLS`; zipfile and lxml errors
    (both ValueError or OSError kin) are turned into `ValueError` for a damaged package.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = set(package.namelist())
            if "xl/workbook.xml" not in names:
                return {}
            percent_styles = _percent_styles(package, names)
            return {
                name: _sheet_facts(package, part, percent_styles, name) for name, part in sheet_parts(package)
            }
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def _tree(package: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(package.read(part), parser)


def sheet_parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(sheet name, part name) of an .xlsx package in workbook order, for the parts that are there."""
    names = set(package.namelist())
    relations = {}
    if "xl/_rels/workbook.xml.rels" in names:
        for relation in _tree(package, "xl/_rels/workbook.xml.rels"):
            target = relation.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            relations[relation.get("Id")] = part
    found = []
    for sheet in _tree(package, "xl/workbook.xml").iter(*(f"{{{ns}}}sheet" for ns in _MAIN)):
        id_ = next((sheet.get(key) for key in _RELATION_ID if sheet.get(key)), None)
        if id_ in relations and relations[id_] in names:
            found.append((sheet.get("name", ""), relations[id_]))
    return found


def _percent_styles(package: zipfile.ZipFile, names: set[str]) -> set[str]:
    if "xl/styles.xml" not in names:
        return set()
    styles = _tree(package, "xl/styles.xml")
    percent = {str(number) for number in _BUILT_IN_PERCENT}
    found: set[str] = set()
    for ns in _MAIN:
        for format_ in styles.iter(f"{{{ns}}}numFmt"):
            if "%" in _LITERAL.sub("", format_.get("formatCode", "")):
                percent.add(format_.get("numFmtId", ""))
        formats = styles.find(f"{{{ns}}}cellXfs")
        for index, xf in enumerate(formats if formats is not None else ()):
            if xf.get("numFmtId") in percent:
                found.add(str(index))
    return found


def _sheet_facts(package: zipfile.ZipFile, part: str, percent: set[str], name: str) -> SheetFacts:
    facts = SheetFacts()
    bottom = right = row = column = 0
    top = left = 1 << 30
    with package.open(part) as stream:
        tags = [f"{{{ns}}}{tag}" for ns in _MAIN for tag in ("c", "row")]
        events = etree.iterparse(
            stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
        )
        for event, element in events:
            is_row = element.tag.endswith("}row")
            if event == "start":
                if is_row:
                    # A row without a number follows the row before it; so does a cell.
                    row, column = int(element.get("r") or row + 1), 0
                continue
            if is_row:
                element.clear()
                # Rows read are let go, so that memory does not grow with the sheet.
                while element.getprevious() is not None:
                    del element.getparent()[0]
                continue
            reference = element.get("r")
            at = position(reference) if reference else (row, column + 1)
            column = at[1]
            if len(element) == 0:
                continue
            top, bottom = min(top, at[0]), max(bottom, at[0])
            left, right = min(left, at[1]), max(right, at[1])
            _cell_facts(facts, element, at, percent)
    if bottom and (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
        raise PerfxlError(
            f"工作表“{name}”有内容的区域过大（到第 {bottom} 行、第 {right} 列）。"
            "请删除表格以外的内容后保存再试。"
        )
    return facts


def _cell_facts(facts: SheetFacts, cell: etree._Element, at: Position, percent: set[str]) -> None:
    value = formula = None
    for child in cell:
        if child.tag.endswith("}v"):
            value = child.text
        elif child.tag.endswith("}f"):
            formula = child
    if formula is not None:
        facts.formulas.add(at)
        if value is None and cell.get("t") != "str":
            facts.uncalculated.add(at)
    if cell.get("t") == "e" and value is not None:
        facts.errors[at] = value
    if cell.get("s") in percent:
        facts.percents.add(at)
