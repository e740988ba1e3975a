"""`python -m perfxl.app.make_examples [DIR]`: the workbooks of examples/, always from the same facts."""

from __future__ import annotations

import sys
from pathlib import Path

from perfxl.app.tasks import save
from perfxl.core.rosters.roster_sheets import roster_sheets
from perfxl.core.sheets.plain_form import plain_sheets
from perfxl.io.data.framework_files import find_framework
from perfxl.io.data.sample_roster import sample_units
from perfxl.io.data.samples import FRAMEWORK, sample_submission
from perfxl.io.workbooks.new_workbook import new_workbook, standard_workbook

FILLED_IN = "承德总工会2023.xlsx"
BY_HAND = "承德总工会2023-手工表.xlsx"
MENDED = "承德总工会2023-修改后.xlsx"
ROSTER = "花名册示例.xlsx"


def write_examples(folder: Path) -> list[Path]:
    """The sample in our template, the same typed by hand, the mended text, and a roster; gives their paths."""
    framework = find_framework(FRAMEWORK)
    contents = {
        FILLED_IN: standard_workbook(sample_submission(), framework),
        BY_HAND: new_workbook(plain_sheets(sample_submission())),
        MENDED: standard_workbook(sample_submission(mended=True), framework),
        ROSTER: new_workbook(roster_sheets(sample_units()), chosen=1),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        save(folder / name, data)
    return [folder / name for name in contents]


if __name__ == "__main__":
    for written in write_examples(Path(sys.argv[1] if len(sys.argv) > 1 else "examples")):
        sys.stdout.write(f"{written}\n")
