"""`perfxl forms`: the forms that there are, and what a form has, in the words that stand on it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from perfxl.core.forms.parts import Column, Field, Form, Kind
from perfxl.core.forms.shipped_forms import shipped_forms
from perfxl.core.grid.errors import PerfxlError
from perfxl.io.data.form_files import find_form

_SUBJECTS = {"cover": "封面", "department": "部门整体", "project": "项目"}
_STEPS = {"goals": "目标申报", "review": "审核", "monitoring": "运行监控", "evaluation": "自评"}
_KINDS = {
    Kind.TEXT: "文字",
    Kind.LONG_TEXT: "长文字",
    Kind.CODE: "编码",
    Kind.AMOUNT: "金额",
    Kind.PERCENT: "百分比",
    Kind.NUMBER: "数字",
    Kind.YEAR: "年份",
}


def listing() -> str:
    """All forms, a line each: id, what it is about, name, where its facts come from."""
    forms = shipped_forms().values()
    wide = max(len(form.id) for form in forms)
    lines = [f"{form.id:{wide}}  {_about(form)}  {form.name}（{form.source}）" for form in forms]
    return "\n".join(
        [*lines, "", f"共 {len(lines)} 种。查看一种：perfxl forms 名称；照它编写本地的：perfxl forms 名称 -o 本市.toml"]
    )


def one(name: str) -> str:
    """A form in full: its fields and tables. PerfxlError where there is none of that name."""
    form = find_form(name)
    lines = [
        f"{form.name}（{form.id}，第 {form.version} 版）",
        f"用于：{_about(form)}；金额单位：{form.unit_of_account}",
        f"来源：{form.source}",
    ]
    if form.title_ends:
        lines.append(f"标题的末尾：{'、'.join(form.title_ends)}")
    lines += ["", "栏目：", *(f"  {_described(field)}" for field in form.fields)]
    for table in form.tables:
        lines += ["", f"表格 {table.key}{f'（{table.caption}）' if table.caption else ''}："]
        lines += (f"  {_described(column)}" for column in table.columns)
    return "\n".join(lines)


def file_text(name: str) -> str:
    """The file of a shipped form, to be copied and changed. PerfxlError where there is none of that name."""
    if name not in shipped_forms():
        raise PerfxlError(f"没有名为“{name}”的表样。可用的有：{'、'.join(shipped_forms())}。")
    return (files("perfxl") / "data" / "forms" / f"{name}.toml").read_text(encoding="utf-8")


def _about(form: Form) -> str:
    return f"{_SUBJECTS[form.subject]}·{_STEPS[form.step]}"


def _described(part: Field | Column) -> str:
    said = "，".join([part.key, _KINDS[part.kind], *_duties(part)])
    also = f"；也写作：{'、'.join(part.aliases)}" if part.aliases else ""
    return f"{part.label}（{said}）{also}"


def _duties(part: Field | Column) -> Iterator[str]:
    if isinstance(part, Field):
        if part.required:
            yield "必填"
        if part.length is not None:
            yield f"{part.length} 位"
        if part.formula is not None:
            yield "自动计算"
    if part.optional:
        yield "可以没有"
