"""The rules, one topic per module. Importing this package fills `RULES`."""

from perfxl.core.rules import (
    amounts,
    department,
    identity,
    indicators,
    objective,
    plan,
    structure,
    targets,
)
from perfxl.core.rules.registry import RULES, Rule

__all__ = [
    "RULES",
    "Rule",
    "amounts",
    "department",
    "identity",
    "indicators",
    "objective",
    "plan",
    "structure",
    "targets",
]
