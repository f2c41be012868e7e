"""Zip files that are the same bytes for the same content, with most of the work done beforehand.

Every entry is dated 1980-01-01, has the UTF-8 name flag, no extra field and no data descriptor. An
entry is packed once (`pack`) and can be written any number of times (`join`).
Source: PKWARE APPNOTE.TXT 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deflate import deflate_compress

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _TIME, _DATE = 20, 0x800, 0, 0x21
STORED_SUFFIXES = (".jpeg", ".jpg", ".png", ".gif")
"""Already compressed: packing them again costs time and gains nothing."""
MAX_ENTRIES = 65_535
MAX_BYTES = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Packed:
    """One entry, ready to be written.

    Attributes:
        local: Local header and data.
        central: Central directory record, with an offset of zero.
        name: UTF-8 name; it follows `central` in the directory.
    """

    local: bytes
    central: bytes
    name: bytes


def pack(name: str, data: bytes, level: int = 9) -> Packed:
    """Make an entry; stored when it is a picture or when deflating does not make it smaller.

    Args:
        name: Part name, with ``/`` and without a leading one.
        data: The bytes, at most 4 GiB.
        level: Of deflate, 0 to 12, as libdeflate counts them.

    Raises:
        OverflowError: If `data` needs the 64-bit format, which is not written.
    """
    if len(data) >= MAX_BYTES:
        raise OverflowError(name)
    method, body = 0, data
    if level and not name.endswith(STORED_SUFFIXES):
        deflated = bytes(deflate_compress(data, level))
        if len(deflated) < len(data):
            method, body = 8, deflated
    return entry(name, method, body, zlib.crc32(data), len(data))


def entry(name: str, method: int, body: bytes, crc: int, size: int) -> Packed:
    """An entry whose bytes are in their final form.

    Args:
        name: Part name.
        method: 0 when `body` is the content, 8 when it is deflated.
        body: What is written.
        crc: CRC-32 of the content.
        size: Of the content.
    """
    path = name.encode("utf-8")
    common = (_UTF8, method, _TIME, _DATE, crc, len(body), size, len(path), 0)
    local = _LOCAL.pack(b"PK\3\4", _VERSION, *common) + path + body
    central = _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *common, 0, 0, 0, 0, 0)
    return Packed(local, central, path)


def join(entries: Iterable[Packed]) -> bytes:
    """Write the entries in this order.

    Raises:
        OverflowError: Above 65,535 entries or 4 GiB, rather than writing a wrong file.
    """
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        directory += (entry.central[:42], offset.to_bytes(4, "little"), entry.name)
        body.append(entry.local)
        offset += len(entry.local)
        if offset >= MAX_BYTES:
            msg = "zip file above 4 GiB"
            raise OverflowError(msg)
    if len(body) > MAX_ENTRIES:
        msg = f"{len(body)} zip entries"
        raise OverflowError(msg)
    listing = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(body), len(body), len(listing), offset, 0)
    return b"".join((*body, listing, end))
