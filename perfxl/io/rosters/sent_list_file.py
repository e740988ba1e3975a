"""下发清单.xlsx: written anew in its place, other sheets of the officer's kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from perfxl.core.grid.change import Change, DrawnSheet
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.sheets.sent_list import SENT_LIST, Sent, SentList, read_sent_list, sent_sheets
from perfxl.io.files.atomic import replace_file
from perfxl.io.files.paths import exists
from perfxl.io.ooxml.change_workbook import changed
from perfxl.io.workbooks.new_workbook import new_workbook
from perfxl.io.workbooks.read_files import read_bytes, read_workbook

FILE = f"{SENT_LIST}.xlsx"


def read_list(path: Path) -> SentList | None:
    """What an earlier list says; an empty one where there is none yet; None for another file."""
    if not exists(path):
        return SentList()
    try:
        workbook = read_workbook(path)
    except PerfxlError:
        return None
    sheet = workbook.sheet(SENT_LIST)
    return None if sheet is None else read_sent_list(sheet)


def write_list(path: Path, sent: Sequence[Sent], year: int, before: SentList) -> None:
    """Write the list, keeping what the officer wrote beside each unit. PerfxlError when that is impossible."""
    old = read_bytes(path) if exists(path) else None
    sheets = sent_sheets(sent, year, before)
    # The same way each time: what has not changed is not written again.
    written = changed(old or new_workbook((DrawnSheet(SENT_LIST, (), ()),)), Change(sheets=sheets))
    if written != old:
        replace_file(path, written, instead_of=old)
