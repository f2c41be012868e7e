"""The Chinese filters of templates: pure functions from a value to text.

`FILTERS` gives their names in a template. A value that was left empty (None or "") stays empty, so
that an optional date does not need an ``if``; `blank` and `dash` say what to print instead.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined

from safety_docs.core import chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAX_BLANK_WIDTH = 200
_CAPITAL = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_MAX_AMOUNT = Decimal(10) ** 16
_SURNAMES = (
    "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 长孙 宇文 轩辕 端木 南宫 百里"
)
_TWO_CHARACTER_SURNAMES = frozenset(_SURNAMES.split())


def _of_date(text: Callable[[dt.date], str]) -> Callable[[Any], str]:
    def of_value(value: Any) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, dt.date):
            msg = f"“{value}”不是日期"
            raise TypeError(msg)
        return text(value)

    of_value.__doc__ = text.__doc__
    return of_value


def clock_time(value: dt.datetime | dt.time | None) -> str:
    """Hours and minutes.

    >>> clock_time(dt.time(8, 5))
    '08:05'
    """
    return "" if value is None or value == "" else f"{value:%H:%M}"


def amount(value: Decimal | int | str | None) -> str:
    """An amount of money in capital numerals, 分 rounded half up (支付结算办法, annex 1).

    Raises:
        TypeError: If `value` is a float: money is never one.
        ValueError: If it is no number, or 10,000,000,000,000,000 yuan or more.

    >>> amount(Decimal("1203.5")), amount(0), amount(Decimal("-0.05")), amount(100000000)
    ('壹仟贰佰零叁元伍角整', '零元整', '负伍分', '壹亿元整')
    >>> amount(Decimal("10001.02")), amount(100200), amount("1000000010000")
    ('壹万零壹元零贰分', '壹拾万零贰佰元整', '壹万亿零壹万元整')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, float | bool):
        msg = f"金额“{value}”不是定点数"
        raise TypeError(msg)
    try:
        cents = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    except InvalidOperation as error:
        msg = f"“{value}”不是金额"
        raise ValueError(msg) from error
    if not cents.is_finite() or abs(cents) >= _MAX_AMOUNT:
        msg = f"金额“{value}”太大或不是数"
        raise ValueError(msg)
    yuan, rest = divmod(int(abs(cents) * 100), 100)
    text = (f"{_yuan(yuan)}元" if yuan else "") + _cents(rest, after_yuan=bool(yuan))
    return ("负" if cents < 0 else "") + (text or "零元整")


def _yuan(number: int) -> str:
    """Capital numerals of a whole number, groups of four digits, one 零 for any run of zeros."""
    text, gap = "", False
    for position in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**position % 10_000
        if group == 0:
            gap = gap or bool(text)
            continue
        gap = gap or (bool(text) and group < 1_000)
        text += ("零" if gap else "") + _group(group) + _group_name(number, position)
        gap = False
    return text


def _group_name(number: int, position: int) -> str:
    below = number // 10_000 ** (position - 1) % 10_000 if position == 3 else 0
    return "万" if below else _GROUPS[position]


def _group(number: int) -> str:
    text, gap = "", False
    for position in (3, 2, 1, 0):
        digit = number // 10**position % 10
        if digit:
            text += ("零" if gap and text else "") + _CAPITAL[digit] + _UNITS[position]
            gap = False
        else:
            gap = True
    return text


def _cents(number: int, *, after_yuan: bool) -> str:
    jiao, fen = divmod(number, 10)
    if not number:
        return "整" if after_yuan else ""
    text = f"{_CAPITAL[jiao]}角" if jiao else ("零" if after_yuan else "")
    return text + (f"{_CAPITAL[fen]}分" if fen else "整")


def ordinal(number: int, level: int = 1) -> str:
    """The number of a heading on one of four levels (GB/T 9704-2012, 7.3.3).

    >>> [ordinal(3, level) for level in (1, 2, 3, 4)]
    ['三、', '（三）', '3. ', '（3）']
    """
    marks = {1: f"{chinese.numeral(number)}、", 2: f"（{chinese.numeral(number)}）"}
    return {**marks, 3: f"{number}. ", 4: f"（{number}）"}[level]


def class_name(grade: int, number: int, style: str = "年级") -> str:
    """The name of a class.

    >>> class_name(7, 3), class_name(7, 3, "初"), class_name(12, 1, "高")
    ('七年级（3）班', '初一（3）班', '高三（1）班')
    """
    if style == "年级":
        return f"{chinese.numeral(grade)}年级（{number}）班"
    first = {"初": 7, "高": 10, "小": 1}[style]
    return f"{style}{chinese.numeral(grade - first + 1)}（{number}）班"


def mask(value: str | None) -> str:
    """Hide the middle of an identity number, a phone number or a name.

    >>> mask("110101199003070000"), mask("13800000001"), mask("张三"), mask("欧阳示例")
    ('110101********0000', '138****0001', '张*', '欧阳**')
    """
    text = str(value or "")
    if re.fullmatch(r"\d{17}[\dXx]", text, re.ASCII):
        return f"{text[:6]}********{text[-4:]}"
    if re.fullmatch(r"\d{7,}", text, re.ASCII):
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    shown = 2 if text[:2] in _TWO_CHARACTER_SURNAMES and len(text) > 2 else 1
    return text[:shown] + "*" * (len(text) - shown)


def tick(value: object, choices: Sequence[str] | None = None) -> str:
    """A ticked or an empty box; with `choices`, all of them with a box each.

    >>> tick(True), tick(False), tick(None)
    ('☑', '☐', '☐')
    >>> tick(["步行"], ["步行", "校车"]), tick("", ["步行", "校车"])
    ('☑ 步行　☐ 校车', '☐ 步行　☐ 校车')
    """
    if choices is None:
        return "☑" if value else "☐"
    chosen = {value} if isinstance(value, str) else set(_items(value))
    return "　".join(f"{'☑' if choice in chosen else '☐'} {choice}" for choice in choices)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def align_name(name: str | None) -> str:
    """A name of two Chinese characters as wide as one of three; any other name is unchanged.

    >>> align_name("张三"), align_name("王小明"), align_name("Li"), align_name("张·")
    ('张　三', '王小明', 'Li', '张·')
    """
    text = str(name or "")
    if len(text) == 2 and all(unicodedata.category(character) == "Lo" for character in text):
        return f"{text[0]}　{text[1]}"
    return text


def listing(items: Iterable[object] | None) -> str:
    """Join with 、 and 和.

    >>> listing(["甲", "乙", "丙"]), listing([])
    ('甲、乙和丙', '')
    """
    return chinese.listing(
        [str(item) for item in ([items] if isinstance(items, str) else items or [])]
    )


def paragraphs(value: str | None) -> str:
    r"""One paragraph for each line; the engine copies the paragraph's style for each.

    >>> paragraphs("甲\r\n乙\n")
    '甲\n乙'
    """
    return "\n".join(str(value or "").splitlines())


def blank(value: object, width: int = 8) -> object:
    """The value, or room to write it in by hand, `width` Chinese characters wide.

    The room is made of spaces that do not break, so that an underlined run prints a line.

    >>> blank("张三"), len(blank("", 4)), blank(0)
    ('张三', 8, 0)
    """
    if not 0 <= width <= MAX_BLANK_WIDTH:
        msg = f"空白线的宽度应在 0 到 {MAX_BLANK_WIDTH} 之间"
        raise ValueError(msg)
    return "\u00a0" * (2 * width) if _is_empty(value) else value


def dash(value: object, instead: object = "—") -> object:
    """The value, or a dash when it is empty or was not given.

    >>> dash(""), dash(0), dash(None, "无"), dash("有")
    ('—', 0, '无', '有')
    """
    return instead if isinstance(value, Undefined) or _is_empty(value) else value


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [])


def document_number(year: int, number: int | None = None, office: str = "") -> str:
    r"""The number of a document, without leading zeros or 第 (GB/T 9704-2012, 7.2.5).

    >>> document_number(2024, 12, "示校发") == "示校发\u30142024\u301512号"
    True
    """
    return f"{office}\u3014{year}\u3015{'' if number is None else number}号"


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_NARROW = {wide: narrow for narrow, wide in _WIDE.items()}


def full_width(value: object) -> str:
    """ASCII as full-width characters.

    >>> full_width("12 N")
    '１２　Ｎ'
    """
    return str(value).translate(_WIDE)


def half_width(value: object) -> str:
    """Full-width characters as ASCII.

    >>> half_width("１２　Ｎ，")
    '12 N,'
    """
    return str(value).translate(_NARROW)


FILTERS: dict[str, Callable[..., Any]] = {
    "日期": _of_date(chinese.date_text),
    "年月": _of_date(chinese.month_text),
    "星期": _of_date(chinese.weekday_text),
    "中文日期": _of_date(chinese.date_numerals),
    "学年": _of_date(chinese.school_year_text),
    "学期": _of_date(chinese.term_text),
    "时刻": clock_time,
    "大写金额": amount,
    "序号": ordinal,
    "中文数字": chinese.numeral,
    "班级": class_name,
    "脱敏": mask,
    "勾选": tick,
    "姓名对齐": align_name,
    "顿号": listing,
    "分段": paragraphs,
    "空白线": blank,
    "缺省": dash,
    "文号": document_number,
    "全角": full_width,
    "半角": half_width,
}
"""Name in a template, and the function."""

ACCEPT_MISSING = frozenset({"缺省"})
"""Filters that may be given a value that is missing without this counting as a gap."""
