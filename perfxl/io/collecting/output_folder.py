"""What collecting writes anew each time, and what somebody changed in it since: that stays, under another name.

Officers write into the summary, and mend an opinion before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import paths
from perfxl.io.files.set_aside import aside_for, digest_of
from perfxl.io.workbooks.find_files import MARKER

_WHY = "本文件夹由 perfxl 生成，汇总时略过。以下是各文件写出时的校验码：后来改动过的文件，再次写出时保留原件。"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


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
