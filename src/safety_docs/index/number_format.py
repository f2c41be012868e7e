"""Numbers of a workbook as Excel shows them: dates, times and percentages; others as they are.

Built-in format numbers: ECMA-376 Part 1, 18.8.30, and those that Chinese Excel adds (27 to 58).
"""

from __future__ import annotations

import datetime as dt
import re

_BUILT_IN = {
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: 'h"时"mm"分"',
    56: 'h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[[^\]]*\]|_.|\*.'
    r"|(?P<code>AM/PM|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|aaaa?)|(?P<other>.)"
)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_WEEKDAYS = "一二三四五六日"


def formatted(value: str, style: str | int, *, is_1904: bool = False) -> str:
    """The number `value`, as the file holds it, by its format.

    Args:
        value: Decimal digits, possibly with an exponent.
        style: A format code, or the number of a built-in one.
        is_1904: Whether days are counted from 1904.

    >>> formatted("45536", 'yyyy"年"m"月"d"日"'), formatted("0.5", 9), formatted("12.0", 0)
    ('2024年9月1日', '50%', '12')
    """
    code = _BUILT_IN.get(style, "") if isinstance(style, int) else style.partition(";")[0]
    bare = _LITERAL.sub("", code)
    try:
        number = float(value)
    except ValueError:
        return value
    if re.search("[ymdhs]|aaa", bare, re.IGNORECASE) and "General" not in bare:
        return _date(number, code, is_1904=is_1904) or _plain(number)
    if "%" in bare:
        decimals = len(bare.partition(".")[2].rstrip("%"))
        return f"{number * 100:.{decimals}f}%"
    return _plain(number)


def _plain(number: float) -> str:
    return f"{number:.15g}"


def _date(number: float, code: str, *, is_1904: bool) -> str:
    """Empty if the number is no date that Excel shows."""
    if not 0 <= number < 2_958_466:
        return ""
    start = dt.datetime(1904, 1, 1) if is_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 - no zone in Excel
    moment = start + dt.timedelta(seconds=round(number * 86_400))
    tokens = list(_TOKEN.finditer(code))
    return "".join(_printed(tokens, at, moment) for at in range(len(tokens)))


def _printed(tokens: list[re.Match[str]], at: int, moment: dt.datetime) -> str:
    match = tokens[at]
    if match["code"] is None:
        return match["quoted"] or match["escaped"] or match["other"] or ""
    code = match["code"].lower()
    if code[0] == "m" and _is_minute(tokens, at):
        return f"{moment.minute:0{len(code)}d}"
    return _unit(code, moment, has_half="AM/PM" in {token["code"] for token in tokens})


def _unit(code: str, moment: dt.datetime, *, has_half: bool) -> str:
    if code == "am/pm":
        return "上午" if moment.hour < 12 else "下午"
    if code.startswith("aaa"):
        return ("星期" if len(code) == 4 else "") + _WEEKDAYS[moment.weekday()]
    if code[0] == "y":
        return f"{moment.year}" if len(code) > 2 else f"{moment.year % 100:02d}"
    hour = (moment.hour % 12 or 12) if has_half else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}[code[0]]
    return f"{number:02d}" if len(code) == 2 else str(number)


def _is_minute(tokens: list[re.Match[str]], at: int) -> bool:
    """Whether an ``m`` stands after hours or before seconds."""
    codes = [
        (place, token["code"][0].lower()) for place, token in enumerate(tokens) if token["code"]
    ]
    before = [code for place, code in codes if place < at]
    after = [code for place, code in codes if place > at]
    return before[-1:] == ["h"] or after[:1] == ["s"]
