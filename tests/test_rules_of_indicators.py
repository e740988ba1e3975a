"""Rows of the indicator table: what a reviewer would ask, and what nobody should be asked."""

import pytest
from places import cell, row
from tables import checked, found_in

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import example
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook

# Where weights stand: a form with weights has a column more.
WEIGHT = "F{}"
FRAMEWORKS = all_frameworks()
HEBEI = FRAMEWORKS["hebei-2023"]
MINE = {"IND02", "IND03", "IND06", "IND07", "IND08", "IND09", "DSC01", "DSC02", "DSC03"} | {
    "REL01",
    "REL02",
    "REL03",
    "REL04",
}


def findings(rule_id, framework=HEBEI, **changes):
    found = check(example(RULES[rule_id], changes), framework)
    return [f for f in found if f.rule == rule_id]


def mine(table):
    """What these rules say about a table, other rules aside."""
    return [one for one in checked(table) if one.split()[1] in MINE]


def row_of(kind, name, definition, target, basis):
    return f"""
        | 项目一 | category | subcategory | name   | definition   | target   | target_basis |
        | 7      | 效益指标     | {kind}      | {name} | {definition} | {target} | {basis}      |
    """


# ------------------------------------------------------------------------------- the published text


@pytest.fixture(scope="module")
def rows(examples):
    """(rule, severity, project) → how many rows, for the published sample."""
    found = found_in(read_workbook(examples / FILLED_IN))
    return {(f.rule, f.severity.value, f.project): len(f.cells) for f in found if f.rule in MINE}


def test_the_published_text_row_by_row(rows):
    assert rows == {
        ("IND07", "warning", 1): 4,
        ("DSC01", "warning", 1): 9,
        ("DSC01", "warning", 2): 4,
        ("DSC01", "warning", 3): 9,
        ("DSC01", "warning", 4): 9,
        ("DSC02", "warning", 1): 9,
        ("DSC02", "warning", 2): 4,
        ("DSC02", "warning", 4): 7,
        ("DSC03", "warning", 2): 2,
        ("DSC03", "info", 2): 3,
        ("DSC03", "warning", 3): 9,
        ("DSC03", "warning", 4): 2,
        ("REL01", "warning", 1): 1,
        ("REL01", "warning", 2): 1,
        ("REL01", "warning", 3): 1,
        ("REL01", "warning", 4): 1,
        ("REL02", "info", 1): 1,
        ("REL02", "info", 2): 1,
        ("REL02", "info", 3): 1,
        ("REL02", "info", 4): 1,
        ("REL03", "warning", 1): 1,
        ("REL03", "warning", 2): 1,
    }


def test_the_document_that_gives_the_figure_is_suggested(examples):
    found = found_in(read_workbook(examples / FILLED_IN))
    [standard] = [f for f in found if (f.rule, f.project) == ("DSC03", 4)]
    assert "“慰问标准”的依据可写成“承市政办字〔2019〕4号”" in standard.hint
    [unnumbered] = [f for f in found if (f.rule, f.severity.value) == ("DSC03", "info")]
    assert "承财行〔2022〕73号" in unnumbered.hint


# --------------------------------------------------------------------------------- which rows are set


def test_a_missing_kind_of_output_is_named_with_a_row_to_begin_with():
    [found] = findings("IND03", without={"subcategory": "成本指标"})
    assert found.message == "产出指标缺少成本指标。"
    assert "“项目总成本，≤4.40万元”" in found.hint


def test_cost_is_no_part_of_output_where_it_is_a_category_of_its_own():
    changes = {"without": {"subcategory": "成本指标"}}
    assert findings("IND03", FRAMEWORKS["central-2021"], **changes) == []
    assert [f.message for f in findings("IND03", HEBEI, **changes)] == ["产出指标缺少成本指标。"]


def test_two_rows_are_one_finding_that_says_what_is_missing():
    submission = example(RULES["IND08"], RULES["IND08"].bad[1])
    [found] = [f for f in check(submission, HEBEI) if f.rule.startswith("IND")]
    assert found.message == "三级指标只有 2 个，少于 3 个。"
    assert "质量指标、时效指标、成本指标、满意度指标" in found.hint


@pytest.mark.parametrize(("number", "expected"), [(19, []), (20, []), (21, ["info"]), (30, ["info"])])
def test_more_than_twenty_rows_are_many(number, expected):
    more = RULES["IND08"].good[0]["more"][0]
    extra = [more | {"name": f"第{i}站走访人数", "definition": f"第{i}站走访的人数"} for i in range(number - 6)]
    assert [f.severity.value for f in findings("IND08", more=extra)] == expected


def test_a_row_under_a_wrong_heading_is_not_asked_for_again():
    assert mine("| 项目一 | subcategory |\n| 3 | 其他指标 |") == []


# ------------------------------------------------------------------------------------- repeated rows


def test_rows_that_are_the_same_throughout_are_named_once_with_all_their_headings():
    twin = dict(zip(("name", "definition", "target", "target_basis"), ("参检率", "口径", "≥95%", "计划"), strict=True))
    found = check(example(RULES["IND07"], {"rows": {1: twin, 4: twin}}), HEBEI)
    repeated = [f for f in found if f.rule in {"IND06", "IND07"}]
    assert [(f.rule, f.cells) for f in repeated] == [("IND07", (cell(2, "name"), cell(5, "name")))]
    assert repeated[0].message.startswith("质量指标、社会效益指标共 2 行的内容完全相同（“参检率”）。")


def test_the_same_row_twice_under_one_heading_is_a_repeated_name():
    twin = {"category": "产出指标", "subcategory": "数量指标", "name": "慰问劳模人数"}
    content = {"definition": "实际领取慰问金的市级劳模人数", "target": "＝88人", "target_basis": "劳模登记台账"}
    found = check(example(RULES["IND06"], {"more": [twin | content]}), HEBEI)
    [repeated] = [f for f in found if f.rule in {"IND06", "IND07"}]
    assert repeated.rule == "IND06"
    assert "“慰问劳模人数”在本项目出现 2 次" in repeated.message


# ------------------------------------------------------------------------------------------- weights


def weighted(*weights, cost=True):
    rows = {i: {"weight": weight} for i, weight in enumerate(weights)}
    if cost:
        rows[3] |= {"category": "成本指标", "subcategory": "经济成本指标"}
    return findings("IND09", FRAMEWORKS["central-2021"], rows=rows)


def test_weights_that_do_not_add_up_are_told_with_what_they_should_be():
    [found] = weighted("20", "10", "15", "20", "20", "10")
    assert found.message == "分值权重不符：产出指标合计 45 分，应为 40 分。"
    assert (found.actual, found.expected, found.difference) == ("45", "40", "5")
    assert found.cells == tuple(WEIGHT.format(row(number)) for number in (1, 2, 3))


def test_weights_as_shares_and_percentages_are_the_same_weights():
    assert weighted("0.2", "0.1", "0.1", "0.2", "0.2", "0.1") == []
    assert weighted("20", "10", "10", "20", "20", "10") == []


def test_a_missing_weight_is_an_error_of_its_own():
    [found] = weighted("20", "10", None, "20", "20", "10")
    assert (found.severity.value, found.cells) == ("error", (WEIGHT.format(row(3)),))
    [negative] = weighted("50", "10", "-20", "20", "20", "10")
    assert negative.message == "“发放完成时间”的分值权重未填写或不是数字。"


def test_a_framework_without_weights_asks_for_none():
    assert findings("IND09", HEBEI, rows={0: {"weight": "99"}}) == []


# --------------------------------------------------------------------------- texts as they are written

REAL_BASES = [
    "冀财教〔2022〕118号",
    "《河北省农村公路养护工程管理办法》",
    "依据国家统计局公布的2022年常住人口",
    "年度培训计划",
    "政府采购合同约定",
    "2022年实际完成值的95%，参考历史水平",
    "承德市“十四五”卫生健康规划",
    "县政府第12次常务会议纪要",
    "设备采购招标文件",
    "工程施工图及预算批复",
    "村级动物防疫员花名册",
    "行业标准GB/T 19095",
    "根据上年度满意度测评情况",
]


@pytest.mark.parametrize("basis", REAL_BASES)
def test_a_source_is_a_source_however_it_is_named(basis):
    assert findings("DSC03", row=0, target_basis=basis) == []
    assert findings("DSC02", row=0, target_basis=basis) == []


@pytest.mark.parametrize("basis", ["确保完成任务", "按时足额发放到位", "工作需要", "实际情况", "100%", None])
def test_what_names_no_source_is_asked_for_one(basis):
    assert [f.severity.value for f in findings("DSC03", row=0, target_basis=basis)] == ["warning"]


@pytest.mark.parametrize("basis", ["上级文件要求", "依据文件政策有序认证", "相关文件"])
def test_a_document_without_a_number_is_only_a_hint(basis):
    assert [f.severity.value for f in findings("DSC03", row=0, target_basis=basis)] == ["info"]


@pytest.mark.parametrize(
    ("target", "basis", "copied"),
    [
        ("≥90%", "≥ 90 %", True),
        ("≥90%", "90％", True),
        ("≥90%", "90%以上", True),
        ("每年一次", "每年安排一次体检", False),
        ("≥90%", "上年实际为90%", False),
        ("500元/人", "每人500元", False),
        ("＝88人", "＝80人", False),
    ],
)
def test_what_a_copy_of_the_target_is(target, basis, copied):
    assert bool(findings("DSC02", row=0, target=target, target_basis=basis)) is copied


@pytest.mark.parametrize(
    ("name", "definition", "copied"),
    [
        ("培训人数", "培训人数", True),
        ("培训人数", "指培训的人数", True),
        ("培训完成情况", "培训完成", True),
        ("培训人数", "培训人数（含线上）", False),
        ("培训人数", "参加两期以上培训的干部人数", False),
        ("培训合格率", "合格人数÷参训人数×100%", False),
        ("培训人数", None, False),
    ],
)
def test_what_a_copy_of_the_name_is(name, definition, copied):
    assert bool(findings("DSC01", row=0, name=name, definition=definition)) is copied


ECOLOGICAL = [
    ("城区空气质量优良天数", "全年优良天数", "≥290天"),
    ("单位能耗下降率", "比上年下降的比率", "≥3%"),
    ("无纸化办公覆盖率", "无纸化办公科室数÷科室总数×100%", "≥80%"),
    ("农村厕所粪污处理率", "处理户数÷总户数×100%", "≥90%"),
    ("畜禽养殖废弃物综合利用率", "利用量÷产生量×100%", "≥80%"),
    ("对周边的影响", "施工扬尘控制在规定范围内的天数", "≥300天"),
]


@pytest.mark.parametrize(("name", "definition", "target"), ECOLOGICAL)
def test_what_is_about_the_environment(name, definition, target):
    assert mine(row_of("生态效益指标", name, definition, target, "年度工作计划")) == []


@pytest.mark.parametrize("name", ["保障机关正常运转", "服务对象覆盖率", "政策宣传场次"])
def test_what_is_not_about_the_environment(name):
    told_now = mine(row_of("生态效益指标", name, "全年统计口径", "≥90%", "年度工作计划"))
    assert told_now == ["项目一!7.name REL01"]


@pytest.mark.parametrize("name", ["/", "无", "不适用"])
def test_a_row_that_says_nothing_is_no_matter_of_relevance(name):
    told_now = mine(row_of("生态效益指标", name, "无", "无", "无"))
    assert not any("REL" in one for one in told_now)


ECONOMIC = [
    ("脱贫户人均纯收入", "纯收入总额÷人数", "≥12000元"),
    ("财政资金节约率", "节约额÷预算额×100%", "≥5%"),
    ("带动就业岗位", "新增岗位数", "≥120个"),
    ("粮食总产量", "秋粮产量", "≥20万吨"),
    ("企业减负金额", "减免总额", "≥30万元"),
    ("设备采购成本降低率", "降低额÷上年成本×100%", "≥2%"),
]


@pytest.mark.parametrize(("name", "definition", "target"), ECONOMIC)
def test_what_is_about_money(name, definition, target):
    assert mine(row_of("经济效益指标", name, definition, target, "上年完成值")) == []


@pytest.mark.parametrize(
    "name", ["补助资金发放及时率", "企业申请资金审核时限", "财政补贴资金拨付率", "财政票据核销数", "专项资金支付进度"]
)
def test_paying_out_is_a_result_and_others_applications_are_work(name):
    assert findings("REL03", row=2, name=name) == []


@pytest.mark.parametrize("name", ["及时向财政请款", "按月申请经费次数", "及时和财政申请保障经费"])
def test_asking_for_money_is_no_result(name):
    [found] = findings("REL03", row=2, name=name)
    assert "为区内市级劳模发放春节慰问金" in found.hint


# ------------------------------------------------------------------------------- projects and projects


def test_the_second_of_two_alike_projects_is_told_which_one_it_copies():
    codes = {"copies": 3, "project_code": "13081123R00022210002{number}", "project_name": "项目{number}"}
    found = findings("REL04", alike=True, **codes)
    assert [(f.project, f.message) for f in found] == [
        (2, "第 1、2 个项目的指标有 100% 相同。"),
        (3, "第 1、3 个项目的指标有 100% 相同。"),
    ]


@pytest.mark.parametrize(("changed", "found"), [(1, True), (2, False)])
def test_alike_means_four_fifths(changed, found):
    base = example(RULES["REL04"], RULES["REL04"].bad[0])
    first, second = base.projects
    rows = [
        row.model_copy(update={"target": f"≥{row.row}人"}) if i < changed else row
        for i, row in enumerate(second.indicators)
    ]
    # Similar subsidies have the same names and their own figures.
    text = base.model_copy(update={"projects": (first, second.model_copy(update={"indicators": tuple(rows)}))})
    assert any(f.rule == "REL04" for f in check(text, HEBEI)) is found


def test_a_plain_form_that_is_right_has_nothing_to_say():
    assert checked("| 项目一 |") == []
