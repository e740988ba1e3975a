"""Chance against the reader and the writer: whatever the bytes, a workbook, a sentence, or both.

`PERFXL_FUZZ_CASES=20000 pytest tests/test_fuzz.py` runs more of the same; `PERFXL_FUZZ_SEED` another
series. A failure names its case: the same number gives the same file.
"""

from __future__ import annotations

import os
import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from perfxl.app.make_examples import FILLED_IN
from perfxl.core.grid.change import CellEdit, Change
from perfxl.core.grid.errors import PerfxlError
from perfxl.core.reading.submission import read
from perfxl.core.rules.engine import check
from perfxl.core.sheets.findings_sheet import results_change
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.read_files import read_package
from perfxl.io.workbooks.write_files import apply

CASES = int(os.environ.get("PERFXL_FUZZ_CASES", "150"))
SEED = int(os.environ.get("PERFXL_FUZZ_SEED", "20231122"))
# What readers stumble over, put where a number, a reference or a text stood.
ODD = [
    "", "0", "-1", "1", "A0", "A1", "XFD1048576", "ZZZ9999999", "A1:B", "1e308", "-1e308", "NaN", "inf",
    "99999999999999999999", "#REF!", "s", "b", "e", "d", "str", "inlineStr", "n", "rId1", "../x", "/", "１２",
    "2023-13-45", "9" * 400, "=1+1", "_x0000_", "_xD800_", "\t\n", "很" * 300, "true", "%", "&",
]  # fmt: skip


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def bytes_changed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            changed[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del changed[at : at + chance.randint(1, 40)]
        elif kind == 2:
            changed[at:at] = changed[at : at + chance.randint(1, 200)]
        else:
            changed[at:at] = chance.choice(ODD).encode()
    return bytes(changed)


def tree_changed(content: bytes, chance: random.Random) -> bytes:
    """The same XML with elements moved, doubled, dropped or renamed, attributes and texts replaced."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return bytes_changed(content, chance)
    for _ in range(chance.randint(1, 8)):
        elements = list(root.iter(etree.Element))
        one, other = chance.choice(elements), chance.choice(elements)
        parent = one.getparent()
        kind = chance.randrange(7)
        if kind <= 1 and one.attrib:
            one.set(chance.choice(list(one.attrib)), chance.choice(ODD))
        elif kind == 2 and one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]
        elif kind == 3:
            one.text = chance.choice(ODD)
        elif kind == 4 and parent is not None:
            parent.remove(one)
        elif kind == 5 and parent is not None:
            parent.insert(chance.randrange(len(parent) + 1), etree.fromstring(etree.tostring(one)))
        elif kind == 6:
            one.tag = other.tag
    return etree.tostring(root)


def mutated(parts: dict[str, bytes], chance: random.Random) -> bytes:
    parts = dict(parts)
    names = sorted(parts)
    likely = [name for name in names if "sheet" in name or "workbook" in name or "styles" in name]
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        name = chance.choice(likely if chance.random() < 0.8 else names)
        kind = chance.randrange(20)
        if kind == 0:
            parts[name] = b""
        elif kind == 1:
            parts[name] = parts[chance.choice(names)]
        elif kind < 6:
            parts[name] = bytes_changed(parts[name], chance)
        else:
            parts[name] = tree_changed(parts[name], chance)
        if kind == 2 and chance.random() < 0.3:
            del parts[name]
            names, likely = sorted(parts), [one for one in likely if one in parts]
    data = zipped(parts)
    return bytes_changed(data, chance) if chance.random() < 0.05 else data


def examine(data: bytes, folder: Path) -> str:
    """What became of it; an exception that is no `PerfxlError` comes through."""
    try:
        workbook = read_package(data)
    except PerfxlError:
        return "refused"
    submission = read(workbook, FRAMEWORKS)
    findings = check(submission, FRAMEWORKS[submission.framework])
    change = results_change(submission, findings, None)
    if workbook.sheets:
        name = workbook.sheets[len(workbook.sheets) // 2].name
        change = Change((CellEdit(name, "E5", 1), CellEdit(name, "ZZ99", "=x")), change.sheets, change.highlights)
    source, target = folder / "表.xlsx", folder / "结果.xlsx"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    try:
        apply(source, change, target)
    except PerfxlError:
        assert not target.exists()
        return "read"
    read_package(target.read_bytes())
    return "written"


FRAMEWORKS = all_frameworks()


@pytest.fixture(scope="module")
def sample(examples: Path) -> dict[str, bytes]:
    return parts_of((examples / FILLED_IN).read_bytes())


def test_whatever_the_bytes(sample, tmp_path, monkeypatch):
    # Forcing each file onto the disk would be most of the time.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    ends = {"refused": 0, "read": 0, "written": 0}
    for case in range(CASES):
        data = mutated(sample, random.Random(f"{SEED}/{case}"))
        try:
            ends[examine(data, tmp_path)] += 1
        except Exception as fault:  # noqa: BLE001 (any exception is what is looked for)
            if folder := os.environ.get("PERFXL_FUZZ_KEEP"):
                Path(folder, f"{case}.xlsx").write_bytes(data)
                Path(folder, f"{case}.txt").write_text(repr(fault))
                continue
            pytest.fail(f"case {case} of seed {SEED}: {type(fault).__name__}: {fault}")
    print(ends)  # noqa: T201 (the figures of a long run)
    assert ends["written"] > CASES // 10
    assert ends["refused"] > CASES // 20
