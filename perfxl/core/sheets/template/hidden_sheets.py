"""The two hidden sheets: `_lists` behind the dropdowns, `_perfxl` with the file's identity."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from perfxl.core.forms.file_identity import Controls, identity_rows
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.records import Submission
from perfxl.core.forms.sheet_names import IDENTITY, LISTS
from perfxl.core.grid.cells import column_letters, quoted_sheet
from perfxl.core.grid.change import DrawnSheet
from perfxl.core.sheets.drawing import Drawing
from perfxl.core.sheets.template.template_styles import HIDDEN_LIST, TEXT_FORMAT

_EVERY = "全部"
_ON_LISTS = f"{quoted_sheet(LISTS)}!"


def lists_sheet(framework: Framework) -> DrawnSheet:
    """A column per 一级指标: its name above its 二级指标; then a column with all of them."""
    sheet = Drawing(LISTS, ())
    columns = [(c.name, *c.subcategories) for c in framework.categories]
    every = dict.fromkeys(chain.from_iterable(c.subcategories for c in framework.categories))
    for number, texts in enumerate((*columns, (_EVERY, *every)), start=1):
        for row, text in enumerate(texts, start=1):
            sheet.put(f"{column_letters(number)}{row}", text, HIDDEN_LIST)
    return sheet.sheet(hidden=True)


def identity_sheet(submission: Submission, controls: Controls | None) -> DrawnSheet:
    """Keys and values as texts: a code must not become a number."""
    sheet = Drawing(IDENTITY, ())
    text = replace(HIDDEN_LIST, number_format=TEXT_FORMAT)
    for number, values in enumerate(identity_rows(submission, controls), start=1):
        for column, value in enumerate(values, start=1):
            sheet.put(f"{column_letters(column)}{number}", value, text)
    return sheet.sheet(hidden=True)


def category_list(framework: Framework) -> str:
    """The source of a dropdown of all 一级指标."""
    return f"{_ON_LISTS}$A$1:${column_letters(len(framework.categories))}$1"


def subcategory_list(framework: Framework, category_cell: str) -> str:
    """The source of a dropdown of the 二级指标 of a cell's 一级指标; of all, where that is none."""
    every = len(framework.categories) + 1
    found = f"IFERROR(MATCH(TRIM({category_cell}),{category_list(framework)},0),{every})-1"
    most = sum(len(c.subcategories) for c in framework.categories)
    count = f"COUNTA(OFFSET({_ON_LISTS}$A$2,0,{found},{most},1))"
    return f"OFFSET({_ON_LISTS}$A$2,0,{found},{count},1)"
