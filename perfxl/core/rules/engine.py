"""Submission → findings: every rule on every record it is about, in a stable order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import STANDARD_KINDS, Form, Kind
from perfxl.core.forms.records import (
    OF_THE_READER,
    FormRecord,
    Indicator,
    Note,
    NoteKind,
    Project,
    Record,
    Submission,
    TotalCell,
)
from perfxl.core.forms.shipped_forms import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.grid.cells import position
from perfxl.core.grid.wording import listed, money
from perfxl.core.rules import RULES, Rule
from perfxl.core.rules.collecting_subjects import Alteration
from perfxl.core.rules.registry import Hit
from perfxl.core.rules.subjects import records_of

# A cell that could not be read at all has one fault, told by these rules; what other rules make of
# its being blank is no second one.
_UNREADABLE = {NoteKind.ERROR_VALUE: "STR04", NoteKind.UNCALCULATED: "STR03"}

_AMOUNTS = {key for key, kind in STANDARD_KINDS.items() if kind is Kind.AMOUNT}
_OTHER_LABELS = {"unit_line": "单位行", "indicators": "绩效指标", "unit_of_account": "金额单位"}

_IN_ROW = re.compile(r"(\w+)\.(\d+)\.(.+)")

# (sheet, cell, field) of something a hit is about.
Place: TypeAlias = tuple[str, str, str | None]


@dataclass(frozen=True)
class _Found:
    """A hit and where it is. record: whose fields its words name. project: None outside projects."""

    rule: Rule
    hit: Hit
    record: Record | None
    project: int | None
    places: tuple[Place, ...]

    @property
    def row(self) -> tuple[str, int] | None:
        """The sheet row of the first place."""
        return (self.places[0][0], position(self.places[0][1])[0]) if self.places else None


def check(
    submission: Submission, framework: Framework, *, before_each_rule: Callable[[], None] = lambda: None
) -> tuple[Finding, ...]:
    """All findings, in the order of sheets, rows, columns and rule ids.

    One finding per rule, variant and project, with all its cells. Rules that the framework's settings
    set aside are not run; those it gives another severity have that one throughout. before_each_rule:
    may raise to stop.
    """
    settings = framework.settings
    found: list[_Found] = []
    for rule in RULES.values():
        before_each_rule()
        if rule.id not in settings.not_applicable:
            found += _run(rule, submission, framework)
    groups = _grouped(_most_concrete(_readable(found, submission.notes)))
    findings = [_finding(group, framework, submission) for group in groups]
    order = {sheet: number for number, sheet in enumerate(submission.sheets)}

    def place(finding: Finding) -> tuple[int, int, int, str, str]:
        row, column = position(finding.cell) if finding.cell else (0, 0)
        sheet = order.get(finding.sheet, len(order)) if finding.sheet else -1
        return sheet, row, column, finding.rule, finding.severity.value

    return tuple(sorted(findings, key=place))


def check_record(record: Record, framework: Framework) -> tuple[Finding, ...]:
    """What the rules on a record outside any submission (COL) find, in the order of their ids."""
    nothing = Submission()
    return tuple(
        _finding([_Found(rule, hit, record, _project_of(hit), tuple(_places(hit, None)))], framework, nothing)
        for rule in RULES.values()
        if rule.on is type(record) and rule.id not in framework.settings.not_applicable
        for hit in _hits(rule, record, None, nothing, framework)
    )


# ------------------------------------------------------------------------------------------- running


def _run(rule: Rule, submission: Submission, framework: Framework) -> Iterator[_Found]:
    """The hits of a rule that have a place: a field whose label is missing has none, and its own finding."""
    asked: dict[tuple[int, str | None], bool] = {}
    for record, owner, table in records_of(submission, rule.on):
        if owner is not None:
            form = id(owner.form), table
            if form not in asked:
                asked[form] = _has_what_it_asks(rule, owner, table)
            if not asked[form]:
                continue
        project = owner if isinstance(owner, Project) else None
        for hit in _hits(rule, record, project, submission, framework):
            about = hit.record or (None if isinstance(record, Submission) else record)
            places = _places(hit, about)
            if not hit.fields or (places and places[0][2] == _field(hit.fields[0], about)):
                number = project.number if project else _project_of(hit)
                yield _Found(rule, hit, about, number, tuple(places))


def _has_what_it_asks(rule: Rule, owner: FormRecord, table: str | None) -> bool:
    """Whether the form has the fields that a rule asks for: what it does not have cannot be wrong on it."""
    asked = [name for name in rule.parameters if name in rule.on.model_fields and name not in OF_THE_READER]
    if table is None:
        return all(owner.form.has(name) for name in asked)
    found = owner.form.table(table)
    return found is not None and {column.key for column in found.columns}.issuperset(asked)


def _hits(
    rule: Rule, record: Record | Submission, project: Project | None, submission: Submission, framework: Framework
) -> Iterator[Hit]:
    given = {
        "indicator": record,
        "project": project,
        "department": submission.department,
        "submission": submission,
        "framework": framework,
        "words": framework.words,
        "settings": framework.settings,
    }
    fields = type(record).model_fields
    arguments = {name: getattr(record, name) if name in fields else given[name] for name in rule.parameters}
    yield from rule.function(**arguments)


def _places(hit: Hit, record: Record | None) -> list[Place]:
    """Everything a hit is about that has a cell."""
    places: list[Place] = [(at.sheet, at.cell, at.field) for at in hit.at]
    if record is None:
        return places
    for field in hit.fields:
        one, name = _at(record, field)
        if name in one.cells:
            places.append((record.sheet, one.cells[name], _field(field, record)))
    return places


def _field(field: str, record: Record | None) -> str:
    """What a finding calls a field: `target` of a row is `indicators.target`."""
    if in_row := _IN_ROW.fullmatch(field):
        return f"{in_row[1]}.{in_row[3]}"
    return f"indicators.{field}" if isinstance(record, Indicator) else field


def _at(record: Record, field: str) -> tuple[Record, str]:
    """The record that a field belongs to, and its name there: a row's for `indicators.2.target`."""
    in_row = _IN_ROW.fullmatch(field)
    return (getattr(record, in_row[1])[int(in_row[2])], in_row[3]) if in_row else (record, field)


def _project_of(hit: Hit) -> int | None:
    if isinstance(hit.record, Project):
        return hit.record.number
    first = hit.at[0] if hit.at else None
    return first.project if isinstance(first, Note | Alteration) else None


# ---------------------------------------------------------------------------------------- precedence


def _readable(found: Sequence[_Found], notes: Sequence[Note]) -> list[_Found]:
    """Without the places that could not be read, except in the rules that say so."""
    unreadable = {(n.sheet, n.cell): _UNREADABLE[n.kind] for n in notes if n.kind in _UNREADABLE}
    if not unreadable:
        return list(found)
    kept = []
    for one in found:
        places = tuple(p for p in one.places if unreadable.get(p[:2], one.rule.id) == one.rule.id)
        if places or not one.places:
            kept.append(_Found(one.rule, one.hit, one.record, one.project, places))
    return kept


def _most_concrete(found: Sequence[_Found]) -> list[_Found]:
    """On one row the rule with the most concrete fix speaks: the others, which name it, are silent."""
    rows = {(one.rule.id, one.row) for one in found}
    return [one for one in found if not any((winner, one.row) in rows for winner in one.rule.yields_to)]


def _grouped(found: Sequence[_Found]) -> Iterator[list[_Found]]:
    """The rows of a rule in a project together; everything else alone."""
    groups: dict[object, list[_Found]] = {}
    for number, one in enumerate(found):
        is_row = isinstance(one.record, Indicator)
        key = (one.rule.id, one.hit.variant, one.project) if is_row else number
        groups.setdefault(key, []).append(one)
    yield from groups.values()


# ------------------------------------------------------------------------------------------- wording


def _finding(group: Sequence[_Found], framework: Framework, submission: Submission) -> Finding:
    first = group[0]
    rule, hit, record = first.rule, first.hit, first.record
    places = [place for one in group for place in one.places]
    sheet, cell, field = places[0] if places else (None, None, None)
    words = rule.words(hit.variant)
    label = _label(field, hit, record, submission)
    named = {"sheet": sheet, "label": label, **_shown(record, first.project), **hit.values, **_together(group)}
    return Finding(
        rule=rule.id,
        severity=framework.settings.severities.get(rule.id, words.severity),
        sheet=sheet,
        cell=cell,
        cells=tuple(cell for _, cell, _ in places),
        field=field,
        label=label,
        message=words.message.format_map(named),
        hint=words.hint.format_map(named),
        basis=rule.basis,
        aspect=rule.aspect,
        opinion=rule.opinion,
        actual=hit.values.get("actual", _typed(record, hit.fields[0] if hit.fields else None)),
        expected=hit.values.get("expected"),
        difference=hit.values.get("difference"),
        project=first.project,
    )


def _together(group: Sequence[_Found]) -> dict[str, Any]:
    """What the rows of a finding have in common to say: their names, how many, what each says."""
    rows = [one.record for one in group if isinstance(one.record, Indicator)]
    if not rows:
        return {}
    names = [row.name or row.subcategory or row.category or "指标行" for row in rows]
    each = [str(one.hit.values["each"]) for one in group if "each" in one.hit.values]
    return {"names": listed(names, "项"), "count": len(rows), "each": "；".join(dict.fromkeys(each))}


def _label(field: str | None, hit: Hit, record: Record | None, submission: Submission) -> str | None:
    """What people call the field: the words of the form it stands on."""
    if hit.at and isinstance(hit.at[0], TotalCell):
        return hit.at[0].label
    if field is None:
        return None
    for form in _forms(hit, record, submission):
        label = form.label(field)
        if label != field:
            return label
    return _OTHER_LABELS.get(field)


def _forms(hit: Hit, record: Record | None, submission: Submission) -> Iterator[Form]:
    """The forms that may have a field: first the one of the record or of the sheet that a hit is about."""
    sheet = hit.at[0].sheet if hit.at else None if record is None else record.sheet
    parts = (*submission.projects, submission.department, submission.cover)
    yield from (one.form for one in parts if one is not None and (one is record or one.sheet == sheet))
    # The usual ones last: sums and texts over several sheets are about none of them.
    yield from (one.form for one in (*submission.projects[:1], *parts[-2:]) if one is not None)
    yield from (PROJECT_FORM, DEPARTMENT_FORM, COVER_FORM)


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
    one, name = _at(record, field)
    if one is not record or name in one.typed:
        return one.typed.get(name)
    value = getattr(record, field, None)
    return value if isinstance(value, str) else (money(value) if isinstance(value, Decimal) else None)
