"""We print what docxtpl prints: every part equal after canonicalisation, on the whole corpus.

Prefixes are rewritten (C14N 2.0), relationships and content types compared as sets, core properties
by what is not empty; ``xml:space`` counts only where there is space to keep. Two differences are
ours on purpose and evened out first: the order of a cell's properties, which docxtpl does not keep
to, and pictures, which we take the camera's data out of; they are compared by place, size and
pixels. All others are in `DEVIATIONS`.
"""

from __future__ import annotations

import functools
import io
import posixpath
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import canonicalize

import pytest
from docxtpl import RichText
from lxml import etree
from PIL import Image
from tests.documents.corpus import (
    CORPUS,
    PHOTO,
    PICTURE,
    VALUES,
    by_docxtpl,
    of,
    values_of,
    write,
)

from safety_docs.documents import RenderError, compile_template
from safety_docs.documents.package import content_types
from safety_docs.documents.story import CORE, W

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.documents.corpus import (
        Sample,
    )

    from safety_docs.documents import CompiledTemplate

DROPPED = ("docProps/thumbnail", "word/stylesWithEffects.xml")
"""Parts that only other programs need; we leave them out."""
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_EXTENT = "{*}extent"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / PHOTO).write_bytes(PICTURE)
    return tmp_path


def both(sample: Sample, folder: Path) -> tuple[CompiledTemplate, bytes, bytes]:
    """Our template, our document and docxtpl's."""
    template = compile_template(write(sample, folder / "我.docx"))
    ours = template.render(values_of(sample, folder))
    theirs = by_docxtpl(sample, write(sample, folder / "他.docx", for_docxtpl=True), folder)
    return template, ours, theirs


def test_the_corpus_is_large_enough_and_names_what_is_slow() -> None:
    assert len(CORPUS) >= 60
    slow = [name for name, sample in CORPUS.items() if sample.is_slow]
    assert slow == ["trimmed tags", "trimmed loop", "whole document"]


@pytest.mark.parametrize("name", CORPUS)
def test_every_part_equals_that_of_docxtpl(folder: Path, name: str) -> None:
    sample = CORPUS[name]
    template, ours, theirs = both(sample, folder)
    assert template.slow == sample.is_slow
    found, wanted = Package(ours).normal(), Package(theirs).normal()
    assert found.keys() == wanted.keys()
    for part, content in wanted.items():
        assert found[part] == content, part


@functools.cache
def canonical(data: bytes) -> str:
    """C14N of a part; most parts are the same in every sample."""
    root = etree.fromstring(data)
    for properties in root.iter(f"{W}tcPr"):
        properties[:] = sorted(properties, key=lambda child: str(child.tag))
    for text in root.iter(f"{W}t"):
        if (text.text or "").strip(" ") == (text.text or ""):
            text.attrib.pop(_SPACE, "")
    return canonicalize(etree.tostring(root), rewrite_prefixes=True)


class Package:
    """A finished document, made comparable."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.kinds = content_types(self.parts, "文件")

    def normal(self) -> dict[str, Any]:
        """What there is to compare, by part; the media are compared where they are used."""
        return {
            name: (self.kinds[name], self._content(name, data))
            for name, data in self.parts.items()
            if name != "[Content_Types].xml"
            and not name.startswith((*DROPPED, "word/media/"))
            and not self._is_without_relations(name)
        }

    def _content(self, name: str, data: bytes) -> Any:
        if name.endswith(".rels"):
            return sorted(self._relations(name))
        if self.kinds[name] == CORE:
            return {child.tag: child.text for child in etree.fromstring(data) if child.text}
        if not self.kinds[name].endswith("xml"):
            return data
        root = etree.fromstring(data)
        for drawing in list(root.iter(f"{W}drawing")):
            self._even_out(drawing, name)
        return canonical(etree.tostring(root))

    def _is_without_relations(self, name: str) -> bool:
        return name.endswith(".rels") and not self._relations(name)

    def _relations(self, rels: str) -> list[tuple[str, ...]]:
        """Relationships without those to media and to parts left out."""
        return [
            (entry.get("Type", ""), self._target(rels, entry), entry.get("TargetMode", ""))
            for entry in etree.fromstring(self.parts[rels])
            if not any(
                word in entry.get("Target", "") for word in ("media/", "thumbnail", "Effects")
            )
        ]

    def _target(self, rels: str, entry: etree._Element) -> str:
        if entry.get("TargetMode") == "External":
            return entry.get("Target", "")
        folder = posixpath.dirname(posixpath.dirname(rels))
        return posixpath.normpath(posixpath.join("/", folder, entry.get("Target", "")))

    def _even_out(self, drawing: etree._Element, part: str) -> None:
        """Put size and pixels of a picture in the place of its drawing."""
        rels = etree.fromstring(self.parts[f"word/_rels/{part.rpartition('/')[2]}.rels"])
        rid = next(drawing.iter(_BLIP)).get(_EMBED)
        target = next(entry.get("Target", "") for entry in rels if entry.get("Id") == rid)
        image = Image.open(io.BytesIO(self.parts[f"word/{target.removeprefix('/word/')}"]))
        extent = next(drawing.iter(_EXTENT))
        summary = etree.Element("picture", cx=extent.get("cx", ""), cy=extent.get("cy", ""))
        summary.text = f"{image.size} {image.convert('RGB').tobytes().hex()}"
        summary.tail = drawing.tail
        drawing.getparent().replace(drawing, summary)  # type: ignore[union-attr] # it has one


def text(part: str) -> Callable[[Package], Any]:
    """What one part says."""
    return lambda package: str(etree.fromstring(package.parts[part]).xpath("string()")).strip()


def count(path: str) -> Callable[[Package], Any]:
    """How many elements of a kind the body has."""
    return lambda package: len(etree.fromstring(package.parts[BODY]).findall(path, {"w": W[1:-1]}))


def children(name: str) -> Callable[[Package], Any]:
    """Names of what the first such element of the body holds."""

    def look(package: Package) -> Any:
        found = next(etree.fromstring(package.parts[BODY]).iter(f"{W}{name}"))
        return [str(child.tag).rpartition("}")[2] for child in found]

    return look


BODY = "word/document.xml"
PROPERTIES = "docProps/core.xml"
DEVIATIONS: dict[str, tuple[Sample, Callable[[Package], Any], Any, Any]] = {
    "nothing is printed for None": (of("{{ 空 }}", values={"空": None}), text(BODY), "", "None"),
    "booleans are 是 and 否": (of("{{ 住校 }}{{ 走读 }}"), text(BODY), "是否", "TrueFalse"),
    "a tab stays in its run": (of("{{ 表 }}", values={"表": "甲\t乙"}), count(".//w:r"), 1, 3),
    "a brace in a value is a value": (
        of("{{ 码 }}", values={"码": "{_{ 甲 }_}"}),
        text(BODY),
        "{_{ 甲 }_}",
        "{{ 甲 }}",
    ),
    "properties are escaped once": (
        of("甲", more={"title": "{{ 码 }}"}, values={"码": "R&D"}),
        lambda package: text(PROPERTIES)(package).partition("R&")[2][:1],
        "D",
        "a",
    ),
    "tags in keywords are filled in": (
        of("甲", more={"keywords": "{{ 姓名 }}"}),
        lambda package: VALUES["姓名"] in text(PROPERTIES)(package),
        True,
        False,
    ),
    "tags in endnotes are filled in": (
        of("甲", more={"endnote": "{{ 人数 }}"}),
        text("word/endnotes.xml"),
        "45",
        "{{ 人数 }}",
    ),
    "tags in comments are filled in": (
        of("甲", more={"comment": "{{ 人数 }}"}),
        text("word/comments.xml"),
        "45",
        "{{ 人数 }}",
    ),
    "text behind {{r keeps its font": (
        of(["普通", "前{{r 富 }}后"], values={"富": RichText("红")}),
        count(".//w:rPr/w:b"),
        3,
        2,
    ),
    "{{r makes a run of plain text": (of("{{r 姓名 }}"), count(".//w:r"), 3, 2),
    "cells keep the order of the schema": (
        of([["{% cellbg 颜色 %}甲"]]),
        children("tcPr"),
        ["tcW", "shd"],
        ["shd", "tcW"],
    ),
    "a grid is as wide as its widest row": (
        of([["{%tc for 月 in 月份 %}", "{% colspan 2 %}{{ 月 }}", "{%tc endfor %}"]]),
        count(".//w:gridCol"),
        8,
        4,
    ),
}


@pytest.mark.parametrize("reason", DEVIATIONS)
def test_where_we_differ_on_purpose(folder: Path, reason: str) -> None:
    sample, look, ours, theirs = DEVIATIONS[reason]
    _, our_document, their_document = both(sample, folder)
    assert look(Package(our_document)) == ours
    assert look(Package(their_document)) == theirs


@pytest.mark.parametrize(
    ("block", "value", "theirs"),
    [
        ("{{ 无此名 }}", None, ""),
        ("{{ 值 }}", ["一", "二"], "['一', '二']"),
        ("{{ 值 }}", "一\x0b二", "一二"),
        ("{{ 值 }}", "一\a二", "一二"),
        ("{{ 值 }}", RichText("一"), "一"),
    ],
)
def test_what_docxtpl_prints_wrongly_and_we_refuse(
    folder: Path, block: str, value: object, theirs: str
) -> None:
    sample = of(block, values={"值": value})
    path = write(sample, folder / "模板.docx")
    assert text(BODY)(Package(by_docxtpl(sample, path, folder))) == theirs
    with pytest.raises(RenderError):
        compile_template(path).render(values_of(sample, folder))
