"""Which files a person means by files, folders and patterns: one walk of a folder for all commands."""

from __future__ import annotations

import glob
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files.paths import exists, is_folder, is_link, reason, resolved
from perfxl.io.workbooks.read_files import READABLE

# In a folder that this program filled: what is in it came from here, not from the units.
MARKER = ".perfxl"
BACKUP_OF, COPY_OF = "写入前的备份", "校验副本"
# What a workbook is called as it was before it was written: `文本.备份.xlsx`.
BACKUP = ".备份"

_STARS = re.compile(r"\*{2,}")
_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx"}
_KINDS = "、".join(READABLE)
_BACKUP = re.compile(rf"{re.escape(BACKUP)}$")
# What 校验.cmd puts beside a workbook.
_COPY = re.compile(rf"-{FINDINGS}[0-9]*$")


@dataclass(frozen=True, slots=True)
class Lying:
    """Something that lies in a folder. passed_over: why nobody means it. closed: why it is a folder that does
    not open.
    """

    path: Path
    passed_over: str | None = None
    closed: str | None = None


def walk(top: Path, own: Collection[Path] = ()) -> Iterator[Lying]:
    """Every file in a folder, at any depth, in the order of names, and what is passed over there.

    Lock files, hidden files and those of the system are left out without a word. Links to folders are not
    followed. own: files and folders that were given for something else, as `paths.resolved` has them. A
    folder that perfxl filled is passed over as a whole.
    """
    real_top = resolved(top)
    # Depth first; not by recursion: folders may be nested deeper than calls may be.
    begun = [_in(top)]
    while begun:
        for one in begun[-1]:
            path = one.path
            if one.closed is not None:
                yield one
            elif own and _real(path, top, real_top) in own:
                yield Lying(path, "汇总时指定的文件或文件夹")
            elif not is_folder(path):
                yield one
            elif path.is_symlink():
                yield Lying(path, "这是指向别处的链接")
            elif exists(path / MARKER):
                yield Lying(path, "本程序生成的文件夹")
            else:
                begun.append(_in(path))
                break
        else:
            begun.pop()


def made_from(path: Path) -> tuple[str, str] | None:
    """Which file beside it a file was made from by perfxl, and what it is: `文本.备份.xlsx` is the
    写入前的备份 of `文本.xlsx`, `文本-校验结果.xlsx` its 校验副本. None for all others.
    """
    for ending, what in ((_BACKUP, BACKUP_OF), (_COPY, COPY_OF)):
        original = f"{ending.sub('', path.stem)}{path.suffix}"
        if original not in (path.name, path.suffix) and exists(path.with_name(original)):
            return original, what
    return None


def find_workbooks(given: str) -> tuple[list[Path], list[Lying]]:
    """The workbooks that one argument names, in a stable order, and what else lies there: what is passed
    over, and the folders that may not be opened.

    A file is taken as it is, whatever its name. A folder gives the workbooks in it, at any depth. A pattern
    (`*.xlsx`) is expanded here because the Windows shell does not. PerfxlError, without the name, when
    nothing is found.
    """
    path = Path(given)
    if is_folder(path):
        found = list(_workbooks(walk(path)))
        if not found:
            raise PerfxlError(f"文件夹中没有工作簿（{_KINDS}）。")
    # A link that leads nowhere is there too: reading it says so.
    elif exists(path) or is_link(path):
        return [path], []
    # A name that really contains brackets was found above; only then is it a pattern.
    elif glob.has_magic(given):
        found = list(_workbooks(_of_pattern(given)))
        if not found:
            raise PerfxlError(f"没有符合这个名称的工作簿（{_KINDS}）。")
    else:
        raise PerfxlError("找不到文件。请检查文件名和所在文件夹是否正确。")
    meant = [one.path for one in found if one.passed_over is None and one.closed is None]
    return meant, [one for one in found if one.passed_over is not None or one.closed is not None]


def _workbooks(lying: Iterable[Lying]) -> Iterator[Lying]:
    """What of it is a workbook, or a folder that is passed over or cannot be opened."""
    for one in lying:
        if one.closed is not None or one.passed_over is not None:
            yield one
        elif one.path.suffix.lower() in READABLE:
            made = made_from(one.path)
            yield one if made is None else Lying(one.path, f"“{made[0]}”的{made[1]}")


def _of_pattern(pattern: str) -> Iterator[Lying]:
    for path in _matches(pattern):
        if is_folder(path):
            yield from walk(path)
        elif not is_hidden(path.name):
            yield Lying(path)


def _in(folder: Path) -> Iterator[Lying]:
    """What lies in a folder, in the order of names; the folder itself where it may not be opened."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as fault:
        return iter([Lying(folder, closed=reason(fault))])
    return iter([Lying(folder / name) for name in names if not is_hidden(name)])


def is_hidden(name: str) -> bool:
    """Whether nobody means a file or folder of that name: lock files, hidden ones, those of the system."""
    return name.startswith(("~$", ".~", ".")) or name.casefold() in _SYSTEM


def _real(path: Path, top: Path, real_top: Path) -> Path:
    """As `resolved`, which looks at every folder of a path anew: none below the top is a link here."""
    return resolved(path) if is_link(path) else real_top / path.relative_to(top)


def _matches(pattern: str) -> list[Path]:
    path = Path(pattern)
    if "**" not in path.parts:
        return [Path(name) for name in sorted(glob.glob(pattern))]  # noqa: PTH207 (Path.glob knows no absolute ones)
    # `glob` follows links for `**`: two of them in a circle are 2^40 paths.
    parts = [part if part == "**" else _STARS.sub("*", part) for part in path.parts]
    anchored = parts[1:] if path.anchor else parts
    try:
        return sorted(Path(path.anchor).glob(str(Path(*anchored))))
    except RecursionError:
        raise PerfxlError("文件夹嵌套过深，不能用“**”查找。请直接写文件夹的名称。") from None
