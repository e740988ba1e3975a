"""A range of cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlwings import base_classes

from . import hyperlinks, insert_delete, measures
from .addresses import Area, area_at, check_position
from .blocks import Block
from .colors import color_number, color_tuple
from .conditional import ConditionalFormats
from .font import Font
from .formulas import excel_sheet_name
from .office_errors import UnsupportedError
from .parents import ParentSheet, ParentSheets
from .properties import shared
from .values import shaped

# com.sun.star.sheet.CellFlags: values, dates, texts and formulas, texts with their own formats
_CONTENTS: Final = 1 | 2 | 4 | 16
_NOTES: Final = 8
_LOOKS: Final = 32 | 64 | 256
_EDGES: Final = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


def _of_cells(read: Callable[[Any], Any], put: Callable[[Any, Any], None]) -> property:
    """What is read from the cells in the office, and put into those that may be changed."""

    def get(self: Range) -> Any:
        return read(self.uno)

    def set_(self: Range, value: Any) -> None:
        put(self._changeable, value)

    return property(get, set_)


class Range(base_classes.Range):
    """A place on a sheet: it stays where it is when rows are inserted above it.

    Whatever LibreOffice would silently not do on a protected sheet raises `ProtectedError`.
    """

    def __init__(self, sheet: ParentSheet, area: Area) -> None:
        self.sheet = sheet
        self.area = area
        self.options: dict[str, Any] = {}

    @property
    def uno(self) -> Any:
        """The cells in the office. Raises `SheetGoneError`, `BookClosedError`, `OfficeClosedError`."""
        left, top, right, bottom = self.area.bounds
        if (left, top) == (right, bottom):
            # As a cell it can do more.
            return self.sheet.uno.getCellByPosition(left, top)
        return self.sheet.uno.getCellRangeByPosition(left, top, right, bottom)

    @property
    def _changeable(self) -> Any:
        self.sheet.require_changeable()
        return self.uno

    @property
    def block(self) -> Block:
        """Its contents, read and written at once."""
        book = self.sheet.book
        return Block(book.document, self.uno, self.area, book.number_formats)

    @property
    def api(self) -> Any:
        """The cells, `com.sun.star.sheet.SheetCellRange`; None for a range without cells."""
        return self.uno if len(self) else None

    # --------------------------------------------------------------------------------- place

    @property
    def row(self) -> int:
        return self.area.row

    @property
    def column(self) -> int:
        return self.area.column

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.rows, self.area.columns

    def __len__(self) -> int:
        return self.area.rows * self.area.columns

    @property
    def address(self) -> str:
        return self.area.address()

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        address = self.area.address(row_absolute=row_absolute, column_absolute=col_absolute)
        if not external:
            return address
        sheet = self.sheet.name
        place = f"[{self.sheet.book.name}]{sheet}"
        bare = place.translate(str.maketrans("", "", ".[]"))
        plain = excel_sheet_name(sheet) == sheet and bare.isalnum()
        doubled = place.replace("'", "''")
        return f"{place}!{address}" if plain else f"'{doubled}'!{address}"

    def __call__(self, *args: Any) -> Range:
        if len(args) == 2:
            row, column = args
        else:
            row, column = (args[0] - 1) // self.area.columns + 1, (args[0] - 1) % self.area.columns + 1
        place = self.area.row + row - 1, self.area.column + column - 1
        check_position(*place)
        return Range(self.sheet, Area(*place, 1, 1))

    def end(self, direction: str) -> Range:
        """Where Ctrl and an arrow key lead from the first cell."""
        if direction not in _EDGES:
            raise ValueError(f"direction must be one of {', '.join(map(repr, _EDGES))}.")
        return Range(self.sheet, insert_delete.edge(self.sheet, self.area, *_EDGES[direction]))

    @property
    def current_region(self) -> Range:
        cursor = self.sheet.uno.createCursorByRange(self.uno)
        cursor.collapseToCurrentRegion()
        return range_at(self.sheet.book.sheets, cursor.getRangeAddress())

    def select(self) -> None:
        self.sheet.activate()
        self.sheet.book.controller.select(self.uno)

    @property
    def name(self) -> base_classes.Name | None:
        return self.sheet.name_of(self.area)

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.give_name(self.area, value)

    # ------------------------------------------------------------------------------ contents

    @property
    def raw_value(self) -> Any:
        if not len(self):
            return None
        name_errors = bool(self.options.get("err_to_str"))
        return shaped(self.block.values(name_errors=name_errors), *self.shape)

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        if len(self):
            self.block.put_values(value)

    @property
    def formula(self) -> Any:
        return shaped(self.block.formulas(), *self.shape)

    @formula.setter
    def formula(self, value: Any) -> None:
        self.block.put_formulas(value)

    formula2 = formula

    formula_array = _of_cells(insert_delete.array_formula, insert_delete.set_array_formula)

    @property
    def has_array(self) -> bool:
        return insert_delete.array_formula(self.uno) is not None

    def clear_contents(self) -> None:
        self._changeable.clearContents(_CONTENTS)

    def clear_formats(self) -> None:
        cells = self._changeable
        cells.clearContents(_LOOKS)
        self.conditional_formats.clear()

    def clear(self) -> None:
        cells = self._changeable
        cells.clearContents(_CONTENTS | _NOTES | _LOOKS)
        cells.merge(False)
        self.conditional_formats.clear()

    @property
    def hyperlink(self) -> str:
        return hyperlinks.address_of(self.uno)

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:
        """LibreOffice has no screen tips of links: `screen_tip` is not kept."""
        hyperlinks.add(self.sheet.book.document, self(1)._changeable, address, text_to_display or address)  # noqa: SLF001

    # --------------------------------------------------------------------------------- looks

    @property
    def number_format(self) -> str | None:
        key = shared(self.uno, "NumberFormat")
        return None if key is None else self.sheet.book.number_formats.code(key)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.sheet.book.number_formats.give(self._changeable, value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        return color_tuple(shared(self.uno, "CellBackColor"))

    @color.setter
    def color(self, value: Any) -> None:
        self._changeable.CellBackColor = color_number(value)

    @property
    def font(self) -> Font:
        return Font(self.uno, self.sheet.require_changeable)

    @property
    def wrap_text(self) -> bool | None:
        wrapped = shared(self.uno, "IsTextWrapped")
        return None if wrapped is None else bool(wrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._changeable.IsTextWrapped = bool(value)

    horizontal_alignment = _of_cells(measures.horizontal_alignment, measures.align_horizontally)
    vertical_alignment = _of_cells(measures.vertical_alignment, measures.align_vertically)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)

    # ---------------------------------------------------------------------------------- size

    column_width = _of_cells(measures.column_width, measures.set_column_width)
    row_height = _of_cells(measures.row_height, measures.set_row_height)

    @property
    def width(self) -> float:
        return measures.points(self.uno.Size.Width)

    @property
    def height(self) -> float:
        return measures.points(self.uno.Size.Height)

    @property
    def left(self) -> float:
        return measures.points(self.uno.Position.X)

    @property
    def top(self) -> float:
        return measures.points(self.uno.Position.Y)

    def autofit(self, axis: str | None = None) -> None:
        cells = self._changeable
        if axis in {None, "columns", "c"}:
            cells.getColumns().OptimalWidth = True
        if axis in {None, "rows", "r"}:
            cells.getRows().OptimalHeight = True

    @property
    def row_hidden(self) -> bool | None:
        return insert_delete.hidden(self.uno.getRows(), self.area.rows)

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self._changeable.getRows().IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        return insert_delete.hidden(self.uno.getColumns(), self.area.columns)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self._changeable.getColumns().IsVisible = not value

    # ----------------------------------------------------------------------------- structure

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        if copy_origin not in {None, "format_from_left_or_above"}:
            raise UnsupportedError("Inserted cells take the look of what is left of them or above.")
        insert_delete.insert(self.sheet, self.area, shift)

    def delete(self, shift: str | None = None) -> None:
        insert_delete.delete(self.sheet, self.area, shift)

    def copy(self, destination: Any = None) -> None:
        if destination is None:
            raise UnsupportedError("The clipboard of LibreOffice is not used. Give a destination.")
        insert_delete.copy(self, destination.impl)

    def move(self, destination: Any) -> None:
        insert_delete.move(self, destination.impl)

    @property
    def merge_area(self) -> Range:
        return Range(self.sheet, insert_delete.merged_area(self.sheet, self.area))

    @property
    def merge_cells(self) -> bool | None:
        merged = self.uno.getIsMerged()
        if len(self) == 1:
            return merged or insert_delete.merged_area(self.sheet, self.area) != self.area
        return insert_delete.all_merged(self)

    def merge(self, across: bool) -> None:
        cells = self._changeable
        if not across:
            cells.merge(True)
            return
        for row in range(self.area.rows):
            cells.getCellRangeByPosition(0, row, self.area.columns - 1, row).merge(True)

    def unmerge(self) -> None:
        self.merge_area._changeable.merge(False)  # noqa: SLF001  Of its own class.
        self._changeable.merge(False)

    @property
    def rows(self) -> Any:
        return self.uno.getRows()

    @property
    def columns(self) -> Any:
        return self.uno.getColumns()

    @property
    def table(self) -> None:
        return None


def range_at(sheets: ParentSheets, address: Any) -> Range:
    """The cells of a `com.sun.star.table.CellRangeAddress`."""
    return Range(sheets(address.Sheet + 1), area_at(address))
