"""The findings as one page for a browser: to read, to print, to send on. Nothing in it is fetched or run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader

from perfxl import __version__
from perfxl.core.forms.findings import Finding, Severity, counts
from perfxl.core.grid.control_characters import escaped
from perfxl.core.grid.text import cut
from perfxl.core.rules.findings_in_words import cell_runs, counted, headline
from perfxl.core.rules.local_decisions import decisions
from perfxl.io.reports.checked import Checked
from perfxl.io.reports.report_text import STATUS_WORDS, overall

_TEMPLATE = "report.html"
_WHOLE_WORKBOOK = "整个工作簿"
_LONGEST_QUOTE = 80


def render(checked: Sequence[Checked]) -> str:
    """The report of all files, in their order, as one HTML page. Texts of workbooks are never markup,
    and their control characters are shown, not obeyed.
    """
    environment = Environment(
        loader=PackageLoader("perfxl", "data/report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template(_TEMPLATE).render(
        version=__version__, files=[_file(one) for one in checked], overall=overall(checked)
    )
    return escaped(page, keep="\t\n")


def _file(one: Checked) -> Mapping[str, Any]:
    counted_findings = counts(one.findings)
    readable = one.submission is not None
    unit = one.submission.budget_unit if one.submission else None
    return {
        "path": escaped(one.path),
        "unit": " ".join(part for part in (unit.code, unit.name) if part) if unit else "",
        "status": one.status,
        "status_word": STATUS_WORDS[one.status],
        "counts": [counted_findings[severity.value] if readable else "" for severity in Severity],
        "headline": headline(one.findings) if readable else f"无法读取：{escaped(one.reason or '')}",
        "local": decisions(one.settings),
        "groups": [
            {
                "severity": severity.value,
                "title": counted(one.findings, severity),
                "findings": [_finding(f) for f in one.findings if f.severity is severity],
            }
            for severity in Severity
            if counted_findings[severity.value]
        ],
    }


def _finding(finding: Finding) -> Mapping[str, str]:
    return {
        "sheet": finding.sheet or _WHOLE_WORKBOOK,
        "cells": "、".join(cell_runs(finding.cells)) or finding.cell or "",
        "label": finding.label or "",
        "message": finding.message,
        "actual": cut(finding.actual, _LONGEST_QUOTE) if finding.actual else "",
        "explanation": finding.explanation or "",
        "hint": finding.hint,
        "rule": finding.rule,
        "basis": finding.basis,
    }
