"""What a sum leaves out, and the words for it: a total never looks complete while an amount is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from perfxl.core.forms.parts import AMOUNTS
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.text import cut

# What a row of 部门汇总 shows in place of a figure that is not there: its formulas count these words.
UNREAD, UNFILLED, UNCOUNTED = "读不出", "未填", "未计入"

_PLAN = "spending_plan"
_PLAN_LABEL = "资金支出计划"
_MOST_NAMES, _MOST_SENTENCES = 5, 20
_LONGEST = 20


class Why(StrEnum):
    """Why there is no amount; the values are those of the JSON report."""

    BLANK = "blank"
    UNREADABLE = "unreadable"
    UNCALCULATED = "uncalculated"
    ERROR_VALUE = "error_value"
    NO_PLAN = "no_plan"


@dataclass(frozen=True, slots=True)
class Lack:
    """An amount that is in no sum, because it is blank or cannot be read.

    project, name: whose it is. field: `total_budget`, `fiscal_funds`, `other_funds`, `spending_plan`
    (the amounts per period cannot be told) or `spending_plan.2`. cell: None where the form has no such
    place. typed: what stands there, for people; `""` where nothing does. called: what its form calls the field.
    """

    project: int
    name: str | None
    sheet: str
    cell: str | None
    field: str
    why: Why
    typed: str = ""
    called: str | None = None

    @property
    def kind(self) -> str:
        """The field, the four dates of a plan being one."""
        return self.field.partition(".")[0]

    @property
    def sums(self) -> tuple[str, ...]:
        """The sums that it is not in, by the names they have in `Totals`."""
        periods = ("period_amounts",) if self.kind in {"total_budget", _PLAN} else ()
        return periods if self.kind == _PLAN else (self.field, *periods)

    @property
    def whose(self) -> str:
        """`2.健康保障项目`, `第 2 个项目` where it has no name."""
        return f"{self.project}.{self.name}" if self.name else f"第 {self.project} 个项目"

    @property
    def said(self) -> str:
        """`预算数“82.44元”读不出`, `未填预算数`, `财政资金的公式没有计算结果`, …"""
        if self.why is Why.NO_PLAN:
            return f"{_PLAN_LABEL}既不是分期也不是累计"
        label = _label(self.field, self.called)
        if self.why is Why.BLANK:
            return f"未填{label}"
        if self.why is Why.UNCALCULATED:
            return f"{label}的公式没有计算结果"
        if self.why is Why.ERROR_VALUE:
            return f"{label}是错误值 {self.typed}"
        return f"{label}“{self.typed}”{UNREAD}"


def quote(typed: str) -> str:
    """What stands in a cell as a message shows it: short, one line, without what cannot be seen."""
    return cut("".join(char for char in typed if char.isprintable() or char.isspace()), _LONGEST)


def kinds(lacking: Iterable[Lack]) -> Counter[str]:
    """How many projects of one workbook lack an amount, by `Lack.kind`."""
    return Counter(kind for _, kind in {(one.project, one.kind) for one in lacking})


def brief(numbers: Mapping[str, int]) -> str:
    """`缺 1 个项目的预算数、2 个项目的资金支出计划`, from `kinds`; `""` where nothing is missing."""
    parts = [f"{number} 个项目的{_label(kind)}" for kind in (*AMOUNTS, _PLAN) if (number := numbers.get(kind))]
    return f"缺 {'、'.join(parts)}" if parts else ""


def sentences(lacking: Sequence[Lack]) -> list[str]:
    """What is not in the sums, a line each; blanks of one kind are one line. Nothing for complete sums.

    `2.健康保障项目的预算数“82.44元”读不出（2.健康保障项目!C4），没有计入合计。`
    """
    blank: dict[str, list[Lack]] = {}
    lines = []
    for one in lacking:
        if one.why is Why.BLANK:
            blank.setdefault(one.kind, []).append(one)
        else:
            where = f"（{one.sheet}!{one.cell}）" if one.cell else ""
            lines.append(f"{one.whose}的{one.said}{where}，没有计入{_sum_of(one)}。")
    if len(lines) > _MOST_SENTENCES:
        lines = [*lines[:_MOST_SENTENCES], f"……另有 {len(lines) - _MOST_SENTENCES} 处读不出。"]
    for those in blank.values():
        names = "、".join(one.whose for one in those[:_MOST_NAMES])
        more = " 等" if len(those) > _MOST_NAMES else ""
        lines.append(f"{len(those)} 个项目{those[0].said}，没有计入{_sum_of(those[0])}：{names}{more}。")
    return lines


def _sum_of(lack: Lack) -> str:
    return "各期支出" if lack.kind == _PLAN else "合计"


def _label(field: str, called: str | None = None) -> str:
    """called: None takes the words of the usual form. A form says 其中：财政资金."""
    label = (called or PROJECT_FORM.label(field)).rpartition("：")[2]
    key, _, number = field.partition(".")
    if key == _PLAN:
        return f"{label}支出计划" if number else _PLAN_LABEL
    return label
