"""Run by the system's Python, which has LibreOffice's `uno`: edits workbooks as a person at the desk does.

Reads a JSON list of jobs from standard input: {"source", "target", "actions": [[name, …], …]}.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.table import CellRangeAddress


def value(name, content):
    made = PropertyValue()
    made.Name, made.Value = name, content
    return made


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    sys.exit("LibreOffice did not start")


class Desk:
    """The open workbook and what is done to it; rows and columns count from 1."""

    def __init__(self, document):
        self.document = document
        self.sheets = document.Sheets

    def sheet(self, key):
        found = self.sheets.getByIndex(key) if isinstance(key, int) else self.sheets.getByName(key)
        found.isProtected() and found.unprotect("")
        return found

    def insert_rows(self, sheet, before, count=1):
        self.sheet(sheet).Rows.insertByIndex(before - 1, count)

    def delete_rows(self, sheet, first, count=1):
        self.sheet(sheet).Rows.removeByIndex(first - 1, count)

    def insert_columns(self, sheet, before, count=1):
        self.sheet(sheet).Columns.insertByIndex(before - 1, count)

    def rename(self, sheet, name):
        self.sheet(sheet).Name = name

    def move(self, sheet, to):
        self.sheets.moveByName(self.sheet(sheet).Name, to)

    def copy(self, sheet, name, to):
        self.sheets.copyByName(self.sheet(sheet).Name, name, to)

    def remove(self, sheet):
        self.sheets.removeByName(sheet)

    def hide(self, sheet):
        self.sheet(sheet).IsVisible = False

    def merge(self, sheet, area):
        self.sheet(sheet).getCellRangeByName(area).merge(True)

    def text(self, sheet, cell, text):
        self.sheet(sheet).getCellRangeByName(cell).String = text

    def number(self, sheet, cell, number):
        self.sheet(sheet).getCellRangeByName(cell).Value = number

    def formula(self, sheet, cell, formula):
        self.sheet(sheet).getCellRangeByName(cell).Formula = formula

    def clear(self, sheet, area):
        self.sheet(sheet).getCellRangeByName(area).clearContents(1 | 2 | 4 | 16)

    def copy_row(self, sheet, source, target):
        found = self.sheet(sheet)
        found.Rows.insertByIndex(target - 1, 1)
        at = found.getCellByPosition(0, target - 1).CellAddress
        area = CellRangeAddress()
        area.Sheet = at.Sheet
        area.StartColumn, area.EndColumn = 0, 6
        area.StartRow = area.EndRow = source - 1 + (source >= target)
        found.copyRange(at, area)


FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xls": "MS Excel 97", ".ods": "calc8"}


def main():
    jobs = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"perfxl{Path(profile).name}"
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ]
        )
        try:
            context = connect(pipe)
            desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            for job in jobs:
                document = desktop.loadComponentFromURL(
                    Path(job["source"]).as_uri(), "_blank", 0, (value("Hidden", True),)
                )
                desk = Desk(document)
                for name, *arguments in job["actions"]:
                    getattr(desk, name)(*arguments)
                document.calculateAll()
                target = Path(job["target"])
                document.storeToURL(
                    target.as_uri(), (value("FilterName", FILTERS[target.suffix]), value("Overwrite", True))
                )
                document.close(True)
            with contextlib.suppress(DisposedException):
                desktop.terminate()
            office.wait(30)
        finally:
            office.kill()


main()
