from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from safety_docs.forms.plain_text import RefusedError, clean, masked, nearest, shown


@pytest.mark.parametrize(
    "text",
    ["R&D <b>“张三” 1<2 & 3", "=1+1", "阿卜杜拉·买买提", "𠮷野", "张　三", "一\t二\n三", "e\u0301"],
)
def test_text_that_documents_can_hold_stays_as_typed(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    ["甲\x0b乙", "甲\x00", "\ud800", "甲\ufffe", "甲\uffff", "\x85", "甲_x000B_乙", "_x001f_"],
)
def test_a_character_that_no_document_can_hold_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as caught:
        clean(text)
    assert caught.value.code == "D207"


def test_the_refusal_counts_the_characters_before_it() -> None:
    with pytest.raises(RefusedError, match="第 5 个字后面"):
        clean("一二三四五\x07")


def test_only_escapes_of_control_characters_are_refused() -> None:
    assert clean("编号_x0041_和_x000A_") == "编号_x0041_和_x000A_"


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_what_passes_survives_a_trip_through_xml(text: str) -> None:
    try:
        passed = clean(text)
    except RefusedError:
        return
    node = etree.Element("t")
    node.text = passed
    again = etree.fromstring(etree.tostring(node, encoding="utf-8"))
    assert (again.text or "") == passed == text.replace("\r\n", "\n").replace("\r", "\n")


def test_the_nearest_name_ignores_width_and_case() -> None:
    assert nearest("班主仼", ["校长", "班主任"]) == "班主任"
    assert nearest("完全无关", ["校长"]) == ""


def test_a_message_shows_no_whole_number_of_a_person() -> None:
    assert shown("找13800000001") == "找138****0001"
    assert masked("11010119900307000") == "110**********7000"


def test_a_message_shows_long_or_odd_values_short_and_on_one_line() -> None:
    assert shown("字" * 100) == "字" * 40 + "…"
    assert shown("甲\n乙\x07") == "甲 乙□"
