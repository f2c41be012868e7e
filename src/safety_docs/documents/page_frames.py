"""The parts with codes of one document, with all work done beforehand that does not depend on it.

Of a header only the words beside the code change. Everything before them is deflated once and ends
on a full byte; the words and what follows them are a last block that is stored (RFC 1951, 3.2.4).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.documents.page_marks import (
    HEADERS,
    LAST_PICTURE,
    PICTURES,
    page_codes,
    split_at_words,
    with_words,
)
from safety_docs.documents.zipwriter import entry, pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety_docs.documents.page_marks import PageMarks
    from safety_docs.documents.zipwriter import Packed

CODE_PARTS = frozenset({*HEADERS, *PICTURES, LAST_PICTURE})
_LAST_STORED_BLOCK = b"\x01"


@dataclass(frozen=True, slots=True)
class HeaderFrame:
    """A header around its words.

    Attributes:
        name: Part name.
        before: Deflated.
        crc: Of what comes before.
        size: Of what comes before, not deflated.
        after: What comes after.
    """

    name: str
    before: bytes
    crc: int
    size: int
    after: bytes

    @classmethod
    def of(cls, name: str, header: bytes) -> HeaderFrame:
        """The frame of a header with any words in it."""
        before, after = split_at_words(header)
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        deflated = engine.compress(before) + engine.flush(zlib.Z_FULL_FLUSH)
        return cls(name, deflated, zlib.crc32(before), len(before), after)

    def packed(self, words: bytes) -> Packed:
        """The header with these words, at most 60,000 bytes, as an entry of a zip file."""
        end = words + self.after
        length = len(end)
        block = _LAST_STORED_BLOCK + length.to_bytes(2, "little")
        block += (length ^ 0xFFFF).to_bytes(2, "little") + end
        body = self.before + block
        return entry(self.name, 8, body, zlib.crc32(end, self.crc), self.size + length)


def frames_of(parts: Mapping[str, bytes]) -> tuple[HeaderFrame, ...]:
    """The frames of a package that has places for codes."""
    return tuple(HeaderFrame.of(name, parts[name]) for name in HEADERS)


def code_entries(
    frames: tuple[HeaderFrame, ...], marks: PageMarks, filled: Mapping[str, bytes]
) -> list[Packed]:
    """The entries of a document's headers and pictures.

    Args:
        frames: Of the template.
        marks: Of the document.
        filled: Headers that have been filled in for this document, without its marks.

    Raises:
        ValueError: If no code can hold the marks.
    """
    words, pictures = page_codes(marks)
    entries = [
        pack(frame.name, with_words(filled[frame.name], text), 3)
        if frame.name in filled
        else frame.packed(text)
        for frame, text in zip(frames, words, strict=True)
    ]
    names = (*PICTURES, LAST_PICTURE)
    return entries + [pack(name, data) for name, data in zip(names, pictures, strict=True)]
