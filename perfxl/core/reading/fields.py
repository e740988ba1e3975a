"""One located form being read: values by field, their cells, and what there is to note about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from perfxl.core.forms.records import UNCALCULATED, Note, NoteKind, Record
from perfxl.core.grid.cells import Cell, Position, WhyUnread, address, shown
from perfxl.core.grid.numbers import Number, parse_amount, tidy
from perfxl.core.grid.text import YUAN, cut, neighbours, other_unit, squeezed, visible
from perfxl.core.reading.located import Located, LocatedTable

_ALIKE = 0.5
# A cell keeps 15 digits.
_MOST_EXACT = 1e15
_YUAN = Decimal(10_000)


class Reading:
    """Reads the fields of a form one by one; gathers addresses, typed texts and notes on the way.

    cells, typed: as in `Record`. plain: the fields whose cell holds just the number that was read.
    uncertain: those that show another number than they hold, and neither can be taken. in_yuan: amounts
    whose label says 元; they were converted.
    claimed: the positions that were read, so that the rest can be told.
    """

    def __init__(self, located: Located, project: int | None = None) -> None:
        """Begin reading. project: the number of the project this form is, None for other sheets."""
        self.located = located
        self.project = project
        self.notes: list[Note] = []
        self.cells = {key: address(at) for key, at in located.values.items()}
        self.typed: dict[str, str] = {}
        self.plain: set[str] = set()
        self.uncertain: set[str] = set()
        self.in_yuan: set[str] = set()
        self.claimed: set[Position] = {*located.labels.values(), *located.headings}
        self.claimed.update(at for key in located.values for at in located.cells_of(key))

    def note(self, kind: NoteKind, at: Position, field: str | None = None, **texts: Any) -> None:
        """Remember something about a cell. texts: more fields of the note."""
        where = {"sheet": self.located.sheet.name, "cell": address(at), "project": self.project}
        self.notes.append(Note.model_validate({"kind": kind, "field": field, **where, **texts}))

    def usable(self, key: str, at: Position | None) -> Cell | None:
        """The cell at a position if it holds something readable; else None, noting why."""
        cell = None if at is None else self.located.sheet.cells.get(at)
        if cell is None or at is None:
            return None
        if cell.error is not None:
            self.note(NoteKind.ERROR_VALUE, at, key, typed=cell.error)
            return None
        if cell.value is None:
            if cell.formula:
                self.note(NoteKind.UNCALCULATED, at, key)
            return None
        if _leaves_out(cell):
            self.note(NoteKind.NORMALISED, at, key, typed=typed_text(cell), understood=cell.text)
        return cell

    def text(self, key: str) -> str | None:
        """The text of a field, its cells one below the other; None when blank."""
        texts = [cell_text(self.usable(key, at)) for at in self.located.cells_of(key)]
        text = "\n".join(one for one in texts if one)
        if text:
            self.typed[key] = text
        return text or None

    def code(self, key: str) -> str | None:
        """A code in its normal form (no blanks, half-width, upper case), noting what was changed."""
        text = self.text(key)
        if text is None:
            return None
        at = self.located.values[key]
        cell = self.located.sheet.cells[at]
        if isinstance(cell.value, float) and abs(cell.value) >= _MOST_EXACT:
            # Its last digits are lost, whatever a format shows in their place.
            return format(cell.value, ".15g").upper()
        code = squeezed(text).upper()
        if code != typed_text(cell) and not isinstance(cell.value, int | float):
            self.note(NoteKind.NORMALISED, at, key, typed=typed_text(cell), understood=code)
        return code

    def amount(self, key: str) -> Decimal | None:
        """An amount in 万元, None when blank or unreadable (then `typed` has the text)."""
        cell = self.usable(key, self.located.values.get(key))
        if cell is None:
            self.keep_unusable(key)
            return None
        number = parse_amount(cell)
        label = self.located.labels.get(key)
        says_yuan = label is not None and other_unit(self.located.sheet.text(label)) == YUAN
        if number is not None and number.value is not None and says_yuan:
            self.in_yuan.add(key)
            value = tidy(number.value / _YUAN)
            number = Number(value, plain=False, understood=f"{shown(value)} 万元")
        return self.take(key, cell, number)

    def keep_unusable(self, key: str) -> None:
        """Remember that a cell is not blank, though nothing can be read from it."""
        cell = self.located.cell(key)
        if cell is not None:
            self.typed[key] = cell.text or UNCALCULATED

    def take(self, key: str, cell: Cell, number: Number | None) -> Decimal | None:
        """The value of a parsed number, noting what was understood. `—` or `无` counts as blank."""
        if number is None or number.value is not None or number.stored is not None:
            # A number that its format hides is there all the same.
            self.typed[key] = cell_text(cell) or (number.stored if number is not None else None) or ""
        if number is None:
            return None
        self.note_number(key, self.located.values[key], cell, number)
        if number.plain:
            self.plain.add(key)
        return number.value

    def note_number(self, key: str, at: Position, cell: Cell, number: Number) -> None:
        """Remember how a number was understood, or that what is shown is another number than what is stored."""
        if number.stored is not None:
            understood = "" if number.value is None else shown(number.value)
            texts = {"typed": cell.text, "stored": number.stored, "understood": understood}
            self.note(NoteKind.SHOWN_OTHERWISE, at, key, **texts)
            if number.value is None:
                self.uncertain.add(key)
        elif number.understood is not None:
            self.note(NoteKind.NORMALISED, at, key, typed=typed_text(cell), understood=number.understood)

    def figure(self, key: str) -> Decimal | None:
        """A computed figure as it is shown, without a note: None when blank or no number."""
        cell = self.located.cell(key)
        number = None if cell is None or cell.error else parse_amount(cell)
        return None if number is None else number.value

    def rows(self, table_key: str) -> Iterator[RowReading]:
        """The rows of a table that hold anything, top down."""
        table = self.located.tables.get(table_key)
        if table is not None:
            for row in table.rows:
                yield RowReading(self, table, row)

    def note_missing_labels(self) -> None:
        """One note per label or column heading that the form must have and does not show."""
        located = self.located
        anchor = min([*located.labels.values(), *(at for t in located.tables.values() for at in t.cells.values())])
        missing = {f.key: f.label for f in located.form.fields if not f.optional and f.key not in located.values}
        for caption in located.form.captions:
            members = [f.key for f in located.form.fields if f.group == caption.key]
            if all(key in missing for key in members):
                # The whole block is gone: one fault, not four.
                missing = {key: label for key, label in missing.items() if key not in members}
                missing[caption.key] = caption.label
        for key, label in missing.items():
            self._note_missing(anchor, key, label)
        for table in located.form.tables:
            found = located.tables.get(table.key)
            for column in table.columns:
                if not column.optional and (found is None or column.key not in found.cells):
                    self._note_missing(anchor, f"{table.key}.{column.key}", column.label)

    def is_another_form(self) -> bool:
        """Whether none of the labels is there that tell this form from the others of its family."""
        own = self.located.form.own_labels
        return bool(own) and self.located.labels.keys().isdisjoint(own)

    def note_another_form(self) -> None:
        """One note for a form that nothing here describes, with the labels that were recognised."""
        located = self.located
        places = sorted((at, located.form.label(key)) for key, at in located.labels.items())
        columns = [
            (at, table.table.column(key).label) for table in located.tables.values() for key, at in table.cells.items()
        ]
        known = [*places, *sorted(columns)]
        self.note(NoteKind.ANOTHER_FORM, known[0][0], typed="、".join(label for _, label in known))

    def _note_missing(self, anchor: Position, key: str, label: str) -> None:
        located, sheet = self.located, self.located.sheet
        near = [
            (neighbours(label, cell.text), address((row, column)), cell.text)
            for (row, column), cell in sheet.cells.items()
            if located.first <= row <= located.last
            and (row, column) not in self.claimed
            and isinstance(cell.value, str)
            and len(cell.value) <= 2 * len(label) + 2
        ]
        alike, where, text = max(near, default=(0.0, "", ""))
        hint = f"{where}“{cut(text, 20)}”" if alike >= _ALIKE else None
        self.note(NoteKind.MISSING_LABEL, anchor, key, typed=label, near=hint)

    def note_unclaimed(self) -> None:
        """One note per filled cell inside the form's area that nothing was read from, seen or not."""
        located = self.located
        tables = sorted(located.tables.values(), key=lambda table: -table.header)
        read = {row for table in tables for row in table.rows}
        columns = [column for _, column in self.claimed]
        columns += [column for table in tables for one in table.unknown for column in (one.first, one.last)]
        left, right = min(columns), max(columns)
        self._note_unread(left, right)
        for row in located.sheet.rows_between(located.first, located.last):
            table = next((one for one in tables if one.header <= row), None)
            if table is not None and row not in read:
                # Headers, those that a page break repeats too.
                continue
            for column, cell in located.sheet.row(row):
                text = cell.text
                if not left <= column <= right or (row, column) in self.claimed or not text:
                    continue
                unknown = table.unknown_at(column) if table is not None else None
                if unknown is None:
                    self.note(NoteKind.UNCLAIMED, (row, column), typed=text)
                elif not unknown.counts and text != unknown.header:
                    self.note(NoteKind.UNKNOWN_COLUMN, (row, column), typed=text, header=unknown.header)

    def _note_unread(self, left: int, right: int) -> None:
        first = min([self.located.first, *self.located.head])
        for at, cell, why in self.located.sheet.lost():
            if first <= at[0] <= self.located.last and left <= at[1] <= right:
                text = "" if why is WhyUnread.PICTURE else cell.text
                self.note(NoteKind.UNREAD, at, typed=text, header=why.value)


class RowReading:
    """One row of a table being read."""

    def __init__(self, reading: Reading, table: LocatedTable, row: int) -> None:
        """Begin reading a row of a table."""
        self.reading = reading
        self.sheet = reading.located.sheet.name
        self.number = row
        self.table = table.table.key
        self.places = {key: table.at(reading.located.sheet, row, key) for key in table.spans}
        self.cells = {key: address(at) for key, at in self.places.items()}
        self.typed = {
            key: text for key, at in self.places.items() if (text := cell_text(reading.located.sheet.cells.get(at)))
        }

    def claim(self) -> None:
        """The row is read: its cells are accounted for."""
        self.reading.claimed.update(self.places.values())

    def usable(self, key: str) -> Cell | None:
        """The cell of a column if it holds something readable; else None, noting why."""
        return self.reading.usable(f"{self.table}.{key}", self.places.get(key))

    def text(self, key: str) -> str | None:
        """The text of a column, None when blank or unreadable."""
        return cell_text(self.usable(key)) or None

    def texts(self, *keys: str) -> dict[str, str | None]:
        """Several columns at once."""
        return {key: self.text(key) for key in keys}


def other_texts(record: type[Record], texts: Mapping[str, str | None]) -> dict[str, str]:
    """Those of the texts of a row that its record has no field for."""
    return {key: text for key, text in texts.items() if text and key not in record.model_fields}


def cell_text(cell: Cell | None) -> str:
    """A cell as a person sees it. `""` when blank or an error."""
    return "" if cell is None or cell.error is not None else cell.text


def typed_text(cell: Cell) -> str:
    """What was typed, blanks at the ends and what nobody sees included: they may be what was understood."""
    return cell.value if isinstance(cell.value, str) else cell_text(cell)


def _leaves_out(cell: Cell) -> bool:
    """Whether something that one sees is not meant any more: a part that is struck out."""
    seen = cell.shown
    return isinstance(cell.value, str) and seen is not None and len(seen) < len(visible(cell.value))
