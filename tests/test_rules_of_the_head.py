"""Codes, amounts, plans and objectives as people write them: what is told, and what is left in peace."""

from decimal import Decimal

import pytest
from places import AT, PLAN

from perfxl.core.forms.findings import Severity
from perfxl.core.forms.placement import placed
from perfxl.core.forms.records import Project
from perfxl.core.forms.settings import Settings, Words
from perfxl.core.grid.text import squeezed
from perfxl.core.rules import RULES
from perfxl.core.rules.amounts import stated_amounts
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import example
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.data.samples import sample_submission

HEBEI = all_frameworks()["hebei-2023"]
MINE = ["IDN03", "IDN04", "IDN07", "IDN08", "AMT04", "AMT06", "AMT07", "PLN04", "PLN05", "PLN06", "OBJ01", "OBJ02"]
MINE += ["OBJ03", "OBJ04"]
PRICE_ROW = 3


def found_by(rule_id, changes, settings=None, words=None):
    framework = HEBEI.model_copy(update={"settings": settings or Settings(), "words": words or HEBEI.words})
    return [f for f in check(example(RULES[rule_id], changes), framework) if f.rule == rule_id]


def severities(rule_id, changes, settings=None):
    return [f.severity.value for f in found_by(rule_id, changes, settings)]


# ----------------------------------------------------------------------------------------- the sample


def sample_findings(*, mended):
    told = {}
    for f in check(placed(sample_submission(mended=mended), HEBEI), HEBEI):
        if f.rule in MINE:
            told.setdefault((f.rule, f.severity.value), []).append(f.project)
    return told


def test_the_sample_gives_what_was_found_by_hand():
    told = sample_findings(mended=False)
    told.pop(("PLN04", "info"))
    assert told == {
        ("IDN07", "info"): [2],
        ("AMT07", "info"): [4],
        ("PLN05", "warning"): [4],
        ("PLN06", "info"): [1, 2, 3, 4],
        ("OBJ02", "error"): [1, 2, 3, 4],
        ("OBJ04", "warning"): [None],
    }


def test_the_sample_says_how_each_plan_was_read():
    assert sample_findings(mended=False)["PLN04", "info"] == [1, 3, 4]


def test_the_mended_sample_gives_hints_only():
    assert {severity for _, severity in sample_findings(mended=True)} == {"info"}


def test_the_sample_asks_about_88_people_and_does_not_assert_it():
    [found] = [f for f in check(placed(sample_submission(), HEBEI), HEBEI) if f.rule == "AMT07"]
    assert found.message == "按“慰问标准”500元推算，预算 4.40 万元对应 88人，但数量指标没有人数。"
    assert found.hint == "如是，请在数量指标填写“＝88人”；预算数还包括津贴等其他支出的，请分别写明标准和数量。"


# ------------------------------------------------------------------------------------------- identity


@pytest.mark.parametrize(("code", "years"), [("13081124P00022210002N", []), ("13081121P00022210002B", [])])
def test_a_code_of_the_year_or_an_earlier_one_is_in_order(code, years):
    submission = example(RULES["IDN04"], {"project_code": code}).model_copy(update={"year": 2024})
    assert [f.actual for f in check(submission, HEBEI) if f.rule == "IDN04"] == years


def test_a_code_of_a_later_year_names_both_years():
    [found] = found_by("IDN04", {"project_code": "13081124P00022210002N"})
    assert (found.actual, found.expected) == ("2024", "2023")
    no_year = example(RULES["IDN04"], {"project_code": "13081124P00022210002N"}).model_copy(update={"year": None})
    assert "IDN04" not in {f.rule for f in check(no_year, HEBEI)}


@pytest.mark.parametrize(
    "name",
    [
        "2023年义务教育薄弱环节改善与能力提升补助资金",
        "政务公开、信息公告及意见征集系统运维",
        "关于2023年度党建活动的专项经费",
        "地铁（2023）1号线维护项目",
        "《劳动法》宣传手册印制",
        "公务用车运行维护费（公车12辆）",
        "第十四届运动会参赛经费",
    ],
)
def test_a_name_that_is_no_document_is_in_order(name):
    assert found_by("IDN07", {"project_name": name}) == []


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("关于提前下达2023年困难职工帮扶资金的通知", "“2023年困难职工帮扶资金”"),
        (
            "关于下达2023年城乡居民基本医疗保险补助资金的通知（冀财社[2022]101号）",
            "“2023年城乡居民基本医疗保险补助资金”",
        ),
        ("关于印发村医培训实施方案的通知", "“村医培训实施方案”"),
        ("村医培训计划（冀卫〔2022〕5号）", "“村医培训计划”"),
        ("冀财教〔2022〕155号-学前教育发展资金", "“学前教育发展资金”"),
    ],
)
def test_a_document_as_a_name_gets_a_shorter_one_proposed(name, better):
    [found] = found_by("IDN07", {"project_name": name})
    assert found.severity is Severity.INFO
    assert better in found.hint


@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("慰问金25万元", ["25"]),
        ("慰问金（25万）", ["25"]),
        ("大桥建设1.2亿元", ["12000"]),
        ("慰问金44,000元", ["4.4"]),
        ("总投资7423万元的大桥", []),
        ("每人500元", []),
        ("慰问金500元/人", []),
        ("人均12000元培训", []),
        ("50万元以上设备维护", []),
        ("7423万亩农田", []),
        ("1元公交", []),
        ("2023年10万人体检", []),
        ("“百万农民工”培训", []),
        ("100万户家庭", []),
    ],
)
def test_amounts_that_a_name_gives_for_the_project_itself(name, amounts):
    assert list(stated_amounts(squeezed(name)).values()) == [Decimal(amount) for amount in amounts]


def test_an_amount_in_a_name_may_be_one_of_the_sources():
    changes = {"project_name": "慰问金3万元", "total_budget": "4.40", "fiscal_funds": "3.00", "other_funds": "1.40"}
    assert found_by("IDN08", changes) == []
    assert severities("IDN08", changes | {"project_name": "慰问金3.01万元"}) == ["warning"]


# -------------------------------------------------------------------------------------------- amounts


def budgets_told(*amounts):
    """The numbers of the projects whose budgets are taken for 元."""
    base = example(RULES["AMT04"], {"copies": len(amounts), "project_name": "{name}{number}"})
    projects = [
        Project.model_validate(p.model_dump() | {"total_budget": amount, "fiscal_funds": amount})
        for p, amount in zip(base.projects, amounts, strict=True)
    ]
    found = check(base.model_copy(update={"projects": tuple(projects)}), HEBEI)
    return [(f.project, f.expected) for f in found if f.rule == "AMT04"]


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        (("96.30", "57600", "82.44", "4.40"), [(2, "5.76")]),
        (("963000", "5.76", "824400", "4.40"), [(1, "96.30"), (3, "82.44")]),
        (("96.30", "5.76", "82.44", "4.40"), []),
        (("12000", "80", "5"), []),
        (("50", "10000"), [(2, "1.00")]),
        (("50.01", "10000"), []),
        (("1", "9999.99"), []),
        (("0", "10000"), []),
        (("96300",), []),
    ],
)
def test_a_budget_far_above_the_others_of_the_unit_is_probably_in_yuan(amounts, told):
    assert budgets_told(*amounts) == told


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("机关食堂运行经费", "机关食堂人员工资、食材采购和设备维修"),
        ("工会保障项目", "保障机关工会的正常运行"),
        ("健康保障项目", "为区机关工作人员提供健康保障"),
        ("困难职工救助", "困难职工救助，48人，每人1200元"),
    ],
)
def test_a_purpose_that_says_more_than_the_name_is_in_order(name, purpose):
    assert found_by("AMT06", {"project_name": name, "purpose": purpose}) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"total_budget": "4.41"}, []),
        ({"total_budget": "4.42"}, ["warning"]),
        ({"total_budget": "4.38"}, ["warning"]),
        ({"total_budget": "5.00", "purpose": "发放慰问金及体检费"}, []),
        ({"total_budget": "3.00", "purpose": "发放慰问金及体检费"}, ["warning"]),
        ({"rows": {0: {"target": "≥80人"}}}, []),
        ({"rows": {0: {"target": "≥90人"}}}, ["warning"]),
        ({"rows": {PRICE_ROW: {"target": "≤600元/人"}}}, []),
        ({"rows": {PRICE_ROW: {"target": "≥600元/人"}}}, []),
        ({"rows": {PRICE_ROW: {"target": "＝500元/人·月"}}}, []),
        ({"rows": {PRICE_ROW: {"target": "＝500元/户"}}}, ["info"]),
        ({"rows": {PRICE_ROW: {"target": "＝0.05万元/人"}}}, []),
        ({"rows": {PRICE_ROW: {"target": "＝0.06万元/人"}}}, ["warning"]),
        ({"rows": {PRICE_ROW: {"target": "＝500元/人/年"}}}, []),
        ({"rows": {0: {"target": "＝100%"}}}, ["info"]),
        ({"rows": {0: {"target": "＝100%"}, PRICE_ROW: {"target": "＝700元/人"}}}, []),
        ({"rows": {0: {"target": "＝2场"}, PRICE_ROW: {"target": "≤500元/人"}}}, []),
    ],
)
def test_price_times_quantity(changes, told):
    budget = changes.get("total_budget", "4.40")
    assert severities("AMT07", {"fiscal_funds": budget, **changes}) == told


def test_a_second_amount_among_the_costs_explains_a_larger_budget():
    more = {"category": "产出指标", "subcategory": "成本指标", "name": "场地费", "target": "≤2万元"}
    changes = {"total_budget": "6.40", "fiscal_funds": "6.40"}
    assert severities("AMT07", changes) == ["warning"]
    assert severities("AMT07", changes | {"more": [more]}) == []


# ---------------------------------------------------------------------------------------------- plans

PERIOD, CUMULATIVE = ["20", "30", "25", "25"], ["20", "50", None, "100"]


@pytest.mark.parametrize(
    ("basis", "plan", "told"),
    [
        ("auto", PERIOD, ["info"]),
        ("auto", CUMULATIVE, ["info"]),
        ("period", PERIOD, []),
        ("period", CUMULATIVE, ["warning"]),
        ("cumulative", PERIOD, ["warning"]),
        ("cumulative", CUMULATIVE, []),
        ("period", [None, None, None, "100"], []),
        ("cumulative", [None, None, None, "100"], []),
    ],
)
def test_a_bureau_may_fix_how_plans_are_filled_in(basis, plan, told):
    assert severities("PLN04", {"spending_plan": plan}, Settings(plan_basis=basis)) == told


def test_a_plan_of_the_other_reading_comes_with_the_figures_to_fill_in():
    [found] = found_by("PLN04", {"spending_plan": CUMULATIVE}, Settings(plan_basis="period"))
    assert found.message == "资金支出计划 20/50/空/100 是累计进度，本地规定按分期比例填写。"
    assert found.hint == "请改为分期比例 20/30/0/50，四期合计 100%。"
    [found] = found_by("PLN04", {"spending_plan": PERIOD}, Settings(plan_basis="cumulative"))
    assert found.hint == "请改为累计进度 20/50/75/100，12 月底 100%。"


@pytest.mark.parametrize(
    ("basis", "words"), [("auto", "两种口径都不成立"), ("period", "不是 100%"), ("cumulative", "不是逐期不减")]
)
def test_a_plan_that_reads_no_way_is_told_in_the_words_of_the_bureau(basis, words):
    [found] = found_by("PLN03", {"spending_plan": ["20", "20", None, "50"]}, Settings(plan_basis=basis))
    assert found.severity is Severity.ERROR
    assert words in found.message
    assert found.message.endswith("。")


LATE = [None, "50", None, "50"]
LATER = [None, "0", "50", "50"]
LAST = [None, "0", "0", "100"]


@pytest.mark.parametrize(
    ("name", "plan", "told"),
    [
        ("劳模春节慰问金", LATE, 1),
        ("劳模春节慰问金", ["1", "49", None, "50"], 0),
        ("2023年春节慰问", LATE, 1),
        ("2024年春节慰问", LATE, 0),
        ("2022年春节慰问尾款", LATE, 0),
        ("明年春节慰问", LATE, 0),
        ("元宵灯会", LATE, 1),
        ("元旦春节慰问", LATE, 1),
        ("元旦慰问", LATE, 0),
        ("元旦慰问", [None, "50", "50", None], 1),
        ("三八妇女节活动", LATE, 1),
        ("三八红旗手表彰", LATE, 0),
        ("第二三八三部队慰问", LATE, 0),
        ("清明祭扫", LATE, 0),
        ("清明祭扫", LATER, 1),
        ("清明上河图展览", LATER, 0),
        ("五一劳动奖章表彰", LATER, 0),
        ("五一慰问一线职工", LATER, 1),
        ("五一路改造", LATER, 0),
        ("端午龙舟赛", LATER, 0),  # 22 June 2023: may be paid in July.
        ("六一儿童节活动", LATER, 1),
        ("七一表彰", LATER, 0),
        ("七一表彰", LAST, 1),
        ("八一小学校舍维修", LAST, 0),
        ("八一慰问驻军", LAST, 1),
        ("教师节表彰", LAST, 1),
        ("中秋国庆慰问", LAST, 1),
        ("重阳节慰问老人", LAST, 0),  # 23 October 2023: may be paid in November.
        ("职工疗休养", LAST, 0),
    ],
)
def test_festivals(name, plan, told):
    assert len(found_by("PLN05", {"project_name": name, "spending_plan": plan})) == told


def test_two_festivals_are_one_finding():
    [found] = found_by("PLN05", {"project_name": "春节、五一慰问", "spending_plan": LATER})
    assert found.message == "项目名称含“春节”“五一”，但 3月底、6月底前没有支出计划。"
    assert found.cells == PLAN[:2]


def test_without_a_cover_the_code_says_the_year():
    submission = example(RULES["PLN05"], {"spending_plan": LATE})
    told = check(submission.model_copy(update={"year": None}), HEBEI)
    assert [f.rule for f in told if f.rule == "PLN05"] == ["PLN05"]
    no_code = example(RULES["PLN05"], {"spending_plan": LATE, "project_code": None})
    assert "PLN05" not in {f.rule for f in check(no_code.model_copy(update={"year": None}), HEBEI)}


def test_festivals_of_years_that_are_not_listed_are_left_alone():
    submission = example(RULES["PLN05"], {"spending_plan": LATE}).model_copy(update={"year": 2019})
    assert "PLN05" not in {f.rule for f in check(submission, HEBEI)}


def test_every_festival_has_a_date_in_each_year_from_2020_to_2030():
    years = {str(year) for year in range(2020, 2031)}
    for name, days in HEBEI.words.festivals.items():
        assert set(days) == years, name
        assert {year: str(day.year) for year, day in days.items()} == {year: year for year in years}
        assert (
            max(d.timetuple().tm_yday for d in days.values()) - min(d.timetuple().tm_yday for d in days.values()) <= 30
        )


def test_without_words_nothing_is_found():
    late = {"spending_plan": LATE}
    assert found_by("PLN05", late, words=Words()) == []
    assert found_by("OBJ04", {"department": {"overall_objective": "取得了显著的成效。"}}, words=Words()) == []


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ([None, None, "50", "50"], ["info"]),
        ([None, None, None, "100"], ["info"]),
        ([None, None, "50", "100"], ["info"]),
        ([None, "0.01", "50", "100"], []),
        (["0.01", None, None, "99.99"], []),
        ([None, None, "50", "40"], []),
        ([None, None, None, None], []),
    ],
)
def test_nothing_by_june(plan, told):
    assert severities("PLN06", {"project_name": "职工体检", "spending_plan": plan}) == told


# ------------------------------------------------------------------------------------------ objectives


@pytest.mark.parametrize(
    ("objective", "told"),
    [
        (None, ["OBJ01"]),
        ("1.目标内容 1", ["OBJ02"]),
        ("目标内容", ["OBJ02"]),
        ("慰问劳模", ["OBJ03"]),
        ("慰问劳模工作88人到位", ["OBJ03"]),
        ("慰问劳模工作88人均到位", []),
        ("保障单位正常运转，保障各项工作顺利开展，提升服务水平和能", ["OBJ03"]),
        ("保障单位正常运转，保障各项工作顺利开展，不断提升服务的水平和能力", []),
        ("年底前完成三期职工技能培训", []),
    ],
)
def test_one_fault_of_an_objective_is_one_finding(objective, told):
    found = check(example(RULES["OBJ03"], {"objective": objective}), HEBEI)
    assert [f.rule for f in found if f.rule.startswith("OBJ")] == told


@pytest.mark.parametrize(
    "text",
    [
        "力争取得显著成效，职工满意度90%以上。",
        "在去年取得了显著成效的基础上，继续做好88名劳模的慰问。",
        "近年来帮扶工作取得了进展，2023年帮扶48名困难职工。",
        "支付已完成项目的尾款3笔，支付率100%。",
        "了解职工需求，为了完成全年任务，开展培训4期。",
        "确保12月底前各项任务得到有效落实，完成率100%。",
    ],
)
def test_an_objective_that_looks_ahead_is_in_order(text):
    assert found_by("OBJ04", {"department": {"overall_objective": text}}) == []
    assert found_by("OBJ04", {"copies": 1, "objective": text}) == []


def test_a_summary_is_told_where_it_stands_with_the_words_turned_round():
    [found] = found_by("OBJ04", {"copies": 1, "objective": "为88名劳模发放慰问金，慰问工作取得了显著的成效。"})
    assert (found.sheet, found.cell) == ("1.示例", AT["objective"])
    assert found.message == "绩效目标写成了总结：“取得了显著的成效”。"
    assert "“预计取得显著的成效”" in found.hint
    without = example(RULES["OBJ04"], {"department": None})
    assert "OBJ04" not in {f.rule for f in check(without, HEBEI)}
