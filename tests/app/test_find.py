"""Reading while somebody else is filing: never waiting for him, never in silence."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.app.conftest import LETTER

from safety_docs.app.fill import fill
from safety_docs.app.find import find
from safety_docs.app.house import PROJECTIONS
from safety_docs.app.look import look
from safety_docs.app.pack_selection import Selection, choose
from safety_docs.archive import LockedError
from safety_docs.index import SearchRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.core.record import Record

ALL = SearchRequest("责任书")
PACK = Selection(("班主任安全责任书",))


@pytest.fixture
def house(open_school: Callable[..., House]) -> House:
    return open_school()


@pytest.fixture
def record(house: House, tmp_path: Path) -> Record:
    return fill(house, "班主任安全责任书", LETTER, base=tmp_path).record


def test_an_index_that_lags_behind_somebody_who_is_filing_says_by_how_much(
    house: House, record: Record
) -> None:
    shutil.rmtree(house.cabinet.archive / PROJECTIONS / "sqlite")
    with house.cabinet.writer(clock=house.clock, entropy=house.entropy):
        results = find(house, ALL)
        assert (results.total, len(results.notes)) == (0, 1)
        assert "专本里最新的 2 条还查不到" in results.notes[0]
        for asking in (lambda: look(house, record.code), lambda: choose(house, PACK)):
            with pytest.raises(LockedError):
                asking()
    results = find(house, ALL)
    assert (results.total, results.notes) == (1, ())
    assert look(house, record.code).record == record
    assert choose(house, PACK)[0].groups[0].records == (record,)


def test_an_index_that_lacks_nothing_answers_as_ever_while_somebody_is_filing(
    house: House, record: Record
) -> None:
    with house.cabinet.writer(clock=house.clock, entropy=house.entropy):
        results = find(house, ALL)
        assert (results.total, results.notes) == (1, ())
        assert look(house, record.code).record == record
        assert len(choose(house, PACK)[0].groups) == 1
