"""Folders on a file server: they refuse what a disk allows, and hold files for a moment."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from perfxl.io.files import atomic

WRITE = ("check", "--write")


def sharing_violation() -> PermissionError:
    """What Windows says when another program has the file open."""
    fault = PermissionError(errno.EACCES, "The process cannot access the file")
    fault.winerror = 32
    return fault


def _as_method(function):
    """A bound method of something else in the place of a method: it still receives the path."""

    def method(path: Path, target: Path) -> Path:
        return function(path, target)

    return method


class FileServer:
    """Holds a file for so many attempts to replace it."""

    def __init__(self, monkeypatch, attempts: float) -> None:
        self.attempts = attempts
        self.tried = 0
        self._replace = Path.replace
        monkeypatch.setattr(Path, "replace", _as_method(self.replace))
        monkeypatch.setattr(atomic.time, "sleep", lambda _: None)

    def replace(self, one: Path, other: Path) -> Path:
        self.tried += 1
        if self.tried <= self.attempts:
            raise sharing_violation()
        return self._replace(one, other)


def test_a_folder_without_permissions_of_its_own_is_written(perfxl, workbook, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    before = workbook.read_bytes()
    ran = perfxl(*WRITE, workbook)
    assert ran.status == 1, ran.err
    assert workbook.read_bytes() != before


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_knows_no_flushing_is_written(perfxl, workbook, monkeypatch, code):
    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    before = workbook.read_bytes()
    assert perfxl(*WRITE, workbook).status == 1
    assert workbook.read_bytes() != before


def test_a_file_that_is_held_for_a_moment_is_waited_for(perfxl, workbook, monkeypatch):
    server = FileServer(monkeypatch, attempts=3)
    before = workbook.read_bytes()
    assert perfxl(*WRITE, workbook).status == 1
    assert server.tried == 4
    assert workbook.read_bytes() != before


def test_a_file_that_somebody_keeps_open_is_left_alone_and_said(perfxl, workbook, monkeypatch):
    server = FileServer(monkeypatch, attempts=float("inf"))
    before = workbook.read_bytes()
    ran = perfxl(*WRITE, workbook)
    assert ran.status == 2
    assert "没有写入权限，或文件正被其他程序使用。请关闭打开它的程序" in ran.err
    assert server.tried == 5
    assert workbook.read_bytes() == before
    assert [one.name for one in workbook.parent.iterdir()] == ["文本.xlsx"]


def test_a_connection_that_breaks_leaves_the_old_file(perfxl, workbook, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", broken)
    before = workbook.read_bytes()
    ran = perfxl(*WRITE, workbook)
    assert ran.status == 2
    assert "写入时出错" in ran.err
    assert "原文件没有改动。" in ran.err
    assert workbook.read_bytes() == before
    assert [one.name for one in workbook.parent.iterdir()] == ["文本.xlsx"]
