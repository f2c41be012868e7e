"""Signed copies: adds them to their records, and says which records have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.app.follower import Follower
from safety_docs.app.look import UnknownCodeError
from safety_docs.app.sign_book import SignBook
from safety_docs.archive import Returned, SigningRefusedError
from safety_docs.core.file_kind import is_kind
from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from safety_docs.app.house import House
    from safety_docs.app.sign_book import Copy
    from safety_docs.core.record import Record

SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png")
MAX_BYTES = 200 * 1024 * 1024
GROUP = 20
"""Copies per commit: scans are large, and those of a group are in memory together."""
PAPER = "纸质原件已签字收回，未扫描"
"""Source of a copy that a person has seen and not scanned."""


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """A signed copy that came back.

    Attributes:
        code: Reference code of its record, in any spelling.
        copy: Which copy it is, from 1: 1 is the school's.
        data: Bytes of its file; empty if a person has seen the paper and there is no scan.
        suffix: Ending of the file's name, one of `SUFFIXES`; empty without a file.
        pages: Sides in the file; 0 without a file.
        source: Where it came from, in words; never a path.
    """

    code: str
    copy: int
    data: bytes = field(repr=False)
    suffix: str
    pages: int
    source: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A signed copy that the notebook tells of.

    Attributes:
        code: Reference code of its record, canonical.
        copy: Which copy it is.
        entry: Number of its entry in the notebook.
        path: Of its file, relative to the cabinet's folder; empty without a file.
        is_new: False if the same copy had been added before; then nothing was written.
    """

    code: str
    copy: int
    entry: int
    path: str
    is_new: bool


def attach(house: House, copies: Iterable[SignedCopy]) -> Iterator[Attached]:
    """Add `copies` to their records, in order; yields each one when it is durable.

    Idempotent by content: the same bytes as the same copy of the same record are added once.

    Raises:
        LockedError: If someone else is writing.
        ReferenceCodeError: If a code is none.
        UnknownCodeError: If nothing is filed under a code; earlier groups are added.
        SigningRefusedError: If a file is not of a kind that is kept, too large or of other pages.
    """
    cabinet = house.cabinet
    with (
        Follower(house) as follower,
        cabinet.writer(clock=house.clock, entropy=house.entropy) as writer,
        SignBook(house) as book,
    ):
        follower.catch_up()
        returned = (_returned(house, book, copy) for copy in copies)
        for one in writer.sign(returned, group=GROUP):
            said = one.signing
            yield Attached(said.record, said.copy, said.seq, said.path, one.is_new)
        follower.catch_up()


def confirm_paper(house: House, codes: Iterable[str]) -> Iterator[Attached]:
    """Note that the signed paper of the school's copy is in the cabinet, without a scan.

    Args:
        house: The wired-up parts.
        codes: Reference codes, in any spelling.

    Raises:
        UnknownCodeError: If nothing is filed under a code; nothing is noted.
    """
    wanted = [SignedCopy(code, 1, b"", "", 0, PAPER) for code in codes]
    with SignBook(house) as book:
        for one in wanted:
            _returned(house, book, one)
    return attach(house, wanted)


def record_by_identity(house: House, identity: str) -> Record | None:
    """The record whose printed pages carry these digits; None if there is none.

    Args:
        house: The wired-up parts.
        identity: 13 base32 digits, as `core.page_code.page_identity` gives them.
    """
    with SignBook(house) as book:
        found = book.by_identity(identity)
    return house.cabinet.record(found.seq) if found else None


def copies_of(house: House, code: str) -> tuple[Copy, ...]:
    """Signed copies that were added to the record with this canonical code, in order."""
    with SignBook(house) as book:
        return book.copies(code)


def _returned(house: House, book: SignBook, one: SignedCopy) -> Returned:
    code = ReferenceCode.parse(one.code).render(house.cabinet.profile.style)
    found = book.by_code(code)
    if found is None:
        raise UnknownCodeError(code)
    suffix = one.suffix.lower()
    if one.data:
        if suffix not in SUFFIXES or not is_kind(one.data, suffix):
            kinds = "、".join(SUFFIXES)
            raise SigningRefusedError(code, f"不是真正的 {kinds} 文件，请重新扫描")
        if len(one.data) > MAX_BYTES:
            raise SigningRefusedError(code, "超过 200 MB，太大了，请降低分辨率重新扫描")
    record = house.cabinet.record(found.seq)
    return Returned(record, one.copy, one.data, suffix, one.pages, one.source)
