"""What was asked for and what came of it, while the rows of the files are still at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from perfxl.core.collecting.collected_findings import OtherResult, Told, UnitResult, own_findings
from perfxl.core.collecting.unit_return import ReturnedProject, UnitReturn
from perfxl.core.collecting.which_file_counts import State
from perfxl.core.forms.findings import Finding
from perfxl.core.forms.frameworks import Framework
from perfxl.io.collecting.returned_files import Found
from perfxl.io.collecting.store import Store


@dataclass(frozen=True)
class Request:
    """What to collect and where to. roster: None takes the units that the files themselves name.

    own: more files and folders of the officer's, not to be taken for returned ones.
    """

    folder: Path
    target: Path
    roster: Path | None = None
    framework: str | None = None
    form: str | None = None
    jobs: int = 1
    own: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Collected:
    """What came of it, while the store is still at hand: the results are read from it again whenever asked.

    found: every file, by its number. besides: what projects' forms have that no sum knows. sums: what the self-check found (COL06). aside: the name under
    which the earlier summary stays, where somebody changed it.
    """

    request: Request
    made: datetime
    results: Sequence[UnitResult]
    others: Sequence[OtherResult]
    found: Sequence[Found]
    store: Store
    framework: Framework
    besides: Mapping[str, str] = field(default_factory=dict)
    sums: tuple[Finding, ...] = ()
    aside: Path | None = None
    scratch: Path = field(default_factory=Path)

    @property
    def has_roster(self) -> bool:
        """Whether it is known who owes a file."""
        return self.request.roster is not None

    @property
    def told(self) -> Iterator[Told]:
        """What collecting itself found, unit by unit, then about files of no unit."""
        for result in self.results:
            yield from result.told
        for other in self.others:
            yield from other.told

    @property
    def unreadable(self) -> int:
        """How many files could not be read."""
        return sum(one.placed.state is State.UNREADABLE for one in self.others)

    def findings(self, result: UnitResult) -> tuple[Finding, ...]:
        """Everything found about a unit: in its file, then about the collection."""
        counted = result.files.counted
        own: tuple[Finding, ...] = ()
        if counted is not None:
            own = own_findings(counted, self.store.findings(counted.entry.number), first=result.first)
        return (*own, *(told.finding for told in result.told))

    def unit_return(self, result: UnitResult) -> UnitReturn | None:
        """What opinions and rounds are made from; None where nothing came back."""
        counted = result.files.counted
        if counted is None:
            return None
        rows = self.store.projects(counted.entry.number)
        return UnitReturn(
            code=result.files.unit.code,
            name=result.files.unit.name,
            department=result.files.department or None,
            year=counted.entry.year,
            file=counted.entry.file,
            sha256=counted.entry.sha256 or "",
            returned=counted.entry.modified,
            projects=tuple(
                ReturnedProject(
                    row.number,
                    row.sheet,
                    row.texts["project_code"],
                    row.texts["project_name"],
                    row.figures["total_budget"],
                    row.figures["fiscal_funds"],
                    row.figures["other_funds"],
                )
                for row in rows
                if counted.part.whole or row.number in counted.part.numbers
            ),
            findings=self.findings(result),
        )

    def unit_returns(self) -> Iterator[UnitReturn]:
        """All of them, one at a time."""
        returns = map(self.unit_return, self.results)
        return (one for one in returns if one is not None)
