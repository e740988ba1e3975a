"""Submission → findings: every rule on every record it is about, in a stable order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from perfxl.core.cells import position
from perfxl.core.findings import Finding
from perfxl.core.frameworks import Framework
from perfxl.core.layout import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.model import Department, Note, NoteKind, Project, Record, Submission, TotalCell
from perfxl.core.rules import RULES, Rule
from perfxl.core.rules.registry import Hit
from perfxl.core.rules.words import money

# A cell that could not be read at all has one fault, told by these rules; what other rules make of
# its being blank is no second one.
_UNREADABLE = {NoteKind.ERROR_VALUE: "STR04", NoteKind.UNCALCULATED: "STR03"}

_AMOUNTS = {"total_budget", "fiscal_funds", "other_funds", "declared_total"}


def check(submission: Submission, framework: Framework) -> tuple[Finding, ...]:
    """All findings, in the order of sheets, rows, columns and rule ids."""
    unreadable = {(n.sheet, n.cell): _UNREADABLE[n.kind] for n in submission.notes if n.kind in _UNREADABLE}
    found = (
        finding
        for rule in RULES.values()
        for record in _records(rule, submission)
        for hit in _hits(rule, record, submission, framework)
        if (finding := _finding(rule, record, hit, unreadable)) is not None
    )
    order = {sheet: number for number, sheet in enumerate(submission.sheets)}

    def place(finding: Finding) -> tuple[int, int, int, str, str]:
        row, column = position(finding.cell) if finding.cell else (0, 0)
        sheet = order.get(finding.sheet, len(order)) if finding.sheet else -1
        return sheet, row, column, finding.rule, finding.severity.value

    return tuple(sorted(found, key=place))


def _records(rule: Rule, submission: Submission) -> tuple[Project | Department | Submission, ...]:
    if rule.on is Project:
        return submission.projects
    if rule.on is Department:
        return (submission.department,) if submission.department else ()
    return (submission,)


def _hits(
    rule: Rule, record: Project | Department | Submission, submission: Submission, framework: Framework
) -> Iterator[Hit]:
    given = {
        "project": record,
        "department": submission.department,
        "submission": submission,
        "framework": framework,
    }
    fields = type(record).model_fields
    arguments = {name: getattr(record, name) if name in fields else given[name] for name in rule.parameters}
    yield from rule.function(**arguments)


def _finding(
    rule: Rule,
    record: Project | Department | Submission,
    hit: Hit,
    unreadable: Mapping[tuple[str, str], str],
) -> Finding | None:
    """The finding of a hit; None when another finding already tells this fault.

    That is so where its label is missing (the field has no cell) or its cells cannot be read.
    """
    about = hit.record or (None if isinstance(record, Submission) else record)
    places = _places(hit, about)
    if hit.fields and hit.fields[0] not in {field for _, _, field in places}:
        return None
    told = [
        (sheet, cell, field)
        for sheet, cell, field in places
        if unreadable.get((sheet, cell), rule.id) == rule.id
    ]
    if places and not told:
        return None
    sheet, cell, field = told[0] if told else (None, None, None)
    project = about.number if isinstance(about, Project) else _project_of(hit)
    words = rule.words(hit.variant)
    label = _label(field, hit)
    named = {"sheet": sheet, "label": label, **_shown(about, project), **hit.values}
    actual = hit.values.get("actual", _typed(about, field))
    return Finding(
        rule=rule.id,
        severity=words.severity,
        sheet=sheet,
        cell=cell,
        cells=tuple(cell for _, cell, _ in told),
        field=field,
        label=label,
        message=words.message.format_map(named),
        hint=words.hint.format_map(named),
        basis=rule.basis,
        aspect=rule.aspect,
        opinion=rule.opinion,
        actual=actual,
        expected=hit.values.get("expected"),
        difference=hit.values.get("difference"),
        project=project,
    )


def _places(hit: Hit, record: Record | None) -> list[tuple[str, str, str | None]]:
    """(sheet, cell, field) of everything a hit is about; fields without a cell are left out."""
    places: list[tuple[str, str, str | None]] = [(at.sheet, at.cell, at.field) for at in hit.at]
    if record is None:
        return places
    for field in hit.fields:
        cell = _cell(record, field)
        if cell is not None:
            places.append((record.sheet, cell, field))
    return places


def _cell(record: Record, field: str) -> str | None:
    """`total_budget` → its cell; `indicators.2.target` → the cell of that row's column."""
    table, _, rest = field.partition(".")
    number, _, column = rest.partition(".")
    if column and number.isdigit():
        row: Record = getattr(record, table)[int(number)]
        return row.cells.get(column)
    return record.cells.get(field)


def _project_of(hit: Hit) -> int | None:
    first = hit.at[0] if hit.at else None
    return first.project if isinstance(first, Note) else None


def _label(field: str | None, hit: Hit) -> str | None:
    """What people call the field: the words of the form."""
    if hit.at and isinstance(hit.at[0], TotalCell):
        return hit.at[0].label
    if field is None:
        return None
    table, _, rest = field.partition(".")
    number, _, column = rest.partition(".")
    plain = f"{table}.{column}" if column and number.isdigit() else field
    for form in (PROJECT_FORM, DEPARTMENT_FORM, COVER_FORM):
        label = form.label(plain)
        if label != plain:
            return label
    return _OTHER_LABELS.get(plain)


_OTHER_LABELS = {"unit_line": "单位行", "indicators": "绩效指标", "unit_of_account": "金额单位"}


def _shown(record: Record | None, project: int | None) -> dict[str, Any]:
    """A record's fields as messages name them."""
    if record is None:
        return {"number": project}
    values = {name: getattr(record, name) for name in type(record).model_fields}
    return {
        name: money(value) if name in _AMOUNTS else ("空白" if value is None else value)
        for name, value in values.items()
    }


def _typed(record: Record | None, field: str | None) -> str | None:
    """What stands in the cell now."""
    if record is None or field is None:
        return None
    if field in record.typed:
        return record.typed[field]
    table, _, rest = field.partition(".")
    number, _, column = rest.partition(".")
    if column and number.isdigit():
        row: Record = getattr(record, table)[int(number)]
        return row.typed.get(column)
    value = getattr(record, field, None)
    return value if isinstance(value, str) else (money(value) if isinstance(value, Decimal) else None)
