"""`perfxl addin status`: every trouble from the field is found, with its remedy, and nothing else is."""

import pytest
from desks import EXCEL, OFFICE, POLICY, PYTHON, Desk

from perfxl import __version__
from perfxl.app import manage_addin as addin
from perfxl.io.addin import checks_of_files, sources
from perfxl.io.addin.check_results import State
from perfxl.io.addin.machine import LINUX, MACOS, Answer
from perfxl.io.addin.sources import installed_xlwings, shipped_addin
from perfxl.io.addin.status import status

ADDIN = r"C:\Users\zhang\AppData\Roaming\Microsoft\Excel\XLSTART\perfxl.xlam"
SETTINGS = r"C:\Users\zhang\.perfxl\perfxl.conf"
WPS = r"C:\Users\zhang\AppData\Local\Kingsoft\WPS Office\12.1\office6\et.exe"


@pytest.fixture
def desk(tmp_path):
    found = Desk(tmp_path)
    found.put(PYTHON)
    assert addin.install(desktop=False, machine=found.machine).problems == ()
    return found


def troubles(desk):
    return [(one.found, one.remedy) for one in status(desk.machine) if one.state is State.BAD]


def trouble(desk):
    """The one thing that is wrong, and its remedy."""
    found = troubles(desk)
    assert len(found) == 1, found
    return found[0]


def test_after_installing_all_is_well(desk):
    lines, exit_status = addin.status(desk.machine)
    assert exit_status == 0
    assert lines == [
        "✓ 已安装 Excel。",
        "✓ 没有残留的 Excel 进程。",
        f"✓ 加载项在：{ADDIN}",
        "✓ 加载项与 perfxl 附带的一致。",
        f"✓ 加载项与 xlwings 版本一致（{installed_xlwings()}）。",
        "✓ 加载项没有被标为“来自网络”。",
        f"✓ 按钮使用的 Python：{PYTHON}",
        f"✓ 这个 Python 装有 perfxl {__version__}。",
        "✓ 没有发现禁止宏的策略。启动文件夹里的加载项可以运行。",
        "",
        "一切就绪：打开 Excel，点“绩效”—“校验”。",
    ]


def test_before_installing_it_says_what_to_run(tmp_path):
    lines, exit_status = addin.status(Desk(tmp_path).machine)
    assert exit_status == 2
    assert f"✗ 没有加载项：{ADDIN}" in lines
    assert f"✗ 设置里没有写明用哪个 Python：{SETTINGS}" in lines
    assert lines[-1] == "有 2 项需要处理，见上面的“怎么办”。"
    assert all("perfxl addin install" in line for line in lines if line.startswith("  怎么办："))


def test_every_trouble_comes_with_a_remedy(tmp_path):
    desk = Desk(tmp_path)
    desk.no_excel()
    assert all(remedy.endswith("。") for _, remedy in troubles(desk))


# ---------------------------------------------------------------------------------------- programs


def test_no_excel(desk):
    desk.no_excel()
    assert trouble(desk)[0] == "没有找到 Excel。"


def test_only_wps(desk):
    desk.no_excel()
    desk.registry[r"HKCR\Ket.Application"] = {"": "Ket"}
    found = status(desk.machine)
    assert found[0].found == "没有找到 Excel，只有 WPS。这个加载项的按钮在 WPS 里不起作用。"
    assert "校验.cmd" in found[0].remedy


def test_wps_beside_excel_is_no_fault(desk):
    desk.registry[r"HKCU\Software\Kingsoft\Office"] = {}
    assert troubles(desk) == []
    notes = [one.found for one in status(desk.machine) if one.state is State.NOTE]
    assert notes == ["也安装了 WPS。按钮只在 Excel 里起作用：请用 Excel 打开工作簿。"]


def test_wps_took_over(desk):
    desk.registry[r"HKCU\Software\Kingsoft\Office"] = {}
    desk.put(WPS)
    (key,) = (key for key in desk.registry if "LocalServer32" in key)
    desk.registry[key] = {"": f"{WPS} /automation"}
    found, remedy = trouble(desk)
    assert found == "WPS 接管了 Excel：按钮会连到 WPS，而不是 Excel。"
    assert "兼容设置" in remedy


def test_wps_that_answers_for_a_missing_excel_does_not_count(desk):
    desk.no_excel()
    desk.put(WPS)
    desk.registry[r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"] = {"": WPS}
    assert troubles(desk)[0][0] == "没有找到 Excel。"


def test_an_excel_of_32_bits_is_found(desk):
    number = "{00024500-0000-0000-C000-000000000046}"
    desk.registry = {
        r"HKCR\Excel.Application\CLSID": {"": number},
        rf"HKCR\WOW6432Node\CLSID\{number}\LocalServer32": {"": f"{EXCEL} /automation"},
    }
    assert troubles(desk) == []


def test_a_hidden_excel(desk):
    desk.excel = [(100, 5532), (4711, 0)]
    found, remedy = trouble(desk)
    assert found == "后台有看不见的 Excel 在运行（进程号 4711）。"
    assert "任务管理器" in remedy


def test_an_open_excel_is_no_fault(desk):
    desk.excel = [(100, 5532)]
    assert troubles(desk) == []


def test_a_desk_that_hides_its_processes(desk):
    desk.excel = None
    assert troubles(desk) == []


# ----------------------------------------------------------------------------------- the add-in file


def test_a_quarantined_addin(desk):
    desk.real(ADDIN).unlink()
    found, remedy = trouble(desk)
    assert found == f"没有加载项：{ADDIN}"
    assert "杀毒软件" in remedy


@pytest.mark.parametrize("data", [b"", b"PK broken", b"\0" * 1000])
def test_a_damaged_addin(desk, data):
    desk.put(ADDIN, data)
    assert trouble(desk)[0] == "加载项与这份 perfxl 附带的不一致：版本不同，或被改动、损坏。"


def test_an_addin_of_another_version(desk):
    desk.put(ADDIN, shipped_addin() + b"\0")
    assert trouble(desk)[0] == "加载项与这份 perfxl 附带的不一致：版本不同，或被改动、损坏。"


def test_another_xlwings_than_the_addin_was_built_for(desk, monkeypatch):
    monkeypatch.setattr(checks_of_files, "installed_xlwings", lambda: "0.30.0")
    found, remedy = trouble(desk)
    assert found == f"加载项用的是 xlwings {installed_xlwings()}，安装的是 0.30.0。"
    assert remedy == f"请运行 python -m pip install xlwings=={installed_xlwings()}"


@pytest.mark.parametrize(("zone", "blocked"), [(3, True), (4, True), (0, False), (2, False)])
def test_the_mark_of_the_web(desk, zone, blocked):
    desk.put(f"{ADDIN}:Zone.Identifier", f"[ZoneTransfer]\r\nZoneId={zone}\r\n".encode())
    found = troubles(desk)
    assert bool(found) is blocked
    if blocked:
        assert found[0][0] == "Windows 把加载项标为“来自网络”，其中的宏被禁止。"
        assert "解除锁定" in found[0][1]


def test_installing_again_takes_the_mark_away(desk):
    """The file is written anew, and a new file has no mark; the old one's goes with it."""
    mark = desk.put(f"{ADDIN}:Zone.Identifier", b"ZoneId=3")
    desk.put(ADDIN, b"")
    mark.unlink()  # What NTFS does when the file is replaced.
    addin.install(desktop=False, machine=desk.machine)
    assert troubles(desk) == []


def test_excel_disabled_it_after_a_crash(desk):
    record = b"\x01\0\0\0" + f"{ADDIN.upper()}\0".encode("utf-16-le")
    desk.registry[rf"{OFFICE}\Excel\Resiliency\DisabledItems"] = {"A3F1": record, "B": b"\xff\xff\xff"}
    found, remedy = trouble(desk)
    assert found == "Excel 在一次出错后禁用了加载项。"
    assert "禁用项目" in remedy


# ---------------------------------------------------------------------------------------- the Python


def test_no_settings(desk):
    desk.real(SETTINGS).unlink()
    assert trouble(desk)[0] == f"设置里没有写明用哪个 Python：{SETTINGS}"


def test_the_python_is_gone(desk):
    desk.real(PYTHON).unlink()
    assert trouble(desk)[0] == f"设置里的 Python 不见了，可能已移动或卸载：{PYTHON}"


def test_a_python_without_perfxl(desk):
    desk.said = Answer(1, "Traceback…\nModuleNotFoundError: No module named 'perfxl'\n")
    found, remedy = trouble(desk)
    assert found == "这个 Python 不能运行 perfxl（ModuleNotFoundError: No module named 'perfxl'）。"
    assert "-m pip install perfxl" in remedy


@pytest.mark.parametrize("answer", [Answer(None), Answer(1, "")])
def test_a_python_that_does_not_start(desk, answer):
    desk.said = answer
    assert trouble(desk)[0] == "这个 Python 不能运行 perfxl。"


def test_a_python_with_another_perfxl(desk):
    desk.said = Answer(0, "0.0.1 0.37.8\n")
    assert trouble(desk)[0] == f"按钮用的 perfxl 是 0.0.1，当前运行的是 {__version__}。"


def test_a_conda_environment(desk):
    desk.put(rf"{PYTHON.removesuffix('python.exe')}conda-meta\history")
    assert trouble(desk)[0] == "这个 Python 属于 conda 环境，由 Excel 启动时可能缺少环境变量。"


def test_a_python_of_the_store(desk):
    store = r"C:\Users\zhang\AppData\Local\Microsoft\WindowsApps\python.exe"
    desk.put(store)
    desk.put(SETTINGS, f'"INTERPRETER_WIN","{store}"\r\n'.encode())
    assert trouble(desk)[0] == "这个 Python 来自微软应用商店，它写的文件 Excel 看不到。"


@pytest.mark.parametrize("moved", [True, False])
def test_a_virtual_environment_whose_python_moved(tmp_path, moved):
    desk = Desk(tmp_path, interpreter=r"D:\venv\Scripts\python.exe")
    desk.put(desk.interpreter)
    desk.put(r"D:\venv\pyvenv.cfg", b"include-system-site-packages = false\nhome = D:\\Python312\n")
    if not moved:
        desk.put(r"D:\Python312\python.exe")
    addin.install(desktop=False, machine=desk.machine)
    found = [said for said, _ in troubles(desk)]
    assert found == ([r"这个 Python 是虚拟环境，它依靠的 Python 不见了：D:\Python312"] if moved else [])


def test_a_user_folder_that_vba_cannot_read(tmp_path):
    desk = Desk(tmp_path, user="张会计", code_page="cp1252")
    desk.interpreter = r"C:\Users\张会计\AppData\Local\Programs\Python\python.exe"
    desk.put(desk.interpreter)
    addin.install(desktop=False, machine=desk.machine)
    found, remedy = trouble(desk)
    assert found == r"Excel 的宏认不出您的用户文件夹名称：C:\Users\张会计"
    assert "系统区域设置" in remedy


# ------------------------------------------------------------------------------- folders and policies


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveCommercial"])
def test_a_python_in_onedrive(tmp_path, variable):
    desk = Desk(tmp_path, interpreter=r"C:\Users\zhang\OneDrive\venv\Scripts\python.exe")
    desk.environment[variable] = r"C:\Users\zhang\OneDrive"
    desk.put(desk.interpreter)
    addin.install(desktop=False, machine=desk.machine)
    found, remedy = trouble(desk)
    assert found == (
        r"文件在 OneDrive/SharePoint 同步文件夹里，可能被移走或锁住：C:\Users\zhang\OneDrive\venv\Scripts\python.exe"
    )
    assert "OneDrive" in remedy


def test_onedrive_elsewhere_is_only_noted(desk):
    desk.environment["OneDrive"] = r"C:\Users\zhang\OneDrive"
    assert troubles(desk) == []
    (note,) = (one.found for one in status(desk.machine) if one.state is State.NOTE)
    assert note.startswith("这台电脑使用 OneDrive。")


@pytest.mark.parametrize(
    ("key", "name", "said"),
    [
        (rf"{POLICY}\Common", "vbaoff", "管理员关闭了 Office 的宏（VBAOff）。"),
        (
            rf"{POLICY}\Common\Security",
            "requirealwaysonmacrosig",
            "管理员要求自动加载的宏必须有签名（RequireAlwaysOnMacroSig）。",
        ),
        (rf"{OFFICE}\Excel\Security", "DisableAllAddins", "Excel 设置为禁用所有加载项。"),
        (rf"{POLICY}\Excel\Security", "RequireAddinSig", "Excel 要求加载项必须有签名。"),
    ],
)
def test_rules_that_stop_macros(desk, key, name, said):
    desk.registry[key] = {name: 1}
    found, remedy = trouble(desk)
    assert found == said
    assert remedy.endswith("在此之前，请把存盘后的工作簿拖到“校验.cmd”上校验。")
    desk.registry[key] = {name: 0}
    assert troubles(desk) == []


@pytest.mark.parametrize(("warnings", "untrusted", "stops"), [(4, 1, True), (3, 1, True), (4, 0, False), (2, 1, False)])
def test_macro_warnings_matter_only_outside_of_trusted_folders(desk, warnings, untrusted, stops):
    desk.registry[rf"{POLICY}\Excel\Security"] = {"VBAWarnings": warnings}
    desk.registry[rf"{POLICY}\Excel\Security\Trusted Locations"] = {"AllLocationsDisabled": untrusted}
    found = [said for said, _ in troubles(desk)]
    assert found == (["受信任位置被关闭，宏又设为禁用且不提示，加载项的宏不能运行。"] if stops else [])


def test_the_administrator_decides_before_the_user(desk):
    desk.registry[rf"{POLICY}\Excel\Security"] = {"RequireAddinSig": 0}
    desk.registry[rf"{OFFICE}\Excel\Security"] = {"RequireAddinSig": 1}
    assert troubles(desk) == []


DEFENDER = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
GROUP_POLICY = rf"HKLM\SOFTWARE\Policies\{DEFENDER}"
MANAGED = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
LOCAL = rf"HKLM\SOFTWARE\{DEFENDER}"
# “Block all Office applications from creating child processes”, and a rule about something else.
RULE, OTHER = "d4f940ab-401b-4efc-aadc-ad5f3c50688a", "56a863a9-875e-4185-98a7-b882c64b5ce5"


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (GROUP_POLICY, {RULE: "1"}),
        (GROUP_POLICY, {RULE.upper(): 1}),
        (MANAGED, {"ASRRules": f"{OTHER}=2|{RULE.upper()}=1"}),
        (LOCAL, {OTHER: 0, RULE: 1}),
    ],
)
def test_defender_lets_office_start_nothing(desk, key, values):
    desk.registry[key] = values
    assert trouble(desk) == (
        f"Microsoft Defender 不许 Office 启动别的程序（规则 {RULE}，方式：阻止），按钮不能启动 Python。",
        (
            "请管理员把这条规则改为“审核”或关闭。"
            "在此之前，请把存盘后的工作簿拖到“校验.cmd”上，或运行 perfxl check 文件名 --write。"
        ),
    )


def test_defender_asks_first(desk):
    desk.registry[LOCAL] = {RULE: 6}
    found, remedy = trouble(desk)
    assert "方式：警告" in found
    assert remedy.startswith("点按钮后，请在 Windows 弹出的通知里取消阻止")
    assert "校验.cmd" in remedy


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (GROUP_POLICY, {RULE: "0"}),
        (GROUP_POLICY, {RULE: "2"}),
        (GROUP_POLICY, {RULE: "5"}),
        (GROUP_POLICY, {OTHER: "1"}),
        (MANAGED, {"ASRRules": f"{OTHER}=1|{RULE}=2"}),
        (MANAGED, {"ASRRules": ""}),
        (MANAGED, {"ASROnlyExclusions": RULE}),
        (LOCAL, {RULE: 0}),
    ],
)
def test_defender_lets_office_start_python(desk, key, values):
    desk.registry[key] = values
    assert troubles(desk) == []


def test_the_policy_decides_before_what_is_set_on_the_computer(desk):
    desk.registry |= {GROUP_POLICY: {RULE: "2"}, MANAGED: {"ASRRules": f"{RULE}=1"}, LOCAL: {RULE: 1}}
    assert troubles(desk) == []
    desk.registry[GROUP_POLICY] = {RULE: "5"}
    assert "方式：阻止" in trouble(desk)[0]


# -------------------------------------------------------------------------------------- other systems


def test_a_mac_with_a_blank_in_the_path(tmp_path):
    desk = Desk(tmp_path, system=MACOS, interpreter="/Users/zhang/my env/bin/python")
    desk.put("/Applications/Microsoft Excel.app/Contents/Info.plist")
    desk.put(desk.interpreter)
    addin.install(desktop=False, machine=desk.machine)
    assert trouble(desk)[0] == "Python 的路径中有空格，Excel for Mac 启动不了它。"


def test_a_mac_without_excel(tmp_path):
    desk = Desk(tmp_path, system=MACOS, interpreter="/Users/zhang/env/bin/python")
    desk.put("/Applications/wpsoffice.app/Contents/Info.plist")
    assert troubles(desk)[0][0].startswith("没有找到 Excel，只有 WPS。")


@pytest.mark.parametrize("office", ["/usr/bin/soffice", None])
def test_on_linux_it_says_what_is_possible(tmp_path, monkeypatch, office):
    monkeypatch.setattr(addin.shutil, "which", lambda _: office)
    lines, exit_status = addin.status(Desk(tmp_path, system=LINUX).machine)
    assert exit_status == (0 if office else 2)
    assert ("perfxl live" in lines[1]) is bool(office)


def test_an_installation_without_the_addin_says_so(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(sources, "files", lambda _: tmp_path)
    with pytest.raises(sources.PerfxlError, match="没有 Excel 加载项"):
        shipped_addin()
