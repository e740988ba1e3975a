"""部门汇总: one row per project, totals as formulas that anyone can follow, and the sums by 分项.

Cells that hold just a number on a form are referred to, so that the sheet lives in Excel without
macros; what had to be understood first is written as the value that was understood. Python computes
every figure on its own and keeps it beside the formula.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from perfxl.core.cells import OwnedSheet, SheetCell, Value, column_letters, place
from perfxl.core.findings import Finding, Severity
from perfxl.core.frameworks import Framework
from perfxl.core.layout import DEPARTMENT, PLAN_DATES, SUMMARY
from perfxl.core.model import Project, Submission
from perfxl.core.own_sheets import SUMMARY_TITLE, marked
from perfxl.core.summary_by_objective import by_sub_objective, padded
from perfxl.core.summary_columns import FIRST_ROW, HEADER_ROW, TOTAL, SummaryColumn, summary_columns
from perfxl.core.targets import is_quantified
from perfxl.core.text import LINE_HEIGHT, lines
from perfxl.core.totals import CENT, cumulative, is_plain, period_amounts, total, totals

_PLAN_KEYS = tuple(f"spending_plan.{i}" for i in range(len(PLAN_DATES)))
# ±0.01 percentage points, as a fraction, with room for binary noise.
_TOLERANCE = "0.000101"
_HALF_CENT = Decimal("0.005")


def summary_sheet(
    submission: Submission,
    framework: Framework,
    findings: Sequence[Finding] | None = None,
    name: str = SUMMARY,
) -> OwnedSheet:
    """The whole sheet as data. findings: None leaves the counts of 错误, 警告 and 提示 blank. name: of the
    sheet, where the usual one is taken.

    Rows in unit-code order, then as filed.
    """
    columns = summary_columns(framework)
    projects = sorted(submission.projects, key=lambda project: _unit(project, submission)[0] or "")
    last = FIRST_ROW + len(projects) - 1
    table = _Table(columns, submission, framework, findings, last)
    body = [table.row(row, project) for row, project in enumerate(projects, FIRST_ROW)]
    width = len(columns)
    blank: tuple[SheetCell | None, ...] = (None,) * width
    head = (
        padded([SheetCell(SUMMARY_TITLE, style="title")], width),
        _line(
            SheetCell(_who(submission), style="note"), SheetCell("金额单位：万元", style="note_right"), width
        ),
        padded([table.self_check()], width),
        tuple(SheetCell(column.header, style="header") for column in columns),
    )
    by_sub = by_sub_objective(submission, table.letters, last, width)
    last_column = column_letters(width)
    sheet = OwnedSheet(
        name=name,
        rows=(*head, *body, table.total_row(), blank, *by_sub.rows),
        widths=tuple(column.width for column in columns),
        merges=(f"A1:{last_column}1", f"A3:{last_column}3", *by_sub.merges),
        heights={1: 28, 3: 20, HEADER_ROW: 32, **_heights(columns, body)},
        header_rows=(HEADER_ROW, HEADER_ROW),
        freeze=f"F{FIRST_ROW}",
        filter=f"A{HEADER_ROW}:{last_column}{last}" if projects else None,
        after=DEPARTMENT,
    )
    return marked(sheet, SUMMARY)


# ---------------------------------------------------------------------------------------- the table


class _Table:
    """The rows of the table, each cell with its formula and its value."""

    def __init__(
        self,
        columns: tuple[SummaryColumn, ...],
        submission: Submission,
        framework: Framework,
        findings: Sequence[Finding] | None,
        last: int,
    ) -> None:
        self.columns = columns
        self.letters = {column.key: column_letters(i) for i, column in enumerate(columns, 1)}
        self.submission = submission
        self.framework = framework
        self.findings = findings
        self.last = last
        self.total = last + 1
        self.totals = totals(submission.projects)

    def row(self, row: int, project: Project) -> tuple[SheetCell, ...]:
        """A project's row."""
        code, name = _unit(project, self.submission)
        cells = {
            "number": SheetCell(project.number),
            "unit_code": SheetCell(code),
            "unit_name": SheetCell(name),
            "project_code": _text_from(project, "project_code"),
            "project_name": _text_from(project, "project_name", link=True),
            "sub_objective": _text_from(project, "sub_objective"),
            **{key: _amount_from(project, key) for key in _AMOUNTS},
            **self._periods(row, project),
            **self._shares(row, project),
            **self._counts(row, project),
        }
        return tuple(_styled(cells[column.key], column.style) for column in self.columns)

    def total_row(self) -> tuple[SheetCell, ...]:
        """Sums that follow the filter, and shares of the sum."""
        sums = self.totals
        cells: dict[str, SheetCell] = {
            "number": SheetCell(TOTAL, style="sum_text"),
            "project_name": SheetCell(f"{sums.projects} 个项目", style="sum_text"),
        }
        values: dict[str, Decimal] = {key: getattr(sums, key) for key in _AMOUNTS}
        values |= {f"period.{i}": amount for i, amount in enumerate(sums.period_amounts)}
        for key, value in values.items():
            cells[key] = SheetCell(value, self._sum(key), "sum_amount")
        first = self.letters["period.0"]
        for i in range(len(PLAN_DATES)):
            budget = f"{self.letters['total_budget']}{self.total}"
            reached = f"SUM({first}{self.total}:{self.letters[f'period.{i}']}{self.total})"
            share = _ratio(total(sums.period_amounts[: i + 1]), sums.total_budget)
            cells[f"share.{i}"] = SheetCell(share, f'IF({budget}=0,"",{reached}/{budget})', "sum_percent")
        self._total_counts(cells)
        return tuple(cells.get(c.key, SheetCell(style="sum_text")) for c in self.columns)

    def self_check(self) -> SheetCell:
        """The line that says whether the sums agree."""
        budget, *sources = (f"{self.letters[key]}{self.total}" for key in _AMOUNTS)
        periods = f"{self.letters['period.0']}{self.total}:{self.letters['period.3']}{self.total}"
        parts = [
            (
                f"{budget}-{'-'.join(sources)}",
                self.totals.total_budget - self.totals.fiscal_funds - self.totals.other_funds,
                "预算数＝财政资金＋其他资金",
                "预算数与资金来源相差 ",
            ),
            (
                f"{budget}-SUM({periods})",
                self.totals.total_budget - total(self.totals.period_amounts),
                "各期支出合计＝预算数",
                "各期支出与预算数相差 ",
            ),
        ]
        formula = '"自检："&' + '&"；"&'.join(
            f'IF(ABS({gap})<{_HALF_CENT},"{good}","{bad}"&TEXT(ABS({gap}),"0.00")&" 万元")'
            for gap, _, good, bad in parts
        )
        said = "；".join(
            good if abs(gap) < _HALF_CENT else f"{bad}{abs(gap).quantize(CENT, ROUND_HALF_UP)} 万元"
            for _, gap, good, bad in parts
        )
        return SheetCell(f"自检：{said}", formula, "headline")

    def _sum(self, key: str) -> str:
        letter = self.letters[key]
        if self.last < FIRST_ROW:
            return "0"
        return f"SUBTOTAL(109,{letter}{FIRST_ROW}:{letter}{self.last})"

    def _periods(self, row: int, project: Project) -> dict[str, SheetCell]:
        budget = f"${self.letters['total_budget']}{row}"
        shares = [f"{self.letters[f'share.{i}']}{row}" for i in range(len(PLAN_DATES))]
        amounts = period_amounts(project.total_budget, project.spending_plan)
        cells = {}
        for i, share in enumerate(shares):
            before = f"-ROUND({budget}*{shares[i - 1]},2)" if i else ""
            # The last period takes what is left, so that the periods add up exactly.
            reached = budget if i == len(shares) - 1 else f"ROUND({budget}*{share},2)"
            formula = f'IF(OR({budget}="",{share}=""),"",{reached}{before})'
            cells[f"period.{i}"] = SheetCell("" if amounts is None else amounts[i], formula)
        return cells

    def _shares(self, row: int, project: Project) -> dict[str, SheetCell]:
        reached = cumulative(project.spending_plan)
        values: list[Value] = ["" if reached is None else r / 100 for r in reached or [Decimal(0)] * 4]
        if not all(is_plain(project, key) for key in _PLAN_KEYS):
            return {f"share.{i}": SheetCell(None if value == "" else value) for i, value in enumerate(values)}
        cells = [place(project.sheet, project.cells[key]) for key in _PLAN_KEYS]
        period = f"ABS(SUM({','.join(cells)})-1)<{_TOLERANCE}"
        rises = ",".join(
            f'OR({cell}="",{cell}>=MAX({",".join(cells[:i])}))' for i, cell in enumerate(cells) if i
        )
        every = ",".join(cells)
        in_range = f"MIN({every})>=0,MAX({every})<=1"
        # Whether the plan reads at all stands in the last column only; the others look there.
        whole = f"{self.letters[f'share.{len(cells) - 1}']}{row}"
        formulas = [
            f'IF({whole}="","",IF({period},SUM({until}),MAX({until})))'
            for until in (",".join(cells[: i + 1]) for i in range(len(cells) - 1))
        ]
        formulas.append(f'IF(AND({in_range},OR({period},AND({cells[-1]}=1,{rises}))),1,"")')
        return {f"share.{i}": SheetCell(v, f) for i, (v, f) in enumerate(zip(values, formulas, strict=True))}

    def _counts(self, row: int, project: Project) -> dict[str, SheetCell]:
        named = [indicator for indicator in project.indicators if indicator.name]
        by_category = Counter(_category(i.category, i.subcategory, self.framework) for i in named)
        quantified = sum(map(is_quantified, named))
        found = Counter(f.severity for f in self.findings or () if f.project == project.number)
        cells: dict[str, SheetCell] = {
            f"category.{i}": SheetCell(by_category[c.name] if named else None)
            for i, c in enumerate(self.framework.categories)
        }
        part, whole = f"{self.letters['quantified']}{row}", f"{self.letters['indicators']}{row}"
        cells["indicators"] = SheetCell(len(named) or None)
        cells["quantified"] = SheetCell(quantified if named else None)
        cells["quantified_share"] = SheetCell(
            _ratio(Decimal(quantified), Decimal(len(named))), f'IF({whole}="","",{part}/{whole})'
        )
        for severity in Severity:
            cells[severity.value] = SheetCell(None if self.findings is None else found[severity])
        return cells

    def _total_counts(self, cells: dict[str, SheetCell]) -> None:
        named = [i for project in self.submission.projects for i in project.indicators if i.name]
        by_category = Counter(_category(i.category, i.subcategory, self.framework) for i in named)
        quantified = sum(map(is_quantified, named))
        known = Counter(f.severity for f in self.findings or () if f.project is not None)
        counts = {f"category.{i}": by_category[c.name] for i, c in enumerate(self.framework.categories)}
        counts |= {"indicators": len(named), "quantified": quantified}
        if self.findings is not None:
            counts |= {severity.value: known[severity] for severity in Severity}
        for key, count in counts.items():
            cells[key] = SheetCell(count, self._sum(key), "sum_number")
        part, whole = (f"{self.letters[key]}{self.total}" for key in ("quantified", "indicators"))
        cells["quantified_share"] = SheetCell(
            _ratio(Decimal(quantified), Decimal(len(named))),
            f'IF({whole}=0,"",{part}/{whole})',
            "sum_percent",
        )


_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")


def _amount_from(project: Project, key: str) -> SheetCell:
    value: Decimal | None = getattr(project, key)
    if not is_plain(project, key):
        return SheetCell(value)
    cell = place(project.sheet, project.cells[key])
    # A text typed there later is shown by no total: it must not turn all of them into #VALUE!.
    return SheetCell("" if value is None else value, f'IF(ISNUMBER({cell}),{cell},"")')


def _text_from(project: Project, key: str, *, link: bool = False) -> SheetCell:
    value: str | None = getattr(project, key)
    target = place(project.sheet, project.cells.get(key, "A1")) if link else None
    if key not in project.cells or project.typed.get(key, value) != value:
        return SheetCell(value, link=target)
    cell = place(project.sheet, project.cells[key])
    return SheetCell(value or "", f'IF({cell}="","",{cell})', link=target)


def _styled(cell: SheetCell, style: str) -> SheetCell:
    return SheetCell(cell.value, cell.formula, style, cell.link)


def _category(category: str | None, subcategory: str | None, framework: Framework) -> str | None:
    found = framework.category(category)
    name = framework.subcategory(subcategory)
    if found is None and name is not None:
        found = framework.home(name)
    return found.name if found else None


def _ratio(part: Decimal, whole: Decimal) -> Value:
    return part / whole if whole else ""


def _unit(project: Project, submission: Submission) -> tuple[str | None, str | None]:
    unit = project.budget_unit or submission.budget_unit
    return (unit.code, unit.name) if unit else (None, None)


def _who(submission: Submission) -> str:
    unit = submission.budget_unit
    parts = [
        submission.department_name,
        f"{unit.code or ''} {unit.name or ''}".strip() if unit else None,
        f"{submission.year} 年度" if submission.year else None,
    ]
    return "　".join(part for part in parts if part)


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


def _line(left: SheetCell, right: SheetCell, width: int) -> tuple[SheetCell | None, ...]:
    return (left, *[None] * (width - 2), right)
