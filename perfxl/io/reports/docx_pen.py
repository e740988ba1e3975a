"""Word documents: runs in the right Chinese fonts, page fields, and the same bytes every time."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from perfxl.io.ooxml.cell_elements import clean
from perfxl.io.ooxml.package import DAY_ONE

# Every Windows and WPS has them; other systems put their own Song, Fangsong and Hei in their place.
SONG, FANGSONG, HEI, LATIN = "宋体", "仿宋", "黑体", "Times New Roman"
# Any date will do, as long as it is always the same one.
_MADE = datetime(2024, 1, 1)  # noqa: DTZ001 (python-docx wants it without a time zone)


def add_paragraph(
    parent: Any,
    text: str,
    size: float,
    font: str,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    *,
    indent: bool = False,
    bold: bool = False,
    colour: RGBColor | None = None,
    before: float = 0,
    after: float = 0,
) -> None:
    """A paragraph of one run. size, before, after: points. indent: the first line by two characters."""
    paragraph = parent.add_paragraph()
    paragraph.alignment = align
    set_space(paragraph, before=before, after=after)
    paragraph.paragraph_format.line_spacing = 1.15
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    add_run(paragraph, text, size, font, bold=bold, colour=colour)


def set_space(paragraph: Any, *, before: float = 0, after: float = 0) -> None:
    """The room above and below a paragraph, in points."""
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)


def add_run(
    paragraph: Any, text: str, size: float, font: str, *, bold: bool = False, colour: RGBColor | None = None
) -> None:
    """A text, and nothing but a text, whatever it looks like."""
    run = paragraph.add_run(clean(text))
    run.font.size = Pt(size)
    run.font.bold = bold
    if colour is not None:
        run.font.color.rgb = colour
    set_fonts(run, font)


def set_fonts(styled: Any, font: str) -> None:
    """Chinese in one font, the rest in Times; quotation marks count as Chinese."""
    styled.font.name = LATIN
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:cs"), LATIN)
    fonts.set(qn("w:hint"), "eastAsia")


def add_field(paragraph: Any, name: str) -> None:
    """A field that Word counts itself: `PAGE`, `NUMPAGES`."""
    field = element("w:fldSimple", instr=name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 (python-docx has no fields)


def element(tag: str, **attributes: str) -> Any:
    """An element of Word's own namespace: `element("w:shd", fill="F2F2F2")`."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def document_bytes(document: Any) -> bytes:
    """The file, with its properties; python-docx would write the time of day into it."""
    about = document.core_properties
    about.author = about.last_modified_by = "perfxl"
    about.title = about.comments = about.keywords = ""
    about.created = about.modified = _MADE
    about.revision = 1
    written, dated = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(dated, "w") as out:
        for part in archive.namelist():
            info = zipfile.ZipInfo(part, DAY_ONE)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, archive.read(part))
    return dated.getvalue()
