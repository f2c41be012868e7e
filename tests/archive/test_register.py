"""The register: what it knows does not depend on how the entries came to it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.archive.conftest import Workshop

from safety_docs.archive import verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from safety_docs.archive import Filing, Writer

QUERIES = (
    "SELECT * FROM filed ORDER BY page_id",
    "SELECT * FROM code ORDER BY code",
    "SELECT * FROM series ORDER BY series",
    "SELECT * FROM subject ORDER BY scope, names",
)
ROOMS = ("一（1）班", '二"1"班', "学前班")


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int | None, int | None, str]]:
    """Of each record: what it is about, which earlier record it supersedes, its category."""
    history: list[tuple[int | None, int | None, str]] = []
    free: list[int] = []
    for place in range(draw(st.integers(1, 9))):
        about = draw(st.one_of(st.none(), st.integers(0, len(ROOMS) - 1)))
        old = draw(st.one_of(st.none(), st.sampled_from(free))) if free else None
        if old is not None:
            free.remove(old)
        history.append((about, old, draw(st.sampled_from(["01", "02"]))))
        free.append(place)
    return history


@given(history=histories(), group=st.integers(2, 9))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_records_filed_in_groups_leave_the_register_of_records_filed_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[int | None, int | None, str]],
    group: int,
) -> None:
    singly = _filed(tmp_path_factory.mktemp("singly"), history, 1)
    grouped = _filed(tmp_path_factory.mktemp("grouped"), history, group)
    known = _known(singly)
    assert _known(grouped) == known
    assert verify(grouped.open()).ok
    _file_name(grouped).unlink()
    assert not any(one.is_new for one in grouped.file(_filings(grouped, history)))
    assert _known(grouped) == known


def test_what_was_taken_in_is_kept_now_and_then_and_at_the_end(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safety_docs.archive.register.KEPT_EVERY", 4)
    shop.create()
    kept: list[int] = []

    def file(writer: Writer) -> None:
        for one in writer.file((shop.filing(str(n)) for n in range(9)), group=1):
            kept.append(len(_known(shop)[0]))
            assert writer.seq_of(one.record.page_id) == one.record.seq

    shop.write(file)
    assert kept == [0, 0, 3, 3, 3, 3, 7, 7, 7]  # the opening of the notebook is an entry too
    assert len(_known(shop)[0]) == 9


def _filed(
    folder: Path, history: Sequence[tuple[int | None, int | None, str]], group: int
) -> Workshop:
    shop = Workshop(folder / "archive")
    shop.create()
    assert all(one.is_new for one in shop.file(_filings(shop, history), group=group))
    return shop


def _filings(shop: Workshop, history: Sequence[tuple[int | None, int | None, str]]) -> list[Filing]:
    codes: list[str] = []
    filings = []
    for place, (about, old, category) in enumerate(history):
        number = 1 + sum(f"-A{category}-" in code for code in codes)
        codes.append(f"Z109-WS·2022-D30-A{category}-{number:04d}")
        changes = {"supersedes": codes[old], "reason": "改"} if old is not None else {}
        subject = () if about is None else ("RL-09 2022", "王小明", ROOMS[about])
        filing = shop.filing(str(place), subject=subject, category=category, **changes)
        filings.append(filing)
    return filings


def _known(shop: Workshop) -> list[list[tuple[object, ...]]]:
    database = sqlite3.connect(_file_name(shop))
    try:
        return [database.execute(query).fetchall() for query in QUERIES]
    finally:
        database.close()


def _file_name(shop: Workshop) -> Path:
    return shop.archive / ".safety-docs" / "register.sqlite"
