"""Formats: only ever appended, and only when the workbook does not have them yet."""

from __future__ import annotations

from itertools import count

from lxml import etree

from perfxl.core.grid.change import FONT, Style
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.ooxml.package import MAIN, Content, content_of, sub

_FIRST_OWN_FORMAT = 164
_BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "#,##0.00": 4, "0%": 9, "0.00%": 10, "@": 49}
_NS = f"{{{MAIN}}}"
# What may stand before each table of formats, in the order of the schema.
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_APPLIED = ("NumberFormat", "Font", "Fill", "Border", "Alignment", "Protection")
_LINE = "FF808080"
# Excel's own limits ([MS-OI29500]: cellXfs together with cellStyleXfs, numFmts).
_MOST_FORMATS = 65_430
_MOST_NUMBER_FORMATS = 206

# What Excel itself begins with.
EMPTY_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


class StyleSheet:
    """The workbook's `styles.xml`, as a place to look formats up and append them."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._known: dict[str, dict[Content, int]] = {}

    def cell_format(self, style: Style) -> int:
        """The index of a cell format with this look."""
        self._have_defaults()
        font = _element("font")
        if style.bold:
            sub(font, "b")
        if style.underline:
            sub(font, "u")
        sub(font, "sz", val=format(style.size, "g"))
        sub(font, "color", rgb=f"FF{style.colour}")
        sub(font, "name", val=FONT)
        xf = _element(
            "xf",
            numFmtId=str(self._number_format(style.number_format)),
            fontId=str(self._index("fonts", font)),
            fillId=str(self._index("fills", _fill(style.fill, "fgColor")) if style.fill else 0),
            borderId=str(self._index("borders", _border(box=True)) if style.border else self._no_border()),
            xfId="0",
            **{f"apply{part}": "1" for part in _APPLIED},
        )
        alignment = sub(xf, "alignment", horizontal=style.horizontal, vertical="center")
        if style.wrap:
            alignment.set("wrapText", "1")
        sub(xf, "protection", locked="0" if style.unlocked else "1")
        return self._index("cellXfs", xf)

    def highlight(self, colour: str) -> int:
        """The index of a differential format that fills a cell with a colour (RRGGBB)."""
        dxf = _element("dxf")
        dxf.append(_fill(colour, "bgColor"))
        return self._index("dxfs", dxf)

    def _have_defaults(self) -> None:
        """The first entry of each table is what everything without a format looks like; fills reserve two.

        A workbook may lack them; what is appended must not come to stand in their place.
        """
        *defaults, _cell_styles = etree.fromstring(EMPTY_STYLES)
        for entries in defaults:
            table = self._table(etree.QName(entries).localname)
            missing = entries[len(_entries(table)) :]
            if missing:
                table.extend(missing)
                table.set("count", str(len(_entries(table))))

    def _no_border(self) -> int:
        """The index of a border without lines: the first one has some in the files of some programs."""
        for index, border in enumerate(_entries(self._table("borders"))):
            if not any(side.get("style", "none") != "none" for side in border.iterchildren("{*}*")):
                return index
        return self._index("borders", _border(box=False))

    def _number_format(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        table = self._table("numFmts")
        for known in _entries(table):
            if known.get("formatCode") == code:
                return int(known.get("numFmtId", "0"))
        _refuse_full("数字格式", len(_entries(table)) + 1, _MOST_NUMBER_FORMATS)
        # Conditional formats have number formats of their own, and count in the same row.
        taken = {int(known.get("numFmtId", "0")) for known in self.root.iter(f"{_NS}numFmt")}
        number = next(number for number in count(_FIRST_OWN_FORMAT) if number not in taken)
        sub(table, "numFmt", numFmtId=str(number), formatCode=code)
        table.set("count", str(len(_entries(table))))
        return number

    def _index(self, name: str, wanted: etree._Element) -> int:
        """Where an element stands in its table, appended when it is not there.

        PerfxlError for a table that holds all that Excel can hold.
        """
        table = self._table(name)
        known = self._known.get(name)
        if known is None:
            _refuse_full("单元格格式", self._size(name), _MOST_FORMATS)
            known = self._known[name] = {}
            for index, entry in enumerate(_entries(table)):
                known.setdefault(content_of(entry), index)
        content = content_of(wanted)
        if content not in known:
            _refuse_full("单元格格式", self._size(name) + 1, _MOST_FORMATS)
            table.append(wanted)
            known[content] = len(_entries(table)) - 1
            table.set("count", str(known[content] + 1))
        return known[content]

    def _size(self, name: str) -> int:
        """How many entries count against the limit of a table."""
        tables = ("cellXfs", "cellStyleXfs") if name == "cellXfs" else (name,)
        return sum(len(_entries(self._table(table))) for table in tables)

    def _table(self, name: str) -> etree._Element:
        table = self.root.find(f"{_NS}{name}")
        if table is None:
            table = _element(name, count="0")
            before = [self.root.find(f"{_NS}{other}") for other in _ORDER[: _ORDER.index(name)]]
            last = [element for element in before if element is not None]
            self.root.insert(self.root.index(last[-1]) + 1 if last else 0, table)
        return table


def _refuse_full(what: str, entries: int, most: int) -> None:
    if entries > most:
        raise PerfxlError(
            f"工作簿的{what}过多（上限 {most:,}），无法写入。请把需要的工作表移到新的工作簿，另存为 .xlsx 再试。"
        )


def _entries(table: etree._Element) -> list[etree._Element]:
    """A table's entries: comments between them do not count."""
    return list(table.iterchildren("{*}*"))


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{_NS}{tag}", attributes, nsmap={None: MAIN})


def _fill(colour: str, which: str) -> etree._Element:
    fill = _element("fill")
    pattern = sub(fill, "patternFill", patternType="solid")
    sub(pattern, which, rgb=f"FF{colour}")
    return fill


def _border(*, box: bool) -> etree._Element:
    border = _element("border")
    for name in ("left", "right", "top", "bottom"):
        side = sub(border, name)
        if box:
            side.set("style", "thin")
            sub(side, "color", rgb=_LINE)
    sub(border, "diagonal")
    return border
