"""STR 所见与所存：单元格显示的与保存的不一致，或有内容而没有读取。"""

from __future__ import annotations

from perfxl.core.forms.findings import Opinion, Severity
from perfxl.core.forms.records import Note, NoteKind
from perfxl.core.grid.cells import WhyUnread
from perfxl.core.grid.text import cut, what_it_shows
from perfxl.core.grid.wording import listed
from perfxl.core.rules.registry import Hit, Hits, Variant
from perfxl.core.rules.structure import cells_of, grouped, workbook_rule

_NOTE = {"sheet": "1.示例", "project": 1, "cell": "C5", "field": "total_budget"}
_OTHERWISE = _NOTE | {"kind": "shown_otherwise", "stored": "57600"}


@workbook_rule(
    "STR11",
    Severity.WARNING,
    opinion=Opinion.O7,
    message="{said}。",
    hint="请核对。直接填写以万元为单位的数字，并把单元格格式改为“常规”，所见即所得。",
    variants={
        "uncertain": Variant(
            Severity.ERROR,
            "{said}，无法确定是多少，没有计入合计。",
            "请把单元格格式改为“常规”，再填写以万元为单位的数字（计划填百分数，如 50）。",
        )
    },
    good=[{"notes": []}],
    bad=[
        {"notes": [_OTHERWISE | {"typed": "5.76万元", "understood": "5.76"}]},
        {"notes": [_OTHERWISE | {"typed": "57.60"}]},
    ],
)
def cells_show_what_they_hold(notes: tuple[Note, ...]) -> Hits:
    """数字单元格显示的与保存的是同一个数；不一致时写明两者和所采用的数，无法确定的不猜。"""
    for found in grouped(notes, NoteKind.SHOWN_OTHERWISE):
        for variant, those in (
            ("uncertain", [note for note in found if not note.understood]),
            (None, [note for note in found if note.understood]),
        ):
            if those:
                said = [_said(note) for note in those[:3]]
                more = f"，等 {len(those)} 处" if len(those) > 3 else ""
                first = those[0]
                yield Hit(
                    variant=variant,
                    at=those,
                    said="；".join(said) + more,
                    actual=first.typed,
                    expected=first.understood or None,
                )


def _said(note: Note) -> str:
    taken = f"，已按 {note.understood} 理解" if note.understood else ""
    return f"{note.cell} {what_it_shows(note.typed)}，实际保存的是“{note.stored}”{taken}"


@workbook_rule(
    "STR12",
    Severity.WARNING,
    opinion=Opinion.O8,
    message="{cells}的{texts}被合并单元格遮住，没有读取。",
    hint="需要的请填到合并后看得见的单元格；不需要的请取消合并，清除后再合并。",
    variants={
        "struck_out": Variant(
            Severity.WARNING,
            "{cells}的{texts}加了删除线，没有读取。",
            "仍然有效的请去掉删除线；作废的请清除，以免误读。",
        ),
        "picture": Variant(Severity.WARNING, "{cells}是单元格图片，不是文字，没有读取。", "请把图片里的内容写成文字。"),
    },
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "unread", "typed": "57600", "header": why.value}]} for why in WhyUnread],
)
def everything_is_seen(notes: tuple[Note, ...]) -> Hits:
    """表格范围内没有被合并单元格遮住、加了删除线或以图片代替的内容。"""
    variants = {WhyUnread.STRUCK_OUT: "struck_out", WhyUnread.PICTURE: "picture"}
    for found in grouped(notes, NoteKind.UNREAD):
        for why in WhyUnread:
            those = [note for note in found if note.header == why.value]
            if those:
                yield Hit(
                    variant=variants.get(why),
                    at=those,
                    cells=cells_of(those),
                    texts=listed([note.typed for note in those]),
                    actual=cut(those[0].typed, 60) or None,
                )


@workbook_rule(
    "STR13",
    Severity.ERROR,
    opinion=Opinion.O1,
    message="工作表“{sheet}”没有适用的表样，只认出{labels}，其余内容没有读取。",
    hint="请在标准模板的项目绩效目标表中填写；自评表、监控表等其他表样不在本程序校验的范围内。",
    good=[{"notes": []}],
    bad=[{"notes": [{**_NOTE, "kind": "another_form", "cell": "A2", "typed": "项目名称、三级指标、指标值"}]}],
)
def every_form_is_known(notes: tuple[Note, ...]) -> Hits:
    """每张项目表都是本程序认识的表样，没有把别的表硬当成项目绩效目标表来读。"""
    for found in grouped(notes, NoteKind.ANOTHER_FORM):
        yield Hit(at=found, labels=listed(found[0].typed.split("、"), "项"))
