"""Records (件): what the notebook holds, the index shows and the command line prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from safety_docs.core.digest import Digest

Role = Literal["正本", "附件", "照片", "签字扫描"]
"""What a file is within its record; 正本 comes first and is there once."""


CONFIDENTIAL = "保密"
"""Such a record is found by title, date and form only: its text and people stay out of indexes."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a record.

    Attributes:
        role: What it is within the record.
        path: Relative to the cabinet's folder, ``/`` between components, NFC.
        digest: Of its bytes.
        size_bytes: Its length.
    """

    role: Role
    path: str
    digest: Digest
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Record:
    """One filed item, numbered once.

    Attributes:
        seq: Its number in the notebook's spine, from 0.
        page_id: 32 hex digits, known before filing and printed inside the document.
        code: Reference code (档号), canonical.
        title: 题名.
        category: Category code, such as ``02``.
        year: 年度.
        retention: As in the code, ``Y`` or ``D30``.
        date: Date of the document.
        form: Id of the form that was filled in, ``<family>/<form>``; empty for received files.
        form_title: The form's title; empty for received files.
        template: Digest of the template as text; empty for received files.
        people: Names that stand in the record, in order, for filters.
        values: The form's checked values in JSON types; empty for received files.
        parts: Its files, 正本 first.
        filed_at: When it was filed, with offset.
        filed_by: Name of the custodian who filed it.
        supersedes: Code of the record that this one corrects; empty if none.
        reason: Why it was corrected; empty if it corrects nothing.
        confidentiality: ``CONFIDENTIAL``, or empty for all others.
        subject: Scope and names of whom or what it is about, so that a changed row of a roster
            finds it; empty if it was not filed from a roster.
    """

    seq: int
    page_id: str
    code: str
    title: str
    category: str
    year: int
    retention: str
    date: dt.date
    form: str
    form_title: str
    template: str
    people: tuple[str, ...]
    values: Mapping[str, Any] = field(hash=False)
    parts: tuple[FilePart, ...]
    filed_at: dt.datetime
    filed_by: str
    supersedes: str = ""
    reason: str = ""
    confidentiality: str = ""
    subject: tuple[str, ...] = ()

    @property
    def is_confidential(self) -> bool:
        """Whether its text and people are kept out of indexes."""
        return self.confidentiality == CONFIDENTIAL

    @property
    def path(self) -> str:
        """Path of the main file, relative to the cabinet's folder."""
        return self.parts[0].path


@dataclass(frozen=True, slots=True)
class Signing:
    """A signed copy of a record that came back.

    Attributes:
        seq: Number of its entry in the notebook's spine.
        page_id: 32 hex digits that follow from its key.
        record: Reference code of the record, canonical.
        copy: Which copy it is, from 1: 1 is the school's.
        pages: Sides in its file; 0 if the paper was seen and there is no file.
        source: Where it came from, in words.
        parts: Its file; empty if the paper was seen and not scanned.
        filed_at: When its entry was written, with offset.
        filed_by: Name of the custodian who wrote it.
    """

    seq: int
    page_id: str
    record: str
    copy: int
    pages: int
    source: str
    parts: tuple[FilePart, ...]
    filed_at: dt.datetime
    filed_by: str

    @property
    def path(self) -> str:
        """Path of its file, relative to the cabinet's folder; empty if there is none."""
        return self.parts[0].path if self.parts else ""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a notebook has been read.

    Attributes:
        seq: Number of the last spine line taken in; -1 before the first.
        head: SHA-256 of that line's bytes without its line end, hex; 64 zeros before the first.
    """

    seq: int
    head: str


START = Position(-1, "0" * 64)
"""The position of a projection that has read nothing."""


class ReadLine(NamedTuple):
    """One line of a text as engines of search want it.

    Attributes:
        shown: As it may be shown, numbers masked.
        spans: Start and end of each masked number in `shown`, ascending.
        normal: Normal form of what is searched.
        tokens: Its tokens, separated by spaces.
    """

    shown: str
    spans: tuple[tuple[int, int], ...]
    normal: str
    tokens: str


class ReadText(NamedTuple):
    """A text as engines of search want it; made by the index, perhaps in another process.

    It is kept in lines because the documents of one form share most of theirs: a line that many
    texts hold is one object, and crosses from process to process once in a message.
    """

    lines: tuple[ReadLine, ...]


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """What a projection takes in for one record.

    Attributes:
        record: The record.
        text: Text of its files as people read it, or read already; empty if none could be read.
        unreadable: Why some file gave no text (a Chinese sentence); empty if all were read.
    """

    record: Record
    text: str | ReadText
    unreadable: str = ""
