"""How the sheets of the standard workbook look and print: thin black lines, 宋体, upright on A4."""

from __future__ import annotations

from dataclasses import replace

from perfxl.core.forms.parts import Kind
from perfxl.core.grid.change import Page, Style

AMOUNT_FORMAT = "#,##0.00"
PERCENT_FORMAT = "0%"
TEXT_FORMAT = "@"
FORMATS = {Kind.AMOUNT: AMOUNT_FORMAT, Kind.PERCENT: PERCENT_FORMAT, Kind.CODE: TEXT_FORMAT}

PLAIN = Style(horizontal="center", size=10.5, line="000000")
OPEN = replace(PLAIN, border="")
LABEL = replace(PLAIN, bold=True)
TITLE = replace(OPEN, size=16, bold=True)
INPUT = replace(PLAIN, unlocked=True)
LONG_INPUT = replace(INPUT, horizontal="left")
LEFT = replace(PLAIN, horizontal="left")
CATEGORY = replace(INPUT, border="sides")
CAPTION = replace(OPEN, size=12, bold=True, horizontal="left")
UNIT_LINE = replace(PLAIN, border="bottom", horizontal="left")
UNIT_OF_ACCOUNT = replace(PLAIN, border="bottom", horizontal="right")
COMPUTED = replace(PLAIN, number_format=AMOUNT_FORMAT, fill="F2F2F2")
CLOSING = replace(PLAIN, size=4, border="top")
SELF_CHECK = replace(OPEN, size=10, bold=True, horizontal="left", fill="F2F2F2")
# A row without a set height grows with its texts, but no lower than its largest font: that of an
# empty cell beside the printed area.
SPACER = replace(OPEN, size=28, unlocked=True, wrap=False)
HELPER = replace(OPEN, size=8, colour="A6A6A6", horizontal="left", wrap=False)
HIDDEN_LIST = replace(OPEN, horizontal="left", wrap=False)

GUIDE_TAB, DEPARTMENT_TAB, PROJECT_TAB = "7F7F7F", "2F5597", "C55A11"

PAGE = Page(
    landscape=False,
    left_right=0.6,
    top=0.75,
    bottom=0.7,
    header=0.35,
    foot=0.35,
    footer="第 &P 页 共 &N 页",
    footer_size=9,
)
