from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from safety_docs.app.returned import Letter, Slip, assemble, sort_page
from safety_docs.core.page_code import LAST, PageCode
from safety_docs.scans import PageSource, ScannedPage

SOURCE = PageSource(Path("扫描.pdf"), 1)
LI, WANG = "0" * 13, "1" * 13


def page(*codes: tuple[str, int], foreign: int = 0, is_blank: bool = False) -> ScannedPage:
    return ScannedPage(
        SOURCE,
        tuple(PageCode("RL-05", who, number, 1) for who, number in codes),
        foreign,
        is_blank=is_blank,
    )


def slips(*numbers: int | None, last: tuple[int, ...] = ()) -> list[Slip]:
    """Pages with these numbers; those at the places `last` are marked as the last."""
    return [
        Slip(PageSource(Path("扫描.pdf"), place), 0, number, place in last)
        for place, number in enumerate(numbers)
    ]


def test_a_page_is_what_its_own_codes_say() -> None:
    found = sort_page(page((LI, 3), (LI, LAST)))
    assert (found.state, found.letter) == ("read", Letter("RL-05", LI, 1))
    assert found.slip == Slip(SOURCE, 0, 3, is_last=True)
    assert sort_page(page((LI, LAST))).slip == Slip(SOURCE, 0, None, is_last=True)
    assert sort_page(page((LI, 1), foreign=2)).state == "read"
    assert sort_page(page(foreign=1)).state == "foreign"
    assert sort_page(page(is_blank=True)).state == "blank"
    assert sort_page(page()).state == "unreadable"


def test_codes_that_contradict_each_other_place_nothing() -> None:
    assert sort_page(page((LI, 1), (WANG, 1))).state == "conflict"
    assert sort_page(page((LI, 1), (LI, 2))).state == "conflict"
    assert sort_page(page((LI, 3), (WANG, LAST))).state == "conflict"


def test_a_letter_is_whole_with_all_its_pages_in_any_order() -> None:
    found = assemble(slips(3, 1, 2, last=(0,)))
    assert found.shape == "complete"
    assert [slip.number for slip in found.pages] == [1, 2, 3]
    assert assemble(slips(1, last=(0,))).shape == "complete"


def test_what_is_missing_is_named() -> None:
    found = assemble(slips(1, 3, last=(1,)))
    assert (found.shape, found.missing, found.lacks_last) == ("incomplete", [2], False)
    found = assemble(slips(1, 2))
    assert (found.shape, found.missing, found.lacks_last) == ("incomplete", [], True)
    assert assemble(slips(None, last=(0,))).shape == "incomplete"


def test_of_two_pages_with_one_number_the_first_counts_and_the_other_is_kept() -> None:
    found = assemble(slips(1, 2, 1, last=(1,)))
    assert found.shape == "complete"
    assert [slip.source.number for slip in found.pages] == [0, 1]
    assert [slip.source.number for slip in found.spare] == [2]


def test_a_letter_of_four_pages_is_left_to_a_person() -> None:
    # its fourth page shows the even header once more: pages 1, 2, 3, 2 and the last one is a "2"
    assert assemble(slips(1, 2, 3, 2, last=(3,))).shape == "long"
    assert assemble(slips(1, 3, 2, last=(2,))).shape == "long"
    # five: 1, 2, 3, 2, 3
    assert assemble(slips(1, 2, 3, 2, 3, last=(4,))).shape == "long"


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=8))
def test_no_page_is_lost_and_none_is_used_twice(pages: list[tuple[int, bool]]) -> None:
    given_slips = [
        Slip(PageSource(Path("扫描.pdf"), place), 0, number, is_last)
        for place, (number, is_last) in enumerate(pages)
    ]
    found = assemble(given_slips)
    used = [*found.pages, *found.spare]
    assert sorted(used, key=lambda slip: slip.source.number) == given_slips
    if found.shape == "complete":
        assert [slip.number for slip in found.pages] == list(range(1, len(found.pages) + 1))
        assert [slip.is_last for slip in found.pages][-1:] == [True]
        assert not any(slip.is_last for slip in found.pages[:-1])
