"""What a killed run leaves behind: the next one finds and removes it, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from returned import book

from perfxl.app.make_examples import FILLED_IN
from perfxl.io.files import temporary

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")

# The real command, held where its temporary file or folder is there and nothing is done with it yet.
HELD = {
    "writing": "from perfxl.io.files import atomic; atomic._flush = hold",
    "collecting": "from perfxl.app.collecting import collect; collect._read_all = hold",
}
PROGRAM = """
import sys, time
def hold(*_):
    print("held", flush=True)
    sys.stdin.readline()
{}
from perfxl.app.cli import run
sys.exit(run(sys.argv[1:]))
"""


class Held:
    """A command that stands still in the middle."""

    def __init__(self, where: str, *arguments: object, temp: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(HELD[where]), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(temp)},
        )
        assert self.process.stdout.readline() == b"held\n", self.process.stderr.read()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def go_on(self) -> int:
        self.process.communicate(b"\n", timeout=60)
        return self.process.returncode


def run(*arguments: object, temp: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "perfxl", *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, "TMPDIR": str(temp)},
    )


@pytest.fixture
def temp(tmp_path):
    folder = tmp_path / "temp"
    folder.mkdir()
    return folder


@pytest.fixture
def sample(examples, tmp_path):
    folder = tmp_path / "文本"
    folder.mkdir()
    return Path(shutil.copy(examples / FILLED_IN, folder / "样本.xlsx"))


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def owned(machine: str, process: int, end: str = "abcdefgh.xlsx") -> str:
    return f".perfxl-{machine}-{process}-{end}"


def test_a_file_of_a_killed_run_goes_and_one_of_a_running_one_stays(sample, temp):
    killed = Held("writing", "check", "--write", sample, temp=temp)
    [dead] = names(sample.parent) - {sample.name}
    assert re.fullmatch(rf"\.perfxl-[0-9a-f]{{8}}-{killed.process.pid}-[a-z0-9_]{{8}}\.xlsx", dead)
    killed.kill()
    assert dead in names(sample.parent)
    other = Path(shutil.copy(sample, sample.with_name("另一份.xlsx")))
    running = Held("writing", "summary", other, temp=temp)
    # It has removed the dead one's already: a process that writes there does so first.
    [alive] = names(sample.parent) - {sample.name, other.name}
    assert f"-{running.process.pid}-" in alive
    done = run("fill", sample, "-o", sample.with_name("第三份.xlsx"), temp=temp)
    assert done.returncode == 0, done.stderr
    assert names(sample.parent) == {sample.name, other.name, "第三份.xlsx", alive}
    before = other.read_bytes()
    assert running.go_on() == 0
    assert other.read_bytes() != before
    assert names(sample.parent) == {sample.name, other.name, "第三份.xlsx"}


def test_a_folder_of_a_killed_run_goes_and_one_of_a_running_one_stays(tmp_path, temp):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "101001.xlsx").write_bytes(book("101001", "某局"))
    killed = Held("collecting", "collect", folder, "-o", tmp_path / "汇总.xlsx", temp=temp)
    [dead] = names(temp)
    assert f"-{killed.process.pid}-" in dead
    assert names(temp / dead) == {"collected.sqlite"}
    killed.kill()
    running = Held("collecting", "collect", folder, "-o", tmp_path / "汇总.xlsx", temp=temp)
    [alive] = names(temp)
    assert f"-{running.process.pid}-" in alive
    done = run("collect", folder, "-o", tmp_path / "别的.xlsx", temp=temp)
    assert done.returncode == 0, done.stderr
    assert names(temp) == {alive}
    running.kill()
    assert run("collect", folder, "-o", tmp_path / "别的.xlsx", temp=temp).returncode == 0
    assert names(temp) == set()


def no_process() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_only_what_is_surely_left_behind_is_removed(sample, temp):
    """Another machine's is left alone for a day; a person's files have no such names."""
    here, elsewhere = temporary._machine(), "00000000"
    folder, dead = sample.parent, no_process()
    old, new = time.time() - 25 * 60 * 60, time.time() - 23 * 60 * 60
    gone = {owned(here, dead): new, owned(here, dead, "12345678"): new, owned(elsewhere, 1): old}
    stay = {
        owned(elsewhere, 1, "zzzzzzzz.xlsx"): new,
        owned(here, os.getpid()): old,
        # As many names that people or programs give.
        ".perfxl": old,
        ".perfxl-说明.txt": old,
        "perfxl-2024.xlsx": old,
        f"{owned(here, dead)}.bak": old,
        owned(here, dead)[1:]: old,
        owned("2024年", dead): old,
        ".perfxl-collected.xlsx": old,
    }
    for name, when in (gone | stay).items():
        (folder / name).write_text("x")
        os.utime(folder / name, (when, when))
    # Of the right name, but no file of ours: a folder, and a link to a file of the person's.
    inside = folder / owned(here, dead, "folder12")
    inside.mkdir()
    (inside / "重要.txt").write_text("x")
    (folder / owned(here, dead, "link1234")).symlink_to(sample)
    stay |= {inside.name: new, owned(here, dead, "link1234"): new}
    done = run("fill", sample, "-o", folder / "新.xlsx", temp=temp)
    assert done.returncode == 0, done.stderr
    assert names(folder) == {*stay, sample.name, "新.xlsx"}
    assert (inside / "重要.txt").exists()


def test_a_name_with_a_long_ending_is_written(perfxl, sample):
    """What stands behind the last dot of a report's name may be nearly all of it."""
    report = sample.with_name("a." + "长" * 80)
    ran = perfxl("check", sample, "-o", report)
    assert f"结果已写入 {report}。" in ran.err
    assert names(sample.parent) == {sample.name, report.name}
