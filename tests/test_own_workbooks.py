"""What perfxl made for the officer is no unit's text: not checked, not written into, not counted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from returned import book
from test_collect import digests, put, rows

from perfxl.app.make_examples import FILLED_IN, MENDED

KINDS = ("各单位汇总", "退回意见", "下发清单", "花名册", "空白花名册")


@pytest.fixture(scope="module")
def made(tmp_path_factory, examples) -> dict[str, Path]:
    """One workbook of each kind, each renamed."""
    from perfxl.app.cli import run

    folder = tmp_path_factory.mktemp("本程序生成的")
    put(folder / "收回/116001.xlsx", book("116001", "总工会本级"), 1e9)
    roster = next(examples.glob("花名册*.xlsx"))
    commands = (
        ("collect", folder / "收回", "-o", folder / "汇总.xlsx", "--opinions", folder / "退回"),
        ("distribute", roster, folder / "下发", "--year", "2024", "--jobs", "1"),
        ("new", folder / "空.xlsx", "--roster"),
    )
    for command in commands:
        assert run([str(word) for word in command]) in (0, 1)
    [opinion] = (folder / "退回").glob("*.xlsx")
    sources = (folder / "汇总.xlsx", opinion, folder / "下发/下发清单.xlsx", roster, folder / "空.xlsx")
    files = {}
    for kind, source in zip(KINDS, sources, strict=True):
        files[kind] = folder / f"改了名{len(files)}.xlsx"
        shutil.copy(source, files[kind])
    return files


@pytest.mark.parametrize("kind", KINDS)
def test_named_it_is_refused_and_stays_as_it_is(perfxl, made, kind):
    path = made[kind]
    before = path.read_bytes()
    known = kind.removeprefix("空白")
    said = f"{path}：这是{known}，不是单位的绩效文本，没有处理。请选择单位填报的工作簿。\n"
    for command in (("check",), ("check", "--write"), ("fill",), ("summary",)):
        ran = perfxl(*command, path)
        assert (ran.status, ran.err) == (2, said)
    assert path.read_bytes() == before


@pytest.mark.libreoffice
def test_saved_by_another_program_it_is_known_too(perfxl, made, soffice, tmp_path):
    for kind, path in made.items():
        saved = soffice.convert(path, "xlsx", tmp_path / "另存")
        assert f"这是{kind.removeprefix('空白')}，" in perfxl("check", saved).err


def test_in_a_folder_it_is_passed_over_and_said(perfxl, made, examples, tmp_path):
    shutil.copy(examples / MENDED, tmp_path / "116001.xlsx")
    for path in made.values():
        shutil.copy(path, tmp_path)
    before = digests(tmp_path)
    for command in (("check", "--format", "json"), ("check", "--write", "--format", "json", "--jobs", "2")):
        ran = perfxl(*command, tmp_path)
        assert ran.status == 0
        assert [Path(one["path"]).name for one in json.loads(ran.out)["files"]] == ["116001.xlsx"]
        told = [line for line in ran.err.splitlines() if "略过" in line]
        assert told == [f"{tmp_path / path.name}：略过（{kind.removeprefix('空白')}）。" for kind, path in made.items()]
    after = digests(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {tmp_path / "116001.xlsx"}


def test_a_folder_of_nothing_else_says_so(perfxl, made):
    ran = perfxl("check", made["花名册"].parent / "改了名*.xlsx")
    assert ran.status == 2
    assert ran.err.endswith("没有可以校验的绩效文本。\n")


def test_collected_it_counts_for_nobody(perfxl, made, tmp_path):
    put(tmp_path / "收回/116001.xlsx", book("116001", "总工会本级"), 1e9)
    for path in made.values():
        shutil.copy(path, tmp_path / "收回")
    ran = perfxl("collect", tmp_path / "收回", "-o", tmp_path / "汇总.xlsx", "--jobs", "1")
    assert ran.status == 0
    for kind, path in made.items():
        assert f"{path.name}：略过（本程序的{kind.removeprefix('空白')}）。\n" in ran.err
    assert [row["单位编码"] for row in rows(tmp_path / "汇总.xlsx", "部门汇总")].count("116001") == 1


def test_backups_and_copies_beside_their_originals_are_passed_over(perfxl, examples, tmp_path):
    for name in ("文本.xlsx", "文本.备份.xlsx", "文本-校验结果.xlsx", "文本-校验结果2.xlsx", "另一份-校验结果.xlsx"):
        shutil.copy(examples / FILLED_IN, tmp_path / name)
    before = digests(tmp_path)
    ran = perfxl("check", tmp_path, "--write", "--format", "json")
    assert [Path(one["path"]).name for one in json.loads(ran.out)["files"]] == ["另一份-校验结果.xlsx", "文本.xlsx"]
    for name, why in (
        ("文本-校验结果.xlsx", "校验副本"),
        ("文本-校验结果2.xlsx", "校验副本"),
        ("文本.备份.xlsx", "写入前的备份"),
    ):
        assert f"{tmp_path / name}：略过（“文本.xlsx”的{why}）。\n" in ran.err
        assert digests(tmp_path)[tmp_path / name] == before[tmp_path / name]
    # Named, each is a file like any other.
    assert perfxl("check", tmp_path / "文本-校验结果.xlsx").status == 1


def test_folders_and_records_that_perfxl_filled_are_passed_over(perfxl, examples, tmp_path):
    shutil.copy(examples / MENDED, tmp_path / "116001.xlsx")
    arguments = ("collect", tmp_path, "-o", tmp_path / "汇总.xlsx", "--checked", tmp_path / "副本")
    for _ in range(2):
        assert perfxl(*arguments, "--jobs", "1").status == 0
    (tmp_path / "汇总.记录.jsonl").rename(tmp_path / "上周.记录.jsonl")
    assert "上周.记录.jsonl：略过（本程序的汇总记录）。\n" in perfxl(*arguments, "--jobs", "1").err
    ran = perfxl("check", tmp_path, "--format", "json")
    assert [Path(one["path"]).name for one in json.loads(ran.out)["files"]] == ["116001.xlsx"]
    assert ran.err.splitlines() == [
        f"{tmp_path / '副本'}：略过（本程序生成的文件夹）。",
        f"{tmp_path / '汇总.xlsx'}：略过（各单位汇总）。",
        # Without its record nobody knows whether it is as it was written: it was kept.
        f"{tmp_path / '汇总.改动.xlsx'}：略过（各单位汇总）。",
    ]


def test_a_list_of_somebodys_own_is_no_roster_of_ours(perfxl, tmp_path):
    path = tmp_path / "项目一览.xlsx"
    made = openpyxl.Workbook()
    made.active.append(["单位编码", "单位名称", "项目名称", "预算数"])
    made.active.append(["116001", "总工会本级", "困难帮扶", 5])
    made.save(path)
    assert "没有找到项目绩效目标表。" in perfxl("check", path).out
