"""The one way into the office: every call is counted, and its failures become this package's errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, Protocol

from .office_errors import BookClosedError, LibreOfficeError, UnoError


class Reached(Protocol):
    """The office that the calls go into: whether it runs, and the error where it does not."""

    def is_alive(self) -> bool: ...
    def require_alive(self) -> None: ...
    def closed(self, text: str) -> LibreOfficeError: ...


class Calls:
    """Reaches into one office process.

    `made` counts methods called, properties read and properties written, each as one, whatever the number
    of cells in it. (What `uno` itself asks about an object before its first use is not counted.)
    """

    def __init__(self, uno: ModuleType, office: Reached) -> None:
        self.made = 0
        self.uno: Final[Any] = uno
        self._office = office
        self._uno_exception: type[BaseException] = self.uno.getClass("com.sun.star.uno.Exception")

    @contextmanager
    def counted(self) -> Iterator[Callable[[], int]]:
        """`with calls.counted() as so_far: …; so_far()` gives the calls made since the start of the block."""
        start = self.made
        end: int | None = None
        try:
            yield lambda: (self.made if end is None else end) - start
        finally:
            end = self.made

    def remote(self, raw: Any) -> Any:
        """What came out of the office: objects wrapped in `Remote`, everything else as it is."""
        if type(raw).__name__ == "pyuno":
            return Remote(self, raw)
        if isinstance(raw, tuple) and raw and type(raw[0]).__name__ == "pyuno":
            return tuple(Remote(self, element) for element in raw)
        return raw

    def make(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Make one call. UNO's exceptions become `LibreOfficeError`s."""
        self._office.require_alive()
        self.made += 1
        try:
            return function(*arguments)
        except self._uno_exception as problem:
            raise self._translated(problem) from problem

    def _translated(self, problem: BaseException) -> LibreOfficeError:
        kind = type(problem).__name__.rpartition(".")[2]
        text = getattr(problem, "Message", "") or str(problem)
        if "bridge" in text or not self._office.is_alive():
            return self._office.closed("LibreOffice ended during the call.")
        if kind == "DisposedException":
            return BookClosedError("The book has been closed.")
        return UnoError(kind, text)


class Remote:
    """An object in the office. Its methods and properties are used as in any UNO program.

    Arguments that are `Remote` are unwrapped on the way in; `uno_object(remote)` gives the bare object.
    It is always true, unlike a bare UNO container, which is false while it is empty.
    """

    __slots__ = ("_calls", "_raw")

    def __init__(self, calls: Calls, raw: Any) -> None:
        object.__setattr__(self, "_calls", calls)
        object.__setattr__(self, "_raw", raw)

    def __getattr__(self, name: str) -> Any:
        calls: Calls = self._calls
        found = calls.make(getattr, self._raw, name)
        if type(found).__name__ != "PyUNO_callable":
            return calls.remote(found)
        # Only fetching a method is no call.
        calls.made -= 1

        def method(*arguments: Any) -> Any:
            return calls.remote(calls.make(found, *[uno_object(argument) for argument in arguments]))

        return method

    def __setattr__(self, name: str, value: Any) -> None:
        self._calls.make(setattr, self._raw, name, uno_object(value))

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remote) and bool(self._raw == other._raw)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"<Remote {self._raw!r}>"


def uno_object(value: Any) -> Any:
    """The bare UNO object of a `Remote`; anything else as it is."""
    if isinstance(value, Remote):
        return value._raw  # noqa: SLF001  Its own helper.
    if isinstance(value, tuple):
        return tuple(uno_object(element) if isinstance(element, Remote) else element for element in value)
    return value


def uno_of(remote: Remote) -> Any:
    """The module `uno` that a remote object was reached with."""
    return remote._calls.uno  # noqa: SLF001  Its own helper.
