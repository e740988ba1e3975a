"""Frameworks (指标体系) from their data files: the ones shipped, and one that a bureau edited."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.settings import Words
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.rules.local_decisions import unknown_rules
from perfxl.io.data.toml_files import parsed, read_toml, valid

_WHAT = "指标体系文件"


@cache
def shipped_words() -> Words:
    """The word lists that come with perfxl."""
    text = (files("perfxl") / "data" / "words.toml").read_text(encoding="utf-8")
    return Words.model_validate(tomllib.loads(text))


@cache
def all_frameworks() -> Mapping[str, Framework]:
    """The frameworks that come with perfxl, by id, in the order of their ids."""
    folder = files("perfxl") / "data" / "frameworks"
    loaded = [
        Framework.model_validate({"words": shipped_words(), **tomllib.loads(entry.read_text(encoding="utf-8"))})
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return MappingProxyType({one.id: one for one in sorted(loaded, key=lambda one: one.id)})


def find_framework(name: str) -> Framework:
    """The framework of that id, or the one in the `.toml` file that `name` is the path of.

    PerfxlError when there is none, or when the file does not describe one.
    """
    shipped = all_frameworks()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if path.suffix.lower() != ".toml":
        known = "、".join(shipped)
        raise PerfxlError(f"没有名为“{name}”的指标体系。可用的有：{known}；也可以写指标体系文件（.toml）的路径。")
    return _read(path)


def with_framework(name: str | None) -> tuple[Mapping[str, Framework], str | None]:
    """All frameworks a reader may choose from, and the id it must choose; None leaves it to the file.

    An edited file whose id is a shipped one takes its place.
    """
    if name is None:
        return all_frameworks(), None
    chosen = find_framework(name)
    return {**all_frameworks(), chosen.id: chosen}, chosen.id


def _read(path: Path) -> Framework:
    data = parsed(read_toml(path, _WHAT), path, _WHAT)
    words = _words(data.pop("words", {}), path)
    made = valid(Framework.model_validate, {**data, "words": words}, f"指标体系文件“{path}”")
    unknown = unknown_rules(made.settings)
    if unknown:
        raise PerfxlError(
            f"指标体系文件“{path}”的 settings 写了不存在的规则：{'、'.join(unknown)}。"
            "请核对编号（perfxl rules 列出全部规则）。"
        )
    return made


def _words(given: Any, path: Path) -> Words:
    """The bureau's lists, in the framework file or beside it; one that it left out is the shipped one."""
    what = f"指标体系文件“{path}”的 words"
    if isinstance(given, str):
        beside = path.parent / given
        what = f"词表文件“{beside}”"
        given = parsed(read_toml(beside, "词表文件"), beside, "词表文件")
    own = valid(Words.model_validate, given, what)
    return shipped_words().model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
