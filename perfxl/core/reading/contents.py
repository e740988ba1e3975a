"""The contents list (目录) of a text, where a workbook has one: the projects it names, with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.core.forms.records import ContentsLine
from perfxl.core.forms.shipped_forms import TITLE_ENDS
from perfxl.core.grid.cells import Sheet, address
from perfxl.core.grid.text import squeezed

_HEADING = "目录"
_PART = "第二部分"
# “1.工会保障项目绩效目标表.....5”: a number, the title, dots and a page.
_LINE = re.compile(r"(\d{1,3})[.、．](.+?)(?:(?<![.…·_—–-])[.…·_—–-]++)?+\d{0,4}")
_LONGEST = 200
_LEADERS = re.compile(r"(?<![.…·_—–-])[.…·_—–-]{2,}+\d{0,4}$")


def read_contents(sheets: tuple[Sheet, ...]) -> tuple[ContentsLine, ...]:
    """The projects that the contents list names, in its order; none where there is no such list.

    The list is on a sheet where “目 录” stands alone in a cell. A project's line is numbered and ends
    in 绩效目标表, or is numbered and stands below 第二部分.
    """
    return next((lines for sheet in sheets if (lines := tuple(_lines(sheet)))), ())


def _lines(sheet: Sheet) -> Iterator[ContentsLine]:
    listing = below_part = False
    for row in sheet.rows:
        for column, cell in sheet.row(row):
            text = squeezed(cell.text)
            if text == _HEADING:
                listing = True
            elif listing and text.startswith(_PART):
                below_part = True
            elif listing and (title := _title(text, below_part=below_part)):
                at = address((row, column))
                yield ContentsLine(
                    sheet=sheet.name, row=row, title=title, cells={"title": at}, typed={"title": cell.text}
                )


def _title(text: str, *, below_part: bool) -> str | None:
    """What the line calls the project, without its number, 绩效目标表 and page; None for other lines."""
    match = _LINE.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    title = _LEADERS.sub("", match[2])
    for end in sorted(TITLE_ENDS, key=len, reverse=True):
        if title.endswith(end):
            return title.removesuffix(end) or None
    return title if below_part else None
