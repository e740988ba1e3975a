"""The workbook part: its sheets in order, its names, and the parts that depend on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from lxml import etree

from perfxl.core.grid.cells import Area, Position, address, position, quoted_sheet
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet, Highlight
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.ooxml.cell_elements import edit_cells
from perfxl.io.ooxml.package import MAIN, OFFICE, Package
from perfxl.io.ooxml.sheet_part import set_highlights, sheet_xml
from perfxl.io.ooxml.style_part import EMPTY_STYLES, StyleSheet

_NS = f"{{{MAIN}}}"
_ID = f"{{{OFFICE}}}id"
_WORKSHEETS = f"{OFFICE}/worksheet"
_LAST_SHEET_ID = 65_534
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
# What may stand before the defined names, by the schema.
_BEFORE_NAMES = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
)
# Workbooks that a change would break, by a folder of theirs, and what to do.
_REFUSED = {
    "_xmlsignatures/": "工作簿带有数字签名，写入会使签名失效，没有写入。请用签名之前的工作簿，写入后再签名。",
    "xl/revisions/": "工作簿处于“共享工作簿”状态，不能写入。请在 Excel“审阅”中取消共享，保存后再试。",
}


def changed(data: bytes, change: Change) -> bytes:
    """The workbook's bytes after the change: parts that are not meant to change are the same bytes.

    The same input gives the same bytes. PerfxlError, with what to do, for a workbook whose kind
    cannot be written without losing something.
    """
    book = Book(Package(data))
    for sheet in dict.fromkeys(edit.sheet for edit in change.cells):
        book.edit(sheet, change)
    for owned in change.sheets:
        book.put(owned)
    book.light(change.highlights)
    return book.package.save()


class Book:
    """A workbook in its package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        for folder, sentence in _REFUSED.items():
            if package.has_folder(folder):
                raise PerfxlError(sentence)
        self.part = self._workbook_part()
        self._styles: StyleSheet | None = None
        self.root = package.tree(self.part)
        if self.root.tag != f"{_NS}workbook":
            raise PerfxlError(
                "工作簿为“Strict Open XML”格式，暂不能写入。请用 Excel 另存为普通的“Excel 工作簿（.xlsx）”再试。"
            )

    def edit(self, sheet: str, change: Change) -> None:
        """Carry out a change's edits of one sheet."""
        part = self._worksheet(sheet)
        edits = [edit for edit in change.cells if edit.sheet == sheet]
        self._refuse_headers(part, edits)
        lost = edit_cells(self.package.tree(part), edits)
        self._forget_calculation(self._sheet(sheet), lost)

    def put(self, sheet: DrawnSheet) -> None:
        """Write an owned sheet: in its place when there is one of that name, else as a new sheet."""
        before = None
        if sheet.name in self.names():
            part = self._worksheet(sheet.name)
            before = self.package.tree(part)
            self.package.forget_relations(part)
            self._forget_calculation(self._sheet(sheet.name), None)
        else:
            part = self._free_part()
            self._add(sheet, part)
        self.package.set(part, sheet_xml(sheet, self.styles(), before))
        self.package.declare(part, _WORKSHEET)
        self._name_areas(sheet)

    def light(self, highlights: tuple[Highlight, ...]) -> None:
        """Replace the highlights of the same families on all sheets."""
        families = {highlight.family for highlight in highlights}
        if not families:
            return
        relations = self.package.relations(self.part)
        for sheet in self._sheets():
            kind, part = relations.get(sheet.get(_ID, ""), ("", ""))
            if kind != _WORKSHEETS or part not in self.package:
                continue
            own = [highlight for highlight in highlights if highlight.sheet == sheet.get("name")]
            known = self.package.read(part)
            # Most sheets are left alone: they are not even parsed.
            if own or any(f.encode() in known for f in families):
                set_highlights(self.package.tree(part), own, families, self.styles())

    def names(self) -> list[str]:
        """The sheets' names in order."""
        return [sheet.get("name", "") for sheet in self._sheets()]

    def sheet_part(self, name: str) -> str:
        """The part of a sheet, `""` when it has none. KeyError when there is no such sheet."""
        return self._relation(name)[1]

    def styles(self) -> StyleSheet:
        """The workbook's formats; a workbook without any gets the part."""
        if self._styles is None:
            self._styles = StyleSheet(self.package.tree(self._styles_part()))
        return self._styles

    # ------------------------------------------------------------------------------------- inside

    def _workbook_part(self) -> str:
        for kind, target in self.package.relations("").values():
            if kind.endswith("/officeDocument"):
                return target
        raise PerfxlError("文件中没有工作簿，可能已损坏。请用 Excel 或 WPS 打开并另存后再试。")

    def _styles_part(self) -> str:
        kind = f"{OFFICE}/styles"
        known = [target for found, target in self.package.relations(self.part).values() if found == kind]
        if known and known[0] in self.package:
            return known[0]
        # Readers look for this name, so it is taken where it is free.
        part = known[0] if known else "xl/styles.xml"
        if part in self.package:
            part = self.package.unused("xl/styles{}.xml")
        self.package.set(part, EMPTY_STYLES)
        self.package.declare(part, _STYLES)
        if not known:
            self.package.relate(self.part, kind, part)
        return part

    def _relation(self, name: str) -> tuple[str, str]:
        return self.package.relations(self.part).get(self._sheet(name).get(_ID, ""), ("", ""))

    def _worksheet(self, name: str) -> str:
        """The part of a sheet that has cells."""
        kind, part = self._relation(name)
        # Charts and old macros and dialogs are sheets too.
        if kind != _WORKSHEETS:
            raise PerfxlError(f"“{name}”不是普通工作表（是图表、宏表或对话框），无法写入。请先给它改名。")
        return part

    def _free_part(self) -> str:
        """A name for a new worksheet's part; names that differ only in upper and lower case are the same."""
        taken = {target.casefold() for _, target in self.package.relations(self.part).values()}
        parts = (f"xl/worksheets/sheet{number}.xml" for number in count(1))
        return next(part for part in parts if part not in self.package and part not in taken)

    def _refuse_headers(self, part: str, edits: Sequence[CellEdit]) -> None:
        """PerfxlError for the header of a table: the table knows its columns by these very texts."""
        for kind, target in self.package.relations(part).values():
            if kind != f"{OFFICE}/table" or target not in self.package:
                continue
            table = self.package.tree(target)
            if table.get("headerRowCount", "1") == "0" or not table.get("ref"):
                continue
            area = Area.of(table.get("ref", ""))
            header = replace(area, bottom=area.top)
            for edit in edits:
                if position(edit.cell) in header:
                    raise PerfxlError(f"{edit.cell} 是表格的标题，改动会损坏表格，没有写入。请在 Excel 或 WPS 中修改。")

    def _sheets(self) -> list[etree._Element]:
        return list(self._sheet_list().iterchildren("{*}*"))

    def _sheet_list(self) -> etree._Element:
        sheets = self.root.find(f"{_NS}sheets")
        if sheets is None:
            raise PerfxlError("文件中没有工作表，可能已损坏。请用 Excel 或 WPS 打开并另存后再试。")
        return sheets

    def _sheet(self, name: str) -> etree._Element:
        for sheet in self._sheets():
            if sheet.get("name") == name:
                return sheet
        raise KeyError(name)

    def _add(self, sheet: DrawnSheet, part: str) -> None:
        sheets = self._sheet_list()
        index = self._place(sheet)
        element = etree.Element(f"{_NS}sheet", name=sheet.name, sheetId=str(self._free_id()))
        element.set(_ID, self.package.relate(self.part, _WORKSHEETS, part))
        if index:
            self._sheets()[index - 1].addnext(element)
        else:
            sheets.insert(0, element)
        # Names and views count sheets from 0: those behind the new one move on.
        for name in self.root.iter(f"{_NS}definedName"):
            local = name.get("localSheetId")
            if local is not None and int(local) >= index:
                name.set("localSheetId", str(int(local) + 1))
        for view in self.root.iter(f"{_NS}workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                number = view.get(attribute)
                if number is not None and int(number) >= index:
                    view.set(attribute, str(int(number) + 1))

    def _free_id(self) -> int:
        """The id after the largest one, or the first that is free where that one is Excel's last."""
        taken = {int(sheet.get("sheetId", "0")) for sheet in self._sheets()}
        largest = max([0, *taken])
        if largest < _LAST_SHEET_ID:
            return largest + 1
        return next(number for number in count(1) if number not in taken)

    def _place(self, sheet: DrawnSheet) -> int:
        names = self.names()
        if sheet.after in names:
            return names.index(sheet.after) + 1
        seen = [i for i, other in enumerate(self._sheets()) if other.get("state", "visible") == "visible"]
        return seen[-1] + 1 if seen else len(names)

    def _name_areas(self, sheet: DrawnSheet) -> None:
        """The sheet's names: what it prints, repeats and filters, and the ones for formulas."""
        index = str(self.names().index(sheet.name))
        names = self.root.find(f"{_NS}definedNames")
        if names is None:
            names = etree.Element(f"{_NS}definedNames")
            before = [c for c in self.root.iterchildren("{*}*") if etree.QName(c).localname in _BEFORE_NAMES]
            self.root.insert(self.root.index(before[-1]) + 1, names)
        wanted = _names_of(sheet, index)
        own = set(wanted)
        for element in list(names.iterchildren(f"{_NS}definedName")):
            key = element.get("name", ""), element.get("localSheetId")
            if key in wanted:
                # In its place: with two owned sheets, each write would move the names of one to the end.
                element.text, attributes = wanted.pop(key)
                if dict(element.attrib) != (attributes := {"name": key[0], **attributes}):
                    element.attrib.clear()
                    element.attrib.update(attributes)
            elif key in own or key[1] == index:
                names.remove(element)
        for (name, _), (target, attributes) in wanted.items():
            element = etree.SubElement(names, f"{_NS}definedName", {"name": name, **attributes})
            element.text = target
        if not len(names):
            self.root.remove(names)

    def _forget_calculation(self, sheet: etree._Element, cells: set[Position] | None) -> None:
        """Take cells (None: all) of a sheet out of the calculation chain: it must name formulas only."""
        if cells is not None and not cells:
            return
        kind = f"{OFFICE}/calcChain"
        for found, part in self.package.relations(self.part).values():
            if found != kind or part not in self.package:
                continue
            chain = self.package.tree(part)
            places = None if cells is None else {address(cell) for cell in cells}
            current = ""
            sheets = {}
            for entry in chain.iterchildren(f"{_NS}c"):
                # An entry without a sheet is on the sheet of the entry before it.
                current = sheets[entry] = entry.get("i", current)
            gone = [
                entry
                for entry, own in sheets.items()
                if own == sheet.get("sheetId") and (places is None or entry.get("r") in places)
            ]
            if not gone:
                continue
            for entry, own in sheets.items():
                entry.set("i", own)
            for entry in gone:
                chain.remove(entry)
            if chain.find(f"{_NS}c") is None:
                self.package.unrelate(self.part, part)
                self.package.remove(part)


def _names_of(sheet: DrawnSheet, index: str) -> dict[tuple[str, str | None], tuple[str, dict[str, str]]]:
    """(name, local sheet) → what it means, and its other attributes."""
    where = quoted_sheet(sheet.name)
    local = {"localSheetId": index}
    wanted: dict[tuple[str, str | None], tuple[str, dict[str, str]]] = {}
    if sheet.print_area is not None:
        wanted["_xlnm.Print_Area", index] = f"{where}!{Area.of(sheet.print_area).fixed}", local
    if sheet.header_rows is not None:
        first, last = sheet.header_rows
        wanted["_xlnm.Print_Titles", index] = f"{where}!${first}:${last}", local
    if sheet.filter is not None:
        hidden = {**local, "hidden": "1"}
        wanted["_xlnm._FilterDatabase", index] = f"{where}!{Area.of(sheet.filter).fixed}", hidden
    for name, area in sheet.names.items():
        wanted[name, None] = f"{where}!{Area.of(area).fixed}", {}
    return wanted
