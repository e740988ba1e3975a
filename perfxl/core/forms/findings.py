"""A finding: what is wrong, where, and how to put it right."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """error: the form cannot be right. warning: a reviewer would ask. info: custom or style."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """The Chinese word for it."""
        return {"error": "错误", "warning": "警告", "info": "提示"}[self.value]

    @property
    def weight(self) -> int:
        """0 for errors, 1 for warnings, 2 for infos: the order in lists."""
        return list(Severity).index(self)


class Aspect(StrEnum):
    """四性, the review aspects of 财预〔2015〕88号."""

    COMPLETENESS = "完整性"
    RELEVANCE = "相关性"
    ADEQUACY = "适当性"
    FEASIBILITY = "可行性"


class Opinion(StrEnum):
    """The heading under which a reviewer would return a text."""

    O1 = "填报缺项"
    O2 = "细化量化不足"
    O3 = "与项目相关性不足"
    O4 = "指标值与指标不匹配"
    O5 = "指标类型归错"
    O6 = "需补充产出、效益或满意度指标"
    O7 = "金额、编码或口径不符"
    O8 = "表述与格式"


class Finding(BaseModel):
    """One rule that does not hold in one place.

    cell: the first of `cells`; None where the finding is about the whole workbook (sheet None) or
    a whole sheet. field: the model field. actual, expected, difference: texts, for figures decimal.
    project: the number of the project, None for the department and the workbook.
    explanation: the unit's answer (单位说明), None where there is none; with a mark before it where the
    content has changed since. answered: an answer is there and still holds; never for an error.
    content, answered_content: short hashes of what the cells say, and of what they said when a
    changed one was answered; None where no workbook was asked.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: Severity
    sheet: str | None
    cell: str | None
    cells: tuple[str, ...] = ()
    field: str | None = None
    label: str | None = None
    message: str
    hint: str
    basis: str
    aspect: Aspect
    opinion: Opinion
    actual: str | None = None
    expected: str | None = None
    difference: str | None = None
    explanation: str | None = None
    project: int | None = None
    answered: bool = False
    content: str | None = None
    answered_content: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding as the command contract prints it."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "sheet": self.sheet,
            "cell": self.cell,
            "cells": list(self.cells),
            "field": self.field,
            "message": self.message,
            "hint": self.hint,
            "basis": self.basis,
            "aspect": self.aspect.value,
            "opinion": self.opinion.name,
            "actual": self.actual,
            "expected": self.expected,
            "difference": self.difference,
            "explanation": self.explanation,
        }


def counts(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Findings per severity: `{"error": 4, "warning": 42, "info": 22}`."""
    counted = Counter(finding.severity for finding in findings)
    return {severity.value: counted[severity] for severity in Severity}
