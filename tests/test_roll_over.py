"""Last year's text as this year's beginning: words kept, figures cleared, what may be out of date said."""

from __future__ import annotations

import hashlib
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from places import AT, IN_DEPARTMENT

from perfxl.app.make_examples import BY_HAND, FILLED_IN
from perfxl.core.forms.file_identity import parse_identity
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import BudgetUnit, Indicator, Project, Submission
from perfxl.core.forms.sheet_names import IDENTITY
from perfxl.core.last_year.dated import dated_words
from perfxl.core.last_year.last_year_notes import ROLL_OVER, WORDS
from perfxl.core.last_year.roll_over import Matter, roll_over
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook

UNIT = BudgetUnit(code="116001", name="甲单位")
HEBEI, CENTRAL = all_frameworks()["hebei-2023"], all_frameworks()["central-2021"]


def text(path: Path) -> Submission:
    return read(read_workbook(path), all_frameworks())


def words(project: Project) -> dict[str, object]:
    """What a unit wrote about a project, without figures."""
    rows = [(i.category, i.subcategory, i.name, i.definition, i.target, i.target_basis) for i in project.indicators]
    texts = (project.project_name, project.purpose, project.objective, project.sub_objective)
    return {"texts": texts, "rows": rows}


@pytest.fixture
def carry(perfxl, tmp_path):
    """`new --from` into 新.xlsx; asserts the exit status and gives what was said."""

    def call(last: Path, *options: object, status: int = 0) -> str:
        ran = perfxl("new", tmp_path / "新.xlsx", "--from", last, *options)
        assert ran.status == status, ran.err
        assert ran.out == ""
        return ran.err

    return call


@pytest.fixture
def new(tmp_path) -> Path:
    return tmp_path / "新.xlsx"


# ------------------------------------------------------------------------------------ carried over


def test_every_word_is_carried_over_and_every_figure_cleared(carry, new, examples):
    carry(examples / FILLED_IN)
    before, after = text(examples / FILLED_IN), text(new)
    assert (after.year, after.framework) == (2024, "hebei-2023")
    assert (after.department_name, after.budget_unit) == (before.department_name, before.budget_unit)
    assert after.cover.reviewed_by == before.cover.reviewed_by
    assert list(map(words, after.projects)) == list(map(words, before.projects))
    for project in after.projects:
        assert (project.total_budget, project.fiscal_funds, project.other_funds) == (None, None, None)
        assert project.spending_plan == (None, None, None, None)
        assert project.project_code is None
    old, own = before.department, after.department
    assert own.overall_objective == old.overall_objective
    assert [(s.name, s.objective, s.indicators) for s in own.sub_objectives] == [
        (s.name, s.objective, s.indicators) for s in old.sub_objectives
    ]
    assert [(m.name, m.text) for m in own.implementation_measures] == [
        (m.name, m.text) for m in old.implementation_measures
    ]
    # Nothing was handed out by somebody else, so nothing is locked or remembered.
    assert parse_identity(read_workbook(new).sheet(IDENTITY)).prefilled == ()


def test_what_was_cleared_and_what_is_dated_is_said_with_its_cells(carry, new, examples):
    said = carry(examples / FILLED_IN).splitlines()
    code = "请填写本年的项目编码；延续项目在系统中仍用原编码的，可以从这里复制。"
    update = "属于上年的，请改为 2024 年的；仍然适用的，可以不改。"
    subs = IN_DEPARTMENT["sub_objectives"].replace("B", "D")
    measures = IN_DEPARTMENT["implementation_measures"].replace("B", "C")
    assert said[:4] == [
        f"部门整体绩效目标!{subs}：请更新 “承市政办字[2019]4号”。{update}",
        f"部门整体绩效目标!{measures}：请更新 “2020年”。{update}",
        f"1.工会保障项目!{AT['project_code']}：已清空 上年项目编码 13081123P000222100028。{code}",
        f"1.工会保障项目!{AT['total_budget']}：已清空 预算数 96.30、财政资金 96.30；支出计划 10月底 50%、12月底 50%。上年数，仅供参考。请填写本年数。",
    ]
    name = "2.关于提前下达 2023 年困难职工及劳模帮扶救助专项资金的"
    assert f"{name}!{AT['project_name']}：请更新 “2023 年”、“承财行【2022】73 号”。{update}" in said
    assert said[-2:] == [
        f"已生成 {new}：116001 承德高新技术产业开发区总工会本级，2024 年，4 个项目表，结转自 {examples / FILLED_IN}。",
        "请更新 3 处，已清空 8 处，都列在“结转说明”表，含有上年字样的单元格已标出。",
    ]


def test_the_sheet_lists_the_same_with_links(carry, new, examples):
    said = carry(examples / FILLED_IN).splitlines()
    sheet = openpyxl.load_workbook(new)[ROLL_OVER]
    rows = [[cell.value for cell in row[:6]] for row in sheet.iter_rows(min_row=4)]
    assert [f"{where}!{cell}：{what} {words}。{hint}" for _, what, where, cell, words, hint in rows] == said[:-2]
    assert (
        sheet["D5"].hyperlink.location
        == f"'部门整体绩效目标'!{IN_DEPARTMENT['implementation_measures'].replace('B', 'C')}"
    )
    assert openpyxl.load_workbook(new).sheetnames[:4] == ["封面", "填报说明", ROLL_OVER, "部门整体绩效目标"]


def test_last_years_file_is_not_touched_and_nothing_is_overwritten(carry, perfxl, new, examples, tmp_path):
    last = Path(shutil.copy(examples / FILLED_IN, tmp_path / "上年.xlsx"))
    before = hashlib.sha256(last.read_bytes()).hexdigest()
    carry(last)
    made = new.read_bytes()
    assert "已经存在，没有覆盖" in carry(last, status=2)
    assert new.read_bytes() == made
    assert hashlib.sha256(last.read_bytes()).hexdigest() == before


def test_the_new_workbook_is_checked_without_its_notes_disturbing(carry, perfxl, new, examples):
    carry(examples / FILLED_IN)
    ran = perfxl("check", new)
    assert ran.status == 1
    assert "STR" not in ran.out
    assert ROLL_OVER not in ran.out


# ------------------------------------------------------------------------- whose, when, by what framework


def test_a_form_typed_by_hand_says_no_year(carry, new, examples):
    assert carry(examples / BY_HAND, status=2) == (
        f"{examples / BY_HAND}：没有写明预算年度。请用 --year 指定本年的年份，如 --year 2024。\n"
    )
    assert not new.exists()
    carry(examples / BY_HAND, "--year", 2025)
    assert text(new).year == 2025
    assert list(map(words, text(new).projects)) == list(map(words, text(examples / FILLED_IN).projects))


def test_a_file_that_says_no_unit_needs_one(carry, new, tmp_path, examples):
    book = openpyxl.load_workbook(examples / BY_HAND)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("116001"):
                    cell.value = "总工会本级"
    last = tmp_path / "无编码.xlsx"
    book.save(last)
    said = carry(last, "--year", 2024, status=2)
    assert "没有写明 6 位单位编码和单位名称。请用 --unit 指定" in said
    carry(last, "--year", 2024, "--unit", "117003 丁单位", "--department", "丁局")
    found = text(new)
    assert (found.budget_unit.code, found.budget_unit.name, found.department_name) == ("117003", "丁单位", "丁局")
    assert {project.unit_line for project in found.projects} == {"117003 丁单位"}


def test_what_is_no_text_is_refused(carry, tmp_path):
    empty = tmp_path / "空.xlsx"
    openpyxl.Workbook().save(empty)
    assert carry(empty, status=2) == f"{empty}：里面没有绩效文本：没有找到项目绩效目标表。\n"
    assert "找不到文件" in carry(tmp_path / "没有.xlsx", status=2)


def test_another_framework_keeps_every_indicator(carry, new, examples):
    said = carry(examples / FILLED_IN, "--framework", "central-2021")
    before, after = text(examples / FILLED_IN), text(new)
    assert after.framework == "central-2021"
    for old, own in zip(before.projects, after.projects, strict=True):
        names = ("name", "definition", "target", "target_basis")
        assert sorted(tuple(getattr(i, n) or "" for n in names) for i in own.indicators) == sorted(
            tuple(getattr(i, n) or "" for n in names) for i in old.indicators
        )
    assert [(i.category, i.subcategory) for i in after.projects[0].indicators] == [
        ("成本指标", "成本指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("产出指标", "时效指标"),
        ("效益指标", "经济效益指标"),
        ("效益指标", "社会效益指标"),
        ("效益指标", "生态效益指标"),
        ("效益指标", "可持续影响指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]
    assert said.count("的二级指标“可持续影响指标”在新指标体系中没有，暂放在“效益指标”下") == 4
    assert said.count("的二级指标“成本指标”在新指标体系中没有，暂放在“成本指标”下") == 4
    assert "请归类 8 处" in said


def rolled(*indicators: Indicator, last: Framework = HEBEI, framework: Framework = HEBEI, year: int = 2024, **project):
    one = Project.model_validate({"number": 1, "project_name": "培训", "indicators": indicators, **project})
    submission = Submission(framework=last.id, year=year - 1, budget_unit=UNIT, projects=(one,))
    return roll_over(submission, year=year, framework=framework, unit=UNIT)


def test_old_names_are_the_same_places():
    result = rolled(Indicator(category="效果指标", subcategory="社会效益", name="甲"), last=HEBEI, framework=CENTRAL)
    [indicator] = result.submission.projects[0].indicators
    assert (indicator.category, indicator.subcategory) == ("效益指标", "社会效益指标")
    assert result.notes == ()


def test_the_same_framework_changes_no_word():
    result = rolled(Indicator(category="效果指标", subcategory="社会效益", name="甲"))
    [indicator] = result.submission.projects[0].indicators
    assert (indicator.category, indicator.subcategory) == ("效果指标", "社会效益")


def test_weights_that_the_new_framework_lacks_are_said():
    result = rolled(
        Indicator(category="产出指标", subcategory="数量指标", name="培训人数", weight=Decimal(20)),
        last=CENTRAL,
        framework=HEBEI,
    )
    assert result.submission.projects[0].indicators[0].weight is None
    [note] = result.notes
    assert (note.matter, note.what) == (Matter.MOVED, "新指标体系没有分值权重，已不再列出：培训人数 20")


def test_an_indicator_without_any_place_stands_last():
    result = rolled(
        Indicator(category="其他", subcategory="综合", name="甲"),
        Indicator(category="产出指标", subcategory="数量指标", name="乙"),
        last=HEBEI,
        framework=CENTRAL,
    )
    assert [i.name for i in result.submission.projects[0].indicators] == ["乙", "甲"]
    [note] = result.notes
    assert note.what == "“甲”的二级指标“综合”在新指标体系中没有，一级指标也没有对应的，放在表的最后"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("13081123P000222100028", False),
        ("13081124P00022210002N", True),
        ("13081123R000222100021", False),
        ("随便写的", False),
        (None, False),
    ],
)
def test_a_code_of_an_earlier_year_is_not_taken_over(code, kept):
    result = rolled(project_code=code)
    assert result.submission.projects[0].project_code == (code if kept else None)
    assert [note.what for note in result.notes] == ([] if kept or code is None else [f"上年项目编码 {code}"])


def test_a_declared_total_is_cleared(carry, new, tmp_path, examples):
    book = openpyxl.load_workbook(examples / FILLED_IN)
    book["部门整体绩效目标"][IN_DEPARTMENT["declared_total"]] = 188.9
    book.save(tmp_path / "上年.xlsx")
    said = carry(tmp_path / "上年.xlsx")
    assert f"部门整体绩效目标!{IN_DEPARTMENT['declared_total']}：已清空 上年项目支出总额 188.90 万元。" in said
    assert text(new).department.declared_total is None


def test_a_department_file_gives_a_unit_its_own_projects():
    other = BudgetUnit(code="116002", name="乙")
    projects = tuple(
        Project(number=n, project_name=name, budget_unit=unit)
        for n, (name, unit) in enumerate([("甲一", UNIT), ("乙一", other), ("甲二", UNIT)], 1)
    )
    last = Submission(year=2023, projects=projects)
    result = roll_over(last, year=2024, framework=HEBEI, unit=UNIT)
    assert [(p.number, p.project_name) for p in result.submission.projects] == [(1, "甲一"), (2, "甲二")]


# --------------------------------------------------------------------------------- this year's figures


def test_this_years_list_decides_which_projects_there_are(carry, new, tmp_path, examples):
    listing = tmp_path / "清单.csv"
    listing.write_text(
        "项目名称,预算数,财政资金\n健康 保障项目,90,90\n新增项目,5,5\n劳模春节慰问金项目（2024年）,4.5,4.5\n",
        encoding="utf-8",
    )
    said = carry(examples / FILLED_IN, "--projects", listing)
    before, after = text(examples / FILLED_IN), text(new)
    assert [(p.project_name, p.total_budget) for p in after.projects] == [
        ("健康 保障项目", 90), ("新增项目", 5), ("劳模春节慰问金项目（2024年）", Decimal("4.5")),
    ]  # fmt: skip
    assert [len(p.indicators) for p in after.projects] == [9, 0, 9]
    assert after.projects[0].purpose == before.projects[2].purpose
    assert words(after.projects[2])["rows"] == words(before.projects[3])["rows"]
    assert (
        "未结转 上年项目“工会保障项目”（预算数 96.30、财政资金 96.30；支出计划 10月底 50%、12月底 50%）。不在本年项目清单中"
        in said
    )
    assert "未结转 2 处" in said


def test_a_number_of_projects_makes_no_sense_with_last_years(carry, examples, new):
    assert "--projects 应为项目清单文件" in carry(examples / FILLED_IN, "--projects", "3", status=2)
    assert not new.exists()


# -------------------------------------------------------------------------------------- dated wording


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("2023年完成", ["2023年"]),
        ("２０２３年度完成", ["２０２３年度"]),
        ("2023 年底前", ["2023 年底前"]),
        ("2023年12月31日前完成", ["2023年12月31日前"]),
        ("≤12月31日", ["12月31日"]),
        ("12月底前完成，6月中旬检查", ["12月底前", "6月中旬"]),
        ("12月31日之前", ["12月31日之前"]),
        ("2023-12-31", ["2023-12-31"]),
        ("2023.6", ["2023.6"]),
        ("二〇二三年底", ["二〇二三年底"]),
        ("按照承财行【2022】73 号文件", ["承财行【2022】73 号"]),
        ("《办法》（承市政办字〔2019〕4号）", ["承市政办字〔2019〕4号"]),
        ("2023年，2023年，2022年", ["2023年", "2022年"]),
        ("2024年完成", []),
        ("2025年底前", []),
        ("“十四五”规划（2021—2025年）", []),
        ("行动计划（2021-2023年）", ["2021-2023年"]),
        ("冀财社〔2024〕1号", []),
        ("每年3月培训，500元/人", []),
        ("培训2023人", []),
        ("全年12场", []),
        ("", []),
        (None, []),
    ],
)
def test_wording_of_an_earlier_year(said, found):
    assert list(dated_words(said, 2024)) == found


def test_cells_stay_lit_while_they_hold_old_wording(carry, new, examples):
    carry(examples / FILLED_IN)
    book = openpyxl.load_workbook(new)
    area = book.defined_names[WORDS].attr_text
    assert area == f"'{ROLL_OVER}'!$G$4:$H$14"
    # Each line has its own wordings beside it: with the line they go.
    beside = [[cell.value for cell in row] for row in book[ROLL_OVER]["G4:H10"]]
    assert beside == [
        ["承市政办字[2019]4号", None], ["2020年", None], *[[None, None]] * 4, ["2023 年", "承财行【2022】73 号"],
    ]  # fmt: skip
    lit = {
        sheet.title
        for sheet in book.worksheets
        for rules in sheet.conditional_formatting
        for rule in rules.rules
        if any(WORDS in formula for formula in rule.formula)
    }
    assert lit == {"部门整体绩效目标", "2.关于提前下达 2023 年困难职工及劳模帮扶救助专项资金的"}


@pytest.mark.libreoffice
def test_the_light_is_what_libreoffice_calculates(carry, new, examples, soffice, tmp_path):
    carry(examples / FILLED_IN)
    book = openpyxl.load_workbook(new)
    sheet = book.create_sheet("试")
    for row, said in enumerate(["2023 年困难职工", "2024 年困难职工", "按2020年通知", ""], 1):
        sheet.cell(row, 1).value = said
        sheet.cell(row, 2).value = f'=SUMPRODUCT(({WORDS}<>"")*ISNUMBER(FIND({WORDS},A{row})))>0'
    probe = tmp_path / "试.xlsx"
    book.save(probe)
    values = openpyxl.load_workbook(soffice.convert(probe, "xlsx", tmp_path / "out"), data_only=True)["试"]
    assert [values.cell(row, 2).value for row in range(1, 5)] == [True, False, True, False]


@pytest.mark.libreoffice
def test_an_old_xls_file_is_carried_over(carry, new, examples, soffice, tmp_path):
    old = soffice.convert(examples / FILLED_IN, "xls", tmp_path / "xls")
    carry(old)
    assert list(map(words, text(new).projects)) == list(map(words, text(examples / FILLED_IN).projects))
