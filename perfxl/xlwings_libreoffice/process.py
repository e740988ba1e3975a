"""One LibreOffice process with a profile of its own, which goes when the process goes."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from .calls import Calls
from .find_uno import find_soffice, import_uno
from .office_errors import LibreOfficeError, OfficeClosedError, StartError

START_SECONDS: Final = 90.0
QUIT_SECONDS: Final = 10.0
_ENDING_SECONDS: Final = 2.0
_MOST_WORDS: Final = 12_000

# Formats in English whatever the desktop speaks; nothing that waits for a click or goes to the network.
_SETTINGS: Final = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "en-US"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Common/Misc", "ShowTipOfTheDay", "false"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    (
        "/org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments",
        "AutoCheckEnabled",
        "false",
    ),
)

_running: set[Office] = set()


class Office:
    """A running office. `quit` ends it, and so does the end of the Python program."""

    def __init__(self, *, windows: bool) -> None:
        """Start it, with windows on the desktop or without any. Raises `NotInstalledError`, `StartError`."""
        uno = import_uno()
        program = find_soffice()
        # What is not to be let go of before the process has ended, even where its book is closed.
        self.kept: list[object] = []
        self.windows = windows
        self.program = Path(program)
        self.profile = Path(tempfile.mkdtemp(prefix="xlwings-libreoffice-"))
        _write_settings(self.profile)
        self._said = self.profile / "said.txt"
        self._words = ""
        self._wanted = False
        self._ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._program_pid = os.getpid()
        pipe = f"xlwings{uuid.uuid4().hex}"
        try:
            self._process = self._start(program, pipe)
            self.pid: Final = self._process.pid
            _running.add(self)
            self.calls = Calls(uno, self)
            self.context: Any = self.calls.remote(self._connect(pipe))
        except BaseException:
            self._end()
            raise
        self.desktop: Any = self.service("com.sun.star.frame.Desktop")

    @classmethod
    def start(cls, *, visible: bool | None) -> Office:
        """With windows where there is a desktop to show them on, unless `visible` is False.

        Raises `StartError` where windows are asked for and there is no desktop.
        """
        if visible and not desktop_available():
            raise StartError("There is no desktop to show windows on (no DISPLAY). Use visible=False.")
        return cls(windows=visible is not False and desktop_available())

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def require_alive(self) -> None:
        """Raises `OfficeClosedError` where the process has ended."""
        if not self.is_alive():
            raise self.closed("LibreOffice has ended, so its books can no longer be reached.")

    def closed(self, text: str) -> OfficeClosedError:
        """The error with this text; where the process ended by itself also how, and its last words in a note."""
        how = self.how_it_ended()
        error = OfficeClosedError(text if how is None else f"{text} {how}")
        if how is not None and (words := self.last_words()):
            error.add_note(f"LibreOffice said: {words}")
        return error

    def how_it_ended(self) -> str | None:
        """With which exit status it ended by itself; None where it runs, and where it was ended on purpose."""
        if self._process is None or self._wanted:
            return None
        try:
            # Calls fail a moment before the process has ended.
            status = self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        if status == 0:
            return None
        # The starter of LibreOffice tells of a signal as shells do.
        number = -status if status < 0 else status - 128
        name = signal.Signals(number).name if number in set(signal.Signals) else "no signal"
        return f"It ended by itself with exit status {status} ({name})."

    def last_words(self) -> str:
        """What it said: after a crash the stack too."""
        if self._said.exists():
            self._words = self._said.read_text("utf-8", errors="replace").strip()[-_MOST_WORDS:]
        return self._words

    def service(self, name: str) -> Any:
        """An instance of a UNO service of the office."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def properties(self, **values: Any) -> tuple[Any, ...]:
        """Options as UNO takes them: a tuple of `PropertyValue`."""
        made = []
        for name, value in values.items():
            option = self.calls.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            option.Name, option.Value = name, value
            made.append(option)
        return tuple(made)

    def setting(self, path: str, name: str) -> Any:
        """A value of the office's configuration."""
        provider = self.service("com.sun.star.configuration.ConfigurationProvider")
        access = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", self.properties(nodepath=path)
        )
        return access.getByName(name)

    def quit(self) -> None:
        """End the process without saving anything; it has ended when this returns."""
        if self._process is not None and self.is_alive():
            self._wanted = True
            with contextlib.suppress(LibreOfficeError):
                self.desktop.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(QUIT_SECONDS)
        self._end()

    def kill(self) -> None:
        """End the process at once."""
        self._wanted = self._wanted or self.is_alive()
        self._end()

    def end_with_program(self) -> None:
        """End it where it is this process that started it, and not the one that this is a fork of."""
        if os.getpid() == self._program_pid:
            self.kill()

    def _start(self, program: str, pipe: str) -> subprocess.Popen[bytes]:
        command = [
            program,
            *([] if self.windows else ["--headless"]),
            "--norestore",
            "--nologo",
            "--nodefault",
            f"-env:UserInstallation={self.profile.as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ]
        with self._said.open("wb") as said:
            # A group of its own, so that the whole family can be ended together.
            return subprocess.Popen(  # noqa: S603  The program was found by us.
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )

    def _connect(self, pipe: str) -> Any:
        uno = self.calls.uno
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        not_yet = uno.getClass("com.sun.star.connection.NoConnectException")
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            except not_yet as problem:
                if not self.is_alive():
                    words = self.last_words()[-500:] or "without a message"
                    raise StartError(f"LibreOffice ended while starting: {words}") from problem
                if time.monotonic() > give_up:
                    raise StartError(f"LibreOffice did not answer within {START_SECONDS:.0f} seconds.") from problem
                time.sleep(0.05)

    def _end(self) -> None:
        if self._ended:
            # The number of its group may belong to others by now.
            return
        self._ended = True
        if self._process is not None:
            _kill_group(self._process)
            self._process.wait()
        self.last_words()
        shutil.rmtree(self.profile, ignore_errors=True)
        _running.discard(self)


def desktop_available() -> bool:
    """Whether windows can be shown here."""
    has_one_always = sys.platform.startswith(("win", "darwin"))
    return has_one_always or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S603, S607
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="{escape(path)}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SETTINGS
    )
    folder = profile / "user"
    folder.mkdir()
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )


@atexit.register
def _end_all() -> None:
    for office in list(_running):
        office.end_with_program()
