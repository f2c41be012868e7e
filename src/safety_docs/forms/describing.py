"""A field's demands in words, for help pages, input workbooks and documentation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from safety_docs.forms.kinds import range_text

if TYPE_CHECKING:
    from safety_docs.forms.spec import FieldSpec

_NOTES = {
    "date": "如 2022-09-01",
    "time": "如 8:00",
    "datetime": "如 2022-09-16 09:30",
    "boolean": "填“是”或“否”",
    "phone": "11 位手机号，或带区号的座机",
    "id-number": "18 位，按文本填写",
    "photos": "JPEG 或 PNG",
}


def rule_text(field: FieldSpec) -> str:
    """What a value must satisfy, in one line; empty if there is nothing to say."""
    parts = [
        _choices(field),
        _length(field),
        range_text(field),
        _rows(field),
        "不能重复" if field.unique else "",
        "" if field.choices or range_text(field) else _NOTES.get(field.type, ""),
        f"不填时用“{example_of(field.default)}”" if field.default is not None else "",
        f"不填时取专柜登记的{field.default_from}" if field.default_from else "",
    ]
    columns = "、".join(column.shown_name for column in field.columns)
    return "；".join(part for part in [*parts, f"各列：{columns}" if columns else ""] if part)


def _choices(field: FieldSpec) -> str:
    if not field.choices:
        return ""
    words = "、".join(field.choices)
    return f"可选：{words}" if field.type == "choice" else f"可选多项：{words}"


def _length(field: FieldSpec) -> str:
    low, high = field.min_length, field.max_length
    if low and high:
        return f"{low} 到 {high} 个字"
    if low:
        return f"至少 {low} 个字"
    return f"最多 {high} 个字" if high else ""


def _rows(field: FieldSpec) -> str:
    unit = "张" if field.type == "photos" else "行"
    low, high = field.min_rows, field.max_rows
    if low and high:
        return f"{low} 到 {high} {unit}"
    if low:
        return f"至少 {low} {unit}"
    return f"最多 {high} {unit}" if high else ""


def example_of(value: object) -> str:
    """An example or default as a clerk would type it.

    >>> example_of(True), example_of(dt.date(2022, 9, 1)), example_of(["甲", "乙"])
    ('是', '2022-09-01', '甲、乙')
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return "" if value is None else str(value)
