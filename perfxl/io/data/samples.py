"""The sample text that comes with perfxl, as published and mended."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

from perfxl.core.forms.records import (
    BudgetUnit,
    Cover,
    Department,
    Indicator,
    Measure,
    Project,
    Submission,
    SubObjective,
)
from perfxl.core.forms.target_values import parse_target

FRAMEWORK = "hebei-2023"


def sample_submission(*, mended: bool = False) -> Submission:
    """The 2023 text of a county union, four projects, 188.90 万元.

    As published it has the usual faults; mended, nothing is left to return (figures partly invented).
    """
    facts = sample_facts(mended=mended)
    unit = BudgetUnit(**facts["budget_unit"])
    return Submission(
        framework=FRAMEWORK,
        department_name=facts["department"],
        budget_unit=unit,
        year=facts["year"],
        cover=Cover(compiled_by=facts["compiled_by"], reviewed_by=facts["reviewed_by"]),
        department=Department(
            overall_objective=facts["overall_objective"],
            sub_objectives=tuple(SubObjective(**one) for one in facts["sub_objectives"]),
            implementation_measures=tuple(Measure(**one) for one in facts["implementation_measures"]),
        ),
        projects=tuple(_project(number, one, unit) for number, one in enumerate(facts["projects"], start=1)),
    )


def sample_facts(*, mended: bool = False) -> dict[str, Any]:
    """The sample as plain data: texts, and amounts as decimal strings."""
    name = "chengde-union-2023-mended.json" if mended else "chengde-union-2023.json"
    text = (files("perfxl") / "data" / "sample" / name).read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


def _project(number: int, facts: dict[str, Any], unit: BudgetUnit) -> Project:
    first, second, third, fourth = (_decimal(value) for value in facts["spending_plan"])
    return Project(
        number=number,
        unit_line=facts["budget_unit"],
        budget_unit=unit,
        project_code=facts["project_code"],
        project_name=facts["project_name"],
        total_budget=_decimal(facts["total_budget"]),
        fiscal_funds=_decimal(facts["fiscal_funds"]),
        other_funds=_decimal(facts["other_funds"]),
        purpose=facts["purpose"],
        spending_plan=(first, second, third, fourth),
        objective=facts["objective"],
        sub_objective=facts.get("sub_objective"),
        indicators=tuple(Indicator(**one, parsed=parse_target(one["target"])) for one in facts["indicators"]),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
