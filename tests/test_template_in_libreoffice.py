"""The standard workbook in a real spreadsheet program: its formulas, its rows, its pages."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import places
import pytest
from places import AT, HEADER_ROW

from perfxl.core.forms.records import Department, Indicator, Project, Submission, SubObjective
from perfxl.core.forms.sheet_names import DEPARTMENT, RESERVED
from perfxl.core.sheets.self_check import DONE
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.data.samples import sample_submission
from perfxl.io.workbooks.new_workbook import standard_workbook

pytestmark = pytest.mark.libreoffice

HEBEI, CENTRAL = all_frameworks()["hebei-2023"], all_frameworks()["central-2021"]

ROWS = (
    Indicator(category="产出指标", subcategory="数量指标", name="慰问人数", target="88人", target_basis="名册"),
    Indicator(category="效益指标", subcategory="社会效益指标", name="参与率", target="≥90%", target_basis="上年"),
)
WHOLE = {
    "project_code": "13081123P000222100028",
    "project_name": "工会保障项目",
    "total_budget": Decimal("96.30"),
    "fiscal_funds": Decimal("60.10"),
    "other_funds": Decimal("36.20"),
    "purpose": "慰问困难职工",
    "spending_plan": (None, None, Decimal(50), Decimal(50)),
    "objective": "慰问困难职工 88 人，全部发放到位。",
    "indicators": ROWS,
}
THIRDS = (Decimal("33.33"), Decimal("33.33"), Decimal("33.33"), None)
# One change each to a form that is complete.
STATES = {
    "whole": {},
    "no code": {"project_code": None},
    "short code": {"project_code": "13081123P00022210002"},
    "blanks for a name": {"project_name": "   "},
    "no amount": {"total_budget": None},
    "one cent too much": {"total_budget": Decimal("96.31")},
    "less than a cent": {"total_budget": Decimal("96.304")},
    "no sources": {"fiscal_funds": None, "other_funds": None},
    "no purpose": {"purpose": None},
    "no plan": {"spending_plan": (None, None, None, None)},
    "plan of 90": {"spending_plan": (None, Decimal(40), Decimal(50), None)},
    "cumulative plan": {"spending_plan": (Decimal(10), Decimal(40), Decimal(70), Decimal(100))},
    "thirds": {"spending_plan": THIRDS},
    "nearly thirds": {"spending_plan": (*THIRDS[:2], Decimal("33.32"), None)},
    "no objective": {"objective": None},
    "placeholder": {"objective": "1.目标内容 1"},
    "no placeholder": {"objective": "完成上级下达的各项目标内容，服务职工三千人次。"},
    "no benefit": {"indicators": ROWS[:1]},
    "old name": {"indicators": (ROWS[0], ROWS[1].model_copy(update={"category": "效果指标"}))},
    "points behind the names": {
        "indicators": (
            ROWS[0].model_copy(update={"category": "产出指标（50分）"}),
            ROWS[1].model_copy(update={"category": " 效益指标(30分)"}),
        )
    },
    "a bracket before another name": {
        "indicators": (ROWS[0], ROWS[1].model_copy(update={"category": "效益指标之外（30分）"}))
    },
    "no target": {"indicators": (*ROWS, ROWS[1].model_copy(update={"target": None}))},
    "no name": {"indicators": (*ROWS, ROWS[1].model_copy(update={"name": None}))},
    "nothing": dict.fromkeys(WHOLE) | {"indicators": (), "spending_plan": (None, None, None, None)},
}


def project(number: int, **changes) -> Project:
    return Project(number=number, **(WHOLE | changes))


def recalculated(soffice, folder: Path, package: bytes):
    """The values that LibreOffice calculates: the file goes to it without any cached ones."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "template.xlsx"
    # openpyxl drops the cached values when it saves.
    openpyxl.load_workbook(BytesIO(package)).save(source)
    made = soffice.convert(source, "xlsx:Calc MS Excel 2007 XML", folder / "out")
    return openpyxl.load_workbook(made, data_only=True)


def compare(soffice, folder: Path, package: bytes, sheets=None) -> int:
    formulas = openpyxl.load_workbook(BytesIO(package))
    cached = openpyxl.load_workbook(BytesIO(package), data_only=True)
    calculated = recalculated(soffice, folder, package)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f" or (sheets is not None and sheet.title not in sheets):
                    continue
                compared += 1
                mine = cached[sheet.title][cell.coordinate].value
                theirs = calculated[sheet.title][cell.coordinate].value
                where = (sheet.title, cell.coordinate, cell.value)
                if isinstance(mine, int | float):
                    assert float(theirs) == pytest.approx(float(mine), abs=1e-9), where
                else:
                    assert (theirs or "") == (mine or ""), where
    return compared


@pytest.mark.parametrize("framework", [HEBEI, CENTRAL], ids=lambda f: f.id)
@pytest.mark.parametrize("kind", ["blank", "sample", "mended"])
def test_libreoffice_calculates_what_is_cached(soffice, tmp_path, framework, kind):
    submission = {
        "blank": lambda: Submission(projects=(Project(number=1), Project(number=2))),
        "sample": sample_submission,
        "mended": lambda: sample_submission(mended=True),
    }[kind]()
    package = standard_workbook(submission, framework)
    assert compare(soffice, tmp_path, package) >= 4 + 2 * len(submission.projects)


def test_libreoffice_finds_missing_what_the_cached_self_check_does(soffice, tmp_path):
    projects = tuple(project(i, **changes) for i, changes in enumerate(STATES.values(), start=1))
    package = standard_workbook(Submission(projects=projects), HEBEI)
    cached = openpyxl.load_workbook(BytesIO(package), data_only=True)
    forms = [sheet for sheet in cached if sheet.title not in RESERVED]
    said = dict(zip(STATES, (sheet["A1"].value for sheet in forms), strict=True))
    fine = {"whole", "cumulative plan", "thirds", "no placeholder", "old name", "less than a cent"}
    fine |= {"points behind the names"}
    assert {state for state, text in said.items() if text == DONE} == fine
    assert len(set(said.values()) - {DONE}) >= len(STATES) - len(fine) - 3
    compare(soffice, tmp_path, package, {sheet.title for sheet in forms})


def test_the_department_sheet_says_what_it_lacks(soffice, tmp_path):
    whole = Department(overall_objective="服务职工", sub_objectives=(SubObjective(name="劳模慰问"),))
    for number, (department, text) in enumerate(
        (
            (None, "自检：还缺 总体绩效目标、分项绩效目标"),
            (whole.model_copy(update={"sub_objectives": ()}), "自检：还缺 分项绩效目标"),
            (whole, DONE),
        )
    ):
        submission = Submission(department=department, projects=(Project(number=1),))
        package = standard_workbook(submission, HEBEI)
        cached = openpyxl.load_workbook(BytesIO(package), data_only=True)
        assert cached[DEPARTMENT]["A1"].value == text
        compare(soffice, tmp_path / str(number), package, {DEPARTMENT})


def test_the_second_dropdown_offers_what_belongs_to_the_first(soffice, tmp_path):
    names = ["产出指标", "效益指标", "满意度指标", "说不清", None]
    rows = tuple(Indicator(category=name, name="某项指标") for name in names)
    department = Department(sub_objectives=(SubObjective(name="劳模慰问"), SubObjective(name="困难帮扶")))
    submission = Submission(department=department, projects=(project(1, indicators=rows),))
    book = openpyxl.load_workbook(BytesIO(standard_workbook(submission, HEBEI)))
    sheet = book.worksheets[4]
    (offered,) = lists_at(sheet, places.cell(1, "subcategory"))
    (linked,) = lists_at(sheet, AT["sub_objective"])
    lines = [places.row(number) for number in range(1, 6)]
    for row in lines:
        source = offered.replace(f"$A{HEADER_ROW}", f"$A{row}")
        sheet[f"K{row}"] = f"=ROWS({source})"
        sheet[f"L{row}"] = f"=INDEX({source},1)"
    sheet["K10"], sheet["L10"] = f"=ROWS({linked})", f"=INDEX({linked},2)"
    target = BytesIO()
    book.save(target)
    sheet = recalculated(soffice, tmp_path, target.getvalue()).worksheets[4]
    assert [(sheet[f"K{row}"].value, sheet[f"L{row}"].value) for row in lines] == [
        (4, "数量指标"),
        (4, "经济效益指标"),
        (1, "服务对象满意度指标"),
        (9, "数量指标"),
        (9, "数量指标"),
    ]
    assert (sheet["K10"].value, sheet["L10"].value) == (2, "困难帮扶")


# -------------------------------------------------------------------------- inserting and deleting


def edited(edit_in_office, folder: Path, package: bytes, actions: list[list[object]]):
    """The workbook after rows were inserted or deleted in LibreOffice, opened again."""
    source, target = folder / "before.xlsx", folder / "after.xlsx"
    source.write_bytes(package)
    edit_in_office(source, target, actions)
    return openpyxl.load_workbook(target)


def lists_at(sheet, cell: str) -> list[str]:
    return [
        validation.formula1
        for validation in sheet.data_validations.dataValidation
        if validation.type == "list" and cell in validation.sqref
    ]


def test_an_inserted_row_is_like_its_neighbours(edit_in_office, tmp_path):
    package = standard_workbook(Submission(projects=(project(1),)), HEBEI)
    name = openpyxl.load_workbook(BytesIO(package)).worksheets[4].title
    # One in the middle; one below the last indicator, above the closing row.
    first, second, third, fourth, closing = (places.row(number) for number in range(1, 6))
    steps = [["insert_rows", name, second], ["insert_rows", name, fourth]]
    book = edited(edit_in_office, tmp_path, package, steps)
    sheet = book[name]
    names = [sheet[f"C{row}"].value for row in (first, second, third, fourth)]
    assert names == ["慰问人数", None, "参与率", None]
    for row in (second, fourth):
        assert lists_at(sheet, f"A{row}")
        assert lists_at(sheet, f"B{row}")
        assert sheet[f"C{row}"].border.left.style == "thin"
        mine, above = sheet[f"C{row}"], sheet[f"C{row - 1}"]
        assert (mine.font.name, mine.font.sz) == (above.font.name, above.font.sz)
        assert not sheet[f"C{row}"].protection.locked
        assert any(f"A{row}" in area.sqref for area in sheet.conditional_formatting)
    assert f"$C${first}:$C${closing}" in sheet["I2"].value
    assert sheet.print_area.endswith(f"$G${closing}")


def test_a_deleted_row_breaks_no_formula(edit_in_office, tmp_path):
    package = standard_workbook(Submission(projects=(Project(number=1),)), HEBEI)
    steps = [["delete_rows", "1.项目1", places.row(number)] for number in (1, 4, 7)]
    book = edited(edit_in_office, tmp_path, package, steps)
    sheet = book["1.项目1"]
    formulas = [cell.value for row in sheet[f"A1:J{HEADER_ROW}"] for cell in row if cell.data_type == "f"]
    formulas += [v.formula1 for v in sheet.data_validations.dataValidation if v.formula1]
    formulas += [f for area in sheet.conditional_formatting for rule in area.rules for f in rule.formula]
    assert not [formula for formula in formulas if "#REF!" in formula]
    assert f"$C${places.row(1)}:$C${places.row(7)}" in sheet["I2"].value


# --------------------------------------------------------------------------------------- printing


def pages(soffice, folder: Path, package: bytes) -> list[str]:
    source = folder / "template.xlsx"
    source.write_bytes(package)
    made = soffice.convert(source, "pdf", folder)
    text = subprocess.run(["pdftotext", "-layout", str(made), "-"], capture_output=True, text=True, check=True)
    return text.stdout.split("\f")[:-1]


def test_a_long_form_repeats_its_header_and_prints_no_self_check(soffice, tmp_path):
    rows = tuple(
        Indicator(category="产出指标", subcategory="数量指标", name=f"第{i}项工作完成数量", target=f"{i}件")
        for i in range(1, 61)
    )
    submission = Submission(projects=(project(1, indicators=rows),))
    printed = [page for page in pages(soffice, tmp_path, standard_workbook(submission, HEBEI)) if "项工作" in page]
    assert len(printed) > 1
    assert all("二级指标" in page and "指标值确定依据" in page for page in printed)
    assert "自检" not in "".join(printed)
    assert "1.工会保障项目绩效目标表" in printed[0]


def test_the_cover_fills_one_page(soffice, tmp_path):
    printed = pages(soffice, tmp_path, standard_workbook(sample_submission(), HEBEI))
    assert "部门预算绩效文本" in printed[0]
    assert "填报说明" in printed[1]
