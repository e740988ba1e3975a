"""What a form is made of: labelled fields, captions and tables, each with its place in the blank sheet.

A form is data: a file in `perfxl/data/forms`, or one that a bureau wrote. What its keys mean stands in
docs/forms.md. Whoever reads, draws, checks or sums up a sheet asks its form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Default

from perfxl.core.forms.vocabulary import misnamed
from perfxl.core.grid.cells import Area, column_number
from perfxl.core.grid.text import label_key

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}(\.[a-z0-9_]{1,40})?$")]
# No characters that no cell may hold.
Text = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
# A hint on entry may have so many characters in Excel.
Hint = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
# In characters, and in points: as much as Excel takes.
Width = Annotated[float, Default(gt=0, le=255, allow_inf_nan=False)]
Height = Annotated[float, Default(ge=0, le=409, allow_inf_nan=False)]
Cells = Annotated[str, StringConstraints(pattern=r"^([A-Z]{1,2}[1-9][0-9]{0,3}(:[A-Z]{1,2}[1-9][0-9]{0,3})?)?$")]
Columns = Annotated[str, StringConstraints(pattern=r"^([A-Z]{1,2}(:[A-Z]{1,2})?)?$")]


class Kind(StrEnum):
    """How a value is read, checked on entry and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    AMOUNT = "amount"
    PERCENT = "percent"
    NUMBER = "number"
    YEAR = "year"


class At(StrEnum):
    """Where the value lies, seen from its label."""

    RIGHT = "right"
    BELOW = "below"


# A column that only counts the rows: it says nothing.
COUNTING = "number"
AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")
# The fields that rules and sums know, where they are no plain texts: every form has them of this kind.
STANDARD_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys((*AMOUNTS, "declared_total"), Kind.AMOUNT),
    **{f"spending_plan.{number}": Kind.PERCENT for number in range(4)},
    "year": Kind.YEAR,
    "indicators.weight": Kind.NUMBER,
}
_TEXTS = {Kind.TEXT, Kind.LONG_TEXT, Kind.CODE}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Part):
    """A labelled value.

    key: its name in the record (`spending_plan.0` for one of several). label_at, value_at: its place in
    the blank sheet; without one it gets a row of its own. group: the caption or field in whose rows it
    lies. optional: a sheet without this label is complete all the same. required: it must be filled in.
    length: how many characters a code has. formula: the field whose sum over all projects it shows.
    placeholder: what a blank form says in its place, often left standing. height, blank_height: of its row
    at least, in points; the second while it is blank; 0 for the usual one.
    """

    key: Key
    label: Text
    kind: Kind = Kind.TEXT
    aliases: tuple[Text, ...] = ()
    value_is: At = At.RIGHT
    group: Key | None = None
    required: bool = False
    optional: bool = False
    length: Annotated[int, Default(ge=1)] | None = None
    formula: Key | None = None
    placeholder: Text | None = None
    hint: Hint = ""
    label_at: Cells = ""
    value_at: Cells = ""
    height: Height = 0
    blank_height: Height = 0

    @cached_property
    def value(self) -> Area:
        """The blank sheet's cells for the value."""
        return Area.of(self.value_at)


class Caption(_Part):
    """A label without a value of its own: it spans the rows of the fields of its group."""

    key: Key
    label: Text
    aliases: tuple[Text, ...] = ()
    optional: bool = False
    label_at: Cells = ""


class Column(_Part):
    """A column of a table. at: its columns in the blank sheet, `A` or `D:E`; `""` where it has none there.

    at_with_weights: the same in a framework whose indicators have weights.
    """

    key: Key
    label: Text
    kind: Kind = Kind.TEXT
    aliases: tuple[Text, ...] = ()
    optional: bool = False
    hint: Hint = ""
    at: Columns = ""
    at_with_weights: Columns = ""
    width: Annotated[float, Default(ge=0, le=255, allow_inf_nan=False)] = 0

    @property
    def first(self) -> str:
        """The first column letter."""
        return self.at.partition(":")[0]

    @property
    def last(self) -> str:
        """The last column letter."""
        return self.at.rpartition(":")[2]


class Table(_Part):
    """A table found by its header. It ends where the form ends, never after a count of rows.

    caption: the heading above the table, where there is one. key: the field of the record that it fills.
    blank_rows: how many rows the blank sheet has. usual: the names that a blank sheet has in them.
    required: one row at least must be filled in.
    header_row: of the header in the blank sheet. header_height, row_height: in points; blank_row_height,
    blank_merged_height: of a row that is still blank, and where a merged cell of it is; 0 for the same.
    """

    key: Key
    columns: tuple[Column, ...] = Default(min_length=1)
    caption: Text | None = None
    blank_rows: int = Default(5, ge=1, le=200)
    usual: tuple[Text, ...] = ()
    required: bool = False
    header_row: int = 0
    header_height: Height = 24
    row_height: Height = 32
    blank_row_height: Height = 0
    blank_merged_height: Height = 0

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Every spelling of a header, as `label_key` → the column's key."""
        return _spellings(self.columns)

    def column(self, key: str) -> Column:
        """The column that fills a field of the record. StopIteration is a mistake of the program."""
        return next(column for column in self.columns if column.key == key)


class BlankSheet(_Part):
    """What the blank sheet has besides fields and tables. widths: of its columns, in characters.

    self_check, title, unit_line, unit_of_account, note: where these stand; `""` for nowhere.
    """

    widths: tuple[Width, ...] = ()
    self_check: Cells = ""
    title: Cells = ""
    unit_line: Cells = ""
    unit_of_account: Cells = ""
    note: Cells = ""


class Form(_Part):
    """One kind of sheet.

    subject: what a sheet of it is about. title_ends: how its titles end, the one to write first. footers:
    texts that begin what stands below a form and is no part of it. own_labels: without all of these it
    is another form of the family. usual: it is the one for its subject where nobody names another.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
    name: Text
    subject: Literal["cover", "department", "project"]
    step: Literal["goals", "review", "monitoring", "evaluation"] = "goals"
    version: int = Default(1, ge=1)
    source: Text
    usual: bool = False
    unit_of_account: Literal["万元", "元"] = "万元"
    title_ends: tuple[Text, ...] = ()
    footers: tuple[Text, ...] = ()
    own_labels: tuple[Key, ...] = ()
    blank: BlankSheet = BlankSheet()
    fields: tuple[Field, ...] = Default(min_length=1)
    captions: tuple[Caption, ...] = ()
    tables: tuple[Table, ...] = ()

    def __hash__(self) -> int:
        # Forms are asked for thousands of times; all their parts would be added up each time.
        return hash((self.id, self.version))

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        faults = list(_faults(self))
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def repeats(self) -> bool:
        """Whether a workbook has many of them, also several on one sheet."""
        return self.subject == "project"

    @property
    def counted_in(self) -> str:
        """What the form says of its unit of account: `单位：万元`."""
        return f"单位：{self.unit_of_account}"

    @property
    def widths(self) -> tuple[float, ...]:
        """The widths of the blank sheet's columns, in characters."""
        return self.blank.widths

    def width(self, area: Area) -> float:
        """How wide an area of the blank sheet is."""
        return sum(self.widths[area.left - 1 : area.right])

    def field(self, key: str) -> Field:
        """The field of that key. StopIteration is a mistake of the program."""
        return next(found for found in self.fields if found.key == key)

    def table(self, key: str) -> Table | None:
        """The table of that key, None where the form has none."""
        return next((found for found in self.tables if found.key == key), None)

    def has(self, key: str) -> bool:
        """Whether it has a field or a table of that name; `spending_plan` where it has one of the four."""
        return key in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        keys = [*(field.key for field in self.fields), *(table.key for table in self.tables)]
        return frozenset((*keys, *(key.partition(".")[0] for key in keys)))

    @property
    def labels(self) -> tuple[Field | Caption, ...]:
        """Everything that stands as a label on the form, outside table headers."""
        return (*self.fields, *self.captions)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Every spelling of a label, as `label_key` → the field's key."""
        return _spellings(self.labels)

    @cached_property
    def _called(self) -> Mapping[str, str]:
        columns = {f"{table.key}.{one.key}": one.label for table in self.tables for one in table.columns}
        return columns | {named.key: named.label for named in self.labels}

    def label(self, key: str) -> str:
        """What the form calls a field, or a column (`indicators.target`); the key itself if unknown."""
        return self._called.get(key, key)


def _spellings(named: Iterable[Field | Caption | Column]) -> dict[str, str]:
    return {label_key(text): one.key for one in named for text in (*one.aliases, one.label)}


# --------------------------------------------------------------------------------- what must agree


def _faults(form: Form) -> Iterable[str]:
    """What a form's parts say against each other, as sentences with the words that stand in the file."""
    yield from _twice((one.key for one in form.labels), "key“{}”用了两次")
    yield from _twice((table.key for table in form.tables), "表格的 key“{}”用了两次")
    yield from _twice_spelt(form.labels)
    for table in form.tables:
        yield from _twice((one.key for one in table.columns), f"表格“{table.key}”中 key“{{}}”用了两次")
        yield from _twice_spelt(table.columns)
    known = {one.key for one in form.labels}
    for field in form.fields:
        if field.group is not None and field.group not in known:
            yield f"“{field.label}”的 group“{field.group}”不是本表的 key"
        if field.formula is not None and STANDARD_KINDS.get(field.formula) is not Kind.AMOUNT:
            yield f"“{field.label}”的 formula 应为金额栏目，如 total_budget"
        yield from _wrong_kind(field.key, field)
    for table in form.tables:
        for column in table.columns:
            yield from _wrong_kind(f"{table.key}.{column.key}", column)
    for key in form.own_labels:
        if key not in known:
            yield f"own_labels 中的“{key}”不是本表的 key"
    yield from misnamed(
        form.subject,
        [one.key for one in form.fields],
        [table.key for table in form.tables],
        [column.key for table in form.tables for column in table.columns],
    )
    yield from _misplaced(form)


def _misplaced(form: Form) -> Iterable[str]:
    """Places in the blank sheet at which a reader would not find the value, or where two things would stand."""
    for field in form.fields:
        if bool(field.label_at) != bool(field.value_at):
            yield f"“{field.label}”的 label_at 和 value_at 只写了一个，要么都写，要么都不写"
        elif field.label_at and not _beside(field):
            where = "右边" if field.value_is is At.RIGHT else "下一行"
            yield f"“{field.label}”的 value_at（{field.value_at}）应在 label_at（{field.label_at}）的{where}"
    heads = ("self_check", "title", "unit_line", "unit_of_account", "note")
    named = [("blank", head, getattr(form.blank, head)) for head in heads]
    named += [(one.label, "label_at", one.label_at) for one in form.labels]
    named += [(one.label, "value_at", one.value_at) for one in form.fields]
    areas = [(f"“{name}”的 {what}（{area}）", Area.of(area)) for name, what, area in named if area]
    yield from (
        f"{one}应从左上写到右下：{area}" for one, area in areas if f"（{area}）" not in one and not area.is_cell
    )
    for (one, first), (other, second) in combinations(areas, 2):
        if first.overlaps(second):
            yield f"{one}和{other}重叠"
    for table in form.tables:
        for weights in (False, True):
            taken = [(column.label, column.at) for column in with_weights(table.columns, weights=weights)]
            # A row of a sheet is enough to see which columns meet.
            row = [(f"“{name}”的栏目（{at}）", Area.of(at.replace(":", "1:") + "1")) for name, at in taken]
            areas += row
            yield from (
                f"表格“{table.key}”中{one}和{other}重叠"
                for (one, first), (other, second) in combinations(row, 2)
                if first.overlaps(second)
            )
    for one, area in dict(areas).items():
        if form.widths and area.right > len(form.widths):
            yield f"{one}超出了 widths 写明的 {len(form.widths)} 栏"


def _beside(field: Field) -> bool:
    label, value = Area.of(field.label_at), field.value
    if field.value_is is At.RIGHT:
        return label.top <= value.top <= label.bottom and value.left > label.right
    return value.top == label.bottom + 1 and value.left <= label.right and label.left <= value.right


def _twice(keys: Iterable[str], fault: str) -> Iterable[str]:
    return (fault.format(key) for key, number in Counter(keys).items() if number > 1)


def _twice_spelt(named: Iterable[Field | Caption | Column]) -> Iterable[str]:
    """One spelling that two labels have: nobody could tell which of them a sheet means."""
    first: dict[str, str] = {}
    for one in named:
        for text in {label_key(text): text for text in (one.label, *one.aliases)}.values():
            if first.setdefault(label_key(text), one.key) != one.key:
                yield f"名称“{text}”用了两次（{first[label_key(text)]} 和 {one.key}）"


def _wrong_kind(key: str, one: Field | Column) -> Iterable[str]:
    kind = STANDARD_KINDS.get(key)
    if kind is not None and one.kind is not kind:
        yield f"“{one.label}”（{one.key}）的 kind 应为 {kind}"


def last_column(columns: Iterable[Column]) -> int:
    """The last sheet column of a table in the blank sheet."""
    return max((column_number(column.last) for column in columns if column.at), default=1)


def with_weights(columns: Iterable[Column], *, weights: bool) -> tuple[Column, ...]:
    """The columns that the blank sheet of a framework has, at their places in it."""
    if not weights:
        return tuple(column for column in columns if column.at)
    moved = (one.model_copy(update={"at": one.at_with_weights or one.at}) for one in columns)
    return tuple(one for one in moved if one.at)
