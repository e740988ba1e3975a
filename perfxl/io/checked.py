"""What checking one file gave: the one thing all reports are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from perfxl.core.findings import Finding, Severity, counts
from perfxl.core.model import Submission
from perfxl.core.settings import Settings

Status = Literal["passed", "warnings", "errors", "unreadable"]


@dataclass(frozen=True)
class Checked:
    """One file, checked.

    path: as the person gave it. sha256: of the bytes that were read, None where there were none.
    submission: None for a file that could not be read; `reason` is then the sentence why.
    settings: what the bureau of the framework it was checked by decided about the rules.
    """

    path: str
    sha256: str | None
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    settings: Settings = field(default_factory=Settings)

    @property
    def status(self) -> Status:
        """The worst of the file; infos alone leave it passed."""
        if self.submission is None:
            return "unreadable"
        counted = counts(self.findings)
        if counted[Severity.ERROR.value]:
            return "errors"
        return "warnings" if counted[Severity.WARNING.value] else "passed"

    @property
    def exit_status(self) -> int:
        """0 without errors, 1 with errors, 2 for a file that could not be read."""
        return {"passed": 0, "warnings": 0, "errors": 1, "unreadable": 2}[self.status]
