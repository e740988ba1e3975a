"""Links in cells: `#Sheet1!A1` inside the book in Excel, `#Sheet1.A1` in the office."""

from __future__ import annotations

from typing import Any

from .formulas import to_excel, to_office
from .office_errors import LibreOfficeError

_URL_FIELD = "com.sun.star.text.TextField.URL"


def address_of(cell: Any) -> str:
    """Where the link in a cell leads. Raises `LibreOfficeError` where there is none."""
    fields = cell.getTextFields() if cell.supportsService("com.sun.star.sheet.SheetCell") else None
    if fields is not None:
        found = fields.createEnumeration()
        while found.hasMoreElements():
            field = found.nextElement()
            if field.getPropertySetInfo().hasPropertyByName("URL"):
                url: str = field.URL
                return "#" + to_excel(url[1:]) if url.startswith("#") else url
    raise LibreOfficeError("The cell doesn't seem to contain a hyperlink!")


def add(document: Any, cell: Any, address: str, text: str) -> None:
    """Make a text with a link the content of a cell."""
    field = document.createInstance(_URL_FIELD)
    inside = address.startswith("#") and "!" in address
    field.URL = "#" + to_office(address[1:]).replace("$", "", 1) if inside else address
    field.Representation = text
    cell.setString("")
    cell.insertTextContent(cell.createTextCursor(), field, False)
