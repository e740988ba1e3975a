"""封面 of the template: who files the text, and for which year."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Kind
from perfxl.core.forms.records import Cover, Submission
from perfxl.core.forms.registry import COVER_FORM
from perfxl.core.grid.cells import Area, address
from perfxl.io.template.template_pen import Look, Pen, height_of, prompt, protect, set_page, set_widths

_COVER_TITLE = Look(size=26, bold=True, border="")
_COVER_LABEL = Look(size=14, horizontal="distributed", border="")
_COVER_INPUT = Look(size=14, border="bottom", locked=False)
_COVER_NOTE = Look(size=9, colour="FF595959", border="")
_LAST_FIRST_YEAR = ("2000", "2100")


def draw_cover(pen: Pen, sheet: Worksheet, submission: Submission, framework: Framework) -> None:
    """The cover: the title is put together from the fields below it."""
    set_widths(sheet, COVER_FORM.widths)
    pen.formula(sheet, COVER_FORM.blank.title, _title_formula(), _title_text(submission), _COVER_TITLE)
    title = Area.of(COVER_FORM.blank.title)
    heights = {1: 70.0, 2: 30.0, 3: 30.0, title.top: 70.0, title.bottom: 70.0, 6: 90.0, 7: 60.0}
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height
    cover = submission.cover or Cover()
    values = {field.key: cover.value(field.key) for field in COVER_FORM.fields}
    for field in COVER_FORM.fields:
        number_format = "@" if field.kind is Kind.CODE else "General"
        look = Look(size=14, border="bottom", locked=False, number_format=number_format)
        pen.put(sheet, field.label_at, field.label, _COVER_LABEL)
        pen.put(sheet, field.value_at, values[field.key], look)
        needed = height_of(str(values[field.key] or ""), 66.0, 14)
        sheet.row_dimensions[field.value.top].height = max(36.0, needed)
        _help(sheet, field.value_at, field.label, field.hint, field.kind, address(field.value.first))
    note = f"{framework.name}（{framework.basis}）　　{COVER_FORM.counted_in}"
    pen.put(sheet, COVER_FORM.blank.note, note, _COVER_NOTE)
    row = Area.of(COVER_FORM.blank.note).top
    sheet.row_dimensions[row - 1].height = 60
    sheet.row_dimensions[row].height = 24
    set_page(sheet, f"A1:{address((row, len(COVER_FORM.widths)))}")
    sheet.oddFooter.center.text = None
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "FF7F7F7F"
    protect(sheet)


def _cell(key: str) -> str:
    return address(COVER_FORM.field(key).value.first)


def _title_formula() -> str:
    department, unit, year = (_cell(key) for key in ("department", "budget_unit.name", "year"))
    whose = f'IF({department}&{unit}="","",IF({department}<>"",{department},{unit})&CHAR(10))'
    return f'{whose}&IF({year}="","",{year}&" 年")&"{COVER_FORM.title_ends[0]}"'


def _title_text(submission: Submission) -> str:
    unit = submission.budget_unit
    whose = submission.department_name or (unit.name if unit else None)
    year = "" if submission.year is None else f"{submission.year} 年"
    return (f"{whose}\n" if whose else "") + f"{year}{COVER_FORM.title_ends[0]}"


def _help(sheet: Worksheet, area: str, title: str, hint: str, kind: Kind, cell: str) -> None:
    if kind is Kind.YEAR:
        first, last = _LAST_FIRST_YEAR
        prompt(
            sheet,
            area,
            title,
            hint,
            type="whole",
            operator="between",
            formula1=first,
            formula2=last,
            error="这里应填四位年份，如 2024。仍要保留请选“是”。",
        )
    elif kind is Kind.CODE:
        prompt(
            sheet,
            area,
            title,
            hint,
            type="custom",
            formula1=f"LEN(TRIM({cell}))=6",
            error="单位编码一般为 6 位。仍要保留请选“是”。",
        )
    else:
        prompt(sheet, area, title, hint)
