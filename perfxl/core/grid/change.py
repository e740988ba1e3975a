"""What is to be changed, as data: edits of cells, whole sheets that perfxl draws, and colours.

A backend carries it out: the writer of new workbooks, the one that changes an existing file, and the live
workbook. Nothing here says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from perfxl.core.grid.cells import Area, Position, Value

FONT = "宋体"


@dataclass(frozen=True, slots=True)
class CellEdit:
    """Put a value into one cell and keep its looks.

    formula: without the leading `=`; `value` is then what it gives, kept as the cached value.
    """

    sheet: str
    cell: str
    value: Value
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. fill, colour, line: RRGGBB. unlocked: it may be typed into on a guarded sheet.

    border: which sides have a thin line.
    """

    number_format: str = "General"
    horizontal: str = "left"
    bold: bool = False
    size: float = 10
    colour: str = "000000"
    fill: str | None = None
    border: Literal["", "box", "sides", "top", "bottom"] = "box"
    wrap: bool = True
    unlocked: bool = False
    underline: bool = False
    vertical: str = "center"
    indent: int = 0
    line: str = "808080"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a sheet that perfxl draws.

    style: a name from `perfxl.core.sheets.styles`, or a style of its own. link: a place in the same
    workbook, `'表'!C5`.
    """

    value: Value = None
    formula: str | None = None
    style: str | Style = "text"
    link: str | None = None


Row: TypeAlias = tuple[SheetCell | None, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet is printed: always A4 and one page wide. Margins in inches. footer: in the middle,
    in points of footer_size, None for the usual ones; footer_left: what stands left of it.

    pages_high: 0 for as many as it takes.
    """

    landscape: bool = True
    left_right: float = 0.4
    top: float = 0.6
    bottom: float = 0.8
    header: float = 0.3
    foot: float = 0.4
    footer: str = "第 &P 页，共 &N 页"
    footer_size: int | None = None
    footer_left: str = ""
    centred: bool = True
    pages_high: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said when a cell of an area is entered, and what is warned about: never a ban.

    check: what values may be, as data validations write it; None for any. error: what the warning says.
    """

    area: str
    title: str
    hint: str
    check: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A conditional format: what of the look is another one where the formula holds. None: as it is.

    formula: without `=`, written for the first cell of the area.
    """

    area: str
    formula: str
    colour: str | None = None
    bold: bool | None = None
    fill: str | None = None
    border: Literal["", "box", "sides", "top and sides"] = ""
    number_format: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of figures that stand on the sheet. at: its upper left cell. labels, values: areas of the sheet.

    width, height: in centimetres.
    """

    kind: Literal["bar", "column", "pie"]
    at: str
    title: str
    labels: str
    values: str
    width: float = 15
    height: float = 7.5


@dataclass(frozen=True)
class DrawnSheet:
    """A sheet that perfxl draws as a whole: a backend draws it, whatever it draws with.

    rows: None stands for an empty cell. widths: characters per column. merges: `A1:D1`.
    heights: points per row number. growing: rows that may still grow when more is typed into them.
    header_rows: (first, last) rows repeated on each printed page. hidden_columns: column letters.
    column_styles: of the cells below the drawn rows, by column letters.
    names: workbook-wide names → areas of this sheet. filter: the area of the auto filter. print_area: what
    is printed, None for all of it. after: the sheet that it stands behind, None for the last place.
    guarded: labels and formulas are guarded, without a password: all that harms no form stays possible.
    charts: so far only new workbooks have them, see `without_charts`. hidden: so that only a program shows it. tab: the colour of its tab. begin: the cell chosen at first.
    """

    name: str
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    merges: tuple[str, ...] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    growing: AbstractSet[int] = frozenset()
    header_rows: tuple[int, int] | None = None
    freeze: str | None = None
    page: Page = Page()
    hidden_columns: tuple[str, ...] = ()
    column_styles: Mapping[str, Style] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    filter: str | None = None
    print_area: str | None = None
    after: str | None = None
    entries: tuple[Entry, ...] = ()
    conditions: tuple[Condition, ...] = ()
    charts: tuple[Chart, ...] = ()
    guarded: bool = False
    hidden: bool = False
    tab: str | None = None
    begin: str | None = None

    def without_charts(self) -> DrawnSheet:
        """The sheet for a backend that draws no charts. ValueError where it has some: none is left out in silence."""
        if self.charts:
            raise ValueError(f"{self.name}: charts are only drawn in new workbooks")
        return self

    def covered(self) -> Mapping[Position, str | Style]:
        """The cells of merged areas that have no style of their own: they look as the area's first, or a
        border would end half way.
        """
        return {
            (row, column): first.style
            for area in map(Area.of, self.merges)
            if (first := self.rows[area.top - 1][area.left - 1]) is not None
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
            if self.rows[row - 1][column - 1] is None
        }


@dataclass(frozen=True, slots=True)
class Highlight:
    """Light up the cells of a sheet whose formula holds, in the colour of a severity.

    The formula is written for the cell A1 and moves with each cell. `family` names the highlights
    that a later one of the same family replaces: it occurs in the formula.
    """

    sheet: str
    formula: str
    colour: str
    family: str


@dataclass(frozen=True)
class Change:
    """All that one command wants to change in a workbook, as data: preview, dry run and undo read it too."""

    cells: tuple[CellEdit, ...] = ()
    sheets: tuple[DrawnSheet, ...] = ()
    highlights: tuple[Highlight, ...] = ()
