"""Archives made to do harm, and good ones of unusual makers: each entry by the real command, within limits."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from returned import book
from test_hostile_files import parts_of, run, zipped

METHODS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "LZMA": zipfile.ZIP_LZMA}
MEGABYTES = 400
DAMAGED = "压缩包已损坏，无法打开。请向报送人重新索取，或解压后再试。"
TOO_LARGE = "压缩包里的文件过大（上限 30 MB），不读取。请解压后检查，删除多余的图片或附件。"
OTHER = "压缩包用了本程序不能解开的压缩方法（{}）。请先解压，再选择其中的文件；或重新压缩成普通的 zip。"


def packed(name: str, content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    """By method, a zip of an entry of 400 MB and at most some hundred kilobytes."""
    made = {key: packed("炸弹.xlsx", bytes(MEGABYTES * 2**20), method) for key, method in METHODS.items()}
    assert all(len(bomb) < 500_000 for bomb in made.values())
    return made


@pytest.fixture(scope="module")
def good() -> bytes:
    return book("101001", "某县第1局本级")


def in_headers(data: bytes, local: int, central: int, value: bytes) -> bytes:
    """An archive of one entry with a field of both its headers replaced."""
    changed = bytearray(data)
    changed[local : local + len(value)] = value
    at = data.rindex(b"PK\1\2") + central
    changed[at : at + len(value)] = value
    return bytes(changed)


def with_method(data: bytes, method: int) -> bytes:
    return in_headers(data, 8, 10, struct.pack("<H", method))


def with_size(data: bytes, size: int) -> bytes:
    return in_headers(data, 22, 24, struct.pack("<I", size))


def with_checksum(data: bytes, checksum: int) -> bytes:
    return in_headers(data, 14, 16, struct.pack("<I", checksum))


def spoilt(data: bytes, name: str = "101001.xlsx") -> bytes:
    """The compressed bytes of the one entry, overwritten from their first half on."""
    start = 30 + len(name) + (len(data) - 30 - len(name)) // 3
    return data[:start] + bytes(b ^ 0x5A for b in data[start : start + 600]) + data[start + 600 :]


def overlapping(content: bytes, number: int) -> bytes:
    """One compressed entry, shown by as many names as asked for: each local header is part of the last entry.

    Each entry's data begins with a stored block that quotes the next one's header; all end in one kernel.
    """
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = kernel.compress(content) + kernel.flush()
    files: list[tuple[bytes, bytes, int, int, int]] = []
    plain, held = content, data
    for place in reversed(range(number)):
        name = b"%03d.xlsx" % place
        if place < number - 1:
            quoted = files[0][1]
            held = b"\0" + struct.pack("<HH", len(quoted), len(quoted) ^ 0xFFFF) + quoted + held
            plain = quoted + plain
        checksum = zlib.crc32(plain)
        header = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, checksum, len(held), len(plain), len(name), 0)
        files.insert(0, (name, header + name, checksum, len(held), len(plain)))
    body, listed, at = files[0][1] + held, b"", 0
    for name, header, checksum, size, length in files:
        listed += struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\1\2",
            *(20, 20, 0, 8, 0, 33, checksum, size, length, len(name), 0, 0, 0, 0, 0, at),
        )
        listed += name
        at += len(header) + 5
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, number, number, len(listed), len(body), 0)
    return body + listed + end


def many_inside(number: int) -> bytes:
    """Small archives in an archive, each with 2,000 empty texts."""
    inner, target = BytesIO(), BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for place in range(2_000):
            archive.writestr(f"{place}.txt", b"")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(number):
            archive.writestr(f"{place:03}.zip", inner.getvalue())
    return target.getvalue()


def many_entries(number: int) -> bytes:
    """A list of entries that is itself too long to be read."""
    entry = packed("x" * 900, b"")
    at, end = entry.index(b"PK\1\2"), entry.index(b"PK\5\6")
    listed = entry[at:end] * number
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(listed), at, 0)
    return entry[:at] + listed + tail


UNREADABLE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "谎报大小.zip": (lambda good: with_size(packed("101001.xlsx", good, zipfile.ZIP_DEFLATED), 100), DAMAGED),
    "谎报过大.zip": (lambda good: with_size(packed("101001.xlsx", good, zipfile.ZIP_DEFLATED), len(good) + 1), DAMAGED),
    "校验和.zip": (lambda good: with_checksum(packed("101001.xlsx", good), 1), DAMAGED),
    "坏的deflate.zip": (lambda good: spoilt(packed("101001.xlsx", good, zipfile.ZIP_DEFLATED)), DAMAGED),
    "坏的bzip2.zip": (lambda good: spoilt(packed("101001.xlsx", good, zipfile.ZIP_BZIP2)), DAMAGED),
    "坏的LZMA.zip": (lambda good: spoilt(packed("101001.xlsx", good, zipfile.ZIP_LZMA)), DAMAGED),
    "不是LZMA.zip": (lambda good: with_method(packed("101001.xlsx", good), 14), DAMAGED),
    "截断.zip": (
        lambda good: in_headers(packed("101001.xlsx", good), 18, 20, struct.pack("<I", len(good) + 99)),
        DAMAGED,
    ),
    "方法9.zip": (lambda good: with_method(packed("101001.xlsx", good), 9), OTHER.format("Deflate64")),
    "方法93.zip": (lambda good: with_method(packed("101001.xlsx", good), 93), OTHER.format("Zstandard")),
    "方法98.zip": (lambda good: with_method(packed("101001.xlsx", good), 98), OTHER.format("PPMd")),
    "方法77.zip": (lambda good: with_method(packed("101001.xlsx", good), 77), OTHER.format("编号 77")),
}
WHOLE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "重叠.zip": (lambda _: overlapping(bytes(2**20), 200), DAMAGED),
    "目录.zip": (
        lambda _: many_entries(20_000),
        "压缩包里的文件目录过大（上限 4 MB），不读取。请解压后放入文件夹，或分成几个压缩包。",
    ),
    "版本.zip": (lambda good: in_headers(packed("a", good), 4, 6, struct.pack("<H", 99)), DAMAGED),
}


def test_each_hostile_archive_gets_its_sentence_and_the_good_files_are_collected(tmp_path, bombs, good):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "101001.xlsx").write_bytes(good)
    expected = set()
    for name, (make, sentence) in UNREADABLE.items():
        (folder / name).write_bytes(make(good))
        expected.add(f"{name}/101001.xlsx：{sentence}")
    for name, (make, sentence) in WHOLE.items():
        (folder / name).write_bytes(make(good))
        expected.add(f"{name}：{sentence}")
    for method, bomb in bombs.items():
        (folder / f"{method}.zip").write_bytes(bomb)
        expected.add(f"{method}.zip/炸弹.xlsx：{TOO_LARGE}")
        # An archive in an archive: the outer one is the bomb, or the inner one.
        inner = packed("包.zip", bytes(MEGABYTES * 2**20), METHODS[method])
        (folder / f"外层{method}.zip").write_bytes(inner)
        expected.add(f"外层{method}.zip/包.zip：{TOO_LARGE.replace('30 MB', '100 MB')}")
        (folder / f"内层{method}.zip").write_bytes(packed("包.zip", bomb))
        expected.add(f"内层{method}.zip/包.zip/炸弹.xlsx：{TOO_LARGE}")
    status, out, said = run("collect", folder, "-o", tmp_path / "汇总.xlsx", "--jobs", 1)
    assert status == 2
    assert {line for line in said.splitlines() if ".zip" in line} == expected
    assert "项目 2 个，预算合计 102.06 万元" in out


@pytest.mark.parametrize("method", METHODS)
def test_a_workbook_packed_by_any_known_method_is_read(tmp_path, good, method):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "包.zip").write_bytes(packed("101001.xlsx", good, METHODS[method]))
    status, out, said = run("collect", folder, "-o", tmp_path / "汇总.xlsx", "--jobs", 1)
    assert status == 0, said
    assert "项目 2 个，预算合计 102.06 万元" in out


@pytest.mark.parametrize("method", ["bzip2", "LZMA"])
def test_a_bomb_among_the_properties_of_a_workbook(tmp_path, good, method):
    """Read for the time of saving, and for whether perfxl made the workbook: as far as such parts go."""
    folder = tmp_path / "收回"
    folder.mkdir()
    target = BytesIO(zipped({name: part for name, part in parts_of(good).items() if "docProps" not in name}))
    with zipfile.ZipFile(target, "a", METHODS[method]) as archive:
        for part in ("docProps/core.xml", "docProps/custom.xml"):
            archive.writestr(part, bytes(MEGABYTES * 2**20))
    for path in (folder / "101001.xlsx", tmp_path / "汇总.xlsx"):
        path.write_bytes(target.getvalue())
    status, _, said = run("collect", folder, "-o", tmp_path / "新汇总.xlsx", "--jobs", 1)
    assert status == 2
    assert "101001.xlsx：文件已损坏" in said
    status, _, said = run("collect", folder, "-o", tmp_path / "汇总.xlsx", "--jobs", 1)
    assert status == 2
    assert "不是本程序生成的汇总，没有覆盖" in said
    assert (tmp_path / "汇总.xlsx").read_bytes() == target.getvalue()


def test_archives_in_an_archive_hold_no_more_than_one_may(tmp_path):
    """A megabyte of them would be a million files."""
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "包.zip").write_bytes(many_inside(200))
    status, _, said = run("collect", folder, "-o", tmp_path / "汇总.xlsx", "--jobs", 1)
    assert status == 2
    many = "压缩包里的文件过多或过大（上限 5,000 个、2 GB），不读取。请解压后放入文件夹，或分成几个压缩包。"
    refused = [line for line in said.splitlines() if line.endswith(many)]
    assert refused == [f"包.zip/{place:03}.zip：{many}" for place in range(2, 200)]
    assert said.count("略过（不是工作簿，也不是压缩包）") == 4000


def test_an_archive_of_workbooks_named_as_one_is_told_from_them_by_its_list(tmp_path):
    """`check` on it, and on one that is nothing but a list of entries."""
    for name, data in {"包.xlsx": packed("a.txt", b"x"), "目录.xlsx": many_entries(20_000)}.items():
        path = tmp_path / name
        path.write_bytes(data)
        status, _, said = run("check", path)
        assert status == 2
        assert ("这是压缩包" if name == "包.xlsx" else "部件过多（上限 5,000）") in said
