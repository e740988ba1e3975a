"""The rules on 指标值: what is told, which rule tells it, and what is left in peace."""

from pathlib import Path

import places
import pytest
from tables import found_in

from perfxl.core.forms.findings import Severity
from perfxl.core.forms.settings import Words
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import example
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook

HEBEI = all_frameworks()["hebei-2023"]
MINE = {*(f"VAL{number:02}" for number in range(1, 13)), "DSC04"}
EXAMPLES = Path(__file__).parents[1] / "examples"
KINDS = {
    "数量": ("产出指标", "数量指标"),
    "质量": ("产出指标", "质量指标"),
    "时效": ("产出指标", "时效指标"),
    "成本": ("产出指标", "成本指标"),
    "经济": ("效益指标", "经济效益指标"),
    "社会": ("效益指标", "社会效益指标"),
    "生态": ("效益指标", "生态效益指标"),
    "持续": ("效益指标", "可持续影响指标"),
    "满意": ("满意度指标", "服务对象满意度指标"),
}


def row(kind, name, target):
    category, subcategory = KINDS[kind]
    return {
        "category": category,
        "subcategory": subcategory,
        "name": name,
        "definition": "实际数÷计划数×100%",
        "target": target,
        "target_basis": "年度工作计划",
    }


def findings(*rows, framework=HEBEI):
    """What these rules find in rows added to the example text."""
    submission = example(RULES["VAL02"], {"more": [row(*one) for one in rows]})
    return [found for found in check(submission, framework) if found.rule in MINE]


def told(*rows):
    return [
        found.rule + (" " + found.severity.value if found.severity is not Severity.WARNING else "")
        for found in findings(*rows)
    ]


def table(text):
    return [line.strip().split(maxsplit=2) for line in text.strip().splitlines()]


LEFT_IN_PEACE = """
    数量 体检人数 ≥300人
    数量 道路维修面积 ≥2000平方米
    数量 受益人口 1.2万人
    数量 购置设备数量 3台（套）
    数量 开展巡查 每月2次
    数量 举办讲座 四场
    数量 印发宣传资料 2000份以上
    数量 改造老旧小区 约10万平米
    数量 补贴发放户数（户） 1200
    数量 制定标准 2项
    数量 新建标准化卫生室 12个
    数量 高标准农田建设 5000亩
    数量 发放贷款金额 ≥3000万元
    质量 验收合格率 100%
    质量 信息准确率 99.9%
    质量 工程质量等级 合格
    质量 达标率 达到国家标准
    质量 系统故障率 ≤2%
    质量 服务质量 优、良
    时效 项目完成时间 2023年12月
    时效 项目按期完成率 100%
    时效 资金拨付及时率 100%
    时效 响应时间 2小时内
    时效 完成时限 年底前
    时效 工程工期 180天
    时效 系统运行时间 7×24小时
    时效 发放频次 按月发放
    时效 支付进度 6月底50%，12月底100%
    时效 竣工时间 2023-12-31前
    时效 到账时间 每月10日前
    时效 项目执行期 三年
    成本 成本控制率 ≤100%
    成本 项目总成本 ≤50万元
    成本 补助标准 按冀财社〔2021〕15号标准执行
    成本 人均培训费 450元/人·天
    成本 资金节约率 ≥3%
    成本 运行成本 较上年下降5%
    成本 预算执行率 ≥95%
    成本 最低工资补助 ≥1000元/人
    经济 农民增收 户均增收500元以上
    经济 带动社会投资 1:3
    经济 税收增长率 ≥100%
    经济 年度招商任务完成率 ≥100%
    经济 GDP增速 6%左右
    社会 带动就业人数 ≥120人
    社会 政策知晓率 ≥90%
    社会 安全事故发生数 0
    社会 重大安全事故 零发生
    社会 居民健康素养水平 稳步提高至30%
    社会 社会影响力 好＝上级表彰，一般＝区内通报，差＝无
    社会 毛入园率 ≥102%
    生态 PM2.5年均浓度 ≤45微克/立方米
    生态 绿化覆盖率 40%以上
    持续 设备使用年限 ≥8年
    持续 政策持续性 长期
    持续 每年对职工进行健康保障 每年一次
    满意 群众满意度 95%以上
    满意 公众满意度 100%
    满意 服务对象投诉率 ≤1%
    满意 满意度得分 ≥90分
"""


@pytest.mark.parametrize("one", table(LEFT_IN_PEACE), ids=" ".join)
def test_what_a_reviewer_would_pass_is_left_in_peace(one):
    assert [found.message for found in findings(one)] == []


TOLD = """
    数量 覆盖行政村 全部 VAL03
    数量 支持企业 若干家 VAL03
    数量 核实困难职工数量 困难职工数量 VAL03
    数量 聘用人员 15 VAL04
    数量 慰问标准 500 VAL09
    数量 慰问标准 按标准慰问 VAL09
    数量 劳模慰问金 500元/人 VAL09
    数量 发放标准 500元/月 VAL09
    质量 体检项目质量 体检项目的质量 VAL02
    质量 办公用品质量 质量良好 VAL11
    质量 提升服务水平 提升服务水平 VAL02
    质量 审计问题整改率 ≥100% VAL05
    时效 及时更新劳模登记 及时更新劳模登记系统 VAL07
    时效 完成时间 按计划 VAL07
    时效 验收时间 12.31 VAL04
    成本 资金专款专用 资金做到专款专用 VAL08
    成本 总成本控制 不超过预算批复数 VAL08
    成本 采购成本 96.30 VAL04
    成本 人均体检费 ≥500元/人 VAL10
    成本 人均体检费 500元/人以上 VAL10
    成本 体检成本控制率 ≥100% VAL10
    经济 体检人员占区职工比率 ≥100 VAL05
    社会 体检项目完成率 120% VAL05
    社会 宣传政策 增强社会效益 VAL11 info
    社会 公众满意度 显著提升 VAL06
    生态 完成体检情况 ≥100 VAL04
    持续 每年对劳模进行慰问 每年对劳模进行慰问 VAL02
    满意 会员满意度 会员满意度 VAL06
    满意 会员满意度 比较满意 VAL06
    满意 会员满意度 ≤90% VAL06
    满意 会员评价 良好 VAL06
    满意 会员满意度 ≥90 VAL04
    满意 会员满意度 ≥85% VAL06 info
    满意 会员满意度 ≥100% VAL05
    满意 会员满意度 ≥120% VAL06 error
    社会 参保率 待定 VAL01 error
    满意 会员满意度 / VAL01
    数量 慰问人数 ≥XX人 VAL01 error
    成本 慰问费用 无 VAL01
"""


@pytest.mark.parametrize("line", [line.strip() for line in TOLD.strip().splitlines()])
def test_one_fault_is_told_by_the_one_rule_with_the_most_concrete_fix(line):
    kind, name, target, *expected = line.split(maxsplit=3)
    assert told((kind, name, target)) == expected


def test_a_sign_that_was_unified_is_told_beside_a_fault():
    assert told(("社会", "公开率", ">=100%")) == ["VAL05", "VAL10 info"]


@pytest.mark.parametrize(
    ("one", "hint"),
    [
        (("数量", "参训人数", "较多"), "“参训人数”写“≥〈n〉人”"),
        (("数量", "培训场次", "多场"), "“培训场次”写“≥〈n〉场”"),
        (("数量", "聘用人员", "15"), "“15”写成“15人”"),
        (("数量", "培训人数", "300以上"), "“300以上”写成“300人以上”"),
        (("数量", "慰问标准", "500"), "“慰问人数”写“≥〈n〉人”"),
        (("数量", "种子补贴单价", "30元/户"), "“种子补贴数量”写“≥〈n〉户”"),
        (("质量", "质量抽检", "质量抽检"), "“质量抽检”写“合格率＝100%”"),
        (("质量", "走访户数", "走访户数"), "“走访户数”写“≥〈n〉户”"),
        (("质量", "工作有序开展", "工作有序开展"), "“工作有序开展”写“≥〈n〉%”"),
        (("持续", "每年对劳模进行慰问", "每年对劳模进行慰问"), "“每年对劳模进行慰问”写“每年≥1次”"),
        (("时效", "及时更新劳模登记", "及时"), "“及时更新劳模登记”写“更新劳模登记及时率＝100%”"),
        (("时效", "发放时间", "及时"), "“发放时间”写“≤12月31日”"),
        (("时效", "验收时间", "12.31"), "“12.31”写成“12月31日”"),
        (("时效", "验收时间", "≤6/30"), "“≤6/30”写成“6月30日”"),
        (("时效", "维修响应", "≤3"), "“≤3”写成“≤3天”"),
        (("成本", "慰问费用", "3.5"), "“3.5”写成“3.5万元”"),
        (("成本", "慰问费用", "500"), "“500”写成“500元”"),
        (("成本", "慰问费用", "节约"), "“≤4.40万元”"),
        (("成本", "慰问费用", "不低于500元"), "“≤500元”"),
        (("生态", "完成体检情况", "≥100"), "“≥100”写成“≥100%”"),
        (("满意", "职工满意度", "0.9"), "“0.9”写成“90%”"),
    ],
)
def test_a_hint_is_a_rewrite_in_the_words_of_the_row(one, hint):
    [found] = findings(one)
    assert hint in found.hint


def test_rows_with_the_same_fault_are_one_finding():
    [found] = findings(("社会", "参保率", "≥100%"), ("社会", "入住达标率", "≥100%"))
    assert found.cells == tuple(f"E{places.row(number)}" for number in (7, 8))
    assert found.message == "“参保率”、“入住达标率”是比率，最高为 100%，不可能做到“≥100%”。"


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("体检人员占职工比率", "体检人员数÷职工数×100%"),
        ("慰问金发放率", "实际发放数÷应发放数×100%"),
        ("专业人员比例", "实际数÷应有数×100%"),
    ],
)
def test_a_ratio_needs_a_formula_in_its_description(name, formula):
    changes = {"row": 4, "name": name, "definition": name}
    found = [f for f in check(example(RULES["DSC04"], changes), HEBEI) if f.rule == "DSC04"]
    assert [f.hint for f in found] == [f"请在绩效指标描述中写明算法，如：“{name}”写“{formula}”。"]


def project(*targets):
    """The finding of VAL12 on a project with only these rows."""
    rows = [("质量", f"第{number}项检查记录归档情况", target) for number, target in enumerate(targets)]
    submission = example(RULES["VAL12"], {"without": {}, "more": [row(*one) for one in rows]})
    only = submission.projects[0]
    only = only.model_copy(update={"indicators": only.indicators[-len(rows) :]})
    found = check(submission.model_copy(update={"projects": (only,)}), HEBEI)
    return [(f.severity.value, f.message) for f in found if f.rule == "VAL12"]


def test_half_quantified_is_enough():
    assert project("归档", "归档", "3份", "每年1次") == []
    assert project("归档", "归档", "3份") == [("info", "本项目 3 个指标中只有 1 个有数值（33%）。")]
    assert project("归档", "归档", "归档") == [("warning", "本项目 3 个指标都没有数值。")]


def test_what_is_still_empty_may_yet_become_a_number():
    assert project("归档", None, None) == []
    assert project(None, None, None) == []
    assert project("归档", "归档", None) == [("warning", "本项目 3 个指标都没有数值。")]


def test_without_words_a_rule_is_silent():
    silent = HEBEI.model_copy(update={"words": Words()})
    rows = [
        ("质量", "服务", "良好"),
        ("社会", "参保率", "≥100%"),
        ("时效", "发放时间", "及时"),
        ("数量", "慰问标准", "500元"),
        ("满意", "会员满意度", "满意"),
    ]
    assert findings(*rows, framework=silent) == []


def test_a_row_without_its_first_column_belongs_where_its_second_does():
    changes = {"row": 4, "category": None, "name": "劳模认同感", "target": "显著提升"}
    found = [f for f in check(example(RULES["VAL11"], changes), HEBEI) if f.rule in MINE]
    assert [(f.rule, f.severity) for f in found] == [("VAL11", Severity.INFO)]


def test_old_and_short_names_of_a_row_are_known():
    changes = {"row": 2, "category": "产出", "subcategory": "时效", "target": "及时"}
    assert [f.rule for f in check(example(RULES["VAL07"], changes), HEBEI) if f.rule in MINE] == ["VAL07"]


# What was counted by hand, after precedence.
SAMPLE = {
    1: ["VAL03 12", "VAL06 20", "VAL07 14", "VAL08 15", "VAL11 info 19", "VAL12 12-20"],
    2: ["VAL03 12", "VAL06 20", "VAL07 14", "VAL08 15", "VAL11 info 16", "VAL12 12-20"],
    3: [
        "DSC04 info 16 17",
        "VAL02 13",
        "VAL03 12",
        "VAL04 18 20",
        "VAL05 16 17",
        "VAL07 14",
        "VAL08 15",
        "VAL12 info 12-19",
    ],
    4: ["VAL02 19", "VAL04 20", "VAL07 14", "VAL08 15", "VAL09 12", "VAL12 info 13-19"],
}


def test_the_published_sample_is_told_what_was_counted_by_hand():
    found = [f for f in found_in(read_workbook(EXAMPLES / "承德总工会2023.xlsx")) if f.rule in MINE]
    said = {number: [] for number in SAMPLE}
    for one in found:
        rows = [cell.lstrip("ABCDEF") for cell in one.cells]
        where = f"{rows[0]}-{rows[-1]}" if one.rule == "VAL12" else " ".join(rows)
        info = "info " if one.severity is Severity.INFO else ""
        said[one.project].append(f"{one.rule} {info}{where}")
    assert {number: sorted(lines) for number, lines in said.items()} == SAMPLE


def test_the_mended_sample_is_told_nothing():
    found = found_in(read_workbook(EXAMPLES / "承德总工会2023-修改后.xlsx"))
    assert [f.message for f in found if f.rule in MINE] == []
