"""The 自检 line at the top of a form: what is still missing, said by a formula, without macros.

Each item has the words it shows, the Excel condition under which it shows them, and the same
condition in Python: the formula's cached value must be what Excel will calculate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Category, Framework
from perfxl.core.forms.parts import Caption, Form
from perfxl.core.forms.placement import TablePlace, table_places
from perfxl.core.forms.records import Department, FormRecord, Indicator, Project, Record
from perfxl.core.forms.registry import DEPARTMENT_FORM, PLAN_DATES, PROJECT_FORM
from perfxl.core.grid.cells import address
from perfxl.core.grid.numbers import NOTHING

R = TypeVar("R", bound=Record)

DONE = "自检：必填内容已填写"
BEGINS = "自检："
MISSING = "还缺 "
DOUBTFUL = "请核对 "
BROKEN = "自检：表中有错误值，请先更正"

_CODE_LENGTH = 21
# A real objective may well contain the placeholder's words; the placeholder alone is this short.
_PLACEHOLDER = PROJECT_FORM.field("objective").placeholder or ""
_PLACEHOLDER_LENGTH = len(_PLACEHOLDER) + 6
# Three times 33.33 % is a full plan: a hundredth of a percent either way, and room for floats.
_PLAN_TOLERANCE = Decimal("0.015")
_LONGEST = 999


@dataclass(frozen=True)
class Item(Generic[R]):
    """One thing the line may say.

    text: the words. missing: it is not filled in (else: filled in, but not right). formula: the
    Excel condition, without `=`. applies: the same on a record made for the same cells.
    """

    text: str
    missing: bool
    formula: str
    applies: Callable[[R], bool]


def form_items(record: FormRecord, framework: Framework) -> tuple[Item[Any], ...]:
    """What the line of a form looks at."""
    if isinstance(record, Project):
        return project_items(record, framework)
    return department_items(record) if isinstance(record, Department) else ()


def project_items(project: Project, framework: Framework) -> tuple[Item[Project], ...]:
    """What the line of a project form looks at, in the order of the form."""
    form = blank_form(PROJECT_FORM, weights=framework.weights)
    place = table_places(project, framework)["indicators"]
    return (
        *_identity_items(form),
        *_amount_items(form),
        *_plan_items(form),
        *_objective_items(form),
        *(_category_item(category, place) for category in framework.categories if category.required),
        *_row_items(place),
    )


def department_items(department: Department) -> tuple[Item[Department], ...]:
    """What the line of the 部门整体 sheet looks at."""
    form = DEPARTMENT_FORM
    subs = table_places(department)["sub_objectives"]
    overall = _at(form, "overall_objective")
    names = subs.fixed("name")
    caption = (subs.table.caption or "").partition("、")[2]
    return (
        Item(
            form.label("overall_objective"),
            True,
            _empty(overall),
            lambda record: _is_blank(record.overall_objective),
        ),
        Item(
            caption,
            True,
            f"SUMPRODUCT({_filled_rows(names)}*1)=0",
            lambda record: all(_is_blank(sub.name) for sub in record.sub_objectives),
        ),
    )


def self_check_formula(items: Sequence[Item[R]]) -> str:
    """The formula of the line, without `=`; only functions that Excel 2007 knows."""
    missing = _joined([item for item in items if item.missing])
    doubtful = _joined([item for item in items if not item.missing])
    first = f'IF({missing}="","","{MISSING}"&MID({missing},2,{_LONGEST}))'
    if not doubtful:
        return f'IFERROR(IF({missing}="","{DONE}","{BEGINS}"&{first}),"{BROKEN}")'
    between = f'IF({missing}="","","；")&"{DOUBTFUL}"&MID({doubtful},2,{_LONGEST})'
    second = f'IF({doubtful}="","",{between})'
    return f'IFERROR(IF({missing}&{doubtful}="","{DONE}","{BEGINS}"&{first}&{second}),"{BROKEN}")'


def self_check_text(items: Sequence[Item[R]], record: R) -> str:
    """What the formula gives for a record."""
    missing = "、".join(item.text for item in items if item.missing and item.applies(record))
    doubtful = "、".join(item.text for item in items if not item.missing and item.applies(record))
    parts = [part for part in (missing and MISSING + missing, doubtful and DOUBTFUL + doubtful) if part]
    return BEGINS + "；".join(parts) if parts else DONE


def _joined(items: Sequence[Item[R]]) -> str:
    return "&".join(f'IF({item.formula},"、{item.text}","")' for item in items)


# --------------------------------------------------------------------------------------- the items


def _identity_items(form: Form) -> tuple[Item[Project], ...]:
    code, name = _at(form, "project_code"), _at(form, "project_name")
    label = form.label("project_code")
    return (
        Item(label, True, _empty(code), lambda p: _is_blank(p.project_code)),
        Item(
            f"{label}（应为 {_CODE_LENGTH} 位）",
            False,
            f"AND(LEN(TRIM({code}))>0,LEN(TRIM({code}))<>{_CODE_LENGTH})",
            lambda p: not _is_blank(p.project_code) and len(_trim(p.project_code)) != _CODE_LENGTH,
        ),
        Item(form.label("project_name"), True, _empty(name), lambda p: _is_blank(p.project_name)),
    )


def _amount_items(form: Form) -> tuple[Item[Project], ...]:
    total, fiscal, other, purpose = (
        _at(form, key) for key in ("total_budget", "fiscal_funds", "other_funds", "purpose")
    )
    return (
        Item(form.label("total_budget"), True, f"COUNT({total})=0", lambda p: p.total_budget is None),
        Item(
            f"{form.label('total_budget')}（应等于财政资金加其他资金）",
            False,
            # SUM passes over texts, a minus sign would not.
            f"AND(COUNT({total})=1,ABS(SUM({total})-SUM({fiscal},{other}))>=0.005)",
            _sources_differ,
        ),
        _no_number(form, "fiscal_funds"),
        _no_number(form, "other_funds"),
        Item(form.label("purpose"), True, _empty(purpose), lambda p: _is_blank(p.purpose)),
    )


def _no_number(form: Form, key: str) -> Item[Project]:
    """A source that holds a text: no sum counts it. A blank one and a dash are nothing."""
    cell = _at(form, key)
    nothing = f"||{'|'.join(NOTHING)}|"
    return Item(
        f"{form.label(key).rpartition('：')[2]}（应为数字）",
        False,
        f'AND(COUNT({cell})=0,NOT(ISNUMBER(FIND("|"&TRIM({cell})&"|","{nothing}"))))',
        lambda p: getattr(p, key) is None and bool(p.typed.get(key)),
    )


def _sources_differ(project: Project) -> bool:
    if project.total_budget is None:
        return False
    sources = sum((v for v in (project.fiscal_funds, project.other_funds) if v is not None), Decimal(0))
    return abs(project.total_budget - sources) >= Decimal("0.005")


def _plan_items(form: Form) -> tuple[Item[Project], ...]:
    cells = [_at(form, f"spending_plan.{i}") for i in range(len(PLAN_DATES))]
    every, last = ",".join(cells), cells[-1]
    label = _caption(form, "plan").label.partition("（")[0]
    # Cells hold 0.5 for 50 %; a pasted 50 means the same. Texts are left to the full check.
    gap = f"ABS(SUM({every})-{{0}})>{{1}}"
    end = f"ABS(SUM({last})-{{0}})>{{1}}"
    tolerance = _PLAN_TOLERANCE
    wrong = ",".join(
        part.format(hundred, margin)
        for hundred, margin in ((1, tolerance / 100), (100, tolerance))
        for part in (gap, end)
    )
    return (
        Item(
            label,
            True,
            f"COUNTA({every})=0",
            lambda p: all(value is None for value in p.spending_plan),
        ),
        Item(
            f"{label}（四期合计或 {PLAN_DATES[-1]}应为 100%）",
            False,
            f"AND(COUNT({every})>0,COUNT({every})=COUNTA({every}),{wrong})",
            _plan_falls_short,
        ),
    )


def _plan_falls_short(project: Project) -> bool:
    values = [value for value in project.spending_plan if value is not None]
    reached = (sum(values, Decimal(0)), project.spending_plan[-1] or Decimal(0))
    return bool(values) and all(abs(figure - 100) > _PLAN_TOLERANCE for figure in reached)


def _objective_items(form: Form) -> tuple[Item[Project], ...]:
    cell, label = _at(form, "objective"), form.label("objective")
    return (
        Item(label, True, _empty(cell), lambda p: _is_blank(p.objective)),
        Item(
            f"{label}（仍是模板文字“{_PLACEHOLDER}”）",
            False,
            f'AND(ISNUMBER(FIND("{_PLACEHOLDER}",{cell})),LEN(TRIM({cell}))<={_PLACEHOLDER_LENGTH})',
            lambda p: _PLACEHOLDER in (p.objective or "") and len(_trim(p.objective)) <= _PLACEHOLDER_LENGTH,
        ),
    )


def _category_item(category: Category, place: TablePlace) -> Item[Project]:
    # A bracket at both ends: `产出指标（50分）` is 产出指标, and so is `产出指标`.
    spellings = [f"（{spelling}（" for spelling in (category.name, *category.aliases)]
    cells = f'"（"&SUBSTITUTE(TRIM({place.fixed("category")}),"(","（")&"（"'
    is_one = "+".join(f'ISNUMBER(FIND("{spelling}",{cells}))' for spelling in spellings)

    def is_of_it(row: Indicator) -> bool:
        written = f"（{_trim(row.category).replace('(', '（')}（"
        return any(spelling in written for spelling in spellings)

    return Item(
        category.name,
        True,
        f"SUMPRODUCT(({is_one})*{_filled_rows(place.fixed('name'))})=0",
        lambda p: not any(is_of_it(row) and not _is_blank(row.name) for row in p.indicators),
    )


def _row_items(place: TablePlace) -> tuple[Item[Project], ...]:
    name_label, target_label = place.table.column("name").label, place.table.column("target").label
    name = place.fixed("name")
    target = place.fixed("target")
    content = [place.fixed(key) for key in ("definition", "target", "target_basis")]
    filled = "+".join(_filled_rows(cells) for cells in content)
    return (
        Item(
            f"{target_label}（有的{name_label}没有填）",
            False,
            f"SUMPRODUCT({_filled_rows(name)}*{_empty_rows(target)})>0",
            lambda p: any(not _is_blank(row.name) and _is_blank(row.target) for row in p.indicators),
        ),
        Item(
            f"{name_label}（有的行只填了{target_label}等内容）",
            False,
            f"SUMPRODUCT({_empty_rows(name)}*(({filled})>0))>0",
            lambda p: any(_is_blank(row.name) and _has_content(row) for row in p.indicators),
        ),
    )


def _has_content(row: Indicator) -> bool:
    return not all(_is_blank(text) for text in (row.definition, row.target, row.target_basis))


# ------------------------------------------------------------------------- Excel's words and ours


def _at(form: Form, key: str) -> str:
    row, column = form.field(key).value.first
    cell = address((row, column))
    letters = cell.rstrip("0123456789")
    return f"${letters}${row}"


def _caption(form: Form, key: str) -> Caption:
    return next(caption for caption in form.captions if caption.key == key)


def _empty(cell: str) -> str:
    return f"LEN(TRIM({cell}))=0"


def _filled_rows(cells: str) -> str:
    return f"(LEN(TRIM({cells}))>0)"


def _empty_rows(cells: str) -> str:
    return f"(LEN(TRIM({cells}))=0)"


def _trim(text: str | None) -> str:
    """As Excel's TRIM does: half-width blanks only, several inside become one."""
    return " ".join(part for part in (text or "").split(" ") if part)


def _is_blank(text: str | None) -> bool:
    return not _trim(text)
