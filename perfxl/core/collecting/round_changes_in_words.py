"""What changed since the last round, for people: lines for the terminal, rows for the sheet 与上次相比."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from perfxl.core.collecting.round import AmountChange, FindingChange, Kind, Since, UnitChange
from perfxl.core.forms.collected_columns import CHANGES
from perfxl.core.forms.findings import Severity
from perfxl.core.grid.text import cut
from perfxl.core.grid.wording import money
from perfxl.core.rules import RULES

MENDED, APPEARED, AMOUNT = "已改正", "新问题", "金额变化"

_KINDS: dict[Kind, str] = {"new": "新报送", "again": "重新报送", "same": "没有变化", "gone": "不再有文件"}
_LONGEST_NAME = 30
_MOST_UNITS = 20


class ChangeRow(NamedTuple):
    """A row of the sheet: one thing that happened to a unit. difference: of an amount, in 万元."""

    unit: UnitChange
    kind: str
    project: str | None = None
    what: str | None = None
    rule: str | None = None
    before: str | None = None
    now: str | None = None
    difference: Decimal | None = None


def rows(changes: Iterable[UnitChange]) -> Iterator[ChangeRow]:
    """For each unit to which something happened a row about its file, then one per finding and amount."""
    for unit in changes:
        if unit.happened:
            yield ChangeRow(unit, kind_of(unit), None, _file_told(unit), None, *_counts_told(unit))
            for one in unit.mended:
                said = (one.project, _what(one), one.rule, one.severity.label, MENDED)
                yield ChangeRow(unit, MENDED, *said)
            for one in unit.appeared:
                yield ChangeRow(unit, APPEARED, one.project, _what(one), one.rule, None, one.severity.label)
            for amount in unit.amounts:
                told = (_amount(amount.old), _amount(amount.new), _difference(amount))
                yield ChangeRow(unit, AMOUNT, amount.project, amount.label, None, *told)


def row_count(changes: Iterable[UnitChange]) -> int:
    """How many `rows` there will be."""
    return sum(1 + len(u.mended) + len(u.appeared) + len(u.amounts) for u in changes if u.happened)


def headline(since: Since) -> str:
    """The numbers in one sentence, for the top of the sheet."""
    found: Counter[str] = Counter()
    for change in since.changes:
        found[change.kind] += 1
        found["judged"] += change.judged_otherwise
        found["mended"] += len(change.mended)
        found["appeared"] += len(change.appeared)
        found["amounts"] += len(change.amounts)
    numbers = (
        (f"{_KINDS['new']} {{}} 个单位", found["new"]),
        (f"{_KINDS['again']} {{}} 个单位", found["again"]),
        ("结果有变 {} 个单位", found["judged"]),
        ("不再有文件 {} 个单位", found["gone"]),
        ("改正 {} 个问题", found["mended"]),
        ("新出现 {} 个问题", found["appeared"]),
        ("金额变化 {} 处", found["amounts"]),
    )
    said = "，".join(text.format(f"{number:,}") for text, number in numbers if number)
    return f"{_compared(since)}：{said}。" if said else f"{_compared(since)}没有变化。"


@dataclass
class _Named:
    """Lines of one kind: all are counted, the first ones named."""

    what: str
    counted: str = "个单位"
    number: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        self.number += 1
        if len(self.named) < _MOST_UNITS:
            self.named.append(line)

    def lines(self) -> list[str]:
        """With a heading, and how many there are in all; nothing where there are none."""
        if not self.number:
            return []
        more = f"  ……共 {self.number} {self.counted}，其余见“{CHANGES}”表。"
        head = f"{self.what} {self.number} {self.counted}："
        return [head, *self.named, *([more] if self.number > _MOST_UNITS else [])]


def lines(since: Since) -> list[str]:
    """What changed since the last round in a few sentences, the units that matter named."""
    units: dict[Kind, _Named] = {
        "new": _Named("新报送"),
        "again": _Named("重新报送"),
        "same": _Named("文件没有变、结果有变"),
        "gone": _Named("上次有文件、这次没有"),
    }
    amounts = _Named("金额有变化的", "处")
    mended = appeared = 0
    for change in since.changes:
        called = f"  {_called(change)}"
        if change.happened:
            units[change.kind].add(called + (_mending(change) if change.kind in ("again", "same") else ""))
        mended += len(change.mended)
        appeared += len(change.appeared)
        for one in change.amounts:
            amounts.add(f"{called}　{amount_told(one)}")
    said = [
        *(line for one in units.values() for line in one.lines()),
        *([f"共改正 {mended} 个问题，新出现 {appeared} 个。"] if mended or appeared else []),
        *amounts.lines(),
    ]
    return [f"{_compared(since)}：", *said] if said else [f"{_compared(since)}没有变化。"]


def kind_of(change: UnitChange) -> str:
    """新报送, 重新报送, 没有变化 …, in one or two words."""
    return "结果有变" if change.judged_otherwise else _KINDS[change.kind]


def amount_told(change: AmountChange) -> str:
    """`1.工会保障项目 预算数 96.30 → 96.31（＋0.01）万元`."""
    name, difference = cut(change.project, _LONGEST_NAME), _difference(change)
    sign = "＋" if difference >= 0 else "－"
    return f"{name} {change.label} {_amount(change.old)} → {_amount(change.new)}（{sign}{money(abs(difference))}）万元"


def _compared(since: Since) -> str:
    """`与上次（2024-11-18 09:00）相比`, and that the same files were collected since, if they were."""
    if since.same_as is None:
        return f"与上次（{since.time:%Y-%m-%d %H:%M}）相比"
    return f"与上次（{since.same_as:%Y-%m-%d %H:%M}）相比没有变化。与更早一次（{since.time:%Y-%m-%d %H:%M}）相比"


def _file_told(change: UnitChange) -> str:
    if change.judged_otherwise:
        return "文件没有变，校验结果有变"
    return {"new": "收到文件", "again": "换了文件", "gone": "文件已不在收回的文件夹里", "same": ""}[change.kind]


def _counts_told(change: UnitChange) -> tuple[str, str]:
    """What was found then and now, answered warnings left out."""
    then, now = (f"错误 {e}，警告 {w}" for e, w in zip(change.errors, change.warnings, strict=True))
    return ("未报送" if change.kind == "new" else then), ("没有文件" if change.kind == "gone" else now)


def _what(finding: FindingChange) -> str:
    """`绩效目标 3 处（要求：绩效目标已填写）`: field, places and what its rule asks for."""
    rule = RULES.get(finding.rule)
    guarantee = f"要求：{rule.guarantee.partition('。')[0]}" if rule else ""
    where = (finding.label or "") + (f" {finding.places} 处" if finding.places > 1 else "")
    return f"{where.strip()}（{guarantee}）" if where and guarantee else where.strip() or guarantee


def _mending(change: UnitChange) -> str:
    """`：改正 3 个，新问题 1 个；错误 4 → 1`."""
    parts = [f"改正 {len(change.mended)} 个"] if change.mended else []
    if change.appeared:
        parts.append(f"新问题 {len(change.appeared)} 个")
    counts = [
        f"{severity.label} {then} → {now}"
        for severity, (then, now) in ((Severity.ERROR, change.errors), (Severity.WARNING, change.warnings))
        if then != now
    ]
    told = "；".join(part for part in ("，".join(parts), "，".join(counts)) if part)
    return f"：{told or '问题没有变化'}"


def _called(change: UnitChange) -> str:
    return " ".join(part for part in (change.code, change.name) if part) or change.file


def _amount(amount: Decimal | None) -> str:
    return "空" if amount is None else money(amount)


def _difference(change: AmountChange) -> Decimal:
    return (change.new or Decimal(0)) - (change.old or Decimal(0))
