"""The 部门整体绩效目标 sheet of the template."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.forms.parts import Column, Kind
from perfxl.core.forms.placement import TablePlace, table_places
from perfxl.core.forms.records import Department, Measure, Record, Submission, SubObjective
from perfxl.core.forms.registry import DEPARTMENT_FORM
from perfxl.core.forms.sheet_names import DEPARTMENT
from perfxl.core.forms.totals import complete_sum, sum_formula
from perfxl.core.grid.cells import Area, address
from perfxl.core.sheets.self_check import DONE, department_items, self_check_formula, self_check_text
from perfxl.io.template.template_pen import (
    AMOUNT_FORMAT,
    CLOSING,
    INPUT,
    LABEL,
    LONG_INPUT,
    SELF_CHECK,
    TITLE,
    Look,
    Pen,
    fitting_size,
    freeze_below,
    height_of,
    light_up_self_check,
    prompt,
    prompt_amount,
    protect,
    set_growing_height,
    set_page,
    set_widths,
    wrapped_label,
)
from perfxl.io.template.template_project import unit_line_formula, unit_line_shown

_BLANK = DEPARTMENT_FORM.blank
_CAPTION = Look(size=12, bold=True, horizontal="left", border="")
_UNIT_LINE = Look(border="bottom", horizontal="left")
_UNIT_OF_ACCOUNT = Look(border="bottom", horizontal="right")
_AMOUNT = Look(number_format=AMOUNT_FORMAT, locked=False)
_COMPUTED = Look(number_format=AMOUNT_FORMAT, fill="FFF2F2F2")
_LOWEST_OBJECTIVE = 190.0
_LOWEST_ROW = 32.0
# Room for five lines: a merged cell does not make its row grow.
_LOWEST_BLANK_ROW = 76.0


def draw_department(pen: Pen, sheet: Worksheet, submission: Submission) -> None:
    """The sheet, filled with what the submission (placed) says of the department."""
    form = DEPARTMENT_FORM
    department = submission.department or Department()
    places = table_places(department).values()
    set_widths(sheet, form.widths)
    _draw_head(pen, sheet, submission, department)
    _draw_fields(pen, sheet, submission, department)
    subs, measures = places
    _draw_table(pen, sheet, subs, department.sub_objectives, SubObjective())
    usual = tuple(Measure(name=name) for name in measures.table.usual)
    _draw_table(pen, sheet, measures, department.implementation_measures or usual, Measure())
    last = measures.table.columns[-1].last
    set_page(sheet, f"{_BLANK.title.partition(':')[0]}:{last}{measures.closing}")
    sheet.sheet_view.showGridLines = False
    freeze_below(sheet, Area.of(_BLANK.title).top, address(form.fields[0].value.first))
    sheet.sheet_properties.tabColor = "FF2F5597"
    protect(sheet)


def _draw_head(pen: Pen, sheet: Worksheet, submission: Submission, department: Department) -> None:
    items = department_items(department)
    area = _BLANK.self_check
    pen.formula(sheet, area, self_check_formula(items), self_check_text(items, department), SELF_CHECK)
    top = Area.of(area)
    sheet.row_dimensions[top.top].height = 24
    light_up_self_check(sheet, f"$A${top.top}", area, DONE)
    pen.put(sheet, _BLANK.title, DEPARTMENT, TITLE)
    sheet.row_dimensions[Area.of(_BLANK.title).top].height = 36
    pen.formula(sheet, _BLANK.unit_line, unit_line_formula(), unit_line_shown(submission), _UNIT_LINE)
    pen.put(sheet, _BLANK.unit_of_account, DEPARTMENT_FORM.counted_in, _UNIT_OF_ACCOUNT)
    sheet.row_dimensions[Area.of(_BLANK.unit_line).top].height = 20


def _draw_fields(pen: Pen, sheet: Worksheet, submission: Submission, department: Department) -> None:
    form = DEPARTMENT_FORM
    for field in form.fields:
        where = Area.of(field.label_at)
        label = wrapped_label(field.label, sum(form.widths[where.left - 1 : where.right]))
        pen.put(sheet, field.label_at, label, LABEL)
        row = field.value.top
        if field.formula is not None:
            total = complete_sum(submission.projects, field.formula)
            formula = sum_formula(submission.projects, field.formula)
            if formula is None:
                pen.put(sheet, field.value_at, total, _COMPUTED)
            else:
                pen.formula(sheet, field.value_at, formula, total, _COMPUTED)
            prompt(sheet, field.value_at, field.label, field.hint)
        elif field.kind is Kind.AMOUNT:
            value = getattr(department, field.key)
            pen.put(sheet, field.value_at, value, _AMOUNT)
            sheet.row_dimensions[row].height = 36
            prompt_amount(sheet, field.value_at, field.label, field.hint)
        else:
            text = getattr(department, field.key) or ""
            width = sum(form.widths[field.value.left - 1 : field.value.right])
            size, height = fitting_size(text, width)
            look = Look(size=size, horizontal="left", locked=False)
            pen.put(sheet, field.value_at, text or None, look)
            sheet.row_dimensions[row].height = max(_LOWEST_OBJECTIVE if not text else 60.0, height)
            prompt(sheet, field.value_at, field.label, field.hint)


def _draw_table(
    pen: Pen, sheet: Worksheet, place: TablePlace, records: Sequence[Record], blank: Record
) -> None:
    columns = place.table.columns
    first, last = columns[0].first, columns[-1].last
    if place.caption is not None:
        pen.put(sheet, f"{first}{place.caption}:{last}{place.caption}", place.table.caption, _CAPTION)
        sheet.row_dimensions[place.caption].height = 26
    for column in columns:
        pen.put(sheet, _across(column, place.header), column.label, LABEL)
    sheet.row_dimensions[place.header].height = 24
    for row in range(place.first, place.last + 1):
        index = row - place.first
        record = records[index] if index < len(records) else blank
        for column in columns:
            value = index + 1 if column.key == "number" else getattr(record, column.key)
            look = INPUT if column.key in ("number", "name") else LONG_INPUT
            pen.put(sheet, _across(column, row), value, look)
        _set_row_height(sheet, place, record, row)
    for column in columns:
        pen.put(sheet, _across(column, place.closing), None, CLOSING)
        area = f"{column.first}{place.first}:{column.last}{place.closing}"
        if column.hint:
            prompt(sheet, area, column.label, column.hint)
    sheet.row_dimensions[place.closing].height = 6


def _across(column: Column, row: int) -> str:
    first, last = f"{column.first}{row}", f"{column.last}{row}"
    return first if first == last else f"{first}:{last}"


def _set_row_height(sheet: Worksheet, place: TablePlace, record: Record, row: int) -> None:
    """Fix a height only where the table has merged cells: their texts make no row grow."""
    texts = [column for column in place.table.columns if column.key != "number"]
    height = max(_LOWEST_ROW, *(height_of(getattr(record, c.key) or "", c.width) for c in texts))
    if any(":" in column.at for column in texts):
        room = height if getattr(record, texts[-1].key) else _LOWEST_BLANK_ROW
        sheet.row_dimensions[row].height = min(409.0, max(height, room))
    else:
        set_growing_height(sheet, row, height)
