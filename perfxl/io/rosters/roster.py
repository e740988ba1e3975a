"""A roster's file → the roster."""

from __future__ import annotations

from pathlib import Path

from perfxl.core.errors import PerfxlError
from perfxl.core.rosters.roster import Roster, read_roster
from perfxl.io.read_files import read_workbook


def read_roster_file(path: Path) -> Roster:
    """The roster in a workbook, with all its faults. PerfxlError only when the file cannot be read."""
    try:
        return read_roster(read_workbook(path))
    except PerfxlError as fault:
        raise PerfxlError(f"无法读取花名册“{path}”：{fault}") from fault
