"""LibreOffice that runs the add-in's own VBA, with xlwings' module replaced by one that records.

LibreOffice ignores `#If`, so xlwings' module does not compile there. Everything of ours runs as shipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from conftest import required

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Filter/Import/VBA"><prop oor:name="Load" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Filter/Import/VBA"><prop oor:name="Executable" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Java/VirtualMachine"><prop oor:name="Enable" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
# What our module asks of xlwings', with the same names; each call leaves a line. StatusBar stands for that
# of Excel, which gives its text back or False; LibreOffice's gives none.
DOUBLE = """Option VBASupport 1
Public Recorded As String
Public StatusBar As Variant
Public Function ExecuteWindows(IsFrozen As Boolean, PythonCommand As String, PYTHON_WIN As String, _
                        Optional PYTHONPATH As String, Optional FrozenArgs As String) As Integer
    Note "Frozen, interpreter, paths", IsFrozen & ", " & PYTHON_WIN & ", " & PYTHONPATH
    Note "StatusBar", CStr(StatusBar)
    Note "Python", PythonCommand
    {run}
End Function
Sub ExecuteMac(PythonCommand As String, PYTHON_MAC As String, Optional PYTHONPATH As String)
End Sub
Function SheetExists(wb As Variant, sheetName As String) As Boolean
    Dim sht As Object
    On Error Resume Next
        Set sht = wb.Sheets(sheetName)
    On Error GoTo 0
    SheetExists = Not sht Is Nothing
End Function
Public Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "") As Variant
    Note "GetConfig", configKey
    GetConfig = "{interpreter}"
End Function
Public Function FileExists(ByVal FileSpec As String) As Boolean
    If FileSpec = "beside the workbook" Then
        FileExists = {beside}
    Else
        Note "FileExists", FileSpec
        FileExists = {exists}
    End If
End Function
Public Function GetDirectoryConfigFilePath() As String
    GetDirectoryConfigFilePath = "beside the workbook"
End Function
Public Sub Shown(Text, Icon, Title)
    Note "MsgBox", Title & ": " & Text
End Sub
Public Function Taken() As String
    Taken = Recorded
    Recorded = ""
End Function
Public Sub Look(control)
    Note "StatusBar", CStr(StatusBar)
End Sub
Public Function OddNames(Names As String) As String
    Dim Name As Variant
    For Each Name In Split(Names, ChrW(57344))
        OddNames = OddNames & IIf(RibbonPerfxl.HasOddName(CStr(Name)), "1", "0")
    Next Name
End Function
Private Sub Note(What As String, Text As String)
    Recorded = Recorded & What & Chr(1) & Text & Chr(2)
End Sub
"""

_INSTEAD = {
    # A box would wait for somebody to click it away.
    "MsgBox ": "xlwings.Shown ",
    "Application.StatusBar": "xlwings.StatusBar",
    "Private Function HasOddName": "Public Function HasOddName",
}


@dataclass(frozen=True)
class World:
    """What xlwings' module would find: its settings, the file beside the workbook, how Python ended."""

    interpreter: str = r"C:\\Python\\python.exe"
    exists: bool = True
    beside: bool = False
    run: str = "ExecuteWindows = 0"

    @property
    def module(self) -> str:
        return DOUBLE.format(run=self.run, interpreter=self.interpreter, exists=self.exists, beside=self.beside)


@dataclass(frozen=True)
class MacroOffice:
    """A running office. Its objects are kept out of tracebacks: to show one whose office is gone ends Python."""

    uno: Any = field(repr=False)
    desktop: Any = field(repr=False)

    def press(
        self, path: Path, action: str, world: World | None = None, beside: Path | None = None
    ) -> list[tuple[str, str]]:
        """Run `Module.Sub` out of a file, as the ribbon would; gives what it called, with what.

        beside: a workbook that is opened after the file, and so is the active one. An action that the
        file has no macro for is an error, like in Excel.
        """
        __tracebackhide__ = True
        with self.opened(path, world) as run, self._active(beside):
            return run(action)

    def odd_names(self, path: Path, names: Iterable[str]) -> dict[str, bool]:
        """What the macros of a file think of workbooks' names: whether no button may run."""
        __tracebackhide__ = True
        every = list(names)
        with self._library(path, World()) as document:
            said = self._run(document, "xlwings.OddNames", "\ue000".join(every))
        return dict(zip(every, (letter == "1" for letter in said), strict=True))

    @contextmanager
    def opened(self, path: Path, world: World | None = None) -> Iterator[Callable[[str], list[tuple[str, str]]]]:
        """A file with macros, open: gives what runs one of them."""
        __tracebackhide__ = True
        with self._library(path, world or World()) as document:

            def run(action: str) -> list[tuple[str, str]]:
                self._run(document, action, document)
                said = self._run(document, "xlwings.Taken")
                return [(what, text) for what, text in (line.split("\1") for line in said.split("\2")[:-1])]

            yield run

    @contextmanager
    def _library(self, path: Path, world: World) -> Iterator[Any]:
        """The document of a file with macros, with the double in the place of xlwings' module."""
        __tracebackhide__ = True
        document = self._load(path, macros=True)
        try:
            library = document.BasicLibraries.getByName("VBAProject")
            library.replaceByName("Dictionary", "")
            library.replaceByName("xlwings", world.module)
            ours = library.getByName("RibbonPerfxl")
            for old, new in _INSTEAD.items():
                assert old in ours
                ours = ours.replace(old, new)
            library.replaceByName("RibbonPerfxl", ours)
            yield document
        finally:
            document.close(True)

    @contextmanager
    def _active(self, path: Path | None) -> Iterator[None]:
        document = self._load(path, macros=False) if path else None
        try:
            yield
        finally:
            if document is not None:
                document.close(True)

    def _load(self, path: Path, *, macros: bool) -> Any:
        __tracebackhide__ = True
        options = {"Hidden": False}
        if macros:
            options |= {"FilterName": "Calc MS Excel 2007 VBA XML", "MacroExecutionMode": 4}
        made = []
        for name, value in options.items():
            option = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            option.Name, option.Value = name, value
            made.append(option)
        document = self.desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, tuple(made))
        assert document is not None, f"LibreOffice does not open {path}"
        return document

    @staticmethod
    def _run(document: Any, name: str, *arguments: Any) -> Any:
        __tracebackhide__ = True
        url = f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document"
        try:
            script = document.getScriptProvider().getScript(url)
        except Exception as fault:  # noqa: BLE001 (its class is UNO's own)
            # UNO's exceptions do not pass through context managers.
            raise LookupError(str(fault)) from None
        return script.invoke(arguments, (), ())[0]


@contextmanager
def running_macro_office() -> Iterator[MacroOffice]:
    """Started and ended here. Skips where LibreOffice's `uno` is missing, unless this run requires it."""
    from perfxl.xlwings_libreoffice.find_uno import find_soffice, import_uno
    from perfxl.xlwings_libreoffice.office_errors import NotInstalledError

    try:
        uno, program = import_uno(), find_soffice()
    except NotInstalledError as fault:
        if required("libreoffice"):
            raise
        pytest.skip(str(fault))
    profile = Path(tempfile.mkdtemp(prefix="perfxl-macros-"))
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    pipe = f"macros{uuid4().hex}"
    process = subprocess.Popen(
        [
            program,
            "--headless",
            "--norestore",
            "--nodefault",
            f"-env:UserInstallation={profile.as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        desktop = _connect(uno, process, pipe)
        yield MacroOffice(uno, desktop)
        desktop.terminate()
        process.wait(30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
            process.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _connect(uno: Any, process: subprocess.Popen[bytes], pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    not_yet = uno.getClass("com.sun.star.connection.NoConnectException")
    for _ in range(900):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except not_yet:
            assert process.poll() is None, "LibreOffice ended while starting"
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    pytest.fail("LibreOffice did not start")
