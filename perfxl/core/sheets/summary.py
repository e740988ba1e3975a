"""部门汇总: one row per project, totals as formulas that anyone can follow, and the sums by 分项.

Cells that hold just a number on a form are referred to, so that the sheet lives in Excel without
macros; what had to be understood first is written as the value that was understood. Python computes
every figure on its own and keeps it beside the formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.lacking import UNCOUNTED, UNFILLED, UNREAD
from perfxl.core.forms.own_sheets import SUMMARY_TITLE, marked
from perfxl.core.forms.parts import AMOUNTS
from perfxl.core.forms.project_figures import ProjectFigures, other_fields, project_figures
from perfxl.core.forms.records import Project, Submission
from perfxl.core.forms.sheet_names import DEPARTMENT, SUMMARY
from perfxl.core.forms.shipped_forms import PLAN_DATES
from perfxl.core.forms.summary_columns import FIRST_ROW, HEADER_ROW, LACKS, TOTAL, SummaryColumn, summary_columns
from perfxl.core.forms.totals import is_no_number, is_plain, is_unread, total, totals
from perfxl.core.grid.cells import Value, column_letters, place
from perfxl.core.grid.change import DrawnSheet, SheetCell
from perfxl.core.grid.numbers import NOTHING
from perfxl.core.sheets.drawing import padded
from perfxl.core.sheets.heights import LINE_HEIGHT, lines
from perfxl.core.sheets.summary_by_objective import by_sub_objective
from perfxl.core.sheets.summary_self_check import self_check

_PLAN_KEYS = tuple(f"spending_plan.{i}" for i in range(len(PLAN_DATES)))
# ±0.01 percentage points, as a fraction, with room for binary noise.
_TOLERANCE = "0.000101"
# What counts as blank in the cell of an amount, to be found between two bars.
_NOTHING = f"||{'|'.join(NOTHING)}|"


def summary_sheet(
    submission: Submission, framework: Framework, findings: Sequence[Finding] | None = None, name: str = SUMMARY
) -> DrawnSheet:
    """The whole sheet as data. findings: None leaves the counts of 错误, 警告 and 提示 blank. name: of the
    sheet, where the usual one is taken.

    Rows in unit-code order, then as filed.
    """
    columns = columns_of(submission, framework)
    figures = [(project, project_figures(project, submission, framework, findings)) for project in submission.projects]
    figures.sort(key=lambda pair: pair[1].texts["unit_code"] or "")
    last = FIRST_ROW + len(figures) - 1
    table = _Table(columns, submission, framework, [own for _, own in figures], last, checked=findings is not None)
    body = [table.row(row, project, own) for row, (project, own) in enumerate(figures, FIRST_ROW)]
    width = len(columns)
    blank: tuple[SheetCell | None, ...] = (None,) * width
    checked, height = _fitted(self_check(body, table.letters, table.totals), columns)
    who, unit = SheetCell(_who(submission), style="note"), SheetCell("金额单位：万元", style="note_right")
    head = (
        padded([SheetCell(SUMMARY_TITLE, style="title")], width),
        (who, *blank[2:], unit),
        padded([checked], width),
        tuple(SheetCell(column.header, style="header") for column in columns),
    )
    by_sub = by_sub_objective(submission, table.letters, last, width)
    last_column = column_letters(width)
    sheet = DrawnSheet(
        name=name,
        rows=(*head, *body, table.total_row(), blank, *by_sub.rows),
        widths=tuple(column.width for column in columns),
        merges=(f"A1:{last_column}1", f"A3:{last_column}3", *by_sub.merges),
        heights={1: 28, 3: height, HEADER_ROW: 32, **_heights(columns, body)},
        header_rows=(HEADER_ROW, HEADER_ROW),
        freeze=f"F{FIRST_ROW}",
        filter=f"A{HEADER_ROW}:{last_column}{last}" if figures else None,
        after=DEPARTMENT,
    )
    return marked(sheet, SUMMARY)


def columns_of(submission: Submission, framework: Framework) -> tuple[SummaryColumn, ...]:
    """The columns of the sheet for a submission."""
    others = other_fields((project.form for project in submission.projects), short=True)
    return summary_columns(framework, others)


# ---------------------------------------------------------------------------------------- the table


class _Table:
    """The rows of the table, each cell with its formula and its value."""

    def __init__(
        self,
        columns: tuple[SummaryColumn, ...],
        submission: Submission,
        framework: Framework,
        figures: Sequence[ProjectFigures],
        last: int,
        *,
        checked: bool,
    ) -> None:
        self.columns = columns
        self.letters = {column.key: column_letters(i) for i, column in enumerate(columns, 1)}
        self.submission = submission
        self.framework = framework
        self.figures = figures
        self.checked = checked
        self.last = last
        self.total = last + 1
        self.totals = totals(submission.projects)

    def row(self, row: int, project: Project, figures: ProjectFigures) -> tuple[SheetCell, ...]:
        """A project's row."""
        others = [column.key for column in self.columns if column.key.startswith("other.")]
        cells = {
            "number": SheetCell(project.number),
            "unit_code": SheetCell(figures.texts["unit_code"]),
            "unit_name": SheetCell(figures.texts["unit_name"]),
            "project_code": _text_from(project, "project_code"),
            "project_name": _text_from(project, "project_name", link=True),
            "sub_objective": _text_from(project, "sub_objective"),
            **{key: _text_from(project, key.removeprefix("other.")) for key in others},
            **{key: _amount_from(project, key) for key in AMOUNTS},
            **self._periods(row, project, figures),
            **self._shares(row, project, figures),
            **self._counts(row, figures),
        }
        return tuple(replace(cells[column.key], style=column.style) for column in self.columns)

    def total_row(self) -> tuple[SheetCell, ...]:
        """Sums that follow the filter, and shares of the sum."""
        sums = self.totals
        cells: dict[str, SheetCell] = {
            "number": SheetCell(TOTAL, style="sum_text"),
            "project_name": SheetCell(f"{sums.projects} 个项目", style="sum_text"),
        }
        values: dict[str, Decimal] = {key: getattr(sums, key) for key in AMOUNTS}
        values |= {f"period.{i}": amount for i, amount in enumerate(sums.period_amounts)}
        for key, value in values.items():
            cells[key] = SheetCell(value, self._sum(key), "sum_amount")
        cells["sub_objective"] = self._lacking()
        first = self.letters["period.0"]
        for i in range(len(PLAN_DATES)):
            budget = f"{self.letters['total_budget']}{self.total}"
            reached = f"SUM({first}{self.total}:{self.letters[f'period.{i}']}{self.total})"
            share = _ratio(total(sums.period_amounts[: i + 1]), sums.total_budget)
            cells[f"share.{i}"] = SheetCell(share, f'IF({budget}=0,"",{reached}/{budget})', "sum_percent")
        self._total_counts(cells)
        return tuple(cells.get(c.key, SheetCell(style="sum_text")) for c in self.columns)

    def _lacking(self) -> SheetCell:
        """How many amounts of the rows above are in no sum."""
        amounts = f"{self.letters['total_budget']}{FIRST_ROW}:{self.letters['other_funds']}{self._end}"
        first = f"{self.letters['period.0']}{FIRST_ROW}:{self.letters['period.0']}{self._end}"
        count = f'COUNTIF({amounts},"{UNFILLED}")+COUNTIF({amounts},"{UNREAD}")+COUNTIF({first},"{UNCOUNTED}")'
        # A plan is one amount that is missing, however many of its dates cannot be read.
        number = len({(lack.project, lack.kind) for lack in self.totals.lacking})
        text = f"{LACKS}{number} 处金额" if number else ""
        return SheetCell(text, f'IF({count}=0,"","{LACKS}"&{count}&" 处金额")', "sum_text")

    @property
    def _end(self) -> int:
        return max(self.last, FIRST_ROW)

    def _sum(self, key: str) -> str:
        letter = self.letters[key]
        if self.last < FIRST_ROW:
            return "0"
        return f"SUBTOTAL(109,{letter}{FIRST_ROW}:{letter}{self.last})"

    def _periods(self, row: int, project: Project, figures: ProjectFigures) -> dict[str, SheetCell]:
        budget = f"${self.letters['total_budget']}{row}"
        shares = [f"{self.letters[f'share.{i}']}{row}" for i in range(len(PLAN_DATES))]
        amounts = figures.periods
        missing = UNCOUNTED if project.total_budget else ""
        cells = {}
        for i, share in enumerate(shares):
            before = f"-ROUND({budget}*{shares[i - 1]},2)" if i else ""
            # The last period takes what is left, so that the periods add up exactly.
            reached = budget if i == len(shares) - 1 else f"ROUND({budget}*{share},2)"
            formula = f'IF(COUNT({budget},{share})=2,{reached}{before},IF(N({budget})=0,"","{UNCOUNTED}"))'
            cells[f"period.{i}"] = SheetCell(missing if amounts is None else amounts[i], formula)
        return cells

    def _shares(self, row: int, project: Project, figures: ProjectFigures) -> dict[str, SheetCell]:
        values: Sequence[Value] = figures.shares or [""] * len(_PLAN_KEYS)
        unread = [key for key in _PLAN_KEYS if is_no_number(project, key)]
        if not all(key in unread or is_plain(project, key) for key in _PLAN_KEYS):
            return {f"share.{i}": SheetCell(None if value == "" else value) for i, value in enumerate(values)}
        cells = [place(project.sheet, project.cells[key]) for key in _PLAN_KEYS]
        period = f"ABS(SUM({','.join(cells)})-1)<{_TOLERANCE}"
        rises = ",".join(f'OR({cell}="",{cell}>=MAX({",".join(cells[:i])}))' for i, cell in enumerate(cells) if i)
        every = ",".join(cells)
        in_range = f"MIN({every})>=0,MAX({every})<=1"
        # Whether the plan reads at all stands in the last column only; the others look there.
        whole = f"{self.letters[f'share.{len(cells) - 1}']}{row}"
        formulas = [
            f'IF({whole}="","",IF({period},SUM({until}),MAX({until})))'
            for until in (",".join(cells[: i + 1]) for i in range(len(cells) - 1))
        ]
        reads = f"AND({in_range},OR({period},AND({cells[-1]}=1,{rises})))"
        if unread:
            # Once mended in the form it counts.
            places = [place(project.sheet, project.cells[key]) for key in unread]
            reads = f"AND({','.join(f'OR(ISNUMBER({cell}),ISBLANK({cell}))' for cell in places)},{reads})"
        # An error in the form is no plan, and no error here.
        formulas.append(f'IF(IFERROR({reads},FALSE),1,"")')
        return {f"share.{i}": SheetCell(v, f) for i, (v, f) in enumerate(zip(values, formulas, strict=True))}

    def _counts(self, row: int, figures: ProjectFigures) -> dict[str, SheetCell]:
        number = figures.indicators or None
        cells: dict[str, SheetCell] = {
            f"category.{i}": SheetCell(figures.categories[c.name] if number else None)
            for i, c in enumerate(self.framework.categories)
        }
        part, whole = f"{self.letters['quantified']}{row}", f"{self.letters['indicators']}{row}"
        cells["indicators"] = SheetCell(number)
        cells["quantified"] = SheetCell(figures.quantified if number else None)
        share = figures.quantified_share
        cells["quantified_share"] = SheetCell("" if share is None else share, f'IF({whole}="","",{part}/{whole})')
        for severity in Severity:
            cells[severity.value] = SheetCell(None if figures.found is None else figures.found[severity])
        return cells

    def _total_counts(self, cells: dict[str, SheetCell]) -> None:
        every = self.figures
        counts = {
            f"category.{i}": sum(one.categories[c.name] for one in every)
            for i, c in enumerate(self.framework.categories)
        }
        counts["indicators"] = sum(one.indicators for one in every)
        counts["quantified"] = sum(one.quantified for one in every)
        if self.checked:
            for severity in Severity:
                counts[severity.value] = sum((one.found or {}).get(severity, 0) for one in every)
        for key, count in counts.items():
            cells[key] = SheetCell(count, self._sum(key), "sum_number")
        part, whole = (f"{self.letters[key]}{self.total}" for key in ("quantified", "indicators"))
        cells["quantified_share"] = SheetCell(
            _ratio(Decimal(counts["quantified"]), Decimal(counts["indicators"])),
            f'IF({whole}=0,"",{part}/{whole})',
            "sum_percent",
        )


def _amount_from(project: Project, key: str) -> SheetCell:
    """An amount, or in its place why there is none: a blank source is nothing, a blank 预算数 is missing."""
    value: Decimal | None = getattr(project, key)
    blank = UNFILLED if key == "total_budget" and project.form.has(key) else ""
    shown: Value = value
    if value is None:
        shown = UNREAD if is_unread(project, key) else blank
    if not is_plain(project, key) and not is_no_number(project, key):
        return SheetCell(shown or None)
    cell = place(project.sheet, project.cells[key])
    # A text typed there later is in no total: it must not turn all of them into #VALUE!, and be seen.
    found = f'ISNUMBER(FIND("|"&TRIM({cell})&"|","{_NOTHING}"))'
    return SheetCell(shown, f'IF(ISNUMBER({cell}),{cell},IF({found},"{blank}","{UNREAD}"))')


def _text_from(project: Project, key: str, *, link: bool = False) -> SheetCell:
    value = project.value(key)
    target = place(project.sheet, project.cells.get(key, "A1")) if link else None
    if key not in project.cells or project.typed.get(key, value) != value:
        return SheetCell(value, link=target)
    cell = place(project.sheet, project.cells[key])
    return SheetCell(value or "", f'IF({cell}="","",{cell})', link=target)


def _ratio(part: Decimal, whole: Decimal) -> Value:
    return part / whole if whole else ""


def _who(submission: Submission) -> str:
    unit = submission.budget_unit
    parts = [
        submission.department_name,
        f"{unit.code or ''} {unit.name or ''}".strip() if unit else None,
        f"{submission.year} 年度" if submission.year else None,
    ]
    return "　".join(part for part in parts if part)


def _fitted(line: SheetCell, columns: Sequence[SummaryColumn]) -> tuple[SheetCell, float]:
    """The 自检 line and the height of its row: on as many lines as it takes."""
    # Its letters are wider than those of the columns.
    number = lines(str(line.value), sum(column.width for column in columns) / 1.35)
    if number == 1:
        return line, 20
    return replace(line, style="headline_wrapped"), 4 + 17.0 * number


def _heights(columns: Sequence[SummaryColumn], body: Sequence[Sequence[SheetCell]]) -> dict[int, float]:
    """A height per row: not every spreadsheet program fits rows to their text on opening."""
    return {
        number: LINE_HEIGHT
        * max(
            lines(cell.value, column.width)
            for cell, column in zip(row, columns, strict=True)
            if isinstance(cell.value, str | None)
        )
        for number, row in enumerate(body, FIRST_ROW)
    }
