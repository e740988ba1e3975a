"""Formulas as Excel writes them and as LibreOffice's interface writes them, one into the other.

LibreOffice's `getFormulaArray` and `setFormulaArray` speak English function names, but `;` between
arguments, `$Sheet1.A1` for a cell of another sheet, `{1;2|3;4}` for an array, `~` for a union and `!` for
an intersection. Translating the text here costs no call into the office, whatever the number of cells.

Both functions are pure, keep letter case, and leave alone what they do not recognise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote

from .addresses import COLUMNS, ROWS, column_letters, column_number

_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]+"
_COLUMN = r"\$?[A-Za-z]{1,3}"
_ROW = r"\$?[0-9]+"
_AREA = rf"(?:{_CELL}(?::{_CELL})?|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW})"
# No part of a longer word and no function: `LOG10(`, `A1.B`.
_AREA_ENDS = r"(?![\w.(])"
_QUOTED = r"'(?:[^']++|'')*+'"
# A name: of a function, a table, a cell. Beyond ASCII only letters, so that “，” ends it.
_WORD = r"[^\W\d][\w.\\?]*"

_TEXT_HERE = re.compile(r'"(?:[^"]++|"")*+"')
_NUMBER_HERE = re.compile(r"(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]+)?")
_ERROR_HERE = re.compile(r"#(?:REF!|N/A|NAME\?|DIV/0!|NULL!|NUM!|VALUE!)")
_AREA_HERE = re.compile(_AREA + _AREA_ENDS)
_WORD_HERE = re.compile(_WORD)

# LibreOffice: [$]sheet.area, where a range over several sheets goes on with :[$]sheet.cell
_LO_SHEET = rf"\$?(?:{_QUOTED}|[^\W\d]\w*+)"
_LO_SHEET_HERE = re.compile(
    rf"(?P<sheet>{_LO_SHEET})\.(?P<area>{_AREA}){_AREA_ENDS}(?::(?P<last>{_LO_SHEET})\.(?P<end>{_CELL}))?"
)
_LO_NAME_HERE = re.compile(rf"(?P<sheet>\$?{_QUOTED}|\$[^\W\d]\w*+)\.(?P<name>{_WORD})")
_LO_EXTERNAL_HERE = re.compile(rf"'(?P<url>file:(?:[^']++|'')*+)'#(?P<sheet>{_LO_SHEET})\.(?P<area>{_AREA})")
_LO_PART = r"\$?(?:[A-Za-z]{1,3}|#REF!)\$?(?:[0-9]+|#REF!)"
_LO_LOST_HERE = re.compile(
    rf"\$?#REF!\.{_AREA}|(?=[^:;()\s]*#REF!|[^;()\s]*:\$?\w*#REF!)(?:{_LO_SHEET}\.)?{_LO_PART}(?::{_LO_PART})?"
)
_LO_TRUTH_HERE = re.compile(r"(TRUE|FALSE)\(\)")
_LO_ADD_IN_HERE = re.compile(r"COM\.SUN\.STAR\.SHEET\.ADDIN\.\w++\.GET(\w+)", re.IGNORECASE)

# Excel: sheet!area, sheet:sheet!area or folder[book]sheet!area, quoted as a whole where a name needs it
_XL_SHEET = rf"(?:{_QUOTED}|(?:\[[^\]]++\])?\w[\w.]*+(?::\w[\w.]*+)?)"
_XL_SHEET_HERE = re.compile(rf"(?P<sheet>{_XL_SHEET})!(?:(?P<area>{_AREA}){_AREA_ENDS}|#REF!)")
_XL_NAME_HERE = re.compile(rf"(?P<sheet>{_XL_SHEET})!(?P<name>{_WORD})")
# A bare TRUE would become the number 1.
_XL_TRUTH_HERE = re.compile(r"(?:TRUE|FALSE)\b(?!\s*\(|\.)", re.IGNORECASE)
_XL_FUTURE_HERE = re.compile(r"_xlfn\.(?:_xlws\.)?", re.IGNORECASE)
_XL_INTERSECTION_HERE = re.compile(r"\s+(?=[\w$'(])")

_PART = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")

_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*(?:[Cc][0-9]*)?|[Cc][0-9]*|TRUE|FALSE", re.IGNORECASE)

Bracket = Literal["call", "group", "array"]


def excel_sheet_name(name: str) -> str:
    """The name as Excel puts it before `!`: in quotes only where it needs them."""
    if _PLAIN_SHEET.fullmatch(name) and not _LIKE_A_CELL.fullmatch(name):
        return name
    return _quoted(name)


def to_excel(formula: str) -> str:
    """`=SUM($'Sheet 1'.A1;B2)` → `=SUM('Sheet 1'!A1,B2)`; an array formula loses its braces."""
    if formula.startswith("{=") and formula.endswith("}"):
        formula = formula[1:-1]
    return _Reading(formula).translate(_from_office)


def to_office(formula: str) -> str:
    """`=SUM('Sheet 1'!A1,B2)` → `=SUM($'Sheet 1'.A1;B2)`; sheets are absolute, as in Excel."""
    return _Reading(formula).translate(_from_excel)


def moved(formula: str, down: int, right: int) -> str:
    """A formula in Excel's notation as it reads after copying it so many cells down and to the right."""

    def move(reading: _Reading) -> bool:
        if found := reading.take(_XL_SHEET_HERE):
            area = found["area"]
            reading.put(f"{found['sheet']}!{_moved_area(area, down, right) if area else '#REF!'}", operand=True)
        elif found := reading.take(_AREA_HERE):
            reading.put(_moved_area(found[0], down, right), operand=True)
        else:
            return False
        return True

    return _Reading(formula).translate(move)


@dataclass
class _Reading:
    """A formula read from left to right, and what has become of it so far."""

    source: str
    at: int = 0
    done: list[str] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    # What was read last is a reference, a name or a closing bracket.
    after_operand: bool = False

    def translate(self, special: Callable[[_Reading], bool]) -> str:
        """Read everything; `special` reads what only one side writes and says whether it did."""
        while self.at < len(self.source):
            if found := self.take(_TEXT_HERE):
                self.put(found[0])
            elif self.source[self.at] == "[":
                self._table_reference()
            elif not special(self):
                self._common()
        return "".join(self.done)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.source, self.at)
        if found:
            self.at = found.end()
        return found

    def put(self, text: str, *, operand: bool = False) -> None:
        self.done.append(text)
        self.after_operand = operand

    def take_sign(self, signs: dict[str, str]) -> bool:
        """Exchange one character, if it is among the signs."""
        sign = signs.get(self.source[self.at])
        if sign is None:
            return False
        self.at += 1
        self.put(sign)
        return True

    @property
    def bracket(self) -> Bracket | None:
        return self.brackets[-1] if self.brackets else None

    def _table_reference(self) -> None:
        """`Table1[[#This Row],[Amount]]` is the same on both sides and is not looked into."""
        depth, start = 0, self.at
        while self.at < len(self.source):
            depth += {"[": 1, "]": -1}.get(self.source[self.at], 0)
            self.at += 1
            if not depth:
                break
        self.put(self.source[start : self.at], operand=True)

    def _common(self) -> None:
        if (found := self.take(_ERROR_HERE)) or (found := self.take(_AREA_HERE)):
            self.put(found[0], operand=True)
        elif found := self.take(_NUMBER_HERE):
            mantissa, mark, exponent = found[0].upper().partition("E")
            self.put(f"{mantissa}E{int(exponent):+03d}" if mark else found[0])
        elif found := self.take(_WORD_HERE):
            self.put(found[0], operand=True)
        else:
            self._character(self.source[self.at])

    def _character(self, character: str) -> None:
        if character == "(":
            self.brackets.append("call" if self.after_operand else "group")
        elif character == "{":
            self.brackets.append("array")
        elif character in ")}" and self.brackets:
            self.brackets.pop()
        self.at += 1
        self.put(character, operand=character == ")")


# ---------------------------------------------------------------------------- from LibreOffice


def _from_office(reading: _Reading) -> bool:
    if found := reading.take(_LO_EXTERNAL_HERE):
        path = PurePosixPath(unquote(found["url"].replace("''", "'").removeprefix("file://")))
        book = f"{path.parent}/[{path.name}]{_office_sheet(found['sheet'])}"
        reading.put(f"{_quoted(book)}!{found['area']}", operand=True)
    elif reading.take(_LO_LOST_HERE):
        reading.put("#REF!", operand=True)
    elif found := reading.take(_LO_SHEET_HERE):
        reading.put(_excel_reference(found), operand=True)
    elif found := reading.take(_LO_NAME_HERE):
        reading.put(f"{excel_sheet_name(_office_sheet(found['sheet']))}!{found['name']}", operand=True)
    elif (found := reading.take(_LO_ADD_IN_HERE)) or (found := reading.take(_LO_TRUTH_HERE)):
        reading.put(found[1], operand=True)
    else:
        inside_array = {"|": ";"} if reading.bracket == "array" else {"~": ",", "!": " "}
        return reading.take_sign({";": ","} | inside_array)
    return True


def _excel_reference(found: re.Match[str]) -> str:
    sheet, area = _office_sheet(found["sheet"]), found["area"]
    if found["last"] is None:
        return f"{excel_sheet_name(sheet)}!{area}"
    last = _office_sheet(found["last"])
    if last == sheet:
        return f"{excel_sheet_name(sheet)}!{area}:{found['end']}"
    sheets = f"{sheet}:{last}"
    plain = excel_sheet_name(sheet) == sheet and excel_sheet_name(last) == last
    return f"{sheets if plain else _quoted(sheets)}!{area}:{found['end']}"


def _office_sheet(written: str) -> str:
    return _unquoted(written.removeprefix("$"))


# ---------------------------------------------------------------------------------- from Excel


def _from_excel(reading: _Reading) -> bool:
    if found := reading.take(_XL_SHEET_HERE):
        area = found["area"]
        reading.put(_office_reference(_unquoted(found["sheet"]), area) if area else "#REF!", operand=True)
    elif found := reading.take(_XL_NAME_HERE):
        reading.put(f"${_quoted(_unquoted(found['sheet']))}.{found['name']}", operand=True)
    elif reading.take(_XL_FUTURE_HERE):
        pass
    elif found := reading.take(_XL_TRUTH_HERE):
        reading.put(f"{found[0]}()", operand=True)
    elif reading.after_operand and reading.take(_XL_INTERSECTION_HERE):
        reading.put("!")
    elif reading.bracket == "array":
        return reading.take_sign({",": ";", ";": "|"})
    else:
        return reading.take_sign({",": "~" if reading.bracket == "group" else ";"})
    return True


def _office_reference(sheets: str, area: str) -> str:
    folder, opening, rest = sheets.partition("[")
    if opening and "]" in rest:
        book, _, sheet = rest.partition("]")
        return f"'file://{quote(folder + book, safe='/:')}'#${_quoted(sheet)}.{area}"
    # A sheet's name cannot contain a colon.
    first, colon, last = sheets.partition(":")
    if not colon:
        return f"${_quoted(first)}.{area}"
    start, _, end = area.partition(":")
    return f"${_quoted(first)}.{start}:${_quoted(last)}.{end or start}"


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _unquoted(name: str) -> str:
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


# --------------------------------------------------------------------------------------- moving


def _moved_area(area: str, down: int, right: int) -> str:
    parts = [_moved_part(part, down, right) for part in area.split(":")]
    return ":".join(part for part in parts if part) if all(parts) else "#REF!"


def _moved_part(part: str, down: int, right: int) -> str | None:
    """`A1`, `A` or `1` moved, except what stands after `$`; None where it leaves the sheet."""
    found = _PART.fullmatch(part)
    if found is None:
        return part
    column_mark, letters, row_mark, digits = found.groups(default="")
    # The only mark of `$1` belongs to its row.
    if not letters:
        column_mark, row_mark = "", column_mark or row_mark
    if letters and not column_mark:
        column = column_number(letters) + right
        if not 1 <= column <= COLUMNS:
            return None
        letters = column_letters(column)
    if digits and not row_mark:
        row = int(digits) + down
        if not 1 <= row <= ROWS:
            return None
        digits = str(row)
    return f"{column_mark}{letters}{row_mark}{digits}"
