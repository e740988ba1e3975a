"""Rounds: what has changed since the last collection, told by words and not by addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from grids import insert_rows, put
from places import AT, cell
from returned import returned_projects
from tables import workbook_of

from perfxl.app.changes import findings, opened
from perfxl.core.collecting.compare_rounds import MOST_ROUNDS, compare, kept, last_before, round_of, since_last
from perfxl.core.collecting.round import Since
from perfxl.core.collecting.round_changes_in_words import headline, lines, row_count, rows
from perfxl.core.collecting.unit_return import UnitReturn
from perfxl.core.forms.findings import Severity
from perfxl.core.grid.cells import Workbook, position
from perfxl.io.collecting.rounds_file import read_record, record_of, write_record

MONDAY = datetime(2024, 11, 18, 9, 0)  # noqa: DTZ001
NEXT_MONDAY = MONDAY + timedelta(days=7)

# Cell → what stands there in a form that is good otherwise.
NO_NUMBER = {cell(1, "target"): "较多"}
ONE_CENT = {AT["total_budget"]: 10.01}


def text(*forms: Mapping[str, object]) -> Workbook:
    """A workbook with one form for each of these, a good one for none."""
    forms = forms or ({},)
    sheets = list(workbook_of(*(f"| 项目{number} |" for number, _ in enumerate(forms, 1))).sheets)
    for number, form in enumerate(forms):
        for at, value in form.items():
            sheets[number] = put(sheets[number], position(at), value)
    return Workbook(tuple(sheets))


def returned(workbook: Workbook, *, code="116001", name="某某局", file="某某局.xlsx") -> UnitReturn:
    """A unit's return with what checking it finds; its hash is of its cells."""
    book = opened(workbook)
    return UnitReturn(
        code=code,
        name=name,
        department="某某局",
        year=2024,
        file=file,
        sha256=sha256(str(workbook).encode()).hexdigest(),
        returned=None,
        projects=returned_projects(book.submission),
        findings=findings(book),
    )


def change(before: Workbook, after: Workbook):
    """What happened to one unit between two Mondays."""
    old = round_of([returned(before)], time=MONDAY)
    [one] = compare(old, round_of([returned(after)], time=NEXT_MONDAY))
    return one


def told(found) -> list[tuple[str, str | None]]:
    return [(one.rule, one.project) for one in found]


def moved_down(workbook: Workbook, by: int = 5) -> Workbook:
    """The same forms under another sheet name, five rows further down."""
    sheets = enumerate(workbook.sheets, 1)
    return Workbook(tuple(replace(insert_rows(sheet, 1, by), name=f"表{number}") for number, sheet in sheets))


# ----------------------------------------------------------------------------------- the comparison


def test_a_mended_fault_is_told_as_mended():
    found = change(text(NO_NUMBER), text())
    assert found.kind == "again"
    assert "VAL03" in [rule for rule, _ in told(found.mended)]
    assert found.appeared == ()
    assert found.warnings[1] == 0 < found.warnings[0]


def test_a_new_fault_is_told_as_new_and_its_amount_with_it():
    found = change(text(), text(ONE_CENT))
    [project] = returned(text()).projects
    assert ("AMT02", f"1.{project.project_name}") in told(found.appeared)
    assert found.mended == ()
    [amount] = found.amounts
    assert (amount.label, amount.old, amount.new) == ("预算数", project.total_budget, Decimal("10.01"))


def test_inserted_rows_and_renamed_sheets_are_no_change():
    found = change(text(NO_NUMBER), moved_down(text(NO_NUMBER)))
    assert found.kind == "again"
    assert (found.mended, found.appeared, found.amounts) == ((), (), ())


def test_projects_that_change_places_stay_themselves():
    first = text({}, NO_NUMBER)
    turned = Workbook(tuple(reversed(first.sheets)))
    found = change(first, turned)
    assert (found.mended, found.appeared, found.amounts) == ((), (), ())


def test_a_project_with_another_code_is_known_by_its_name():
    """The code was mended: the amounts of the project did not change."""
    found = change(text({AT["project_code"]: "13081123P00022210002"}), text())
    assert [rule for rule, _ in told(found.mended)] == ["IDN02"]
    assert (found.appeared, found.amounts) == ((), ())


def test_a_project_that_is_left_out_or_added_is_told_with_its_amount():
    one, two = text(), text({}, {})
    [fewer], [more] = change(two, one).amounts, change(one, two).amounts
    assert (fewer.label, fewer.new) == ("项目减少", None)
    assert (more.label, more.old, more.new) == ("项目增加", None, fewer.old)


def test_a_warning_that_was_explained_is_no_longer_open():
    plain = returned(text(NO_NUMBER))
    said = tuple(
        f.model_copy(update={"answered": True}) if f.severity is Severity.WARNING else f for f in plain.findings
    )
    answered = replace(plain, findings=said)
    [found] = compare(round_of([plain], time=MONDAY), round_of([answered], time=NEXT_MONDAY))
    assert found.kind == "same"
    assert found.warnings == (sum(f.severity is Severity.WARNING for f in plain.findings), 0)


def test_every_kind_of_unit_is_told():
    good, faulty = text(), text(NO_NUMBER)
    old = round_of(
        [
            returned(faulty, code="116001", name="甲局"),
            returned(good, code="116002", name="乙局"),
            returned(good, code="116004", name="丁局"),
        ],
        time=MONDAY,
    )
    new = round_of(
        [
            returned(good, code="116001", name="甲局"),
            returned(good, code="116002", name="乙局", file="子文件夹/乙局.xlsx"),
            returned(faulty, code="116003", name="丙局"),
        ],
        time=NEXT_MONDAY,
    )
    changes = list(compare(old, new))
    assert [(c.name, c.kind) for c in changes] == [
        ("甲局", "again"),
        ("乙局", "same"),
        ("丙局", "new"),
        ("丁局", "gone"),
    ]
    mended = len(changes[0].mended)
    assert lines(Since(MONDAY, changes)) == [
        "与上次（2024-11-18 09:00）相比：",
        "新报送 1 个单位：",
        "  116003 丙局",
        "重新报送 1 个单位：",
        f"  116001 甲局：改正 {mended} 个；警告 {mended} → 0",
        "上次有文件、这次没有 1 个单位：",
        "  116004 丁局",
        f"共改正 {mended} 个问题，新出现 0 个。",
    ]
    assert headline(Since(MONDAY, changes)) == (
        "与上次（2024-11-18 09:00）相比：新报送 1 个单位，重新报送 1 个单位，不再有文件 1 个单位，"
        f"改正 {mended} 个问题。"
    )
    table = list(rows(changes))
    assert row_count(changes) == len(table) == 3 + mended
    assert [(row.unit.name, row.kind, row.before, row.now) for row in table if row.rule is None] == [
        ("甲局", "重新报送", f"错误 0，警告 {mended}", "错误 0，警告 0"),
        ("丙局", "新报送", "未报送", f"错误 0，警告 {mended}"),
        ("丁局", "不再有文件", "错误 0，警告 0", "没有文件"),
    ]
    assert (table[1].rule, table[1].before, table[1].now) == ("VAL03", "警告", "已改正")
    assert table[1].what == "指标值（要求：数量指标的指标值有数字）"


def test_nothing_changed_is_one_sentence():
    old = round_of([returned(text())], time=MONDAY)
    since = Since(MONDAY, tuple(compare(old, old)))
    assert lines(since) == ["与上次（2024-11-18 09:00）相比没有变化。"] == [headline(since)]
    assert (list(rows(since.changes)), row_count(since.changes)) == ([], 0)


def test_the_same_files_again_say_so_and_still_tell_the_change_before():
    first, second, third = a_round(0, text(NO_NUMBER)), a_round(7), a_round(8)
    assert since_last((), first) is None
    assert since_last((first,), first) == Since(first.time, tuple(compare(first, first)))
    assert since_last((first, second), third) == Since(first.time, tuple(compare(first, third)), same_as=second.time)
    said = lines(since_last((first, second), third))
    assert said[0] == "与上次（2024-11-25 09:00）相比没有变化。与更早一次（2024-11-18 09:00）相比："
    assert said[1] == "重新报送 1 个单位："


def test_the_same_file_with_another_result_is_told():
    """Other rules or another roster: the file is the same, what is found is not."""
    one = returned(text(NO_NUMBER))
    judged = replace(one, findings=())
    earlier = a_round(0)
    last, now = round_of([one], time=MONDAY + timedelta(days=1)), round_of([judged], time=NEXT_MONDAY)
    since = since_last((earlier, last), now)
    assert (since.time, since.same_as) == (last.time, None)
    assert lines(since)[1] == "文件没有变、结果有变 1 个单位："
    assert [row.kind for row in rows(since.changes)] == ["结果有变", *["已改正"] * len(last.units[0].findings)]


def test_amounts_are_told_with_their_difference():
    old = round_of([returned(text())], time=MONDAY)
    new = round_of([returned(text(ONE_CENT))], time=NEXT_MONDAY)
    [project] = old.units[0].projects
    difference = Decimal("10.01") - project.total_budget
    sign = "＋" if difference > 0 else "－"
    said = lines(Since(MONDAY, tuple(compare(old, new))))
    assert said[-2:] == [
        "金额有变化的 1 处：",
        f"  116001 某某局　1.{project.project_name} 预算数 {project.total_budget:,.2f} → 10.01（{sign}{abs(difference):,.2f}）万元",
    ]


def test_a_long_list_names_twenty_and_counts_the_rest():
    units = [returned(text(), code=f"116{i:03d}", name=f"第{i}局") for i in range(1, 31)]
    old = round_of([], time=MONDAY)
    said = lines(Since(MONDAY, tuple(compare(old, round_of(units, time=NEXT_MONDAY)))))
    assert said[1] == "新报送 30 个单位："
    assert len(said) == 23
    assert said[-1] == "  ……共 30 个单位，其余见“与上次相比”表。"


# ----------------------------------------------------------------------------------------- the file


def a_round(day: int, workbook: Workbook | None = None):
    return round_of([returned(workbook or text())], time=MONDAY + timedelta(days=day))


def test_the_record_stands_beside_the_summary_and_comes_back_whole(tmp_path):
    summary = tmp_path / "汇总.xlsx"
    new = a_round(0, text(ONE_CENT))
    assert read_record(summary).rounds == ()
    assert write_record(read_record(summary), new) == (new,)
    assert record_of(summary) == tmp_path / "汇总.记录.jsonl"
    assert read_record(summary).rounds == (new,)
    kept_text = record_of(summary).read_text(encoding="utf-8")
    assert "某某局" in kept_text
    assert '"10.01"' in kept_text


def test_collecting_the_same_files_once_more_does_not_lose_last_weeks_comparison(tmp_path):
    summary = tmp_path / "汇总.xlsx"
    last_week, now = a_round(0, text(NO_NUMBER)), a_round(7)
    write_record(read_record(summary), last_week)
    write_record(read_record(summary), now)
    again = a_round(8)
    assert last_before(read_record(summary).rounds, again) == last_week
    assert write_record(read_record(summary), again) == (last_week, again)


def test_only_the_last_rounds_are_kept():
    rounds = ()
    made = []
    for week in range(10):
        made.append(a_round(7 * week, text({AT["total_budget"]: week + 1})))
        rounds = kept(rounds, made[-1])
    assert rounds == tuple(made[-MOST_ROUNDS:])
    assert last_before(rounds, made[-1]) == made[-2]
    assert last_before((), made[0]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": "1"}',
        '{"version": true, "rounds": []}',
        '{"version": 1}\n{"time": "yesterday", "units": 0}',
        '{"version": 1}\n{"time": "2024-11-18T09:00:00", "units": -1}',
        '{"version": 1}\n{"time": "2024-11-18T09:00:00", "units": 1}',
        '{"version": 1}\n{"time": "2024-11-18T09:00:00", "units": 1}\n{"code": "116001"}',
        '{"version": 1}\n\n',
        "[" * 100_000,
        b"\xff\xfe\x00".decode("latin-1"),
    ],
)
def test_a_damaged_record_is_told_put_aside_and_does_not_stop_the_collection(tmp_path, text):
    summary = tmp_path / "汇总.xlsx"
    record_of(summary).write_text(text, encoding="latin-1")
    record = read_record(summary)
    assert record.rounds == ()
    assert record.problem == (
        "记录“汇总.记录.jsonl”已损坏，本次不与上次比较。它改名为“汇总.记录.损坏.jsonl”保留，从本次起重新记录。"
    )
    new = a_round(0)
    assert write_record(record, new) == (new,)
    assert read_record(summary).rounds == (new,)
    assert (tmp_path / "汇总.记录.损坏.jsonl").read_text(encoding="latin-1") == text


def test_a_second_damaged_record_does_not_replace_the_first(tmp_path):
    summary = tmp_path / "汇总.xlsx"
    for text in ("一", "二"):
        record_of(summary).write_text(text, encoding="utf-8")
        write_record(read_record(summary), a_round(0))
    assert (tmp_path / "汇总.记录.损坏.jsonl").read_text(encoding="utf-8") == "一"
    assert (tmp_path / "汇总.记录.损坏2.jsonl").read_text(encoding="utf-8") == "二"


def test_a_record_of_a_later_version_is_left_alone(tmp_path):
    summary = tmp_path / "汇总.xlsx"
    text = json.dumps({"version": 2, "rounds": "another shape"})
    record_of(summary).write_text(text, encoding="utf-8")
    record = read_record(summary)
    assert record.problem == (
        "记录“汇总.记录.jsonl”由更新版本的程序写成，本次不比较，也不改动它。请升级程序，或换一个汇总文件名。"
    )
    assert write_record(record, a_round(0)) == ()
    assert record_of(summary).read_text(encoding="utf-8") == text


def test_what_a_later_edition_adds_to_the_same_version_is_passed_over(tmp_path):
    summary = tmp_path / "汇总.xlsx"
    new = a_round(0)
    write_record(read_record(summary), new)
    changed = [json.loads(line) | {"mood": "good"} for line in record_of(summary).read_text("utf-8").splitlines()]
    assert len(changed) == 3
    record_of(summary).write_text("\n".join(map(json.dumps, changed)), encoding="utf-8")
    assert read_record(summary).rounds == (new,)


def test_a_record_of_three_hundred_units_stays_small(tmp_path):
    """Sixty-eight findings and four projects each, as the sample has."""
    one = returned(text(*[NO_NUMBER] * 4))
    units = [replace(one, code=f"{i:06d}", findings=(one.findings * 40)[:46]) for i in range(300)]
    many = round_of(units, time=MONDAY)
    summary = tmp_path / "汇总.xlsx"
    write_record(read_record(summary), many)
    assert record_of(summary).stat().st_size < 3 * 2**20


def test_what_is_not_known_stays_unknown(tmp_path):
    """A unit without code and name, a finding about the text as a whole, a blank amount."""
    summary = tmp_path / "汇总.xlsx"
    one = returned(text({AT["total_budget"]: None, AT["fiscal_funds"]: None}), code=None, name=None)
    whole = tuple(f.model_copy(update={"project": None, "sheet": None, "label": None}) for f in one.findings)
    new = round_of([replace(one, findings=whole)], time=MONDAY)
    write_record(read_record(summary), new)
    assert read_record(summary).rounds == (new,)
    [unit] = new.units
    assert (unit.code, unit.name, unit.key) == (None, None, "某某局.xlsx")
    assert unit.projects[0].total_budget is None
    assert {finding.project for finding in unit.findings} == {None}


def test_a_file_name_that_is_no_text_is_kept_as_well_as_can_be(tmp_path):
    summary = tmp_path / "汇总.xlsx"
    new = round_of([returned(text(), file="\udcb2\udce2.xlsx")], time=MONDAY)
    write_record(read_record(summary), new)
    assert read_record(summary).rounds == (new,)
    assert new.units[0].file == "??.xlsx"


def test_an_empty_cell_is_no_amount_and_zero_is_none_either():
    """A blank 其他资金 that becomes 0 is no change of an amount."""
    assert change(text(), text({AT["other_funds"]: 0})).amounts == ()
