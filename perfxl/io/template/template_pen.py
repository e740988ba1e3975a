"""Drawing on a template's sheets: looks, heights, protection, page setup. No label, no position."""

from __future__ import annotations

import copy
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.grid.cells import MAX_COLUMN, Area, Value, address

FONT = "宋体"
AMOUNT_FORMAT = "#,##0.00"
PERCENT_FORMAT = "0%"
TEXT_FORMAT = "@"

# Excel cannot draw a row higher than this.
_HIGHEST_ROW = 409.0
_LINE = 1.44
_ROW_MARGIN = 4.0
_CELL_MARGIN = 1.5
_WIDTH_AT = 10.5
_LONGEST_PROMPT = 255
_LONGEST_PROMPT_TITLE = 32

_THIN = Side(style="thin", color="FF000000")
_BORDERS = {
    "": Border(),
    "box": Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN),
    "sides": Border(left=_THIN, right=_THIN),
    "top": Border(top=_THIN),
    "bottom": Border(bottom=_THIN),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks and whether a unit may change it. border: `box`, `sides`, `top`, `bottom`."""

    size: float = 10.5
    bold: bool = False
    colour: str = "FF000000"
    horizontal: str = "center"
    vertical: str = "center"
    wrap: bool = True
    border: str = "box"
    fill: str | None = None
    number_format: str = "General"
    locked: bool = True
    indent: int = 0


LABEL = Look(bold=True)
TITLE = Look(size=16, bold=True, border="")
INPUT = Look(locked=False)
TEXT_INPUT = Look(locked=False, number_format=TEXT_FORMAT)
LONG_INPUT = Look(locked=False, horizontal="left")
FREE = Look(locked=False, border="")
CLOSING = Look(size=4, border="top")
SELF_CHECK = Look(size=10, bold=True, horizontal="left", border="", fill="FFF2F2F2")


@dataclass
class Pen:
    """Draws on one workbook; keeps what its formulas give, to be cached in the file.

    cached: (sheet, cell) → value.
    """

    book: Workbook
    cached: dict[tuple[str, str], Value] = field(default_factory=dict)
    _styles: dict[Look, Any] = field(default_factory=dict)

    def put(self, sheet: Worksheet, area: str, value: Value, look: Look) -> None:
        """A value in the first cell of an area, which is merged and looks the same throughout."""
        where = Area.of(area)
        if isinstance(value, str):
            # XML cannot hold them, and nobody can see them.
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        sheet.cell(*where.first).value = value
        if str(where) != address(where.first):
            # Not `merge_cells`: it works out borders that are drawn below anyway, a quarter of all the time.
            sheet.merged_cells.ranges.add(_range(area))
        for row in range(where.top, where.bottom + 1):
            for column in range(where.left, where.right + 1):
                self._dress(sheet.cell(row, column), look)
        if isinstance(value, str) and value.startswith("="):
            # A text of the user's that begins like a formula stays a text.
            sheet.cell(*where.first).data_type = "s"

    def formula(self, sheet: Worksheet, area: str, formula: str, value: Value, look: Look) -> None:
        """A formula (without `=`) and what it gives."""
        self.put(sheet, area, None, look)
        first = Area.of(area).first
        sheet.cell(*first).value = f"={formula}"
        self.cached[sheet.title, address(first)] = value

    def _dress(self, cell: Any, look: Look) -> None:
        # Hashing a font for each of 100,000 cells is slow; a style is made once and copied.
        style = self._styles.get(look)
        if style is None:
            cell.font = Font(name=FONT, size=look.size, bold=look.bold, color=look.colour)
            cell.alignment = Alignment(
                horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap, indent=look.indent
            )
            cell.border = _BORDERS[look.border]
            cell.number_format = look.number_format
            cell.protection = Protection(locked=look.locked)
            if look.fill:
                cell.fill = PatternFill("solid", fgColor=look.fill)
            self._styles[look] = copy.copy(cell._style)  # noqa: SLF001 (see above)
        else:
            cell._style = copy.copy(style)  # noqa: SLF001 (see above)


@lru_cache(maxsize=4096)
def _range(area: str) -> CellRange:
    """openpyxl's record of an area; one for all sheets, since nobody moves it."""
    return CellRange(area)


@lru_cache(maxsize=4096)
def height_of(text: str, width: float, size: float = 10.5) -> float:
    """The height in points that a text needs in a column so many characters wide; at least one line."""
    room = max(1.0, (width - _CELL_MARGIN) * _WIDTH_AT / size)
    lines = sum(max(1, math.ceil(_units(line) / room)) for line in text.split("\n"))
    return round(lines * size * _LINE + _ROW_MARGIN, 1)


def fitting_size(text: str, width: float, sizes: Sequence[float] = (10.5, 9.0, 8.0)) -> tuple[float, float]:
    """The largest font size at which a text fits into one row, and the height of that row."""
    for size in sizes:
        height = height_of(text, width, size)
        if height <= _HIGHEST_ROW:
            return size, height
    return sizes[-1], _HIGHEST_ROW


def wrapped_label(label: str, width: float) -> str:
    """A label too long for one line, broken where a printer would: after `：`, before `（`, else in halves."""
    room = width - _CELL_MARGIN + 1
    if _units(label) <= room:
        return label
    for at in (label.find("：") + 1, label.find("（"), (len(label) + 1) // 2):
        if at > 0 and max(_units(label[:at]), _units(label[at:])) <= room:
            return f"{label[:at]}\n{label[at:]}"
    return label


class _GrowingRow(RowDimension):  # type: ignore[misc, unused-ignore]
    """A row with a height that Excel may still change: openpyxl marks every height as set by hand."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 (openpyxl's name)
        return False


def set_growing_height(sheet: Worksheet, row: int, height: float) -> None:
    """A height to begin with; the row grows when more is typed into it."""
    sheet.row_dimensions[row] = _GrowingRow(sheet, index=row, ht=min(height, _HIGHEST_ROW))


def _units(text: str) -> float:
    return sum(2.0 if unicodedata.east_asian_width(char) in "WFA" else 1.1 for char in text)


def set_base_font(book: Workbook) -> None:
    """The font that column widths are measured in: one that every machine has, and of known width.

    openpyxl's own is “the theme's”, which a Chinese Excel takes for 宋体: all columns grow by a sixth.
    """
    base = Font(name="Arial", size=10)
    book._fonts[0] = base  # type: ignore[attr-defined, unused-ignore]  # noqa: SLF001
    book._named_styles["Normal"].font = base  # type: ignore[attr-defined, unused-ignore]  # noqa: SLF001


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Column widths; every cell that is not drawn is unlocked.

    A row with one locked cell cannot be deleted on a protected sheet, and undrawn cells are locked
    unless their column says otherwise.
    """
    for index, width in enumerate(widths, start=1):
        letters = get_column_letter(index)
        sheet.column_dimensions[letters].width = width
        sheet.column_dimensions[letters].protection = Protection(locked=False)
    first = get_column_letter(len(widths) + 1)
    rest = ColumnDimension(sheet, index=first, min=len(widths) + 1, max=MAX_COLUMN, width=9.0)
    rest.protection = Protection(locked=False)
    sheet.column_dimensions[first] = rest


def protect(sheet: Worksheet) -> None:
    """Guard the labels, without a password: all that does not harm the form stays possible."""
    guard = sheet.protection
    guard.sheet = True
    # In the file format, false means “not forbidden”.
    for allowed in (
        "formatCells",
        "formatColumns",
        "formatRows",
        "insertRows",
        "insertHyperlinks",
        "deleteRows",
        "sort",
        "autoFilter",
    ):
        setattr(guard, allowed, False)


def set_page(sheet: Worksheet, area: str, header_row: int | None = None) -> None:
    """A4 portrait, one page wide, as many pages as needed, page numbers at the foot."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.6
    margins.top, margins.bottom = 0.75, 0.7
    margins.header = margins.footer = 0.35
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    sheet.oddFooter.center.size = 9
    sheet.print_area = area
    if header_row is not None:
        sheet.print_title_rows = f"{header_row}:{header_row}"


def freeze_below(sheet: Worksheet, row: int, first_input: str) -> None:
    """Keep the rows above in view, and begin at the first cell to fill in."""
    sheet.freeze_panes = f"A{row}"
    for selection in sheet.sheet_view.selection:
        selection.activeCell = selection.sqref = first_input


def prompt(sheet: Worksheet, area: str, title: str, hint: str, **check: Any) -> None:
    """Say a hint when a cell is entered; with `type`, `formula1`, … and `error`, warn about other values.

    A warning, never a ban: who knows better may go on.
    """
    error = check.pop("error", None)
    validation = DataValidation(
        allow_blank=True,
        showInputMessage=bool(hint),
        promptTitle=title[:_LONGEST_PROMPT_TITLE] if hint else None,
        prompt=hint[:_LONGEST_PROMPT] or None,
        **check,
    )
    if error:
        validation.showErrorMessage = True
        validation.errorStyle = "warning"
        validation.errorTitle = "请核对"
        validation.error = error
    validation.add(area)
    sheet.add_data_validation(validation)


def prompt_amount(sheet: Worksheet, area: str, title: str, hint: str) -> None:
    """Say a hint, and warn about what is no amount in 万元."""
    prompt(
        sheet,
        area,
        title,
        hint,
        type="decimal",
        operator="greaterThanOrEqual",
        formula1="0",
        error="这里应填以万元为单位的数字，不带单位，不小于 0。仍要保留请选“是”。",
    )


def light_up_self_check(sheet: Worksheet, cell: str, area: str, done: str) -> None:
    """The 自检 line is green when nothing is missing, else red."""
    for operator, font, fill in (("=", "FF1E6B34", "FFE3F4E6"), ("<>", "FFB3261E", "FFFDE9E7")):
        sheet.conditional_formatting.add(
            area,
            FormulaRule(
                formula=[f'{cell}{operator}"{done}"'],
                font=Font(color=font, bold=True),
                fill=PatternFill("solid", bgColor=fill),
            ),
        )
