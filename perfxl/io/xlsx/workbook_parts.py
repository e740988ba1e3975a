"""Which parts of a package make up a workbook: found by their relationships, as Excel finds them.

The usual names (`xl/workbook.xml`) are a habit only. Names of parts are compared without their case, and
a backslash in them is a slash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath

from perfxl.io.files import limits

_WORKSHEET, _SHARED, _STYLES = "/worksheet", "/sharedStrings", "/styles"
_DOCUMENT = "/officeDocument"
_USUAL = "xl/workbook.xml"
_HIDDEN = ("hidden", "veryHidden")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it. part: its folded name, None for what is no worksheet."""

    name: str
    part: str | None
    hidden: bool


@dataclass
class WorkbookParts:
    """A workbook's sheets in order, and the folded names of the parts that they share."""

    sheets: list[SheetPart] = field(default_factory=list)
    shared_texts: str | None = None
    styles: str | None = None
    from_1904: bool = False


def folded(part: str) -> str:
    """A part's name as it is compared."""
    return part.replace("\\", "/").lstrip("/").casefold()


def workbook_part(parts: Mapping[str, bytes]) -> str | None:
    """The folded name of the part that is the workbook, None where there is none. parts: by folded name."""
    targets = [target for kind, target in _relations(parts, "").values() if kind.endswith(_DOCUMENT)]
    return next((target for target in [*targets, _USUAL] if target in parts), None)


def workbook_parts(parts: Mapping[str, bytes], workbook: str) -> WorkbookParts:
    """What a workbook consists of. PerfxlError over a limit, ValueError for what is no XML."""
    relations = _relations(parts, workbook)
    scan = _WorkbookScan(relations)
    if parts[workbook].count(b"definedName ") > limits.MOST_NAMES:
        raise limits.too_many(
            "定义的名称", limits.MOST_NAMES, "请在 Excel“公式—名称管理器”中删除失效的名称，保存后再试。"
        )
    scan.run(parts[workbook])
    found = scan.found
    found.shared_texts = _beside(parts, workbook, relations, _SHARED)
    found.styles = _beside(parts, workbook, relations, _STYLES)
    return found


# ----------------------------------------------------------------------------------------- inside


class _Relations(limits.Scan):
    """id → (type, target) of what lies inside the package."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            self.found[attributes.get("Id", "")] = attributes.get("Type", ""), attributes.get("Target", "")


def _relations(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """The relationships of a part, `""` for those of the package, with the folded names of their targets."""
    rels = parts.get(join(dirname(part), "_rels", f"{basename(part)}.rels"))
    if rels is None:
        return {}
    scan = _Relations()
    scan.run(rels)
    found = {}
    for id_, (kind, target) in scan.found.items():
        slashed = target.replace("\\", "/")
        inside = slashed if slashed.startswith("/") else join(dirname(part), slashed)
        name, whole = (folded(normpath(one)) for one in (inside, slashed))
        # Some programs write the whole path without the slash that says so.
        found[id_] = kind, whole if name not in parts and whole in parts else name
    return found


def _beside(
    parts: Mapping[str, bytes], workbook: str, relations: Mapping[str, tuple[str, str]], kind: str
) -> str | None:
    """The part of a kind that a workbook points at; without that, the one of the usual name."""
    usual = join(dirname(workbook), f"{kind[1:].casefold()}.xml")
    targets = [target for own, target in relations.values() if own.endswith(kind)]
    return next((target for target in [*targets, usual] if target in parts), None)


class _WorkbookScan(limits.Scan):
    """The sheets of a workbook part."""

    def __init__(self, relations: Mapping[str, tuple[str, str]]) -> None:
        self._relations = relations
        self.found = WorkbookParts()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.found.from_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            if len(self.found.sheets) == limits.MOST_SHEETS:
                raise limits.too_many("工作表", limits.MOST_SHEETS, "请只保留需要填报的工作表，保存后再试。")
            id_ = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            # Modules of old macros have no part at all; charts and macro sheets have one of another kind.
            if id_ and id_ not in self._relations:
                raise ValueError(f"no such relationship: {id_}")
            kind, target = self._relations.get(id_, ("", ""))
            part = target if kind.endswith(_WORKSHEET) else None
            self.found.sheets.append(SheetPart(attributes.get("name", ""), part, attributes.get("state") in _HIDDEN))
