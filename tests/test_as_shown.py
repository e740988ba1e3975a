"""What a person sees is what is read: the same findings for .xlsx, .xls and .ods, saved by LibreOffice.

One workbook with a sheet per case, each a good form in which somebody formatted, merged or struck out
something. Cells are named by the label that stands beside or above them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from live_office import write_plain
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.cell_range import CellRange
from places import AT, PLAN, cell
from tables import GOOD, drawn, found_in

from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.cells import Workbook
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook

FIELDS = {
    "预算数": AT["total_budget"],
    "财政资金": AT["fiscal_funds"],
    "其他资金": AT["other_funds"],
    "资金用途": AT["purpose"],
    "指标值": cell(1, "target"),
}


class Form:
    """A sheet of openpyxl, its cells by the name of the field."""

    def __init__(self, sheet):
        self.sheet = sheet

    def put(self, field, value, number_format=None, **font):
        cell = self.sheet[FIELDS[field]]
        cell.value = value
        if number_format is not None:
            cell.number_format = number_format
        if font:
            cell.font = Font(**font)

    def both(self, value, number_format):
        """An amount in 预算数 and 财政资金 alike."""
        for field in ("预算数", "财政资金"):
            self.put(field, value, number_format)


def amounts(value, number_format):
    return lambda form: form.both(value, number_format)


def field(name, value, number_format=None, **font):
    return lambda form: form.put(name, value, number_format, **font)


def runs(name, *parts):
    text = CellRichText(
        *(part if isinstance(part, str) else TextBlock(InlineFont(**part[1]), part[0]) for part in parts)
    )
    return lambda form: form.put(name, text)


def covered(form):
    """The second of the four plan values lies under a merge."""
    one, two = (PROJECT_FORM.field(f"spending_plan.{number}").value_at for number in (0, 1))
    for area in (one, two):
        form.sheet.unmerge_cells(area)
    for at, value in ((PLAN[0], 0.5), (PLAN[1], 0.3), (PLAN[3], 1)):
        form.sheet[at].value = value
        form.sheet[at].number_format = "0%"
    form.sheet.merged_cells.add(CellRange(f"{PLAN[0]}:{two.partition(':')[2]}"))


ASKED = "STR11 warning"
UNCERTAIN = "STR11 error"
# name → what is done, what 预算数 is read as (or another field), and the findings of reading.
CASES: dict[str, tuple[Callable[[Form], None], dict[str, object], list[str]]] = {
    "万元在第二行": (amounts(57600, '0.00,,"万元"\n%'), {"total_budget": "5.76"}, [ASKED]),
    "点由引号画": (amounts(57600, '0"."0,'), {"total_budget": "5.76"}, [ASKED]),
    "点由反斜杠画": (amounts(57600, "0\\.0,"), {"total_budget": "5.76"}, [ASKED]),
    "四位之前画点": (amounts(57600, '0"."0000'), {"total_budget": "5.76"}, [ASKED]),
    "万元是真的": (amounts(5.76, '0.00"万元"'), {"total_budget": "5.76"}, []),
    "带元": (amounts(57600, '0"元"'), {"total_budget": None}, [UNCERTAIN]),
    "千": (amounts(57600, "#,##0.00,"), {"total_budget": None}, [UNCERTAIN]),
    "百分数": (amounts(57600, "0.00%"), {"total_budget": None}, [UNCERTAIN]),
    "日期": (amounts(57600, "yyyy/m/d"), {"total_budget": None}, [UNCERTAIN]),
    "时刻": (amounts(0.75, "h:mm"), {"total_budget": None}, [UNCERTAIN]),
    "带人": (amounts(576, '0"人"'), {"total_budget": None}, [UNCERTAIN]),
    "看不见": (amounts(57600, ";;;"), {"total_budget": None}, [UNCERTAIN]),
    "符号丢了": (amounts(-5, "0;0"), {"total_budget": None}, [UNCERTAIN]),
    "四舍五入": (amounts(57.6, "0"), {"total_budget": "57.6"}, [ASKED]),
    "货币": (amounts(5.76, '"¥"#,##0.00'), {"total_budget": "5.76"}, [ASKED]),
    "会计": (amounts(5760, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '), {"total_budget": "5760"}, []),
    "零画成横线": (field("其他资金", 0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '), {"other_funds": "0"}, []),
    "空白在数字中间": (field("预算数", "9 6.30"), {"total_budget": None}, ["AMT01 error"]),
    "空白在单位之前": (amounts(" 96.30 万元", "@"), {"total_budget": "96.30"}, ["STR05 info"]),
    "零宽空格": (amounts("\u200b96.30", "@"), {"total_budget": "96.30"}, ["STR05 info"]),
    "只有看不见的字符": (field("资金用途", "\u200b\u2060\ufeff"), {"purpose": None}, ["AMT05 error"]),
    "大于等于画出来": (field("指标值", 48, '"≥"0"人"'), {"target": "≥48人"}, []),
    "百分数指标": (field("指标值", 0.9, "0%"), {"target": "90%"}, []),
    "百分之百": (field("指标值", 1, "0%"), {"target": "100%"}, []),
    "日期指标": (field("指标值", 45626, 'm"月"d"日"'), {"target": "11月30日"}, []),
    "文字格式": (field("指标值", "90%", '"≥"@'), {"target": "≥90%"}, []),
    "两个数": (field("指标值", "90 100"), {"target": "90 100", "number": None}, []),
    "脚注": (
        runs("指标值", "≥48", ("1", {"vertAlign": "superscript"}), "人"),
        {"target": "≥48¹人", "number": "48"},
        [],
    ),
    "平方": (runs("指标值", "≥48m", ("2", {"vertAlign": "superscript"})), {"target": "≥48m²", "number": "48"}, []),
    "划掉一段": (runs("指标值", "≥90%", ("95%", {"strike": True})), {"target": "≥90%"}, ["STR05 info"]),
    "整格划掉": (field("其他资金", 5, strike=True), {"other_funds": None}, ["STR12 warning"]),
    "合并遮住": (covered, {"spending_plan": ["50", None, None, "100"]}, ["STR12 warning"]),
    "错误值": (field("其他资金", "=1/0"), {"other_funds": None}, ["STR04 error"]),
    "失效引用": (field("其他资金", "=#REF!"), {"other_funds": None}, ["STR04 error"]),
}
ASKED_FOR = ("STR04", "STR05", "STR06", "STR11", "STR12", "AMT01", "AMT05")


@pytest.fixture(scope="module")
def saved(tmp_path_factory, soffice):
    """The workbook of all cases, by the ending of its file; each as LibreOffice saves it."""
    folder = tmp_path_factory.mktemp("as_shown")
    plain = write_plain(Workbook(tuple(drawn(GOOD, name) for name in CASES)), folder / "good.xlsx")
    book = openpyxl.load_workbook(plain, rich_text=True)
    for name, (change, _, _) in CASES.items():
        change(Form(book[name]))
    made = folder / "cases.xlsx"
    book.save(made)
    files = {}
    for ending in ("xlsx", "xls", "ods"):
        (folder / ending).mkdir()
        workbook = read_workbook(soffice.convert(made, ending, folder / ending))
        found: dict[str, list[str]] = {}
        for finding in found_in(workbook):
            if finding.rule in ASKED_FOR:
                found.setdefault(finding.sheet, []).append(f"{finding.rule} {finding.severity}")
        files[ending] = {p.sheet: p for p in read(workbook, all_frameworks()).projects}, found
    return files


def as_text(value):
    if isinstance(value, Decimal):
        return f"{value:f}"
    return [as_text(one) for one in value] if isinstance(value, tuple) else value


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("name", CASES)
def test_read_as_it_is_shown(saved, name, ending):
    _, expected, findings = CASES[name]
    projects, found = saved[ending]
    project = projects[name]
    row = project.indicators[0]
    has = {"target": row.target, "number": row.parsed and row.parsed.number}
    for key, value in expected.items():
        got = as_text(has[key] if key in has else getattr(project, key))
        assert got == value or (value and isinstance(value, str) and Decimal(got) == Decimal(value)), key
    assert found.get(name, []) == findings
