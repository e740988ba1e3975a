"""填报说明 of the template: what to fill in and how, the rules that will be applied, indicators to copy.

What to fill in, and how, is said in the words of the layout; the rules in those of their registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from perfxl.core.forms.blank_sheet import blank_form
from perfxl.core.forms.frameworks import Framework
from perfxl.core.forms.parts import Form
from perfxl.core.forms.records import Cover, Department, Submission
from perfxl.core.forms.sheet_names import COVER, DEPARTMENT, FINDINGS, GUIDE, GUIDE_HEADERS, SUMMARY
from perfxl.core.grid.change import DrawnSheet
from perfxl.core.rules import RULES
from perfxl.core.rules.local_decisions import decisions
from perfxl.core.rules.topics import TOPICS, in_order
from perfxl.core.sheets.drawing import Drawing
from perfxl.core.sheets.heights import height_of
from perfxl.core.sheets.template.suggestions import Suggestion, suggestions
from perfxl.core.sheets.template.template_styles import CAPTION, GUIDE_TAB, LABEL, LEFT, OPEN, PAGE, PLAIN, TITLE

# The third and fourth are one column except in the list of indicators.
_WIDTHS = (19.5, 24.0, 18.0, 36.5)
_LAST = "D"
_TEXT = replace(LEFT, indent=1)
_GROUP = LABEL
# The rules are many and should not take many pages.
_SMALL = 9
_STEP = replace(OPEN, horizontal="left")
_RULES_SAID = (
    "校验时逐条检查下列要求。错误必须更正，不能用说明代替；警告可以更正，"
    "或在“校验结果”表的“单位说明”中写明理由；提示供参考。"
)
# What a department finds out when it collects is no matter of the unit.
_NOT_FOR_UNITS = "COL"
_INDICATORS_SAID = "供参考，可以复制到项目表中再改。〈〉中的内容按本单位实际填写，不适用的不必设置。"


def guide_sheet(submission: Submission, framework: Framework) -> DrawnSheet:
    """What each sheet is for, how to fill in each field, how to add rows and projects, how to check."""
    sheet = Drawing(GUIDE, _WIDTHS)
    sheet.put(f"A1:{_LAST}1", GUIDE, TITLE)
    sheet.set_height(1, 36)
    row = 2
    row = _table(sheet, row, "一、各工作表的用途", ("工作表", "由谁填写", "用途"), _SHEETS)
    row = _table(sheet, row, "二、各栏目怎样填写", GUIDE_HEADERS, _every_hint(submission, framework))
    row = _steps(sheet, row, "三、怎样增加一行、增加一个项目", _EDITING)
    row = _steps(sheet, row, "四、怎样校验和上报", _CHECKING)
    row = _framework_rows(sheet, row, framework)
    row = _rules(sheet, row, framework)
    row = _indicators(sheet, row, framework)
    return sheet.sheet(page=PAGE, print_area=f"A1:{_LAST}{row - 1}", tab=GUIDE_TAB, guarded=True)


_SHEETS = (
    (COVER, "单位填写", "单位、年度。各表的标题和单位行取自这里。"),
    (DEPARTMENT, "单位填写", "总体绩效目标、分项绩效目标、工作保障措施。"),
    (SUMMARY, "自动生成", "各项目的金额、支出进度和指标数。不要手工修改，运行 perfxl fill 更新。"),
    ("1.……、2.……", "单位填写", "每个项目一张绩效目标表，打印即为规定格式。"),
    (FINDINGS, "校验后生成", "问题清单和单位说明。"),
)
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
    f"“{FINDINGS}”表中的“单位说明”一栏可以填写无法修改的原因，再次校验时保留；内容改动后会标明。错误不能用说明代替。",
    "上报前：运行 perfxl fill 文件.xlsx 更新合计和汇总，再打印各表（A4 纸，页面已设好）。",
)


def _every_hint(submission: Submission, framework: Framework) -> tuple[tuple[str, str, str], ...]:
    """The hints of every form in the workbook, each form once."""
    cover, department = submission.cover or Cover(), submission.department or Department()
    named = {COVER: cover.form, DEPARTMENT: department.form}
    named |= {project.form.name: project.form for project in submission.projects}
    blank = {sheet: blank_form(form, weights=framework.weights) for sheet, form in named.items()}
    return tuple(hint for sheet, form in blank.items() for hint in _hints(sheet, form))


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
    sheet: Drawing,
    row: int,
    heading: str | None,
    header: tuple[str, str, str],
    rows: Sequence[tuple[str, str, str]],
    size: float = 10.5,
) -> int:
    """Draws a headed table from a row on and gives the row after it; the first column is merged by value."""
    if heading is not None:
        row = _heading(sheet, row, heading)
    for area, text in zip((f"A{row}", f"B{row}", f"C{row}:{_LAST}{row}"), header, strict=True):
        sheet.put(area, text, LABEL)
    sheet.set_height(row, 22)
    for number, (_, label, text) in enumerate(rows, start=row + 1):
        sheet.put(f"B{number}", label, replace(PLAIN, size=size))
        sheet.put(f"C{number}:{_LAST}{number}", text, replace(_TEXT, size=size))
        needed = max(height_of(label, _WIDTHS[1], size), height_of(text, sum(_WIDTHS[2:]) - 2, size))
        sheet.set_height(number, needed)
    _groups(sheet, row + 1, [group for group, _, _ in rows])
    return row + 1 + len(rows)


def _groups(sheet: Drawing, top: int, groups: Sequence[str]) -> None:
    """The first column of a table: equal texts below each other are one merged cell."""
    for group, same in groupby(groups):
        bottom = top + len(list(same)) - 1
        sheet.put(f"A{top}:A{bottom}", group, _GROUP)
        top = bottom + 1


def _steps(sheet: Drawing, row: int, heading: str, steps: Sequence[str]) -> int:
    row = _heading(sheet, row, heading)
    for number, step in enumerate(steps, start=1):
        row = _paragraph(sheet, row, f"{number}. {step}")
    return row


def _paragraph(sheet: Drawing, row: int, text: str) -> int:
    sheet.put(f"A{row}:{_LAST}{row}", text, _STEP)
    sheet.set_height(row, height_of(text, sum(_WIDTHS)))
    return row + 1


def _framework_rows(sheet: Drawing, row: int, framework: Framework) -> int:
    rows = tuple(
        (category.name, "至少一条" if category.required else "按需填写", "、".join(category.subcategories))
        for category in framework.categories
    )
    heading = f"五、指标体系：{framework.name}（{framework.basis}）"
    return _table(sheet, row, heading, ("一级指标", "要求", "二级指标"), rows)


def _rules(sheet: Drawing, row: int, framework: Framework) -> int:
    """The rules on the content of the text, as this framework's bureau decided about them."""
    settings = framework.settings
    rows = tuple(
        (
            TOPICS.get(rule.id[:3], rule.id[:3]),
            f"{rule.id}　{settings.severities.get(rule.id, rule.severity).label}",
            rule.guarantee.partition("\n")[0],
        )
        for rule in in_order(RULES.values())
        if rule.id not in settings.not_applicable and not rule.id.startswith(_NOT_FOR_UNITS)
    )
    row = _paragraph(sheet, _heading(sheet, row, "六、校验规则"), _RULES_SAID)
    for decision in decisions(settings):
        row = _paragraph(sheet, row, f"{decision}。")
    return _table(sheet, row, None, ("方面", "编号和严重程度", "要求"), rows, _SMALL)


def _indicators(sheet: Drawing, row: int, framework: Framework) -> int:
    """The suggestions, each part in a cell of its own, so that it can be copied."""
    row = _paragraph(sheet, _heading(sheet, row, "七、常用指标"), _INDICATORS_SAID)
    for letters, text in zip("ABCD", ("二级指标", "三级指标", "指标值", "怎样计算"), strict=True):
        sheet.put(f"{letters}{row}", text, LABEL)
    sheet.set_height(row, 22)
    placed = _placed(framework)
    for number, (_, one) in enumerate(placed, start=row + 1):
        sheet.put(f"B{number}", one.name, PLAIN)
        sheet.put(f"C{number}", one.target, PLAIN)
        sheet.put(f"D{number}", one.how, _TEXT)
        texts = zip(_WIDTHS[1:], (one.name, one.target, one.how), (0, 0, 2), strict=True)
        sheet.set_height(number, max(height_of(text, width - less) for width, text, less in texts))
    _groups(sheet, row + 1, [name for name, _ in placed])
    return row + 1 + len(placed)


def _placed(framework: Framework) -> list[tuple[str, Suggestion]]:
    """The suggestions by this framework's 二级指标, in its order; one that fits none is left out."""
    order = [name for category in framework.categories for name in category.subcategories]
    named = (
        (next((name for old in one.subcategories if (name := framework.subcategory(old))), None), one)
        for one in suggestions()
    )
    known = [(name, one) for name, one in named if name is not None]
    return sorted(known, key=lambda pair: order.index(pair[0]))


def _heading(sheet: Drawing, row: int, heading: str) -> int:
    sheet.put(f"A{row}:{_LAST}{row}", heading, CAPTION)
    sheet.set_height(row, 30)
    return row + 1
