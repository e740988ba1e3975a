"""A framework (指标体系): which 二级指标 belong to which 一级指标, as data a bureau can edit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from perfxl.core.forms.settings import Settings, Words
from perfxl.core.grid.text import label_in, label_key


class Category(BaseModel):
    """A 一级指标 with its 二级指标, in the order of the form.

    required: each project must set at least one indicator of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    aliases: tuple[str, ...] = ()
    required: bool
    subcategories: tuple[str, ...]


class Framework(BaseModel):
    """One 指标体系. weights: its table has a 分值权重 column. words, settings: what its bureau decided.

    category_weights: what the weights of each 一级指标 add up to, one mapping for each set of 一级指标
    that a project may have; what is left to 100 is the share of 预算执行率.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    version: int
    basis: str
    weights: bool
    categories: tuple[Category, ...]
    subcategory_aliases: Mapping[str, str]
    category_weights: tuple[Mapping[str, Decimal], ...] = ()
    words: Words = Words()
    settings: Settings = Settings()

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        named = {label_key(alias): c for c in self.categories for alias in c.aliases}
        return named | {label_key(c.name): c for c in self.categories}

    @cached_property
    def _subcategories(self) -> Mapping[str, str]:
        named = {label_key(old): new for old, new in self.subcategory_aliases.items()}
        return named | {label_key(s): s for c in self.categories for s in c.subcategories}

    def category(self, text: str | None) -> Category | None:
        """The 一级指标 that a text means, old and short names and `产出指标（50分）` included; None when it is none."""
        return label_in(text or "", self._categories)

    def subcategory(self, text: str | None) -> str | None:
        """The name of the 二级指标 that a text means, None when it is none of this framework."""
        return label_in(text or "", self._subcategories)

    def home(self, subcategory: str) -> Category:
        """The 一级指标 that a 二级指标 (by its name in this framework) belongs to."""
        return next(c for c in self.categories if subcategory in c.subcategories)

    def category_of(self, category: str | None, subcategory: str | None) -> Category | None:
        """A row's 一级指标: as written, else where its 二级指标 belongs."""
        known = self.subcategory(subcategory)
        return self.category(category) or (self.home(known) if known else None)

    def fits(self, pairs: list[tuple[str | None, str | None]]) -> int:
        """How many (一级, 二级) pairs this framework knows: for telling frameworks apart."""
        return sum(
            (c := self.category(one)) is not None and self.subcategory(two) in c.subcategories for one, two in pairs
        )
