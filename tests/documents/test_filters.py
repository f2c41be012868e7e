"""What the examples in the docstrings do not show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.documents.filters import FILTERS, amount, blank

DAY = dt.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("日期", "2024年9月1日"),
        ("年月", "2024年9月"),
        ("星期", "星期日"),
        ("中文日期", "二〇二四年九月一日"),
        ("学年", "2024—2025学年"),
        ("学期", "第一学期"),
    ],
)
def test_date_filters_take_dates_and_datetimes_and_leave_gaps_empty(
    name: str, expected: str
) -> None:
    assert FILTERS[name](DAY) == expected
    assert FILTERS[name](dt.datetime(2024, 9, 1, 8, 0, tzinfo=dt.UTC)) == expected
    assert FILTERS[name](None) == ""
    with pytest.raises(TypeError, match="不是日期"):
        FILTERS[name]("2024-09-01")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("10", "壹拾元整"),
        ("1010.10", "壹仟零壹拾元壹角整"),
        ("100000", "壹拾万元整"),
        ("10010000", "壹仟零壹万元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000000000000", "壹万亿元整"),
        ("1234567890123456.78", None),
        ("9.999", "壹拾元整"),
        ("-3", "负叁元整"),
    ],
)
def test_amounts_in_capitals(value: str, expected: str | None) -> None:
    text = amount(Decimal(value))
    assert expected is None or text == expected


DIGITS = {character: digit for digit, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> int:
    """Whole yuan of an amount, read the plain way round."""
    total = part = digit = 0
    for character in text.partition("元")[0]:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in UNITS:
            part, digit = part + digit * UNITS[character], 0
        elif character == "万":
            total, part, digit = total + (part + digit) * 10_000, 0, 0
        elif character == "亿":
            total, part, digit = (total + part + digit) * 100_000_000, 0, 0
    return total + part + digit


@given(st.integers(1, 10**12 - 1))
def test_an_amount_can_be_read_back(yuan: int) -> None:
    text = amount(yuan)
    assert read_capitals(text) == yuan
    assert "零零" not in text
    assert not text.startswith("零")


@pytest.mark.parametrize("value", [10**16, Decimal("NaN"), "一千"])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="金额"):
        amount(value)  # type: ignore[arg-type] # what a form could hand in


def test_money_is_never_a_float() -> None:
    with pytest.raises(TypeError, match="定点数"):
        amount(1.5)  # type: ignore[arg-type] # the mistake itself


def test_a_blank_line_is_bounded() -> None:
    with pytest.raises(ValueError, match="宽度"):
        blank("", 10_000)
