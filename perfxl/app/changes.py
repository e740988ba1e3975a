"""What each command and each button of the ribbon changes, as data: files and live workbooks carry it out.

Only composed here, and nothing is read from disk but the frameworks: the core decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from perfxl.core.collecting.own_workbooks import OwnWorkbookError, own_workbook
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.lacking import brief, kinds, sentences
from perfxl.core.forms.own_sheets import name_of_own, own_sheet
from perfxl.core.forms.records import Submission
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.core.forms.shipped_forms import PLAN_DATES, PROJECT_FORM
from perfxl.core.forms.totals import Totals, fill_edits, total, totals
from perfxl.core.grid.cells import Workbook, position, shown
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet
from perfxl.core.grid.differences import edited, sheet_changes
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.wording import money
from perfxl.core.reading.submission import DEFAULT_FRAMEWORK, read
from perfxl.core.rules.answers import with_explanations
from perfxl.core.rules.engine import check as check_submission
from perfxl.io.data.form_files import with_form
from perfxl.io.data.framework_files import with_framework
from perfxl.io.files.limits import deadline


@dataclass(frozen=True)
class Opened:
    """A workbook that was read: its cells, what they say, and the framework they follow."""

    workbook: Workbook
    submission: Submission
    framework: Framework


@dataclass(frozen=True)
class Filled:
    """A total that `fill` changes: where it is, what it is called, what stood and what will stand there."""

    place: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Filling:
    """What `fill` changes. lacking: what the totals lack even then, as sentences; none for complete ones."""

    listed: tuple[Filled, ...]
    change: Change
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summarised:
    """The main figures as lines, which say what they lack, and the change that produces 部门汇总."""

    figures: tuple[str, ...]
    change: Change
    complete: bool


def opened(workbook: Workbook, framework: str | None = None, form: str | None = None) -> Opened:
    """What a workbook's cells say. framework, form: an id or the path of an edited file, None for what the
    workbook says. PerfxlError for an unknown one, OwnWorkbookError for a workbook of perfxl's own.
    """
    frameworks, chosen = with_framework(framework)
    submission = read(workbook, frameworks, chosen, with_form(form))
    if not submission.projects and (kind := own_workbook(workbook)):
        raise OwnWorkbookError(kind)
    known = frameworks.get(submission.framework) or frameworks[DEFAULT_FRAMEWORK]
    return Opened(workbook, submission, known)


def findings(book: Opened) -> tuple[Finding, ...]:
    """All findings of a workbook, with the answers that stand in its 校验结果.

    PerfxlError when checking takes too long (`perfxl.io.files.limits`).
    """
    found = check_submission(book.submission, book.framework, before_each_rule=deadline())
    return with_explanations(found, book.workbook)


def check_change(book: Opened, found: Sequence[Finding]) -> Change:
    """What writing the findings into the workbook changes: 校验结果 and the colours, no cell of the user."""
    from perfxl.core.sheets.findings_sheet import results_change  # A check that writes nothing draws nothing.

    previous = own_sheet(book.workbook, FINDINGS)
    name = name_of_own(book.workbook, FINDINGS)
    return results_change(book.submission, tuple(found), previous, book.framework.settings, name)


def fill_change(book: Opened) -> Filling:
    """The totals that change, for people to read, and the change that fills them in.

    部门汇总 is written anew only where it is there and something in it is not right.
    """
    edits = fill_edits(book.submission)
    after = _read_again(book, edits)
    listed = [_filled(edit, book) for edit in edits]
    lacking = tuple(sentences(totals(after.submission.projects).lacking))
    old_sheet = own_sheet(book.workbook, SUMMARY)
    if old_sheet is None:
        return Filling(tuple(listed), Change(cells=edits), lacking)
    from perfxl.core.sheets.summary import columns_of  # A check draws no summary.

    sheet = _summary_sheet(after)
    headers = [column.header.replace("\n", "") for column in columns_of(after.submission, after.framework)]
    stale = sheet_changes(old_sheet, sheet)
    listed += [Filled(f"{one.sheet}!{one.cell}", headers[position(one.cell)[1] - 1], one.old, one.new) for one in stale]
    return Filling(tuple(listed), Change(cells=edits, sheets=(sheet,) if stale else ()), lacking)


def summary_change(book: Opened) -> Summarised:
    """The main figures of the summary as lines, and the change that produces 部门汇总.

    PerfxlError when the workbook holds no project form.
    """
    if not book.submission.projects:
        raise PerfxlError("没有找到项目绩效目标表，无法汇总。请确认文件是否为绩效文本工作簿。")
    sums = totals(book.submission.projects)
    change = Change(sheets=(_summary_sheet(book),))
    return Summarised(tuple(_main_figures(sums)), change, not sums.lacking)


def _summary_sheet(book: Opened) -> DrawnSheet:
    from perfxl.core.sheets.summary import summary_sheet  # A check draws no summary.

    found = check_submission(book.submission, book.framework)
    return summary_sheet(book.submission, book.framework, found, name_of_own(book.workbook, SUMMARY))


def _main_figures(sums: Totals) -> list[str]:
    periods = "，".join(f"{date} {money(amount)}" for date, amount in zip(PLAN_DATES, sums.period_amounts, strict=True))
    reached = (total(sums.period_amounts[: i + 1]) for i in range(len(PLAN_DATES)))
    shares = [amount / sums.total_budget if sums.total_budget else Decimal(0) for amount in reached]
    progress = "，".join(f"{date} {share:.2%}" for date, share in zip(PLAN_DATES, shares, strict=True))
    sources = f"财政资金 {money(sums.fiscal_funds)}，其他资金 {money(sums.other_funds)}"
    missing = brief(kinds(sums.lacking))
    some = "，不完整" if any("period_amounts" in lack.sums for lack in sums.lacking) else ""
    return [
        f"项目 {sums.projects} 个，预算合计 {money(sums.total_budget)} 万元（{sources}）"
        + (f"，合计不完整：{missing}" if missing else ""),
        *sentences(sums.lacking),
        f"各期支出（万元{some}）：{periods}",
        f"累计进度：{progress}",
    ]


def _read_again(book: Opened, edits: Sequence[CellEdit]) -> Opened:
    if not edits:
        return book
    workbook = edited(book.workbook, edits)
    known = {book.framework.id: book.framework}
    parts = (book.submission.cover, book.submission.department, *book.submission.projects)
    forms = {part.form.id: part.form for part in parts if part is not None}
    return replace(
        book,
        workbook=workbook,
        submission=read(workbook, known, book.framework.id, [*forms.values(), *with_form(None)]),
    )


def _filled(edit: CellEdit, book: Opened) -> Filled:
    sheet = book.workbook.sheet(edit.sheet)
    old = "" if sheet is None else sheet.text(position(edit.cell))
    label = _labels(book.submission).get((edit.sheet, edit.cell), "")
    return Filled(f"{edit.sheet}!{edit.cell}", label, old, shown(edit.value))


def _labels(submission: Submission) -> dict[tuple[str, str], str]:
    """What the totals of a workbook are called, by their cells."""
    labels = {(total.sheet, total.cell): total.label for total in submission.totals}
    for project in submission.projects:
        if "total_budget" in project.cells:
            labels[project.sheet, project.cells["total_budget"]] = PROJECT_FORM.label("total_budget")
    return labels
