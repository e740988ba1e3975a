"""Sheets written as tables, in the user's language.

    | 项目一 | category | subcategory | name     | target |
    | 1      | 产出指标 | 数量指标    | 培训人数 | 较多   |

puts four texts into the row of the first indicator of the sheet 项目一, over a form that is right in
every other way; a row without a number fills the form's fields, `| 项目一 | total_budget |`. `空`
clears a cell; what looks like a number becomes one; `'50` stays a text.
"""

from __future__ import annotations

from places import named, place

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.parts import Kind
from perfxl.core.forms.records import Project
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.cells import Area, Cell, Position, Sheet, Workbook
from perfxl.core.reading.submission import read
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import example
from perfxl.io.data.framework_files import all_frameworks

FRAMEWORKS = all_frameworks()
GOOD = example(RULES["OBJ01"], {}).projects[0]


def percent_cell(value: float) -> Cell:
    """A number that the cell shows as a percentage, with all its digits."""
    return Cell(value, f"{value * 100:.10g}%")


def drawn(project: Project, name: str) -> Sheet:
    """A project's form as the cells of a plain sheet, nothing else on it."""
    form = blank_form(PROJECT_FORM, weights=False)
    cells: dict[Position, Cell] = {}
    merged: list[Area] = []

    def put(at: str, value: object, *, percent: bool = False) -> None:
        area = Area.of(at)
        if value not in (None, ""):
            cells[area.first] = percent_cell(value) if percent else Cell(value)  # type: ignore[arg-type]
        if area.first != (area.bottom, area.right):
            merged.append(area)

    put(form.blank.title, f"{project.number}.{project.project_name or ''}绩效目标表")
    put(form.blank.unit_line, project.unit_line)
    put(form.blank.unit_of_account, form.counted_in)
    for labelled in (*form.fields, *form.captions):
        put(labelled.label_at, labelled.label)
    for field in form.fields:
        value = project.value(field.key)
        if field.kind is Kind.PERCENT and value is not None:
            put(field.value_at, float(value / 100), percent=True)
        else:
            put(field.value_at, value if isinstance(value, str | None) else float(value))
    [table] = form.tables
    for column in table.columns:
        put(f"{column.first}{table.header_row}", column.label)
    for row, indicator in enumerate(project.indicators, table.header_row + 1):
        for column in table.columns:
            put(f"{column.first}{row}", indicator.value(column.key))
    return Sheet(name, cells, tuple(merged))


def workbook_of(*tables: str) -> Workbook:
    """A workbook with one good form per table, changed as the tables say."""
    sheets = []
    for number, table in enumerate(tables, 1):
        head, *rows = [
            [cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()
        ]
        # Several projects need several codes and names, or they trip over each other.
        changes = {"number": number}
        if number > 1:
            code = f"{GOOD.project_code[:-1]}{number}"
            changes |= {"project_code": code, "project_name": f"{GOOD.project_name}{number}"}
            # Indicators of its own too: two projects with the same ones are a finding.
            changes["indicators"] = tuple(
                row.model_copy(update={"name": f"第{number}批{row.name}"}) for row in GOOD.indicators
            )
        sheet = drawn(GOOD.model_copy(update=changes), head[0])
        cells = dict(sheet.cells)
        for row, *texts in rows:
            for key, text in zip(head[1:], texts, strict=True):
                at = place(f"{row}.{key}" if row else key)
                if text == "空":
                    cells.pop(at, None)
                elif text:
                    cells[at] = Cell(_typed(text))
        sheets.append(Sheet(head[0], cells, sheet.merged))
    return Workbook(tuple(sheets))


def found_in(workbook: Workbook) -> tuple[Finding, ...]:
    submission = read(workbook, FRAMEWORKS)
    return check(submission, FRAMEWORKS[submission.framework])


_ASIDE = {"AMT07", "PLN05", "PLN06"}


def told(findings: tuple[Finding, ...]) -> list[str]:
    """`项目一!1.target VAL03`, and `info` where it is one.

    How each plan was read is left out, and what other amounts and plans than the form's own make of
    its indicators and its festival.
    """
    return [
        f"{f.sheet}!{named(f.cell)} {f.rule}" + (" info" if f.severity is Severity.INFO else "")
        for f in findings
        if (f.rule, f.severity) != ("PLN04", Severity.INFO) and f.rule not in _ASIDE
    ]


def checked(*tables: str) -> list[str]:
    """What is found in a workbook written as tables."""
    return told(found_in(workbook_of(*tables)))


def _typed(text: str) -> str | float:
    if text.startswith("'"):
        return text[1:]
    try:
        return float(text)
    except ValueError:
        return text
