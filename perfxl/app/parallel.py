"""Work on many files in parallel processes, as a stream: memory does not grow with their number.

A process can be killed from outside or die in a library. Then all that was under way is tried again, one
by one, so that the item which does it is known and the others are not lost.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import active_children, get_context
from typing import Generic, TypeVar

from perfxl.core.errors import PerfxlError

In = TypeVar("In")
Out = TypeVar("Out")

# So many tasks wait per process: enough that none is idle, few enough that little is in memory.
_AHEAD = 4


def cores() -> int:
    """How many processes can run at once on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def streamed(
    work: Callable[[In], Out],
    items: Iterable[In],
    jobs: int,
    *,
    when_it_dies: Callable[[In], Out] | None = None,
) -> Iterator[tuple[In, Out]]:
    """Every item with what `work` made of it, in the items' order; at most `jobs` processes.

    work: a function of a module, whose items and results can be pickled. jobs 1 starts no process.
    when_it_dies: the result of an item whose process dies even when it is tried alone; without it that
    is a PerfxlError. When the caller stops (Ctrl-C, an exception, no further iteration), tasks that have
    not begun are dropped and those that have are waited for: no half of one is left.
    """
    items = iter(items)
    first = list(islice(items, 2))
    if jobs == 1 or len(first) < 2:
        for item in chain(first, items):
            yield item, work(item)
        return
    processes = _Processes(work, jobs, when_it_dies)
    try:
        for item in chain(first, items):
            processes.begin(item)
            if len(processes.under_way) >= jobs * _AHEAD:
                yield from processes.next_results()
        while processes.under_way:
            yield from processes.next_results()
    finally:
        processes.close()


class _Processes(Generic[In, Out]):
    """Worker processes, replaced when one of them dies, and what they are at, in order."""

    def __init__(
        self, work: Callable[[In], Out], jobs: int, when_it_dies: Callable[[In], Out] | None
    ) -> None:
        self.under_way: deque[tuple[In, Future[Out]]] = deque()
        self._work = work
        self._jobs = jobs
        self._when_it_dies = when_it_dies
        self._executor: ProcessPoolExecutor | None = None

    def begin(self, item: In) -> None:
        self.under_way.append((item, self._submit(item, self._jobs)))

    def next_results(self) -> Iterator[tuple[In, Out]]:
        """The next one; where a process died, all that was under way."""
        item, future = self.under_way.popleft()
        if not isinstance(future.exception(), BrokenProcessPool):
            yield item, future.result()
            return
        suspects = [(item, future), *self.under_way]
        self.under_way.clear()
        self._give_up()
        for one, begun in suspects:
            if begun.done() and begun.exception() is None:
                yield one, begun.result()
            else:
                yield one, self._alone(one)
        self.close()

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _submit(self, item: In, jobs: int) -> Future[Out]:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_us
            )
        try:
            return self._executor.submit(self._work, item)
        except (BrokenProcessPool, OSError) as fault:
            # One has died just now: told like all the others that were under way. An OSError where it did so
            # while another was being started (its queue is closed by then), or where none can be started.
            broken: Future[Out] = Future()
            broken.set_exception(BrokenProcessPool(str(fault)))
            return broken

    def _alone(self, item: In) -> Out:
        future = self._submit(item, 1)
        if not isinstance(future.exception(), BrokenProcessPool):
            return future.result()
        self._give_up()
        if self._when_it_dies is None:
            raise PerfxlError(
                "一个处理进程意外结束，可能是内存不足。请关闭其他程序，或加 --jobs 1，再运行一次。"
            )
        return self._when_it_dies(item)

    def _give_up(self) -> None:
        """Close an executor that has lost a process.

        One that it was just starting is none of those it ends itself, and it would wait for it forever.
        """
        for child in active_children():
            child.kill()
        self.close()


def _leave_interrupts_to_us() -> None:
    """Ctrl-C reaches every process of a terminal: only the first one decides what to do."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
