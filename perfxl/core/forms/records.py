"""What a filled-in workbook says, with the cell each word of it came from.

All records are frozen. Amounts are exact `Decimal`s in 万元. A blank or unreadable value is None;
what was typed there is in `typed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, InstanceOf
from pydantic import Field as Default

from perfxl.core.forms.parts import Form
from perfxl.core.forms.shipped_forms import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.forms.target_values import ParsedTarget
from perfxl.core.grid.cells import Value

PlanBasis = Literal["period", "cumulative", "both", "invalid"]

# What `Record.typed` says of a formula that was never calculated.
UNCALCULATED = "公式未计算"


class Record(BaseModel):
    """Something read from one sheet.

    A record that was not read but made (to fill a template) has neither sheet nor cells.
    cells: field → address of its value cell, also where that cell is blank; a field whose label
    was not found is absent. typed: field → the text in the cell, for every cell that is not blank.
    others: what the form's fields say that no rule knows, as texts; blank ones are absent.
    """

    model_config = ConfigDict(frozen=True)

    sheet: str = ""
    cells: Mapping[str, str] = {}
    typed: Mapping[str, str] = {}
    others: Mapping[str, str] = {}

    def value(self, key: str) -> Value:
        """The value of a field or column of its form: `spending_plan.0` is the first of several, `budget_unit.code` a part."""
        name, _, part = key.partition(".")
        if key in self.others or name not in type(self).model_fields:
            return self.others.get(key)
        value: Any = getattr(self, name)
        if part:
            value = value[int(part)] if isinstance(value, tuple) else getattr(value, part, None)
        return cast("Value", value)


# What records say besides the fields of their forms.
OF_THE_READER = frozenset(
    (
        *("sheet", "cells", "typed", "others", "row", "form", "tables", "number", "parsed"),
        *("unit_line", "budget_unit", "year", "plain_numbers", "uncertain", "in_yuan"),
    )
)


class Row(Record):
    """A row of a table. Of one that no rule knows, it says all in `others`."""

    row: int = 0


class FormRecord(Record):
    """What a form says. tables: the rows of those of its tables that no rule knows, by their keys."""

    form: InstanceOf[Form] = Default(exclude=True, repr=False)
    tables: Mapping[str, tuple[Row, ...]] = {}

    @classmethod
    def knows(cls, key: str) -> bool:
        """Whether the record has a place of its own for a field or table: rules and sums know it."""
        return key.partition(".")[0] in cls.model_fields

    def rows(self, table: str) -> tuple[Record, ...]:
        """The rows of a table of its form."""
        if table in type(self).model_fields:
            found: tuple[Record, ...] = getattr(self, table)
            return found
        return self.tables.get(table, ())


class BudgetUnit(BaseModel):
    """A 预算单位: code (6 digits where it is right) and name; either is None where nobody says it."""

    model_config = ConfigDict(frozen=True)

    code: str | None = None
    name: str | None = None


class Indicator(Row):
    """A row of the indicator table; category and subcategory as the row shows or inherits them."""

    category: str | None = None
    subcategory: str | None = None
    name: str | None = None
    definition: str | None = None
    target: str | None = None
    target_basis: str | None = None
    weight: Decimal | None = None
    parsed: ParsedTarget | None = None


class Project(FormRecord):
    """One 项目绩效目标表.

    number: 1, 2, … as filed. year: what the head of the form says. spending_plan: four percentages (50 means 50 %). plain_numbers: the
    fields whose cells hold just the number that was read, so that a formula may point at them. uncertain:
    those whose cells show another number than they hold, and neither can be taken for what was meant.
    in_yuan: amounts whose labels say 元, converted to 万元.
    """

    form: InstanceOf[Form] = Default(PROJECT_FORM, exclude=True, repr=False)
    number: int
    unit_line: str | None = None
    budget_unit: BudgetUnit | None = None
    year: int | None = None
    project_code: str | None = None
    project_name: str | None = None
    total_budget: Decimal | None = None
    fiscal_funds: Decimal | None = None
    other_funds: Decimal | None = None
    purpose: str | None = None
    spending_plan: tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None] = (None,) * 4
    objective: str | None = None
    sub_objective: str | None = None
    indicators: tuple[Indicator, ...] = ()
    plain_numbers: frozenset[str] = frozenset()
    uncertain: tuple[str, ...] = ()
    in_yuan: tuple[str, ...] = ()

    @property
    def display_name(self) -> str:
        """The name for messages, also where none was filled in."""
        return self.project_name or f"第 {self.number} 个项目"


class Cover(FormRecord):
    """The 封面 sheet. What a submission says of its unit and year may also come from elsewhere."""

    form: InstanceOf[Form] = Default(COVER_FORM, exclude=True, repr=False)
    department: str | None = None
    budget_unit: BudgetUnit | None = None
    year: int | None = None
    compiled_by: str | None = None
    reviewed_by: str | None = None


class SubObjective(Row):
    """A 分项绩效目标."""

    name: str | None = None
    objective: str | None = None
    indicators: str | None = None


class Measure(Row):
    """A 工作保障措施."""

    name: str | None = None
    text: str | None = None


class Department(FormRecord):
    """The 部门整体绩效目标 sheet. declared_total: the 项目支出总额 that the unit entered."""

    form: InstanceOf[Form] = Default(DEPARTMENT_FORM, exclude=True, repr=False)
    overall_objective: str | None = None
    declared_total: Decimal | None = None
    sub_objectives: tuple[SubObjective, ...] = ()
    implementation_measures: tuple[Measure, ...] = ()


class ContentsLine(Row):
    """A project as the contents list (目录) names it, without its number and page."""

    title: str


class NoteKind(Enum):
    """What the reader noticed about the workbook itself; each kind is a STR rule's matter."""

    MISSING_LABEL = "missing_label"
    UNCALCULATED = "uncalculated"
    ERROR_VALUE = "error_value"
    NORMALISED = "normalised"
    SHOWN_OTHERWISE = "shown_otherwise"
    UNREAD = "unread"
    ANOTHER_FORM = "another_form"
    UNCLAIMED = "unclaimed"
    UNKNOWN_COLUMN = "unknown_column"
    HIDDEN = "hidden"


class Note(BaseModel):
    """Something the reader noticed at a cell of a form.

    field: the model field concerned; None where there is none. project: the number of the project
    form it belongs to, None on other sheets. typed, understood: what stands there and what it was
    taken for. stored: what a cell keeps that shows another number. near: for a missing label, the most
    similar text in the form and where it is. header: of a column that the form does not have; of a cell
    that is not read, why.
    """

    model_config = ConfigDict(frozen=True)

    kind: NoteKind
    sheet: str
    cell: str
    field: str | None = None
    project: int | None = None
    typed: str = ""
    understood: str = ""
    stored: str = ""
    near: str | None = None
    header: str = ""


class TemplateIdentity(BaseModel):
    """The template a workbook was made from, as its `_perfxl` sheet says."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: int


class TotalCell(BaseModel):
    """A computed figure as the workbook shows it. shown: None where the cell is blank or a text.

    what: `total_budget`, `fiscal_funds`, `other_funds` or `period.0` … `period.3`. project: the
    number of the project whose row it is, None in a total row. text: what stands there that is no
    number. formula: a formula gives it. says_lacking: beside it is said that an amount is missing.
    """

    model_config = ConfigDict(frozen=True)

    sheet: str
    cell: str
    label: str
    what: str
    project: int | None
    shown: Decimal | None
    text: str = ""
    formula: bool = False
    says_lacking: bool = False

    @property
    def field(self) -> str:
        """What findings call the field."""
        return self.what


class Submission(BaseModel):
    """One workbook, read. Everything works without metadata: what the file does not say is None.

    sheets: the names of all sheets in workbook order, for the order of findings.
    totals: the computed figures found in 部门汇总 and elsewhere, None where there is no such sheet.
    contents: the projects that a contents list names, empty where there is none.
    """

    model_config = ConfigDict(frozen=True)

    sheets: tuple[str, ...] = ()
    template: TemplateIdentity | None = None
    framework: str = "hebei-2023"
    department_name: str | None = None
    budget_unit: BudgetUnit | None = None
    year: int | None = None
    cover: Cover | None = None
    department: Department | None = None
    projects: tuple[Project, ...] = ()
    totals: tuple[TotalCell, ...] = ()
    contents: tuple[ContentsLine, ...] = ()
    notes: tuple[Note, ...] = ()
