"""Processes that can be ended, one piece of work each: what hangs or grows without end costs itself only."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from pickle import PicklingError
from typing import Any, Generic, TypeVar

from perfxl.app.failed_work import reason_of
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.limits import MOST_MEMORY

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Line
else:
    from multiprocessing.connection import Connection as Line

In = TypeVar("In")
Out = TypeVar("Out")

# So many pieces per process may be done before their turn comes, no more: results wait in memory.
_AHEAD = 4
# A process that dies may have been ended for what another one did to the machine.
_TRIES = 2
# Windows waits for 63 things at once at most.
_MOST_PROCESSES = 60

_DIED = (
    "处理这个文件的进程意外中止（可能是内存不足，或被其他程序结束）。"
    "请关闭其他程序后单独处理它；仍不能处理的，请把文件发给维护人员。"
)


@dataclass
class _Piece(Generic[In, Out]):
    """An item in the order of the caller. outcome: a list of one once it is done."""

    item: In
    outcome: list[Out] = field(default_factory=list)
    deaths: int = 0


@dataclass
class _Worker(Generic[In, Out]):
    """A process, our end of its line, what it is at, and until when it may be."""

    process: BaseProcess
    line: Line[Any, Any]
    piece: _Piece[In, Out] | None = None
    until: float = 0.0


class Pool(Generic[In, Out]):
    """Worker processes with one piece of work each, and the pieces in the caller's order."""

    def __init__(self, work: Callable[[In], Out], jobs: int, failed: Callable[[In, str], Out], seconds: float) -> None:
        self._work = work
        self._jobs = min(jobs, _MOST_PROCESSES)
        self._failed = failed
        self._seconds = seconds
        self._context = _context()
        self._workers: list[_Worker[In, Out]] = []
        # In the caller's order: those that are not given to the caller yet, and of these not begun.
        self._pieces: deque[_Piece[In, Out]] = deque()
        self._waiting: deque[_Piece[In, Out]] = deque()

    def add(self, item: In) -> None:
        """Begin an item as soon as a process is free."""
        piece: _Piece[In, Out] = _Piece(item)
        self._pieces.append(piece)
        self._waiting.append(piece)
        self._begin()

    def next_results(self, *, all_of_them: bool) -> Iterator[tuple[In, Out]]:
        """What is done, in order; waits until there is room for more, or until all is done."""
        while True:
            while self._pieces and self._pieces[0].outcome:
                piece = self._pieces.popleft()
                yield piece.item, piece.outcome[0]
            if not self._pieces or (not all_of_them and len(self._pieces) < self._jobs * _AHEAD):
                return
            self._hear()

    def close(self) -> None:
        """End the processes, each after the piece that it is at."""
        for worker in self._workers:
            if worker.piece is not None:
                with suppress(Exception):
                    if worker.line.poll(max(worker.until - time.monotonic(), 0)):
                        worker.line.recv()
            _end(worker)
        self._workers.clear()

    def _begin(self) -> None:
        """Give the waiting pieces to processes that have nothing to do, as long as there are any."""
        while self._waiting:
            worker = next((one for one in self._workers if one.piece is None), None)
            if worker is None:
                if len(self._workers) >= self._jobs:
                    return
                worker = self._started()
            piece = self._waiting.popleft()
            worker.piece, worker.until = piece, time.monotonic() + self._seconds
            # It died while it had nothing to do: `_hear` finds the line dead and has the piece done by another.
            with suppress(OSError):
                worker.line.send(piece.item)

    def _started(self) -> _Worker[In, Out]:
        try:
            process, ours = self._process(self._context)
        except OSError:
            # The server listens at a place in the folder for temporary files, whose name may be too long for it.
            self._context = get_context("spawn")
            try:
                process, ours = self._process(self._context)
            except OSError as fault:
                raise PerfxlError(
                    f"无法启动处理进程（{fault.strerror or fault}）。请关闭其他程序，或加 --jobs 1，再运行一次。"
                ) from fault
        worker: _Worker[In, Out] = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _process(self, context: BaseContext) -> tuple[BaseProcess, Line[Any, Any]]:
        """A new process and our end of its line. OSError where the system starts none."""
        ours, theirs = context.Pipe()
        arguments = theirs, self._work, str(Path.cwd())
        process: BaseProcess = context.Process(target=_serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
        try:
            process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return process, ours

    def _hear(self) -> None:
        """Wait for the next process to be done, to die or to be late, and see to it."""
        busy = {worker.line: worker for worker in self._workers if worker.piece is not None}
        patience = min(worker.until for worker in busy.values()) - time.monotonic()
        heard = wait(list(busy), timeout=max(patience, 0))
        for line in heard:
            self._take(busy[line])  # type: ignore[index]
        if not heard:
            now = time.monotonic()
            for worker in busy.values():
                if worker.until <= now:
                    self._give_up(worker, too_late(self._seconds))
        self._begin()

    def _take(self, worker: _Worker[In, Out]) -> None:
        piece = worker.piece
        assert piece is not None  # noqa: S101 (for the type checker: only busy ones are heard)
        try:
            done, result = worker.line.recv()
        except Exception:  # noqa: BLE001 (a line that breaks in the middle of a result breaks anyhow)
            piece.deaths += 1
            if piece.deaths < _TRIES:
                self._waiting.appendleft(piece)
                self._give_up(worker, None)
            else:
                self._give_up(worker, _DIED)
            return
        worker.piece = None
        if done:
            piece.outcome.append(result)
        else:
            # What raised may have left the process short of memory: the next piece gets another.
            piece.outcome.append(self._failed(piece.item, result))
            self._workers.remove(worker)
            _end(worker)

    def _give_up(self, worker: _Worker[In, Out], reason: str | None) -> None:
        """End a process. reason: what becomes of its piece; None where another process tries again."""
        piece, worker.piece = worker.piece, None
        self._workers.remove(worker)
        _end(worker)
        if reason is not None and piece is not None:
            piece.outcome.append(self._failed(piece.item, reason))


def too_late(seconds: float) -> str:
    """What to say of a piece of work that was ended because it took too long."""
    return (
        f"处理这个文件超过 {seconds:g} 秒还没有完成，已停止。请删除表格以外的内容，或分成几个文件后再试；"
        "仍不能处理的，请把文件发给维护人员。"
    )


def _end(worker: _Worker[In, Out]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.process.close()
    with suppress(OSError):
        worker.line.close()


def _context() -> BaseContext:
    """How processes are started: never as a copy of this one, whose threads would be missing in it.

    A server that has everything imported starts them in milliseconds, where the system has such a thing.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["perfxl.app.cli", "perfxl.app.tasks", "perfxl.app.collecting.worker"])
    return context


# ------------------------------------------------------------------------------- inside the process


def _serve(line: Line[Any, Any], work: Callable[[In], Out], folder: str) -> None:
    """Do one piece after the other until the line is dead."""
    with suppress(ValueError):
        # Ctrl-C reaches every process of a terminal: only the first one decides what to do.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        os.chdir(folder)
    _limit_memory()
    with suppress(EOFError, OSError):
        while True:
            outcome = _outcome(work, line.recv())
            try:
                line.send(outcome)
            except (MemoryError, ValueError, TypeError, AttributeError, PicklingError) as fault:
                # Nothing was sent: a result that cannot be packed is a fault like any other.
                line.send((False, reason_of(fault)))


def _outcome(work: Callable[[In], Out], item: In) -> tuple[bool, Out | str]:
    try:
        return True, work(item)
    # Whatever it is, also what a library in another language calls a panic.
    except BaseException as fault:  # noqa: BLE001
        return False, reason_of(fault)


def _limit_memory() -> None:
    """Let this process have at most `MOST_MEMORY`; more is a MemoryError, or ends it."""
    if sys.platform == "win32":
        # pywin32 comes with xlwings. Without it a process has what Windows gives it.
        with suppress(Exception):
            import win32api
            import win32job

            job = win32job.CreateJobObject(None, "")
            kind = win32job.JobObjectExtendedLimitInformation
            limits = win32job.QueryInformationJobObject(job, kind)
            limits["ProcessMemoryLimit"] = MOST_MEMORY
            limits["BasicLimitInformation"]["LimitFlags"] |= win32job.JOB_OBJECT_LIMIT_PROCESS_MEMORY
            win32job.SetInformationJobObject(job, kind, limits)
            win32job.AssignProcessToJobObject(job, win32api.GetCurrentProcess())
    else:
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
