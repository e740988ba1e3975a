"""What a rule is: one function with its id, severity, words and examples in one place.

A rule takes by name what it looks at (fields of its record, or one of `_EXTRAS`) and yields a `Hit`
for what does not hold. It never sees rows or addresses: the record knows the cell of each field.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from perfxl.core.forms.findings import Aspect, Opinion, Severity
from perfxl.core.forms.records import Note, Record, TotalCell
from perfxl.core.rules.collecting_subjects import Alteration
from perfxl.core.rules.subjects import Subject, is_subject

Hits: TypeAlias = Iterator["Hit"]
Example: TypeAlias = Mapping[str, Any]

_ID = re.compile(r"[A-Z]{3}[0-9]{2}")
# What a rule may ask for besides the fields of its record.
_EXTRAS = {"indicator", "project", "department", "submission", "framework", "words", "settings"}


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
    """A registered rule. guarantee: what holds when it finds nothing, in Chinese, for users.

    on: what it looks at: a part of a submission, or a record of `perfxl.core.rules.collecting_subjects`, about which
    `check` says nothing.

    yields_to: ids of rules that are more concrete: where one of them hits a row, this one is silent there.
    good, bad: changes to the example text of `examples` that must give nothing, or exactly this id.
    """

    id: str
    severity: Severity
    on: Subject
    aspect: Aspect
    opinion: Opinion
    basis: str
    message: str
    hint: str
    good: Sequence[Example]
    bad: Sequence[Example]
    variants: Mapping[str, Variant]
    function: Callable[..., Hits] = field(repr=False)
    guarantee: str = ""
    parameters: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()

    def words(self, variant: str | None) -> Variant:
        """Severity, message and hint of a hit."""
        if variant is None:
            return Variant(self.severity, self.message, self.hint)
        return self.variants[variant]


RULES: dict[str, Rule] = {}


def rule(
    id_: str,
    severity: Severity,
    *,
    on: Subject,
    aspect: Aspect,
    opinion: Opinion,
    basis: str,
    message: str,
    hint: str,
    good: Sequence[Example],
    bad: Sequence[Example],
    variants: Mapping[str, Variant] | None = None,
    yields_to: tuple[str, ...] = (),
) -> Callable[[Callable[..., Hits]], Callable[..., Hits]]:
    """Register a rule. A duplicate id, a missing docstring, an unknown parameter, or a type of record that
    nobody finds is a TypeError.
    """

    def register(function: Callable[..., Hits]) -> Callable[..., Hits]:
        if not _ID.fullmatch(id_) or id_ in RULES:
            raise TypeError(f"{id_}: not an id, or used twice")
        if not is_subject(on):
            raise TypeError(f"{id_}: no rule can be about {on.__name__}, nobody would run it")
        parameters = tuple(inspect.signature(function).parameters)
        unknown = set(parameters) - set(on.model_fields) - _EXTRAS
        if unknown:
            raise TypeError(f"{id_}: {on.__name__} has no {sorted(unknown)}")
        if not function.__doc__:
            raise TypeError(f"{id_}: a rule says in its docstring what it guarantees")
        RULES[id_] = Rule(
            id_,
            severity,
            on,
            aspect,
            opinion,
            basis,
            message,
            hint,
            good,
            bad,
            variants or {},
            function,
            inspect.cleandoc(function.__doc__),
            parameters,
            yields_to,
        )
        return function

    return register
