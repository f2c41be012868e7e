"""Dates and numbers as Chinese papers write them. Pure functions, shared by forms and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.core.school_year import school_year, term

if TYPE_CHECKING:
    import datetime as dt

_DIGITS = "〇一二三四五六七八九"
_WEEKDAYS = "一二三四五六日"


def date_text(date: dt.date) -> str:
    """2024年9月1日, no leading zeros (GB/T 9704-2012, 7.3.5.4).

    >>> import datetime as dt
    >>> date_text(dt.date(2024, 9, 1))
    '2024年9月1日'
    """
    return f"{date.year}年{date.month}月{date.day}日"


def month_text(date: dt.date) -> str:
    """2024年9月."""
    return f"{date.year}年{date.month}月"


def weekday_text(date: dt.date) -> str:
    """星期一 to 星期日."""
    return f"星期{_WEEKDAYS[date.weekday()]}"


def numeral(number: int) -> str:
    """A counting number below 10,000 in Chinese numerals.

    >>> numeral(12), numeral(20), numeral(105), numeral(0)
    ('十二', '二十', '一百零五', '零')
    """
    if number == 0:
        return "零"
    if not 0 < number < 10_000:
        msg = f"{number} is out of range"
        raise ValueError(msg)
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


def date_numerals(date: dt.date) -> str:
    """二〇二四年九月一日; the circle is U+3007.

    >>> import datetime as dt
    >>> date_numerals(dt.date(2024, 11, 20))
    '二〇二四年十一月二十日'
    """
    year = "".join(_DIGITS[int(digit)] for digit in str(date.year))
    return f"{year}年{numeral(date.month)}月{numeral(date.day)}日"


def school_year_text(date: dt.date) -> str:
    """2024—2025学年."""
    first, second = school_year(date)
    return f"{first}—{second}学年"


def term_text(date: dt.date) -> str:
    """第一学期 or 第二学期."""
    return "第一学期" if term(date) == 1 else "第二学期"


def listing(items: list[str]) -> str:
    """Join with 、 and 和.

    >>> listing(["甲", "乙", "丙"])
    '甲、乙和丙'
    """
    if len(items) < 2:
        return "".join(items)
    return "、".join(items[:-1]) + "和" + items[-1]
