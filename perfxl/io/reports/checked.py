"""What checking one file gave: the one thing all reports are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from perfxl.core.forms.findings import Finding, Severity, counts
from perfxl.core.forms.records import Submission
from perfxl.core.forms.settings import Settings

Status = Literal["passed", "warnings", "errors", "unreadable"]


@dataclass(frozen=True)
class Checked:
    """One file, checked.

    path: as the person gave it. sha256: of the bytes that were read, None where there were none.
    submission: None for a file that could not be read; `reason` is then the sentence why.
    own: which workbook of perfxl's own it is, None for all others; it is not read then.
    settings: what the bureau of the framework it was checked by decided about the rules.
    """

    path: str
    sha256: str | None
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    own: str | None = None
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


def reported(
    checked: Sequence[Checked], render: Callable[[Sequence[Checked]], str], reason_of: Callable[[Exception], str]
) -> tuple[list[Checked], str]:
    """The report of all files. A file that cannot be shown is one that could not be read, and the others are
    shown all the same; what it is then is given too. reason_of: the sentence for an exception.
    """
    try:
        return list(checked), render(checked)
    except Exception:  # noqa: BLE001 (whatever it is, it is the fault of one file)
        shown = [_as_shown(one, render, reason_of) for one in checked]
        return shown, render(shown)


def _as_shown(
    one: Checked, render: Callable[[Sequence[Checked]], str], reason_of: Callable[[Exception], str]
) -> Checked:
    try:
        render([one])
    except Exception as fault:  # noqa: BLE001 (the envelope around one file)
        return Checked(one.path, one.sha256, reason=reason_of(fault))
    return one
