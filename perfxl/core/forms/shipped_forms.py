"""The forms that come with perfxl, and the usual one for each subject."""

from __future__ import annotations

import copyreg
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from perfxl.core.forms.parts import Form


@cache
def shipped_forms() -> Mapping[str, Form]:
    """By id, in the order of their ids."""
    folder = files("perfxl") / "data" / "forms"
    texts = (entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    loaded = sorted((Form.model_validate(tomllib.loads(text)) for text in texts), key=lambda one: one.id)
    return MappingProxyType({one.id: one for one in loaded})


def usual_form(subject: str) -> Form:
    """The form for a subject where nobody names another."""
    return next(form for form in shipped_forms().values() if form.usual and form.subject == subject)


PROJECT_FORM = usual_form("project")
DEPARTMENT_FORM = usual_form("department")
COVER_FORM = usual_form("cover")

# How titles of project forms end.
TITLE_ENDS = tuple(end for form in shipped_forms().values() if form.repeats for end in form.title_ends)
# The dates of 资金支出计划, as the usual form calls them.
PLAN_DATES = tuple(f.label for f in PROJECT_FORM.fields if f.key.startswith("spending_plan."))


def _packed(form: Form) -> tuple[Any, ...]:
    """Records travel between processes; what every process has goes by its name."""
    if shipped_forms().get(form.id) is form:
        return _shipped, (form.id,)
    return Form.model_validate, (form.model_dump(),)


def _shipped(id_: str) -> Form:
    return shipped_forms()[id_]


copyreg.pickle(Form, _packed)
