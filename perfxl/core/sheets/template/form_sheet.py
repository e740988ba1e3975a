"""The blank or filled-in sheet of a form: prints as the official form, helps while it is filled in.

Everything that differs from form to form stands in the form's file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import COUNTING, Caption, Column, Field, Kind
from perfxl.core.forms.placement import TablePlace, blank_rows, table_places
from perfxl.core.forms.records import Cover, FormRecord, Project, Record, Row, Submission
from perfxl.core.forms.sheet_names import COVER
from perfxl.core.forms.totals import complete_sum, sum_formula
from perfxl.core.grid.cells import Area, Value, address, column_letters, quoted_sheet
from perfxl.core.grid.change import DrawnSheet
from perfxl.core.sheets.drawing import Drawing
from perfxl.core.sheets.heights import fitting_size, height_of, wrapped_label
from perfxl.core.sheets.self_check import DONE, self_check
from perfxl.core.sheets.template.entry_help import (
    column_entries,
    field_entries,
    hidden_repeats,
    lit_self_check,
    odd_percentages,
)
from perfxl.core.sheets.template.template_styles import (
    CAPTION,
    CATEGORY,
    CLOSING,
    COMPUTED,
    DEPARTMENT_TAB,
    FORMATS,
    HELPER,
    INPUT,
    LABEL,
    LONG_INPUT,
    PAGE,
    PROJECT_TAB,
    SELF_CHECK,
    SPACER,
    TITLE,
    UNIT_LINE,
    UNIT_OF_ACCOUNT,
)

_LOWEST = 32.0
_PERCENT_HEIGHT = 23.0
_CAPTION_HEIGHT, _CLOSING_HEIGHT, _UNIT_LINE_HEIGHT = 26.0, 6.0, 20.0
_BESIDE = (9.0, 12.0, 12.0)
# 自检 names what is missing: on a project's form on two lines.
_SELF_CHECK_HEIGHTS = {"project": 34.0, "department": 24.0}
_TITLE_HEIGHTS = {"project": 46.0, "department": 36.0}
_TABS = {"project": PROJECT_TAB, "department": DEPARTMENT_TAB}


def form_sheet(
    record: FormRecord, submission: Submission, framework: Framework, locked: frozenset[str] = frozenset()
) -> DrawnSheet:
    """The sheet of a form, filled with what its record says.

    record, submission: placed (see `perfxl.core.forms.placement`); the submission gives the unit, the 分项
    to choose from and the projects to add up. locked: the fields that the unit may not change, and is told so.
    """
    return _FormSheet(record, submission, framework, locked).drawn()


class _FormSheet:
    def __init__(
        self, record: FormRecord, submission: Submission, framework: Framework, locked: frozenset[str]
    ) -> None:
        self.record, self.submission, self.framework, self.locked = record, submission, framework, locked
        self.form = blank_form(record.form, weights=framework.weights)
        self.places = table_places(record, framework)
        # Beside the form: what keeps its rows high, and the two hidden columns of its 自检.
        self.sheet = Drawing(record.sheet, (*self.form.widths, *_BESIDE))
        self.hidden: tuple[str, ...] = ()

    def drawn(self) -> DrawnSheet:
        """The whole sheet."""
        sheet, form = self.sheet, self.form
        self._head()
        for caption in form.captions:
            sheet.put(caption.label_at, self._label(caption), LABEL)
        for field in form.fields:
            sheet.put(field.label_at, self._label(field), LABEL)
            self._value(field)
            self._field_height(field)
        sheet.entries += field_entries(form, self.submission, self.locked)
        bottom = max(field.value.bottom for field in form.fields)
        for place in self.places.values():
            self._table(place)
            bottom = place.closing
        self._self_check()
        for place in self.places.values():
            sheet.entries += column_entries(place, self.framework)
            if any(column.key == "category" for column in place.table.columns):
                sheet.conditions += hidden_repeats(place)
        sheet.conditions += odd_percentages(form)
        title = Area.of(form.blank.title)
        header = next((place.header for place in self.places.values()), None)
        return sheet.sheet(
            page=PAGE,
            print_area=f"{address(title.first)}:{column_letters(len(form.widths))}{bottom}",
            header_rows=(header, header) if form.repeats and header else None,
            freeze=f"A{title.top}",
            begin=address(form.fields[0].value.first),
            tab=_TABS.get(form.subject),
            hidden_columns=self.hidden,
            guarded=True,
        )

    # ------------------------------------------------------------------------- head and fields

    def _head(self) -> None:
        sheet, blank = self.sheet, self.form.blank
        title, formula = self._title()
        sheet.put(blank.title, title, TITLE, formula)
        needed = height_of(title, sum(self.form.widths), TITLE.size)
        sheet.set_height(Area.of(blank.title).top, max(_TITLE_HEIGHTS[self.form.subject], needed))
        own = self.record if isinstance(self.record, Project) else None
        line = unit_line(own, self.submission) if own is not None else None
        if line is None:
            shown = unit_line(None, self.submission) or ""
            sheet.put(blank.unit_line, shown, UNIT_LINE, unit_line_formula(self.submission))
        else:
            sheet.put(blank.unit_line, line, replace(UNIT_LINE, unlocked=True))
        sheet.put(blank.unit_of_account, self.form.counted_in, UNIT_OF_ACCOUNT)
        sheet.set_height(Area.of(blank.unit_line).top, _UNIT_LINE_HEIGHT)

    def _title(self) -> tuple[str, str | None]:
        """A project's title follows its name; any other form is called what it is."""
        record, form = self.record, self.form
        if not isinstance(record, Project):
            return form.name, None
        end = (*form.title_ends, form.name)[0]
        title = f"{record.number}.{record.project_name or ''}{end}"
        if not form.has("project_name"):
            return title, None
        name = address(form.field("project_name").value.first)
        return title, f'"{record.number}."&{name}&"{end}"'

    def _label(self, named: Field | Caption) -> str:
        return wrapped_label(named.label, self.form.width(Area.of(named.label_at)))

    def _value(self, field: Field) -> None:
        if field.formula is not None:
            total = complete_sum(self.submission.projects, field.formula)
            formula = sum_formula(self.submission.projects, field.formula)
            self.sheet.put(field.value_at, total, COMPUTED, formula)
            return
        value = self.record.value(field.key)
        size = INPUT.size
        if isinstance(value, str) and field.kind in (Kind.LONG_TEXT, Kind.TEXT):
            size, _ = fitting_size(value, self.form.width(field.value))
        look = replace(
            LONG_INPUT if field.kind is Kind.LONG_TEXT else INPUT,
            size=size,
            number_format=FORMATS.get(field.kind, "General"),
            unlocked=field.key not in self.locked,
        )
        if isinstance(value, Decimal) and field.kind is Kind.PERCENT:
            value = value / 100
        self.sheet.put(field.value_at, value, look)

    def _field_height(self, field: Field) -> None:
        if field.kind is Kind.PERCENT:
            for row in (Area.of(field.label_at).top, field.value.top):
                self.sheet.set_height(row, _PERCENT_HEIGHT)
            return
        value = None if field.formula else self.record.value(field.key)
        lowest = field.height if value is not None else field.blank_height
        needed = fitting_size(value, self.form.width(field.value))[1] if isinstance(value, str) else 0.0
        self.sheet.at_least(field.value.top, max(lowest or field.height or _LOWEST, needed))

    # ------------------------------------------------------------------------------ the tables

    def _table(self, place: TablePlace) -> None:
        sheet, table = self.sheet, place.table
        first, last = table.columns[0].first, table.columns[-1].last
        if place.caption is not None:
            sheet.put(f"{first}{place.caption}:{last}{place.caption}", table.caption, CAPTION)
            sheet.set_height(place.caption, _CAPTION_HEIGHT)
        for column in table.columns:
            sheet.put(_across(column, place.header), column.label, LABEL)
        sheet.set_height(place.header, table.header_height)
        rows: Sequence[Record] = self.record.rows(table.key)
        rows = rows or [Row(others=texts) for texts in blank_rows(table, self.framework)]
        spacer = column_letters(len(self.form.widths) + 1)
        for row in range(place.first, place.last + 1):
            record = rows[row - place.first] if row - place.first < len(rows) else Row()
            for column in table.columns:
                counting = column.key == COUNTING
                value: Value = row - place.first + 1 if counting else record.value(column.key)
                look = LONG_INPUT if column.kind is Kind.LONG_TEXT else INPUT
                sheet.put(_across(column, row), value, CATEGORY if column.key == "category" else look)
            if self.form.repeats:
                sheet.put(f"{spacer}{row}", None, SPACER)
            self._row_height(place, record, row)
        for number in range(1, len(self.form.widths) + 1):
            sheet.put(f"{column_letters(number)}{place.closing}", None, CLOSING)
        sheet.set_height(place.closing, _CLOSING_HEIGHT)

    def _row_height(self, place: TablePlace, record: Record, row: int) -> None:
        """Fix a height only where a merged cell needs more than Excel would give the row by itself."""
        table = place.table
        filled = any(record.value(one.key) is not None for one in table.columns if one.key not in _NAMING)
        single, merged = table.row_height, 0.0
        if not filled and table.blank_row_height:
            single = table.blank_row_height
        for column in table.columns:
            if column.key == COUNTING:
                continue
            text = str(record.value(column.key) or "")
            needed = height_of(text, self.form.width(Area.of(_across(column, 1))))
            if ":" not in column.at:
                single = max(single, needed)
            elif text or not table.blank_merged_height:
                merged = max(merged, needed)
            else:
                # A merged cell does not make its row grow when a text is typed into it.
                merged = max(merged, table.blank_merged_height)
        if merged > single or (merged and table.blank_merged_height):
            self.sheet.set_height(row, max(merged, single))
        else:
            self.sheet.set_growing_height(row, single)

    def _self_check(self) -> None:
        area = self.form.blank.self_check
        if not area:
            return
        check = self_check(self.record, self.framework, len(self.form.widths) + 2)
        self.sheet.put(area, check.text, SELF_CHECK, check.formula)
        for helper in check.helpers:
            self.sheet.put(helper.cell, helper.text, HELPER, helper.formula)
        self.hidden = check.columns
        where = Area.of(area)
        self.sheet.set_height(where.top, _SELF_CHECK_HEIGHTS[self.form.subject])
        cell = f"${column_letters(where.left)}${where.top}"
        self.sheet.conditions += lit_self_check(cell, area, DONE)


# What names a row: a blank form has it already.
_NAMING = {"category", "subcategory", COUNTING}


def _across(column: Column, row: int) -> str:
    return f"{column.first}{row}:{column.last}{row}"


def unit_line(project: Project | None, submission: Submission) -> str | None:
    """`116001 名称` as the project or the submission says; None where neither does."""
    if project is not None and project.unit_line:
        return project.unit_line
    unit = (project.budget_unit if project else None) or submission.budget_unit
    parts = [part for part in (unit.code, unit.name) if part] if unit else []
    return " ".join(parts) or None


def unit_line_formula(submission: Submission) -> str | None:
    """The unit line out of the cover, as a formula without `=`; None where the cover does not say the unit."""
    form = (submission.cover or Cover()).form
    keys = [key for key in ("budget_unit.code", "budget_unit.name") if form.has(key)]
    cells = [f"{quoted_sheet(COVER)}!{address(form.field(key).value.first)}" for key in keys]
    joined = '&" "&'.join(cells)
    return f"TRIM({joined})" if cells else None
