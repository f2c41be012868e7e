"""What scan-back says of pages and letters, and what the cabinet knows of those letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from safety_docs.core.school_year import school_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.app.house import House
    from safety_docs.app.returned import Assembly, Letter, PageState
    from safety_docs.app.sign_book import SignBook
    from safety_docs.app.waiting_pages import WaitingPage
    from safety_docs.core.record import Record

LetterState = Literal[
    "complete",
    "already",
    "incomplete",
    "long",
    "unknown",
    "superseded",
    "wrong_term",
]


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of a page.

    Attributes:
        source: Name of its file.
        page: Page within it.
        state: What it is.
        number: Page number within its letter; None if it is not known.
        letter: Which letter; None if it is not known.
        waiting: Id under which it waits; empty if it does not.
        problem: Why it could not be read; empty if it could.
    """

    source: str
    page: int
    state: PageState
    number: int | None = None
    letter: Letter | None = None
    waiting: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LetterReport:
    """What became of a letter.

    Attributes:
        letter: Which paper.
        state: ``complete``: attached now; ``already``: it had been attached before.
        code: Reference code of its record; empty if there is none.
        title: Title of the record.
        group: Value of the form's grouping field, such as the class; empty if there is none.
        missing: Page numbers that are missing.
        lacks_last: Whether no page is marked as the last.
        newer: Code of the record that superseded it.
        spare: Number of pages that were there twice.
    """

    letter: Letter
    state: LetterState
    code: str = ""
    title: str = ""
    group: str = ""
    missing: Sequence[int] = ()
    lacks_last: bool = False
    newer: str = ""
    spare: int = 0


@dataclass(frozen=True, slots=True)
class SignBackReport:
    """What became of a stack.

    Attributes:
        pages: In the order of the stack.
        letters: In the order in which they were met, those that only waited last.
        waiting: All pages that wait now.
    """

    pages: Sequence[PageReport]
    letters: Sequence[LetterReport]
    waiting: Sequence[WaitingPage]


class Letters:
    """Looks letters up in the cabinet."""

    def __init__(self, house: House, book: SignBook, year: int | None) -> None:
        """Expect letters of the school year that begins in `year`; None: of any."""
        self._house = house
        self._book = book
        self._year = year

    def report(self, letter: Letter, assembly: Assembly) -> LetterReport:
        """What a letter is, before anything is attached."""
        known = self._book.by_identity(letter.page)
        report = LetterReport(
            letter,
            assembly.shape,
            missing=assembly.missing,
            lacks_last=assembly.lacks_last,
            spare=len(assembly.spare),
        )
        if known is None:
            return replace(report, state="unknown")
        record = self._house.cabinet.record(known.seq)
        group = self._group(record)
        report = replace(report, code=record.code, title=record.title, group=group)
        if known.newer:
            return replace(report, state="superseded", newer=known.newer)
        if self._year is not None and school_year(record.date)[0] != self._year:
            return replace(report, state="wrong_term")
        if assembly.shape == "incomplete" and self._has_come_back(record.code, letter.copy):
            return replace(report, state="already")
        return report

    def _group(self, record: Record) -> str:
        group = self._house.library.form(record.form).group
        return str(record.values.get(group, "")) if group else ""

    def _has_come_back(self, code: str, copy: int) -> bool:
        return any(one.copy == copy for one in self._book.copies(code))
