"""What a spreadsheet program refuses, as a sentence that an accountant understands."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from perfxl.core.grid.errors import PerfxlError


class Standing(Enum):
    """What a button has made of the workbook, as it is said when something went wrong."""

    UNTOUCHED = "工作簿没有改动"
    WRITTEN = "内容已经写入工作簿"
    RESTORED = "工作簿已恢复原状"
    TORN = "工作簿没有完全恢复原状：请不要保存，关闭后重新打开"


_BUSY = "正在编辑单元格，或有对话框开着，{program}没有应答，{standing}。请按 Enter 或 Esc 结束编辑，关闭对话框，再点一次按钮。"
_GONE = "{program}或工作簿已经关闭，没有完成。磁盘上的文件没有改动；请重新打开工作簿，再点一次按钮。"
_PROTECTED = "工作表受保护，不能写入，{standing}。请在“审阅”中撤销工作表保护，再点一次按钮。"
_READ_ONLY = "工作簿是只读的，{standing}。请用“另存为”存一份，在新的文件里再点一次按钮。"
_SHEET_GONE = "有工作表在处理期间被删除或改名，没有完成，{standing}。请再点一次按钮。"

# COM's numbers: the call was rejected, or the person is typing into a cell.
_BUSY_NUMBERS = {-2147418111, -2146777998, -2147417846}
# The server is not there, is out of reach, or has been disconnected.
_GONE_NUMBERS = {-2147023174, -2147023170, -2147417848, -2147220995, -2146827864}

# By the names of classes, so that nothing is imported that this machine does not have.
_BY_NAME = {
    "ExcelBusyError": _BUSY,
    "OfficeClosedError": _GONE,
    "BookClosedError": _GONE,
    "DisposedException": _GONE,
    "ProtectedError": _PROTECTED,
    "ReadOnlyError": _READ_ONLY,
    "SheetGoneError": _SHEET_GONE,
}


def sentence(fault: BaseException, program: str, standing: Standing) -> str | None:
    """What to say of a fault; None for a mistake of perfxl itself. program: what people call it.

    standing: what has become of the workbook; the sentence says it.
    """
    if isinstance(fault, PerfxlError):
        said = str(fault)
        return f"{said}\n{standing.value}。" if standing is Standing.TORN else said
    for one in _chain(fault):
        found = _BY_NAME.get(type(one).__name__)
        number = getattr(one, "hresult", None)
        if number in _BUSY_NUMBERS:
            found = _BUSY
        elif number in _GONE_NUMBERS:
            found = _GONE
        if found is not None:
            return found.format(program=program, standing=standing.value)
    return None


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__
