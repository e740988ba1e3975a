"""部门汇总: one row per project, totals as formulas that anyone can follow, and the sums by 分项.

Cells that hold just a number on a form are referred to, so that the sheet lives in Excel without
macros; what had to be understood first is written as the value that was understood. Python computes
every figure on its own and keeps it beside the formula.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from perfxl.core.cells import OwnedSheet, Sheet, SheetCell, Value, column_letters, place
from perfxl.core.findings import Finding, Severity
from perfxl.core.frameworks import Framework
from perfxl.core.layout import DEPARTMENT, PLAN_DATES, SUMMARY
from perfxl.core.model import Project, Submission, TotalCell
from perfxl.core.numbers import parse_amount
from perfxl.core.rules.words import money
from perfxl.core.text import label_key
from perfxl.core.totals import cumulative, period_amounts, total, totals

_HEADER_ROW = 4
_FIRST_ROW = _HEADER_ROW + 1
_TOTAL = "合计"
_UNLINKED = "（未对应分项）"
_FEWEST_HEADERS = 4
_PLAN_KEYS = tuple(f"spending_plan.{i}" for i in range(len(PLAN_DATES)))
# ±0.01 percentage points, as a fraction, with room for binary noise.
_TOLERANCE = "0.000101"
_HALF_CENT = Decimal("0.005")


@dataclass(frozen=True)
class SummaryColumn:
    """A column of the table. money: the total that it shows, for telling a stale one when read back."""

    key: str
    header: str
    width: float
    style: str
    money: bool = False


def summary_columns(framework: Framework) -> tuple[SummaryColumn, ...]:
    """All columns in order; one per 一级指标 of the framework among them."""
    return (
        SummaryColumn("number", "序号", 5, "number"),
        SummaryColumn("unit_code", "单位编码", 8, "centre"),
        SummaryColumn("unit_name", "单位名称", 14, "text"),
        SummaryColumn("project_code", "项目编码", 13, "code"),
        SummaryColumn("project_name", "项目名称", 20, "link"),
        SummaryColumn("sub_objective", "对应分项", 12, "text"),
        SummaryColumn("total_budget", "预算数", 9.5, "amount", money=True),
        SummaryColumn("fiscal_funds", "财政资金", 9.5, "amount", money=True),
        SummaryColumn("other_funds", "其他资金", 9.5, "amount", money=True),
        *(
            SummaryColumn(f"period.{i}", f"{date}\n支出额", 9, "amount", money=True)
            for i, date in enumerate(PLAN_DATES)
        ),
        *(
            SummaryColumn(f"share.{i}", f"{date}\n累计进度", 9, "percent")
            for i, date in enumerate(PLAN_DATES)
        ),
        *(
            SummaryColumn(f"category.{i}", f"{c.name.removesuffix('指标')}\n指标数", 7, "number")
            for i, c in enumerate(framework.categories)
        ),
        SummaryColumn("indicators", "指标数\n合计", 7, "number"),
        SummaryColumn("quantified", "量化\n指标数", 7, "number"),
        SummaryColumn("quantified_share", "量化率", 8, "percent"),
        *(SummaryColumn(s.value, s.label, 5, "number") for s in Severity),
    )


def summary_sheet(
    submission: Submission, framework: Framework, findings: Sequence[Finding] | None = None
) -> OwnedSheet:
    """The whole sheet as data. findings: None leaves the counts of 错误, 警告 and 提示 blank.

    Rows in unit-code order, then as filed.
    """
    columns = summary_columns(framework)
    projects = sorted(submission.projects, key=lambda project: _unit(project, submission)[0] or "")
    last = _FIRST_ROW + len(projects) - 1
    table = _Table(columns, submission, framework, findings, last)
    body = [table.row(row, project) for row, project in enumerate(projects, _FIRST_ROW)]
    width = len(columns)
    blank: tuple[SheetCell | None, ...] = (None,) * width
    head = (
        _padded([SheetCell("部门汇总表", style="title")], width),
        _line(SheetCell(_who(submission), style="note"), SheetCell("金额单位：万元", style="note_right"), width),
        _padded([table.self_check()], width),
        tuple(SheetCell(column.header, style="header") for column in columns),
    )
    by_sub = _by_sub_objective(submission, table, last + 4)
    last_column = column_letters(width)
    return OwnedSheet(
        name=SUMMARY,
        rows=(*head, *body, table.total_row(), blank, *by_sub.rows),
        widths=tuple(column.width for column in columns),
        merges=(f"A1:{last_column}1", f"A3:{last_column}3", *by_sub.merges),
        heights={1: 28, 3: 20, _HEADER_ROW: 32},
        header_rows=(_HEADER_ROW, _HEADER_ROW),
        freeze=f"F{_FIRST_ROW}",
        filter=f"A{_HEADER_ROW}:{last_column}{last}" if projects else None,
        after=DEPARTMENT,
    )


def read_totals(sheet: Sheet, projects: Sequence[Project]) -> tuple[TotalCell, ...]:
    """The money figures that a 部门汇总 sheet shows: a row per project it knows, and the total row.

    Empty for a sheet without such a table. The columns are found by their headers.
    """
    wanted = {label_key(c.header): c for c in _MONEY_AND_NAMES}
    for row in sheet.rows:
        found = {
            wanted[key].key: column
            for column, cell in sheet.row(row)
            if (key := label_key(cell.text)) in wanted
        }
        if len(found) > _FEWEST_HEADERS:
            return tuple(_read_rows(sheet, row, found, projects))
    return ()


# ------------------------------------------------------------------------------------- reading back


def _columns_to_read() -> tuple[SummaryColumn, ...]:
    named = {"number", "project_code", "project_name"}
    nothing = Framework(
        id="", name="", version=0, basis="", weights=False, categories=(), subcategory_aliases={}
    )
    return tuple(c for c in summary_columns(nothing) if c.money or c.key in named)


_MONEY_AND_NAMES = _columns_to_read()


def _read_rows(
    sheet: Sheet, header: int, found: dict[str, int], projects: Sequence[Project]
) -> list[TotalCell]:
    cells: list[TotalCell] = []
    for row in sheet.rows:
        if row <= header:
            continue
        is_total = any(label_key(cell.text) == _TOTAL for _, cell in sheet.row(row))
        project = None if is_total else _project_of(sheet, row, found, projects)
        if project is None and not is_total:
            continue
        for column in _MONEY_AND_NAMES:
            if column.money and column.key in found:
                at = row, found[column.key]
                number = parse_amount(sheet.cells[at]) if at in sheet.cells else None
                cells.append(
                    TotalCell(
                        sheet=sheet.name,
                        cell=f"{column_letters(at[1])}{row}",
                        label=column.header.replace("\n", "") + (_TOTAL if is_total else ""),
                        what=column.key,
                        project=None if project is None else project.number,
                        shown=None if number is None else number.value,
                    )
                )
        if is_total:
            break
    return cells


def _project_of(
    sheet: Sheet, row: int, found: dict[str, int], projects: Sequence[Project]
) -> Project | None:
    """The project of a row: by its code, else its name, else (a blank form) its number."""
    texts = {key: sheet.text((row, found[key])) if key in found else "" for key in _NAMES}
    for key in ("project_code", "project_name"):
        same = [p for p in projects if texts[key] and getattr(p, key) == texts[key]]
        if len(same) == 1:
            return same[0]
    if texts["project_code"] or texts["project_name"]:
        return None
    return next((p for p in projects if str(p.number) == texts["number"]), None)


_NAMES = ("number", "project_code", "project_name")


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
            **self._shares(project),
            **self._counts(row, project),
        }
        return tuple(_styled(cells[column.key], column.style) for column in self.columns)

    def total_row(self) -> tuple[SheetCell, ...]:
        """Sums that follow the filter, and shares of the sum."""
        sums = self.totals
        cells: dict[str, SheetCell] = {
            "number": SheetCell(_TOTAL, style="sum_text"),
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
            cells[f"share.{i}"] = SheetCell(
                share, f'IF({budget}=0,"",{reached}/{budget})', "sum_percent"
            )
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
            good if abs(gap) < _HALF_CENT else f"{bad}{money(abs(gap))} 万元" for _, gap, good, bad in parts
        )
        return SheetCell(f"自检：{said}", formula, "headline")

    def _sum(self, key: str) -> str:
        letter = self.letters[key]
        if self.last < _FIRST_ROW:
            return "0"
        return f"SUBTOTAL(109,{letter}{_FIRST_ROW}:{letter}{self.last})"

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

    def _shares(self, project: Project) -> dict[str, SheetCell]:
        reached = cumulative(project.spending_plan)
        values: list[Value] = ["" if reached is None else r / 100 for r in reached or [Decimal(0)] * 4]
        blank = all(v is None for v in project.spending_plan)
        live = all(_is_plain(project, key) for key in _PLAN_KEYS) and (blank or reached is not None)
        if not live:
            return {f"share.{i}": SheetCell(value or None) for i, value in enumerate(values)}
        cells = [place(project.sheet, project.cells[key]) for key in _PLAN_KEYS]
        period = f"ABS(SUM({','.join(cells)})-1)<{_TOLERANCE}"
        whole = f"{cells[-1]}=1"
        formulas = [
            f'IF({period},SUM({",".join(cells[: i + 1])}),IF({whole},MAX({",".join(cells[: i + 1])}),""))'
            for i in range(len(cells) - 1)
        ]
        formulas.append(f'IF(OR({period},{whole}),1,"")')
        return {f"share.{i}": SheetCell(v, f) for i, (v, f) in enumerate(zip(values, formulas, strict=True))}

    def _counts(self, row: int, project: Project) -> dict[str, SheetCell]:
        named = [indicator for indicator in project.indicators if indicator.name]
        by_category = Counter(_category(i.category, i.subcategory, self.framework) for i in named)
        quantified = sum(indicator.parsed is not None for indicator in named)
        found = Counter(f.severity for f in self.findings or () if f.project == project.number)
        cells: dict[str, SheetCell] = {
            f"category.{i}": SheetCell(by_category[c.name] if named else None)
            for i, c in enumerate(self.framework.categories)
        }
        count, many = f"{self.letters['quantified']}{row}", f"{self.letters['indicators']}{row}"
        cells["indicators"] = SheetCell(len(named) or None)
        cells["quantified"] = SheetCell(quantified if named else None)
        cells["quantified_share"] = SheetCell(
            _ratio(Decimal(quantified), Decimal(len(named))), f'IF({many}="","",{count}/{many})'
        )
        for severity in Severity:
            cells[severity.value] = SheetCell(None if self.findings is None else found[severity])
        return cells

    def _total_counts(self, cells: dict[str, SheetCell]) -> None:
        named = [i for project in self.submission.projects for i in project.indicators if i.name]
        by_category = Counter(_category(i.category, i.subcategory, self.framework) for i in named)
        quantified = sum(indicator.parsed is not None for indicator in named)
        known = Counter(f.severity for f in self.findings or () if f.project is not None)
        counts = {f"category.{i}": by_category[c.name] for i, c in enumerate(self.framework.categories)}
        counts |= {"indicators": len(named), "quantified": quantified}
        counts |= {severity.value: known[severity] for severity in Severity}
        for key, count in counts.items():
            cells[key] = SheetCell(count, self._sum(key), "sum_number")
        count, many = (f"{self.letters[key]}{self.total}" for key in ("quantified", "indicators"))
        cells["quantified_share"] = SheetCell(
            _ratio(Decimal(quantified), Decimal(len(named))), f'IF({many}=0,"",{count}/{many})', "sum_percent"
        )


_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")


def _is_plain(project: Project, key: str) -> bool:
    """Whether a formula may point at the cell: it is blank or holds just the number that was read."""
    return key in project.cells and (key in project.plain_numbers or key not in project.typed)


def _amount_from(project: Project, key: str) -> SheetCell:
    value: Decimal | None = getattr(project, key)
    if not _is_plain(project, key):
        return SheetCell(value)
    cell = place(project.sheet, project.cells[key])
    return SheetCell("" if value is None else value, f'IF({cell}="","",{cell})')


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


# ------------------------------------------------------------------------------------------- by 分项


@dataclass(frozen=True)
class _Section:
    rows: tuple[tuple[SheetCell | None, ...], ...]
    merges: tuple[str, ...]


def _by_sub_objective(submission: Submission, table: _Table, header: int) -> _Section:
    """项目数 and 预算合计 per 分项, with formulas over the table above."""
    links, budgets = (
        f"${table.letters[key]}${_FIRST_ROW}:${table.letters[key]}${max(table.last, _FIRST_ROW)}"
        for key in ("sub_objective", "total_budget")
    )
    named = [s.name for s in submission.department.sub_objectives if s.name] if submission.department else []
    named += [p.sub_objective for p in submission.projects if p.sub_objective]
    names = list(dict.fromkeys(named))
    width = len(table.columns)
    heads = [
        SheetCell("序号", style="header"),
        SheetCell("分项绩效目标", style="header"),
        *[SheetCell(style="header")] * 3,
        SheetCell("项目数", style="header"),
        SheetCell("预算合计", style="header"),
    ]
    rows = [
        _padded([SheetCell("按分项汇总", style="section")], width),
        _padded(heads, width),
    ]
    merges = [f"B{header}:E{header}"]
    number, count = _formulas(links, budgets)
    for index, name in enumerate([*names, ""], 1):
        row = header + index
        own = [p for p in submission.projects if (p.sub_objective or "") == name]
        wanted = f"$B{row}" if name else '""'
        rows.append(
            _padded(
                [
                    SheetCell(index, style="number"),
                    SheetCell(name or _UNLINKED, style="text"),
                    *[SheetCell(style="text")] * 3,
                    SheetCell(len(own), number(wanted), "number"),
                    SheetCell(total(p.total_budget for p in own), count(wanted), "amount"),
                ],
                width,
            )
        )
        merges.append(f"B{row}:E{row}")
    last = header + len(names) + 1
    rows.append(
        _padded(
            [
                SheetCell(_TOTAL, style="sum_text"),
                *[SheetCell(style="sum_text")] * 4,
                SheetCell(len(submission.projects), f"SUM(F{header + 1}:F{last})", "sum_number"),
                SheetCell(table.totals.total_budget, f"SUM(G{header + 1}:G{last})", "sum_amount"),
            ],
            width,
        )
    )
    return _Section(tuple(rows), tuple(merges))


def _formulas(links: str, budgets: str) -> tuple[Callable[[str], str], Callable[[str], str]]:
    # SUMPRODUCT compares texts as they are; COUNTIF would read signs and wildcards in them.
    return (
        lambda wanted: f"SUMPRODUCT(({links}={wanted})*1)",
        lambda wanted: f"SUMPRODUCT(({links}={wanted})*1,{budgets})",
    )


def _padded(cells: Sequence[SheetCell | None], width: int) -> tuple[SheetCell | None, ...]:
    return (*cells, *[None] * (width - len(cells)))


def _line(left: SheetCell, right: SheetCell, width: int) -> tuple[SheetCell | None, ...]:
    return (left, *[None] * (width - 2), right)
