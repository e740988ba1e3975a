"""结转说明: what became of last year's text, each line with a link to its cell, and the cells lit up.

A cell stays lit while it holds one of the listed wordings: no macro, and it goes dark by itself when the
wording is replaced, the line is deleted, or the sheet is.
"""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.core.forms.sheet_names import GUIDE
from perfxl.core.grid.cells import column_letters, place
from perfxl.core.grid.change import Change, DrawnSheet, Highlight, SheetCell
from perfxl.core.last_year.roll_over import Matter, RolledOver, RollNote
from perfxl.core.sheets.heights import LINE_HEIGHT, lines

ROLL_OVER = "结转说明"
WORDS = "perfxl_last_year"

_COLUMNS = (("序号", 6.0), ("事项", 9.0), ("工作表", 22.0), ("单元格", 9.0), ("内容", 46.0), ("怎么办", 44.0))
_WORDS_WIDTH = 20.0
_HEADER_ROW = 3
_FIRST = _HEADER_ROW + 1
_COLOUR = "DDEBF7"
_STYLES = {Matter.UPDATE: "info", Matter.CLEARED: "centre", Matter.MOVED: "warning", Matter.LEFT_OUT: "warning"}


def roll_over_change(rolled: RolledOver, source: str) -> Change:
    """The sheet and the colours, for a workbook made from the rolled-over text. source: last year's file."""
    sheets = dict.fromkeys(note.sheet for note in rolled.notes if note.words)
    formula = f'SUMPRODUCT(({WORDS}<>"")*ISNUMBER(FIND({WORDS},A1)))>0'
    lights = tuple(Highlight(sheet, formula, _COLOUR, WORDS) for sheet in sheets)
    return Change(sheets=(_sheet(rolled.notes, source),), highlights=lights)


def counted(notes: Sequence[RollNote]) -> str:
    """`请更新 12 处，已清空 8 处`; `""` where there is nothing to know."""
    numbers = {matter: sum(note.matter is matter for note in notes) for matter in Matter}
    return "，".join(f"{matter.value} {number} 处" for matter, number in numbers.items() if number)


def _sheet(notes: Sequence[RollNote], source: str) -> DrawnSheet:
    # Each line carries its own wordings, hidden beside it: without the line they are not looked for.
    most = max((len(note.words) for note in notes), default=0)
    width = len(_COLUMNS) + most
    rows = [_row(number, note, most) for number, note in enumerate(notes, 1)]
    last = _FIRST + len(rows) - 1
    note = f"上年文件：{source}。浅蓝色的单元格含有上年的字样，改好后颜色自动消失。看完可以删去本表。"
    head: tuple[tuple[SheetCell | None, ...], ...] = (
        (SheetCell(ROLL_OVER, style="title"), *[None] * (width - 1)),
        (SheetCell(note, style="note_wrapped"), *[None] * (width - 1)),
        (*(SheetCell(header, style="header") for header, _ in _COLUMNS), *[None] * most),
    )
    hidden = tuple(column_letters(number) for number in range(len(_COLUMNS) + 1, width + 1))
    printed = column_letters(len(_COLUMNS))
    return DrawnSheet(
        name=ROLL_OVER,
        rows=(*head, *rows),
        widths=(*(one for _, one in _COLUMNS), *[_WORDS_WIDTH] * most),
        merges=(f"A1:{printed}1", f"A2:{printed}2"),
        heights={1: 28, 2: 30, _HEADER_ROW: 22} | {_FIRST + index: _height(one) for index, one in enumerate(notes)},
        header_rows=(_HEADER_ROW, _HEADER_ROW),
        freeze=f"A{_FIRST}",
        hidden_columns=hidden,
        names={WORDS: f"{hidden[0]}{_FIRST}:{hidden[-1]}{last}"} if hidden else {},
        print_area=f"A1:{printed}{max(_HEADER_ROW, last)}",
        after=GUIDE,
    )


def _row(number: int, note: RollNote, most: int) -> tuple[SheetCell | None, ...]:
    link = place(note.sheet, note.cell) if note.sheet else None
    return (
        SheetCell(number, style="number"),
        SheetCell(note.matter.value, style=_STYLES[note.matter]),
        SheetCell(note.sheet or "—"),
        SheetCell(note.cell or "—", style="link_centre" if link else "centre", link=link),
        SheetCell(note.what),
        SheetCell(note.hint),
        *(SheetCell(word, style="note") for word in note.words),
        *[None] * (most - len(note.words)),
    )


def _height(note: RollNote) -> float:
    texts = (note.sheet, note.cell, note.what, note.hint)
    needed = max(lines(text, width) for text, (_, width) in zip(texts, _COLUMNS[2:], strict=True))
    return LINE_HEIGHT * needed + 3
