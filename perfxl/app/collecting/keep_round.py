"""This collection beside those before: compared before the summary is written, kept after it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from perfxl.app.collecting.result import Collected
from perfxl.core.collecting.compare_rounds import round_of, since_last
from perfxl.core.collecting.round import Round, Since
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.collecting.rounds_file import Record, read_record, write_record
from perfxl.io.files.set_aside import digest_of


@dataclass(frozen=True)
class Rounds:
    """record: what is kept beside the summary. since: what changed; None where nothing came before."""

    record: Record
    new: Round
    since: Since | None

    @property
    def notices(self) -> list[str]:
        """Why the record could not be used, if so; collecting goes on without it."""
        return [self.record.problem] if self.record.problem else []

    def keep(self, summary: Path) -> list[str]:
        """Write the record, now that the summary stands; gives what could not be written, as sentences."""
        try:
            write_record(self.record, self.new, digest_of(summary))
        except PerfxlError as fault:
            return [f"{self.record.path}：{fault}"]
        return []


def compared(done: Collected) -> Rounds:
    """What this collection holds, and what changed since the last one."""
    keep = done.store.keep
    record = read_record(done.request.target, keep)
    new = round_of(done.unit_returns(), time=done.made, keep=keep)
    return Rounds(record, new, since_last(record.rounds, new, keep))
