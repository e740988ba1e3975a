"""One returned file, read and checked in a process of its own; what comes back is small."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

from perfxl.app import tasks
from perfxl.app.changes import Opened
from perfxl.core.collecting.alterations import altered_since_sent
from perfxl.core.collecting.consolidate import claims, indicator_rows, project_rows, unit_lines
from perfxl.core.collecting.unfilled import is_unfilled
from perfxl.core.collecting.which_file_counts import Entry
from perfxl.core.forms.file_identity import Identity, parse_identity
from perfxl.core.forms.project_figures import other_fields
from perfxl.core.forms.records import Submission
from perfxl.core.forms.sheet_names import IDENTITY
from perfxl.core.rosters.read_roster import read_roster
from perfxl.io.collecting.returned_files import Found
from perfxl.io.collecting.saved_when import Content, read_found
from perfxl.io.collecting.store import PackedRows, packed_rows
from perfxl.io.reports.checked import Checked

# A file and its number in the order of the folder; what became of it.
Task: TypeAlias = tuple[int, Found]
Result: TypeAlias = tuple[Entry, PackedRows | None]

_LIST = "花名册或下发清单"
# Which fields a formula may point at: of no matter here, and in no stable order.
_UNORDERED = {"projects": {"__all__": {"plain_numbers"}}}


def collect_one(task: Task, framework: str | None, form: str | None = None) -> Result:
    """What a file says, as its entry and its rows; no rows where it cannot be read or is nobody's.

    The findings are those of `perfxl check`.
    """
    number, found = task
    entry = Entry(
        number, found.file, reason=found.reason, passed_over=found.passed_over, in_archive=found.entry is not None
    )
    if found.reason is not None or found.passed_over is not None:
        return entry, None
    content: list[Content] = []

    def load() -> bytes:
        content.append(read_found(found))
        return content[0].data

    checked, opened = tasks.examined(found.file, _suffix(found), load, framework, form)
    if content:
        dated = content[0]
        entry = replace(entry, sha256=checked.sha256, modified=dated.modified, dated_by=dated.dated_by)
    if checked.own is not None:
        return replace(entry, passed_over=f"本程序的{checked.own}"), None
    if opened is None or checked.submission is None:
        return replace(entry, reason=checked.reason), None
    return _described(entry, checked, opened.book)


def not_collected(task: Task, reason: str) -> Result:
    """The entry of a file whose reading failed or had to be ended."""
    number, found = task
    return Entry(number, found.file, reason=reason, in_archive=found.entry is not None), None


def _suffix(found: Found) -> str:
    _, dot, ending = found.file.rpartition("/")[2].rpartition(".")
    return f"{dot}{ending}"


def _described(entry: Entry, checked: Checked, opened: Opened) -> tuple[Entry, PackedRows | None]:
    submission = opened.submission
    identity = _identity(opened)
    has_form = bool(submission.projects) or submission.template is not None
    if not has_form and read_roster(opened.workbook).units:
        return replace(entry, passed_over=_LIST), None
    rows = packed_rows(
        project_rows(submission, opened.framework, checked.findings),
        indicator_rows(submission),
        checked.findings,
        altered_since_sent(submission, identity),
    )
    described = replace(
        entry,
        content=_content_hash(submission, rows),
        has_form=has_form,
        unfilled=is_unfilled(submission, identity),
        department=submission.department_name,
        year=submission.year,
        framework=submission.framework,
        others=tuple(other_fields(project.form for project in submission.projects).items()),
        claims=claims(submission, identity),
        lines=unit_lines(submission),
    )
    return described, rows


def _identity(opened: Opened) -> Identity | None:
    sheet = opened.workbook.sheet(IDENTITY)
    return None if sheet is None else parse_identity(sheet)


def _content_hash(submission: Submission, rows: PackedRows) -> str:
    """What two files share that say the same and were explained the same, however they were saved."""
    said = submission.model_dump_json(exclude=_UNORDERED).encode("utf-8", errors="surrogatepass")
    return sha256(said + rows.findings).hexdigest()
