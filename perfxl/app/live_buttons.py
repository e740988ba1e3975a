"""`perfxl live`: a workbook open in LibreOffice, and the buttons of the ribbon pressed on it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfxl.app import changes, ribbon
from perfxl.app.buttons import Said
from perfxl.app.destinations import refuse_other_text
from perfxl.app.exit_status import PASSED
from perfxl.app.tasks import named
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import paths
from perfxl.io.files.atomic import refuse_open_file, replace_file
from perfxl.io.files.temporary import scratch_folder
from perfxl.io.workbooks.read_files import read_bytes, read_package

if TYPE_CHECKING:
    import xlwings

# What LibreOffice saves without turning it into another format.
_KINDS = (".xlsx", ".xlsm", ".xls", ".ods")
_LOOK_EVERY = 0.5


def button_named(name: str) -> str:
    """The name of a button's function, by its label or by that name. PerfxlError, with all of them."""
    label = ribbon.label_of(name)
    if label is None:
        raise PerfxlError(f"没有“{name}”这个按钮。可用的按钮：{'、'.join(ribbon.BUTTONS)}。")
    return ribbon.BUTTONS[label].__name__


def unseen(source: Path, button: str | None, target: Path | None) -> Said:
    """Press a button on a copy of the file in a LibreOffice without windows.

    target: where the workbook is saved then, None for nowhere; nothing is saved when the button could
    not do its work. PerfxlError when LibreOffice or the file cannot be opened.
    """
    data = read_bytes(source)
    kind = (target or source).suffix.lower()
    if kind != source.suffix.lower():
        raise PerfxlError(f"“{target}”的扩展名应与原文件相同（{source.suffix}）。")
    if target is not None:
        refuse_open_file(target)
        if paths.exists(target) and target != source:
            opened = changes.opened(read_package(data, source.suffix))
            with named(target):
                refuse_other_text(target, source, opened.submission)
    with scratch_folder() as folder:
        copy = folder / source.name
        copy.write_bytes(data)
        with _opened(copy, visible=False) as book:
            said = Said(_listing()) if button is None else ribbon.press(button, book)
            if target is not None and said.status <= 1:
                book.save(str(copy))
                book.close()
                replace_file(target, copy.read_bytes(), instead_of=data if target == source else None)
    return said


def seen(source: Path, button: str | None, *, save: bool, tell: Callable[[str], None]) -> int:
    """Open the file itself in a LibreOffice window, press the button, and stay until it is closed.

    save: save the file after the button. tell: takes what there is to say. Gives the exit status.
    """
    refuse_open_file(source)
    read_bytes(source)
    with _opened(source, visible=True) as book:
        status = PASSED
        if button is None:
            tell(_listing())
        else:
            said = ribbon.press(button, book)
            tell(said.text)
            status = said.status
            if save and status <= 1:
                book.save()
        tell("工作簿已在 LibreOffice 中打开。关闭窗口后，本命令结束。")
        _more(book, tell)
        while _is_open(book):
            time.sleep(_LOOK_EVERY)
    return status


def _listing() -> str:
    names = (f"  {label}（{function.__name__}）" for label, function in ribbon.BUTTONS.items())
    return "\n".join(["可用的按钮：", *names])


def _more(book: xlwings.Book, tell: Callable[[str], None]) -> None:
    """On a terminal: further buttons, a line each, until an empty one."""
    if not sys.stdin.isatty():
        return
    tell("输入按钮名称（如 下一处）继续操作，直接按回车结束输入：")
    for line in sys.stdin:
        if not line.strip() or not _is_open(book):
            return
        try:
            tell(ribbon.press(button_named(line.strip()), book).text)
        except PerfxlError as fault:
            tell(str(fault))


def _is_open(book: xlwings.Book) -> bool:
    with suppress(Exception):
        return bool(book.sheets.active.name)
    return False


@contextmanager
def _opened(path: Path, *, visible: bool) -> Iterator[xlwings.Book]:
    if path.suffix.lower() not in _KINDS:
        raise PerfxlError(f"“{path.suffix}”格式不能打开。请先另存为 .xlsx。")
    app = _started(visible=visible)
    try:
        try:
            book = app.books.open(str(path))
        except Exception as fault:
            raise PerfxlError(
                "LibreOffice 打不开这个文件：可能已损坏，或设有打开密码。请在 LibreOffice 中打开核对，另存后再试。"
            ) from fault
        yield book
    finally:
        with suppress(Exception):
            app.quit()


def _started(*, visible: bool) -> Any:
    """LibreOffice, running. PerfxlError, with what to use instead, where it is not installed."""
    from perfxl.xlwings_libreoffice import register
    from perfxl.xlwings_libreoffice.office_errors import LibreOfficeError

    try:
        return register().apps.add(add_book=False, visible=visible)
    except LibreOfficeError as fault:
        if sys.platform in {"win32", "darwin"}:
            way = "有 Excel 的电脑请运行 perfxl addin install，在 Excel 里用功能区“绩效”中的按钮"
        else:
            way = "请安装 LibreOffice 及其 Python 接口（Debian、Ubuntu：apt-get install libreoffice-calc python3-uno）"
        raise PerfxlError(
            f"没有可用的 LibreOffice。{way}；不打开表格程序，也可以用 perfxl check、fill、summary 处理文件。（{fault}）"
        ) from fault
