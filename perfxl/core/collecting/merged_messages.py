"""Messages of one rule about several projects, told as one: only the quoted names and counts differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What the messages of one rule fill in: quoted names, perhaps `等 9 项`, and a count of indicators.
# No name is as long as a name may be here.
_SLOT = re.compile(r"“[^”]{0,999}+”(?:、“[^”]{0,999}+”)*+(?:等 (?P<all>\d++) 项)?+|(?<!\d)\d++(?= 个指标的)")
_NAME = re.compile(r"“[^”]{0,999}+”")
_MOST_NAMES = 4
_FEW_NAMES = 2


def skeleton(message: str) -> str:
    """What a message says apart from its quoted names and counts: equal for messages to be told as one."""
    return _SLOT.sub("\x00", message)


def merged(messages: Sequence[str]) -> str:
    """Messages of one skeleton as one: `数量指标“甲”、“乙”没有数字。`

    Names of all of them in their order, or the first two and `等 9 项`; counts are added up. Two lists
    that belong together, names and their values, keep step with each other.
    """
    first = messages[0]
    if all(message == first for message in messages):
        return first
    slots = list(zip(*(_SLOT.finditer(message) for message in messages), strict=True))
    lists = [s for s in slots if not s[0][0].isdecimal() and len({match[0] for match in s}) > 1]
    texts = iter([_joined(matches, once=len(lists) == 1) for matches in slots])
    return _SLOT.sub(lambda _: next(texts), first)


def _joined(matches: Sequence[re.Match[str]], *, once: bool) -> str:
    texts = [match[0] for match in matches]
    if len(set(texts)) == 1:
        return texts[0]
    if texts[0].isdecimal():
        return str(sum(int(text) for text in texts))
    found = [_NAME.findall(text) for text in texts]
    names = [name for each in found for name in each]
    if once:
        names = list(dict.fromkeys(names))
    number = sum(int(match["all"] or len(each)) for match, each in zip(matches, found, strict=True))
    if len(names) <= _MOST_NAMES and not any(match["all"] for match in matches):
        return "、".join(names)
    return f"{'、'.join(names[:_FEW_NAMES])}等 {number} 项"
