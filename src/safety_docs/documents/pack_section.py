"""Sections of a print pack: how a letter begins in it, and how it is closed off from the next.

A section's type says how *that* section begins, and its properties stand in its last paragraph;
those of the last section stand at the end of the body (ECMA-376-1, 17.6.17 to 17.6.22). So a letter
begins on an odd page when its first section says so, and the section properties at the end of its
body move into its last paragraph.
"""

from __future__ import annotations

import functools
import re

from lxml import etree

from safety_docs.documents.story import W

_SIZES = "pgSz pgMar paperSrc pgBorders lnNumType"
_REST = (
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid "
    "printerSettings sectPrChange"
)
_AFTER_NUMBERS = frozenset(f"{W}{name}" for name in _REST.split())
_AFTER_TYPE = _AFTER_NUMBERS | {f"{W}{name}" for name in _SIZES.split()}
_START = re.compile(rb"<w:sectPr[ >/]")
_SELF_CLOSED = re.compile(rb"<w:sectPr(?: [^<>]*)?/>")
_CLOSE = b"</w:sectPr>"
_PARAGRAPH = re.compile(rb"<w:p[ >/]")
_PROPERTIES = re.compile(rb"<w:p(?: [^<>]*)?><w:pPr>")
_REFERENCE = re.compile(rb'<w:(header|footer)Reference [^<>]*?w:type="(\w+)"')
CLOSING_PARAGRAPH = (
    b'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>%b'
    b'<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)
"""One point high, so that it does not fall onto a new page; for a letter that ends in a table."""


def find_sections(body: bytes) -> list[tuple[int, int]]:
    """Start and end of every section's properties in a body."""
    found = []
    for match in _START.finditer(body):
        closed = _SELF_CLOSED.match(body, match.start())
        end = closed.end() if closed else body.index(_CLOSE, match.start()) + len(_CLOSE)
        found.append((match.start(), end))
    return found


@functools.lru_cache(maxsize=256)
def beginning(section: bytes, root: bytes) -> bytes:
    """Section properties that begin on an odd page and number their pages from 1.

    Args:
        section: The element ``w:sectPr``.
        root: Start tag of the document, for its namespaces.
    """
    element = etree.fromstring(root + section + b"</w:document>")[0]
    for old in element.findall(f"{W}type"):
        element.remove(old)
    _insert(element, etree.Element(f"{W}type", {f"{W}val": "oddPage"}), _AFTER_TYPE)
    numbers = element.find(f"{W}pgNumType")
    if numbers is None:
        numbers = etree.Element(f"{W}pgNumType")
        _insert(element, numbers, _AFTER_NUMBERS)
    numbers.set(f"{W}start", "1")
    return etree.tostring(element)


def _insert(parent: etree._Element, child: etree._Element, followers: frozenset[str]) -> None:
    places = [index for index, one in enumerate(parent) if one.tag in followers]
    parent.insert(min(places, default=len(parent)), child)


def references(section: bytes) -> frozenset[bytes]:
    """Which kinds of headers and footers a section brings along; others it inherits."""
    return frozenset(kind + b" " + slot for kind, slot in _REFERENCE.findall(section))


def place_for_section(body: bytes) -> tuple[int, bytes, bytes]:
    """Where section properties go so that they close off a body without any at its end.

    Returns:
        A position, and what stands before and after the properties there.
    """
    start = _last_paragraph(body)
    if start < 0:
        before, after = CLOSING_PARAGRAPH.split(b"%b")
        return len(body), before, after
    if _PROPERTIES.match(body, start):
        closing = body.index(b"</w:pPr>", start)
        change = body.find(b"<w:pPrChange", start, closing)
        return (closing if change < 0 else change), b"", b""
    return body.index(b">", start) + 1, b"<w:pPr>", b"</w:pPr>"


def _last_paragraph(body: bytes) -> int:
    """Where the paragraph starts that ends the body; -1 if none does or it is not plain."""
    if not body.endswith(b"</w:p>"):
        return -1
    start = max(body.rfind(b"<w:p>"), body.rfind(b"<w:p "))
    inside = body[start:]
    is_plain = (
        start >= 0
        and inside.count(b"</w:p>") == 1
        and len(_PARAGRAPH.findall(inside)) == 1
        and b"<w:pPr/>" not in inside
    )
    return start if is_plain else -1
