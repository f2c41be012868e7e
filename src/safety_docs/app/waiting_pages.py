"""Scanned pages that wait: for the rest of their letter, or for a person who knows what they are.

They lie beside the cabinet in ``签回待认``, each as a PDF with a note in JSON, and not among the
projections, which may be deleted at any time: the note of a person exists nowhere else. A page goes
when its letter has been attached, and not before; what a person drops is put aside, not deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from safety_docs.archive import Disk
from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "签回待认"
DROPPED = "已作废"
_ID_DIGITS = 12


class SpoiltNoteError(SafetyDocsError):
    """The note of a waiting page cannot be read."""

    code = "A193"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path}”被改坏了，读不出来。请从备份里取回它，"
            "或把它和同名的 .pdf 移到别处，再把那一页重新扫描。"
        )


class UnknownWaitingPageError(SafetyDocsError):
    """No page waits under this id."""

    code = "A192"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"待认的页里没有“{wanted}”，请用 sign-back --queue 看编号。")


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page that waits.

    Attributes:
        id: Digits that follow from its content.
        source: Name of the scanned file it came from.
        page: Page within that file.
        reason: Why it waits, in Chinese.
        form: Form code; empty while nobody knows which letter it belongs to.
        identity: Digits of the letter's page in the notebook; likewise.
        copy: Copy of the letter, 0 likewise.
        number: Page number within the letter; 0 if it is not known.
        is_last: Whether it is the letter's last page.
        is_spare: Whether the letter has another page of this number, which counts.
    """

    id: str
    source: str
    page: int
    reason: str
    form: str = ""
    identity: str = ""
    copy: int = 0
    number: int = 0
    is_last: bool = False
    is_spare: bool = False


class WaitingPages:
    """The folder of waiting pages."""

    def __init__(self, archive: Path) -> None:
        self.folder = archive / FOLDER
        self._disk = Disk()

    def __iter__(self) -> Iterator[WaitingPage]:
        """All that wait, in the order of file and page that they came from."""
        found = [self._read(path) for path in self.folder.glob("*.json")]
        return iter(sorted(found, key=lambda one: (one.source, one.page, one.id)))

    def file_of(self, page_id: str) -> Path:
        """The PDF of a page."""
        return self.folder / f"{page_id}.pdf"

    def find(self, page_id: str) -> WaitingPage:
        """The page with this id.

        Raises:
            UnknownWaitingPageError: If there is none.
        """
        note = self._note(page_id)
        if not page_id.isalnum() or not note.is_file():
            raise UnknownWaitingPageError(page_id)
        return self._read(note)

    def keep(self, data: bytes, page: WaitingPage) -> WaitingPage:
        """Keep a page; durable when this returns. The same page is kept once.

        Args:
            data: Its PDF.
            page: What is known of it; its id is made here.
        """
        page = replace(page, id=content_id(data))
        self._make_folder(self.folder)
        if not self.file_of(page.id).exists():
            fresh = self.folder / f".{page.id}.new"
            self._disk.discard(fresh)
            self._disk.create(fresh, data, sync=True)
            fresh.replace(self.file_of(page.id))
        if not self._note(page.id).exists():
            self.note(page)
        return page

    def note(self, page: WaitingPage) -> None:
        """Write down what is known of a page now; durable when this returns."""
        data = json.dumps(asdict(page), ensure_ascii=False, indent=1).encode("utf-8")
        fresh = self.folder / f".{page.id}.note"
        self._disk.discard(fresh)
        self._disk.create(fresh, data, sync=True)
        fresh.replace(self._note(page.id))
        self._disk.sync_folder(self.folder)

    def release(self, page_id: str) -> None:
        """Let go of a page whose letter has been attached."""
        self._disk.discard(self._note(page_id))
        self._disk.discard(self.file_of(page_id))
        with contextlib.suppress(OSError):
            self._disk.remove_folder(self.folder)

    def drop(self, page_id: str, reason: str) -> WaitingPage:
        """Put a page aside for good, with the reason.

        Raises:
            UnknownWaitingPageError: If there is none of this id.
        """
        page = replace(self.find(page_id), reason=f"作废：{reason}")
        aside = self.folder / DROPPED
        self._make_folder(aside)
        self.note(page)
        self._note(page_id).replace(aside / f"{page_id}.json")
        self.file_of(page_id).replace(aside / f"{page_id}.pdf")
        for folder in (aside, self.folder):
            self._disk.sync_folder(folder)
        return page

    def is_dropped(self, data: bytes) -> bool:
        """Whether a person has put this page aside."""
        return (self.folder / DROPPED / f"{content_id(data)}.json").exists()

    def _note(self, page_id: str) -> Path:
        return self.folder / f"{page_id}.json"

    def _make_folder(self, folder: Path) -> None:
        if self._disk.make_folder(folder):
            self._disk.sync_folder(folder.parent)

    @staticmethod
    def _read(path: Path) -> WaitingPage:
        try:
            return WaitingPage(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise SpoiltNoteError(path) from error


def content_id(data: bytes) -> str:
    """The id of a page with this PDF."""
    return hashlib.sha256(data).hexdigest()[:_ID_DIGITS]
