"""Nothing is sent anywhere: no command opens a socket, whatever a workbook links to."""

import shutil
import socket

import openpyxl
import pytest

from perfxl.app.make_examples import FILLED_IN


@pytest.fixture
def no_sockets(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.parametrize(
    "command",
    [("check",), ("check", "--write"), ("check", "--format", "sarif"), ("fill",), ("summary",)],
    ids=" ".join,
)
def test_no_command_opens_a_socket(command, no_sockets, perfxl, examples, tmp_path):
    path = tmp_path / "文本.xlsx"
    shutil.copy(examples / FILLED_IN, path)
    book = openpyxl.load_workbook(path)
    sheet = book["1.工会保障项目"]
    sheet["B6"].hyperlink = "http://example.invalid/x"
    sheet["J1"] = '=WEBSERVICE("http://example.invalid/y")'
    book.save(path)
    assert perfxl(*command, path).status in {0, 1}
