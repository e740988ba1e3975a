"""The rules, one topic per module. Importing this package fills `RULES`."""

from perfxl.core.rules import (  # noqa: F401 (a topic registers its rules when it is imported)
    amounts,
    as_shown,
    collecting,
    department,
    descriptions,
    identity,
    indicator_rows,
    indicators,
    objective,
    plan,
    prices,
    ratios,
    relevance,
    structure,
    target_figures,
    target_kinds,
    targets,
    whole_text,
)
from perfxl.core.rules.registry import RULES, Rule

__all__ = ["RULES", "Rule"]
