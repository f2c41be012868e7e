from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.idnumber import check_digit
from safety_docs.forms.kinds import empty_value, reader_of
from safety_docs.forms.plain_text import RefusedError
from safety_docs.forms.spec import FieldSpec

ID_NUMBER = "11010119900307123" + check_digit("11010119900307123")


def field(kind: str, **keys: Any) -> FieldSpec:
    return FieldSpec.model_validate({"name": "甲", "type": kind, **keys})


def read(kind: str, raw: object, **keys: Any) -> Any:
    return reader_of(field(kind, **keys))(raw)


def refusal(kind: str, raw: object, **keys: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        read(kind, raw, **keys)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", 231.0, "231"),
        ("text", 1.5, "1.5"),
        ("person", "欧" * 50, "欧" * 50),
        ("integer", 3.0, 3),
        ("integer", "１，２３４", 1234),
        ("integer", "12.0", 12),
        ("integer", "-5", -5),
        ("decimal", 0.1, Decimal("0.1")),
        ("decimal", "1,234.50", Decimal("1234.50")),
        ("decimal", 9, Decimal(9)),
        ("boolean", "√", True),
        ("boolean", "×", False),
        ("boolean", "有", True),
        ("boolean", "无", False),
        ("boolean", "TRUE", True),
        ("boolean", 1.0, True),
        ("boolean", 0, False),
        ("phone", "１３８ ００００ ０００１", "13800000001"),
        ("phone", "138-0000-0001", "13800000001"),
        ("phone", "+86 13800000001", "13800000001"),
        ("phone", 13800000001.0, "13800000001"),
        ("phone", "0416－1234567", "0416-1234567"),
        ("phone", "010-12345678-123", "010-12345678-123"),
        ("id-number", f" {ID_NUMBER}".strip().lower(), ID_NUMBER),
        ("reference", "Z109-WS·2022-D10-A05-0001", "Z109-WS·2022-D10-A05-0001"),
    ],
)
def test_a_value_is_read_as_its_type(kind: str, raw: object, value: object) -> None:
    found = read(kind, raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("text", dt.date(2022, 3, 2), "D209"),
        ("text", True, "D209"),
        ("text", 1.2345678901234567e17, "D202"),
        ("person", "张三\n李四", "D209"),
        ("integer", "42人", "D209"),
        ("integer", 3.5, "D209"),
        ("integer", True, "D209"),
        ("integer", "1,23", "D209"),
        ("integer", "9" * 400, "D209"),
        ("decimal", "1e5", "D209"),
        ("decimal", float("nan"), "D209"),
        ("boolean", "也许", "D209"),
        ("phone", "1380000000", "D212"),
        ("phone", "1.38E+11", "D202"),
        ("phone", "1234567", "D212"),
        ("phone", "13800000001、13800000002", "D212"),
        ("id-number", 110101199003071234.0, "D202"),
        ("id-number", 110101199003071234, "D202"),
        ("id-number", "1.10101E+17", "D202"),
        ("id-number", "１．１０１０１ｅ＋１７", "D202"),
        ("id-number", "110101199003071230", "D213"),
        ("id-number", "11010119900307", "D213"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, raw: object, code: str) -> None:
    assert refusal(kind, raw).code == code


def test_a_choice_ignores_width_and_blanks_and_names_the_nearest() -> None:
    choices = ["班主任", "A组"]
    assert read("choice", "ａ 组", choices=choices) == "A组"
    found = refusal("choice", "班主仼", choices=choices)
    assert found.code == "D206"
    assert "是不是“班主任”" in found.message


def test_a_choice_far_from_all_lists_them() -> None:
    assert "可选：甲、乙" in refusal("choice", "丙丁戊", choices=["甲", "乙"]).message


def test_several_choices_are_split_at_the_usual_marks() -> None:
    choices = ["步行", "校车", "公交/地铁"]
    assert read("multi-choice", "步行，校车；步行", choices=choices) == ["步行", "校车"]
    assert read("multi-choice", "公交/地铁", choices=choices) == ["公交/地铁"]
    assert read("multi-choice", ["校车"], choices=choices) == ["校车"]


@pytest.mark.parametrize(
    ("keys", "raw", "words"),
    [
        ({"min": 1, "max": 9}, "10", "在 1 到 9 之间"),
        ({"min": 1}, 0, "不小于 1"),
        ({"max": 9}, 10, "不大于 9"),
    ],
)
def test_a_number_out_of_bounds_names_the_bounds(
    keys: dict[str, int], raw: object, words: str
) -> None:
    found = refusal("integer", raw, **keys)
    assert found.code == "D211"
    assert words in found.message


def test_bounds_of_dates_are_written_as_dates() -> None:
    found = refusal("date", "2021-12-31", min=dt.date(2022, 1, 1))
    assert "2022年1月1日" in found.message


def test_text_that_is_too_long_says_how_long_it_is() -> None:
    found = refusal("text", "一二三四五", max_length=4)
    assert found.code == "D210"
    assert "最多 4 个字，现在有 5 个字" in found.message
    assert refusal("text", "一", min_length=2).code == "D210"


def test_text_of_another_pattern_shows_the_example() -> None:
    found = refusal("text", "乙-1", pattern="YL-[0-9]+", example="YL-1")
    assert "应像“YL-1”这样" in found.message


def test_a_wrong_phone_number_is_masked_in_its_message() -> None:
    assert "1380000000" not in refusal("phone", "1380000000").message


@given(st.integers(10**15 * -1 + 1, 10**15 - 1))
def test_every_whole_number_reads_back_from_its_text(number: int) -> None:
    assert read("integer", str(number)) == number
    assert read("integer", f"{number:,}") == number


@given(st.decimals(-(10**9), 10**9, places=2))
def test_every_amount_reads_back_without_noise(number: Decimal) -> None:
    assert read("decimal", str(number)) == number
    assert read("decimal", float(number)) == number


def test_an_empty_value_fits_its_type() -> None:
    assert [empty_value(field(kind)) for kind in ("text", "date", "boolean", "decimal")] == [
        "",
        None,
        False,
        None,
    ]
    assert empty_value(field("multi-choice", choices=["甲"])) == []
