"""The running offices, each of them an app."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from xlwings import base_classes

from .book import Book, Books
from .calls import Calls
from .office_errors import LibreOfficeError, UnsupportedError
from .process import Office, desktop_available
from .range import Range

_DECLINING = {"ok": "ok", "ok_cancel": "cancel", "yes_no": "no", "yes_no_cancel": "cancel", None: "ok"}


class Apps(base_classes.Apps):
    """The running offices that this program started, the active one first."""

    def __init__(self, engine: object) -> None:
        self._engine = engine
        self._apps: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self]

    def add(
        self, spec: str | None = None, add_book: bool | None = None, xl: Any = None, visible: bool | None = None
    ) -> App:
        """Start an office. `visible=False`, or no desktop, starts it without windows."""
        if spec is not None or xl is not None:
            raise UnsupportedError("LibreOffice takes neither `spec` nor a running application.")
        app = App(self._engine, self, Office.start(visible=visible))
        self._apps.insert(0, app)
        if add_book:
            app.books.add()
        return app

    def cleanup(self) -> None:  # type: ignore[override]  # Which offices there are only this object knows.
        """Forget the offices that ended by themselves, and remove what they left behind."""
        for app in list(self._apps):
            if not app.office.is_alive():
                app.kill()

    def activate(self, app: App) -> None:
        """Make it the one that comes first."""
        self._apps.sort(key=lambda other: other is not app)

    def forget(self, app: App) -> None:
        """It has ended."""
        if app in self._apps:
            self._apps.remove(app)

    def __iter__(self) -> Iterator[App]:
        self.cleanup()
        return iter(list(self._apps))

    def __len__(self) -> int:
        self.cleanup()
        return len(self._apps)

    def __getitem__(self, pid: int) -> App:
        for app in self:
            if app.pid == pid:
                return app
        raise KeyError("Could not find a LibreOffice instance with this PID.")


@dataclass(frozen=True, slots=True)
class Alert:
    """A message that was to be shown, and the answer that was given."""

    prompt: str
    title: str | None
    buttons: str
    mode: str | None
    answer: str


class App(base_classes.App):
    """`alerts` lists what `alert` has said. `answer`, a function of prompt and buttons, answers in its place."""

    def __init__(self, engine: object, apps: Apps, office: Office) -> None:
        self.engine = engine
        self.office = office
        self.alerts: list[Alert] = []
        self.answer: Callable[[str, str], str] | None = None
        self._apps = apps
        self._books = Books(self, office, self._settle)
        self._screen_updating = True
        self._display_alerts = True
        self._interactive = True
        self._calculation = "automatic"
        self._status: str | bool = False
        self._indicator: Any = None

    @property
    def calls(self) -> Calls:
        """The one way into this office; `calls.made` counts."""
        return self.office.calls

    @property
    def api(self) -> Any:
        """The office's desktop, `com.sun.star.frame.Desktop`."""
        return self.office.desktop

    xl = api

    @property
    def pid(self) -> int:
        return self.office.pid

    @property
    def path(self) -> str:
        return str(self.office.program.parent)

    @property
    def hwnd(self) -> None:
        return None

    @property
    def version(self) -> str:
        return str(self.office.setting("/org.openoffice.Setup/Product", "ooSetupVersionAboutBox"))

    @property
    def books(self) -> Books:
        return self._books

    @property
    def selection(self) -> Range | None:
        book = self._books.active_or_none
        return None if book is None else book.selection

    def activate(self, steal_focus: bool = False) -> None:
        self.office.require_alive()
        self._apps.activate(self)
        if steal_focus and self.visible and (book := self._books.active_or_none):
            book.window.toFront()

    @property
    def visible(self) -> bool:
        return self.office.windows and all(book.window.isVisible() for book in self._books)

    @visible.setter
    def visible(self, visible: bool) -> None:
        if not self.office.windows:
            if visible and desktop_available():
                raise UnsupportedError("This LibreOffice was started without windows. Use App(visible=True).")
            return
        for book in self._books.still_open():
            book.window.setVisible(visible)

    # -------------------------------------------------------------------------------- ending

    def quit(self) -> None:
        """Close every book without saving and end the process."""
        with contextlib.suppress(LibreOfficeError):
            for book in self._books.still_open():
                book.close()
        self.office.quit()
        self._forget()

    def kill(self) -> None:
        """End the process at once."""
        self.office.kill()
        self._forget()

    def _forget(self) -> None:
        self._books.forget_all()
        self._apps.forget(self)

    # ------------------------------------------------------------------------------ settings

    @property
    def screen_updating(self) -> bool:
        return self._screen_updating

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self.office.require_alive()
        self._screen_updating = bool(value)
        for book in self._books.still_open():
            book.lock_screen(not value)

    @property
    def display_alerts(self) -> bool:
        return self._display_alerts

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        self.office.require_alive()
        self._display_alerts = bool(value)

    @property
    def enable_events(self) -> bool:
        return True

    @enable_events.setter
    def enable_events(self, value: bool) -> None:
        if not value:
            raise UnsupportedError("LibreOffice cannot switch the events of its books off.")

    @property
    def interactive(self) -> bool:
        return self._interactive

    @interactive.setter
    def interactive(self, value: bool) -> None:
        self.office.require_alive()
        self._interactive = bool(value)
        for book in self._books.still_open():
            book.window.setEnable(bool(value))

    @property
    def calculation(self) -> str:
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in {"automatic", "manual"}:
            raise UnsupportedError(f"LibreOffice calculates 'automatic' or 'manual', not {value!r}.")
        self.office.require_alive()
        self._calculation = value
        for book in self._books.still_open():
            book.calculate_automatically(value == "automatic")

    def calculate(self) -> None:
        for book in self._books.still_open():
            book.document.calculate()

    def _settle(self, book: Book) -> None:
        """Give a book that was just opened the settings of this app."""
        if not self._screen_updating:
            book.lock_screen(True)
        if self._calculation == "manual":
            book.calculate_automatically(False)
        if not self._interactive:
            book.window.setEnable(False)

    # ------------------------------------------------------------------------------ messages

    @property
    def status_bar(self) -> str | bool:
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self.office.require_alive()
        if value is False:
            indicator, self._indicator = self._indicator, None
            if indicator is not None:
                # The book whose status bar it was may be closed by now.
                with contextlib.suppress(LibreOfficeError):
                    indicator.end()
        elif self._indicator is not None:
            self._indicator.setText(str(value))
        elif (book := self._books.active_or_none) is not None:
            self._indicator = book.document.getCurrentController().getStatusIndicator()
            self._indicator.start(str(value), 100)
        self._status = value

    @property
    def cut_copy_mode(self) -> None:
        return None

    @cut_copy_mode.setter
    def cut_copy_mode(self, value: bool) -> None:
        if value:
            raise UnsupportedError("The clipboard of LibreOffice is not used.")

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: Any) -> str:
        """Show a message, or only record it where there is no window to show it in.

        Unseen, it is answered by `answer`, or else declined: "no", "cancel", "ok" where that is all.
        """
        if callback is not None:
            raise UnsupportedError("alert() takes no callback here: it waits for the answer.")
        if buttons not in _DECLINING:
            raise ValueError(f"buttons must be one of {', '.join(repr(b) for b in _DECLINING if b)}.")
        self.office.require_alive()
        if self.answer is not None:
            answer = self.answer(prompt, buttons)
        elif (book := self._books.active_or_none) is not None and self.visible:
            answer = book.message(prompt or "", title or "", buttons or "ok", mode)
        else:
            answer = _DECLINING[buttons]
        self.alerts.append(Alert(prompt, title, buttons or "ok", mode, answer))
        return answer

    def run(self, macro: str, args: Any) -> Any:
        raise UnsupportedError("Macros in books are not run by this engine.")

    def counted(self) -> contextlib.AbstractContextManager[Callable[[], int]]:
        """`with xw_app.impl.counted() as calls: …; calls()` gives the calls made into the office."""
        return self.calls.counted()
