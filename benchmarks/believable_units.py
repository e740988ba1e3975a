"""Believable units with their projects, the same ones for the same seed: what they would truly file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import believable_texts as texts
from believable_texts import KINDS, MEASURES, SUBCATEGORIES, YEAR, Kind

from perfxl.core.forms.project_code import check_character
from perfxl.core.forms.records import (
    BudgetUnit,
    Cover,
    Department,
    Indicator,
    Measure,
    Project,
    Submission,
    SubObjective,
)
from perfxl.core.forms.target_values import parse_target

FRAMEWORK = "hebei-2023"
MOST_PROJECTS = len(KINDS)
# As many rows as the blank form has; more projects share them.
_SUB_OBJECTIVES = 5
_CENT = Decimal("0.01")
# Per period and in no way cumulative, so that a text has one reading.
_PLANS = (
    (20, 30, 30, 20),
    (25, 25, 25, 25),
    (10, 40, 30, 20),
    (30, 30, 20, 20),
    (None, 50, None, 50),
    (15, 35, 40, 10),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the roster. projects: how many it has."""

    code: str
    name: str
    department: str
    contact: str
    phone: str
    projects: int


def county(seed: int = 1) -> tuple[Unit, ...]:
    """57 departments with a unit each, 504 projects together."""
    return _units(texts.COUNTY, [1] * 57, _split(504, 57, seed), seed)


def city(seed: int = 1) -> tuple[Unit, ...]:
    """93 departments, 178 units, four to twelve projects each."""
    return _many(texts.CITY, 93, 178, seed)


def district(seed: int = 1) -> tuple[Unit, ...]:
    """A big city's district: 63 departments, 335 units, four to twelve projects each."""
    return _many(texts.DISTRICT, 63, 335, seed)


def province(seed: int = 1, units: int = 20_000, projects: int = 4) -> tuple[Unit, ...]:
    """Many units of many regions, all with as many projects; at most 40 to a department."""
    made: list[Unit] = []
    departments = [f"{region}{name}" for region in texts.REGIONS for name in texts.DEPARTMENTS]
    most = -(-units // min(len(departments), 899))
    size = max(min(40, units), most)
    for number, name in enumerate(departments[:899]):
        left = min(size, units - len(made))
        if left <= 0:
            break
        made += _department(number, name, left, [projects] * left, seed)
    return tuple(made)


def submission_of(unit: Unit, seed: int = 1) -> Submission:
    """What the unit files: every field filled in and nothing to find fault with."""
    chance = random.Random(f"{unit.code} {seed}")
    kinds = chance.sample(KINDS, unit.projects)
    own = BudgetUnit(code=unit.code, name=unit.name)
    line = f"{unit.code} {unit.name}"
    subs = [f"{kind.name.removesuffix('项目')}及相关任务" for kind in kinds[:_SUB_OBJECTIVES]]
    projects = tuple(
        _project(number, kind, unit, line, own, chance, subs[(number - 1) % len(subs)])
        for number, kind in enumerate(kinds, 1)
    )
    total = sum((project.total_budget or Decimal(0) for project in projects), Decimal(0))
    return Submission(
        framework=FRAMEWORK,
        department_name=unit.department,
        budget_unit=own,
        year=YEAR,
        cover=Cover(compiled_by=unit.name, reviewed_by="财政局"),
        department=Department(
            overall_objective=f"{YEAR}年，围绕部门职责安排{len(projects)}个项目，预算{total}万元，预计12月31日前全部完成，"
            f"{projects[0].project_name}等各项任务按计划完成率达到100%，服务对象满意度达到90%以上。",
            sub_objectives=tuple(
                SubObjective(
                    name=project.sub_objective,
                    objective=project.objective,
                    indicators="；".join(f"{row.name}{row.target}" for row in project.indicators[:4]) + "。",
                )
                for project in projects[:_SUB_OBJECTIVES]
            ),
            implementation_measures=tuple(Measure(name=name, text=text) for name, text in MEASURES),
        ),
        projects=projects,
    )


def _project(
    number: int, kind: Kind, unit: Unit, line: str, own: BudgetUnit, chance: random.Random, sub: str
) -> Project:
    price = chance.choice(kind.prices)
    count = chance.randint(*kind.counts)
    amount = Decimal(price * count) / 10_000
    amount = amount.quantize(_CENT)
    words = {"n": str(count), "price": str(price), "amount": str(amount)}
    fiscal = amount
    if chance.random() < 0.25:
        fiscal = (amount * chance.choice((5, 6, 7, 8)) / 10).quantize(_CENT)
    plan = chance.choice(_PLANS)
    first, second, third, fourth = (None if share is None else Decimal(share) for share in plan)
    return Project(
        number=number,
        unit_line=line,
        budget_unit=own,
        project_code=_code(unit, number),
        project_name=kind.name,
        total_budget=amount,
        fiscal_funds=fiscal,
        other_funds=amount - fiscal if amount != fiscal else None,
        purpose=kind.purpose.format(**words),
        spending_plan=(first, second, third, fourth),
        objective=kind.objective.format(**words),
        sub_objective=sub,
        indicators=tuple(_indicator(where, row, words) for where, row in zip(SUBCATEGORIES, kind.rows, strict=True)),
    )


def _indicator(where: tuple[str, str], row: tuple[str, str, str, str], words: dict[str, str]) -> Indicator:
    name, definition, target, basis = (text.format(**words) for text in row)
    return Indicator(
        category=where[0],
        subcategory=where[1],
        name=name,
        definition=definition,
        target=target,
        target_basis=basis,
        parsed=_parsed(target),
    )


_parsed = cache(parse_target)


def _code(unit: Unit, number: int) -> str:
    """A project code whose last character fits; the 6 digits in the middle are the unit's."""
    first = f"130999{YEAR % 100}P{unit.code}{number:05d}"
    return first + check_character(first)


# ---------------------------------------------------------------------------------------- the units

_SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严金魏姜"
_GIVEN = "安平文华建国明志春梅兰芳俊杰思远雨晨佳宁子涵立新永康"


def _many(place: str, departments: int, units: int, seed: int) -> tuple[Unit, ...]:
    """Departments of one to twelve units."""
    chance = random.Random(f"{place} {seed}")
    sizes = [1] * departments
    for _ in range(units - departments):
        sizes[chance.choice([i for i, size in enumerate(sizes) if size < 12])] += 1
    return _units(place, sizes, [chance.randint(4, 12) for _ in range(units)], seed)


def _units(place: str, sizes: list[int], projects: list[int], seed: int) -> tuple[Unit, ...]:
    made: list[Unit] = []
    for number, size in enumerate(sizes):
        name = f"{place}{texts.DEPARTMENTS[number]}"
        made += _department(number, name, size, projects[len(made) : len(made) + size], seed)
    return tuple(made)


def _department(number: int, name: str, size: int, projects: list[int], seed: int) -> Iterator[Unit]:
    for index in range(size):
        code = f"{101 + number:03d}{index + 1:03d}"
        chance = random.Random(f"unit {code} {seed}")
        own = f"{name}本级" if size > 1 else name
        if index:
            kind = texts.SUBORDINATES[(index - 1) % len(texts.SUBORDINATES)]
            batch = (index - 1) // len(texts.SUBORDINATES)
            own = f"{name}{f'第{batch + 1}' if batch else ''}{kind}"
        contact = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))
        # No such numbers are given to anybody: the area code does not exist.
        phone = f"0000-{chance.randint(2_000_000, 8_999_999)}"
        yield Unit(code, own, name, contact, phone, projects[index])


def _split(total: int, parts: int, seed: int) -> list[int]:
    """Numbers of projects that add up: 4 to 14 each."""
    chance = random.Random(f"split {total} {parts} {seed}")
    numbers = [total // parts] * parts
    for index in range(total - sum(numbers)):
        numbers[index] += 1
    for _ in range(parts * 6):
        giver, taker = chance.sample(range(parts), 2)
        if numbers[giver] > 4 and numbers[taker] < 14:
            numbers[giver] -= 1
            numbers[taker] += 1
    return numbers
