"""Work on many files, as a stream: memory does not grow with their number.

Whatever happens in one piece of work (an exception, a hang in a library that hears no signal, memory
without end, a crash) becomes the result of that piece, and the others go on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from perfxl.app.failed_work import reason_of
from perfxl.io.files.limits import MOST_SECONDS_OF_FILE

In = TypeVar("In")
Out = TypeVar("Out")


def cores() -> int:
    """How many processes can run at once on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
