"""The sample, end to end, in a folder: what a person sees first."""

from __future__ import annotations

from pathlib import Path

from perfxl.app import tasks
from perfxl.app.examples import BY_HAND, FILLED_IN, MENDED, write_examples
from perfxl.core.layout import FINDINGS, SUMMARY
from perfxl.io.report_text import headline

CHECKED = "承德总工会2023-校验结果.xlsx"


def run(folder: Path) -> list[str]:
    """Make the sample workbooks in a folder, check, total and summarise them; gives what to say, as lines."""
    paths = {path.name: path for path in write_examples(folder)}
    checked = folder / CHECKED
    tasks.save(checked, paths[FILLED_IN].read_bytes())
    totals = tasks.fill(checked, checked).listed
    figures = tasks.summarise(checked, checked).figures
    batch = tasks.check([checked, paths[BY_HAND], paths[MENDED]])
    written = tasks.check([checked], target_of=lambda path: path)
    lines = [f"示例：公开的真实文本，放在 {folder}", ""]
    for one in batch.checked:
        lines += [Path(one.path).name, f"  {headline(one.findings)}"]
    filled = f"填充了 {len(totals)} 个合计。" if totals else "合计都已是最新。"
    lines += ["", filled, *figures, ""]
    lines += [f"问题清单在 {path} 的“{FINDINGS}”表，汇总在“{SUMMARY}”表。" for path in written.written]
    lines += list(written.problems)
    lines.append(f"怎样写才没有问题，看 {paths[MENDED]}（其中的人数、日期等为示范虚构）。")
    return lines
