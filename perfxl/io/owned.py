"""Drawing a sheet that perfxl owns into an openpyxl workbook."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.cells import Area, OwnedSheet, SheetCell, Value, address, quoted_sheet
from perfxl.io.styles import FONT, STYLES, Style

_A4 = "9"
_LONGEST_TEXT = 32_767
_FORMULA_STARTS = ("=", "+", "-", "@")
_LINE = Side(style="thin", color="FF808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def draw(book: Workbook, sheet: OwnedSheet) -> dict[tuple[str, str], Value]:
    """Draw the sheet, replacing one of the same name in its place; gives what its formulas give.

    A new sheet comes after `sheet.after`, else after the last sheet that people see. Texts are
    written as texts whatever they begin with.
    """
    index = _index(book, sheet)
    if sheet.name in book.sheetnames:
        del book[sheet.name]
    drawn = book.create_sheet(sheet.name, index)
    cached: dict[tuple[str, str], Value] = {}
    looks = {name: _look(style) for name, style in STYLES.items()}
    for number, row in enumerate(sheet.rows, start=1):
        for column, content in enumerate(row, start=1):
            if content is None:
                continue
            cell = drawn.cell(number, column)
            _put(cell, content)
            _dress(cell, looks[content.style])
            if content.formula is not None:
                cached[sheet.name, cell.coordinate] = content.value
    _arrange(drawn, sheet)
    _name(book, sheet)
    return cached


def _index(book: Workbook, sheet: OwnedSheet) -> int:
    names: list[str] = book.sheetnames
    if sheet.name in names:
        return names.index(sheet.name)
    if sheet.after in names:
        return names.index(sheet.after) + 1
    seen = [i for i, name in enumerate(names) if book[name].sheet_state == "visible"]
    return seen[-1] + 1 if seen else len(names)


def _put(cell: Cell, content: SheetCell) -> None:
    if content.formula is not None:
        cell.value = f"={content.formula}"
    elif isinstance(content.value, str):
        # openpyxl takes a text that begins with “=” for a formula; a unit's words never are one.
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", content.value)[:_LONGEST_TEXT]
        cell.data_type = "s"
        if content.value.startswith(_FORMULA_STARTS):
            cell.quotePrefix = True
    else:
        cell.value = content.value
    if content.link is not None:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=content.link)


Look = tuple[Font, Alignment, Border | None, PatternFill | None, str, Protection]


def _look(style: Style) -> Look:
    return (
        Font(
            name=FONT,
            size=style.size,
            bold=style.bold,
            color=f"FF{style.colour}",
            underline="single" if style.underline else None,
        ),
        Alignment(horizontal=style.horizontal, vertical="center", wrap_text=style.wrap or None),
        _BOX if style.border else None,
        PatternFill("solid", fgColor=f"FF{style.fill}") if style.fill else None,
        style.number_format,
        Protection(locked=not style.unlocked),
    )


def _dress(cell: Cell, look: Look) -> None:
    cell.font, cell.alignment = look[0], look[1]
    if look[2] is not None:
        cell.border = look[2]
    if look[3] is not None:
        cell.fill = look[3]
    cell.number_format = look[4]
    cell.protection = look[5]


def _arrange(drawn: Worksheet, sheet: OwnedSheet) -> None:
    """Widths, merges, freeze, filter, and a print that fits the paper's width."""
    for column, width in enumerate(sheet.widths, start=1):
        letters = address((1, column))[:-1]
        drawn.column_dimensions[letters].width = width
        drawn.column_dimensions[letters].hidden = letters in sheet.hidden_columns
    for row, height in sheet.heights.items():
        drawn.row_dimensions[row].height = height
    for area in sheet.merges:
        boxed = drawn.cell(*Area.of(area).first).has_style and drawn.cell(*Area.of(area).first).border == _BOX
        drawn.merge_cells(area)
        for cell in (cell for line in drawn[area] for cell in line if boxed):
            cell.border = _BOX
    drawn.freeze_panes = sheet.freeze
    drawn.sheet_view.showGridLines = False
    if sheet.filter is not None:
        drawn.auto_filter.ref = sheet.filter
    setup = drawn.page_setup
    setup.paperSize = _A4
    setup.orientation = "landscape" if sheet.landscape else "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    drawn.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    drawn.print_options.horizontalCentered = True
    margins = drawn.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.6, 0.8
    margins.footer = 0.4
    drawn.oddFooter.center.text = "第 &P 页，共 &N 页"
    if sheet.header_rows is not None:
        drawn.print_title_rows = f"{sheet.header_rows[0]}:{sheet.header_rows[1]}"
    if sheet.print_area is not None:
        drawn.print_area = sheet.print_area


def _name(book: Workbook, sheet: OwnedSheet) -> None:
    for name, area in sheet.names.items():
        place = Area.of(area)
        first = "${}${}".format(*_split(place.top, place.left))
        last = "${}${}".format(*_split(place.bottom, place.right))
        book.defined_names[name] = DefinedName(name, attr_text=f"{quoted_sheet(sheet.name)}!{first}:{last}")


def _split(row: int, column: int) -> tuple[str, int]:
    return address((row, column)).rstrip("0123456789"), row
