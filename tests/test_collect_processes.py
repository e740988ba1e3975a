"""Several processes: a killed one costs one file, Ctrl-C stops cleanly, one or two give the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import killing
import pytest
from returned import book, varied
from test_collect import digests, put, rows

from perfxl.app.collecting.worker import not_collected
from perfxl.app.parallel import streamed
from perfxl.io.collecting.returned_files import find_returned

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    place = tmp_path / "收回"
    for number in range(1, 21):
        put(place / f"1160{number:02}.xlsx", varied(f"1160{number:02}", f"第{number}中心", ("1.10", "2.20")), 1e9)
    return place


def test_one_process_or_two_the_summary_is_the_same(perfxl, returned):
    tables = []
    for jobs in (1, 2):
        target = returned.parent / f"汇总{jobs}.xlsx"
        assert perfxl("collect", returned, "-o", target, "--jobs", jobs).status == 0
        tables.append([rows(target, name) for name in ("部门汇总", "项目明细", "指标明细", "问题清单", "报送情况")])
    assert tables[0] == tables[1]
    assert len(tables[0][1]) == 41


@POSIX
def test_a_file_that_kills_its_process_costs_that_file_only(returned):
    put(returned / "116005 致命.xlsx", book("116090", "致命中心"), 1e9)
    put(returned / "又一个致命.xlsx", book("116091", "致命中心二"), 1e9)
    found = list(find_returned(returned, ()))
    work = partial(killing.collect_or_die, framework=None)
    results = [result for _, result in streamed(work, enumerate(found), 2, failed=not_collected)]
    done = {entry.file: (entry, packed) for entry, packed in results}
    assert [entry.number for entry, _ in results] == list(range(len(found)))
    assert sorted(done) == sorted(one.file for one in found)
    lost = {file: entry.reason for file, (entry, _) in done.items() if entry.reason}
    assert set(lost) == {"116005 致命.xlsx", "又一个致命.xlsx"}
    assert all("意外中止" in reason for reason in lost.values())
    assert sum(packed is not None for _, packed in done.values()) == 20


def started(returned: Path, target: Path, scratch: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "perfxl", "collect", str(returned), "-o", str(target), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(scratch)},
        preexec_fn=killing.hear_ctrl_c,  # noqa: PLW1509 (no threads here)
    )


def said_by(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What a command said by its end; none is left behind that does not end."""
    try:
        return process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()


def children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(one) for one in listed]


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that work: children of the one that starts them, or of the program itself."""
    own = children(process.pid)
    return [*(worker for starter in own for worker in children(starter)), *filter(_spawned, own)]


def _spawned(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def worker_of(process: subprocess.Popen[str]) -> int:
    """A worker process, as soon as there is one."""
    for _ in range(6000):
        if workers := workers_of(process):
            return workers[0]
        time.sleep(0.01)
    said_by(process)
    pytest.fail("no worker process")


LINUX = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks processes up in /proc")


@LINUX
def test_a_process_killed_from_outside_costs_nothing(returned, tmp_path):
    target = tmp_path / "汇总.xlsx"
    process = started(returned, target, tmp_path)
    os.kill(worker_of(process), signal.SIGKILL)
    out, err = said_by(process)
    assert process.returncode == 0, err
    assert "已报 20 个单位" in out


@LINUX
def test_ctrl_c_stops_cleanly_and_says_what_is_done(returned, tmp_path):
    for number in range(1, 200):
        put(returned / f"又一批/{number}.xlsx", (returned / "116001.xlsx").read_bytes() + b"\0" * number, 1e9)
    scratch = tmp_path / "临时"
    scratch.mkdir()
    before = digests(returned)
    target = tmp_path / "汇总.xlsx"
    process = started(returned, target, scratch)
    workers = {worker_of(process)}
    time.sleep(1.5)
    workers |= set(workers_of(process))
    process.send_signal(signal.SIGINT)
    out, err = said_by(process)
    assert process.returncode == 2
    assert err.startswith("已中断：读取了 ")
    assert err.endswith(" 个文件，共 219 个。没有写出汇总，也没有改动任何文件。\n")
    assert out == ""
    assert not target.exists()
    assert list(scratch.iterdir()) == []
    assert digests(returned) == before
    for _ in range(500):
        if not any(alive(pid) for pid in workers):
            break
        time.sleep(0.01)
    assert not [pid for pid in workers if alive(pid)]


def test_a_run_leaves_nothing_in_the_temporary_folder(perfxl, returned, monkeypatch, tmp_path):
    scratch = tmp_path / "临时"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    assert perfxl("collect", returned, "-o", tmp_path / "汇总.xlsx", "--jobs", "1").status == 0
    assert list(scratch.iterdir()) == []


def test_without_room_for_temporary_files_it_says_what_to_do(perfxl, returned, monkeypatch):
    from perfxl.io.collecting.store import Store

    opened = Store.__enter__

    def narrow(store):
        store._database.execute("PRAGMA max_page_count=20")
        return opened(store)

    monkeypatch.setattr(Store, "__enter__", narrow)
    target = returned.parent / "汇总.xlsx"
    ran = perfxl("collect", returned, "-o", target, "--jobs", "1")
    assert ran.status == 2
    assert ran.err.startswith(
        f"临时文件夹“{tempfile.gettempdir()}”写不下了（database or disk is full），没有写出汇总。"
    )
    assert not target.exists()


def test_help_and_check_import_nothing_of_collecting():
    program = "import sys; from perfxl.app.cli import run; run(sys.argv[1:]); print(sorted(sys.modules))"
    for arguments in (["collect", "--help"], ["rules"]):
        said = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, encoding="utf-8", check=True
        ).stdout
        assert "'xlsxwriter'" not in said
        assert "'sqlite3'" not in said
