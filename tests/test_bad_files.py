"""Files that cannot be read or written: one Chinese sentence, exit status 2, nothing written."""

from __future__ import annotations

import errno
import os
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from places import AT

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.grid.change import CellEdit, Change
from perfxl.io.workbooks.write_files import apply

SECTOR = 512
END, FAT_SECTOR, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def compound_file(streams: list[str], content: bytes = b"") -> bytes:
    """A small OLE container with streams of these names, as Excel makes for a file with a password.

    content: what the first of them begins with.
    """
    size = 4096  # From this size on a stream lies in ordinary sectors.
    per_stream = size // SECTOR
    chains = [FAT_SECTOR, END]
    for _ in streams:
        first = len(chains)
        chains += [*range(first + 1, first + per_stream), END]
    fat = struct.pack(f"<{SECTOR // 4}I", *chains, *[FREE] * (SECTOR // 4 - len(chains)))

    def entry(name: str, kind: int, child: int, right: int, start: int, length: int) -> bytes:
        coded = name.encode("utf-16-le") + b"\0\0"
        return (
            coded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(coded), kind, 1, FREE, right, child)
            + bytes(36)
            + struct.pack("<IQ", start, length)
        )

    entries = [entry("Root Entry", 5, 1, FREE, END, 0)]
    for index, name in enumerate(streams):
        right = index + 2 if index + 1 < len(streams) else FREE
        entries.append(entry(name, 2, FREE, right, 2 + index * per_stream, size))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", FREE) * 108
    )
    first, *others = streams
    return header + fat + directory + content.ljust(size, b"\x5a") + b"\x5a" * size * len(others)


def zipped(**parts: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/"), text)
    return target.getvalue()


@pytest.fixture
def good(examples: Path) -> bytes:
    return (examples / FILLED_IN).read_bytes()


def damaged(good: bytes) -> bytes:
    middle = len(good) // 2
    return good[: middle - 2000] + b"\0" * 4000 + good[middle + 2000 :]


def scrambled_sheets(good: bytes) -> bytes:
    """A zip in order, with sheets that are no XML."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(good)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if "worksheets/" in name else content)
    return target.getvalue()


BAD: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "empty": ("空.xlsx", lambda _: b"", "空"),
    "text renamed": ("文本.xlsx", lambda _: "只是一段文字".encode(), "不是 Excel 工作簿"),
    "damaged": ("损坏.xlsx", damaged, "损坏"),
    "truncated": ("截断.xlsx", lambda good: good[: len(good) * 2 // 3], "损坏"),
    "first bytes only": ("开头.xlsx", lambda good: good[:100], "损坏"),
    "scrambled sheets": ("乱码.xlsx", scrambled_sheets, "损坏"),
    "password": ("加密.xlsx", lambda _: compound_file(["EncryptionInfo", "EncryptedPackage"]), "密码"),
    "strange container": ("其他.xls", lambda _: compound_file(["Something"]), "损坏"),
    "Word renamed": (
        "文档.xlsx",
        lambda _: zipped(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<w/>"}),
        "Word",
    ),
    "old Word renamed": ("旧文档.xls", lambda _: compound_file(["WordDocument"]), "Word"),
    "plain zip": ("压缩包.xlsx", lambda _: zipped(**{"说明.txt": "文字"}), "压缩包"),
    "csv": ("表.csv", lambda _: "项目编码,项目名称\n".encode("gb18030"), "csv"),
    "random": ("随机.xlsx", lambda _: bytes(range(256)) * 40, "不是 Excel 工作簿"),
}
COMMANDS = ("check", "check --write", "check --format json", "fill", "summary")


def said_in_chinese(text: str) -> bool:
    return "Traceback" not in text and re.search(r"[\u4e00-\u9fff]{3,}.*。", text) is not None


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_no_workbook(perfxl, tmp_path, good, kind, command):
    name, make, word = BAD[kind]
    path = tmp_path / name
    content = make(good)
    path.write_bytes(content)

    ran = perfxl(*command.split(), path)

    assert ran.status == 2
    assert said_in_chinese(ran.err), ran.err
    assert word in ran.err
    assert name in ran.err
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_file(perfxl, tmp_path, command):
    ran = perfxl(*command.split(), tmp_path / "没有.xlsx")
    assert ran.status == 2
    assert "找不到" in ran.err
    assert "没有.xlsx" in ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["fill", "summary"])
def test_a_folder_where_a_file_belongs(perfxl, tmp_path, command):
    ran = perfxl(command, tmp_path)
    assert ran.status == 2
    assert "文件夹" in ran.err


@pytest.mark.parametrize("made", [[], ["说明.txt"], ["~$表.xlsx"], [".~lock.xlsx"]])
def test_a_folder_without_workbooks(perfxl, tmp_path, made):
    for name in made:
        (tmp_path / name).write_text("x")
    ran = perfxl("check", tmp_path)
    assert ran.status == 2
    assert "没有工作簿" in ran.err


def test_a_pattern_that_fits_nothing(perfxl, tmp_path):
    ran = perfxl("check", f"{tmp_path}/*.xlsx")
    assert ran.status == 2
    assert "没有符合这个名称的工作簿" in ran.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(perfxl, tmp_path, good):
    path = tmp_path / "表.xlsx"
    path.write_bytes(good)
    path.chmod(0)
    ran = perfxl("check", path)
    assert ran.status == 2
    assert "权限" in ran.err


def test_a_file_that_the_system_refuses_to_open(perfxl, tmp_path, good, monkeypatch):
    path = tmp_path / "表.xlsx"
    path.write_bytes(good)

    def refused(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refused)
    ran = perfxl("check", path)
    assert ran.status == 2
    assert "权限" in ran.err


WRITING = ("check --write", "fill", "summary")


@pytest.fixture
def stale(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook with a total that every writing command has to write."""
    path = tmp_path_factory.mktemp("stale") / FILLED_IN
    blank_total = Change(cells=(CellEdit("1.工会保障项目", AT["total_budget"], None),))
    apply(examples / FILLED_IN, blank_total, path)
    return path.read_bytes()


@pytest.mark.parametrize("command", WRITING)
def test_a_workbook_open_in_excel_is_not_written(perfxl, tmp_path, stale, command):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)
    (tmp_path / "~$表.xlsx").write_bytes(b"\5admin" + bytes(159))
    before = path.stat()
    ran = perfxl(*command.split(), path)
    assert ran.status == 2
    assert "打开" in ran.err
    assert said_in_chinese(ran.err), ran.err
    assert path.read_bytes() == stale
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(one.name for one in tmp_path.iterdir()) == ["~$表.xlsx", "表.xlsx"]


@pytest.mark.parametrize("command", WRITING)
def test_a_target_in_a_folder_that_is_not_there(perfxl, tmp_path, stale, command):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)
    ran = perfxl(*command.split(), path, "-o", tmp_path / "没有" / "结果.xlsx")
    assert ran.status == 2
    assert said_in_chinese(ran.err), ran.err
    assert "结果.xlsx" in ran.err
    assert path.read_bytes() == stale


@pytest.mark.parametrize("command", WRITING)
def test_a_target_that_is_a_folder(perfxl, tmp_path, stale, command):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)
    (tmp_path / "结果.xlsx").mkdir()
    ran = perfxl(*command.split(), path, "-o", tmp_path / "结果.xlsx")
    assert ran.status == 2
    assert said_in_chinese(ran.err), ran.err
    assert path.read_bytes() == stale
    assert not list((tmp_path / "结果.xlsx").iterdir())


@pytest.mark.parametrize("command", WRITING)
def test_a_full_disk_leaves_the_old_file(perfxl, tmp_path, stale, command, monkeypatch):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = perfxl(*command.split(), path)
    assert ran.status == 2
    assert said_in_chinese(ran.err), ran.err
    assert path.read_bytes() == stale
    assert [one.name for one in tmp_path.iterdir()] == ["表.xlsx"]


def test_a_report_in_a_folder_that_is_not_there(perfxl, tmp_path, stale):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)
    ran = perfxl("check", path, "-o", tmp_path / "没有" / "结果.txt")
    assert ran.status == 2
    assert said_in_chinese(ran.err), ran.err


def test_a_mistake_of_the_program_is_said_in_chinese(perfxl, tmp_path, stale, monkeypatch):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("perfxl.app.changes.read", broken)
    for command in ("check", "fill", "summary"):
        ran = perfxl(command, path)
        assert ran.status == 2
        assert "boom" in ran.err
        assert "维护人员" in ran.err
        assert said_in_chinese(ran.err), ran.err
    assert path.read_bytes() == stale


def test_debugging_shows_the_traceback(perfxl, tmp_path, stale, monkeypatch):
    path = tmp_path / "表.xlsx"
    path.write_bytes(stale)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("perfxl.app.changes.read", broken)
    monkeypatch.setenv("PERFXL_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        perfxl("fill", path)
