"""How the cells of a sheet that perfxl writes as a whole look, by name: one table for every such sheet."""

from __future__ import annotations

from perfxl.core.grid.change import Style

_AMOUNT = "#,##0.00"
_PERCENT = "0.00%"
_HEAD = "DDE7F0"
_SUM = "F2F2F2"
_LINK = "0563C1"

STYLES: dict[str, Style] = {
    "title": Style(horizontal="center", bold=True, size=16, border=""),
    "headline": Style(bold=True, size=12, border="", wrap=False),
    "headline_wrapped": Style(bold=True, size=12, border=""),
    "note": Style(size=9, colour="595959", border="", wrap=False),
    "note_wrapped": Style(size=9, colour="595959", border=""),
    "note_right": Style(size=9, colour="595959", border="", wrap=False, horizontal="right"),
    "section": Style(bold=True, size=11, border="", wrap=False),
    "plain": Style(size=10, border="", wrap=False),
    "mark": Style(size=8, colour="A6A6A6", border="", wrap=False),
    "header": Style(horizontal="center", bold=True, fill=_HEAD),
    "text": Style(),
    "code": Style(number_format="@", size=9),
    "centre": Style(horizontal="center"),
    "number": Style("0", "center"),
    "amount": Style(_AMOUNT, "right"),
    "percent": Style(_PERCENT, "right"),
    "link": Style(colour=_LINK, underline=True),
    "link_centre": Style(colour=_LINK, underline=True, horizontal="center"),
    "input": Style(unlocked=True, fill="FFFDE7"),
    "sum_text": Style(bold=True, fill=_SUM, horizontal="center"),
    "sum_number": Style("0", "center", bold=True, fill=_SUM),
    "sum_amount": Style(_AMOUNT, "right", bold=True, fill=_SUM),
    "sum_percent": Style(_PERCENT, "right", bold=True, fill=_SUM),
    "error": Style(horizontal="center", bold=True, colour="9C0006", fill="FFC7CE"),
    "warning": Style(horizontal="center", bold=True, colour="7F6000", fill="FFEB9C"),
    "info": Style(horizontal="center", colour="1F4E79", fill="DDEBF7"),
    # Of the workbook that puts what was collected together.
    "time": Style("yyyy-mm-dd hh:mm", "center"),
    "figure": Style("General", "right"),
    "said": Style(size=11, colour="404040", border="", wrap=False),
    "said_right": Style(size=11, colour="404040", border="", wrap=False, horizontal="right"),
    "bad": Style(horizontal="center", bold=True, colour="9C0006", fill="FFC7CE"),
    "good": Style(horizontal="center", colour="375623", fill="E2EFDA"),
    "soft": Style(horizontal="center", colour="595959", fill="EDEDED"),
    "group_text": Style(horizontal="center", bold=True, fill="EEF3F8"),
    "group_number": Style("0", "center", bold=True, fill="EEF3F8"),
    "group_amount": Style("#,##0.00", "right", bold=True, fill="EEF3F8"),
    "group_percent": Style("0.00%", "right", bold=True, fill="EEF3F8"),
}


def style_of(style: str | Style) -> Style:
    """The style that a cell names, or has of its own. KeyError for an unknown name is a mistake of the program."""
    return STYLES[style] if isinstance(style, str) else style
