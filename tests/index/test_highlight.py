from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.index.highlight import snippet
from safety_docs.index.searchable import Searchable, text_value
from safety_docs.index.tree import Phrase, Wild

if TYPE_CHECKING:
    from safety_docs.index.searchable import Value


def record(body: str, title: str = "题名") -> Searchable:
    def values(text: str) -> tuple[Value, ...]:
        return (text_value(text),)

    names = ("people", "form", "code", "category")
    return Searchable(
        {"body": values(body), "title": values(title), **{name: values("") for name in names}}
    )


def marked(found: Any) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_a_mark_covers_what_stands_in_the_text_and_not_its_normal_form() -> None:
    found = snippet(record("姓名：张　三，Ａ班"), [Phrase("", "张三,a")])
    assert marked(found) == ["张　三，Ａ"]


def test_far_places_become_fragments_of_which_there_are_three_at_most() -> None:
    body = ("消防" + "无" * 200) * 6
    found = snippet(record(body), [Phrase("", "消防")])
    assert marked(found) == ["消防"] * 3
    assert found.text.count("…") == 3


def test_each_word_of_a_query_is_shown_in_the_field_that_holds_it() -> None:
    found = snippet(record("消防演练", title="责任书"), [Phrase("", "责任"), Phrase("", "演练")])
    assert marked(found) == ["责任", "演练"]
    assert found.text == "责任书…消防演练"


def test_line_breaks_become_spaces_and_marks_stay_in_place() -> None:
    found = snippet(record("第一\n第二\t第三"), [Phrase("", "一第二第")])
    assert found.text == "第一 第二 第三"
    assert marked(found) == ["一 第二 第"]


def test_markup_in_the_text_stays_text() -> None:
    found = snippet(record("<img onerror=1> 消防"), [Phrase("", "消防")])
    assert found.text == "<img onerror=1> 消防"


def test_a_wildcard_marks_from_its_first_part_to_its_last() -> None:
    found = snippet(record("学校安全目标责任书"), [Wild("", ("安全", "责任"))])
    assert marked(found) == ["安全目标责任"]


@pytest.mark.parametrize("terms", [[Phrase("", "全安全"), Phrase("", "安全")]])
def test_overlapping_marks_are_joined(terms: list[Phrase | Wild]) -> None:
    assert marked(snippet(record("安全安全安"), terms)) == ["安全安全"]
