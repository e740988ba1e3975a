"""Forms from their files: the ones shipped, and one that a bureau wrote."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError

from perfxl.core.forms.parts import BlankSheet, Caption, Column, Field, Form, Table
from perfxl.core.forms.shipped_forms import shipped_forms
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.data.toml_files import parsed, read_toml, sentences

_WHAT = "表样文件"
_PARTS: tuple[type[BaseModel], ...] = (Form, BlankSheet, Field, Caption, Table, Column)


def find_form(name: str) -> Form:
    """The form of that id, or the one in the `.toml` file that `name` is the path of.

    PerfxlError when there is none, or when the file does not describe one: then with a line for each fault.
    """
    shipped = shipped_forms()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if path.suffix.lower() != ".toml":
        raise PerfxlError(f"没有名为“{name}”的表样。可用的有：{'、'.join(shipped)}；也可以写表样文件（.toml）的路径。")
    text = read_toml(path, _WHAT)
    try:
        return Form.model_validate(parsed(text, path, _WHAT))
    except ValidationError as fault:
        known = sorted({key for part in _PARTS for key in part.model_fields})
        error = PerfxlError(f"{_WHAT}“{path}”有写错的地方，没有使用。请改正后再试：")
        error.details = tuple(f"  {one}" for one in sentences(fault, text, known))
        raise error from fault


def with_form(name: str | None) -> tuple[Form, ...]:
    """The forms that a sheet may be: the one that is named first, then the shipped ones."""
    shipped = tuple(shipped_forms().values())
    if name is None:
        return shipped
    chosen = find_form(name)
    return (chosen, *(form for form in shipped if form.id != chosen.id))
