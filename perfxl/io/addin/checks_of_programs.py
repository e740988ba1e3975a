"""Checks of the spreadsheet programs and of what they allow.

Each gives None where there is nothing to say.
"""

from __future__ import annotations

from perfxl.io.addin import office_programs as office
from perfxl.io.addin.check_results import WITHOUT_MACROS, Result, State, bad, good
from perfxl.io.addin.defender import RULE, Action, office_child_processes
from perfxl.io.addin.machine import WINDOWS, Machine
from perfxl.io.addin.macro_rules import macro_rules
from perfxl.io.addin.places import Places


def excel_is_there(machine: Machine, _: Places) -> Result:
    """Excel itself is installed."""
    if office.has_excel(machine):
        return good("已安装 Excel。")
    if office.has_wps(machine):
        return bad(
            "没有找到 Excel，只有 WPS。这个加载项的按钮在 WPS 里不起作用。",
            "请把存盘后的工作簿拖到“校验.cmd”上，或用命令 perfxl check 文件；要用按钮请安装 Excel。",
        )
    return bad("没有找到 Excel。", "请安装 Excel；没有 Excel 时请用命令 perfxl check 文件。")


def wps_leaves_excel_alone(machine: Machine, _: Places) -> Result | None:
    """WPS has not taken Excel's place with Windows."""
    if not office.has_wps(machine):
        return None
    if office.is_wps(office.server(machine)):
        return bad(
            "WPS 接管了 Excel：按钮会连到 WPS，而不是 Excel。",
            "请打开“WPS 配置工具”—“高级”—“兼容设置”，取消“WPS 兼容第三方系统和软件”，再修复安装 Office。",
        )
    return Result(State.NOTE, "也安装了 WPS。按钮只在 Excel 里起作用：请用 Excel 打开工作簿。")


def no_hidden_excel(machine: Machine, _: Places) -> Result | None:
    """No Excel process without a window hangs about: it locks files and swallows buttons."""
    now = office.running(machine)
    if now is None:
        return None
    if now.hidden:
        numbers = "、".join(map(str, now.hidden))
        return bad(
            f"后台有看不见的 Excel 在运行（进程号 {numbers}）。",
            "请保存所有工作簿，在任务管理器的“详细信息”里按进程号结束它，再打开 Excel。",
        )
    return good("没有残留的 Excel 进程。")


def addin_is_not_disabled(machine: Machine, at: Places) -> Result | None:
    """Excel has not put the add-in on its list of disabled items after a crash."""
    for version in office.VERSIONS:
        key = rf"HKCU\Software\Microsoft\Office\{version}\Excel\Resiliency\DisabledItems"
        for value in (machine.registry(key) or {}).values():
            text = value.decode("utf-16-le", errors="ignore") if isinstance(value, bytes) else str(value)
            if at.addin.name.lower() in text.lower():
                return bad(
                    "Excel 在一次出错后禁用了加载项。",
                    "请在 Excel“文件”—“选项”—“加载项”里，把“管理”改为“禁用项目”，点“转到”，选中它，点“启用”。",
                )
    return None


def macros_may_run(machine: Machine, _: Places) -> Result | None:
    """No rule of the administrator stops the macros of an add-in in the start folder."""
    if machine.system != WINDOWS or not office.has_excel(machine):
        return None
    rule = next(macro_rules(machine), None)
    if rule is not None:
        sentence, remedy = rule
        return bad(sentence, f"{remedy}{WITHOUT_MACROS}")
    return good("没有发现禁止宏的策略。启动文件夹里的加载项可以运行。")


def python_may_be_started(machine: Machine, _: Places) -> Result | None:
    """Microsoft Defender lets Excel start the Python of the buttons; nothing to say where no rule is found."""
    if machine.system != WINDOWS or not office.has_excel(machine):
        return None
    action = office_child_processes(machine)
    if action is None:
        return None
    instead = "在此之前，请把存盘后的工作簿拖到“校验.cmd”上，或运行 perfxl check 文件名 --write。"
    if action is Action.WARN:
        return bad(
            f"Microsoft Defender 会拦下 Excel 启动的程序（规则 {RULE}，方式：警告），按钮第一次不能启动 Python。",
            f"点按钮后，请在 Windows 弹出的通知里取消阻止，再点一次；或请管理员把这条规则改为“审核”。{instead}",
        )
    return bad(
        f"Microsoft Defender 不许 Office 启动别的程序（规则 {RULE}，方式：阻止），按钮不能启动 Python。",
        f"请管理员把这条规则改为“审核”或关闭。{instead}",
    )
