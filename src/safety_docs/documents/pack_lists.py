"""Automatic numbering in a print pack: each copy of a letter counts from the start.

Paragraphs name an instance of a list (``w:numId``), instances name a definition (ECMA-376-1,
17.9). Instances of one definition count on where the last left off, unless they override the
start. So each copy gets instances of its own that do. Bullets count nothing and stay as they are.
A list that hangs on a paragraph style is the same for all, so letters with such are refused.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.package import parse_part
from safety_docs.documents.story import W

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_UNCOUNTED = frozenset({"bullet", "none"})
_LEVELS = range(9)
_CLEANUP = f"{W}numIdMacAtCleanup"


@dataclass(frozen=True, slots=True)
class Lists:
    """What counts in documents of one look.

    Attributes:
        starts: Number with which each level begins, by the id of an instance that counts.
        styles: Ids of paragraph styles that count by themselves.
    """

    starts: Mapping[bytes, tuple[int, ...]]
    styles: frozenset[bytes]


NO_LISTS = Lists({}, frozenset())


@functools.lru_cache(maxsize=64)
def lists_of(numbering: bytes, styles: bytes) -> Lists:
    """What counts.

    Args:
        numbering: Content of the numbering part.
        styles: Content of the styles part; empty if there is none.
    """
    root = parse_part(numbering, "numbering.xml")
    definitions = {_id(one, "abstractNumId"): one for one in root.iterfind(f"{W}abstractNum")}
    starts = {}
    for one in root.iterfind(f"{W}num"):
        name = one.find(f"{W}abstractNumId")
        definition = definitions.get(_id(name, "val") if name is not None else "")
        if definition is not None and _counts(definition):
            starts[_id(one, "numId").encode()] = _starts(definition)
    return Lists(starts, frozenset(_styles(styles, starts)))


def with_instances(numbering: bytes, instances: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The numbering part with instances that begin anew.

    Args:
        numbering: The part.
        instances: Id of each new instance and of the one it takes the place of.
    """
    root = parse_part(numbering, "numbering.xml")
    known = {_id(one, "numId").encode(): one for one in root.iterfind(f"{W}num")}
    starts = lists_of(numbering, b"").starts
    after = root.find(_CLEANUP)
    for new, old in instances:
        one = copy.deepcopy(known[old])
        one.set(f"{W}numId", new.decode())
        for level, start in enumerate(starts[old]):
            _override(one, str(level), str(start))
        if after is None:
            root.append(one)
        else:
            after.addprevious(one)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _override(instance: etree._Element, level: str, start: str) -> None:
    """Begin a level anew, with the number that the instance may already begin with."""
    for override in instance.iterfind(f"{W}lvlOverride"):
        if _id(override, "ilvl") == level:
            if override.find(f"{W}startOverride") is None:
                override.insert(0, etree.Element(f"{W}startOverride", {f"{W}val": start}))
            return
    override = etree.SubElement(instance, f"{W}lvlOverride", {f"{W}ilvl": level})
    etree.SubElement(override, f"{W}startOverride", {f"{W}val": start})


def _counts(definition: etree._Element) -> bool:
    formats = {_id(one, "val") for one in definition.iterfind(f"{W}lvl/{W}numFmt")}
    return not formats <= _UNCOUNTED


def _starts(definition: etree._Element) -> tuple[int, ...]:
    found = {}
    for level in definition.iterfind(f"{W}lvl"):
        start = level.find(f"{W}start")
        value = "" if start is None else _id(start, "val")
        found[_id(level, "ilvl")] = int(value) if value.isdecimal() else 1
    return tuple(found.get(str(level), 1) for level in _LEVELS)


def _styles(styles: bytes, counting: Mapping[bytes, object]) -> Iterable[bytes]:
    if not styles:
        return
    for style in parse_part(styles, "styles.xml").iterfind(f"{W}style"):
        name = style.find(f"{W}pPr/{W}numPr/{W}numId")
        if name is not None and _id(name, "val").encode() in counting:
            yield _id(style, "styleId").encode()


def _id(element: etree._Element, name: str) -> str:
    return element.get(f"{W}{name}", "")
