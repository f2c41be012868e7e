from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.idnumber import PLACEHOLDER, hide_numbers, mask_numbers
from safety_docs.index.masking import mask

FULL_WIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}


@pytest.mark.parametrize(
    "written",
    ["13800000001", "138 0000 0001", "138-0000-0001", "13800000001".translate(FULL_WIDTH)],
)
def test_a_mobile_number_is_masked_however_it_is_written(written: str) -> None:
    masked = mask(f"电话{written}，谢谢")
    assert masked.text == "电话138****0001，谢谢"
    assert masked.hidden == f"电话{PLACEHOLDER}，谢谢"


@pytest.mark.parametrize(
    "text", ["2022年", "1380000000", "138000000011", "A13800000001", "1,380,000"]
)
def test_what_is_no_number_of_a_person_stays(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).spans == ()


@given(
    st.lists(st.sampled_from(["电话", "13800000001", "110101199003071233", "x", "，", "■", "1"]))
)
def test_plain_numbers_are_hidden_and_masked_as_in_core(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert mask(text).hidden == hide_numbers(text)
    assert mask(text).text == mask_numbers(text)


def test_ranges_of_hidden_text_lead_to_the_text_that_is_shown() -> None:
    masked = mask("甲13800000001乙110101199003071233丙")
    places = [masked.shown_range(at, at + 1) for at in range(len(masked.hidden))]
    shown = [masked.text[start:end] for start, end in places]
    assert shown == ["甲", "138****0001", "乙", "110101********1233", "丙"]
