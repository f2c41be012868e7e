"""Packages of strangers: bounded, without entities, without tricks."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from safety_docs.documents import PackageError, compile_template
from safety_docs.documents.package import parse_part, read_package

if TYPE_CHECKING:
    from tests.documents.conftest import MakeTemplate

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_parts_come_in_the_order_of_the_file() -> None:
    data = packed({"[Content_Types].xml": TYPES, "b.xml": b"<b/>", "a/": b"", "a/a.xml": b"<a/>"})
    assert list(read_package(data, "甲.docx")) == ["[Content_Types].xml", "b.xml", "a/a.xml"]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"[Content_Types].xml": TYPES, "a": b"\0" * 3_000_000}, "压缩率"),
        ({f"{number}": b"" for number in range(2_001)}, "数目"),
        ({"a.xml": b"<a/>"}, "不是 Word"),
    ],
)
def test_bombs_and_strangers_are_refused(parts: dict[str, bytes], reason: str) -> None:
    with pytest.raises(PackageError, match=reason):
        read_package(packed(parts), "甲.docx")


def test_a_damaged_entry_is_refused() -> None:
    data = bytearray(packed({"[Content_Types].xml": TYPES, "a.xml": bytes(range(256)) * 9}))
    data[100:120] = b"\xff" * 20
    with pytest.raises(PackageError, match="完好"):
        read_package(bytes(data), "甲.docx")


def test_a_size_that_lies_is_refused() -> None:
    data = packed({"[Content_Types].xml": TYPES, "a.xml": b"x" * 9_000})
    lying = data.replace((9_000).to_bytes(4, "little"), (300_000_000).to_bytes(4, "little"))
    with pytest.raises(PackageError, match="200 MB"):
        read_package(lying, "甲.docx")


@pytest.mark.parametrize("text", [BOMB, b"<a>", b"", b"\xff\xfe", b"<a>&x;</a>"])
def test_xml_with_a_document_type_or_broken_is_refused(text: bytes) -> None:
    with pytest.raises(PackageError):
        parse_part(text, "甲.docx")


def test_a_bomb_in_any_part_of_a_template_is_refused(make_template: MakeTemplate) -> None:
    path = make_template("{{ 甲 }}", header="{{ 甲 }}")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in ("word/document.xml", "word/header1.xml", "docProps/core.xml"):
        path.write_bytes(packed({**parts, name: BOMB}))
        with pytest.raises(PackageError, match="DOCTYPE"):
            compile_template(path)


def test_a_package_about_something_else_is_refused(make_template: MakeTemplate) -> None:
    path = make_template("文")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = parts["[Content_Types].xml"].replace(b"document.main+xml", b"other+xml")
    path.write_bytes(packed({**parts, "[Content_Types].xml": types}))
    with pytest.raises(PackageError, match="不是 Word 文档"):
        compile_template(path)
