"""The formats of the report on what was found: a row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfxl.io.reports.checked import Checked

# Format → its module, which has a function `render`; what a format needs is imported only for it.
FORMATS: Mapping[str, str] = {
    "text": "perfxl.io.reports.report_text",
    "json": "perfxl.io.reports.report_json",
    "html": "perfxl.io.reports.report_html",
    "sarif": "perfxl.io.reports.report_sarif",
}


def renderer(style: str, *, colour: bool) -> Callable[[Sequence[Checked]], str]:
    """What makes the report in a format. colour: of the terminal, for the one that people read there."""
    render: Callable[..., str] = import_module(FORMATS[style]).render
    return partial(render, colour=colour) if style == "text" else render
