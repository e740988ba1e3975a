"""`perfxl addin install` and `remove`, on desks as they are found in the field."""

import ctypes
import errno
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from desks import PYTHON, Desk

from perfxl.app import manage_addin as addin
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.addin import machine as machines
from perfxl.io.addin.addin_settings import read_settings
from perfxl.io.addin.machine import LINUX, MACOS, this_machine
from perfxl.io.addin.sources import shipped_addin
from perfxl.io.files import atomic

ADDIN = r"C:\Users\zhang\AppData\Roaming\Microsoft\Excel\XLSTART\perfxl.xlam"
SETTINGS = r"C:\Users\zhang\.perfxl\perfxl.conf"
DROP = r"C:\Users\zhang\.perfxl\校验.cmd"


@pytest.fixture
def desk(tmp_path):
    found = Desk(tmp_path)
    found.put(PYTHON)
    return found


def install(desk, *, desktop=False):
    return addin.install(desktop=desktop, machine=desk.machine)


def test_everything_is_put_in_its_place(desk):
    outcome = install(desk)
    assert outcome.problems == ()
    assert outcome.done == (
        f"按钮将使用这个 Python：{PYTHON}",
        f"加载项已安装：{ADDIN}。请重新打开 Excel，菜单栏会出现“绩效”。",
        f"不用宏的办法：把工作簿拖到这个文件上：{DROP}",
    )
    assert desk.real(ADDIN).read_bytes() == shipped_addin()
    assert desk.real(SETTINGS).read_bytes() == f'"INTERPRETER_WIN","{PYTHON}"\r\n'.encode("ascii")
    assert desk.real(DROP).exists()


def test_doing_it_again_changes_nothing(desk):
    install(desk, desktop=True)
    before = desk.files()
    outcome = install(desk, desktop=True)
    assert desk.files() == before
    assert outcome.problems == ()
    assert outcome.done[1] == f"加载项已是最新：{ADDIN}"


def test_removing_leaves_nothing_behind(desk):
    before = desk.files()
    install(desk, desktop=True)
    desk.put(r"C:\Users\zhang\AppData\Local\perfxl\undo-0123.json", b"{}")
    desk.put(r"C:\Users\zhang\AppData\Local\perfxl\perfxl.log.1", b"")
    outcome = addin.remove(desk.machine)
    assert outcome.problems == ()
    assert len(outcome.done) == 6
    assert desk.files() == before
    assert not desk.real(r"C:\Users\zhang\.perfxl").exists()
    assert not desk.real(r"C:\Users\zhang\AppData\Local\perfxl").exists()
    assert addin.remove(desk.machine).done == ()


def test_what_others_keep_in_our_folders_stays(desk):
    install(desk)
    note = desk.put(r"C:\Users\zhang\.perfxl\备忘.txt", b"mine")
    addin.remove(desk.machine)
    assert note.read_bytes() == b"mine"
    assert [name for name in desk.files() if ".perfxl" in name] == ["C/Users/zhang/.perfxl/备忘.txt"]


def test_other_settings_are_kept(desk):
    desk.put(SETTINGS, '"SHOW CONSOLE","True"\r\n"interpreter_win","D:\\旧\\python.exe"\r\n'.encode("cp936"))
    install(desk)
    assert desk.real(SETTINGS).read_bytes() == (
        f'"SHOW CONSOLE","True"\r\n"INTERPRETER_WIN","{PYTHON}"\r\n'.encode("ascii")
    )
    outcome = addin.remove(desk.machine)
    assert f"已从设置中去掉 Python 的路径，其余设置保留：{SETTINGS}" in outcome.done
    assert desk.real(SETTINGS).read_bytes() == b'"SHOW CONSOLE","True"\r\n'


@pytest.mark.parametrize("place", [ADDIN, DROP])
def test_files_of_others_are_left_alone(desk, place, examples):
    # Somebody's own add-in would be a real workbook.
    theirs = (examples / "承德总工会2023.xlsx").read_bytes()
    desk.put(place, theirs)
    outcome = install(desk)
    assert len(outcome.problems) == 1
    assert outcome.problems[0].startswith(f"{place} 不是 perfxl 的")
    assert "没有覆盖" in outcome.problems[0]
    assert desk.real(place).read_bytes() == theirs
    assert addin.remove(desk.machine).problems == (f"{place} 不是 perfxl 的文件，没有删除。",)
    assert desk.real(place).read_bytes() == theirs


@pytest.mark.parametrize("damaged", [b"", b"cut off by a virus scanner"])
def test_a_damaged_addin_is_replaced(desk, damaged):
    desk.put(ADDIN, damaged)
    assert install(desk).problems == ()
    assert desk.real(ADDIN).read_bytes() == shipped_addin()


def test_an_older_addin_is_replaced(desk):
    desk.put(ADDIN, shipped_addin() + b"\0")
    assert f"加载项已更新：{ADDIN}。请重新打开 Excel，菜单栏会出现“绩效”。" in install(desk).done
    assert desk.real(ADDIN).read_bytes() == shipped_addin()


def test_a_running_excel_holds_the_old_addin(desk, monkeypatch):
    old = shipped_addin() + b"\0"
    desk.put(ADDIN, old)
    desk.excel = [(4711, 66)]
    put = Path.replace

    def held(path, target):
        if target.name == "perfxl.xlam":
            raise PermissionError(errno.EACCES, "in use")
        return put(path, target)

    monkeypatch.setattr(atomic.Path, "replace", held)
    outcome = install(desk)
    assert outcome.problems == (
        "Excel 正在使用旧的加载项，没有换成新的。请保存并退出所有 Excel 窗口，再运行一次 perfxl addin install。",
    )
    assert desk.real(ADDIN).read_bytes() == old
    # The rest is done nevertheless.
    assert desk.real(SETTINGS).exists()
    assert desk.real(DROP).exists()


def test_a_file_in_use_is_not_removed(desk, monkeypatch):
    install(desk)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
    outcome = addin.remove(desk.machine)
    assert outcome.problems[0] == (
        f"{ADDIN} 正在使用，没有删除。请保存并退出所有 Excel 窗口，再运行一次 perfxl addin remove。"
    )


def test_without_excel_the_rest_works(desk):
    desk.no_excel()
    desk.registry[r"HKCU\Software\Kingsoft\Office"] = {}
    outcome = install(desk)
    assert outcome.problems == (
        (
            "没有找到 Excel，只有 WPS。这个加载项的按钮在 WPS 里不起作用，没有安装。"
            "请把存盘后的工作簿拖到“校验.cmd”上，或用命令 perfxl check 文件。"
        ),
    )
    assert not desk.real(ADDIN).exists()
    assert desk.real(DROP).exists()


def test_the_python_of_the_store_is_refused(desk):
    desk.interpreter = r"C:\Users\zhang\AppData\Local\Microsoft\WindowsApps\python.exe"
    before = desk.files()
    with pytest.raises(PerfxlError, match="微软应用商店"):
        install(desk)
    assert desk.files() == before


# ------------------------------------------------------------------------------ paths that VBA can read


@pytest.mark.parametrize(
    ("interpreter", "written"),
    [
        (r"C:\Program Files\O'Brien & Söhne, 1\python.exe".replace("ö", "o"), None),
        (r"C:\Users\张会计\AppData\Local\Programs\Python\python.exe", r"%LOCALAPPDATA%\Programs\Python\python.exe"),
        (r"c:\users\张会计\venv\Scripts\python.exe", r"%USERPROFILE%\venv\Scripts\python.exe"),
        (r"D:\财务 软件\python.exe", r"D:\CAIWU~1\python.exe"),
        (r"E:\财务\python.exe", r"E:\财务\python.exe"),
        (r"C:\Users\张会计\预算\python.exe", r"C:\USERS\ZHANG~1\YUSUAN~1\python.exe"),
    ],
)
def test_the_interpreter_is_written_in_ascii_wherever_possible(tmp_path, interpreter, written):
    desk = Desk(tmp_path, user="张会计", interpreter=interpreter)
    desk.short = {
        r"D:\财务 软件\python.exe": r"D:\CAIWU~1\python.exe",
        r"C:\Users\张会计\预算\python.exe": r"C:\USERS\ZHANG~1\YUSUAN~1\python.exe",
    }
    assert install(desk).problems == ()
    path = r"C:\Users\张会计\.perfxl\perfxl.conf"
    data = desk.real(path).read_bytes()
    assert data == f'"INTERPRETER_WIN","{written or interpreter}"\r\n'.encode("cp936")
    # What is written leads back to the same file, as VBA expands it.
    (value,) = read_settings(desk.machine, desk.machine.path(path)).values()
    if "~" not in value:
        assert str(desk.machine.path(value)).lower() == interpreter.lower()


def test_a_path_that_office_cannot_read_is_refused_with_a_remedy(tmp_path):
    desk = Desk(tmp_path, interpreter=r"D:\财务\python.exe", code_page="cp1252")
    outcome = install(desk)
    assert outcome.problems == (
        (
            "Python 的路径中有这台电脑的 Office 认不出的字（财务）。"
            "请把 Python 安装到只含英文字母的文件夹，再运行 perfxl addin install。"
        ),
    )
    assert not desk.real(SETTINGS).exists()


def test_the_desktop_may_have_been_moved(desk):
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    desk.registry[key] = {"Desktop": r"%USERPROFILE%\OneDrive\桌面"}
    install(desk, desktop=True)
    assert desk.real(r"C:\Users\zhang\OneDrive\桌面\校验.cmd").exists()


# ------------------------------------------------------------------------------------- other systems


def test_on_a_mac(tmp_path):
    desk = Desk(tmp_path, system=MACOS, user="张三", interpreter="/Users/张三/venv/bin/python")
    desk.put("/Applications/Microsoft Excel.app/Contents/Info.plist")
    outcome = install(desk)
    assert outcome.problems == ()
    home = tmp_path / "Users" / "张三" / "Library"
    start = home / "Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
    assert (start / "perfxl.xlam").read_bytes() == shipped_addin()
    settings = home / "Containers/com.microsoft.Excel/Data/perfxl.conf"
    assert settings.read_bytes() == b'"INTERPRETER_MAC","$HOME/venv/bin/python"\n'
    (script,) = (home / "Application Scripts/com.microsoft.Excel").iterdir()
    assert script.name.startswith("xlwings-")
    before = desk.files()
    install(desk)
    assert desk.files() == before
    assert addin.remove(desk.machine).problems == ()
    # Other add-ins may use the script of xlwings.
    assert [name for name in desk.files() if "Library" in name] == [str(script.relative_to(tmp_path))]


def test_on_linux_it_says_what_is_possible(perfxl, monkeypatch):
    monkeypatch.setattr(machines.sys, "platform", "linux")
    for command in ("install", "remove"):
        ran = perfxl("addin", command)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            "Linux 上没有 Excel，不能安装加载项。"
            "请用 LibreOffice 打开工作簿来运行同样的按钮：perfxl live 文件 校验；也可以直接：perfxl check 文件\n"
        )


def test_the_command_says_what_was_done_and_what_was_not(perfxl, desk, monkeypatch):
    monkeypatch.setattr(addin, "this_machine", lambda: desk.machine)
    ran = perfxl("addin", "install", "--desktop")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("✓ ") == 4
    assert perfxl("addin", "status").status == 0
    desk.put(ADDIN, b"x")
    assert perfxl("addin", "status").status == 2
    assert perfxl("addin", "remove").out.count("已删除：") == 4
    assert perfxl("addin", "remove").out == "✓ 没有需要删除的文件。\n"
    desk.no_excel()
    ran = perfxl("addin", "install")
    assert ran.status == 2
    assert ran.err == ("✗ 这台电脑里没有找到 Excel，加载项没有安装。请安装 Excel 后再运行一次 perfxl addin install。\n")


def test_this_machine_runs_programs_and_reads_files(tmp_path):
    here = this_machine()
    assert here.run([here.interpreter, "-c", "print('中')"]).out.strip() == "中"
    assert here.run([str(tmp_path / "no such program")]).status is None
    (tmp_path / "文件").write_bytes(b"1")
    assert here.read(here.path(str(tmp_path / "文件"))) == b"1"
    assert here.read(here.path(str(tmp_path))) is None
    if here.system == LINUX:
        assert here.registry("HKCU") is None
        assert here.short(str(tmp_path)) is None


def test_the_registry_of_a_windows(monkeypatch):
    """The Windows half of the module, over a registry like that of the standard library."""
    stored = {("user", r"Software\Kingsoft"): {"": "x", "number": 3, "binary": b"1", "list": ["a"], "none": None}}

    class Key(dict):
        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731

    def open_key(hive, below):
        if (hive, below) not in stored:
            raise FileNotFoundError(below)
        return Key(stored[hive, below])

    def enum_value(key, number):
        if number >= len(key):
            raise OSError
        return (*list(key.items())[number], 1)

    fake = SimpleNamespace(
        HKEY_CURRENT_USER="user",
        HKEY_LOCAL_MACHINE="machine",
        HKEY_CLASSES_ROOT="classes",
        OpenKey=open_key,
        EnumValue=enum_value,
    )
    monkeypatch.setitem(sys.modules, "winreg", fake)
    monkeypatch.setattr(sys, "platform", "win32")
    windows = runpy.run_path(str(Path(machines.__file__).with_name("windows.py")))
    assert windows["values"](r"HKCU\Software\Kingsoft") == {"": "x", "number": 3, "binary": b"1"}
    assert windows["values"](r"HKLM\Software\Kingsoft") is None


@pytest.mark.parametrize(("length", "expected"), [(12, r"D:\CAIWU~1\py"), (0, None)])
def test_short_paths_of_a_windows(monkeypatch, length, expected):
    def get_short_path_name(path, buffer, size):
        assert (path, size) == (r"D:\财务\py", 32768)
        buffer.value = r"D:\CAIWU~1\py"
        return length

    monkeypatch.setitem(
        sys.modules, "winreg", SimpleNamespace(HKEY_CURRENT_USER=1, HKEY_LOCAL_MACHINE=2, HKEY_CLASSES_ROOT=3)
    )
    kernel = SimpleNamespace(kernel32=SimpleNamespace(GetShortPathNameW=get_short_path_name))
    monkeypatch.setattr(ctypes, "windll", kernel, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    windows = runpy.run_path(str(Path(machines.__file__).with_name("windows.py")))
    assert windows["short_path"](r"D:\财务\py") == expected


def test_a_python_whose_path_names_a_variable_is_refused(tmp_path):
    """VBA and cmd would put its value in."""
    desk = Desk(tmp_path, interpreter=r"D:\%APPDATA%\python.exe")
    outcome = addin.install(desktop=False, machine=desk.machine)
    assert outcome.problems == (
        (
            r"Python 的路径里有环境变量的名称，Excel 会找到别的地方去：D:\%APPDATA%\python.exe。"
            "请把 Python 安装到名称里没有 % 的文件夹，再运行 perfxl addin install。"
        ),
    )
    desk.interpreter = r"D:\100% a%b\python.exe"
    assert addin.install(desktop=False, machine=desk.machine).problems == ()
