"""A progress bar with rate and remaining time: on a terminal only, and only where there is much to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Bar = Callable[[str, int], AbstractContextManager[Callable[[], None]]]


def no_bar(*_: object) -> AbstractContextManager[Callable[[], None]]:
    """In place of `progress` where nobody watches."""
    return nullcontext(lambda: None)


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """A function to call after each of `total` pieces of work; shows nothing where nobody watches."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """`12.3 个/秒  剩余 0:25`."""

        def render(self, task: Task) -> Text:
            """The column for a state of the work."""
            if not task.speed or task.time_remaining is None:
                return Text("")
            minutes, seconds = divmod(round(task.time_remaining), 60)
            return Text(f"{task.speed:.1f} 个/秒  剩余 {minutes}:{seconds:02}")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)
