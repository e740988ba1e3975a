"""A rule's examples as a person reads them: which field says what, and what is then found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.core.forms.findings import Finding
from perfxl.core.forms.parts import Form, Kind
from perfxl.core.forms.records import Department, FormRecord, Indicator, Note, NoteKind, Project, Submission
from perfxl.core.forms.sheet_names import DEPARTMENT
from perfxl.core.forms.shipped_forms import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.grid.cells import shown
from perfxl.core.grid.numbers import tidy
from perfxl.core.grid.text import cut
from perfxl.core.reading.submission import DEFAULT_FRAMEWORK
from perfxl.core.rules import Rule
from perfxl.core.rules.examples import examined, example, is_of_collecting
from perfxl.io.data.framework_files import all_frameworks

_MOST_PARTS = 8
_LONGEST = 80
_BLANK = "（空白）"
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_COLUMNS = {column.key: column.label for column in PROJECT_FORM.tables[0].columns}
_OTHERS = {"unit_of_account": "金额单位"}
_KEYS = ("category", "subcategory", "name", "definition", "target", "target_basis", "weight")
_NOTES = {
    NoteKind.MISSING_LABEL: "{sheet}上没有这一栏的名称",
    NoteKind.UNCALCULATED: "{sheet}!{cell} 的公式没有计算结果",
    NoteKind.ERROR_VALUE: "{sheet}!{cell} 显示 {typed}",
    NoteKind.HIDDEN: "工作表“{sheet}”已隐藏",
}


@dataclass(frozen=True)
class Shown:
    """An example: what differs from the example text, line by line, and the findings of the rule."""

    says: tuple[str, ...]
    findings: tuple[Finding, ...]


def bad_examples(rule: Rule) -> list[Shown]:
    """One example of the rule and one of each of its variants, in this order, where they have one."""
    shown_of: dict[str | None, Shown] = {}
    for changes in rule.bad:
        one = _shown(rule, changes)
        if one.findings:
            shown_of.setdefault(_variant(rule, one.findings[0]), one)
    return [shown_of[variant] for variant in (None, *rule.variants) if variant in shown_of]


def good_example(rule: Rule) -> Shown | None:
    """The first good example that can be said in words, None where there is none."""
    examples = (_shown(rule, changes) for changes in rule.good)
    return next((one for one in examples if one.says), None)


def _shown(rule: Rule, changes: Mapping[str, Any]) -> Shown:
    framework = all_frameworks()[changes.get("framework", DEFAULT_FRAMEWORK)]
    findings = examined(rule, changes, framework)
    found = {one.message: one for one in findings if one.rule == rule.id}
    if is_of_collecting(rule):
        return Shown(tuple(_of_collecting(rule, changes)), tuple(found.values()))
    submission = example(rule, changes)
    base = example(rule, {"copies": len(submission.projects)} if len(submission.projects) > 1 else {})
    says = list(dict.fromkeys(_differences(base, submission)))
    for finding in found.values():
        # Several projects that say the same differ in nothing from the example text.
        if finding.actual and finding.label and not any(finding.label in part for part in says):
            says.insert(0, f"{finding.label}：{cut(finding.actual, _LONGEST)}")
    says = says or [f"{one.sheet}!{one.cell}：{_text(one.actual)}" for one in found.values() if one.cell]
    if len(says) > _MOST_PARTS:
        says = [*says[:_MOST_PARTS], f"…（共 {len(says)} 处）"]
    return Shown(tuple(says), tuple(found.values()))


def _variant(rule: Rule, finding: Finding) -> str | None:
    """Whose message a finding has."""
    for variant, words in rule.variants.items():
        pattern = ".*".join(re.escape(part) for part in _PLACEHOLDER.split(words.message))
        if re.fullmatch(pattern, finding.message, re.DOTALL):
            return variant
    return None


# ------------------------------------------------------------------------------- what differs


def _differences(base: Submission, other: Submission) -> Iterator[str]:
    if not other.projects:
        yield "工作簿里没有项目绩效目标表"
    several = len(other.projects) > 1
    for index, project in enumerate(other.projects):
        before = base.projects[min(index, len(base.projects) - 1)]
        of = f"第 {project.number} 个项目的" if several else ""
        yield from (f"{of}{part}" for part in _of_project(before, project))
    yield from _of_department(base.department, other.department)
    if other.cover is not None and base.cover is not None:
        yield from _of_fields(COVER_FORM, base.cover, other.cover)
    yield from _of_workbook(base, other)
    for line in other.contents:
        yield f"{line.sheet}列有“{line.title}”"
    for note in other.notes:
        yield _note(note)
    for total in other.totals:
        yield f"“{total.sheet}”表的“{total.label}”显示 {shown(total.shown)}"


def _of_collecting(rule: Rule, changes: Mapping[str, Any]) -> Iterator[str]:
    """What a record of collecting says, by the titles of its fields."""
    fields = rule.on.model_fields
    for key, value in changes.items():
        title = fields[key].title
        if isinstance(value, bool):
            yield f"{title}：{'是' if value else '否'}"
        elif isinstance(value, list):
            yield f"{title}：{'；'.join(map(_listed, value)) or '（没有）'}"
        else:
            yield f"{title}：{_text(value)}"


def _listed(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _text(value)
    return (
        f"{value['sheet']}!{value['cell']} 的{value['label']}，下发 {value['sent'] or _BLANK}，回收 {value['returned']}"
    )


def _of_project(base: Project, other: Project) -> Iterator[str]:
    if other.unit_line != base.unit_line:
        yield f"单位行：{_text(other.unit_line)}"
    yield from _of_fields(PROJECT_FORM, base, other)
    known = {field.key for field in PROJECT_FORM.fields}
    for key, typed in other.typed.items():
        label = _OTHERS.get(key.partition(".")[0])
        if key not in known and label is not None:
            yield f"{label}：{cut(typed, _LONGEST)}"
    if len(other.indicators) < len(base.indicators):
        kept = {_row(row) for row in other.indicators}
        for row in base.indicators:
            if _row(row) not in kept:
                yield f"没有{row.subcategory}"
        return
    for index, row in enumerate(other.indicators):
        if index >= len(base.indicators):
            yield f"增加一行指标：{'，'.join(_text(text) for text in _row(row) if text)}"
        elif _row(row) != _row(base.indicators[index]):
            yield _of_row(base.indicators[index], row)


def _of_fields(form: Form, base: FormRecord, other: FormRecord) -> Iterator[str]:
    """The fields of a form that say something else, by their labels."""
    for field in form.fields:
        key = field.key.partition(".")[0]
        if key not in type(other).model_fields:
            continue
        old, new = base.value(field.key), other.value(field.key)
        typed = other.typed.get(field.key) or other.typed.get(key)
        if old != new or (typed and typed != base.typed.get(key) and new is None):
            caption = "支出计划 " if field.kind is Kind.PERCENT else ""
            yield f"{caption}{form.label(field.key)}：{_text(typed if new is None and typed else new)}"


def _of_row(base: Indicator, other: Indicator) -> str:
    """What a row of the indicator table says, where it differs; the row by its name."""
    said = [
        f"{_COLUMNS[key]}：{_text(getattr(other, key))}"
        for key in _KEYS
        if key in {"name", "target"} or getattr(base, key) != getattr(other, key)
    ]
    return f"{other.subcategory or '指标'}一行，{'；'.join(said)}"


def _row(row: Indicator) -> tuple[str | None, ...]:
    return tuple(shown(getattr(row, key)) or None for key in _KEYS)


def _of_department(base: Department | None, other: Department | None) -> Iterator[str]:
    if base is None or other is None:
        if other is not base:
            yield f"没有“{DEPARTMENT}”表"
        return
    yield from _of_fields(DEPARTMENT_FORM, base, other)
    for label, old, new in (
        ("分项绩效目标", base.sub_objectives, other.sub_objectives),
        ("工作保障措施", base.implementation_measures, other.implementation_measures),
    ):
        if [one.model_dump() for one in old] != [one.model_dump() for one in new]:
            names = "、".join(one.name or _BLANK for one in new)
            yield f"{label}：{cut(names, _LONGEST) or _BLANK}"


def _of_workbook(base: Submission, other: Submission) -> Iterator[str]:
    if other.year != base.year:
        yield f"预算年度：{_text(other.year)}"
    if other.budget_unit != base.budget_unit:
        unit = other.budget_unit
        yield f"预算单位：{_text(' '.join(part for part in (unit.code, unit.name) if part) if unit else None)}"
    if other.template != base.template and other.template is not None:
        yield f"模板版本：{other.template.version}"


def _note(note: Note) -> str:
    template = _NOTES.get(note.kind, "{sheet}!{cell} 写有“{typed}”" if note.typed else "{sheet}!{cell}")
    return template.format(sheet=note.sheet, cell=note.cell, typed=cut(note.typed, _LONGEST))


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        value = tidy(value)
    return cut(shown(value), _LONGEST) or _BLANK
