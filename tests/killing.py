"""What a worker process runs in the tests of dying processes: importable there."""

from __future__ import annotations

import os
import signal

from perfxl.app.collecting.worker import collect_one
from perfxl.core.grid.errors import PerfxlError


def collect_or_die(task, framework):
    """As `collect_one`, but some files kill the process that opens them."""
    if "致命" in task[1].file:
        os.kill(os.getpid(), signal.SIGKILL)
    return collect_one(task, framework)


def trouble(what):
    """A piece of work that goes wrong in the way that its item names; any other item comes back."""
    if what == "hang":
        # One call into C that hears no signal and holds the lock of the interpreter.
        pow(10**100_000, 10**9)
    if what == "memory":
        bytes(4 * 2**30)
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "raise":
        raise RuntimeError("boom")
    if what == "refuse":
        raise PerfxlError("不能读取。")
    return (lambda: what) if what == "no result" else what


def hear_ctrl_c() -> None:
    """For `preexec_fn`: jobs that a shell runs in the background ignore Ctrl-C, and so does what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
