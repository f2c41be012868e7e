"""Where a letter begins and ends in a pack."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from safety_docs.documents.pack_section import (
    beginning,
    find_sections,
    place_for_section,
    references,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = f'<w:document xmlns:w="{W}" xmlns:r="{R}">'.encode()
SECTION = b"<w:sectPr/>"


def names(section: bytes) -> list[str]:
    return [etree.QName(child).localname for child in etree.fromstring(section)]


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        (b"", "type pgNumType"),
        (b"<w:pgSz/><w:pgMar/><w:titlePg/>", "type pgSz pgMar pgNumType titlePg"),
        (b'<w:type w:val="continuous"/><w:pgSz/><w:cols/>', "type pgSz pgNumType cols"),
        (
            b'<w:headerReference w:type="even" r:id="rId1"/><w:pgSz/><w:pgBorders/><w:docGrid/>',
            "headerReference type pgSz pgBorders pgNumType docGrid",
        ),
        (b'<w:pgSz/><w:pgNumType w:fmt="decimal" w:start="7"/>', "type pgSz pgNumType"),
    ],
)
def test_a_letter_begins_on_an_odd_page_numbered_one(inside: bytes, wanted: str) -> None:
    section = beginning(b"<w:sectPr>" + inside + b"</w:sectPr>", ROOT)
    assert names(section) == wanted.split()
    root: Any = etree.fromstring(section)
    assert root.find(f"{{{W}}}type").get(f"{{{W}}}val") == "oddPage"
    assert root.find(f"{{{W}}}pgNumType").get(f"{{{W}}}start") == "1"


def test_the_format_of_page_numbers_stays() -> None:
    section = beginning(b'<w:sectPr><w:pgNumType w:fmt="upperRoman"/></w:sectPr>', ROOT)
    assert b'w:fmt="upperRoman"' in section


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            b"<w:p><w:pPr><w:jc/></w:pPr><w:r/></w:p>",
            b"<w:p><w:pPr><w:jc/>|</w:pPr><w:r/></w:p>",
        ),
        (b"<w:p/><w:p><w:r/></w:p>", b"<w:p/><w:p><w:pPr>|</w:pPr><w:r/></w:p>"),
        (b'<w:p w:a="1"><w:r/></w:p>', b'<w:p w:a="1"><w:pPr>|</w:pPr><w:r/></w:p>'),
    ],
)
def test_section_properties_go_into_the_last_paragraph(body: bytes, wanted: bytes) -> None:
    place, before, after = place_for_section(body)
    assert body[:place] + before + b"|" + after + body[place:] == wanted


@pytest.mark.parametrize(
    "body",
    [
        b"<w:tbl><w:tc><w:p><w:r/></w:p></w:tc></w:tbl>",
        b"<w:p/>",
        b"<w:p><w:pPr/><w:r/></w:p>",
        b"<w:p><w:r><w:txbxContent><w:p><w:r/></w:p></w:txbxContent></w:r></w:p>",
        b"<w:sdt><w:sdtContent><w:p><w:r/></w:p></w:sdtContent></w:sdt>",
        b"",
    ],
)
def test_after_anything_else_they_get_a_paragraph_one_point_high(body: bytes) -> None:
    place, before, after = place_for_section(body)
    assert place == len(body)
    added: Any = etree.fromstring(ROOT + before + SECTION + after + b"</w:document>")[0]
    assert added.find(f"{{{W}}}pPr/{{{W}}}spacing").get(f"{{{W}}}line") == "20"
    assert added.find(f"{{{W}}}pPr/{{{W}}}sectPr") is not None


def test_sections_and_what_they_bring_along_are_found() -> None:
    full = b'<w:sectPr><w:footerReference r:id="rId2" w:type="even"/></w:sectPr>'
    body = b"<w:p/>" + SECTION + b"<w:p/>" + full
    assert [body[slice(*place)] for place in find_sections(body)] == [SECTION, full]
    assert references(full) == {b"footer even"}
