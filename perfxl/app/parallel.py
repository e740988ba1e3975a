"""Work on many files, as a stream: memory does not grow with their number.

Whatever happens in one piece of work (an exception, a hang in a library that hears no signal, memory
without end, a crash) becomes the result of that piece, and the others go on.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from perfxl.core.errors import PerfxlError
from perfxl.io.limits import MOST_MEMORY, MOST_SECONDS_OF_FILE

In = TypeVar("In")
Out = TypeVar("Out")

_TOO_MUCH_MEMORY = (
    f"处理这个文件所需的内存超过上限（{MOST_MEMORY // 2**20:,} MB），已停止。"
    "请删除表格以外的内容，或分成几个文件后再试。"
)


def cores() -> int:
    """How many processes can run at once on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


def streamed(
    work: Callable[[In], Out],
    items: Iterable[In],
    jobs: int,
    *,
    failed: Callable[[In, str], Out],
    seconds: float = MOST_SECONDS_OF_FILE,
) -> Iterator[tuple[In, Out]]:
    """Every item with what `work` made of it, in the items' order; at most `jobs` at once.

    work: a function of a module, whose items and results can be pickled. failed: the result of an item
    whose work raised, died, needed more than `MOST_MEMORY` or more than so many seconds, made from the
    sentence that says so. A single item is worked on in this process: there is nothing else to protect.
    When the caller stops (Ctrl-C, an exception, no further iteration), items that have not begun are
    dropped and those that have are waited for: no half of one is left.
    """
    items = iter(items)
    first = list(islice(items, 2))
    if len(first) < 2:
        for item in first:
            yield item, _guarded(work, item, failed)
        return
    # Rarely needed where one person checks one file, and not there at all in a browser.
    from perfxl.app.pool import Pool

    pool = Pool(work, jobs, failed, seconds)
    try:
        for item in chain(first, items):
            pool.add(item)
            yield from pool.next_results(all_of_them=False)
        yield from pool.next_results(all_of_them=True)
    finally:
        pool.close()


def _guarded(work: Callable[[In], Out], item: In, failed: Callable[[In, str], Out]) -> Out:
    try:
        return work(item)
    except Exception as fault:  # noqa: BLE001 (the envelope around one file)
        return failed(item, reason_of(fault))
