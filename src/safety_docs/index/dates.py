"""Dates, months, years and ranges of them as people type them in a query."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata

from safety_docs.index.errors import QueryError

_DATE = re.compile(
    r"(?P<y>[0-9]{4})年?"
    r"(?:(?P<cm>[0-9]{2})(?P<cd>[0-9]{2})?"
    r"|[-./年](?P<m>[0-9]{1,2})月?(?:[-./月](?P<d>[0-9]{1,2})日?)?"
    r"|(?P<jm>[0-9]{1,2})月(?:(?P<jd>[0-9]{1,2})日?)?)?"
)
_INTERVAL = re.compile(r"([\[{])\s*(.*?)\s*(?:TO|至|到|~)\s*(.*?)\s*([\]}])", re.IGNORECASE)
_DAY = dt.timedelta(days=1)

Span = tuple[dt.date | None, dt.date | None]
"""First and last day, both included; None leaves that side open."""


def span(text: str) -> Span:
    """The days that one date, month, year or range of them covers.

    >>> span("2022-09")
    (datetime.date(2022, 9, 1), datetime.date(2022, 9, 30))
    >>> span("[20220901 TO]")
    (datetime.date(2022, 9, 1), None)

    Raises:
        QueryError: If `text` is none of these.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    interval = _INTERVAL.fullmatch(folded)
    return _interval(interval, text) if interval else _days(folded, text)


def years(text: str) -> tuple[int | None, int | None]:
    """First and last year that `text` names, both included.

    Raises:
        QueryError: If it names no years.
    """
    first, last = span(text)
    return (first.year if first else None), (last.year if last else None)


def _interval(match: re.Match[str], source: str) -> Span:
    opening, first, last, closing = match.groups()
    start = end = None
    if first:
        days = _days(first, source)
        start = days[1] + _DAY if opening == "{" else days[0]
    if last:
        days = _days(last, source)
        end = days[0] - _DAY if closing == "}" else days[1]
    return start, end


def _days(text: str, source: str) -> tuple[dt.date, dt.date]:
    match = _DATE.fullmatch(text)
    if not match:
        raise _not_a_date(source)
    year = int(match["y"])
    month = match["cm"] or match["m"] or match["jm"]
    day = match["cd"] or match["d"] or match["jd"]
    try:
        if month is None:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        if day is None:
            last = calendar.monthrange(year, int(month))[1]
            return dt.date(year, int(month), 1), dt.date(year, int(month), last)
        date = dt.date(year, int(month), int(day))
    except ValueError as error:
        raise _not_a_date(source) from error
    return date, date


def _not_a_date(source: str) -> QueryError:
    problem = f"“{source}”不是日期，请写 20220901、2022-09、2022 或 [20220901 TO 20221231]"
    return QueryError(problem)
