"""A sheet that perfxl owns, as worksheet XML; and highlights on the sheets of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy

from lxml import etree

from perfxl.core.grid.cells import Area, address
from perfxl.core.grid.change import DrawnSheet, Highlight
from perfxl.core.sheets.colours import MARKS
from perfxl.core.sheets.styles import style_of
from perfxl.io.ooxml.cell_elements import clean, set_content
from perfxl.io.ooxml.package import MAIN, serialise, sub
from perfxl.io.ooxml.style_part import StyleSheet

_NS = f"{{{MAIN}}}"
_A4 = "9"
# What stands before conditional formats in a worksheet, by the schema.
_BEFORE_CONDITIONS = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
)
# Wide enough for any form; a conditional format on unused cells costs nothing.
_LIT_AREA = "A1:Z{}"
_FEWEST_LIT_ROWS = 500
# A priority has 32 bits.
_LARGEST_NUMBER = 2**31 - 1


def sheet_xml(sheet: DrawnSheet, styles: StyleSheet, before: etree._Element | None = None) -> bytes:
    """The whole worksheet part. Its formats are appended to the workbook's where it lacks them.

    before: the sheet that it replaces, whose highlights stay until the findings are written anew.
    """
    sheet = sheet.without_charts()
    root = etree.Element(f"{_NS}worksheet", nsmap={None: MAIN})
    properties = sub(root, "sheetPr")
    sub(properties, "pageSetUpPr", fitToPage="1")
    _add_view(root, sheet)
    sub(root, "sheetFormatPr", defaultRowHeight="15")
    _add_columns(root, sheet)
    _add_rows(root, sheet, styles)
    if sheet.filter is not None:
        sub(root, "autoFilter", ref=sheet.filter)
    if sheet.merges:
        merges = sub(root, "mergeCells", count=str(len(sheet.merges)))
        for area in sheet.merges:
            sub(merges, "mergeCell", ref=area)
    if before is not None:
        root.extend(deepcopy(block) for block in before.findall(f"{_NS}conditionalFormatting") if _lit(block))
    _add_links(root, sheet)
    _add_print(root, sheet)
    return serialise(root)


def set_highlights(
    root: etree._Element, highlights: Sequence[Highlight], families: Iterable[str], styles: StyleSheet
) -> bool:
    """Replace a worksheet's highlights of some families; gives whether anything changed."""
    families = tuple(families)
    changed = False
    for block in root.findall(f"{_NS}conditionalFormatting"):
        for rule in block.findall(f"{_NS}cfRule"):
            formulas = [formula.text or "" for formula in rule.findall(f"{_NS}formula")]
            if any(family in formula for family in families for formula in formulas):
                block.remove(rule)
                changed = True
        if not block.findall(f"{_NS}cfRule"):
            root.remove(block)
    if not highlights:
        return changed
    block = etree.Element(f"{_NS}conditionalFormatting", sqref=_LIT_AREA.format(_lit_rows(root)))
    for priority, highlight in enumerate(highlights, _free_priority(root, len(highlights))):
        rule = sub(
            block, "cfRule", type="expression", dxfId=str(styles.highlight(highlight.colour)), priority=str(priority)
        )
        sub(rule, "formula").text = highlight.formula
    before = [child for child in root.iterchildren("{*}*") if etree.QName(child).localname in _BEFORE_CONDITIONS]
    root.insert(root.index(before[-1]) + 1 if before else 0, block)
    return True


def _lit(block: etree._Element) -> bool:
    """Whether all of a block's rules are highlights."""
    rules = block.findall(f"{_NS}cfRule")
    return bool(rules) and all(MARKS in rule.findtext(f"{_NS}formula", "") for rule in rules)


def _free_priority(root: etree._Element, wanted: int) -> int:
    """The first of so many priorities that come after all rules of a sheet.

    Where there are none left the rules are numbered anew, in their order.
    """
    # The rules of the extension count too: all of a sheet's rules share one order.
    rules = [rule for rule in root.iter("{*}cfRule") if rule.get("priority") is not None]
    rules.sort(key=lambda rule: int(rule.get("priority")))
    last = max(0, int(rules[-1].get("priority"))) if rules else 0
    if last + wanted > _LARGEST_NUMBER:
        for last, rule in enumerate(rules, start=1):
            rule.set("priority", str(last))
    return last + 1


def _lit_rows(root: etree._Element) -> int:
    rows = [int(row.get("r", "0")) for row in root.iter(f"{_NS}row")]
    return max([_FEWEST_LIT_ROWS, *rows[-1:]])


def _add_view(root: etree._Element, sheet: DrawnSheet) -> None:
    view = sub(sub(root, "sheetViews"), "sheetView", showGridLines="0", workbookViewId="0")
    if sheet.freeze is None:
        return
    row, column = Area.of(sheet.freeze).first
    attributes = {"topLeftCell": sheet.freeze, "state": "frozen"}
    if column > 1:
        attributes["xSplit"] = str(column - 1)
    if row > 1:
        attributes["ySplit"] = str(row - 1)
    pane = {(True, True): "bottomRight", (True, False): "topRight"}.get((column > 1, row > 1), "bottomLeft")
    sub(view, "pane", **attributes, activePane=pane)
    sub(view, "selection", pane=pane)


def _add_columns(root: etree._Element, sheet: DrawnSheet) -> None:
    if not sheet.widths:
        return
    columns = sub(root, "cols")
    for number, width in enumerate(sheet.widths, start=1):
        place = {"min": str(number), "max": str(number)}
        column = sub(columns, "col", **place, width=format(width, "g"), customWidth="1")
        if address((1, number))[:-1] in sheet.hidden_columns:
            column.set("hidden", "1")


def _add_rows(root: etree._Element, sheet: DrawnSheet, styles: StyleSheet) -> None:
    data = sub(root, "sheetData")
    names = dict.fromkeys(cell.style for row in sheet.rows for cell in row if cell is not None)
    formats = {name: styles.cell_format(style_of(name)) for name in names}
    covered = sheet.covered()
    for number, cells in enumerate(sheet.rows, start=1):
        attributes = {}
        if number in sheet.heights:
            attributes = {"ht": format(sheet.heights[number], "g"), "customHeight": "1"}
        row = sub(data, "row", r=str(number), **attributes)
        for column, content in enumerate(cells, start=1):
            style = covered.get((number, column)) if content is None else content.style
            if style is None:
                continue
            cell = sub(row, "c", r=address((number, column)), s=str(formats[style]))
            if content is not None:
                set_content(cell, content.value, content.formula)


def _add_links(root: etree._Element, sheet: DrawnSheet) -> None:
    block = etree.Element(f"{_NS}hyperlinks")
    for row, cells in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell is not None and cell.link is not None:
                sub(block, "hyperlink", ref=address((row, column)), location=clean(cell.link))
    if len(block):
        root.append(block)


def _add_print(root: etree._Element, sheet: DrawnSheet) -> None:
    page = sheet.page
    sub(root, "printOptions", horizontalCentered="1")
    margins = {"left": page.left_right, "right": page.left_right, "top": page.top, "bottom": page.bottom}
    margins |= {"header": page.header, "footer": page.foot}
    sub(root, "pageMargins", **{side: format(inches, "g") for side, inches in margins.items()})
    sub(
        root,
        "pageSetup",
        paperSize=_A4,
        orientation="landscape" if page.landscape else "portrait",
        fitToWidth="1",
        fitToHeight=str(page.pages_high),
    )
    size = f"&{page.footer_size}" if page.footer_size else ""
    sub(sub(root, "headerFooter"), "oddFooter").text = f"&C{size}{page.footer}"
