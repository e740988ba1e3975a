"""What goes back to the units, and what changed since the last round."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from places import AT, cell
from returned import book, edited, zipped
from test_collect import SHEETS, collect, digests, put, rows

from perfxl.app.tasks import check_file
from perfxl.core.forms.collected_columns import CHANGES
from perfxl.io.collecting.rounds_file import record_of

A = ("116001", "第一中心", ("1", "2"))
SHOWN = ("单位序号", "单位编码", "变化", "项目", "规则", "内容", "上次", "本次", "差额（万元）")
B = ("116002", "第二中心", ("10", "20"))


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    place = tmp_path / "收回"
    put(place / "一.xlsx", edited(book(*A), {("1", AT["objective"]): ""}), 1e9)
    put(place / "二.zip", zipped({"二.xlsx": book(*B)}), 1e9)
    return place


def test_an_opinion_per_unit(perfxl, returned, tmp_path):
    before = digests(returned)
    ran, _ = collect(perfxl, returned, "--opinions", tmp_path / "意见", "--issued-by", "区财政局绩效科")
    assert ran.status == 1
    assert sorted(path.name for path in (tmp_path / "意见").iterdir()) == [
        ".perfxl",
        "116001 第一中心 退回意见.docx",
        "116001 第一中心 退回意见.xlsx",
        "116002 第二中心 退回意见.docx",
        "116002 第二中心 退回意见.xlsx",
    ]
    document = docx.Document(tmp_path / "意见" / "116001 第一中心 退回意见.docx")
    text = "\n".join(p.text for p in document.paragraphs)
    text += "\n".join(c.text for t in document.tables for r in t.rows for c in r.cells)
    assert "第一中心" in text
    assert "绩效目标未填写" in text
    assert "区财政局绩效科" in text
    assert digests(returned) == before


def test_opinions_are_replaced_in_a_folder_of_ours_and_refused_in_another(perfxl, returned, tmp_path):
    for _ in range(2):
        ran, _ = collect(perfxl, returned, "--opinions", tmp_path / "意见")
        assert ran.status == 1
    (tmp_path / "别的").mkdir()
    (tmp_path / "别的" / "重要.txt").write_text("x", encoding="utf-8")
    ran, _ = collect(perfxl, returned, "--opinions", tmp_path / "别的")
    assert ran.status == 2
    assert "没有写入" in ran.err
    assert [path.name for path in (tmp_path / "别的").iterdir()] == ["重要.txt"]


def test_what_the_officer_wrote_into_them_since_is_kept_under_another_name(perfxl, returned, tmp_path):
    opinions, copies = tmp_path / "意见", tmp_path / "副本"
    _, target = collect(perfxl, returned, "--opinions", opinions, "--checked", copies)
    opinion, copy = opinions / "116001 第一中心 退回意见.docx", copies / "116002 第二中心.xlsx"
    document = docx.Document(opinion)
    document.add_paragraph("请于周五前改好。")
    document.save(opinion)
    for workbook in (target, copy):
        edited_by_hand = openpyxl.load_workbook(workbook)
        edited_by_hand.create_sheet("科长批注")["A1"] = "催第三中心"
        edited_by_hand.save(workbook)
    written = {path: path.read_bytes() for path in (opinion, copy, target)}

    ran, _ = collect(perfxl, returned, "--opinions", opinions, "--checked", copies)
    kept = {path: path.with_name(f"{path.stem}.改动{path.suffix}") for path in written}
    assert {path: aside.read_bytes() for path, aside in kept.items()} == written
    said = [line for line in ran.err.splitlines() if "保留" in line]
    assert said == [
        f"{path}：原来的文件在上次写出后改动过（或无从核对），改名为“{kept[path].name}”保留。"
        for path in (target, opinion, copy)
    ]
    assert "科长批注" not in openpyxl.load_workbook(target, read_only=True).sheetnames
    assert ran.status == 1

    # What nobody touched is replaced; what was kept stays and is nobody's text.
    target.rename(returned / "汇总.xlsx")
    record_of(target).rename(returned / record_of(target).name)
    ran = perfxl("collect", returned, "-o", returned / "汇总.xlsx", "--opinions", opinions, "--checked", copies)
    assert "保留" not in ran.err
    assert len(list(tmp_path.rglob("*.改动*"))) == 3
    kept[target].rename(returned / kept[target].name)
    ran = perfxl("collect", returned, "-o", returned / "汇总.xlsx")
    assert f"{kept[target].name}：略过（本程序的各单位汇总）。" in ran.err


def test_a_summary_without_its_record_is_kept_too(perfxl, returned):
    _, target = collect(perfxl, returned)
    record_of(target).unlink()
    before = target.read_bytes()
    ran, _ = collect(perfxl, returned)
    assert target.with_name("汇总.改动.xlsx").read_bytes() == before
    assert "“汇总.改动.xlsx”保留" in ran.err


def test_a_folder_of_opinions_among_the_returned_files_is_passed_over(perfxl, returned):
    collect(perfxl, returned, "--opinions", returned / "意见", "--checked", returned / "副本")
    ran, target = collect(perfxl, returned)
    states = {row["文件"]: row["情况"] for row in rows(target, "报送情况")}
    assert states["意见"] == states["副本"] == "略过"
    assert list(states.values()).count("已报送") == 2
    assert "副本：略过（本程序生成的文件夹）。" in ran.err


def test_checked_copies_hold_the_findings_of_check(perfxl, returned, tmp_path):
    before = digests(returned)
    ran, _ = collect(perfxl, returned, "--checked", tmp_path / "副本")
    assert ran.status == 1
    copies = sorted(path.name for path in (tmp_path / "副本").glob("*.xlsx"))
    assert copies == ["116001 第一中心.xlsx", "116002 第二中心.xlsx"]
    sheet = openpyxl.load_workbook(tmp_path / "副本" / copies[0])["校验结果"]
    wanted = [finding.message for finding in check_file(returned / "一.xlsx").findings]
    listed = [str(cell.value).partition("\n")[0] for cell in sheet["H"] if cell.value]
    assert sorted(listed[-len(wanted) :]) == sorted(wanted)
    assert digests(returned) == before


def test_a_format_that_is_only_read_gets_no_copy_and_this_is_said(perfxl, returned, tmp_path):
    (returned / "一.xlsx").rename(returned / "一.xlsm")
    ran, _ = collect(perfxl, returned, "--checked", tmp_path / "副本")
    assert sorted(path.suffix for path in (tmp_path / "副本").glob("*.xls*")) == [".xlsm", ".xlsx"]
    assert ran.status == 1


def test_what_changed_since_the_last_round(perfxl, returned):
    ran, target = collect(perfxl, returned)
    assert "与上次" not in ran.out
    assert openpyxl.load_workbook(target, read_only=True).sheetnames == SHEETS
    assert record_of(target).is_file()

    mended = edited(book("116001", "第一中心", ("3.50", "2")), {("2", cell(1, "target")): "较多"})
    put(returned / "一.xlsx", mended, 1.6e9)
    put(returned / "三.xlsx", book("116003", "第三中心", ("5", "6")), 1.6e9)
    ran, _ = collect(perfxl, returned)
    told = ran.out[ran.out.index("与上次（") :].splitlines()
    assert told[1:] == [
        "新报送 1 个单位：",
        "  116003 第三中心",
        "重新报送 1 个单位：",
        "  116001 第一中心：改正 2 个，新问题 1 个；错误 1 → 0",
        "共改正 2 个问题，新出现 1 个。",
        "金额有变化的 2 处：",
        "  116001 第一中心　1.工会保障项目1 预算数 1.00 → 3.50（＋2.50）万元",
        "  116001 第一中心　1.工会保障项目1 财政资金 1.00 → 3.50（＋2.50）万元",
    ]
    assert openpyxl.load_workbook(target, read_only=True).sheetnames == [*SHEETS, CHANGES]
    shown = rows(target, CHANGES)
    assert [tuple(row[name] for name in SHOWN) for row in shown] == [
        (1, "116001", "重新报送", None, None, "换了文件", "错误 1，警告 3", "错误 0，警告 3", None),
        (
            *(1, "116001", "已改正", "1.工会保障项目1", "OBJ01"),
            *("绩效目标（要求：每个项目都填写了绩效目标）", "错误", "已改正", None),
        ),
        # Without a number there is nothing to multiply by the unit price any more.
        (
            *(1, "116001", "已改正", "2.关于提前下达 22", "AMT07"),
            "预算数 3 处（要求：指标中有单价和数量时，两者相乘与预算数相符；只有单价时，提示填写数量）",
            *("警告", "已改正", None),
        ),
        (
            *(1, "116001", "新问题", "2.关于提前下达 22", "VAL03"),
            *("指标值（要求：数量指标的指标值有数字）", None, "警告", None),
        ),
        (1, "116001", "金额变化", "1.工会保障项目1", None, "预算数", "1.00", "3.50", 2.5),
        (1, "116001", "金额变化", "1.工会保障项目1", None, "财政资金", "1.00", "3.50", 2.5),
        (3, "116003", "新报送", None, None, "收到文件", "未报送", "错误 0，警告 0", None),
    ]
    formulas = [row["文件"] for row in rows(target, CHANGES, formulas=True)]
    assert formulas == [*['=HYPERLINK("收回/一.xlsx","一.xlsx")'] * 6, '=HYPERLINK("收回/三.xlsx","三.xlsx")']

    # The same files once more: this is said, and the week's changes are still there.
    ran, _ = collect(perfxl, returned)
    assert "）相比没有变化。与更早一次（" in ran.out
    assert ran.out[ran.out.index("与更早一次（") :].splitlines()[1:] == told[1:]
    assert rows(target, CHANGES) == shown


def test_the_same_files_collected_twice_have_not_changed(perfxl, returned):
    collect(perfxl, returned)
    ran, target = collect(perfxl, returned)
    [said] = [line for line in ran.out.splitlines() if line.startswith("与上次（")]
    assert said.endswith("）相比没有变化。")
    sheet = openpyxl.load_workbook(target)[CHANGES]
    assert sheet["A2"].value == said
    assert [row["内容"] for row in rows(target, CHANGES)] == ["没有变化。"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "E5")


def test_a_summary_that_cannot_be_written_leaves_the_record_as_it_was(perfxl, returned):
    _, target = collect(perfxl, returned)
    before = record_of(target).read_bytes()
    put(returned / "三.xlsx", book("116003", "第三中心", ("5", "6")), 1.6e9)
    (target.parent / "~$汇总.xlsx").write_bytes(b"\5admin")
    ran, _ = collect(perfxl, returned)
    assert ran.status == 2
    assert record_of(target).read_bytes() == before


def test_a_unit_that_begins_its_name_like_a_formula_stays_a_text(perfxl, returned):
    put(returned / "四.xlsx", book("116004", "=1+1", ("5", "6")), 1e9)
    _, target = collect(perfxl, returned)
    (returned / "四.xlsx").unlink()
    collect(perfxl, returned)
    [row] = rows(target, CHANGES, formulas=True)
    assert (row["单位编码"], row["单位名称"], row["变化"], row["文件"]) == ("116004", "=1+1", "不再有文件", "四.xlsx")
    cells = [cell for line in openpyxl.load_workbook(target)[CHANGES].iter_rows(min_row=5) for cell in line]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_a_damaged_record_is_put_aside_and_costs_nothing(perfxl, returned):
    _, target = collect(perfxl, returned)
    target.with_name("汇总.记录.jsonl").write_text("{", encoding="utf-8")
    ran, _ = collect(perfxl, returned)
    assert "已损坏" in ran.err
    assert "与上次（" not in ran.out
    assert openpyxl.load_workbook(target, read_only=True).sheetnames == SHEETS
    assert target.with_name("汇总.记录.损坏.jsonl").read_text(encoding="utf-8") == "{"
    assert ran.status == 1
