"""Books, files, names and sheets through the xlwings engine for LibreOffice."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from perfxl.xlwings_libreoffice.office_errors import FileFormatError, LibreOfficeError, ReadOnlyError, SheetGoneError

pytestmark = pytest.mark.libreoffice

WORD = "开门"
SAMPLE = "承德总工会2023.xlsx"


# ---------------------------------------------------------------------- books and files


def test_a_book_is_opened_once_and_found_by_its_name(live_office, live_sample):
    assert live_sample.name == SAMPLE
    assert live_office.books[SAMPLE] == live_sample
    assert live_office.books.open(live_sample.fullname).impl is live_sample.impl
    assert xw.Book(live_sample.fullname).impl is live_sample.impl
    assert SAMPLE in [book.name for book in live_office.books]
    assert live_office.books.active == live_sample


def test_the_caller_of_a_macro_can_be_played(live_sample):
    live_sample.set_mock_caller()
    try:
        assert xw.Book.caller() == live_sample
        assert xw.Book.caller().sheets[0]["A4"].row == 4
    finally:
        del xw.Book._mock_caller


@pytest.mark.parametrize("ending", ["xlsx", "xlsm", "xls", "ods"])
def test_a_book_is_saved_in_the_format_it_was_opened_in(live_office, tmp_path, ending):
    path = tmp_path / f"带 空格’与'引号.2023.{ending}"
    with live_office.books.add() as made:
        made.sheets[0]["A1"].value = ["项目一", 96.3, "=B1*2"]
        made.save(path)
        assert made.fullname == str(path)
    kind = path.read_bytes()[:4]
    with live_office.books.open(path) as again:
        again.sheets[0]["B1"].value = 5.76
        again.save()
    assert path.read_bytes()[:4] == kind
    with live_office.books.open(path) as again:
        assert again.sheets[0]["A1:C1"].value == ["项目一", 5.76, 11.52]
        assert again.sheets[0]["C1"].formula == "=B1*2"


def test_a_new_book_goes_into_the_working_folder(live_office, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with live_office.books.add() as made:
        made.save()
        assert Path(made.fullname).parent == tmp_path
        assert made.name.endswith(".xlsx")
    assert [path.suffix for path in tmp_path.iterdir()] == [".xlsx"]


def test_the_macros_of_a_workbook_are_kept(live_office, tmp_path):
    path = tmp_path / "宏.xlsm"
    shutil.copy(Path(xw.__file__).with_name("quickstart.xlsm"), path)

    def macros():
        with warnings.catch_warnings():
            # Of what it imports itself.
            warnings.simplefilter("ignore")
            from oletools.olevba import VBA_Parser
        return {name: code.split() for _, _, name, code in VBA_Parser(str(path)).extract_macros()}

    before = macros()
    with live_office.books.open(path) as book:
        book.sheets[0]["A9"].value = 1
        book.save()
    assert macros() == before
    assert "Module1.bas" in before


def test_saving_under_another_name_keeps_the_old_file(live_sample, tmp_path):
    old = Path(live_sample.fullname)
    before = old.read_bytes()
    live_sample.sheets[0]["A20"].value = "新"
    live_sample.save(tmp_path / "另存.xlsx")
    assert live_sample.name == "另存.xlsx"
    assert old.read_bytes() == before
    assert openpyxl.load_workbook(tmp_path / "另存.xlsx").worksheets[0]["A20"].value == "新"


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_a_book_with_a_password(live_office, tmp_path, ending):
    path = tmp_path / f"锁.{ending}"
    with live_office.books.add() as made:
        made.sheets[0]["A1"].value = "秘密"
        made.save(path, password=WORD)
    for word in (None, "不对"):
        with pytest.raises(FileFormatError, match="锁"):
            live_office.books.open(path, password=word)
    with live_office.books.open(path, password=WORD) as again:
        assert again.sheets[0]["A1"].value == "秘密"


def test_a_book_opened_read_only_is_not_saved(live_office, live_sample):
    path = Path(live_sample.fullname)
    live_sample.close()
    before = path.read_bytes()
    with live_office.books.open(path, read_only=True) as book:
        sheet = book.sheets["部门汇总"]
        values = sheet.used_range.value
        for change in (
            book.save,
            lambda: setattr(sheet["A90"], "value", 1),
            lambda: setattr(sheet["A90"], "value", "=1"),
            lambda: setattr(sheet["A90"], "color", (1, 2, 3)),
            sheet["5:5"].delete,
            lambda: sheet["5:5"].insert("down"),
            sheet["A5"].clear,
            lambda: setattr(sheet, "name", "新"),
            lambda: setattr(sheet, "visible", False),
            sheet.delete,
            lambda: book.sheets.add("新"),
        ):
            with pytest.raises(ReadOnlyError, match="read-only"):
                change()
        assert sheet.used_range.value == values
        assert sheet["A90"].color is None
        book.save(path.with_name("副本.xlsx"))
    assert path.read_bytes() == before
    assert path.with_name("副本.xlsx").exists()


def test_what_is_no_workbook_is_refused(live_office, tmp_path):
    open_before = len(live_office.books)
    for name, data in {"坏.xlsx": b"PK\x03\x04broken", "文.odt": b"", "图.png": b"\x89PNG\r\n"}.items():
        (tmp_path / name).write_bytes(data)
    for name in ("坏.xlsx", "图.png"):
        with pytest.raises(FileFormatError, match=name):
            live_office.books.open(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        live_office.books.open(tmp_path / "没有.xlsx")
    assert len(live_office.books) == open_before


def test_an_unknown_ending_is_refused(book, tmp_path):
    with pytest.raises(FileFormatError, match=r"数据\.abc"):
        book.save(tmp_path / "数据.abc")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(book, tmp_path):
    with pytest.raises(ReadOnlyError, match="没有"):
        book.save(tmp_path / "没有" / "表.xlsx")


def test_a_book_becomes_a_pdf(live_sample, tmp_path):
    live_sample.to_pdf(tmp_path / "表.pdf")
    assert (tmp_path / "表.pdf").read_bytes()[:5] == b"%PDF-"


def test_names_are_kept_for_the_book_and_for_a_sheet(book, sheet):
    sheet.name = "表 1"
    book.names.add("总额", "='表 1'!$B$2:$C$3")
    assert book.names["总额"].refers_to == "='表 1'!$B$2:$C$3"
    assert book.names["总额"].refers_to_range == sheet["B2:C3"]
    assert sheet.range("总额").address == "$B$2:$C$3"
    sheet["B2:C3"].name.name = "合计"
    assert [name.name for name in book.names] == ["合计"]
    assert "合计" in book.names
    assert "总额" not in book.names
    sheet.names.add("本表", "='表 1'!$A$1")
    assert [name.name for name in sheet.names] == ["'表 1'!本表"]
    sheet["D4"].name = "合计"
    assert book.names["合计"].refers_to == "='表 1'!$D$4"
    del book.names["合计"]
    assert len(book.names) == 0
    with pytest.raises(ValueError, match="1x"):
        book.names.add("1x", "=1")


# ---------------------------------------------------------------------- sheets


def test_sheets_come_and_go_in_their_places(book, sheet):
    sheet.name = "首"
    last = book.sheets.add("1.项目 '一'.甲", after=sheet)
    middle = book.sheets.add(after="首")
    first = book.sheets.add("前", before="首")
    assert book.sheet_names == ["前", "首", "Sheet2", "1.项目 '一'.甲"]
    assert [found.index for found in (first, sheet, middle, last)] == [1, 2, 3, 4]
    assert book.sheets.active == first
    middle.name = "中"
    assert book.sheets["中"].impl is middle.impl
    book.sheets["中"].delete()
    first.move(after=last)
    assert book.sheet_names == ["首", "1.项目 '一'.甲", "前"]
    first.move(before=sheet)
    assert book.sheet_names == ["前", "首", "1.项目 '一'.甲"]
    with pytest.raises(ValueError, match="already present"):
        last.name = "首"
    with pytest.raises(ValueError, match="already present"):
        book.sheets.add("首")
    with pytest.raises(ValueError, match="characters"):
        last.name = "a/b"
    for wrong in ("a/b", "长" * 32, "'引"):
        with pytest.raises(ValueError, match="name"):
            book.sheets.add(wrong)
    with pytest.raises(KeyError):
        book.sheets["没有"]


def test_a_copied_sheet_is_next_to_the_other(book, sheet):
    sheet.name = "一张名字有三十一个字符的很长很长很长很长很长很长很长的表格纸"[:31]
    sheet["A1"].value = [["标题", "=B2*2"], [None, 4]]
    sheet["A1"].color = (255, 0, 0)
    copied = sheet.copy(before=sheet)
    assert copied.name == sheet.name[:27] + " (2)"
    assert (copied.index, sheet.index) == (1, 2)
    assert copied["A1:B1"].value == ["标题", 8.0]
    assert copied["B1"].formula == "=B2*2"
    assert copied["A1"].color == (255, 0, 0)
    named = sheet.copy(after=sheet, name="副本")
    assert named.index == 3
    assert book.sheets.active == named


def test_a_sheet_is_copied_into_another_book(live_office, book, sheet):
    sheet["A1"].value = "从这里"
    with live_office.books.add() as other:
        copied = sheet.copy(before=other.sheets[0], name="来自别处")
        assert copied["A1"].value == "从这里"
        assert other.sheet_names[0] == "来自别处"
    assert len(book.sheets) == 1


def test_hidden_sheets(book, sheet):
    with pytest.raises(LibreOfficeError, match="visible"):
        sheet.visible = False
    with pytest.raises(LibreOfficeError, match="visible"):
        sheet.delete()
    hidden = book.sheets.add("藏")
    hidden.visible = False
    assert (sheet.visible, hidden.visible) == (True, False)
    with pytest.raises(LibreOfficeError, match="hidden"):
        hidden.activate()
    hidden["A1"].value = 1
    assert hidden["A1"].value == 1.0
    hidden.visible = True
    hidden.activate()
    assert book.sheets.active == hidden


def test_a_deleted_sheet_is_never_taken_for_its_neighbour(book, sheet):
    doomed = book.sheets.add("将删", after=sheet)
    cells = doomed["A1:B2"]
    book.sheets.add("邻居", after=doomed)
    book.impl.document.getSheets().removeByName("将删")
    for use in (lambda: cells.value, cells.clear, lambda: doomed.index, doomed.delete):
        with pytest.raises(SheetGoneError, match="将删"):
            use()
    again = book.sheets.add("将删")
    again.delete()
    with pytest.raises(SheetGoneError, match="deleted"):
        again["A1"].value = 1
    assert book.sheets["邻居"].used_range.value is None


def test_a_sheet_renamed_by_its_user_is_found_again_by_name(book, sheet):
    sheet.impl.uno.setName("改过")
    with pytest.raises(SheetGoneError, match="Sheet1"):
        sheet["A1"].value  # noqa: B018
    assert book.sheets["改过"]["A1"].value is None


def test_the_used_range(sheet):
    assert sheet.used_range.address == "$A$1"
    sheet["C4"].value = [[1, 2], [3, 4]]
    assert sheet.used_range.address == "$C$4:$D$5"
    sheet["B9"].color = (0, 0, 255)
    assert sheet.used_range.last_cell.row >= 5
    sheet.clear()
    assert sheet.used_range.address == "$A$1"
