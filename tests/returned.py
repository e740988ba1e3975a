"""A folder of returned files as an officer gets it: good ones, and every kind of bad one."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl

from perfxl.core.collecting.unit_return import ReturnedProject
from perfxl.core.forms.records import BudgetUnit, Project, Submission
from perfxl.core.sheets.plain_form import plain_sheets
from perfxl.io.data.framework_files import find_framework
from perfxl.io.data.samples import FRAMEWORK, sample_submission
from perfxl.io.workbooks.new_workbook import new_workbook, standard_workbook

SAMPLE_UNIT = "116001", "承德高新技术产业开发区总工会本级"


def submission(
    code: str,
    name: str,
    amounts: Sequence[str] = ("96.30", "5.76"),
    *,
    department: str | None = "区总工会",
    year: int = 2023,
    codes: str = "A",
) -> Submission:
    """A mended text of a unit with as many projects as amounts."""
    base = sample_submission(mended=True)
    unit = BudgetUnit(code=code, name=name)
    projects = [
        base.projects[number % 4].model_copy(
            update={
                "number": number + 1,
                "unit_line": f"{code} {name}",
                "budget_unit": unit,
                "project_code": f"13081123R{code}{number:05}{codes}",
                "project_name": f"{base.projects[number % 4].project_name[:8]}{number + 1}",
                "total_budget": Decimal(amount),
                "fiscal_funds": Decimal(amount),
                "other_funds": None,
            }
        )
        for number, amount in enumerate(amounts)
    ]
    changes = {"budget_unit": unit, "department_name": department, "year": year, "projects": tuple(projects)}
    return base.model_copy(update=changes)


def book(code: str, name: str, amounts: Sequence[str] = ("96.30", "5.76"), **more: object) -> bytes:
    """A filled-in template of a unit."""
    return standard_workbook(submission(code, name, amounts, **more), find_framework(FRAMEWORK))  # type: ignore[arg-type]


def by_hand(code: str, name: str, amounts: Sequence[str] = ("96.30", "5.76"), **more: object) -> bytes:
    """A plain form without any metadata."""
    return new_workbook(plain_sheets(submission(code, name, amounts, **more)))  # type: ignore[arg-type]


def two_units(first: tuple[str, str], second: tuple[str, str]) -> bytes:
    """One plain workbook with the forms of two units."""
    one, other = submission(*first), submission(*second, codes="B")
    renamed = [
        Project.model_validate(p.model_dump() | {"number": n + 3, "project_name": f"{p.project_name}乙"})
        for n, p in enumerate(other.projects)
    ]
    return new_workbook(plain_sheets(one.model_copy(update={"projects": (*one.projects, *renamed)})))


@cache
def _base() -> bytes:
    return book(*SAMPLE_UNIT, ("96.30", "5.76"))


def varied(code: str, name: str, amounts: tuple[str, str]) -> bytes:
    """As `book` with two projects, made from one such workbook in the package itself: three hundred in
    seconds.
    """
    texts = {SAMPLE_UNIT[0]: code, SAMPLE_UNIT[1]: name, ">96.3<": f">{amounts[0]}<", ">5.76<": f">{amounts[1]}<"}
    return replaced(_base(), {**texts, ">96.30<": f">{amounts[0]}<"})


def replaced(package: bytes, texts: Mapping[str, str]) -> bytes:
    """A workbook with these texts in place of others, in all its parts."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            for one, other in texts.items():
                # Some parts write Chinese as character references.
                for errors in ("strict", "xmlcharrefreplace"):
                    coding = "utf-8" if errors == "strict" else "ascii"
                    content = content.replace(one.encode(coding, errors), other.encode(coding, errors))
            new.writestr(info.filename, content)
    return target.getvalue()


def returned_projects(text: Submission) -> tuple[ReturnedProject, ...]:
    """The projects of a text as a collection keeps them."""
    keys = ("number", "sheet", "project_code", "project_name", "total_budget", "fiscal_funds", "other_funds")
    return tuple(ReturnedProject(*(getattr(project, key) for key in keys)) for project in text.projects)


def edited(package: bytes, cells: Mapping[tuple[str, str], object]) -> bytes:
    """A workbook after a person at the desk changed cells: (sheet, cell) → value."""
    workbook = openpyxl.load_workbook(BytesIO(package))
    for (sheet, cell), value in cells.items():
        found = next(
            s for s in workbook if s.title == sheet or s.title.startswith((f"{sheet}.", f"{sheet}关", f"{sheet}工"))
        )
        found[cell] = value
        if isinstance(value, str):
            found[cell].data_type = "s"
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def edit(path: Path, sheet: str, cells: Mapping[str, object]) -> Path:
    """The same in place: a file after a person at the desk changed cells of a sheet."""
    path.write_bytes(edited(path.read_bytes(), {(sheet, cell): value for cell, value in cells.items()}))
    return path


def zipped(files: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    """A zip as Chinese Windows makes it: names in GBK that the archive does not declare."""
    target = BytesIO()
    names = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files.items()):
            stored = name
            if gbk:
                # As long as the GBK bytes, to be swapped for them below.
                stored = f"{number:03}".ljust(len(name.encode("gbk")), "x")
                names[stored.encode()] = name.encode("gbk")
            archive.writestr(stored, content)
    data = target.getvalue()
    for stored, name in names.items():
        data = data.replace(stored, name)
    return data


def locked(files: Mapping[str, bytes]) -> bytes:
    """A zip whose entries say that they are encrypted."""
    data = bytearray(zipped(files))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def roster(path: Path, units: Sequence[tuple[str, ...]], projects: Sequence[tuple[object, ...]] = ()) -> Path:
    """A roster's file: units (code, name, department), projects (unit, code, name, amount)."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "单位名单"
    sheet.append(["单位编码", "单位名称", "主管部门", "联系人", "电话"])
    for code, name, *rest in units:
        sheet.append([code, name, rest[0] if rest else "区总工会", "张会计", "0314-2050001"])
    if projects:
        listed = workbook.create_sheet("项目")
        listed.append(["单位编码", "项目编码", "项目名称", "预算数", "财政资金"])
        for unit, code, name, amount in projects:
            listed.append([unit, code, name, amount, amount])
    workbook.save(path)
    return path
