"""Lists, frameworks, word lists, rosters and records that somebody broke: a sentence that says where."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from returned import book
from test_hostile_files import run

from perfxl.app.make_examples import FILLED_IN
from perfxl.io.collecting.rounds_file import record_of
from perfxl.io.rosters.project_list import read_projects

NEW = ("new", "新.xlsx", "--unit", "116001 某局", "--year", 2024, "--projects")
HEAD = "项目编码,项目名称,预算数"
SHIPPED = (files("perfxl") / "data" / "frameworks" / "hebei-2023.toml").read_text("utf-8")


# -------------------------------------------------------------------------------- lists of projects

LISTS = {
    "Windows": (HEAD + "\r\n1,一期,10\r\n2,二期,20\r\n").encode("gbk"),
    "Mac": (HEAD + "\r1,一期,10\r2,二期,20\r").encode("gbk"),
    "Mac in UTF-8": (HEAD + "\r1,一期,10\r2,二期,20").encode("utf-8-sig"),
    "Unicode text": (HEAD + "\r\n1,一期,10\r\n2,二期,20\r\n").replace(",", "\t").encode("utf-16"),
    "Unicode text, the other way round": b"\xfe\xff" + (HEAD + "\n1,一期,10\n2,二期,20").encode("utf-16-be"),
    "semicolons": (HEAD + "\n1,一期,10\n2,二期,20").replace(",", ";").encode(),
    "a title above": ("某局项目清单\n\n" + HEAD + "\n1,一期,10\n2,二期,20").encode(),
    "quoted": (HEAD + '\n"1","一期","10"\n"2","二期",20').encode(),
    "blank lines": (HEAD + "\n\n\n1,一期,10\n,,\n2,二期,20\n,,\n").encode(),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_read_however_it_was_saved(tmp_path, kind):
    path = tmp_path / "清单.csv"
    path.write_bytes(LISTS[kind])
    read = [(p.project_code, p.project_name, str(p.total_budget)) for p in read_projects(path)]
    assert read == [("1", "一期", "10"), ("2", "二期", "20")]


def csv_of(rows: int) -> bytes:
    return (HEAD + "\n" + "1,一期,10\n" * rows).encode()


BAD_LISTS = {
    "quotes that never close": (
        (HEAD + '\n1,一期,10\n2,"二期,20\n3,三期,30\n').encode(),
        "从第 3 行起读不下去：引号不成对，或一格的文字过长（上限 131,072 个字符）。请改正这一行，或在 Excel 中另存为 .xlsx。",
    ),
    "a line break in a field before it": (
        (HEAD + '\n1,"一\n期",10\n2,"二"期,20\n').encode(),
        "从第 4 行起读不下去：引号不成对，或一格的文字过长（上限 131,072 个字符）。请改正这一行，或在 Excel 中另存为 .xlsx。",
    ),
    "a field of 131,073 characters": (
        (HEAD + "\n1,一期,10\n2," + "长" * 131_073 + ",20\n").encode(),
        "从第 3 行起读不下去：引号不成对，或一格的文字过长（上限 131,072 个字符）。请改正这一行，或在 Excel 中另存为 .xlsx。",
    ),
    "zero bytes": ((HEAD + "\n1,一\0期,10\n").encode(), "的编码无法识别。请在 Excel 中另存为“CSV UTF-8”或 .xlsx。"),
    "UTF-16 that does not say so": (
        (HEAD + "\n1,一期,10\n").encode("utf-16-le"),
        "的编码无法识别。请在 Excel 中另存为“CSV UTF-8”或 .xlsx。",
    ),
    "half a character": (
        b"\xff\xfe" + HEAD.encode("utf-16-le") + b"\x00",
        "的编码无法识别。请在 Excel 中另存为“CSV UTF-8”或 .xlsx。",
    ),
    "100,000 rows": (csv_of(100_000), "的行数过多（上限 10,000 行），不读取。请检查是不是选错了文件。"),
    "501 projects": (csv_of(501), "的项目过多（一个工作簿上限 500 个），第 502 行起放不下。请按预算单位分成几份。"),
    "11 MB": (b"," * 11 * 2**20, "过大（上限 10 MB），不读取。请检查是不是选错了文件。"),
    "five million lines": (b"a\n" * 5_000_000, "的行数过多（上限 10,000 行），不读取。请检查是不是选错了文件。"),
    "ten million columns": (
        b"," * 10 * 2**20,
        "中没有找到标题行。请在第一行写明：项目编码、项目名称、预算数、财政资金、其他资金、资金用途。",
    ),
}


@pytest.mark.parametrize("kind", BAD_LISTS)
def test_a_list_that_cannot_be_read(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    content, sentence = BAD_LISTS[kind]
    Path("清单.csv").write_bytes(content)
    status, out, said = run(*NEW, "清单.csv")
    assert status == 2
    assert said.splitlines()[0] == f"项目清单“清单.csv”{sentence}"
    assert not out
    assert [one.name for one in tmp_path.iterdir()] == ["清单.csv"]


def test_a_list_of_100_000_rows_in_a_workbook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["项目名称"])
    for _ in range(100_000):
        sheet.append(["一期"])
    workbook.save("清单.xlsx")
    status, _, said = run(*NEW, "清单.xlsx")
    assert status == 2
    assert said.splitlines()[0] == ("项目清单“清单.xlsx”的行数过多（上限 10,000 行），不读取。请检查是不是选错了文件。")


@pytest.mark.parametrize("number", ["0", "201", "-1", "9" * 5000, "１" * 30])
def test_a_number_of_projects_that_is_none(perfxl, tmp_path, monkeypatch, number):
    monkeypatch.chdir(tmp_path)
    ran = perfxl(*NEW, number)
    assert ran.status == 2
    assert ran.err.startswith("项目个数应为 1 至 200，现为“")
    assert len(ran.err) < 60


# ------------------------------------------------------------------------------------------ rosters


def test_a_roster_of_more_rows_than_a_province_has(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["单位编码", "单位名称"])
    for number in range(100_000):
        sheet.append([str(100_000 + number), "某局"])
    workbook.save("花名册.xlsx")
    sentence = "无法读取花名册“花名册.xlsx”：花名册的行数过多（上限 50,000），不读取。请检查是不是选错了文件，或分成几份花名册。"
    status, _, said = run("distribute", "花名册.xlsx", "下发", "--year", 2024)
    assert status == 2
    assert said.splitlines()[0] == sentence
    assert [one.name for one in tmp_path.iterdir()] == ["花名册.xlsx"]


# --------------------------------------------------------------------------- frameworks, word lists

MEND = "请对照原文件修改。"
BAD_TOML = {
    "nested 5,000 deep": ("x = " + "[" * 5000 + "]" * 5000, f"的括号嵌套过深，不读取。{MEND}"),
    "tables nested deep": ("x = " + "{a=" * 5000 + "1" + "}" * 5000, f"的括号嵌套过深，不读取。{MEND}"),
    "a name twice": ("[a]\nb = 1\nb = 2\n", f"第 3 行第 6 列附近重复写了同一个名称，不符合 TOML 格式。{MEND}"),
    "a table twice": ("[a]\n[a]\n", f"第 2 行第 3 列附近重复写了同一个名称，不符合 TOML 格式。{MEND}"),
    "a bracket that never closes": ("a = [1,\n2", f"的末尾不符合 TOML 格式。{MEND}"),
    "quotes that never close": ('a = "b\nc = 1', f"第 1 行第 7 列附近不符合 TOML 格式。{MEND}"),
    "a number of 5,000 digits": ("a = " + "9" * 5000, f"不符合 TOML 格式。{MEND}"),
    "a zero byte": ("a = 1\0", f"第 1 行第 6 列附近不符合 TOML 格式。{MEND}"),
    "11 MB": ("# " + "长" * 4 * 2**20, "过大（上限 1 MB），不读取。请检查是不是选错了文件。"),
    "nothing": ("", "缺少或写错了：id、name、version、basis、weights、categories、subcategory_aliases。" + MEND),
    "a hundred mistakes": (
        SHIPPED + "[settings.severities]\n" + "".join(f'R{n} = "x"\n' for n in range(100)),
        "缺少或写错了：" + "、".join(f"settings.severities.R{n}" for n in range(8)) + f" 等 100 处。{MEND}",
    ),
}


@pytest.mark.parametrize("kind", BAD_TOML)
def test_a_framework_that_cannot_be_read(tmp_path, monkeypatch, examples, kind):
    monkeypatch.chdir(tmp_path)
    content, sentence = BAD_TOML[kind]
    Path("本市.toml").write_text(content, "utf-8")
    status, _, said = run("check", examples / FILLED_IN, "--framework", "本市.toml")
    assert status == 2
    assert said.splitlines()[0] == f"指标体系文件“本市.toml”{sentence}"


WORDS = {
    "a zero byte in the name": (
        r'words = "a\u0000b.toml"',
        r"词表文件的名称“a\x00b.toml”中有不能用在文件名里的字符。请改正名称。",
    ),
    "a file that is not there": ('words = "没有.toml"', "找不到词表文件“没有.toml”。请检查文件名和路径。"),
    "a folder": ('words = "夹"', "无法打开词表文件“夹”：这是一个文件夹。请检查后再试。"),
    "a device": ('words = "/dev/zero"', "无法打开词表文件“/dev/zero”：不是普通文件。请检查后再试。"),
    "a pipe": ('words = "管道"', "无法打开词表文件“管道”：不是普通文件。请检查后再试。"),
    "too long a name": (f'words = "{"长" * 90}"', f"无法打开词表文件“{'长' * 90}”：文件名或路径太长。请检查后再试。"),
    "a link in a circle": ('words = "圈"', "无法打开词表文件“圈”：链接指向它自己，绕成了一个圈。请检查后再试。"),
    "no table": ("words = 5", "指标体系文件“本市.toml”的 words缺少或写错了：写法。请对照原文件修改。"),
    "not UTF-8": ('words = "gbk.toml"', "词表文件“gbk.toml”不是 UTF-8 编码。请在记事本中另存为 UTF-8。"),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such paths")
@pytest.mark.parametrize("kind", WORDS)
def test_a_word_list_that_cannot_be_read(perfxl, tmp_path, monkeypatch, examples, kind):
    monkeypatch.chdir(tmp_path)
    line, sentence = WORDS[kind]
    Path("夹").mkdir()
    os.mkfifo("管道")
    Path("圈").symlink_to("圈")
    Path("gbk.toml").write_bytes('vague = ["较多"]'.encode("gbk"))
    Path("本市.toml").write_text(f"{line}\n{SHIPPED}", "utf-8")
    ran = perfxl("check", examples / FILLED_IN, "--framework", "本市.toml")
    assert ran.status == 2
    assert ran.err.splitlines() == [sentence]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such paths")
@pytest.mark.parametrize("option", ["--framework", "--projects"])
def test_a_pipe_is_not_waited_for(perfxl, tmp_path, monkeypatch, option):
    monkeypatch.chdir(tmp_path)
    name = "管道.toml" if option == "--framework" else "管道.csv"
    os.mkfifo(name)
    ran = perfxl("new", "新.xlsx", "--unit", "116001 某局", "--year", 2024, option, name)
    assert ran.status == 2
    assert ran.err.endswith(f"“{name}”：不是普通文件。请检查后再试。\n")


# ------------------------------------------------------------------------------- records of rounds

RECORDS = {
    "no JSON": b"\x00" * 1000,
    "a long line": b'{"version":1,"about":"' + b"x" * 9 * 2**20 + b'"}\n',
    "endless nesting": b'{"version":1}\n' + b"[" * 100_000 + b"\n",
    "more units than follow": b'{"version":1}\n{"time":"2024-01-01T00:00:00","units":99999999999999999999}\n',
    "fewer than none": b'{"version":1}\n{"time":"2024-01-01T00:00:00","units":-1}\n',
    "a half character": b'{"version":1,"about":"\xff"}\n',
    "an endless amount": (
        b'{"version":1}\n{"time":"2024-01-01T00:00:00","units":1}\n'
        b'{"code":"101001","file":"a","sha256":"b","projects":[{"number":1,"total_budget":"NaN"}]}\n'
    ),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_that_is_none_is_put_aside(perfxl, tmp_path, kind):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "101001.xlsx").write_bytes(book("101001", "某局"))
    summary = tmp_path / "汇总.xlsx"
    record_of(summary).write_bytes(RECORDS[kind])
    ran = perfxl("collect", folder, "-o", summary)
    assert ran.status == 0, ran.err
    assert (
        "记录“汇总.记录.jsonl”已损坏，本次不与上次比较。它改名为“汇总.记录.损坏.jsonl”保留，从本次起重新记录。"
        in ran.err.splitlines()
    )
    assert (tmp_path / "汇总.记录.损坏.jsonl").read_bytes() == RECORDS[kind]


@pytest.mark.parametrize("amount", ["-1E-999999", "0.00000000001"])
def test_an_amount_in_a_record_that_nobody_has(perfxl, tmp_path, amount):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "101001.xlsx").write_bytes(book("101001", "某局"))
    summary = tmp_path / "汇总.xlsx"
    assert perfxl("collect", folder, "-o", summary).status == 0
    record = record_of(summary)
    text = record.read_text("utf-8").replace('"total_budget":"96.3"', f'"total_budget":"{amount}"')
    assert amount in text
    record.write_text(text, "utf-8")
    (folder / "101001.xlsx").write_bytes(book("101001", "某局", ("97.30", "5.76")))
    ran = perfxl("collect", folder, "-o", summary)
    assert ran.status == 0, ran.err
    assert "程序" not in ran.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such paths")
def test_a_record_that_is_a_pipe_is_not_waited_for(perfxl, tmp_path):
    folder = tmp_path / "收回"
    folder.mkdir()
    (folder / "101001.xlsx").write_bytes(book("101001", "某局"))
    summary = tmp_path / "汇总.xlsx"
    os.mkfifo(record_of(summary))
    ran = perfxl("collect", folder, "-o", summary)
    assert "记录“汇总.记录.jsonl”无法打开（不是普通文件），本次不与上次比较。" in ran.err.splitlines()
