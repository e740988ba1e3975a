"""File names that every machine on the way can keep: Windows, Excel, mail, zip, Linux."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.core.grid.safe_names import LONGEST_NAME, department_folder, length, safe_name, unit_file_name

RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"COM{i}" for i in range(10)), *(f"LPT{i}" for i in range(10))}
TEXTS = st.text() | st.text(
    alphabet='<>:"/\\|?*[]#%.~$ \t\n\x00\u200b\u202e\ufeffCONULPT1某单位😀\ufe0fé', max_size=120
)


def keeps(name: str) -> None:
    """What must hold for a name of a file or folder anywhere."""
    assert name
    assert not re.search(r'[<>:"/\\|?*\[\]#%\x00-\x1f\x7f]', name)
    assert not name.startswith((" ", ".", "~$"))
    assert not name.endswith((" ", "."))
    assert ".." not in name
    assert name.partition(".")[0].strip().upper() not in RESERVED
    assert unicodedata.normalize("NFC", name) == name
    assert not any(unicodedata.category(char)[0] == "C" for char in name)
    assert length(name) <= LONGEST_NAME
    assert len(name.encode("utf-8")) <= 240


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("承德高新区总工会本级", "承德高新区总工会本级"),
        ("甲/乙单位", "甲／乙单位"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("CONTENT", "CONTENT"),
        ("../../etc/passwd", "／.／etc／passwd"),
        ("..", "未命名"),
        ("", "未命名"),
        ("单位. . ", "单位"),
        ("第一行\n第二行", "第一行 第二行"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("笑😀脸", "笑脸"),
        ("e\u0301cole", "\u00e9cole"),
        ("~$甲单位", "甲单位"),
        ("[甲]#1 50%", "\uff3b甲\uff3d\uff031 50％"),
        ("𠮷林小学", "𠮷林小学"),
    ],
)
def test_names_by_example(text, name):
    assert safe_name(text) == name


@given(TEXTS)
def test_any_text_becomes_a_name(text):
    name = safe_name(text)
    keeps(name)
    assert safe_name(name) == name


@given(TEXTS, TEXTS)
def test_a_unit_file_keeps_its_code_and_its_year(unit, department):
    name = unit_file_name("116001", unit, 2024)
    keeps(name)
    assert name.startswith("116001 ")
    assert name.endswith(" 2024年绩效文本.xlsx")
    folder = department_folder("116", department)
    keeps(folder)
    assert folder.startswith("116 ")


def test_a_long_name_is_cut_before_the_year():
    name = unit_file_name("116001", "某某市某某区人民政府办公室机关事务服务中心" * 4, 2024)
    assert (
        name
        == f"116001 {'某某市某某区人民政府办公室机关事务服务中心' * 2}某某市某某区人民政府办公室机关事 2024年绩效文本.xlsx"
    )
    assert len(name.encode()) <= 240
