"""Frameworks (指标体系) from their data files: the ones shipped, and one that a bureau edited."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from perfxl.core.forms.frameworks import Framework, framework
from perfxl.core.forms.settings import Words
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import cut
from perfxl.core.rules.local_decisions import unknown_rules
from perfxl.io.files.small_files import read_small

_T = TypeVar("_T")

# The shipped ones have some ten kilobytes.
_MOST_BYTES = 2**20
_AT = re.compile(r"at line (\d+), column (\d+)")
# More than a person mends at once.
_MOST_PLACES, _LONGEST_PLACE = 8, 60


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
        framework({"words": shipped_words(), **tomllib.loads(entry.read_text(encoding="utf-8"))})
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
        raise PerfxlError(
            f"没有名为“{name}”的指标体系。可用的有：{known}；也可以写指标体系文件（.toml）的路径。"
        )
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
    data = _toml(path, "指标体系文件")
    words = _words(data.pop("words", {}), path)
    made = _valid(framework, {**data, "words": words}, f"指标体系文件“{path}”")
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
        what, given = f"词表文件“{beside}”", _toml(beside, "词表文件")
    own = _valid(Words.model_validate, given, what)
    return shipped_words().model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def _toml(path: Path, what: str) -> dict[str, Any]:
    """A TOML file. PerfxlError, saying which file and what to do, when it cannot be read."""
    try:
        # Notepad puts a byte order mark first; TOML does not allow one.
        return tomllib.loads(read_small(path, what, _MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise PerfxlError(f"{what}“{path}”不是 UTF-8 编码。请在记事本中另存为 UTF-8。") from fault
    except RecursionError:
        raise PerfxlError(f"{what}“{path}”的括号嵌套过深，不读取。请对照原文件修改。") from None
    except ValueError as fault:
        raise PerfxlError(f"{what}“{path}”{_place(fault)}不符合 TOML 格式。请对照原文件修改。") from fault


def _place(fault: ValueError) -> str:
    """Where tomllib stopped, as far as it says so, and why, where that is a common mistake."""
    found = _AT.search(str(fault))
    place = "的末尾" if "end of document" in str(fault) else ""
    if found is not None:
        place = f"第 {found[1]} 行第 {found[2]} 列附近"
    twice = any(word in str(fault) for word in ("overwrite", "twice", "mutate", "redefine", "Duplicate"))
    return f"{place}重复写了同一个名称，" if twice else place


def _valid(make: Callable[[Any], _T], data: Any, what: str) -> _T:
    try:
        return make(data)
    except ValidationError as fault:
        errors = fault.errors()
        places = "、".join(_shown(error["loc"]) for error in errors[:_MOST_PLACES])
        more = f" 等 {len(errors)} 处" if len(errors) > _MOST_PLACES else ""
        raise PerfxlError(f"{what}缺少或写错了：{places}{more}。请对照原文件修改。") from fault


def _shown(place: Sequence[str | int]) -> str:
    return cut(".".join(str(part) for part in place), _LONGEST_PLACE) or "写法"
