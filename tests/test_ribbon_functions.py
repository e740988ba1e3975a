"""Each button of the ribbon on a live book, in real LibreOffice; and `perfxl live`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import xlwings
from office_engine import running_office
from places import AT, IN_DEPARTMENT

from perfxl.app import buttons, changes, ribbon
from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.core.forms.sheet_names import FINDINGS, GUIDE, SUMMARY
from perfxl.io.live import live_book as written
from perfxl.io.live import state
from perfxl.io.live import undo_and_log as kept
from perfxl.io.live.libreoffice import LibreOffice
from perfxl.io.live.live_book import LiveBook
from perfxl.io.workbooks.read_files import read_workbook

pytestmark = pytest.mark.libreoffice

LABELS = [
    "校验",
    "填充合计",
    "生成汇总",
    "新增项目表",
    "上一处",
    "下一处",
    "清除标记",
    "撤销填充",
    "打开报告",
    "帮助",
    "关于",
]


@pytest.fixture
def office(live_office):
    return live_office


@pytest.fixture
def book(live_sample, tmp_path, monkeypatch):
    """The sample, open; records and the log go to a folder of the test's own."""
    monkeypatch.setattr(kept, "folder", lambda: tmp_path)
    return live_sample


def test_the_buttons_are_those_of_the_ribbon_in_its_order():
    assert list(ribbon.BUTTONS) == LABELS
    assert ribbon.label_of("validate") == ribbon.label_of("校验") == "校验"
    assert ribbon.label_of("quit") is None
    for function in ribbon.BUTTONS.values():
        assert getattr(ribbon, function.__name__) is function
        assert hasattr(buttons, function.__name__)


def test_check_then_jump_then_clear(book, office):
    assert ribbon.validate(book) == "4 个错误，42 个警告，先改这 4 个。"
    assert office.impl.alerts[-1].prompt == "4 个错误，42 个警告，先改这 4 个。"
    assert (book.sheets.active.name, book.selection.address) == ("1.工会保障项目", "$B$9")
    said = ribbon.next_finding(book)
    assert said.startswith("第 2/")
    assert "处：2.关于提前下达 2023 年困难职工及劳模帮扶救助专项资金的!B9 错误：" in said
    assert book.sheets.active.name.startswith("2.")
    assert office.status_bar == said
    assert ribbon.previous_finding(book).startswith("第 1/")
    last = ribbon.previous_finding(book)
    assert last.startswith("已到第一处，从最后一处接着看。第 ")
    assert ribbon.next_finding(book).startswith("已到最后一处，从头再看。第 1/")
    # A line of the list stands for its cell.
    book.sheets[FINDINGS].activate()
    book.sheets[FINDINGS]["A6"].select()
    assert ribbon.next_finding(book).startswith("第 4/")
    assert ribbon.clear_marks(book).startswith("已清除颜色标记")
    assert [cell for cell in book.sheets[FINDINGS]["M1:M200"].value if cell] == []
    assert book.sheets[FINDINGS]["C4"].value == "OBJ02"
    assert ribbon.clear_marks(book) == "没有需要清除的标记。"


def test_a_stale_list_never_stops_the_jumps(book):
    ribbon.validate(book)
    book.sheets["2.关于提前下达 2023 年困难职工及劳模帮扶救助专项资金的"].delete()
    assert ribbon.next_finding(book).startswith("第 3/")
    for sheet in [sheet for sheet in book.sheets if sheet.name[0].isdigit() or sheet.name == "部门整体绩效目标"]:
        sheet.delete()
    book.sheets[FINDINGS].activate()
    book.sheets[FINDINGS]["A1"].select()
    said = ribbon.next_finding(book)
    assert said.startswith(("第 ", "清单中的单元格都已不在"))


def test_without_a_list_the_jumps_say_to_check_first(book):
    assert ribbon.next_finding(book) == "还没有校验结果。请先点“校验”。"
    assert ribbon.press("next_finding", book).status == 2
    assert ribbon.clear_marks(book) == "没有需要清除的标记。"


def test_the_mended_sample_passes_or_says_what_is_left(open_copy, examples):
    said = ribbon.press("validate", open_copy(examples / MENDED))
    assert said.status == 0
    assert said.text.startswith(("校验通过。", "没有错误，"))


def test_totals_that_lack_an_amount_say_so(book):
    live = LiveBook(book)
    form = book.sheets["1.工会保障项目"]
    live.program.unprotect(form)
    form[AT["total_budget"]].value = "约96万"
    live.program.protect(form, ())
    missing = f"1.工会保障项目的预算数“约96万”读不出（1.工会保障项目!{AT['total_budget']}），没有计入合计。"
    assert ribbon.fill_totals(book).splitlines()[-3:-1] == ["合计不完整：", missing]
    assert book.sheets["部门整体绩效目标"][IN_DEPARTMENT["projects_total"]].value == "有项目缺预算数，不能合计"
    said = ribbon.make_summary(book).splitlines()
    assert said[1].endswith("，合计不完整：缺 1 个项目的预算数")
    assert said[2] == missing
    summary = book.sheets["部门汇总"]
    assert summary["A3"].value.startswith("自检：合计不完整，1 个项目的预算数读不出（序号 1 工会保障项目）；")
    live.program.unprotect(form)
    form[AT["total_budget"]].value = 96.30
    assert summary["A3"].value == "自检：预算数＝财政资金＋其他资金；各期支出合计＝预算数"
    assert book.sheets["部门整体绩效目标"][IN_DEPARTMENT["projects_total"]].value == pytest.approx(188.9)


def test_fill_and_undo(book):
    live = LiveBook(book)
    # The summary of the template has no counts of findings yet.
    assert ribbon.fill_totals(book).splitlines()[-1] == "如需恢复，点“撤销填充”。"
    total, cell = book.sheets["部门整体绩效目标"], IN_DEPARTMENT["projects_total"]
    live.program.unprotect(total)
    total[cell].value = 100
    live.program.protect(total, ())
    said = ribbon.fill_totals(book).splitlines()
    assert said[:2] == ["已填充 1 处：", "部门整体绩效目标!D5 各项目预算合计（万元）：100.00 → 188.90"]
    assert total[cell].value == pytest.approx(188.9)
    assert total[cell].formula.startswith("=IF(COUNT(")
    assert ribbon.fill_totals(book) == "合计都已是最新，没有需要填充的单元格。"
    assert ribbon.undo_fill(book) == "已恢复 1 处。"
    assert (total[cell].value, total[cell].formula) == (100, "100")
    assert ribbon.undo_fill(book).startswith("没有可以撤销的填充")
    ribbon.fill_totals(book)
    live.program.unprotect(total)
    total[cell].value = 7
    assert ribbon.undo_fill(book).splitlines() == [
        "没有恢复任何单元格。",
        "有 1 处在填充之后又被改动，没有动：",
        f"{total.name}!{cell}",
    ]
    assert total[cell].value == 7


def test_what_is_typed_while_the_button_works_is_not_overwritten(book, monkeypatch):
    live = LiveBook(book)
    total, cell = book.sheets["部门整体绩效目标"], IN_DEPARTMENT["projects_total"]
    live.program.unprotect(total)
    total[cell].value = 100
    fill_change = changes.fill_change

    def while_somebody_types(read):
        total[cell].value = 99
        return fill_change(read)

    monkeypatch.setattr(changes, "fill_change", while_somebody_types)
    said = ribbon.press("fill_totals", book)
    assert said.text == "部门整体绩效目标!D5 在处理期间被改动，没有写入。请再点一次按钮。"
    assert said.status == 2
    assert total[cell].value == 99


def test_undo_brings_back_the_summary_as_it_was(book):
    live = LiveBook(book)

    def shown():
        cells = live.own_sheet(SUMMARY).cells
        return {at: (round(v, 9) if isinstance(v := c.value, float) else v, c.formula) for at, c in cells.items()}

    before = shown()
    ribbon.fill_totals(book)
    assert shown() != before
    ribbon.undo_fill(book)
    assert shown() == before


def test_summary_and_new_projects(book):
    said = ribbon.make_summary(book)
    assert said.splitlines()[:2] == [
        "已生成“部门汇总”表。",
        "项目 4 个，预算合计 188.90 万元（财政资金 188.90，其他资金 0.00）",
    ]
    assert book.sheets.active.name == SUMMARY
    known = _findings(book)
    for number in (5, 6, 7):
        said = ribbon.add_project(book)
        assert said.startswith(f"已新增第 {number} 个项目表“{number}.新项目”，放在“")
        assert (book.sheets.active.name, book.selection.address) == (f"{number}.新项目", "$B$4")
    names = [sheet.name for sheet in book.sheets]
    assert names[names.index("4.劳模春节慰问金项目") :][1:4] == ["5.新项目", "6.新项目", "7.新项目"]
    title = book.sheets["7.新项目"][AT["title"]]
    assert (title.value, title.formula) == ("7.绩效目标表", f'="7."&{AT["project_name"]}&"绩效目标表"')
    new = [f for f in _findings(book) if (f.rule, f.sheet, f.cell) not in {(k.rule, k.sheet, k.cell) for k in known}]
    assert {f.rule for f in new if f.sheet and f.sheet.endswith("新项目")} == {
        "IDN01",
        "IDN06",
        "AMT01",
        "AMT05",
        "PLN01",
        "OBJ01",
        "IND01",
    }
    assert not [f for f in new if f.rule.startswith(("STR", "AMT1"))]
    # What is filled in shows in the summary at once.
    live = LiveBook(book)
    sheet = book.sheets["7.新项目"]
    assert live.program.is_protected(sheet)
    sheet[AT["total_budget"]].value = sheet[AT["fiscal_funds"]].value = 11.1
    summary = live.own_sheet(SUMMARY)
    assert 200.0 in {round(cell.value, 2) for cell in summary.cells.values() if isinstance(cell.value, float)}


def _findings(book):
    return changes.findings(changes.opened(LiveBook(book).workbook()))


def test_report_help_and_about(book, office):
    assert ribbon.open_report(book).startswith("4 个错误，42 个警告")
    assert book.sheets.active.name == FINDINGS
    book.sheets[0].activate()
    assert ribbon.open_report(book).startswith("已打开“校验结果”表")
    assert book.sheets.active.name == FINDINGS
    assert ribbon.show_help(book).startswith("已打开“填报说明”表。\n校验：")
    assert book.sheets.active.name == GUIDE
    lines = ribbon.about(book).splitlines()
    assert [line.split()[0].split("：")[0] for line in lines] == [
        "perfxl",
        "Python",
        "xlwings",
        "LibreOffice",
        "加载项",
        "日志",
    ]


def test_a_mistake_of_the_program_is_one_sentence_and_the_rest_in_the_log(book, tmp_path, monkeypatch):
    def broken(live):
        raise ZeroDivisionError("秘密的单元格内容"[:2])

    monkeypatch.setattr(buttons, "validate", broken)
    said = ribbon.press("validate", book)
    assert said.status == 2
    assert said.text.startswith("程序出错，没有完成（ZeroDivisionError），工作簿没有改动。详细信息在 ")
    log = (tmp_path / "perfxl.log").read_text(encoding="utf-8")
    assert "validate" in log
    assert "in broken" in log


def failing(*_, **__):
    raise ZeroDivisionError


def nowhere(*_, **__):
    raise PermissionError("C:\\")


@pytest.mark.parametrize(
    ("where", "name", "fault"), [(kept, "folder", nowhere), (xlwings.Book, "fullname", property(failing))]
)
def test_totals_that_cannot_be_undone_are_filled_in_all_the_same(book, monkeypatch, where, name, fault):
    """As for a workbook with an address, of which xlwings finds no local copy."""
    monkeypatch.setattr(where, name, fault)
    said = ribbon.press("fill_totals", book)
    monkeypatch.undo()
    assert said.status == 0
    assert said.text.startswith("已填充 ")
    assert said.text.endswith("\n这台电脑上不能保存撤销记录，“撤销填充”对这次填充无效。")
    assert changes.fill_change(changes.opened(LiveBook(book).workbook())).listed == ()


def test_a_record_that_stays_after_undoing_is_said(book, monkeypatch):
    ribbon.fill_totals(book)
    monkeypatch.setattr(Path, "unlink", nowhere)
    said = ribbon.press("undo_fill", book)
    assert said.status == 0
    assert said.text.startswith("已恢复 ")
    assert said.text.endswith("\n撤销记录没有删掉，请不要再点“撤销填充”。")


def test_a_cell_that_cannot_be_shown_is_no_failure(book, monkeypatch):
    monkeypatch.setattr(state, "_show", failing)
    assert ribbon.validate(book) == "4 个错误，42 个警告，先改这 4 个。"
    assert ribbon.make_summary(book).startswith("已生成“部门汇总”表。")
    assert ribbon.add_project(book).startswith("已新增第 5 个项目表")


def test_what_was_written_before_a_fault_is_called_written(book, monkeypatch):
    monkeypatch.setattr(buttons, "closing", failing)
    said = ribbon.press("validate", book)
    assert said.status == 2
    assert said.text.startswith("内容已经写入工作簿，随后程序出错（ZeroDivisionError）。详细信息在 ")
    assert FINDINGS in [sheet.name for sheet in book.sheets]


@pytest.mark.parametrize(
    ("taken_back", "words"),
    [(True, "工作簿已恢复原状。"), (False, "工作簿没有完全恢复原状：请不要保存，关闭后重新打开。")],
)
def test_a_fault_while_writing_says_whether_all_was_taken_back(book, monkeypatch, taken_back, words):
    monkeypatch.setattr(written, "draw", failing)
    if not taken_back:
        monkeypatch.setattr(LiveBook, "_delete", failing)
    said = ribbon.press("validate", book)
    assert said.text.startswith(f"程序出错，没有完成（ZeroDivisionError），{words}")
    assert (FINDINGS in [sheet.name for sheet in book.sheets]) is not taken_back


def test_a_sheet_that_is_left_without_its_protection_is_named(book, monkeypatch):
    monkeypatch.setattr(LibreOffice, "protect", failing)
    said = ribbon.press("validate", book)
    assert said.status == 1
    first, last = said.text.splitlines()
    assert first == "4 个错误，42 个警告，先改这 4 个。"
    assert "“3.健康保障项目”" in last
    assert last.endswith("的工作表保护没有恢复，请在“审阅”中重新保护。")


def test_without_a_folder_for_the_log_about_says_so(book, monkeypatch):
    monkeypatch.setattr(kept, "folder", nowhere)
    assert ribbon.about(book).splitlines()[-1] == "日志：不能写入"


def test_a_form_without_metadata_works_too(open_copy, examples, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "folder", lambda: tmp_path)
    book = open_copy(examples / BY_HAND)
    assert ribbon.press("validate", book).status == 1
    assert ribbon.add_project(book).startswith("已新增第 5 个项目表“5.新项目”")
    assert ribbon.make_summary(book).startswith("已生成“部门汇总”表。\n项目 5 个")


def test_an_application_that_was_closed_is_said_in_a_sentence(examples, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "folder", lambda: tmp_path)
    with running_office() as app:
        book = app.books.open(str(shutil.copy(examples / FILLED_IN, tmp_path)))
        app.kill()
        said = ribbon.press("validate", book)
    assert said.status == 2
    assert said.text.startswith("LibreOffice或工作簿已经关闭，没有完成。")


def test_without_a_calling_workbook_it_says_what_to_do(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "folder", lambda: tmp_path)
    with pytest.raises(SystemExit) as ended:
        ribbon.validate()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("没有连上 Excel：请在 Excel 中打开工作簿")


_ON_A_CHINESE_WINDOWS = """
import locale, sys
import perfxl.app.ribbon, xlwings
sys.platform, locale.getencoding = "win32", lambda: "cp936"
perfxl.app.ribbon.validate()
"""


@pytest.mark.parametrize("mode", ["utf8=1", "utf8=0"])
def test_what_xlwings_shows_is_written_in_the_code_page_that_vba_reads(tmp_path, mode):
    """Python 3.15 and PYTHONUTF8 would write UTF-8."""
    done = subprocess.run(
        [sys.executable, "-X", mode, "-c", _ON_A_CHINESE_WINDOWS],
        capture_output=True,
        env={**os.environ, "LOCALAPPDATA": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode("cp936").startswith("没有连上 Excel：请在 Excel 中打开工作簿")


# ------------------------------------------------------------------------------------ perfxl live


def live(*arguments, folder):
    done = subprocess.run(
        [sys.executable, "-m", "perfxl", "live", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "XDG_STATE_HOME": str(folder), "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_presses_a_button_and_saves_where_it_is_told(examples, tmp_path):
    source = tmp_path / "样本 一.xlsx"
    source.write_bytes((examples / FILLED_IN).read_bytes())
    before = source.read_bytes()
    out = tmp_path / "结果.xlsx"
    status, said, told = live(source, "校验", "-o", out, folder=tmp_path)
    assert (status, said, told) == (1, "4 个错误，42 个警告，先改这 4 个。\n", f"已保存 {out}。\n")
    assert source.read_bytes() == before
    assert read_workbook(out).sheet(FINDINGS).text((4, 3)) == "OBJ02"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix) == sorted([out.name, source.name])
    status, said, told = live(source, "add_project", "--save", folder=tmp_path)
    assert (status, told) == (0, f"已保存 {source}。\n")
    assert read_workbook(source).sheet("5.新项目") is not None


@pytest.mark.parametrize("lock", [".~lock.样本.xlsx#", "~$样本.xlsx"])
def test_a_lock_that_stayed_is_said_with_what_to_delete(perfxl, examples, tmp_path, lock):
    source = tmp_path / "样本.xlsx"
    shutil.copy(examples / FILLED_IN, source)
    before = source.read_bytes()
    (tmp_path / lock).write_text(",zhang,PC-7,22.11.2026 17:34,file:///tmp/x;", encoding="utf-8")
    ran = perfxl("live", source, "校验", "--save", "--headless")
    assert ran.status == 2
    assert "LibreOffice 中打开，没有写入。请保存并关闭后再试" in ran.err
    assert f"如果没有程序打开着它（例如上次没有正常退出），请删除同一文件夹中的“{lock}”" in ran.err
    assert source.read_bytes() == before


def test_the_command_without_a_button_lists_them(examples, tmp_path):
    status, said, _ = live(examples / FILLED_IN, "--headless", folder=tmp_path)
    assert status == 0
    assert [line.split("（")[0].strip() for line in said.splitlines()[1:]] == LABELS


def test_the_command_says_what_is_wrong_with_its_arguments(perfxl, examples, tmp_path):
    file = examples / FILLED_IN
    assert perfxl("live", file, "打印").err == f"没有“打印”这个按钮。可用的按钮：{'、'.join(LABELS)}。\n"
    assert perfxl("live", file, "校验", "--save", "-o", tmp_path / "x.xlsx").status == 2
    assert perfxl("live", tmp_path / "没有.xlsx", "校验", "--headless").err.startswith("找不到文件")
    assert "扩展名应与原文件相同" in perfxl("live", file, "校验", "-o", tmp_path / "x.ods").err
    assert perfxl("live", file, "--save").err.startswith("没有指定按钮")
