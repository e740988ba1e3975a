"""The department's goals and the text as a whole: links, measures, contents, units and documents."""

import pytest
from places import AT, IN_DEPARTMENT
from tables import FRAMEWORKS, found_in, workbook_of

from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED
from perfxl.core.forms.document_numbers import document_numbers, document_titles
from perfxl.core.grid.cells import Cell, Sheet, Workbook
from perfxl.core.reading.contents import read_contents
from perfxl.core.reading.submission import read
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import example
from perfxl.io.workbooks.read_files import read_workbook

HEBEI = FRAMEWORKS["hebei-2023"]


def findings(rule_id, **changes):
    return [f for f in check(example(RULES[rule_id], changes), HEBEI) if f.rule == rule_id]


def dep(path):
    found = found_in(read_workbook(path))
    return sorted((f.rule, f.severity.value, f.sheet[:1]) for f in found if f.rule.startswith("DEP"))


# ------------------------------------------------------------------------------- the published texts


def test_the_published_text(examples):
    # 封面 names who reviews: on the printed cover only the word 审核 is missing.
    assert dep(examples / FILLED_IN) == [
        ("DEP02", "warning", "2"),
        ("DEP02", "warning", "3"),
        ("DEP04", "info", "部"),
        ("DEP09", "info", "2"),
        ("DEP09", "info", "部"),
    ]


def test_the_mended_text_has_nothing_to_return(examples):
    assert [one for one in dep(examples / MENDED) if one[1] != "info"] == []


def test_forms_alone_have_no_department_to_ask_about(examples):
    submission = read(read_workbook(examples / BY_HAND), FRAMEWORKS)
    assert submission.department is None
    assert dep(examples / BY_HAND) == [("DEP09", "info", "2")]


# ------------------------------------------------------------------- projects and 分项绩效目标


def covered(name, purpose, *items):
    texts = {"project_name": name, "purpose": purpose, "objective": None, "sub_objective": None}
    base = example(RULES["DEP02"], texts)
    department = base.department.model_copy(
        update={"sub_objectives": tuple(base.department.sub_objectives[0].model_copy(update=i) for i in items)}
    )
    found = check(base.model_copy(update={"department": department}), HEBEI)
    return not any(f.rule == "DEP02" for f in found)


DEPARTMENT = (
    {"name": "义务教育均衡发展", "objective": "改善办学条件，新建校舍3000平方米", "indicators": "校舍面积"},
    {"name": "学生资助", "objective": "资助家庭经济困难学生800人", "indicators": "资助人数≥800人"},
    {"name": None, "objective": "保障机关日常运转", "indicators": None},
)


@pytest.mark.parametrize(
    ("name", "purpose", "found"),
    [
        ("家庭经济困难学生资助资金", "对困难学生发放助学金", True),
        ("义务教育校舍改造项目", "改善农村学校办学条件", True),
        ("机关日常运转经费", "办公水电", True),
        ("学前教育幼儿园建设", "新建公办园一所", False),
        ("教师培训专项经费", "组织骨干教师参加省级研修", False),
    ],
)
def test_a_project_serves_the_item_that_says_the_same(name, purpose, found):
    assert covered(name, purpose, *DEPARTMENT) is found


@pytest.mark.parametrize(
    "named", ["劳模慰问金的发放", "1.劳模慰问金的发放", "一、劳模慰问金的发放", "劳模慰问金 的发放"]
)
def test_a_project_that_names_its_item_is_covered(named):
    assert findings("DEP02", sub_objective=named) == []


def test_a_name_that_is_no_item_is_told_with_those_there_are():
    [found] = findings("DEP02", sub_objective="职工健康")
    assert found.cell == AT["sub_objective"]
    assert "“职工健康”不在分项绩效目标中" in found.message
    assert "“劳模慰问金的发放”" in found.hint


def test_measures_are_counted_when_they_say_something():
    named = [{"name": name} for name in ("完善制度建设", "加强支出管理", "加强内部监督")]
    [found] = findings("DEP03", department={"implementation_measures": named})
    assert (found.message, found.cell) == ("工作保障措施未填写。", IN_DEPARTMENT["implementation_measures"])
    said = [{"name": name, "text": "由办公室负责。"} for name in "甲乙"]
    [found] = findings("DEP03", department={"implementation_measures": said})
    assert found.message == "工作保障措施只填写了 2 条，少于 3 条。"


# ------------------------------------------------------------------------------------ the contents


def contents(*lines, name="目录页"):
    return Sheet(name, {(row, 1): Cell(line) for row, line in enumerate(("目  录", *lines), 1)})


LINES = (
    "第一部分 部门整体绩效目标.....1",
    "一、总体绩效目标.....1",
    "第二部分 预算项目绩效目标.....5",
    "1.劳模春节慰问金项目绩效目标表.....5",
    "2．劳模春节慰问金项目2绩效目标表………6",
)


def test_the_projects_of_a_contents_list_are_read_with_their_cells():
    found = read_contents((contents(*LINES),))
    assert [(line.cells["title"], line.title) for line in found] == [
        ("A5", "劳模春节慰问金项目"),
        ("A6", "劳模春节慰问金项目2"),
    ]


def test_lines_without_the_word_for_the_form_count_below_the_second_part():
    found = read_contents((contents("1.总体目标 1", "第二部分 预算项目绩效目标", "1、健康保障项目……7"),))
    assert [line.title for line in found] == ["健康保障项目"]


@pytest.mark.parametrize("name", ["封面", "部门汇总"])
def test_a_list_is_read_whatever_its_sheet_is_called(name):
    assert len(read_contents((contents(*LINES, name=name),))) == 2


def with_contents(*lines):
    workbook = workbook_of("| 项目一 | B |", "| 项目二 | B |")
    found = found_in(Workbook((contents(*lines), *workbook.sheets)))
    return [(f.sheet, f.cell, f.message) for f in found if f.rule == "DEP05"]


def test_contents_that_agree_are_silent():
    assert with_contents(*LINES) == []
    assert with_contents("总则") == []


def test_contents_with_another_name_or_number_are_told_at_their_line():
    [(sheet, cell, message)] = with_contents(*LINES[:4], "2.健康保障项目绩效目标表.....6")
    assert (sheet, cell) == ("目录页", "A6")
    assert "第 2 个名称不一致：目录为“健康保障项目”，正文为“劳模春节慰问金项目2”" in message
    [(_, cell, message)] = with_contents(*LINES[:4])
    assert message == "目录列出 1 个项目，正文有 2 个；目录没有第 2 个“劳模春节慰问金项目2”。"
    [(_, cell, message)] = with_contents(*LINES, "3.健康保障项目绩效目标表.....7")
    assert (cell, message) == ("A7", "目录列出 3 个项目，正文有 2 个；正文没有第 3 个“健康保障项目”。")


# ------------------------------------------------------------------------------------ units of account


def units(first, second):
    workbook = workbook_of(
        f"| 项目一 | unit_of_account |\n| | {first} |", f"| 项目二 | unit_of_account |\n| | {second} |"
    )
    return [(f.sheet, f.cell, f.message) for f in found_in(workbook) if f.rule == "DEP07"]


@pytest.mark.parametrize(
    ("first", "second"), [("单位：万元", "金额单位: 万元"), ("空", "单位：万元"), ("单位：万元", "空")]
)
def test_wan_throughout_is_right(first, second):
    assert units(first, second) == []


@pytest.mark.parametrize(("first", "second", "forms"), [("单位：元", "单位：元", 2), ("空", "单位：元", 1)])
def test_yuan_throughout_is_never_read_as_wan_in_silence(first, second, forms):
    said = units(first, second)
    assert len(said) == forms
    assert all("按万元理解" in message for _, _, message in said)


def test_two_units_are_told_where_the_odd_one_is():
    assert units("单位：元", "单位：万元") == [
        ("项目一", AT["unit_of_account"], "同一文本中出现“单位：万元”和“单位：元”。")
    ]


def test_two_units_on_one_form_are_found_too():
    workbook = workbook_of("| 项目一 | title |\n| | 金额单位:元 |")
    sheet = workbook.sheets[0]
    cells = dict(sheet.cells) | {(2, 8): Cell("金额单位:元")}
    cells[(2, 1)] = Cell("1.劳模春节慰问金项目绩效目标表")
    found = found_in(Workbook((Sheet("项目一", cells, sheet.merged),)))
    assert [f.rule for f in found if f.rule == "DEP07"] == ["DEP07"]


# ------------------------------------------------------------------------------------------ documents


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("（承市政办字[2019]4号）文件", "承市政办字〔2019〕4号"),
        ("依据承财行【2022】73 号下达", "承财行〔2022〕73号"),
        ("冀财预(2020)第15号", "冀财预〔2020〕15号"),
        ("按照财预〔2015〕88号执行", "财预〔2015〕88号"),
    ],
)
def test_a_document_number_is_known_however_it_is_written(text, standard):
    [number] = document_numbers(text)
    assert number.standard == standard
    assert text[number.at :].startswith(number.typed)


@pytest.mark.parametrize("text", ["地铁（2023）1号线", "2023年4号楼", "共[2019]人", "≥2000号", None])
def test_what_is_no_document_number(text):
    assert document_numbers(text) == ()


def test_titles_are_known_with_and_without_their_marks():
    text = "按《关于做好2020年工作的通知》和关于印发三年行动方案（2021-2023年）的通知执行"
    assert [(t.text, t.years) for t in document_titles(text)] == [
        ("关于做好2020年工作的通知", (2020,)),
        ("关于印发三年行动方案（2021-2023年）的通知", (2021, 2023)),
    ]


def test_the_text_is_not_asked_about_documents_that_stand():
    texts = "按《中共中央 国务院关于全面实施预算绩效管理的意见》（中发〔2018〕34号）执行。"
    measure = {"sheet": "部门整体绩效目标", "name": "制度", "text": texts, "cells": {"text": "C17"}}
    changes = {"department": {"implementation_measures": [measure] * 3}}
    assert findings("DEP04", **changes) == []
    assert findings("DEP09", **changes) == []
