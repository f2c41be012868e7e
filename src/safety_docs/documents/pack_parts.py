"""The parts of a print pack besides its main part: headers, pictures, styles, relationships.

A part of a letter keeps its place relative to the body, one folder down: ``word/media/a.png`` of
the third copy becomes ``word/c3/media/a.png``, so relationships between such parts stay as they
are. A part without relationships that is the same in several letters is kept once.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from safety_docs.documents.pack_lists import with_instances
from safety_docs.documents.pack_plan import FOLDER, KINDS, MAIN
from safety_docs.documents.package import CONTENT_TYPES, rels_name
from safety_docs.documents.zipwriter import entry, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from safety_docs.documents.pack_letter import Frame, PackLetter
    from safety_docs.documents.zipreader import RawEntry
    from safety_docs.documents.zipwriter import Packed

LEVEL = 1
"""Of deflate: level 3 takes half as long again and saves a tenth."""
LIST_IDS = 100_000
"""Ids of lists that a pack makes are above this; a template has at most some hundreds."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_OFFICE = "application/vnd.openxmlformats-"
_CORE = "docProps/core.xml"
_CORE_TYPE = f"{_OFFICE}package.core-properties+xml"
_EXTERNAL = ' TargetMode="External"'
_DEFAULTS = {
    "rels": f"{_OFFICE}package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}


class PackParts:
    """Collects the parts of a pack.

    Attributes:
        entries: Those of the letters, ready to be written.
    """

    def __init__(self, frame: Frame) -> None:
        """Begin with what letters of `frame` have in common."""
        self._numbering = next(
            (part for kind, part, _ in frame.shared if kind == f"{KINDS}numbering"), ""
        )
        self._instances: list[bytes] = []
        self.entries: list[Packed] = []
        self._relations: list[str] = []
        self._overrides: list[str] = []
        self._kept: dict[tuple[str, Any], bytes] = {}

    def carry(
        self, letter: PackLetter, number: int, new: Mapping[str, bytes]
    ) -> dict[bytes, bytes]:
        """Take along what one copy of a letter refers to.

        Args:
            letter: The letter.
            number: Of the copy within the pack.
            new: Content of parts that this copy has of its own, by name in the letter.

        Returns:
            The new ids of relationships by the old ones.
        """
        folder = f"c{number}/"
        ids, done = {}, set[str]()
        for old, one in letter.plan.carried.items():
            key = None
            if len(one.companions) == 1:
                key = (one.kind, new.get(one.part) or letter.entries[one.part])
                if key in self._kept:
                    ids[old] = self._kept[key]
                    continue
            for part in one.companions:
                if part not in done:
                    done.add(part)
                    self._add(letter, part, folder, new)
            ids[old] = self._relate(one.kind, folder + _tail(one.part))
            if key:
                self._kept[key] = ids[old]
        for old, link in letter.plan.links.items():
            if link not in self._kept:
                kind, address = link
                self._kept[link] = self._relate(kind, escape(address), _EXTERNAL)
            ids[old] = self._kept[link]
        return ids

    def _add(self, letter: PackLetter, part: str, folder: str, new: Mapping[str, bytes]) -> None:
        name = FOLDER + folder + _tail(part)
        if part in new:
            self.entries.append(pack(name, new[part], LEVEL))
        else:
            self.entries.append(as_it_lies(name, letter.entries[part]))
        kind = letter.plan.types[part]
        if _DEFAULTS.get(part.rpartition(".")[2]) != kind:
            self._overrides.append(_override(name, kind))

    def instance_of(self, old: bytes) -> bytes:
        """Id of a new instance of a list, in the place of `old`; the id is final."""
        self._instances.append(old)
        return b"%d" % (LIST_IDS + len(self._instances))

    def finish(self, letter: PackLetter, title: str) -> list[Packed]:
        """All other parts but the main one.

        Args:
            letter: The one that gives the parts that all share.
            title: Of the pack.
        """
        for kind, part in letter.plan.shared:
            self._relate(kind, _tail(part))
        shared = []
        for part in letter.plan.companions:
            if part == self._numbering and self._instances:
                ids = (b"%d" % (LIST_IDS + number) for number in range(1, len(self._instances) + 1))
                new = zip(ids, self._instances, strict=True)
                shared.append(pack(part, with_instances(letter.content(part), new), LEVEL))
            else:
                shared.append(as_it_lies(part, letter.entries[part]))
            if not part.endswith(".rels"):
                self._overrides.append(_override(part, letter.plan.types[part]))
        self._overrides.append(_override(MAIN, letter.plan.types[MAIN]))
        self._overrides.append(_override(_CORE, _CORE_TYPE))
        root = [
            _relation(1, f"{KINDS}officeDocument", MAIN),
            _relation(2, f"{_PACKAGE}relationships/metadata/core-properties", _CORE),
        ]
        own = {
            CONTENT_TYPES: _types(self._overrides),
            "_rels/.rels": _relations(root),
            rels_name(MAIN): _relations(self._relations),
            _CORE: _core(title),
        }
        return [*(pack(name, text.encode(), LEVEL) for name, text in own.items()), *shared]

    def _relate(self, kind: str, target: str, mode: str = "") -> bytes:
        number = len(self._relations) + 1
        self._relations.append(_relation(number, kind, target, mode))
        return b"rId%d" % number


def _tail(part: str) -> str:
    """A part's name from the body's folder; that of a part from elsewhere is its whole path."""
    return part.removeprefix(FOLDER)


def as_it_lies(name: str, raw: RawEntry) -> Packed:
    """An entry under another name, not packed again."""
    return entry(name, raw.method, raw.body, raw.crc, raw.size)


def _relation(number: int, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"{mode}/>'


def _relations(relations: Iterable[str]) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">{"".join(relations)}'
        "</Relationships>"
    )


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{kind}"/>'


def _types(overrides: Iterable[str]) -> str:
    defaults = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>'
        for ending, kind in _DEFAULTS.items()
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}content-types">{defaults}{"".join(overrides)}</Types>'


def _core(title: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        "</cp:coreProperties>"
    )
