"""Workbooks dragged onto `校验.cmd`: checked, the findings shown, and put into a copy beside each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from perfxl.app import tasks
from perfxl.app.exit_status import COULD_NOT_RUN
from perfxl.app.say import say_lines, show
from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.io.files.paths import free_name, resolved
from perfxl.io.reports.report_text import render
from perfxl.io.workbooks.write_files import WRITABLE

_COPY = re.compile(rf"-{FINDINGS}\d*")
HOW_TO = (
    "用法：在 Excel 或 WPS 里保存并关闭工作簿，再把文件拖到“校验.cmd”上，松开鼠标。\n"
    "可以一次拖几个文件，也可以拖一个文件夹。"
    "原文件不会改动；带标记的结果另存为“原名-校验结果.xlsx”。"
)


def run(names: Iterable[str]) -> int:
    """Check what was dropped, say what was found, and give the exit status of `check`.

    Each workbook gets a copy with the findings and the coloured cells; it is never changed itself, unless
    it is such a copy. The workbooks of a dropped folder are only listed: an officer's folder of returned
    files stays as it is.
    """
    given = [Path(name) for name in names]
    if not given:
        say_lines(HOW_TO.split("\n"))
        return COULD_NOT_RUN
    wanted = tasks.find(str(path) for path in given)
    dropped = {resolved(path) for path in given}

    def target_of(path: Path) -> Path | None:
        return _copy(path) if resolved(path) in dropped and path.suffix.lower() in WRITABLE else None

    batch = tasks.without_own(tasks.check(wanted.files, target_of=target_of), wanted)
    checked = [*wanted.missing, *batch.checked]
    show(render(checked, colour=True) + "\n")
    say_lines((*batch.problems, *batch.notices))
    say_lines(f"有问题的单元格已标出，问题清单在“{FINDINGS}”表：{copy}" for copy in batch.written)
    return max([*(one.exit_status for one in checked), COULD_NOT_RUN if batch.problems else 0])


def _copy(path: Path) -> Path:
    """Where the findings go: the first free name, so that no earlier copy, with what was written there, is lost.

    A copy that was mended and dropped again is checked in its place: its explanations stay.
    """
    return path if _COPY.search(path.stem[-len(FINDINGS) - 4 :]) else free_name(path, f"-{FINDINGS}")
