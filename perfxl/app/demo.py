"""The sample, end to end, in a folder: what a person sees first."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from perfxl.app import tasks
from perfxl.app.make_examples import BY_HAND, FILLED_IN, MENDED, write_examples
from perfxl.core.forms.sheet_names import FINDINGS, SUMMARY
from perfxl.io.files import paths
from perfxl.io.files.atomic import replace_file
from perfxl.io.files.set_aside import aside_for, told_aside
from perfxl.io.files.temporary import scratch_folder
from perfxl.io.reports.report_text import headline

CHECKED = "承德总工会2023-校验结果.xlsx"


def run(folder: Path) -> list[str]:
    """Make the sample workbooks in a folder, check, total and summarise them; gives what to say, as lines.

    What somebody changed in the workbooks of an earlier run stays, under another name.
    """
    with scratch_folder() as scratch:
        lines = _made(scratch, folder)
        return [*lines, *_put_in_place(sorted(scratch.iterdir()), folder)]


def _made(scratch: Path, folder: Path) -> list[str]:
    """Everything in a private folder; gives what to say of it once it is in the folder."""
    made = {path.name: path for path in write_examples(scratch)}
    checked = scratch / CHECKED
    tasks.save(checked, made[FILLED_IN].read_bytes())
    totals = tasks.fill(checked, checked).listed
    figures = tasks.summarise(checked, checked).figures
    batch = tasks.check([checked, made[BY_HAND], made[MENDED]])
    written = tasks.check([checked], target_of=lambda path: path)
    lines = [f"示例：公开的真实文本，放在 {folder}", ""]
    for one in batch.checked:
        lines += [Path(one.path).name, f"  {headline(one.findings)}"]
    filled = f"填充了 {len(totals)} 个合计。" if totals else "合计都已是最新。"
    lines += ["", filled, *figures, ""]
    lines += (f"问题清单在 {folder / path.name} 的“{FINDINGS}”表，汇总在“{SUMMARY}”表。" for path in written.written)
    lines += written.problems
    lines.append(f"怎样写才没有问题，看 {folder / MENDED}（其中的人数、日期等为示范虚构）。")
    return lines


def _put_in_place(made: list[Path], folder: Path) -> list[str]:
    """Gives a sentence for each file that was kept under another name."""
    paths.make_folder(folder)
    notices = []
    for path in made:
        data, target = path.read_bytes(), folder / path.name
        aside = aside_for(target, sha256(data).hexdigest())
        with tasks.named(target):
            replace_file(target, data, aside=aside)
        if aside is not None:
            notices.append(told_aside(target, aside))
    return notices
