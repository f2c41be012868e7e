"""Places for page codes in a Word template: three headers and an anchor in the last paragraph.

Elements stand in the order of the schema (ECMA-376-1, annex A): Word refuses what others forgive.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.core.problem import Problem
from safety_docs.documents.errors import TemplateError
from safety_docs.documents.identity import empty_relations
from safety_docs.documents.package import CONTENT_TYPES, parse_part, rels_name
from safety_docs.documents.page_marks import HEADERS, LAST_PICTURE, PICTURES
from safety_docs.documents.page_slot_markup import (
    code_paragraph,
    end_paragraph,
    last_run,
    make_room,
)
from safety_docs.documents.story import W

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R = f"{{{_KINDS}}}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES = ("first", "even", "default")
"""Types of headers and footers, in the order of `HEADERS`."""
_OFF = frozenset({"0", "false", "off"})
_SECTION_AFTER = "textDirection bidi rtlGutter docGrid printerSettings sectPrChange"
_AFTER_TITLE_PAGE = [f"{W}{name}" for name in _SECTION_AFTER.split()]
_SETTINGS_BEFORE = (
    "writeProtection view zoom removePersonalInformation removeDateAndTime "
    "doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText "
    "printFractionalCharacterWidth printFormsData embedTrueTypeFonts embedSystemFonts "
    "saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader "
    "bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors "
    "activeWritingStyle proofState formsDesign attachedTemplate linkStyles stylePaneFormatFilter "
    "stylePaneSortMethod documentType mailMerge revisionView trackRevisions doNotTrackMoves "
    "doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme styleLockQFSet "
    "defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps "
    "showEnvelope summaryLength clickAndTypeStyle defaultTableStyle"
)
_BEFORE_EVEN = [f"{W}{name}" for name in _SETTINGS_BEFORE.split()]
_SETTINGS = f'<w:settings xmlns:w="{W[1:-1]}"/>'.encode()
_HEADER = f'<w:hdr xmlns:w="{W[1:-1]}"/>'.encode()


def with_code_slots(parts: Mapping[str, bytes], main: str, name: str) -> dict[str, bytes]:
    """The package with headers and pictures for page codes; the pictures are empty.

    Args:
        parts: The template's package.
        main: Name of its main part.
        name: Name of the template, for messages.

    Raises:
        TemplateError: If there can be no codes in it.
    """
    return _Slots(parts, main, name).filled()


class _Slots:
    """One template on its way to have codes."""

    def __init__(self, parts: Mapping[str, bytes], main: str, name: str) -> None:
        self._parts = dict(parts)
        self._main = main
        self._name = name
        self._body = parse_part(parts[main], name)
        self._types = parse_part(parts[CONTENT_TYPES], name)
        self._rels = self._relations(main)
        self._section = self._only_section()

    def filled(self) -> dict[str, bytes]:
        """The package; see `with_code_slots`."""
        had_even = self._tell_odd_from_even()
        make_room(self._section)
        self._add_anchor()
        self._set_references(had_even=had_even)
        self._add_types()
        self._put(self._main, self._body)
        self._put(rels_name(self._main), self._rels)
        self._put(CONTENT_TYPES, self._types)
        return self._parts

    def _only_section(self) -> etree._Element:
        sections = list(self._body.iterfind(f".//{W}sectPr"))
        numbers = self._body.find(f".//{W}sectPr/{W}pgNumType")
        start = "1" if numbers is None else numbers.get(f"{W}start", "1")
        if len(sections) != 1 or start != "1" or HEADERS[0] in self._parts:
            message = "要印页码二维码的模板只能有一节，从第 1 页起，并且还没有页码二维码。"
            raise TemplateError(self._name, [Problem("T330", message, place="页面设置")])
        return sections[0]

    def _tell_odd_from_even(self) -> bool:
        """Switch on headers for even pages; whether they were on."""
        kinds = {one.get("Type"): one.get("Target", "") for one in self._rels}
        target = kinds.get(f"{_KINDS}/settings")
        part = self._part_of(target or "safetySettings.xml")
        if target is None:
            self._relate(self._rels, self._main, "settings", part)
            self._override(part, "settings")
        root = parse_part(self._parts.get(part, _SETTINGS), self._name)
        had = _is_on(root.find(f"{W}evenAndOddHeaders"))
        _set_flag(root, "evenAndOddHeaders", before=_BEFORE_EVEN)
        self._put(part, root)
        return had

    def _add_anchor(self) -> None:
        """The last page's code, in the last paragraph if that one is printed as it is."""
        paragraph = self._section.getprevious()
        if paragraph is None or paragraph.tag != f"{W}p" or _has_tag(paragraph):
            paragraph = end_paragraph()
            self._section.addprevious(paragraph)
        self._parts[LAST_PICTURE] = b""
        relation = self._relate(self._rels, self._main, "image", LAST_PICTURE)
        paragraph.append(last_run(self._section, relation))

    def _set_references(self, *, had_even: bool) -> None:
        """A header with a code and the right footer for each kind of page."""
        section = self._section
        has_first = _is_on(section.find(f"{W}titlePg"))
        shown = {"first": has_first, "even": had_even, "default": True}
        for kind in ("footer", "header"):
            found = {one.get(f"{W}type"): one for one in section.iterfind(f"{W}{kind}Reference")}
            for one in found.values():
                section.remove(one)
            old = {slot: found.get(slot if shown[slot] else "default") for slot in _NAMES}
            ids = {slot: None if one is None else one.get(f"{_R}id") for slot, one in old.items()}
            if kind == "header":
                ids = {slot: self._code_header(slot, one) for slot, one in ids.items()}
            for slot, relation in reversed(ids.items()):
                if relation is not None:
                    reference = etree.Element(f"{W}{kind}Reference")
                    reference.set(f"{W}type", slot)
                    reference.set(f"{_R}id", relation)
                    section.insert(0, reference)
        _set_flag(section, "titlePg", after=_AFTER_TITLE_PAGE)

    def _code_header(self, slot: str, old: str | None) -> str:
        """A header with the code below what the old one says; the id of its relationship."""
        number = _NAMES.index(slot)
        header, picture = HEADERS[number], PICTURES[number]
        root, rels = parse_part(_HEADER, self._name), empty_relations()
        if old is not None:
            target = next(one.get("Target", "") for one in self._rels if one.get("Id") == old)
            part = self._part_of(target)
            root, rels = parse_part(self._parts[part], self._name), self._relations(part)
        relation = self._relate(rels, header, "image", picture)
        is_left = slot == "even"
        root.append(code_paragraph(self._section, relation, number, is_left=is_left))
        self._parts[picture] = b""
        self._put(header, root)
        self._put(rels_name(header), rels)
        self._override(header, "header")
        return self._relate(self._rels, self._main, "header", header)

    def _add_types(self) -> None:
        if "png" not in {one.get("Extension", "").lower() for one in self._types}:
            default = etree.Element(f"{_TYPES}Default", Extension="png", ContentType="image/png")
            self._types.insert(0, default)

    def _override(self, part: str, kind: str) -> None:
        entry = etree.SubElement(self._types, f"{_TYPES}Override", PartName=f"/{part}")
        entry.set("ContentType", f"{_WORD}.{kind}+xml")

    def _relations(self, part: str) -> etree._Element:
        data = self._parts.get(rels_name(part))
        return parse_part(data, self._name) if data else empty_relations()

    def _relate(self, rels: etree._Element, source: str, kind: str, part: str) -> str:
        """A new relationship from the part `source`; its id."""
        taken = {one.get("Id") for one in rels}
        number = 1
        while f"rIdCode{number}" in taken:
            number += 1
        entry = etree.SubElement(rels, _RELATION, Id=f"rIdCode{number}", Type=f"{_KINDS}/{kind}")
        entry.set("Target", posixpath.relpath(part, posixpath.dirname(source)))
        return f"rIdCode{number}"

    def _part_of(self, target: str) -> str:
        """Name of the part that a relationship of the main part points to."""
        folder = posixpath.dirname(self._main)
        return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

    def _put(self, name: str, root: etree._Element) -> None:
        self._parts[name] = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", standalone=True
        )


def _is_on(flag: etree._Element | None) -> bool:
    return flag is not None and flag.get(f"{W}val", "1") not in _OFF


def _has_tag(paragraph: etree._Element) -> bool:
    text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
    return "{{" in text or "{%" in text


def _set_flag(
    parent: etree._Element,
    name: str,
    *,
    before: Collection[str] = (),
    after: Collection[str] = (),
) -> None:
    """Switch an element on, behind the last of `before` or in front of the first of `after`."""
    for old in parent.findall(f"{W}{name}"):
        parent.remove(old)
    behind = [index + 1 for index, child in enumerate(parent) if child.tag in before]
    ahead = [index for index, child in enumerate(parent) if child.tag in after]
    place = max(behind, default=0) if before else min(ahead, default=len(parent))
    parent.insert(place, etree.Element(f"{W}{name}"))
