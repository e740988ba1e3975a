"""New workbooks out of drawn sheets: the same bytes every time, each formula with its value."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, PieChart, Reference
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils.cell import absolute_coordinate
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.forms.file_identity import Controls
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Submission
from perfxl.core.grid.cells import MAX_COLUMN, Area, Value, address, column_letters, quoted_sheet
from perfxl.core.grid.change import FONT, Chart, Condition, DrawnSheet, Entry, Style
from perfxl.core.sheets.styles import style_of
from perfxl.core.sheets.template.standard_workbook import standard_sheets
from perfxl.io.workbooks.reproducible import with_cached_values, workbook_bytes

_A4 = 9
_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32
_SIDES = {
    "": (),
    "box": ("left", "right", "top", "bottom"),
    "sides": ("left", "right"),
    "top": ("top",),
    "bottom": ("bottom",),
    "top and sides": ("left", "right", "top"),
}
# What stays possible on a guarded sheet; in the file format, false means “not forbidden”.
_ALLOWED = (
    "formatCells",
    "formatColumns",
    "formatRows",
    "insertRows",
    "insertHyperlinks",
    "deleteRows",
    "sort",
    "autoFilter",
)


def standard_workbook(submission: Submission, framework: Framework, controls: Controls | None = None) -> bytes:
    """The standard workbook; see `standard_sheets`."""
    return new_workbook(standard_sheets(submission, framework, controls))


def new_workbook(sheets: Sequence[DrawnSheet], *, chosen: int = 0) -> bytes:
    """The sheets as an `.xlsx`. The same sheets give the same bytes. chosen: the sheet that is seen first."""
    book = Workbook()
    book.remove(book.active)
    _set_base_font(book)
    writer = _Writer()
    for sheet in sheets:
        writer.draw(book, sheet)
    book.active = chosen
    for number, drawn in enumerate(book.worksheets):
        # openpyxl draws the first sheet as chosen too.
        drawn.sheet_view.tabSelected = number == chosen
    book.properties.creator = "perfxl"
    return with_cached_values(workbook_bytes(book), writer.cached)


class _Writer:
    """Draws sheets; keeps what their formulas give, to be cached in the file: (sheet, cell) → value."""

    def __init__(self) -> None:
        self.cached: dict[tuple[str, str], Value] = {}
        self._styles: dict[str | Style, Any] = {}

    def draw(self, book: Workbook, drawn: DrawnSheet) -> None:
        sheet = book.create_sheet(drawn.name)
        self._cells(sheet, drawn)
        _set_sizes(sheet, drawn)
        for area in drawn.merges:
            # Not `merge_cells`: it works out borders that are drawn anyway, a quarter of all the time.
            sheet.merged_cells.ranges.add(_range(area))
        for entry in drawn.entries:
            sheet.add_data_validation(_validation(entry))
        for condition in drawn.conditions:
            sheet.conditional_formatting.add(condition.area, _rule(condition))
        for chart in drawn.charts:
            sheet.add_chart(_chart(sheet, chart), chart.at)
        if not drawn.hidden:
            _set_view(sheet, drawn)
            _set_page(sheet, drawn)
        for name, area in drawn.names.items():
            fixed = f"{quoted_sheet(drawn.name)}!{absolute_coordinate(area)}"
            book.defined_names[name] = DefinedName(name, attr_text=fixed)
        if drawn.filter is not None:
            sheet.auto_filter.ref = drawn.filter
        if drawn.guarded or drawn.hidden:
            _guard(sheet, drawn)
        if drawn.tab is not None:
            sheet.sheet_properties.tabColor = f"FF{drawn.tab}"

    def _cells(self, sheet: Worksheet, drawn: DrawnSheet) -> None:
        for (row, column), style in drawn.covered().items():
            self._dress(sheet.cell(row, column), style)
        for row, cells in enumerate(drawn.rows, 1):
            for column, content in enumerate(cells, 1):
                if content is None:
                    continue
                cell = sheet.cell(row, column)
                self._dress(cell, content.style)
                value = content.value
                if content.formula is not None:
                    cell.value = f"={content.formula}"
                    self.cached[drawn.name, address((row, column))] = value
                elif isinstance(value, str):
                    # XML cannot hold them, and nobody can see them.
                    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                    # A text of the user's that begins like a formula stays a text.
                    cell.data_type = "s"
                else:
                    cell.value = value
                if content.link is not None:
                    cell.hyperlink = Hyperlink(ref="", location=content.link)

    def _dress(self, cell: Any, style: str | Style) -> None:
        # Hashing a font for each of 100,000 cells is slow; a style is made once and copied.
        made = self._styles.get(style)
        if made is None:
            look = style_of(style)
            underline = "single" if look.underline else None
            cell.font = Font(name=FONT, size=look.size, bold=look.bold, color=f"FF{look.colour}", underline=underline)
            cell.alignment = Alignment(
                horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap, indent=look.indent
            )
            cell.border = _border(look.border, look.line)
            cell.number_format = look.number_format
            cell.protection = Protection(locked=not look.unlocked)
            if look.fill:
                cell.fill = PatternFill("solid", fgColor=f"FF{look.fill}")
            self._styles[style] = copy.copy(cell._style)  # noqa: SLF001 (see above)
        else:
            cell._style = copy.copy(made)  # noqa: SLF001 (see above)


@lru_cache(maxsize=4096)
def _range(area: str) -> CellRange:
    """openpyxl's record of an area; one for all sheets, since nobody moves it."""
    return CellRange(area)


def _border(sides: str, colour: str) -> Border:
    return Border(**dict.fromkeys(_SIDES[sides], Side(style="thin", color=f"FF{colour}")))


def _set_base_font(book: Workbook) -> None:
    """The font that column widths are measured in: one that every machine has, and of known width.

    openpyxl's own is “the theme's”, which a Chinese Excel takes for 宋体: all columns grow by a sixth.
    """
    base = Font(name="Arial", size=10)
    book._fonts[0] = base  # type: ignore[attr-defined, unused-ignore]  # noqa: SLF001
    book._named_styles["Normal"].font = base  # type: ignore[attr-defined, unused-ignore]  # noqa: SLF001


class _GrowingRow(RowDimension):  # type: ignore[misc, unused-ignore]
    """A row with a height that Excel may still change: openpyxl marks every height as set by hand."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 (openpyxl's name)
        return False


def _set_sizes(sheet: Worksheet, drawn: DrawnSheet) -> None:
    """Widths and heights. On a guarded sheet every cell that is not drawn is unlocked.

    A row with one locked cell cannot be deleted on a protected sheet, and undrawn cells are locked
    unless their column says otherwise.
    """
    for index, width in enumerate(drawn.widths, start=1):
        dimension = sheet.column_dimensions[column_letters(index)]
        dimension.width = width
        style = drawn.column_styles.get(column_letters(index))
        if style is not None:
            dimension.number_format = style.number_format
            dimension.font = Font(name=FONT, size=style.size)
        if drawn.guarded:
            dimension.protection = Protection(locked=False)
    if drawn.guarded:
        first = column_letters(len(drawn.widths) + 1)
        rest = ColumnDimension(sheet, index=first, min=len(drawn.widths) + 1, max=MAX_COLUMN, width=9.0)
        rest.protection = Protection(locked=False)
        sheet.column_dimensions[first] = rest
    for letters in drawn.hidden_columns:
        sheet.column_dimensions[letters].hidden = True
    for row, height in drawn.heights.items():
        if row in drawn.growing:
            sheet.row_dimensions[row] = _GrowingRow(sheet, index=row, ht=height)
        else:
            sheet.row_dimensions[row].height = height


def _set_view(sheet: Worksheet, drawn: DrawnSheet) -> None:
    sheet.sheet_view.showGridLines = False
    if drawn.freeze is not None:
        sheet.freeze_panes = drawn.freeze
    if drawn.begin is not None:
        for selection in sheet.sheet_view.selection:
            selection.activeCell = selection.sqref = drawn.begin


def _guard(sheet: Worksheet, drawn: DrawnSheet) -> None:
    sheet.protection.sheet = True
    for allowed in _ALLOWED if drawn.guarded else ():
        setattr(sheet.protection, allowed, False)
    if drawn.hidden:
        sheet.sheet_state = "veryHidden"


def _set_page(sheet: Worksheet, drawn: DrawnSheet) -> None:
    page = drawn.page
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if page.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, page.pages_high
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = page.left_right
    margins.top, margins.bottom = page.top, page.bottom
    margins.header, margins.footer = page.header, page.foot
    if page.footer:
        sheet.oddFooter.center.text, sheet.oddFooter.center.size = page.footer, page.footer_size
    if drawn.print_area is not None:
        sheet.print_area = drawn.print_area
    if drawn.header_rows is not None:
        first, last = drawn.header_rows
        sheet.print_title_rows = f"{first}:{last}"


def _validation(entry: Entry) -> DataValidation:
    """A warning, never a ban: who knows better may go on."""
    check: Mapping[str, Any] = entry.check
    made = DataValidation(
        allow_blank=True,
        showInputMessage=bool(entry.hint),
        promptTitle=entry.title[:_LONGEST_PROMPT_TITLE] if entry.hint else None,
        prompt=entry.hint[:_LONGEST_PROMPT] or None,
        **check,
    )
    if entry.error:
        made.showErrorMessage = True
        made.errorStyle = "warning"
        made.errorTitle = "请核对"
        made.error = entry.error
    made.add(entry.area)
    return made


def _chart(sheet: Worksheet, chart: Chart) -> Any:
    made: Any = PieChart() if chart.kind == "pie" else BarChart()
    if chart.kind != "pie":
        made.type = "col" if chart.kind == "column" else "bar"
        made.legend = None
        # openpyxl hides both axes unless they are said to stay.
        made.x_axis.delete = made.y_axis.delete = False
    labels, values = (Area.of(area) for area in (chart.labels, chart.values))
    made.add_data(_reference(sheet, values))
    made.set_categories(_reference(sheet, labels))
    made.title, made.width, made.height = chart.title, chart.width, chart.height
    return made


def _reference(sheet: Worksheet, area: Area) -> Reference:
    return Reference(sheet, area.left, area.top, area.right, area.bottom)


def _rule(condition: Condition) -> Rule:
    look: dict[str, Any] = {}
    if condition.colour is not None or condition.bold is not None:
        colour = None if condition.colour is None else f"FF{condition.colour}"
        look["font"] = Font(color=colour, bold=condition.bold)
    if condition.fill is not None:
        look["fill"] = PatternFill("solid", bgColor=f"FF{condition.fill}")
    if condition.border:
        look["border"] = _border(condition.border, "000000")
    if condition.number_format is not None:
        look["numFmt"] = NumberFormat(numFmtId=10, formatCode=condition.number_format)
    return Rule(type="expression", dxf=DifferentialStyle(**look), formula=[condition.formula])
