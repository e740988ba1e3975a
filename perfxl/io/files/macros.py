"""Whether a workbook carries macros. They are never run: only their parts' names are looked at."""

from __future__ import annotations

from pathlib import Path

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import inflate

_PROJECT = "vbaproject.bin"
_OLD_SHEETS = "xl/macrosheets/"


def has_macros(path: Path) -> bool:
    """Whether an .xlsx or .xlsm file holds a macro project or a sheet of old macros; False for others."""
    try:
        with inflate.opened(path) as package:
            names = [name.lower() for name in package.namelist()]
    except (OSError, PerfxlError, *inflate.DAMAGED):
        return False
    return any(name.endswith(_PROJECT) or name.startswith(_OLD_SHEETS) for name in names)
