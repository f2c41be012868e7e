"""What a document says about itself: form, template, page and values, as a custom XML part.

The part is found by its namespace, never by its name: LibreOffice renumbers ``customXml/itemN.xml``
when it saves. The values are one JSON object inside the element ``values``. A copy for the public
must be made without this part.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree
from markupsafe import escape

from safety_docs.documents.errors import PackageError
from safety_docs.documents.package import (
    CONTENT_TYPES,
    parse_part,
    read_package,
    rels_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "urn:safety-docs:page:1"
_ITEM_ID = "{6B8A7C1E-52D0-5C1B-9E0B-2F3A7D1C4E55}"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PROPS_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_PLACEHOLDER = b"<page/>"


@dataclass(frozen=True, slots=True)
class Identity:
    """Where a document comes from.

    Attributes:
        form: Form id, such as ``responsibility-letters/homeroom-teacher``.
        template: Digest of the template, ``sha256:...``.
        page_id: Id of the page in the notebook.
        code: Reference code (档号).
        values: The form's values, JSON types only.
        values_json: The same as JSON text, if somebody has written it already; else empty.
    """

    form: str
    template: str
    page_id: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    values_json: str = field(default="", compare=False)


def identity_xml(identity: Identity) -> bytes:
    """The bytes of the part."""
    text = identity.values_json or _json_of(identity.values)
    if _NOT_XML.search(text):
        text = json.dumps(identity.values, separators=(",", ":"))
    words = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    facts = " ".join(
        f'{name}="{escape(value)}"'
        for name, value in (
            ("form", identity.form),
            ("template", identity.template),
            ("page", identity.page_id),
            ("code", identity.code),
        )
    )
    body = f'<page xmlns="{NAMESPACE}" {facts}><values>{words}</values></page>'
    return (_HEAD + body).encode("utf-8")


def _json_of(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def identity_parts(parts: Mapping[str, bytes], main: str) -> tuple[dict[str, bytes], str]:
    """Make room for an identity: all parts with the relationships and types in place.

    Args:
        parts: The package.
        main: Name of the main part, ``word/document.xml`` or ``xl/workbook.xml``.

    Returns:
        The whole package and the name of the part whose bytes `identity_xml` gives; until these
        are put in, that part holds a placeholder. Without an identity write the old package.
    """
    number = 1
    while f"customXml/item{number}.xml" in parts:
        number += 1
    item, props = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    result = dict(parts)
    result[CONTENT_TYPES] = _with_types(parts[CONTENT_TYPES], props)
    main_rels = rels_name(main)
    depth = "../" * main.count("/")
    result[main_rels] = with_relation(
        parts.get(main_rels, b""), f"{_OFFICE}/relationships/customXml", f"{depth}{item}"
    )
    result[props] = (
        f'{_HEAD}<ds:datastoreItem xmlns:ds="{_OFFICE}/customXml" ds:itemID="{_ITEM_ID}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()
    result[rels_name(item)] = with_relation(
        b"", f"{_OFFICE}/relationships/customXmlProps", f"itemProps{number}.xml"
    )
    result[item] = _PLACEHOLDER
    return result, item


def with_identity(parts: Mapping[str, bytes], main: str, identity: Identity) -> dict[str, bytes]:
    """The whole package with `identity` in it; see `identity_parts`."""
    result, item = identity_parts(parts, main)
    result[item] = identity_xml(identity)
    return result


def empty_relations() -> etree._Element:
    """A relationships part without any; in the default namespace, as LibreOffice wants it."""
    return etree.fromstring(f'<Relationships xmlns="{_RELATIONS}"/>')


def with_relation(rels: bytes, kind: str, target: str) -> bytes:
    """Add one relationship to a relationships part, which may be empty; its id is new."""
    root = parse_part(rels, "rels") if rels else empty_relations()
    taken = {entry.get("Id") for entry in root}
    number = 1
    while f"rIdPage{number}" in taken:
        number += 1
    entry = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship")
    entry.set("Id", f"rIdPage{number}")
    entry.set("Type", kind)
    entry.set("Target", target)
    return _serialise(root)


def _with_types(data: bytes, props: str) -> bytes:
    root = parse_part(data, CONTENT_TYPES)
    extensions = {entry.get("Extension", "").lower() for entry in root}
    if "xml" not in extensions:
        default = etree.Element(f"{{{_TYPES}}}Default", Extension="xml")
        default.set("ContentType", "application/xml")
        root.insert(0, default)
    entry = etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{props}")
    entry.set("ContentType", _PROPS_TYPE)
    return _serialise(root)


def _serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def read_identity(data: bytes) -> Identity | None:
    """Read the identity out of a .docx or .xlsx; None when it has none.

    Raises:
        PackageError: If the file cannot be read, or an identity in it is damaged.
    """
    for name, part in read_package(data, "文件").items():
        if NAMESPACE.encode() in part and name.startswith("customXml/"):
            root = parse_part(part, name)
            if root.tag == f"{{{NAMESPACE}}}page":
                return _read(root, name)
    return None


def _read(root: etree._Element, name: str) -> Identity:
    text = root.findtext(f"{{{NAMESPACE}}}values", "{}")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PackageError(name, "里的表单数据已损坏。") from error
    facts = [root.get(key, "") for key in ("form", "template", "page", "code")]
    return Identity(facts[0], facts[1], facts[2], facts[3], values)
