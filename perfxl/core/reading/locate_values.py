"""Where a form's values lie, each seen from its label: to the right of it, in its rows, or below it."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.core.forms.parts import At, Field, Kind
from perfxl.core.grid.cells import Position, Sheet
from perfxl.core.grid.text import label_key
from perfxl.core.reading.located import Located
from perfxl.core.reading.other_labels import other_label


def find_values(located: Located) -> None:
    """The cell of each value, blank ones too; all cells of a long text that stands in several."""
    for wanted in located.form.fields:
        label = located.labels.get(wanted.key)
        if label is None:
            continue
        below = wanted.value_is is At.BELOW
        found = _below(located, wanted.group, label) if below else _right(located, wanted, label)
        if found:
            located.values[wanted.key] = found[0]
        # Only a long text goes on in the next cell; beside a short one it would be something else.
        if wanted.kind is Kind.LONG_TEXT and len(found) > 1:
            located.parts[wanted.key] = found


# -------------------------------------------------------------------------------- right of the label


def _right(located: Located, wanted: Field, label: Position) -> tuple[Position, ...]:
    """The filled cells right of a label, in the rows that its merge covers; where it would be, if blank.

    A long text may also stand in rows below, as far as its block goes: whole, or paragraph by paragraph.
    """
    area = located.sheet.extent(label)
    if wanted.kind is not Kind.LONG_TEXT:
        rows = [label[0], *located.sheet.rows_between(label[0] + 1, area.bottom)]
        found = tuple(at for row in rows for at in _filled(located, label, row, area.right + 1))
        return found or ((label[0], area.right + 1),)
    bottom = _block_bottom(located, label)
    # The rows of its sources and dates are theirs.
    taken = {row for row, column in located.labels.values() if column > label[1]}
    first = next((row for row in range(label[0], bottom + 1) if row not in taken), label[0])
    rows = [first, *(row for row in located.sheet.rows_between(first + 1, bottom) if row not in taken)]
    heading = _heading(located, wanted, label, rows)
    if heading is not None:
        located.headings.append(heading)
        return tuple(_under(located.sheet, heading, rows))
    return tuple(_paragraphs(located, label, rows)) or ((first, area.right + 1),)


def _paragraphs(located: Located, label: Position, rows: list[int]) -> Iterator[Position]:
    """The cells of a long text: all in the rows of the label's merge; below it those like the first."""
    area = located.sheet.extent(label)
    column = None
    for row in rows:
        filled = list(_filled(located, label, row, area.right + 1))
        # Beyond the merge stands what has no label of its own; below an unmerged one it goes on.
        goes_on = area.bottom == area.top and [at[1] for at in filled] == [column]
        if row > area.bottom and column is not None and not goes_on:
            return
        if filled:
            column = filled[0][1]
            yield from filled


def _filled(located: Located, label: Position, row: int, left: int) -> Iterator[Position]:
    """The filled cells of a row from a column on, up to the next label, of this form or another."""
    own = {column for r, column in located.labels.values() if r == row and column > label[1]}
    right = _form_edge(located, left)
    for column, cell in located.sheet.row(row):
        if column < left or not cell.text:
            continue
        if column > right or column in own or other_label(cell.text):
            return
        yield row, column


def _form_edge(located: Located, left: int) -> int:
    """The form's last column; a form without a table says nothing of it, its values are near."""
    edges = [last for table in located.tables.values() for _, last in table.spans.values()]
    edges += [column.last for table in located.tables.values() for column in table.unknown]
    edges += [located.sheet.extent(at).right for at in located.labels.values()]
    return max(edges) if located.tables else max(*edges, left + 2)


def _block_bottom(located: Located, label: Position) -> int:
    """The last row before whatever stands next in the label's column or left of it, or before a table."""
    sheet = located.sheet
    area = sheet.extent(label)
    below = [r for r, c in located.labels.values() if r > label[0] and c <= label[1]]
    below += [table.header for table in located.tables.values() if table.header > label[0]]
    captions = {label_key(table.caption) for table in located.form.tables if table.caption}
    end = min(below, default=area.bottom + 1) - 1
    for row in sheet.rows_between(label[0] + 1, end):
        texts = [(column, cell.text) for column, cell in sheet.row(row) if cell.text]
        # A text in the label's place below it is a label too, though nobody knows it.
        others = row > area.bottom and any(column <= area.right for column, _ in texts)
        if others or any(label_key(text) in captions for _, text in texts):
            return row - 1
    return max(end, label[0])


def _heading(located: Located, wanted: Field, label: Position, rows: list[int]) -> Position | None:
    """`年度目标` in the rows of `总体目标`: where two values stand side by side, the form's own is below it."""
    names = {label_key(text) for text in (wanted.label, *wanted.aliases)}
    for column, cell in located.sheet.row(rows[0]):
        if column > located.sheet.extent(label).right and label_key(cell.text) in names:
            at = rows[0], column
            return at if any(_under(located.sheet, at, rows)) else None
    return None


def _under(sheet: Sheet, heading: Position, rows: list[int]) -> Iterator[Position]:
    """The filled cells below a heading, up to the column of the next one."""
    span = _span(sheet, heading)
    for row in rows:
        if row > heading[0]:
            yield from ((row, column) for column in span if sheet.text((row, column)))


# ---------------------------------------------------------------------------------- below the label


def _below(located: Located, group: str | None, label: Position) -> tuple[Position, ...]:
    """The value below a label: in the first row below that holds any value of its group; none without a row."""
    sheet = located.sheet
    members = {f.key for f in located.form.fields if f.group == group}
    peers = [at for key, at in located.labels.items() if key in members and at[0] == label[0]]
    others = [r for key, (r, _) in located.labels.items() if r > label[0] and key not in members] + [
        table.header for table in located.tables.values() if table.header > label[0]
    ]
    bottom = min(others, default=label[0] + 2) - 1
    spans = {column: _span(sheet, (label[0], column)) for _, column in peers}
    rows = range(label[0] + 1, bottom + 1)
    if not rows:
        return ()
    filled = (r for r in rows if any(sheet.text((r, c)) for span in spans.values() for c in span))
    row = next(filled, label[0] + 1)
    mine = spans[label[1]]
    return ((row, next((c for c in mine if sheet.text((row, c))), mine[0])),)


def _span(sheet: Sheet, label: Position) -> range:
    """The columns below a label: up to the next filled cell of its row, known or not."""
    following = next((c for c, cell in sheet.row(label[0]) if c > label[1] and cell.text), None)
    right = sheet.extent(label).right if following is None else following - 1
    return range(label[1], max(right, label[1]) + 1)
