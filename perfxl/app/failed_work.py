"""What to say of a piece of work that failed, whatever happened in it."""

from __future__ import annotations

import os
import traceback

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.limits import MOST_MEMORY

_TOO_MUCH_MEMORY = (
    f"处理这个文件所需的内存超过上限（{MOST_MEMORY // 2**20:,} MB），已停止。"
    "请删除表格以外的内容，或分成几个文件后再试。"
)


def reason_of(fault: BaseException) -> str:
    """What to say of a piece of work that ended with an exception, in one Chinese sentence.

    Where PERFXL_DEBUG is set, the trace of a mistake of the program goes to stderr too.
    """
    if isinstance(fault, PerfxlError):
        return str(fault)
    if os.environ.get("PERFXL_DEBUG"):
        traceback.print_exception(fault)
    if isinstance(fault, MemoryError):
        return _TOO_MUCH_MEMORY
    return f"程序处理这个文件时出错（{type(fault).__name__}：{fault}）。请把文件和这句话发给维护人员。"
