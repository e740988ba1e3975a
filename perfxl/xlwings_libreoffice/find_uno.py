"""Find LibreOffice and its Python bridge `uno`, also from a virtual environment that does not see them.

`uno` is a binary module built for one version of Python. Loading it into another can end the process
without a word, so its version is read from the file first.
"""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

from .office_errors import NotInstalledError

# Where distributions, the maker's packages and macOS put the program and its libraries.
_PROGRAM_FOLDERS = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/usr/local/lib/libreoffice/program",
    "/snap/libreoffice/current/lib/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/Frameworks",
    "/Applications/LibreOffice.app/Contents/Resources",
    "/Applications/LibreOffice.app/Contents/MacOS",
    "C:/Program Files/LibreOffice/program",
)
_MODULE_FOLDERS = ("/usr/lib/python3/dist-packages", "/usr/lib/python3*/site-packages")
_PROGRAMS = ("soffice", "libreoffice")
_BRIDGES = ("libpyuno.so", "libpyuno.dylib", "pyuno.pyd")
_BUILT_FOR = re.compile(
    rb"libpython3\.(?P<linked>\d+)|Python3?\.framework/Versions/3\.(?P<framework>\d+)|python3(?P<dll>\d+)\.dll"
)
_HOW_TO_INSTALL = (
    "Install LibreOffice Calc and its Python bridge: on Debian and Ubuntu "
    "`apt-get install libreoffice-calc python3-uno`, on Fedora `dnf install libreoffice-calc libreoffice-pyuno`."
)


def find_soffice() -> str:
    """The path of the `soffice` program. Raises `NotInstalledError`."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return found
    for folder in _program_folders():
        for name in ("soffice", "soffice.exe"):
            if (folder / name).is_file():
                return str(folder / name)
    raise NotInstalledError(f"LibreOffice (soffice) was not found. {_HOW_TO_INSTALL}")


def import_uno() -> ModuleType:
    """The module `uno`, from where it can be imported or from where LibreOffice usually keeps it.

    Raises `NotInstalledError`, which says what to install or which version of Python fits.
    """
    try:
        return importlib.import_module("uno")
    except ImportError:
        _reject_another_python()
    folders = [str(folder) for folder in _folders_of_the_module()]
    # At the end, so that nothing else in those folders comes before what is installed here.
    sys.path.extend(folders)
    try:
        return importlib.import_module("uno")
    except ImportError as problem:
        raise NotInstalledError(f"The module `uno` cannot be imported ({problem}). {_HOW_TO_INSTALL}") from problem
    finally:
        for folder in folders:
            sys.path.remove(folder)


def bridge_python(library: Path) -> str | None:
    """The version of Python (`3.11`) that a bridge library was built for; None where it does not say."""
    found = _BUILT_FOR.search(library.read_bytes())
    if found is None:
        return None
    minor = found["linked"] or found["framework"] or found["dll"]
    return f"3.{minor.decode()}"


def _reject_another_python() -> None:
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    for folder in _program_folders():
        for name in _BRIDGES:
            library = folder / name
            theirs = bridge_python(library) if library.is_file() else None
            if theirs is not None and theirs != mine:
                raise NotInstalledError(
                    f"LibreOffice's `uno` in {folder} is for Python {theirs}, and this is Python {mine}. "
                    f"Run the program with Python {theirs}."
                )


def _folders_of_the_module() -> list[Path]:
    beside = [folder for folder in (*_expanded(_MODULE_FOLDERS), *_program_folders()) if (folder / "uno.py").is_file()]
    binary = [folder for folder in _program_folders() if any(folder.glob("pyuno.*"))]
    return list(dict.fromkeys([*beside, *binary]))


def _program_folders() -> list[Path]:
    found = [Path(path).resolve().parent for name in _PROGRAMS if (path := shutil.which(name))]
    return list(dict.fromkeys([*_expanded(_PROGRAM_FOLDERS), *found]))


def _expanded(patterns: tuple[str, ...]) -> list[Path]:
    """Those folders that are there."""
    found = []
    for pattern in map(Path, patterns):
        root = Path(pattern.anchor)
        found += [path for path in sorted(root.glob(str(pattern.relative_to(root)))) if path.is_dir()]
    return found
