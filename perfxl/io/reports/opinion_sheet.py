"""退回意见 as a workbook of one sheet: the same words as the document, for those who forward tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from perfxl.core.collecting.opinions import Opinion, Section
from perfxl.core.grid.change import FONT
from perfxl.core.sheets.heights import lines
from perfxl.io.ooxml.cell_elements import clean

SHEET = "退回意见"

_WIDTHS = (5, 20, 37, 38)
_LINE, _PADDING = 11.5, 3.5
# A width counts figures of 11 points; the table is set in 9.
_SMALLER = 1.12
_A4 = 9
# Points that the columns are wide, and how high the sheet may be for that on one page of A4 upright,
# everything drawn a little smaller than across the page.
_ACROSS = sum(_WIDTHS) * 5.4
_ONE_PAGE = _ACROSS * 1.75
# Any date will do, as long as it is always the same one.
_MADE = datetime(2024, 1, 1)  # noqa: DTZ001 (XlsxWriter wants it without a time zone)
_BASE = {"font_name": FONT, "font_size": 9, "text_wrap": True, "valign": "vcenter"}
_GRID = _BASE | {"border": 1, "border_color": "#7F7F7F"}
_FORMATS = {
    "title": _BASE | {"font_size": 15, "bold": True, "align": "center"},
    "unit": _BASE | {"font_size": 10.5, "bold": True},
    "text": _BASE | {"font_size": 10},
    "facts": _BASE | {"font_color": "#595959"},
    "header": _GRID | {"bold": True, "align": "center", "bg_color": "#DDE7F0"},
    "must": _GRID | {"bold": True, "bg_color": "#F2F2F2", "font_color": "#9C0006"},
    "band": _GRID | {"bold": True, "bg_color": "#F2F2F2"},
    "number": _GRID | {"align": "center"},
    "cell": _GRID,
    "signed": _BASE | {"font_size": 10, "align": "right"},
}


def render_xlsx(opinion: Opinion) -> bytes:
    """The workbook. The same opinion gives the same bytes; every cell is a text, none a formula or link.

    Printed on one page of A4 for the usual number of problems; longer ones repeat the table's header.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"author": "perfxl", "created": _MADE})
        page = _Page(book, book.add_worksheet(SHEET))
        page.line(opinion.title, "title", 26)
        page.line(f"{opinion.unit}：", "unit", 16)
        page.line(f"　　{opinion.opening}", "text")
        page.line(opinion.facts, "facts")
        to_mend = [section for section in opinion.sections if not section.answered]
        answered = [section for section in opinion.sections if section.answered]
        page.table(to_mend, "怎么改")
        page.table(answered, "单位说明")
        for text in opinion.closing:
            page.line(f"　　{text}", "text")
        page.line(opinion.signature, "signed", 22)
        page.set_up()
    return target.getvalue()


class _Page:
    """The sheet while it is drawn, row by row."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.sheet = sheet
        self.formats = {name: book.add_format(look) for name, look in _FORMATS.items()}
        self.row = 0
        self.height = 0.0
        self.header: int | None = None
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)

    def line(self, text: str, style: str, height: float | None = None) -> None:
        """A text across all columns."""
        needed = lines(text, sum(_WIDTHS)) * 13 + 2
        self._begin(needed if height is None else height)
        self.sheet.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, "", self.formats[style])
        self.sheet.write_string(self.row, 0, clean(text), self.formats[style])
        self.row += 1

    def table(self, sections: Sequence[Section], last: str) -> None:
        """The points of sections that share a header; nothing where there are none."""
        if not sections:
            return
        if self.header is None:
            self.header = self.row
        else:
            self._begin(6)
            self.row += 1
        self._cells(("序号", "位置", "问题", last), ("header",) * 4)
        for section in sections:
            self.line(section.heading, "must" if section.errors else "band", 16)
            for number, point in enumerate(section.points, 1):
                texts = (str(number), point.where, point.problem, point.remedy)
                self._cells(texts, ("number", "cell", "cell", "cell"))

    def set_up(self) -> None:
        """How it is printed."""
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_paper(_A4)
        sheet.set_portrait()
        sheet.set_margins(left=0.45, right=0.45, top=0.45, bottom=0.6)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.print_area(0, 0, self.row - 1, len(_WIDTHS) - 1)
        sheet.fit_to_pages(1, 1 if self.height <= _ONE_PAGE else 0)
        if self.header is not None:
            sheet.repeat_rows(self.header)

    def _cells(self, texts: Sequence[str], styles: Sequence[str]) -> None:
        most = max(lines(t, width * _SMALLER) for t, width in zip(texts, _WIDTHS, strict=True))
        self._begin(most * _LINE + _PADDING)
        for column, (text, style) in enumerate(zip(texts, styles, strict=True)):
            self.sheet.write_string(self.row, column, clean(text), self.formats[style])
        self.row += 1

    def _begin(self, height: float) -> None:
        self.sheet.set_row(self.row, height)
        self.height += height
