"""A computer, as far as the add-in is concerned: its environment, registry, files and programs.

Everything that asks about the computer asks a `Machine`, so that a Windows desk with all its troubles
can be set up in a test on any system.
"""

from __future__ import annotations

import locale
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from perfxl.io.addin import windows
from perfxl.io.addin.windows import RegistryValue

WINDOWS, MACOS, LINUX = "Windows", "macOS", "Linux"
# Starting Python and importing everything takes a few seconds on an old disk with a virus scanner.
_LONGEST_RUN = 120


@dataclass(frozen=True)
class Answer:
    """What a program said. status None: it could not be started, or did not end."""

    status: int | None
    out: str = ""


@dataclass(frozen=True)
class Machine:
    r"""registry: a key (`HKCU\Software\…`) → its values, None when there is no such key; "" is the default.

    run: starts a program and waits. real: where a path of this machine lies; the path itself, except in
    tests. short: the 8.3 form of a path, None when it has none. code_page: the Python codec of the
    system's ANSI code page, in which VBA reads files.
    """

    system: str
    environment: Mapping[str, str]
    interpreter: str
    code_page: str
    registry: Callable[[str], Mapping[str, RegistryValue] | None]
    run: Callable[[Sequence[str]], Answer]
    real: Callable[[PurePath], Path]
    short: Callable[[str], str | None]

    def path(self, text: str) -> PurePath:
        """A path in this machine's own writing, variables like %APPDATA% or $HOME put in."""
        if self.system != WINDOWS:
            return PurePosixPath(text.replace("$HOME", self.environment.get("HOME", "")))
        for name, value in self.environment.items():
            # Windows looks variables up without regard to case.
            start = text.lower().find(f"%{name.lower()}%")
            if start >= 0:
                text = text[:start] + value + text[start + len(name) + 2 :]
        return PureWindowsPath(text)

    def exists(self, path: PurePath) -> bool:
        """Whether there is such a file or folder; False also where looking is not allowed."""
        try:
            return self.real(path).exists()
        except OSError:
            return False

    def read(self, path: PurePath) -> bytes | None:
        """A file's content; None when there is none or it cannot be read."""
        try:
            return self.real(path).read_bytes()
        except OSError:
            return None


def this_machine() -> Machine:
    """The computer that this program runs on."""
    on_windows = sys.platform == "win32"
    return Machine(
        system=WINDOWS if on_windows else MACOS if sys.platform == "darwin" else LINUX,
        environment=dict(os.environ),
        interpreter=sys.executable,
        code_page=locale.getencoding(),
        registry=windows.values if on_windows else lambda _: None,
        run=_run,
        real=Path,
        short=windows.short_path if on_windows else lambda _: None,
    )


def _run(command: Sequence[str]) -> Answer:
    try:
        done = subprocess.run(  # noqa: S603 (a fixed list of programs, never a line of text)
            command,
            capture_output=True,
            timeout=_LONGEST_RUN,
            check=False,
            stdin=subprocess.DEVNULL,
            # No black window may flash up.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return Answer(None)
    return Answer(done.returncode, (done.stdout + done.stderr).decode("utf-8", errors="replace"))
