"""Single cells of a sheet: their content changes, their format and everything around them stays."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal

from lxml import etree

from perfxl.core.cells import Area, CellEdit, Position, Value, address, position, shown
from perfxl.core.errors import PerfxlError
from perfxl.io.ooxml.package import MAIN

_NS = f"{{{MAIN}}}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LONGEST_TEXT = 32_767
# What XML cannot hold: control characters, lone surrogates, two non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def edit_cells(root: etree._Element, edits: Iterable[CellEdit]) -> set[Position]:
    """Carry out the edits on a worksheet's XML; gives the cells that lost a formula.

    PerfxlError when a cell is a part of an array formula, which can only be changed as a whole.
    """
    grid = _Grid(root)
    lost: set[Position] = set()
    for edit in edits:
        at = position(edit.cell)
        cell = grid.cell(at)
        formula = cell.find(f"{_NS}f")
        grid.refuse_array(at)
        if formula is not None:
            grid.hand_on_shared(cell, formula)
            if edit.formula is None:
                lost.add(at)
        set_content(cell, edit.value, edit.formula)
    return lost


def set_content(cell: etree._Element, value: Value, formula: str | None) -> None:
    """Put a value, or a formula with its value, into a `c` element. Texts never become formulas."""
    for child in list(cell):
        if child.tag in {f"{_NS}f", f"{_NS}v", f"{_NS}is"}:
            cell.remove(child)
    for attribute in ("t", "cm", "vm"):
        cell.attrib.pop(attribute, None)
    index = 0
    if formula is not None:
        element = etree.Element(f"{_NS}f")
        element.text = formula
        cell.insert(0, element)
        index = 1
    if value is None:
        return
    if isinstance(value, str) and formula is None:
        holder = etree.Element(f"{_NS}is")
        text = etree.SubElement(holder, f"{_NS}t")
        text.text = clean(value)
        text.set(_XML_SPACE, "preserve")
        cell.set("t", "inlineStr")
        cell.insert(index, holder)
        return
    element = etree.Element(f"{_NS}v")
    if isinstance(value, bool):
        cell.set("t", "b")
        element.text = "1" if value else "0"
    elif isinstance(value, int | float | Decimal):
        element.text = shown(value)
    else:
        cell.set("t", "str")
        element.text = clean(value if isinstance(value, str) else shown(value))
    cell.insert(index, element)


def clean(text: str) -> str:
    """A text as a cell can hold it: no control characters, at most 32,767 characters."""
    return _ILLEGAL.sub("", text)[:_LONGEST_TEXT]


class _Grid:
    """A worksheet's rows and cells, found by their numbers, also where the file does not write them."""

    def __init__(self, root: etree._Element) -> None:
        data = root.find(f"{_NS}sheetData")
        if data is None:
            raise PerfxlError("工作表没有内容区，无法写入。请用 Excel 或 WPS 打开并另存后再试。")
        self.data = data
        self.rows: dict[int, etree._Element] = {}
        number = 0
        for row in data.findall(f"{_NS}row"):
            number = int(row.get("r") or number + 1)
            self.rows[number] = row
        self._numbers = sorted(self.rows)
        self._arrays: list[Area] | None = None

    def cell(self, at: Position) -> etree._Element:
        """The cell's element, made in its place when there is none."""
        row = self._row(at[0])
        column = 0
        for index, cell in enumerate(row.findall(f"{_NS}c")):
            reference = cell.get("r")
            column = position(reference)[1] if reference else column + 1
            if column == at[1]:
                return cell
            if column > at[1]:
                return self._new(row, at, row.index(row.findall(f"{_NS}c")[index]))
        return self._new(row, at, len(row.findall(f"{_NS}c")))

    def _new(self, row: etree._Element, at: Position, index: int) -> etree._Element:
        for cell, column in _numbered(row):
            # Once one cell is out of the plain sequence, all have to say where they are.
            cell.set("r", address((at[0], column)))
        row.set("r", str(at[0]))
        made = etree.Element(f"{_NS}c", r=address(at))
        if row.get("s") is not None and row.get("customFormat") in {"1", "true"}:
            made.set("s", row.get("s", "0"))
        row.insert(index, made)
        # `spans` is only a hint, but a wrong one confuses some readers.
        row.attrib.pop("spans", None)
        return made

    def _row(self, number: int) -> etree._Element:
        if number not in self.rows:
            index = bisect_left(self._numbers, number)
            made = etree.Element(f"{_NS}row", r=str(number))
            if index < len(self._numbers):
                following = self.rows[self._numbers[index]]
                following.set("r", str(self._numbers[index]))
                following.addprevious(made)
            else:
                self.data.append(made)
            self.rows[number] = made
            self._numbers.insert(index, number)
        return self.rows[number]

    def refuse_array(self, at: Position) -> None:
        """PerfxlError for a cell inside an array formula or a data table."""
        if self._arrays is None:
            self._arrays = [
                Area.of(formula.get("ref", ""))
                for formula in self.data.iter(f"{_NS}f")
                if formula.get("t") in {"array", "dataTable"} and formula.get("ref")
            ]
        if any(at in area for area in self._arrays):
            raise PerfxlError(f"{address(at)} 是数组公式的一部分，无法单独写入。请先清除该数组公式。")

    def hand_on_shared(self, cell: etree._Element, formula: etree._Element) -> None:
        """Before a shared formula's first cell goes, the next of its cells becomes the first."""
        if formula.get("t") != "shared" or not formula.text:
            return
        followers = [
            other
            for other in self.data.iter(f"{_NS}c")
            if other is not cell
            and (f := other.find(f"{_NS}f")) is not None
            and f.get("t") == "shared"
            and f.get("si") == formula.get("si")
        ]
        # Rarely needed, and openpyxl is slow to import.
        from openpyxl.formula.translate import Translator

        for other in followers:
            own = other.find(f"{_NS}f")
            if own is not None and not own.text:
                translator = Translator(f"={formula.text}", origin=cell.get("r", "A1"))
                own.text = translator.translate_formula(other.get("r", "A1")).removeprefix("=")
            if own is not None:
                for attribute in ("t", "si", "ref"):
                    own.attrib.pop(attribute, None)


def _numbered(row: etree._Element) -> list[tuple[etree._Element, int]]:
    column = 0
    found = []
    for cell in row.findall(f"{_NS}c"):
        reference = cell.get("r")
        column = position(reference)[1] if reference else column + 1
        found.append((cell, column))
    return found
