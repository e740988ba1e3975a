"""The workbook that a unit of a roster is handed out, and where it goes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from perfxl.core.forms.file_identity import Controls
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Form
from perfxl.core.forms.records import BudgetUnit, Project, Submission
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.safe_names import LONGEST_NAME, LONGEST_PATH, department_folder, length, unit_file_name
from perfxl.core.last_year.last_year_notes import roll_over_change
from perfxl.core.last_year.roll_over import RollNote, roll_over
from perfxl.core.reading.submission import read
from perfxl.core.rosters.blank_text import blank_submission, controls_of, in_form, projects_of, unit_of
from perfxl.core.rosters.read_roster import RosterUnit
from perfxl.io.data.form_files import find_form
from perfxl.io.data.framework_files import all_frameworks, find_framework
from perfxl.io.files import inflate
from perfxl.io.files.limits import MOST_BYTES
from perfxl.io.files.paths import resolved
from perfxl.io.ooxml.change_workbook import changed
from perfxl.io.workbooks.new_workbook import standard_workbook
from perfxl.io.workbooks.read_files import read_workbook

# With less room a name says nothing any more.
_SHORTEST = 40


@dataclass(frozen=True, slots=True)
class Handout:
    """A workbook to be made. file: from the folder that all go to, with `/`. framework, form: an id or a path.
    last_year: the file to carry over, None for none.
    """

    unit: RosterUnit
    folder: Path
    file: str
    year: int
    framework: str
    last_year: Path | None = None
    form: str | None = None

    @property
    def path(self) -> Path:
        """Where it goes."""
        return self.folder / self.file

    @property
    def department(self) -> str:
        """The folder of its department."""
        return self.file.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Handed:
    """A workbook's bytes, its projects, and what became of last year's text."""

    data: bytes
    projects: tuple[Project, ...]
    notes: tuple[RollNote, ...] = ()


def plan(
    units: Sequence[RosterUnit], folder: Path, year: int, framework: str, roster_folder: Path, form: str | None = None
) -> list[Handout]:
    """The workbooks of all units, in their order. PerfxlError where paths would be too long to be opened."""
    room = LONGEST_PATH - length(str(resolved(folder))) - 2
    if room < 2 * _SHORTEST:
        raise PerfxlError(
            f"文件夹“{folder}”的路径太长，Excel 打不开里面的文件。请换一个路径较短的文件夹，如 D:\\下发。"
        )
    folder_room = min(LONGEST_NAME, room // 2)
    made = []
    for unit in units:
        department = department_folder(unit.code[:3], unit.department or "", folder_room)
        longest = min(LONGEST_NAME, room - length(department))
        name = unit_file_name(unit.code, unit.name, year, longest)
        # A path as typed on Windows or anywhere else.
        typed = (unit.last_year_file or "").strip().strip('"').replace("\\", "/")
        last = roster_folder / typed if unit.last_year_file else None
        made.append(Handout(unit, folder, f"{department}/{name}", year, framework, last, form))
    return made


def make(handout: Handout) -> Handed:
    """The workbook of a unit; the same bytes for the same unit, year and file of last year.

    PerfxlError when last year's file cannot be read.
    """
    framework = find_framework(handout.framework)
    form = None if handout.form is None else find_form(handout.form)
    given = projects_of(handout.unit.projects)
    controls = controls_of(given)
    unit, department = unit_of(handout.unit), handout.unit.department
    if handout.last_year is None:
        submission = in_form(blank_submission(unit, handout.year, framework, department, given), form)
        return Handed(standard_workbook(submission, framework, controls), submission.projects)
    last = read_last_year(handout.last_year)
    source = handout.last_year.name
    return carried_over(last, source, handout.year, framework, unit, department, given, controls, form)


def carried_over(
    last: Submission,
    source: str,
    year: int,
    framework: Framework,
    unit: BudgetUnit,
    department: str | None,
    given: Sequence[Project],
    controls: Controls,
    form: Form | None = None,
) -> Handed:
    """Last year's text as a workbook of this year, with 结转说明. source: the name of last year's file.

    given, controls: as in `roll_over` and `standard_workbook`. form: None for the usual one.
    """
    rolled = roll_over(last, year=year, framework=framework, unit=unit, department=department, given=given)
    data = standard_workbook(in_form(rolled.submission, form), framework, controls)
    if rolled.notes:
        data = changed(data, roll_over_change(rolled, source))
    return Handed(data, rolled.submission.projects, rolled.notes)


def read_last_year(path: Path) -> Submission:
    """What last year's file says. PerfxlError, without the file's name, when that cannot be read or is no text."""
    submission = read(read_workbook(path), all_frameworks())
    if not submission.projects and submission.department is None:
        raise PerfxlError("里面没有绩效文本：没有找到项目绩效目标表。")
    return submission


# ------------------------------------------------------------------------------------------ archives


def archive_members(path: Path) -> dict[str, bytes] | None:
    """The files in an archive, None for what is none or holds more than is handed out."""
    try:
        with inflate.opened(path) as archive:
            return {info.filename: b"".join(inflate.inflated(archive, info, MOST_BYTES)) for info in archive.infolist()}
    except (OSError, PerfxlError, inflate.TooLargeError, *inflate.DAMAGED):
        return None


def archive(files: Sequence[Path]) -> bytes:
    """The files as a zip without folders. Names beyond ASCII carry the mark of UTF-8 that Windows heeds."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as packed:
        for path in files:
            # A workbook is a zip itself: packing it again gains nothing.
            packed.write(path, path.name)
    return written.getvalue()
