"""`python -m perfxl.app.make_rule_docs [FILE]`: docs/rules.md, the catalogue of the rules, from the registry."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from perfxl.app.explain import opinion, severities
from perfxl.app.rule_examples import Shown, bad_examples, good_example
from perfxl.app.tasks import save
from perfxl.core.forms.findings import Severity
from perfxl.core.rules import RULES, Rule
from perfxl.core.rules.topics import TOPICS, in_order

_HEAD = """\
# 校验规则

本文由程序根据规则本身生成（`make docs`），与 `perfxl rules` 一致，请不要手工修改。

- **错误**：表不可能是对的，必须更正，不能用说明代替。
- **警告**：评审时多半会被问到。更正，或在“校验结果”表的“单位说明”里写明理由。
- **提示**：习惯和写法，供参考。

四性指财预〔2015〕88号的完整性、相关性、适当性、可行性。评审意见是评审时退回文本通常所用的类别。
各地可以在指标体系文件的 `[settings]` 中调整严重程度，或写明某条规则在本地不适用；报告会逐条列出。"""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def rule_docs() -> str:
    """The whole document; the same rules give the same text."""
    known = in_order(RULES.values())
    number = {severity: sum(rule.severity is severity for rule in known) for severity in Severity}
    counted = "，".join(f"{severity.label} {number[severity]} 条" for severity in Severity)
    blocks = [_HEAD, f"共 {len(known)} 条：{counted}。"]
    topics = [(topic, list(group)) for topic, group in groupby(known, key=lambda rule: rule.id[:3])]
    for topic, rules in topics:
        blocks.append(f"## {topic} {TOPICS.get(topic, '')}".rstrip())
        rows = [f"| {one.id} | {severities(one)} | {_plain(one.guarantee.splitlines()[0])} |" for one in rules]
        blocks.append("\n".join(["| 编号 | 严重程度 | 要求 |", "|---|---|---|", *rows]))
        for rule in rules:
            blocks += _rule(rule)
    return "\n\n".join(blocks) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}"
    yield _plain(rule.guarantee).replace("\n", "  \n")
    yield "\n".join(
        (
            f"- 严重程度：{severities(rule)}",
            f"- 四性：{rule.aspect.value}",
            f"- 评审意见：{opinion(rule)}",
            f"- 依据：{_plain(rule.basis)}",
        )
    )
    for example in bad_examples(rule):
        yield _example("不符", example)
    good = good_example(rule)
    if good is not None:
        yield _example("符合", good)


def _example(word: str, example: Shown) -> str:
    """What the form says, and below it what the program says of it."""
    lines = [f"> **{word}**　{_plain('　'.join(example.says))}"]
    for finding in example.findings:
        lines += [">", f"> {finding.severity.label}：{_plain(finding.message)}"]
        if finding.hint not in finding.message:
            lines[-1] += f" 怎么改：{_plain(finding.hint)}"
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text whose signs Markdown takes for none of its own."""
    return _SPECIAL.sub(r"\\\1", text)


if __name__ == "__main__":
    made = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules.md")
    save(made, rule_docs().encode())
    sys.stdout.write(f"{made}\n")
