"""The page for a browser: one list with the other reports, readable by itself, and inert."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from places import AT, cell

from perfxl.app.make_examples import FILLED_IN, MENDED

MARKUP = '<script>alert(1)</script><img src="http://例.example/x"> & "引号" =1+1'


class Page(HTMLParser):
    """A page's tables as texts, its elements and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.texts: list[str] = []
        self.in_cell = False
        self.feed(text)
        self.rows = [[cell.strip() for cell in row] for row in self.rows]

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.in_cell = True
        elif tag == "div":
            self.handle_data("\n")
        self.fetched += [value for name in ("src", "href", "action") if (value := given.get(name))]

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in {"td", "th"}

    def handle_data(self, data):
        self.texts.append(data)
        if self.in_cell:
            self.rows[-1][-1] += data


def page(perfxl, *paths: Path, status: int) -> Page:
    ran = perfxl("check", *paths, "--format", "html")
    assert ran.status == status, ran.err
    return Page(ran.out)


def test_the_page_lists_what_the_json_lists(perfxl, examples):
    path = examples / FILLED_IN
    found = json.loads(perfxl("check", path, "--format", "json").out)["files"][0]["findings"]
    rows = [row for row in page(perfxl, path, status=1).rows if row[0].isdigit()]
    assert len(rows) == len(found)
    listed = sorted((row[1].partition("\n")[0], row[2].partition("\n")[0], row[3]) for row in rows)
    assert listed == sorted((one["sheet"] or "整个工作簿", one["message"], one["hint"]) for one in found)


def test_several_files_begin_with_an_overview(perfxl, examples, tmp_path):
    damaged = tmp_path / "坏.xlsx"
    damaged.write_bytes(b"")
    shown = page(perfxl, examples / FILLED_IN, examples / MENDED, damaged, status=2)
    overview = {Path(row[1]).name: row[3:] for row in shown.rows[1:4]}
    assert overview == {
        FILLED_IN: ["有错误", "4", "42", "22"],
        MENDED: ["通过", "0", "0", "6"],
        "坏.xlsx": ["无法读取", "", "", ""],
    }
    assert any("文件是空的（0 字节）" in text for text in shown.texts)
    assert any("共 3 个文件：有错误 1 个，通过 1 个，无法读取 1 个。" in text for text in shown.texts)


def test_what_a_unit_wrote_is_no_markup(perfxl, examples, tmp_path):
    book = openpyxl.load_workbook(examples / FILLED_IN)
    for at in (cell(3, "target"), AT["project_name"]):
        book["1.工会保障项目"][at].value = MARKUP
    path = tmp_path / "<b>表.xlsx"
    book.save(path)
    shown = page(perfxl, path, status=1)
    assert shown.tags <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "span", "div",
        "table", "colgroup", "col", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert shown.fetched == []
    assert any(MARKUP in text for text in shown.texts)


@pytest.mark.parametrize("name", ["结果.html", "结果.htm"])
def test_the_page_is_saved_as_utf8(perfxl, examples, tmp_path, name):
    target = tmp_path / name
    assert perfxl("check", examples / MENDED, "--format", "html", "-o", target).status == 0
    text = target.read_text(encoding="utf-8")
    assert '<meta charset="utf-8">' in text
    assert "校验通过" in text
