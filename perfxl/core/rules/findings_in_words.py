"""Findings in words, the same in every report, on the sheet and on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.grid.cells import Area, position
from perfxl.core.rules.answers import CHANGED

_NOTHING_FOUND = "校验通过：没有发现问题。"


def headline(findings: Sequence[Finding]) -> str:
    """`4 个错误，42 个警告（其中 3 个已说明），22 个提示：先改这 4 个错误`, or `校验通过`."""
    if not findings:
        return _NOTHING_FOUND
    said = "，".join(text for severity in Severity if (text := counted(findings, severity)))
    errors = [f for f in findings if f.severity is Severity.ERROR]
    warnings = [f for f in findings if f.severity is Severity.WARNING]
    if errors:
        return f"{said}：先改这 {len(errors)} 个错误"
    if warnings and all(f.answered for f in warnings):
        return f"没有错误；{said}：警告都已说明，供评审时核对"
    if warnings:
        return f"没有错误；{said}：请逐条核对，确有原因的在“单位说明”中写明"
    return f"校验通过；{said}，供参考"


def counted(findings: Sequence[Finding], severity: Severity) -> str:
    """`42 个警告（其中 3 个已说明，1 个说明后内容已改）`; `""` where there are none of that severity."""
    those = [f for f in findings if f.severity is severity]
    if not those:
        return ""
    answered = sum(f.answered for f in those)
    changed = sum((f.explanation or "").startswith(CHANGED) for f in those)
    useless = sum(f.explanation is not None for f in those) if severity is Severity.ERROR else 0
    parts = [f"{answered} 个已说明"] if answered else []
    if useless:
        parts = [f"{useless} 个写了说明，仍须更正"]
    elif changed:
        parts.append(f"{changed} 个说明后内容已改")
    also = f"（其中 {'，'.join(parts)}）" if parts else ""
    return f"{len(those)} 个{severity.label}{also}"


def cell_runs(cells: Sequence[str]) -> list[str]:
    """Cells below each other as one area: D13, D14, D15, G2 → `D13:D15`, `G2`."""
    runs: list[list[tuple[int, int]]] = []
    for row, column in map(position, cells):
        if runs and runs[-1][-1] == (row - 1, column):
            runs[-1].append((row, column))
        else:
            runs.append([(row, column)])
    return [str(Area(*run[0], *run[-1])) for run in runs]
