from __future__ import annotations

import datetime as dt

import pytest

from safety_docs.core.retention import Retention, RetentionError


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        ("永久", "Y", "永久"),
        ("P", "Y", "永久"),
        ("30年", "D30", "30年"),
        ("定期30年", "D30", "30年"),
        (" d10 ", "D10", "10年"),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, code: str, label: str) -> None:
    period = Retention.parse(text)
    assert (period.code, period.label, str(period)) == (code, label, label)


@pytest.mark.parametrize("text", ["", "很久", "0年", "１０年", "999年", "-3"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(RetentionError, match="永久"):
        Retention.parse(text)


def test_a_floor_is_met_by_longer_periods_only() -> None:
    ten, thirty, for_ever = (Retention.parse(text) for text in ("10年", "30年", "永久"))
    assert thirty.is_at_least(ten)
    assert not ten.is_at_least(thirty)
    assert for_ever.is_at_least(thirty)
    assert not thirty.is_at_least(for_ever)
    assert for_ever.is_at_least(for_ever)


def test_the_term_runs_from_the_january_after() -> None:
    assert Retention(10).due_on(2026) == dt.date(2036, 12, 31)
    assert Retention(None).due_on(2026) is None
