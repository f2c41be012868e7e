from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.chinese import date_numerals, date_text
from safety_docs.forms.moments import read_date, read_datetime, read_time
from safety_docs.forms.plain_text import RefusedError


@pytest.mark.parametrize(
    "raw",
    [
        "2024.9.1",
        "2024/9/1",
        "2024-09-01",
        "２０２４年９月１日",
        "2024 年 9 月 1 日",
        "二〇二四年九月一日",
        "二○二四年九月一日",
        "20240901",
        "2024-09-01 00:00:00",
        dt.datetime.fromisoformat("2024-09-01 00:00"),
        dt.date(2024, 9, 1),
        45536,
        45536.0,
        20240901.0,
    ],
)
def test_every_usual_spelling_of_a_date_is_read(raw: object) -> None:
    assert read_date(raw) == dt.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("24年9月1日", "是 2024 年吗"),
        ("24-9-1", "是 2024 年吗"),
        ("9月1日", "没有写年份"),
        ("九月一日", "没有写年份"),
        ("9/1", "没有写年份"),
        ("2024.13.1", "没有这一天"),
        ("2023-02-29", "没有这一天"),
        ("二〇二四年十三月一日", "没有这一天"),
        ("二〇二四年一十十月一日", "没有这一天"),
        ("1024-01-01", "年份不对"),
        ("明天", "不是日期"),
        (True, "不是日期"),
        (3.0, "不是日期"),
        (1e300, "不是日期"),
        (dt.datetime.fromisoformat("2024-09-01 08:30"), "几点几分"),
        (45536.5, "几点几分"),
        (["2024-09-01"], "不是日期"),
    ],
)
def test_what_is_no_date_is_asked_back_and_never_guessed(raw: object, why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        read_date(raw)
    assert caught.value.code == "D203"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_date_written_by_our_filters_reads_back(date: dt.date) -> None:
    assert read_date(date_text(date)) == date
    assert read_date(date_numerals(date)) == date


@pytest.mark.parametrize(
    ("raw", "hour", "minute"),
    [
        ("8:00", 8, 0),
        ("8：05", 8, 5),
        ("08:00:00", 8, 0),
        ("上午8时30分", 8, 30),
        ("下午3点半", 15, 30),
        ("中午12点", 12, 0),
        ("中午1点", 13, 0),
        ("晚上8时", 20, 0),
        ("12时整", 12, 0),
        (0.375, 9, 0),
        (dt.time(9, 5), 9, 5),
        (dt.timedelta(hours=9, minutes=5), 9, 5),
        (dt.datetime.fromisoformat("1899-12-31 07:10"), 7, 10),
    ],
)
def test_every_usual_spelling_of_a_time_is_read(raw: object, hour: int, minute: int) -> None:
    assert read_time(raw) == dt.time(hour, minute)


@pytest.mark.parametrize("raw", ["25:00", "8", "早上", "8:", 1.5, -0.1, True, dt.date(2022, 1, 1)])
def test_what_is_no_time_is_refused(raw: object) -> None:
    with pytest.raises(RefusedError, match="不是时间"):
        read_time(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2022-09-16 09:30",
        "2022-09-16T09:30:00",
        "2022年9月16日9时30分",
        "2022年9月16日 上午9：30",
        dt.datetime.fromisoformat("2022-09-16 09:30"),
        44820.395833333336,
    ],
)
def test_a_date_with_a_time_is_read(raw: object) -> None:
    assert read_datetime(raw) == dt.datetime.fromisoformat("2022-09-16 09:30")


@pytest.mark.parametrize("raw", ["2022-09-16", dt.date(2022, 9, 16), "2022年9月16日"])
def test_midnight_is_never_assumed(raw: object) -> None:
    with pytest.raises(RefusedError, match="没有写几点几分"):
        read_datetime(raw)
