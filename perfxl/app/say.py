"""The one place where something is said to a person at a terminal.

What is said holds names and texts of strangers: none of their characters steers the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from perfxl.core.grid.control_characters import escaped


def say(line: str, *, err: bool = False) -> None:
    """Say one line; err: on stderr. A line break in it is one of a name, and shown as such."""
    click.echo(escaped(line), err=err)  # noqa: TID251 (this is the place)


def say_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Say several lines."""
    for line in lines:
        say(line, err=err)


def show(report: str) -> None:
    """Show a report as it is, with its colours: what made it has escaped all that came from outside."""
    click.echo(report, nl=False)  # noqa: TID251 (this is the place)
