"""A workbook that comes back as it was handed out is 原样交回: its unit has returned nothing."""

from pathlib import Path

import pytest
from places import AT, IN_DEPARTMENT, ON_COVER, PLAN, cell, row
from returned import edited
from rosters import write_roster
from test_collect import collect, put, rows

from perfxl.app.make_examples import FILLED_IN

UNITS = """
| 单位编码 | 单位名称 | 主管部门 | 联系人 | 电话         |
| '116001  | 甲单位   | 总工会   | 张三   | 0314-5550101 |
| '116002  | 乙单位   | 总工会   | 李四   | 13800138000  |
| '116003  | 丙单位   | 总工会   |        |              |
"""
PROJECTS = """
| 单位编码 | 项目编码              | 项目名称 | 预算数 | 财政资金 | 资金用途 | 对应分项 |
| '116001  | 13081124P000222100028 | 培训     | 12.5   | 12.5     | 办班     | 分项一   |
| '116002  |                       | 体检     | 82.44  | 82.44    |          |          |
"""
FORM, DEPARTMENT = "1", "部门整体绩效目标"


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory) -> dict[str, bytes]:
    """What each unit was given: code → workbook."""
    from perfxl.app.cli import run

    folder = tmp_path_factory.mktemp("handed")
    roster = write_roster(folder / "花名册.xlsx", 单位=UNITS, 项目=PROJECTS)
    assert run(["distribute", str(roster), str(folder / "下发"), "--year", "2024", "--jobs", "1"]) == 0
    return {file.name[:6]: file.read_bytes() for file in (folder / "下发").glob("*/*.xlsx")}


@pytest.fixture
def returned(tmp_path) -> Path:
    place = tmp_path / "收回"
    place.mkdir()
    return place


@pytest.fixture
def roster(tmp_path) -> Path:
    return write_roster(tmp_path / "花名册.xlsx", 单位=UNITS, 项目=PROJECTS)


def states(target: Path) -> dict[object, object]:
    return {row["单位编码"]: row["是否报送"] for row in rows(target, "部门汇总") if row["单位序号"]}


def test_a_workbook_that_nobody_filled_in_is_no_return(perfxl, returned, roster, handed_out):
    put(returned / "甲.xlsx", handed_out["116001"], 1e9)
    ran, target = collect(perfxl, returned, "--roster", roster)
    assert ran.status == 0
    assert ran.out.splitlines()[:2] == [
        "应报 3 个单位：已报 0，未报 2，原样交回 1。",
        "项目 0 个，预算合计 0.00 万元（财政资金 0.00，其他资金 0.00）。",
    ]
    assert states(target) == {"116001": "原样交回", "116002": "未报送", "116003": "未报送"}
    [row] = [row for row in rows(target, "报送情况") if row["单位编码"] == "116001"]
    assert (row["情况"], row["联系人"], row["电话"]) == ("原样交回", "张三", "0314-5550101")
    assert row["说明"] == "仍是下发时的样子，没有填写任何内容；其中的控制数没有计入汇总。请催报。"
    assert "甲.xlsx：单位“116001 甲单位”交回的文件没有填写任何内容，按未报送处理。" in ran.err
    assert [row["规则"] for row in rows(target, "问题清单")] == ["COL04"] * 3
    assert [row for row in rows(target, "项目明细") if row["单位编码"]] == []


def test_it_is_the_same_after_saving_and_without_a_roster(perfxl, returned, handed_out):
    for code in handed_out:
        put(returned / f"{code}.xlsx", edited(handed_out[code], {}), 1e9)
    ran, target = collect(perfxl, returned)
    assert ran.out.splitlines()[0] == "已报 0 个单位（没有花名册，不能判断谁未报送），原样交回 3。"
    assert set(states(target).values()) == {"原样交回"}


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        (FORM, AT["objective"], "全年培训两期"),
        (FORM, AT["purpose"], "办两期班"),
        (FORM, AT["purpose"], ""),
        (FORM, AT["sub_objective"], "分项二"),
        (FORM, PLAN[0], 0.5),
        (FORM, AT["other_funds"], 1),
        (FORM, AT["total_budget"], 13),
        (FORM, AT["project_name"], "培训项目"),
        (FORM, cell(1, "name"), "培训人数"),
        # The closing row.
        (FORM, f"A{row(10)}", "这里还要再问"),
        (DEPARTMENT, IN_DEPARTMENT["overall_objective"], "做好培训"),
        (DEPARTMENT, IN_DEPARTMENT["sub_objectives"].replace("B", "C"), "培训到位"),
        (DEPARTMENT, IN_DEPARTMENT["implementation_measures"].replace("B", "C"), "建立制度"),
        ("封面", ON_COVER["compiled_by"], "甲单位"),
        ("封面", ON_COVER["budget_unit.name"], "甲单位本级"),
    ],
)
def test_one_typed_word_makes_a_return(perfxl, returned, roster, handed_out, sheet, cell, value):
    put(returned / "甲.xlsx", edited(handed_out["116001"], {(sheet, cell): value}), 1e9)
    _, target = collect(perfxl, returned, "--roster", roster)
    assert states(target)["116001"] == "已报送"


@pytest.mark.parametrize("blank_saved", [5e8, 2e9])
def test_what_was_filled_in_counts_however_late_the_blank_one_comes(perfxl, returned, roster, handed_out, blank_saved):
    put(returned / "甲.xlsx", edited(handed_out["116001"], {(FORM, AT["objective"]): "全年培训两期"}), 1e9)
    put(returned / "甲空.xlsx", edited(handed_out["116001"], {}), blank_saved)
    ran, target = collect(perfxl, returned, "--roster", roster)
    assert states(target)["116001"] == "已报送"
    assert "COL03" not in [row["规则"] for row in rows(target, "问题清单")]
    told = {row["文件"]: (row["情况"], row["说明"]) for row in rows(target, "报送情况") if row["文件"]}
    assert told["甲空.xlsx"] == ("原样交回", "仍是下发时的样子，没有填写任何内容；其中的控制数没有计入汇总。")
    assert told["甲.xlsx"][0] == "已报送"
    assert ran.out.startswith("应报 3 个单位：已报 1，未报 2。")


@pytest.fixture
def rolled_over(perfxl, tmp_path, examples) -> bytes:
    """A workbook that was handed out with last year's text in it."""
    (tmp_path / "上年.xlsx").write_bytes((examples / FILLED_IN).read_bytes())
    units = """
| 单位编码 | 单位名称                         | 主管部门 | 上年文件  |
| '116001  | 承德高新技术产业开发区总工会本级 | 总工会   | 上年.xlsx |
"""
    roster = write_roster(tmp_path / "结转.xlsx", 单位=units)
    ran = perfxl("distribute", roster, tmp_path / "下发", "--year", "2024", "--jobs", "1")
    assert ran.status == 0, ran.err
    [file] = (tmp_path / "下发").glob("*/*.xlsx")
    return file.read_bytes()


def test_last_years_text_alone_is_no_return(perfxl, returned, rolled_over):
    put(returned / "甲.xlsx", edited(rolled_over, {}), 1e9)
    _, target = collect(perfxl, returned)
    assert states(target) == {"116001": "原样交回"}
    put(returned / "甲.xlsx", edited(rolled_over, {(FORM, AT["total_budget"]): 96.3}), 1e9)
    _, target = collect(perfxl, returned)
    assert states(target) == {"116001": "已报送"}
