"""Single cells of a sheet: their content changes, their format and everything around them stays."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from math import isfinite

from lxml import etree

from perfxl.core.grid.cells import Area, Position, Value, address, position, shown
from perfxl.core.grid.change import CellEdit
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.ooxml.package import MAIN

_NS = f"{{{MAIN}}}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LONGEST_TEXT = 32_767
# What XML cannot hold: control characters, lone surrogates, two non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# How a spreadsheet writes a character by its number; a text that looks so must say that it does not mean it.
_NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def edit_cells(root: etree._Element, edits: Iterable[CellEdit]) -> set[Position]:
    """Carry out the edits on a worksheet's XML; gives the cells that lost a formula.

    PerfxlError when a cell is a part of an array formula, which can only be changed as a whole.
    """
    grid = _Grid(root)
    lost: set[Position] = set()
    for edit in edits:
        at = position(edit.cell)
        grid.refuse_array(at)
        cell = grid.find(at)
        if cell is None:
            if edit.value is None and edit.formula is None:
                continue
            cell = grid.make(at)
        formula = cell.find(f"{_NS}f")
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
        text.text = _spelled(value)
        text.set(_XML_SPACE, "preserve")
        cell.set("t", "inlineStr")
        cell.insert(index, holder)
        return
    element = etree.Element(f"{_NS}v")
    if isinstance(value, bool):
        cell.set("t", "b")
        element.text = "1" if value else "0"
    elif isinstance(value, int) or (isinstance(value, float | Decimal) and isfinite(value)):
        element.text = _number(value)
    elif isinstance(value, float | Decimal):
        # A cell holds no infinity; this is what a spreadsheet shows instead.
        cell.set("t", "e")
        element.text = "#NUM!"
    else:
        cell.set("t", "str")
        # An empty text is none: `<v></v>` and `<v/>` would be two ways of writing the same sheet.
        element.text = _spelled(value if isinstance(value, str) else shown(value)) or None
    cell.insert(index, element)


def clean(text: str) -> str:
    """A text as a cell can hold it: no control characters, at most 32,767 characters."""
    return _ILLEGAL.sub("", text)[:_LONGEST_TEXT]


def _number(value: float | Decimal) -> str:
    """A number without zeros at its end, as it is read again: 96.30 → `96.3`."""
    return shown(value.normalize() if isinstance(value, Decimal) else value)


def _spelled(text: str) -> str:
    """A text as a cell's XML has to spell it: `_x000D_` would be read as a line break."""
    return _NUMBERED.sub("_x005F_", clean(text))


class _Grid:
    """A worksheet's rows and cells, found by their numbers, also where the file does not write them."""

    def __init__(self, root: etree._Element) -> None:
        data = root.find(f"{_NS}sheetData")
        if data is None:
            raise PerfxlError("工作表没有内容区，无法写入。请用 Excel 或 WPS 打开并另存后再试。")
        self.root = root
        self.data = data
        self.rows: dict[int, etree._Element] = {}
        number = 0
        for row in data.findall(f"{_NS}row"):
            number = int(row.get("r") or number + 1)
            self.rows[number] = row
        self._numbers = sorted(self.rows)
        self._arrays: list[Area] | None = None

    def find(self, at: Position) -> etree._Element | None:
        """The cell's element, None when the file has none."""
        row = self.rows.get(at[0])
        if row is None:
            return None
        return next((cell for cell, column in _numbered(row) if column == at[1]), None)

    def make(self, at: Position) -> etree._Element:
        """A new cell in its place, with the format that its row or its column gives new cells."""
        row = self._row(at[0])
        index = 0
        for cell, column in _numbered(row):
            # Once one cell is out of the plain sequence, all have to say where they are.
            cell.set("r", address((at[0], column)))
            if column < at[1]:
                index = row.index(cell) + 1
        row.set("r", str(at[0]))
        made = etree.Element(f"{_NS}c", r=address(at))
        if style := self._style(row, at[1]):
            made.set("s", style)
        row.insert(index, made)
        # `spans` is only a hint, but a wrong one confuses some readers.
        row.attrib.pop("spans", None)
        self._widen(at)
        return made

    def _style(self, row: etree._Element, column: int) -> str | None:
        if row.get("s") is not None and row.get("customFormat") in {"1", "true"}:
            return str(row.get("s"))
        for col in self.root.iterfind(f"{_NS}cols/{_NS}col"):
            if int(col.get("min", "0")) <= column <= int(col.get("max", "0")):
                return None if col.get("style") is None else str(col.get("style"))
        return None

    def _widen(self, at: Position) -> None:
        """Let the sheet's own word on its extent cover a new cell: some readers stop there."""
        dimension = self.root.find(f"{_NS}dimension")
        if dimension is None:
            return
        # One that is no area says nothing, and is left as it is.
        with contextlib.suppress(ValueError):
            known = Area.of(dimension.get("ref", ""))
            if at not in known:
                top, left = min(known.top, at[0]), min(known.left, at[1])
                wider = Area(top, left, max(known.bottom, at[0]), max(known.right, at[1]))
                dimension.set("ref", str(wider))

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
        """PerfxlError for a cell inside an array formula or a data table; one that fills it all may go."""
        if self._arrays is None:
            self._arrays = [
                Area.of(formula.get("ref", ""))
                for formula in self.data.iter(f"{_NS}f")
                if formula.get("t") in {"array", "dataTable"} and formula.get("ref")
            ]
        alone = Area(*at, *at)
        if any(at in area and area != alone for area in self._arrays):
            raise PerfxlError(f"{address(at)} 是数组公式的一部分，无法单独写入。请先清除该数组公式。")

    def hand_on_shared(self, cell: etree._Element, formula: etree._Element) -> None:
        """Before a shared formula's first cell goes, each of its other cells gets the formula in full."""
        if formula.get("t") != "shared" or not formula.text:
            return
        places = {
            other: address((number, column))
            for number, row in self.rows.items()
            for other, column in _numbered(row)
            if (f := other.find(f"{_NS}f")) is not None and f.get("t") == "shared" and f.get("si") == formula.get("si")
        }
        # Rarely needed, and openpyxl is slow to import.
        from openpyxl.formula.translate import Translator

        for other, place in places.items():
            own = other.find(f"{_NS}f")
            if own is None or other is cell:
                continue
            if not own.text:
                translator = Translator(f"={formula.text}", origin=places[cell])
                own.text = translator.translate_formula(place).removeprefix("=")
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
