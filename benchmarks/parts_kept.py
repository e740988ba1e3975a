"""What happens to the parts of workbooks when one cell is written: `python benchmarks/parts_kept.py`.

perfxl beside openpyxl's load and save, on the workbooks of `tests/corpus` that Excel itself made.
"""

from __future__ import annotations

import sys
import warnings
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
from lxml import etree

from perfxl.core.grid.change import CellEdit, Change
from perfxl.io.ooxml.change_workbook import Book, changed
from perfxl.io.ooxml.package import Package, parse

CORPUS = sorted((Path(__file__).parents[1] / "tests" / "corpus").glob("*.xls[xm]"))


def parts(data: bytes) -> dict[str, bytes]:
    """Part name → bytes."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def by_perfxl(path: Path, sheet: str) -> bytes:
    """One cell written by perfxl."""
    return changed(path.read_bytes(), Change(cells=(CellEdit(sheet, "ZZ777", 1),)))


def by_openpyxl(path: Path, sheet: str) -> bytes:
    """The same by openpyxl."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm", rich_text=True)
        book[sheet]["ZZ777"] = 1
        target = BytesIO()
        book.save(target)
        if book.vba_archive:
            book.vba_archive.close()
    return target.getvalue()


def canonical(element: etree._Element) -> bytes:
    """What two ways of writing the same XML have in common, but for its prefixes."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True))


def same(one: bytes, other: bytes) -> bool:
    """The same bytes, or the same XML written in another way."""
    if one == other:
        return True
    try:
        return canonical(parse(one)) == canonical(parse(other))
    except ValueError:
        return False


def main() -> None:
    """Print how many parts of how many workbooks were lost or changed."""
    rows = {}
    for name, write in {"perfxl": by_perfxl, "openpyxl": by_openpyxl}.items():
        lost = altered = books = whole = 0
        for path in CORPUS:
            book = Book(Package(path.read_bytes()))
            sheets = {sheet: book.sheet_part(sheet) for sheet in book.names()}
            sheet, part = next((s, p) for s, p in sheets.items() if p.startswith("xl/worksheets/"))
            before, after = parts(path.read_bytes()), parts(write(path, sheet))
            others = [other for other in before if other != part]
            gone = [other for other in others if other not in after]
            different = [o for o in others if o in after and not same(before[o], after[o])]
            lost += len(gone)
            altered += len(different)
            books += bool(gone)
            whole += not gone and not different
        rows[name] = (len(CORPUS), books, lost, altered, whole)
    heads = ("workbooks", "with lost parts", "parts lost", "parts changed", "left whole but for the sheet")
    sys.stdout.write("| | " + " | ".join(heads) + " |\n|---|" + "---|" * len(heads) + "\n")
    for name, figures in rows.items():
        sys.stdout.write(f"| {name} | " + " | ".join(map(str, figures)) + " |\n")


if __name__ == "__main__":
    main()
