"""What collecting writes anew each time, and what somebody changed in it since: that stays, under another name.

Officers write into the summary, and mend an opinion before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from perfxl.core.errors import PerfxlError
from perfxl.io import paths
from perfxl.io.find_files import MARKER

_WHY = (
    "本文件夹由 perfxl 生成，汇总时略过。以下是各文件写出时的校验码：后来改动过的文件，再次写出时保留原件。"
)
_CHANGED = ".改动"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file, None where it cannot be read."""
    try:
        with paths.open_regular(path) as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def aside_for(path: Path, written: str | None) -> Path | None:
    """A free name beside a file of this program's that somebody changed since: `汇总.xlsx` → `汇总.改动.xlsx`.

    written: the digest of what was written, None where nobody knows. None where the file is as it was
    written, or is not there.
    """
    path = paths.resolved(path)
    if not paths.exists(path) or digest_of(path) == written:
        return None
    number, aside = 1, path.with_name(f"{path.stem}{_CHANGED}{path.suffix}")
    while paths.exists(aside):
        number += 1
        aside = path.with_name(f"{path.stem}{_CHANGED}{number}{path.suffix}")
    return aside


def told_aside(path: Path, aside: Path) -> str:
    """The sentence for a file that was kept under another name."""
    return f"{path}：原来的文件在上次写出后改动过（或无从核对），改名为“{aside.name}”保留。"


@dataclass
class OutputFolder:
    """A folder of this program's, marked as such. written: digests by name; None where an older version
    wrote it, which remembered none.
    """

    path: Path
    written: dict[str, str] | None = field(default_factory=dict)

    def aside(self, name: str) -> Path | None:
        """Where the file of that name goes before a new one is written, None where it need not stay."""
        path = self.path / name
        return None if self.written is None else aside_for(path, self.written.get(name))

    def remember(self, names: Iterable[str]) -> None:
        """The files of these names have just been written. PerfxlError when that cannot be noted."""
        lines = [f"{digest}  {name}\n" for name in names if (digest := digest_of(self.path / name))]
        try:
            with (self.path / MARKER).open("a", encoding="utf-8", newline="\n") as marker:
                marker.writelines(lines)
        except OSError as fault:
            raise _unusable(self.path, fault) from fault


def refuse_folder(folder: Path) -> None:
    """PerfxlError when there is something in a folder that this program did not put there."""
    try:
        foreign = folder.exists() and not (folder / MARKER).exists() and any(folder.iterdir())
    except OSError as fault:
        raise _unusable(folder, fault) from fault
    if foreign:
        raise PerfxlError(f"文件夹“{folder}”里已有别的文件，没有写入。请换一个文件夹，或先移走其中的文件。")


def prepared(folder: Path) -> OutputFolder:
    """Make a folder for files of this program, or take one that was made before."""
    refuse_folder(folder)
    marker = folder / MARKER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = marker.read_text(encoding="utf-8", errors="replace") if marker.exists() else _WHY
        written = {match[2]: match[1] for line in before.splitlines() if (match := _LINE.fullmatch(line))}
        known = before.startswith(_WHY)
        lines = [_WHY, *(f"{digest}  {name}" for name, digest in written.items())]
        marker.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    except OSError as fault:
        raise _unusable(folder, fault) from fault
    return OutputFolder(folder, written if known else None)


def _unusable(folder: Path, fault: OSError) -> PerfxlError:
    return PerfxlError(f"无法使用文件夹“{folder}”：{paths.reason(fault)}。")
