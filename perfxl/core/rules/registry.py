"""What a rule is: one function with its id, severity, words and examples in one place.

A rule takes by name what it looks at (fields of its record, or one of `_EXTRAS`) and yields a `Hit`
for what does not hold. It never sees rows or addresses: the record knows the cell of each field.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, TypeAlias

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Note, Record, TotalCell
from perfxl.core.rules.collecting_subjects import Alteration
from perfxl.core.rules.subjects import Subject, is_subject

Hits: TypeAlias = Iterator["Hit"]
Example: TypeAlias = Mapping[str, Any]

# The columns of a row of the indicators, in examples.
ROW = ("category", "subcategory", "name", "definition", "target", "target_basis")
_ID = re.compile(r"[A-Z]{3}[0-9]{2}")
# What a rule may ask for besides the fields of its record.
_EXTRAS = {"indicator", "project", "department", "submission", "framework", "words", "settings"}


def example_row(*texts: str) -> Example:
    """A row of the indicators from the texts of its columns, in the order of `ROW`."""
    return dict(zip(ROW, texts, strict=True))


class Hit:
    """Something that does not hold.

    A rule on `Indicator` hits one row; its hits in a project become one finding with all their cells,
    whose words may use `{names}` and `{count}`, and `{each}` where the hits say `each` for their row.

    fields: where, by name: `total_budget`, `indicators.2.target`; the first is the finding's own.
    variant: which of the rule's variants; None is the rule itself. record: whose fields, when not
    those of the rule's record. at: the reader's notes, total cells or alterations it is about, instead of
    fields.
    values: what the message names; `actual`, `expected` and `difference` also go into the finding.
    """

    def __init__(
        self,
        *fields: str,
        variant: str | None = None,
        record: Record | None = None,
        at: Sequence[Note] | Sequence[TotalCell] | Sequence[Alteration] = (),
        **values: Any,
    ) -> None:
        self.fields = fields
        self.variant = variant
        self.record = record
        self.at: tuple[Note | TotalCell | Alteration, ...] = tuple(at)
        self.values = values


@dataclass(frozen=True)
class Variant:
    """Another severity or wording of the same rule."""

    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True)
class Rule:
    """A rule, and the decorator of its function, which registers it.

    A duplicate id, a missing docstring, an unknown parameter, or a type of record that nobody finds is a
    TypeError then.

    on: what it looks at: a part of a submission, or a record of `perfxl.core.rules.collecting_subjects`, about which
    `check` says nothing.

    yields_to: ids of rules that are more concrete: where one of them hits a row, this one is silent there.
    good, bad: changes to the example text of `examples` that must give nothing, or exactly this id.
    guarantee: what holds when it finds nothing, in Chinese, for users: the function's docstring.
    """

    id: str
    severity: Severity
    _: KW_ONLY
    on: Subject
    aspect: Aspect
    opinion: Opinion
    basis: str
    message: str
    hint: str
    good: Sequence[Example]
    bad: Sequence[Example]
    variants: Mapping[str, Variant] = field(default_factory=dict)
    yields_to: tuple[str, ...] = ()
    function: Callable[..., Hits] = field(repr=False, default=lambda: iter(()))
    guarantee: str = ""
    parameters: tuple[str, ...] = ()

    def words(self, variant: str | None) -> Variant:
        """Severity, message and hint of a hit."""
        if variant is None:
            return Variant(self.severity, self.message, self.hint)
        return self.variants[variant]

    def __call__(self, function: Callable[..., Hits]) -> Callable[..., Hits]:
        """Register the rule with its function."""
        if not _ID.fullmatch(self.id) or self.id in RULES:
            raise TypeError(f"{self.id}: not an id, or used twice")
        if not is_subject(self.on):
            raise TypeError(f"{self.id}: no rule can be about {self.on.__name__}, nobody would run it")
        parameters = tuple(inspect.signature(function).parameters)
        unknown = set(parameters) - set(self.on.model_fields) - _EXTRAS
        if unknown:
            raise TypeError(f"{self.id}: {self.on.__name__} has no {sorted(unknown)}")
        if not function.__doc__:
            raise TypeError(f"{self.id}: a rule says in its docstring what it guarantees")
        guarantee = inspect.cleandoc(function.__doc__)
        RULES[self.id] = replace(self, function=function, guarantee=guarantee, parameters=parameters)
        return function


# As it stands above a function: `@rule("AMT01", Severity.ERROR, on=Project, …)`.
rule = Rule

RULES: dict[str, Rule] = {}
