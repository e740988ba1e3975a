"""What a form is made of: labelled fields, captions and tables, each with its place in the template.

A field has its label as printed, the other ways people write it, its place in the blank template, and
what a person is told when filling it in. `layout` holds the forms themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from perfxl.core.cells import Area
from perfxl.core.text import label_key


class Kind(Enum):
    """How a value is read, checked on entry and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    AMOUNT = "amount"
    PERCENT = "percent"
    NUMBER = "number"
    YEAR = "year"


class At(Enum):
    """Where the value lies, seen from its label."""

    RIGHT = "right"
    BELOW = "below"


@dataclass(frozen=True)
class Field:
    """A labelled value.

    key: its name in the model (`spending_plan.0` for one of several). label_area, value_area: its
    place in the blank template. group: the key of the field or caption in whose rows it lies.
    optional: a form without this label is complete all the same.
    """

    key: str
    label: str
    label_area: str
    value_area: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    at: At = At.RIGHT
    group: str | None = None
    optional: bool = False
    formula: str | None = None
    hint: str = ""

    @property
    def value(self) -> Area:
        """The template's cells for the value."""
        return Area.of(self.value_area)


@dataclass(frozen=True)
class Caption:
    """A label without a value of its own: it spans the rows of the fields of its group."""

    key: str
    label: str
    label_area: str
    aliases: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table. area: its columns in the template, `A` or `D:E`."""

    key: str
    label: str
    area: str
    width: float
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    optional: bool = False
    hint: str = ""

    @property
    def first(self) -> str:
        """The first column letter."""
        return self.area.partition(":")[0]

    @property
    def last(self) -> str:
        """The last column letter."""
        return self.area.rpartition(":")[2]


@dataclass(frozen=True)
class Table:
    """A table found by its header. It ends where the form ends, never after a count of rows.

    caption: the heading above the table, where there is one. key: the model field it fills.
    """

    key: str
    header_row: int
    columns: tuple[Column, ...]
    caption: str | None = None

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Every spelling of a header, as `label_key` → the column's key."""
        return {
            label_key(text): column.key for column in self.columns for text in (*column.aliases, column.label)
        }

    def column(self, key: str) -> Column:
        """The column that fills a field of the record. StopIteration is a mistake of the program."""
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True)
class Form:
    """One kind of sheet. footers: texts that begin what stands below a form and is no part of it."""

    name: str
    fields: tuple[Field, ...]
    captions: tuple[Caption, ...] = ()
    tables: tuple[Table, ...] = ()
    footers: tuple[str, ...] = ()
    widths: tuple[float, ...] = field(default=())

    def field(self, key: str) -> Field:
        """The field of that key. StopIteration is a mistake of the program."""
        return next(found for found in self.fields if found.key == key)

    @property
    def labels(self) -> tuple[Field | Caption, ...]:
        """Everything that stands as a label on the form, outside table headers."""
        return (*self.fields, *self.captions)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Every spelling of a label, as `label_key` → the field's key."""
        return {label_key(text): named.key for named in self.labels for text in (*named.aliases, named.label)}

    def label(self, key: str) -> str:
        """What the form calls a field, or a column (`indicators.target`); the key itself if unknown."""
        for named in self.labels:
            if named.key == key:
                return named.label
        for table in self.tables:
            for column in table.columns:
                if f"{table.key}.{column.key}" == key:
                    return column.label
        return key
