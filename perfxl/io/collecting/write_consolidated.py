"""汇总.xlsx on disk: written in a stream, with the mark by which it is known again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import xlsxwriter

from perfxl.core.collecting.consolidated.consolidated_workbook import Consolidation, fill_consolidated
from perfxl.core.collecting.consolidated.links import Links
from perfxl.core.forms.collected_columns import UNITS
from perfxl.core.forms.findings import Finding
from perfxl.io.collecting.saved_when import PROPERTY, SUMMARY_VALUE
from perfxl.io.files.paths import resolved
from perfxl.io.workbooks.streamed_workbook import StreamedWorkbook

# The version of Excel that the file says has calculated it: the values are there, nobody need wait.
_CALCULATED_BY = 191029


def write_consolidated(one: Consolidation, stream: IO[bytes], scratch: Path) -> tuple[Finding, ...]:
    """Write the workbook; gives what the program's own check of the sums found (COL06), usually nothing.

    scratch: a private folder for what does not fit into memory.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": UNITS, "created": one.made})
    book.set_custom_property(PROPERTY, SUMMARY_VALUE)
    book.set_calc_mode("auto", _CALCULATED_BY)
    # The values stand beside the formulas; they need not be computed again only to be looked at.
    book.calc_on_load = False
    try:
        return fill_consolidated(one, StreamedWorkbook(book))
    finally:
        book.close()


def links_between(summary: Path, folder: Path) -> Links:
    """Links from the summary to the files: relative, so that both may be moved together; absolute across drives."""
    try:
        relative = os.path.relpath(resolved(folder), resolved(summary).parent)
    except ValueError:
        relative = str(resolved(folder))
    base = relative.replace(os.sep, "/")
    return Links("" if base == "." else f"{base}/")
