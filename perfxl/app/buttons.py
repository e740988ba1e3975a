"""What each button of the ribbon does with a live book. Only composed here: the core decides.

Each function gives what to say to the person; what cannot be done is a PerfxlError.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfxl import __version__
from perfxl.app import changes
from perfxl.app.exit_status import FOUND_ERRORS, PASSED
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.own_sheets import elsewhere, own_sheet
from perfxl.core.forms.sheet_names import FINDINGS, GUIDE, SUMMARY
from perfxl.core.grid.cells import Workbook, address, position
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet
from perfxl.core.grid.differences import same_value
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.undo import Place, changed_cells, undo_edits
from perfxl.core.rules.findings_in_words import counted
from perfxl.core.sheets.findings_list import Stop, follow, mark_edits, stops
from perfxl.core.sheets.new_project import new_project, with_copy

if TYPE_CHECKING:
    from perfxl.io.live.live_book import LiveBook

_MOST_LINES = 8


@dataclass(frozen=True)
class Said:
    """What to say. aloud: in a box; else the status bar is enough. status: as the command line exits."""

    text: str
    aloud: bool = True
    status: int = PASSED


def validate(live: LiveBook) -> Said:
    """The findings onto 校验结果 and as colours onto the forms; the first error is selected."""
    from perfxl.io.live.state import select

    book = changes.opened(live.workbook())
    found = changes.findings(book)
    change = changes.check_change(book, found)
    live.apply(change)
    for finding in sorted(found, key=lambda finding: finding.severity.weight):
        if finding.severity is Severity.INFO:
            break
        if finding.sheet and finding.cell and select(live.book, finding.sheet, finding.cell):
            break
    errors = any(finding.severity is Severity.ERROR for finding in found)
    said = "\n".join([closing(found), *elsewhere(change.sheets)])
    return Said(said, status=FOUND_ERRORS if errors else PASSED)


def closing(found: Sequence[Finding]) -> str:
    """`4 个错误，42 个警告，先改这 4 个。` or `校验通过。`"""
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    said = [text for severity in (Severity.ERROR, Severity.WARNING) if (text := counted(found, severity))]
    if errors:
        return f"{'，'.join(said)}，先改这 {errors} 个。"
    if said:
        return f"没有错误，{said[0]}：请逐条核对，确有原因的在“{FINDINGS}”的“单位说明”中写明。"
    infos = counted(found, Severity.INFO)
    return f"校验通过。另有 {infos}，供参考。" if infos else "校验通过。"


def fill_totals(live: LiveBook) -> Said:
    """The totals; what stood there before is kept for 撤销填充."""
    book = changes.opened(live.workbook())
    filling = changes.fill_change(book)
    listed, change = filling.listed, filling.change
    lacking = ["合计不完整：", *_first(filling.lacking)] if filling.lacking else []
    if not listed:
        return Said("\n".join(["合计都已是最新，没有需要填充的单元格。", *lacking]))
    places = [(edit.sheet, edit.cell) for edit in change.cells]
    places += [place for sheet in change.sheets for place in _cells_of(sheet, book.workbook)]
    before = live.present(places)
    _refuse_typed_meanwhile(change.cells, before, book.workbook)
    live.apply(change)
    kept = _kept_for_undo(live, before)
    lines = [f"{one.place} {one.label}：{one.old or '（空）'} → {one.new or '（空）'}" for one in listed]
    end = "如需恢复，点“撤销填充”。" if kept else "这台电脑上不能保存撤销记录，“撤销填充”对这次填充无效。"
    return Said("\n".join([f"已填充 {len(listed)} 处：", *_first(lines), *lacking, end]))


def _refuse_typed_meanwhile(edits: Sequence[CellEdit], now: Mapping[Place, CellEdit], read: Workbook) -> None:
    """PerfxlError where somebody has typed into a cell since it was read: theirs is never overwritten."""
    for edit in edits:
        sheet, present = read.sheet(edit.sheet), now.get((edit.sheet, edit.cell))
        cell = None if sheet is None else sheet.cells.get(position(edit.cell))
        then = None if cell is None else cell.value
        if present is None or not same_value(present.value, then):
            raise PerfxlError(f"{edit.sheet}!{edit.cell} 在处理期间被改动，没有写入。请再点一次按钮。")


def _kept_for_undo(live: LiveBook, before: Mapping[Place, CellEdit]) -> bool:
    """Whether the filling that was just written can be undone. No error: what is written is written."""
    from perfxl.io.live.undo_and_log import keep_undo, log_fault

    try:
        after = live.present(before)
        record = changed_cells(list(before.values()), [after[place] for place in before])
        return keep_undo(live.program.full_name(live.book), record)
    except Exception as fault:  # noqa: BLE001 (whatever it is, the totals stand)
        log_fault("keep_undo", fault)
        return False


def _cells_of(sheet: DrawnSheet, workbook: Workbook) -> list[Place]:
    """The cells that writing a sheet anew may change."""
    old = workbook.sheet(sheet.name)
    at = {(row, column) for row, cells in enumerate(sheet.rows, 1) for column in range(1, len(cells) + 1)}
    return [(sheet.name, address(one)) for one in sorted(at | set(old.cells if old else ()))]


def undo_fill(live: LiveBook) -> Said:
    """The last filling of this book taken back, but for the cells that somebody changed since."""
    from perfxl.io.live.undo_and_log import forget_undo, kept_undo

    name = live.program.full_name(live.book)
    record = kept_undo(name)
    if record is None or not record.after:
        return Said("没有可以撤销的填充：这个工作簿还没有用“填充合计”填过，或者已经撤销过了。")
    now = live.present((edit.sheet, edit.cell) for edit in record.after)
    edits, left = undo_edits(record, now)
    live.apply(Change(cells=edits))
    forgotten = forget_undo(name)
    said = [f"已恢复 {len(edits)} 处。" if edits else "没有恢复任何单元格。"]
    if left:
        said += [f"有 {len(left)} 处在填充之后又被改动，没有动："]
        said += _first([f"{sheet}!{cell}" for sheet, cell in left])
    if not forgotten:
        said.append("撤销记录没有删掉，请不要再点“撤销填充”。")
    return Said("\n".join(said))


def make_summary(live: LiveBook) -> Said:
    """部门汇总, made anew from the forms."""
    from perfxl.io.live.state import select

    summarised = changes.summary_change(changes.opened(live.workbook()))
    live.apply(summarised.change)
    sheets = summarised.change.sheets
    select(live.book, sheets[0].name, "A1")
    return Said("\n".join([f"已生成“{sheets[0].name}”表。", *summarised.figures, *elsewhere(sheets)]))


def add_project(live: LiveBook) -> Said:
    """One more project sheet behind the last one; 部门汇总, where there is one, lists it at once."""
    from perfxl.io.live.state import select

    workbook = live.workbook()
    book = changes.opened(workbook)
    added = new_project(workbook, book.submission, book.framework)
    change = Change(cells=added.edits)
    if own_sheet(workbook, SUMMARY) is not None:
        after = changes.opened(with_copy(workbook, added.copy, added.edits), book.framework.id)
        change = Change(cells=added.edits, sheets=changes.summary_change(after).change.sheets)
    live.apply(change, copies=[added.copy])
    select(live.book, added.copy.name, added.first_input)
    return Said(
        f"已新增第 {added.number} 个项目表“{added.copy.name}”，放在“{added.copy.after}”之后，格式与“{added.copy.source}”相同。\n"
        "请填写项目编码、名称等内容，工作表名称可以改。填完后点“填充合计”和“校验”。"
    )


def previous_finding(live: LiveBook) -> Said:
    """The finding before the one whose cell is selected."""
    return _jump(live, back=True)


def next_finding(live: LiveBook) -> Said:
    """The finding after the one whose cell is selected."""
    return _jump(live, back=False)


def _jump(live: LiveBook, *, back: bool) -> Said:
    from perfxl.io.live.state import select, selected

    results = live.own_sheet(FINDINGS)
    if results is None:
        raise PerfxlError("还没有校验结果。请先点“校验”。")
    found = stops(results)
    if not found:
        return Said("校验结果中没有可以跳转的问题。改动之后请再点“校验”。")
    present = _present(found, selected(live.book), results.name)
    order, before_the_end = follow(len(found), present, back=back)
    for turn, index in enumerate(order):
        stop = found[index]
        if select(live.book, *stop.place):
            wrapped = turn >= before_the_end
            word = ("已到第一处，从最后一处接着看。" if back else "已到最后一处，从头再看。") if wrapped else ""
            sheet, cell = stop.place
            return Said(f"{word}第 {index + 1}/{len(found)} 处：{sheet}!{cell} {stop.message}", aloud=False)
    return Said("清单中的单元格都已不在工作簿中。请重新点“校验”。")


def _present(found: Sequence[Stop], at: Place | None, results: str) -> int | None:
    """The stop whose cell is selected, or whose line on the list is. results: the sheet with the list."""
    if at is None:
        return None
    for index, stop in enumerate(found):
        if stop.place == at or (at[0] == results and int(at[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) in stop.rows):
            return index
    return None


def clear_marks(live: LiveBook) -> Said:
    """The colours away; the list and the answers on it stay."""
    results = live.own_sheet(FINDINGS)
    edits = () if results is None else mark_edits(results)
    if not edits:
        return Said("没有需要清除的标记。")
    live.apply(Change(cells=edits))
    return Said(f"已清除颜色标记。“{FINDINGS}”表和其中的“单位说明”都保留；再点“校验”会重新标出。")


def open_report(live: LiveBook) -> Said:
    """校验结果 in view; checked first where there is none."""
    from perfxl.io.live.state import select

    said = None
    results = live.own_sheet(FINDINGS)
    if results is None:
        said = validate(live)
        results = live.own_sheet(FINDINGS)
    name = FINDINGS if results is None else results.name
    if not select(live.book, name, "A1") and said is None:
        raise PerfxlError(f"“{name}”表被隐藏，无法打开。请在工作表标签上点右键，选“取消隐藏”。")
    return said or Said(f"已打开“{name}”表。改动之后请再点“校验”。", aloud=False)


_HELP = (
    "校验：列出问题，标出单元格，不改动您填写的内容。",
    "填充合计：只写合计单元格；“撤销填充”恢复原值。",
    "生成汇总：每个项目一行，合计为公式。",
    "新增项目表：照最后一个项目表新建一张空表。",
    "上一处、下一处：在有问题的单元格之间跳转。",
    "清除标记：去掉颜色，保留问题清单和单位说明。",
    "打开报告：查看“校验结果”表。",
    "一切都在本机处理，不联网。",
)


def show_help(live: LiveBook) -> Said:
    """The guide that the template brings, in view, and a line for each button."""
    from perfxl.io.live.state import select

    guide = select(live.book, GUIDE, "A1")
    first = f"已打开“{GUIDE}”表。" if guide else ""
    return Said("\n".join([line for line in (first, *_HELP) if line]))


def about(live: LiveBook) -> Said:
    """Versions and places, for whoever is asked for help."""
    import xlwings

    return Said(
        "\n".join(
            (
                f"perfxl {__version__}",
                f"Python {platform.python_version()}（{platform.system()} {platform.release()}）",
                f"xlwings {xlwings.__version__}",
                f"{live.program.name} {live.book.app.version}",
                f"加载项：{live.program.addin(live.book) or '未加载'}",
                f"日志：{_log()}",
            )
        )
    )


def _log() -> str:
    from perfxl.io.live.undo_and_log import log_file

    try:
        return str(log_file())
    except (OSError, RuntimeError):
        return "不能写入"


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], *([f"……另有 {more} 处"] if more > 0 else [])]
