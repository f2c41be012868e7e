"""What a document consists of and what becomes of each part in a print pack.

Documents of one template have the same relationships and types to the byte, so this is worked out
once for them. Parts that say how the document looks (`SHARED`) are taken from the first letter and
must be the same in all; parts that belong to one letter (headers, pictures …) are carried along in
a folder of their own; custom XML, which holds the form's values, stays in the filed document.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.documents.errors import UnpackableError
from safety_docs.documents.package import content_types, parse_part, rels_name

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN = "word/document.xml"
FOLDER = "word/"
_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
"""Names of parts, as all programs write them; they need no quoting."""
_SHARED = "styles settings fontTable numbering theme webSettings footnotes endnotes"
SHARED = frozenset(_SHARED.split())
"""One of each in a document: how it looks. Letters with notes are refused; what these parts hold
besides notes is the line above them."""
_DROPPED = (
    "customXml stylesWithEffects glossaryDocument people comments commentsExtended commentsIds "
    "commentsExtensible"
)
DROPPED = frozenset(_DROPPED.split())
"""What is not printed."""


class Carried(NamedTuple):
    """A part of one letter.

    Attributes:
        kind: Type of the relationship, a whole address.
        part: Its name.
        companions: It and all parts that belong to it, relationships included.
    """

    kind: str
    part: str
    companions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the parts of a document.

    Attributes:
        shared: Type of the relationship and name of each part that all letters have in common.
        companions: Those and all parts that they need.
        carried: Parts of the letter by the id of their relationship.
        links: Addresses outside the document, with type, by id.
        types: Content type of each part.
    """

    shared: tuple[tuple[str, str], ...]
    companions: tuple[str, ...]
    carried: Mapping[bytes, Carried]
    links: Mapping[bytes, tuple[str, str]]
    types: Mapping[str, str]


def plan(parts: Mapping[str, bytes], names: tuple[str, ...], name: str) -> Plan:
    """Work out what becomes of each part.

    Args:
        parts: Content of the types and of all relationships.
        names: Names of all parts of the package.
        name: File name of the document, for messages.

    Raises:
        UnpackableError: If the document is built in a way that cannot be merged.
    """
    types = content_types({**dict.fromkeys(names, b""), **parts}, name)
    if not types.get(MAIN, "").endswith("document.main+xml"):
        raise UnpackableError(name, "不是 Word 文件")
    return _Planner(parts, frozenset(names), types, name).plan()


class _Planner:
    def __init__(
        self,
        parts: Mapping[str, bytes],
        names: frozenset[str],
        types: Mapping[str, str],
        name: str,
    ) -> None:
        self._parts = parts
        self._names = names
        self._types = types
        self._name = name

    def plan(self) -> Plan:
        shared, companions = [], list[str]()
        carried: dict[bytes, Carried] = {}
        links: dict[bytes, tuple[str, str]] = {}
        for key, kind, target, is_outside in self._relations(MAIN):
            short = kind.removeprefix(KINDS)
            if is_outside:
                links[key.encode()] = kind, target
            elif short in SHARED:
                shared.append((kind, target))
                companions += self._companions(target)
            elif short.rpartition("/")[2] not in DROPPED:
                carried[key.encode()] = Carried(kind, target, self._companions(target))
        return Plan(tuple(shared), tuple(dict.fromkeys(companions)), carried, links, self._types)

    def _relations(self, part: str) -> list[tuple[str, str, str, bool]]:
        """Id, type, part name or address, and whether it leads outside."""
        data = self._parts.get(rels_name(part))
        if data is None:
            return []
        found = []
        for entry in parse_part(data, self._name):
            target, is_outside = entry.get("Target", ""), entry.get("TargetMode") == "External"
            if not is_outside:
                target = self._part_of(part, target)
            found.append((entry.get("Id", ""), entry.get("Type", ""), target, is_outside))
        return found

    def _part_of(self, source: str, target: str) -> str:
        """Name of a part; those that are carried move together, so paths must be relative."""
        part = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target))
        part = part.lstrip("/")
        is_inside = part.startswith(FOLDER) and not target.startswith("/")
        if not _PLAIN.fullmatch(part):
            raise UnpackableError(self._name, "里面的部件名称不常见")
        if part not in self._names:
            raise UnpackableError(self._name, "里面缺少部件")
        if source != MAIN and not is_inside:
            raise UnpackableError(self._name, "里面的图片不在通常的位置")
        return part

    def _companions(self, part: str) -> tuple[str, ...]:
        found: dict[str, None] = {part: None}
        waiting = [part]
        while waiting:
            one = waiting.pop()
            rels = rels_name(one)
            if rels in self._names:
                found[rels] = None
            for _, _, target, is_outside in self._relations(one):
                if not is_outside and target not in found:
                    found[target] = None
                    waiting.append(target)
        return tuple(found)
