"""Whole blocks of cells in and out, in a number of calls that does not grow with the number of cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import Any, Final

from .addresses import Area, ranges_of
from .format_codes import BOOLEAN_CODE, DATE_CODE, DATETIME_CODE, GENERAL, Kind, NumberFormats
from .formulas import moved, to_excel, to_office
from .office_errors import LibreOfficeError, ProtectedError, ReadOnlyError, UnoError
from .properties import shared
from .values import CellError, Entry, depends_on_format, entry, formula_text, is_exact, moment_of

_DATE_CELLS: Final = 2  # com.sun.star.sheet.CellFlags.DATETIME
_FORMULAS_WITH_A_NUMBER: Final = 1  # com.sun.star.sheet.FormulaResult.VALUE
_IN_VALUES: Final = 1
_NOT_STRUCK_OUT: Final = (0, 3)  # com.sun.star.awt.FontStrikeout.NONE, DONTKNOW
_ERRORS: Final = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
# LibreOffice's own errors, as its Excel filter writes them; all others are #VALUE!.
_OWN_ERRORS: Final = {"Err:503": "#NUM!", "Err:523": "#NUM!", "Err:521": "#NULL!", "Err:524": "#REF!"}

Position = tuple[int, int]


class Block:
    """A rectangle of cells in the office, `cells`, which lies at `area` of its sheet."""

    def __init__(self, document: Any, cells: Any, area: Area, formats: NumberFormats) -> None:
        self.document = document
        self.cells = cells
        self.area = area
        self.formats = formats

    # ------------------------------------------------------------------------------- reading

    def values(self, *, name_errors: bool = False) -> list[list[Any]]:
        """Texts, floats, booleans, datetimes, `CellError`s, and `""` for empty cells.

        name_errors: errors carry their names, which takes two calls more for each; else `""`.
        """
        grid = [list(row) for row in self.cells.getDataArray()]
        numbers = [at for at in _positions(grid) if isinstance(_at(grid, at), float)]
        errors = [at for at in _positions(grid) if _at(grid, at) is None]
        if numbers:
            for at in self._dates():
                grid[at[0]][at[1]] = moment_of(_at(grid, at))
        if any(_at(grid, at) in {0.0, 1.0} for at in numbers):
            for at in self._booleans(numbers, grid):
                grid[at[0]][at[1]] = bool(_at(grid, at))
        for at, name in (self._error_names(errors) if name_errors else dict.fromkeys(errors, "")).items():
            grid[at[0]][at[1]] = CellError(name)
        return grid

    def formulas(self) -> list[list[str]]:
        """Formulas as Excel writes them; of a constant its text, of an empty cell `""`."""
        data, formulas = self.cells.getDataArray(), self.cells.getFormulaArray()
        return [
            [_formula(formula, value) for formula, value in zip(texts, values, strict=True)]
            for texts, values in zip(formulas, data, strict=True)
        ]

    def looks(self, wanted: Collection[Position]) -> Iterator[tuple[str, bool, list[Position]]]:
        """Each look of the cells wanted: its number format, whether it is struck out, and its cells, from 0."""
        for alike in self._looks():
            cells = [at for at in self._positions_of(alike) if at in wanted]
            if cells:
                struck_out = alike.CharStrikeout not in _NOT_STRUCK_OUT
                yield self.formats.code(alike.NumberFormat), struck_out, cells

    def number_formats(self) -> list[list[str]]:
        """The codes of all cells; the calls grow with the number of different looks, not of cells."""
        return [[self.formats.code(key) for key in row] for row in self._format_keys()]

    def _format_keys(self) -> list[list[int]]:
        key = shared(self.cells, "NumberFormat")
        if key is not None:
            return [[key] * self.area.columns for _ in range(self.area.rows)]
        keys = [[0] * self.area.columns for _ in range(self.area.rows)]
        for alike in self._looks():
            key = alike.NumberFormat
            for row, column in self._positions_of(alike):
                keys[row][column] = key
        return keys

    def _looks(self) -> Iterator[Any]:
        looks = self.cells.getUniqueCellFormatRanges()
        return (looks.getByIndex(index) for index in range(looks.getCount()))

    def _kinds(self) -> list[list[Kind]]:
        return [[self.formats.kind(key) for key in row] for row in self._format_keys()]

    def _dates(self) -> Iterator[Position]:
        yield from self._positions_of(self.cells.queryContentCells(_DATE_CELLS))
        formulas = self.cells.queryFormulaCells(_FORMULAS_WITH_A_NUMBER)
        calculated = list(self._positions_of(formulas))
        if not calculated:
            return
        key = shared(formulas, "NumberFormat")
        if key is not None:
            yield from calculated if self.formats.kind(key) == "date" else ()
            return
        kinds = self._kinds()
        yield from (at for at in calculated if _at(kinds, at) == "date")

    def _booleans(self, numbers: Iterable[Position], grid: Sequence[Sequence[Any]]) -> Iterator[Position]:
        key = shared(self.cells, "NumberFormat")
        all_are = key is not None and self.formats.kind(key) == "boolean"
        # A formula may have a boolean for its result under any format; then only its look tells.
        asked = numbers if all_are else self._shown_as_truths()
        return (at for at in asked if _at(grid, at) in {0.0, 1.0})

    def _error_names(self, errors: Iterable[Position]) -> dict[Position, str]:
        # LibreOffice finds no errors by their text, so each is asked for.
        shown = {at: self.cells.getCellByPosition(at[1], at[0]).String for at in errors}
        return {at: text if text in _ERRORS else _OWN_ERRORS.get(text, "#VALUE!") for at, text in shown.items()}

    def _shown_as_truths(self) -> Iterator[Position]:
        """Cells that show TRUE or FALSE, texts too."""
        search = self.cells.createSearchDescriptor()
        search.SearchString = "^(TRUE|FALSE)$"
        search.SearchRegularExpression = True
        search.SearchType = _IN_VALUES
        found = self.cells.findAll(search)
        if found is not None:
            yield from self._positions_of(found)

    def _positions_of(self, cells: Any) -> Iterator[Position]:
        """The positions within this block, from 0, of cells of its sheet."""
        top, left = self.area.row - 1, self.area.column - 1
        for found in cells.getRangeAddresses():
            rows = range(max(found.StartRow - top, 0), min(found.EndRow - top + 1, self.area.rows))
            first, last = max(found.StartColumn - left, 0), found.EndColumn - left + 1
            yield from product(rows, range(first, min(last, self.area.columns)))

    # ------------------------------------------------------------------------------- writing

    def put_values(self, value: Any) -> None:
        """Rows of columns, or one value for all cells, as if they were typed into Excel."""
        grid = self._spread(value)
        texts: set[Position] = set()
        if any(depends_on_format(content) for row in grid for content in row):
            kinds = self._kinds()
            texts = {at for at in _positions(kinds) if _at(kinds, at) == "text"}
        self._put(
            [
                [entry(content, as_text=(row, column) in texts) for column, content in enumerate(line)]
                for row, line in enumerate(grid)
            ]
        )

    def put_formulas(self, value: Any) -> None:
        """The same, but a formula also where the cell has the format `@`."""
        self._put([[entry(content) for content in row] for row in self._spread(value)])

    def _spread(self, value: Any) -> list[list[Any]]:
        if isinstance(value, list | tuple):
            grid = [list(row) if isinstance(row, list | tuple) else [row] for row in value]
            if value and not isinstance(value[0], list | tuple):
                grid = [list(value)]
            if len(grid) != self.area.rows or any(len(row) != self.area.columns for row in grid):
                raise ValueError(f"These values do not have the shape of {self.area.address()}.")
            return grid
        if isinstance(value, str) and entry(value).formula:
            return [[moved(value, row, column) for column in range(self.area.columns)] for row in range(self.area.rows)]
        return [[value] * self.area.columns for _ in range(self.area.rows)]

    def _put(self, entries: list[list[Entry]]) -> None:
        positions = list(_positions(entries))
        numbers = [at for at in positions if isinstance(_at(entries, at).content, float)]
        plain = {at for at in numbers if _at(entries, at).format is None}
        no_longer_boolean = [at for at in self._boolean_format() if at in plain] if plain else []
        if any(_at(entries, at).formula for at in positions):
            self._put_formulas_and_numbers(entries, numbers)
        else:
            self._guarded(self.cells.setDataArray, tuple(tuple(cell.content for cell in row) for row in entries))
        self._format(no_longer_boolean, GENERAL)
        self._format([at for at in numbers if _at(entries, at).format == "boolean"], BOOLEAN_CODE)
        self._format_dates([at for at in numbers if _at(entries, at).format in {"date", "datetime"}], entries)

    def _put_formulas_and_numbers(self, entries: list[list[Entry]], numbers: list[Position]) -> None:
        texts = tuple(tuple(formula_text(cell, to_office) for cell in row) for row in entries)
        self._guarded(self.cells.setFormulaArray, texts)
        long = [at for at in numbers if not is_exact(_at(entries, at))]
        if long:
            # LibreOffice has read these from their digits; not every version gets the last one right.
            read = self.cells.getDataArray()
            for row, column in long:
                if read[row][column] != entries[row][column].content:
                    self.cells.getCellByPosition(column, row).setValue(entries[row][column].content)

    def _boolean_format(self) -> list[Position]:
        """Cells that hold a boolean now: a number would be shown as TRUE there."""
        key = shared(self.cells, "NumberFormat")
        if key is not None:
            everywhere = product(range(self.area.rows), range(self.area.columns))
            return list(everywhere) if self.formats.kind(key) == "boolean" else []
        return list(self._shown_as_truths())

    def _format_dates(self, dates: list[Position], entries: list[list[Entry]]) -> None:
        if not dates:
            return
        kinds = self._kinds()
        for format_, code in (("date", DATE_CODE), ("datetime", DATETIME_CODE)):
            self._format([at for at in dates if _at(entries, at).format == format_ and _at(kinds, at) != "date"], code)

    def _format(self, positions: list[Position], code: str) -> None:
        if positions:
            self.formats.give(self.several(positions), code)

    def several(self, positions: Iterable[Position]) -> Any:
        """Several cells of the block as one object, to give them a property at once."""
        areas = [Area(self.area.row + row, self.area.column + column, 1, 1) for row, column in positions]
        sheet = self.cells.getRangeAddress().Sheet
        return ranges_of(self.document, self.formats.calls.uno, sheet, areas, merged=True)

    def _guarded(self, put: Callable[[Any], None], grid: Any) -> None:
        try:
            put(grid)
        except UnoError as problem:
            raise self.refused(problem) from problem

    def refused(self, problem: UnoError) -> LibreOfficeError:
        """Why LibreOffice may have refused to write here."""
        if self.document.isReadonly():
            return ReadOnlyError("The book was opened read-only; nothing was written.")
        if self.cells.getSpreadsheet().isProtected():
            return ProtectedError(f"Cells of {self.area.address()} are protected; nothing was written.")
        return problem


def _formula(formula: str, value: Any) -> str:
    # Where both agree, a text only looks like a formula.
    if formula.startswith(("=", "{=")) and formula != value:
        return to_excel(formula)
    return value if isinstance(value, str) else formula


def _positions(grid: Sequence[Sequence[Any]]) -> Iterator[Position]:
    for row, line in enumerate(grid):
        for column in range(len(line)):
            yield row, column


def _at(grid: Sequence[Sequence[Any]], at: Position) -> Any:
    return grid[at[0]][at[1]]
