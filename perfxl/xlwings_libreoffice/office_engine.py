"""The engine as xlwings sees it: `xw.engines["libreoffice"]`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import xlwings

from .app import Apps
from .values import CellError

_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class Engine:
    """What xlwings asks of an engine besides its apps: to clean values on their way in and out."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """NaN and NaT become empty cells, numbers of numpy plain ones."""
        if isinstance(value, float) and math.isnan(value):
            return None
        if type(value).__module__.partition(".")[0] in {"numpy", "pandas"}:
            return _plain(value)
        return value

    @staticmethod
    def clean_value_data(
        data: Any,
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if isinstance(value, CellError):
                return str(value) if err_to_str else None
            if value is None or value == "":
                return empty_as
            if isinstance(value, dt.datetime):
                return datetime_builder(**{part: getattr(value, part) for part in _PARTS}, tzinfo=None)
            if number_builder is not None and isinstance(value, float):
                return number_builder(value)
            return value

        return [[clean(value) for value in row] for row in data]


def register() -> xlwings.Engine:
    """Add the engine to xlwings, once, and make it the active one. Starts no office yet."""
    if Engine.name not in xlwings.engines.engines_by_name:
        xlwings.engines.add(xlwings.Engine(impl=Engine()))
    engine = xlwings.engines[Engine.name]
    engine.activate()
    return engine


def _plain(value: Any) -> Any:
    """The Python value of one of numpy or pandas; None where it says that there is none."""
    if hasattr(value, "to_pydatetime"):
        made = value.to_pydatetime()
    else:
        made = value.item() if hasattr(value, "item") else value
    return made if made == made else None  # noqa: PLR0124  NaT and NaN differ from themselves.
