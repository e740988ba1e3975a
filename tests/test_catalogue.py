"""Every rule, tripped by one change to the mended sample: exactly that finding, there, and nothing else new."""

from __future__ import annotations

import pytest
from grids import delete_row
from tables import found_in, percent_cell

from perfxl.app.make_examples import MENDED
from perfxl.core.forms.project_code import check_character
from perfxl.core.forms.sheet_names import COVER, DEPARTMENT, IDENTITY, SUMMARY
from perfxl.core.grid.cells import Cell, Sheet, Workbook, position
from perfxl.core.rules import RULES
from perfxl.io.workbooks.read_files import read_workbook

TABLE = ("C", "D", "F", "G")


def coded(first20: str) -> str:
    return first20 + check_character(first20)


def row(number: int, name=None, definition=None, target=None, basis=None) -> dict[str, object]:
    """Some columns of an indicator row."""
    texts = dict(zip(TABLE, (name, definition, target, basis), strict=True))
    return {f"{column}{number}": text for column, text in texts.items() if text is not None}


def cleared(*numbers: int) -> dict[str, object]:
    """Indicator rows without content."""
    return {f"{column}{number}": None for number in numbers for column in TABLE}


PERCENT = percent_cell(0.2), percent_cell(0.5), percent_cell(0.8), percent_cell(1)
HALVES = {"B8": None, "D8": None, "F8": percent_cell(0.5), "G8": percent_cell(0.5)}
SAME_ROW = ("职工文体活动参与率", "参加活动的职工人数÷应参加人数×100%", "≥90%", "上年完成值")

# rule → (sheet, changes, new findings). A sheet is a project's number or a name; a finding is
# `place rule`, with `info` where it is one; the project's own sheet is left out.
CASES: dict[str, tuple[object, dict[str, object], list[str]]] = {
    "IDN01": (1, {"B4": None}, ["B4 IDN01"]),
    "IDN02": (1, {"B4": "13081123P00022210002"}, ["B4 IDN02"]),
    "IDN03": (1, {"B4": "13081123P000222100029"}, ["B4 IDN03"]),
    "IDN04": (1, {"B4": coded("13081124P00022210002")}, ["B4 IDN04"]),
    "IDN05": (1, {"B4": "13081123P00022310001A"}, ["B4 IDN05", "4!B4 IDN05"]),
    "IDN06": (1, {"E4": None}, ["E4 IDN06"]),
    "IDN07": (1, {"E4": "工会保障项目（承财行〔2022〕80号）"}, ["E4 IDN07 info"]),
    "IDN08": (1, {"E4": "工会保障项目25万元"}, ["E4 IDN08"]),
    "IDN09": (1, {"A3": "116承德高新技术产业开发区总工会"}, ["A3 IDN09"]),
    "IDN10": (COVER, {"C9": 1001}, ["C9 IDN10"]),
    "AMT01": (1, {"C5": None}, ["C5 AMT01"]),
    "AMT02": (1, {"C5": 96.31}, ["C5 AMT02"]),
    "AMT03": (1, {"C5": 96.304, "E5": 96.304}, ["C5 AMT03"]),
    "AMT04": (1, {"C5": 963000, "E5": 963000, **row(15, target="成本控制率≤100%")}, ["C5 AMT04"]),
    "AMT05": (1, {"B6": None}, ["B6 AMT05"]),
    "AMT06": (1, {"B6": "工会保障项目"}, ["B6 AMT06"]),
    "AMT07": (4, {"C5": 5.40, "E5": 5.40}, ["C5 AMT07"]),
    "PLN01": (1, dict.fromkeys(("B8", "D8", "F8", "G8")), ["B8 PLN01"]),
    "PLN02": (1, {"G8": "全部"}, ["G8 PLN02"]),
    "PLN03": (1, {"G8": percent_cell(0.3)}, ["B8 PLN03"]),
    "PLN04": (1, dict(zip(("B8", "D8", "F8", "G8"), PERCENT, strict=True)), ["B8 PLN04"]),
    "PLN05": (4, {"B8": None, "D8": percent_cell(1)}, ["B8 PLN05"]),
    "PLN06": (2, HALVES, ["B8 PLN06 info"]),
    "OBJ01": (1, {"B9": None}, ["B9 OBJ01"]),
    "OBJ02": (1, {"B9": "1.目标内容 1"}, ["B9 OBJ02"]),
    "OBJ03": (1, {"B9": "做好工会工作"}, ["B9 OBJ03"]),
    "OBJ04": (
        1,
        {
            "B9": "全年开展职工文体活动12场，服务职工1500人次，各项工作都取得了显著的成效，会员满意度达到90%以上。"
        },
        ["B9 OBJ04"],
    ),
    "IND01": (1, cleared(16, 17), ["A12 IND01"]),
    "IND02": (1, cleared(18), ["A12 IND02"]),
    "IND03": (1, cleared(14), ["A12 IND03"]),
    "IND04": (1, {"B16": "质量指标"}, ["B16 IND04"]),
    "IND05": (1, {"C12": None}, ["C12 IND05"]),
    "IND06": (1, {"C17": "服务职工人次"}, ["C16 IND06"]),
    "IND07": (1, {**row(13, *SAME_ROW), **row(16, *SAME_ROW)}, ["C13 IND07"]),
    "IND08": (4, {**cleared(13, 14, 15, 17)}, ["A12 IND08"]),
    "VAL01": (1, {"F12": "待定"}, ["F12 VAL01"]),
    "VAL02": (1, {"F17": "工会会员在册率"}, ["F17 VAL02"]),
    "VAL03": (1, {"F12": "按计划开展"}, ["F12 VAL03"]),
    "VAL04": (1, {"F12": "≥12"}, ["F12 VAL04"]),
    "VAL05": (2, {"F16": "≥100%"}, ["F16 VAL05"]),
    "VAL06": (1, {"F18": "≥85%"}, ["F18 VAL06 info"]),
    "VAL07": (1, {"F14": "及时完成"}, ["F14 VAL07"]),
    "VAL08": (1, {"F15": "厉行节约"}, ["F15 VAL08"]),
    "VAL09": (
        1,
        row(12, "职工慰问标准", "每名职工的慰问金额", "500元/人", "2023年工会工作计划"),
        ["F12 VAL09"],
    ),
    "VAL10": (1, {"F15": "≥96.30万元"}, ["F15 VAL10"]),
    "VAL11": (1, row(16, "职工精神面貌", "问卷中职工对精神面貌的评价", "明显改善"), ["F16 VAL11 info"]),
    "VAL12": (
        4,
        {
            cell: text
            for number, batch in enumerate("一二三四五六七", 18)
            for cell, text in {
                f"A{number}": "产出指标",
                f"B{number}": "质量指标",
                **row(
                    number, f"第{batch}批记录归档情况", f"查看第{batch}批慰问记录", "全部归档", "年度工作计划"
                ),
            }.items()
        },
        ["F18 VAL12 info"],
    ),
    "DSC01": (1, {"D12": "职工文体活动场次"}, ["D12 DSC01"]),
    "DSC02": (1, {"G12": "≥12场"}, ["G12 DSC02"]),
    "DSC03": (1, {"G12": "实际需要"}, ["G12 DSC03"]),
    "DSC04": (1, {"D17": "实际在册的会员情况"}, ["D17 DSC04 info"]),
    "REL01": (1, {"B17": "生态效益指标"}, ["C17 REL01"]),
    "REL02": (1, {"B17": "经济效益指标"}, ["C17 REL02 info"]),
    "REL03": (1, row(17, "及时向财政请款次数", "全年向财政请款的次数", "≥4次"), ["C17 REL03"]),
    "DEP01": (DEPARTMENT, {"B4": None}, ["B4 DEP01"]),
    "DEP02": (1, {"B10": "全区道路绿化养护"}, ["B10 DEP02"]),
    "DEP03": (DEPARTMENT, {f"{c}{r}": None for c in "BC" for r in range(19, 24)}, ["B17 DEP03"]),
    "DEP04": (
        1,
        {"G12": "河北省财政厅《关于做好2020年预算绩效文本编制工作的通知》"},
        ["G12 DEP04 info"],
    ),
    "DEP06": (COVER, {"C13": None}, ["C13 DEP06 info"]),
    "DEP07": (1, {"F3": "单位：元"}, ["F3 DEP07"]),
    "DEP08": (DEPARTMENT, {"B5": 188.91}, ["B5 DEP08"]),
    "DEP09": (1, {"G12": "承财行[2022]73号"}, ["G12 DEP09 info"]),
    "STR03": (1, {"C5": Cell(None, formula=True)}, ["C5 STR03"]),
    "STR04": (1, {"C5": Cell(None, formula=True, error="#REF!")}, ["C5 STR04"]),
    "STR05": (1, {"C5": "９６.30万元"}, ["C5 STR05 info"]),
    "STR11": (1, {"C5": Cell(963000.0, "96.3万元")}, ["C5 STR11"]),
    "STR06": (1, {"A19": "另附测算表"}, ["A19 STR06"]),
    "STR08": (IDENTITY, {"B2": "0"}, ["None STR08"]),
    "STR09": (IDENTITY, {"B2": "2"}, ["None STR09"]),
}
# What takes more than new values in cells is tested below, or beside the reader and the collector.
ELSEWHERE = {"IND09", "REL04", "DEP05", "STR01", "STR02", "STR07", "STR10", "STR12", "STR13", "AMT08"}
# What takes a folder of files: tested where they are collected.
COLLECTING = {f"COL0{number}" for number in range(1, 8)}


@pytest.fixture(scope="module")
def mended(examples):
    """The mended text; without the sums that a spreadsheet program would keep up to date by itself."""
    workbook = read_workbook(examples / MENDED)
    sheets = [with_cells(s, {"D5": None}) if s.name == DEPARTMENT else s for s in workbook.sheets]
    return Workbook(tuple(sheet for sheet in sheets if sheet.name != SUMMARY))


def with_cells(sheet: Sheet, changes: dict[str, object]) -> Sheet:
    cells = dict(sheet.cells)
    for cell, value in changes.items():
        cells.pop(position(cell), None)
        if value is not None:
            cells[position(cell)] = value if isinstance(value, Cell) else Cell(value)  # type: ignore[arg-type]
    return Sheet(sheet.name, cells, sheet.merged, sheet.hidden)


def sheet_of(workbook: Workbook, key: object) -> Sheet:
    return next(s for s in workbook.sheets if s.name == key or s.name.startswith(f"{key}."))


def places(workbook: Workbook, home: Sheet | None = None) -> list[str]:
    """`cell rule` on the home sheet, `project!cell rule` elsewhere."""
    said = []
    for finding in found_in(workbook):
        away = "" if home is None or finding.sheet in {None, home.name} else f"{finding.sheet.split('.')[0]}!"
        info = " info" if finding.severity == "info" else ""
        said.append(f"{away}{finding.cell} {finding.rule}{info}")
    return said


def new_in(before: Workbook, after: Workbook, home: Sheet) -> list[str]:
    """The findings that come with a change. How each plan was read comes and goes with the plan."""
    known = places(before, home)
    found = [one for one in places(after, home) if not one.endswith("PLN04 info")]
    for one in known:
        if one in found:
            found.remove(one)
    return found


def changed(workbook: Workbook, sheet: Sheet) -> Workbook:
    return Workbook(tuple(sheet if s.name == sheet.name else s for s in workbook.sheets))


def test_every_rule_is_tripped_somewhere():
    assert CASES.keys() | ELSEWHERE | COLLECTING == RULES.keys()


@pytest.mark.parametrize("rule_id", CASES)
def test_one_change_gives_exactly_that_finding(mended, rule_id):
    key, changes, wanted = CASES[rule_id]
    home = sheet_of(mended, key)
    assert new_in(mended, changed(mended, with_cells(home, changes)), home) == wanted


def test_str02_a_row_with_its_label_deleted(mended):
    home = sheet_of(mended, 1)
    assert new_in(mended, changed(mended, delete_row(home, 9)), home) == ["A4 STR02"]


def test_str07_a_sheet_hidden(mended):
    home = sheet_of(mended, 1)
    hidden = Sheet(home.name, home.cells, home.merged, hidden=True)
    assert new_in(mended, changed(mended, hidden), home) == ["A1 STR07 info"]


def test_rel04_one_project_filled_in_like_another(mended):
    source, home = sheet_of(mended, 4), sheet_of(mended, 2)
    rows = {f"{c}{r}": source.text((r, "ABCDEFG".index(c) + 1)) for c in "BCDFG" for r in range(12, 18)}
    # Told once, on the later of the two projects.
    assert new_in(mended, changed(mended, with_cells(home, rows)), home) == ["4!C12 REL04"]
