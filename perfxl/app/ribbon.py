"""The buttons of the ribbon, as VBA calls them: `perfxl.app.ribbon.validate()`.

Each works on the workbook that the call came from, or on the one given, tells the person what came of
it, and gives those words. Nothing escapes: a fault becomes a sentence, its details go to the log.
"""

from __future__ import annotations

import locale
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from io import TextIOWrapper
from typing import TYPE_CHECKING, TypeAlias

from perfxl.app import buttons
from perfxl.app.buttons import Said
from perfxl.app.exit_status import COULD_NOT_RUN

if TYPE_CHECKING:
    import xlwings

    from perfxl.io.live.faults import Standing
    from perfxl.io.live.live_book import LiveBook

Work: TypeAlias = Callable[["LiveBook"], Said]

_TITLE = "绩效"


def _button(work: Work) -> Callable[..., str]:
    """The function that VBA calls, under the name of what the button does."""

    @wraps(work)
    def pressed(book: xlwings.Book | None = None) -> str:
        chosen = _caller(work.__name__) if book is None else book
        said = press(work.__name__, chosen)
        _tell(chosen, said)
        return said.text

    return pressed


validate = _button(buttons.validate)
fill_totals = _button(buttons.fill_totals)
make_summary = _button(buttons.make_summary)
add_project = _button(buttons.add_project)
previous_finding = _button(buttons.previous_finding)
next_finding = _button(buttons.next_finding)
clear_marks = _button(buttons.clear_marks)
undo_fill = _button(buttons.undo_fill)
open_report = _button(buttons.open_report)
show_help = _button(buttons.show_help)
about = _button(buttons.about)

# Label → function, in the order of the ribbon.
BUTTONS: Mapping[str, Callable[..., str]] = {
    "校验": validate,
    "填充合计": fill_totals,
    "生成汇总": make_summary,
    "新增项目表": add_project,
    "上一处": previous_finding,
    "下一处": next_finding,
    "清除标记": clear_marks,
    "撤销填充": undo_fill,
    "打开报告": open_report,
    "帮助": show_help,
    "关于": about,
}


def label_of(name: str) -> str | None:
    """The label of a button, by its label or its function's name; None when there is no such button."""
    return next((label for label, function in BUTTONS.items() if name in (label, function.__name__)), None)


def press(name: str, book: xlwings.Book) -> Said:
    """Press a button, by its function's name, without telling the person: never an exception."""
    from perfxl.io.live.faults import Standing
    from perfxl.io.live.live_book import LiveBook

    live = None
    try:
        live = LiveBook(book)
        live.program.refuse_stranger(book)
        work: Work = getattr(buttons, name)
        said = work(live)
    # Whatever it is: the person gets a sentence, and the log the rest.
    except Exception as fault:  # noqa: BLE001
        program = live.program.name if live else "Excel"
        standing = live.standing if live else Standing.UNTOUCHED
        said = Said(_sentence(name, fault, program, standing), status=COULD_NOT_RUN)
    if live is None or not live.left_open:
        return said
    sheets = "、".join(f"“{sheet}”" for sheet in live.left_open)
    return Said(f"{said.text}\n{sheets}的工作表保护没有恢复，请在“审阅”中重新保护。", status=said.status)


def _caller(name: str) -> xlwings.Book:
    """The workbook that the call came from. Where there is none, xlwings shows what is said on stderr."""
    import xlwings

    from perfxl.io.live.undo_and_log import log_fault

    _write_as_vba_reads()
    try:
        return xlwings.Book.caller()
    except Exception as fault:  # noqa: BLE001 (the connection fails in many ways, WPS among them)
        log_fault(name, fault)
        sys.stderr.write(
            "没有连上 Excel：请在 Excel 中打开工作簿，再点功能区“绩效”中的按钮。这些按钮不能在 WPS 中使用："
            "请保存工作簿后把文件拖到“校验.cmd”上，或运行 perfxl check 文件名 --write。\n"
        )
        sys.exit(COULD_NOT_RUN)


def _write_as_vba_reads() -> None:
    """stderr in the code page of the system: VBA reads it so, whatever Python's version or settings say."""
    if sys.platform == "win32" and isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(encoding=locale.getencoding(), errors="replace")


def _sentence(button: str, fault: Exception, program: str, standing: Standing) -> str:
    from perfxl.core.grid.errors import PerfxlError
    from perfxl.io.live.faults import Standing, sentence
    from perfxl.io.live.undo_and_log import log_fault

    said = sentence(fault, program, standing)
    log = None if isinstance(fault, PerfxlError) else log_fault(button, fault)
    if said is not None:
        return said
    where = f"详细信息在 {log}，" if log else ""
    kind = type(fault).__name__
    if standing is Standing.WRITTEN:
        end = f"{standing.value}，随后程序出错（{kind}）。"
    else:
        end = f"程序出错，没有完成（{kind}），{standing.value}。"
    return f"{end}{where}请把它和这句话发给维护人员。"


def _tell(book: xlwings.Book, said: Said) -> None:
    """In a box, or in the status bar when work just goes on; in neither when the program is gone."""
    from contextlib import suppress

    from perfxl.io.live.state import say

    if not said.aloud:
        say(book, said.text)
        return
    mode = "critical" if said.status == COULD_NOT_RUN else "info"
    with suppress(Exception):
        book.app.alert(said.text, title=_TITLE, mode=mode)
