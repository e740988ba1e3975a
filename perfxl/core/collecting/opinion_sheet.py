"""退回意见 as a sheet: the same words as the document, for those who forward tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perfxl.core.collecting.opinions import Opinion, Section
from perfxl.core.grid.cells import column_letters
from perfxl.core.grid.change import DrawnSheet, Page, Style
from perfxl.core.sheets.drawing import Drawing
from perfxl.core.sheets.heights import lines

SHEET = "退回意见"

_WIDTHS = (5, 20, 37, 38)
_LAST = column_letters(len(_WIDTHS))
_LINE, _PADDING = 11.5, 3.5
# A width counts figures of 11 points; the table is set in 9.
_SMALLER = 1.12
# Points that the columns are wide, and how high the sheet may be for that on one page of A4 upright,
# everything drawn a little smaller than across the page.
_ACROSS = sum(_WIDTHS) * 5.4
_ONE_PAGE = _ACROSS * 1.75

_CELL = Style(size=9)
_FACTS = replace(_CELL, border="", colour="595959")
_TEXT = replace(_CELL, border="", size=10)
_UNIT = replace(_TEXT, size=10.5, bold=True)
_TITLE = replace(_TEXT, size=15, bold=True, horizontal="center")
_SIGNED = replace(_TEXT, horizontal="right")
_NUMBER = replace(_CELL, horizontal="center")
_HEADER = replace(_NUMBER, bold=True, fill="DDE7F0")
_BAND = replace(_CELL, bold=True, fill="F2F2F2")
_MUST = replace(_BAND, colour="9C0006")


def opinion_sheet(opinion: Opinion) -> DrawnSheet:
    """The sheet; every cell is a text, none a formula or link.

    Printed on one page of A4 for the usual number of problems; longer ones repeat the table's header.
    """
    page = _Page()
    page.line(opinion.title, _TITLE, 26)
    page.line(f"{opinion.unit}：", _UNIT, 16)
    page.line(f"　　{opinion.opening}", _TEXT)
    page.line(opinion.facts, _FACTS)
    page.table([section for section in opinion.sections if not section.answered], "怎么改")
    page.table([section for section in opinion.sections if section.answered], "单位说明")
    for text in opinion.closing:
        page.line(f"　　{text}", _TEXT)
    page.line(opinion.signature, _SIGNED, 22)
    return page.drawn()


class _Page:
    """The sheet while it is drawn, row by row. row: the last one."""

    def __init__(self) -> None:
        self.sheet = Drawing(SHEET, _WIDTHS)
        self.row = 0
        self.header: int | None = None

    def line(self, text: str, style: Style, height: float | None = None) -> None:
        """A text across all columns."""
        needed = lines(text, sum(_WIDTHS)) * 13 + 2
        self._begin(needed if height is None else height)
        self.sheet.put(f"A{self.row}:{_LAST}{self.row}", text, style)

    def table(self, sections: Sequence[Section], last: str) -> None:
        """The points of sections that share a header; nothing where there are none."""
        if not sections:
            return
        if self.header is None:
            self.header = self.row + 1
        else:
            self._begin(6)
        self._cells(("序号", "位置", "问题", last), (_HEADER,) * 4)
        for section in sections:
            self.line(section.heading, _MUST if section.errors else _BAND, 16)
            for number, point in enumerate(section.points, 1):
                texts = (str(number), point.where, point.problem, point.remedy)
                self._cells(texts, (_NUMBER, _CELL, _CELL, _CELL))

    def drawn(self) -> DrawnSheet:
        """The whole sheet."""
        high = sum(self.sheet.heights.values())
        return self.sheet.sheet(
            page=Page(
                landscape=False,
                left_right=0.45,
                top=0.45,
                bottom=0.6,
                foot=0.3,
                pages_high=1 if high <= _ONE_PAGE else 0,
            ),
            print_area=f"A1:{_LAST}{self.row}",
            header_rows=None if self.header is None else (self.header, self.header),
        )

    def _cells(self, texts: Sequence[str], styles: Sequence[Style]) -> None:
        most = max(lines(t, width * _SMALLER) for t, width in zip(texts, _WIDTHS, strict=True))
        self._begin(most * _LINE + _PADDING)
        for column, (text, style) in enumerate(zip(texts, styles, strict=True), 1):
            self.sheet.put(f"{column_letters(column)}{self.row}", text, style)

    def _begin(self, height: float) -> None:
        self.row += 1
        self.sheet.set_height(self.row, height)
