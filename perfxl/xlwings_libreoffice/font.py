"""The font of cells; a property is None where the cells differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlwings import base_classes

from .calls import uno_of
from .colors import color_number, color_tuple
from .properties import shared

NORMAL, BOLD = 100.0, 150.0
# Latin, Chinese and other scripts have properties of their own.
_SCRIPTS: Final = ("", "Asian", "Complex")


class Font(base_classes.Font):
    """`check` raises where the cells may not be changed."""

    def __init__(self, cells: Any, check: Callable[[], None]) -> None:
        self._cells = cells
        self._check = check

    @property
    def api(self) -> Any:
        """The cells, with the properties of `com.sun.star.style.CharacterProperties`."""
        return self._cells

    def _set(self, name: str, value: Any) -> None:
        self._check()
        for script in _SCRIPTS:
            setattr(self._cells, name + script, value)

    @property
    def bold(self) -> bool | None:
        weight = shared(self._cells, "CharWeight")
        return None if weight is None else weight >= BOLD

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", BOLD if value else NORMAL)

    @property
    def italic(self) -> bool | None:
        posture = shared(self._cells, "CharPosture")
        return None if posture is None else posture.value != "NONE"

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", uno_of(self._cells).Enum("com.sun.star.awt.FontSlant", "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        size = shared(self._cells, "CharHeight")
        return None if size is None else float(size)

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def name(self) -> str | None:
        name = shared(self._cells, "CharFontName")
        return None if name is None else str(name)

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", str(value))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """Black is (0, 0, 0), as is the automatic colour."""
        number = shared(self._cells, "CharColor")
        return None if number is None else color_tuple(number) or (0, 0, 0)

    @color.setter
    def color(self, value: Any) -> None:
        self._check()
        self._cells.CharColor = color_number(value)
