"""The workbook as a package of parts: what openpyxl would lose, and fixed bytes after saving.

openpyxl stamps the current time into `docProps/core.xml` and into every zip entry. `finish` takes
both out, so that the same content gives the same bytes (ECMA-376 part 2, OPC).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safety_docs.documents import zipwriter
from safety_docs.documents.identity import with_identity
from safety_docs.documents.package import CONTENT_TYPES, read_package

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety_docs.documents.identity import Identity

MAIN_PART = "xl/workbook.xml"
_CORE = "docProps/core.xml"
_STAMP = b"2000-01-01T00:00:00Z"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIRST = (CONTENT_TYPES, "_rels/.rels")
_LEVEL = 6
_TEXT_PARTS = re.compile(r"xl/(sharedStrings|workbook|worksheets/sheet\d+)\.xml")
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/.*|customXml/.*"
    r"|xl/(workbook|styles|sharedStrings|calcChain|metadata)\.xml|xl/_rels/.*"
    r"|xl/theme/.*|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/printerSettings/.*"
    r"|xl/comments.*|xl/drawings/(vmlDrawing|commentsDrawing)\d+\.vml|xl/persons/.*"
)


def unsupported(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Names of parts that would be lost when openpyxl fills the workbook and saves it again."""
    return tuple(sorted(name for name in parts if not _KEPT.fullmatch(name)))


def finish(saved: bytes, identity: Identity | None = None) -> tuple[bytes, dict[str, bytes]]:
    """The final bytes of a workbook that openpyxl saved, and its parts.

    Args:
        saved: The whole file from openpyxl.
        identity: What the workbook is to say about itself, if anything.
    """
    parts = read_package(saved, "工作簿")
    parts[_CORE] = _TIMES.sub(rb"\g<1>" + _STAMP, parts[_CORE])
    if identity is not None:
        parts = with_identity(parts, MAIN_PART, identity)
    names = [*_FIRST, *(name for name in parts if name not in _FIRST)]
    packed = (zipwriter.pack(name, parts[name], _LEVEL) for name in names)
    return zipwriter.join(packed), parts


def text_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts that hold what a reader sees: sheets, their names and the shared strings."""
    return {name: part for name, part in parts.items() if _TEXT_PARTS.fullmatch(name)}
