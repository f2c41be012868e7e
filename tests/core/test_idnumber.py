from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.idnumber import (
    PLACEHOLDER,
    check_digit,
    hide_numbers,
    is_id_number,
    mask_id,
    mask_numbers,
)

SEVENTEEN = "11010119900307123"
NUMBER = SEVENTEEN + "3"


def test_the_check_digit_follows_the_standard() -> None:
    # the worked example that GB 11643-1999 itself gives: 11010519491231002X
    assert check_digit("11010519491231002") == "X"
    assert is_id_number("11010519491231002X")


def test_a_wrong_digit_or_an_impossible_birthday_is_found() -> None:
    assert is_id_number(NUMBER)
    assert not is_id_number(SEVENTEEN + "4")
    assert not is_id_number("110101199002301233")
    assert not is_id_number("1101011990030712")
    assert not is_id_number("１１０１０１１９９００３０７１２３３")


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_single_changed_digit_is_found(place: int, digit: str) -> None:
    changed = NUMBER[:place] + digit + NUMBER[place + 1 :]
    assert is_id_number(changed) == (changed == NUMBER)


def test_numbers_are_masked_inside_text_and_others_are_left() -> None:
    text = f"身份证{NUMBER}，手机13800000001，编号20220901000000123456"
    assert mask_numbers(text) == (
        "身份证110101********1233，手机138****0001，编号20220901000000123456"
    )
    assert mask_id(NUMBER).endswith("1233")


def test_searched_text_holds_no_digit_of_a_number() -> None:
    assert hide_numbers(f"{NUMBER}和13800000001") == f"{PLACEHOLDER}和{PLACEHOLDER}"
