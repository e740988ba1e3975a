"""How a sheet is printed. Beside xlwings' `print_area` the plain attributes of this class."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from .addresses import area_at, area_of
from .parents import ParentSheet


class PageSetup(base_classes.PageSetup):
    """A sheet that shares its page style with others gets one of its own before it is changed."""

    def __init__(self, sheet: ParentSheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """The page style, `com.sun.star.sheet.TablePageStyle`."""
        return self._styles.getByName(self.sheet.uno.PageStyle)

    @property
    def _styles(self) -> Any:
        return self.sheet.book.document.getStyleFamilies().getByName("PageStyles")

    def own_style(self) -> Any:
        """The page style, which no other sheet has."""
        sheets = self.sheet.book.sheets
        mine = self.sheet.uno.PageStyle
        if sum(sheet.uno.PageStyle == mine for sheet in sheets) == 1:
            return self.api
        old, name = self.api, f"PageStyle_{self.sheet.name}"
        made = self.sheet.book.document.createInstance("com.sun.star.style.PageStyle")
        self._styles.insertByName(name, made)
        for wanted in ("IsLandscape", "Width", "Height", "LeftMargin", "RightMargin", "TopMargin", "BottomMargin"):
            setattr(made, wanted, getattr(old, wanted))
        self.sheet.uno.PageStyle = name
        return made

    @property
    def print_area(self) -> str | None:
        """`$A$1:$C$9`, several with commas; None where the whole sheet is printed."""
        areas = [area_at(address).address() for address in self.sheet.uno.getPrintAreas()]
        return ",".join(areas) or None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        addresses = [self._address(part) for part in value.split(",")] if value else []
        self.sheet.uno.setPrintAreas(tuple(addresses))

    @property
    def landscape(self) -> bool:
        """Whether the paper lies on its long side."""
        return bool(self.api.IsLandscape)

    @landscape.setter
    def landscape(self, value: bool) -> None:
        style = self.own_style()
        if bool(style.IsLandscape) != value:
            style.Width, style.Height = style.Height, style.Width
            style.IsLandscape = value

    @property
    def fit_to_pages(self) -> tuple[int, int]:
        """Pages across and down that the sheet is shrunk to; 0 stands for as many as it takes."""
        style = self.api
        return int(style.ScaleToPagesX), int(style.ScaleToPagesY)

    @fit_to_pages.setter
    def fit_to_pages(self, value: tuple[int, int]) -> None:
        style = self.own_style()
        style.ScaleToPagesX, style.ScaleToPagesY = value

    @property
    def title_rows(self) -> str | None:
        """The rows that every page repeats, `$1:$2`; None for none."""
        if not self.sheet.uno.getPrintTitleRows():
            return None
        found = area_at(self.sheet.uno.getTitleRows())
        return f"${found.row}:${found.last_row}"

    @title_rows.setter
    def title_rows(self, value: str | None) -> None:
        if value:
            self.sheet.uno.setTitleRows(self._address(value))
        self.sheet.uno.setPrintTitleRows(bool(value))

    def _address(self, text: str) -> Any:
        area = area_of(text.rpartition("!")[2])
        if area is None:
            raise ValueError(f"{text!r} is no address of cells.")
        return self.sheet.uno.getCellRangeByPosition(*area.bounds).getRangeAddress()
