"""One worksheet part → its cells as a person sees them, and how much it holds, in one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from perfxl.core.grid.cell_looks import PLAIN, CellLook
from perfxl.core.grid.cells import MAX_COLUMN, MAX_ROW, Area, Cell, Position, Sheet, WhyUnread, column_letters, position
from perfxl.core.grid.merges import take_covered
from perfxl.io.files import limits
from perfxl.io.files.limits import MOST_DEPTH, parse_with, refuse_depth
from perfxl.io.files.size_count import Held
from perfxl.io.xlsx.shared_texts import TextCell, TextReader, text_cell, unescaped

# Elements with a prefix, as some programs write all of them; UTF-16 hides them from this pattern.
_PREFIXED = re.compile(rb":(?:c|row|v|f|is|t|r|mergeCell)[\s/>]")
# A form has some ten columns.
_COLUMNS = {column_letters(number): number for number in range(1, 257)}
_PICTURES = ("=DISPIMG(", "=_xlfn.DISPIMG(")
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)


class SheetReader:
    """Reads worksheets one by one; what they hold is counted together."""

    def __init__(self, texts: Sequence[TextCell], looks: Mapping[str, CellLook], *, from_1904: bool) -> None:
        self._texts = texts
        self._looks = looks
        self._from_1904 = from_1904
        self._held = Held()
        self._inline = TextReader()
        # The labels of a form come on each of its sheets.
        self._known: dict[str, TextCell] = {}

    def sheet(self, name: str, part: bytes, *, hidden: bool) -> Sheet:
        """The sheet. PerfxlError over a limit, ValueError for a damaged part."""
        cells, unread, merged = self._read(part)
        if cells:
            top, bottom = _edges([row for row, _ in cells], MAX_ROW)
            left, right = _edges([column for _, column in cells], MAX_COLUMN)
            self._held.add_area(name, bottom - top + 1, right - left + 1, (bottom, right))
        take_covered(cells, unread, merged)
        return Sheet(name, cells, tuple(merged), hidden, unread)

    def _read(  # noqa: C901, PLR0915 (the handlers share variables: more calls are what reading would cost)
        self, part: bytes
    ) -> tuple[dict[Position, Cell], dict[Position, tuple[Cell, WhyUnread]], list[Area]]:
        cells: dict[Position, Cell] = {}
        unread: dict[Position, tuple[Cell, WhyUnread]] = {}
        merged: list[Area] = []
        inline, looks, held = self._inline, self._looks, self._held
        depth = row = column = number = 0
        row_text = "0"
        # The cell before this one in its row, where it says its place.
        before: str | None = None
        cell: dict[str, str] | None = None
        filled = formula = wanted = in_text = in_runs = False
        value = ""

        def begin(tag: str, attributes: dict[str, str]) -> None:  # noqa: C901 (as above)
            nonlocal depth, cell, filled, formula, wanted, in_text, in_runs, value
            nonlocal row, column, row_text, before
            depth += 1
            if depth > MOST_DEPTH:
                refuse_depth()
            if tag == "c":
                cell = attributes
                filled = formula = wanted = in_text = in_runs = False
                value = ""
            elif cell is not None:
                filled = True
                if in_text:
                    if tag == "t" and not in_runs:
                        wanted = True
                    else:
                        in_runs = True
                        inline.start(tag, attributes)
                        wanted = inline.wanted
                elif tag == "v":
                    wanted = True
                elif tag == "f":
                    formula = True
                elif tag == "is":
                    in_text = True
            elif tag == "row":
                # A row without a number follows the row before it; so does a cell.
                own = attributes.get("r")
                row, column, before = (int(own) if own else row + 1), 0, None
                row_text = str(row)
            elif tag == "mergeCell":
                _merge(attributes.get("ref", ""), merged)

        def text(text: str) -> None:
            nonlocal value
            if wanted:
                if in_runs:
                    inline.text(text)
                else:
                    value += text

        def finish(tag: str) -> None:  # noqa: C901 (as above)
            nonlocal depth, cell, wanted, column, before, number
            depth -= 1
            wanted = False
            if tag != "c":
                if in_runs and cell is not None:
                    inline.end(tag)
                return
            if cell is None:
                return
            attributes, cell = cell, None
            reference = attributes.get("r")
            if reference is None:
                column = (_place(before, row, row_text)[1] if before else column) + 1
                at, before = (row, column), None
            elif filled:
                at, before = _place(reference, row, row_text), reference
            else:
                before = reference
            if not filled:
                return
            number += 1
            if number > limits.MOST_CELLS:
                held.add_cells(number)
            look = looks.get(attributes.get("s", "0"), PLAIN)
            kind = "runs" if in_runs else attributes.get("t", "n")
            found = self._cell(kind, value, look, formula=formula)
            if found is None:
                return
            if look.struck_out:
                unread[at] = found, WhyUnread.STRUCK_OUT
            elif formula and isinstance(found.value, str) and found.value.startswith(_PICTURES):
                unread[at] = found, WhyUnread.PICTURE
            else:
                cells[at] = found

        parse_with(part, begin, finish, text, prefixes=b"\0" in part[:4] or _PREFIXED.search(part) is not None)
        held.add_cells(number)
        return cells, unread, merged

    def _cell(self, kind: str, value: str, look: CellLook, *, formula: bool) -> Cell | None:
        """The cell of what stands in one element; None where one sees nothing."""
        text = self._text_of(kind, value)
        if text is not None:
            return self._text(text, look, formula=formula)
        if not value or value.isspace():
            return Cell(None, formula=True) if formula else None
        if kind == "e":
            return Cell(None, formula=formula, error=value.strip())
        if kind == "b":
            return Cell(value.strip() in {"1", "true"}, formula=formula)
        number = _serial(value, from_1904=self._from_1904) if kind == "d" else _number(value)
        shown = look.number(number, from_1904=self._from_1904)
        return Cell(number, value if kind == "d" and shown is None else shown, formula)

    def _text_of(self, kind: str, value: str) -> TextCell | None:
        """The text that an element holds or names; None for a value of another kind."""
        if kind == "s" and value:
            index = int(value)
            if index < 0:
                raise ValueError(f"no such text: {index}")
            return self._texts[index]
        if kind == "runs":
            return self._inline.taken(value)
        if kind not in {"str", "inlineStr"}:
            return None
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = text_cell(unescaped(value))
        return known

    def _text(self, text: TextCell, look: CellLook, *, formula: bool) -> Cell | None:
        cell = text.cell
        self._held.add_text(text.length)
        if cell is None:
            return None
        if look.texts is not None:
            cell = Cell(cell.value, look.text(cell.text))
        return Cell(cell.value, cell.shown, formula=True) if formula else cell


def _edges(places: list[int], most: int) -> tuple[int, int]:
    first, last = min(places), max(places)
    if first < 1 or last > most:
        raise ValueError(f"no such cell: {last}")
    return first, last


def _place(reference: str, row: int, row_text: str) -> Position:
    if reference.endswith(row_text):
        known = _COLUMNS.get(reference[: -len(row_text)])
        if known is not None:
            return row, known
    return position(reference.upper())


def _merge(reference: str, merged: list[Area]) -> None:
    if len(merged) == limits.MOST_MERGED:
        raise limits.too_many("合并单元格", limits.MOST_MERGED, "请取消表格以外的合并后保存再试。")
    area = Area.of(reference)
    if not area.is_cell:
        merged.append(area)


def _number(text: str) -> float:
    if "_" in text:
        raise ValueError(f"no number: {text}")
    return float(text)


def _serial(text: str, *, from_1904: bool) -> float:
    """The number of a day that is written as `2024-11-30T08:00:00`."""
    moment = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    days = (moment - _DAY_ZERO).total_seconds() / 86_400
    return days - 1462 if from_1904 else days
