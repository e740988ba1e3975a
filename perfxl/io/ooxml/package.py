"""The package: parts, content types and relationships of an Office Open XML file."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from io import BytesIO
from itertools import count
from posixpath import basename, dirname, join, normpath, relpath
from typing import TypeAlias

from lxml import etree

from perfxl.io.files import limits

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_CONTENT_TYPES = "[Content_Types].xml"
_RELATIONSHIP = f"{{{RELATIONS}}}Relationship"
_NO_RELATIONS = f'<Relationships xmlns="{RELATIONS}"/>'.encode()
# A zip file's first possible day: the same bytes whenever it is written.
DAY_ONE = (1980, 1, 1, 0, 0, 0)


def parse(data: bytes) -> etree._Element:
    """The root of a part. Entities are not resolved and nothing is fetched; PerfxlError over a limit."""
    limits.refuse_large_tree(data)
    # No `huge_tree`: the library's own limits on depth and text stay in force.
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    limits.refuse_document_type(root.getroottree().docinfo.doctype)
    return root


Content: TypeAlias = tuple[object, ...]


def content_of(element: etree._Element) -> Content:
    """What two ways of writing the same element have in common: equal and hashable, whatever its prefixes.

    The order of attributes, comments and the layout around tags make no difference.
    """
    children = tuple(map(content_of, element.iterchildren("{*}*")))
    text = "" if children else element.text or ""
    return element.tag, frozenset(element.items()), "" if text.isspace() else text, children


def sub(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """One more element of a workbook's part, behind the others that its parent has."""
    return etree.SubElement(parent, f"{{{MAIN}}}{tag}", attributes)


def serialise(root: etree._Element) -> bytes:
    """A part's bytes, with the declaration that Excel writes, and what stands before the root."""
    tree = root.getroottree()
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


class Package:
    """The parts of a file, changed one by one.

    Parts that were not set keep their bytes. The same changes to the same file give the same bytes. Names
    of parts are compared without their case, as every reader does, and a backslash in them is a slash.
    """

    def __init__(self, data: bytes) -> None:
        self._parts, self._infos = limits.unpacked(data)
        self._names = {_folded(part): part for part in self._parts}
        self._trees: dict[str, etree._Element] = {}
        self._read: dict[str, bytes] = {}

    def __contains__(self, part: str) -> bool:
        return _folded(part) in self._names

    def has_folder(self, folder: str) -> bool:
        """Whether any part lies in a folder, `xl/revisions/`."""
        return any(part.startswith(folder.casefold()) for part in self._names)

    def read(self, part: str) -> bytes:
        """The part's bytes as they were read or set. KeyError when there is none."""
        return self._parts[self._names[_folded(part)]]

    def tree(self, part: str) -> etree._Element:
        """The part's root, to be changed in place; it is written back when the package is saved."""
        name = self._names[_folded(part)]
        if name not in self._trees:
            self._trees[name] = parse(self._parts[name])
            self._read[name] = _digest(self._trees[name])
        return self._trees[name]

    def set(self, part: str, data: bytes) -> None:
        """Replace a part, or add one at the end."""
        name = self._names.setdefault(_folded(part), part)
        self._trees.pop(name, None)
        self._parts[name] = data

    def remove(self, part: str) -> None:
        """Take a part out, with its content type. Nothing happens when there is none."""
        name = self._names.pop(_folded(part), None)
        if name is None:
            return
        del self._parts[name]
        self._trees.pop(name, None)
        for override in self._overrides(part):
            self.tree(_CONTENT_TYPES).remove(override)

    def declare(self, part: str, content_type: str) -> None:
        """Say what kind of part it is."""
        for override in self._overrides(part):
            override.set("ContentType", content_type)
            return
        types = self.tree(_CONTENT_TYPES)
        etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)

    def unused(self, pattern: str) -> str:
        """The first part name of a pattern with `{}` that is free: `xl/worksheets/sheet{}.xml`."""
        return next(part for part in map(pattern.format, count(1)) if part not in self)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (type, target part) of a part's internal relationships."""
        rels = _rels(part)
        if rels not in self:
            return {}
        found = {}
        for relation in self.tree(rels).iterchildren(_RELATIONSHIP):
            if relation.get("TargetMode") != "External":
                target = self._target(part, relation.get("Target", ""))
                found[relation.get("Id", "")] = (relation.get("Type", ""), target)
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship from a part; gives its id."""
        rels = _rels(part)
        if rels not in self:
            self.set(rels, _NO_RELATIONS)
        root = self.tree(rels)
        used = {relation.get("Id") for relation in root.iterchildren(_RELATIONSHIP)}
        id_ = next(free for number in count(len(used) + 1) if (free := f"rId{number}") not in used)
        place = relpath(target, dirname(part) or ".")
        etree.SubElement(root, _RELATIONSHIP, Id=id_, Type=kind, Target=place)
        return id_

    def unrelate(self, part: str, target: str) -> None:
        """Remove a part's relationships to a target."""
        ids = {id_ for id_, (_, found) in self.relations(part).items() if found == target}
        for relation in list(self.tree(_rels(part)).iterchildren(_RELATIONSHIP)) if ids else ():
            if relation.get("Id") in ids:
                relation.getparent().remove(relation)

    def forget_relations(self, part: str) -> None:
        """Remove all relationships of a part that is written anew; their targets stay in the file."""
        self.remove(_rels(part))

    def save(self) -> bytes:
        """The file. Each part keeps its place, and its date if it had one."""
        for part, root in self._trees.items():
            # A part that was only looked at keeps its bytes.
            if _digest(root) != self._read[part]:
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

    def _target(self, part: str, target: str) -> str:
        """The part that a relationship of another means, by the name it has in this file."""
        target = target.replace("\\", "/")
        absolute = target.lstrip("/") if target.startswith("/") else join(dirname(part), target)
        name = normpath(absolute)
        # Some programs write the whole path without the slash that says so.
        whole = normpath(target)
        if name not in self and whole in self:
            name = whole
        return self._names.get(_folded(name), name).replace("\\", "/")

    def _overrides(self, part: str) -> list[etree._Element]:
        """What the content types say of a part."""
        found = self.tree(_CONTENT_TYPES).iterchildren(f"{{{TYPES}}}Override")
        return [one for one in found if _folded(one.get("PartName", "")) == f"/{_folded(part)}"]


def _rels(part: str) -> str:
    return join(dirname(part), "_rels", f"{basename(part)}.rels")


def _folded(part: str) -> str:
    return part.replace("\\", "/").casefold()


def _digest(root: etree._Element) -> bytes:
    return sha256(etree.tostring(root.getroottree())).digest()
