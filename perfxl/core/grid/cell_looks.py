"""What the format of a cell says about reading it: the number format, and whether the text is struck out."""

from __future__ import annotations

from dataclasses import dataclass

from perfxl.core.grid.draw_numbers import shown_number, shown_text
from perfxl.core.grid.number_formats import Part, number_format


@dataclass(frozen=True, slots=True)
class CellLook:
    """How the cells of a format look.

    numbers: the code that numbers are drawn by, None where they are shown as they are. texts: the same
    for texts. struck_out: the whole cell is crossed out.
    """

    numbers: str | None = None
    texts: str | None = None
    struck_out: bool = False

    def text(self, seen: str) -> str:
        """What such a cell shows of a text."""
        return seen if self.texts is None else shown_text(seen, self.texts)

    def number(self, value: float, *, from_1904: bool = False) -> str | None:
        """What such a cell shows of a number; None where it is shown as it is."""
        return None if self.numbers is None else shown_number(value, self.numbers, from_1904=from_1904)


PLAIN = CellLook()


def cell_look(code: str | None, *, struck_out: bool = False) -> CellLook:
    """The look of cells with a number format, None for the general one."""
    if code is None:
        return CellLook(struck_out=True) if struck_out else PLAIN
    form = number_format(code)
    text = form.text
    changes_texts = text is not None and [token.part for token in text.tokens] != [Part.TEXT]
    return CellLook(None if form.plain else code, code if changes_texts else None, struck_out)
