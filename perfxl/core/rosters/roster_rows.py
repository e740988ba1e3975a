"""The rows of a roster's tables, read: normal forms of codes, amounts, texts, and faults at their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.core.forms import project_code as codes
from perfxl.core.forms.settings import Settings
from perfxl.core.grid.cells import Cell, shown
from perfxl.core.grid.numbers import Number, exact, parse_amount
from perfxl.core.grid.text import cut, half_width, squeezed, what_it_shows
from perfxl.core.rosters.roster_form import AMOUNTS, column_label
from perfxl.core.rosters.roster_records import RosterFault, RosterProject
from perfxl.core.rosters.roster_table import RosterTable

_UNIT_CODE = re.compile(r"[0-9]{6}")
_CODE_AND_NAME = re.compile(r"\s*([0-9]{6})\s*+[-—_:：]?+\s*+(\D.*)")
_PROJECT_CODE = re.compile(r"[0-9A-Z]{21}")
# A number loses the zeros before it; a department code of three digits is no unit code without them.
_FEWEST_DIGITS = 4
UNIT_TEXTS = ("department", "contact", "phone", "last_year_file")
UNIT_FIELDS = ("unit_code", "unit_name", *UNIT_TEXTS)
PROJECT_FIELDS = ("project_code", "project_name", *AMOUNTS, "purpose", "sub_objective")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a row says of its unit. code: six digits or None; name and texts as typed, or None."""

    table: RosterTable
    row: int
    code: str | None
    name: str | None
    texts: Mapping[str, Any]

    def address(self, key: str) -> str:
        """Where a column's value is or would be."""
        return self.table.address(self.row, key)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project and the unit that its row names."""

    unit: UnitRow
    project: RosterProject


class RowReader:
    """Reads the rows of one table; gathers faults on the way."""

    def __init__(self, table: RosterTable) -> None:
        self.table = table
        self.faults: list[RosterFault] = []

    def rows(self) -> Iterator[tuple[UnitRow, ProjectRow | None]]:
        """Every row: its unit, and its project where the table has projects and the row names one.

        On a table of projects a row that names no unit belongs to the one above.
        """
        above: UnitRow | None = None
        for row in self.table.rows():
            unit = self._unit(row)
            if self.table.has_projects:
                named = unit.code is not None or unit.name is not None or self._typed(row, "unit_code")
                if not named and above is not None:
                    unit = UnitRow(self.table, row, above.code, above.name, above.texts)
                above = unit
            yield unit, self._project(row, unit)

    # ------------------------------------------------------------------------------------ the unit

    def _unit(self, row: int) -> UnitRow:
        merged = {key: self._text(row, key, merged=True) for key in UNIT_TEXTS}
        name = self._text(row, "unit_name", merged=True)
        code, named = self._unit_code(row)
        return UnitRow(self.table, row, code, name or named, merged)

    def _unit_code(self, row: int) -> tuple[str | None, str | None]:
        """The code, and the name where both stand in the code's cell. A code that is none is a fault."""
        cell = self._usable(row, "unit_code", merged=True)
        text = "" if cell is None else cell.text
        if cell is None or not text:
            return None, None
        code = squeezed(text)
        if _UNIT_CODE.fullmatch(code):
            return code, None
        both = _CODE_AND_NAME.fullmatch(half_width(text))
        if both is not None:
            return both[1], both[2].strip()
        number = None if isinstance(cell.value, bool | str) else _whole(cell.value)
        if number is not None and _FEWEST_DIGITS <= len(number) < 6:
            code = number.zfill(6)
            hint = f"Excel 去掉了数字前面的 0。请把单元格设为“文本”格式，重新写 {code}。"
            self._fault(row, "unit_code", f"单位编码 {number} 不足 6 位，已按 {code} 理解。", hint, warning=True)
            return code, None
        hint = "单位编码为 6 位数字：3 位部门编码加 3 位单位编码，如 116001。"
        self._fault(row, "unit_code", f"单位编码“{cut(text, 30)}”不是 6 位数字。", hint)
        return None, None

    # --------------------------------------------------------------------------------- the project

    def _project(self, row: int, unit: UnitRow) -> ProjectRow | None:
        if not self.table.has_projects or not any(self._typed(row, key) for key in PROJECT_FIELDS):
            return None
        name = self._text(row, "project_name")
        if name is None:
            self._fault(row, "project_name", "项目名称没有填写。", "请填写项目名称，或删去这一行。")
        wrong = len(self.faults)
        amounts = {key: self._amount(row, key) for key in AMOUNTS}
        if all(fault.warning for fault in self.faults[wrong:]):
            self._check_sum(row, amounts)
        project = RosterProject(
            code=self._project_code(row),
            name=name or "",
            purpose=self._text(row, "purpose", lines=True),
            sub_objective=self._text(row, "sub_objective"),
            sheet=self.table.sheet.name,
            row=row,
            columns=self.table.letters(PROJECT_FIELDS),
            **amounts,
        )
        return ProjectRow(unit, project)

    def _project_code(self, row: int) -> str | None:
        cell = self._usable(row, "project_code")
        if cell is None or not cell.text:
            return None
        code = squeezed(cell.text).upper()
        if not isinstance(cell.value, str):
            hint = "请把单元格设为“文本”格式，再从预算管理一体化系统复制。"
            self._fault(row, "project_code", f"项目编码变成了数字 {cut(cell.text, 30)}，已经不完整。", hint)
            return None
        if not _PROJECT_CODE.fullmatch(code):
            hint = "项目编码为 21 位字母和数字，请从预算管理一体化系统复制；还没有编码的请留空。"
            message = f"项目编码“{cut(code, 40)}”应为 21 位字母和数字，现为 {len(code)} 位。"
            self._fault(row, "project_code", message, hint)
            return None
        if codes.carries_check_character(code, Settings().code_prefixes) and not codes.fits(code):
            likely = codes.repair(code)
            hint = f"可能应为“{likely}”，请核对。" if likely else "请对照预算管理一体化系统核对。"
            message = f"项目编码“{code}”的最后一位与前 20 位对不上，可能录错了字。"
            self._fault(row, "project_code", message, hint, warning=True)
        return code

    def _amount(self, row: int, key: str) -> Decimal | None:
        cell = self._usable(row, key)
        if cell is None or cell.shows_nothing:
            return None
        label, number = column_label(key), parse_amount(cell)
        if number is None:
            hint = "请填写以万元为单位的数字，不写单位和文字。"
            self._fault(row, key, f"{label}“{cut(cell.text, 30)}”不是数字。", hint)
            return None
        amount = number.value
        if number.stored is not None:
            self._shown_otherwise(row, key, cell, number)
        if amount is not None and amount < 0:
            self._fault(row, key, f"{label}是负数：{shown(amount)}。", "控制数不能小于 0，请核对。")
            return None
        if amount is not None and amount != amount.quantize(Decimal("0.01")):
            hint = "请四舍五入到 0.01 万元。"
            self._fault(row, key, f"{label} {shown(amount)} 超过两位小数。", hint, warning=True)
        return amount

    def _shown_otherwise(self, row: int, key: str, cell: Cell, number: Number) -> None:
        """A fault where a cell shows another number than it holds; a warning where one of them is meant."""
        said = f"{column_label(key)}{what_it_shows(cell.text)}，实际保存的是“{number.stored}”"
        taken = "，无法确定是多少" if number.value is None else f"，已按 {shown(number.value)} 万元理解"
        hint = "请直接填写以万元为单位的数字，并把单元格格式改为“常规”。"
        self._fault(row, key, f"{said}{taken}。", hint, warning=number.value is not None)

    def _check_sum(self, row: int, amounts: dict[str, Decimal | None]) -> None:
        total, fiscal, other = (amounts[key] for key in AMOUNTS)
        if fiscal is None and other is None:
            return
        parts = (fiscal or Decimal(0)) + (other or Decimal(0))
        sums = f"财政资金 {shown(fiscal or Decimal(0))} ＋ 其他资金 {shown(other or Decimal(0))} ＝ {shown(parts)}"
        if total is None:
            self._fault(row, "total_budget", f"预算数没有填写，而{sums}。", "请填写预算数。")
        elif total != parts:
            self._fault(row, "total_budget", f"预算数 {shown(total)} ≠ {sums}。", "请更正其中的错误。")

    # ------------------------------------------------------------------------------------- cells

    def _usable(self, row: int, key: str, *, merged: bool = False) -> Cell | None:
        cell = self.table.cell(row, key, merged=merged)
        if cell is None:
            return None
        label = column_label(key)
        if cell.error is not None:
            self._fault(row, key, f"{label}是错误值 {cell.error}。", "请改正公式，或直接填写内容。")
            return None
        if cell.value is None and cell.formula:
            hint = "请用 Excel 或 WPS 打开花名册，保存后再试。"
            self._fault(row, key, f"{label}的公式没有计算结果。", hint)
            return None
        return cell

    def _text(self, row: int, key: str, *, merged: bool = False, lines: bool = False) -> str | None:
        """The text of a cell, None for none. lines: it may have several."""
        cell = self._usable(row, key, merged=merged)
        text = "" if cell is None else cell.text
        return (text if lines else " ".join(text.split())) or None

    def _typed(self, row: int, key: str) -> bool:
        cell = self.table.cell(row, key)
        return cell is not None and (cell.error is not None or cell.formula or bool(cell.text))

    def _fault(self, row: int, key: str, message: str, hint: str, *, warning: bool = False) -> None:
        where = self.table.address(row, key)
        self.faults.append(RosterFault(self.table.sheet.name, where, message, hint, warning))


def _whole(value: object) -> str | None:
    """`1001` for 1001.0; None for what is no whole number."""
    number = exact(value) if isinstance(value, int | float | Decimal) else None
    return str(int(number)) if number is not None and number == number.to_integral_value() else None
