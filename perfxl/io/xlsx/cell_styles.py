"""What the formats of cells say about reading them: the number format, and whether the text is struck out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perfxl.core.built_in_formats import built_in_format
from perfxl.core.number_formats import Part, number_format
from perfxl.io import limits


@dataclass(frozen=True, slots=True)
class CellLook:
    """How the cells of a format look.

    numbers: the code that numbers are drawn by, None where they are shown as they are. texts: the same
    for texts. struck_out: the whole cell is crossed out.
    """

    numbers: str | None = None
    texts: str | None = None
    struck_out: bool = False


PLAIN = CellLook()


def cell_look(code: str | None, *, struck_out: bool = False) -> CellLook:
    """The look of cells with a number format, None for the general one."""
    if code is None:
        return CellLook(struck_out=True) if struck_out else PLAIN
    form = number_format(code)
    text = form.text
    changes_texts = text is not None and [token.part for token in text.tokens] != [Part.TEXT]
    return CellLook(None if form.plain else code, code if changes_texts else None, struck_out)


def read_looks(part: bytes | None) -> Mapping[str, CellLook]:
    """The number of a format, as cells name it → its look. None stands for a workbook without formats."""
    if part is None:
        return {}
    scan = _StylesScan()
    scan.run(part)
    looks: dict[tuple[str, str], CellLook] = {}
    found = {}
    for index, (form, font) in enumerate(scan.formats):
        look = looks.get((form, font))
        if look is None:
            code = scan.codes.get(form) or (built_in_format(int(form)) if form.isdecimal() else None)
            struck_out = font.isdecimal() and int(font) in scan.struck_out
            look = looks[form, font] = cell_look(code, struck_out=struck_out)
        found[str(index)] = look
    return found


class _StylesScan(limits.Scan):
    """Number formats by id, struck-out fonts by index, (number format, font) of each cell format."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.struck_out: set[int] = set()
        self.formats: list[tuple[str, str]] = []
        self._fonts = -1
        self._in = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"fonts", "cellXfs", "numFmts", "cellStyleXfs", "dxfs", "cellStyles", "fills", "borders"}:
            self._in = tag
        elif tag == "numFmt" and self._in == "numFmts":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "font" and self._in == "fonts":
            self._fonts += 1
        elif tag == "strike" and self._in == "fonts" and is_on(attributes):
            self.struck_out.add(self._fonts)
        elif tag == "xf" and self._in == "cellXfs":
            self.formats.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))


def is_on(attributes: Mapping[str, str]) -> bool:
    """Whether a property that is on by its mere presence is on: `<strike/>`, not `<strike val="0"/>`."""
    return attributes.get("val", "1") not in {"0", "false", "none"}
