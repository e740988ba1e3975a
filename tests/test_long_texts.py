"""The longest text that a cell takes, of every kind, in every field at once: read, checked and written at once.

What takes long is a pattern or a loop whose work grows faster than the text. The patterns one by one are
in `test_patterns`; here are the ways that a text goes through the program.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from tables import FRAMEWORKS, GOOD, drawn

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.collecting.merged_messages import merged, skeleton
from perfxl.core.collecting.whose_file import Directory, Unit, code_in_name
from perfxl.core.forms.parts import Form
from perfxl.core.forms.records import BudgetUnit
from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.core.forms.shipped_forms import COVER_FORM, DEPARTMENT_FORM, PROJECT_FORM
from perfxl.core.grid.cells import Cell, Position, Sheet, Workbook
from perfxl.core.grid.safe_names import safe_name, unit_file_name
from perfxl.core.last_year.roll_over import roll_over
from perfxl.core.reading.locate import locate
from perfxl.core.reading.submission import read
from perfxl.core.rosters.read_roster import read_roster
from perfxl.core.rosters.roster_form import PROJECT_TABLE, UNIT_TABLE
from perfxl.core.rules.answers import with_explanations
from perfxl.core.rules.engine import check
from perfxl.core.sheets.findings_sheet import results_change
from perfxl.core.sheets.summary import summary_sheet
from perfxl.io.workbooks.read_files import read_package

EXAMPLES = Path(__file__).parents[1] / "examples"

LONGEST = 32_767
# CPU time for a whole submission with a long text in all fields at once; the slowest kind takes 1.2 s.
SECONDS = 2.0
# A shorter text first: where work grows with the cube of the length, the longest one would never end.
SHORTER = 2_048

# One character of every kind, the words that rules and patterns look for, and pairs of them.
PUMPS = (
    *("1", "9", "a", "A", "中", "的", "，", "。", "、", "；", "：", "≥", "≤", "=", "%", "×", "/", "÷", "+", "-"),
    *("(", "（", ")", "[", "《", "》", "〔", "“", "”", '"', "'", ",", ".", "…", "_", "?", "X", "#", "①", "²", "½"),
    *("x \n", "a  ", "\na", "一", "百", "年", "月", "日", "每", "约", "与", "占", "项目", "不低于", "控制在", "及以上"),
    *("1,", "1,111", "a1", "A/", "1.", "1)", "第1", "（）", "《》", "“”", "〔2022〕", "2021年", "2021-", "12月", "1月前"),
    *("好=", "好一般", "好一般差", "好＝一般＝差＝", "每年", "每年一次", "百分之", "1%", "1-2天", "1:2", "1号", "1元", "0万元", "元/人"),
    *("目标内容1", "1.目标内容", "关于", "甲〔2022〕1号", "关于的通知", "占比", "率", "取得了", "请填写", "春节", "116001"),
)  # fmt: skip
# What brings a pattern up to a part that repeats, then that part.
NEAR_MISSES = (
    ("2021", " \n"), ("甲〔2022", " \n"), ("甲〔2022〕第", " \n"), ("每年", "1"), ("每年", "一"), ("百分之", "1"), ("第", "1"),
    ("1.", "…"), ("1.甲", "…·"), ("目标内容", "1"), ("与", "甲"), ("甲占", "的"), ("≥", "1"), ("1:", "1"), ("1.", "1"),
    ("3月", " \n"), ("116001", " \n"), ("单位：", " \n"), ("单位：1", "1"), ("好", "中"), ("GB", "1."), ("1", "0"), ("0.", "0"),
)  # fmt: skip
BOOK = read_package((EXAMPLES / FILLED_IN).read_bytes())
# What is looked at backwards, from what stands at the end.
BACKWARDS = (("约", "5人"), ("控制在", "≥5%"), ("1元", "。"), ("\n", "甲\n乙"))
TEXTS = {
    **{f"{pump!r} again and again": ("", pump, "") for pump in PUMPS},
    **{f"{before!r}, then {pump!r}": (before, pump, "") for before, pump in NEAR_MISSES},
    **{f"{pump!r}, then {end!r}": ("", pump, end) for pump, end in BACKWARDS},
}
UNIT = BudgetUnit(code="116001", name="某单位")


def places(sheet: Sheet, form: Form) -> list[Position]:
    """Every cell that a form is filled in at: its fields, and two rows of its tables."""
    [found] = locate(sheet, form)
    rows = [(table, row) for table in found.tables.values() for row in table.rows[:2]]
    return [*found.values.values(), *(table.at(sheet, row, key) for table, row in rows for key in table.spans)]


FORMS = {BOOK.sheets[0].name: COVER_FORM, "部门整体绩效目标": DEPARTMENT_FORM, BOOK.sheets[4].name: PROJECT_FORM}
PLACES = {name: places(BOOK.sheet(name), form) for name, form in FORMS.items()}


def filled(text: str) -> Workbook:
    """The sample with a text in every field of a form of each kind, in its title and its sheet's name, in a
    contents list, and as the answer to every finding.
    """
    sheets = []
    for sheet in BOOK.sheets:
        cells = {**sheet.cells, **{at: Cell(text) for at in PLACES.get(sheet.name, ())}}
        if FORMS.get(sheet.name) is PROJECT_FORM:
            cells[2, 1], cells[3, 1] = Cell(f"{text}绩效目标表"), Cell(text)
        sheets.append(replace(sheet, cells=cells))
    # A form whose texts are long and whose figures are right: rules compare the two.
    texts = dict.fromkeys(("project_name", "purpose", "objective", "sub_objective", "unit_line"), text)
    rows = tuple(row.model_copy(update={"definition": text}) for row in GOOD.indicators)
    form = drawn(GOOD.model_copy(update={"number": 5, "indicators": rows, **texts}), text)
    contents = {(1, 1): Cell("目录"), (2, 1): Cell("第二部分"), (3, 1): Cell(f"1.{text}"), (4, 1): Cell(text)}
    return Workbook((*sheets, form, Sheet("目录", contents)))


def roster(text: str) -> Workbook:
    """A text in every column of both tables of a roster, and behind the code of a unit."""
    sheets = []
    for name, table in (("单位", UNIT_TABLE), ("项目", PROJECT_TABLE)):
        cells = {}
        for column, one in enumerate(table.columns, 1):
            code = one.key == "unit_code"
            cells[1, column], cells[2, column] = Cell(one.label), Cell(text)
            cells[3, column] = Cell(f"116001{text}" if code else text)
            cells[4, column] = Cell("116002" if code else f"{text} \nx\ny")
        sheets.append(Sheet(name, cells))
    return Workbook(tuple(sheets))


def through_everything(text: str) -> None:
    """A submission read, checked, answered, listed, summed up and carried over; a roster; names of files."""
    book = filled(text)
    submission = read(book, FRAMEWORKS, "hebei-2023")
    framework = FRAMEWORKS[submission.framework]
    findings = check(submission, framework)
    assert findings
    listed = results_change(submission, findings)
    answers = {
        (row, column): Cell(text if column == len(cells) - 3 else cell.value)
        for row, cells in enumerate(listed.sheets[0].rows, 1)
        for column, cell in enumerate(cells, 1)
        if cell is not None
    }
    answered = with_explanations(findings, Workbook((*book.sheets, Sheet(FINDINGS, answers))))
    results_change(submission, answered, Sheet(FINDINGS, answers))
    summary_sheet(submission, framework, findings)
    roll_over(submission, year=2099, framework=framework, unit=UNIT)
    messages = [finding.message for finding in findings]
    assert merged([f"“{text}”没有数字。"] * 2)
    assert all(skeleton(message) for message in messages)
    read_roster(roster(text))
    assert safe_name(text)
    assert unit_file_name("116001", text, 2024)
    Directory([Unit("116001", text[:40])]).in_text(text[:255])
    code_in_name(f"116001{text[:255]}.xlsx")


@pytest.mark.parametrize("kind", TEXTS)
def test_a_long_text_in_every_field_is_read_checked_and_written_at_once(kind):
    before, pump, end = TEXTS[kind]
    for length in (SHORTER, LONGEST):
        text = (before + pump * (length // len(pump)))[: length - len(end)] + end
        start = process_time()
        through_everything(text)
        took = process_time() - start
        if took >= SECONDS:
            # Once more: another program may have disturbed the first time.
            start = process_time()
            through_everything(text)
            took = min(took, process_time() - start)
        assert took < SECONDS, f"{took:.1f} s for {length} characters"
