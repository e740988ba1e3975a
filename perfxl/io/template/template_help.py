"""Help while a project form is filled in: dropdowns, hints, warnings, conditional formats. No macros."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Border, Font, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Form, Kind
from perfxl.core.forms.placement import TablePlace, table_places
from perfxl.core.forms.records import Department, Submission
from perfxl.core.forms.registry import PLAN_DATES
from perfxl.core.forms.sheet_names import DEPARTMENT
from perfxl.core.grid.cells import address, quoted_sheet
from perfxl.io.template.template_lists import category_list, subcategory_list
from perfxl.io.template.template_pen import prompt, prompt_amount

_LOCKED = "控制数，下发时已填好并锁定，不用填写。有疑问请联系下发单位，不要自行修改。"


def help_with_fields(
    sheet: Worksheet, form: Form, submission: Submission, locked: frozenset[str] = frozenset()
) -> None:
    """Every field says its hint when it is entered, and warns about a value it cannot be.

    A locked field says that it is.
    """
    for field in form.fields:
        cell = address(field.value.first)
        # Merged: Excel looks at the whole area when a value is entered.
        if field.key in locked:
            prompt(sheet, field.value_at, field.label, _LOCKED)
        elif field.kind is Kind.AMOUNT:
            prompt_amount(sheet, field.value_at, field.label, field.hint)
        elif field.kind is Kind.PERCENT:
            prompt(
                sheet,
                field.value_at,
                field.label,
                field.hint,
                type="decimal",
                operator="between",
                formula1="0",
                formula2="1",
                error="这里应填 0% 至 100% 之间的百分比，如 50%。仍要保留请选“是”。",
            )
        elif field.kind is Kind.CODE:
            prompt(
                sheet,
                field.value_at,
                field.label,
                field.hint,
                type="custom",
                formula1=f"LEN(TRIM({cell}))=21",
                error="项目编码一般为 21 位。仍要保留请选“是”。",
            )
        elif field.key == "sub_objective":
            prompt(
                sheet,
                field.value_at,
                field.label,
                field.hint,
                type="list",
                formula1=_sub_objective_list(submission),
                error="“部门整体绩效目标”表中没有这个分项名称。仍要保留请选“是”。",
            )
        else:
            prompt(sheet, field.value_at, field.label, field.hint)


def _sub_objective_list(submission: Submission) -> str:
    """The 分项名称 that are filled in, counted from the header cell, which nobody can delete."""
    subs = table_places(submission.department or Department())["sub_objectives"]
    names = f"{quoted_sheet(DEPARTMENT)}!{subs.fixed('name', header=True)}"
    header = names.partition(":")[0]
    return f"OFFSET({header},1,0,MAX(1,COUNTA({names})-1),1)"


def help_with_table(sheet: Worksheet, place: TablePlace, framework: Framework) -> None:
    """The same for the columns of the table, down to the closing row: inserted rows have it too."""
    for column in place.table.columns:
        area = f"{column.first}{place.first}:{column.last}{place.closing}"
        if column.key == "category":
            prompt(
                sheet,
                area,
                column.label,
                column.hint,
                type="list",
                formula1=category_list(framework),
                error="不是本指标体系的一级指标。仍要保留请选“是”。",
            )
        elif column.key == "subcategory":
            category = place.table.column("category").first
            # From the header row on: LibreOffice loses a condition when the row it is written for
            # is deleted, and the header cannot be.
            prompt(
                sheet,
                f"{column.first}{place.header}:{column.last}{place.closing}",
                column.label,
                column.hint,
                type="list",
                formula1=subcategory_list(framework, f"${category}{place.header}"),
                error="不是这个一级指标下的二级指标。仍要保留请选“是”。",
            )
        elif column.kind is Kind.NUMBER:
            prompt(
                sheet,
                area,
                column.label,
                column.hint,
                type="decimal",
                operator="between",
                formula1="0",
                formula2="100",
                error="这里应填 0 至 100 之间的数字。仍要保留请选“是”。",
            )
        else:
            prompt(sheet, area, column.label, column.hint)


def hide_repeats(sheet: Worksheet, place: TablePlace) -> None:
    """Show a 一级指标 once, in the middle of its group, with a line above the group only.

    The cells keep their values. A group that is not in one piece is shown at each beginning.
    """
    letters = place.table.column("category").first
    # From the header row on, as above.
    area = f"{letters}{place.header}:{letters}{place.closing}"
    here, above = f"${letters}{place.header}", f"${letters}{place.header - 1}"
    header, every = f"${letters}${place.header}", place.fixed("category", header=True)
    first, count = f"MATCH({here},{every},0)-1", f"COUNTIF({every},{here})"
    in_one_piece = f"COUNTIF(OFFSET({header},{first},0,{count},1),{here})={count}"
    middle = f"ROW({header})+{first}+INT(({count}-1)/2)"
    hidden = f'AND({here}<>"",IF({in_one_piece},ROW({here})<>{middle},{here}={above}))'
    begins = f'AND({here}<>"",{here}<>{above})'
    white = Font(color="FFFFFFFF")
    line = Side(style="thin", color="FF000000")
    # LibreOffice takes only the first rule that holds, so each combination has its own, and takes
    # it for all four sides, so each names the lines left and right again.
    above_it = Border(left=line, right=line, top=line)
    for condition, font, border in (
        (f"AND({begins},{hidden})", white, above_it),
        (begins, None, above_it),
        (hidden, white, None),
    ):
        rule = FormulaRule(formula=[condition], font=font, border=border)
        sheet.conditional_formatting.add(area, rule)


def show_odd_percentages(sheet: Worksheet, form: Form) -> None:
    """33.33% with its decimals, 50% without."""
    style = DifferentialStyle(numFmt=NumberFormat(numFmtId=10, formatCode="0.00%"))
    keys = [f"spending_plan.{i}" for i in range(len(PLAN_DATES))]
    areas = [form.field(key).value for key in keys]
    area = f"{address(areas[0].first)}:{address((areas[-1].bottom, areas[-1].right))}"
    cell = address(areas[0].first)
    odd = f"IF(ISNUMBER({cell}),ABS({cell}*100-ROUND({cell}*100,0))>0.00001,FALSE)"
    rule = Rule(type="expression", dxf=style, formula=[odd])
    sheet.conditional_formatting.add(area, rule)
