"""Handing out: a roster becomes folders, workbooks, archives and a list, and nothing is ever lost."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from killing import hear_ctrl_c
from places import AT
from rosters import write_roster

from perfxl.app.make_examples import FILLED_IN, ROSTER
from perfxl.core.forms.file_identity import Prefilled, parse_identity
from perfxl.core.forms.sheet_names import IDENTITY
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.reading.submission import read
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_workbook

LIST = "下发清单.xlsx"
UNITS = """
| 单位编码 | 单位名称 | 主管部门 | 联系人 | 电话         |
| '116001  | 甲单位   | 总工会   | 张三   | 0314-5550101 |
| '116002  | 乙单位   | ^        | 李四   | 13800138000  |
| '205001  | 丙学校   | 教育局   |        |              |
"""
PROJECTS = """
| 单位编码 | 项目编码              | 项目名称 | 预算数 | 财政资金 | 其他资金 | 资金用途 | 对应分项 |
| '116001  | 13081123P000222100028 | 培训     | 12.5   | 10       | 2.5      | 办班     | 分项一   |
| '116001  |                       | 慰问     | 4.4    |          |          |          | 分项一   |
| '116002  |                       | 体检     | 82.44  | 82.44    |          |          |          |
"""
FIRST = "116 总工会/116001 甲单位 2024年绩效文本.xlsx"
SECOND = "116 总工会/116002 乙单位 2024年绩效文本.xlsx"
THIRD = "205 教育局/205001 丙学校 2024年绩效文本.xlsx"


@pytest.fixture
def roster(tmp_path) -> Path:
    return write_roster(tmp_path / "花名册.xlsx", 单位=UNITS, 项目=PROJECTS)


@pytest.fixture
def hand_out(perfxl, roster, tmp_path):
    """Distribute the roster into 下发 for 2024 with more options; asserts the exit status."""

    def call(*options, status=0, year=2024):
        ran = perfxl("distribute", roster, tmp_path / "下发", "--year", year, "--jobs", 1, *options)
        assert ran.status == status, ran.err
        assert ran.out == ""
        return ran.err

    return call


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "下发"


@pytest.fixture(scope="session")
def handed_out_once(tmp_path_factory) -> Path:
    """The roster handed out by the command itself; to be copied, not touched."""
    from perfxl.app.cli import run

    folder = tmp_path_factory.mktemp("handed")
    roster = write_roster(folder / "花名册.xlsx", 单位=UNITS, 项目=PROJECTS)
    assert run(["distribute", str(roster), str(folder / "下发"), "--year", "2024", "--jobs", "1"]) == 0
    return folder / "下发"


@pytest.fixture
def handed(handed_out_once, out) -> Path:
    """The roster of this test, already handed out."""
    return Path(shutil.copytree(handed_out_once, out))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def text(path: Path):
    return read(read_workbook(path), all_frameworks())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listed(folder: Path) -> dict[str, dict[str, object]]:
    """The rows of 下发清单 by unit code, as cached: header → value."""
    sheet = openpyxl.load_workbook(folder / LIST, data_only=True)["下发清单"]
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    return {str(row[1]): dict(zip(header, row, strict=True)) for row in rows if row[1]}


def fill_in(path: Path, field: str = "objective") -> bytes:
    book = openpyxl.load_workbook(path)
    book[book.sheetnames[4]][AT[field]] = "年底前培训 300 人。"
    book.save(path)
    return path.read_bytes()


# ------------------------------------------------------------------------------- what is handed out


def test_a_folder_per_department_and_a_workbook_per_unit(hand_out, out):
    said = hand_out()
    assert files(out) == [FIRST, SECOND, THIRD, LIST]
    assert said == f"共 3 个单位：生成 3 个工作簿。放在 {out}，清单见 {out / LIST}。\n"


def test_a_workbook_says_whose_it_is_and_what_was_given(out, handed):
    found = text(out / FIRST)
    assert (found.department_name, found.year, found.framework) == ("总工会", 2024, "hebei-2023")
    assert (found.budget_unit.code, found.budget_unit.name) == ("116001", "甲单位")
    one, two = found.projects
    assert (one.project_code, one.project_name, one.purpose, one.sub_objective) == (
        "13081123P000222100028", "培训", "办班", "分项一",
    )  # fmt: skip
    assert (one.total_budget, one.fiscal_funds, one.other_funds) == (Decimal("12.5"), 10, Decimal("2.5"))
    assert one.unit_line == "116001 甲单位"
    assert (two.project_name, two.total_budget, two.fiscal_funds) == ("慰问", Decimal("4.4"), None)
    assert [sub.name for sub in found.department.sub_objectives] == ["分项一"]


def test_a_unit_without_projects_gets_one_blank_form(out, handed):
    [project] = text(out / THIRD).projects
    assert (project.project_name, project.total_budget, project.unit_line) == (None, None, "205001 丙学校")


def test_control_figures_are_locked_and_remembered_and_nothing_else_is(out, handed):
    book = openpyxl.load_workbook(out / FIRST)
    one, two = book["1.培训"], book["2.慰问"]
    assert one.protection.sheet
    given = {"project_code", "project_name", "total_budget", "fiscal_funds", "other_funds"}
    fields = {field.key for field in PROJECT_FORM.fields}
    assert {field for field in fields if one[AT[field]].protection.locked} == given
    # What was left blank in the roster is for the unit to fill in.
    assert {field for field in fields if two[AT[field]].protection.locked} == {"project_name", "total_budget"}
    prompts = {str(v.sqref): v.prompt for v in one.data_validations.dataValidation}
    assert prompts[AT["total_budget"]].startswith("控制数，下发时已填好并锁定")
    identity = parse_identity(read_workbook(out / FIRST).sheet(IDENTITY))
    assert identity.prefilled == (
        Prefilled("1.培训", "project_code", "13081123P000222100028", 1),
        Prefilled("1.培训", "project_name", "培训", 1),
        Prefilled("1.培训", "total_budget", "12.5", 1),
        Prefilled("1.培训", "fiscal_funds", "10", 1),
        Prefilled("1.培训", "other_funds", "2.5", 1),
        Prefilled("2.慰问", "project_name", "慰问", 2),
        Prefilled("2.慰问", "total_budget", "4.4", 2),
    )
    assert parse_identity(read_workbook(out / THIRD).sheet(IDENTITY)).prefilled == ()


def test_another_framework(hand_out, out):
    hand_out("--framework", "central-2021")
    assert text(out / FIRST).framework == "central-2021"
    assert "没有名为“abc”的指标体系" in hand_out("--framework", "abc", status=2)


def test_names_that_windows_forbids(perfxl, tmp_path):
    roster = write_roster(
        tmp_path / "花名册.xlsx",
        单位="| 单位编码 | 单位名称 | 主管部门 |\n| '116001 | 甲/乙:单位? | CON |\n| '117001 | ../../丙. | 局* |",
        项目="| 单位编码 | 项目名称 |\n| '116001 | a/b:c*[d]? |",
    )
    ran = perfxl("distribute", roster, tmp_path / "下发", "--year", 2024)
    assert ran.status == 0, ran.err
    assert files(tmp_path / "下发") == [
        "116 _CON/116001 甲／乙：单位？ 2024年绩效文本.xlsx",
        "117 局\uff0a/117001 ／.／丙 2024年绩效文本.xlsx",
        LIST,
    ]
    assert (
        text(tmp_path / "下发/116 _CON/116001 甲／乙：单位？ 2024年绩效文本.xlsx").projects[0].project_name
        == "a/b:c*[d]?"
    )


def test_long_names_stay_within_what_excel_opens(perfxl, tmp_path):
    name = "某某市某某区人民政府办公室机关事务服务中心" * 4
    roster = write_roster(
        tmp_path / "花名册.xlsx", 单位=f"| 单位编码 | 单位名称 | 主管部门 |\n| '116001 | {name} | {name} |"
    )
    folder = tmp_path / ("深" * (120 - len(str(tmp_path))))
    assert perfxl("distribute", roster, folder, "--year", 2024).status == 0
    [made] = folder.glob("*/*.xlsx")
    assert len(str(made)) <= 218
    assert made.parent.name.startswith("116 某某市")
    assert made.name.startswith("116001 某某市")
    assert made.name.endswith(" 2024年绩效文本.xlsx")
    assert text(made).budget_unit.name == name


def test_a_folder_whose_path_is_too_long_for_excel(perfxl, roster, tmp_path):
    deep = tmp_path.joinpath(*["很长的文件夹名称" * 5] * 4)
    ran = perfxl("distribute", roster, deep, "--year", 2024)
    assert ran.status == 2
    assert "的路径太长，Excel 打不开里面的文件" in ran.err
    assert not deep.exists()


def test_two_processes_write_the_same_bytes_as_one(perfxl, roster, out, tmp_path, handed):
    ran = perfxl("distribute", roster, tmp_path / "另一处", "--year", 2024, "--jobs", 2)
    assert ran.status == 0
    for name in (FIRST, SECOND, THIRD, LIST):
        assert (tmp_path / "另一处" / name).read_bytes() == (out / name).read_bytes(), name


# ------------------------------------------------------------------------------------------ the list


def test_the_list_says_what_was_sent_to_whom(out, handed):
    rows = listed(out)
    assert list(rows) == ["116001", "116002", "205001"]
    assert rows["116001"] == {
        "序号": 1, "单位编码": "116001", "单位名称": "甲单位", "主管部门": "总工会", "联系人": "张三",
        "电话": "0314-5550101", "文件": "116001 甲单位 2024年绩效文本.xlsx", "项目数": 2, "预算合计（万元）": 16.9,
        "报送": None, "备注": None, "校验码（SHA-256，程序用）": digest(out / FIRST),
    }  # fmt: skip
    assert rows["116002"]["电话"] == "13800138000"
    assert (rows["205001"]["项目数"], rows["205001"]["预算合计（万元）"]) == (0, 0)
    book = openpyxl.load_workbook(out / LIST)
    sheet = book["下发清单"]
    assert sheet["G4"].value == f'=HYPERLINK("{FIRST}","116001 甲单位 2024年绩效文本.xlsx")'
    assert sheet["I4"].value == "=SUMIF('下发项目'!$A$4:$A$6,B4,'下发项目'!$E$4:$E$6)"
    assert sheet["I7"].value == "=SUBTOTAL(109,I4:I6)"
    assert sheet.print_area == "'下发清单'!$A$1:$K$7"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    totals = openpyxl.load_workbook(out / LIST, data_only=True)
    assert totals["下发清单"]["I7"].value == pytest.approx(99.34, abs=1e-9)
    assert [cell.value for cell in totals["下发项目"][4]] == [
        "116001", "甲单位", "13081123P000222100028", "培训", 12.5, 10, 2.5, "分项一",
    ]  # fmt: skip


@pytest.mark.libreoffice
def test_the_list_recalculated_by_libreoffice_says_the_same(out, soffice, tmp_path, handed):
    again = soffice.convert(out / LIST, "xlsx", tmp_path / "again")
    for name in ("下发清单", "下发项目"):
        before = openpyxl.load_workbook(out / LIST, data_only=True)[name]
        after = openpyxl.load_workbook(again, data_only=True)[name]
        for row in before.iter_rows():
            for cell in row:
                value = after[cell.coordinate].value
                if isinstance(cell.value, float):
                    assert value == pytest.approx(cell.value, abs=1e-9), cell.coordinate
                else:
                    assert value == cell.value, f"{name}!{cell.coordinate}"


def test_ticks_and_sheets_of_the_officer_survive_another_run(hand_out, roster, out, handed):
    book = openpyxl.load_workbook(out / LIST)
    book["下发清单"]["J5"] = "√"
    book["下发清单"]["K5"] = "电话催过"
    book.create_sheet("我的记录")["A1"] = "别弄丢"
    book.save(out / LIST)
    (out / SECOND).unlink()
    hand_out()
    assert (listed(out)["116002"]["报送"], listed(out)["116002"]["备注"]) == ("√", "电话催过")
    assert openpyxl.load_workbook(out / LIST)["我的记录"]["A1"].value == "别弄丢"


def test_another_file_called_like_the_list_stops_all(hand_out, out):
    out.mkdir()
    (out / LIST).write_bytes(b"mine")
    assert "不是本程序生成的下发清单，没有写入任何文件" in hand_out(status=2)
    assert files(out) == [LIST]


def test_a_list_open_in_excel_stops_all(hand_out, out):
    out.mkdir()
    (out / f"~${LIST}").touch()
    assert "正在 Excel、WPS 或 LibreOffice 中打开" in hand_out(status=2)
    assert files(out) == [f"~${LIST}"]


def test_last_years_folder_is_left_alone(hand_out, out, handed):
    before = {name: (out / name).read_bytes() for name in files(out)}
    assert "里是 2024 年下发的文件，没有写入任何文件" in hand_out(status=2, year=2025)
    assert {name: (out / name).read_bytes() for name in files(out)} == before


# --------------------------------------------------------------------------------- run once more


def test_running_again_changes_nothing(hand_out, out):
    hand_out("--zip")
    before = {name: (out / name).stat().st_mtime_ns for name in files(out)}
    said = hand_out("--zip")
    assert "共 3 个单位：生成 0 个工作簿，3 个已经生成过、没有变化。" in said
    assert {name: (out / name).stat().st_mtime_ns for name in files(out)} == before


def test_running_again_makes_what_is_missing(hand_out, out, handed):
    whole = (out / SECOND).read_bytes()
    (out / SECOND).unlink()
    (out / LIST).unlink()
    assert "生成 1 个工作簿，2 个已经生成过、没有变化" in hand_out()
    assert (out / SECOND).read_bytes() == whole
    assert listed(out)["116001"]["校验码（SHA-256，程序用）"] == digest(out / FIRST)


def test_what_is_in_the_way_is_listed_and_nothing_is_written(hand_out, out, handed):
    filled = fill_in(out / FIRST)
    (out / THIRD).unlink()
    said = hand_out(status=2)
    assert said.splitlines() == [
        "1 个文件已经存在，内容与这次要生成的不同，没有写入任何文件：",
        f"  {FIRST}",
        "要重新生成，请加 --force（单位填写过的仍会保留），或换一个文件夹。",
    ]
    assert (out / FIRST).read_bytes() == filled
    assert not (out / THIRD).exists()


def test_force_replaces_what_was_handed_out_and_keeps_what_was_filled_in(hand_out, roster, out, handed):
    filled = fill_in(out / FIRST)
    write_roster(
        roster, 单位=UNITS, 项目=PROJECTS.replace("82.44", "80").replace("12.5 ", "13.5 ").replace("10  ", "11  ")
    )
    said = hand_out("--force", status=2)
    assert f"1 个文件下发后已被填写或改动，没有覆盖（要重新生成请先移走）：\n  {FIRST}\n" in said
    assert "共 3 个单位：生成 1 个工作簿，1 个已经生成过、没有变化。" in said
    assert (out / FIRST).read_bytes() == filled
    assert text(out / SECOND).projects[0].total_budget == 80
    assert listed(out)["116002"]["校验码（SHA-256，程序用）"] == digest(out / SECOND)
    # The list goes on to know what the unit was sent: the next run keeps the file as well.
    assert listed(out)["116001"]["校验码（SHA-256，程序用）"] != digest(out / FIRST)
    hand_out("--force", status=2)
    assert (out / FIRST).read_bytes() == filled


def test_force_keeps_a_file_that_no_list_knows(hand_out, roster, out, handed):
    (out / LIST).unlink()
    write_roster(roster, 单位=UNITS, 项目=PROJECTS.replace("82.44", "80"))
    before = (out / SECOND).read_bytes()
    assert SECOND in hand_out("--force", status=2)
    assert (out / SECOND).read_bytes() == before


def test_files_of_units_renamed_or_gone_are_named(hand_out, roster, out, handed):
    write_roster(roster, 单位=UNITS.replace("乙单位", "乙中心"), 项目=PROJECTS)
    said = hand_out()
    assert f"请核对后删去：\n  {SECOND}\n" in said
    assert (out / SECOND).exists()


def test_one_file_that_cannot_be_written_stops_no_other(hand_out, roster, out, handed):
    before = (out / SECOND).read_bytes()
    lock = (out / SECOND).with_name(f"~${Path(SECOND).name}")
    lock.touch()
    (out / THIRD).unlink()
    write_roster(roster, 单位=UNITS, 项目=PROJECTS.replace("82.44", "80"))
    said = hand_out("--force", status=2)
    assert said.startswith(f"{SECOND}：文件正在 Excel、WPS 或 LibreOffice 中打开，没有写入。")
    assert "生成 1 个工作簿，1 个已经生成过、没有变化，1 个没有生成" in said
    assert (out / SECOND).read_bytes() == before
    assert listed(out)["116002"]["文件"].startswith("未生成：文件正在 Excel")
    lock.unlink()
    assert "生成 1 个工作簿，2 个已经生成过" in hand_out("--force")
    assert listed(out)["116002"]["文件"] == "116002 乙单位 2024年绩效文本.xlsx"
    assert text(out / SECOND).projects[0].total_budget == 80


def test_a_folder_in_the_place_of_a_file_is_in_the_way(hand_out, out):
    (out / SECOND).mkdir(parents=True)
    assert f"  {SECOND}\n" in hand_out(status=2)
    assert files(out) == []


def handing_out(jobs: int) -> list[str]:
    """The command, for a process of its own in the roster's folder."""
    named = ["distribute", "花名册.xlsx", "下发", "--year", "2024", "--jobs", str(jobs)]
    return [sys.executable, "-m", "perfxl", *named]


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_stops_cleanly_and_running_again_goes_on(tmp_path):
    rows = "\n".join(f"| '{116001 + i} | 单位{i} | 总工会 |" for i in range(16))
    roster = write_roster(tmp_path / "花名册.xlsx", 单位=f"| 单位编码 | 单位名称 | 主管部门 |\n{rows}")
    command = handing_out(jobs=2)
    out = tmp_path / "下发"
    process = subprocess.Popen(
        command,
        cwd=roster.parent,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 (no threads here)
    )
    deadline = time.monotonic() + 60
    while not list(out.glob("*/*文本.xlsx")) and time.monotonic() < deadline:
        time.sleep(0.02)
    # As a terminal does: to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 2, said
    assert "已中断。再次运行同样的命令会接着做，已经生成的不会重做。" in said
    assert "Traceback" not in said
    made = list(out.glob("*/*文本.xlsx"))
    assert 0 < len(made) < 16
    assert not list(out.rglob(".perfxl-*"))
    for path in made:
        assert text(path).year == 2024
    known = {row["校验码（SHA-256，程序用）"] for row in listed(out).values()} - {None}
    assert known <= {digest(path) for path in made}
    done = subprocess.run(command, cwd=roster.parent, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert f"生成 {16 - len(made)} 个工作簿，{len(made)} 个已经生成过" in done.stderr
    assert len(list(out.glob("*/*文本.xlsx"))) == 16
    assert len(listed(out)) == 16


@pytest.mark.skipif(os.name != "posix", reason="opens a terminal")
def test_a_terminal_shows_rate_and_remaining_time(roster):
    import pty

    rows = "\n".join(f"| '{116001 + i} | 单位{i} | 总工会 |" for i in range(8))
    write_roster(roster, 单位=f"| 单位编码 | 单位名称 | 主管部门 |\n{rows}")
    here, there = pty.openpty()
    command = handing_out(jobs=1)
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(command, cwd=roster.parent, stderr=there, env=environment)
    os.close(there)
    said = b""
    # The terminal is gone with the program: reading then fails.
    with contextlib.suppress(OSError):
        while piece := os.read(here, 65536):
            said += piece
    os.close(here)
    assert process.wait(timeout=60) == 0
    shown = said.decode("utf-8", errors="replace")
    assert "下发" in shown
    assert re.search(r"\d+\.\d 个/秒  剩余 \d+:\d\d", shown)
    assert "8/8" in shown


# ------------------------------------------------------------------------------------------- archives


def test_a_zip_per_department_that_a_chinese_windows_unpacks(hand_out, out):
    said = hand_out("--zip")
    assert said.endswith("压缩包 2 个，每个主管部门一个。\n")
    with zipfile.ZipFile(out / "116 总工会.zip") as archive:
        assert archive.namelist() == [Path(FIRST).name, Path(SECOND).name]
        # Bit 11: the name is UTF-8, whatever the machine's own code page is.
        assert all(info.flag_bits & 0x800 for info in archive.infolist())
        assert archive.read(Path(FIRST).name) == (out / FIRST).read_bytes()
    assert (out / "205 教育局.zip").exists()


def test_a_zip_with_other_content_is_replaced_by_force_only(hand_out, roster, out):
    hand_out("--zip")
    before = (out / "116 总工会.zip").read_bytes()
    write_roster(roster, 单位=UNITS, 项目=PROJECTS.replace("82.44", "80"))
    hand_out("--force")
    said = hand_out("--zip", status=2)
    assert "116 总工会.zip：已经存在，内容不同，没有覆盖。请移走它，或加 --force。" in said
    assert (out / "116 总工会.zip").read_bytes() == before
    hand_out("--zip", "--force")
    with zipfile.ZipFile(out / "116 总工会.zip") as archive:
        assert archive.read(Path(SECOND).name) == (out / SECOND).read_bytes()


def test_another_file_in_the_place_of_a_zip_is_kept(hand_out, out, handed):
    (out / "116 总工会.zip").write_bytes(b"mine")
    assert "116 总工会.zip：已经存在，内容不同，没有覆盖。" in hand_out("--zip", status=2)
    assert (out / "116 总工会.zip").read_bytes() == b"mine"
    assert (out / "205 教育局.zip").exists()


def test_a_file_where_the_folder_should_be(hand_out, out):
    out.write_bytes(b"mine")
    assert hand_out(status=2) == f"“{out}”是文件，不是文件夹。请换一个文件夹。\n"


# ---------------------------------------------------------------------------------- last year's files


def with_last_year(roster: Path, *files_of: str) -> Path:
    rows = "\n".join(
        f"| '{code} | {name} | {department} | {file} |"
        for (code, name, department), file in zip(
            [("116001", "承德高新技术产业开发区总工会本级", "总工会"), ("116002", "乙单位", "总工会")],
            files_of,
            strict=True,
        )
    )
    return write_roster(
        roster,
        单位=f"| 单位编码 | 单位名称 | 主管部门 | 上年文件 |\n{rows}",
        项目=PROJECTS.replace("培训", "工会保障项目"),
    )


def test_last_years_text_is_carried_over_with_this_years_figures(hand_out, roster, out, examples):
    folder = roster.parent / "上年"
    folder.mkdir()
    shutil.copy(examples / FILLED_IN, folder / "116001.xlsx")
    with_last_year(roster, "上年\\116001.xlsx", "")
    said = hand_out()
    path = next(out.glob("116 */116001 *.xlsx"))
    assert "1 个单位结转了上年内容，要改的地方见各文件的“结转说明”表：" in said
    found = text(path)
    assert found.year == 2024
    assert [p.project_name for p in found.projects] == ["工会保障项目", "慰问"]
    one = found.projects[0]
    assert (one.project_code, one.total_budget, one.purpose) == ("13081123P000222100028", Decimal("12.5"), "办班")
    assert one.spending_plan == (None, None, None, None)
    old = text(examples / FILLED_IN).projects[0]
    assert [i.name for i in one.indicators] == [i.name for i in old.indicators]
    assert "结转说明" in found.sheets
    assert [sheet for sheet in text(next(out.glob("116 */116002 *.xlsx"))).sheets if sheet == "结转说明"] == []


def test_a_missing_or_foreign_file_of_last_year_is_a_fault_of_the_roster(hand_out, roster, out, examples):
    shutil.copy(examples / FILLED_IN, roster.parent / "文本.xlsx")
    with_last_year(roster, "没有.xlsx", "文本.xlsx")
    said = hand_out(status=2)
    assert said.splitlines() == [
        f"花名册“{roster}”有 2 处错误，没有写入任何文件：",
        "  单位!D2：上年文件“没有.xlsx”不能结转：找不到文件。请检查文件名和所在文件夹是否正确。请核对路径（从花名册所在的文件夹写起），没有上年文件的请留空。",
        "  单位!D3：上年文件“文本.xlsx”是 116001 的，不是 116002 乙单位 的。请核对路径；确实要用的，先把上年文件中的单位编码改对。",
    ]
    assert not out.exists()


# ----------------------------------------------------------------------------------------- in use


@pytest.mark.libreoffice
def test_a_workbook_filled_in_by_a_unit_still_says_what_it_was_given(out, edit_in_office, tmp_path, handed):
    returned = tmp_path / "报送.xlsx"
    edit_in_office(
        out / FIRST,
        returned,
        [["rename", 4, "培训项目（定稿）"], ["text", 4, AT["objective"], "年底前培训 300 人，满意度 90% 以上。"]],
    )
    found = text(returned)
    identity = parse_identity(read_workbook(returned).sheet(IDENTITY))
    assert found.projects[0].objective == "年底前培训 300 人，满意度 90% 以上。"
    assert (found.projects[0].sheet, identity.unit_code) == ("培训项目（定稿）", "116001")
    given = {(one.project, one.field): one.value for one in identity.prefilled}
    for project in found.projects:
        assert given[project.number, "project_name"] == project.project_name
        assert Decimal(given[project.number, "total_budget"]) == project.total_budget


def test_a_distributed_workbook_is_checked_like_any_other(out, perfxl, handed):
    ran = perfxl("check", out / FIRST)
    assert ran.status == 1
    assert "项目编码未填写" in ran.out
    assert "工作簿结构" not in ran.err


def test_the_example_roster_beside_the_example_text(perfxl, examples, tmp_path):
    for name in (ROSTER, FILLED_IN):
        shutil.copy(examples / name, tmp_path / name)
    ran = perfxl("distribute", tmp_path / ROSTER, tmp_path / "下发", "--year", 2024)
    assert ran.status == 0, ran.err
    assert len(list((tmp_path / "下发").glob("*/*.xlsx"))) == 7
    rows = listed(tmp_path / "下发")
    assert rows["116001"]["预算合计（万元）"] == pytest.approx(188.9, abs=1e-9)
