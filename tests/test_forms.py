"""Forms are data: a field or a whole form that a bureau writes is everywhere, and mistakes in it are told."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from perfxl.core.forms import vocabulary
from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Cover, Department, FormRecord, Indicator, Project, Record
from perfxl.core.forms.shipped_forms import PROJECT_FORM, shipped_forms
from perfxl.core.rules.registry import rule

MANAGER = """
[[fields]]
key = "manager"
label = "项目负责人"
required = true
hint = "负责人姓名。"
"""
STEPS = """
id = "steps"
name = "项目实施计划表"
subject = "project"
source = "本局自拟"
title_ends = ["实施计划表"]

[[fields]]
key = "project_name"
label = "项目名称"
required = true

[[fields]]
key = "manager"
label = "项目负责人"
required = true

[[tables]]
key = "steps"

[[tables.columns]]
key = "name"
label = "实施步骤"

[[tables.columns]]
key = "due"
label = "完成时间"
"""
UNIT = ("--unit", "116001 某某局本级", "--year", 2026)


@pytest.fixture
def with_manager(tmp_path, perfxl) -> Path:
    """The usual form with a field of its own behind the others, as a bureau makes it."""
    path = tmp_path / "本市.toml"
    assert perfxl("forms", "hebei-project", "-o", path).status == 0
    text = path.read_text(encoding="utf-8").replace('id = "hebei-project"', 'id = "local-project"')
    path.write_text(text.replace("\n[[captions]]", f"{MANAGER}\n[[captions]]", 1), encoding="utf-8")
    return path


def cell_beside(sheet, label: str) -> str:
    """The cell right of a label."""
    at = next(cell for row in sheet.iter_rows() for cell in row if cell.value == label)
    areas = [area for area in sheet.merged_cells.ranges if at.coordinate in area]
    right = areas[0].max_col if areas else at.column
    return sheet.cell(at.row, right + 1).coordinate


def report_of(perfxl, path: Path, *options: object) -> dict:
    return json.loads(perfxl("check", path, "--format", "json", *options).out)["files"][0]


def found(report: dict, rule_id: str) -> list[tuple[str, str, str]]:
    return [(f["sheet"], f["cell"], f["message"]) for f in report["findings"] if f["rule"] == rule_id]


def test_a_field_added_to_a_form_s_file_is_everywhere(tmp_path, perfxl, with_manager):
    folder = tmp_path / "收回"
    folder.mkdir()
    path = folder / "116001.xlsx"
    assert perfxl("new", path, *UNIT, "--form", with_manager).status == 0
    book = openpyxl.load_workbook(path)
    sheet = book["1.项目1"]
    at = cell_beside(sheet, "项目负责人")
    assert any(at in check.sqref and check.prompt == "负责人姓名。" for check in sheet.data_validations.dataValidation)
    # The file says by itself which form it follows: nobody need name it again.
    blank = report_of(perfxl, path)
    assert found(blank, "STR16") == [("1.项目1", at, "“项目负责人”未填写。")]
    [project] = blank["projects"]
    assert (project["form"], project["others"]["manager"]) == ("local-project", None)
    assert "项目负责人" in openpyxl.load_workbook(path, data_only=True)["1.项目1"]["A1"].value
    sheet[at] = "张三"
    book.save(path)
    filled = report_of(perfxl, path)
    assert found(filled, "STR16") == []
    assert filled["projects"][0]["others"]["manager"] == "张三"
    assert perfxl("summary", path).status == 1
    [summary] = list(table(openpyxl.load_workbook(path)["部门汇总"], "项目负责人", formulas=True))
    assert at in summary["项目负责人"]
    assert perfxl("collect", folder, "-o", tmp_path / "汇总.xlsx").status == 1
    [row] = list(table(openpyxl.load_workbook(tmp_path / "汇总.xlsx")["项目明细"], "项目负责人"))
    assert row["项目负责人"] == "张三"


def test_a_whole_form_is_one_file(tmp_path, perfxl):
    form = tmp_path / "实施计划.toml"
    form.write_text(STEPS, encoding="utf-8")
    folder = tmp_path / "收回"
    folder.mkdir()
    path = folder / "116001.xlsx"
    assert perfxl("new", path, *UNIT, "--projects", 2, "--form", form).status == 0
    book = openpyxl.load_workbook(path)
    for number, name in enumerate(("道路维修", "桥梁检测"), 1):
        sheet = book[f"{number}.项目{number}"]
        sheet[cell_beside(sheet, "项目名称")] = name
    sheet = book["1.项目1"]
    first = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "实施步骤") + 1
    sheet.cell(first, 1).value, sheet.cell(first, 3).value = "招标", "5月底"
    manager = cell_beside(sheet, "项目负责人")
    book.save(path)
    report = report_of(perfxl, path)
    one, two = report["projects"]
    assert (one["form"], one["project_name"], one["others"]) == ("steps", "道路维修", {"manager": None})
    assert one["tables"] == {"steps": [{"cell": f"A{first}", "name": "招标", "due": "5月底"}]}
    assert two["tables"] == {"steps": []}
    assert found(report, "STR16") == [(f"{n}.项目{n}", manager, "“项目负责人”未填写。") for n in (1, 2)]
    # What the form does not have cannot be wrong on it, and no sum lacks it.
    of_projects = {f["rule"] for f in report["findings"] if (f["sheet"] or "")[:2] in {"1.", "2."}}
    assert of_projects == {"STR16"}
    assert report["totals"]["incomplete"] == []
    assert perfxl("collect", folder, "-o", tmp_path / "汇总.xlsx").status == 1
    rows = list(table(openpyxl.load_workbook(tmp_path / "汇总.xlsx")["项目明细"], "实施步骤"))
    assert [row["实施步骤"] for row in rows[:2]] == ["招标，5月底", None]


def test_a_sheet_that_nobody_made_from_the_form_is_read_by_it_when_it_is_named(tmp_path, perfxl):
    form = tmp_path / "实施计划.toml"
    form.write_text(STEPS, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "计划"
    rows = [
        ["1.道路维修实施计划表"],
        ["项目名称", "道路维修"],
        ["项目负责人", "李四"],
        ["实施步骤", "完成时间"],
        ["招标", "5月底"],
    ]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "手工.xlsx")
    report = report_of(perfxl, tmp_path / "手工.xlsx", "--form", form)
    [project] = report["projects"]
    assert (project["project_name"], project["others"]) == ("道路维修", {"manager": "李四"})
    assert [f["rule"] for f in report["findings"] if f["severity"] == "error"] == []
    assert report_of(perfxl, tmp_path / "手工.xlsx")["projects"] == []


def table(sheet, header: str, *, formulas: bool = False):
    """The rows below the header that has this column."""
    head = next(row for row in sheet.iter_rows() if any(cell.value == header for cell in row))
    names = [cell.value for cell in head]
    for row in sheet.iter_rows(min_row=head[0].row + 1, values_only=True):
        if row[0] == "合计" or (row[0] is None and row[1] in {None, "合计"}):
            return
        yield dict(zip(names, row, strict=True))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('kind = "code"', 'kind = "kode"'), "kind 只能写 text、long_text、code、amount、percent、number、year。"),
        (('label = "项目名称"', 'lable = "项目名称"'), "没有“lable”这一项，是不是 label。"),
        (('label = "项目名称"\n', ""), "缺少 label。"),
        (('label = "项目名称"', 'label = "项目编码"'), "名称“项目编码”用了两次（project_code 和 project_name）。"),
        (('key = "project_name"', 'key = "project_code"'), "key“project_code”用了两次。"),
        (('kind = "amount"', 'kind = "text"'), "“预算数”（total_budget）的 kind 应为 amount。"),
        (('group = "plan"', 'group = "plann"'), "“3月底”的 group“plann”不是本表的 key。"),
        (('subject = "project"', 'subject = "unit"'), "subject 只能写 cover、department、project。"),
        (('value_at = "E4:G4"', 'value_at = "E4-G4"'), "value_at 的写法不对（现为“E4-G4”）。"),
        (('value_at = "E4:G4"', 'value_at = "G4:E4"'), "“项目名称”的 value_at（G4:E4）应从左上写到右下：E4:G4。"),
        (('value_at = "C5"\n', ""), "“预算数”的 label_at 和 value_at 只写了一个，要么都写，要么都不写。"),
        (('value_at = "C5"', 'value_at = "C4"'), "“预算数”的 value_at（C4）应在 label_at（B5）的右边。"),
        (('value_at = "B8:C8"', 'value_at = "B9:C9"'), "“3月底”的 value_at（B9:C9）应在 label_at（B7:C7）的下一行。"),
        (
            ('value_at = "B6:G6"', 'value_at = "B5:G6"'),
            "“预算数”的 label_at（B5）和“预算规模及资金用途”的 value_at（B5:G6）重叠。",
        ),
        (('value_at = "B9:G9"', 'value_at = "B9:H9"'), "“绩效目标”的 value_at（B9:H9）超出了 widths 写明的 7 栏。"),
        (('at = "D:E"', 'at = "C:E"'), "表格“indicators”中“三级指标”的栏目（C）和“绩效指标描述”的栏目（C:E）重叠。"),
        (('key = "project_name"', 'key = "number"'), "key“number”是程序自用的名称，请换一个。"),
        (('key = "project_name"', 'key = "indicators"'), "key“indicators”只能用于表格。"),
        (('key = "project_name"', 'key = "year"'), "key“year”只能用于封面，项目表请换一个。"),
        (('key = "indicators"', 'key = "purpose"'), "key“purpose”不能用于表格。"),
        (
            ('key = "spending_plan.3"', 'key = "spending_plan.4"'),
            "key“spending_plan.4”只能写 spending_plan.0、spending_plan.1、spending_plan.2、spending_plan.3。",
        ),
        (("blank_height = 34", "blank_height = -34"), "blank_height 的写法不对（现为“-34”）。"),
        (('label = "项目名称"', 'label = "项目\\u0001名称"'), "label 的写法不对（现为“项目\\x01名称”）。"),
    ],
)
def test_a_mistake_in_a_form_s_file_is_a_sentence_with_its_line(tmp_path, perfxl, change, said):
    path = tmp_path / "本市.toml"
    perfxl("forms", "hebei-project", "-o", path)
    lines = path.read_text(encoding="utf-8").replace(*change, 1)
    path.write_text(lines, encoding="utf-8")
    ran = perfxl("new", tmp_path / "x.xlsx", *UNIT, "--form", path)
    assert ran.status == 2
    first, *details = ran.err.splitlines()
    assert first == f"表样文件“{path}”有写错的地方，没有使用。请改正后再试："
    told = next(line for line in details if line.endswith(said))
    number = int(told.partition("行：")[0].removeprefix("  第 "))
    # The line that was changed, or the entry in which something is missing.
    changed = {n for n, (a, b) in enumerate(zip(lines.split("\n"), file_lines(), strict=False), 1) if a != b}
    assert number in changed or lines.split("\n")[number - 1].startswith(
        ("[[", "kind", "group", "label", "key", "value_at")
    )
    assert not (tmp_path / "x.xlsx").exists()


def test_every_name_that_records_know_is_a_field_a_table_or_kept_from_forms():
    known = {name for record in (Project, Department, Cover) for name in record.model_fields}
    assert known == vocabulary.FIELDS | vocabulary.PARTS.keys() | vocabulary.TABLES | vocabulary.OF_RECORDS
    columns = {column.key for column in PROJECT_FORM.tables[0].columns}
    assert {*Indicator.model_fields} - columns == vocabulary.OF_ROWS


def file_lines() -> list[str]:
    from perfxl.app.explain_forms import file_text

    return file_text("hebei-project").split("\n")


def test_unknown_forms_are_refused_and_the_known_ones_named(tmp_path, perfxl):
    ran = perfxl("new", tmp_path / "x.xlsx", *UNIT, "--form", "henan")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("没有名为“henan”的表样。可用的有：cover、hebei-department、hebei-project")


def test_the_forms_are_listed_and_described(perfxl):
    listed = perfxl("forms")
    assert listed.status == 0
    assert [line.split()[0] for line in listed.out.splitlines()[: len(shipped_forms())]] == list(shipped_forms())
    said = perfxl("forms", "hebei-project").out
    for field in PROJECT_FORM.fields:
        assert f"  {field.label}（{field.key}，" in said
    assert "  项目编码（project_code，编码，必填，21 位）；也写作：项目代码、项目编号" in said


def test_a_form_s_file_is_not_overwritten(tmp_path, perfxl):
    path = tmp_path / "本市.toml"
    path.write_text("我改过的", encoding="utf-8")
    assert perfxl("forms", "cover", "-o", path).status == 2
    assert path.read_text(encoding="utf-8") == "我改过的"


def test_every_shipped_form_has_a_place_for_each_of_its_parts():
    from perfxl.core.forms.blank_sheet import blank_form

    for form in shipped_forms().values():
        for weights in (False, True):
            blank = blank_form(form, weights=weights)
            assert all(part.label_at for part in blank.labels)
            assert all(field.value_at for field in blank.fields)
            assert all(column.at for one in blank.tables for column in one.columns)


class Meeting(Record):
    """A record that no submission holds."""


def test_a_rule_on_what_nobody_finds_is_refused_when_it_is_written():
    def nothing() -> None:
        """什么也不查。"""

    words = {"message": "", "hint": "", "basis": "", "good": [], "bad": []}
    for kind in (Meeting, FormRecord):
        with pytest.raises(TypeError, match="nobody would run it"):
            rule("XXX01", Severity.INFO, on=kind, aspect=Aspect.COMPLETENESS, opinion=Opinion.O8, **words)(nothing)


def test_the_report_says_which_form_each_project_is_on(perfxl, examples):
    from perfxl.app.make_examples import FILLED_IN

    report = report_of(perfxl, examples / FILLED_IN)
    assert [project["form"] for project in report["projects"]] == ["hebei-project"] * 4
