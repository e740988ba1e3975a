"""What a unit of a roster is handed out: a submission to begin with, and which of its fields are 控制数."""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.core.forms.file_identity import PREFILLED_FIELDS, Controls
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Form
from perfxl.core.forms.records import BudgetUnit, Cover, Department, Project, Submission, SubObjective
from perfxl.core.grid.text import label_key
from perfxl.core.rosters.roster_records import RosterProject, RosterUnit


def blank_submission(
    unit: BudgetUnit, year: int, framework: Framework, department: str | None, projects: Sequence[Project]
) -> Submission:
    """A workbook to begin with: identity, projects (one blank form where there is none), their 分项."""
    made = owned(projects or (Project(number=1),), unit)
    return Submission(
        framework=framework.id,
        department_name=department,
        budget_unit=unit,
        year=year,
        department=with_sub_objectives(None, made),
        projects=made,
    )


def in_form(submission: Submission, form: Form | None) -> Submission:
    """The submission with its projects (its department, its cover) on another form; None for the usual ones."""
    if form is None:
        return submission
    if form.repeats:
        projects = tuple(one.model_copy(update={"form": form}) for one in submission.projects)
        return submission.model_copy(update={"projects": projects})
    blank = Cover() if form.subject == "cover" else Department()
    part = getattr(submission, form.subject) or blank
    return submission.model_copy(update={form.subject: part.model_copy(update={"form": form})})


def owned(projects: Sequence[Project], unit: BudgetUnit) -> tuple[Project, ...]:
    """The projects as those of a unit, which each of their forms names."""
    line = f"{unit.code} {unit.name}"
    return tuple(p.model_copy(update={"budget_unit": unit, "unit_line": line}) for p in projects)


def with_sub_objectives(department: Department | None, projects: Sequence[Project]) -> Department | None:
    """The department's part with every 分项 that a project names: the dropdown offers them."""
    known = department.sub_objectives if department else ()
    keys = {label_key(one.name or "") for one in known}
    names = {label_key(p.sub_objective): p.sub_objective for p in projects if p.sub_objective}
    new = tuple(SubObjective(name=name) for key, name in names.items() if key not in keys)
    if not new:
        return department
    return (department or Department()).model_copy(update={"sub_objectives": (*known, *new)})


def unit_of(unit: RosterUnit) -> BudgetUnit:
    """A unit of a roster as the model has it."""
    return BudgetUnit(code=unit.code, name=unit.name)


def projects_of(given: Sequence[RosterProject]) -> tuple[Project, ...]:
    """Projects of a roster as the model has them, numbered as listed."""
    return tuple(
        Project(
            number=number,
            project_code=one.code,
            project_name=one.name,
            total_budget=one.total_budget,
            fiscal_funds=one.fiscal_funds,
            other_funds=one.other_funds,
            purpose=one.purpose,
            sub_objective=one.sub_objective,
        )
        for number, one in enumerate(given, 1)
    )


def controls_of(given: Sequence[Project]) -> Controls:
    """What was given of each project is 控制数; what was left blank is for the unit to fill in."""
    return {
        project.number: frozenset(key for key in PREFILLED_FIELDS if getattr(project, key) is not None)
        for project in given
    }
