"""A print pack: many filed letters in one .docx, each copy beginning on the front of a sheet.

What is printed is what is filed: bodies, headers and pictures are taken from the filed files, as
they lie there where nothing changes. Letters are handed in one after the other; each copy has its
pages numbered from 1 and its own ids, and further copies carry page codes of their own. The form's
values, which the filed files hold for machines, stay there.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.documents.errors import PackFullError, UnpackableError
from safety_docs.documents.pack_parts import LEVEL, PackParts
from safety_docs.documents.pack_plan import MAIN
from safety_docs.documents.page_marks import HEADERS, remarked
from safety_docs.documents.zipwriter import MAX_BYTES, MAX_ENTRIES, entry, join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety_docs.documents.pack_letter import Cut, Frame, PackLetter, SlotKind
    from safety_docs.documents.page_marks import PageMarks
    from safety_docs.documents.zipwriter import Packed

BOOKMARK = "copy"
"""Each copy begins with a bookmark of this name and its number, from 1; a PDF tells by it where."""
_BOOKMARK = b'<w:bookmarkStart w:id="%d" w:name="%b%d"/><w:bookmarkEnd w:id="%d"/>'
_OWN_ENTRIES = 100
"""Entries left for what all letters share."""


class _Waiting(NamedTuple):
    """One copy of a letter that is written when it is known whether it is the last."""

    letter: PackLetter
    relations: Mapping[bytes, bytes]


class _Ids(NamedTuple):
    """New ids of one copy by the old ones."""

    relations: Mapping[bytes, bytes]
    bookmarks: dict[bytes, bytes]
    lists: dict[bytes, bytes]


class Pack:
    """A pack that is being put together.

    Attributes:
        copies: How many copies of letters it holds.
    """

    def __init__(self, title: str, cover: bytes, frame: Frame) -> None:
        """Begin a pack.

        Args:
            title: Of the file.
            cover: Block elements of a first section, its properties included; see `pack_cover`.
            frame: What its letters have in common.
        """
        self.copies = 0
        self._title = title
        self._frame = frame
        self._main = _Deflated()
        self._main.add(frame.head + cover)
        self._parts = PackParts(frame)
        self._ids = 0
        self._written = 0
        self._waiting: _Waiting | None = None

    def add(self, letter: PackLetter, marks: PageMarks | None = None) -> None:
        """Add one copy.

        Args:
            letter: The filed letter.
            marks: Of a further copy; None for the copy that is filed. A letter without page codes
                is printed as it is.

        Raises:
            UnpackableError: If it does not look like the letters before.
            PackFullError: If no file can hold more.
        """
        if letter.frame != self._frame:
            raise UnpackableError(letter.name, "版式与前面的不同")
        if self._waiting:
            self._write(self._waiting.letter.closed, self._waiting.relations)
        self.copies += 1
        new: Mapping[str, bytes] = {}
        if marks is not None and letter.has_page_codes:
            new = remarked({part: letter.content(part) for part in HEADERS}, marks)
        self._waiting = _Waiting(letter, self._parts.carry(letter, self.copies, new))
        if len(self._parts.entries) > MAX_ENTRIES - _OWN_ENTRIES or self._main.size >= MAX_BYTES:
            raise PackFullError(self.copies)

    def finish(self) -> bytes:
        """The file; the same letters give the same bytes.

        Raises:
            PackFullError: If no file can hold it.
            ValueError: If there are no letters.
        """
        if self._waiting is None:
            msg = "a pack without letters"
            raise ValueError(msg)
        letter, relations = self._waiting
        self._write(letter.last, relations)
        self._main.add(b"</w:body></w:document>")
        others = self._parts.finish(letter, self._title)
        try:
            return join([*others, self._main.entry(MAIN), *self._parts.entries])
        except OverflowError as error:
            raise PackFullError(self.copies) from error

    def _write(self, cut: Cut, relations: Mapping[bytes, bytes]) -> None:
        """Write one copy, with ids that no other has."""
        self._written += 1
        ids = _Ids(relations, {}, {})
        pieces = list[bytes]()
        for text, (kind, old) in zip(cut.texts, cut.ids, strict=True):
            pieces += text, self._renamed(kind, old, ids)
        self._main.add(b"".join((*pieces, cut.end)))

    def _renamed(
        self,
        kind: SlotKind,
        old: bytes,
        ids: _Ids,
    ) -> bytes:
        if kind == "relation":
            return ids.relations[old]
        if kind == "list":
            if old not in ids.lists:
                ids.lists[old] = self._parts.instance_of(old)
            return ids.lists[old]
        if kind == "start":
            number = self._next()
            return _BOOKMARK % (number, BOOKMARK.encode(), self._written, number)
        if kind == "drawing":
            return b"%d" % self._next()
        if kind == "name":
            return b"_mark%d" % self._next()
        if old not in ids.bookmarks:
            ids.bookmarks[old] = b"%d" % self._next()
        return ids.bookmarks[old]

    def _next(self) -> int:
        self._ids += 1
        return self._ids


class _Deflated:
    """The main part, deflated as it grows.

    Attributes:
        size: Bytes of content so far.
    """

    def __init__(self) -> None:
        self.size = 0
        self._crc = 0
        self._engine = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._pieces: list[bytes] = []

    def add(self, text: bytes) -> None:
        self.size += len(text)
        self._crc = zlib.crc32(text, self._crc)
        self._pieces.append(self._engine.compress(text))

    def entry(self, name: str) -> Packed:
        self._pieces.append(self._engine.flush())
        return entry(name, 8, b"".join(self._pieces), self._crc, self.size)
