"""What the cells of a sheet hold of its conditional formats, read and written so that it shows at once.

LibreOffice has two interfaces. The newer one knows every kind of rule, but what it makes colours no cell
before the book is saved and opened again. The older one (`XSheetConditionalEntries`) colours at once,
but takes away what the cells had. So a rule is added here by writing everything that the cells then have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from .addresses import Area, area_at, ranges_of
from .office_errors import UnoError
from .parents import ParentSheet
from .regions import cornered, partition, touch

CONDITION: Final = 0  # com.sun.star.sheet.ConditionEntryType
FORMULA: Final = 24  # com.sun.star.sheet.ConditionFormatOperator.EXPRESSION
BETWEEN: Final = (6, 7)
# com.sun.star.sheet.ConditionFormatOperator → the older ConditionOperator
_OLDER: Final = {0: 1, 1: 5, 2: 3, 3: 6, 4: 4, 5: 2, 6: 7, 7: 8, FORMULA: 9}
# Row and column from which the formulas of all entries are seen, far from every edge.
_FAR: Final = (524_288, 513)

_BARE: Final = re.compile(r"\s+")

Position = tuple[int, int]


class Entry(NamedTuple):
    """What one rule says, the same wherever it stands. Formulas as LibreOffice writes them, seen from afar."""

    operator: int
    formula1: str
    formula2: str
    style: str


@dataclass(frozen=True)
class Format:
    """One conditional format: its cells and its rules in order, None for those of other kinds."""

    uno: Any
    number: int
    areas: tuple[Area, ...]
    entries: tuple[Entry | None, ...]

    def touches(self, areas: Iterable[Area]) -> bool:
        """Whether it holds on any of the cells."""
        return any(touch(own, area) for area in areas for own in self.areas)


class References:
    """Formulas seen from one cell, as they are seen from another.

    Remembers texts, so that a sheet with a rule in many formats asks LibreOffice once.
    """

    def __init__(self, sheet: ParentSheet) -> None:
        self._uno = sheet.book.office.calls.uno
        self._parser = sheet.book.document.createInstance("com.sun.star.sheet.FormulaParser")
        self._parser.CompileEnglish = True
        self.sheet = 0
        self._afar: dict[tuple[str, Position], str | None] = {}
        self._near: dict[tuple[str, Position], str] = {}

    def from_afar(self, formula: str, seen_from: Position) -> str | None:
        """None where LibreOffice cannot tell."""
        asked = formula, seen_from
        if asked not in self._afar:
            try:
                tokens = self._parser.parseFormula(formula, self.address(seen_from))
                moved = self._parser.printFormula(tokens, self.address(_FAR))
                back = self._parser.printFormula(tokens, self.address(seen_from))
            except UnoError:
                moved, back = "#REF!", ""
            self._afar[asked] = None if moved.count("#REF!") > back.count("#REF!") else moved
            self._near[moved, seen_from] = back
        return self._afar[asked]

    def seen_from(self, position: Position, formula: str) -> str:
        """A formula seen from afar, for the cell at a position."""
        asked = formula, position
        if asked not in self._near:
            tokens = self._parser.parseFormula(formula, self.address(_FAR))
            self._near[asked] = self._parser.printFormula(tokens, self.address(position))
        return self._near[asked]

    def address(self, position: Position) -> Any:
        """The cell as UNO's structure."""
        made = self._uno.createUnoStruct("com.sun.star.table.CellAddress")
        made.Sheet, made.Row, made.Column = self.sheet, position[0] - 1, position[1] - 1
        return made


def _alike(one: str, other: str) -> bool:
    """Whether formulas are the same, in whatever way arguments, capitals and spaces are written."""
    return _BARE.sub("", one.replace(",", ";")).upper() == _BARE.sub("", other.replace(",", ";")).upper()


_REFERENCES: Final[WeakKeyDictionary[ParentSheet, References]] = WeakKeyDictionary()


def references_of(sheet: ParentSheet) -> References:
    """Those of a sheet, which is where it is now."""
    if sheet not in _REFERENCES:
        _REFERENCES[sheet] = References(sheet)
    found = _REFERENCES[sheet]
    found.sheet = sheet.uno.getRangeAddress().Sheet
    return found


# ------------------------------------------------------------------------------------------ reading


def conditional_formats(sheet: ParentSheet) -> Any:
    """All formats of the sheet in LibreOffice, `com.sun.star.sheet.XConditionalFormats`.

    One object for each place in the book, which is never let go of while LibreOffice runs. When the last
    reference to one goes, LibreOffice 7.4 strikes it off the book's list of listeners without its lock
    (`ScCondFormatsObj::~ScCondFormatsObj`), in a thread beside that of the next call. Where that call
    makes or ends another listener the list breaks, and LibreOffice crashes there at some later time.
    """
    place = sheet.uno.getRangeAddress().Sheet
    known: dict[int, Any] = sheet.book.conditional_formats
    if place not in known:
        # It stands for the sheet that is at that place when it is asked, so moving sheets does no harm.
        known[place] = sheet.uno.ConditionalFormats
    return known[place]


def formats_of(sheet: ParentSheet, references: References) -> list[Format]:
    """Every conditional format of the sheet, in the order in which they are asked."""
    found = conditional_formats(sheet).getConditionalFormats()
    return [_read(sheet, references, one) for one in found]


def _read(sheet: ParentSheet, references: References, found: Any) -> Format:
    areas = tuple(area_at(address) for address in found.Range.getRangeAddresses())
    rules = [found.getByIndex(place) for place in range(found.getCount())]
    operators = [rule.Operator if rule.getType() == CONDITION else None for rule in rules]
    if not areas or not any(operator in _OLDER for operator in operators):
        return Format(found, found.ID, areas, (None,) * len(rules))
    formulas = [rule.Formula1 if operator in _OLDER else "" for rule, operator in zip(rules, operators, strict=True)]
    # The older interface shows rules of other kinds differently.
    held = _held(sheet, areas, formulas) if all(operator in _OLDER for operator in operators) else None
    # Where no cell tells what its formulas are seen from, it is as when a format is made.
    corner = min((area.column, area.row) for area in areas)[::-1]
    seen = held or [(formula, corner) for formula in formulas]
    entries = [
        _entry(references, rule, operator, *one) if operator in _OLDER else None
        for rule, operator, one in zip(rules, operators, seen, strict=True)
    ]
    return Format(found, found.ID, areas, tuple(entries))


def _entry(references: References, rule: Any, operator: int, formula: str, seen_from: Position) -> Entry | None:
    """What a rule says; None where that cannot be written down so that it comes back the same."""
    formula1 = references.from_afar(formula, seen_from)
    formula2 = references.from_afar(rule.Formula2, seen_from) if operator in BETWEEN else ""
    if formula1 is None or formula2 is None:
        return None
    back = references.seen_from(seen_from, formula1)
    return Entry(operator, formula1, formula2, rule.StyleName) if _alike(back, formula) else None


def _held(sheet: ParentSheet, areas: Sequence[Area], formulas: Sequence[str]) -> list[tuple[str, Position]] | None:
    """The formulas, and what each is seen from, as a cell has them; None where no corner cell has them."""
    for area in areas:
        entries = sheet.uno.getCellByPosition(area.column - 1, area.row - 1).ConditionalFormat
        if entries.getCount() != len(formulas):
            continue
        held = [entries.getByIndex(place) for place in range(len(formulas))]
        texts = [entry.getFormula1() for entry in held]
        if all(_alike(*both) for both in zip(texts, formulas, strict=True)):
            positions = [entry.getSourcePosition() for entry in held]
            return [(text, (at.Row + 1, at.Column + 1)) for text, at in zip(texts, positions, strict=True)]
    return None


# ------------------------------------------------------------------------------------------ writing


def rewrite(
    sheet: ParentSheet,
    references: References,
    cells: Sequence[Area],
    change: Callable[[tuple[Entry, ...]], tuple[Entry, ...]],
) -> list[Area]:
    """Give cells other rules, made from those they have; other cells keep theirs.

    Gives those of the cells where nothing was done, because rules of other kinds hold on it or on
    what hangs together with it. Formats that are cut are written anew on both sides of the cut: a part
    that kept the place its formulas are seen from would mean something else in a saved file.
    """
    formats = formats_of(sheet, references)
    concerned = _spread([one for one in formats if one.touches(cells)], formats)
    other_kinds = _spread([one for one in concerned if None in one.entries], concerned)
    by_number = {one.number: one for one in concerned}
    tagged = [(own, one.number) for one in concerned for own in one.areas]
    left: list[Area] = []
    wanted: dict[tuple[Entry, ...], list[Area]] = {}
    for tags, parts in partition([*tagged, *((area, None) for area in cells)]).items():
        here = [by_number[tag] for tag in tags if tag is not None]
        if any(one in other_kinds for one in here):
            left += parts if None in tags else []
            continue
        entries = tuple(dict.fromkeys(entry for one in here for entry in one.entries if entry is not None))
        wanted.setdefault(change(entries) if None in tags else entries, []).extend(parts)
    for entries, parts in wanted.items():
        for group in cornered(parts):
            _write(sheet, references, entries, group)
    return left


def from_the_top(formats: Sequence[Format]) -> list[Format]:
    """By place on the sheet, but those that share cells as they are asked."""
    groups: list[list[Format]] = []
    rest = [one for one in formats if one.areas]
    while rest:
        groups.append(_spread(rest[:1], rest))
        rest = [one for one in rest if one not in groups[-1]]
    groups.sort(key=lambda group: min(area for one in group for area in one.areas))
    return [one for group in groups for one in group]


def _spread(seed: Sequence[Format], among: Sequence[Format]) -> list[Format]:
    """Those of a seed, and all that share cells with them or with each other."""
    found, edge = list(seed), list(seed)
    while edge:
        areas = [area for one in edge for area in one.areas]
        edge = [one for one in among if one not in found and one.touches(areas)]
        found += edge
    # In the order in which they are asked.
    return [one for one in among if one in found]


def _write(sheet: ParentSheet, references: References, entries: Sequence[Entry], areas: Sequence[Area]) -> None:
    """These rules and no others on these cells."""
    corner = areas[0].row, areas[0].column
    cells = ranges(sheet, areas)
    made = cells.ConditionalFormat
    made.clear()
    for entry in entries:
        made.addNew(
            sheet.book.office.properties(
                Operator=_OLDER[entry.operator],
                Formula1=references.seen_from(corner, entry.formula1),
                Formula2=references.seen_from(corner, entry.formula2) if entry.formula2 else "",
                StyleName=entry.style,
                SourcePosition=references.address(corner),
            )
        )
    cells.ConditionalFormat = made


def add_beside(sheet: ParentSheet, references: References, entries: Sequence[Entry], areas: Iterable[Area]) -> None:
    """Formats of their own, beside the others that the cells have; seen when the saved book is opened."""
    formats = conditional_formats(sheet)
    for group in cornered(areas):
        corner = group[0].row, group[0].column
        number = formats.createByRange(ranges(sheet, group))
        made = next(one for one in formats.getConditionalFormats() if number == one.ID)
        for place, entry in enumerate(entries):
            made.createEntry(CONDITION, place)
            rule = made.getByIndex(place)
            rule.Operator = entry.operator
            rule.Formula1 = references.seen_from(corner, entry.formula1)
            if entry.formula2:
                rule.Formula2 = references.seen_from(corner, entry.formula2)
            rule.StyleName = entry.style


def ranges(sheet: ParentSheet, areas: Iterable[Area]) -> Any:
    """Several areas as one `com.sun.star.sheet.SheetCellRanges`."""
    number, book = sheet.uno.getRangeAddress().Sheet, sheet.book
    return ranges_of(book.document, book.office.calls.uno, number, areas, merged=False)
