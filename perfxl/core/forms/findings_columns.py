"""The columns of the 校验结果 sheet: one table for writing it and for finding the answers on it again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its key, its header, its width in characters, the style of its cells."""

    key: str
    header: str
    width: float
    style: str


COLUMNS = (
    Column("number", "序号", 6, "number"),
    Column("severity", "严重程度", 9, "centre"),
    Column("rule", "规则", 8, "centre"),
    Column("sheet", "工作表", 18, "text"),
    Column("cell", "单元格", 9, "link_centre"),
    Column("field", "字段", 14, "text"),
    Column("actual", "当前值", 20, "text"),
    Column("message", "问题", 38, "text"),
    Column("hint", "修改建议", 38, "text"),
    Column("basis", "依据", 18, "text"),
    Column("explanation", "单位说明", 24, "input"),
)
WIDTH = len(COLUMNS)
# One empty column keeps what is hidden away from the table.
MARK_COLUMN = WIDTH + 2
CONTENT_COLUMN = WIDTH + 3
CONTENT_HEADER = "内容标识"
