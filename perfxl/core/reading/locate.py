"""Where on a sheet a form's fields and tables lie: found by label, never by address.

People insert rows, paste forms below each other, rename sheets. So the labels of `layout` are
looked up wherever they are, and each value is found from its label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfxl.core.forms.parts import Form, Table
from perfxl.core.forms.shipped_forms import TITLE_ENDS
from perfxl.core.grid.cells import Sheet
from perfxl.core.grid.table_header import LONGEST_LABEL, named_columns
from perfxl.core.grid.text import YUAN, label_key, squeezed
from perfxl.core.reading.locate_values import find_values
from perfxl.core.reading.located import Located, LocatedTable, UnknownColumn

# A form begins at most this many rows above its first label (title, unit line, blank rows).
_HEAD_ROWS = 8
_FEWEST_LABELS = 3
_MOST_HEADER_ROWS = 3


def locate(sheet: Sheet, form: Form) -> list[Located]:
    """All forms of one kind on a sheet, top down, however they are moved, stretched or stacked."""
    found = [one for one in _split(sheet, form) if _is_one(one)]
    last_row = sheet.rows[-1] if sheet.rows else 0
    for index, located in enumerate(found):
        above = found[index - 1].first if index else 0
        _find_head(located, above)
    for index, located in enumerate(found):
        below = found[index + 1] if index + 1 < len(found) else None
        end = (below.head[0] if below.head else below.first) - 1 if below else last_row
        _find_tables(located, end)
        find_values(located)
    return found


# ------------------------------------------------------------------------------------- the labels


def _labels(sheet: Sheet, form: Form, row: int) -> dict[str, int]:
    """Label keys in a row → column."""
    return named_columns(sheet.row(row), form.names, counted_in=(YUAN,))


def label_keys(sheet: Sheet, form: Form) -> set[str]:
    """The fields of a form whose labels a sheet shows anywhere outside table headers."""
    return {key for row in sheet.rows if not _header(sheet, form, row) for key in _labels(sheet, form, row)}


def _header(sheet: Sheet, form: Form, row: int) -> tuple[Table, dict[str, int]] | None:
    """The table whose header a row is: most of the columns that it must have are named in it."""
    for table in form.tables:
        found = named_columns(sheet.row(row), table.headers, counted_in=(YUAN,))
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
            yield current
            current = None
        if current is None:
            current = Located(sheet, form, {}, {}, first=row)
        if header:
            table, columns = header
            cells = {key: (row, column) for key, column in columns.items()}
            current.tables.setdefault(table.key, LocatedTable(table, row, cells, {}))
        elif not current.tables or not form.repeats:
            for key, column in labels.items():
                current.labels.setdefault(key, (row, column))
    if current is not None:
        yield current


def _begins_anew(current: Located, sheet: Sheet, form: Form, row: int, labels: Mapping[str, int]) -> bool:
    if not form.repeats or not labels:
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


def _is_one(located: Located) -> bool:
    """Whether it is a form at all: a summary or a guide shows the same labels in one row or column."""
    labels = located.labels
    columns = {column for _, column in labels.values()}
    rows = {row for row, _ in labels.values()}
    if not located.form.repeats:
        return bool(labels or located.tables)
    if located.tables:
        return len(labels) >= 2 and len(rows) >= 2
    return len(labels) > 2 * _FEWEST_LABELS and "objective" in labels and len(columns) > 1 and len(rows) > 2


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
    return len(key) <= LONGEST_LABEL // 2 and "单位" in key and key.endswith("元")


def _find_tables(located: Located, end: int) -> None:
    sheet, form = located.sheet, located.form
    located.last = max([located.first, *(row for row, _ in located.labels.values())])
    tables = sorted(located.tables.values(), key=lambda table: table.header)
    captions = {label_key(t.caption) for t in form.tables if t.caption}
    for index, table in enumerate(tables):
        _find_columns(sheet, table)
        bottom = tables[index + 1].header - 1 if index + 1 < len(tables) else end
        table.rows = []
        header_end = table.header_end
        for row in sheet.rows_between(table.header + 1, bottom):
            texts = [cell.text for _, cell in sheet.row(row)]
            first = next((squeezed(text) for text in texts if text), "")
            if first.startswith(form.footers) or any(label_key(text) in captions for text in texts[:2]):
                break
            again = _header(sheet, form, row)
            if again is not None and again[0] is table.table:
                # Repeated by a page break, with as many rows as the first.
                header_end = row + table.header_end - table.header
            if row > header_end:
                table.rows.append(row)
        located.last = max([located.last, table.header_end, *table.rows])


def _find_columns(sheet: Sheet, table: LocatedTable) -> None:
    """Where each column lies: from its header to the next one, whether the form knows that or not."""
    table.header_end = _header_end(sheet, table)
    headers: dict[int, str] = {}
    right = 0
    for row in range(table.header, table.header_end + 1):
        for column, cell in sheet.row(row):
            if cell.text:
                headers.setdefault(column, cell.text)
                right = max(right, sheet.extent((row, column)).right)
    starts = sorted(headers)
    spans = {column: (column, next((s - 1 for s in starts if s > column), max(right, column))) for column in starts}
    known = {column: key for key, (_, column) in table.cells.items()}
    table.spans = {key: spans[column] for column, key in known.items()}
    table.unknown = tuple(UnknownColumn(headers[column], *spans[column]) for column in starts if column not in known)


def _header_end(sheet: Sheet, table: LocatedTable) -> int:
    """The last row of the header: its cells are merged downwards, or one of them has headers below it."""
    areas = [sheet.extent(at) for at in table.cells.values()]
    end = table.header
    while (
        end < table.header + _MOST_HEADER_ROWS - 1
        and any(area.bottom > end for area in areas)
        and all(area.bottom > end or area.right > area.left for area in areas)
    ):
        end += 1
    return end
