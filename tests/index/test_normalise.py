from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.index.normalise import OffsetMap, normalise
from safety_docs.index.tokens import tokens

ODD = "ﬁ㎡ßİ…·•．\u0301é\ufe0f\U000e0100\u200b\ue000𠮷，。 \n安全ＡA1"
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters()), max_size=40)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("张　三\n丰", "张三丰"),
        ("ＡＢｃ１２", "abc12"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("3.5．", "3·5·"),
        ("“安全”，第一。", "“安全”,第一。"),
        ("葛\U000e0100城", "葛城"),
        ("a\u200b\x00\ud800b", "ab"),
        ("𠮷野\ue000", "𠮷野\ue000"),
        ("㎡ﬁ", "m2fi"),
    ],
)
def test_text_is_folded_and_nothing_that_matters_is_dropped(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(TEXTS, st.data())
def test_any_substring_normalises_to_a_substring(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert normalise(text[start:end]) in normalise(text)


@given(TEXTS)
def test_every_normal_character_is_traced_to_the_one_it_came_from(text: str) -> None:
    offsets = OffsetMap(text)
    expected = [at for at, character in enumerate(text) for _ in normalise(character)]
    found = [offsets.original_range(at, at + 1) for at in range(len(expected))]
    assert found == [(at, at + 1) for at in expected]


def test_composed_text_is_not_recomposed_over_its_neighbours() -> None:
    decomposed = unicodedata.normalize("NFD", "é")
    assert normalise(decomposed) == decomposed


def test_tokens_keep_every_character_apart() -> None:
    assert tokens("王𠮷1,").split() == ["738b", "20bb7", "31", "2c"]
