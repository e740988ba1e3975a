"""单位说明: what a unit answers to a finding, kept from one check to the next.

An answer holds for the content it was written for. The 校验结果 sheet keeps a short hash of that
content in a hidden column; where the content is another one now, the answer is kept but marked.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.forms.findings_columns import COLUMNS, CONTENT_HEADER
from perfxl.core.forms.own_sheets import own_sheet
from perfxl.core.forms.sheet_names import FINDINGS
from perfxl.core.grid.cells import Position, Sheet, Workbook, position, shown
from perfxl.core.grid.change import SheetCell
from perfxl.core.grid.table_header import find_header, spellings

CHANGED = "【内容已改】"

# What tells an answer's finding again on the next check: rule, sheet, cell.
Key: TypeAlias = tuple[str, str, str]

# Excel allows it in no sheet name.
_BETWEEN = "/"
_HASH_LENGTH = 12
_SPELLINGS = spellings([*((one.key, one.header) for one in COLUMNS), ("content", CONTENT_HEADER)])


@dataclass(frozen=True)
class Answer:
    """What a unit wrote, without our mark, and the finding it stands beside.

    content: the hash of the content it was written for, None where the sheet keeps none; `actual`,
    the value that was listed, then decides.
    """

    key: Key
    field: str
    message: str
    text: str
    actual: str
    content: str | None


def with_explanations(findings: Iterable[Finding], workbook: Workbook) -> tuple[Finding, ...]:
    """The findings with what the unit answered last time, and the hash of what they are about.

    A finding counts as answered while its content is what the answer was written for; otherwise the
    answer is kept with a mark before it. An error is never answered: it stays to be mended.
    """
    found = tuple(findings)
    matched = _matched(found, answers(own_sheet(workbook, FINDINGS)))
    return tuple(_explained(f, matched.get(number), _content(f, workbook)) for number, f in enumerate(found))


def unmatched(findings: Sequence[Finding], previous: Sheet | None) -> list[Answer]:
    """The answers on a 校验结果 sheet that belong to none of the findings: their faults are gone."""
    known = answers(previous)
    used = {id(answer) for answer in _matched(findings, known).values()}
    return [answer for answer in known if id(answer) not in used]


def answers(previous: Sheet | None) -> list[Answer]:
    """The answers on a 校验结果 sheet from top to bottom, its columns found by their headers."""
    if previous is None:
        return []
    header = find_header(previous, _SPELLINGS, lambda found: {"rule", "explanation"} <= found.keys())
    if header is None:
        return []
    rows = [
        {key: previous.text((row, column)) for key, column in header.columns.items()}
        for row in previous.rows
        if row > header.row
    ]
    # By finding and not by row: a person may have sorted the list, which leaves hidden columns alone.
    contents = dict(_content_read(texts.get("content", "")) for texts in rows)
    read: list[Answer] = []
    for texts in rows:
        written = texts["explanation"]
        text = written.removeprefix(CHANGED).strip()
        if not text or not texts["rule"]:
            continue
        key = texts["rule"], texts.get("sheet", ""), texts.get("cell", "")
        then, before = contents.get(key, (None, None))
        # Without our mark it was written, or left standing, for the content that the list showed.
        content = before if written.startswith(CHANGED) and before else then
        message = texts.get("message", "").partition("\n")[0]
        read.append(Answer(key, texts.get("field", ""), message, text, texts.get("actual", ""), content))
    return read


def content_cell(finding: Finding) -> SheetCell | None:
    """The hidden note of a finding's content, None where it is not known."""
    if finding.content is None:
        return None
    parts = [*key_of(finding), finding.content, finding.answered_content or ""]
    return SheetCell(_BETWEEN.join(parts).rstrip(_BETWEEN), style="mark")


def kept_content_cell(answer: Answer) -> SheetCell | None:
    """The same for an answer whose finding is gone."""
    return SheetCell(_BETWEEN.join([*answer.key, answer.content]), style="mark") if answer.content else None


def key_of(finding: Finding) -> Key:
    """Rule, sheet and cell of a finding."""
    return finding.rule, finding.sheet or "", finding.cell or ""


def _content_read(note: str) -> tuple[Key, tuple[str | None, str | None]]:
    parts = note.split(_BETWEEN)
    if len(parts) not in {4, 5}:
        return ("", "", ""), (None, None)
    rule, sheet, cell, content, *before = parts
    return (rule, sheet, cell), (content, before[0] if before else None)


def _content(finding: Finding, workbook: Workbook) -> str:
    """A short hash of what the finding's cells say; blanks and line breaks between words aside."""
    sheet = workbook.sheet(finding.sheet or "")
    if sheet is not None and finding.cells:
        texts = [_said(sheet, position(cell)) for cell in finding.cells]
    else:
        texts = [finding.actual or "", finding.message]
    joined = "\x1f".join(" ".join(text.split()) for text in texts)
    return sha256(joined.encode("utf-8", errors="surrogatepass")).hexdigest()[:_HASH_LENGTH]


def _said(sheet: Sheet, at: Position) -> str:
    """What a cell holds, and what it shows where that is something else: either may be changed."""
    cell = sheet.cells.get(at)
    if cell is None:
        return ""
    stored = cell.error or shown(cell.value)
    return stored if cell.shown is None else f"{stored}\x1f{cell.text}"


def _explained(finding: Finding, answer: Answer | None, content: str) -> Finding:
    if answer is None:
        return finding.model_copy(update={"content": content})
    holds = answer.actual == (finding.actual or "").strip() if answer.content is None else answer.content == content
    return finding.model_copy(
        update={
            "explanation": answer.text if holds else f"{CHANGED}{answer.text}",
            "answered": holds and finding.severity is not Severity.ERROR,
            "content": content,
            "answered_content": None if holds else answer.content,
        }
    )


def _matched(findings: Sequence[Finding], known: Sequence[Answer]) -> dict[int, Answer]:
    """Findings, by number, and their answers; each answer goes to one finding.

    An answer belongs to its rule, sheet and cell; where rows or sheets have moved since, to its rule
    and field, if only one answer and one finding are left for these.
    """
    matched: dict[int, Answer] = {}
    left = list(known)

    def take(of_finding: Callable[[Finding], Hashable], of_answer: Callable[[Answer], Hashable]) -> None:
        waiting: dict[Hashable, deque[Answer]] = {}
        for answer in left:
            waiting.setdefault(of_answer(answer), deque()).append(answer)
        for number, finding in enumerate(findings):
            if number not in matched and (those := waiting.get(of_finding(finding))):
                matched[number] = those.popleft()
        used = {id(answer) for answer in matched.values()}
        left[:] = [answer for answer in left if id(answer) not in used]

    # One rule can find two faults in one cell: their words tell them apart, or else their order.
    take(lambda f: (key_of(f), f.message.partition("\n")[0]), lambda a: (a.key, a.message))
    take(key_of, lambda a: a.key)
    homeless = Counter((f.rule, f.label or "") for number, f in enumerate(findings) if number not in matched)
    strays = Counter((answer.key[0], answer.field) for answer in left)
    alone = {kind for kind in homeless if homeless[kind] == strays[kind] == 1}
    # No answer is of a kind that is None.
    take(lambda f: kind if (kind := (f.rule, f.label or "")) in alone else None, lambda a: (a.key[0], a.field))
    return matched
