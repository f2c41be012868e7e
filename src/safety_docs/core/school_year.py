"""School years and terms: the year runs from September to August, autumn is the first term.

Exact term dates are set each year by province or city; a district edits them in data. What stands
here is only which school year and term a date belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


def school_year(date: dt.date) -> tuple[int, int]:
    """First and second calendar year of the school year that holds `date`."""
    first = date.year if date.month >= 9 else date.year - 1
    return first, first + 1


def term(date: dt.date) -> int:
    """1 for the autumn term (September to January), 2 for spring (February to August)."""
    return 1 if date.month >= 9 or date.month == 1 else 2
