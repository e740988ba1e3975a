"""A project form of the template: prints as the official form, helps while it is filled in."""

from __future__ import annotations

from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Caption, Field, Form, Kind, Table
from perfxl.core.forms.placement import TablePlace, table_places
from perfxl.core.forms.records import Indicator, Project, Submission
from perfxl.core.forms.registry import COVER_FORM, PROJECT_FORM, TITLE_ENDS
from perfxl.core.forms.sheet_names import COVER
from perfxl.core.grid.cells import Area, address, quoted_sheet
from perfxl.core.sheets.self_check import DONE, project_items, self_check_formula, self_check_text
from perfxl.io.template.template_help import (
    help_with_fields,
    help_with_table,
    hide_repeats,
    show_odd_percentages,
)
from perfxl.io.template.template_pen import (
    AMOUNT_FORMAT,
    CLOSING,
    INPUT,
    LABEL,
    PERCENT_FORMAT,
    SELF_CHECK,
    TEXT_FORMAT,
    TITLE,
    Look,
    Pen,
    fitting_size,
    freeze_below,
    height_of,
    light_up_self_check,
    protect,
    set_growing_height,
    set_page,
    set_widths,
    wrapped_label,
)

_CATEGORY_LOOK = Look(border="sides", locked=False)
_UNIT_LINE = Look(border="bottom", horizontal="left")
_OPEN_UNIT_LINE = Look(border="bottom", horizontal="left", locked=False)
_UNIT_OF_ACCOUNT = Look(border="bottom", horizontal="right")
# A row without a set height grows with its texts, but no lower than its largest font: that of an
# empty cell beside the printed area.
_SPACER = Look(size=28, border="", locked=False, wrap=False)

# While blank, a merged cell is given room: it does not grow when a text is typed into it.
_LOWEST_BLANK = {"purpose": 50.0, "objective": 80.0, "project_name": 34.0}
_LOWEST = 32.0
_TITLE_HEIGHT = 46.0
_PLAN_HEIGHT = 23.0
_HEADER_HEIGHT = 34.0
_CLOSING_HEIGHT = 6.0
_INDICATOR_HEIGHT = 30.0
_BLANK_INDICATOR_HEIGHT = 36.0

_ALIGNMENTS = {Kind.LONG_TEXT: "left"}
_FORMATS = {Kind.AMOUNT: AMOUNT_FORMAT, Kind.PERCENT: PERCENT_FORMAT, Kind.CODE: TEXT_FORMAT}


def draw_project(
    pen: Pen,
    sheet: Worksheet,
    project: Project,
    submission: Submission,
    framework: Framework,
    locked: frozenset[str] = frozenset(),
) -> None:
    """One project form on an empty sheet, filled with what the project says.

    submission: placed (see `perfxl.core.forms.placement`); it gives the unit and the 分项 to choose from.
    locked: the fields that the unit may not change, and is told so.
    """
    form = blank_form(PROJECT_FORM, weights=framework.weights)
    place = table_places(project, framework)["indicators"]
    set_widths(sheet, form.widths)
    _draw_head(pen, sheet, project, submission, form)
    for caption in form.captions:
        pen.put(sheet, caption.label_at, _label(caption, form), LABEL)
    for field in form.fields:
        pen.put(sheet, field.label_at, _label(field, form), LABEL)
        _draw_value(pen, sheet, project, field, form, locked=field.key in locked)
    _set_field_heights(sheet, project, form)
    _draw_table(pen, sheet, project, framework, place)
    _draw_self_check(pen, sheet, project, framework, form)
    help_with_fields(sheet, form, submission, locked)
    help_with_table(sheet, place, framework)
    hide_repeats(sheet, place)
    show_odd_percentages(sheet, form)
    last = place.table.columns[-1].last
    set_page(sheet, f"{form.blank.title.partition(':')[0]}:{last}{place.closing}", place.header)
    sheet.sheet_view.showGridLines = False
    freeze_below(sheet, Area.of(form.blank.title).top, address(form.fields[0].value.first))
    sheet.sheet_properties.tabColor = "FFC55A11"
    protect(sheet)


# -------------------------------------------------------------------------------- head and fields


def _draw_head(pen: Pen, sheet: Worksheet, project: Project, submission: Submission, form: Form) -> None:
    name = address(form.field("project_name").value.first)
    title = f"{project.number}.{project.project_name or ''}{TITLE_ENDS[0]}"
    pen.formula(sheet, form.blank.title, f'"{project.number}."&{name}&"{TITLE_ENDS[0]}"', title, TITLE)
    needed = height_of(title, sum(form.widths), TITLE.size)
    sheet.row_dimensions[Area.of(form.blank.title).top].height = max(_TITLE_HEIGHT, needed)
    line = unit_line(project, submission)
    if line is None:
        pen.formula(sheet, form.blank.unit_line, unit_line_formula(), unit_line_shown(submission), _UNIT_LINE)
    else:
        pen.put(sheet, form.blank.unit_line, line, _OPEN_UNIT_LINE)
    pen.put(sheet, form.blank.unit_of_account, form.counted_in, _UNIT_OF_ACCOUNT)
    sheet.row_dimensions[Area.of(form.blank.unit_line).top].height = 20


def unit_line(project: Project | None, submission: Submission) -> str | None:
    """`116001 名称` as the project or the submission says; None where neither does."""
    if project is not None and project.unit_line:
        return project.unit_line
    unit = (project.budget_unit if project else None) or submission.budget_unit
    parts = [part for part in (unit.code, unit.name) if part] if unit else []
    return " ".join(parts) or None


def unit_line_formula() -> str:
    """The unit line out of the cover, as a formula without `=`."""
    code, name = (
        f"{quoted_sheet(COVER)}!{address(COVER_FORM.field(key).value.first)}"
        for key in ("budget_unit.code", "budget_unit.name")
    )
    return f'TRIM({code}&" "&{name})'


def unit_line_shown(submission: Submission) -> str:
    """What `unit_line_formula` gives."""
    return unit_line(None, submission) or ""


def _draw_value(
    pen: Pen, sheet: Worksheet, project: Project, field: Field, form: Form, *, locked: bool
) -> None:
    value = project.value(field.key)
    size = 10.5
    if isinstance(value, str) and field.kind in (Kind.LONG_TEXT, Kind.TEXT):
        size, _ = fitting_size(value, _width(form, field.value))
    look = Look(
        size=size,
        horizontal=_ALIGNMENTS.get(field.kind, "center"),
        number_format=_FORMATS.get(field.kind, "General"),
        locked=locked,
    )
    if isinstance(value, Decimal) and field.kind is Kind.PERCENT:
        value = value / 100
    pen.put(sheet, field.value_at, value, look)


def _label(named: Field | Caption, form: Form) -> str:
    return wrapped_label(named.label, _width(form, Area.of(named.label_at)))


def _width(form: Form, area: Area) -> float:
    return sum(form.widths[area.left - 1 : area.right])


def _set_field_heights(sheet: Worksheet, project: Project, form: Form) -> None:
    for field in form.fields:
        row = field.value.top
        if field.kind is Kind.PERCENT:
            for plan_row in (Area.of(field.label_at).top, row):
                sheet.row_dimensions[plan_row].height = _PLAN_HEIGHT
            continue
        value = project.value(field.key)
        lowest = _LOWEST if value is not None else _LOWEST_BLANK.get(field.key, _LOWEST)
        lowest = max(lowest, sheet.row_dimensions[row].height or 0.0)
        needed = fitting_size(value, _width(form, field.value))[1] if isinstance(value, str) else 0.0
        sheet.row_dimensions[row].height = max(lowest, needed)


# -------------------------------------------------------------------------------------- the table


def _draw_table(
    pen: Pen, sheet: Worksheet, project: Project, framework: Framework, place: TablePlace
) -> None:
    table = place.table
    for column in table.columns:
        pen.put(sheet, _across(column.at, place.header), column.label, LABEL)
    sheet.row_dimensions[place.header].height = _HEADER_HEIGHT
    rows = project.indicators or _blank_rows(framework)
    spacer = address((1, len(blank_form(PROJECT_FORM, weights=framework.weights).widths) + 1)).rstrip("1")
    for row, record in enumerate(rows, place.first):
        for column in table.columns:
            look = _CATEGORY_LOOK if column.key == "category" else INPUT
            pen.put(sheet, _across(column.at, row), getattr(record, column.key), look)
        pen.put(sheet, f"{spacer}{row}", None, _SPACER)
        _set_row_height(sheet, table, record, row)
    pen.put(sheet, f"{table.columns[0].first}{place.closing}", None, CLOSING)
    for letters in "ABCDEFG"[: len(blank_form(PROJECT_FORM, weights=framework.weights).widths)]:
        pen.put(sheet, f"{letters}{place.closing}", None, CLOSING)
    sheet.row_dimensions[place.closing].height = _CLOSING_HEIGHT


def _blank_rows(framework: Framework) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(category=category.name, subcategory=subcategory)
        for category in framework.categories
        for subcategory in category.subcategories
    )


def _across(area: str, row: int) -> str:
    first, _, last = area.partition(":")
    return f"{first}{row}:{last}{row}" if last else f"{first}{row}"


def _set_row_height(sheet: Worksheet, table: Table, record: Indicator, row: int) -> None:
    """Fix a height only where a merged cell needs more than Excel would give the row by itself."""
    merged, single = 0.0, _INDICATOR_HEIGHT if record.name else _BLANK_INDICATOR_HEIGHT
    for column in table.columns:
        needed = height_of(str(getattr(record, column.key) or ""), _column_width(sheet, column.at))
        if ":" in column.at:
            merged = max(merged, needed)
        else:
            single = max(single, needed)
    if merged > single:
        sheet.row_dimensions[row].height = min(merged, 409.0)
    else:
        set_growing_height(sheet, row, single)


def _column_width(sheet: Worksheet, area: str) -> float:
    where = Area.of(_across(area, 1))
    letters = (address((1, column)).rstrip("1") for column in range(where.left, where.right + 1))
    return sum(float(sheet.column_dimensions[one].width) for one in letters)


def _draw_self_check(pen: Pen, sheet: Worksheet, project: Project, framework: Framework, form: Form) -> None:
    items = project_items(project, framework)
    pen.formula(
        sheet, form.blank.self_check, self_check_formula(items), self_check_text(items, project), SELF_CHECK
    )
    first = Area.of(form.blank.self_check)
    sheet.row_dimensions[first.top].height = 34
    light_up_self_check(sheet, f"${address(first.first)[0]}${first.top}", form.blank.self_check, DONE)
