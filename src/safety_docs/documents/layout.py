"""The parts around those that are filled in: read from the template once, deflated, left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.errors import PackageError
from safety_docs.documents.identity import identity_parts
from safety_docs.documents.package import CONTENT_TYPES, content_types, parse_part
from safety_docs.documents.zipwriter import pack

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from safety_docs.documents.zipwriter import Packed

DROPPED = ("docProps/thumbnail", "word/stylesWithEffects.xml")
"""Beginnings of the names of parts that documents do not need."""
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts around the dynamic ones, once without and once with room for an identity.

    Attributes:
        plain: Entries of a document without identity.
        marked: Entries of a document with one.
        item: Name of the part that holds the identity.
        dynamic_rels: Relationship parts that pictures change: name, and bytes with and without
            identity.
    """

    plain: tuple[Packed, ...]
    marked: tuple[Packed, ...]
    item: str
    rels: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)


def layout_of(
    parts: Mapping[str, bytes], dynamic: Collection[str], pictured: Collection[str]
) -> Layout:
    """The layout of a package.

    Args:
        parts: The package, without parts that are `DROPPED`.
        dynamic: Names of parts that each document has its own of.
        pictured: Names of relationships parts that get pictures, there or not.

    Raises:
        PackageError: If the package is not a Word document.
    """
    main = main_part(parts)
    plain = _without_dropped(parts)
    if pictured:
        plain = {**plain, CONTENT_TYPES: _with_picture_types(plain[CONTENT_TYPES])}
    marked, item = identity_parts(plain, main)
    filled = {*dynamic, *pictured}
    return Layout(
        plain=_packed(plain, filled),
        marked=_packed(marked, filled | {item}),
        item=item,
        rels={name: (plain.get(name, b""), marked.get(name, b"")) for name in sorted(pictured)},
    )


def _packed(parts: Mapping[str, bytes], left_out: Collection[str]) -> tuple[Packed, ...]:
    names = sorted(parts, key=lambda name: name != CONTENT_TYPES)
    return tuple(pack(name, parts[name]) for name in names if name not in left_out)


def main_part(parts: Mapping[str, bytes]) -> str:
    """Name of the part that the package is about.

    Raises:
        PackageError: If the package is not a Word document.
    """
    for name, kind in content_types(parts, "模板").items():
        if kind.endswith(("wordprocessingml.document.main+xml", "template.main+xml")):
            return name
    msg = "模板"
    raise PackageError(msg, "不是 Word 文档（.docx）。")


def _without_dropped(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The package without relationships and types of parts that were left out."""
    result = dict(parts)
    for name, data in parts.items():
        if name == CONTENT_TYPES or name.endswith(".rels"):
            root = parse_part(data, name)
            gone = [entry for entry in root if _names_dropped(entry)]
            for entry in gone:
                root.remove(entry)
            if gone:
                result[name] = _serialise(root)
    return result


def _names_dropped(entry: etree._Element) -> bool:
    target = entry.get("PartName") or entry.get("Target") or ""
    return any(target.endswith(name.rpartition("/")[2]) or name in target for name in DROPPED)


def _with_picture_types(data: bytes) -> bytes:
    root = parse_part(data, CONTENT_TYPES)
    known = {entry.get("Extension", "").lower() for entry in root}
    for extension in ("jpeg", "png"):
        if extension not in known:
            entry = etree.Element(f"{{{_TYPES}}}Default", Extension=extension)
            entry.set("ContentType", f"image/{extension}")
            root.insert(0, entry)
    return _serialise(root)


def _serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
