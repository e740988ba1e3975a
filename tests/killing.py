"""What a worker process runs in the tests of dying processes: importable there."""

from __future__ import annotations

import os
import signal

from perfxl.app.collecting.worker import collect_one


def collect_or_die(task, framework):
    """As `collect_one`, but some files kill the process that opens them."""
    if "致命" in task[1].file:
        os.kill(os.getpid(), signal.SIGKILL)
    return collect_one(task, framework)


def hear_ctrl_c() -> None:
    """For `preexec_fn`: jobs that a shell runs in the background ignore Ctrl-C, and so does what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
