"""撤销填充 and the jumps, as data."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from perfxl.app import changes
from perfxl.app.make_examples import FILLED_IN
from perfxl.core.grid.cells import Cell, Sheet, Workbook, address, position
from perfxl.core.grid.change import CellEdit
from perfxl.core.grid.undo import UndoRecord, changed_cells, from_text, to_text, undo_edits
from perfxl.core.sheets.findings_list import follow, mark_edits, stops
from perfxl.io.live import undo_and_log as kept
from perfxl.io.workbooks.read_files import read_workbook

BEFORE = (CellEdit("表", "C5", None), CellEdit("表", "C6", 3.5), CellEdit("表", "C7", 1.0, "SUM(A1:A2)"))
AFTER = (CellEdit("表", "C5", 2.0), CellEdit("表", "C6", 4.0, "A1+A2"), CellEdit("表", "C7", 1.0, "SUM(A1:A9)"))
VALUES = [
    None,
    "=1+1",
    "中文",
    1.5,
    12,
    True,
    Decimal("96.30"),
    date(2024, 1, 2),
    datetime(2024, 1, 2, 3),  # noqa: DTZ001 (a sheet knows no time zones)
    time(4),
    timedelta(1),
]


def now(*edits):
    return {(edit.sheet, edit.cell): edit for edit in edits}


def test_what_fill_wrote_is_taken_back():
    assert undo_edits(UndoRecord(BEFORE, AFTER), now(*AFTER)) == (BEFORE, ())


def test_what_was_changed_since_is_left_alone():
    typed = CellEdit("表", "C6", 5.0)
    edits, left = undo_edits(UndoRecord(BEFORE, AFTER), now(AFTER[0], typed))
    assert edits == (BEFORE[0],)
    assert left == (("表", "C6"), ("表", "C7"))


def test_cells_that_read_the_same_are_no_change():
    same = CellEdit("表", "D1", Decimal("188.90"))
    record = changed_cells((*BEFORE, same), (*AFTER, CellEdit("表", "D1", 188.9)))
    assert record == UndoRecord(BEFORE, AFTER)


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_record_survives_as_text(value):
    record = UndoRecord((CellEdit("1.表", "A1", value, "B1"),), (CellEdit("1.表", "A1", value),))
    assert from_text(to_text(record)) == record


def test_without_a_folder_nothing_is_kept_and_nothing_fails(monkeypatch):
    """Path.home() gives up so where the system knows no home; text with half a character is kept too."""

    def no_home():
        raise RuntimeError

    monkeypatch.setattr(kept, "folder", no_home)
    record = UndoRecord(BEFORE, AFTER)
    assert kept.keep_undo("文本.xlsx", record) is False
    assert kept.kept_undo("文本.xlsx") is None
    assert kept.forget_undo("文本.xlsx") is False
    assert kept.log_fault("validate", ValueError()) is None


def test_a_record_that_cannot_be_kept_leaves_no_older_one(monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "folder", lambda: tmp_path)
    half = UndoRecord((CellEdit("表", "A1", "\ud800"),), AFTER[:1])
    assert kept.keep_undo("文本.xlsx", half) is True
    assert kept.kept_undo("文本.xlsx") == half

    def full(*_, **__):
        raise OSError

    monkeypatch.setattr(type(tmp_path), "write_text", full)
    assert kept.keep_undo("文本.xlsx", UndoRecord(BEFORE, AFTER)) is False
    assert kept.kept_undo("文本.xlsx") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", to_text(UndoRecord(BEFORE, AFTER))[:-9], '{"version": 2}'])
def test_a_record_cut_off_is_none(text):
    assert from_text(text) is None


@pytest.mark.parametrize(
    ("present", "back", "order", "before_the_end"),
    [
        (None, False, [0, 1, 2, 3], 4),
        (None, True, [3, 2, 1, 0], 4),
        (1, False, [2, 3, 0, 1], 2),
        (1, True, [0, 3, 2, 1], 1),
        (3, False, [0, 1, 2, 3], 0),
        (0, True, [3, 2, 1, 0], 0),
    ],
)
def test_jumps_go_round(present, back, order, before_the_end):
    assert follow(4, present, back=back) == (order, before_the_end)


@pytest.fixture(scope="module")
def results(examples):
    """校验结果 of the sample as it would be read back."""
    book = changes.opened(read_workbook(examples / FILLED_IN))
    found = changes.findings(book)
    [owned] = changes.check_change(book, found).sheets
    cells = {
        (row, column): Cell(cell.value, formula=cell.formula is not None)
        for row, line in enumerate(owned.rows, 1)
        for column, cell in enumerate(line, 1)
        if cell is not None and cell.value not in (None, "")
    }
    return found, Sheet("校验结果", cells)


def test_every_cell_with_findings_is_a_stop_once_errors_first(results):
    found, sheet = results
    listed = stops(sheet)
    places = [stop.place for stop in listed]
    assert len(set(places)) == len(places)
    ordered = sorted((f for f in found if f.cell), key=lambda f: f.severity.weight)
    assert places == list(dict.fromkeys((f.sheet, f.cell) for f in ordered))
    assert listed[0].message.startswith("错误：")
    assert sum(len(stop.rows) for stop in listed) == len(ordered)


def test_answers_kept_below_the_list_are_no_stops(results):
    _, sheet = results
    last = sheet.rows[-1] + 2
    kept = {
        (last, 3): Cell("AMT02"),
        (last, 4): Cell("表"),
        (last, 5): Cell("C5"),
        (last, 8): Cell("旧"),
        (last, 11): Cell("已核对"),
    }
    assert stops(Sheet(sheet.name, {**sheet.cells, **kept})) == stops(sheet)
    assert stops(Sheet("校验结果", {(1, 1): Cell("别的内容")})) == ()


def test_clearing_takes_every_mark_and_nothing_else(results):
    _, sheet = results
    marks = mark_edits(sheet)
    texts = {sheet.text(position(edit.cell)) for edit in marks}
    assert len(marks) > 50
    assert all(edit.value is None and edit.formula is None for edit in marks)
    assert {text[0] for text in texts} == {"E", "W", "I"}
    assert all(edit.cell == address((position(edit.cell)[0], 13)) for edit in marks)
    assert mark_edits(Workbook((Sheet("校验结果", {}),)).sheets[0]) == ()
