"""Temporary files and folders that say whose they are, so that the next run finds those of a killed one.

In a folder that several machines share, another one's may be in use: they are left alone for a day.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

_DAY = 24 * 60 * 60
# `.perfxl-` for files, `perfxl-` for folders; the machine, the process, and what tempfile adds.
_NAME = re.compile(r"(\.?)perfxl-([0-9a-f]{8})-([0-9]{1,10})-[a-z0-9_]{8}(?:\.[^.]{0,7})?")
_LONGEST_ENDING = 8


def temporary_file(target: Path) -> tuple[int, Path]:
    """A new file beside a target, open for writing, as `mkstemp`; those that killed runs left there go first."""
    _sweep(target.parent)
    # What is no ending but half a name would make the name too long.
    ending = target.suffix if len(target.suffix) <= _LONGEST_ENDING else ""
    handle, name = tempfile.mkstemp(prefix=f".perfxl-{_owner()}", suffix=ending, dir=target.parent)
    return handle, Path(name)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A private folder that goes with the run; those that killed runs left go first."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"perfxl-{_owner()}", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _owner() -> str:
    return f"{_machine()}-{os.getpid()}-"


@cache
def _machine() -> str:
    """Where process numbers mean the same: this machine, or the container on it."""
    place = socket.gethostname()
    with suppress(OSError):
        place += f" {Path('/proc/self/ns/pid').stat().st_ino}"
    return sha256(place.encode("utf-8", "replace")).hexdigest()[:8]


@cache
def _sweep(folder: Path) -> None:
    """Remove what dead processes left in a folder: once a run, because folders of a county are large."""
    with suppress(OSError), os.scandir(folder) as entries:
        left = [(Path(entry.path), named) for entry in entries if (named := _NAME.fullmatch(entry.name))]
        for path, named in left:
            with suppress(OSError):
                _remove_dead(path, *named.groups())


def _remove_dead(path: Path, hidden: str, machine: str, process: str) -> None:
    about = path.lstat()
    if machine == _machine():
        if _alive(int(process)):
            return
    elif time.time() - _last_used(path) < _DAY:
        return
    if hidden and stat.S_ISREG(about.st_mode):
        path.unlink()
    elif not hidden and stat.S_ISDIR(about.st_mode):
        shutil.rmtree(path, ignore_errors=True)


def _last_used(path: Path) -> float:
    """When it was written to, or anything in it."""
    times = [path.lstat().st_mtime]
    if path.is_dir():
        times += [one.lstat().st_mtime for one in path.iterdir()]
    return max(times)


if sys.platform == "win32":

    def _alive(process: int) -> bool:
        """Whether a process of this number runs on this machine."""
        import ctypes

        # There `os.kill` would end it. PROCESS_QUERY_LIMITED_INFORMATION and SYNCHRONIZE; where even that is
        # not allowed it runs, and ERROR_INVALID_PARAMETER says that there is none of this number.
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(0x101000, False, process)
        if not handle:
            return ctypes.get_last_error() != 87
        ended = kernel.WaitForSingleObject(handle, 0) == 0
        kernel.CloseHandle(handle)
        return not ended

else:

    def _alive(process: int) -> bool:
        """Whether a process of this number runs on this machine."""
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:
            # Somebody else's.
            return True
        return True
