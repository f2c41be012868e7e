"""A body read line by line is what it would be as one text, numbers masked and all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safety_docs.index.searchable import body_value, text_value
from safety_docs.index.tokens import tokens

LINES = st.text(
    alphabet=st.sampled_from("王示例Ａ１3８ -0－■\r\t\u200b\ud800﷽.·号a\u0301")
) | st.sampled_from(
    ["电话13800000001", "110101200001010007", "138 0000 0001", "", "138", "0000 0001"]
)


@given(st.lists(LINES, max_size=8))
def test_lines_put_together_are_the_whole_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    whole, joined = text_value(text), body_value(text)
    assert joined.masked == whole.masked
    assert joined.normal == whole.normal
    assert joined.token_text == whole.token_text == tokens(whole.normal)


def test_a_number_does_not_reach_over_a_line_break() -> None:
    assert body_value("13800\n000001").masked.spans == ()
    assert body_value("甲\n13800000001").masked.text == "甲\n138****0001"
