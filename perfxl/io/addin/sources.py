"""What the add-in is made of: our own sources in `vba_stub/` and xlwings' VBA from the installed package."""

from __future__ import annotations

import importlib.util
import tomllib
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from perfxl.core.grid.errors import PerfxlError

ADDIN = "perfxl.xlam"
SETTINGS_SHEET = "perfxl.conf"
RIBBON_MODULE = "RibbonPerfxl"
# xlwings' name for the project decides the names of its settings: `perfxl.conf`.
PROJECT = "perfxl"

_CHECKOUT = Path(__file__).parents[3] / "vba_stub"
_XLWINGS_NAME = 'PROJECT_NAME As String = "{}"'


@dataclass(frozen=True)
class Sources:
    """Everything that goes into the add-in, as text. VBA is ASCII with CRLF."""

    modules: dict[str, str]
    classes: dict[str, str]
    ribbon: str
    settings: dict[str, str]


def shipped_addin() -> bytes:
    """The built add-in that comes with perfxl. PerfxlError when this installation has none."""
    for place in (files("perfxl") / "data" / ADDIN, _CHECKOUT / ADDIN):
        if place.is_file():
            return place.read_bytes()
    raise PerfxlError("这份 perfxl 里没有 Excel 加载项。请重新安装 perfxl，再试一次。")


def checkout_folder() -> Path:
    """`vba_stub/` of the source tree that runs. PerfxlError outside of one: only developers build."""
    if not (_CHECKOUT / f"{RIBBON_MODULE}.bas").is_file():
        raise PerfxlError(
            "只有在 perfxl 的源代码目录里才能生成加载项。"
            "平常使用不需要生成：请运行 perfxl addin install，安装随 perfxl 提供的加载项。"
        )
    return _CHECKOUT


def read_sources(folder: Path) -> Sources:
    """The sources in a folder like `vba_stub/`, with the VBA of the xlwings that is installed here."""
    xlwings = xlwings_folder()
    module = _crlf(xlwings / "xlwings_custom_addin.bas")
    ours, theirs = _XLWINGS_NAME.format(PROJECT), _XLWINGS_NAME.format("myaddin")
    if module.count(theirs) != 1:
        raise PerfxlError("安装的 xlwings 与 perfxl 不匹配：VBA 模块中没有 PROJECT_NAME。请安装锁定的版本。")
    return Sources(
        modules={"xlwings": module.replace(theirs, ours), RIBBON_MODULE: _crlf(folder / f"{RIBBON_MODULE}.bas")},
        classes={"Dictionary": _crlf(xlwings / "addin" / "Dictionary.cls")},
        ribbon=(folder / "ribbon.xml").read_text(encoding="utf-8"),
        settings=_settings(folder / "settings.toml", xlwings_version(module)),
    )


def xlwings_version(module: str) -> str:
    """The version that xlwings' VBA module says it has; "" where it says none."""
    _, _, rest = module.partition('XLWINGS_VERSION As String = "')
    return rest.partition('"')[0]


def _settings(path: Path, module_version: str) -> dict[str, str]:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    messages = {f"MESSAGE_{key}": text.strip() for key, text in said["messages"].items()}
    # `status` compares the version with the installed package without having to read VBA.
    return {"XLWINGS_VERSION": module_version, **said["settings"], **messages}


def installed_xlwings() -> str:
    """The version of the xlwings that is installed here."""
    return version("xlwings")


def xlwings_folder() -> Path:
    """Where the installed xlwings lies. PerfxlError without one."""
    # Found without importing it: that takes half a second.
    found = importlib.util.find_spec("xlwings")
    if found is None or found.origin is None:
        raise PerfxlError("没有安装 xlwings。请运行：python -m pip install xlwings")
    return Path(found.origin).parent


def _crlf(path: Path) -> str:
    lines = path.read_text(encoding="ascii").splitlines()
    return "\r\n".join(lines) + "\r\n"
