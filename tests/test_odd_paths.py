"""Names and paths of strangers: too long, in a circle, not to be opened, not in UTF-8, endless."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from returned import book

from perfxl.app.make_examples import FILLED_IN

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")

# 255 bytes are the most: with `~$`, `.备份` or anything else before or behind it is no name any more.
LONG = "长" * 83 + "a.xlsx"
assert len(LONG.encode()) == 255
CIRCLE = "读取文件时出错：链接指向它自己，绕成了一个圈。请检查文件名、磁盘或网络后再试。"
GONE = "这是一个链接，它指向的文件已经不在。请找到原文件后再试。"
NO_FILE = "这不是普通文件，不能读取。请选择保存在磁盘上的工作簿。"


@pytest.fixture
def sample(examples) -> bytes:
    return (examples / FILLED_IN).read_bytes()


@pytest.mark.parametrize("command", ["check", "check --write", "fill", "summary"])
def test_the_longest_name_that_there_is_is_read_and_written(perfxl, tmp_path, sample, command):
    path = tmp_path / LONG
    path.write_bytes(sample)
    ran = perfxl(*command.split(), path)
    assert ran.status in {0, 1}, ran.err
    assert [one.name for one in tmp_path.iterdir()] == [LONG]


def test_a_backup_whose_name_would_be_too_long(perfxl, tmp_path, sample):
    path = tmp_path / LONG
    path.write_bytes(sample)
    other = tmp_path / "另一份.xlsx"
    other.write_bytes(sample)
    ran = perfxl("check", "--write", "--backup", path, other)
    assert ran.status == 2
    backup = f"{path.stem}.备份.xlsx"
    assert (
        f"{path}：备份“{backup}”未能写入，原文件没有改动：文件名太长，没有写入。请缩短文件名，或用 -o 另存为名称较短的文件。"
        in ran.err.splitlines()
    )
    assert path.read_bytes() == sample
    # The other one was checked and written.
    assert f"校验结果已写入 {other}。" in ran.err
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([LONG, "另一份.xlsx", "另一份.备份.xlsx"])


TOO_LONG = "长" * 90 + ".xlsx"


@pytest.mark.parametrize(
    "arguments",
    [
        "check SAMPLE --write -o TARGET",
        "fill SAMPLE -o TARGET",
        "summary SAMPLE -o TARGET",
        "new TARGET --roster",
        "new TARGET --year 2024 --unit 116001某局",
        "collect FOLDER -o TARGET",
        "check TARGET",
        "fill TARGET",
        "new x.xlsx --year 2024 --from TARGET",
        "new x.xlsx --year 2024 --unit 116001某局 --projects TARGET",
        "distribute TARGET x --year 2024",
        "collect FOLDER -o x.xlsx --roster TARGET",
        "collect TARGET -o x.xlsx",
    ],
)
def test_a_name_that_is_too_long_to_be_one(perfxl, tmp_path, sample, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "样本.xlsx").write_bytes(sample)
    places = {"SAMPLE": "收回/样本.xlsx", "FOLDER": "收回", "TARGET": TOO_LONG}
    ran = perfxl(*(places.get(one, one) for one in arguments.split()))
    assert ran.status == 2
    assert TOO_LONG in ran.err
    said = ran.err.splitlines()[-1]
    assert any(why in said for why in ("太长", "找不到", "不是文件夹")), said
    assert "程序" not in ran.err
    assert [one.name for one in tmp_path.iterdir()] == ["收回"]


def test_a_dropped_file_whose_copy_would_have_too_long_a_name(perfxl, tmp_path, sample, monkeypatch):
    from perfxl.app import drop_workbooks as dropped

    path = tmp_path / LONG
    path.write_bytes(sample)
    assert dropped.run([str(path)]) == 2
    assert [one.name for one in tmp_path.iterdir()] == [LONG]


def test_a_summary_whose_record_would_have_too_long_a_name(perfxl, tmp_path, sample):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "样本.xlsx").write_bytes(sample)
    ran = perfxl("collect", folder, "-o", tmp_path / LONG)
    assert ran.status == 1
    assert f"记录“{LONG[:-5]}.记录.jsonl”无法打开（文件名或路径太长），本次不与上次比较。" in ran.err
    assert (tmp_path / LONG).is_file()


@pytest.fixture
def odd(tmp_path, sample) -> Path:
    """A folder with two good files and every kind of path that is none."""
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "好.xlsx").write_bytes(sample)
    (folder / "圈.xlsx").symlink_to("圈.xlsx")
    (folder / "甲.xlsx").symlink_to("乙.xlsx")
    (folder / "乙.xlsx").symlink_to("甲.xlsx")
    (folder / "断.xlsx").symlink_to("没有.xlsx")
    (folder / "圈.zip").symlink_to("圈.zip")
    os.mkfifo(folder / "管道.xlsx")
    os.mkfifo(folder / "管道.zip")
    os.mkfifo(folder / "管道")
    (folder / "回到上级").symlink_to(folder, target_is_directory=True)
    (folder / "再回上级").symlink_to("..", target_is_directory=True)
    broken = os.fsdecode("局".encode("gbk") + b".xlsx")
    (folder / broken).write_bytes(book("101001", "某局"))
    return folder


BAD = {"圈.xlsx": CIRCLE, "甲.xlsx": CIRCLE, "乙.xlsx": CIRCLE, "断.xlsx": GONE, "管道.xlsx": NO_FILE}


@pytest.mark.parametrize("pattern", ["", "*.xlsx", "**/*.xlsx", "**"])
def test_checking_a_folder_of_odd_paths(perfxl, odd, pattern):
    """Each is said, none stops the others, and no circle is walked."""
    ran = perfxl("check", odd / pattern if pattern else odd)
    assert ran.status == 2
    refused = dict(line.split("：", 1) for line in ran.err.splitlines())
    links = {} if pattern.endswith(".xlsx") else dict.fromkeys(("回到上级", "再回上级"), "略过（这是指向别处的链接）。")
    assert refused == {str(odd / name): why for name, why in (BAD | links).items()}
    assert "共 7 个文件" in ran.out
    # A name that is no UTF-8 is shown as its bytes.
    assert r"\udcbe\udcd6.xlsx" in ran.out


@pytest.mark.parametrize("command", ["check", "check --write", "fill", "summary"])
@pytest.mark.parametrize("name", BAD)
def test_an_odd_path_by_its_name(perfxl, odd, command, name):
    ran = perfxl(*command.split(), odd / name)
    assert ran.status == 2
    assert ran.err.splitlines() == [f"{odd / name}：{BAD[name]}"]


def test_writing_to_a_link_in_a_circle(perfxl, odd):
    for arguments in (
        ["fill", odd / "好.xlsx", "-o", odd / "圈.xlsx"],
        ["check", odd / "好.xlsx", "-o", odd / "圈.xlsx", "--write"],
        ["check", odd / "好.xlsx", "-o", odd / "圈.txt"],
    ):
        (odd / "圈.txt").unlink(missing_ok=True)
        (odd / "圈.txt").symlink_to("圈.txt")
        ran = perfxl(*arguments)
        assert ran.status == 2
        assert "链接指向它自己，绕成了一个圈。原文件没有改动。" in ran.err
        assert (odd / "圈.xlsx").is_symlink()


def test_collecting_a_folder_of_odd_paths(perfxl, odd, tmp_path):
    ran = perfxl("collect", odd, "-o", tmp_path / "汇总.xlsx")
    assert ran.status == 2
    circle = "读取文件时出错：链接指向它自己，绕成了一个圈。请检查后重新汇总。"
    lost = "读取文件时出错：找不到。请检查后重新汇总。"
    expected = {
        "圈.xlsx": circle,
        "圈.zip": circle,
        "甲.xlsx": circle,
        "乙.xlsx": circle,
        "断.xlsx": lost,
        "管道": "略过（不是普通文件）。",
        "管道.xlsx": "略过（不是普通文件）。",
        "管道.zip": "略过（不是普通文件）。",
        "回到上级": "略过（这是指向别处的链接）。",
        "再回上级": "略过（这是指向别处的链接）。",
    }
    refused = dict(line.split("：", 1) for line in ran.err.splitlines() if "：" in line)
    assert expected.items() <= refused.items(), refused
    assert "项目 6 个" in ran.out


@pytest.mark.parametrize("command", ["check", "collect"])
def test_a_folder_that_may_not_be_opened_is_said(perfxl, tmp_path, sample, monkeypatch, command):
    folder = tmp_path / "收回"
    closed = folder / "不许进"
    closed.mkdir(parents=True)
    (folder / "好.xlsx").write_bytes(sample)
    (closed / "里面.xlsx").write_bytes(sample)
    for name in ("scandir", "listdir"):
        real = getattr(os, name)

        def refuse(path=".", real=real):
            if Path(os.fspath(path)) == closed:
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, name, refuse)
    more = ["-o", tmp_path / "汇总.xlsx"] if command == "collect" else []
    ran = perfxl(command, folder, *more)
    assert ran.status == 2
    if command == "check":
        said = f"{closed}：这个文件夹打不开（没有权限），其中的文件没有读取。请检查权限或网络后再试。"
        assert "共 2 个文件" in ran.out
    else:
        said = "不许进：这个文件夹打不开。请检查权限或网络后重新汇总。"
        assert "项目 4 个" in ran.out
    assert said in ran.err.splitlines()


@pytest.mark.parametrize("command", ["check", "collect", "check-pattern"])
def test_folders_nested_as_deep_as_they_can_be(perfxl, tmp_path, sample, command):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "好.xlsx").write_bytes(sample)
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=handle)
        inner = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    try:
        if command == "collect":
            ran = perfxl("collect", folder, "-o", tmp_path / "汇总.xlsx")
            assert ran.status == 1, ran.err
        elif command == "check":
            ran = perfxl("check", folder)
            assert ran.status == 1, ran.err
        else:
            ran = perfxl("check", f"{folder}/**/*.xlsx")
            assert ran.status == 1 or "文件夹嵌套过深，不能用“**”查找。" in ran.err
        assert "程序" not in ran.err
    finally:
        # A recursive removal may be as deep as calls may be.
        shutil.move(folder / "d", tmp_path / "d")
        os.system(f"rm -rf '{tmp_path / 'd'}'")  # noqa: S605
