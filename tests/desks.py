"""Desks with all their troubles, set up in a folder: a Windows or a Mac that tests can break."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePath

from perfxl.io.addin.machine import MACOS, WINDOWS, Answer, Machine

EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
PYTHON = r"C:\Users\zhang\AppData\Local\Programs\Python\Python312\python.exe"
OFFICE = r"HKCU\Software\Microsoft\Office\16.0"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0"
_EXCEL_CLASS = "{00024500-0000-0000-C000-000000000046}"


@dataclass
class Desk:
    """A machine in a folder. said: what `python -c …` answers there; excel: (number, window) of processes."""

    root: Path
    system: str = WINDOWS
    user: str = "zhang"
    interpreter: str = PYTHON
    code_page: str = "cp936"
    registry: dict[str, dict[str, str | int | bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    said: Answer | None = None
    excel: list[tuple[int, int]] | None = field(default_factory=list)

    def __post_init__(self):
        if self.system == MACOS:
            self.environment = {"HOME": f"/Users/{self.user}", **self.environment}
            return
        home = rf"C:\Users\{self.user}"
        self.environment = {
            "USERPROFILE": home,
            "APPDATA": rf"{home}\AppData\Roaming",
            "LOCALAPPDATA": rf"{home}\AppData\Local",
            "ProgramFiles": r"C:\Program Files",
            **self.environment,
        }
        self.put(EXCEL)
        self.registry = {
            r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe": {"": EXCEL},
            r"HKCR\Excel.Application\CLSID": {"": _EXCEL_CLASS},
            rf"HKCR\CLSID\{_EXCEL_CLASS}\LocalServer32": {"": f'"{EXCEL}" /automation'},
            **self.registry,
        }

    @property
    def machine(self):
        return Machine(
            system=self.system,
            environment=self.environment,
            interpreter=self.interpreter,
            code_page=self.code_page,
            registry=lambda key: {k.lower(): values for k, values in self.registry.items()}.get(key.lower()),
            run=self._run,
            real=self.real,
            short=self.short.get,
        )

    def real(self, path: PurePath | str) -> Path:
        """Where a path of this desk lies in the test's folder."""
        parts = str(path).replace(":\\", "\\", 1).replace("\\", "/").lstrip("/")
        return self.root / parts

    def put(self, path: str, data: bytes = b"") -> Path:
        place = self.real(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    def no_excel(self):
        self.real(EXCEL).unlink()
        self.registry = {key: values for key, values in self.registry.items() if "xcel" not in key}

    def files(self) -> dict[str, bytes]:
        """Every file on the desk by its path, but for the programs."""
        found = (path for path in self.root.rglob("*") if path.is_file() and path.suffix != ".EXE")
        return {str(path.relative_to(self.root)): path.read_bytes() for path in sorted(found)}

    def _run(self, command) -> Answer:
        if command[0] == "powershell":
            if self.excel is None:
                return Answer(None)
            return Answer(0, "".join(f"{number} {window}\r\n" for number, window in self.excel))
        if command[0] == "pgrep":
            return Answer(0, "".join(f"{number}\n" for number, _ in self.excel or ()))
        if self.said is not None:
            return self.said
        from xlwings import __version__ as xlwings

        from perfxl import __version__

        return Answer(0, f"{__version__} {xlwings}\n")
