"""The 自检 line of 部门汇总: whether the sums agree, and which amounts are in none of them.

A formula over the table, so that it follows what is mended and what is spoilt in the forms; its value
beside it is what the formula gives. It says that parts agree only where nothing is missing from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from perfxl.core.forms.lacking import UNCOUNTED, UNFILLED, UNREAD
from perfxl.core.forms.summary_columns import FIRST_ROW
from perfxl.core.forms.totals import CENT, Totals, total
from perfxl.core.grid.cells import Value
from perfxl.core.grid.change import SheetCell
from perfxl.core.sheets.self_check import BEGINS, HALF_CENT, LONGEST, trim

_SOURCES = ("fiscal_funds", "other_funds")
_SOURCES_AGREE, _PERIODS_AGREE = "预算数＝财政资金＋其他资金", "各期支出合计＝预算数"


@dataclass(frozen=True, slots=True)
class _Part:
    """Words that the line may hold. formula: gives them behind `；`, or nothing."""

    formula: str
    text: str


@dataclass(frozen=True, slots=True)
class _Count:
    """A number, and the formula that gives it."""

    formula: str
    number: int


def self_check(rows: Sequence[Sequence[SheetCell]], letters: Mapping[str, str], sums: Totals) -> SheetCell:
    """The line. rows: the projects' rows; letters: the table's columns by key, in their order."""
    table = _Table(rows, letters, sums)
    amounts, budgets, plans = (("total_budget", "other_funds"), ("total_budget",) * 2, ("period.0",) * 2)
    missing = _joined(
        table.missing("total_budget", UNREAD, "的预算数读不出"),
        table.missing("total_budget", UNFILLED, "未填预算数"),
        table.missing("fiscal_funds", UNREAD, "的财政资金读不出"),
        table.missing("other_funds", UNREAD, "的其他资金读不出"),
        table.missing("period.0", UNCOUNTED, "的支出计划未填或读不出"),
    )
    lacking = table.count(amounts, plans)
    incomplete = _Part(
        f'IF({lacking.formula}=0,"","；合计不完整"&{missing.formula})',
        f"；合计不完整{missing.text}" if lacking.number else "",
    )
    # What lacks an amount agrees with nothing.
    line = _joined(
        incomplete,
        _or_agree(table.count(amounts), table.sources_differ(), _SOURCES_AGREE),
        _or_agree(table.count(budgets, plans), table.periods_differ(), _PERIODS_AGREE),
    )
    formula = f'"{BEGINS}"&MID({line.formula},2,{LONGEST})'
    return SheetCell(f"{BEGINS}{line.text[1:]}", formula, "headline")


def _joined(*parts: _Part) -> _Part:
    return _Part("&".join(part.formula for part in parts), "".join(part.text for part in parts))


def _or_agree(missing: _Count, differ: _Part, words: str) -> _Part:
    """What differs; where nothing does and nothing is missing, that it agrees."""
    agree = "" if missing.number or differ.text else f"；{words}"
    return _Part(
        f'{differ.formula}&IF(AND({missing.formula}=0,{differ.formula}=""),"；{words}","")', differ.text + agree
    )


class _Table:
    """The table that the line looks at."""

    def __init__(self, rows: Sequence[Sequence[SheetCell]], letters: Mapping[str, str], sums: Totals) -> None:
        self.letters = letters
        self.sums = sums
        self.rows: list[dict[str, Value]] = [
            {key: cell.value for key, cell in zip(letters, row, strict=True)} for row in rows
        ]
        self.last = FIRST_ROW + max(len(rows), 1) - 1
        self.total = FIRST_ROW + len(rows)

    def column(self, key: str) -> str:
        """The cells of all projects."""
        return f"{self.letters[key]}{FIRST_ROW}:{self.letters[key]}{self.last}"

    def count(self, *areas: tuple[str, str]) -> _Count:
        """How many words stand in place of amounts from one column to another, those included."""
        parts, number = [], 0
        for first, last in areas:
            area = f"{self.letters[first]}{FIRST_ROW}:{self.letters[last]}{self.last}"
            marks = (UNCOUNTED,) if first == "period.0" else (UNFILLED, UNREAD)
            parts += [f'COUNTIF({area},"{mark}")' for mark in marks]
            keys = list(self.letters)
            keys = keys[keys.index(first) : keys.index(last) + 1]
            number += sum(row[key] in marks for row in self.rows for key in keys)
        return _Count("+".join(parts), number)

    def missing(self, key: str, mark: str, what: str) -> _Part:
        """How many projects have a mark in place of an amount, and the first of them."""
        count = f'COUNTIF({self.column(key)},"{mark}")'
        first = f'MATCH("{mark}",{self.column(key)},0)'
        number, name = (f"INDEX({self.column(k)},{first})" for k in ("number", "project_name"))
        formula = (
            f'IF({count}=0,"","，"&{count}&" 个项目{what}（"&TRIM("序号 "&{number}&" "&{name})'
            f'&IF({count}=1,"）"," 等）"))'
        )
        marked = [row for row in self.rows if row[key] == mark]
        if not marked:
            return _Part(formula, "")
        whose = trim(f"序号 {marked[0]['number']} {marked[0]['project_name'] or ''}")
        more = "" if len(marked) == 1 else " 等"
        return _Part(formula, f"，{len(marked)} 个项目{what}（{whose}{more}）")

    def sources_differ(self) -> _Part:
        """Whether the sums differ; also where they only agree because differences make up for each other."""
        budget, *sources = (f"{self.letters[key]}{self.total}" for key in ("total_budget", *_SOURCES))
        gap = f"{budget}-{'-'.join(sources)}"
        numbers = self.column("number")
        # SUMIF passes over the words in place of amounts, a minus sign would not.
        each = "-".join(f"SUMIF({numbers},{numbers},{self.column(k)})" for k in ("total_budget", *_SOURCES))
        read = "*".join(f'({self.column(key)}<>"{UNREAD}")' for key in _SOURCES)
        rows = f"SUMPRODUCT(ISNUMBER({self.column('total_budget')})*{read}*(ABS({each})>={HALF_CENT}))"
        formula = (
            f'IF(ABS({gap})>={HALF_CENT},"；预算数与资金来源相差 "&TEXT(ABS({gap}),"0.00")&" 万元",'
            f'IF({rows}=0,"","；"&{rows}&" 个项目的预算数与资金来源不等，合计相互抵消"))'
        )
        sums = self.sums
        difference = abs(sums.total_budget - sums.fiscal_funds - sums.other_funds)
        if difference >= HALF_CENT:
            return _Part(formula, f"；预算数与资金来源相差 {_cents(difference)} 万元")
        number = sum(map(_differs, self.rows))
        return _Part(formula, f"；{number} 个项目的预算数与资金来源不等，合计相互抵消" if number else "")

    def periods_differ(self) -> _Part:
        """Whether the four periods together differ from the budgets."""
        budget = f"{self.letters['total_budget']}{self.total}"
        gap = f"{budget}-SUM({self.letters['period.0']}{self.total}:{self.letters['period.3']}{self.total})"
        formula = f'IF(ABS({gap})<{HALF_CENT},"","；各期支出与预算数相差 "&TEXT(ABS({gap}),"0.00")&" 万元")'
        difference = abs(self.sums.total_budget - total(self.sums.period_amounts))
        text = f"；各期支出与预算数相差 {_cents(difference)} 万元" if difference >= HALF_CENT else ""
        return _Part(formula, text)


def _differs(row: Mapping[str, Value]) -> bool:
    budget, *sources = (row[key] for key in ("total_budget", *_SOURCES))
    if not isinstance(budget, Decimal) or UNREAD in sources:
        return False
    amounts = [source for source in sources if isinstance(source, Decimal)]
    return abs(budget - total(amounts)) >= HALF_CENT


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
