"""Codes on printed pages: read back exactly, or not at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.page_code import (
    LAST,
    MAX_CHARACTERS,
    PageCode,
    PageCodeError,
    _check,
    code_texts,
    page_code_key,
    page_identity,
    readable_text,
)

KEY = page_code_key(b"s" * 32)
OTHER = page_code_key(b"t" * 32)
CODE = PageCode("RL-05", page_identity("0123456789abcdef" * 2), 2, 1)
FORMS = st.from_regex(r"[A-Z0-9-]{1,7}", fullmatch=True)
CODES = st.builds(
    PageCode,
    form=FORMS,
    page=st.integers(0, 2**128 - 1).map(lambda number: page_identity(f"{number:032x}")),
    number=st.integers(1, 31),
    copy=st.integers(1, 31),
)


@given(CODES)
def test_every_code_is_read_back_from_the_qr_and_from_the_paper(code: PageCode) -> None:
    text = code.text(KEY)
    assert len(text) <= MAX_CHARACTERS
    assert re.fullmatch(r"[0-9A-Z $%*+./:-]+", text)
    assert PageCode.parse(text, KEY) == code
    assert PageCode.typed(code.readable(KEY).lower(), KEY) == code
    assert PageCode.typed(text, KEY) == code


@given(CODES)
def test_the_codes_of_a_copy_can_be_made_at_once(code: PageCode) -> None:
    numbers = (1, 2, 3, LAST)
    texts = code_texts(code.form, code.page, numbers, code.copy, KEY)
    codes = [PageCode(code.form, code.page, number, code.copy) for number in numbers]
    assert texts == [one.text(KEY) for one in codes]
    assert [readable_text(text) for text in texts] == [one.readable(KEY) for one in codes]
    assert [PageCode.parse(text, KEY) for text in texts] == codes


@given(CODES, st.data())
def test_a_code_with_one_changed_character_is_never_read(
    code: PageCode, data: st.DataObject
) -> None:
    text = code.text(KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(
        st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ-:").filter(lambda one: one != text[place])
    )
    with pytest.raises(PageCodeError):
        PageCode.parse(text[:place] + letter + text[place + 1 :], KEY)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("https://example.cn/", "foreign"),
        ("", "foreign"),
        (CODE.text(KEY)[:-1], "damaged"),
        (CODE.text(KEY) + "0", "damaged"),
        (CODE.text(KEY).lower(), "foreign"),
        (CODE.text(OTHER), "check"),
    ],
)
def test_what_is_no_code_of_this_cabinet_is_told_apart(text: str, fault: str) -> None:
    with pytest.raises(PageCodeError) as caught:
        PageCode.parse(text, KEY)
    assert caught.value.fault == fault


@pytest.mark.parametrize("text", ["", "RL-05", "学校", "RL-05 0123"])
def test_what_a_person_cannot_have_meant_is_refused(text: str) -> None:
    with pytest.raises(PageCodeError):
        PageCode.typed(text, KEY)


def test_a_code_that_names_page_nought_is_damaged_although_its_check_fits() -> None:
    body = CODE.text(KEY)[:-7] + "01"
    with pytest.raises(PageCodeError) as caught:
        PageCode.parse(body + _check(body, KEY), KEY)
    assert caught.value.fault == "damaged"


@pytest.mark.parametrize(
    "wrong",
    [{"form": "责任书"}, {"form": "ABCDEFGH"}, {"page": "I"}, {"number": 0}, {"copy": 32}],
)
def test_a_code_that_could_not_be_printed_is_not_made(wrong: dict[str, object]) -> None:
    parts = {"form": "RL-05", "page": CODE.page, "number": 1, "copy": 1, **wrong}
    with pytest.raises(ValueError, match="no page code"):
        PageCode(**parts)  # type: ignore[arg-type]
