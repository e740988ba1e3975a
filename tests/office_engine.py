"""A live LibreOffice for tests, reached through the xlwings engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import xlwings as xw
from conftest import required

from perfxl.xlwings_libreoffice import register
from perfxl.xlwings_libreoffice.office_errors import NotInstalledError


@contextmanager
def running_office() -> Iterator[xw.App]:
    """An office of its own, without windows and without a book, ended afterwards.

    Skips the test where LibreOffice or its `uno` is missing, unless this run requires them.
    """
    register()
    try:
        app = xw.App(visible=False, add_book=False)
    except NotInstalledError as missing:
        if required("libreoffice"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    try:
        yield app
    finally:
        app.quit()
