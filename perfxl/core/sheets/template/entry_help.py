"""Help while a form is filled in: dropdowns, hints, warnings, conditional formats. No macros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Column, Field, Form, Kind
from perfxl.core.forms.placement import TablePlace, table_places
from perfxl.core.forms.records import Department, Submission
from perfxl.core.forms.sheet_names import DEPARTMENT
from perfxl.core.grid.cells import Area, address, quoted_sheet
from perfxl.core.grid.change import Condition, Entry
from perfxl.core.sheets.template.hidden_sheets import category_list, subcategory_list

_LOCKED = "控制数，下发时已填好并锁定，不用填写。有疑问请联系下发单位，不要自行修改。"
_KEEP = "仍要保留请选“是”。"
_FIRST_YEAR, _LAST_YEAR = "2000", "2100"


def between(first: str, last: str, type_: str = "decimal") -> Mapping[str, str]:
    """A check that a number lies between two others, these included."""
    return {"type": type_, "operator": "between", "formula1": first, "formula2": last}


def listed(formula: str) -> Mapping[str, str]:
    """A dropdown. formula: the cells with what it offers."""
    return {"type": "list", "formula1": formula}


_CHECKS: Mapping[Kind, tuple[Mapping[str, str], str | None]] = {
    Kind.PERCENT: (between("0", "1"), f"这里应填 0% 至 100% 之间的百分比，如 50%。{_KEEP}"),
    Kind.YEAR: (between(_FIRST_YEAR, _LAST_YEAR, "whole"), f"这里应填四位年份，如 2024。{_KEEP}"),
}


def amount_entry(area: str, title: str, hint: str) -> Entry:
    """Say a hint, and warn about what is no amount in 万元."""
    check = {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"}
    return Entry(area, title, hint, check, f"这里应填以万元为单位的数字，不带单位，不小于 0。{_KEEP}")


def field_entries(form: Form, submission: Submission, locked: frozenset[str] = frozenset()) -> Iterator[Entry]:
    """Every field says its hint when it is entered, and warns about a value it cannot be.

    A locked field says that it is.
    """
    for field in form.fields:
        if field.key in locked:
            yield Entry(field.value_at, field.label, _LOCKED)
        else:
            yield _of_field(field, submission)


def _of_field(field: Field, submission: Submission) -> Entry:
    # Merged: Excel looks at the whole area when a value is entered.
    area, title, hint = field.value_at, field.label, field.hint
    if field.kind is Kind.AMOUNT and field.formula is None:
        return amount_entry(area, title, hint)
    check, error = _CHECKS.get(field.kind, ({}, None))
    if field.kind is Kind.CODE and field.length is not None:
        cell = address(field.value.first)
        check = {"type": "custom", "formula1": f"LEN(TRIM({cell}))={field.length}"}
        error = f"{field.label}一般为 {field.length} 位。{_KEEP}"
    elif field.key == "sub_objective" and (offered := _sub_objectives(submission)) is not None:
        check, error = listed(offered), f"“{DEPARTMENT}”表中没有这个分项名称。{_KEEP}"
    return Entry(area, title, hint, check, error)


def _sub_objectives(submission: Submission) -> str | None:
    """The 分项名称 that are filled in, counted from the header cell, which nobody can delete."""
    subs = table_places(submission.department or Department()).get("sub_objectives")
    if subs is None:
        return None
    names = f"{quoted_sheet(DEPARTMENT)}!{subs.fixed('name', header=True)}"
    header = names.partition(":")[0]
    return f"OFFSET({header},1,0,MAX(1,COUNTA({names})-1),1)"


def column_entries(place: TablePlace, framework: Framework) -> Iterator[Entry]:
    """The same for the columns of a table, down to the closing row: inserted rows have it too."""
    for column in place.table.columns:
        if column.hint:
            yield _of_column(column, place, framework)


def _of_column(column: Column, place: TablePlace, framework: Framework) -> Entry:
    area, title, hint = place.across(column), column.label, column.hint
    if column.key == "category":
        error = f"不是本指标体系的一级指标。{_KEEP}"
        return Entry(area, title, hint, listed(category_list(framework)), error)
    if column.key == "subcategory":
        category = place.table.column("category").first
        # From the header row on: LibreOffice loses a condition when the row it is written for is deleted,
        # and the header cannot be.
        offered = subcategory_list(framework, f"${category}{place.header}")
        error = f"不是这个一级指标下的二级指标。{_KEEP}"
        return Entry(place.across(column, header=True), title, hint, listed(offered), error)
    if column.kind is Kind.NUMBER:
        return Entry(area, title, hint, between("0", "100"), f"这里应填 0 至 100 之间的数字。{_KEEP}")
    return Entry(area, title, hint)


def hidden_repeats(place: TablePlace) -> Iterator[Condition]:
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
    # LibreOffice takes only the first rule that holds, so each combination has its own, and takes
    # it for all four sides, so each names the lines left and right again.
    yield Condition(area, f"AND({begins},{hidden})", colour="FFFFFF", border="top and sides")
    yield Condition(area, begins, border="top and sides")
    yield Condition(area, hidden, colour="FFFFFF")


def odd_percentages(form: Form) -> Iterator[Condition]:
    """33.33% with its decimals, 50% without."""
    percentages = [field for field in form.fields if field.kind is Kind.PERCENT]
    for _, fields in groupby(percentages, key=lambda field: field.value.top):
        areas = [field.value for field in fields]
        cell = address(areas[0].first)
        odd = f"IF(ISNUMBER({cell}),ABS({cell}*100-ROUND({cell}*100,0))>0.00001,FALSE)"
        whole = Area(areas[0].top, areas[0].left, areas[-1].bottom, areas[-1].right)
        yield Condition(str(whole), odd, number_format="0.00%")


def lit_self_check(cell: str, area: str, done: str) -> Iterator[Condition]:
    """The 自检 line is green when nothing is missing, else red."""
    yield Condition(area, f'{cell}="{done}"', colour="1E6B34", bold=True, fill="E3F4E6")
    yield Condition(area, f'{cell}<>"{done}"', colour="B3261E", bold=True, fill="FDE9E7")
