"""Scan-back: a stack of scanned pages becomes signed copies of records, and a report of the rest.

Every page is read by itself, by helpers side by side. Pages of one letter are joined and attached
to its record; pages that cannot be placed, or whose letter is not whole, wait (`waiting_pages`), so
the rest may come with a later stack. The scanned files themselves are never touched.

What is kept and what is attached follows from the content of the pages, so the same stack may be
handed in again: nothing is attached or kept twice.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from safety_docs.app.crew import make_crew
from safety_docs.app.returned import Letter, Slip, assemble, sort_page
from safety_docs.app.sign_book import SignBook
from safety_docs.app.signing import SignedCopy, attach
from safety_docs.app.waiting_pages import WaitingPage, WaitingPages, content_id
from safety_docs.core.page_code import page_code_key
from safety_docs.core.school_year import school_year
from safety_docs.scans import (
    PageSource,
    count_pages,
    expand,
    join_pages,
    lone_page,
    read_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from safety_docs.app.crew import Crew, Ticket
    from safety_docs.app.house import House
    from safety_docs.app.returned import Assembly, PageState, Sorted
    from safety_docs.core.record import Record
    from safety_docs.scans import ScannedPage

_AHEAD = 8
"""Pages handed out while the first of them is waited for."""

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


@dataclass(frozen=True, slots=True)
class Reader:
    """Recipe of a helper that reads pages."""

    key: bytes

    def __call__(self) -> Callable[[PageSource], ScannedPage]:
        """The helper."""
        return self.read

    def read(self, source: PageSource) -> ScannedPage:
        """Read one page."""
        return read_page(source, self.key)


def sign_back(
    house: House,
    paths: Sequence[Path],
    *,
    year: int | None = None,
    any_term: bool = False,
    helpers: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> SignBackReport:
    """Read a stack of scans, attach what is whole, keep what is not.

    Args:
        house: The wired-up parts.
        paths: Scanned files and folders of them; none looks only at what waits.
        year: First calendar year of the school year whose letters are expected; None: the one
            of today.
        any_term: Take letters of any school year.
        helpers: Processes that read beside this one.
        progress: Called with the number of pages read and of all.

    Raises:
        ScanError: If a file is missing, of another kind or damaged; nothing is done.
        NoScanLibraryError: If the libraries for it are not installed.
        LockedError: If someone else is writing.
    """
    sources = [
        PageSource(path, number)
        for path in expand(paths)
        for number in range(1, count_pages(path) + 1)
    ]
    key = page_code_key(house.cabinet.secret)
    wanted = None if any_term else year or school_year(house.clock.now().date())[0]
    stack = _Stack(house, WaitingPages(house.archive), wanted)
    with make_crew(helpers, __name__) as crew:
        crew.learn(Reader(key))
        for done, page in enumerate(_read(sources, crew), start=1):
            stack.take(page)
            progress(done, len(sources))
    return stack.settle()


def _read(sources: Iterable[PageSource], crew: Crew) -> Iterator[ScannedPage]:
    waiting: deque[Ticket] = deque()
    for source in sources:
        waiting.append(crew.hand_out(source))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    for ticket in waiting:
        yield ticket.result()


def place(
    house: House, page_id: str, letter: Letter, number: int | None, *, is_last: bool
) -> WaitingPage:
    """Say which page of which letter a waiting page is; the next `sign_back` takes it in.

    Args:
        house: The wired-up parts.
        page_id: Id of the waiting page.
        letter: The letter.
        number: Page number within it; None keeps what is known.
        is_last: Whether it is the letter's last page.

    Raises:
        UnknownWaitingPageError: If no page waits under this id.
    """
    pages = WaitingPages(house.archive)
    page = pages.find(page_id)
    placed = replace(
        page,
        form=letter.form,
        identity=letter.page,
        copy=letter.copy,
        number=number or page.number,
        is_last=is_last or page.is_last,
        reason="由人工指认",
    )
    pages.note(placed)
    return placed


@dataclass(slots=True)
class _Stack:
    """A stack in work: pages are taken one by one, then all is settled."""

    house: House
    waiting: WaitingPages
    year: int | None
    pages: list[PageReport] = field(default_factory=list)
    letters: dict[Letter, list[Slip]] = field(default_factory=dict)
    _before: tuple[Path, int, bool] | None = None

    def take(self, page: ScannedPage) -> None:
        """Sort one page; what no letter can be told of is kept for a person."""
        found = sort_page(page)
        if found.slip is not None and found.letter is not None:
            self.letters.setdefault(found.letter, []).append(found.slip)
        kept = self._kept(page, found)
        self.pages.append(
            PageReport(
                page.source.path.name,
                page.source.number,
                found.state,
                found.slip.number if found.slip else None,
                found.letter,
                kept,
                page.problem,
            )
        )
        self._before = (page.source.path, page.source.number, found.state == "read")

    def _kept(self, page: ScannedPage, found: Sorted) -> str:
        """Keep a page that only a person can place; its id, or empty."""
        reasons = {
            "unreadable": "认不出页码",
            "conflict": "一页上有几份文件的页码",
            "blank": "空白页，正面没有认出来",
        }
        is_back = found.state == "blank" and self._follows_a_front(page.source)
        if found.state not in reasons or is_back or page.problem:
            return ""
        data = lone_page(page.source, page.turn)
        if self.waiting.is_dropped(data):
            return ""
        return self._keep(page.source, page.turn, reasons[found.state])

    def _follows_a_front(self, source: PageSource) -> bool:
        return self._before == (source.path, source.number - 1, True)

    def _keep(
        self,
        source: PageSource,
        turn: int,
        reason: str,
        letter: Letter | None = None,
        slip: Slip | None = None,
    ) -> str:
        page = WaitingPage("", source.path.name, source.number, reason)
        if letter is not None and slip is not None:
            page = replace(
                page,
                form=letter.form,
                identity=letter.page,
                copy=letter.copy,
                number=slip.number or 0,
                is_last=slip.is_last,
            )
        return self.waiting.keep(lone_page(source, turn), page).id

    def settle(self) -> SignBackReport:
        """Put letters together with what waited, attach the whole ones, keep the others."""
        fresh = list(self.letters)
        for one in self.waiting:
            if one.identity:
                letter = Letter(one.form, one.identity, one.copy)
                self.letters.setdefault(letter, []).append(self._slip(one))
        reports: dict[Letter, LetterReport] = {}
        ready: list[tuple[LetterReport, Assembly]] = []
        with SignBook(self.house) as book:
            records = _Records(self.house, book, self.year)
            for letter, slips in self.letters.items():
                assembly = assemble(self._different(slips))
                reports[letter] = report = records.report(letter, assembly)
                if report.state == "complete":
                    ready.append((report, assembly))
                else:
                    self._hold(report, assembly)
        for report in self._attached(ready):
            reports[report.letter] = report
        ordered = [*fresh, *(letter for letter in reports if letter not in set(fresh))]
        return SignBackReport(
            self.pages, [reports[letter] for letter in ordered], list(self.waiting)
        )

    def _slip(self, one: WaitingPage) -> Slip:
        source = PageSource(self.waiting.file_of(one.id), 1)
        return Slip(source, 0, one.number or None, one.is_last, one.id)

    def _hold(self, report: LetterReport, assembly: Assembly) -> None:
        """Keep the pages of a letter that is not whole, or that no record is known of."""
        reasons = {
            "incomplete": "等其余的页",
            "long": "可能超过三页，请核对页码",
            "unknown": "专柜里没有这一件",
        }
        if report.state in reasons:
            for slip in (*assembly.pages, *assembly.spare):
                self._hold_slip(slip, report.letter, reasons[report.state])

    def _hold_slip(self, slip: Slip, letter: Letter, reason: str) -> None:
        if not slip.waiting:
            self._keep(slip.source, slip.turn, reason, letter, slip)

    def _attached(self, ready: Sequence[tuple[LetterReport, Assembly]]) -> Iterator[LetterReport]:
        copies = (self._copy(report, assembly) for report, assembly in ready)
        for (report, assembly), one in zip(ready, attach(self.house, copies), strict=True):
            for slip in assembly.spare:
                self._hold_slip(slip, report.letter, "重复的页")
            for slip in assembly.pages:
                if slip.waiting:
                    self.waiting.release(slip.waiting)
            yield report if one.is_new else replace(report, state="already")

    @staticmethod
    def _copy(report: LetterReport, assembly: Assembly) -> SignedCopy:
        data = join_pages((slip.source, slip.turn) for slip in assembly.pages)
        return SignedCopy(
            code=report.code,
            copy=report.letter.copy,
            data=data,
            suffix=".pdf",
            pages=len(assembly.pages),
            source="扫描签回",
        )

    def _different(self, slips: Sequence[Slip]) -> list[Slip]:
        """Without pages that are the very same; one that waits counts before one of the stack."""
        ordered = sorted(slips, key=lambda slip: not slip.waiting)
        numbers = Counter(slip.number for slip in slips)
        kept: dict[object, Slip] = {}
        for slip in ordered:
            is_lone = numbers[slip.number] == 1
            kept.setdefault(slip.number if is_lone else self._content(slip), slip)
        return list(kept.values())

    @staticmethod
    def _content(slip: Slip) -> str:
        return slip.waiting or content_id(lone_page(slip.source, slip.turn))


class _Records:
    """Looks letters up in the cabinet."""

    def __init__(self, house: House, book: SignBook, year: int | None) -> None:
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
