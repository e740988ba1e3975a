"""The findings in SARIF 2.1.0 (OASIS), the format that tools exchange such reports in.

A cell is a logical location, `1.工会保障项目!C5`, of the workbook that is its physical one. An answer of
the unit is a suppression under review: the reviewer decides, nothing is switched off.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from perfxl import __version__
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.settings import NotApplicable
from perfxl.core.rules import RULES, Rule
from perfxl.core.rules.local_decisions import decisions
from perfxl.io.reports.checked import Checked
from perfxl.io.reports.json_text import json_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
UNREADABLE = "UNREADABLE"
FINGERPRINT = "ruleSheetField/v1"

_MIME_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
# In a SARIF message `[text](target)` is a link and `{0}` a placeholder; people write neither.
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def render(checked: Sequence[Checked]) -> str:
    """The report of all files, in their order, ending with a line break."""
    report = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(checked)]}
    return json_text(report)


def uri(path: str) -> str:
    """`各单位/甲 局.xlsx` → its percent-encoded relative reference; an absolute path → a file URI."""
    place = Path(path)
    # What a file system calls it, byte for byte: also a name that is no valid UTF-8.
    return place.as_uri() if place.is_absolute() else quote(os.fsencode(place.as_posix()))


def _run(checked: Sequence[Checked]) -> dict[str, Any]:
    numbers = {id_: number for number, id_ in enumerate(RULES)}
    return {
        "tool": {
            "driver": {
                "name": "perfxl",
                "version": __version__,
                "language": "zh-CN",
                "shortDescription": {"text": "部门预算绩效文本的检查助手"},
                "rules": [_rule(rule, _set_aside(checked).get(rule.id)) for rule in RULES.values()],
                "notifications": [{"id": UNREADABLE, "shortDescription": {"text": "文件无法读取，没有校验。"}}],
            }
        },
        "language": "zh-CN",
        "invocations": [_invocation(checked, numbers)],
        "artifacts": [_artifact(one) for one in checked],
        "results": [
            _result(finding, occurrence, number, one, numbers)
            for number, one in enumerate(checked)
            for finding, occurrence in _numbered(one.findings)
        ],
        "columnKind": "unicodeCodePoints",
    }


def _rule(rule: Rule, set_aside: NotApplicable | None) -> dict[str, Any]:
    first = rule.guarantee.partition("\n")[0]
    properties: dict[str, Any] = {
        "aspect": rule.aspect.value,
        "opinion": rule.opinion.name,
        "opinionText": rule.opinion.value,
        "basis": rule.basis,
        "tags": [rule.aspect.value, rule.opinion.value],
    }
    if set_aside is not None:
        properties["notApplicable"] = set_aside.model_dump()
    return {
        "id": rule.id,
        "shortDescription": {"text": first},
        "fullDescription": {"text": rule.guarantee},
        "help": {"text": f"{rule.guarantee}\n依据：{rule.basis}。\n评审意见归类：{rule.opinion.value}。"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": properties,
    }


def _set_aside(checked: Sequence[Checked]) -> Mapping[str, NotApplicable]:
    """The rules that a bureau set aside; all files of a run are checked by the same framework file."""
    return {id_: said for one in checked for id_, said in one.settings.not_applicable.items()}


def _invocation(checked: Sequence[Checked], numbers: Mapping[str, int]) -> dict[str, Any]:
    unreadable = [(number, one) for number, one in enumerate(checked) if one.submission is None]
    severities = {id_: s for one in checked for id_, s in one.settings.severities.items()}
    off = _set_aside(checked)
    configured = {id_: {"enabled": True, "level": LEVELS[s]} for id_, s in severities.items()}
    configured |= {id_: {"enabled": False} for id_ in off}
    overrides = [
        {"descriptor": {"id": id_, "index": numbers[id_]}, "configuration": configuration}
        for id_, configuration in sorted(configured.items())
    ]
    local = dict.fromkeys(line for one in checked for line in decisions(one.settings))
    return {
        "executionSuccessful": not unreadable,
        "toolExecutionNotifications": [
            {
                "descriptor": {"id": UNREADABLE, "index": 0},
                "level": "error",
                "message": {"text": _message(one.reason or "文件无法读取。")},
                "locations": [{"physicalLocation": _file(one, number)}],
            }
            for number, one in unreadable
        ],
        **({"ruleConfigurationOverrides": overrides} if overrides else {}),
        **({"properties": {"localDecisions": list(local)}} if local else {}),
    }


def _artifact(one: Checked) -> dict[str, Any]:
    made: dict[str, Any] = {"location": {"uri": uri(one.path)}, "roles": ["analysisTarget"]}
    mime_type = _MIME_TYPES.get(Path(one.path).suffix.lower())
    if mime_type is not None:
        made["mimeType"] = mime_type
    if one.sha256 is not None:
        made["hashes"] = {"sha-256": one.sha256}
    return made


def _numbered(findings: Sequence[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each finding and the how-manieth it is of its rule, sheet and field."""
    seen: Counter[tuple[str, str | None, str | None]] = Counter()
    for finding in findings:
        key = finding.rule, finding.sheet, finding.field
        yield finding, seen[key]
        seen[key] += 1


def _result(finding: Finding, occurrence: int, number: int, one: Checked, numbers: Mapping[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": {"text": _message(text_of(finding))},
        "locations": [
            {"physicalLocation": _file(one, number), **_logical(finding, cell)}
            for cell in finding.cells or (finding.cell,)
        ],
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding, occurrence)},
        "properties": {
            "aspect": finding.aspect.value,
            "opinion": finding.opinion.name,
            "opinionText": finding.opinion.value,
            "basis": finding.basis,
            "field": finding.field,
            "hint": finding.hint,
            "actual": finding.actual,
            "expected": finding.expected,
            "difference": finding.difference,
            "explanation": finding.explanation,
        },
    }
    if finding.answered:
        answer = {"kind": "external", "status": "underReview", "justification": finding.explanation}
        result["suppressions"] = [answer]
    return result


def text_of(finding: Finding) -> str:
    """What a result says: the fault and how to mend it."""
    needless = not finding.hint or finding.hint in finding.message
    return finding.message if needless else f"{finding.message}怎么改：{finding.hint}"


def _message(text: str) -> str:
    return _LINK.sub(r"\\[", text).replace("{", "{{").replace("}", "}}")


def _file(one: Checked, number: int) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(one.path), "index": number}}


def _logical(finding: Finding, cell: str | None) -> dict[str, Any]:
    """The cell, or the sheet; nothing for what is about the whole workbook."""
    if finding.sheet is None:
        return {}
    if cell is None:
        said = {"name": finding.sheet, "fullyQualifiedName": finding.sheet, "kind": "sheet"}
    else:
        said = {"name": cell, "fullyQualifiedName": f"{finding.sheet}!{cell}", "kind": "cell"}
    return {"logicalLocations": [said]}


def _fingerprint(finding: Finding, occurrence: int) -> str:
    """The same from check to check: neither the row nor the words of a message count."""
    parts = (finding.rule, finding.sheet or "", finding.field or "", str(occurrence))
    return sha256("\x1f".join(parts).encode("utf-8", errors="surrogatepass")).hexdigest()[:32]
