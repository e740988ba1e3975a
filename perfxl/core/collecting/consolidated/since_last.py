"""与上次相比: what happened to each unit since the last collection, a row per change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from perfxl.core.collecting.collected_findings import UnitResult
from perfxl.core.collecting.consolidated.details import unit_cells
from perfxl.core.collecting.consolidated.links import Links
from perfxl.core.collecting.consolidated.streamed_table import Table
from perfxl.core.collecting.round import Since, unit_key
from perfxl.core.collecting.round_changes_in_words import AMOUNT, APPEARED, MENDED, ChangeRow, rows
from perfxl.core.collecting.whose_file import Unit
from perfxl.core.forms.findings import Severity
from perfxl.core.grid.change import SheetCell

_STYLES = {"新报送": "good", "不再有文件": "bad", MENDED: "good", AMOUNT: "warning"}
_OF_A_FILE = "info"


@dataclass(frozen=True)
class Changes:
    """The sheet while it is being written."""

    table: Table
    links: Links

    def fill(self, since: Since, results: Sequence[UnitResult]) -> None:
        """All rows, the units in the order of the other sheets, then those that are not there any more."""
        listed = {_key(result): place for place, result in enumerate(results)}
        for change, of_unit in groupby(rows(since.changes), key=lambda row: row.unit):
            place = listed.get(unit_key(change.code, change.name, change.file))
            result = None if place is None else results[place]
            for row in of_unit:
                self._add(row, result)
        if not self.table.written:
            self.table.add({"what": SheetCell("没有变化。")})

    def _add(self, row: ChangeRow, result: UnitResult | None) -> None:
        change = row.unit
        if result is None:
            whose = unit_cells(None, Unit(change.code, change.name), "")
        else:
            whose = unit_cells(result.key, result.files.unit, result.files.department)
        cells = {
            **whose,
            "kind": SheetCell(row.kind, style=_style(row)),
            "project_name": SheetCell(row.project),
            "rule": SheetCell(row.rule, style="centre"),
            "what": SheetCell(row.what),
            "before": SheetCell(row.before, style="centre"),
            "now": SheetCell(row.now, style="centre"),
            "difference": SheetCell(row.difference, style="amount"),
            "file": SheetCell(change.file),
        }
        if result is not None and result.files.counted is not None:
            cells["file"] = self.links.file(result.files.counted.entry)
        self.table.add(cells)


def _style(row: ChangeRow) -> str:
    if row.kind == APPEARED:
        return "bad" if row.now == Severity.ERROR.label else "warning"
    return _STYLES.get(row.kind, _OF_A_FILE)


def _key(result: UnitResult) -> str:
    unit, counted = result.files.unit, result.files.counted
    return unit_key(unit.code, unit.name, counted.entry.file if counted is not None else "")
