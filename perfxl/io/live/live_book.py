"""A workbook open in a spreadsheet program: the same contract as a file, cells in, edits out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import xlwings

from perfxl.core.forms.own_sheets import own_sheet
from perfxl.core.grid.cells import Area, Cell, Sheet, Workbook, position
from perfxl.core.grid.change import CellEdit, Change, DrawnSheet, Highlight
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.undo import Place
from perfxl.core.sheets.colours import MARKS
from perfxl.core.sheets.new_project import SheetCopy
from perfxl.io.files import limits
from perfxl.io.files.size_count import Held
from perfxl.io.live.draw_live import add_highlight, draw, lit_area, name_area, own_highlights, shape, wipe
from perfxl.io.live.entries import entered as as_entered
from perfxl.io.live.entries import present, runs, write_block, write_run
from perfxl.io.live.faults import Standing
from perfxl.io.live.live_cells import read_sheet
from perfxl.io.live.live_looks import harmless_merges
from perfxl.io.live.program import Program
from perfxl.io.live.programs import program_of
from perfxl.io.live.state import progress, quiet, say


@dataclass
class _Journal:
    """How to take back what was written so far, the last step first."""

    steps: list[Callable[[], object]] = field(default_factory=list)

    def take_back(self) -> Standing:
        standing = Standing.RESTORED if self.steps else Standing.UNTOUCHED
        for step in reversed(self.steps):
            try:
                step()
            # Where the application is gone, the workbook on disk is the one from before.
            except Exception:  # noqa: BLE001 (every program has its own; the other steps must follow)
                standing = Standing.TORN
        return standing


class LiveBook:
    """A workbook through xlwings. What cannot be done is a PerfxlError, and nothing is written then.

    standing: what the changes so far have made of it. left_open: the sheets whose protection was lifted
    for them and could not be put back.
    """

    def __init__(self, book: xlwings.Book) -> None:
        self.book = book
        self.standing = Standing.UNTOUCHED
        self.left_open: list[str] = []
        self.program: Program = program_of(book)

    def workbook(self) -> Workbook:
        """All worksheets as they stand now, saved or not. PerfxlError for one over the limits of files."""
        held = Held()
        sheets = []
        with progress(self.book):
            names = [sheet.name for sheet in self.book.sheets]
            if len(names) > limits.MOST_SHEETS:
                raise limits.too_many("工作表", limits.MOST_SHEETS, "请只保留需要填报的工作表，保存后再试。")
            for number, sheet in enumerate(self.book.sheets, 1):
                say(self.book, f"perfxl：正在读取“{sheet.name}”（{number}/{len(names)}）……")
                sheets.append(read_sheet(sheet, self.program, held))
        return Workbook(tuple(sheets))

    def own_sheet(self, name: str) -> Sheet | None:
        """The sheet of ours as it stands now, None when there is none. name: what it is usually called."""
        called = [sheet for sheet in self.book.sheets if str(sheet.name).startswith(name)]
        return own_sheet(Workbook(tuple(read_sheet(sheet, self.program, Held()) for sheet in called)), name)

    def present(self, places: Iterable[Place]) -> dict[Place, CellEdit]:
        """What stands in cells now, as edits that put it back; cells of a sheet that is gone are absent."""
        known = {sheet.name: sheet for sheet in self.book.sheets}
        wanted = [CellEdit(sheet, cell, None) for sheet, cell in places if sheet in known]
        return {
            (edit.sheet, edit.cell): edit
            for run in runs(wanted)
            for edit in present(known[run.sheet], run.area, self.program)
        }

    def apply(self, change: Change, copies: Sequence[SheetCopy] = ()) -> None:
        """Carry out a change, first the copies of sheets; all of it or nothing.

        Everything that may stand in the way is looked for before the first write. What fails in the
        middle is taken back: contents, names, colours, protection and sheets as they were (the two
        sheets of perfxl's own with the looks of the new ones). Screen, calculation and selection are put back in any case.
        PerfxlError, with what to do, for a book or a sheet that cannot be written.
        """
        if change == Change() and not copies:
            return
        self.program.refuse(self.book)
        self._refuse_what_is_missing(change, copies)
        journal = _Journal()
        with progress(self.book), quiet(self.book), self._unprotected(change):
            try:
                self._write(change, copies, journal)
            except BaseException:
                say(self.book, "perfxl：出现问题，正在恢复原状……")
                taken_back = journal.take_back()
                if self.standing is not Standing.WRITTEN or taken_back is Standing.TORN:
                    self.standing = taken_back
                raise
            self.standing = Standing.WRITTEN

    # ------------------------------------------------------------------------------ preconditions

    def _refuse_what_is_missing(self, change: Change, copies: Sequence[SheetCopy]) -> None:
        names = self._names()
        coming = {copy.name for copy in copies}
        needed = {edit.sheet for edit in change.cells} | {copy.source for copy in copies}
        needed |= {highlight.sheet for highlight in change.highlights}
        missing = sorted(needed - names - coming)
        if missing:
            raise PerfxlError(f"工作表“{missing[0]}”已不在工作簿中，没有写入。请再点一次按钮。")
        new = coming | {sheet.name for sheet in change.sheets if sheet.name not in names}
        if new and self.program.structure_locked(self.book):
            raise PerfxlError(
                f"工作簿结构受保护，不能新增工作表“{min(new)}”，没有写入。"
                "请在“审阅—保护工作簿”中取消保护，再点一次按钮。"
            )

    @contextlib.contextmanager
    def _unprotected(self, change: Change) -> Iterator[None]:
        """The sheets to be written, without their protection; afterwards with it, just as it was.

        PerfxlError when one has a password: then all are protected as they were, and nothing is written.
        """
        lit = bool(change.highlights)
        named = {edit.sheet for edit in change.cells} | {sheet.name for sheet in change.sheets}
        named |= {highlight.sheet for highlight in change.highlights}
        families = _families(change)
        lifted: list[tuple[str, Any]] = []
        try:
            for sheet in self.book.sheets:
                if not self.program.is_protected(sheet):
                    continue
                if sheet.name in named or (lit and own_highlights(sheet, families)):
                    lifted.append((sheet.name, self._lift(sheet, sheet.name)))
            yield
        finally:
            for name, guard in lifted:
                try:
                    self.program.protect(self.book.sheets[name], guard)
                except Exception:  # noqa: BLE001 (every program has its own; the other sheets must follow)
                    self.left_open.append(name)

    # ------------------------------------------------------------------------------------ writing

    def _write(self, change: Change, copies: Sequence[SheetCopy], journal: _Journal) -> None:
        guards = [guard for copy in copies for guard in self._copy(copy, journal)]
        for run in runs(change.cells):
            sheet = self.book.sheets[run.sheet]
            before = present(sheet, run.area, self.program)
            journal.steps.append(partial(_put_back, sheet, before))
            write_run(sheet, run)
        for owned in change.sheets:
            say(self.book, f"perfxl：正在写入“{owned.name}”……")
            self._put(owned, journal)
        if change.highlights:
            say(self.book, "perfxl：正在标出有问题的单元格……")
            self._light(change, journal)
        for name, guard in guards:
            self.program.protect(self.book.sheets[name], guard)

    def _lift(self, sheet: xlwings.Sheet, called: str) -> Any:
        """Lift a sheet's protection; gives what puts it back. PerfxlError when it has a password."""
        guard = self.program.unprotect(sheet)
        if guard is None:
            raise PerfxlError(
                f"工作表“{called}”设有保护密码，没有写入任何内容。"
                "请在“审阅—撤销工作表保护”中输入密码取消保护，再点一次按钮。"
            )
        return guard

    def _copy(self, copy: SheetCopy, journal: _Journal) -> list[tuple[str, Any]]:
        """Copy a sheet; gives how it was protected. What was lit up on the first is not on the copy."""
        source, after = self.book.sheets[copy.source], self.book.sheets[copy.after]
        before = self._names()
        journal.steps.append(lambda: self._delete(self._names() - before))
        made = source.copy(after=after, name=copy.name)
        guards = [(copy.name, self._lift(made, copy.source))] if self.program.is_protected(made) else []
        _relight_anew(made, [MARKS], [], self.program)
        return guards

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            self.book.sheets[name].delete()

    def _put(self, owned: DrawnSheet, journal: _Journal) -> None:
        names = self._names()
        if owned.name in names:
            sheet = self.book.sheets[owned.name]
            used = sheet.used_range
            area = Area(used.row, used.column, used.last_cell.row, used.last_cell.column)
            before = present(sheet, area, self.program)
            # An owned sheet is lit up too, and wiping it takes its lights away.
            lit = _as_highlights(sheet, own_highlights(sheet, [MARKS]), MARKS)
            journal.steps.append(partial(_relight_anew, sheet, [MARKS], lit, self.program))
            block = sheet.range(area.first, (area.bottom, area.right))
            filled = {position(edit.cell): Cell(edit.value) for edit in before if edit.value not in (None, "")}
            merged = harmless_merges(self.program.looks(block, filled), filled)
            journal.steps.append(partial(_restore, sheet, before, merged, owned, self.program))
        else:
            journal.steps.append(lambda: self._delete(self._names() - names))
            sheet = self.book.sheets.add(name=owned.name, after=self._place(owned))
        draw(sheet, owned, self.program)
        for name, area_ in owned.names.items():
            known = self.book.names[name].refers_to if name in self.book.names else None
            journal.steps.append(partial(self._name_back, name, known))
            name_area(self.book, name, owned.name, area_)

    def _place(self, owned: DrawnSheet) -> xlwings.Sheet:
        """The sheet that an owned one comes after: the one it names, else the last one to be seen."""
        sheets = list(self.book.sheets)
        named = [sheet for sheet in sheets if sheet.name == owned.after]
        seen = [sheet for sheet in sheets if sheet.visible not in (False, 0, 2)]
        return (named or seen[-1:] or sheets[-1:])[0]

    def _name_back(self, name: str, refers_to: str | None) -> None:
        if refers_to is None:
            self.book.names[name].delete()
        else:
            self.book.names[name].refers_to = refers_to

    def _light(self, change: Change, journal: _Journal) -> None:
        """Replace the highlights of the same families on all sheets."""
        families = _families(change)
        for sheet in self.book.sheets:
            wanted = [highlight for highlight in change.highlights if highlight.sheet == sheet.name]
            standing = own_highlights(sheet, families)
            if not wanted and not standing:
                continue
            before = _as_highlights(sheet, standing, families[0])
            journal.steps.append(partial(_relight_anew, sheet, families, before, self.program))
            _relight(sheet, standing, wanted, self.program)

    def _names(self) -> set[str]:
        return {str(sheet.name) for sheet in self.book.sheets}


def _families(change: Change) -> list[str]:
    return list(dict.fromkeys(highlight.family for highlight in change.highlights))


def _as_highlights(sheet: xlwings.Sheet, rules: Sequence[Any], family: str) -> list[Highlight]:
    return [
        Highlight(
            str(sheet.name), str(rule.formula).removeprefix("="), "{:02X}{:02X}{:02X}".format(*rule.fill_color), family
        )
        for rule in rules
    ]


def _relight(sheet: xlwings.Sheet, standing: Sequence[Any], wanted: Sequence[Highlight], program: Program) -> None:
    # The last first: a rule that goes moves those behind it up.
    for rule in reversed(standing):
        rule.delete()
    if wanted:
        area = lit_area(sheet)
        for highlight in wanted:
            add_highlight(area, highlight, program)


def _relight_anew(sheet: xlwings.Sheet, families: Sequence[str], wanted: Sequence[Highlight], program: Program) -> None:
    _relight(sheet, own_highlights(sheet, families), wanted, program)


def _put_back(sheet: xlwings.Sheet, before: Sequence[CellEdit]) -> None:
    for run in runs(before):
        write_run(sheet, run)


def _restore(
    sheet: xlwings.Sheet, before: Sequence[CellEdit], merged: Iterable[Area], owned: DrawnSheet, program: Program
) -> None:
    """The contents of an owned sheet as they were, in one block, in the looks that such a sheet has."""
    wipe(sheet, program)
    places = [position(edit.cell) for edit in before]
    if not places:
        return
    (top, left), width = places[0], 1 + places[-1][1] - places[0][1]
    cells = [as_entered(edit.value, edit.formula) for edit in before]
    rows = [cells[i : i + width] for i in range(0, len(cells), width)]
    write_block(sheet, (top, left), rows)
    # Other rows than those of the new sheet were merged.
    shape(sheet, replace(owned, merges=tuple(map(str, merged))), program)
