"""封面 of the standard workbook: who files the text, and for which year."""

from __future__ import annotations

from dataclasses import replace

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Form
from perfxl.core.forms.records import Cover, Submission
from perfxl.core.grid.cells import Area, address
from perfxl.core.grid.change import DrawnSheet
from perfxl.core.sheets.drawing import Drawing
from perfxl.core.sheets.heights import height_of
from perfxl.core.sheets.template.entry_help import field_entries
from perfxl.core.sheets.template.template_styles import FORMATS, GUIDE_TAB, OPEN, PAGE, PLAIN

_TITLE = replace(OPEN, size=26, bold=True)
_LABEL = replace(OPEN, size=14, horizontal="distributed")
_INPUT = replace(PLAIN, size=14, border="bottom", unlocked=True)
_NOTE = replace(OPEN, size=9, colour="595959")
_TITLE_HEIGHT, _FIELD_HEIGHT = 70.0, 36.0
# The title stands in the upper third of the page.
_HEIGHTS = {1: 70.0, 2: 30.0, 3: 30.0, 6: 90.0, 7: 60.0}


def cover_sheet(submission: Submission, framework: Framework) -> DrawnSheet:
    """The cover: the title is put together from the fields below it. submission: placed."""
    cover = submission.cover or Cover()
    form = blank_form(cover.form, weights=False)
    sheet = Drawing(cover.sheet, form.widths)
    sheet.put(form.blank.title, _title_text(form, cover), _TITLE, _title_formula(form))
    title = Area.of(form.blank.title)
    sheet.heights.update({**_HEIGHTS, title.top: _TITLE_HEIGHT, title.bottom: _TITLE_HEIGHT})
    for field in form.fields:
        value = cover.value(field.key)
        sheet.put(field.label_at, field.label, _LABEL)
        sheet.put(field.value_at, value, replace(_INPUT, number_format=FORMATS.get(field.kind, "General")))
        needed = height_of("" if value is None else str(value), form.width(field.value), _INPUT.size)
        sheet.set_height(field.value.top, max(_FIELD_HEIGHT, needed))
    sheet.entries += field_entries(form, submission)
    bottom = max(field.value.bottom for field in form.fields)
    if form.blank.note:
        sheet.put(form.blank.note, f"{framework.name}（{framework.basis}）　　{form.counted_in}", _NOTE)
        bottom = Area.of(form.blank.note).top
        sheet.set_height(bottom - 1, 60)
        sheet.set_height(bottom, 24)
    return sheet.sheet(
        page=replace(PAGE, footer=""),
        print_area=f"A1:{address((bottom, len(form.widths)))}",
        tab=GUIDE_TAB,
        guarded=True,
    )


def _title_formula(form: Form) -> str:
    department, unit, year = (
        address(form.field(key).value.first) if form.has(key) else '""'
        for key in ("department", "budget_unit.name", "year")
    )
    whose = f'IF({department}&{unit}="","",IF({department}<>"",{department},{unit})&CHAR(10))'
    return f'{whose}&IF({year}="","",{year}&" 年")&"{_ends(form)}"'


def _title_text(form: Form, cover: Cover) -> str:
    whose = cover.value("department") or cover.value("budget_unit.name")
    year = cover.value("year")
    said = "" if year is None else f"{year} 年"
    return (f"{whose}\n" if whose else "") + f"{said}{_ends(form)}"


def _ends(form: Form) -> str:
    return (*form.title_ends, form.name)[0]
