"""How the cells of a sheet that perfxl writes as a whole look, by name: one table for every such sheet."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "宋体"


@dataclass(frozen=True, slots=True)
class Style:
    """A look. fill: RRGGBB or None. unlocked: the unit may type there."""

    number_format: str = "General"
    horizontal: str = "left"
    bold: bool = False
    size: float = 10
    colour: str = "000000"
    fill: str | None = None
    border: bool = True
    wrap: bool = True
    unlocked: bool = False
    underline: bool = False


_AMOUNT = "#,##0.00"
_PERCENT = "0.00%"
_HEAD = "DDE7F0"
_SUM = "F2F2F2"
_LINK = "0563C1"

STYLES: dict[str, Style] = {
    "title": Style(horizontal="center", bold=True, size=16, border=False),
    "headline": Style(bold=True, size=12, border=False, wrap=False),
    "headline_wrapped": Style(bold=True, size=12, border=False),
    "note": Style(size=9, colour="595959", border=False, wrap=False),
    "note_wrapped": Style(size=9, colour="595959", border=False),
    "note_right": Style(size=9, colour="595959", border=False, wrap=False, horizontal="right"),
    "section": Style(bold=True, size=11, border=False, wrap=False),
    "plain": Style(size=10, border=False, wrap=False),
    "mark": Style(size=8, colour="A6A6A6", border=False, wrap=False),
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
}
