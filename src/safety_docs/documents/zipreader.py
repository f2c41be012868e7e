"""Reading zip files without unpacking: what is carried over unchanged is never inflated.

`package.read_package` is for files from anywhere. This one is for files whose bytes are known from
the notebook, of which only some parts are wanted, a thousand at a time. It keeps the same bounds.
Source: PKWARE APPNOTE.TXT 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from safety_docs.documents.errors import PackageError
from safety_docs.documents.package import MAX_BYTES, MAX_ENTRIES

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LENGTHS = struct.Struct("<2H")
_END_MAGIC, _CENTRAL_MAGIC, _LOCAL_MAGIC = b"PK\5\6", b"PK\1\2", b"PK\3\4"
_LOCAL_SIZE, _LENGTHS_AT = 30, 26
_MAX_COMMENT = 65_535
_ENCRYPTED = 1
_STORED, _DEFLATED = 0, 8
_BROKEN = "不是完好的 Word 文件，请核对专柜。"


class RawEntry(NamedTuple):
    """One entry as it lies in the file.

    Attributes:
        method: 0 for stored, 8 for deflated.
        crc: CRC-32 of the content.
        size: Bytes of the content.
        body: What lies in the file.
    """

    method: int
    crc: int
    size: int
    body: bytes

    def content(self, name: str) -> bytes:
        """The content.

        Args:
            name: For messages.

        Raises:
            PackageError: If it is damaged.
        """
        data = self.body
        if self.method == _DEFLATED:
            try:
                data = zlib.decompress(self.body, -15, self.size or 1)
            except zlib.error as error:
                raise PackageError(name, _BROKEN) from error
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise PackageError(name, _BROKEN)
        return data


def read_entries(data: bytes, name: str, *, bounded: bool = True) -> dict[str, RawEntry]:
    """All entries by name, in the order of the directory.

    Args:
        data: The whole file.
        name: File name, for messages.
        bounded: Whether it must be no larger than a document may be; a pack is larger.

    Raises:
        PackageError: If it is no zip file, is damaged, or larger than any document of ours.
    """
    try:
        entries = _entries(data, name)
    except (struct.error, UnicodeDecodeError) as error:
        raise PackageError(name, _BROKEN) from error
    if bounded and len(entries) > MAX_ENTRIES:
        raise PackageError(name, "里面的文件太多，不予打开。")
    if bounded and sum(entry.size for entry in entries.values()) > MAX_BYTES:
        raise PackageError(name, "展开后超过 200 MB，不予打开。")
    return entries


def _entries(data: bytes, name: str) -> dict[str, RawEntry]:
    count, place = _directory(data, name)
    found: dict[str, RawEntry] = {}
    for _ in range(count):
        magic, _, _, flags, method, _, _, crc, packed, size, *rest = _CENTRAL.unpack_from(
            data, place
        )
        name_size, extra_size, comment_size, _, _, _, local = rest
        begin = place + _CENTRAL.size
        path = data[begin : begin + name_size].decode("utf-8")
        place = begin + name_size + extra_size + comment_size
        known = method in {_STORED, _DEFLATED} and not flags & _ENCRYPTED and path not in found
        if magic != _CENTRAL_MAGIC or not known or data[local : local + 4] != _LOCAL_MAGIC:
            raise PackageError(name, _BROKEN)
        body = local + _LOCAL_SIZE + sum(_LENGTHS.unpack_from(data, local + _LENGTHS_AT))
        found[path] = RawEntry(method, crc, size, data[body : body + packed])
    return found


def _directory(data: bytes, name: str) -> tuple[int, int]:
    """Number of entries and where the directory begins; its end record is followed by a comment."""
    first = max(0, len(data) - _END.size - _MAX_COMMENT)
    start = len(data) - _END.size + len(_END_MAGIC)
    while (start := data.rfind(_END_MAGIC, first, start)) >= 0:
        _, _, _, _, count, _, place, comment_size = _END.unpack_from(data, start)
        if start + _END.size + comment_size == len(data):
            return count, place
        start += len(_END_MAGIC) - 1
    raise PackageError(name, _BROKEN)
