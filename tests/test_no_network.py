"""Nothing is sent anywhere: no command opens a socket, whatever a workbook links to."""

import socket

import openpyxl
import pytest
from places import AT


@pytest.fixture
def no_sockets(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.parametrize(
    "command", [("check",), ("check", "--write"), ("check", "--format", "sarif"), ("fill",), ("summary",)], ids=" ".join
)
def test_no_command_opens_a_socket(command, no_sockets, perfxl, workbook):
    book = openpyxl.load_workbook(workbook)
    sheet = book["1.工会保障项目"]
    sheet[AT["purpose"]].hyperlink = "http://example.invalid/x"
    sheet["J1"] = '=WEBSERVICE("http://example.invalid/y")'
    book.save(workbook)
    assert perfxl(*command, workbook).status in {0, 1}
