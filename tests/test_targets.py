"""指标值: what is read out of a cell, and what is left alone."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.core.forms.records import Indicator
from perfxl.core.forms.target_values import is_quantified, parse_target

# As typed → operator, number, unit.
MEASURED = """
    ≥90%                      | ≥ | 90     | %
    ≥ 90 %                    | ≥ | 90     | %
    ≥９０％                    | ≥ | 90     | %
    ＞＝90％                   | ≥ | 90     | %
    >=100                     | ≥ | 100    |
    不低于90%                  | ≥ | 90     | %
    大于等于90%                | ≥ | 90     | %
    90%以上                    | ≥ | 90     | %
    90及以上                   | ≥ | 90     |
    覆盖率达到95%以上           | ≥ | 95     | %
    百分之九十五以上            | ≥ | 95     | %
    百分之百                   |   | 100    | %
    达到95%                    |   | 95     | %
    80%-90%                   |   | 80     | %
    100%（全部）               |   | 100    | %
    ≥100百分比                 | ≥ | 100    | %
    增长5个百分点              |   | 5      | 个百分点
    ≤0.5‰                     | ≤ | 0.5    | ‰
    ＜5%                      | < | 5      | %
    超过5000人                 | > | 5000   | 人
    ＝88人                     | ＝ | 88     | 人
    100                       |   | 100    |
    ≥100                      | ≥ | 100    |
    0                         |   | 0      |
    约300人                    |   | 300    | 人
    300余人                    |   | 300    | 人
    1.2万人                    |   | 1.2    | 万人
    300人参加培训              |   | 300    | 人
    2023年培训300人            |   | 300    | 人
    12月底前完成300人培训       |   | 300    | 人
    5台（套）                  |   | 5      | 台
    ≥266米                    | ≥ | 266    | 米
    ≥2000㎡                   | ≥ | 2000   | ㎡
    PM2.5浓度≤35μg/m3          | ≤ | 35     | μg/m³
    建成5G基站20个             |   | 20     | 个
    500元/人                   |   | 500    | 元/人
    ≤ 500 元／人·年            | ≤ | 500    | 元/人·年
    不得超过5万元              | ≤ | 5      | 万元
    控制在5万元以内            | ≤ | 5      | 万元
    ≥1,200.5万元               | ≥ | 1200.5 | 万元
    3-5天                     |   | 3      | 天
    15个工作日内               | ≤ | 15     | 个工作日
    30日内                     | ≤ | 30     | 日
    7×24小时                   |   | 7      | 小时
    3个月                      |   | 3      | 个月
    1:2                       |   | 1      | :2
    88/100                    |   | 88     |
    第一名                     |   | 1      | 名
    前3名                      |   | 3      | 名
    三百人                     |   | 300    | 人
    两次                       |   | 2      | 次
    不少于十二场               | ≥ | 12     | 场
    五百元/人                  |   | 500    | 元/人
    三百二十户以上              | ≥ | 320    | 户
    每年一次                   |   | 1      | 次/年
    每季度1次                  |   | 1      | 次/季
    每半年一次                 |   | 1      | 次/半年
    每年不少于4次              | ≥ | 4      | 次/年
    2次/年                     |   | 2      | 次/年
    一年两次                   |   | 2      | 次/年
    第一季度1场，第三季度1场    |   | 1      | 场
    6月底50%，12月底100%       |   | 50     | %
    ①培训300人；②考核           |   | 300    | 人
"""
TIMES = """
    12月31日前         | ≤ | 12月31日
    在12月31日之前     | ≤ | 12月31日
    ≤1月20日           | ≤ | 1月20日
    2023年6月底前      | ≤ | 2023年6月底
    2023年12月         |   | 2023年12月
    2023年度           |   | 2023年度
    ≤2023年            | ≤ | 2023年
    年底前             | ≤ | 年底
    第四季度           |   | 第四季度
    春节前             | ≤ | 春节
    每月10日前         | ≤ | 10日
    2023-12-31        |   | 2023-12-31
    2023-12-31 00:00:00 |  | 2023-12-31
    20231231          |   | 20231231
"""
QUALITATIVE = [
    *("", "   ", None, "显著提升", "合格", "及时", "全部", "无", "元/人"),
    *("进一步提升", "一次性补助", "一般", "统一管理", "十四五规划", "一流水平", "三公经费下降", "第一时间", "百分之"),
    *("承财行【2022】73 号", "符合承财行〔2022〕73号文件要求", "按照2023年工作计划完成", "符合GB/T 9704-2012"),
    *("1.完成培训；2.完成考核", "①完成培训", "建设5G基站", "按第3条执行", "十百人", "一一人", "每天坚持一人"),
]


def lines(table):
    return [[cell.strip() or None for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "operator", "number", "unit"), lines(MEASURED))
def test_a_number_is_read_with_its_sign_and_unit(text, operator, number, unit):
    parsed = parse_target(text)
    assert (parsed.operator, parsed.number, parsed.unit) == (operator, Decimal(number), unit)


@pytest.mark.parametrize(("text", "operator", "point"), lines(TIMES))
def test_a_point_in_time_has_no_number(text, operator, point):
    parsed = parse_target(text)
    assert (parsed.operator, parsed.number, parsed.unit) == (operator, None, point)


@pytest.mark.parametrize("text", QUALITATIVE)
def test_a_number_that_counts_nothing_is_passed_over(text):
    assert parse_target(text) is None


@pytest.mark.parametrize(
    ("target", "is_one"), [("≥90%", True), ("12月底前", True), ("每年一次", False), ("每年1次", True), ("好", False)]
)
def test_numbers_times_and_frequencies_are_quantified(target, is_one):
    assert is_quantified(Indicator(target=target, parsed=parse_target(target))) is is_one


@given(st.text() | st.text("≥≤<>=0123456789.,%:/-()年月日季度每一两十百千次人元万以上内前第〔〕 "))
def test_whatever_is_typed_can_be_read(text):
    parsed = parse_target(text)
    assert parsed is None or parsed.number is not None or parsed.unit
    assert parsed is None or parsed.number is None or parsed.number >= 0


def test_a_long_cell_is_read_at_once():
    # No sum and no product could be exact with it: not a number.
    assert parse_target("1" * 20_000) is None
    assert parse_target("一" * 20_000 + "每年" * 5_000) is None
    assert parse_target("不低于" * 5_000) is None
