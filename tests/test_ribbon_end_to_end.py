"""Each button as a person presses it: the shipped file's ribbon → its VBA → Python → the open workbook.

The VBA runs in a LibreOffice, out of the shipped add-in; the Python command that it gives to xlwings then
runs on a copy of the sample that is open in another. Only xlwings' own module is a double (it does not
compile in LibreOffice).
"""

import re
import shutil
import zipfile
from dataclasses import replace
from itertools import count
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from lxml import etree
from macro_office import World, running_macro_office

from perfxl import __version__
from perfxl.app import tasks
from perfxl.app.make_examples import FILLED_IN
from perfxl.app.ribbon import BUTTONS
from perfxl.core.forms.findings import Severity, counts
from perfxl.core.forms.sheet_names import FINDINGS, GUIDE, SUMMARY
from perfxl.core.sheets.colours import MARKS
from perfxl.io.addin.build import RIBBON_PARTS, build_addin
from perfxl.io.addin.sources import read_sources
from perfxl.io.workbooks.read_files import read_workbook

pytestmark = pytest.mark.libreoffice

ROOT = Path(__file__).parents[1]
ADDIN = ROOT / "vba_stub" / "perfxl.xlam"
TEMPLATE = ROOT / "workbook_templates" / "预算绩效文本模板-hebei-2023.xlsm"
LAST_PROJECT = "4.劳模春节慰问金项目"


@pytest.fixture(scope="module")
def macros():
    with running_macro_office() as office:
        yield office


def action_of(label, path):
    """The macro that a button of a file names."""
    with zipfile.ZipFile(path) as package:
        ribbons = [etree.fromstring(package.read(part)) for part in RIBBON_PARTS]
    buttons = [one for root in ribbons for one in root.iter("{*}button") if one.get("label") == label]
    assert len(buttons) == len(ribbons), f"no button {label}"
    (action,) = {one.get("onAction") for one in buttons}
    return action


def command_of(called):
    """The Python command that was given to xlwings; everything by name, nothing assumed."""
    assert [text for what, text in called if what == "MsgBox"] == []
    (command,) = (text for what, text in called if what == "Python")
    return command


class Desk:
    """A workbook open in front of a person, and the buttons above it."""

    def __init__(self, macros, book, path):
        self.macros, self.book, self.path = macros, book, path
        self.numbers = count(1)

    def press(self, label, addin=ADDIN):
        """Press a button; gives what was said in a box, "" for none."""
        alerts = self.book.app.impl.alerts
        alerts.clear()
        command = command_of(self.macros.press(addin, action_of(label, addin)))
        exec(command, {})  # noqa: S102 (what xlwings does with it: python -c)
        office = self.book.app.impl.office
        office.require_alive()
        assert len(alerts) <= 1
        return alerts[0].prompt if alerts else ""

    @property
    def sheets(self):
        return [sheet.name for sheet in self.book.sheets]

    @property
    def place(self):
        """The sheet that is shown and the cell that is selected on it."""
        return self.book.sheets.active.name, self.book.selection.address.replace("$", "").partition(":")[0]

    def formulas(self, name):
        return self.book.sheets[name].used_range.formula

    def saved(self):
        """The workbook as it is now, as a file of its own."""
        self.book.save()
        return Path(shutil.copy(self.path, self.path.with_name(f"saved {next(self.numbers)}.xlsx")))


@pytest.fixture
def desk(macros, open_copy, examples, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    book = open_copy(examples / FILLED_IN, "文本 a&b (终稿).xlsx")
    book.set_mock_caller()
    yield Desk(macros, book, Path(book.fullname))
    del xw.Book._mock_caller


def lit(path):
    """The marks behind the colours: `E6!B9`, and the formulas of the formats that look for them."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet, area = next(iter(book.defined_names[MARKS].destinations))
    marked = {cell.value for (cell,) in book[sheet][area.replace("$", "")] if cell.value}
    formats = {
        (page.title, formula.replace(" ", ""))
        for page in book
        for area in page.conditional_formatting
        for rule in area.rules
        for formula in rule.formula
        if MARKS in formula
    }
    return marked, formats


def colouring(book, finding):
    """The formulas that colour a cell in the open workbook now, not only once it is saved and opened."""
    entries = book.sheets[finding.sheet].range(finding.cell).api.ConditionalFormat
    return [entries.getByIndex(place).getFormula1() for place in range(entries.getCount())]


def expected(path):
    return tasks.check_file(path).findings


# ------------------------------------------------------------------------------------ the buttons


def test_validate(desk, tmp_path):
    found = expected(desk.path)
    inputs = {name: desk.formulas(name) for name in desk.sheets if name not in (SUMMARY, FINDINGS)}
    said = desk.press("校验")
    number = counts(found)
    assert said == f"{number['error']} 个错误，{number['warning']} 个警告，先改这 {number['error']} 个。"
    first = next(one for one in found if one.severity is Severity.ERROR)
    assert desk.place == (first.sheet, first.cell)
    assert {name: desk.formulas(name) for name in inputs} == inputs
    assert sum(MARKS in formula for formula in colouring(desk.book, first)) == 3
    # The same sheet, links and colours as the command line writes into the file.
    by_command = tmp_path / "by command.xlsx"
    tasks.check([desk.path], target_of=lambda _: by_command)
    saved = desk.saved()
    assert cells(saved, FINDINGS) == cells(by_command, FINDINGS)
    assert links(saved) == links(by_command)
    assert len(links(saved)) >= len(found)
    assert lit(saved)[0] == lit(by_command)[0]
    assert len(lit(saved)[0]) > number["error"]
    assert {sheet for sheet, _ in lit(saved)[1]} == {sheet for sheet, _ in lit(by_command)[1]}


def test_fill_totals_and_undo_it(desk):
    before = desk.formulas(SUMMARY)
    due = tasks.fill(desk.path, None).listed
    assert len(due) > 10
    said = desk.press("填充合计")
    assert said.startswith(f"已填充 {len(due)} 处：")
    for one in due:
        sheet, _, cell = one.place.rpartition("!")
        assert str(int(desk.book.sheets[sheet].range(cell).value)) == one.new
    assert tasks.fill(desk.saved(), None).listed == ()
    assert desk.press("填充合计") == "合计都已是最新，没有需要填充的单元格。"
    assert desk.press("撤销填充").startswith("已恢复 ")
    assert desk.formulas(SUMMARY) == before
    assert desk.press("撤销填充").startswith("没有可以撤销的填充")


def test_make_summary(desk, tmp_path):
    by_command = tmp_path / "by command.xlsx"
    figures = tasks.summarise(desk.path, by_command).figures
    desk.book.sheets[SUMMARY].delete()
    said = desk.press("生成汇总")
    assert said.splitlines() == [f"已生成“{SUMMARY}”表。", *figures]
    assert desk.place == (SUMMARY, "A1")
    assert cells(desk.saved(), SUMMARY) == cells(by_command, SUMMARY)


def test_add_a_project(desk):
    before = desk.sheets
    said = desk.press("新增项目表")
    added = [name for name in desk.sheets if name not in before]
    assert len(added) == 1
    assert added[0].startswith("5.")
    assert f"已新增第 5 个项目表“{added[0]}”" in said
    assert desk.sheets.index(added[0]) == desk.sheets.index(LAST_PROJECT) + 1
    assert desk.place[0] == added[0]
    projects = tasks.check_file(desk.saved()).submission.projects
    assert [project.sheet for project in projects] == [*before[4:8], added[0]]
    new = projects[-1]
    assert (new.project_code, new.project_name, new.total_budget, new.purpose) == (None,) * 4
    # The summary lists it too: its number, under those of the others.
    numbers = [row[0].value for row in openpyxl.load_workbook(desk.saved())[SUMMARY].iter_rows(5, 9)]
    assert numbers == [1, 2, 3, 4, 5]


def test_jump_through_the_findings(desk):
    assert desk.press("下一处") == "还没有校验结果。请先点“校验”。"
    desk.press("校验")
    first = desk.place
    visited = [first]
    for _ in range(3):
        # No box: the work just goes on.
        assert desk.press("下一处") == ""
        visited.append(desk.place)
    assert len(set(visited)) == 4
    cells_with_findings = {(one.sheet, one.cell) for one in expected(desk.path)}
    assert set(visited) <= cells_with_findings
    assert "处：" in desk.book.app.status_bar
    for place in reversed(visited[:-1]):
        desk.press("上一处")
        assert desk.place == place


def test_open_the_report_and_clear_the_marks(desk):
    # Checked first, where that was not done.
    assert "先改这" in desk.press("打开报告")
    desk.book.sheets[0].activate()
    assert desk.press("打开报告") == ""
    assert desk.place == (FINDINGS, "A1")
    before = desk.saved()
    listed = cells(before, FINDINGS)
    assert len(lit(before)[0]) > 50
    assert "已清除颜色标记" in desk.press("清除标记")
    after = desk.saved()
    assert lit(after)[0] == set()
    kept = cells(after, FINDINGS)
    assert {at: value for at, value in listed.items() if at in kept} == kept
    assert len(kept) > len(expected(desk.path))
    assert desk.press("清除标记") == "没有需要清除的标记。"


def test_help_and_about(desk):
    said = desk.press("帮助")
    assert desk.place == (GUIDE, "A1")
    assert all(label in said for label in BUTTONS if label not in ("帮助", "关于"))
    assert f"perfxl {__version__}" in desk.press("关于").splitlines()


def test_the_template_with_macros_runs_the_same_commands(macros):
    commands = {}
    for path in (ADDIN, TEMPLATE):
        with macros.opened(path) as run:
            commands[path] = [command_of(run(action_of(label, path))) for label in BUTTONS]
    assert commands[ADDIN] == commands[TEMPLATE]
    assert len(set(commands[ADDIN])) == len(BUTTONS)


def test_a_button_of_the_template_works(desk):
    desk.press("帮助", TEMPLATE)
    assert desk.place == (GUIDE, "A1")


# --------------------------------------------------------------------- a wrong name breaks the chain


COMMAND = "import perfxl.app.ribbon; perfxl.app.ribbon.validate()"


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("ribbon", '"RibbonPerfxl.Validate"', '"RibbonPerfxl.Validat"', "could not be found(.|\n)*'Validat'"),
        ("ribbon", '"RibbonPerfxl.Validate"', '"Ribbon.Validate"', "could not be found(.|\n)*'Ribbon'"),
        ("ribbon", 'label="校验"', 'label="检验"', "no button 校验"),
        ("RibbonPerfxl", "Public Sub Validate(", "Public Sub Validat(", "could not be found(.|\n)*'Validate'"),
        ("RibbonPerfxl", COMMAND, COMMAND.replace("validate", "validat"), "no attribute 'validat'"),
        ("RibbonPerfxl", COMMAND, COMMAND.replace("ribbon;", "ribon;"), "No module named 'perfxl.app.ribon'"),
    ],
)
def test_a_wrong_name_anywhere_is_found(desk, tmp_path, part, old, new, said):
    sources = read_sources(ROOT / "vba_stub")
    text = sources.ribbon if part == "ribbon" else sources.modules[part]
    assert text.count(old) == 1
    text = text.replace(old, new)
    if part == "ribbon":
        wrong = replace(sources, ribbon=text)
    else:
        wrong = replace(sources, modules={**sources.modules, part: text})
    path = tmp_path / "wrong.xlam"
    path.write_bytes(build_addin(wrong))
    with pytest.raises(Exception, match=said):
        desk.press("校验", path)
    assert FINDINGS not in desk.sheets


# -------------------------------------------------------- what the macros say instead of starting Python


def said(called):
    assert "Python" not in [what for what, _ in called]
    (text,) = (text for what, text in called if what == "MsgBox")
    title, _, text = text.partition(": ")
    assert title == "绩效"
    return text


@pytest.mark.parametrize(
    ("world", "beginning"),
    [
        (World(interpreter=""), "这台电脑上还没有装好 perfxl，所以按钮不能运行。\n"),
        (World(exists=False), "找不到运行 perfxl 的 Python，可能已被移动或卸载。\n"),
        (World(beside=True), "工作簿所在的文件夹里有“perfxl.conf”文件"),
    ],
)
def test_before_python_is_started(macros, world, beginning):
    assert said(macros.press(ADDIN, "RibbonPerfxl.Validate", world)).startswith(beginning)


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("ExecuteWindows = -1", "没有完成，原因见刚才的提示。"),
        ('Err.Raise 1004, "xlwings", "ActiveX"', "按钮没有运行起来：\nActiveX\n"),
        ('Err.Raise 70, "xlwings", "拒绝的权限"', "Windows 拒绝了这一步（拒绝的权限）：多半是 Microsoft Defender"),
    ],
)
def test_after_python_failed(macros, run, text):
    called = macros.press(ADDIN, "RibbonPerfxl.Validate", World(run=run))
    assert called[-1][0] == "MsgBox"
    assert called[-1][1].startswith(f"绩效: {text}")
    assert "perfxl addin status" in called[-1][1]


def workbook(path, sheet="Sheet", rows=()):
    book = openpyxl.Workbook()
    book.worksheets[0].title = sheet
    book.worksheets[0].sheet_state = "visible"
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    "rows",
    [
        [("INTERPRETER_WIN", "evil.exe")],
        [("interpreter_win", "evil.exe")],
        [(None, None), ("INTERPRETER_WIN", "evil.exe")],
        [("ADD_WORKBOOK_TO_PYTHONPATH", "True")],
        [("PYTHONPATH", r"\\server\share")],
        [("ONEDRIVE_CONSUMER_WIN", '\\"); import evil #')],
        [("MESSAGE_TITLE", "x")] * 80,
    ],
)
def test_settings_that_a_workbook_brings_start_nothing(macros, tmp_path, rows):
    book = workbook(tmp_path / "来历不明.xlsx", "perfxl.conf", rows)
    text = said(macros.press(ADDIN, "RibbonPerfxl.Validate", beside=book))
    assert text.startswith("这本工作簿自带了“perfxl.conf”设置表")


def test_settings_are_looked_up_as_xlwings_does_it(macros, tmp_path):
    """Among all sheets, without regard to case."""
    rows = [("INTERPRETER_WIN", "evil.exe")]
    for number, name in enumerate(("PERFXL.conf", "Perfxl.Conf")):
        book = workbook(tmp_path / f"{number}.xlsx", name, rows)
        assert said(macros.press(ADDIN, "RibbonPerfxl.Validate", beside=book)).startswith("这本工作簿自带了")
    book = workbook(tmp_path / "perfxl.conf.xlsx", "_perfxl.conf", rows)
    assert macros.press(ADDIN, "RibbonPerfxl.Validate", beside=book)[-1][0] == "Python"


def test_no_code_of_a_workbook_is_run(macros, tmp_path):
    """xlwings' RunPython would take such a sheet for a program and run that; it is not used."""
    book = workbook(tmp_path / "来历不明.xlsx", "main.py", [("import evil",)])
    assert command_of(macros.press(ADDIN, "RibbonPerfxl.Validate", beside=book)) == COMMAND


@pytest.mark.parametrize("name", ["a=b.xlsx", "a^&calc&.xlsx", "\u3000a.xlsx"])
def test_names_that_the_command_line_would_misread(macros, tmp_path, name):
    text = said(macros.press(ADDIN, "RibbonPerfxl.Validate", beside=workbook(tmp_path / name)))
    assert text.startswith("工作簿的名称里有特殊符号")


@pytest.mark.parametrize("name", ["预算绩效文本 (终稿) & 1'.xlsx", "100.xlsx", "a;b,c!.xlsx"])
def test_other_names_are_fine_in_any_folder(macros, tmp_path, name):
    folder = tmp_path / "a^&calc&;=100% $PATH !x!"
    folder.mkdir()
    called = dict(macros.press(ADDIN, "RibbonPerfxl.Validate", beside=workbook(folder / name)))
    assert called["Python"] == COMMAND
    # Nothing frozen, the interpreter as it was set, and no path to import from.
    assert called["Frozen, interpreter, paths"] == f"False, {World().interpreter}, False"


def test_a_sign_of_life_until_python_speaks(macros):
    for world, left in (
        (World(), "False"),
        (World(run="ExecuteWindows = -1"), "False"),
        (World(run='Err.Raise 70, "xlwings", "no"'), "False"),
        # What Python says last is for the person to read.
        (World(run='StatusBar = "第 2/9 处"'), "第 2/9 处"),
    ):
        with macros.opened(ADDIN, world) as press:
            called = dict(press("RibbonPerfxl.NextFinding"))
            assert called["StatusBar"] == "perfxl：正在启动……"
            assert press("xlwings.Look") == [("StatusBar", left)]


def test_the_addin_works_on_the_template_with_macros(macros):
    """Its settings sheet is the same, so it is no stranger's."""
    assert macros.press(ADDIN, "RibbonPerfxl.Validate", beside=TEMPLATE)[-1][0] == "Python"


# ----------------------------------------------------------------------------------------- comparing


def cells(path, name):
    """What a person sees on a sheet, cell by cell; figures as numbers."""
    sheet = read_workbook(path).sheet(name)
    assert sheet is not None
    return {at: cell.text for at, cell in sheet.cells.items() if cell.text}


def links(path):
    """Cell → where a click on it leads: a link in a file, a HYPERLINK formula in an open workbook."""
    found = {}
    for row in openpyxl.load_workbook(path)[FINDINGS].iter_rows():
        for cell in row:
            formula = re.fullmatch(r'=HYPERLINK\("#(.+?)",.*\)', str(cell.value))
            if formula is not None:
                found[cell.coordinate] = formula[1]
            elif cell.hyperlink is not None:
                found[cell.coordinate] = cell.hyperlink.location
    return found
