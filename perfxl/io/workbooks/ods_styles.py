"""What the styles of an .ods say about reading its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from perfxl.io.files import limits

_FEWER_FORMATS = "请新建工作簿，把需要的内容粘贴过去后再试。"
# The data style of numbers that are shown as they are.
_GENERAL = "N0"


@dataclass(frozen=True, slots=True)
class TableStyle:
    """A style of cells, texts or tables.

    struck_out: crossed out. raised: `superscript`, `subscript` or `""`. general: numbers are shown as they
    are. shown: the table is not hidden.
    """

    struck_out: bool = False
    raised: str = ""
    general: bool = True
    shown: bool = True


_PLAIN = TableStyle()
_ELSEWHERE = TableStyle(general=False)


class TableStyles:
    """The styles by name, collected from the elements that define them."""

    def __init__(self) -> None:
        self._styles: dict[str, TableStyle] = {}
        self._name = ""

    def __getitem__(self, name: str | None) -> TableStyle:
        """The style of that name; of one that is defined elsewhere the number format is not known."""
        return self._styles.get(name, _ELSEWHERE) if name and name != "Default" else _PLAIN

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element outside the tables begins."""
        if tag == "style":
            self._name = attributes.get("style:name", "")
            parent = self[attributes.get("style:parent-style-name")]
            numbers = attributes.get("style:data-style-name")
            general = parent.general if numbers is None else numbers == _GENERAL
            self._styles[self._name] = TableStyle(parent.struck_out, general=general)
            if len(self._styles) > limits.MOST_FORMATS:
                raise limits.too_many("单元格格式", limits.MOST_FORMATS, _FEWER_FORMATS)
        elif self._name not in self._styles:
            return
        elif tag == "text-properties":
            self._add(struck_out=_struck_out(attributes), raised=_raised(attributes))
        elif tag == "table-properties":
            self._add(shown=attributes.get("table:display") != "false")

    def _add(self, **said: Any) -> None:
        """What the style is besides; None where nothing is said."""
        known = {key: value for key, value in said.items() if value is not None}
        self._styles[self._name] = replace(self._styles[self._name], **known)


def _struck_out(attributes: Mapping[str, str]) -> bool | None:
    lines = [attributes.get(f"style:text-line-through-{key}") for key in ("style", "type")]
    said = [line != "none" for line in lines if line is not None]
    return any(said) if said else None


def _raised(attributes: Mapping[str, str]) -> str | None:
    """`super 58%`, `-33% 58%`: how high the text stands."""
    height = attributes.get("style:text-position", "").partition(" ")[0]
    if not height:
        return None
    if height in {"0%", "0"}:
        return ""
    return "subscript" if height == "sub" or height.startswith("-") else "superscript"
