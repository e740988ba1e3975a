"""The findings for a person at a terminal: what to mend first, then sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import click

from perfxl.core.forms.findings import Finding, Severity, counts
from perfxl.core.grid.control_characters import escaped
from perfxl.core.grid.text import cut
from perfxl.core.rules import findings_in_words as words
from perfxl.core.rules.local_decisions import decisions
from perfxl.io.reports.checked import Checked

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WHOLE_WORKBOOK = "整个工作簿"
_MANY = 6
_LONGEST_QUOTE = 60


def render(checked: Sequence[Checked], *, colour: bool) -> str:
    """The report of all files, in their order, ending with a line break."""
    lines: list[str] = []
    for one in checked:
        if lines:
            lines.append("")
        lines += _file(one)
    if len(checked) > 1:
        lines += ["", overall(checked)]
    text = "\n".join(lines) + "\n"
    return text if colour else click.unstyle(text)


def headline(findings: tuple[Finding, ...]) -> str:
    """One line: how many findings, and what to mend first, with the places."""
    errors = counts(findings)[Severity.ERROR.value]
    if not errors:
        return f"{words.headline(findings).rstrip('。')}。"
    places = _places(f for f in findings if f.severity is Severity.ERROR)
    rest = [text for other in (Severity.WARNING, Severity.INFO) if (text := words.counted(findings, other))]
    also = f"另有 {'、'.join(rest)}。" if rest else ""
    return f"{words.counted(findings, Severity.ERROR)}，先改这 {errors} 个：{places}。{also}"


def _file(one: Checked) -> list[str]:
    title = click.style(escaped(one.path), bold=True)
    if one.submission is None:
        return [title, click.style(f"无法读取：{escaped(one.reason or '')}", fg="red")]
    lines = [title, _plain(headline(one.findings)), *(_plain(f"{decision}。") for decision in decisions(one.settings))]
    for sheet, found in groupby(one.findings, key=lambda finding: finding.sheet):
        lines += ["", click.style(escaped(sheet or _WHOLE_WORKBOOK), bold=True)]
        for finding in sorted(found, key=lambda finding: finding.severity.weight):
            lines += _finding(finding)
    return lines


def _finding(finding: Finding) -> list[str]:
    word = click.style(finding.severity.label, fg=_COLOURS[finding.severity])
    cell = finding.cell or "—"
    lines = [f"  {cell:<5} {word} {finding.rule}  {_plain(finding.message)}"]
    if finding.hint and finding.hint not in finding.message:
        lines.append(f"        怎么改：{_plain(finding.hint)}")
    if finding.actual:
        lines.append(f"        现为：{_plain(cut(finding.actual, _LONGEST_QUOTE))}")
    if len(finding.cells) > 1:
        lines.append(f"        涉及：{_listed(list(finding.cells))}")
    if finding.explanation:
        lines.append(f"        单位说明：{_plain(finding.explanation)}")
        if finding.severity is Severity.ERROR:
            lines.append("        错误不能用说明代替，请更正。")
    return lines


def _plain(text: str) -> str:
    """A text of a workbook, whose control characters are shown and not obeyed."""
    return escaped(text, keep="\t\n")


def _places(findings: Iterable[Finding]) -> str:
    """`1.工会保障项目!B9、…`, each place once."""
    places = dict.fromkeys(
        "!".join(part for part in (finding.sheet, finding.cell) if part) or _WHOLE_WORKBOOK for finding in findings
    )
    return _listed(list(places))


def _listed(places: list[str]) -> str:
    more = f" 等 {len(places)} 处" if len(places) > _MANY else ""
    return "、".join(places[:_MANY]) + more


def overall(checked: Sequence[Checked]) -> str:
    """One line on several files: how many have errors, only warnings, pass, cannot be read."""
    number = {status: sum(one.status == status for one in checked) for status in STATUS_WORDS}
    parts = [f"{word} {number[status]} 个" for status, word in STATUS_WORDS.items() if number[status]]
    return f"共 {len(checked)} 个文件：{'，'.join(parts)}。"


STATUS_WORDS = {"errors": "有错误", "warnings": "只有警告", "passed": "通过", "unreadable": "无法读取"}
