"""`校验.cmd`: whatever is dropped onto it is checked, whatever its name."""

import re
import shutil

import openpyxl
import pytest
from desks import PYTHON, Desk

from perfxl.app.drop_workbooks import HOW_TO
from perfxl.io.addin.drop_file import LINE, SCRIPT, drop_file, dropped_names

WHERE = r"C:\Users\张 三 & 李四\Desktop\校验.cmd"
NAMES = [
    r"D:\a.xlsx",
    r"D:\预算绩效文本 2024.xlsx",
    r"D:\a&b.xlsx",
    r"D:\a & b.xlsx",
    r"D:\100%.xlsx",
    r"D:\%PATH%.xlsx",
    r"D:\^x!y!.xlsx",
    r"D:\终稿(1)(改).xlsx",
    r"D:\a,b;c=d.xlsx",
    r"D:\it's.xlsx",
    r"\\server\绩效$\某局.xlsx",
    r"D:\一局 校验.cmd 的说明.xlsx",
]


def explorer_line(*names):
    """What Explorer starts: names in quotes only where they have blanks."""
    told = " ".join(f'"{name}"' if " " in name else name for name in names)
    return f'C:\\WINDOWS\\system32\\cmd.exe /c ""{WHERE}" {told}"'


@pytest.mark.parametrize("name", NAMES)
def test_a_dropped_name_arrives_as_it_is(name):
    assert dropped_names(explorer_line(name), WHERE) == [name]


def test_several_names_arrive_in_their_order():
    assert dropped_names(explorer_line(*NAMES), WHERE) == NAMES


@pytest.mark.parametrize("line", [explorer_line(), r'"C:\WINDOWS\system32\cmd.exe" ', ""])
def test_a_double_click_drops_nothing(line):
    assert dropped_names(line, WHERE) == []


def test_an_unknown_script_drops_nothing():
    assert dropped_names(explorer_line(NAMES[0]), "") == []


# ------------------------------------------------------------------------------------ the file itself


@pytest.fixture
def text(tmp_path):
    return drop_file(Desk(tmp_path).machine)


def test_what_runs_is_ascii_with_windows_line_endings(text):
    assert text.count(b"\n") == text.count(b"\r\n")
    before, after = text.split(b"chcp 65001 >nul\r\n")
    assert before.isascii()
    chinese = after.decode("utf-8").splitlines()
    assert [line[:5] for line in chinese if not line.isascii()] == ["echo "] * 3
    # In an echo these would do something else than be shown.
    assert not re.search(r"[&|<>^%!]", "".join(chinese))


def test_names_are_never_read_by_cmd(text):
    assert not re.search(rb"%[*1-9]", text)
    assert b'set "PERFXL_DROPPED=!cmdcmdline!"\r\n' in text
    lines = text.decode().splitlines()
    # Delayed expansion would eat ! in its own path.
    assert lines.index('set "PERFXL_SCRIPT=%~f0"') < lines.index("setlocal EnableDelayedExpansion")
    assert lines.index("setlocal DisableDelayedExpansion") < lines.index('set "PERFXL_SCRIPT=%~f0"')


def test_every_jump_has_its_mark_and_the_window_stays_open(text):
    lines = text.decode().splitlines()
    jumps = {line.split()[-1] for line in lines if line.strip().startswith("goto ")}
    assert jumps == {line[1:] for line in lines if line.startswith(":")} == {"done", "missing"}
    end = lines[lines.index(":done") :]
    assert end[2] == "pause"
    # A name with & looks like a second command to cmd: `exit` must come before it.
    assert end[3] == 'if /i not "!PERFXL_DROPPED: /c =!"=="!PERFXL_DROPPED!" exit'


def test_the_installed_python_comes_first_and_others_after_it(text):
    tried = re.findall(r'^ *(\S+(?: -3)?) -P -c "import perfxl"', text.decode(), re.MULTILINE)
    # A Python file beside the workbook must not be imported: never without -P.
    assert text.count(b" -P ") == text.count(b"perfxl addin dropped") + len(tried) == 6
    assert tried == ['"!PERFXL_PYTHON!"', "py -3", "python"]
    assert f'set "PERFXL_PYTHON={PYTHON}"'.encode() in text


@pytest.mark.parametrize(
    ("interpreter", "line"),
    [
        (r"C:\Users\张会计\AppData\Local\py\python.exe", rb"%LOCALAPPDATA%\py\python.exe"),
        (r"D:\100% & ! (x)\python.exe", rb"D:\100%% & ! (x)\python.exe"),
        (r"D:\财务\python.exe", "D:\\财务\\python.exe".encode("cp936")),
    ],
)
def test_the_python_may_lie_anywhere(tmp_path, interpreter, line):
    written = drop_file(Desk(tmp_path, user="张会计", interpreter=interpreter).machine)
    assert b'set "PERFXL_PYTHON=' + line + b'"\r\n' in written


# ------------------------------------------------------------------------------------ what it checks


@pytest.fixture
def drop(perfxl, monkeypatch):
    """Drop files: in the names of this system, on the line that Explorer would write."""

    def call(*paths):
        monkeypatch.setenv(SCRIPT, WHERE)
        monkeypatch.setenv(LINE, explorer_line(*map(str, paths)))
        return perfxl("addin", "dropped")

    return call


@pytest.fixture
def sample(examples, tmp_path):
    return shutil.copy(examples / "承德总工会2023.xlsx", tmp_path / "文本 a&b (终稿).xlsx")


def test_a_workbook_gets_a_copy_with_the_findings(drop, sample):
    before = sample.read_bytes()
    ran = drop(sample)
    copy = sample.with_name("文本 a&b (终稿)-校验结果.xlsx")
    assert ran.status == 1
    assert f"有问题的单元格已标出，问题清单在“校验结果”表：{copy}" in ran.out
    assert "个错误，先改这" in ran.out
    assert sample.read_bytes() == before
    assert "校验结果" in openpyxl.load_workbook(copy).sheetnames


def test_an_earlier_copy_is_never_lost(drop, sample):
    earlier = sample.with_name(f"{sample.stem}-校验结果.xlsx")
    earlier.write_bytes(b"with explanations")
    drop(sample)
    assert earlier.read_bytes() == b"with explanations"
    assert sample.with_name(f"{sample.stem}-校验结果2.xlsx").exists()


def test_a_mended_copy_is_checked_in_its_place(drop, sample):
    drop(sample)
    copy = sample.with_name(f"{sample.stem}-校验结果.xlsx")
    ran = drop(copy)
    assert ran.out.rstrip().endswith(str(copy))
    assert sorted(path.name for path in sample.parent.glob("*.xlsx")) == sorted((sample.name, copy.name))


def test_a_folder_is_only_listed(drop, sample):
    shutil.copy(sample, sample.with_name("second.xlsx"))
    ran = drop(sample.parent)
    assert ran.status == 1
    assert "共 2 个文件：有错误 2 个。" in ran.out
    assert len(list(sample.parent.iterdir())) == 2


def test_one_bad_file_does_not_stop_the_others(drop, sample, tmp_path):
    bad = tmp_path / "坏的.xlsx"
    bad.write_bytes(b"nothing")
    ran = drop(bad, sample, tmp_path / "没有.xlsx")
    assert ran.status == 2
    assert ran.out.count("无法读取：") == 2
    assert sample.with_name(f"{sample.stem}-校验结果.xlsx").exists()


def test_what_cannot_be_written_is_said(drop, sample):
    lock = sample.with_name(f"~${sample.stem}-校验结果.xlsx")
    lock.write_bytes(b"")
    ran = drop(sample)
    assert ran.status == 2
    assert "没有写入" in ran.out


def test_nothing_dropped_explains_itself(drop):
    ran = drop()
    assert (ran.status, ran.out) == (2, f"{HOW_TO}\n")
