"""The styles of an .xlsx, as far as they say how its cells are read."""

from __future__ import annotations

from collections.abc import Mapping

from perfxl.core.grid.built_in_formats import built_in_format
from perfxl.core.grid.cell_looks import CellLook, cell_look
from perfxl.io.files import limits


def read_looks(part: bytes | None) -> Mapping[str, CellLook]:
    """The number of a format, as cells name it → its look. None stands for a workbook without formats."""
    if part is None:
        return {}
    scan = _StylesScan()
    scan.run(part)
    looks: dict[tuple[str, str], CellLook] = {}
    for form, font in set(scan.formats):
        code = scan.codes.get(form) or (built_in_format(int(form)) if form.isdecimal() else None)
        struck_out = font.isdecimal() and int(font) in scan.struck_out
        looks[form, font] = cell_look(code, struck_out=struck_out)
    return {str(index): looks[pair] for index, pair in enumerate(scan.formats)}


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
