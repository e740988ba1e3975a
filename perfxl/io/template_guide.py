"""封面 and 填报说明 of the template. What to fill in, and how, is said in the words of the layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from perfxl.core.cells import Area, address
from perfxl.core.form import Form, Kind
from perfxl.core.frameworks import Framework
from perfxl.core.layout import (
    COVER,
    COVER_FORM,
    COVER_NOTE_AREA,
    COVER_TITLE_AREA,
    COVER_TITLE_ENDS,
    DEPARTMENT,
    DEPARTMENT_FORM,
    FINDINGS,
    SUMMARY,
    UNIT_OF_ACCOUNT,
    project_form,
)
from perfxl.core.model import Submission
from perfxl.io.template_pen import (
    LABEL,
    Look,
    Pen,
    height_of,
    prompt,
    protect,
    set_page,
    set_widths,
)

_COVER_TITLE = Look(size=26, bold=True, border="")
_COVER_LABEL = Look(size=14, horizontal="distributed", border="")
_COVER_INPUT = Look(size=14, border="bottom", locked=False)
_COVER_NOTE = Look(size=9, colour="FF595959", border="")
_LAST_FIRST_YEAR = ("2000", "2100")

_GUIDE_WIDTHS = (17.5, 24.5, 56.0)
_HEADING = Look(size=12, bold=True, horizontal="left", border="")
_TEXT = Look(horizontal="left", indent=1)
_GROUP = Look(bold=True)
_STEP = Look(horizontal="left", border="")
_GUIDE_TITLE = Look(size=16, bold=True, border="")


def draw_cover(pen: Pen, sheet: Worksheet, submission: Submission, framework: Framework) -> None:
    """The cover: the title is put together from the fields below it."""
    set_widths(sheet, COVER_FORM.widths)
    pen.formula(sheet, COVER_TITLE_AREA, _title_formula(), _title_text(submission), _COVER_TITLE)
    title = Area.of(COVER_TITLE_AREA)
    heights = {1: 70.0, 2: 30.0, 3: 30.0, title.top: 70.0, title.bottom: 70.0, 6: 90.0, 7: 60.0}
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height
    values = cover_values(submission)
    for field in COVER_FORM.fields:
        number_format = "@" if field.kind is Kind.CODE else "General"
        look = Look(size=14, border="bottom", locked=False, number_format=number_format)
        pen.put(sheet, field.label_area, field.label, _COVER_LABEL)
        pen.put(sheet, field.value_area, values[field.key], look)
        needed = height_of(str(values[field.key] or ""), 66.0, 14)
        sheet.row_dimensions[field.value.top].height = max(36.0, needed)
        _help(sheet, field.value_area, field.label, field.hint, field.kind, address(field.value.first))
    note = f"{framework.name}（{framework.basis}）　　{UNIT_OF_ACCOUNT}"
    pen.put(sheet, COVER_NOTE_AREA, note, _COVER_NOTE)
    row = Area.of(COVER_NOTE_AREA).top
    sheet.row_dimensions[row - 1].height = 60
    sheet.row_dimensions[row].height = 24
    set_page(sheet, f"A1:{address((row, len(COVER_FORM.widths)))}")
    sheet.oddFooter.center.text = None
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "FF7F7F7F"
    protect(sheet)


def cover_values(submission: Submission) -> dict[str, str | int | None]:
    """What the fields of the cover hold, by their keys."""
    unit, cover = submission.budget_unit, submission.cover
    return {
        "department": submission.department_name,
        "budget_unit.code": unit.code if unit else None,
        "budget_unit.name": unit.name if unit else None,
        "year": submission.year,
        "compiled_by": cover.compiled_by if cover else None,
        "reviewed_by": cover.reviewed_by if cover else None,
    }


def _cell(key: str) -> str:
    return address(COVER_FORM.field(key).value.first)


def _title_formula() -> str:
    department, unit, year = (_cell(key) for key in ("department", "budget_unit.name", "year"))
    whose = f'IF({department}&{unit}="","",IF({department}<>"",{department},{unit})&CHAR(10))'
    return f'{whose}&IF({year}="","",{year}&" 年")&"{COVER_TITLE_ENDS}"'


def _title_text(submission: Submission) -> str:
    unit = submission.budget_unit
    whose = submission.department_name or (unit.name if unit else None)
    year = "" if submission.year is None else f"{submission.year} 年"
    return (f"{whose}\n" if whose else "") + f"{year}{COVER_TITLE_ENDS}"


def _help(sheet: Worksheet, area: str, title: str, hint: str, kind: Kind, cell: str) -> None:
    if kind is Kind.YEAR:
        first, last = _LAST_FIRST_YEAR
        prompt(
            sheet,
            area,
            title,
            hint,
            type="whole",
            operator="between",
            formula1=first,
            formula2=last,
            error="这里应填四位年份，如 2024。仍要保留请选“是”。",
        )
    elif kind is Kind.CODE:
        prompt(
            sheet,
            area,
            title,
            hint,
            type="custom",
            formula1=f"LEN(TRIM({cell}))=6",
            error="单位编码一般为 6 位。仍要保留请选“是”。",
        )
    else:
        prompt(sheet, area, title, hint)


# ------------------------------------------------------------------------------------- the guide


def draw_guide(pen: Pen, sheet: Worksheet, framework: Framework) -> None:
    """What each sheet is for, how to fill in each field, how to add rows and projects, how to check."""
    set_widths(sheet, _GUIDE_WIDTHS)
    pen.put(sheet, "A1:C1", "填报说明", _GUIDE_TITLE)
    sheet.row_dimensions[1].height = 36
    row = 2
    row = _table(pen, sheet, row, "一、各工作表的用途", ("工作表", "由谁填写", "用途"), _sheets())
    project = project_form(weights=framework.weights)
    fields = ("工作表", "栏目", "填写要求")
    rows = (
        *_hints(COVER, COVER_FORM),
        *_hints(DEPARTMENT, DEPARTMENT_FORM),
        *_hints("项目绩效目标表", project),
    )
    row = _table(pen, sheet, row, "二、各栏目怎样填写", fields, rows)
    row = _steps(pen, sheet, row, "三、怎样增加一行、增加一个项目", _EDITING)
    row = _steps(pen, sheet, row, "四、怎样校验和上报", _CHECKING)
    row = _framework_rows(pen, sheet, row, framework)
    set_page(sheet, f"A1:C{row - 1}")
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "FF7F7F7F"
    protect(sheet)


_EDITING = (
    (
        "增加一行指标：右键点击表内任一行的行号，选“插入”，新行沿用上一行的格式和下拉列表；"
        "在最后一行指标之后增加时，右键点击最后一行下面的细行，选“插入”。"
    ),
    "减少一行：右键点击该行的行号，选“删除”。没有内容的空行也可以保留，校验时不计。",
    (
        "增加一个项目：右键点击一张项目表的标签，选“移动或复制”，勾选“建立副本”，再改写副本中的内容。"
        "表名可以自行修改；标题中的序号在撤销工作表保护（没有密码）后修改，校验和汇总只看各表的先后顺序。"
        "复制后请运行 perfxl fill 更新汇总。"
    ),
    "减少一个项目：右键点击项目表的标签，选“删除”。",
    "金额一律以万元为单位，最多两位小数，只填数字，不填“万元”二字。1 万元 = 10000 元：963000 元填 96.3。",
    "支出计划填百分比：输入 50 即显示 50%。",
    "一级指标每行都要填写。为与规定格式一致，同一个一级指标只在一组的中间显示一次，其余各行不显示，内容仍在。",
    "工作表的保护没有密码，只防止误改栏目名称和公式；设置格式、筛选、插入和删除行都可以进行。",
)
_CHECKING = (
    "填写时：每张表第一行的“自检”随时列出还缺什么，变为绿色即必填内容已填写。自检行不打印。",
    f"填写后：运行 perfxl check 文件.xlsx 全面校验；加上 --write，问题写入“{FINDINGS}”表，点击即到所在单元格。",
    "没有安装 perfxl 的单位，各表自检变为绿色后交回文件即可，由收件单位校验。",
    f"“{FINDINGS}”表中的“单位说明”一栏可以填写无法修改的原因，再次校验时保留。",
    "上报前：运行 perfxl fill 文件.xlsx 更新合计和汇总，再打印各表（A4 纸，页面已设好）。",
)


def _sheets() -> tuple[tuple[str, str, str], ...]:
    return (
        (COVER, "单位填写", "单位、年度。各表的标题和单位行取自这里。"),
        (DEPARTMENT, "单位填写", "总体绩效目标、分项绩效目标、工作保障措施。"),
        (SUMMARY, "自动生成", "各项目的金额、支出进度和指标数。不要手工修改，运行 perfxl fill 更新。"),
        ("1.……、2.……", "单位填写", "每个项目一张绩效目标表，打印即为规定格式。"),
        (FINDINGS, "校验后生成", "问题清单和单位说明。"),
    )


def _hints(sheet: str, form: Form) -> Iterator[tuple[str, str, str]]:
    """A row per field and column; fields that share a hint share a row."""
    merged: dict[tuple[str, str], list[str]] = {}
    for field in form.fields:
        merged.setdefault((field.hint, field.group or field.key), []).append(field.label)
    for (hint, _), labels in merged.items():
        if hint:
            yield sheet, "、".join(labels), hint
    for table in form.tables:
        for column in table.columns:
            if column.hint:
                caption = (table.caption or "").partition("、")[2]
                yield sheet, f"{caption}：{column.label}" if caption else column.label, column.hint


def _table(
    pen: Pen,
    sheet: Worksheet,
    row: int,
    heading: str,
    header: tuple[str, str, str],
    rows: Sequence[tuple[str, str, str]],
) -> int:
    """Draws a headed table from a row on and gives the row after it; the first column is merged by value."""
    row = _heading(pen, sheet, row, heading)
    for letters, text in zip("ABC", header, strict=True):
        pen.put(sheet, f"{letters}{row}", text, LABEL)
    sheet.row_dimensions[row].height = 22
    top = row + 1
    for number, (_, label, text) in enumerate(rows, start=top):
        pen.put(sheet, f"B{number}", label, Look())
        pen.put(sheet, f"C{number}", text, _TEXT)
        needed = max(height_of(label, _GUIDE_WIDTHS[1]), height_of(text, _GUIDE_WIDTHS[2] - 2))
        sheet.row_dimensions[number].height = needed
    start = top
    for number in range(top, top + len(rows)):
        following = number + 1 - top
        if following == len(rows) or rows[following][0] != rows[number - top][0]:
            area = f"A{start}:A{number}" if start < number else f"A{start}"
            pen.put(sheet, area, rows[number - top][0], _GROUP)
            start = number + 1
    return top + len(rows)


def _steps(pen: Pen, sheet: Worksheet, row: int, heading: str, steps: Sequence[str]) -> int:
    row = _heading(pen, sheet, row, heading)
    for number, step in enumerate(steps, start=1):
        text = f"{number}. {step}"
        pen.put(sheet, f"A{row}:C{row}", text, _STEP)
        sheet.row_dimensions[row].height = height_of(text, sum(_GUIDE_WIDTHS))
        row += 1
    return row


def _framework_rows(pen: Pen, sheet: Worksheet, row: int, framework: Framework) -> int:
    rows = tuple(
        (category.name, "至少一条" if category.required else "按需填写", "、".join(category.subcategories))
        for category in framework.categories
    )
    heading = f"五、指标体系：{framework.name}（{framework.basis}）"
    return _table(pen, sheet, row, heading, ("一级指标", "要求", "二级指标"), rows)


def _heading(pen: Pen, sheet: Worksheet, row: int, heading: str) -> int:
    pen.put(sheet, f"A{row}:C{row}", heading, _HEADING)
    sheet.row_dimensions[row].height = 30
    return row + 1
