"""A crash, a full disk, two writers: the file is always the old one or the new one, whole."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from places import AT

from perfxl.core.grid.change import CellEdit, Change
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.workbooks.read_files import read_workbook
from perfxl.io.workbooks.write_files import apply

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

RUNS = 60
CHANGE = Change(cells=(CellEdit("1.工会保障项目", AT["total_budget"], Decimal("96.31")),))


def leftovers(path):
    return [other.name for other in path.parent.iterdir() if other != path]


def in_a_child(path):
    """Write in another process; gives its number."""
    child = os.fork()
    if child == 0:
        try:
            apply(path, CHANGE, path)
        finally:
            os._exit(0)
    return child


def test_killed_at_any_moment_the_file_is_whole(workbook):
    old = workbook.read_bytes()
    took = []
    for _ in range(3):
        workbook.write_bytes(old)
        start = time.perf_counter()
        os.waitpid(in_a_child(workbook), 0)
        took.append(time.perf_counter() - start)
    new = workbook.read_bytes()
    assert old != new
    chance = random.Random(7)
    seen = {old: 0, new: 0}
    for _ in range(RUNS):
        workbook.write_bytes(old)
        child = in_a_child(workbook)
        time.sleep(chance.uniform(0, 1.5 * max(took)))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = workbook.read_bytes()
        assert now in seen
        seen[now] += 1
        # What one left behind, the next that came so far removed.
        left = leftovers(workbook)
        assert len(left) <= 1
        assert all(name.startswith(".perfxl-") for name in left)
    os.waitpid(in_a_child(workbook), 0)
    assert leftovers(workbook) == []
    # Both must have happened, or the moments were not random at all.
    assert min(seen.values()) >= 10


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(workbook):
    old = workbook.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(old) // 2, limit[1]))
    try:
        with pytest.raises(PerfxlError, match="磁盘空间不足"):
            apply(workbook, CHANGE, workbook)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert workbook.read_bytes() == old
    assert leftovers(workbook) == []


def test_of_two_writers_at_once_one_wins_and_the_other_says_so(workbook, monkeypatch):
    from perfxl.io.workbooks import write_files

    made = write_files.changed

    def overtaken(data, change):
        # Another program saves the file while this one is still at work.
        workbook.write_bytes(theirs)
        return made(data, change)

    theirs = made(workbook.read_bytes(), Change(cells=(CellEdit("1.工会保障项目", AT["purpose"], "别人改的"),)))
    monkeypatch.setattr(write_files, "changed", overtaken)
    with pytest.raises(PerfxlError, match="被其他程序改动"):
        apply(workbook, CHANGE, workbook)
    assert workbook.read_bytes() == theirs
    assert leftovers(workbook) == []


def test_several_commands_at_once_leave_a_whole_file(workbook):
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "perfxl", command, str(workbook)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for command in ("fill", "summary", "fill", "summary")
    ]
    said = [writer.communicate(timeout=60)[1].decode() for writer in writers]
    for writer, words in zip(writers, said, strict=True):
        assert writer.returncode == 0 or (writer.returncode == 2 and "被其他程序改动" in words), words
    assert 0 in {writer.returncode for writer in writers}
    assert len(read_workbook(workbook).sheets) == 10
    assert leftovers(workbook) == []
