"""Files that a bureau writes (frameworks, words, forms): read, and told what is wrong in them and where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.text import cut
from perfxl.io.files.small_files import read_small

_T = TypeVar("_T")

# The shipped ones have some ten kilobytes.
_MOST_BYTES = 2**20
_AT = re.compile(r"at line (\d+), column (\d+)")
_QUOTED = re.compile("“([^“”]{1,60})”")
_HEADING = re.compile(r"\s*\[\[([a-z_.]+)\]\]")
# More than a person mends at once.
_MOST_PLACES, _LONGEST_PLACE = 8, 60


def read_toml(path: Path, what: str) -> str:
    """The text of a file. PerfxlError, saying which file and what to do, when it cannot be read."""
    try:
        # Notepad puts a byte order mark first; TOML does not allow one.
        return read_small(path, what, _MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PerfxlError(f"{what}“{path}”不是 UTF-8 编码。请在记事本中另存为 UTF-8。") from fault


def parsed(text: str, path: Path, what: str) -> dict[str, Any]:
    """What a TOML text says. PerfxlError, with the place, when it is none."""
    try:
        return tomllib.loads(text)
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


def valid(make: Callable[[Any], _T], data: Any, what: str) -> _T:
    """What the data describe. PerfxlError that names what is missing or wrong."""
    try:
        return make(data)
    except ValidationError as fault:
        errors = fault.errors()
        places = "、".join(_shown(error["loc"]) for error in errors[:_MOST_PLACES])
        more = f" 等 {len(errors)} 处" if len(errors) > _MOST_PLACES else ""
        raise PerfxlError(f"{what}缺少或写错了：{places}{more}。请对照原文件修改。") from fault


def _shown(place: Sequence[str | int]) -> str:
    return cut(".".join(str(part) for part in place), _LONGEST_PLACE) or "写法"


# ------------------------------------------------------------------- what is wrong, line by line


def sentences(fault: ValidationError, text: str, known: Sequence[str]) -> list[str]:
    """What is wrong, a sentence each with its line. known: the keys there are, for telling a misspelt one."""
    lines = text.split("\n")
    errors = fault.errors()
    said = [
        f"{_line(error['loc'], lines) or _quoted_line(one, lines)}{one}。"
        for error in errors
        for one in _said(error, known).split("\n")
    ]
    more = len(said) - _MOST_PLACES
    return [*said[:_MOST_PLACES], f"……另有 {more} 处。"] if more > 0 else said


def _said(error: Mapping[str, Any], known: Sequence[str]) -> str:
    # One of several widths is named by what they are.
    key = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"缺少 {key}"
    if kind == "extra_forbidden":
        # Only a mistake needs it, and every start of the program would pay for it.
        from difflib import get_close_matches

        near = get_close_matches(key, known, 1)
        return f"没有“{cut(key, _LONGEST_PLACE)}”这一项" + (f"，是不是 {near[0]}" if near else "")
    if kind in {"enum", "literal_error"}:
        words = str(context.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
        return f"{key} 只能写 {words}"
    if kind == "value_error":
        return str(context.get("error", ""))
    if kind in {"string_too_short", "too_short"}:
        return f"{key} 是空的"
    value = cut(str(error.get("input", "")), 20)
    return f"{key} 的写法不对（现为“{value}”）"


def _line(place: Sequence[str | int], lines: Sequence[str]) -> str:
    """`第 12 行：` for a place such as ("fields", 3, "kind"); `""` where it cannot be told."""
    start = 0
    path = ""
    parts = list(place)
    while len(parts) >= 2 and isinstance(parts[1], int):
        path = f"{path}.{parts[0]}" if path else str(parts[0])
        found = list(_headings(lines, path, start))
        if parts[1] >= len(found):
            return ""
        start = found[parts[1]]
        parts = parts[2:]
    end = next((n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    key = parts[0] if parts else None
    own = (n for n in range(start, end) if re.match(rf"\s*{re.escape(str(key))}\s*=", lines[n]))
    number = next(own, start or None)
    return "" if number is None else f"第 {number + 1} 行："


def _quoted_line(said: str, lines: Sequence[str]) -> str:
    """The last line that holds what a sentence quotes: the second of two that are the same."""
    found = _QUOTED.search(said)
    numbers = [n for n, line in enumerate(lines, 1) if found is not None and f'"{found[1]}"' in line]
    # `key“number”` is where a key is, not where a kind is.
    own = [n for n in numbers if lines[n - 1].lstrip().startswith(said.partition("“")[0])]
    return f"第 {(own or numbers)[-1]} 行：" if numbers else ""


def _headings(lines: Sequence[str], path: str, start: int) -> Iterator[int]:
    """The lines that begin an entry of a list, up to the next entry of what holds it."""
    above = path.rpartition(".")[0]
    for number in range(start + 1 if above else 0, len(lines)):
        found = _HEADING.match(lines[number])
        if found is None:
            continue
        if found[1] == path:
            yield number
        elif above and not found[1].startswith(f"{above}."):
            return
