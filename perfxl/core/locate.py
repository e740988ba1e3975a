"""Where on a sheet a form's fields and tables lie: found by label, never by address.

People insert rows, paste forms below each other, rename sheets. So the labels of `layout` are
looked up wherever they are, and each value is found from its label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from perfxl.core.cells import Cell, Position, Sheet
from perfxl.core.form import At, Form, Kind, Table
from perfxl.core.layout import TITLE_ENDS, UNIT_OF_ACCOUNT
from perfxl.core.text import label_key, squeezed

# A form begins at most this many rows above its first label (title, unit line, blank rows).
_HEAD_ROWS = 8
_LONGEST_LABEL = 30
_FEWEST_LABELS = 3


@dataclass
class LocatedTable:
    """A table on a sheet. spans: column key → (first, last) sheet column. rows: where records may be."""

    table: Table
    header: int
    cells: Mapping[str, Position]
    spans: Mapping[str, tuple[int, int]]
    rows: list[int] = field(default_factory=list)

    def at(self, sheet: Sheet, row: int, key: str) -> Position | None:
        """The cell of a column in a row: the first filled one of its span; None without that column."""
        span = self.spans.get(key)
        if span is None:
            return None
        columns = range(span[0], span[1] + 1)
        return next(((row, c) for c in columns if sheet.text((row, c))), (row, span[0]))


@dataclass
class Located:
    """A form on a sheet: its labels, its value cells (blank ones too) and its tables.

    first, last: the rows from the first label to the end of its content. head: the rows above the
    first label that belong to it (title, unit line).
    """

    sheet: Sheet
    form: Form
    labels: dict[str, Position]
    tables: dict[str, LocatedTable]
    values: dict[str, Position] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    head: list[int] = field(default_factory=list)

    def cell(self, key: str) -> Cell | None:
        """The filled cell of a field, None where it is blank or its label is missing."""
        at = self.values.get(key)
        return None if at is None else self.sheet.cells.get(at)


def locate(sheet: Sheet, form: Form) -> list[Located]:
    """All forms of one kind on a sheet, top down, however they are moved, stretched or stacked."""
    found = list(_split(sheet, form))
    for index, located in enumerate(found):
        above = found[index - 1].first if index else 0
        _find_head(located, above)
    for index, located in enumerate(found):
        below = found[index + 1] if index + 1 < len(found) else None
        end = (below.head[0] if below.head else below.first) - 1 if below else _last_row(sheet)
        _find_tables(located, end)
        _find_values(located)
    return found


# ------------------------------------------------------------------------------------- the labels


def _labels(sheet: Sheet, form: Form, row: int) -> dict[str, int]:
    """Label keys in a row → column."""
    names = form.names
    found: dict[str, int] = {}
    for column, cell in sheet.row(row):
        key = _label_of(cell, names)
        if key is not None:
            found.setdefault(key, column)
    return found


def label_keys(sheet: Sheet, form: Form) -> set[str]:
    """The fields of a form whose labels a sheet shows anywhere outside table headers."""
    return {key for row in sheet.rows if not _header(sheet, form, row) for key in _labels(sheet, form, row)}


def _label_of(cell: Cell, names: Mapping[str, str]) -> str | None:
    if not isinstance(cell.value, str) or len(cell.value) > _LONGEST_LABEL:
        return None
    return names.get(label_key(cell.value))


def _header(sheet: Sheet, form: Form, row: int) -> tuple[Table, dict[str, int]] | None:
    """The table whose header a row is: most of the columns that it must have are named in it."""
    for table in form.tables:
        names = table.headers
        found: dict[str, int] = {}
        for column, cell in sheet.row(row):
            key = _label_of(cell, names)
            if key is not None:
                found.setdefault(key, column)
        needed = [column.key for column in table.columns if not column.optional]
        present = sum(key in found for key in needed)
        if present >= 2 and present * 2 > len(needed):
            return table, found
    return None


# ---------------------------------------------------------------------------------- one form or more


def _split(sheet: Sheet, form: Form) -> Iterator[Located]:
    """The forms of a sheet by their labels: a label that comes again begins the next form."""
    current: Located | None = None
    for row in sheet.rows:
        header = _header(sheet, form, row)
        labels = {} if header else _labels(sheet, form, row)
        if not header and not labels:
            continue
        if current is not None and _begins_anew(current, sheet, form, row, labels):
            yield from _kept(current)
            current = None
        if current is None:
            current = Located(sheet, form, {}, {}, first=row)
        if header:
            table, columns = header
            cells = {key: (row, column) for key, column in columns.items()}
            current.tables.setdefault(table.key, LocatedTable(table, row, cells, {}))
        elif not current.tables or form.name != "project":
            for key, column in labels.items():
                current.labels.setdefault(key, (row, column))
    if current is not None:
        yield from _kept(current)


def _begins_anew(current: Located, sheet: Sheet, form: Form, row: int, labels: Mapping[str, int]) -> bool:
    if form.name != "project" or not labels:
        return False
    repeated = any(key in current.labels for key in labels)
    if not repeated and not current.tables:
        return False
    # One word that happens to be a label, inside a table, begins no form: several labels do.
    ahead: set[str] = set()
    for later in sheet.rows_between(row, row + 2 * _HEAD_ROWS):
        if later > row and _header(sheet, form, later):
            break
        ahead |= _labels(sheet, form, later).keys()
    return len(ahead) >= _FEWEST_LABELS


def _kept(located: Located) -> Iterator[Located]:
    """A located form, if it is one: a summary or a guide shows the same labels in one row or column."""
    labels = located.labels
    columns = {column for _, column in labels.values()}
    rows = {row for row, _ in labels.values()}
    if located.form.name != "project":
        if labels or located.tables:
            yield located
    elif located.tables:
        if len(labels) >= 2 and len(rows) >= 2:
            yield located
    elif len(labels) > 2 * _FEWEST_LABELS and "objective" in labels and len(columns) > 1 and len(rows) > 2:
        yield located


# ------------------------------------------------------------------------------ head, tables, values


def _find_head(located: Located, above: int) -> None:
    """The title and the unit line: from the nearest title above the first label, else 3 rows up."""
    if located.labels:
        located.first = min(row for row, _ in located.labels.values())
    near = located.sheet.rows_between(max(above + 1, located.first - _HEAD_ROWS), located.first - 1)
    for row in reversed(near):
        if any(is_title(cell.text) for _, cell in located.sheet.row(row)):
            located.head = [r for r in near if r >= row]
            return
        if _header(located.sheet, located.form, row):
            break
        if any(is_unit_of_account(cell.text) for _, cell in located.sheet.row(row)):
            located.head = [r for r in near if r >= row]


def is_title(text: str) -> bool:
    """`1.工会保障项目绩效目标表`."""
    return squeezed(text).endswith(TITLE_ENDS)


def is_unit_of_account(text: str) -> bool:
    """`单位：万元`, `金额单位: 元`."""
    key = label_key(text)
    start = label_key(UNIT_OF_ACCOUNT)[:2]
    return len(key) <= _LONGEST_LABEL // 2 and start in key and key.endswith("元")


def _last_row(sheet: Sheet) -> int:
    return sheet.rows[-1] if sheet.rows else 0


def _find_tables(located: Located, end: int) -> None:
    sheet, form = located.sheet, located.form
    located.last = max([located.first, *(row for row, _ in located.labels.values())])
    tables = sorted(located.tables.values(), key=lambda table: table.header)
    for index, table in enumerate(tables):
        starts = sorted(column for _, column in table.cells.values())
        right = _right_edge(sheet, table.header)
        table.spans = {
            key: (column, next((s - 1 for s in starts if s > column), max(right, column)))
            for key, (_, column) in table.cells.items()
        }
        bottom = tables[index + 1].header - 1 if index + 1 < len(tables) else end
        captions = {label_key(t.caption) for t in form.tables if t.caption}
        table.rows = []
        for row in sheet.rows_between(table.header + 1, bottom):
            texts = [cell.text for _, cell in sheet.row(row)]
            if any(label_key(text) in captions for text in texts[:2]):
                break
            if _is_footer(form, texts):
                break
            again = _header(sheet, form, row)
            if again is None or again[0] is not table.table:
                table.rows.append(row)
        located.last = max([located.last, table.header, *table.rows])


def _right_edge(sheet: Sheet, row: int) -> int:
    last = max(column for column, _ in sheet.row(row))
    return sheet.extent((row, last)).right


def _is_footer(form: Form, texts: list[str]) -> bool:
    first = next((squeezed(text) for text in texts if text), "")
    return first.startswith(form.footers) if form.footers else False


def _find_values(located: Located) -> None:
    for wanted in located.form.fields:
        label = located.labels.get(wanted.key)
        if label is None:
            continue
        if wanted.at is At.BELOW:
            at = _below(located, wanted.group, label)
        else:
            at = _right(located, label, several_rows=wanted.kind is Kind.LONG_TEXT)
        if at is not None:
            located.values[wanted.key] = at


def _right(located: Located, label: Position, *, several_rows: bool) -> Position:
    """The value right of a label; a long text may also stand in a row below, as far as its block goes."""
    sheet = located.sheet
    left = sheet.extent(label).right + 1
    rows = [label[0]]
    if several_rows:
        bottom = _block_bottom(located, label)
        rows = [
            row
            for row in range(label[0], bottom + 1)
            if not any(r == row and c > label[1] for r, c in located.labels.values())
        ] or [label[0]]
    for row in rows:
        ends = [c for r, c in located.labels.values() if r == row and c > label[1]]
        right = min(ends, default=_form_edge(located, left) + 1) - 1
        for column in range(left, max(left, right) + 1):
            if sheet.text((row, column)):
                return row, column
    return rows[0], left


def _form_edge(located: Located, left: int) -> int:
    """The form's last column; a form without a table says nothing of it, its values are near."""
    edges = [last for table in located.tables.values() for _, last in table.spans.values()]
    edges += [located.sheet.extent(at).right for at in located.labels.values()]
    return max(edges) if located.tables else max(*edges, left + 2)


def _block_bottom(located: Located, label: Position) -> int:
    """The last row before the next label in the same column or left of it, or before a table."""
    below = [r for r, c in located.labels.values() if r > label[0] and c <= label[1]]
    below += [table.header for table in located.tables.values() if table.header > label[0]]
    merged = located.sheet.extent(label).bottom
    return max(min(below, default=merged + 1) - 1, label[0])


def _below(located: Located, group: str | None, label: Position) -> Position | None:
    """The value below a label: in the first row below that holds any value of its group."""
    sheet = located.sheet
    members = {f.key for f in located.form.fields if f.group == group}
    peers = [at for key, at in located.labels.items() if key in members and at[0] == label[0]]
    others = [r for key, (r, _) in located.labels.items() if r > label[0] and key not in members] + [
        table.header for table in located.tables.values() if table.header > label[0]
    ]
    bottom = min(others, default=label[0] + 2) - 1
    starts = sorted(column for _, column in peers)
    spans = {c: _span(sheet, (label[0], c), starts) for c in starts}
    rows = range(label[0] + 1, bottom + 1)
    if not rows:
        return None
    filled = (r for r in rows if any(sheet.text((r, c)) for span in spans.values() for c in span))
    row = next(filled, label[0] + 1)
    mine = spans[label[1]]
    return next(((row, c) for c in mine if sheet.text((row, c))), (row, mine[0]))


def _span(sheet: Sheet, label: Position, starts: list[int]) -> range:
    following = next((c for c in starts if c > label[1]), None)
    right = sheet.extent(label).right if following is None else following - 1
    return range(label[1], right + 1)
