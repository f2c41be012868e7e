from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.documents.tags import fix_widths, scan


def test_tags_are_found_with_level_and_keyword() -> None:
    tags, slips = scan("甲{%p for 人 in 名单 %}{{r 图 }}{# 注 #}{#tr 行 #}{{ 名 }}")
    assert slips == ()
    assert [(tag.level, tag.keyword, tag.body) for tag in tags] == [
        ("p", "for", "for 人 in 名单"),
        ("r", "", "图"),
        ("", "", "注"),
        ("tr", "", "行"),
        ("", "", "名"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 姓名 }",
        "{ 姓名 }}",
        "{{ 姓名",
        "姓名 }}",
        "{% if 甲 %",
        "{% if 甲 }",
        "% if 甲 %}",
        "{{ 甲 %}",
        "{# 注 #",
        "{{ 甲 {{ 乙 }}",
    ],
)
def test_an_unfinished_tag_is_t101(text: str) -> None:
    assert [slip.code for slip in scan(text)[1]] == ["T101"]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        (opening, closing)
        for opening in map("".join, itertools.product("{｛", repeat=2))
        for closing in map("".join, itertools.product("}｝", repeat=2))
        if opening + closing != "{{}}"
    ],
)
def test_every_mixture_of_widths_is_t102_and_can_be_put_right(opening: str, closing: str) -> None:
    text = f"{opening} 姓名 {closing}"
    tags, slips = scan(text)
    assert [slip.code for slip in slips] == ["T102"]
    assert fix_widths(tags[0].raw) == "{{ 姓名 }}"


@pytest.mark.parametrize(
    "text", ["{％ if 甲 %}", "{% if 甲 ％}", "｛%　if 甲 %｝", "{%p　for 甲 in 乙 %}"]
)
def test_full_width_percent_signs_and_spaces_are_t102(text: str) -> None:
    assert "T102" in [slip.code for slip in scan(text)[1]]


@pytest.mark.parametrize("text", ["{% p for 甲 in 乙 %}", "{%pfor 甲 in 乙 %}", "{% tr endfor %}"])
def test_the_letter_must_follow_the_sign_at_once(text: str) -> None:
    assert [slip.code for slip in scan(text)[1]] == ["T106"]


def test_chinese_punctuation_is_refused_outside_strings_only() -> None:
    assert [slip.code for slip in scan("{{ 甲|default（“无”） }}")[1]] == ["T108"]
    assert scan("{{ 甲|default('（无），“”') }}")[1] == ()


@given(st.text(alphabet="{}%#甲 ｛｝％'\"-prt", max_size=40))
def test_tags_never_overlap_and_lie_in_the_text(text: str) -> None:
    position = 0
    for tag in scan(text)[0]:
        assert position <= tag.start < tag.end <= len(text)
        assert text[tag.start : tag.end] == tag.raw
        position = tag.end


def test_blanks_inside_quotes_are_kept() -> None:
    tags, slips = scan("{{ 姓名 |default( '　　　' ) }}")
    assert not slips
    assert tags[0].body == "姓名 |default( '　　　' )"
