"""下发与回收差异: what a unit changed of what it was given, field by field, each with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from perfxl.core.collecting.consolidate import ProjectRow
from perfxl.core.forms.file_identity import PREFILLED_FIELDS, Identity, Prefilled
from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.numbers import parse_text_number
from perfxl.core.grid.text import label_key, squeezed
from perfxl.core.grid.wording import money
from perfxl.core.rosters.roster_records import RosterProject
from perfxl.core.rules.collecting_subjects import FROM_ROSTER, FROM_WORKBOOK, Alteration

_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")
_GONE, _NEW = "（已删除）", "（新增项目）"
_SHEET = "项目表"


def altered_since_sent(submission: Submission, identity: Identity | None) -> tuple[Alteration, ...]:
    """What differs from the workbook's memory of what was filled in when it was handed out.

    The unit and the year on the cover first, then project by project. A project is found by its
    sheet, else by its code, its name or its number; one that is gone is told, and so is one that was added.
    Nothing without a memory.
    """
    if identity is None:
        return ()
    given: dict[str, dict[str, Prefilled]] = {}
    for one in identity.prefilled:
        given.setdefault(one.sheet, {})[one.field] = one
    found = list(_of_cover(submission, identity))
    matched = _matched(given, submission.projects)
    for sheet, fields in given.items():
        found += _of_project(sheet, fields, matched.get(sheet))
    if given:
        known = {project.number for project in matched.values()}
        found += [_added(project) for project in submission.projects if project.number not in known]
    return tuple(found)


def altered_from_roster(
    given: Sequence[RosterProject], projects: Sequence[ProjectRow], known: Sequence[Alteration]
) -> tuple[Alteration, ...]:
    """What differs from the roster's 控制数, besides what is known already from the workbook's memory.

    A project is found by its code, else by its name. Blank figures of the roster ask for nothing.
    """
    told = {(one.project, one.field) for one in known}
    gone = {label_key(one.project_name) for one in known if one.field == "project"}
    found: list[Alteration] = []
    for one in given:
        row = _row_of(one, projects)
        if row is None:
            if label_key(one.name) not in gone:
                found.append(_missing(one.name, FROM_ROSTER))
            continue
        for key in _AMOUNTS:
            sent, returned = getattr(one, key), row.figures.get(key)
            if sent is not None and (row.number, key) not in told and (returned or Decimal(0)) != sent:
                found.append(_amount(key, sent, returned, row))
    return tuple(found)


# ------------------------------------------------------------------------------ the workbook's memory


def _of_cover(submission: Submission, identity: Identity) -> Iterator[Alteration]:
    cover = submission.cover
    if cover is None:
        return
    given = {
        "budget_unit.code": identity.unit_code,
        "budget_unit.name": identity.unit_name,
        "year": None if identity.year is None else str(identity.year),
    }
    for key, sent in given.items():
        returned = cover.typed.get(key, "")
        same = label_key(returned).removesuffix("年度").removesuffix("年") == label_key(sent or "")
        if sent and key in cover.cells and not same:
            yield Alteration(
                field=key,
                label=cover.form.label(key),
                sent=sent,
                returned=returned,
                sheet=cover.sheet,
                cell=cover.cells[key],
            )


def _matched(given: Mapping[str, Mapping[str, Prefilled]], projects: Sequence[Project]) -> dict[str, Project]:
    """The project that each sheet of the memory has become, absent where it is gone.

    By sheet, then by code, then by name, then by number: whatever still holds.
    """
    found: dict[str, Project] = {}
    left = list(projects)
    ways: tuple[Callable[[str, Mapping[str, Prefilled], Project], bool], ...] = (
        lambda sheet, _, one: one.sheet == sheet,
        lambda _, fields, one: _same_field("project_code", fields, one),
        lambda _, fields, one: _same_field("project_name", fields, one),
        lambda _, fields, one: any(given.project == one.number for given in fields.values()),
    )
    for same in ways:
        for sheet, fields in given.items():
            if sheet not in found:
                project = next((one for one in left if same(sheet, fields, one)), None)
                if project is not None:
                    found[sheet] = project
                    left.remove(project)
    return found


def _same_field(key: str, fields: Mapping[str, Prefilled], project: Project) -> bool:
    return key in fields and _same_text(fields[key].value, getattr(project, key))


def _same_text(one: str, other: str | None) -> bool:
    return squeezed(one) == squeezed(other or "")


def _of_project(sheet: str, fields: Mapping[str, Prefilled], project: Project | None) -> Iterator[Alteration]:
    if project is None:
        name = fields["project_name"].value if "project_name" in fields else sheet
        yield _missing(name, FROM_WORKBOOK)
        return
    for key in PREFILLED_FIELDS:
        if key not in fields:
            continue
        sent = fields[key].value
        value = getattr(project, key)
        if key in _AMOUNTS:
            number = parse_text_number(sent)
            amount = None if number is None else number.value
            unread = value is None and key in project.typed
            if amount is not None and (unread or (value or Decimal(0)) != amount):
                yield _altered(project, key, money(amount), _shown(project, key), (value or 0) - amount)
        elif not _same_text(sent, value):
            yield _altered(project, key, sent, _shown(project, key), None)


def _shown(project: Project, key: str) -> str:
    value = getattr(project, key)
    if isinstance(value, Decimal):
        return money(value)
    return value or project.typed.get(key, "")


def _altered(project: Project, key: str, sent: str, returned: str, gap: Decimal | None) -> Alteration:
    place = _place(project, key)
    return Alteration(field=key, label=_label(key), sent=sent, returned=returned, difference=gap, **place)


def _added(project: Project) -> Alteration:
    return Alteration(
        field="project",
        label=_SHEET,
        sent="",
        returned=_NEW,
        difference=project.total_budget,
        new=True,
        **_place(project, "project_name"),
    )


def _place(project: Project, key: str) -> dict[str, Any]:
    return {
        "sheet": project.sheet,
        "cell": project.cells.get(key, ""),
        "project": project.number,
        "project_name": project.project_name or "",
    }


def _missing(name: str, source: str) -> Alteration:
    label = f"项目“{name}”的{_SHEET}"
    return Alteration(field="project", label=label, sent="有", returned=_GONE, project_name=name, source=source)


# --------------------------------------------------------------------------------------- the roster


def _row_of(given: RosterProject, rows: Sequence[ProjectRow]) -> ProjectRow | None:
    code, name = squeezed(given.code or ""), squeezed(given.name)
    by_code = [row for row in rows if code and squeezed(row.texts["project_code"] or "") == code]
    by_name = [row for row in rows if name and squeezed(row.texts["project_name"] or "") == name]
    return next(iter([*by_code, *by_name]), None)


def _amount(key: str, sent: Decimal, returned: Decimal | None, row: ProjectRow) -> Alteration:
    return Alteration(
        field=key,
        label=_label(key),
        sent=money(sent),
        returned="" if returned is None else money(returned),
        difference=(returned or Decimal(0)) - sent,
        sheet=row.sheet,
        cell=row.cells.get(key, ""),
        project=row.number,
        project_name=row.texts["project_name"] or "",
        source=FROM_ROSTER,
    )


def _label(key: str) -> str:
    return PROJECT_FORM.label(key).removeprefix("其中：")
