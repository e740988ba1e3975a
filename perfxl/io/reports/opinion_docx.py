"""退回意见 as a Word document: one page of A4 for the usual number of problems, ready to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from perfxl.core.collecting.opinions import Opinion, Section
from perfxl.core.sheets.heights import lines
from perfxl.io.reports.docx_pen import (
    FANGSONG,
    HEI,
    SONG,
    add_field,
    add_paragraph,
    add_run,
    document_bytes,
    element,
    set_fonts,
    set_space,
)

_PAGE, _TEXT_HEIGHT = (Mm(210), Mm(297)), 297 - 11 - 13
_COLUMNS = (10, 36, 70, 72)
_HEAD, _BAND, _RULE = "DDE7F0", "F2F2F2", "7F7F7F"
_RED, _GREY = RGBColor(0x9C, 0x00, 0x06), RGBColor(0x59, 0x59, 0x59)
_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class _Size:
    """Points: the title, the text, the table, and how far the table's lines are apart."""

    title: float
    text: float
    table: float
    leading: float


# Comfortable where there is room; the small one is still the size of a printed form's notes.
_SIZES = (_Size(18, 12, 10.5, 15), _Size(16, 10.5, 9, 12), _Size(14, 9, 8, 9.8))


def render_docx(opinion: Opinion) -> bytes:
    """The document. The same opinion gives the same bytes; texts of the unit are text and nothing else.

    The largest of three sizes with which it fits on a page, or the smallest; a longer one goes on
    properly, the header of its table repeated.
    """
    size = next((size for size in _SIZES if _height(opinion, size) <= _TEXT_HEIGHT), _SIZES[-1])
    document = Document()
    _set_page(document, size)
    add_paragraph(document, opinion.title, size.title, HEI, WD_ALIGN_PARAGRAPH.CENTER, after=6)
    add_paragraph(document, f"{opinion.unit}：", size.text, FANGSONG, bold=True, after=1)
    add_paragraph(document, opinion.opening, size.text, FANGSONG, indent=True, after=2)
    add_paragraph(document, opinion.facts, size.table, SONG, colour=_GREY, after=3)
    # What was answered stands in a table of its own, with another header.
    for answered in (False, True):
        sections = [section for section in opinion.sections if section.answered is answered]
        if sections:
            _add_table(document, sections, size)
    for line in opinion.closing:
        add_paragraph(document, line, size.text, FANGSONG, indent=True)
    add_paragraph(document, opinion.signature, size.text, FANGSONG, WD_ALIGN_PARAGRAPH.RIGHT, before=4)
    return document_bytes(document)


def _height(opinion: Opinion, size: _Size) -> float:
    """About how many millimetres the document is high."""
    across = sum(_COLUMNS) * _POINTS_PER_MM
    running = [opinion.opening, *opinion.closing]
    points = size.title * 1.6 + 20 + 2 * size.text * 1.4
    points += sum(lines(text, _characters(across, size.text)) * size.text * 1.4 for text in running)
    points += lines(opinion.facts, _characters(across, size.table)) * size.table * 1.4
    widths = [_characters(width * _POINTS_PER_MM - 6, size.table) for width in _COLUMNS[1:]]
    for section in opinion.sections:
        points += 2 * size.leading + 4
        for point in section.points:
            texts = (point.where, point.problem, point.remedy)
            rows = max(lines(text, width) for text, width in zip(texts, widths, strict=True))
            points += rows * size.leading + 2
    return points / _POINTS_PER_MM


def _characters(points: float, size: float) -> float:
    """How many half-width characters fit; `lines` keeps one in reserve."""
    return points / (size / 2) + 1


# ------------------------------------------------------------------------------------ the document


def _set_page(document: Any, size: _Size) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = _PAGE
    section.top_margin, section.bottom_margin = Mm(11), Mm(13)
    section.left_margin = section.right_margin = Mm(12)
    section.header_distance, section.footer_distance = Mm(6), Mm(7)
    set_fonts(document.styles["Normal"], FANGSONG)
    document.styles["Normal"].font.size = Pt(size.text)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", None)):
        add_run(footer, text, 9, SONG)
        if field:
            add_field(footer, field)


# ---------------------------------------------------------------------------------------- the table


def _add_table(document: Any, sections: Sequence[Section], size: _Size) -> None:
    table = document.add_table(rows=0, cols=len(_COLUMNS))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _set_borders(table)
    for column, width in zip(table.columns, _COLUMNS, strict=True):
        column.width = Mm(width)
    last = "单位说明" if sections[0].answered else "怎么改"
    _add_row(table, ("序号", "位置", "问题", last), size, header=True)
    for section in sections:
        _add_band(table, section, size)
        for number, point in enumerate(section.points, 1):
            _add_row(table, (str(number), point.where, point.problem, point.remedy), size)
    # Word wants a paragraph between two tables, else they become one: a thin empty line.
    _set_line(document.add_paragraph(), 4)


def _add_row(table: Any, texts: Sequence[str], size: _Size, *, header: bool = False) -> None:
    row = _new_row(table, header=header)
    fill = _HEAD if header else None
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = Mm(_COLUMNS[number])
        _fill_cell(cell, text, size, centred=header or number == 0, bold=header, fill=fill)


def _add_band(table: Any, section: Section, size: _Size) -> None:
    row = _new_row(table)
    cell = row.cells[0].merge(row.cells[-1])
    colour = _RED if section.errors else None
    _fill_cell(cell, section.heading, size, bold=True, fill=_BAND, colour=colour)
    cell.paragraphs[0].paragraph_format.keep_with_next = True


def _fill_cell(
    cell: Any,
    text: str,
    size: _Size,
    *,
    centred: bool = False,
    bold: bool = False,
    fill: str | None = None,
    colour: RGBColor | None = None,
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    _set_line(paragraph, size.leading)
    add_run(paragraph, text, size.table, HEI if bold else SONG, colour=colour)
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 (python-docx has no shading of cells)
    if fill is not None:
        properties.append(element("w:shd", val="clear", color="auto", fill=fill))
    properties.append(element("w:vAlign", val="center"))


def _set_line(paragraph: Any, points: float) -> None:
    """A line as high as that, whatever stands in it, and no room above and below."""
    set_space(paragraph)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(points)


def _new_row(table: Any, *, header: bool = False) -> Any:
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 (python-docx has no header rows)
    properties.append(element("w:cantSplit"))
    if header:
        properties.append(element("w:tblHeader"))
    return row


def _set_borders(table: Any) -> None:
    properties = table._tbl.tblPr  # noqa: SLF001 (python-docx draws no borders)
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color=_RULE))
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", "15"), ("left", "55"), ("bottom", "15"), ("right", "55")):
        margins.append(element(f"w:{side}", w=width, type="dxa"))
    layout = properties.find(qn("w:tblLayout"))
    properties.append(borders)
    properties.append(margins)
    # The schema's order: borders, layout, margins.
    if layout is not None:
        borders.addnext(layout)
        layout.addnext(margins)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.append(look)
