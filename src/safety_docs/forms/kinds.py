"""The field types: from what a clerk wrote to a checked value, one reader for each type.

A reader gets a value that is not empty; a string has no blanks at its ends. It returns the value
that templates use, or raises `RefusedError`. Readers are built once for each field, so that a
roster of thousands of rows does not look at the form again for every cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from safety_docs.core.chinese import date_text
from safety_docs.core.idnumber import is_id_number
from safety_docs.forms.moments import read_date, read_datetime, read_time
from safety_docs.forms.plain_text import (
    MAX_DIGITS,
    RefusedError,
    clean,
    comparable,
    half_width,
    is_number,
    masked,
    nearest,
    shown,
)

if TYPE_CHECKING:
    from safety_docs.forms.spec import FieldSpec

Reader = Callable[[Any], Any]
EMPTY: dict[str, Any] = {
    "integer": None,
    "decimal": None,
    "date": None,
    "time": None,
    "datetime": None,
    "boolean": False,
}
"""Value of an optional field that was left empty, where it is not an empty text."""
_DEFAULT_LENGTH = {"text": 2_000, "paragraph": 30_000, "person": 60, "reference": 100}
_ALIKE = frozenset({int, bool, type(None), dt.date, dt.datetime, dt.time})
"""Kinds of values that print alike if they are equal; 2.5 and 2.50 do not."""
_LOST_DIGITS = 10**15
"""A whole number of Excel from here on has lost digits (IEEE 754 double, 15 decimal digits)."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_MOBILE = re.compile(r"(?:(?:\+|00)?86-?)?(1[3-9]\d{9})", re.ASCII)
_PLAIN_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"\(?0\d{2,3}\)?-?\d{7,8}(?:(?:-|转)\d{1,6})?|400-?\d{3}-?\d{4}", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
"""How Excel writes a long number into a .csv; the digits that it leaves out are lost."""
_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63\u30fc", "-")
)
_CHOICE_MARKS = re.compile(r"[、，,;；/\n]")
_TRUE = frozenset(["是", "有", "对", "真", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "t", "1.0"])
_FALSE = frozenset(
    [
        "否",
        "无",
        "没有",
        "不",
        "错",
        "假",
        "×",
        "✗",
        "✘",
        "☒",
        "☐",
        "x",
        "0",
        "n",
        "no",
        "false",
        "f",
        "0.0",
    ]
)


def reader_of(field: FieldSpec) -> Reader:
    """The reader of one field."""
    return _BUILDERS[field.type](field)


def empty_value(field: FieldSpec) -> Any:
    """Value of an optional field that was left empty; a new list each time."""
    if field.type in {"multi-choice", "table", "photos"}:
        return []
    return EMPTY.get(field.type, "")


def alike(value: Any) -> Any:
    """Stands for `value` in a key: the same only for values that print alike."""
    kind = value.__class__
    if kind is str:
        return value
    return (kind, value) if kind in _ALIKE else (kind, repr(value))


def _text_reader(field: FieldSpec) -> Reader:
    most = field.max_length or _DEFAULT_LENGTH[field.type]
    least = field.min_length or 0
    pattern = re.compile(field.pattern) if field.pattern else None
    one_line = field.type in {"person", "reference"}

    def read(raw: Any) -> str:
        text = clean(raw if raw.__class__ is str else _text_of(raw))
        if not least <= len(text) <= most:
            raise RefusedError(code="D210", message=_length_message(len(text), least, most))
        if one_line and ("\n" in text or "\t" in text):
            raise RefusedError(
                code="D209", message="里有换行或制表符，请写在一行里，一格只写一个。"
            )
        if pattern and not pattern.fullmatch(text):
            raise RefusedError(code="D210", message=f"“{shown(text)}”的格式不对{_like(field)}")
        return text

    return read


def _length_message(length: int, least: int, most: int) -> str:
    if length > most:
        return f"太长了，最多 {most} 个字，现在有 {length} 个字。"
    return f"太短了，至少 {least} 个字，现在只有 {length} 个字。"


def _like(field: FieldSpec) -> str:
    return f"，应像“{field.example}”这样。" if field.example else "，请看填写说明。"


def _text_of(raw: Any) -> str:
    """Text of a number, as Excel shows it: no ``.0``, no lost digits."""
    if isinstance(raw, dt.date | dt.time | dt.timedelta):
        message = "这里应填文字，却存成了日期或时间；请先把这一格设为“文本”，再重新填写。"
        raise RefusedError(code="D209", message=message)
    if not is_number(raw):
        raise RefusedError(code="D209", message=f"“{shown(raw)}”不是文字；在内容文件里请加引号。")
    if isinstance(raw, float) and abs(raw) >= _LOST_DIGITS:
        raise RefusedError(
            code="D202", message="号码存成了数字，后几位已经丢失，请先设为“文本”，再重新填写。"
        )
    return str(int(raw)) if raw == int(raw) else str(raw)


def _integer_reader(field: FieldSpec) -> Reader:
    def read(raw: Any) -> int:
        number = _number(raw)
        if number is None or number != int(number):
            message = f"“{shown(raw)}”不是整数，请只写数字，不写单位。"
            raise RefusedError(code="D209", message=message)
        return int(_within(field, int(number)))

    return read


def _decimal_reader(field: FieldSpec) -> Reader:
    def read(raw: Any) -> Decimal:
        number = _number(raw)
        if number is None:
            raise RefusedError(
                code="D209", message=f"“{shown(raw)}”不是数字，请只写数字，不写单位。"
            )
        return Decimal(_within(field, number))

    return read


def _number(raw: Any) -> Decimal | None:
    """The exact number, None if it is none; floats give the digits that Excel shows."""
    if isinstance(raw, str):
        text = half_width(raw)
        if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
            return None
        number = Decimal(text.replace(",", ""))
    elif is_number(raw):
        number = Decimal(str(raw))
    else:
        return None
    if abs(number) >= _LOST_DIGITS:
        return None
    return number.quantize(Decimal(1)) if number == int(number) else number


def _within(field: FieldSpec, value: Any) -> Any:
    """`value`, if it is inside the bounds of the field.

    Raises:
        RefusedError: D211 naming the bounds.
    """
    low, high = field.min, field.max
    if (low is None or value >= low) and (high is None or value <= high):
        return value
    raise RefusedError(
        code="D211", message=f"“{bound_text(value)}”超出范围，应{range_text(field)}。"
    )


def range_text(field: FieldSpec) -> str:
    """The bounds of a field in words, empty if it has none."""
    low, high = field.min, field.max
    if low is not None and high is not None:
        return f"在 {bound_text(low)} 到 {bound_text(high)} 之间"
    if low is not None:
        return f"不小于 {bound_text(low)}"
    return f"不大于 {bound_text(high)}" if high is not None else ""


def bound_text(value: object) -> str:
    """A number, date or time as a message shows it."""
    if isinstance(value, dt.datetime):
        return f"{date_text(value)} {value:%H:%M}"
    if isinstance(value, dt.date):
        return date_text(value)
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def _moment_reader(read_moment: Reader) -> Callable[[FieldSpec], Reader]:
    def build(field: FieldSpec) -> Reader:
        return lambda raw: _within(field, read_moment(raw))

    return build


def _boolean_reader(_field: FieldSpec) -> Reader:
    def read(raw: Any) -> bool:
        if isinstance(raw, bool):
            return raw
        word = comparable(str(raw))
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise RefusedError(code="D209", message=f"“{shown(raw)}”看不懂，请填“是”或“否”。")

    return read


def _choice_reader(field: FieldSpec) -> Reader:
    table = {comparable(choice): choice for choice in field.choices}

    def read(raw: Any) -> str:
        text = raw if isinstance(raw, str) else _text_of(raw)
        found = table.get(comparable(text))
        if found is None:
            raise RefusedError(code="D206", message=_not_in_list(text, field.choices))
        return found

    return read


def _not_in_list(text: str, choices: tuple[str, ...]) -> str:
    near = nearest(text, choices)
    if near:
        return f"“{shown(text)}”不在可选的内容里，是不是“{near}”？"
    return f"“{shown(text)}”不在可选的内容里，可选：{'、'.join(choices[:20])}。"


def _multi_choice_reader(field: FieldSpec) -> Reader:
    read_one = _choice_reader(field)

    def read(raw: Any) -> list[str]:
        words = raw if isinstance(raw, list) else _choice_words(raw, field.choices)
        return list(dict.fromkeys(read_one(word) for word in words if str(word).strip()))

    return read


def _choice_words(raw: Any, choices: tuple[str, ...]) -> list[str]:
    """Split at the usual marks, unless the whole is a choice that holds such a mark itself."""
    text = clean(raw) if isinstance(raw, str) else _text_of(raw)
    if comparable(text) in {comparable(choice) for choice in choices}:
        return [text]
    return _CHOICE_MARKS.split(text)


def _phone_reader(_field: FieldSpec) -> Reader:
    def read(raw: Any) -> str:
        if raw.__class__ is str and _PLAIN_MOBILE.fullmatch(raw):
            return str(raw)
        text = half_width(clean(raw) if isinstance(raw, str) else _text_of(raw)).translate(_DASHES)
        mobile = _MOBILE.fullmatch(text) or _MOBILE.fullmatch(text.replace("-", ""))
        if mobile:
            return mobile[1]
        if _LANDLINE.fullmatch(text):
            return text
        _refuse_scientific(text)
        raise RefusedError(code="D212", message=f"“{masked(raw)}”不是电话号码，{_phone_hint(text)}")

    return read


def _phone_hint(text: str) -> str:
    if text.isdigit() and len(text) in {7, 8}:
        return "座机请加区号，如 0416-1234567。"
    if text.isdigit() and text.startswith("1"):
        return f"手机号应是 11 位，现在是 {len(text)} 位，请核对。"
    return "请填 11 位手机号或带区号的座机，一格只填一个。"


def _id_reader(_field: FieldSpec) -> Reader:
    def read(raw: Any) -> str:
        if not isinstance(raw, str):
            message = "存成了数字，后几位已经丢失，请把该列设为“文本”后重新填写。"
            raise RefusedError(code="D202", message=message)
        text = half_width(clean(raw)).upper()
        _refuse_scientific(text)
        if not is_id_number(text):
            raise RefusedError(code="D213", message=f"“{masked(raw)}”{_id_hint(text)}")
        return text

    return read


def _refuse_scientific(text: str) -> None:
    if _SCIENTIFIC.fullmatch(text):
        message = "号码被存成了 1.38E+10 这样的数字，后几位已经丢失，请先设为“文本”，再重新填写。"
        raise RefusedError(code="D202", message=message)


def _id_hint(text: str) -> str:
    if len(text) != 18:
        return f"不是身份证号，应是 18 位，现在是 {len(text)} 位。"
    return "不是有效的身份证号（出生日期或最后一位校验码不对），请核对。"


_BUILDERS: dict[str, Callable[[FieldSpec], Reader]] = {
    "text": _text_reader,
    "paragraph": _text_reader,
    "person": _text_reader,
    "reference": _text_reader,
    "integer": _integer_reader,
    "decimal": _decimal_reader,
    "date": _moment_reader(read_date),
    "time": _moment_reader(read_time),
    "datetime": _moment_reader(read_datetime),
    "boolean": _boolean_reader,
    "choice": _choice_reader,
    "multi-choice": _multi_choice_reader,
    "phone": _phone_reader,
    "id-number": _id_reader,
}
