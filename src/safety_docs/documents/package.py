"""Reading Office packages: ordinary zip files of XML parts, bounded before anything is unpacked.

A package is a dict of part name to bytes, in the order of the file. Nothing is taken on trust: the
central directory is checked first, part names are only ever dictionary keys, and XML is parsed
without entities, network or recovery.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_ENTRIES = 2_000
MAX_BYTES = 200_000_000
MAX_FILE_BYTES = 50_000_000
MAX_RATIO = 100
RATIO_FREE_BYTES = 2_000_000
"""Below this size a part may be packed as tightly as it likes: ruled tables reach 100 : 1."""

CONTENT_TYPES = "[Content_Types].xml"
_OLE = b"\xd0\xcf\x11\xe0"


def read_package(data: bytes, name: str) -> dict[str, bytes]:
    """Unpack all parts of a .docx or .xlsx; folders and doubled names are left out or refused.

    Args:
        data: The whole file.
        name: File name, for messages.

    Raises:
        PackageError: If it is no such package, is damaged, or is larger than the limits.
    """
    if data.startswith(_OLE):
        raise PackageError(name, "是旧格式或加了密码的文件，请用 Word 另存为 .docx 后再用。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_bounds(entries, name)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise PackageError(name, "不是完好的 Word 或 Excel 文件，请重新取一份。") from error


def _check_bounds(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > MAX_ENTRIES or len({entry.filename for entry in entries}) != len(entries):
        raise PackageError(name, "里面的文件数目不对，不予打开。")
    if sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise PackageError(name, "展开后超过 200 MB，不予打开。")
    for entry in entries:
        dense = entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if dense and entry.file_size > RATIO_FREE_BYTES:
            raise PackageError(name, "的压缩率异常，可能是恶意文件，不予打开。")
    if CONTENT_TYPES not in {entry.filename for entry in entries}:
        raise PackageError(name, "不是 Word 或 Excel 文件。")


def parse_part(data: bytes, name: str) -> etree._Element:
    """Parse one XML part; blank text between elements is dropped, as python-docx does.

    Raises:
        PackageError: If it is not well-formed or declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise PackageError(name, "里面的 XML 已损坏，请重新取一份。") from error
    if b"<!DOCTYPE" in data:
        raise PackageError(name, "里面有 DOCTYPE 声明，可能是恶意文件，不予打开。")
    return root


def content_types(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """Content type of every part, by name; ECMA-376-2, 10.1.2.2."""
    root = parse_part(parts[CONTENT_TYPES], name)
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for entry in root:
        kind = entry.get("ContentType", "")
        if entry.get("PartName") is not None:
            overrides[entry.get("PartName", "").lstrip("/")] = kind
        else:
            defaults[entry.get("Extension", "").lower()] = kind
    return {
        part: overrides.get(part, defaults.get(part.rpartition(".")[2].lower(), ""))
        for part in parts
    }


def rels_name(part: str) -> str:
    """Name of the relationships part of `part`.

    >>> rels_name("word/document.xml")
    'word/_rels/document.xml.rels'
    """
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def read_bounded(path: Path) -> bytes:
    """The bytes of a template, unless it is larger than any template can be.

    Raises:
        PackageError: If there is no such file or it is too large.
    """
    if not path.is_file():
        raise PackageError(path.name, "不存在，请检查文件夹和文件名。")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise PackageError(path.name, "超过 50 MB，不予打开。")
    return path.read_bytes()
