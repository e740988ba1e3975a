"""A folder of returned files → one summary: three hundred good ones, twenty kinds of bad ones."""

from __future__ import annotations

import json
import random
import re
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from places import AT, ON_COVER
from returned import book, by_hand, edited, roster, varied
from test_bad_files import compound_file, damaged
from test_bad_files import zipped as plain_zip

from perfxl.app import tasks
from perfxl.core.forms.records import Submission
from perfxl.core.grid.cells import column_letters
from perfxl.io.collecting.rounds_file import record_of

UNITS = [
    (f"{101 + n // 6}{n % 6 + 1:03}", f"某县第{n // 6 + 1}局{'本级' if n % 6 == 0 else f'第{n % 6}中心'}")
    for n in range(300)
]
MISSING = [("998001", "某县迟到局本级"), ("998002", "某县迟到局下属站")]
SHEETS = ["部门汇总", "项目明细", "指标明细", "问题清单", "报送情况", "下发与回收差异"]
LINK = re.compile(r'=HYPERLINK\("((?:[^"]|"")*)","(?:[^"]|"")*"\)')


def amounts(number: int) -> tuple[str, str]:
    chance = random.Random(number)
    return tuple(f"{chance.randint(1, 99_999_999) / 100:.2f}" for _ in range(2))  # type: ignore[return-value]


def bad_files(good: bytes) -> dict[str, bytes]:
    """Twenty kinds of files that cannot be read."""
    from returned import locked

    word = plain_zip(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<w/>"})
    return {
        "空.xlsx": b"",
        "加密.xlsx": compound_file(["EncryptionInfo", "EncryptedPackage"]),
        "损坏.xlsx": damaged(good),
        "截断.xlsx": good[: len(good) // 2],
        "随机.xlsx": bytes(range(256)) * 30,
        "其实是文档.xlsx": word,
        "纯文字.xls": "只是文字".encode("gbk"),
        "旧文档.xls": compound_file(["WordDocument"]),
        "过大.xlsx": b"PK\x03\x04" + bytes(31 * 2**20),
        "文本.doc": compound_file(["WordDocument"]),
        "文本.docx": word,
        "文本.wps": compound_file(["WordDocument"]),
        "表格.et": compound_file(["Workbook"]),
        "二进制.xlsb": good,
        "扫描件.pdf": b"%PDF-1.7",
        "盖章.jpg": b"\xff\xd8\xff",
        "清单.csv": "项目编码,项目名称\n".encode("gbk"),
        "打包.rar": b"Rar!\x1a\x07",
        "打包.7z": b"7z\xbc\xaf",
        "有密码.zip": locked({"101001.xlsx": good}),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred good files in a folder per department, twenty bad ones, and what lies about anyway."""
    top = tmp_path_factory.mktemp("county") / "收回"
    for number, (code, name) in enumerate(UNITS):
        place = top / f"{code[:3]} 部门"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{code} {name}.xlsx").write_bytes(varied(code, name, amounts(number)))
    good = next(top.rglob("*.xlsx")).read_bytes()
    for name, content in bad_files(good).items():
        (top / name).write_bytes(content)
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "股室通讯录"
    workbook.save(top / "通讯录.xlsx")
    (top / "~$打开着.xlsx").write_bytes(b"\5admin")
    (top / "说明.txt").write_text("请查收", encoding="utf-8")
    roster(top / "花名册.xlsx", [*UNITS, *MISSING])
    return top


def digests(folder: Path) -> dict[Path, tuple[str, int]]:
    return {
        path: (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def collected(folder: Path) -> tuple[Path, int, str, str, bool]:
    """The summary, the exit status, stdout, stderr, and whether every input is as it was."""
    from perfxl.app.cli import run

    before = digests(folder)
    target = folder.parent / "汇总.xlsx"
    given = ["--roster", str(folder / "花名册.xlsx"), "--jobs", "2"]
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run(["collect", str(folder), "-o", str(target), *given])
    return target, status, out.getvalue(), err.getvalue(), digests(folder) == before


def rows(path: Path, sheet: str, *, formulas: bool = False) -> list[dict[str, object]]:
    """The rows of a sheet, header → value, line breaks in headers aside."""
    workbook = openpyxl.load_workbook(path, data_only=not formulas, read_only=True)
    head, *table = workbook[sheet].iter_rows(min_row=4, values_only=True)
    names = [str(name).replace("\n", "") for name in head]
    workbook.close()
    return [dict(zip(names, row, strict=True)) for row in table]


def column_of(path: Path, sheet: str, header: str) -> str:
    """The letters of the column with this header."""
    return column_letters(list(rows(path, sheet)[0]).index(header) + 1)


def total_of(path: Path, header: str) -> Decimal:
    [total] = [row for row in rows(path, "部门汇总") if row["主管部门"] == "合计"]
    return Decimal(str(total[header]))


def test_bad_files_cost_nothing_but_a_line_each(folder, collected):
    target, status, out, err, _ = collected
    assert status == 2
    good = next(folder.rglob("101001*.xlsx")).read_bytes()
    for name in bad_files(good):
        [line] = [line for line in err.splitlines() if line.startswith(f"{name}：")]
        assert len(line) > len(name) + 8, line
    assert "通讯录.xlsx：没有项目表" in err
    assert "花名册.xlsx：略过（汇总时指定的文件或文件夹）。" in err
    assert "~$" not in err
    assert "应报 302 个单位：已报 300，未报 2；无法读取 20，没有项目表 1，略过 2。" in out
    assert [s.title for s in openpyxl.load_workbook(target, read_only=True).worksheets] == SHEETS


def test_nothing_that_came_back_is_touched(collected):
    assert collected[4]


def test_sums_are_those_of_check_to_the_cent(folder, collected, perfxl):
    target, _, out, _, _ = collected
    ran = perfxl("check", *sorted(folder.glob("*部门")), "--format", "json", "--jobs", "2")
    files = json.loads(ran.out)["files"]
    assert len(files) == 300
    for header, key in (("预算合计", "total_budget"), ("财政资金", "fiscal_funds"), ("其他资金", "other_funds")):
        wanted = sum(Decimal(one["totals"][key]) for one in files)
        # A cell is a binary number of 15 digits.
        assert round(total_of(target, header), 2) == wanted
        assert f"{wanted:.2f}" in out
    for i, date in enumerate(("3月底", "6月底", "10月底", "12月底")):
        wanted = sum(Decimal(one["totals"]["period_amounts"][i]) for one in files)
        assert round(total_of(target, f"{date}支出额"), 2) == wanted
    of_unit = {row["单位编码"]: row for row in rows(target, "部门汇总") if row["单位编码"]}
    for one in files:
        row = of_unit[one["budget_unit"]["code"]]
        assert Decimal(str(row["预算合计"])) == Decimal(one["totals"]["total_budget"])
        assert row["项目数"] == one["totals"]["projects"]
        assert (row["警告"], row["提示"]) == (one["counts"]["warning"], one["counts"]["info"])
        assert row["文件校验码"] == one["sha256"][:12]
    indicators = sum(len(project["indicators"]) for one in files for project in one["projects"])
    assert len(rows(target, "指标明细")) == indicators
    assert len(rows(target, "项目明细")) == 600 + 1


def test_who_owes_is_named(collected):
    target, _, _, err, _ = collected
    owing = [row for row in rows(target, "报送情况") if row["情况"] == "未报送"]
    assert [(row["单位编码"], row["单位名称"], row["联系人"], row["电话"]) for row in owing] == [
        (code, name, "张会计", "0314-2050001") for code, name in MISSING
    ]
    for code, name in MISSING:
        assert f"单位“{code} {name}”尚未报送。" in err
    told = [row for row in rows(target, "问题清单") if row["规则"] == "COL04"]
    assert [row["单位编码"] for row in told] == [code for code, _ in MISSING]


def typed(submission: Submission) -> dict[tuple[str, str], str]:
    """Every cell that the reader took a text from."""
    found = {}
    records = [submission.cover, submission.department, *submission.projects]
    records += [row for project in submission.projects for row in project.indicators]
    if submission.department:
        records += [*submission.department.sub_objectives, *submission.department.implementation_measures]
    for record in records:
        if record is not None:
            found |= {(record.sheet, cell): record.typed.get(field, "") for field, cell in record.cells.items()}
    return found


def test_rows_lead_to_the_right_cell_of_the_right_file(collected):
    target = collected[0]
    listed = [row for row in rows(target, "问题清单", formulas=True) if str(row["单元格"]).startswith("=")]
    assert len(listed) > 1000
    chosen = random.Random(2024).sample(listed, 40)
    for row in chosen:
        match = LINK.fullmatch(str(row["单元格"]))
        assert match, row
        file, place = match[1].replace('""', '"').split("#")
        sheet, cell = place.rsplit("!", 1)
        sheet = sheet.strip("'").replace("''", "'")
        path = target.parent / file
        assert sha256(path.read_bytes()).hexdigest()[:12] == row["文件校验码"]
        assert (str(row["文件"]), row["工作表"]) == (path.relative_to(target.parent / "收回").as_posix(), sheet)
        checked = tasks.check_file(path)
        places = {(f.rule, f.sheet, f.cell) for f in checked.findings}
        assert (row["规则"], sheet, cell) in places
        assert checked.submission is not None
        assert checked.submission.budget_unit.code == row["单位编码"]
        there = openpyxl.load_workbook(path, data_only=True)[sheet][cell]
        # A blank cell and a computed total are nobody's text.
        if text := typed(checked.submission).get((sheet, cell)):
            assert shown_there(there) == text


def shown_there(cell) -> str:
    """What a person sees in a cell."""
    if isinstance(cell.value, int | float):
        percent = "%" in cell.number_format
        return f"{cell.value * 100:g}%" if percent else f"{cell.value:.15g}"
    return (cell.value or "").strip()


def test_every_row_says_where_it_came_from(collected):
    target = collected[0]
    for sheet in ("项目明细", "指标明细"):
        table = [row for row in rows(target, sheet) if row["单位编码"]]
        assert all(row["文件"] and row["工作表"] and row["单元格"] and len(row["文件校验码"]) == 12 for row in table)


# ------------------------------------------------------------------------------ duplicates, altered


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    place = tmp_path / "收回"
    place.mkdir()
    return place


def collect(perfxl, returned: Path, *options: object):
    target = returned.parent / "汇总.xlsx"
    ran = perfxl("collect", returned, "-o", target, "--jobs", "1", *options)
    return ran, target


def put(path: Path, content: bytes, saved: float) -> None:
    import os

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (saved, saved))


def test_of_several_files_the_newest_counts_and_all_are_shown(perfxl, returned):
    put(returned / "旧.xlsx", book("116001", "总工会本级", ("10", "20")), 1_700_000_000)
    put(returned / "中.xlsx", book("116001", "总工会本级", ("11", "20")), 1_700_100_000)
    put(returned / "子" / "新.xlsx", book("116001", "总工会本级", ("12", "20")), 1_700_200_000)
    ran, target = collect(perfxl, returned)
    assert total_of(target, "预算合计") == 32
    assert "单位“116001 总工会本级”报送了 3 份文件，采用“子/新.xlsx”。" in ran.err
    states = {row["文件"]: row["情况"] for row in rows(target, "报送情况")}
    assert states == {"子/新.xlsx": "已报送", "中.xlsx": "重复，未采用", "旧.xlsx": "重复，未采用"}
    [row] = [row for row in rows(target, "问题清单") if row["规则"] == "COL03"]
    assert (row["单位编码"], row["文件"], row["严重程度"]) == ("116001", "子/新.xlsx", "警告")


def test_what_a_workbook_says_of_its_saving_goes_before_the_files_own_time(perfxl, returned):
    # Copying and mailing change a file's time; saving in Excel is written inside.
    amounts = {("1", AT["total_budget"]): 15, ("1", AT["fiscal_funds"]): 15}
    saved_late = edited(book("116001", "总工会本级", ("10", "20")), amounts)
    put(returned / "真正新的.xlsx", saved_late, 1_000_000_000)
    put(returned / "拷贝过的.xlsx", book("116001", "总工会本级", ("10", "20")), 1_700_000_000)
    _, target = collect(perfxl, returned)
    assert total_of(target, "预算合计") == 35
    dated = {row["文件"]: row["时间依据"] for row in rows(target, "报送情况")}
    assert dated == {"真正新的.xlsx": "工作簿保存时间", "拷贝过的.xlsx": "文件修改时间"}


def test_the_same_content_under_another_name_counts_once(perfxl, returned):
    content = book("116001", "总工会本级", ("10", "20"))
    put(returned / "甲.xlsx", content, 1_700_000_000)
    put(returned / "甲(1).xlsx", content, 1_700_000_000)
    ran, target = collect(perfxl, returned)
    assert total_of(target, "预算合计") == 30
    assert "甲.xlsx：该文件与单位“116001 总工会本级”已报送的“甲(1).xlsx”内容完全相同。" in ran.err
    assert "COL03" not in {row["规则"] for row in rows(target, "问题清单")}
    assert [row["规则"] for row in rows(target, "问题清单") if str(row["规则"]).startswith("COL")] == ["COL07"]


def test_what_was_altered_is_told_field_by_field(perfxl, returned):
    sent = book("116001", "总工会本级", ("96.30", "5.76"))
    typed = {
        ("1", AT["total_budget"]): 97.3,
        ("1", AT["fiscal_funds"]): 97.3,
        ("2", AT["project_name"]): "另一个项目",
        ("封面", ON_COVER["budget_unit.code"]): "116009",
    }
    put(returned / "116001.xlsx", edited(sent, typed), 1_700_000_000)
    ran, target = collect(perfxl, returned)
    assert ran.status == 1
    told = [
        (row["字段"], row["下发"], row["回收"], row["差额（万元）"], row["对照"])
        for row in rows(target, "下发与回收差异")
    ]
    assert ("预算数", "96.30", "97.30", 1, "下发的工作簿") in told
    assert ("财政资金", "96.30", "97.30", 1, "下发的工作簿") in told
    assert next(one for one in told if one[0] == "项目名称")[2] == "另一个项目"
    found = [row["问题"] for row in rows(target, "问题清单") if row["规则"] == "COL05"]
    assert any(
        text.startswith("预算数下发为 96.30，回收为 97.30；财政资金下发为 96.30，回收为 97.30。") for text in found
    )
    assert "已报送，有改动" in {row["情况"] for row in rows(target, "报送情况")}


def test_figures_are_compared_with_the_roster_where_the_file_remembers_none(perfxl, returned):
    put(returned / "手工.xlsx", by_hand("116001", "总工会本级", ("96.31", "5.76")), 1_700_000_000)
    listed = roster(
        returned.parent / "花名册.xlsx",
        [("116001", "总工会本级")],
        [("116001", None, "工会保障项目1", 96.30), ("116001", None, "没有报来的项目", 5)],
    )
    _, target = collect(perfxl, returned, "--roster", listed)
    told = [(row["字段"], row["下发"], row["回收"], row["对照"]) for row in rows(target, "下发与回收差异")]
    assert ("预算数", "96.30", "96.31", "花名册") in told
    assert ("项目“没有报来的项目”的项目表", "有", "（已删除）", "花名册") in told


def test_a_deleted_project_is_altered_and_an_added_one_only_shown(perfxl, returned):
    sent = openpyxl.load_workbook(BytesIO(book("116001", "总工会本级", ("96.30", "5.76", "7"))))
    copied = sent.copy_worksheet(sent.worksheets[4])
    copied.title = "4.新增"
    copied[AT["project_code"]], copied[AT["project_name"]] = "13081123R11600199999Z", "新增的项目"
    gone = sent.worksheets[4][AT["project_name"]].value
    sent.remove(sent.worksheets[4])
    sent.save(returned / "116001.xlsx")
    _, target = collect(perfxl, returned)
    told = [(row["项目"], row["回收"]) for row in rows(target, "下发与回收差异")]
    assert told == [("新增的项目", "（新增项目）"), (gone, "（已删除）")]
    assert [row["问题"] for row in rows(target, "问题清单") if row["规则"] == "COL05"] == [
        f"项目“{gone}”的项目表下发为 有，回收为 （已删除）。"
    ]


# ----------------------------------------------------------------------------------- exit status


def test_nothing_wrong_is_status_zero(perfxl, returned):
    put(returned / "116001.xlsx", book("116001", "总工会本级", ("96.30", "5.76")), 1_700_000_000)
    ran, target = collect(perfxl, returned)
    assert [row for row in rows(target, "问题清单") if row["严重程度"] == "错误"] == []
    assert ran.status == 0


def test_an_error_in_a_file_is_status_one(perfxl, returned):
    wrong = edited(book("116001", "总工会本级", ("96.30", "5.76")), {("1", AT["objective"]): ""})
    put(returned / "116001.xlsx", wrong, 1_700_000_000)
    ran, _ = collect(perfxl, returned)
    assert ran.status == 1


@pytest.mark.parametrize("what", ["not a folder", "an empty folder", "a faulty roster", "no xlsx"])
def test_what_cannot_be_run_is_status_two_and_writes_nothing(perfxl, returned, what):
    target = returned.parent / "汇总.xlsx"
    options: list[object] = []
    source: Path = returned
    if what == "not a folder":
        source = returned / "没有"
    elif what == "a faulty roster":
        options = ["--roster", roster(returned.parent / "名单.xlsx", [("116001", "甲"), ("116001", "乙"), ("1", "丙")])]
        put(returned / "116001.xlsx", book("116001", "总工会本级"), 1_700_000_000)
    elif what == "no xlsx":
        target = returned.parent / "汇总.txt"
    ran = perfxl("collect", source, "-o", target, *options)
    assert ran.status == 2
    assert ran.err.endswith(("。\n", "格\n")) or "单位" in ran.err
    assert not target.exists()
    if what == "a faulty roster":
        assert "单位名单!A3" in ran.err
        assert "单位名单!A4" in ran.err


def test_another_workbook_is_never_written_over(perfxl, returned):
    put(returned / "116001.xlsx", book("116001", "总工会本级"), 1_700_000_000)
    target = returned.parent / "汇总.xlsx"
    mine = book("116002", "别的文件")
    target.write_bytes(mine)
    ran, _ = collect(perfxl, returned)
    assert ran.status == 2
    assert "没有覆盖" in ran.err
    assert target.read_bytes() == mine


def test_an_earlier_summary_is_replaced_and_not_collected(perfxl, returned):
    put(returned / "116001.xlsx", book("116001", "总工会本级"), 1_700_000_000)
    target = returned / "汇总.xlsx"
    assert perfxl("collect", returned, "-o", target, "--jobs", "1").status == 0
    (returned / "上周的汇总.xlsx").write_bytes(target.read_bytes())
    ran = perfxl("collect", returned, "-o", target, "--jobs", "1")
    assert ran.status == 0
    assert "上周的汇总.xlsx：略过（本程序的各单位汇总）。" in ran.err
    assert "汇总.xlsx：略过（汇总时指定的文件或文件夹）。" in ran.err
    assert [row["情况"] for row in rows(target, "报送情况")].count("已报送") == 1


def test_a_summary_that_is_open_is_not_written(perfxl, returned):
    put(returned / "116001.xlsx", book("116001", "总工会本级"), 1_700_000_000)
    (returned.parent / "~$汇总.xlsx").write_bytes(b"\5admin")
    ran, target = collect(perfxl, returned)
    assert ran.status == 2
    assert "打开" in ran.err
    assert not target.exists()


def test_two_runs_on_the_same_files_give_the_same_workbook(perfxl, returned, monkeypatch):
    import datetime as dt

    from perfxl.app.collecting import collect as collecting

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2024, 5, 6, 7, 8, tzinfo=tz)

    monkeypatch.setattr(collecting, "datetime", Clock)
    for number in range(3):
        put(
            returned / f"11600{number + 1}.xlsx",
            varied(f"11600{number + 1}", f"单位{number}", ("1.10", "2.20")),
            1_700_000_000,
        )
    made = []
    for _ in range(2):
        _, target = collect(perfxl, returned)
        made.append(target.read_bytes())
        # With a record of the first the second would say that nothing has changed.
        record_of(target).unlink()
    assert made[0] == made[1]
