"""The package: parts, content types and relationships of an Office Open XML file."""

from __future__ import annotations

import zipfile
from io import BytesIO
from posixpath import basename, dirname, join, normpath, relpath

from lxml import etree

from perfxl.io import limits

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_CONTENT_TYPES = "[Content_Types].xml"
# A zip file's first possible day: the same bytes whenever it is written.
DAY_ONE = (1980, 1, 1, 0, 0, 0)


def parse(data: bytes) -> etree._Element:
    """The root of a part. Entities are not resolved and nothing is fetched; PerfxlError over a limit."""
    limits.refuse_large_tree(data)
    # No `huge_tree`: the library's own limits on depth and text stay in force.
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    limits.refuse_document_type(root.getroottree().docinfo.doctype)
    return root


def canonical(element: etree._Element) -> bytes:
    """What two ways of writing the same XML have in common."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True))


def serialise(root: etree._Element) -> bytes:
    """A part's bytes, with the declaration that Excel writes."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class Package:
    """The parts of a file, changed one by one.

    Parts that were not set keep their bytes. The same changes to the same file give the same bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._parts, self._infos = limits.unpacked(data)
        self._trees: dict[str, etree._Element] = {}
        self._read: dict[str, bytes] = {}

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def has_folder(self, folder: str) -> bool:
        """Whether any part lies in a folder, `xl/revisions/`."""
        return any(part.startswith(folder) for part in self._parts)

    def read(self, part: str) -> bytes:
        """The part's bytes as they were read or set. KeyError when there is none."""
        return self._parts[part]

    def tree(self, part: str) -> etree._Element:
        """The part's root, to be changed in place; it is written back when the package is saved."""
        if part not in self._trees:
            self._trees[part] = parse(self._parts[part])
            self._read[part] = canonical(self._trees[part])
        return self._trees[part]

    def set(self, part: str, data: bytes) -> None:
        """Replace a part, or add one at the end."""
        self._trees.pop(part, None)
        self._parts[part] = data

    def remove(self, part: str) -> None:
        """Take a part out, with its content type. Nothing happens when there is none."""
        if self._parts.pop(part, None) is None:
            return
        self._trees.pop(part, None)
        for override in self.tree(_CONTENT_TYPES).findall(f"{{{TYPES}}}Override"):
            if override.get("PartName") == f"/{part}":
                self.tree(_CONTENT_TYPES).remove(override)

    def declare(self, part: str, content_type: str) -> None:
        """Say what kind of part it is, unless that is said already."""
        types = self.tree(_CONTENT_TYPES)
        if not any(o.get("PartName") == f"/{part}" for o in types.findall(f"{{{TYPES}}}Override")):
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)

    def unused(self, pattern: str) -> str:
        """The first part name of a pattern with `{}` that is free: `xl/worksheets/sheet{}.xml`."""
        number = 1
        while pattern.format(number) in self._parts:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (type, target part) of a part's internal relationships."""
        rels = _rels(part)
        if rels not in self._parts:
            return {}
        found = {}
        for relation in self.tree(rels):
            if relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                absolute = target.lstrip("/") if target.startswith("/") else join(dirname(part), target)
                found[relation.get("Id", "")] = (relation.get("Type", ""), normpath(absolute))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship from a part; gives its id."""
        root = self.tree(_rels(part))
        used = {relation.get("Id") for relation in root}
        number = len(used) + 1
        while f"rId{number}" in used:
            number += 1
        etree.SubElement(
            root,
            f"{{{RELATIONS}}}Relationship",
            Id=f"rId{number}",
            Type=kind,
            Target=relpath(target, dirname(part)),
        )
        return f"rId{number}"

    def unrelate(self, part: str, target: str) -> None:
        """Remove a part's relationships to a target."""
        for id_, (_, found) in self.relations(part).items():
            if found == target:
                for relation in self.tree(_rels(part)):
                    if relation.get("Id") == id_:
                        relation.getparent().remove(relation)

    def forget_relations(self, part: str) -> None:
        """Remove all relationships of a part that is written anew; their targets stay in the file."""
        self.remove(_rels(part))

    def save(self) -> bytes:
        """The file. Each part keeps its place, and its date if it had one."""
        for part, root in self._trees.items():
            # A part that was only looked at keeps its bytes.
            if part in self._parts and canonical(root) != self._read[part]:
                self._parts[part] = serialise(root)
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in self._parts.items():
                old = self._infos.get(part)
                info = zipfile.ZipInfo(part, old.date_time if old else DAY_ONE)
                info.compress_type = zipfile.ZIP_DEFLATED
                # Readable by its owner: no rights at all puzzle some unpackers.
                info.external_attr = (old.external_attr if old else 0) or 0o600 << 16
                archive.writestr(info, data)
        return target.getvalue()


def _rels(part: str) -> str:
    return join(dirname(part), "_rels", f"{basename(part)}.rels")
