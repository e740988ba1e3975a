"""A sheet that perfxl owns, drawn in an open workbook: content in one call, looks by rectangles.

A link is a HYPERLINK formula in the same block: one call for all of them, and nothing else on the sheet
to keep in step with the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import xlwings

from perfxl.core.grid.cells import Area, place
from perfxl.core.grid.change import FONT, DrawnSheet, Highlight, SheetCell, Style
from perfxl.core.sheets.styles import style_of
from perfxl.io.live.entries import entered, write_block
from perfxl.io.live.live_looks import consecutive
from perfxl.io.live.program import Program

_LINE = 0x808080
# Wide enough for any form, as in files.
_LIT_COLUMNS = "Z"
_FEWEST_LIT_ROWS = 500
_LONGEST_IN_FORMULA = 255
_ALIGNMENTS: dict[str, Literal["left", "center", "right"]] = {"left": "left", "center": "center", "right": "right"}


def draw(sheet: xlwings.Sheet, owned: DrawnSheet, program: Program) -> None:
    """Write the whole sheet anew; what stood there is gone."""
    owned = owned.without_charts()
    wipe(sheet, program)
    write_block(sheet, (1, 1), [[_entered(cell) for cell in _padded(row, owned)] for row in owned.rows])
    shape(sheet, owned, program)


def shape(sheet: xlwings.Sheet, owned: DrawnSheet, program: Program) -> None:
    """Everything about a wiped sheet but its contents."""
    # Sizes first: a row with a height of its own is not measured anew at each change of its looks.
    _measure(sheet, owned)
    _dress(sheet, owned, program)
    _fit_other_rows(sheet, owned)
    for area in owned.merges:
        sheet.range(area).merge()
    program.set_view(sheet, None if owned.freeze is None else Area.of(owned.freeze).first)
    if owned.filter is not None:
        program.filter(sheet.range(owned.filter), sheet)
    if owned.print_area is not None:
        sheet.page_setup.print_area = owned.print_area
    program.set_print(sheet, owned.header_rows, landscape=owned.page.landscape)


def wipe(sheet: xlwings.Sheet, program: Program) -> None:
    """An empty sheet: content, formats, merges, filter, frozen panes and hidden columns gone."""
    program.filter(None, sheet)
    program.set_view(sheet, None)
    used = sheet.used_range
    used.columns.hidden = False
    used.rows.hidden = False
    used.unmerge()
    sheet.clear()


def _padded(row: Sequence[SheetCell | None], owned: DrawnSheet) -> list[SheetCell | None]:
    width = max(map(len, owned.rows))
    return [*row, *[None] * (width - len(row))]


def _entered(cell: SheetCell | None) -> Any:
    if cell is None:
        return None
    if cell.link is None:
        return entered(cell.value, cell.formula)
    target = f"#{cell.link}"
    shown = cell.formula if cell.formula is not None else _quoted(str(cell.value or ""))
    if len(target) > _LONGEST_IN_FORMULA or len(shown) > _LONGEST_IN_FORMULA:
        return entered(cell.value, cell.formula)
    return entered(None, f"HYPERLINK({_quoted(target)},{shown})")


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


# ------------------------------------------------------------------------------------------- looks


def _dress(sheet: xlwings.Sheet, owned: DrawnSheet, program: Program) -> None:
    width = max(map(len, owned.rows))
    whole = sheet.range((1, 1), (len(owned.rows), width))
    whole.font.name = FONT
    whole.vertical_alignment = "center"
    for area, name in _styled_areas(owned):
        look(sheet.range(area.first, (area.bottom, area.right)), style_of(name), program)


def look(area: xlwings.Range, style: Style, program: Program) -> None:
    """Give cells a look; what is Excel's default on a fresh sheet is not set again."""
    area.font.size = style.size
    area.horizontal_alignment = _ALIGNMENTS[style.horizontal]
    if style.number_format != "General":
        area.number_format = style.number_format
    if style.bold:
        area.font.bold = True
    if style.colour != "000000":
        area.font.color = f"#{style.colour}"
    if style.fill is not None:
        area.color = f"#{style.fill}"
    if style.wrap:
        area.wrap_text = True
    if style.border:
        program.box(area, _LINE)
    if style.underline:
        program.underline(area)
    if style.unlocked:
        program.unlock(area)


def _styled_areas(owned: DrawnSheet) -> Iterator[tuple[Area, str | Style]]:
    """The cells as rectangles of one style, as large as rows and columns allow."""
    spread = owned.covered()
    growing: dict[tuple[int, int, str | Style], int] = {}
    for number, row in enumerate(owned.rows, 1):
        styles = [spread.get((number, column)) if cell is None else cell.style for column, cell in enumerate(row, 1)]
        bands = dict.fromkeys(_bands(styles))
        for (left, right, style), top in list(growing.items()):
            if (left, right, style) not in bands:
                yield Area(top, left, number - 1, right), style
                del growing[left, right, style]
        for band in bands:
            growing.setdefault(band, number)
    for (left, right, style), top in growing.items():
        yield Area(top, left, len(owned.rows), right), style


def _bands(styles: Sequence[str | Style | None]) -> Iterator[tuple[int, int, str | Style]]:
    """Neighbours of one style in a row: first column, last column, style."""
    left = 1
    for column, style in enumerate(styles, 1):
        following = styles[column] if column < len(styles) else None
        if style != following or column == len(styles):
            if style is not None:
                yield left, column, style
            left = column + 1


def _measure(sheet: xlwings.Sheet, owned: DrawnSheet) -> None:
    """Widths and heights, neighbours of one size in one call; hidden columns last."""
    for left, right, width in _equal(dict(enumerate(owned.widths, 1))):
        sheet.range((1, left), (1, right)).column_width = width
    for top, bottom, height in _equal(owned.heights):
        sheet.range((top, 1), (bottom, 1)).row_height = height
    for letters in owned.hidden_columns:
        sheet.range(f"{letters}1").columns.hidden = True


def _fit_other_rows(sheet: xlwings.Sheet, owned: DrawnSheet) -> None:
    """Rows that nobody gives a height fit their texts: not what stood there before."""
    free = {row: 0.0 for row in range(1, len(owned.rows) + 1) if row not in owned.heights}
    for top, bottom, _ in _equal(free):
        sheet.range((top, 1), (bottom, 1)).rows.autofit()


def _equal(sizes: Mapping[int, float]) -> Iterator[tuple[int, int, float]]:
    for run in consecutive(sorted(sizes), lambda one, other: (other, sizes[other]) == (one + 1, sizes[one])):
        yield run[0], run[-1], sizes[run[0]]


# -------------------------------------------------------------------------------------- highlights


def lit_area(sheet: xlwings.Sheet) -> xlwings.Range:
    """The cells that highlights cover, as in files."""
    last = sheet.used_range.last_cell.row
    return sheet.range(f"A1:{_LIT_COLUMNS}{max(_FEWEST_LIT_ROWS, min(last, 20_000))}")


def own_highlights(sheet: xlwings.Sheet, families: Sequence[str]) -> list[Any]:
    """The conditional formats of the families that stand on a sheet, in their order."""
    return [
        rule
        for rule in lit_area(sheet).conditional_formats
        if rule.type == "custom" and any(family in str(rule.formula) for family in families)
    ]


def add_highlight(area: xlwings.Range, highlight: Highlight, program: Program) -> None:
    """One more highlight of an area, after those that are there."""
    area.conditional_formats.add_custom(
        formula=f"={program.condition(highlight.formula)}", fill_color=f"#{highlight.colour}"
    )


def name_area(book: xlwings.Book, name: str, sheet: str, area: str) -> None:
    """Let a workbook-wide name mean an area."""
    refers_to = f"={place(sheet, Area.of(area).fixed)}"
    if name in book.names:
        book.names[name].refers_to = refers_to
    else:
        book.names.add(name, refers_to)
