from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from safety_docs.forms.describing import example_of, rule_text
from safety_docs.forms.spec import FieldSpec


@pytest.mark.parametrize(
    ("kind", "keys", "text"),
    [
        ("text", {}, ""),
        ("text", {"min_length": 2, "max_length": 9}, "2 到 9 个字"),
        ("text", {"min_length": 2}, "至少 2 个字"),
        ("text", {"max_length": 9, "unique": True}, "最多 9 个字；不能重复"),
        ("integer", {"min": 1}, "不小于 1"),
        ("time", {"max": dt.time(18)}, "不大于 18:00"),
        ("date", {}, "如 2022-09-01"),
        ("boolean", {"default": True}, "填“是”或“否”；不填时用“是”"),
        ("choice", {"choices": ["甲", "乙"]}, "可选：甲、乙"),
        ("multi-choice", {"choices": ["甲", "乙"]}, "可选多项：甲、乙"),
        ("photos", {"min_rows": 1, "max_rows": 9}, "1 到 9 张；JPEG 或 PNG"),
        ("photos", {"min_rows": 1}, "至少 1 张；JPEG 或 PNG"),
        (
            "table",
            {"max_rows": 9, "column": [{"name": "甲", "type": "text"}]},
            "最多 9 行；各列：甲",
        ),
    ],
)
def test_the_demands_of_a_field_stand_in_one_line(
    kind: str, keys: dict[str, Any], text: str
) -> None:
    assert rule_text(FieldSpec.model_validate({"name": "甲", "type": kind, **keys})) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime.fromisoformat("2022-09-16 09:30"), "2022-09-16 09:30"),
        (dt.time(8, 5), "08:05"),
        (Decimal("1.50"), "1.50"),
        (None, ""),
    ],
)
def test_an_example_is_written_as_a_clerk_types_it(value: object, text: str) -> None:
    assert example_of(value) == text
