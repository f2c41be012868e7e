"""Dates and times as clerks write them, read without guessing.

A date needs a year of four digits; month and day alone, or a year of two digits, is asked back. A
number in a date column is the serial number of Excel's calendar that starts in 1900; calendars that
start in 1904 are put right by the roster reader (ECMA-376 part 1, 18.17.4).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from safety_docs.forms.plain_text import RefusedError, half_width, is_number, shown

FIRST_SERIAL, LAST_SERIAL = 7_305, 80_000
"""Serial numbers taken for dates: 1920-01-01 to 2119-01-11."""
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 # workbooks hold local time without a zone
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_NUMERALS = {
    **{digit: value for value, digit in enumerate("〇一二三四五六七八九")},
    "○": 0,
    "零": 0,
}
_NUMERAL = "[〇○零一二三四五六七八九十]"
_SEPARATED = re.compile(
    r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?(?:T?0?0:00(?::00(?:\.0+)?)?)?", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_IN_NUMERALS = re.compile(
    r"([〇○零一二三四五六七八九]{4})年(X{1,3})月(X{1,3})日".replace("X", _NUMERAL)
)
_SHORT_YEAR = re.compile(r"'?(\d{2})(?:年|[-./])\d{1,2}(?:月|[-./])\d{1,2}日?", re.ASCII)
_NO_YEAR = re.compile(
    rf"(?:\d{{1,2}}|{_NUMERAL}+)(?:月|[-./])(?:\d{{1,2}}|{_NUMERAL}+)[日号]?", re.ASCII
)
_TIME = re.compile(
    r"(?P<part>上午|早上|早晨|凌晨|中午|下午|晚上|傍晚)?(?P<hour>\d{1,2})(?:时|点|:(?=\d))"
    r"(?:(?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:\.0+)?秒?|分)?|(?P<half>半)|整)?",
    re.ASCII,
)
_AFTER_DATE = re.compile(r"(?<=日)\s*|(?<=\d)(?:\s+|T)")


def read_date(raw: object) -> dt.date:
    """A date from a date cell, a serial number or text.

    Raises:
        RefusedError: D203 if it is no date, or if the year is missing or short.

    >>> read_date("2024.9.1"), read_date("二〇二四年十一月二十日")
    (datetime.date(2024, 9, 1), datetime.date(2024, 11, 20))
    >>> read_date(45536)
    datetime.date(2024, 9, 1)
    """
    if isinstance(raw, dt.datetime):
        return _without_time(raw)
    if isinstance(raw, dt.date):
        return raw
    if isinstance(raw, str):
        return _date_from_text(raw)
    return _without_time(_from_serial(raw))


def _without_time(moment: dt.datetime) -> dt.date:
    if moment.time() != dt.time():
        text = f"“{moment:%Y-%m-%d %H:%M}”带有几点几分，这里只填日期。"
        raise RefusedError(code="D203", message=text)
    return moment.date()


def _date_from_text(raw: str) -> dt.date:
    text = half_width(raw)
    found = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return _real_date(raw, *(int(part) for part in found.groups()))
    found = _IN_NUMERALS.fullmatch(text)
    if found:
        year = int("".join(str(_NUMERALS[digit]) for digit in found[1]))
        return _real_date(raw, year, _numeral(found[2]), _numeral(found[3]))
    raise RefusedError(code="D203", message=_why_no_date(raw, text))


def _why_no_date(raw: str, text: str) -> str:
    short = _SHORT_YEAR.fullmatch(text)
    if short:
        return f"“{shown(raw)}”的年份只有两位，是 20{short[1]} 年吗？请写四位年份。"
    if _NO_YEAR.fullmatch(text):
        return f"“{shown(raw)}”没有写年份，请写成 2024-09-01 这样。"
    return f"“{shown(raw)}”不是日期，请写成 2024-09-01 或 2024年9月1日。"


def _real_date(raw: object, year: int, month: int, day: int) -> dt.date:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        message = f"“{shown(raw)}”不是日期，没有这一天。"
        raise RefusedError(code="D203", message=message) from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise RefusedError(code="D203", message=f"“{shown(raw)}”的年份不对，请核对。")
    return date


def _numeral(text: str) -> int:
    """A month or day in Chinese numerals; 99 if it is written in no usual way."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMERALS[ones] if len(ones) == 1 else 99
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 99
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)


def _from_serial(raw: object) -> dt.datetime:
    if not is_number(raw):
        raise RefusedError(code="D203", message=f"“{shown(raw)}”不是日期。")
    if not FIRST_SERIAL <= raw <= LAST_SERIAL:
        return dt.datetime.combine(_date_from_text(_number_text(raw)), dt.time())
    seconds = round(Decimal(str(raw)) * 86_400)
    return _EPOCH + dt.timedelta(seconds=int(seconds))


def _number_text(raw: float | Decimal) -> str:
    return str(int(raw)) if raw == int(raw) else str(raw)


def read_time(raw: object) -> dt.time:
    """A time of day from a time cell, a fraction of a day or text.

    Raises:
        RefusedError: D203 if it is none.

    >>> read_time("8：00"), read_time("下午3时30分"), read_time(0.375)
    (datetime.time(8, 0), datetime.time(15, 30), datetime.time(9, 0))
    """
    if isinstance(raw, dt.datetime) and raw.year <= _FIRST_YEAR:
        return raw.time()
    if isinstance(raw, dt.time):
        return raw
    if isinstance(raw, dt.timedelta):
        return _time_of_seconds(raw, raw.total_seconds())
    if is_number(raw) and 0 <= raw < 1:
        return _time_of_seconds(raw, float(raw) * 86_400)
    if isinstance(raw, str):
        return _time_from_text(raw)
    raise _no_time(raw)


def _no_time(raw: object) -> RefusedError:
    return RefusedError(code="D203", message=f"“{shown(raw)}”不是时间，请写成 8:00 这样。")


def _time_of_seconds(raw: object, seconds: float) -> dt.time:
    whole = round(seconds)
    if not 0 <= whole < 86_400:
        raise _no_time(raw)
    return dt.time(whole // 3_600, whole % 3_600 // 60, whole % 60)


def _time_from_text(raw: str) -> dt.time:
    found = _TIME.fullmatch(half_width(raw))
    if not found:
        raise _no_time(raw)
    minute = 30 if found["half"] else int(found["minute"] or 0)
    try:
        return dt.time(
            _hour(found["part"] or "", int(found["hour"])), minute, int(found["second"] or 0)
        )
    except ValueError:
        raise _no_time(raw) from None


def _hour(part: str, hour: int) -> int:
    """Hour of the day; afternoon and evening count on from twelve."""
    if part in {"下午", "晚上", "傍晚"} and hour < 12:
        return hour + 12
    if part == "中午" and hour < 3:
        return hour + 12
    return hour


def read_datetime(raw: object) -> dt.datetime:
    """A date with a time of day; a date alone is refused, midnight is never assumed.

    Raises:
        RefusedError: D203 if either is missing or unreadable.

    >>> read_datetime("2022年9月16日上午9时30分")
    datetime.datetime(2022, 9, 16, 9, 30)
    """
    if isinstance(raw, dt.datetime):
        return raw.replace(tzinfo=None)
    if isinstance(raw, str):
        text = " ".join(unicodedata.normalize("NFKC", raw).split())
        parts = _AFTER_DATE.split(text, maxsplit=1)
        if len(parts) == 2 and parts[1]:
            return dt.datetime.combine(_date_from_text(parts[0]), _time_from_text(parts[1]))
        _date_from_text(text)
    elif not isinstance(raw, dt.date):
        return _from_serial(raw)
    raise RefusedError(
        code="D203", message=f"“{shown(raw)}”没有写几点几分，请写成 2022-09-16 09:30 这样。"
    )
