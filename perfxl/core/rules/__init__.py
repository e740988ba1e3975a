"""The rules, one topic per module. Importing this package fills `RULES`."""

from perfxl.core.rules import (
    amounts,
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

__all__ = [
    "RULES",
    "Rule",
    "amounts",
    "collecting",
    "department",
    "descriptions",
    "identity",
    "indicator_rows",
    "indicators",
    "objective",
    "plan",
    "prices",
    "ratios",
    "relevance",
    "structure",
    "target_figures",
    "target_kinds",
    "targets",
    "whole_text",
]
