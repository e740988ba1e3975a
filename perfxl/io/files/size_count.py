"""Counting what the sheets of a workbook hold together, against the limits."""

from __future__ import annotations

from dataclasses import dataclass

from perfxl.core.grid.cells import Position
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.files import limits


@dataclass
class Held:
    """What all sheets of a workbook hold together; each `add_…` raises PerfxlError once it is too much."""

    cells: int = 0
    area: int = 0
    text: int = 0

    def add_text(self, length: int, times: int = 1) -> None:
        """Count a text of so many characters, shown by so many cells."""
        if length > limits.LONGEST_TEXT:
            raise PerfxlError(
                f"有单元格的文字超过 {limits.LONGEST_TEXT:,} 个字符（Excel 的上限），不读取。"
                "请缩短该单元格的内容后保存再试。"
            )
        self.text += length * times
        if self.text > limits.MOST_TEXT:
            raise limits.too_many("文字", limits.MOST_TEXT, "请删除表格以外的内容后保存再试。")

    def add_cells(self, number: int) -> None:
        """Count filled cells."""
        self.cells += number
        if self.cells > limits.MOST_CELLS:
            raise limits.too_many("有内容的单元格", limits.MOST_CELLS, "请删除表格以外的内容后保存再试。")

    def add_area(self, sheet: str, height: int, width: int, last: Position) -> None:
        """Count the rectangle around a sheet's filled cells, which ends at `last`."""
        self.area += height * width
        if self.area > limits.MOST_AREA:
            raise PerfxlError(
                f"工作表“{sheet[:31]}”有内容的区域过大（到第 {last[0]} 行、第 {last[1]} 列），不读取。"
                f"各表合计上限 {limits.MOST_AREA:,} 格。请删除表格以外的内容后保存再试。"
            )
