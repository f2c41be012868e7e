"""Pages that came back, put together to letters: by what each page says of itself, never by order.

The header code of a page gives its number; from page 4 on numbers repeat (decision 0010), so a
letter in which that may have happened is left to a person. A letter is complete when pages 1 to k
are there and page k is marked as the last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from safety_docs.core.page_code import LAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from safety_docs.scans import PageSource, ScannedPage

PageState = Literal["read", "blank", "foreign", "unreadable", "conflict"]
Shape = Literal["complete", "incomplete", "long"]


class Letter(NamedTuple):
    """Which paper it is.

    Attributes:
        form: Form code.
        page: Digits of the page's identity in the notebook.
        copy: Copy, from 1.
    """

    form: str
    page: str
    copy: int


@dataclass(frozen=True, slots=True)
class Slip:
    """One page of a letter.

    Attributes:
        source: Where it is.
        turn: By how many degrees clockwise its content is turned.
        number: Page number; None when only the code of the last page could be read.
        is_last: Whether it is marked as the last page.
        waiting: Id among the waiting pages; empty for a page of this stack.
        is_spare: Whether an earlier page of this number counts.
    """

    source: PageSource
    turn: int
    number: int | None
    is_last: bool
    waiting: str = ""
    is_spare: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a page is.

    Attributes:
        state: ``read``: one letter's page; ``conflict``: codes of several letters or pages.
        letter: Of a page that was read, else None.
        slip: The same.
    """

    state: PageState
    letter: Letter | None = None
    slip: Slip | None = None


def sort_page(page: ScannedPage) -> Sorted:
    """What one page is, from its own codes alone."""
    if page.is_blank:
        return Sorted("blank")
    if not page.codes:
        return Sorted("foreign" if page.foreign else "unreadable")
    letters = {Letter(code.form, code.page, code.copy) for code in page.codes}
    numbers = {code.number for code in page.codes} - {LAST}
    if len(letters) > 1 or len(numbers) > 1:
        return Sorted("conflict")
    is_last = any(code.number == LAST for code in page.codes)
    number = next(iter(numbers), None)
    return Sorted("read", letters.pop(), Slip(page.source, page.turn, number, is_last))


@dataclass(frozen=True, slots=True)
class Assembly:
    """What the pages of a letter make.

    Attributes:
        shape: ``long``: numbers repeat as they do from page 4 on, so a person must look.
        pages: One for each number, in order; those to be joined when it is complete.
        spare: All others.
        missing: Numbers that are not there.
        lacks_last: Whether no page with a number is marked as the last.
    """

    shape: Shape
    pages: Sequence[Slip]
    spare: Sequence[Slip] = field(default=())
    missing: Sequence[int] = field(default=())
    lacks_last: bool = False


def assemble(slips: Iterable[Slip]) -> Assembly:
    """Put the pages of one letter together; of pages with one number the first counts."""
    by_number: dict[int, list[Slip]] = {}
    spare = []
    for slip in slips:
        if slip.number is None:
            spare.append(slip)
        else:
            by_number.setdefault(slip.number, []).append(slip)
    pages = [by_number[number][0] for number in sorted(by_number)]
    spare += [slip for number in sorted(by_number) for slip in by_number[number][1:]]
    top = max(by_number, default=0)
    if any(_repeats(same, number, top) for number, same in by_number.items()):
        return Assembly("long", pages, spare)
    missing = [number for number in range(1, top + 1) if number not in by_number]
    lacks_last = not pages or not pages[-1].is_last
    is_complete = not missing and not lacks_last
    shape: Shape = "complete" if is_complete else "incomplete"
    return Assembly(shape, pages, spare, missing, lacks_last)


def _repeats(same: Sequence[Slip], number: int, top: int) -> bool:
    """Whether pages of one number cannot all be the same page of a letter of `top` pages."""
    last = sum(slip.is_last for slip in same)
    return last > 0 and (number < top or last < len(same))
