"""STR 工作簿结构：读取工作簿时发现的问题。"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import groupby

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.lacking import brief, kinds
from perfxl.core.forms.parts import Field, Form
from perfxl.core.forms.records import Note, NoteKind, Project, Submission, TemplateIdentity, TotalCell
from perfxl.core.forms.sheet_names import TEMPLATE_VERSION
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.forms.totals import computed_total, lacking_in
from perfxl.core.grid.text import cut, invisible_in
from perfxl.core.grid.wording import listed, money
from perfxl.core.rules.registry import Hit, Hits, Variant, rule

workbook_rule = partial(rule, on=Submission, aspect=Aspect.COMPLETENESS, basis="工作簿结构")
_NOTE = {"sheet": "1.示例", "project": 1}
# A form with a field of its own, as a bureau writes it.
_OWN_FORM = PROJECT_FORM.model_copy(
    update={
        "id": "own-project",
        "fields": (*PROJECT_FORM.fields, Field(key="manager", label="项目负责人", required=True)),
    }
)


@workbook_rule(
    "STR01",
    Severity.ERROR,
    opinion=Opinion.O1,
    message="没有找到项目绩效目标表。",
    hint="请确认文件是否为绩效文本工作簿；项目表应有“项目编码”“预算数”“绩效目标”和指标表表头。",
    good=[{"copies": 2, "project_code": "13081123R00022210002{number}", "project_name": "项目{number}"}],
    bad=[{"projects": [], "department": None, "template": None}],
)
def there_is_a_project_form(submission: Submission) -> Hits:
    """工作簿里至少有一张项目绩效目标表。"""
    if not submission.projects:
        yield Hit()


@workbook_rule(
    "STR02",
    Severity.ERROR,
    opinion=Opinion.O1,
    message="工作表“{sheet}”缺少{labels}，无法读取相应内容。",
    hint="请从模板恢复缺少的行或标签{near}。",
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "missing_label", "cell": "A4", "field": "purpose", "typed": "资金用途"}]}],
)
def labels_are_there(notes: tuple[Note, ...]) -> Hits:
    """每张表的标签和表头齐全。"""
    for found in grouped(notes, NoteKind.MISSING_LABEL):
        near = [f"{note.near}与“{note.typed}”相近，是否被改动" for note in found if note.near]
        yield Hit(
            at=found, labels=listed([note.typed for note in found], "项"), near=f"（{'；'.join(near)}）" if near else ""
        )


@workbook_rule(
    "STR03",
    Severity.WARNING,
    opinion=Opinion.O8,
    message="{cells}的公式没有计算结果。",
    hint="请用 Excel 或 WPS 打开并保存后再报送，或直接填写数值。",
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "uncalculated", "cell": "C5", "field": "total_budget"}]}],
)
def formulas_are_calculated(notes: tuple[Note, ...]) -> Hits:
    """填报单元格里的公式都有计算结果。"""
    for found in grouped(notes, NoteKind.UNCALCULATED):
        yield Hit(at=found, cells=cells_of(found))


@workbook_rule(
    "STR04",
    Severity.ERROR,
    opinion=Opinion.O7,
    message="{cells}为错误值 {actual}。",
    hint="请重新填写该单元格。",
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "error_value", "cell": "C5", "field": "total_budget", "typed": "#REF!"}]}],
)
def no_error_values(notes: tuple[Note, ...]) -> Hits:
    """填报单元格里没有 #REF!、#VALUE! 之类的错误值。"""
    for found in grouped(notes, NoteKind.ERROR_VALUE):
        yield Hit(at=found, cells=cells_of(found), actual=found[0].typed)


@workbook_rule(
    "STR05",
    Severity.INFO,
    opinion=Opinion.O8,
    message="{understood}。",
    hint="如理解有误请更正；建议直接填写规范的数字或编码。",
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "normalised", "cell": "C5", "typed": "４.40万元", "understood": "4.40"}]}],
)
def understood_values_are_told(notes: tuple[Note, ...]) -> Hits:
    """读取时统一过写法的值（全角数字、千位分隔符、百分号、空格等）都列出来，不悄悄改动。"""
    for found in grouped(notes, NoteKind.NORMALISED):
        said = [f"{n.cell} 的“{cut(n.typed, 24)}”已按{_understood(n)}理解{_unseen(n)}" for n in found]
        more = f"等 {len(said)} 处" if len(said) > 3 else ""
        yield Hit(at=found, understood="；".join(said[:3]) + more, actual=found[0].typed, expected=found[0].understood)


@workbook_rule(
    "STR06",
    Severity.WARNING,
    opinion=Opinion.O8,
    message="工作表“{sheet}”的{cells}有内容但不属于表格，未被读取：{texts}。",
    hint="请把内容移到对应的填报单元格；不需要时请清除。",
    variants={
        "column": Variant(
            Severity.WARNING,
            "工作表“{sheet}”的{cells}不是本表的栏目，未被读取：{texts}。",
            "请核对表头是否被改动；确是另加的栏目，请把要报送的内容移到本表的栏目中，其余可以保留。",
        )
    },
    good=[{"notes": []}],
    bad=[
        {"notes": [{**_NOTE, "kind": "unclaimed", "cell": "C9", "typed": "另附说明"}]},
        {
            "notes": [
                {**_NOTE, "kind": "unknown_column", "cell": "H12", "typed": "90人", "header": "实际完成值"},
                {**_NOTE, "kind": "unknown_column", "cell": "H13", "typed": "95%", "header": "实际完成值"},
            ]
        },
    ],
)
def everything_is_read(notes: tuple[Note, ...]) -> Hits:
    """表格范围内没有放错位置、未被读取的内容，指标表没有本表以外的栏目。"""
    for kind, variant in ((NoteKind.UNCLAIMED, None), (NoteKind.UNKNOWN_COLUMN, "column")):
        for found in grouped(notes, kind):
            yield Hit(
                variant=variant,
                at=found,
                cells=_columns(found) if variant else cells_of(found),
                texts=listed([note.typed for note in found]),
                actual=cut(found[0].typed, 60),
            )


@workbook_rule(
    "STR07",
    Severity.INFO,
    opinion=Opinion.O8,
    message="工作表“{sheet}”已隐藏，仍参加校验。",
    hint="不再需要的项目表请删除；需要的请取消隐藏，以免漏看。",
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "hidden", "cell": "A1"}]}],
)
def project_sheets_are_visible(notes: tuple[Note, ...]) -> Hits:
    """没有隐藏的项目表。"""
    for found in grouped(notes, NoteKind.HIDDEN):
        yield Hit(at=found)


@workbook_rule(
    "STR08",
    Severity.WARNING,
    opinion=Opinion.O8,
    message="模板版本 {actual} 早于当前版本 {expected}。",
    hint="内容仍可校验；请向主管部门索取新模板，下次填报时使用。",
    good=[{"template": {"id": "hebei-2023", "version": TEMPLATE_VERSION}}],
    bad=[{"template": {"id": "hebei-2023", "version": TEMPLATE_VERSION - 1}}],
)
def template_is_current(template: TemplateIdentity | None) -> Hits:
    """工作簿用的是当前版本的模板。"""
    if template is not None and template.version < TEMPLATE_VERSION:
        yield Hit(actual=str(template.version), expected=str(TEMPLATE_VERSION))


@workbook_rule(
    "STR09",
    Severity.ERROR,
    opinion=Opinion.O8,
    message="模板版本 {actual} 高于本程序支持的版本 {expected}。",
    hint="请升级本程序后再校验，以免漏读新增的内容。",
    good=[{"template": None}],
    bad=[{"template": {"id": "hebei-2023", "version": TEMPLATE_VERSION + 1}}],
)
def template_is_supported(template: TemplateIdentity | None) -> Hits:
    """工作簿的模板版本不高于本程序支持的版本。"""
    if template is not None and template.version > TEMPLATE_VERSION:
        yield Hit(actual=str(template.version), expected=str(TEMPLATE_VERSION))


@workbook_rule(
    "STR10",
    Severity.WARNING,
    opinion=Opinion.O7,
    message="{field_label}显示 {actual}，应为 {expected}（合计未更新）{more}。",
    hint="请点击“填充合计”或运行 perfxl fill 更新；填报的金额不需要改动。",
    variants={
        "incomplete": Variant(
            Severity.WARNING,
            "{field_label}显示 {actual}，但{missing}，不能作为全部项目的合计。",
            "请先更正或补填缺少的金额，再点击“填充合计”或运行 perfxl fill 更新。",
        )
    },
    good=[{"totals": []}],
    bad=[
        {
            "totals": [
                {
                    "sheet": "部门汇总",
                    "cell": "G6",
                    "label": "预算数",
                    "what": "total_budget",
                    "project": None,
                    "shown": "4.41",
                }
            ]
        }
    ],
)
def totals_are_current(submission: Submission, totals: tuple[TotalCell, ...]) -> Hits:
    """部门汇总等处的合计与填报的金额一致；有金额未填或读不出时，合计旁有说明。"""
    stale: dict[str, list[tuple[TotalCell, Decimal]]] = {}
    incomplete: dict[str, list[TotalCell]] = {}
    department_sheet = None if submission.department is None else submission.department.sheet
    for total in totals:
        expected = computed_total(submission, total) or Decimal(0)
        missing = lacking_in(submission, total)
        # Outside 部门汇总 no sum stands for some of the projects, only words.
        in_words = bool(missing) and total.sheet == department_sheet
        if not in_words and money(expected) != money(total.shown):
            stale.setdefault(total.sheet, []).append((total, expected))
        elif missing and total.shown and not total.says_lacking:
            incomplete.setdefault(total.sheet, []).append(total)
    for sheet, those in incomplete.items():
        if sheet not in stale:
            yield Hit(
                at=those,
                variant="incomplete",
                field_label=those[0].label,
                actual=money(those[0].shown),
                missing=brief(kinds(lacking_in(submission, those[0]))),
            )
    for found in stale.values():
        # The total row says most; a project's own row is the detail of it.
        first, expected = next(((t, e) for t, e in found if t.project is None), found[0])
        found.sort(key=lambda pair: pair[0] is not first)
        also = brief(kinds(lacking_in(submission, first)))
        more = f"，另有 {len(found) - 1} 处" if len(found) > 1 else ""
        yield Hit(
            at=[total for total, _ in found],
            field_label=first.label,
            actual=money(first.shown) if first.shown is not None else "空白",
            expected=money(expected),
            difference=money(abs((first.shown or Decimal(0)) - expected)),
            more=f"{more}；合计{also}" if also else more,
        )


def grouped(notes: tuple[Note, ...], kind: NoteKind) -> Iterator[list[Note]]:
    """The notes of a kind, form by form."""
    wanted = [note for note in notes if note.kind is kind]
    for _, group in groupby(wanted, key=lambda note: (note.sheet, note.project)):
        yield list(group)


def _understood(note: Note) -> str:
    number = "数字" if note.typed.strip() == note.understood else ""
    return f"{number} {note.understood} "


def _unseen(note: Note) -> str:
    found = "、".join(invisible_in(note.typed))
    return f"（其中有看不见的字符 {found}）" if found else ""


def cells_of(notes: list[Note]) -> str:
    """`C5、E5`, the first five of many."""
    shown = "、".join(note.cell for note in notes[:5])
    return shown if len(notes) <= 5 else f"{shown} 等 {len(notes)} 个单元格"


def _columns(notes: list[Note]) -> str:
    """`“实际完成值”一栏（G8:G13）、“得分”一栏（H8）`."""
    columns: dict[str, list[str]] = {}
    for note in notes:
        columns.setdefault(note.header, []).append(note.cell)
    said = []
    for header, cells in columns.items():
        where = cells[0] if len(cells) == 1 else f"{cells[0]}:{cells[-1]}"
        said.append(f"“{cut(header, 20)}”一栏（{where}）")
    return "、".join(said)


@rule(
    "STR16",
    Severity.ERROR,
    on=Project,
    aspect=Aspect.COMPLETENESS,
    opinion=Opinion.O1,
    basis="表样文件",
    message="{labels}未填写。",
    hint="表样规定必须填写，请补填；没有的请写“无”。",
    good=[{}],
    bad=[{"form": _OWN_FORM, "cells": {"manager": "B12"}}],
)
def required_fields_are_filled_in(project: Project, form: Form) -> Hits:
    """本地表样规定必填的栏目都已填写（通用栏目各有自己的规则）。"""
    blank = [
        field
        for field in form.fields
        if field.required and not project.knows(field.key)
        if field.key in project.cells and not project.others.get(field.key)
    ]
    if blank:
        yield Hit(*(field.key for field in blank), labels="、".join(f"“{field.label}”" for field in blank))
