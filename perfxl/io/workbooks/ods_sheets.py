"""The tables of an .ods → `Workbook`, in one pass: what a cell shows stands in it as text."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from perfxl.core.grid.cells import MAX_COLUMN, MAX_ROW, Area, Cell, Position, Sheet, WhyUnread, Workbook, shown
from perfxl.core.grid.draw_numbers import without_hidden_percent
from perfxl.core.grid.merges import take_covered
from perfxl.core.grid.rich_text import Run, seen_text
from perfxl.core.grid.text import visible
from perfxl.io.files import limits
from perfxl.io.files.size_count import Held
from perfxl.io.workbooks.ods_numbers import stored_number
from perfxl.io.workbooks.ods_styles import TableStyle, TableStyles

_CELLS = ("table-cell", "covered-table-cell")
_ERROR = re.compile(r"#[A-Z/0!?]{2,12}[!?]?|Err:[0-9]{3}")
_CUT_NUMBER = re.compile(r"\s?-?[0-9]{0,99}[.,]?[0-9]{0,99}(?:E[+-]?[0-9]{1,9})?\s?")
# What lies in a cell and is no part of its text: notes, drawings, how a text is pronounced, other tables.
_NO_TEXT = frozenset({
    "annotation", "ruby-text", "shapes", "table",
    "frame", "custom-shape", "rect", "line", "g", "control", "ellipse", "circle", "polyline", "polygon",
    "regular-polygon", "path", "connector", "caption", "measure", "scene",
})  # fmt: skip
# Tables of changes that were taken back, and copies of other files' sheets.
_NO_TABLES = frozenset({"tracked-changes", "shapes", "annotation", "frame", "dde-links"})
_COPY = "'file:"
_PICTURE = "DISPIMG("


@dataclass
class _Element:
    """A cell that is being read."""

    kind: str = ""
    value: str | None = None
    formula: bool = False
    picture: bool = False
    error: bool = False
    style: str | None = None
    across: int = 1
    down: int = 1
    repeated: int = 1
    covered: bool = False
    runs: list[Run] = field(default_factory=list)
    paragraphs: int = 0
    length: int = 0


def read_tables(content: bytes) -> Workbook:
    """All tables of a `content.xml`, as a person sees them.

    PerfxlError for more than may be held once repeated rows and cells are written out, ValueError for a
    damaged file.
    """
    scan = _TableScan()
    scan.run(content)
    return Workbook(tuple(scan.sheets))


class _TableScan(limits.Scan):
    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._held = Held()
        self._styles = TableStyles()
        # How deep in elements whose content is passed over.
        self._skipped = self._skipped_tables = 0
        self._name: str | None = None
        # The last column of each group of columns, and the style of its cells.
        self._column_ends: list[int] = []
        self._column_styles: list[str | None] = []
        self._cell: _Element | None = None
        # How the texts look that begin at the open spans: struck out, raised.
        self._spans: list[tuple[bool, str]] = []
        self._in_text = False
        self._clear_sheet()

    def _clear_sheet(self) -> None:
        self._cells: dict[Position, Cell] = {}
        self._unread: dict[Position, tuple[Cell, WhyUnread]] = {}
        self._merged: list[Area] = []
        self._hidden = False
        self._row = self._column = self._right = self._last = 0
        self._times = 1
        self._row_style: str | None = None
        self._in_row: list[tuple[int, int, Cell, WhyUnread | None]] = []

    # ------------------------------------------------------------------------------------ elements

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _NO_TABLES or self._skipped_tables:
            self._skipped_tables += 1
        elif self._cell is not None:
            self._start_in_cell(self._cell, tag, attributes)
        elif tag == "table":
            self._start_table(attributes)
        elif tag == "table-column":
            end = self._column_ends[-1] if self._column_ends else 0
            self._column_ends.append(end + _repeats(attributes, "columns", MAX_COLUMN))
            self._column_styles.append(attributes.get("table:default-cell-style-name"))
        elif tag == "table-row":
            self._times = _repeats(attributes, "rows", MAX_ROW)
            self._row_style = attributes.get("table:default-cell-style-name")
            self._column = 0
            self._in_row = []
        elif tag in _CELLS:
            self._start_cell(tag, attributes)
        else:
            self._styles.start(tag, attributes)

    def _start_table(self, attributes: dict[str, str]) -> None:
        if len(self.sheets) == limits.MOST_SHEETS:
            raise limits.too_many("工作表", limits.MOST_SHEETS, "请只保留需要填报的工作表，保存后再试。")
        self._clear_sheet()
        self._column_ends, self._column_styles = [], []
        self._name = attributes.get("table:name", "")
        self._hidden = not self._styles[attributes.get("table:style-name")].shown

    def _start_cell(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("office:value-type", "")
        formula = attributes.get("table:formula")
        keys = {
            "date": "office:date-value",
            "time": "office:time-value",
            "boolean": "office:boolean-value",
            "string": "office:string-value",
        }
        self._cell = _Element(
            kind="" if kind == "void" else kind,
            value=attributes.get(keys.get(kind, "office:value")),
            formula=formula is not None,
            picture=formula is not None and _PICTURE in formula.upper(),
            error=attributes.get("calcext:value-type") == "error",
            style=attributes.get("table:style-name"),
            across=_count(attributes.get("table:number-columns-spanned"), MAX_COLUMN),
            down=_count(attributes.get("table:number-rows-spanned"), MAX_ROW),
            repeated=_repeats(attributes, "columns", MAX_COLUMN),
            covered=tag == "covered-table-cell",
            length=sum(len(value) for key, value in attributes.items() if key.endswith(("-value", ":formula"))),
        )
        self._skipped = 0
        self._spans = []

    def _start_in_cell(self, cell: _Element, tag: str, attributes: dict[str, str]) -> None:
        if tag in _NO_TEXT or self._skipped:
            self._skipped += 1
        elif tag == "p":
            self._in_text = True
            if cell.paragraphs:
                self._add("\n")
            cell.paragraphs += 1
        elif tag == "span":
            style = self._styles[attributes.get("text:style-name")]
            struck_out, raised = self._spans[-1] if self._spans else (False, "")
            self._spans.append((struck_out or style.struck_out, style.raised or raised))
        elif tag == "s":
            self._add(" " * _count(attributes.get("text:c"), limits.LONGEST_TEXT))
        elif tag in {"tab", "line-break"}:
            self._add("\t" if tag == "tab" else "\n")

    def text(self, text: str) -> None:
        if self._in_text and not self._skipped:
            self._add(text)

    def _add(self, text: str) -> None:
        cell = self._cell
        if cell is None:
            return
        cell.length += len(text)
        if cell.length > limits.LONGEST_TEXT:
            self._held.add_text(cell.length)
        struck_out, raised = self._spans[-1] if self._spans else (False, "")
        cell.runs.append(Run(text, struck_out, raised))

    def end(self, tag: str) -> None:
        if self._skipped_tables:
            self._skipped_tables -= 1
        elif self._cell is not None:
            self._end_in_cell(self._cell, tag)
        elif tag == "table-row":
            self._end_row()
        elif tag == "table" and self._name is not None:
            self._end_table()

    def _end_in_cell(self, cell: _Element, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag == "p":
            self._in_text = False
        elif tag == "span" and self._spans:
            self._spans.pop()
        elif tag in _CELLS:
            self._in_text = False
            self._cell = None
            self._end_cell(cell)

    # --------------------------------------------------------------------------------------- cells

    def _end_cell(self, cell: _Element) -> None:
        first, self._column = self._column + 1, self._column + cell.repeated
        style = self._styles[self._style_of(cell, first)]
        if cell.across > 1 or cell.down > 1:
            if len(self._merged) == limits.MOST_MERGED:
                raise limits.too_many("合并单元格", limits.MOST_MERGED, "请取消表格以外的合并后保存再试。")
            row = self._row + 1
            self._merged.append(Area(row, first, row + cell.down - 1, first + cell.across - 1))
        if not (cell.kind or cell.formula or cell.runs):
            return
        found = _read(cell, style)
        self._held.add_text(cell.length, cell.repeated * self._times)
        self._held.add_cells(cell.repeated * self._times)
        self._right = max(self._right, self._column)
        self._last = self._row + self._times
        if found is None:
            return
        why = None
        if cell.covered:
            why = WhyUnread.COVERED
        elif style.struck_out:
            why = WhyUnread.STRUCK_OUT
        elif cell.picture:
            why = WhyUnread.PICTURE
        self._in_row.append((first, cell.repeated, found, why))

    def _style_of(self, cell: _Element, column: int) -> str | None:
        if cell.style is not None:
            return cell.style
        if self._row_style is not None:
            return self._row_style
        group = bisect_left(self._column_ends, column)
        return self._column_styles[group] if group < len(self._column_styles) else None

    def _end_row(self) -> None:
        for first, number, cell, why in self._in_row:
            for row in range(self._row + 1, self._row + self._times + 1):
                for column in range(first, first + number):
                    if why is None:
                        self._cells[row, column] = cell
                    else:
                        self._unread[row, column] = cell, why
        self._in_row = []
        self._row += self._times

    def _end_table(self) -> None:
        name, self._name = self._name or "", None
        if self._last:
            self._held.add_area(name, self._last, self._right, (self._last, self._right))
            if self._last > MAX_ROW or self._right > MAX_COLUMN:
                raise ValueError(f"no such cell: {self._last}, {self._right}")
        take_covered(self._cells, self._unread, self._merged)
        if not name.startswith(_COPY):
            self.sheets.append(Sheet(name, self._cells, tuple(self._merged), self._hidden, self._unread))


def _read(cell: _Element, style: TableStyle) -> Cell | None:
    """The cell of an element; None where one sees nothing."""
    seen = visible(seen_text(cell.runs))
    stored = "".join(run.text for run in cell.runs)
    # Programs write an error as a text or as the number 0.
    if cell.error or (cell.formula and _ERROR.fullmatch(seen.strip())):
        return Cell(None, formula=cell.formula, error=seen.strip() or "#VALUE!")
    if cell.kind in {"string", ""}:
        text = stored if cell.runs or cell.value is None else cell.value
        seen = seen if cell.runs else visible(text)
        if not seen.strip():
            # A formula that gives an empty text has an empty paragraph.
            never = cell.formula and not cell.kind and not cell.paragraphs
            return Cell(None, formula=True) if never else None
        return Cell(text, None if seen == text else seen, cell.formula)
    if cell.value is None:
        raise ValueError(f"no value: {cell.kind}")
    if cell.kind == "boolean":
        return Cell(cell.value == "true", formula=cell.formula)
    return _read_number(cell, cell.value, style, stored, seen)


def _read_number(cell: _Element, value: str, style: TableStyle, stored: str, seen: str) -> Cell | None:
    number = stored_number(cell.kind, value)
    if number is None:
        # A day beyond the last one that a program knows: what one sees is all there is.
        return Cell(stored, None if seen == stored else seen, cell.formula) if seen.strip() else None
    if style.general and cell.kind == "float":
        # The general format shows a formula's truth as a word and its day as a day. A number is cut to the
        # column's width: all its digits count.
        if cell.formula and seen in {"TRUE", "FALSE"}:
            return Cell(number != 0, formula=True)
        as_it_is = not seen or _CUT_NUMBER.fullmatch(seen) is not None
        return Cell(number, None if as_it_is else seen, cell.formula)
    seen = without_hidden_percent(seen)
    as_it_is = not cell.paragraphs or seen.strip() == shown(number)
    return Cell(number, None if as_it_is else seen, cell.formula)


def _count(text: str | None, most: int) -> int:
    number = int(text) if text else 1
    if not 1 <= number <= most:
        raise ValueError(f"out of bounds: {number}")
    return number


def _repeats(attributes: dict[str, str], what: str, most: int) -> int:
    return _count(attributes.get(f"table:number-{what}-repeated"), most)
