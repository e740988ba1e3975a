"""The 自检 line at the top of a form: what is still missing, said by short formulas, without macros.

Each item has the words it shows, the Excel condition under which it shows them, and the same condition in
Python: a formula's cached value must be what Excel will calculate. Beside each row of the form two hidden
cells say what is missing in it and what is doubtful; the line puts them together. They are copied with the
sheet, and move with the rows that people insert.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Category, Framework
from perfxl.core.forms.parts import Field, Form, Kind
from perfxl.core.forms.placement import TablePlace, table_places
from perfxl.core.forms.records import FormRecord, Record
from perfxl.core.grid.cells import Area, column_letters
from perfxl.core.grid.numbers import NOTHING
from perfxl.core.grid.text import quoted

DONE = "自检：必填内容已填写"
BEGINS = "自检："
MISSING = "还缺 "
DOUBTFUL = "请核对 "
BROKEN = "自检：表中有错误值，请先更正"

# What the cells beside the form begin with: readers know them by it.
_HELPS = "自检"
# A real text may well contain the placeholder's words; the placeholder alone is this short.
_MORE_THAN_PLACEHOLDER = 6
# Three times 33.33 % is a full plan: a hundredth of a percent either way, and room for floats.
_PLAN_TOLERANCE = Decimal("0.015")
HALF_CENT = Decimal("0.005")
LONGEST = 999

Applies: TypeAlias = Callable[[FormRecord], bool]


@dataclass(frozen=True)
class Item:
    """One thing the line may say.

    row: beside which it stands. text: the words. missing: it is not filled in (else: filled in, but not right).
    formula: the Excel condition, without `=`. applies: the same on a record made for the same cells.
    """

    row: int
    text: str
    missing: bool
    formula: str
    applies: Applies


@dataclass(frozen=True)
class Helper:
    """A cell beside the form: its formula, without `=`, and what it gives."""

    cell: str
    formula: str
    text: str


@dataclass(frozen=True)
class SelfCheck:
    """The line, and the cells that it stands on, in the two columns right of the form. columns: their letters."""

    formula: str
    text: str
    helpers: tuple[Helper, ...]
    columns: tuple[str, str]


def self_check(record: FormRecord, framework: Framework, first_column: int) -> SelfCheck:
    """The 自检 of a form. first_column: of the sheet, for the first of the two helping columns."""
    items = form_items(record, framework)
    top = Area.of(record.form.blank.self_check or "A1").top
    columns = column_letters(first_column), column_letters(first_column + 1)
    helpers: list[Helper] = []
    whole = []
    for letters, missing in zip(columns, (True, False), strict=True):
        own = [item for item in items if item.missing is missing]
        rows = list(dict.fromkeys(item.row for item in own))
        helpers += (_helper(f"{letters}{row}", [i for i in own if i.row == row], record) for row in rows)
        joined = "&".join(f"{letters}{row}" for row in rows) or '""'
        text = "".join(f"{_HELPS}、{item.text}" for item in own if item.applies(record))
        whole.append(Helper(f"{letters}{top}", joined, text))
    return SelfCheck(_line(*(one.cell for one in whole)), self_check_text(items, record), (*whole, *helpers), columns)


def _helper(cell: str, items: Sequence[Item], record: FormRecord) -> Helper:
    formula = "&".join(f'IF({item.formula},"{_HELPS}、{item.text}","")' for item in items)
    text = "".join(f"{_HELPS}、{item.text}" for item in items if item.applies(record))
    return Helper(cell, formula, text)


def _line(missing: str, doubtful: str) -> str:
    """Only functions that Excel 2007 knows."""
    # What each row says, without the mark that it begins with and without the first comma.
    said, asked = (f'MID(SUBSTITUTE({cell},"{_HELPS}",""),2,{LONGEST})' for cell in (missing, doubtful))
    first = f'IF({missing}="","","{MISSING}"&{said})'
    between = f'IF({missing}="","","；")&"{DOUBTFUL}"&{asked}'
    second = f'IF({doubtful}="","",{between})'
    return f'IFERROR(IF({missing}&{doubtful}="","{DONE}","{BEGINS}"&{first}&{second}),"{BROKEN}")'


def self_check_text(items: Sequence[Item], record: FormRecord) -> str:
    """What the line gives for a record."""
    missing = "、".join(item.text for item in items if item.missing and item.applies(record))
    doubtful = "、".join(item.text for item in items if not item.missing and item.applies(record))
    parts = [part for part in (missing and MISSING + missing, doubtful and DOUBTFUL + doubtful) if part]
    return BEGINS + "；".join(parts) if parts else DONE


# --------------------------------------------------------------------------------------- the items


def form_items(record: FormRecord, framework: Framework) -> tuple[Item, ...]:
    """What the line of a form looks at, in the order of the form."""
    form = blank_form(record.form, weights=framework.weights)
    fields = (item for field in form.fields for item in _field_items(field, form))
    top = Area.of(form.blank.title or "A1").top
    places = table_places(record, framework).values()
    return (*fields, *(item for place in places for item in _table_items(place, framework, top)))


def _field_items(field: Field, form: Form) -> Iterator[Item]:
    key, cell, row = field.key, _at(field), field.value.top
    if field.formula is not None:
        return
    if field.kind is Kind.PERCENT:
        group = [other for other in form.fields if other.kind is Kind.PERCENT and other.group == field.group]
        if field is group[0] and field.required:
            yield from _plan_items(group, form)
        return
    if field.kind is Kind.AMOUNT:
        yield from _amount_items(field, form)
    elif field.required:
        empty = f"LEN(TRIM({cell}))=0"
        yield Item(row, field.label, True, empty, lambda record: _is_blank(record.value(key)))
    if field.length is not None:
        yield Item(
            row,
            f"{field.label}（应为 {field.length} 位）",
            False,
            f"AND(LEN(TRIM({cell}))>0,LEN(TRIM({cell}))<>{field.length})",
            lambda record: len(trim(record.value(key))) not in (0, field.length),
        )
    if field.placeholder is not None:
        yield _placeholder_item(field, field.placeholder)


def _placeholder_item(field: Field, placeholder: str) -> Item:
    cell, longest = _at(field), len(placeholder) + _MORE_THAN_PLACEHOLDER

    def applies(record: FormRecord) -> bool:
        text = str(record.value(field.key) or "")
        return placeholder in text and len(trim(text)) <= longest

    return Item(
        field.value.top,
        f"{field.label}（仍是模板文字“{placeholder}”）",
        False,
        f"AND(ISNUMBER(FIND({quoted(placeholder)},{cell})),LEN(TRIM({cell}))<={longest})",
        applies,
    )


_SOURCES = ("fiscal_funds", "other_funds")


def _amount_items(field: Field, form: Form) -> Iterator[Item]:
    key, cell, row = field.key, _at(field), field.value.top
    label = field.label.rpartition("：")[2]
    if field.required:
        yield Item(row, label, True, f"COUNT({cell})=0", lambda record: record.value(key) is None)
    if key == "total_budget" and all(map(form.has, _SOURCES)):
        sources = ",".join(_at(form.field(source)) for source in _SOURCES)
        yield Item(
            row,
            f"{label}（应等于财政资金加其他资金）",
            False,
            # SUM passes over texts, a minus sign would not.
            f"AND(COUNT({cell})=1,ABS(SUM({cell})-SUM({sources}))>={HALF_CENT})",
            _sources_differ,
        )
    if key in _SOURCES:
        # A source that holds a text: no sum counts it. A blank one and a dash are nothing.
        nothing = f"||{'|'.join(NOTHING)}|"
        yield Item(
            row,
            f"{label}（应为数字）",
            False,
            f'AND(COUNT({cell})=0,NOT(ISNUMBER(FIND("|"&TRIM({cell})&"|","{nothing}"))))',
            lambda record: record.value(key) is None and bool(record.typed.get(key)),
        )


def _sources_differ(record: FormRecord) -> bool:
    total, *sources = (record.value(key) for key in ("total_budget", *_SOURCES))
    if not isinstance(total, Decimal):
        return False
    return abs(total - sum((v for v in sources if isinstance(v, Decimal)), Decimal(0))) >= HALF_CENT


def _plan_items(group: Sequence[Field], form: Form) -> Iterator[Item]:
    cells = [_at(field) for field in group]
    every, last = ",".join(cells), cells[-1]
    caption = next((one.label for one in form.captions if one.key == group[0].group), group[0].label)
    label, row = caption.partition("（")[0], group[0].value.top
    # Cells hold 0.5 for 50 %; a pasted 50 means the same. Texts are left to the full check.
    gap = f"ABS(SUM({every})-{{0}})>{{1}}"
    end = f"ABS(SUM({last})-{{0}})>{{1}}"
    wrong = ",".join(
        part.format(hundred, margin)
        for hundred, margin in ((1, _PLAN_TOLERANCE / 100), (100, _PLAN_TOLERANCE))
        for part in (gap, end)
    )

    def shares(record: FormRecord) -> list[Decimal | None]:
        values = (record.value(field.key) for field in group)
        return [value if isinstance(value, Decimal) else None for value in values]

    def is_empty(record: FormRecord) -> bool:
        return all(share is None for share in shares(record))

    yield Item(row, label, True, f"COUNTA({every})=0", is_empty)
    yield Item(
        row,
        f"{label}（四期合计或 {group[-1].label}应为 100%）",
        False,
        f"AND(COUNT({every})>0,COUNT({every})=COUNTA({every}),{wrong})",
        lambda record: _falls_short(shares(record)),
    )


def _falls_short(shares: Sequence[Decimal | None]) -> bool:
    values = [value for value in shares if value is not None]
    reached = (sum(values, Decimal(0)), shares[-1] or Decimal(0))
    return bool(values) and all(abs(figure - 100) > _PLAN_TOLERANCE for figure in reached)


def _table_items(place: TablePlace, framework: Framework, row: int) -> Iterator[Item]:
    """row: the one that people insert nothing above."""
    keys = {column.key for column in place.table.columns}
    if {"category", "name"} <= keys:
        yield from (_category_item(one, place, row) for one in framework.categories if one.required)
    elif place.table.required:
        yield _table_item(place, row)
    if {"name", "target"} <= keys:
        yield from _row_items(place, row)


def _table_item(place: TablePlace, row: int) -> Item:
    key = place.naming
    caption = place.table.caption or place.table.column(key).label
    return Item(
        row,
        caption.rpartition("、")[2],
        True,
        f"SUMPRODUCT({_filled_rows(place.fixed(key))}*1)=0",
        lambda record: all(_is_blank(one.value(key)) for one in record.rows(place.table.key)),
    )


def _category_item(category: Category, place: TablePlace, row: int) -> Item:
    # A bracket at both ends: `产出指标（50分）` is 产出指标, and so is `产出指标`.
    spellings = [f"（{spelling}（" for spelling in (category.name, *category.aliases)]
    cells = f'"（"&SUBSTITUTE(TRIM({place.fixed("category")}),"(","（")&"（"'
    is_one = "+".join(f'ISNUMBER(FIND("{spelling}",{cells}))' for spelling in spellings)

    def is_of_it(one: Record) -> bool:
        written = f"（{trim(one.value('category')).replace('(', '（')}（"
        return any(spelling in written for spelling in spellings) and not _is_blank(one.value("name"))

    return Item(
        row,
        category.name,
        True,
        f"SUMPRODUCT(({is_one})*{_filled_rows(place.fixed('name'))})=0",
        lambda record: not any(map(is_of_it, record.rows(place.table.key))),
    )


def _row_items(place: TablePlace, row: int) -> Iterator[Item]:
    key = place.table.key
    name_label, target_label = place.table.column("name").label, place.table.column("target").label
    name, target = place.fixed("name"), place.fixed("target")
    known = [column.key for column in place.table.columns]
    contents = [one for one in ("definition", "target", "target_basis") if one in known]
    filled = "+".join(_filled_rows(place.fixed(one)) for one in contents)

    def has_content(one: Record) -> bool:
        return not all(_is_blank(one.value(content)) for content in contents)

    yield Item(
        row,
        f"{target_label}（有的{name_label}没有填）",
        False,
        f"SUMPRODUCT({_filled_rows(name)}*{_empty_rows(target)})>0",
        lambda record: any(
            not _is_blank(one.value("name")) and _is_blank(one.value("target")) for one in record.rows(key)
        ),
    )
    yield Item(
        row,
        f"{name_label}（有的行只填了{target_label}等内容）",
        False,
        f"SUMPRODUCT({_empty_rows(name)}*(({filled})>0))>0",
        lambda record: any(_is_blank(one.value("name")) and has_content(one) for one in record.rows(key)),
    )


# ------------------------------------------------------------------------- Excel's words and ours


def _at(field: Field) -> str:
    row, column = field.value.first
    return f"${column_letters(column)}${row}"


def _filled_rows(cells: str) -> str:
    return f"(LEN(TRIM({cells}))>0)"


def _empty_rows(cells: str) -> str:
    return f"(LEN(TRIM({cells}))=0)"


def trim(value: object) -> str:
    """As Excel's TRIM does: half-width blanks only, several inside become one."""
    return " ".join(part for part in str(value or "").split(" ") if part)


def _is_blank(value: object) -> bool:
    return not trim(value)
