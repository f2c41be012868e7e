"""What stands around the parts that are filled in."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from safety_docs.documents import Identity, PackageError, compile_template
from safety_docs.documents.layout import layout_of
from safety_docs.documents.package import CONTENT_TYPES, read_package
from safety_docs.documents.zipwriter import join

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate, Reader

BODY = "word/document.xml"


def layout_parts(path: Path) -> dict[str, bytes]:
    return read_package(path.read_bytes(), path.name)


def test_the_thumbnail_and_what_points_to_it_are_left_out(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("{{ 甲 }}")
    with zipfile.ZipFile(path) as archive:
        assert "docProps/thumbnail.jpeg" in archive.namelist()
    data = compile_template(path).render({"甲": "一"})
    assert "docProps/thumbnail.jpeg" not in read.names(data)
    assert b"thumbnail" not in read.part(data, "_rels/.rels")


def test_only_a_document_with_an_identity_has_room_for_one(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    template = compile_template(make_template("{{ 甲 }}"))
    identity = Identity("a/b", "sha256:0", "p1", "Z109-0001", {"甲": "一"})
    plain = read.names(template.render({"甲": "一"}))
    marked = read.names(template.render({"甲": "一"}, identity=identity))
    assert [name for name in plain if name.startswith("customXml/item2")] == []
    assert set(marked) - set(plain) == {
        "customXml/item2.xml",
        "customXml/itemProps2.xml",
        "customXml/_rels/item2.xml.rels",
    }


def test_content_types_come_first_and_dynamic_parts_are_left_out(
    make_template: MakeTemplate,
) -> None:
    layout = layout_of(layout_parts(make_template("甲")), {BODY}, ())
    names = [entry.name.decode() for entry in layout.plain]
    assert names[0] == CONTENT_TYPES
    assert BODY not in names
    assert dict(layout.rels) == {}


def test_where_pictures_may_come_their_types_are_declared(make_template: MakeTemplate) -> None:
    rels = "word/_rels/document.xml.rels"
    parts = layout_parts(make_template("甲"))
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b'Extension="jpeg"', b'Extension="jpe"')
    layout = layout_of(parts, {BODY}, {rels})
    plain, marked = layout.rels[rels]
    assert (layout.item.encode() in marked, layout.item.encode() in plain) == (True, False)
    with zipfile.ZipFile(io.BytesIO(join(layout.plain))) as archive:
        assert rels not in archive.namelist()
        assert b'Extension="jpeg"' in archive.read(CONTENT_TYPES)


def test_a_package_without_a_body_is_no_word_document(make_template: MakeTemplate) -> None:
    parts = layout_parts(make_template("甲"))
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b"document.main+xml", b"other+xml")
    with pytest.raises(PackageError, match="不是 Word 文档"):
        layout_of(parts, {BODY}, ())
