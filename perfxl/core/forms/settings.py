"""What a bureau may decide about the rules: word lists, severities, rules that do not apply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from perfxl.core.forms.findings import Severity


class Words(BaseModel):
    """The word lists that rules look things up in; `data/words.toml` says where each comes from.

    Empty lists find nothing: a rule without its words is silent, never wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    vague: tuple[str, ...] = ()
    ratio: tuple[str, ...] = ()
    growth: tuple[str, ...] = ()
    overfillable: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    timeliness: tuple[str, ...] = ()
    satisfaction: tuple[str, ...] = ()
    ecological: tuple[str, ...] = ()
    economic: tuple[str, ...] = ()
    process: tuple[str, ...] = ()
    retrospective: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    document_titles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    festivals: Mapping[str, Mapping[str, date]] = {}
    festival_places: tuple[str, ...] = ()


class NotApplicable(BaseModel):
    """A rule that a bureau set aside: who said so and why. Every report shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str = Field(min_length=1)
    why: str = Field(min_length=1)


class Settings(BaseModel):
    """A bureau's decisions.

    severities, not_applicable: by rule id. plan_basis: how 资金支出计划 must be filled in, `auto` takes
    either way. code_prefixes: project codes that begin so carry a check character.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    severities: Mapping[str, Severity] = {}
    not_applicable: Mapping[str, NotApplicable] = {}
    plan_basis: Literal["auto", "period", "cumulative"] = "auto"
    code_prefixes: tuple[str, ...] = ("12", "13")
