"""Rules of the administrator or of the user that stop the macros of an add-in in Excel's start folder."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.io.addin.machine import Machine
from perfxl.io.addin.office_programs import VERSIONS

_SECURITY = r"Software\{policies}Microsoft\Office\{version}\{program}\Security"


def macro_rules(machine: Machine) -> Iterator[tuple[str, str]]:
    """Each rule in force that stops them, as a sentence, and its remedy; the start folder counts as trusted."""
    admin = "请联系管理员放开这一项。"
    for version in VERSIONS:
        if _value(machine, version, "Common", "VBAOff", security=False) == 1:
            yield "管理员关闭了 Office 的宏（VBAOff）。", admin
        if _value(machine, version, "Common", "RequireAlwaysOnMacroSig") == 1:
            yield "管理员要求自动加载的宏必须有签名（RequireAlwaysOnMacroSig）。", admin
        if _value(machine, version, "Excel", "DisableAllAddins") == 1:
            yield "Excel 设置为禁用所有加载项。", _trust_centre("加载项", "取消“禁用所有应用程序加载项”")
        if _value(machine, version, "Excel", "RequireAddinSig") == 1:
            yield (
                "Excel 要求加载项必须有签名。",
                _trust_centre("加载项", "取消“要求应用程序加载项由受信任的发布者签署”"),
            )
        untrusted = _value(machine, version, "Excel", "AllLocationsDisabled", below=r"\Trusted Locations") == 1
        # 3: only signed macros, 4: none, in both cases without asking. The start folder is trusted.
        if untrusted and _value(machine, version, "Excel", "VBAWarnings") in {3, 4}:
            yield (
                "受信任位置被关闭，宏又设为禁用且不提示，加载项的宏不能运行。",
                _trust_centre("受信任位置", "取消“禁用所有受信任位置”"),
            )


def _trust_centre(page: str, action: str) -> str:
    return f"请在 Excel“文件”—“选项”—“信任中心”—“信任中心设置”—“{page}”里{action}；改不了的请联系管理员。"


def _value(
    machine: Machine, version: str, program: str, name: str, *, below: str = "", security: bool = True
) -> object:
    """A setting of Office's, the administrator's before the user's; None where nobody set it."""
    for hive in ("HKCU", "HKLM"):
        for policies in ("Policies\\", ""):
            key = _SECURITY.format(policies=policies, version=version, program=program)
            key = key if security else key.removesuffix(r"\Security")
            values = machine.registry(rf"{hive}\{key}{below}") or {}
            for found, value in values.items():
                if found.lower() == name.lower():
                    return value
    return None
