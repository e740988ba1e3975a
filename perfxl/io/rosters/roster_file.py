"""A roster's file → the roster."""

from __future__ import annotations

from pathlib import Path

from perfxl.core.grid.errors import PerfxlError
from perfxl.core.rosters.read_roster import Roster, read_roster
from perfxl.io.files.limits import too_many
from perfxl.io.workbooks.read_files import read_workbook

# A province with all its counties has some 20,000 units.
MOST_ROWS = 50_000


def read_roster_file(path: Path) -> Roster:
    """The roster in a workbook, with all its faults. PerfxlError only when the file cannot be read."""
    try:
        workbook = read_workbook(path)
        if sum(len(sheet.rows) for sheet in workbook.sheets) > MOST_ROWS:
            raise too_many("花名册的行数", MOST_ROWS, "请检查是不是选错了文件，或分成几份花名册。")
        return read_roster(workbook)
    except PerfxlError as fault:
        raise PerfxlError(f"无法读取花名册“{path}”：{fault}") from fault
