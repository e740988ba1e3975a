"""Whatever happens with one file, the others go on: the envelope and the processes that can be ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import killing
import pytest

from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.app.parallel import streamed

REPORT = "请把文件和这句话发给维护人员。"


def said(item: str, reason: str) -> str:
    return f"{item}：{reason}"


@pytest.mark.parametrize("jobs", [1, 2])
def test_trouble_with_one_piece_is_its_own_result(jobs):
    items = ["一", "hang", "die", "二", "memory", "raise", "refuse", "no result", "三"]
    results = list(streamed(killing.trouble, items, jobs, failed=said, seconds=2))
    assert [item for item, _ in results] == items
    # How Python words it that a result cannot be packed is its own affair.
    packed = [result.partition("（AttributeError")[0] for _, result in results]
    assert packed == [
        "一",
        "hang：处理这个文件超过 2 秒还没有完成，已停止。请删除表格以外的内容，或分成几个文件后再试；仍不能处理的，请把文件发给维护人员。",
        "die：处理这个文件的进程意外中止（可能是内存不足，或被其他程序结束）。请关闭其他程序后单独处理它；仍不能处理的，请把文件发给维护人员。",
        "二",
        "memory：处理这个文件所需的内存超过上限（1,024 MB），已停止。请删除表格以外的内容，或分成几个文件后再试。",
        f"raise：程序处理这个文件时出错（RuntimeError：boom）。{REPORT}",
        "refuse：不能读取。",
        "no result：程序处理这个文件时出错",
        "三",
    ]


def test_a_single_piece_has_the_same_envelope_without_a_process():
    for what, reason in (
        ("refuse", "不能读取。"),
        ("raise", f"程序处理这个文件时出错（RuntimeError：boom）。{REPORT}"),
    ):
        assert list(streamed(killing.trouble, [what], 1, failed=said)) == [(what, f"{what}：{reason}")]
    assert list(streamed(killing.trouble, [], 2, failed=said)) == []


def test_results_wait_for_their_turn_and_no_more_are_begun_than_fit():
    begun = []

    def items():
        for number in range(100):
            begun.append(number)
            yield number

    results = streamed(abs, items(), 2, failed=said)
    assert next(results) == (0, 0)
    assert len(begun) <= 9
    assert [item for item, _ in results] == list(range(1, 100))


# ----------------------------------------------------------------------------- the command line


def test_a_result_that_cannot_be_shown_costs_that_file_only(perfxl, examples, monkeypatch):
    from perfxl.io.reports import report_json

    drawn = report_json.file_record

    def broken(one):
        if "手工表" in one.path and one.submission is not None:
            raise RuntimeError("boom")
        return drawn(one)

    monkeypatch.setattr(report_json, "file_record", broken)
    ran = perfxl("check", examples / FILLED_IN, examples / BY_HAND, "--format", "json")
    filled_in, by_hand = json.loads(ran.out)["files"]
    assert ran.status == 2
    assert filled_in["counts"]["error"] == 4
    assert by_hand["status"] == "unreadable"
    assert by_hand["reason"] == f"程序处理这个文件时出错（RuntimeError：boom）。{REPORT}"


def test_findings_that_cannot_be_written_are_printed_all_the_same(perfxl, examples, tmp_path, monkeypatch):
    from perfxl.app import changes

    path = shutil.copy(examples / FILLED_IN, tmp_path)
    before = Path(path).read_bytes()

    def broken(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr(changes, "check_change", broken)
    ran = perfxl("check", path, "--write")
    assert ran.status == 2
    assert "4 个错误，先改这 4 个" in ran.out
    assert f"{path}：程序处理这个文件时出错（RuntimeError：boom）。{REPORT}" in ran.err
    assert Path(path).read_bytes() == before


def test_somebody_who_saves_in_between_keeps_what_was_saved(perfxl, examples, tmp_path, monkeypatch):
    from perfxl.app import changes

    path = Path(shutil.copy(examples / FILLED_IN, tmp_path))
    saved = (examples / MENDED).read_bytes()
    found = changes.findings

    def while_somebody_saves(book):
        path.write_bytes(saved)
        return found(book)

    monkeypatch.setattr(changes, "findings", while_somebody_saves)
    ran = perfxl("check", path, "--write")
    assert ran.status == 2
    assert ran.err == (f"{path}：文件在处理期间被其他程序改动，没有写入。请确认没有别人在改，再试一次。\n")
    assert path.read_bytes() == saved


@pytest.mark.parametrize("name", ["短", "很长" * 30])
def test_processes_start_whatever_the_folder_for_temporary_files_is_called(examples, tmp_path, name):
    scratch = tmp_path / name
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "perfxl", "check", examples / FILLED_IN, examples / BY_HAND, "--jobs", "2"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(scratch)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "共 2 个文件：有错误 2 个。" in done.stdout
    assert list(scratch.iterdir()) == []
