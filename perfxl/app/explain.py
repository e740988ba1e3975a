"""`perfxl rules`: the catalogue of what is checked, in the words of the people who fill in the form."""

from __future__ import annotations

import re
from itertools import groupby

from perfxl.core.forms.shipped_forms import DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import half_width
from perfxl.core.rules import RULES, Rule
from perfxl.core.rules.topics import TOPICS, in_order

_PLACEHOLDER = re.compile(r"\{(\w++)[^{}]*\}")


def listing() -> str:
    """All rules by topic, one line each: id, severity, what holds when nothing is found."""
    known = in_order(RULES.values())
    lines = []
    for topic, group in groupby(known, key=lambda rule: rule.id[:3]):
        lines += ["", TOPICS.get(topic, topic)]
        lines += [f"  {one.id}  {one.severity.label}  {one.guarantee.splitlines()[0]}" for one in group]
    lines += ["", f"共 {len(known)} 条。查看一条：perfxl rules 编号"]
    return "\n".join(lines).lstrip("\n")


def one(rule_id: str) -> str:
    """One rule in full: guarantee, message, what to do, basis, examples. PerfxlError for no such rule."""
    from perfxl.app.rule_examples import bad_examples, good_example

    rule = RULES.get(half_width(rule_id).strip().upper())
    if rule is None:
        raise PerfxlError(f"没有编号为“{rule_id}”的规则。查看全部规则：perfxl rules")
    lines = [
        f"{rule.id}  {severities(rule)}  {TOPICS.get(rule.id[:3], '')}",
        "",
        f"要求：{rule.guarantee}",
        *(f"{label}：{text}" for label, text in _wordings(rule)),
        f"依据：{rule.basis}",
        f"四性：{rule.aspect.value}；评审意见：{opinion(rule)}",
    ]
    for example in bad_examples(rule):
        lines += ["", "不符的例子：", *(f"  {part}" for part in example.says)]
        for finding in example.findings:
            lines += [f"  → {finding.severity.label}：{finding.message}", f"     怎么改：{finding.hint}"]
    good = good_example(rule)
    if good is not None:
        lines += ["", "符合的例子：", *(f"  {part}" for part in good.says), "  → 没有问题"]
    return "\n".join(lines)


def severities(rule: Rule) -> str:
    """`警告`, and those of its variants where they differ: `警告（个别情形为提示）`."""
    others = dict.fromkeys(v.severity.label for v in rule.variants.values() if v.severity != rule.severity)
    return rule.severity.label + (f"（个别情形为{'、'.join(others)}）" if others else "")


def opinion(rule: Rule) -> str:
    """`O4 指标值与指标不匹配`."""
    return f"{rule.opinion.name} {rule.opinion.value}"


def readable(message: str) -> str:
    """A message's template with the words of the form for its figures."""
    return _PLACEHOLDER.sub(lambda match: f"〈{_label(match[1]) or '…'}〉", message)


def _wordings(rule: Rule) -> list[tuple[str, str]]:
    return [
        ("不符时提示", readable(rule.message)),
        ("怎么改", readable(rule.hint)),
        *((f"另一种情形（{variant.severity.label}）", readable(variant.message)) for variant in rule.variants.values()),
    ]


def _label(key: str) -> str | None:
    labels = (form.label(key) for form in (PROJECT_FORM, DEPARTMENT_FORM))
    return next((label for label in labels if label != key), None)
