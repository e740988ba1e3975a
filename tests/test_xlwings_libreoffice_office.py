"""The office behind the xlwings engine: starting, ending, failing, and how often it is asked."""

from __future__ import annotations

import getpass
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from office_engine import running_office

from perfxl.xlwings_libreoffice import find_uno, locks, process, register
from perfxl.xlwings_libreoffice.office_errors import (
    BookClosedError,
    LibreOfficeError,
    NotInstalledError,
    OfficeClosedError,
    ReadOnlyError,
    StartError,
    UnsupportedError,
)

pytestmark = pytest.mark.libreoffice

PROFILES = "xlwings-libreoffice-"


def left_behind(profile: Path) -> list[str]:
    """The command lines of processes that use a profile, and the profile itself."""
    found = [str(profile)] if profile.exists() else []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if profile.name in line:
            found.append(line)
    return found


def test_the_engine_is_registered_once():
    engine = register()
    assert register().impl is engine.impl
    assert xw.engines["libreoffice"].impl is engine.impl
    assert [known.name for known in xw.engines].count("libreoffice") == 1
    assert (engine.name, engine.type) == ("libreoffice", "desktop")


def test_nothing_of_perfxl_and_no_office_is_needed_to_register():
    code = (
        "import sys; from perfxl.xlwings_libreoffice import register; register(); "
        "print([m for m in sys.modules if m.startswith('perfxl.') and 'xlwings_libreoffice' not in m], 'uno' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["[]", "False"]


def test_several_offices_live_and_die_apart():
    with running_office() as one, running_office() as two:
        assert one.pid != two.pid
        assert xw.apps.active == two
        one.activate()
        assert xw.apps.active == one
        assert {one.pid, two.pid} <= set(xw.apps.keys())
        assert xw.apps[two.pid] == two
        first, second = one.books.add(), two.books.add()
        first.sheets[0]["A1"].value = 1
        assert second.sheets[0]["A1"].value is None
        profiles = [app.impl.office.profile for app in (one, two)]
        one.quit()
        assert left_behind(profiles[0]) == []
        assert one.pid not in xw.apps.keys()  # noqa: SIM118
        with pytest.raises(OfficeClosedError, match="ended"):
            first.sheets[0]["A1"].value  # noqa: B018
        assert second.sheets[0]["A1"].value is None
    assert left_behind(profiles[1]) == []


def test_a_file_that_another_office_has_open_is_only_read(live_sample):
    live_sample.sheets[0]["A30"].value = "先"
    with running_office() as other:
        with pytest.raises(ReadOnlyError, match="open in another LibreOffice"):
            other.books.open(live_sample.fullname)
        with other.books.open(live_sample.fullname, read_only=True) as second:
            assert second.sheets[0]["A4"].value == live_sample.sheets[0]["A4"].value
            with pytest.raises(ReadOnlyError, match="read-only"):
                second.save()
        live_sample.save()
    assert openpyxl.load_workbook(live_sample.fullname).worksheets[0]["A30"].value == "先"


def test_a_file_whose_office_died_is_said_to_be_locked_and_by_whom(live_office, live_sample, tmp_path):
    with running_office() as other:
        path = shutil.copy(live_sample.fullname, tmp_path / "锁,着;的.xlsx")
        other.books.open(path)
        os.killpg(other.pid, signal.SIGKILL)
    lock = path.with_name(f".~lock.{path.name}#")
    with pytest.raises(ReadOnlyError) as refused:
        live_office.books.open(path)
    owner = re.escape(f"{getpass.getuser()} on {platform.node()}")
    assert re.search(
        rf"open in another LibreOffice \({owner} since [0-9. :]+\)\. .* delete {re.escape(lock.name)} beside it",
        str(refused.value),
    )
    lock.unlink()
    with live_office.books.open(path) as book:
        assert book.sheets[0]["A4"].value == live_sample.sheets[0]["A4"].value
        assert not book.api.isReadonly()


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("张三,zhang,PC-7,22.11.2026 17:34,file:///C:/x;", "张三 on PC-7 since 22.11.2026 17:34"),
        (r"Li\, Si,li,a\\b,,;", r"Li, Si on a\b"),
        (",li,,,;", "li"),
        ("", "somebody"),
        ("\0\0", "somebody"),
    ],
)
def test_who_has_a_file_open(tmp_path, written, owner):
    (tmp_path / ".~lock.表.xlsx#").write_text(written, encoding="utf-8")
    assert locks.who_has_it_open(tmp_path / "表.xlsx") == owner
    assert locks.who_has_it_open(tmp_path / "另.xlsx") is None


def test_an_office_that_dies_is_noticed_and_cleared_away():
    with running_office() as app:
        book = app.books.add()
        cells = book.sheets[0]["A1:B2"]
        os.killpg(app.pid, signal.SIGKILL)
        profile = app.impl.office.profile
        for use in (
            lambda: cells.value,
            lambda: setattr(cells, "value", 1),
            book.save,
            lambda: book.sheets,
            lambda: setattr(app, "screen_updating", True),
            lambda: setattr(app, "status_bar", "…"),
            lambda: app.alert("…"),
        ):
            with pytest.raises(OfficeClosedError, match=r"ended by itself with exit status -9 \(SIGKILL\)"):
                len(use() or ())
        assert app.pid not in xw.apps.keys()  # noqa: SIM118
        assert left_behind(profile) == []
        app.quit()
        app.kill()


def test_an_office_ends_with_the_program(tmp_path):
    code = (
        "import xlwings as xw; from perfxl.xlwings_libreoffice import register; register(); "
        "app = xw.App(visible=False); print(app.impl.office.profile); raise SystemExit(3)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 3, ran.stderr
    assert left_behind(Path(ran.stdout.strip())) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_office_outlives_a_copy_of_the_program():
    code = (
        "import os, sys, xlwings as xw; from perfxl.xlwings_libreoffice import register; register()\n"
        "app = xw.App(visible=False, add_book=False)\n"
        "child = os.fork()\n"
        "if not child: sys.exit(5)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), app.impl.office.is_alive(), len(app.books))\n"
        "app.books.add().sheets[0]['A1'].value = 1\n"
        "app.quit()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("5 True 0\n", "", 0)


def test_thirty_books_opened_and_closed_leave_nothing(tmp_path):
    with running_office() as app:
        profile = app.impl.office.profile
        path = tmp_path / "表.ods"
        with app.books.add() as book:
            book.save(path)
        for number in range(30):
            with app.books.open(path) as book:
                book.sheets[0]["A1"].value = number
                assert book.sheets[0]["A1"].value == number
            assert len(app.books) == 0
        assert app.impl.office.desktop.getComponents().createEnumeration().hasMoreElements() is False
    assert left_behind(profile) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["表.ods"]


def test_a_closed_book_is_closed(live_office):
    book = live_office.books.add()
    sheet, cells = book.sheets[0], book.sheets[0]["A1"]
    name = book.name
    book.close()
    for use in (lambda: cells.value, lambda: sheet.index, book.save, lambda: book.name, book.close):
        with pytest.raises(BookClosedError, match="closed"):
            use()
    assert name not in live_office.books


def test_a_book_closed_by_hand_is_noticed(live_office):
    book = live_office.books.add()
    cells = book.sheets[0]["A1"]
    book.impl.document.close(True)
    for use in (lambda: cells.value, lambda: setattr(cells, "value", 1), book.save, lambda: book.name):
        with pytest.raises(BookClosedError, match="closed"):
            use()
    assert book.impl not in live_office.books.impl.still_open()


# --------------------------------------------------------------------------------------- settings


def test_settings_hold_for_all_books_and_for_later_ones(live_office):
    with live_office.books.add() as book:
        sheet = book.sheets[0]
        with live_office.properties(calculation="manual", screen_updating=False, display_alerts=False):
            assert (live_office.calculation, live_office.screen_updating) == ("manual", False)
            assert live_office.display_alerts is False
            assert book.api.hasControllersLocked()
            sheet["A1"].value = [1, "=A1*2"]
            sheet["A1"].value = 5
            with live_office.books.add() as later:
                assert later.api.hasControllersLocked()
                assert not later.api.isAutomaticCalculationEnabled()
            live_office.calculate()
            assert sheet["B1"].value == 10.0
        assert (live_office.calculation, live_office.screen_updating) == ("automatic", True)
        assert live_office.display_alerts is True
        assert not book.api.hasControllersLocked()
        assert book.api.isAutomaticCalculationEnabled()
        sheet["A1"].value = 7
        assert sheet["B1"].value == 14.0
    for wrong in (
        lambda: setattr(live_office, "calculation", "semiautomatic"),
        lambda: setattr(live_office, "enable_events", False),
        lambda: setattr(live_office, "cut_copy_mode", True),
        live_office.macro("Module1.Run"),
    ):
        with pytest.raises(UnsupportedError):
            wrong()


def test_the_status_bar(live_office):
    assert live_office.status_bar is False
    live_office.status_bar = "没有打开的工作簿"
    with live_office.books.add():
        live_office.status_bar = "正在校验 1/4"
        live_office.status_bar = "正在校验 2/4"
        assert live_office.status_bar == "正在校验 2/4"
    live_office.status_bar = "书已关闭"
    assert live_office.status_bar == "书已关闭"
    live_office.status_bar = False
    assert live_office.status_bar is False


def test_messages_without_a_window_are_recorded_and_declined(live_office):
    live_office.impl.alerts.clear()
    assert live_office.alert("保存？", "标题", buttons="yes_no_cancel") == "cancel"
    assert live_office.alert("知道了") == "ok"
    live_office.impl.answer = lambda _prompt, _buttons: "yes"
    try:
        assert live_office.alert("继续？", buttons="yes_no", mode="critical") == "yes"
    finally:
        live_office.impl.answer = None
    assert [(alert.prompt, alert.buttons, alert.answer) for alert in live_office.impl.alerts] == [
        ("保存？", "yes_no_cancel", "cancel"),
        ("知道了", "ok", "ok"),
        ("继续？", "yes_no", "yes"),
    ]


def test_without_a_desktop_windows_are_refused(monkeypatch):
    register()
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(StartError, match="no desktop"):
        xw.App(visible=True)


def test_windows_on_a_desktop(monkeypatch):
    register()
    # LibreOffice draws its windows into memory, and does not look for the display.
    monkeypatch.setenv("SAL_USE_VCLPLUGIN", "svp")
    monkeypatch.setenv("DISPLAY", ":99")
    with xw.App() as app:
        first, second = app.books[0], app.books.add()
        assert app.visible
        assert app.books.active == second
        first.sheets[0]["B2"].select()
        assert app.books.active == first
        assert app.selection == first.sheets[0]["B2"]
        app.visible = False
        assert not app.visible
        app.visible = True
        assert app.visible
        app.interactive = False
        app.status_bar = "正在校验"
        app.interactive = True
        app.status_bar = False
        app.activate(steal_focus=True)
        first.impl.document.close(True)
        second.close()
        assert len(app.books) == 0
        assert app.books.add().sheets[0]["A1"].value is None


def test_about_the_office(live_office):
    assert live_office.version.major >= 7
    assert Path(live_office.impl.path).is_dir()
    assert live_office.visible is False
    assert live_office.hwnd is None


# ------------------------------------------------------------------------------------------ calls


def test_the_calls_do_not_grow_with_the_cells(live_office):
    def calls(rows):
        with live_office.books.add() as book:
            sheet = book.sheets[0]
            values = [[f"文字{row}", row / 7, True, f"=B{row + 1}*2", None] * 2 for row in range(rows)]
            with live_office.impl.counted() as writing:
                sheet["A1"].value = values
            with live_office.impl.counted() as reading:
                used = sheet.used_range
                read = used.value
                formulas = used.formula
            assert (read[-1][3], formulas[-1][3]) == (pytest.approx((rows - 1) / 7 * 2), f"=B{rows}*2")
            return writing(), reading()

    few, many = calls(3), calls(200)
    assert few == many
    assert max(few) <= 80


def test_plain_values_take_few_calls(live_office):
    def calls(rows):
        with live_office.books.add() as book:
            sheet = book.sheets[0]
            with live_office.impl.counted() as so_far:
                sheet["A1"].value = [[f"文字{row}", row / 4, f"=B{row + 1}*2"] for row in range(rows)]
                sheet.used_range.value  # noqa: B018
            return so_far()

    assert calls(2) == calls(500) <= 80


# ------------------------------------------------------------------------------- what is not there


def test_a_bridge_of_another_python_is_named(monkeypatch, tmp_path):
    (tmp_path / "libpyuno.so").write_bytes(b"\x7fELF...libpython3.6m.so.1.0\0...")
    monkeypatch.setattr(find_uno, "_PROGRAM_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(find_uno.shutil, "which", lambda _name: None)
    monkeypatch.setitem(sys.modules, "uno", None)
    with pytest.raises(NotInstalledError, match=r"for Python 3\.6, and this is Python 3\.\d+"):
        find_uno.import_uno()


@pytest.mark.parametrize(
    ("content", "version"),
    [
        (b"\0libpython3.11.so.1.0\0", "3.11"),
        (b"\0libpython3.8.dylib\0", "3.8"),
        (b"python310.dll", "3.10"),
        (b"/Library/Frameworks/Python.framework/Versions/3.9/Python", "3.9"),
        (b"nothing", None),
    ],
)
def test_the_python_of_a_bridge(tmp_path, content, version):
    (tmp_path / "bridge").write_bytes(content)
    assert find_uno.bridge_python(tmp_path / "bridge") == version


def test_what_is_missing_is_said_with_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr(find_uno, "_PROGRAM_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(find_uno, "_MODULE_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(find_uno.shutil, "which", lambda _name: None)
    monkeypatch.setitem(sys.modules, "uno", None)
    with pytest.raises(NotInstalledError, match="apt-get install libreoffice-calc python3-uno"):
        find_uno.import_uno()
    with pytest.raises(NotInstalledError, match="soffice"):
        find_uno.find_soffice()


def test_an_office_that_does_not_start_says_why(monkeypatch, tmp_path):
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\necho 'no such library' >&2\nexit 7\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(process, "find_soffice", lambda: str(broken))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StartError, match="no such library"):
        process.Office(windows=False)
    assert profiles() == set()


def test_an_office_that_hangs_is_given_up(monkeypatch, tmp_path):
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 600 &\nsleep 600\n", encoding="utf-8")
    hanging.chmod(0o755)
    monkeypatch.setattr(process, "find_soffice", lambda: str(hanging))
    monkeypatch.setattr(process, "START_SECONDS", 0.5)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StartError, match="did not answer"):
        process.Office(windows=False)
    assert profiles() == set()


def profiles() -> set[str]:
    return {entry.name for entry in Path(tempfile.gettempdir()).glob(f"{PROFILES}*")}


def test_every_error_is_one_family():
    from perfxl.xlwings_libreoffice import office_errors as errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    assert len(kinds) > 9
    assert all(issubclass(kind, LibreOfficeError) and issubclass(kind, xw.XlwingsError) for kind in kinds)
