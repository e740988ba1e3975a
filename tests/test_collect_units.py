"""Whose file it is: by its memory, its cover, its unit lines or its name; and what archives hold."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from places import AT, ON_COVER
from returned import book, by_hand, edited, locked, roster, submission, two_units, zipped
from test_collect import put, rows

from perfxl.core.collecting.consolidate import unit_lines
from perfxl.core.collecting.whose_file import Claim, Directory, Source, Unit, claimed_units, recognise
from perfxl.io.collecting.returned_files import find_returned
from perfxl.io.files.archives import MOST_TOGETHER, archive_entries, read_entry

A, B = Unit("116001", "区总工会本级", "区总工会"), Unit("116002", "职工服务中心", "区总工会")
KNOWN = Directory([A, B])
LINES = {unit: unit_lines(submission(unit.code or "", unit.name or "", ("1", "2"))) for unit in (A, B)}


def claims(metadata: Unit | None = None, cover: Unit | None = None) -> list[Claim]:
    given = ((Source.METADATA, metadata), (Source.COVER, cover))
    return [Claim(source, unit.code, unit.name) for source, unit in given if unit is not None]


@pytest.mark.parametrize(
    ("metadata", "cover", "lines", "file", "wanted", "by"),
    [
        (A, A, A, "x.xlsx", A, "内置标识、封面、单位行"),
        (None, None, A, "x.xlsx", A, "单位行"),
        (None, None, None, "116002.xlsx", B, "文件名"),
        (None, None, None, "报送_职工服务中心_终稿.xlsx", B, "文件名"),
        (None, None, None, "116002 职工服务中心/终稿.xlsx", B, "文件名"),
        # A neighbour's workbook, filled in with one's own figures.
        (A, B, B, "x.xlsx", B, "封面、单位行"),
        (A, A, B, "x.xlsx", A, "内置标识、封面"),
        (A, B, None, "x.xlsx", A, "内置标识"),
        (None, None, None, "无关.xlsx", None, ""),
    ],
)
def test_the_unit_that_most_places_name(metadata, cover, lines, file, wanted, by):
    [part] = recognise(file, claims(metadata, cover), LINES[lines] if lines else (), KNOWN)
    assert (part.unit, part.by) == (wanted, by)


def test_what_contradicts_is_told():
    [part] = recognise("116002.xlsx", claims(A, B), LINES[A], KNOWN)
    assert part.unit == A
    assert part.notes == ("封面是“116002 职工服务中心”", "文件名写的是“116002 职工服务中心”")


def test_forms_of_two_units_are_two_parts():
    own, other = recognise("x.xlsx", claims(A, A), (*LINES[A], *LINES[B]), KNOWN)
    assert (own.unit, other.unit) == (A, B)
    assert own.notes == ("本文件含 2 个单位的项目表：116001 区总工会本级、116002 职工服务中心",)


def test_a_code_counts_before_a_name_and_spacing_does_not_matter():
    assert KNOWN.find("１１６００１", "职工服务中心") == A
    assert KNOWN.find(None, "职工 服务中心") == B
    assert KNOWN.find("116", "区总工会本级") == A
    assert KNOWN.find("116003", None) is None


def test_a_name_that_two_units_share_tells_nothing():
    shared = Directory([Unit("1", "服务中心"), Unit("2", "服务中心")])
    assert shared.find(None, "服务中心") is None
    assert shared.in_text("服务中心.xlsx") is None


def test_the_longest_name_in_a_file_name_wins():
    known = Directory([Unit("101001", "教育局"), Unit("101002", "教育局教研室")])
    assert known.in_text("教育局教研室上报.xlsx").code == "101002"


def test_without_a_roster_units_are_what_the_files_say():
    known = claimed_units(
        [
            ([Claim(Source.COVER, "116001", "区总工会本级")], (), "区总工会"),
            ([Claim(Source.COVER, None, "区总工会 本级")], (), None),
            ([Claim(Source.COVER, None, "只有名称的单位")], (), None),
            ([Claim(Source.COVER, "11600", "编码不全")], (), None),
        ]
    )
    assert [(u.code, u.name, u.department) for u in known.units] == [
        ("116001", "区总工会本级", "区总工会"),
        (None, "只有名称的单位", None),
        (None, "编码不全", None),
    ]


# ------------------------------------------------------------------------------- in real folders


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    place = tmp_path / "收回"
    place.mkdir()
    return place


def collect(perfxl, returned: Path, *options: object):
    target = returned.parent / "汇总.xlsx"
    return perfxl("collect", returned, "-o", target, "--jobs", "1", *options), target


def amounts(target: Path) -> dict[object, float]:
    return {row["单位编码"] or row["单位名称"]: row["预算合计"] for row in rows(target, "部门汇总") if row["单位序号"]}


def test_every_way_of_knowing_a_unit_with_a_roster(perfxl, returned):
    listed = roster(
        returned.parent / "花名册.xlsx", [(f"11600{n}", f"第{'一二三四五六'[n - 1]}中心") for n in range(1, 7)]
    )
    put(returned / "改了名.xlsx", book("116001", "第一中心", ("1", "2")), 1e9)
    put(returned / "手工.xlsx", by_hand("116002", "第二中心", ("10", "20")), 1e9)
    put(returned / "只有名称.xlsx", by_hand("", "第三中心", ("100", "200")), 1e9)
    put(
        returned / "两个单位.xlsx",
        two_units(("116004", "第四中心", ("3", "4")), ("116005", "第五中心", ("5", "6"))),
        1e9,
    )
    put(returned / "邻县.xlsx", book("999001", "邻县某局", ("7", "8")), 1e9)
    ran, target = collect(perfxl, returned, "--roster", listed)
    assert amounts(target) == {"116001": 3, "116002": 30, "116003": 300, "116004": 7, "116005": 11, "116006": None}
    assert "邻县.xlsx：不属于花名册" in ran.err
    [stranger] = [row for row in rows(target, "报送情况") if row["情况"] == "不属于花名册"]
    assert stranger["说明"] == "文件写的单位是“999001 邻县某局”；预算合计 15.00 万元没有计入汇总"
    [told] = [row for row in rows(target, "问题清单") if row["规则"] == "COL02"]
    assert (told["问题"], told["文件"]) == ("本文件不属于花名册中的任何单位。", "邻县.xlsx")
    assert ran.status == 1


def test_a_file_that_names_nobody_is_counted_and_said_without_a_roster(perfxl, returned):
    put(returned / "甲.xlsx", by_hand("116001", "第一中心", ("1", "2")), 1e9)
    nobody = edited(by_hand("116002", "第二中心", ("10", "20")), {("1", AT["title"]): "", ("2", AT["title"]): ""})
    put(returned / "无名.xlsx", nobody, 1e9)
    ran, target = collect(perfxl, returned)
    assert sum(amounts(target).values()) == 33
    assert "无名.xlsx：本文件没有写明单位，从文件名也认不出。" in ran.err
    assert ran.status == 1


def test_metadata_cover_and_name_that_contradict(perfxl, returned):
    listed = roster(returned.parent / "花名册.xlsx", [("116001", "第一中心"), ("116002", "第二中心")])
    wrong = edited(book("116001", "第一中心", ("1", "2")), {("封面", ON_COVER["budget_unit.code"]): "116002"})
    put(returned / "116002.xlsx", wrong, 1e9)
    ran, target = collect(perfxl, returned, "--roster", listed)
    assert amounts(target) == {"116001": 3, "116002": None}
    assert "单位编码下发为 116001，回收为 116002" in ran.err
    assert "文件名写的是“116002 第二中心”" in ran.err


# ------------------------------------------------------------------------------------- archives


def test_archives_are_read_without_unpacking(perfxl, returned):
    inner = zipped({"116003.xlsx": book("116003", "第三中心", ("100", "200"))}, gbk=True)
    outer = zipped(
        {
            "总工会/116001 第一中心.xlsx": book("116001", "第一中心", ("1", "2")),
            "总工会/116002 第二中心.xlsx": book("116002", "第二中心", ("10", "20")),
            "总工会/里层.zip": inner,
            "总工会/扫描.pdf": b"%PDF",
            "总工会/~$116001.xlsx": b"x",
        },
        gbk=True,
    )
    put(returned / "总工会.zip", outer, 1e9)
    before = sorted(path.name for path in returned.parent.rglob("*"))
    ran, target = collect(perfxl, returned)
    assert amounts(target) == {"116001": 3, "116002": 30, "116003": 300}
    assert "总工会.zip/总工会/扫描.pdf：这是 PDF 文件" in ran.err
    files = [row["文件"] for row in rows(target, "项目明细", formulas=True) if row["单位编码"]]
    assert files[0] == "总工会.zip/总工会/116001 第一中心.xlsx（在压缩包内，请先解压）"
    assert files[-1] == "总工会.zip/总工会/里层.zip/116003.xlsx（在压缩包内，请先解压）"
    cells = [row["单元格"] for row in rows(target, "项目明细", formulas=True) if row["单位编码"]]
    assert not any(str(cell).startswith("=") for cell in cells), "a link into an archive would be dead"
    left = sorted(path.name for path in returned.parent.rglob("*"))
    assert left == sorted([*before, "汇总.xlsx", "汇总.记录.jsonl"])


def names(path: Path) -> list[str]:
    return [entry.name for entry in archive_entries(path)]


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


def test_names_that_lead_out_of_the_folder_lead_nowhere(tmp_path):
    made = archive(
        tmp_path / "包.zip", {"../../外.xlsx": b"1", "/根.xlsx": b"2", "C:\\盘.xlsx": b"3", "..\\..\\上.xlsx": b"4"}
    )
    assert sorted(names(made)) == sorted(["外.xlsx", "根.xlsx", "盘.xlsx", "上.xlsx"])
    assert {read_entry(made, entry) for entry in archive_entries(made)} == {b"1", b"2", b"3", b"4"}
    assert [path.name for path in tmp_path.iterdir()] == ["包.zip"]


def test_utf8_names_that_the_archive_does_not_declare(tmp_path):
    data = zipped({"文本.xlsx": b"x"})
    stored = "文本.xlsx".encode()
    plain = bytearray(data)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = plain.find(signature)
        plain[at + flags + 1] &= ~0x08
    assert stored in plain
    path = tmp_path / "包.zip"
    path.write_bytes(plain)
    assert names(path) == ["文本.xlsx"]


def test_a_bomb_is_refused_before_it_goes_off(perfxl, returned):
    archive(returned / "很多.zip", {f"{n}.xlsx": b"" for n in range(5001)})
    huge = archive(returned / "很大.zip", {"一个.xlsx": bytes(31 * 2**20)})
    put(returned / "116001.xlsx", book("116001", "第一中心", ("1", "2")), 1e9)
    nested = archive(returned / "套.zip", {"二.zip": zipped({"三.zip": zipped({"四.xlsx": b"x"})})})
    assert huge.stat().st_size < 2**20
    ran, target = collect(perfxl, returned)
    assert ran.status == 2
    assert "很多.zip：压缩包里的文件过多或过大" in ran.err
    assert "很大.zip/一个.xlsx：压缩包里的文件过大" in ran.err
    assert f"{nested.name}/二.zip/三.zip：压缩包里的压缩包里还有压缩包" in ran.err
    assert amounts(target) == {"116001": 3}
    assert MOST_TOGETHER > 300 * 2**20


def test_a_locked_entry_beside_open_ones(tmp_path):
    both = BytesIO()
    with zipfile.ZipFile(both, "w") as made:
        made.writestr("开.xlsx", b"open")
        made.writestr("锁.xlsx", b"locked")
    data = bytearray(both.getvalue())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rfind(signature) + flags] |= 1
    path = tmp_path / "包.zip"
    path.write_bytes(data)
    reasons = {entry.name: entry.reason for entry in archive_entries(path)}
    assert reasons["开.xlsx"] is None
    assert "密码" in str(reasons["锁.xlsx"])
    path.write_bytes(locked({"锁.xlsx": b"x"}))
    [found] = find_returned(tmp_path, ())
    assert (found.file, "密码" in str(found.reason)) == ("包.zip", True)


def test_what_lies_about_is_passed_over_and_said(returned):
    put(returned / "文本.xlsx", b"x", 1e9)
    put(returned / "文本.备份.xlsx", b"x", 1e9)
    put(returned / "无后缀", b"PK\x03\x04 no archive", 1e9)
    put(returned / "读我.txt", b"x", 1e9)
    put(returned / ".DS_Store", b"x", 1e9)
    put(returned / "意见" / ".perfxl", b"", 1e9)
    put(returned / "意见" / "116001.xlsx", b"x", 1e9)
    (returned / "绕圈").symlink_to(returned)
    found = {one.file: one.passed_over for one in find_returned(returned, ())}
    assert found == {
        "意见": "本程序生成的文件夹",
        "文本.xlsx": None,
        "文本.备份.xlsx": "“文本.xlsx”的写入前的备份",
        "无后缀": None,
        "绕圈": "这是指向别处的链接",
        "读我.txt": "不是工作簿，也不是压缩包",
    }
