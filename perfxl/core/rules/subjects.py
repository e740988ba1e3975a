"""What a rule may be about: the records of a submission, found by their type, and what collecting makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel

from perfxl.core.forms.records import FormRecord, Record, Row, Submission
from perfxl.core.rules.collecting_subjects import Arrival, SumCheck, UnitStanding

Subject: TypeAlias = type[Record] | type[Submission]
# A record, the form that it is or stands on, and the table whose row it is.
Found: TypeAlias = tuple[Any, FormRecord | None, str | None]
_Finder: TypeAlias = Callable[[Submission], Iterator[Found]]

# About these `check` says nothing: they exist only where files are collected.
OF_COLLECTING: frozenset[Subject] = frozenset({Arrival, UnitStanding, SumCheck})


def records_of(submission: Submission, subject: Subject) -> Iterator[Found]:
    """Every record of a type in a submission, in its order; none of those that only collecting has."""
    finder = _FINDERS.get(subject)
    return iter(()) if finder is None else finder(submission)


def is_subject(kind: type[Any]) -> bool:
    """Whether rules can be about a type of record: it is found in a submission, or collecting makes it."""
    return kind in _FINDERS or kind in OF_COLLECTING


def _finders() -> Mapping[type[Any], _Finder]:
    found: dict[type[Any], _Finder] = {Submission: lambda submission: iter([(submission, None, None)])}
    for name, kind in _held(Submission):
        found[kind] = _top(name)
        if issubclass(kind, FormRecord):
            found |= {row: _rows(name, table) for table, row in _held(kind)}
    return found


def _held(record: type[BaseModel]) -> Iterator[tuple[str, type[Record]]]:
    """The fields of a record that hold records, and the type of these: `X | None`, `tuple[X, ...]`."""
    for name, field in record.model_fields.items():
        for kind in get_args(field.annotation) or (field.annotation,):
            if isinstance(kind, type) and issubclass(kind, Record) and kind is not Row:
                yield name, kind


def _top(name: str) -> _Finder:
    return lambda submission: (
        (one, one if isinstance(one, FormRecord) else None, None) for one in _several(getattr(submission, name))
    )


def _rows(name: str, table: str) -> _Finder:
    return lambda submission: (
        (row, one, table) for one in _several(getattr(submission, name)) for row in getattr(one, table)
    )


def _several(held: Any) -> tuple[Any, ...]:
    if held is None:
        return ()
    return held if isinstance(held, tuple) else (held,)


_FINDERS = _finders()
