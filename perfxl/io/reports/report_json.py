"""The findings for programs: one JSON object, the same keys in the same order always."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from perfxl import __version__
from perfxl.core.forms.findings import counts
from perfxl.core.forms.lacking import Lack
from perfxl.core.forms.records import Indicator, Project, Record, Submission
from perfxl.core.forms.settings import Settings
from perfxl.core.forms.totals import Totals, basis_of, totals
from perfxl.core.grid.cells import shown
from perfxl.core.grid.numbers import tidy
from perfxl.core.rules.local_decisions import decisions
from perfxl.io.reports.checked import Checked
from perfxl.io.reports.json_text import json_text

_CENT = Decimal("0.01")
_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")
_INDICATOR_TEXTS = ("category", "subcategory", "name", "definition", "target", "target_basis")


def render(checked: Sequence[Checked]) -> str:
    """The report of all files, in their order, ending with a line break."""
    report = {"perfxl": __version__, "files": [file_record(one) for one in checked]}
    return json_text(report)


def file_record(one: Checked) -> dict[str, Any]:
    """One file as the command contract prints it; an unreadable one has the same keys.

    Where a bureau decided something about the rules, a last key `settings` says what.
    """
    read = one.submission
    said = read or Submission()
    record: dict[str, Any] = {
        "path": one.path,
        "sha256": one.sha256,
        "status": one.status,
        "reason": one.reason,
        "template": said.template.model_dump() if said.template else None,
        "department": said.department_name,
        "budget_unit": said.budget_unit.model_dump() if said.budget_unit else None,
        "year": said.year,
        "framework": None if read is None else read.framework,
        "projects": [_project(project) for project in said.projects],
        "totals": _totals(said),
        "findings": [finding.as_json() for finding in one.findings],
        "counts": counts(one.findings),
    }
    if decisions(one.settings):
        record["settings"] = settings_record(one.settings)
    return record


def settings_record(settings: Settings) -> dict[str, Any]:
    """What a bureau decided about the rules."""
    return {
        "not_applicable": [
            {"rule": id_, "who": decided.who, "why": decided.why}
            for id_, decided in sorted(settings.not_applicable.items())
        ],
        "severities": {id_: severity.value for id_, severity in sorted(settings.severities.items())},
        "plan_basis": settings.plan_basis,
    }


def money(amount: Decimal | None) -> str | None:
    """`96.30`; more than two decimals are all kept, so that no one mistakes them for rounded."""
    if amount is None:
        return None
    amount = tidy(amount)
    exponent = amount.as_tuple().exponent
    exact = isinstance(exponent, int) and exponent < -2
    return format(amount if exact else amount.quantize(_CENT), "f")


def _project(project: Project) -> dict[str, Any]:
    """A project; `others` and `tables` say what a form has besides, where it has anything."""
    return {
        "sheet": project.sheet,
        "form": project.form.id,
        "project_code": project.project_code,
        "project_name": project.project_name,
        **{key: money(getattr(project, key)) for key in _AMOUNTS},
        "purpose": project.purpose,
        "objective": project.objective,
        "sub_objective": project.sub_objective,
        "spending_plan": [_plain(share) for share in project.spending_plan],
        "plan_basis": basis_of(project),
        "indicators": [_indicator(indicator) for indicator in project.indicators],
        **_besides(project),
    }


def _besides(project: Project) -> dict[str, Any]:
    form = project.form
    found: dict[str, Any] = {}
    keys = [field.key for field in form.fields if not project.knows(field.key)]
    if keys:
        found["others"] = {key: project.others.get(key) for key in keys}
    tables = [table.key for table in form.tables if not project.knows(table.key)]
    if tables:
        found["tables"] = {key: [{"cell": _cell(row), **row.others} for row in project.rows(key)] for key in tables}
    return found


def _indicator(indicator: Indicator) -> dict[str, Any]:
    parsed = indicator.parsed
    return {
        **{key: getattr(indicator, key) for key in _INDICATOR_TEXTS},
        "cell": _cell(indicator),
        **({"others": dict(indicator.others)} if indicator.others else {}),
        "parsed": None
        if parsed is None
        else {"operator": parsed.operator, "number": _plain(parsed.number), "unit": parsed.unit},
    }


def _cell(row: Record) -> str | None:
    return row.cells.get("category") or next(iter(row.cells.values()), None)


def _totals(submission: Submission) -> dict[str, Any]:
    figures: Totals = totals(submission.projects)
    return {
        "projects": len(submission.projects),
        **{key: money(getattr(figures, key)) for key in _AMOUNTS},
        "period_amounts": [money(amount) for amount in figures.period_amounts],
        "incomplete": [_lack(lack) for lack in figures.lacking],
    }


def _lack(lack: Lack) -> dict[str, Any]:
    """An amount that is not in the sums named in `sums`."""
    return {
        "sheet": lack.sheet,
        "cell": lack.cell,
        "project": lack.project,
        "project_name": lack.name,
        "field": lack.field,
        "reason": lack.why.value,
        "typed": lack.typed or None,
        "sums": list(lack.sums),
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else shown(tidy(number))
