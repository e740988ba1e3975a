"""Documents that a text cites: their numbers (文号) and titles, as typed and as the standard writes them.

Source of the form of numbers: GB/T 9704, `承市政办字〔2019〕4号`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHINESE = "一-鿿"
_NUMBER = re.compile(
    rf"([{_CHINESE}]{{1,14}}?)\s*"
    r"([〔\[【(（])\s*((?:19|20)\d{2})\s*+年?+\s*+([〕\]】)）])\s*+(?:第\s*+)?+(\d{1,5})\s*号(?![线楼院门馆厅室井机台车桥站仓库点])"
)
# Words that stand before a number and are no part of it.
_BEFORE = re.compile(r".*(?:根据|依据|按照|遵照|依照|参照|按|见|详见|执行|落实|贯彻|印发|文件|通知|办法|和|及)(?=.)")
_TITLE = re.compile(r"《([^《》]{4,80})》|(关于[^《》。；;，,]{4,70}?(?:通知|意见|方案|办法|批复|函)(?![（(的]))")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True)
class DocumentNumber:
    """A 文号. typed: as the text has it. standard: as GB/T 9704 writes it. at: where it begins."""

    typed: str
    standard: str
    year: int
    at: int

    @property
    def is_standard(self) -> bool:
        """Whether it is written as the standard asks."""
        return self.typed == self.standard


def document_numbers(text: str | None) -> tuple[DocumentNumber, ...]:
    """Every 文号 in a text, whatever brackets and blanks it is written with."""
    found = []
    if not text or "号" not in text:
        return ()
    for match in _NUMBER.finditer(text):
        office = match[1]
        before = _BEFORE.match(office)
        skipped = before.end() if before else 0
        office = office[skipped:]
        found.append(
            DocumentNumber(
                typed=match[0][skipped:],
                standard=f"{office}〔{match[3]}〕{int(match[5])}号",
                year=int(match[3]),
                at=match.start() + skipped,
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class DocumentTitle:
    """A document's title, `《…》` left out. years: the years that it names, a range's both ends."""

    text: str
    years: tuple[int, ...]


def names_a_title(text: str, shortest: int = 1) -> bool:
    """Whether a text (without line breaks) has at least so many characters between 《 and 》."""
    return "《" in text and text.rfind("》") - text.find("《") > shortest


def document_titles(text: str | None) -> tuple[DocumentTitle, ...]:
    """Every title in 《》, and what reads as one without them: 关于…的通知."""
    return tuple(
        DocumentTitle(title, tuple(int(year) for year in _YEAR.findall(title)))
        for match in _TITLE.finditer("".join((text or "").split()))
        for title in [match[1] or match[2]]
    )
