"""Where each row came from: file, sheet, cell and checksum, with a link that opens the file there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from perfxl.core.collecting.which_file_counts import Entry
from perfxl.core.grid.cells import place
from perfxl.core.grid.change import SheetCell
from perfxl.core.grid.text import quoted

# Enough to tell any two files of a country apart by eye.
SHA_LENGTH = 12
# Excel's limit for a link, and for a text in a formula.
LONGEST_LINK = 255

_IN_ARCHIVE = "（在压缩包内，请先解压）"
_ESCAPED = re.compile(r"%(?=[0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Links:
    """Links from the summary to the files. base: how the folder of files is written in them, with `/`."""

    base: str

    def trace(self, entry: Entry | None, sheet: str | None, cell: str | None) -> Mapping[str, SheetCell]:
        """The columns that say where a row came from; none for a row that came from no file."""
        if entry is None:
            return {}
        in_file = bool(sheet and cell)
        cells = {
            "file": SheetCell(_shown(entry)) if in_file else self.file(entry),
            "sheet": SheetCell(sheet),
            "sha": SheetCell((entry.sha256 or "")[:SHA_LENGTH], style="centre"),
        }
        if sheet and cell:
            cells["cell"] = self._linked(entry, place(sheet, cell), cell, "link_centre")
        return cells

    def file(self, entry: Entry) -> SheetCell:
        """The file's path, a link where it can be opened."""
        return self._linked(entry, None, _shown(entry), "link")

    def _linked(self, entry: Entry, at: str | None, text: str, style: str) -> SheetCell:
        """A formula, because a sheet may hold 65,530 links but any number of formulas."""
        # A `#` begins the place in the file, and `%20` would be read as a blank.
        path = _ESCAPED.sub("%25", f"{self.base}{entry.file}").replace("#", "%23")
        link = path if at is None else f"{path}#{at}"
        # A name whose control characters are shown is no path any more.
        if entry.in_archive or "\\" in entry.file or len(link) > LONGEST_LINK or len(text) > LONGEST_LINK:
            return SheetCell(text, style=style.replace("link_centre", "centre").replace("link", "text"))
        return SheetCell(text, f"HYPERLINK({quoted(link)},{quoted(text)})", style)


def _shown(entry: Entry) -> str:
    return f"{entry.file}{_IN_ARCHIVE}" if entry.in_archive else entry.file
