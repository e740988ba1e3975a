"""Conditional formats: those of a range as xlwings has them, and functions for those of a whole sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from xlwings import base_classes

from .addresses import Area
from .colors import color_tuple
from .conditional_entries import (
    BETWEEN,
    FORMULA,
    Entry,
    Format,
    References,
    add_beside,
    conditional_formats,
    formats_of,
    from_the_top,
    ranges,
    references_of,
    rewrite,
)
from .conditional_styles import style_for, styles
from .font import BOLD
from .formulas import to_excel, to_office
from .office_errors import UnsupportedError
from .parents import ParentRange, ParentSheet
from .regions import touch, united

if TYPE_CHECKING:
    import xlwings

_OPERATORS: Final = {
    "equal_to": 0,
    "less_than": 1,
    "greater_than": 2,
    "less_than_or_equal": 3,
    "greater_than_or_equal": 4,
    "not_equal_to": 5,
    "between": 6,
    "not_between": 7,
}

# A format, and the place of a rule in it.
Part: TypeAlias = tuple[Format, int]


@dataclass(frozen=True)
class Rule:
    """One rule of a sheet: where it holds, its formula in Excel's notation (None for other kinds), its colour.

    The formula is written for the first cell of the first area.
    """

    areas: tuple[str, ...]
    formula: str | None
    color: tuple[int, int, int] | None


class ConditionalFormat(base_classes.ConditionalFormat):
    """One rule, in however many formats and at whatever place in each it stands.

    entry: None for a rule of another kind. parts: formats and places, None to look for them when needed.
    """

    def __init__(
        self, sheet: ParentSheet, references: References, entry: Entry | None, parts: list[Part] | None
    ) -> None:
        self.sheet = sheet
        self.entry = entry
        self._parts = parts
        self._references = references

    @property
    def parts(self) -> list[Part]:
        """The formats that it stands in and its place in each. KeyError when it has been removed."""
        if self._parts is None:
            self._parts = [
                (format_, place)
                for format_ in formats_of(self.sheet, self._references)
                for place, entry in enumerate(format_.entries)
                if entry == self.entry
            ]
        if not self._parts:
            raise KeyError("The conditional format has been removed.")
        return self._parts

    @property
    def areas(self) -> list[Area]:
        """The cells on which it holds."""
        return united(area for format_, _ in self.parts for area in format_.areas)

    @property
    def api(self) -> Any:
        """The rule where it stands first, `com.sun.star.sheet.XConditionEntry`."""
        format_, place = self.parts[0]
        return format_.uno.getByIndex(place)

    @property
    def type(self) -> str:
        if self.entry is not None:
            return "custom" if self.entry.operator == FORMULA else "cell_value"
        return {1: "color_scale", 2: "data_bar", 3: "icon_set"}.get(self.api.getType(), "unknown")

    @property
    def operator(self) -> str | None:
        if self.entry is None or self.type != "cell_value":
            return None
        number = self.entry.operator
        return next(name for name, known in _OPERATORS.items() if known == number)

    @property
    def formula(self) -> str | None:
        return self._here(self.entry.formula1) if self.entry and self.type == "custom" else None

    @property
    def formula1(self) -> str | None:
        return self._here(self.entry.formula1) if self.entry and self.type == "cell_value" else None

    @property
    def formula2(self) -> str | None:
        return self._here(self.entry.formula2) if self.entry and self.entry.operator in BETWEEN else None

    def _here(self, formula: str) -> str:
        first = self.areas[0]
        return to_excel(f"={self._references.seen_from((first.row, first.column), formula)}")

    @property
    def stop_if_true(self) -> bool:
        """LibreOffice always uses the first rule that holds."""
        return True

    @property
    def _style(self) -> Any:
        has_one = self.type in {"custom", "cell_value"}
        return styles(self.sheet).getByName(self.api.StyleName) if has_one else None

    @property
    def fill_color(self) -> tuple[int, int, int] | None:
        style = self._style
        return None if style is None else color_tuple(style.CellBackColor)

    @property
    def font_color(self) -> tuple[int, int, int] | None:
        style = self._style
        return None if style is None else color_tuple(style.CharColor)

    @property
    def font_bold(self) -> bool | None:
        style = self._style
        return None if style is None else style.CharWeight >= BOLD

    @property
    def font_italic(self) -> bool | None:
        style = self._style
        return None if style is None else style.CharPosture.value != "NONE"

    def set(self, changes: dict[str, Any]) -> None:
        raise UnsupportedError("A conditional format cannot be changed here. Delete it and add another.")

    def delete(self) -> None:
        """Gone from all cells. UnsupportedError where it is one format with a rule of another kind."""
        left = self.areas
        if self.entry is not None:
            left = rewrite(self.sheet, self._references, left, self._without)
        for format_, _ in self.parts:
            if not format_.touches(left):
                continue
            if None in format_.entries and len(format_.entries) > 1:
                raise UnsupportedError("LibreOffice cannot take one rule out of this conditional format.")
            conditional_formats(self.sheet).removeByID(format_.number)
            if others := self._without(format_.entries):
                add_beside(self.sheet, self._references, others, format_.areas)

    def _without(self, entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
        return tuple(entry for entry in entries if entry is not None and entry != self.entry)


class ConditionalFormats(base_classes.ConditionalFormats):
    """The rules that hold on some of the cells of a range."""

    def __init__(self, cells: ParentRange) -> None:
        self.range = cells

    @property
    def api(self) -> Any:
        """All formats of the sheet, `com.sun.star.sheet.XConditionalFormats`."""
        return conditional_formats(self.range.sheet)

    @property
    def parent(self) -> ParentRange:
        return self.range

    def __iter__(self) -> Iterator[ConditionalFormat]:
        return iter(_found(self.range.sheet, self.range.area))

    def __len__(self) -> int:
        return len(_found(self.range.sheet, self.range.area))

    def __call__(self, key: int) -> ConditionalFormat:
        return _found(self.range.sheet, self.range.area)[key - 1]

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        """The formula is written for the first cell of the range."""
        return self._add(spec, FORMULA, spec["formula"], None)

    def add_cell_value(self, spec: dict[str, Any]) -> ConditionalFormat:
        return self._add(spec, _OPERATORS[spec["operator"]], spec["formula1"], spec.get("formula2"))

    def add_color_scale(self, spec: dict[str, Any]) -> ConditionalFormat:
        raise UnsupportedError("Colour scales are kept, but not made by this engine.")

    def add_data_bar(self, spec: dict[str, Any]) -> ConditionalFormat:
        raise UnsupportedError("Data bars are kept, but not made by this engine.")

    def add_icon_set(self, spec: dict[str, Any]) -> ConditionalFormat:
        raise UnsupportedError("Icon sets are kept, but not made by this engine.")

    def _add(self, spec: dict[str, Any], operator: int, formula1: str, formula2: str | None) -> ConditionalFormat:
        sheet, area = self.range.sheet, self.range.area
        sheet.require_changeable()
        references = references_of(sheet)
        first = area.row, area.column
        written = []
        for text in (formula1, formula2):
            seen = "" if text is None else references.from_afar(to_office(text).removeprefix("="), first)
            if seen is None:
                raise UnsupportedError("LibreOffice cannot read the formula of the conditional format.")
            written.append(seen)
        entry = Entry(operator, written[0], written[1], style_for(sheet, spec))
        left = rewrite(sheet, references, [area], lambda there: tuple(dict.fromkeys((*there, entry))))
        add_beside(sheet, references, [entry], left)
        return ConditionalFormat(sheet, references, entry, None)

    def clear(self) -> None:
        """Remove the rules of these cells; a rule that holds elsewhere too goes on holding there."""
        sheet = self.range.sheet
        sheet.require_changeable()
        for area in rewrite(sheet, references_of(sheet), [self.range.area], lambda _: ()):
            cells = ranges(sheet, [area])
            none = cells.ConditionalFormat
            none.clear()
            cells.ConditionalFormat = none


# --------------------------------------------------------------------------- of a whole sheet


def rules(sheet: xlwings.Sheet) -> list[Rule]:
    """Every rule of a sheet, in order."""
    return [_rule(found) for found in _found(sheet.impl, None)]


def formulas(sheet: xlwings.Sheet) -> list[str]:
    """The formulas of those rules that have one."""
    return [rule.formula for rule in rules(sheet) if rule.formula is not None]


def add(sheet: xlwings.Sheet, address: str, formula: str, color: tuple[int, int, int]) -> None:
    """Colour the cells for which a formula, written for the first of them, is true."""
    sheet[address].conditional_formats.add_custom(formula, fill_color=color)


def remove(sheet: xlwings.Sheet, predicate: Callable[[Rule], bool]) -> int:
    """Remove the rules for which the predicate holds; gives how many they were."""
    impl: ParentSheet = sheet.impl
    doomed = [found for found in _found(impl, None) if predicate(_rule(found))]
    if doomed:
        impl.require_changeable()
    # From the end, so that the others keep their places.
    for found in reversed(doomed):
        found.delete()
    return len(doomed)


def _rule(found: ConditionalFormat) -> Rule:
    areas = tuple(area.address(row_absolute=False, column_absolute=False) for area in found.areas)
    return Rule(areas, found.formula, found.fill_color)


def _found(sheet: ParentSheet, area: Area | None) -> list[ConditionalFormat]:
    """The rules of a sheet, or those that hold on a cell of an area, each once.

    In the order in which a cell asks them; those of different cells from the top of the sheet.
    """
    references = references_of(sheet)
    found: list[ConditionalFormat] = []
    for format_ in from_the_top(formats_of(sheet, references)):
        known = {rule.entry: rule for rule in found if rule.entry is not None}
        # From the end, so that what stands before a rule anywhere comes before it here.
        behind = len(found)
        for place, entry in reversed(list(enumerate(format_.entries))):
            if entry is not None and entry in known:
                known[entry].parts.append((format_, place))
                behind = min(behind, found.index(known[entry]))
            else:
                found.insert(behind, ConditionalFormat(sheet, references, entry, [(format_, place)]))
    return [rule for rule in found if area is None or any(touch(own, area) for own in rule.areas)]
