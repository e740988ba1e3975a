"""Beginning a workbook: blank, from a list of projects, or from last year's file; and an empty roster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from perfxl.app.tasks import named, save
from perfxl.core.forms.records import BudgetUnit, Project, Submission
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import cut
from perfxl.core.last_year.roll_over import RollNote
from perfxl.core.reading.submission import DEFAULT_FRAMEWORK
from perfxl.io.data.form_files import find_form
from perfxl.io.data.framework_files import find_framework
from perfxl.io.files.paths import exists

_MOST_PROJECTS = 200
_LONGEST_NUMBER = 20
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A workbook that was made. notes: what became of last year's text, in the order of the workbook."""

    unit: BudgetUnit
    year: int
    projects: int
    notes: tuple[RollNote, ...] = ()


def new(
    target: Path,
    *,
    unit: tuple[str, str],
    year: int,
    department: str | None = None,
    framework: str | None = None,
    form: str | None = None,
    projects: str = "1",
) -> Begun:
    """Make an empty workbook for a budget unit (code, name).

    projects: how many, or the path of a list of them. PerfxlError when the file exists already.
    """
    from perfxl.core.rosters.blank_text import blank_submission, in_form
    from perfxl.io.workbooks.new_workbook import standard_workbook

    refuse_existing(target)
    chosen = find_framework(framework or DEFAULT_FRAMEWORK)
    budget_unit = BudgetUnit(code=unit[0], name=unit[1])
    submission = blank_submission(budget_unit, year, chosen, department, _projects(projects))
    submission = in_form(submission, None if form is None else find_form(form))
    save(target, standard_workbook(submission, chosen))
    return Begun(budget_unit, year, len(submission.projects))


def new_from(
    target: Path,
    last_file: Path,
    *,
    unit: tuple[str, str] | None = None,
    year: int | None = None,
    department: str | None = None,
    framework: str | None = None,
    form: str | None = None,
    projects: str | None = None,
) -> Begun:
    """Make a workbook out of last year's: words carried over, figures cleared, old wording marked.

    unit, year, department, framework: as last year's file says where None; the year is the next one.
    projects: the path of a list of this year's projects with their 控制数, None for all of last year's.
    PerfxlError when the file exists already, or where last year's cannot be read or does not say enough.
    """
    from perfxl.io.rosters.handouts import carried_over, read_last_year

    refuse_existing(target)
    given: tuple[Project, ...] = ()
    if projects is not None:
        if _is_number(projects):
            raise PerfxlError("与 --from 同用时，--projects 应为项目清单文件；项目个数由上年文件决定。")
        given = _projects(projects)
    with named(last_file):
        last = read_last_year(last_file)
    budget_unit = BudgetUnit(code=unit[0], name=unit[1]) if unit else _unit_of(last, last_file)
    next_year = year or _year_after(last, last_file)
    chosen = find_framework(framework or last.framework)
    handed = carried_over(
        last,
        last_file.name,
        next_year,
        chosen,
        budget_unit,
        department,
        given,
        {},
        None if form is None else find_form(form),
    )
    save(target, handed.data)
    return Begun(budget_unit, next_year, len(handed.projects), handed.notes)


def new_roster(target: Path) -> None:
    """Make an empty roster. PerfxlError when the file exists already."""
    from perfxl.core.rosters.roster_sheets import roster_sheets
    from perfxl.io.workbooks.new_workbook import new_workbook

    refuse_existing(target)
    save(target, new_workbook(roster_sheets(), chosen=1))


def refuse_existing(target: Path, suffix: str = ".xlsx") -> None:
    """PerfxlError for another kind of file, and for one that exists already."""
    if target.suffix.lower() != suffix:
        raise PerfxlError(f"“{target}”应以 {suffix} 结尾。")
    if exists(target):
        raise PerfxlError(f"“{target}”已经存在，没有覆盖。请换一个文件名，或先移走原文件。")


def _unit_of(last: Submission, file: Path) -> BudgetUnit:
    unit = last.budget_unit
    if unit is None or not unit.name or not _CODE.fullmatch(unit.code or ""):
        raise PerfxlError(f'{file}：没有写明 6 位单位编码和单位名称。请用 --unit 指定，如 --unit "116001 某某局本级"。')
    return unit


def _year_after(last: Submission, file: Path) -> int:
    if last.year is None:
        raise PerfxlError(f"{file}：没有写明预算年度。请用 --year 指定本年的年份，如 --year 2024。")
    return last.year + 1


def _is_number(given: str) -> bool:
    return given.strip().lstrip("+-").isdecimal()


def _projects(given: str) -> tuple[Project, ...]:
    if not _is_number(given):
        from perfxl.io.rosters.project_list import read_projects

        return read_projects(Path(given))
    # Python reads no number of more than 4,300 digits.
    number = int(given) if len(given) <= _LONGEST_NUMBER else 0
    if not 1 <= number <= _MOST_PROJECTS:
        raise PerfxlError(f"项目个数应为 1 至 {_MOST_PROJECTS}，现为“{cut(given, _LONGEST_NUMBER)}”。")
    return tuple(Project(number=i) for i in range(1, number + 1))
