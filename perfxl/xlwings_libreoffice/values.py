"""What Python puts into cells and gets out of them, without any call into the office."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

Raw: TypeAlias = float | str
Grid: TypeAlias = Sequence[Sequence[Any]]

_DAY_ZERO: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  Sheets know no time zones.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]+)?")
# Numbers with so few digits come through every reading of digits exactly.
_EXACT: Final = re.compile(r"-?[0-9.]{1,16}")

Format = Literal["boolean", "date", "datetime"]


class CellError(str):
    """An error value such as `#N/A`, as `raw_value` gives it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What one cell is to hold: a number, a text (`""` for nothing) or a formula in Excel's notation."""

    content: Raw
    formula: bool = False
    format: Format | None = None


def entry(value: Any, *, as_text: bool = False) -> Entry:
    """A value as if it were typed into Excel: `=…` is a formula, `12` a number, `'12` the text 12.

    as_text: the cell has the format `@`, so that texts stay as they are.
    TypeError for a value that cells cannot hold.
    """
    if value is None:
        return Entry("")
    if isinstance(value, str):
        return _text_entry(value, as_text)
    if isinstance(value, bool):
        return Entry(float(value), format="boolean")
    if isinstance(value, int | float | Decimal):
        return Entry(float(value))
    if isinstance(value, dt.datetime):
        return Entry(serial(value), format="datetime")
    if isinstance(value, dt.date):
        return Entry(serial(dt.datetime.combine(value, dt.time())), format="date")
    raise TypeError(f"A cell cannot hold a {type(value).__name__}.")


def depends_on_format(value: Any) -> bool:
    """Whether a cell with the format `@` would keep this as a text, and another would not."""
    return isinstance(value, str) and entry(value) != entry(value, as_text=True)


def _text_entry(text: str, as_text: bool) -> Entry:
    if text.startswith("'"):
        return Entry(text[1:])
    if as_text:
        return Entry(str(text))
    if text.startswith("=") and len(text) > 1:
        return Entry(text, formula=True)
    if _NUMBER.fullmatch(text.strip()) and math.isfinite(float(text)):
        return Entry(float(text))
    return Entry(text)


def formula_text(entered: Entry, to_office: Callable[[str], str]) -> str:
    """The entry as `setFormulaArray` takes it."""
    if entered.formula:
        return to_office(str(entered.content))
    if isinstance(entered.content, float):
        return repr(entered.content)
    # A text that starts so stays a text; the mark itself does not get into the cell.
    return f"'{entered.content}" if entered.content else ""


def is_exact(entered: Entry) -> bool:
    """Whether `formula_text` loses nothing of a number."""
    return not isinstance(entered.content, float) or bool(_EXACT.fullmatch(repr(entered.content)))


def serial(moment: dt.datetime) -> float:
    """Days since 1899-12-30, as Excel and LibreOffice count; a time zone is dropped."""
    since = moment.replace(tzinfo=None) - _DAY_ZERO
    return since.days + since.seconds / 86_400 + since.microseconds / 86_400_000_000


def moment_of(days: float) -> dt.datetime:
    """The opposite of `serial`, to the millisecond."""
    return _DAY_ZERO + dt.timedelta(milliseconds=round(days * 86_400_000))


def shaped(grid: Grid, rows: int, columns: int) -> Any:
    """One cell as a value, more as rows of columns: what Excel gives."""
    return grid[0][0] if rows == columns == 1 else tuple(tuple(row) for row in grid)
