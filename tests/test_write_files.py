"""Writing into a workbook: what is meant to change changes, formulas keep their values, all or nothing."""

import os
import stat
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from places import AT

from perfxl.core.grid.cells import address, position
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet, SheetCell
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.atomic import replace_file
from perfxl.io.ooxml.change_workbook import Book
from perfxl.io.ooxml.package import MAIN, Package, parse
from perfxl.io.workbooks.read_files import read_package, read_workbook
from perfxl.io.workbooks.write_files import apply, changed

FORM = "1.工会保障项目"
BUDGET, PURPOSE = AT["total_budget"], AT["purpose"]
SUM = f"{AT['fiscal_funds']}+{AT['other_funds']}"


def cached_values(data):
    """(sheet, cell) → the value kept beside each formula."""
    return {
        (sheet.name, address(at)): cell.value
        for sheet in read_package(data).sheets
        for at, cell in sheet.cells.items()
        if cell.formula
    }


def test_an_edit_changes_one_cell_and_keeps_every_other_value(workbook):
    before = read_workbook(workbook)
    apply(workbook, Change(cells=(CellEdit(FORM, BUDGET, Decimal("96.31")),)), workbook)
    after = read_workbook(workbook)
    for old, new in zip(before.sheets, after.sheets, strict=True):
        differing = {at for at in {*old.cells, *new.cells} if old.cells.get(at) != new.cells.get(at)}
        assert differing == ({position(BUDGET)} if old.name == FORM else set()), old.name
        assert (old.merged, old.hidden) == (new.merged, new.hidden)


def test_formulas_nobody_touched_keep_the_values_they_had(workbook):
    before = cached_values(workbook.read_bytes())
    assert len(before) > 40
    apply(workbook, Change(cells=(CellEdit(FORM, PURPOSE, "办公费"),)), workbook)
    assert cached_values(workbook.read_bytes()) == before


def test_a_formula_is_written_with_its_value(workbook):
    apply(workbook, Change(cells=(CellEdit(FORM, BUDGET, Decimal("96.30"), SUM),)), workbook)
    assert openpyxl.load_workbook(workbook)[FORM][BUDGET].value == f"={SUM}"
    cell = read_workbook(workbook).sheet(FORM).cells[position(BUDGET)]
    assert (cell.value, cell.formula) == (96.3, True)


def test_an_error_value_stays_an_error(workbook):
    book = Book(Package(workbook.read_bytes()))
    sheet = book.package.tree(book.sheet_part(FORM))
    [cell] = [cell for cell in sheet.iter("{*}c") if cell.get("r") == BUDGET]
    broken = f'<c xmlns="{MAIN}" r="{BUDGET}" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    cell.getparent().replace(cell, parse(broken.encode()))
    package = book.package.save()
    assert read_package(package).sheet(FORM).cells[position(BUDGET)].error == "#DIV/0!"
    again = changed(package, Change(cells=(CellEdit(FORM, PURPOSE, "x"),)))
    assert read_package(again).sheet(FORM).cells[position(BUDGET)].error == "#DIV/0!"


def test_text_that_begins_like_a_formula_stays_text(workbook):
    for text in ("=1+1", "+86 0314", "-", "@办公室", "=cmd|' /C calc'!A1"):
        apply(workbook, Change(cells=(CellEdit(FORM, PURPOSE, text),)), workbook)
        cell = read_workbook(workbook).sheet(FORM).cells[position(PURPOSE)]
        assert (cell.value, cell.formula) == (text, False)


def test_an_empty_change_writes_nothing(workbook):
    before = workbook.stat()
    apply(workbook, Change(), workbook)
    after = workbook.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_the_same_change_gives_the_same_bytes(workbook):
    change = Change(cells=(CellEdit(FORM, PURPOSE, "办公费"),))
    data = workbook.read_bytes()
    assert changed(data, change) == changed(data, change)


def test_an_owned_sheet_is_replaced_in_its_place(workbook):
    def owned(text):
        rows = ((SheetCell(text, style="title"), SheetCell(2, "1+1", "number")),)
        return Change(sheets=(DrawnSheet("部门汇总", rows, (10.0, 10.0)),))

    names = [sheet.name for sheet in read_workbook(workbook).sheets]
    apply(workbook, owned("一"), workbook)
    apply(workbook, owned("二"), workbook)
    after = read_workbook(workbook)
    assert [sheet.name for sheet in after.sheets] == names
    assert {at: cell.value for at, cell in after.sheet("部门汇总").cells.items()} == {(1, 1): "二", (1, 2): 2}


def test_macros_are_kept(tmp_path):
    source = Path(__file__).with_name("corpus") / "macro01.xlsm"
    target = tmp_path / "macro.xlsm"
    apply(source, Change(cells=(CellEdit("Sheet1", "A1", "x"),)), target)
    with zipfile.ZipFile(source) as one, zipfile.ZipFile(target) as other:
        assert one.read("xl/vbaProject.bin") == other.read("xl/vbaProject.bin")


@pytest.mark.parametrize("suffix", [".xls", ".ods"])
def test_other_formats_are_only_read(workbook, suffix):
    with pytest.raises(PerfxlError, match=r"另存为 \.xlsx"):
        apply(workbook, Change(cells=(CellEdit(FORM, PURPOSE, "x"),)), workbook.with_suffix(suffix))


# ---------------------------------------------------------------------------------- all or nothing


def test_permissions_stay(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_a_link_stays_a_link(tmp_path):
    path, link = tmp_path / "a.xlsx", tmp_path / "link.xlsx"
    path.write_bytes(b"old")
    link.symlink_to(path)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("lock", ["~$预算.xlsx", ".~lock.预算.xlsx#"])
def test_a_workbook_that_is_open_is_not_written(tmp_path, lock):
    path = tmp_path / "预算.xlsx"
    path.write_bytes(b"old")
    (tmp_path / lock).touch()
    with pytest.raises(PerfxlError, match="关闭后再试"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), PermissionError(13, "denied")])
def test_what_goes_wrong_while_writing_leaves_the_old_file_alone(tmp_path, monkeypatch, fault):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def fail(_):
        raise fault

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(PerfxlError):
        replace_file(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.xlsx", b"old")]


# ------------------------------------------------------------------- what openpyxl would get wrong


def test_the_sheet_in_front_stays_in_front_and_no_two_are_selected(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "部门整体绩效目标"
    for name in ("一", "二"):
        book.create_sheet(name)
    book.active = 1
    for sheet in book:
        sheet.sheet_view.tabSelected = sheet.title == "一"
    book.save(path)
    rows = ((SheetCell("x"),),)
    apply(path, Change(sheets=(DrawnSheet("部门汇总", rows, (10.0,), after="部门整体绩效目标"),)), path)
    after = openpyxl.load_workbook(path)
    assert after.sheetnames == ["部门整体绩效目标", "部门汇总", "一", "二"]
    assert after.active.title == "一"
    assert [sheet.title for sheet in after if sheet.sheet_view.tabSelected] == ["一"]


@pytest.mark.parametrize(
    ("value", "kept"), [("#1项目A", "#1项目A"), ("#谁?", "#谁?"), ("工会\x0b保障", "工会保障"), (" 前后 ", " 前后 ")]
)
def test_any_text_can_stand_beside_a_formula(tmp_path, value, kept):
    path = tmp_path / "a.xlsx"
    rows = ((SheetCell(value, "B1", "text"),),)
    openpyxl.Workbook().save(path)
    apply(path, Change(sheets=(DrawnSheet("部门汇总", rows, (10.0,)),)), path)
    assert cached_values(path.read_bytes()) == {("部门汇总", "A1"): kept}
    assert [c.error for c in read_workbook(path).sheet("部门汇总").cells.values() if c.error] == []


def test_a_lock_of_another_file_stops_nothing(tmp_path):
    for name in ("1.项目.xlsx", "项目.xlsx", "~$项目.xlsx"):
        (tmp_path / name).write_bytes(b"old")
    replace_file(tmp_path / "1.项目.xlsx", b"new")
    assert (tmp_path / "1.项目.xlsx").read_bytes() == b"new"
    with pytest.raises(PerfxlError, match="关闭后再试"):
        replace_file(tmp_path / "项目.xlsx", b"new")
