"""A believable county, city, district or province: its roster, what its units return, and the truth about both.

`python benchmarks/believable.py county|city|district|province|UNITSxPROJECTS FOLDER [--faults 0.15] [--seed 1]
[--jobs N] [--odd]` writes 花名册.xlsx, the folder 报送 and 实情.json. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import xlsxwriter
from believable_faults import BAD_FILES, FAULTS
from believable_texts import YEAR
from believable_units import Unit, city, county, district, province, submission_of
from believable_workbooks import workbook_of

from perfxl.core.forms.records import Project, Submission
from perfxl.core.grid.cells import Value
from perfxl.core.grid.safe_names import department_folder, unit_file_name
from perfxl.core.rosters.roster_form import PROJECT_TABLE, PROJECTS, UNIT_TABLE, UNITS

ROSTER, RETURNED, TRUTH = "花名册.xlsx", "报送", "实情.json"
_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")
# The roster of a province lists its units only: their projects would be half a million cells.
_MOST_WITH_PROJECTS = 3_000
# Of this many units one each returns twice, under another name, and nothing.
_ODD_EVERY = 20
_FIRST_DAY = int(datetime(YEAR - 1, 11, 1, 9, tzinfo=UTC).timestamp())
_HOUR = 3600


@dataclass(frozen=True)
class Filed:
    """A unit's workbook as it filed it, its faults in it. faults: project number, fault, rule."""

    unit: Unit
    submission: Submission
    faults: tuple[tuple[int, str, str], ...]
    typed: dict[tuple[int, str], Value]

    def as_json(self, file: str | None) -> dict[str, Any]:
        """What the truth says of it; amounts as decimal texts in 万元, None where none can be read."""
        projects = self.submission.projects
        return {
            "code": self.unit.code,
            "name": self.unit.name,
            "department": self.unit.department,
            "file": file,
            "projects": [
                {"project_code": p.project_code, "project_name": p.project_name, **_amounts(p)} for p in projects
            ],
            "totals": {"projects": len(projects), **{key: str(_sum(projects, key)) for key in _AMOUNTS}},
            "faults": [{"project": number, "fault": name, "rule": rule} for number, name, rule in self.faults],
        }


def filed(unit: Unit, *, faults: float = 0.0, seed: int = 1) -> Filed:
    """What a unit files. faults: how likely it has any; then one to three, in different projects."""
    submission = submission_of(unit, seed)
    chance = random.Random(f"faults {unit.code} {seed}")
    if chance.random() >= faults:
        return Filed(unit, submission, (), {})
    number = min(chance.randint(1, 3), len(submission.projects))
    places = sorted(chance.sample(range(len(submission.projects)), number))
    names = chance.sample(sorted(FAULTS), number)
    return with_faults(unit, submission, {place + 1: name for place, name in zip(places, names, strict=True)})


def with_faults(unit: Unit, submission: Submission, faults: dict[int, str]) -> Filed:
    """A submission with faults by name, one to a project."""
    projects = list(submission.projects)
    typed: dict[tuple[int, str], Value] = {}
    for number, name in faults.items():
        fault = FAULTS[name]
        projects[number - 1] = fault.change(projects[number - 1])
        typed |= {(number, cell): value for cell, value in fault.typed.items()}
    told = tuple((number, name, FAULTS[name].rule) for number, name in faults.items())
    return Filed(unit, submission.model_copy(update={"projects": tuple(projects)}), told, typed)


def make(
    units: Sequence[Unit], folder: Path, *, faults: float = 0.15, seed: int = 1, jobs: int = 1, odd: bool = False
) -> dict[str, Any]:
    """Write the roster, the returned workbooks and the truth into a folder; gives the truth.

    odd: also files that came twice, under another name, not at all, from a stranger, and damaged ones.
    """
    returned = folder / RETURNED
    returned.mkdir(parents=True, exist_ok=True)
    write_roster(folder / ROSTER, units, seed)
    fates = _fates(units, seed) if odd else {}
    tasks = [(number, unit, fates.get(unit.code, "")) for number, unit in enumerate(units)]
    one = partial(_write_one, returned, faults, seed)
    truth: dict[str, Any] = {"seed": seed, "units": [], "bad_files": []}
    for told in _all(one, tasks, jobs):
        truth["units"].append(told)
    if odd:
        truth["bad_files"] = _write_bad_files(returned, units[0], seed)
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (folder / TRUTH).write_text(text + "\n", encoding="utf-8")
    return truth


def write_roster(path: Path, units: Sequence[Unit], seed: int = 1) -> None:
    """The roster: its units, and their projects with the figures they are given."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"author": "perfxl", "created": datetime(YEAR - 1, 10, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet(UNITS)
        _write_rows(sheet, [tuple(c.label for c in UNIT_TABLE.columns[:5])])
        _write_rows(sheet, ((u.code, u.name, u.department, u.contact, u.phone) for u in units), 1)
        if len(units) > _MOST_WITH_PROJECTS:
            return
        sheet = book.add_worksheet(PROJECTS)
        _write_rows(sheet, [tuple(column.label for column in PROJECT_TABLE.columns)])
        _write_rows(sheet, _project_rows(units, seed), 1)


def _project_rows(units: Iterable[Unit], seed: int) -> Iterator[tuple[Value, ...]]:
    for unit in units:
        for project in submission_of(unit, seed).projects:
            yield (
                unit.code,
                project.project_code,
                project.project_name,
                project.total_budget,
                project.fiscal_funds,
                project.other_funds,
                project.purpose,
                None,
            )


def _write_rows(sheet: Any, rows: Iterable[tuple[Value, ...]], first: int = 0) -> None:
    for row, values in enumerate(rows, first):
        for column, value in enumerate(values):
            if isinstance(value, Decimal):
                sheet.write_number(row, column, value)
            elif value is not None:
                sheet.write_string(row, column, str(value))


# ---------------------------------------------------------------------------------------- the files


def _all(one: Any, tasks: list[tuple[int, Unit, str]], jobs: int) -> Iterator[dict[str, Any]]:
    if jobs == 1:
        yield from map(one, tasks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, tasks, chunksize=20)


def _fates(units: Sequence[Unit], seed: int) -> dict[str, str]:
    """Unit code → what is odd about its return."""
    chance = random.Random(f"odd {seed}")
    kinds = ("twice", "older", "renamed", "missing")
    each = max(1, len(units) // _ODD_EVERY)
    picked = chance.sample([unit.code for unit in units], min(len(units), each * len(kinds)))
    return {code: kinds[index % len(kinds)] for index, code in enumerate(picked)}


def _write_one(returned: Path, faults: float, seed: int, task: tuple[int, Unit, str]) -> dict[str, Any]:
    """Write a unit's file or files; gives what the truth says. fate: what is odd about it."""
    number, unit, fate = task
    one = filed(unit, faults=faults, seed=seed)
    if fate == "missing":
        return {**one.as_json(None), "fate": fate}
    data = workbook_of(one.submission, one.typed)
    name = unit_file_name(unit.code, unit.name, YEAR)
    if fate == "renamed":
        name = f"新建 Microsoft Excel 工作表 ({number}).xlsx"
    folder = returned / department_folder(unit.code[:3], unit.department)
    folder.mkdir(exist_ok=True)
    time = _FIRST_DAY + number * _HOUR
    _write(folder / name, data, time)
    others = []
    if fate == "twice":
        others.append(folder / f"副本-{name}")
        _write(others[0], data, time - _HOUR)
    elif fate == "older":
        others.append(folder / f"初稿-{name}")
        first = with_faults(unit, submission_of(unit, seed), {1: "目标是模板文字"})
        _write(others[0], workbook_of(first.submission, first.typed), time - 48 * _HOUR)
    told = {**one.as_json(_told(folder / name, returned)), "fate": fate}
    return told | {"other_files": [_told(path, returned) for path in others]} if others else told


def _write_bad_files(returned: Path, unit: Unit, seed: int) -> list[dict[str, str]]:
    folder = returned / "其他"
    folder.mkdir(exist_ok=True)
    good = workbook_of(submission_of(unit, seed))
    files = {name: make_bytes(good) for name, make_bytes in BAD_FILES.items()}
    stranger = replace(unit, code="998001", name="外县某局", department="外县某局")
    files["外县的文本.xlsx"] = workbook_of(submission_of(stranger, seed))
    for number, (name, data) in enumerate(files.items()):
        _write(folder / name, data, _FIRST_DAY + number * 60)
    return [{"file": _told(folder / name, returned), "kind": Path(name).stem} for name in files]


def _write(path: Path, data: bytes, time: int) -> None:
    path.write_bytes(data)
    os.utime(path, (time, time))


def _told(path: Path, returned: Path) -> str:
    return path.relative_to(returned).as_posix()


def _amounts(project: Project) -> dict[str, str | None]:
    found = {key: getattr(project, key) for key in _AMOUNTS}
    return {key: None if value is None else str(value) for key, value in found.items()}


def _sum(projects: Sequence[Project], key: str) -> Decimal:
    return sum((getattr(p, key) or Decimal("0.00") for p in projects), Decimal("0.00"))


# ---------------------------------------------------------------------------------------- the script


def units_of(size: str, seed: int) -> tuple[Unit, ...]:
    """The units of `county`, `city`, `district`, `province` or `1000x4`. ValueError for anything else."""
    known = {"county": county, "city": city, "district": district, "province": province}
    if size in known:
        return known[size](seed)
    units, projects = (int(part) for part in size.split("x"))
    return province(seed, units, projects)


def main() -> None:
    """Write what the command line asks for and say how much it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", help="county, city, district, province or UNITSxPROJECTS")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--faults", type=float, default=0.15, help="share of files with faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--odd", action="store_true", help="also missing, doubled, renamed, damaged files")
    given = parser.parse_args()
    truth = make(
        units_of(given.size, given.seed),
        given.folder,
        faults=given.faults,
        seed=given.seed,
        jobs=given.jobs,
        odd=given.odd,
    )
    total = sum((Decimal(unit["totals"]["total_budget"]) for unit in truth["units"]), Decimal(0))
    projects = sum(unit["totals"]["projects"] for unit in truth["units"])
    faulty = sum(bool(unit["faults"]) for unit in truth["units"])
    sys.stdout.write(
        f"{len(truth['units'])} units, {projects} projects, {total} 万元, {faulty} with faults, "
        f"{len(truth['bad_files'])} files that are none\n"
    )


if __name__ == "__main__":
    main()
