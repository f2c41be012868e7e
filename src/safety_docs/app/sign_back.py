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
from typing import TYPE_CHECKING

from safety_docs.app.crew import make_crew
from safety_docs.app.returned import Letter, Slip, assemble, sort_page
from safety_docs.app.sign_back_report import Letters, PageReport, SignBackReport
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
    from safety_docs.app.returned import Assembly, Sorted
    from safety_docs.app.sign_back_report import LetterReport
    from safety_docs.scans import ScannedPage

_REASONS = {
    "incomplete": "等其余的页",
    "long": "可能超过三页，请核对页码",
    "unknown": "专柜里没有这一件",
}
"""Why the pages of a letter in such a state wait; those of all others do not."""
_AHEAD = 8
"""Pages handed out while the first of them is waited for."""


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
        is_spare=False,
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
        note = WaitingPage("", page.source.path.name, page.source.number, reasons[found.state])
        return self.waiting.keep(data, note).id

    def _follows_a_front(self, source: PageSource) -> bool:
        return self._before == (source.path, source.number - 1, True)

    def settle(self) -> SignBackReport:
        """Put letters together with what waited, attach the whole ones, keep the others."""
        fresh = list(self.letters)
        self._add_waiting()
        reports: dict[Letter, LetterReport] = {}
        ready: list[tuple[LetterReport, Assembly]] = []
        with SignBook(self.house) as book:
            known = Letters(self.house, book, self.year)
            for letter, slips in self.letters.items():
                assembly = assemble(self._different(slips))
                reports[letter] = report = known.report(letter, assembly)
                if report.state == "complete":
                    ready.append((report, assembly))
                elif report.state in _REASONS:
                    for slip in (*assembly.pages, *assembly.spare):
                        self._hold(slip, letter, _REASONS[report.state])
        for report in self._attached(ready):
            reports[report.letter] = report
        ordered = [*fresh, *(letter for letter in reports if letter not in set(fresh))]
        return SignBackReport(
            self.pages, [reports[letter] for letter in ordered], list(self.waiting)
        )

    def _add_waiting(self) -> None:
        """Add pages that wait to their letters; spare ones only say something beside others."""
        placed = [one for one in self.waiting if one.identity]
        for one in sorted(placed, key=lambda one: one.is_spare):
            letter = Letter(one.form, one.identity, one.copy)
            if letter in self.letters or not one.is_spare:
                source = PageSource(self.waiting.file_of(one.id), 1)
                slip = Slip(source, 0, one.number or None, one.is_last, one.id, one.is_spare)
                self.letters.setdefault(letter, []).append(slip)

    def _hold(self, slip: Slip, letter: Letter, reason: str, *, is_spare: bool = False) -> None:
        """Keep a page of a letter that is not whole, or one that its letter has already."""
        if not slip.waiting:
            page = WaitingPage(
                "",
                slip.source.path.name,
                slip.source.number,
                reason,
                form=letter.form,
                identity=letter.page,
                copy=letter.copy,
                number=slip.number or 0,
                is_last=slip.is_last,
                is_spare=is_spare,
            )
            self.waiting.keep(self._pdf(slip), page)

    def _attached(self, ready: Sequence[tuple[LetterReport, Assembly]]) -> Iterator[LetterReport]:
        copies = (self._copy(report, assembly) for report, assembly in ready)
        for (report, assembly), one in zip(ready, attach(self.house, copies), strict=True):
            for slip in assembly.spare:
                self._hold(slip, report.letter, "重复的页", is_spare=True)
            for slip in assembly.pages:
                if slip.waiting:
                    self.waiting.release(slip.waiting)
            yield report if one.is_new else replace(report, state="already")

    def _copy(self, report: LetterReport, assembly: Assembly) -> SignedCopy:
        return SignedCopy(
            code=report.code,
            copy=report.letter.copy,
            data=join_pages(map(self._pdf, assembly.pages)),
            suffix=".pdf",
            pages=len(assembly.pages),
            source="扫描签回",
        )

    def _different(self, slips: Sequence[Slip]) -> list[Slip]:
        """Each page once, in the order in which they count: spare ones last, waiting ones first."""
        ordered = sorted(slips, key=lambda slip: (slip.is_spare, not slip.waiting))
        numbers = Counter(slip.number for slip in slips)
        kept: dict[object, Slip] = {}
        for slip in ordered:
            is_lone = numbers[slip.number] == 1
            kept.setdefault(slip.number if is_lone else content_id(self._pdf(slip)), slip)
        return list(kept.values())

    def _pdf(self, slip: Slip) -> bytes:
        """The page as a PDF of its own, the same wherever it lies."""
        if slip.waiting:
            return slip.source.path.read_bytes()
        return lone_page(slip.source, slip.turn)
