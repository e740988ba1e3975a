"""常用指标: the indicators that the template suggests, from their data file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Suggestion(BaseModel):
    """An indicator to copy. target: how its 指标值 is written; how: how it is computed.

    subcategories: the 二级指标 it belongs to, in the words of one framework or another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    subcategories: tuple[str, ...]
    target: str
    how: str


@cache
def suggestions() -> tuple[Suggestion, ...]:
    """The suggestions that come with perfxl, in the order of their file."""
    text = (files("perfxl") / "data" / "indicators.toml").read_text(encoding="utf-8")
    return tuple(Suggestion.model_validate(one) for one in tomllib.loads(text)["indicators"])
