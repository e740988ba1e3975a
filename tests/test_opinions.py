"""退回意见: what goes back to a unit, on paper and as a table."""

from __future__ import annotations

import random
import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from lxml import etree
from places import AT, cell
from returned import returned_projects
from test_damaged_copies import damaged

from perfxl.app.changes import findings, opened
from perfxl.app.make_examples import FILLED_IN, MENDED
from perfxl.app.tasks import check_file
from perfxl.core.collecting.merged_messages import merged, skeleton
from perfxl.core.collecting.opinion_sheet import SHEET, opinion_sheet
from perfxl.core.collecting.opinions import opinion_of
from perfxl.core.collecting.unit_return import ReturnedProject, UnitReturn
from perfxl.core.forms.findings import Aspect, Finding, Opinion, Severity
from perfxl.core.grid.cells import Area, position
from perfxl.io.reports.opinion_docx import render_docx
from perfxl.io.workbooks.read_files import read_package, read_workbook
from perfxl.io.workbooks.streamed_workbook import small_workbook

DAY = date(2024, 11, 22)
BUREAU = "青禾县财政局"


def _xlsx(opinion: Opinion) -> bytes:
    return small_workbook(opinion_sheet(opinion))


def returned(path) -> UnitReturn:
    one = check_file(path)
    submission = one.submission
    unit = submission.budget_unit
    return UnitReturn(
        code=unit.code,
        name=unit.name,
        department=submission.department_name,
        year=submission.year,
        file=f"报送/{path.name}",
        sha256=one.sha256,
        returned=datetime(2024, 11, 20, 16, 3),  # noqa: DTZ001
        projects=returned_projects(submission),
        findings=one.findings,
    )


@pytest.fixture(scope="module")
def sample(examples):
    return returned(examples / FILLED_IN)


@pytest.fixture(scope="module")
def opinion(sample):
    return opinion_of(sample, issued_by=BUREAU, on=DAY)


def finding(**values) -> Finding:
    given = {
        "rule": "VAL03",
        "severity": Severity.WARNING,
        "sheet": "1.甲",
        "cell": "F12",
        "cells": ("F12",),
        "field": "indicators.target",
        "label": "指标值",
        "message": "数量指标“培训人数”没有数字。",
        "hint": "请写出数量。",
        "basis": "填报实务",
        "aspect": Aspect.RELEVANCE,
        "opinion": Opinion.O2,
        "project": 1,
    }
    return Finding(**(given | values))


def unit_with(*findings: Finding, projects: int = 4) -> UnitReturn:
    ten = Decimal("10.00")
    return UnitReturn(
        code="116001",
        name="某某局",
        department="某某局",
        year=2024,
        file="某某局.xlsx",
        sha256="0" * 64,
        returned=None,
        projects=tuple(
            ReturnedProject(number, f"{number}.{name}", None, name, ten, ten, None)
            for number, name in enumerate("甲乙丙丁"[:projects], 1)
        ),
        findings=findings,
    )


def shown(unit: UnitReturn) -> list[tuple[str, str, str]]:
    """`where`, `problem`, `remedy` of every point."""
    sections = opinion_of(unit, on=DAY).sections
    return [(p.where, p.problem, p.remedy) for section in sections for p in section.points]


# --------------------------------------------------------------------------------------- the words


def test_the_sample_is_returned_with_four_errors_and_forty_two_warnings(opinion):
    assert opinion.title == "关于2023年部门预算绩效文本的退回修改意见"
    assert opinion.unit == "116001 承德高新技术产业开发区总工会本级"
    assert opinion.file == "承德总工会2023.xlsx（2024-11-20 16:03 保存）"
    assert opinion.opening == (
        "你单位报送的绩效文本（4 个项目，预算合计 188.90 万元）已经核对，发现 4 个错误、42 个警告"
        "（相同的问题合并，共 19 条）。请于　　月　　日前修改错误，核对并修改或说明警告后重新报送。"
    )
    assert [section.heading for section in opinion.sections] == [
        "一、必须修改（1 条，合并自 4 个）",
        "二、建议修改或说明（18 条，合并自 42 个）",
    ]
    assert (opinion.issuer, opinion.on, opinion.passed) == (BUREAU, "2024年11月22日", False)


def test_no_finding_is_lost_in_the_merging(opinion, sample):
    errors, warnings = (sum(p.findings for p in section.points) for section in opinion.sections)
    counted = [f.severity for f in sample.findings]
    assert (errors, warnings) == (counted.count(Severity.ERROR), counted.count(Severity.WARNING)) == (4, 42)


def test_one_fault_in_four_projects_is_one_line_that_names_them_all(opinion):
    [point] = opinion.sections[0].points
    assert point.where == f"绩效目标：项目1至4 {AT['objective']}"
    assert point.problem == "绩效目标仍为模板文字“1.目标内容 1”。"
    assert point.remedy == "请删除模板文字，写明本项目做什么、做多少、达到什么效果、何时完成。"


def test_the_same_fault_with_other_names_is_one_line_with_all_the_names(opinion):
    points = {point.where: point for point in opinion.sections[1].points}
    assert points[f"指标值：项目1至3 {cell(1, 'target')}"].problem == (
        "数量指标“年度经费测算数量”、“核实困难职工数量”、“完成体检人员的数量”没有数字。"
    )
    one, *some, last = (cell(number, "definition") for number in (1, 2, 3, 7, 9))
    where = f"项目1、3、4 {one}:{last}；项目2 {some[0]}:{some[1]}、{some[2]}、{last}"
    assert points[f"绩效指标描述：{where}"].problem == (
        "31 个指标的“绩效指标描述”照抄三级指标名称：“年度经费测算数量”、“保障机关工会正常运行”等 31 项。"
    )
    assert points["总体绩效目标：部门整体绩效目标 B4"].problem == "总体绩效目标写成了总结：“取得了显著的成效”。"


def test_a_line_for_several_projects_says_whose_example_it_gives():
    remedies = [remedy for _, _, remedy in shown(unit_with(finding(), finding(project=2, hint="请写。")))]
    assert remedies == ["请写出数量。（以项目1为例）"]


def test_amounts_are_never_merged():
    message = "预算数 {} ≠ 财政资金 9.00 ＋ 其他资金 空 ＝ 9.00，相差 {} 万元。"
    faults = [finding(rule="AMT02", project=i, message=message.format(f"{8 + i}.00", f"{i - 1}.00")) for i in (2, 3)]
    assert [problem for _, problem, _ in shown(unit_with(*faults))] == [f.message for f in faults]


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        (["缺少“甲”。", "缺少“甲”。"], "缺少“甲”。"),
        (["“甲”没有数字。", "“乙”、“甲”没有数字。"], "“甲”、“乙”没有数字。"),
        (["“甲”现为“一”。", "“乙”现为“一”。", "“乙”现为“二”。"], "“甲”、“乙”、“乙”现为“一”、“一”、“二”。"),
        (
            ["2 个指标的依据照抄：“甲”、“乙”。", "9 个指标的依据照抄：“丙”、“丁”等 9 项。"],
            "11 个指标的依据照抄：“甲”、“乙”等 11 项。",
        ),
    ],
)
def test_messages_of_one_rule_are_told_as_one(messages, told):
    assert len({skeleton(message) for message in messages}) == 1
    assert merged(messages) == told


def test_a_warning_that_was_explained_is_shown_as_explained_and_asks_for_nothing():
    unit = unit_with(finding(answered=True, explanation="人数由上级年中下达"))
    opinion = opinion_of(unit, on=DAY)
    assert opinion.title == "关于2024年部门预算绩效文本的核对结果"
    assert opinion.passed
    assert [section.heading for section in opinion.sections] == ["一、你单位已说明，供评审核对，不需修改（1 条）"]
    assert shown(unit) == [("指标值：项目1 F12", "数量指标“培训人数”没有数字。", "人数由上级年中下达")]
    assert "警告都已说明，不需重新报送。" in opinion.opening


def test_an_explanation_of_what_has_changed_since_is_asked_for_again():
    [(_, _, remedy)] = shown(unit_with(finding(explanation="【内容已改】人数待定")))
    assert remedy == "请写出数量。原来的说明是“人数待定”，此后内容已改，请核对说明是否仍然成立。"


def test_an_error_is_not_explained_away():
    unit = unit_with(finding(severity=Severity.ERROR, explanation="来不及"))
    assert opinion_of(unit, on=DAY).opening.endswith("发现 1 个错误。请于　　月　　日前修改后重新报送。")
    [(_, _, remedy)] = shown(unit)
    assert remedy == "请写出数量。错误不能用说明代替，请更正。"


def test_infos_are_counted_and_not_listed():
    opinion = opinion_of(unit_with(finding(severity=Severity.INFO)), on=DAY)
    assert opinion.sections == ()
    assert opinion.closing == (
        "另有 1 条提示，属于习惯和格式，不要求修改，没有列出。以上为对填报内容的核对，不代替正式评审。",
    )


def test_several_files_of_a_unit_are_mentioned_and_are_nothing_to_mend():
    told = [finding(rule=rule, sheet=None, cell=None, cells=(), project=None) for rule in ("COL03", "COL07")]
    opinion = opinion_of(unit_with(*told), on=DAY)
    assert opinion.passed
    assert opinion.closing[0] == ("你单位先后报送了几份不同的文件，本次以上列文件为准。如应以另一份为准，请告知。")
    assert len(opinion_of(unit_with(told[1]), on=DAY).closing) == 1


def test_a_text_without_faults_has_passed(examples):
    opinion = opinion_of(returned(examples / MENDED), issued_by=BUREAU, on=DAY)
    assert opinion.title == "关于2023年部门预算绩效文本的核对结果"
    assert opinion.opening == (
        "你单位报送的绩效文本（4 个项目，预算合计 188.90 万元）已经核对，没有发现需要修改的问题，已通过核对。"
    )
    assert (opinion.passed, opinion.sections, opinion.legend) == (True, (), "")


def test_a_file_without_projects_and_a_finding_without_a_place_are_told_too():
    unit = unit_with(
        finding(rule="COL01", severity=Severity.ERROR, sheet=None, cell=None, cells=(), label=None, project=None),
        projects=0,
    )
    assert opinion_of(unit, on=DAY).opening.startswith("你单位报送的文件已经收到，发现 1 个错误。")
    assert [where for where, _, _ in shown(unit)] == ["整个文件"]


def test_the_legend_names_the_projects_that_lines_speak_of():
    opinion = opinion_of(unit_with(finding(project=3, sheet="3.丙"), finding(project=1)), on=DAY)
    assert opinion.legend == "项目1 甲；项目3 丙"
    assert [p.where for p in opinion.sections[0].points] == ["指标值：项目1、3 F12"]


def cells_in(where: str) -> set[tuple[str, int, int]]:
    """`指标值：项目1、2 F12:F14；封面 C13` → the cells of each project or sheet, one by one."""
    found = set()
    for place in where.rpartition("：")[2].split("；"):
        who, _, cells = place.rpartition(" ")
        for area in map(Area.of, cells.split("、")):
            inside = {(r, c) for r in range(area.top, area.bottom + 1) for c in range(area.left, area.right + 1)}
            found |= {(one, *at) for one in owners(who) for at in inside}
    return found


def owners(who: str) -> list[str]:
    """`项目1至3、5` → `1`, `2`, `3`, `5`; anything else is a sheet."""
    if not who.startswith("项目") or not who[2:3].isdecimal():
        return [who]
    numbers: list[str] = []
    for part in who.removeprefix("项目").split("、"):
        first, _, last = part.partition("至")
        numbers += map(str, range(int(first), int(last or first) + 1))
    return numbers


def test_every_cell_of_every_finding_is_named(sample, opinion):
    named = {cell for section in opinion.sections for p in section.points for cell in cells_in(p.where)}
    wanted = {
        (str(f.project) if f.project else f.sheet, *position(cell))
        for f in sample.findings
        if f.severity is not Severity.INFO
        for cell in f.cells
    }
    assert named == wanted
    assert len(wanted) > 100


def test_damaged_texts_give_whole_opinions(examples):
    """Whatever people do to a workbook: nothing is lost, nothing breaks, nothing is no text."""
    sample = read_workbook(examples / FILLED_IN)
    chance = random.Random(20241122)
    for number in range(60):
        book = opened(damaged(sample, chance))
        unit = replace(unit_with(*findings(book)), projects=returned_projects(book.submission))
        opinion = opinion_of(unit, on=DAY)
        told = [p for section in opinion.sections for p in section.points]
        counted = [f for f in unit.findings if f.severity is not Severity.INFO]
        assert sum(p.findings for p in told) == len(counted)
        assert all(p.where and p.problem and p.remedy for p in told)
        if number % 10 == 0 and told:
            assert docx_texts(render_docx(opinion)) == points_of(opinion)
            sheet = read_package(_xlsx(opinion)).sheet(SHEET)
            assert not any(cell.formula for cell in sheet.cells.values())


# -------------------------------------------------------------------------------------- on the page


def docx_texts(data: bytes) -> list[list[str]]:
    """The rows of all tables, cells that were merged once."""
    rows = []
    for table in Document(BytesIO(data)).tables:
        for row in table.rows:
            cells = list(dict.fromkeys(cell._tc for cell in row.cells))
            rows.append(["".join(t.text or "" for t in cell.iter("{*}t")) for cell in cells])
    return rows


def points_of(opinion) -> list[list[str]]:
    rows = [["序号", "位置", "问题", "怎么改"]]
    for section in opinion.sections:
        rows.append([section.heading])
        rows += [[str(n), p.where, p.problem, p.remedy] for n, p in enumerate(section.points, 1)]
    return rows


def test_the_document_says_all_of_it_in_its_order(opinion):
    data = render_docx(opinion)
    paragraphs = [paragraph.text for paragraph in Document(BytesIO(data)).paragraphs]
    assert [text for text in paragraphs if text] == [
        opinion.title,
        f"{opinion.unit}：",
        opinion.opening,
        f"报送文件：{opinion.file}；{opinion.legend}。",
        *opinion.closing,
        "青禾县财政局　　2024年11月22日",
    ]
    assert docx_texts(data) == points_of(opinion)


def test_the_sheet_says_the_same(opinion):
    sheet = read_package(_xlsx(opinion)).sheet(SHEET)
    rows = [[cell.text for _, cell in sheet.row(number)] for number in sheet.rows]
    assert rows[:4] == [
        [opinion.title],
        [f"{opinion.unit}："],
        [opinion.opening],
        [f"报送文件：{opinion.file}；{opinion.legend}。"],
    ]
    assert rows[4:-4] == points_of(opinion)
    assert rows[-4:] == [*([text] for text in opinion.closing), ["青禾县财政局　　2024年11月22日"]]


def test_chinese_fonts_are_named_and_the_header_is_repeated(opinion):
    with zipfile.ZipFile(BytesIO(render_docx(opinion))) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    fonts = {element.get(f"{{{element.nsmap['w']}}}eastAsia") for element in body.iter("{*}rFonts")}
    assert fonts == {"黑体", "仿宋", "宋体"}
    assert len(list(body.iter("{*}tblHeader"))) == 1
    assert len(list(body.iter("{*}cantSplit"))) == len(list(body.iter("{*}tr")))


@pytest.mark.parametrize("render", [render_docx, _xlsx])
def test_the_same_opinion_is_the_same_file(opinion, render):
    assert render(opinion) == render(opinion)


HOSTILE = "=cmd|' /C calc'!A0 @SUM(1) +1 <w:p><w:r/></w:p> { INCLUDETEXT \"c:\\\\secret\" } &lt; ]]> http://x.example"


def test_what_a_unit_wrote_stays_a_text():
    unit = replace(
        unit_with(finding(message=f"“{HOSTILE}\x00\x07\u202e”没有数字。", hint=HOSTILE), projects=1),
        name="=1+1\x1b[31m\u200b\ufffe",
        file="-2+3\x00.xlsx",
    )
    opinion = opinion_of(unit, on=DAY)
    word, excel = render_docx(opinion), _xlsx(opinion)
    [point] = opinion.sections[0].points
    assert point.problem == f"“{HOSTILE}”没有数字。"
    assert opinion.unit == "116001 =1+1[31m"
    assert docx_texts(word)[2] == ["1", "指标值：项目1 F12", point.problem, HOSTILE]
    with zipfile.ZipFile(BytesIO(word)) as archive:
        document = archive.read("word/document.xml").decode()
    assert "<w:instrText" not in document
    assert "fldSimple" not in document
    sheet = read_package(excel).sheet(SHEET)
    assert not any(cell.formula for cell in sheet.cells.values())
    assert point.problem in {cell.text for cell in sheet.cells.values()}
    with zipfile.ZipFile(BytesIO(excel)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not any("rels" in name and "sheet1" in name for name in archive.namelist())


def pages(pdf) -> tuple[int, list[str]]:
    """How many pages, and the text of each."""
    told = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"Pages:\s+(\d+)", told)[1]), text.split("\f")[:-1]


@pytest.mark.libreoffice
def test_the_sample_fits_on_one_page_and_twice_as_much_goes_on_properly(opinion, tmp_path, soffice):
    section = opinion.sections[1]
    long = replace(opinion, sections=(opinion.sections[0], replace(section, points=section.points * 3)))
    made = {}
    for name, one in {"样本": opinion, "很多": long}.items():
        for suffix, render in (("docx", render_docx), ("xlsx", _xlsx)):
            source = tmp_path / suffix / f"{name}.{suffix}"
            source.parent.mkdir(exist_ok=True)
            source.write_bytes(render(one))
            made[name, suffix] = pages(soffice.convert(source, "pdf", tmp_path / f"{suffix}-pdf"))
    assert made["样本", "docx"][0] == made["样本", "xlsx"][0] == 1
    for suffix in ("docx", "xlsx"):
        number, texts = made["很多", suffix]
        assert number in {2, 3}
        assert all("怎么改" in text and f"第 {i} 页" in text for i, text in enumerate(texts, 1))
