"""The example roster: the unit of the sample text with its real figures, and invented ones around it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from perfxl.core.forms.project_code import check_character
from perfxl.core.rosters.read_roster import RosterProject, RosterUnit
from perfxl.io.data.samples import sample_submission

# Code, name, department, contact, phone; the projects: name, budget, of which other funds, purpose.
_INVENTED: tuple[tuple[tuple[str, str, str, str, str], tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        ("101001", "示例区党政办公室本级", "示例区党政办公室", "赵志远", "0314-5550101"),
        (
            ("办公楼运行维护项目", "128.40", "0", "用于办公楼水电、物业和设备维修。"),
            ("政务信息公开项目", "18.60", "0", "用于政府信息公开平台维护和印刷。"),
        ),
    ),
    (
        ("101002", "示例区机关事务服务中心", "示例区党政办公室", "钱文静", "0314-5550102"),
        (("公务用车保障项目", "86.50", "6.50", "用于公务用车租赁、燃油和维修。"),),
    ),
    (
        ("116002", "示例区职工服务中心", "", "孙丽华", "0314-5550116"),
        (
            ("职工技能培训项目", "32.00", "2.00", "用于举办职工技能培训班和竞赛。"),
            ("户外劳动者服务站点运行项目", "15.20", "0", "用于户外劳动者服务站点的水电、饮水和维护。"),
        ),
    ),
    (
        ("205001", "示例区教育局本级", "示例区教育局", "李国栋", "0314-5550205"),
        (
            ("义务教育学校校舍维修项目", "356.00", "0", "用于义务教育学校校舍维修改造。"),
            ("教师培训项目", "48.00", "0", "用于中小学教师全员培训。"),
        ),
    ),
    (
        ("205002", "示例区第一中学", "示例区教育局", "周晓梅", "0314-5550206"),
        (("实验设备更新项目", "64.80", "14.80", "用于理化生实验室设备更新。"),),
    ),
    (("205003", "示例区实验小学", "示例区教育局", "吴海燕", "0314-5550207"), ()),
)
_DIVISION = "130811"


def sample_units(year: int = 2024) -> tuple[RosterUnit, ...]:
    """The units of the example, in the order of their codes; codes of invented projects carry `year`."""
    units = [*(_invented(about, projects, year) for about, projects in _INVENTED), _real()]
    own = next(unit.department for unit in units if unit.code == "116001")
    filled = (unit if unit.department else replace(unit, department=own) for unit in units)
    return tuple(sorted(filled, key=lambda unit: unit.code))


def _invented(
    about: tuple[str, str, str, str, str], projects: tuple[tuple[str, str, str, str], ...], year: int
) -> RosterUnit:
    code, name, department, contact, phone = about
    return RosterUnit(
        code,
        name,
        department or None,
        contact,
        phone,
        tuple(_project(code, number, *one, year) for number, one in enumerate(projects, 1)),
    )


def _project(unit: str, number: int, name: str, budget: str, other: str, purpose: str, year: int) -> RosterProject:
    first = f"{_DIVISION}{year % 100:02}P000{unit[:3]}{unit[-1]}{number:04}"
    total, funds = Decimal(budget), Decimal(other)
    return RosterProject(
        code=first + check_character(first),
        name=name,
        total_budget=total,
        fiscal_funds=total - funds,
        other_funds=funds or None,
        purpose=purpose,
    )


def _real() -> RosterUnit:
    """The unit of the sample text, with the projects and figures that it published; codes are new each year."""
    text = sample_submission()
    unit = text.budget_unit
    return RosterUnit(
        code=(unit.code if unit else None) or "",
        name=(unit.name if unit else None) or "",
        department=text.department_name,
        contact="王建军",
        phone="0314-5550115",
        projects=tuple(
            RosterProject(
                code=None,
                name=project.project_name or "",
                total_budget=project.total_budget,
                fiscal_funds=project.fiscal_funds,
                other_funds=project.other_funds,
                purpose=project.purpose,
            )
            for project in text.projects
        ),
        last_year_file="承德总工会2023.xlsx",
    )
