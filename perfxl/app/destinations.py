"""Where `-o` may write: a new file, or an earlier version of the same text; never over somebody's other work."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from perfxl.app import changes
from perfxl.core.collecting.own_workbooks import OwnWorkbookError
from perfxl.core.forms.records import Submission
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import label_key
from perfxl.io.files import paths
from perfxl.io.workbooks.read_files import read_workbook

_LOOKED_AT = 2**16


def refuse_other_text(target: Path, source: Path, submission: Submission) -> None:
    """PerfxlError where something else stands at the target than the source or a version of its text."""
    if not paths.is_file(target) or paths.resolved(target) == paths.resolved(source):
        return
    try:
        there = changes.opened(read_workbook(target)).submission
    except OwnWorkbookError as own:
        raise _in_the_way(f"是{own.kind}") from None
    except PerfxlError:
        raise _in_the_way("不是能读取的绩效文本") from None
    if not _same_text(there, submission):
        raise _in_the_way(f"是另一份文本（{_described(there)}）")


def refuse_other_report(target: Path, files: Iterable[Path]) -> None:
    """PerfxlError where a report would replace one of the files that are checked, or what is no text."""
    if not paths.is_file(target):
        return
    if paths.resolved(target) in {paths.resolved(file) for file in files}:
        raise PerfxlError("这是要校验的文件，没有覆盖。请用 -o 换一个文件名。")
    try:
        with paths.open_regular(target) as stream:
            start = stream.read(_LOOKED_AT)
    except OSError:
        # What cannot be read cannot be written either: writing says why.
        return
    if b"\0" in start:
        raise _in_the_way("不是校验结果")


def _in_the_way(what: str) -> PerfxlError:
    return PerfxlError(f"文件已经存在，{what}，没有覆盖。请用 -o 换一个文件名，或先移走它。")


def _same_text(one: Submission, other: Submission) -> bool:
    """Whether two workbooks are versions of one text: the same unit's of the same year, as far as they say."""
    if one.year is not None and other.year is not None and one.year != other.year:
        return False
    if one.budget_unit is not None and other.budget_unit is not None:
        mine, others = one.budget_unit, other.budget_unit
        if mine.code and others.code:
            return mine.code == others.code
        return label_key(mine.name or "") == label_key(others.name or "")
    return not _projects(one).isdisjoint(_projects(other))


def _projects(submission: Submission) -> set[str]:
    return {project.project_code or label_key(project.project_name or "") for project in submission.projects}


def _described(submission: Submission) -> str:
    unit = submission.budget_unit
    said = (unit.code, unit.name) if unit is not None else (None, None)
    year = f"{submission.year}年" if submission.year is not None else None
    return " ".join(one for one in (*said, year) if one) or "没有写明单位"
