"""What a bureau decided about the rules, in words: every report says it, nothing is switched off silently."""

from __future__ import annotations

from perfxl.core.forms.settings import Settings
from perfxl.core.rules import RULES

_PLAN = {"period": "分期比例", "cumulative": "累计进度"}


def unknown_rules(settings: Settings) -> list[str]:
    """The ids in the settings that no rule has."""
    return sorted({*settings.severities, *settings.not_applicable} - RULES.keys())


def decisions(settings: Settings) -> tuple[str, ...]:
    """One Chinese line per decision, in the order of rule ids; nothing where all is as shipped."""
    told = [
        f"本地不适用：{id_} {_what(id_)}（{decided.who}：{decided.why.rstrip('。')}）"
        for id_, decided in sorted(settings.not_applicable.items())
    ]
    told += [
        f"本地调整严重程度：{id_} {_what(id_)}（原为{RULES[id_].severity.label}，本地按{severity.label}）"
        for id_, severity in sorted(settings.severities.items())
        if id_ not in settings.not_applicable
    ]
    if settings.plan_basis != "auto":
        told.append(f"本地规定：资金支出计划一律按{_PLAN[settings.plan_basis]}填写")
    return tuple(told)


def _what(id_: str) -> str:
    return RULES[id_].guarantee.partition("\n")[0].rstrip("。")
