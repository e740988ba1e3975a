"""A list of projects to begin a workbook with: one row each, columns in any order."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from perfxl.core.forms.records import Project
from perfxl.core.forms.shipped_forms import PROJECT_FORM
from perfxl.core.grid.cells import Cell, Sheet, WhyUnread
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.grid.numbers import parse_amount
from perfxl.core.grid.table_header import named_columns, spellings
from perfxl.core.grid.text import OTHER_UNITS, cut, label_in, other_unit, visible, what_it_shows
from perfxl.core.reading.submission import MOST_PROJECTS
from perfxl.io.files.small_files import read_small

_TEXTS = ("project_code", "project_name", "purpose")
_AMOUNTS = ("total_budget", "fiscal_funds", "other_funds")
# A header is looked for at the top only, so that a title above it does no harm.
_HEADER_WITHIN = 10
# A list of as many projects as a workbook may have takes some hundred kilobytes.
_MOST_BYTES, _MOST_ROWS = 10 * 2**20, 10_000
# The first lines, as far as they tell what separates the columns.
_HEAD = 2**14

Row = tuple[int, dict[int, Cell]]


def read_projects(path: Path) -> tuple[Project, ...]:
    """The projects of a list (`.csv`, or the first sheet with a header of any workbook), as listed.

    The header names the columns as the form does: 项目编码, 项目名称, 预算数, 财政资金, 其他资金,
    资金用途; only 项目名称 must be there. Amounts are in 万元. Rows without a code and a name are
    passed over. PerfxlError when the list cannot be read, when an amount is no number or in another unit,
    and when something of a project is crossed out or under a merge.
    """
    is_text = path.suffix.lower() == ".csv"
    tables = [(_csv_rows(path), None)] if is_text else _workbook_rows(path)
    for rows, sheet in tables:
        if (found := _header(path, rows)) is not None:
            below, columns = found
            if sheet is not None:
                _refuse_unread(path, sheet, below, columns)
            return _projects(path, [row for row in rows if row[0] > below], columns)
    raise PerfxlError(
        f"项目清单“{path}”中没有找到标题行。请在第一行写明：项目编码、项目名称、预算数、财政资金、其他资金、资金用途。"
    )


def _projects(path: Path, rows: list[Row], columns: dict[str, int]) -> tuple[Project, ...]:
    projects: list[Project] = []
    for line, cells in rows:
        texts = {key: _text(path, line, key, cells, columns) for key in _TEXTS}
        if not texts["project_code"] and not texts["project_name"]:
            continue
        amounts = {key: _amount(path, line, key, cells, columns) for key in _AMOUNTS}
        if len(projects) == MOST_PROJECTS:
            raise PerfxlError(
                f"项目清单“{path}”的项目过多（一个工作簿上限 {MOST_PROJECTS} 个），第 {line} 行起放不下。"
                "请按预算单位分成几份。"
            )
        projects.append(Project.model_validate({"number": len(projects) + 1, **texts, **amounts}))
    if not projects:
        raise PerfxlError(f"项目清单“{path}”中没有项目：标题行下面没有项目编码或项目名称。")
    return tuple(projects)


def _text(path: Path, line: int, key: str, cells: Mapping[int, Cell], columns: Mapping[str, int]) -> str | None:
    cell = _usable(path, line, key, cells, columns)
    return None if cell is None else cell.text or None


def _amount(path: Path, line: int, key: str, cells: Mapping[int, Cell], columns: Mapping[str, int]) -> Decimal | None:
    cell = _usable(path, line, key, cells, columns)
    if cell is None or cell.shows_nothing:
        return None
    number = parse_amount(cell)
    where = _where(path, line, key)
    if number is not None and number.stored is not None:
        raise PerfxlError(
            f"{where}{what_it_shows(cell.text)}，实际保存的是“{number.stored}”，无法确定是多少。"
            "请直接填写以万元为单位的数字，并把单元格格式改为“常规”。"
        )
    if number is None:
        raise PerfxlError(f"{where}不是数字：“{cell.text}”。请填写以万元为单位的数字。")
    return number.value


def _usable(path: Path, line: int, key: str, cells: Mapping[int, Cell], columns: Mapping[str, int]) -> Cell | None:
    """The cell of a column, None where it is blank. PerfxlError for an error and for a formula without a value."""
    cell = cells.get(columns.get(key, 0))
    if cell is not None and cell.error is not None:
        raise PerfxlError(f"{_where(path, line, key)}是错误值 {cell.error}。请改正公式，或直接填写内容。")
    if cell is not None and cell.value is None:
        raise PerfxlError(f"{_where(path, line, key)}的公式没有计算结果。请用 Excel 或 WPS 打开清单，保存后再试。")
    return cell


def _where(path: Path, line: int, key: str) -> str:
    return f"项目清单“{path}”第 {line} 行的“{PROJECT_FORM.label(key)}”"


def _header(path: Path, rows: list[Row]) -> tuple[int, dict[str, int]] | None:
    """The line of the header, and field → its column."""
    fields = [PROJECT_FORM.field(key) for key in (*_TEXTS, *_AMOUNTS)]
    names = spellings((field.key, label) for field in fields for label in (field.label, *field.aliases))
    for line, cells in rows[:_HEADER_WITHIN]:
        columns = named_columns(cells.items(), names)
        if "project_name" in columns:
            for cell in cells.values():
                _refuse_other_unit(path, cell.text, names)
            return line, columns
    return None


def _refuse_other_unit(path: Path, header: str, names: Mapping[str, str]) -> None:
    unit, key = other_unit(header), label_in(header, names, counted_in=OTHER_UNITS)
    if unit is not None and key in _AMOUNTS:
        raise PerfxlError(
            f"项目清单“{path}”的“{header}”以{unit}为单位。"
            f"请换算为万元后填写，标题写“{PROJECT_FORM.label(key)}（万元）”。"
        )


def _refuse_unread(path: Path, sheet: Sheet, below: int, columns: Mapping[str, int]) -> None:
    for (row, column), cell, why in sheet.lost():
        key = next((key for key, own in columns.items() if own == column), None)
        if row > below and key is not None:
            text = "" if why is WhyUnread.PICTURE else f"“{cut(cell.text, 30)}”"
            raise PerfxlError(
                f"{_where(path, row, key)}{text}{why.value}，读不到。请改为看得见的文字；不需要的请清除或删除这一行。"
            )


def _csv_rows(path: Path) -> list[Row]:
    text = _decoded(path, read_small(path, "项目清单", _MOST_BYTES))
    # Excel for Mac ends lines with `\r`, which the reader takes for a mistake.
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for row in reader:
            if any(row):
                rows.append((line, {i: Cell(text, visible(text)) for i, text in enumerate(row, 1) if text}))
                _refuse_many(path, rows)
            line = reader.line_num + 1
    except csv.Error as fault:
        raise PerfxlError(
            f"项目清单“{path}”从第 {line} 行起读不下去：引号不成对，或一格的文字过长（上限 131,072 个字符）。"
            "请改正这一行，或在 Excel 中另存为 .xlsx。"
        ) from fault
    return rows


def _decoded(path: Path, content: bytes) -> str:
    # Excel in China saves .csv as GBK unless told otherwise; every GBK file is GB18030 too. What it calls
    # Unicode text is UTF-16, and says so at its beginning.
    unicode_text = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if unicode_text else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise PerfxlError(f"项目清单“{path}”的编码无法识别。请在 Excel 中另存为“CSV UTF-8”或 .xlsx。")


def _delimiter(text: str) -> str:
    """What separates the columns of the first lines: Unicode text has tabs, some countries semicolons."""
    head = "\n".join(text[:_HEAD].splitlines()[:_HEADER_WITHIN])
    return max(",\t;", key=head.count)


def _refuse_many(path: Path, rows: list[Row]) -> None:
    if len(rows) > _MOST_ROWS:
        raise PerfxlError(f"项目清单“{path}”的行数过多（上限 {_MOST_ROWS:,} 行），不读取。请检查是不是选错了文件。")


def _workbook_rows(path: Path) -> list[tuple[list[Row], Sheet | None]]:
    from perfxl.io.workbooks.read_files import read_workbook

    try:
        sheets = read_workbook(path).sheets
    except PerfxlError as fault:
        raise PerfxlError(f"无法读取项目清单“{path}”：{fault}") from fault
    return [(_sheet_rows(path, sheet), sheet) for sheet in sheets]


def _sheet_rows(path: Path, sheet: Sheet) -> list[Row]:
    rows: list[Row] = []
    for number in sheet.rows:
        rows.append((number, dict(sheet.row(number))))
        _refuse_many(path, rows)
    return rows
