"""报送情况 and 下发与回收差异: who returned what, who owes, and what was altered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perfxl.core.collecting.collected_findings import OtherResult, UnitResult
from perfxl.core.collecting.consolidate import RowStore
from perfxl.core.collecting.consolidated.details import unit_cells
from perfxl.core.collecting.consolidated.links import SHA_LENGTH, Links
from perfxl.core.collecting.consolidated.streamed_table import Table
from perfxl.core.collecting.which_file_counts import Placed, State
from perfxl.core.forms.lacking import brief, kinds
from perfxl.core.forms.totals import total
from perfxl.core.grid.change import SheetCell
from perfxl.core.grid.wording import money

_ALTERED = "已报送，有改动"
_UNFILLED = "仍是下发时的样子，没有填写任何内容；其中的控制数没有计入汇总。"
_STYLES = {
    State.COUNTED: "good",
    State.OLDER: "warning",
    State.SAME: "warning",
    State.UNFILLED: "bad",
    State.MISSING: "bad",
    State.PASSED_OVER: "soft",
}


@dataclass
class Returns:
    """The two tables while they are being written."""

    returns: Table
    alterations: Table
    store: RowStore
    links: Links

    def fill(self, results: Iterable[UnitResult], others: Iterable[OtherResult]) -> None:
        """All rows: unit by unit, the file that counts first; then the files of no unit."""
        years = Counter(
            one.files.counted.entry.year for one in results if one.files.counted and one.files.counted.entry.year
        )
        usual = years.most_common(1)[0][0] if years else None
        for result in results:
            self._of_unit(result, usual)
            self._altered(result)
        for other in others:
            self._other(other.placed)

    def _of_unit(self, result: UnitResult, usual: int | None) -> None:
        files = result.files
        whose = unit_cells(result.key, files.unit, files.department)
        whose["contact"] = SheetCell(result.contact.name, style="centre")
        whose["phone"] = SheetCell(result.contact.phone, style="code")
        chase = "" if files.counted is not None else "请催报。"
        for blank in files.unfilled:
            self._file(blank, whose, f"{_UNFILLED}{chase}")
        if files.counted is None and not files.unfilled:
            said = {"state": SheetCell(State.MISSING.value, style="bad"), "reason": SheetCell("请催报。")}
            self.returns.add({**whose, **said})
        if files.counted is None:
            return
        reasons = [*_about_counted(result), *_about_year(files.counted, usual), *_about_sums(files.counted)]
        self._file(files.counted, whose, "；".join(reasons), altered=any(not a.new for a in result.altered))
        for older in files.older:
            alone = files.counted.part.whole and not older.part.whole
            better = "单独报送的文件" if alone else "保存时间更晚的文件"
            why = f"同一单位另有{better}：{files.counted.entry.file}"
            self._file(older, whose, "；".join([why, *older.part.notes]))
        for same in files.same:
            self._file(same, whose, f"与“{same.same_as}”内容完全相同，只计一份")

    def _other(self, placed: Placed) -> None:
        reasons = {
            State.STRANGER: _about_stranger(placed),
            State.NO_FORM: "工作簿里没有项目绩效目标表，没有计入汇总",
            State.UNREADABLE: placed.entry.reason or "",
            State.PASSED_OVER: placed.entry.passed_over or "",
        }
        unit = placed.part.unit if placed.state is not State.STRANGER else None
        self._file(placed, unit_cells(None, unit, (unit.department or "") if unit else ""), reasons[placed.state])

    def _file(self, placed: Placed, whose: dict[str, SheetCell], reason: str, *, altered: bool = False) -> None:
        entry = placed.entry
        state, style = placed.state.value, _STYLES.get(placed.state, "bad")
        if altered:
            state, style = _ALTERED, "warning"
        read = entry.has_form
        counts = self.store.counts(entry.number)
        said = {
            "state": SheetCell(state, style=style),
            "returned_at": SheetCell(entry.modified, style="time"),
            "dated_by": SheetCell(entry.dated_by),
            "by": SheetCell(placed.part.by),
            "projects": SheetCell(len(placed.part.numbers) if read else None, style="number"),
            "total_budget": SheetCell(
                total(line.totals.total_budget for line in placed.part.lines) if read else None, style="amount"
            ),
            "error": SheetCell(counts.errors if read else None, style="number"),
            "warning": SheetCell(counts.warnings if read else None, style="number"),
            "reason": SheetCell(reason),
            "file": self.links.file(entry),
            "sha": SheetCell((entry.sha256 or "")[:SHA_LENGTH], style="centre"),
        }
        self.returns.add({**whose, **said})

    def _altered(self, result: UnitResult) -> None:
        counted = result.files.counted
        whose = unit_cells(result.key, result.files.unit, result.files.department)
        for one in result.altered:
            said = {
                "project_name": SheetCell(one.project_name),
                "field": SheetCell(one.label),
                "sent": SheetCell(one.sent),
                "returned": SheetCell(one.returned),
                "difference": SheetCell(one.difference, style="amount"),
                "source": SheetCell(one.source, style="centre"),
            }
            entry = counted.entry if counted is not None else None
            self.alterations.add({**whose, **said, **self.links.trace(entry, one.sheet or None, one.cell or None)})


def headline(results: Iterable[UnitResult], others: Iterable[OtherResult], *, has_roster: bool) -> str:
    """`应报 335 个单位：已报 331，未报 4；有改动 3，重复 5，内容相同 2；无法读取 20，…`."""
    units = returned = unfilled = 0
    number: Counter[str] = Counter()
    for one in results:
        units += 1
        returned += one.files.counted is not None
        unfilled += one.files.standing is State.UNFILLED
        number["有改动"] += any(not altered.new for altered in one.altered)
        number["重复的文件"] += len(one.files.older)
        number["内容相同的文件"] += len(one.files.same)
    number.update(other.placed.state.value for other in others)
    due = (
        f"应报 {units} 个单位：已报 {returned}，未报 {units - returned - unfilled}"
        if has_roster
        else f"已报 {returned} 个单位（没有花名册，不能判断谁未报送）"
    )
    if unfilled:
        due += f"，{State.UNFILLED.value} {unfilled}"
    of_none = (State.UNREADABLE, State.STRANGER, State.NO_FORM, State.PASSED_OVER)
    names = ("有改动", "重复的文件", "内容相同的文件", *(state.value for state in of_none))
    rest = "，".join(f"{name} {number[name]}" for name in names if number[name])
    return f"{due}{'；' + rest if rest else ''}。"


def _about_counted(result: UnitResult) -> Iterator[str]:
    files = result.files
    if files.older:
        yield f"共收到 {1 + len(files.older)} 份，采用最后保存的这一份"
    altered = sum(not one.new for one in result.altered)
    if altered:
        yield f"改动了 {altered} 处下发的内容，见“下发与回收差异”"
    if files.counted is not None:
        if files.counted.same_as is not None:
            yield f"与另一单位的“{files.counted.same_as}”内容完全相同"
        yield from files.counted.part.notes


def _about_year(placed: Placed, usual: int | None) -> Iterator[str]:
    year = placed.entry.year
    if year is not None and usual is not None and year != usual:
        yield f"文本年度是 {year}，多数文件是 {usual}"


def _about_sums(placed: Placed) -> Iterator[str]:
    missing = brief(kinds(lack for line in placed.part.lines for lack in line.totals.lacking))
    if missing:
        yield f"合计不完整：{missing}"


def _about_stranger(placed: Placed) -> str:
    said = [claim.shown for claim in placed.entry.claims]
    said += [" ".join(part for part in (line.code, line.name) if part) for line in placed.part.lines]
    named = next((one for one in said if one), None)
    amount = money(total(line.totals.total_budget for line in placed.part.lines))
    who = f"文件写的单位是“{named}”" if named else "文件没有写明单位"
    return "；".join([who, f"预算合计 {amount} 万元没有计入汇总", *_about_sums(placed)])
