"""Last year's text as the beginning of this year's: words stay, figures go, and what may be out of date is said.

No word is changed: what belongs to last year is listed with its cell and lit up there, and goes dark
when the words are gone. What was cleared, left out or moved is listed too, with what stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from perfxl.core.forms import project_code as codes
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import AMOUNTS
from perfxl.core.forms.placement import placed
from perfxl.core.forms.records import BudgetUnit, Cover, Department, Project, Record, Submission
from perfxl.core.forms.shipped_forms import PLAN_DATES
from perfxl.core.grid.cells import shown
from perfxl.core.grid.text import label_key
from perfxl.core.grid.wording import money
from perfxl.core.last_year.dated import dated_words
from perfxl.core.last_year.refit import refitted
from perfxl.core.rosters.blank_text import owned, with_sub_objectives

_CLEARED = dict.fromkeys(AMOUNTS) | {"spending_plan": (None,) * len(PLAN_DATES)}
_GIVEN = ("project_code", "project_name", *AMOUNTS, "purpose", "sub_objective")
_PROJECT_TEXTS = ("project_name", "purpose", "objective", "sub_objective")
_INDICATOR_TEXTS = ("name", "definition", "target", "target_basis")
_YEARS = re.compile(r"(?:19|20)\d{2}年?度?")
# Where the year stands in a 项目编码 of any kind.
_YEAR_OF_CODE = slice(6, 8)


class Matter(StrEnum):
    """What became of something in last year's text."""

    UPDATE = "请更新"
    CLEARED = "已清空"
    MOVED = "请归类"
    LEFT_OUT = "未结转"


@dataclass(frozen=True, slots=True)
class RollNote:
    """One thing to know. sheet, cell: where in the new workbook, `""` where nowhere. what: the words or
    figures concerned. words: what is lit up as long as the cell holds it. hint: what to do.
    """

    matter: Matter
    sheet: str
    cell: str
    what: str
    hint: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RolledOver:
    """This year's text, and what is to be known about it, in the order of the workbook."""

    submission: Submission
    notes: tuple[RollNote, ...]


def roll_over(
    last: Submission,
    *,
    year: int,
    framework: Framework,
    unit: BudgetUnit,
    department: str | None = None,
    given: Sequence[Project] = (),
) -> RolledOver:
    """Last year's text carried over to `year`.

    framework: this year's. unit, department: whose text it becomes. given: this year's projects with
    their 控制数, matched by name; then there are these and no others. Without any, all of last year's.
    """
    same = last.framework == framework.id
    # The unit's own, where a text holds those of several units; else all.
    own = [one for one in last.projects if one.budget_unit and one.budget_unit.code == unit.code]
    old = own or list(last.projects)
    pairs = _paired(old, given)
    made = [_project(number, *pair, framework, same=same, year=year) for number, pair in enumerate(pairs, 1)]
    projects = owned([project for project, _ in made] or [Project(number=1)], unit)
    cover, text = last.cover, last.department
    submission = Submission(
        framework=framework.id,
        department_name=department or last.department_name,
        budget_unit=unit,
        year=year,
        cover=cover and Cover(compiled_by=cover.compiled_by, reviewed_by=cover.reviewed_by),
        department=with_sub_objectives(text and text.model_copy(update={"declared_total": None}), projects),
        projects=projects,
    )
    after = placed(submission, framework)
    notes = [*_department_notes(last.department, after, year)]
    for (_, moved), (before, new), place in zip(made, pairs, after.projects, strict=False):
        notes += _project_notes(before, new, place, moved, year)
    kept = {id(before) for before, _ in pairs}
    notes += [_left_out(project) for project in old if id(project) not in kept]
    return RolledOver(submission, tuple(notes))


# ---------------------------------------------------------------------------------------- projects


def _paired(old: Sequence[Project], given: Sequence[Project]) -> list[tuple[Project | None, Project | None]]:
    """Last year's project and this year's: equal names first, then names equal but for a year."""
    if not given:
        return [(project, None) for project in old]
    left = list(old)
    found: dict[int, Project] = {}
    for key in (label_key, lambda name: _YEARS.sub("", label_key(name))):
        for new in given:
            match = next((p for p in left if key(p.project_name or "") == key(new.project_name or "")), None)
            if new.number not in found and match is not None:
                found[new.number] = match
                left.remove(match)
    return [(found.get(new.number), new) for new in given]


def _project(
    number: int, before: Project | None, given: Project | None, framework: Framework, *, same: bool, year: int
) -> tuple[Project, tuple[str, ...]]:
    """This year's project, and what is to be said about its indicators' places."""
    new = {key: value for key in _GIVEN if given and (value := getattr(given, key)) is not None}
    if before is None:
        return Project.model_validate({"number": number, **new}), ()
    indicators, moved = (before.indicators, ()) if same else refitted(before.indicators, framework)
    code = None if _is_of_an_earlier_year(before.project_code, year) else before.project_code
    changes = {**_CLEARED, "number": number, "project_code": code, "indicators": indicators, **new}
    return before.model_copy(update=changes), moved


def _is_of_an_earlier_year(code: str | None, year: int) -> bool:
    """Whether a code must not be taken over: it names an earlier year, or none that can be read."""
    digits = (code or "")[_YEAR_OF_CODE]
    return len(code or "") != codes.LENGTH or not digits.isdecimal() or 2000 + int(digits) < year


# ------------------------------------------------------------------------------------------- notes


def _department_notes(last: Department | None, after: Submission, year: int) -> Iterator[RollNote]:
    place = after.department
    if last is None or place is None:
        return
    if last.declared_total is not None:
        cell = place.cells["declared_total"]
        what = f"上年项目支出总额 {money(last.declared_total)} 万元"
        yield RollNote(Matter.CLEARED, place.sheet, cell, what, "请按本年预算填写，没有可不填。")
    yield from _dated(place, ("overall_objective",), year)
    for row in place.sub_objectives:
        yield from _dated(row, ("name", "objective", "indicators"), year)
    for measure in place.implementation_measures:
        yield from _dated(measure, ("name", "text"), year)


def _project_notes(
    before: Project | None, given: Project | None, place: Project, moved: tuple[str, ...], year: int
) -> Iterator[RollNote]:
    if before is None:
        return
    if before.project_code and before.project_code != place.project_code:
        hint = (
            f"已换为本年编码 {place.project_code}。"
            if place.project_code
            else "请填写本年的项目编码；延续项目在系统中仍用原编码的，可以从这里复制。"
        )
        what = f"上年项目编码 {before.project_code}"
        yield RollNote(Matter.CLEARED, place.sheet, place.cells["project_code"], what, hint)
    figures = _figures(before)
    if figures:
        hint = "上年数，仅供参考。请填写本年数。" if place.total_budget is None else "上年数，仅供参考。"
        yield RollNote(Matter.CLEARED, place.sheet, place.cells["total_budget"], figures, hint)
    # What was given for this year is not last year's.
    old = [key for key in _PROJECT_TEXTS if given is None or getattr(given, key, None) is None]
    yield from _dated(place, old, year)
    for what in moved:
        hint = "请从下拉列表中重新选择一级、二级指标；不适用的可以删去。"
        yield RollNote(Matter.MOVED, place.sheet, place.cells["indicators"], what, hint)
    for indicator in place.indicators:
        yield from _dated(indicator, _INDICATOR_TEXTS, year)


def _figures(project: Project) -> str:
    """`预算数 96.30、财政资金 96.30；支出计划 10月底 50%、12月底 50%`: last year's, for reference."""
    amounts = [
        f"{project.form.label(key).removeprefix('其中：')} {money(amount)}"
        for key in AMOUNTS
        if (amount := getattr(project, key)) is not None
    ]
    plan = [
        f"{date} {shown(share)}%"
        for date, share in zip(PLAN_DATES, project.spending_plan, strict=True)
        if share is not None
    ]
    parts = ("、".join(amounts), f"支出计划 {'、'.join(plan)}" if plan else "")
    return "；".join(part for part in parts if part)


def _left_out(project: Project) -> RollNote:
    what = f"上年项目“{project.display_name}”（{_figures(project) or '没有金额'}）"
    return RollNote(Matter.LEFT_OUT, "", "", what, "不在本年项目清单中，没有结转；内容见上年文件。")


def _dated(record: Record, fields: Sequence[str], year: int) -> Iterator[RollNote]:
    for field in fields:
        words = dated_words(getattr(record, field), year)
        if words:
            what = "、".join(f"“{word}”" for word in words)
            hint = f"属于上年的，请改为 {year} 年的；仍然适用的，可以不改。"
            yield RollNote(Matter.UPDATE, record.sheet, record.cells[field], what, hint, words)
