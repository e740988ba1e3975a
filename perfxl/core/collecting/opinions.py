"""退回意见: what a bureau sends back to a unit about its file, plain enough to forward as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from perfxl.core.collecting.merged_messages import merged, skeleton
from perfxl.core.collecting.unit_return import ReturnedProject, UnitReturn
from perfxl.core.forms.findings import Finding, Severity
from perfxl.core.grid.text import cut
from perfxl.core.grid.wording import money
from perfxl.core.rules.answers import CHANGED
from perfxl.core.rules.findings_in_words import cell_runs

_NUMERALS = "一二三"
_MUST, _SHOULD = "必须修改", "建议修改或说明"
_ANSWERED = "你单位已说明，供评审核对，不需修改"
_NOT_BY_WORDS = "错误不能用说明代替，请更正。"
_WHOLE_FILE = "整个文件"
# Several files of one unit, and the same file twice: for the officer to see to, not for the unit to mend.
_SEVERAL_FILES, _SAME_FILE = "COL03", "COL07"
_LONGEST = 300
_LONGEST_NAME = 24
# Not to be seen, and no part of what a unit wants to say: they only confuse the next program.
_INVISIBLE = {"Cc", "Cf", "Cs", "Cn"}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of an opinion: a problem, in all the places that have it.

    where: `指标值：项目1、2 F14；项目4 F15`. remedy: how to mend it, or, among the answered ones, what the
    unit explained. findings: how many findings it stands for.
    """

    where: str
    problem: str
    remedy: str
    findings: int


@dataclass(frozen=True, slots=True)
class Section:
    """The points of one weight. errors: they must be mended. answered: the last column is 单位说明 and
    not 怎么改.
    """

    heading: str
    points: tuple[Point, ...]
    errors: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """Everything that is printed, in its order; single lines without control characters.

    legend: which project each number means, `""` where no point names one. issuer: who sends it, None
    leaves the place for the stamp.
    """

    title: str
    unit: str
    file: str
    opening: str
    legend: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    issuer: str | None
    on: str

    @property
    def passed(self) -> bool:
        """Whether there is nothing to mend and nothing to answer."""
        return all(section.answered for section in self.sections)

    @property
    def facts(self) -> str:
        """The line below the opening: which file, and which project each number means."""
        return f"报送文件：{'；'.join(part for part in (self.file, self.legend) if part)}。"

    @property
    def signature(self) -> str:
        """The last line: who sends it, or the place for the stamp, and the day."""
        return f"{self.issuer or '（盖章）'}　　{self.on}"


def opinion_of(unit_return: UnitReturn, *, issued_by: str | None = None, on: date) -> Opinion:
    """What goes back to the unit about its file: errors first, then warnings, then what it has answered.

    The same problem in several projects is one point that names them all. Infos are only counted:
    they ask for nothing. issued_by: the bureau or department. on: the day that stands below.
    """
    numbers = {project.sheet: project.number for project in unit_return.projects}
    found = _sorted(unit_return.findings)
    sections = _sections(found, numbers)
    return Opinion(
        title=_title(unit_return.year, found),
        unit=_plain(" ".join(part for part in (unit_return.code, unit_return.name) if part) or "报送单位"),
        file=_file(unit_return),
        opening=_opening(unit_return, found, sections),
        legend=_legend(unit_return.projects, [*found.errors, *found.warnings, *found.answered], numbers),
        sections=sections,
        closing=_closing(found),
        issuer=_plain(issued_by) if issued_by else None,
        on=f"{on.year}年{on.month}月{on.day}日",
    )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Findings by what they ask of the unit. several_files: it returned several, one was taken."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    answered: tuple[Finding, ...]
    infos: int
    several_files: bool


def _sorted(findings: Sequence[Finding]) -> _Sorted:
    own = [f for f in findings if f.rule not in {_SEVERAL_FILES, _SAME_FILE}]
    warnings = [f for f in own if f.severity is Severity.WARNING]
    return _Sorted(
        errors=tuple(f for f in own if f.severity is Severity.ERROR),
        warnings=tuple(f for f in warnings if not f.answered),
        answered=tuple(f for f in warnings if f.answered),
        infos=sum(f.severity is Severity.INFO for f in own),
        several_files=any(f.rule == _SEVERAL_FILES for f in findings),
    )


def _sections(found: _Sorted, numbers: Mapping[str, int]) -> tuple[Section, ...]:
    groups = ((_MUST, found.errors), (_SHOULD, found.warnings), (_ANSWERED, found.answered))
    sections: list[Section] = []
    for heading, findings in groups:
        if findings:
            points = _points(findings, numbers)
            merged_from = f"，合并自 {len(findings)} 个" if len(findings) > len(points) else ""
            title = f"{_NUMERALS[len(sections)]}、{heading}（{len(points)} 条{merged_from}）"
            section = Section(title, points, errors=heading == _MUST, answered=heading == _ANSWERED)
            sections.append(section)
    return tuple(sections)


# --------------------------------------------------------------------------------------- the words


def _title(year: int | None, found: _Sorted) -> str:
    text = "部门预算绩效文本" if year is None else f"{year}年部门预算绩效文本"
    kind = "退回修改意见" if found.errors else "修改意见" if found.warnings else "核对结果"
    return f"关于{text}的{kind}"


def _file(unit_return: UnitReturn) -> str:
    name = _plain(unit_return.file.rpartition("/")[2])
    if unit_return.returned is None:
        return name
    return f"{name}（{unit_return.returned:%Y-%m-%d %H:%M} 保存）"


def _opening(unit_return: UnitReturn, found: _Sorted, sections: Sequence[Section]) -> str:
    received = f"你单位报送的绩效文本{_figures(unit_return.projects)}已经核对"
    if not unit_return.projects:
        received = "你单位报送的文件已经收到"
    if not sections:
        return f"{received}，没有发现需要修改的问题，已通过核对。"
    counts = [
        f"{len(findings)} 个{what}"
        for what, findings in (("错误", found.errors), ("警告", found.warnings), ("已说明的警告", found.answered))
        if findings
    ]
    points = [point for section in sections for point in section.points]
    merged_to = f"（相同的问题合并，共 {len(points)} 条）" if any(p.findings > 1 for p in points) else ""
    return f"{received}，发现 {'、'.join(counts)}{merged_to}。{_request(found)}"


def _request(found: _Sorted) -> str:
    by = "请于　　月　　日前"
    if found.errors and found.warnings:
        return f"{by}修改错误，核对并修改或说明警告后重新报送。"
    if found.errors:
        return f"{by}修改后重新报送。"
    if found.warnings:
        return f"没有必须修改的错误，{by}修改或说明后重新报送。"
    return "警告都已说明，不需重新报送。"


def _figures(projects: Sequence[ReturnedProject]) -> str:
    if not projects:
        return ""
    total = sum((project.total_budget or Decimal(0) for project in projects), Decimal(0))
    missing = sum(project.total_budget is None for project in projects)
    without = f"，其中 {missing} 个项目的预算数未填或读不出，没有计入" if missing else ""
    return f"（{len(projects)} 个项目，预算合计 {money(total)} 万元{without}）"


def _legend(projects: Sequence[ReturnedProject], findings: Iterable[Finding], numbers: Mapping[str, int]) -> str:
    """`项目1 工会保障项目；项目2 …`: the projects that points name."""
    named = {_number(finding, numbers) for finding in findings}
    told = []
    for one in projects:
        if one.number in named:
            name = _plain(one.project_name or f"（未填名称，工作表“{one.sheet}”）")
            told.append(f"项目{one.number} {cut(name, _LONGEST_NAME)}")
    return "；".join(told)


def _closing(found: _Sorted) -> tuple[str, ...]:
    lines: list[str] = []
    if found.several_files:
        lines.append("你单位先后报送了几份不同的文件，本次以上列文件为准。如应以另一份为准，请告知。")
    if found.errors or found.warnings:
        lines.append("请在原工作簿中修改上列单元格，不要改动表头、项目编码和下发的控制数，保存后按原渠道重新报送。")
    if found.warnings:
        lines.append("警告确有原因不改的，请在工作簿“校验结果”表的“单位说明”一栏写明；没有这张表的，另附书面说明。")
    also = f"另有 {found.infos} 条提示，属于习惯和格式，不要求修改，没有列出。" if found.infos else ""
    lines.append(f"{also}以上为对填报内容的核对，不代替正式评审。")
    return tuple(lines)


# -------------------------------------------------------------------------------------- the points


def _points(findings: Sequence[Finding], numbers: Mapping[str, int]) -> tuple[Point, ...]:
    """Findings that say the same are one point, where the first of them stands."""
    groups: dict[tuple[str, str, str | None, bool], list[Finding]] = {}
    for finding in findings:
        key = finding.rule, skeleton(finding.message), finding.explanation, finding.answered
        groups.setdefault(key, []).append(finding)
    return tuple(_point(group, numbers) for group in groups.values())


def _point(group: Sequence[Finding], numbers: Mapping[str, int]) -> Point:
    first = group[0]
    if first.answered:
        remedy = first.explanation or ""
    else:
        remedy = first.hint
        number = _number(first, numbers)
        differ = any(finding.hint != remedy for finding in group)
        # A hint with 如 names the indicator of its example itself.
        if differ and number is not None and "如" not in remedy:
            remedy += f"（以项目{number}为例）"
        remedy += _about_the_answer(first)
    return Point(
        where=_where(group, numbers),
        problem=cut(_plain(merged([_plain(finding.message) for finding in group])), _LONGEST),
        remedy=cut(_plain(remedy), _LONGEST),
        findings=len(group),
    )


def _about_the_answer(finding: Finding) -> str:
    """What an answer that does not count leaves to be said."""
    if finding.explanation is None:
        return ""
    if finding.severity is Severity.ERROR:
        return _NOT_BY_WORDS
    said = finding.explanation.removeprefix(CHANGED)
    return f"原来的说明是“{said}”，此后内容已改，请核对说明是否仍然成立。"


def _where(group: Sequence[Finding], numbers: Mapping[str, int]) -> str:
    """`指标值：项目1至3 F14；项目4 F15`."""
    places: dict[tuple[str, str], list[int]] = {}
    for finding in group:
        cells = "、".join(cell_runs(finding.cells)) or finding.cell or ""
        number = _number(finding, numbers)
        sheet = (finding.sheet or _WHOLE_FILE) if number is None else ""
        known = places.setdefault((sheet, cells), [])
        if number is not None and number not in known:
            known.append(number)
    texts = [
        " ".join(part for part in (sheet or f"项目{_numbers(known)}", cells) if part)
        for (sheet, cells), known in places.items()
    ]
    labels = "、".join(dict.fromkeys(finding.label for finding in group if finding.label))
    return _plain(f"{labels}：{'；'.join(texts)}" if labels else "；".join(texts))


def _numbers(numbers: Sequence[int]) -> str:
    """[1, 2, 3, 5] → `1至3、5`; two in a row stay two."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [f"{run[0]}至{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs]
    return "、".join(texts)


def _number(finding: Finding, numbers: Mapping[str, int]) -> int | None:
    return finding.project if finding.project is not None else numbers.get(finding.sheet or "")


def _plain(text: str) -> str:
    """One line, without what cannot be seen."""
    line = " ".join(text.split())
    return "".join(char for char in line if unicodedata.category(char) not in _INVISIBLE)
