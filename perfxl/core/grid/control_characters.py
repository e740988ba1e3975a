r"""Characters that steer a terminal or turn the reading direction, made visible.

A file's name is chosen by a stranger: `\x1b[2J` clears the screen, a line break forges a line of the
report, and a U+202E shows `fdp.xlsx` as `xslx.pdf`.
"""

from __future__ import annotations

import re

# The control characters; the marks, embeddings, overrides and isolates of direction (Unicode TR9); the
# separators of lines and paragraphs.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def escaped(text: str, keep: str = "") -> str:
    r"""The text as one line that shows what it holds: `\x1b`, `\n`, `\u202e`. keep: what stays as it is."""
    return _CONTROLS.sub(lambda found: found[0] if found[0] in keep else _visible(found[0]), text)


def _visible(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
