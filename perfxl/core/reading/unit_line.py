"""Whose text it is and of which year, as one line says it: `116001 某某局`, `（116001）某某局`, `（2024年度）`.

People write many things above a form. A year, a date, a number of an annex or a place is no unit: two
files of two units would become one by it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from perfxl.core.forms.records import BudgetUnit
from perfxl.core.forms.shipped_forms import TITLE_ENDS
from perfxl.core.grid.text import half_width, label_key, squeezed
from perfxl.core.reading.other_labels import UNIT_CODES, UNIT_NAMES, YEARS, other_label

_LONGEST = 100
# Both ends of what may stand around a year or a code; half-width.
_OPENING, _CLOSING = "([{<【〔《「『", ")]}>】〕》」』"
_BRACKETED = re.compile(r"[(\[{<【〔]\s*(\d{3,12})\s*[)\]}>】〕](.*)", re.DOTALL)
_CODE_FIRST = re.compile(r"(\d{3,12})(?!\d)(.*)", re.DOTALL)
# Of a department and of a unit in it.
_CODE_IN_TWO = re.compile(r"(\d{3})-(\d{3})(?!\d)(.*)", re.DOTALL)
_CODE_LAST = re.compile(r"[(\[【〔]\s*(\d{6})\s*[)\]】〕]\s*$")
_SEPARATORS = " \t\r\n\u3000-—–_:：、,.;/|\\·"
# A number that is part of the name: a telephone number, or one of many of a kind.
_NUMBERED = re.compile(
    r"(?:110|119|120|122|114|12\d{3})(?!\d)|\d{3,5}(?:号|指挥|急救|报警|热线|医院|部队|地质|煤田|勘探|台|站|厂|队|所|团|林场)"
)
_YEAR = r"((?:19|20)\d{2})"
_YEAR_LINE = re.compile(
    rf"{_YEAR}(?:年度?|预算年度)?(?:部门|单位|本级|财政|省级|市级|县级|区级|预算|项目|支出|整体|绩效|目标|申报|编制|文本|表)*"
)
_YEAR_ONLY = re.compile(_YEAR)
_YEAR_BEHIND = re.compile(r"[(（\[【〔]\s{0,3}((?:19|20)\d{2})\s{0,3}年?度?\s{0,3}[)）\]】〕]$")
_BEGINS_WITH_A_YEAR = re.compile(r"(?:19|20)\d{2}(?:年|[-./~—至])")
_CHINESE_YEAR = re.compile(r"[二2][〇零○O0][〇零○O0一二三四五六七八九]{2}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_DATE = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# 表演艺术中心, 共青团委员会 and 第三中学 are units; 表2, 共3页 and 第1页 are not.
_NO_NAME_BEGINS = re.compile(r"附件|附表|附:|注:|说明|编号|填报|填表|样表|样本|[表第共]\d")
# How names of units end. Another text above a form, such as a place, is no unit unless a label or a code says so.
_NAME_ENDS = (
    "局", "委", "委员会", "会", "办", "公室", "所", "院", "校", "站", "队", "心", "镇", "乡",
    "街道", "厅", "处", "馆", "园", "社", "团", "公司", "政府", "级", "机关", "单位", "室", "场",
    "库", "台", "厂", "学", "庭", "妇联", "工商联", "残联", "文联", "科协", "侨联", "记协", "社科联",
    "宣传部", "组织部", "统战部", "武装部", "政法部", "部队", "支部", "党组", "党校", "中学", "小学",
    "幼儿园", "集团", "总部", "大队", "支队", "总站", "段", "宫", "中心组",
)  # fmt: skip
_PLACEHOLDERS = frozenset((
    "无", "略", "同上", "单位", "本单位", "我单位", "盖章", "公章", "单位盖章", "单位公章", "某单位", "单位全称",
))  # fmt: skip
_MONEY = frozenset(("元", "万元", "千元", "百元", "亿元", "人民币元", "人民币万元"))
_UNIT = frozenset(label_key(text) for text in (*UNIT_NAMES, "单位"))
_CODE = frozenset(label_key(text) for text in UNIT_CODES)
_YEARS = frozenset(label_key(text) for text in YEARS)
_WORD = re.compile(r"\S+")
_END_BRACKET = re.compile(r"\([^()]{0,12}\)$")


def parse_unit_line(line: str | None) -> BudgetUnit | None:
    """The unit that a line names: its code, its name or both; None where it names none.

    A code is 3 to 12 digits at the beginning, in brackets or not, or six in brackets at the end. `110指挥中心`
    is a name: of three to five digits that run into it, those of a telephone or of one of a numbered kind.
    """
    if not line or len(line) > _LONGEST:
        return None
    if year_of_line(line) is None:
        # `某某局（2024年度）`: the same unit as without it.
        line = _YEAR_BEHIND.sub("", line.strip()).strip()
    label, value = labelled(line)
    if label is not None:
        return labelled_unit(label, value)
    if year_of_line(line) is not None or _says_a_date(line):
        return None
    found = _with_code(line)
    if found is not None:
        return found
    return BudgetUnit(code=None, name=line.strip()) if _looks_like_a_unit(line) else None


def statements(line: str) -> list[str]:
    """What one cell says one after the other: `编制单位：甲局　　2024年度　　单位：万元` is three statements.

    A label with its colon begins one, a year is one; anything else goes on.
    """
    words = list(_WORD.finditer(line)) if len(line) <= _LONGEST else []
    starts = [0]
    for number, word in enumerate(words[1:], 1):
        before = line[words[starts[-1]].start() : words[number - 1].end()]
        # `填报单位 （盖章）：甲局` and `2024 年度` are written with a blank in them.
        with_next = line[word.start() : words[min(number + 1, len(words) - 1)].end()]
        if _begins_with_label(word[0], with_next) or _years_part(before, word[0], with_next):
            starts.append(number)
    if len(starts) == 1:
        return [line]
    spans = pairwise([*starts, len(words)])
    return [line[words[first].start() : words[following - 1].end()] for first, following in spans]


def _begins_with_label(*texts: str) -> bool:
    return any((":" in text or "：" in text) and labelled(text)[0] is not None for text in texts)


def _years_part(before: str, word: str, with_next: str) -> bool:
    """Whether a year ends before a word, or begins with it."""
    if year_of_line(before) is None:
        begins = any(year_of_line(text) is not None for text in (word, with_next))
        return begins and year_of_line(before + word) is None
    return word not in {"年", "年度"} and _YEAR_LINE.fullmatch(_digits(before + word)) is None


def year_behind(line: str) -> int | None:
    """The year that stands in brackets behind a name: `某某局（2024年度）` → 2024; None without one."""
    found = _YEAR_BEHIND.search(half_width(line).strip()) if len(line) <= _LONGEST else None
    return int(found[1]) if found else None


def labelled_unit(label: str, value: str) -> BudgetUnit | None:
    """The unit that the value of a label (its `label_key`) names; None for other labels and no name."""
    if len(value) > _LONGEST or label not in _UNIT | _CODE or year_of_line(value) is not None:
        return None
    found = None if _says_a_date(value) else _with_code(value)
    if found is not None or label in _CODE:
        return found
    return BudgetUnit(code=None, name=value.strip()) if is_name(value) else None


def labelled_year(label: str, value: str) -> int | None:
    """The year that the value of a label (its `label_key`) says; None for other labels."""
    found = _YEAR_ONLY.match(_digits(value)) if label in _YEARS and len(value) <= _LONGEST else None
    return int(found[1]) if found else None


def labelled(text: str) -> tuple[str | None, str]:
    """`填报单位（盖章）：某某局` → `填报单位` and the value, `""` where it stands in the next cell; else None."""
    if len(text) > _LONGEST:
        return None, text
    plain = text.replace("：", ":").replace("﹕", ":")
    before, colon, after = plain.partition(":")
    key = label_key(_END_BRACKET.sub("", squeezed(before)))
    known = key if key in _UNIT else other_label(before)
    if known is None or (not colon and key == label_key("单位")):
        return None, text
    return known, after.strip()


def year_of_line(text: str) -> int | None:
    """`（2024年度）`, `预算年度:2025`, `2024年度部门预算` → the year; None for a line that says more or no year."""
    if len(text) > _LONGEST:
        return None
    plain = _digits(text)
    label, value = labelled(plain)
    if label in _YEARS and value:
        return labelled_year(str(label), value)
    for year in YEARS:
        plain = plain.removeprefix(year) if plain[len(year) :].isdecimal() else plain
    found = _YEAR_LINE.fullmatch(plain)
    return int(found[1]) if found else None


def is_name(text: str | None) -> bool:
    """Whether a text that stands where a unit's name belongs may be one: no year, date, placeholder or figure."""
    if not text or len(text) > _LONGEST or year_of_line(text) is not None or _says_a_date(text):
        return False
    key = label_key(text)
    return not (key.isdecimal() or key in _PLACEHOLDERS | _MONEY or not key or other_label(text))


def no_unit(text: str) -> bool:
    """Whether a text above a form surely names no unit: a year, a date, another field, a title, an annex."""
    if len(text) > _LONGEST or year_of_line(text) is not None or _says_a_date(text):
        return True
    plain = squeezed(text)
    label, value = labelled(text)
    if label is not None:
        return label not in _UNIT | _CODE or not value
    begins = _NO_NAME_BEGINS.match(plain.strip(_OPENING + _CLOSING))
    return begins is not None or plain.endswith(TITLE_ENDS) or ":" in plain or not label_key(plain)


def _with_code(text: str) -> BudgetUnit | None:
    plain = half_width(text).strip()
    parts = _CODE_IN_TWO.fullmatch(plain)
    if parts is not None:
        name = parts[3].strip(_SEPARATORS)
        return BudgetUnit(code=parts[1] + parts[2], name=name if is_name(name) else None)
    found = _BRACKETED.fullmatch(plain)
    if found is None and not _NUMBERED.match(plain):
        found = _CODE_FIRST.fullmatch(plain)
    if found is not None:
        rest = found[2].strip(_SEPARATORS)
        label, value = labelled(rest)
        name = value if label in _UNIT else rest
        # The name as typed: half-width was only for finding the code.
        at = text.rfind(name) if name else -1
        tail = text.strip()[-len(name) :] if name and at < 0 else name
        return BudgetUnit(code=found[1], name=tail if is_name(tail) else None)
    last = _CODE_LAST.search(plain)
    if last is not None and is_name(plain[: last.start()]):
        return BudgetUnit(code=last[1], name=text.strip()[: last.start()].strip(_SEPARATORS))
    return None


def _looks_like_a_unit(text: str) -> bool:
    return is_name(text) and not no_unit(text) and _END_BRACKET.sub("", squeezed(text)).endswith(_NAME_ENDS)


def _says_a_date(text: str) -> bool:
    plain = _digits(text)
    return bool(_BEGINS_WITH_A_YEAR.match(plain) or _DATE.fullmatch(plain))


def _digits(text: str) -> str:
    """Half-width, without blanks and brackets around it, Chinese digits of a year as digits."""
    plain = squeezed(text).strip(_OPENING + _CLOSING)
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), plain)
