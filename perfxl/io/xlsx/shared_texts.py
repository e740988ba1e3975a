"""Texts of cells with their runs: what is stored, and what one sees of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from perfxl.core.grid.cells import Cell
from perfxl.core.grid.rich_text import Run, seen_text
from perfxl.core.grid.text import visible
from perfxl.io.files import limits
from perfxl.io.files.size_count import Held
from perfxl.io.xlsx.cell_styles import is_on

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """`_x000D_` and the like as the characters they stand for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass(frozen=True, slots=True)
class TextCell:
    """A text as any number of cells may hold it. cell: None where nobody sees anything of it."""

    cell: Cell | None
    length: int


def text_cell(value: str, shown: str | None = None) -> TextCell:
    """The cell of a text. shown: what one sees of it, where that is something else."""
    seen = visible(value if shown is None else shown)
    blank = not seen or seen.isspace()
    return TextCell(None if blank else Cell(value, None if seen == value else seen), len(value))


class TextReader:
    """Collects one text from the elements inside `si` or `is`: a plain one, or runs of different looks."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._text = ""
        self._struck_out = self._phonetic = False
        self._raised = ""
        self.wanted = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element inside the text begins. `wanted` says whether its characters are asked for."""
        if tag == "t":
            self.wanted = not self._phonetic
        elif tag == "r":
            self._end_run()
        elif tag == "strike":
            self._struck_out = is_on(attributes)
        elif tag == "vertAlign":
            self._raised = attributes.get("val", "")
        elif tag == "rPh":
            # How a Japanese reader pronounces it.
            self._phonetic = True

    def text(self, text: str) -> None:
        """Characters, while `wanted`."""
        self._text += text

    def end(self, tag: str) -> None:
        """An element inside the text ends."""
        self.wanted = False
        if tag == "r":
            self._end_run()
        elif tag == "rPh":
            self._phonetic = False

    def taken(self, before: str = "") -> TextCell:
        """The text; the reader is ready for the next one. before: a plain text that its runs follow."""
        self._end_run()
        runs, self._runs = self._runs, []
        self._phonetic = self.wanted = False
        if before:
            runs.insert(0, Run(unescaped(before)))
        return text_cell("".join(run.text for run in runs), seen_text(runs))

    def _end_run(self) -> None:
        if self._text:
            self._runs.append(Run(unescaped(self._text), self._struck_out, self._raised))
        self._text, self._struck_out, self._raised = "", False, ""


class _SharedScan(limits.Scan):
    def __init__(self, held: Held) -> None:
        self.texts: list[TextCell] = []
        self._held = held
        self._reader = TextReader()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "si":
            self._reader.start(tag, attributes)

    def text(self, text: str) -> None:
        if self._reader.wanted:
            self._reader.text(text)

    def end(self, tag: str) -> None:
        if tag == "si":
            text = self._reader.taken()
            self._held.add_text(text.length)
            self.texts.append(text)
        else:
            self._reader.end(tag)


def read_shared_texts(part: bytes | None) -> list[TextCell]:
    """The texts that cells name by number. PerfxlError for a workbook with too much text."""
    if part is None:
        return []
    scan = _SharedScan(Held())
    scan.run(part)
    return scan.texts
