"""The package around a typeset text: complete, small, and in the order that Word asks for."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from safety_docs.documents.base import package
from safety_docs.documents.profiles import FONTS, FORM, LETTER, OFFICIAL

if TYPE_CHECKING:
    from safety_docs.documents.profiles import Profile

PROFILES = pytest.mark.parametrize("profile", [OFFICIAL, LETTER, FORM], ids=lambda one: one.name)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts_of(profile: Profile) -> dict[str, etree._Element]:
    data = package("<w:p/>", profile, "甲<乙>&丙")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


@PROFILES
def test_every_part_has_a_content_type_and_every_relation_a_part(profile: Profile) -> None:
    parts = parts_of(profile)
    types = {entry.get("PartName") for entry in parts["[Content_Types].xml"]}
    assert {f"/{name}" for name in parts if name.endswith(".xml")} - {
        "/[Content_Types].xml"
    } == types - {None}
    for name, folder in (("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/")):
        assert all(f"{folder}{entry.get('Target')}" in parts for entry in parts[name])


@PROFILES
def test_content_types_come_first_and_the_shell_is_small(profile: Profile) -> None:
    data = package("<w:p/>", profile, "")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
    assert len(data) < 6_000


@PROFILES
def test_every_font_is_named_for_all_four_scripts(profile: Profile) -> None:
    for part in parts_of(profile).values():
        for fonts in part.iter(f"{W}rFonts"):
            names = {fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia", "cs")}
            assert len(names) == 1
            assert names <= FONTS.keys()


@PROFILES
def test_every_font_has_a_fallback_in_the_font_table(profile: Profile) -> None:
    parts = parts_of(profile)
    listed = {font.get(f"{W}name") for font in parts["word/fontTable.xml"]}
    used = {fonts.get(f"{W}eastAsia") for fonts in parts["word/styles.xml"].iter(f"{W}rFonts")}
    assert used | {profile.kai} == listed
    assert len(list(parts["word/fontTable.xml"].iter(f"{W}altName"))) == len(listed)


def test_the_official_page_has_the_measures_of_the_standard() -> None:
    section = parts_of(OFFICIAL)["word/document.xml"].find(f".//{W}sectPr")
    assert section is not None
    margins = section.find(f"{W}pgMar")
    assert margins is not None
    top, right, bottom, left = (
        round(int(margins.get(f"{W}{side}", "0")) / 1440 * 25.4)
        for side in ("top", "right", "bottom", "left")
    )
    assert (top, left) == (37, 28)
    assert (297 - top - bottom, 210 - left - right) == (225, 156)


def test_official_page_numbers_stand_on_the_outer_side() -> None:
    parts = parts_of(OFFICIAL)
    assert parts["word/settings.xml"].find(f"{W}evenAndOddHeaders") is not None
    sides = [parts[f"word/footer{n}.xml"].find(f".//{W}jc") for n in (1, 2)]
    assert [side.get(f"{W}val") for side in sides if side is not None] == ["right", "left"]


@pytest.mark.parametrize("profile", [LETTER, FORM])
def test_other_page_numbers_stand_in_the_middle_of_every_page(profile: Profile) -> None:
    parts = parts_of(profile)
    assert parts["word/settings.xml"].find(f"{W}evenAndOddHeaders") is None
    assert len(list(parts["word/document.xml"].iter(f"{W}footerReference"))) == 1


@PROFILES
def test_the_page_number_is_a_field(profile: Profile) -> None:
    footer = parts_of(profile)["word/footer1.xml"]
    text = "".join(str(element.text or "") for element in footer.iter(f"{W}t", f"{W}instrText"))
    assert re.sub(r"\s+", " ", text) == "— PAGE 1 —"


def test_the_title_is_escaped() -> None:
    core = parts_of(LETTER)["docProps/core.xml"]
    assert core[0].text == "甲<乙>&丙"
