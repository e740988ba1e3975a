"""Which workbooks a person means by files, folders and patterns."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Collection
from pathlib import Path

from perfxl.core.errors import PerfxlError
from perfxl.core.layout import FINDINGS
from perfxl.io.paths import exists, is_folder, is_link
from perfxl.io.read_files import READABLE

# What a workbook is called as it was before it was written: `文本.备份.xlsx`.
BACKUP = ".备份"

_KINDS = "、".join(READABLE)
_BACKUP = re.compile(rf"{re.escape(BACKUP)}$")
# What 校验.cmd puts beside a workbook.
_COPY = re.compile(rf"-{FINDINGS}[0-9]*$")


def find_workbooks(given: str) -> list[Path]:
    """The workbooks that one argument names, in a stable order.

    A file is taken as it is, whatever its name. A folder gives the workbooks in it, at any depth, and the
    folders in it that may not be opened: reading them says why. A pattern (`*.xlsx`) is expanded here
    because the Windows shell does not. Lock files (`~$…`) and hidden files are passed over, links to
    folders are not followed. PerfxlError, without the name, when nothing is found.
    """
    path = Path(given)
    if is_folder(path):
        found = _of_folder(path)
        if not found:
            raise PerfxlError(f"文件夹中没有工作簿（{_KINDS}）。")
        return found
    # A link that leads nowhere is there too: reading it says so.
    if exists(path) or is_link(path):
        return [path]
    # A name that really contains brackets was found above; only then is it a pattern.
    if glob.has_magic(given):
        return _of_pattern(given)
    raise PerfxlError("找不到文件。请检查文件名和所在文件夹是否正确。")


def _of_folder(folder: Path) -> list[Path]:
    """Not with `rglob`, which leaves out in silence what it may not open."""
    found: list[Path] = []
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        try:
            with os.scandir(at) as entries:
                for entry in entries:
                    path = at / entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif _is_workbook(path):
                        found.append(path)
        except OSError:
            found.append(at)
    return sorted(found)


def _of_pattern(pattern: str) -> list[Path]:
    found: list[Path] = []
    for path in _matches(pattern):
        if is_folder(path):
            found += _of_folder(path)
        elif _is_workbook(path):
            found.append(path)
    if not found:
        raise PerfxlError(f"没有符合这个名称的工作簿（{_KINDS}）。")
    return found


def _matches(pattern: str) -> list[Path]:
    path = Path(pattern)
    if "**" not in path.parts:
        return [Path(name) for name in sorted(glob.glob(pattern))]  # noqa: PTH207 (Path.glob knows no absolute ones)
    # `glob` follows links for `**`: two of them in a circle are 2^40 paths.
    parts = [part if part == "**" else re.sub(r"\*{2,}", "*", part) for part in path.parts]
    anchored = parts[1:] if path.anchor else parts
    try:
        return sorted(Path(path.anchor).glob(str(Path(*anchored))))
    except RecursionError:
        raise PerfxlError("文件夹嵌套过深，不能用“**”查找。请直接写文件夹的名称。") from None


def _is_workbook(path: Path) -> bool:
    hidden = path.name.startswith(("~$", ".~", "."))
    return not hidden and path.suffix.lower() in READABLE and not is_folder(path)


def why_passed_over(path: Path, beside: Collection[Path]) -> str | None:
    """Why nobody means a file that lies among others: it was made from one of them, by perfxl.

    None for all others. beside: the files that were found with it.
    """
    for ending, why in ((_BACKUP, "写入前的备份"), (_COPY, "校验副本")):
        original = f"{ending.sub('', path.stem)}{path.suffix}"
        if original not in (path.name, path.suffix) and path.with_name(original) in beside:
            return f"“{original}”的{why}"
    return None
