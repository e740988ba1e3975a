"""What differs between spreadsheet programs: Excel's own ways, WPS behind Excel's name, faults as sentences."""

from types import SimpleNamespace

import pytest

from perfxl.core.grid.change import CellEdit
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.live.entries import entered, runs
from perfxl.io.live.excel_windows import ExcelOnWindows
from perfxl.io.live.faults import Standing, sentence
from perfxl.io.live.live_cells import is_formula


class Com:
    """An object that answers as COM does: attributes, and calls that it remembers."""

    def __init__(self, **known):
        self.__dict__.update(known)


def excel(name="Microsoft Excel", path=r"C:\Program Files\Microsoft Office\Office16", **book):
    api = Com(**{"ReadOnly": False, "MultiUserEditing": False, "ProtectStructure": False} | book)
    return SimpleNamespace(app=SimpleNamespace(api=Com(Name=name, Path=path)), api=api)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("WPS 表格", r"C:\Program Files\WPS"),
        ("Microsoft Excel", r"C:\Users\zhang\AppData\Local\Kingsoft\WPS Office\12.1.0\office6"),
        ("金山表格", r"D:\office"),
    ],
)
def test_wps_is_told_from_excel_and_the_way_that_works_is_said(name, path):
    with pytest.raises(PerfxlError, match=r"WPS.*校验\.cmd.*perfxl check"):
        ExcelOnWindows().refuse_stranger(excel(name, path))


def test_excel_is_taken_for_excel():
    ExcelOnWindows().refuse_stranger(excel())
    ExcelOnWindows().refuse(excel())


@pytest.mark.parametrize(
    ("state", "said"), [({"ReadOnly": True}, "只读.*另存为"), ({"MultiUserEditing": True}, "取消共享")]
)
def test_books_that_cannot_keep_a_change_are_refused(state, said):
    with pytest.raises(PerfxlError, match=said):
        ExcelOnWindows().refuse(excel(**state))


def test_errors_come_from_com_as_numbers():
    # #REF! and #SPILL!, which xlwings does not know, and a number that is none.
    block = SimpleNamespace(raw_value=((-2146826265, 1.0), (-2146826243, "#N/A"), (None, True)))
    assert ExcelOnWindows().errors(block) == [["#REF!", None], ["#SPILL!", None], [None, None]]
    assert ExcelOnWindows().errors(SimpleNamespace(raw_value=-2146826246)) == [["#N/A"]]


class Guarded:
    """A protected worksheet of Excel."""

    def __init__(self, password=""):
        self._password = password
        self.ProtectContents = True
        self.ProtectDrawingObjects = False
        self.ProtectScenarios = True
        self.EnableSelection = 0
        self.Protection = SimpleNamespace(
            **{name: name in ("AllowFormattingCells", "AllowDeletingRows") for name in ExcelOnWindows._ALLOWED}
        )
        self.protected_with = None

    def Unprotect(self, password):
        if password != self._password:
            raise RuntimeError("(-2147352567, 'wrong password')")
        self.ProtectContents = False

    def Protect(self, *arguments):
        self.protected_with = arguments
        self.ProtectContents = True


def test_a_sheet_is_protected_again_with_the_same_options():
    page = SimpleNamespace(api=Guarded())
    program = ExcelOnWindows()
    guard = program.unprotect(page)
    assert not program.is_protected(page)
    program.protect(page, guard)
    allowed = [name in ("AllowFormattingCells", "AllowDeletingRows") for name in ExcelOnWindows._ALLOWED]
    assert page.api.protected_with == ("", False, True, True, False, *allowed)
    assert program.is_protected(page)


def test_a_sheet_with_a_password_stays_protected():
    page = SimpleNamespace(api=Guarded("秘密"))
    assert ExcelOnWindows().unprotect(page) is None
    assert ExcelOnWindows().is_protected(page)


class ComError(Exception):
    def __init__(self, number):
        super().__init__(number, "…", None, None)
        self.hresult = number


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ComError(-2147418111), "正在编辑单元格.*按 Enter 或 Esc"),
        (ComError(-2146777998), "正在编辑单元格"),
        (ComError(-2147023174), "Excel或工作簿已经关闭.*没有改动"),
        (PerfxlError("原话。"), "原话。"),
    ],
)
def test_what_excel_refuses_becomes_a_sentence(fault, said):
    import re

    assert re.match(said, sentence(fault, "Excel", Standing.UNTOUCHED))


def test_a_fault_behind_another_is_found_and_a_mistake_of_the_program_is_none():
    later = ValueError("later")
    later.__cause__ = ComError(-2147417848)
    assert "已经关闭" in (sentence(later, "Excel", Standing.UNTOUCHED) or "")
    assert sentence(KeyError("x"), "Excel", Standing.UNTOUCHED) is None


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.UNTOUCHED, "工作簿没有改动。"),
        (Standing.WRITTEN, "内容已经写入工作簿。"),
        (Standing.RESTORED, "工作簿已恢复原状。"),
        (Standing.TORN, "工作簿没有完全恢复原状：请不要保存，关闭后重新打开。"),
    ],
)
def test_a_sentence_says_what_has_become_of_the_workbook(standing, words):
    assert f"没有应答，{words}请按 Enter" in (sentence(ComError(-2147418111), "Excel", standing) or "")
    own = sentence(PerfxlError("没有写入。"), "Excel", standing)
    assert own == ("没有写入。" if standing is not Standing.TORN else f"没有写入。\n{words}")


def test_a_workbook_at_an_address_has_a_full_name():
    """xlwings would look for the local copy behind it, and raise where it finds none."""
    address = "https://d.docs.live.net/1a2b/文本.xlsx"
    assert ExcelOnWindows().full_name(excel(FullName=address)) == address


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "12", "1-2", "0012", "TRUE", "'abc", "3月5日"])
def test_a_text_goes_in_behind_an_apostrophe(text):
    assert entered(text) == f"'{text}"


def test_control_characters_and_empty_texts_do_not_go_in():
    assert entered("a\x00b") == "'ab"
    assert entered("") is None
    assert entered(float("inf")) == "=NA()"
    assert entered("值", "A1+1") == "=A1+1"


@pytest.mark.parametrize(
    ("text", "value", "formula"),
    [("=1+1", 2.0, True), ("=1+1", "=1+1", False), ("{=A1:A2}", 1.0, True), ("=A1", None, True), ("x", "x", False)],
)
def test_a_text_that_only_looks_like_a_formula_is_none(text, value, formula):
    assert is_formula(text, value) is formula


def test_a_highlight_needs_no_cell_to_be_selected():
    formula = 'COUNTIF(perfxl_marks,"E6!"&ADDRESS(ROW(A1),COLUMN(A1),4))>0'
    assert ExcelOnWindows().condition(formula) == 'COUNTIF(perfxl_marks,"E6!"&ADDRESS(ROW(),COLUMN(),4))>0'


def test_edits_go_in_runs_of_cells_below_each_other():
    cells = ["B3", "A1", "A2", "C9", "A3", "B1"]
    made = [(run.sheet, str(run.area)) for run in runs(CellEdit("表", cell, 1) for cell in cells)]
    assert made == [("表", "A1:A3"), ("表", "B1"), ("表", "B3"), ("表", "C9")]
    [run] = runs([CellEdit("表", "A1", 1), CellEdit("表", "A1", 2)])
    assert [edit.value for edit in run.edits] == [2]
