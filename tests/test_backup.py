"""`--backup`: one copy of the file as it was, beside it, made before the file is written."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from places import AT

from perfxl.app.make_examples import FILLED_IN, MENDED
from perfxl.core.grid.change import CellEdit, Change
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.workbooks import write_files

COMMANDS = {"fill": ("fill",), "summary": ("summary",), "check --write": ("check", "--write")}
commands = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


@pytest.fixture
def workbook(examples, tmp_path) -> Path:
    """The mended sample, one total of it wrong again."""
    path = Path(shutil.copy(examples / MENDED, tmp_path / "文本.xlsx"))
    write_files.apply(path, Change(cells=(CellEdit("1.工会保障项目", AT["total_budget"], 1),)), path)
    return path


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


@commands
def test_the_backup_is_the_file_as_it_was(perfxl, workbook, command):
    before = workbook.read_bytes()
    ran = perfxl(*command, workbook, "--backup")
    assert ran.status < 2, ran.err
    assert workbook.read_bytes() != before
    assert (workbook.parent / "文本.备份.xlsx").read_bytes() == before
    assert names(workbook.parent) == {"文本.xlsx", "文本.备份.xlsx"}


@commands
def test_without_the_option_there_is_none(perfxl, workbook, command):
    perfxl(*command, workbook)
    assert names(workbook.parent) == {"文本.xlsx"}


@commands
def test_an_earlier_backup_is_replaced(perfxl, workbook, command):
    before = workbook.read_bytes()
    (workbook.parent / "文本.备份.xlsx").write_bytes(b"an earlier one")
    perfxl(*command, workbook, "--backup")
    assert (workbook.parent / "文本.备份.xlsx").read_bytes() == before


@commands
def test_where_nothing_is_written_the_backup_stays_as_it_is(perfxl, workbook, command):
    perfxl(*command, workbook, "--backup")
    kept, written = (workbook.parent / "文本.备份.xlsx").read_bytes(), workbook.read_bytes()
    perfxl(*command, workbook, "--backup")
    if workbook.read_bytes() == written:
        assert (workbook.parent / "文本.备份.xlsx").read_bytes() == kept
    else:
        assert (workbook.parent / "文本.备份.xlsx").read_bytes() == written


def test_a_dry_run_keeps_nothing(perfxl, workbook):
    assert perfxl("fill", workbook, "--dry-run", "--backup").status == 0
    assert names(workbook.parent) == {"文本.xlsx"}


@commands
def test_a_new_file_has_nothing_to_keep(perfxl, workbook, command):
    before = workbook.read_bytes()
    perfxl(*command, workbook, "-o", workbook.parent / "新.xlsx", "--backup")
    assert names(workbook.parent) == {"文本.xlsx", "新.xlsx"}
    assert workbook.read_bytes() == before


@commands
def test_of_a_file_written_over_by_o_the_old_content_is_kept(perfxl, workbook, examples, command):
    other = Path(shutil.copy(examples / FILLED_IN, workbook.parent / "旧.xlsx"))
    old = other.read_bytes()
    perfxl(*command, workbook, "-o", other, "--backup")
    assert (workbook.parent / "旧.备份.xlsx").read_bytes() == old
    assert names(workbook.parent) == {"文本.xlsx", "旧.xlsx", "旧.备份.xlsx"}


@commands
def test_where_the_backup_cannot_be_written_the_file_is_not_either(perfxl, workbook, command):
    before = workbook.read_bytes()
    (workbook.parent / "~$文本.备份.xlsx").write_bytes(b"")
    ran = perfxl(*command, workbook, "--backup")
    assert ran.status == 2
    assert "备份“文本.备份.xlsx”未能写入，原文件没有改动" in ran.err
    assert workbook.read_bytes() == before


@commands
def test_a_file_that_is_open_gets_no_backup(perfxl, workbook, command):
    (workbook.parent / "~$文本.xlsx").write_bytes(b"")
    assert perfxl(*command, workbook, "--backup").status == 2
    assert names(workbook.parent) == {"文本.xlsx", "~$文本.xlsx"}


def test_the_backup_is_whole_before_the_file_is_written(workbook, monkeypatch):
    before = workbook.read_bytes()
    order = []

    def replace_file(path, data, **_):
        order.append((path.name, data == before))
        if len(order) == 2:
            raise PerfxlError("磁盘空间不足")
        path.write_bytes(data)

    monkeypatch.setattr(write_files, "replace_file", replace_file)
    change = Change(cells=(CellEdit("1.工会保障项目", AT["total_budget"], 2),))
    with pytest.raises(PerfxlError, match="磁盘"):
        write_files.apply(workbook, change, workbook, backup=True)
    assert order == [("文本.备份.xlsx", True), ("文本.xlsx", False)]
    assert workbook.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are posix")
def test_who_may_not_read_the_file_may_not_read_its_backup(perfxl, workbook):
    workbook.chmod(0o600)
    perfxl("fill", workbook, "--backup")
    assert stat.S_IMODE((workbook.parent / "文本.备份.xlsx").stat().st_mode) == 0o600


def test_check_of_several_files_keeps_one_backup_each_and_passes_over_backups(perfxl, workbook):
    shutil.copy(workbook, workbook.parent / "乙.xlsx")
    for _ in range(2):
        ran = perfxl("check", workbook.parent, "--write", "--backup")
        assert "共 2 个文件" in ran.out
    assert names(workbook.parent) == {"文本.xlsx", "文本.备份.xlsx", "乙.xlsx", "乙.备份.xlsx"}
    # Named by itself, or without its original, it is a workbook like any other.
    assert perfxl("check", workbook.parent / "乙.备份.xlsx").status == 1
    workbook.unlink()
    assert "文本.备份.xlsx" in perfxl("check", workbook.parent).out


def test_backup_without_write_is_a_mistake_that_is_said(perfxl, workbook):
    ran = perfxl("check", workbook, "--backup")
    assert ran.status == 2
    assert "--write" in ran.err
    assert names(workbook.parent) == {"文本.xlsx"}
